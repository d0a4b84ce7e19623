/* SPDX-License-Identifier: EUPL-1.2 */
/* h_message - requests as text, and answers against the published schemas: for xta's tests. */
#ifndef TESTS_XTA_H_MESSAGE_H
#define TESTS_XTA_H_MESSAGE_H

#include "h_box.h"
#include "xta/names.h"

#define H_SOAP "application/soap+xml; charset=utf-8"
#define H_AUTHOR(value)                                                                                                \
	"<m:Author xmlns:m='" XTA_NS_META "'><m:Identifier type='xoev'>" value "</m:Identifier></m:Author>"
#define H_QUALIFIER                                                                                                    \
	"<m:Qualifier><m:Service>urn:s</m:Service><m:BusinessScenario><m:Undefined>x</m:Undefined></m:BusinessScenario>" \
	"<m:MessageType listURI='urn:l' listVersionID='1' payloadSchema='urn:p'><code>c</code></m:MessageType></m:Qualifier>"
/* MessageMetaData of author for reader; attributes: within DeliveryAttributes. */
#define H_META(id, attributes)                                                                                         \
	"<m:MessageMetaData xmlns:m='" XTA_NS_META "' xmlns:wsa='" XTA_NS_WSA "'><m:DeliveryAttributes>" attributes      \
	"</m:DeliveryAttributes><m:Originators><m:Author><m:Identifier type='xoev'>ags:01010101</m:Identifier></m:Author>" \
	"</m:Originators><m:Destinations><m:Reader><m:Identifier type='xoev'>ags:02020202</m:Identifier></m:Reader>"     \
	"</m:Destinations><m:MsgIdentification><wsa:MessageID>" id "</wsa:MessageID></m:MsgIdentification>" H_QUALIFIER   \
	"</m:MessageMetaData>"
#define H_CONTAINER(inner)                                                                                             \
	"<x:GenericContentContainer xmlns:x='" XTA_NS "' xmlns:xop='" XTA_NS_XOP "'>" inner "</x:GenericContentContainer>"
#define H_CONTENT(inner) H_CONTAINER("<x:ContentContainer>" inner "</x:ContentContainer>")
#define H_MESSAGE "<x:Message contentType='text/xml'>PGhhbGxvLz4=</x:Message>"

/* One row of a table of calls. */
struct h_row {
	const char *what, *peer;
	const char *media;		/* NULL: H_SOAP */
	const char *soap_action;	/* NULL: none */
	enum xta_name action;		/* wsa:Action of it; XTA_NAME_COUNT: none */
	const char *header, *body;	/* further entries, child of the Body */
	enum xta_code code;
};

/* The envelope of a row into b. */
void h_envelope(struct buf *b, const struct h_row *r);
/* One call of it. */
void h_row_call(struct h_box *b, const struct xta_policy *p, const struct h_row *r, struct h_answer *a);
/* A multipart with this envelope as its root and n parts of one byte, "p0" and so on; extra: another one, raw. */
void h_multipart(struct buf *out, const struct buf *envelope, unsigned n, const char *extra);
#define H_MULTIPART "multipart/related; type=\"application/xop+xml\"; boundary=\"b\"; start=\"<root>\"; start-info=\"application/soap+xml\""

/* Against the published schemas; fails with the whole answer. Says nothing where they are missing. */
int h_schema_load(void **state);
/* A test for each program that validates: skipped where the schemas are not, so that their absence shows. */
void what_is_sent_is_held_against_the_published_schemas(void **state);
int h_schema_free(void **state);
void h_schema_check(const struct h_answer *a, const char *what);
void h_schema_check_text(const char *media, const struct buf *text, const char *what);

#endif
