/* SPDX-License-Identifier: EUPL-1.2 */
/* xta_pick - which messages of an account's boxes come next, from a selection or from where a reader stands. Any thread. */
#ifndef MAILBOX_XTA_PICK_H
#define MAILBOX_XTA_PICK_H

#include "mailbox/xta_cursor.h"
#include "mailbox/xta_part.h"

struct mailbox_xta_picked {
	struct spool_message m;
	struct mailbox_xta_memo memo;
};

/* False: more than one answer can remember. */
bool mailbox_xta_select_ok(const struct xta_selection *s);
/* The position in front of the first. What no index knows (ids, answers to a message, what was fetched before) is looked
 * for here, the oldest MAILBOX_XTA_CURSOR_IDS of it. */
int mailbox_xta_select(struct mailbox_xta *g, const struct mailbox_xta_who *who, const struct xta_selection *s, struct arena *a,
		       struct mailbox_xta_cursor *out, struct err *e);
/* At most max messages behind the position, which moves on; c->pending: how many are still behind it. goes_on: it is not
 * the first page. */
int mailbox_xta_pick(struct mailbox_xta *g, const struct mailbox_xta_account *account, struct mailbox_xta_cursor *c, size_t max,
		     bool goes_on, struct arena *a, struct mailbox_xta_picked *out, size_t *n, struct err *e);

#endif
