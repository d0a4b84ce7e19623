/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * writing - a message being written: its header blocks and body as canonical text, ready to be digested and sent.
 * For write*.c only.
 *
 * Every block declares the five prefixes itself, as the reference library writes it: the bytes on the wire are the
 * canonical form that is digested, and nothing has to be canonicalised twice.
 */
#ifndef OSCI_WRITING_H
#define OSCI_WRITING_H

#include "osci/order.h"
#include "osci/write.h"
#include "xml/write.h"

#define OSCI_BLOCK_MAX (32u << 20)	/* one header block, or a body without content (process cards) */

#define OSCI_URI "http://www.osci.de/2002/04/osci"
#define OSCI2017_URI "http://xoev.de/transport/osci12/7"

struct osci_block {
	const char *id;
	struct buf xml;
};

struct osci_writing {
	const struct osci_message *m;
	const struct osci_order *row;	/* of m->type */
	struct arena *a;
	/* Behind every Id of ours where the message carries Ids that somebody else chose: a sender must not be able to
	 * make an answer to his recipient unreadable by taking one of our Ids. */
	char suffix[16];
	struct osci_cert *certs;	/* those of m and the signer's */
	size_t cert_count;
	const char *signer_id;		/* Id of the signer's certificate element, NULL: unsigned */
	struct osci_block *blocks;	/* in the order of the header, without the signature */
	size_t block_count;
	struct buf signature;		/* the signature block, empty if unsigned */
	const char *body_id;
	struct buf body;		/* soap:Body; only its start tag if m has content */
	struct xml_write *w;		/* the block being written */
	struct sink *to;
};

enum osci_actor { OSCI_ACTOR_NEXT, OSCI_ACTOR_NONE, OSCI_NO_ACTOR };

/* The certificates that will be written; adds sign's certificate in the role the message type gives its signer. */
int osci_writing_begin(struct osci_writing *d, const struct osci_message *m, const struct pki_key *sign, struct err *e);
void osci_writing_fini(struct osci_writing *d);

/* A header block: begin, write children to d->w, end. */
void osci_writing_open(struct osci_writing *d, const char *qname, const char *id, enum osci_actor actor);
int osci_writing_close(struct osci_writing *d, struct err *e);
/* Declares the five prefixes on the element just opened. */
void osci_writing_prefixes(struct xml_write *w);

/* write_header.c: each writes its blocks, if the message has any. */
int osci_writing_control(struct osci_writing *d, struct err *e);
int osci_writing_languages(struct osci_writing *d, struct err *e);
int osci_writing_quality(struct osci_writing *d, struct err *e);
int osci_writing_certs(struct osci_writing *d, struct err *e);
int osci_writing_features(struct osci_writing *d, struct err *e);
int osci_writing_custom(struct osci_writing *d, struct err *e);

/* write_order.c: the order or answer element in the header, and the body. */
int osci_writing_order(struct osci_writing *d, struct err *e);
int osci_writing_body(struct osci_writing *d, struct err *e);

/* write_element.c, write_card.c */
void osci_put_base64(struct xml_write *w, const char *qname, const char *text);
void osci_put_card(struct xml_write *w, const char *qname, const struct osci_card *c, enum osci_times times);

/* write_sign.c: digests all parts and fills d->signature. */
int osci_writing_sign(struct osci_writing *d, const struct pki_key *key, const struct pki_alg *style, struct err *e);

/* envelope_write.c: the transport encryption around what is written to osci_envelope_sink(). */
struct osci_envelope;
int osci_envelope_begin(struct sink *out, struct pki_cert *recipient, bool iv16, struct osci_envelope **env,
			struct err *e);
struct sink *osci_envelope_sink(struct osci_envelope *env);
int osci_envelope_end(struct osci_envelope *env, struct err *e);
void osci_envelope_free(struct osci_envelope *env);	/* NULL is allowed */

/* soap<Type>.xsd and its companions: the attribute value that names the type of a message. */
#define OSCI_SCHEMAS_HEAD "http://schemas.xmlsoap.org/soap/envelope/ soap"
#define OSCI_SCHEMAS_TAIL                                                                                              \
	".xsd http://www.w3.org/2000/09/xmldsig# oscisig.xsd http://www.w3.org/2001/04/xmlenc# oscienc.xsd"

#endif
