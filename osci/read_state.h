/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * read_state - what the files read*.c share: one MIME entity with one XML document, half read. For them alone.
 *
 * read.c           levels: outer entity, decryption, inner entity; codes
 * read_entity.c    one entity: MIME parts, attachments
 * read_frame.c     the XML of the root part by position: Envelope, Header, blocks, Body
 * read_block.c     the header entries as they pass by
 * read_body.c      the Body as it passes by: its digest, its small element or the ContentPackage
 * read_header.c    ControlBlock, languages, certificates, features
 * read_order.c     the element of an order
 * read_answer.c    the element of an answer: feedback, process cards
 * sign_check.c     what the signature must cover
 * envelope_read.c  EncryptedData, session key, decrypting sink
 */
#ifndef OSCI_READ_STATE_H
#define OSCI_READ_STATE_H

#include "mime/split.h"
#include "osci/read.h"
#include "pki/dsig.h"
#include "xml/c14n.h"
#include "xml/expect.h"
#include "xml/push.h"
#include "xml/tree.h"

#define NS_SOAP "http://schemas.xmlsoap.org/soap/envelope/"
#define NS_OSCI "http://www.osci.de/2002/04/osci"
#define NS_OSCI17 "http://xoev.de/transport/osci12/7"
#define NS_DS "http://www.w3.org/2000/09/xmldsig#"
#define NS_XENC "http://www.w3.org/2001/04/xmlenc#"
#define NS_XSI "http://www.w3.org/2001/XMLSchema-instance"

#define READ_HEADER_MAX 1048576u	/* canonical bytes of all header blocks together */
#define READ_TREE_MAX 4194304u		/* tree of one header block or of the element in the Body */
#define READ_CARDS_MAX 67108864u	/* tree of an answer that holds process cards */
#define READ_BLOCKS_MAX 64
#define READ_ATTACHMENTS_MAX 256
#define READ_IDS_MAX 65536u
#define READ_IDS_BYTES_MAX 4194304u

enum block_kind { BLOCK_CONTROL, BLOCK_SIGNATURE, BLOCK_LANGUAGES, BLOCK_QUALITY, BLOCK_ORDER, BLOCK_IC, BLOCK_NIC,
		  BLOCK_FEATURES, BLOCK_CUSTOM };

struct block {			/* one child of soap:Header */
	enum block_kind kind;
	struct span id;			/* in the arena */
	const struct xml_node *tree;	/* NULL for custom blocks */
	struct span canonical;		/* in the arena; empty for the signature */
};

struct body;		/* the soap:Body on its way: read_body.c */

struct frame {			/* the XML document */
	struct xml_push *push;
	unsigned depth;			/* open elements */
	bool has_header, has_body;
	bool in_header, in_body;
	bool done;			/* the Envelope is closed */
	bool is_cipher;			/* soapMessageEncrypted */
	bool typed;			/* schemaLocation was there */
	struct block blocks[READ_BLOCKS_MAX];
	size_t block_count;
	unsigned rank;			/* of the last header block */
	struct map *ids;
	size_t id_bytes;
	/* the header block or Body child being read: */
	struct xml_build *build;
	struct xml_c14n *block_c14n;
	struct buf block_text;
	struct sink *block_sink;
	size_t header_bytes;
	struct span body_id;
	struct body *body;
};

struct entity {
	const struct osci_read_options *o;
	const struct osci_intake *intake;
	struct arena *arena;
	struct osci_message *m;
	struct mime_split *split;
	struct frame frame;
	/* the attachment or cipher part being read: */
	struct sink *target, *decoder, *hashing, *counting;
	struct digest *digest;
	struct osci_attachment attachments[READ_ATTACHMENTS_MAX];
	struct attachment_digest {
		struct pki_ref *ref;	/* the reference that names it; NULL: none */
		uint8_t value[DIGEST_MAX];
	} digests[READ_ATTACHMENTS_MAX];
	size_t attachment_count;
	struct pki_dsig dsig;		/* the signature, with has_dsig */
	struct pki_ref *body_ref;
	uint8_t body_digest[DIGEST_MAX];
	/* the envelope of an outer entity: */
	struct pki_session *session;
	struct span cipher_ref;
	struct sink *decrypting;
	struct sink *scratch;		/* borrowed from the intake */
	unsigned part;			/* number of the part being read, from 0 */
	bool is_inner;			/* what was decrypted */
	bool has_dsig;
	bool is_authenticated;		/* GCM: what comes out is what went in */
	bool cipher_done;
};

/* read_entity.c: an entity is begun, fed and ended; *en is zeroed by the caller. ended: everything but the signature
 * is in en->m, or the scratch holds the verified plaintext (en->frame.is_cipher). */
void osci_entity_begin(struct entity *en);
int osci_entity_feed(struct entity *en, const void *data, size_t n, struct err *e);
int osci_entity_end(struct entity *en, struct err *e);
void osci_entity_fini(struct entity *en);

/* read_frame.c */
void osci_frame_begin(struct entity *en);
int osci_frame_end(struct entity *en, struct err *e);
void osci_frame_fini(struct frame *f);
/* ERR_SYNTAX with the path of the element at hand. */
int osci_frame_refuse(struct entity *en, struct err *e, const char *fmt, ...) __attribute__((format(printf, 3, 4)));


/* read_block.c: the start tag of a header entry, then its events go to f->block_c14n and f->build; its end. */
int osci_block_start(struct entity *en, const struct xml_start *s, struct err *e);
int osci_block_end(struct entity *en, struct err *e);
void osci_block_release(struct frame *f);	/* what is at hand of the one being read */
const struct block *osci_frame_block(const struct frame *f, enum block_kind kind);	/* the first, or NULL */

/* Where the element of an order or answer stands. */
bool osci_frame_element_in_header(enum osci_type t);
/* Orders and answers that may hold a ContentPackage and attachments. */
bool osci_frame_may_have_content(enum osci_type t);

/* read_body.c: start is the soap:Body's own tag; then all events below it; end with the depth of what was closed
 * (2: the Body). */
int osci_body_begin(struct entity *en, const struct xml_start *start, struct err *e);
int osci_body_start(struct entity *en, const struct xml_start *s, struct err *e);
int osci_body_text(struct entity *en, struct span text, struct err *e);
int osci_body_end(struct entity *en, const struct xml_name *name, unsigned depth, struct err *e);
void osci_body_free(struct body *b);

/* read_header.c: after the end of soap:Header. */
int osci_header_read(struct entity *en, struct err *e);
/* read_order.c, read_answer.c: n is the order's element, in the Header or in the Body. */
int osci_order_read(struct entity *en, const struct xml_node *n, struct err *e);
int osci_answer_read(struct entity *en, const struct xml_node *n, struct err *e);
int osci_fault_read(struct entity *en, const struct xml_node *n, struct err *e);
/* Helpers of both: */
int osci_node_text(struct entity *en, const struct xml_node *n, const char **out, struct err *e);	/* arena copy */
int osci_node_message_id(struct entity *en, const struct xml_node *n, const char **out, struct err *e);
int osci_node_time(const struct xml_node *n, int64_t *ms, struct err *e);
int osci_node_selection(struct entity *en, const struct xml_node *holder, bool cards, struct err *e);

/* envelope_read.c: root is the soap:Body's xenc:EncryptedData. */
int osci_envelope_open(struct entity *en, const struct xml_node *data, struct err *e);
int osci_envelope_part_begin(struct entity *en, const struct mime_part *p, struct err *e);
int osci_envelope_part_data(struct entity *en, struct span data, struct err *e);
int osci_envelope_part_end(struct entity *en, struct err *e);
void osci_envelope_fini(struct entity *en);

/* sign_check.c */
int osci_sign_parse(struct entity *en, const struct xml_node *block, struct err *e);
struct pki_ref *osci_sign_ref_of_body(struct entity *en);		/* NULL: none */
struct pki_ref *osci_sign_ref_of_attachment(struct entity *en, struct span cid);
int osci_sign_check(struct entity *en, struct err *e);	/* the verdict goes to m->signature_code */

/* read.c: notes the code of an error unless one is noted already. Returns the err code. */
int osci_mark_code(struct err *e, const char *code);

#endif
