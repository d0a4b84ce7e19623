/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * osci_store - the store that the OSCI intermediary sees, made of the spool (osci/env.h on spool/store.h).
 *
 * A delivery in a mailbox is a message of kind SPOOL_MAIL: Creation is `accepted`, Forwarding `forwarded`, Reception
 * `fetched`; the ContentPackage is the part "body", MIME parts are "attachment-1", "attachment-2", ... with the
 * Content-ID as label. Any thread.
 */
#ifndef MAILBOX_OSCI_STORE_H
#define MAILBOX_OSCI_STORE_H

#include "mailbox/bridge.h"
#include "mailbox/handed.h"
#include "mailbox/ways.h"
#include "osci/env.h"
#include "spool/store.h"

#define MAILBOX_CARDS_BYTES 4194304u	/* headers of the cards of one answer; one card has no limit of its own */

struct mailbox_osci {
	struct osci_env env;
	struct spool *spool;
	const char *dir;	/* for scratch files */
	struct mailbox_handed handed;
	const struct mailbox_bridge *bridge;	/* to boxes of XTA; NULL: there are none */
	const struct spool_box *boxes;	/* set by mailbox_osci_register */
	size_t box_count;
	const struct mailbox_xta_accounts *accounts;
};

/* Fills *g; spool, dir and ways are borrowed. ways NULL: no recipient is called. */
int mailbox_osci_init(struct mailbox_osci *g, struct spool *spool, const char *dir, struct mailbox_ways *ways, struct err *e);
/* From now on only these have a mailbox that can be stored in, and those whose mailbox of OSCI belongs to an account of XTA. Both
 * are borrowed; accounts may be NULL. */
void mailbox_osci_register(struct mailbox_osci *g, const struct spool_box *boxes, size_t n,
			   const struct mailbox_xta_accounts *accounts);

#endif
