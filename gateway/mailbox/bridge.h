/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bridge - a delivery that was stored by OSCI, as the message of an XTA box: its metadata, its id, its content.
 *
 * The mailbox is the same for both protocols: nothing is copied. MessageMetaData is the custom header of that name, or made
 * of what OSCI says. What is inside of the content package is handed out when it is plain, or encrypted for a key that the
 * configuration gives to this reader; everything else is handed on as it came. Any thread.
 */
#ifndef MAILBOX_BRIDGE_H
#define MAILBOX_BRIDGE_H

#include <pthread.h>

#include "mailbox/xta_account.h"
#include "mailbox/xta_id.h"
#include "mailbox/xta_memo.h"
#include "pki/trust.h"
#include "spool/store.h"

#define MAILBOX_BRIDGE_PARTS 200	/* contents of a package that is opened; more are handed on as they came */

/* All but the lock is set by the caller and borrowed. */
struct mailbox_bridge {
	struct spool *spool;
	struct mailbox_xta_accounts *accounts;
	const struct mailbox_xta_ids *ids;
	struct pki_certs *certs;
	const struct pki_policy *policy;
	const char *scratch_dir;
	pthread_mutex_t lock;		/* one package is opened at a time: each takes memory for a container */
};

/* Whether a message of kind MAIL came by OSCI. */
bool mailbox_bridge_is(const struct spool_message *m);
/* Its metadata, without the instants that the store keeps. m may be erased: then what is left. */
int mailbox_bridge_memo(const struct mailbox_bridge *b, const struct spool_message *m, struct arena *a,
			struct mailbox_xta_memo *out, struct err *e);

/* Content of one message while it is handed out. */
struct mailbox_bridge_content;
/* parts lives in a and reads from *out, which the caller frees behind the last of them. */
int mailbox_bridge_open(struct mailbox_bridge *b, const struct spool_message *m, struct arena *a, const struct xta_part **parts,
			size_t *n, struct mailbox_bridge_content **out, struct err *e);
void mailbox_bridge_close(struct mailbox_bridge_content *c);	/* NULL is allowed */

/* The id of XTA under which a delivery that is being stored in the mailbox `to` shall be found; NULL: that made of its own
 * id. header: osci_stored.header. An id that is used already, or that we have issued and not sent, is none. */
const char *mailbox_bridge_alias(const struct mailbox_bridge *b, const struct spool_box *to, struct span header,
				 struct arena *a);
/* By an id that was made of the store's own. ERR_MISSING. */
int mailbox_bridge_find(const struct mailbox_bridge *b, const char *id, struct arena *a, struct spool_message *m,
			struct err *e);
/* The process card of a message as a document, for the transport report; by whichever protocol it came. xta_id: what it is
 * called if OSCI has no name for it. */
int mailbox_bridge_card(const struct mailbox_bridge *b, const struct spool_message *m, const char *xta_id, struct arena *a,
			struct span *out, struct err *e);

#endif
