/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * xta_memo - what the message box keeps of a message besides its content, as two blobs that the store does not look into.
 *
 * meta: all of MessageMetaData and what is said of each part; personal, encrypted at rest. open_meta: what the transport
 * report needs when the rest is erased, without anything personal: ids, parties (procedures, by their identifiers), what
 * kind of message, warnings. Instants that the store keeps (Delivery, InitialFetch, Reception) are not in them. Versioned,
 * bounds-checked. Any thread.
 */
#ifndef MAILBOX_XTA_MEMO_H
#define MAILBOX_XTA_MEMO_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "xta/message.h"

struct mailbox_xta_memo {
	struct xta_meta meta;
	struct xta_part *parts;		/* without open */
	size_t part_count;
	unsigned warnings;		/* enum xta_warning */
};

/* Append to an empty buffer; ERR_LIMIT beyond its cap. */
int mailbox_xta_memo_put(struct buf *out, const struct mailbox_xta_memo *m, struct err *e);
int mailbox_xta_memo_put_open(struct buf *out, const struct mailbox_xta_memo *m, struct err *e);
/* Reads either of them. ERR_IO for a damaged one. */
int mailbox_xta_memo_get(struct span in, struct arena *a, struct mailbox_xta_memo *m, struct err *e);
/* Whether that is one of ours: mail that came by OSCI has none. */
bool mailbox_xta_memo_is(struct span in);

#endif
