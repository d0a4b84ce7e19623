/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * message - one OSCI 1.2 message in memory: everything but its content, which stays a stream.
 *
 * The same struct is filled by the reader (osci/read.h) and taken by the writer (osci/write.h), for requests and for
 * answers. All strings, arrays and spans live in the arena of whoever made the message. Content and attachments are
 * never in memory: the reader hands them to a struct osci_intake as they pass, the writer pulls them from openers,
 * twice (once to digest, once to send).
 */
#ifndef OSCI_MESSAGE_H
#define OSCI_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/span.h"
#include "base/stream.h"
#include "osci/feedback.h"
#include "pki/cert.h"
#include "pki/trust.h"

/* The orders of OSCI 1.2, their answers, and the SOAP fault; what each is: osci/order.h. */
enum osci_type {
	OSCI_GET_MESSAGE_ID,
	OSCI_INIT_DIALOG,
	OSCI_EXIT_DIALOG,
	OSCI_STORE_DELIVERY,
	OSCI_FETCH_DELIVERY,
	OSCI_FETCH_PROCESS_CARD,
	OSCI_FORWARD_DELIVERY,
	OSCI_MEDIATE_DELIVERY,
	OSCI_PARTIAL_STORE_DELIVERY,
	OSCI_PARTIAL_FETCH_DELIVERY,
	OSCI_RESPONSE_TO_GET_MESSAGE_ID,
	OSCI_RESPONSE_TO_INIT_DIALOG,
	OSCI_RESPONSE_TO_EXIT_DIALOG,
	OSCI_RESPONSE_TO_STORE_DELIVERY,
	OSCI_RESPONSE_TO_FETCH_DELIVERY,
	OSCI_RESPONSE_TO_FETCH_PROCESS_CARD,
	OSCI_RESPONSE_TO_FORWARD_DELIVERY,
	OSCI_RESPONSE_TO_MEDIATE_DELIVERY,
	OSCI_ACCEPT_DELIVERY,		/* what an intermediary makes of forwardDelivery */
	OSCI_PROCESS_DELIVERY,		/* and of mediateDelivery */
	OSCI_RESPONSE_TO_ACCEPT_DELIVERY,
	OSCI_RESPONSE_TO_PROCESS_DELIVERY,
	OSCI_FAULT,
	OSCI_TYPE_COUNT
};

struct osci_control_block {		/* ControlBlock; NULL / -1: absent */
	const char *response, *challenge, *conversation;
	int64_t sequence;	/* OSCI_BAD_SEQUENCE: there, but no number from 0 on */
};
#define OSCI_BAD_SEQUENCE (-2)

enum osci_role { OSCI_ORIGINATOR, OSCI_OTHER_AUTHOR, OSCI_ADDRESSEE, OSCI_OTHER_READER, OSCI_INTERMEDIARY };

struct osci_cert {		/* one certificate element of (Non)IntermediaryCertificates */
	enum osci_role role;
	bool is_cipher;		/* otherwise signature */
	const char *id;		/* "addressee_cipher_<sha256>"; kept as it came */
	struct pki_cert *cert;	/* reference held by the message: osci_message_fini */
};

struct osci_attachment {
	const char *cid;	/* Content-ID without <> */
	const char *type;	/* Content-Type as it came */
	uint64_t size;		/* decoded bytes */
	int (*open)(void *ctx, struct src **out, struct err *e);	/* writer: called twice */
	void *ctx;
};

struct osci_entry {		/* one Entry of Feedback */
	const char *lang, *code, *text;
};

struct osci_inspection {	/* the check of one certificate, in the InspectionReport of a process card */
	int64_t at;
	const char *subject, *issuer, *serial;	/* RFC 4514 names, decimal serial */
	struct pki_verdict verdict;
};

struct osci_card {		/* ProcessCardBundle */
	const char *message_id;	/* decoded */
	const char *subject;
	int64_t created, forwarded, received, modified;	/* 0: absent */
	struct osci_inspection *inspections;
	size_t inspection_count;
};

struct xml_node;

enum osci_select { OSCI_SELECT_NONE, OSCI_SELECT_IDS, OSCI_SELECT_RECEPTION, OSCI_SELECT_MODIFIED };
enum osci_card_role { OSCI_CARD_BOTH, OSCI_CARD_ORIGINATOR, OSCI_CARD_ADDRESSEE };

struct osci_selection {
	enum osci_select by;
	const char **ids;	/* decoded message ids */
	size_t id_count;
	int64_t since;
	bool no_reception;
	enum osci_card_role role;
	uint32_t limit;		/* Quantity; 0: absent */
	const struct xml_node *sent;	/* reader: the element that holds it, to be repeated in the answer as it came */
};

struct osci_message {
	enum osci_type type;
	struct osci_control_block control;
	const char *languages;		/* "de en"; requests only */
	bool quality_creation, quality_reception;	/* QualityOfTimestamp present; `cryptographic_*` if so wanted */
	bool cryptographic_creation, cryptographic_reception;
	bool gcm_iv12;			/* peer announces Support96Bit12ByteIV */
	const char *message_id;		/* decoded; order or answer */
	const char *subject;
	const char *receiver;		/* ContentReceiver: the address where the recipient of a forwardDelivery waits */
	const char *reply_id;		/* MessageIdResponse: what the reply to a processDelivery is to be called */
	struct osci_selection selection;	/* fetch orders; echo in answers */
	struct osci_cert *certs;
	size_t cert_count;
	struct span features;		/* FeatureDescription as canonical XML; the writer puts ours if empty */
	struct span *custom;		/* other header blocks, well-formed XML, each with an Id */
	size_t custom_count;
	struct osci_entry *feedback;
	size_t feedback_count;
	struct osci_card *cards;	/* store/fetch answer: at most one; mediate answer: of the request, of the reply */
	size_t card_count;
	/* content: canonical text of osci:ContentPackage, declaring nothing but what lies beyond the five prefixes */
	bool has_content;
	bool fault_is_server, was_encrypted, is_signed;	/* of the fault, and of what the reader found, below */
	uint64_t content_size;
	size_t content_parts;		/* reader: containers and EncryptedData in it */
	int (*open_content)(void *ctx, struct src **out, struct err *e);	/* writer: called twice */
	void *content_ctx;
	struct osci_attachment *attachments;
	size_t attachment_count;
	/* fault (type OSCI_FAULT): */
	const char *fault_code, *fault_text;
	/* set by the reader: */
	struct pki_cert *encrypted_for;	/* borrowed from the keyring */
	const char *symmetric_alg;	/* URI of the transport encryption, or NULL */
	struct pki_cert *signer;	/* borrowed from certs; NULL if unsigned */
	enum osci_code signature_code;	/* OSCI_NO_CODE: valid, or unsigned; OSCI_9601, OSCI_9602: why not */
};

/* The Id of a certificate element as OSCI software expects it: "author2_signature_<sha256>". number counts the authors
 * and readers from 1; it is ignored for the other roles. */
char *osci_cert_id(struct arena *a, enum osci_role role, bool is_cipher, unsigned number, const struct pki_cert *c);
/* The first certificate of that role and use, or NULL. */
struct pki_cert *osci_message_cert(const struct osci_message *m, enum osci_role role, bool is_cipher);
/* Releases certificate references; the rest belongs to the arena. */
void osci_message_fini(struct osci_message *m);

#endif
