/* SPDX-License-Identifier: EUPL-1.2 */
/* Requests as text, and answers against the published schemas. */
#include "cm.h"

#include "h_message.h"
#include "xml/schema.h"

#define SCHEMA "../shared/schemas/xta/xta-all.xsd"

static struct xml_schema *schema;

void h_envelope(struct buf *b, const struct h_row *r)
{
	buf_puts(b, "<env:Envelope xmlns:env='" XTA_NS_SOAP12 "'><env:Header>");
	if (r->action != XTA_NAME_COUNT)
		buf_printf(b,
			   "<wsa:Action xmlns:wsa='" XTA_NS_WSA "' env:mustUnderstand='true'>%s</wsa:Action>"
			   "<wsa:MessageID xmlns:wsa='" XTA_NS_WSA "'>urn:uuid:1</wsa:MessageID>",
			   xta_operation_of(r->action)->action);
	buf_printf(b, "%s</env:Header><env:Body>%s</env:Body></env:Envelope>", r->header == NULL ? "" : r->header,
		   r->body == NULL ? "" : r->body);
}

void h_row_call(struct h_box *b, const struct xta_policy *p, const struct h_row *r, struct h_answer *a)
{
	struct buf text;

	buf_init(&text, 1 << 24);
	h_envelope(&text, r);
	h_call(b, p, r->peer, r->media == NULL ? H_SOAP : r->media, r->soap_action, buf_view(&text), 0, a);
	buf_fini(&text);
}

void h_multipart(struct buf *out, const struct buf *envelope, unsigned n, const char *extra)
{
	buf_puts(out, "--b\r\nContent-Type: application/xop+xml; charset=UTF-8; type=\"application/soap+xml\"\r\n"
		      "Content-Transfer-Encoding: binary\r\nContent-ID: <root>\r\n\r\n");
	buf_span(out, buf_view(envelope));
	for (unsigned i = 0; i < n; i++)
		buf_printf(out, "\r\n--b\r\nContent-Type: a/b\r\nContent-Transfer-Encoding: binary\r\n"
				"Content-ID: <p%u>\r\n\r\n%c", i, 'a' + (char)(i % 26));
	buf_puts(out, extra == NULL ? "" : extra);
	buf_puts(out, "\r\n--b--\r\n");
}

int h_schema_load(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	if (access(SCHEMA, R_OK) == 0)
		assert_ok(xml_schema_load(SCHEMA, &schema, &e), e);
	return 0;
}

void what_is_sent_is_held_against_the_published_schemas(void **state)
{
	static const char bad[] = "<env:Envelope xmlns:env='" XTA_NS_SOAP12 "'><env:Body><x:TransportReport xmlns:x='" XTA_NS
				  "'/></env:Body></env:Envelope>";
	const struct xml_limits limits = XML_LIMITS_DEFAULT;
	struct err e = ERR_INIT;

	(void)state;
	if (schema == NULL) {
		print_message("%s is not here: answers are not validated\n", SCHEMA);
		skip();
	}
	assert_int_not_equal(xml_schema_check(schema, span_of(bad), &limits, NULL, &e), 0);
}

int h_schema_free(void **state)
{
	(void)state;
	xml_schema_free(schema);
	return 0;
}

void h_schema_check_text(const char *media, const struct buf *text, const char *what)
{
	const struct xml_limits limits = XML_LIMITS_DEFAULT;
	struct err e = ERR_INIT;

	if (schema == NULL || strncmp(media, "application/soap+xml", 20) != 0)
		return;
	if (xml_schema_check(schema, buf_view(text), &limits, NULL, &e) != 0)
		fail_msg("%s: %s\n%s", what, e.text, buf_str(text));
}

void h_schema_check(const struct h_answer *a, const char *what)
{
	h_schema_check_text(a->media, &a->body, what);
}
