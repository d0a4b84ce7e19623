/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * xta_store - the accounts, message boxes and reports that the XTA server sees, made of the spool (xta/env.h on
 * spool/store.h).
 *
 * A message is one of kind SPOOL_MAIL: sent is `submitted`, Delivery `accepted` (in the future while it may not be read
 * before), InitialFetch `forwarded`, Reception `fetched`; its parts are "content-0", "content-1", ... in the order of the
 * document; its message id in lower case is the foreign id. A box is the digest of a party, and the mailboxes of OSCI that
 * belong to it (bridge.h). What is for a reader elsewhere is of kind SPOOL_APPLICATION and has deliveries. Any thread.
 */
#ifndef MAILBOX_XTA_STORE_H
#define MAILBOX_XTA_STORE_H

#include "mailbox/bridge.h"
#include "mailbox/outward.h"
#include "mailbox/xta_account.h"
#include "mailbox/xta_id.h"
#include "mailbox/xta_scan.h"
#include "spool/store.h"
#include "xta/env.h"

#define MAILBOX_XTA_PARTS_MAX 200	/* of a message, below what the store takes */

struct mailbox_xta {
	struct xta_env env;
	struct spool *spool;
	struct mailbox_xta_accounts *accounts;
	struct mailbox_xta_ids ids;
	struct mailbox_bridge bridge;	/* to what is stored by OSCI */
	const struct mailbox_outward *outward;	/* NULL: nothing leaves this house */
	const struct mailbox_scanner *scanner;	/* NULL: nothing is scanned */
	uint8_t cursor_key[SHA256_LEN];
};

/* All of it is borrowed. */
struct mailbox_xta_options {
	struct spool *spool;
	struct mailbox_xta_accounts *accounts;
	const char *prefix;		/* of the message ids that are issued */
	struct pki_certs *certs;	/* these three for what is stored by OSCI */
	const struct pki_policy *policy;
	const char *scratch_dir;
	const struct mailbox_outward *outward;	/* NULL: nothing leaves this house */
	const struct mailbox_scanner *scanner;	/* NULL: nothing is scanned */
};

/* What the transport knows of a caller: xta_post.peer. */
struct mailbox_xta_caller {
	enum mailbox_xta_entry entry;
	const struct mailbox_xta_account *account;	/* NULL: unknown */
};

int mailbox_xta_init(struct mailbox_xta *g, const struct mailbox_xta_options *o, struct err *e);	/* fills *g */

#endif
