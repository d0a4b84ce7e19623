/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * entry - a directory entry as the directory tells it, reduced to what a delivery needs; and how it is cached.
 *
 * Reading an entry applies the resolution rule proven in practice: element OSCI_ADDRESSEE with its certificate,
 * element OSCI_INTERMEDIARY with address and certificate; a certificate that is not inline comes from the
 * CIPHER_CERTIFICATE element with the same description name, never from just any. Strings live in the arena. Any thread.
 */
#ifndef DIR_ENTRY_H
#define DIR_ENTRY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* What the directory was asked for, and what an entry must have beside what every delivery needs. */
struct dir_question {
	const char *key, *service;	/* organisation key, service specification URI */
	bool need_signature;		/* the intermediary's signature certificate */
	bool allow_local;		/* its address may be of this machine */
};

struct dir_entry {
	const char *service;		/* service specification URI */
	const char *organisation;	/* its name as the entry says it, or "" */
	long long id;			/* of the service in the directory; 0: the entry names none */
	bool is_bound;			/* the entry itself names the key that was asked for */
	const char *intermediary_uri;
	const char *addressee_uri;	/* where it waits for deliveries; "": its element has no http or https address */
	struct span intermediary_cipher, addressee_cipher;		/* base64 of the DER */
	struct span intermediary_signature, addressee_signature;	/* empty: the entry names none */
	int64_t valid_from, valid_to;	/* ms; 0: unlimited */
};

/* text: the JSON of a Service, or of a list with one. Errors: ERR_SYNTAX RSN_DIR_BAD_ANSWER; ERR_TRUST RSN_DIR_OTHER_ENTRY when
 * it is of another service or organisation than asked for, both named; ERR_MISSING RSN_DIR_INCOMPLETE (element, address or
 * certificate missing, named in the text), RSN_DIR_BAD_ADDRESS, RSN_DIR_AMBIGUOUS or, for an empty list, RSN_DIR_NO_ENTRY;
 * ERR_TRUST RSN_CERT_REVOKED or RSN_IM_CERT_REVOKED when the directory itself says that a certificate is revoked. */
int dir_entry_read(struct span text, const struct dir_question *q, struct arena *a, struct dir_entry *out,
		    struct err *e);
/* ERR_TRUST RSN_DIR_EXPIRED outside its validity. */
int dir_entry_check(const struct dir_entry *r, int64_t now, struct err *e);

#endif
