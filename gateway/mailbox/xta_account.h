/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * xta_account - who calls: client certificate, account, parties; and whom a party belongs to.
 *
 * An account is a procedure. It has several certificates (renewal) and several parties (identifiers): it speaks as one of
 * them, and each of them has a message box, behind which there may be mailboxes of OSCI. A certificate is known by the
 * SHA-256 of its DER. Any thread; nothing but counts changes after _new.
 */
#ifndef MAILBOX_XTA_ACCOUNT_H
#define MAILBOX_XTA_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "spool/types.h"

struct pki_keyring;

struct mailbox_xta_party {
	const char *value;
	const char *type;		/* "xoev" */
	const char *name, *category;	/* or NULL */
	const struct spool_box *osci;	/* its mailboxes of OSCI: what is stored there is in its box as well */
	size_t osci_count;
	const struct pki_keyring *keys;	/* cipher keys that open what was encrypted for it; NULL: none are here */
};

/* What the configuration says of one account; strings and lists must outlive the set. */
struct mailbox_xta_account {
	const char *name;
	const uint8_t (*fingerprints)[SHA256_LEN];
	size_t fingerprint_count;
	const struct mailbox_xta_party *parties;	/* at least one; the first speaks when a request names none */
	size_t party_count;
	/* Set by _new. The boxes of party i are boxes[first[i]] up to boxes[first[i + 1]]: its own, which is the digest of
	 * type and value, then those of OSCI. first has party_count + 1 entries. */
	const struct spool_box *boxes;
	size_t box_count;
	const size_t *first;
	bool may_send, may_receive, takes_tests, is_locked;
	bool may_send_elsewhere;	/* to readers who have no box here */
};

struct mailbox_xta_accounts;

/* running_max: requests of one account at once. ERR_CONFIG, with both names, when a fingerprint, a party or a mailbox of
 * OSCI stands in two accounts, or a mailbox twice in one. The list is copied, what it points to is not. */
int mailbox_xta_accounts_new(const struct mailbox_xta_account *list, size_t n, unsigned running_max,
			     struct mailbox_xta_accounts **out, struct err *e);
void mailbox_xta_accounts_free(struct mailbox_xta_accounts *as);	/* NULL is allowed */
size_t mailbox_xta_accounts_count(const struct mailbox_xta_accounts *as);
const struct mailbox_xta_account *mailbox_xta_account_at(const struct mailbox_xta_accounts *as, size_t i);

/* Of XTA's error codes those that say who may come in. */
enum mailbox_xta_entry {
	MAILBOX_XTA_ENTERED,
	MAILBOX_XTA_UNKNOWN,	/* 9012: no account has this certificate */
	MAILBOX_XTA_LOCKED,	/* 9011 */
	MAILBOX_XTA_EXPIRED,	/* 9010: its certificate is not valid (any more) */
	MAILBOX_XTA_BUSY,	/* too many requests of it are running */
};
/* der: the certificate of the connection, whose chain the handshake has checked; empty: none. *out is set for all but
 * UNKNOWN. After ENTERED, and only then, one _leave. */
enum mailbox_xta_entry mailbox_xta_enter(struct mailbox_xta_accounts *as, struct span der, int64_t now,
					 const struct mailbox_xta_account **out);
void mailbox_xta_leave(struct mailbox_xta_accounts *as, const struct mailbox_xta_account *a);
unsigned mailbox_xta_running(const struct mailbox_xta_accounts *as, const struct mailbox_xta_account *a);

/* The box in which a party is sent to by XTA. */
const struct spool_box *mailbox_xta_own_box(const struct mailbox_xta_account *a, size_t party);
/* Whose mailbox of OSCI this is, and the party's index; NULL: nobody's here. */
const struct mailbox_xta_account *mailbox_xta_osci_owner(const struct mailbox_xta_accounts *as, const struct spool_box *box,
							 size_t *party);

/* The account of a party, and the party's index in it; NULL: nobody here. type NULL or "" (clients forget it): by the value
 * alone, if that is one party's. */
const struct mailbox_xta_account *mailbox_xta_owner(const struct mailbox_xta_accounts *as, const char *type, const char *value,
						    size_t *party);

#endif
