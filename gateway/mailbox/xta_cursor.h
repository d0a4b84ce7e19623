/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * xta_cursor - where a reader stands in its message boxes, as the MsgBoxRequestID that it gives back.
 *
 * All of it is in the id, under a keyed digest and bound to the account: nothing is kept for readers that never come back,
 * and a restart forgets nobody. Any thread.
 */
#ifndef MAILBOX_XTA_CURSOR_H
#define MAILBOX_XTA_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "spool/store.h"

#define MAILBOX_XTA_CURSOR_IDS 100	/* messages named one by one that an id remembers */

struct mailbox_xta_cursor {
	bool lists;			/* of getStatusList; otherwise of getMessage */
	bool whole;			/* the list shows the whole metadata */
	bool new_only;
	bool named;			/* of messages that were named one by one: what is left of them is in `ids` */
	bool any_party;			/* of the account; otherwise that of `box` */
	struct spool_box box;
	int64_t since, until;		/* 0: no bound */
	struct spool_mail_ref after;
	uint32_t limit;			/* of a page */
	uint64_t pending;		/* behind it, as far as known */
	struct id *ids;
	size_t id_count;		/* at most MAILBOX_XTA_CURSOR_IDS */
};

const char *mailbox_xta_cursor_text(const uint8_t key[SHA256_LEN], const char *account, const struct mailbox_xta_cursor *c,
				    struct arena *a);
/* False: not one of ours, not this account's, or changed. */
bool mailbox_xta_cursor_read(const uint8_t key[SHA256_LEN], const char *account, const char *text, struct arena *a,
			     struct mailbox_xta_cursor *c);

#endif
