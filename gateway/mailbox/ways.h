/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ways - the ways from the intermediary to recipients that wait for orders (osci/env.h: way_begin): who may be called, and
 * how many requests may wait for whom.
 *
 * An address is named by whoever sends an order, so nothing is called that the operator has not listed. A worker that
 * waits for a recipient serves nobody else meanwhile: one recipient gets no more than `each` of them, one that does not
 * work gets one at a time (peer/registry.h), one sender has no more than `sender` of them waiting, from however many addresses,
 * and all together no more than `most`. Any thread.
 */
#ifndef MAILBOX_WAYS_H
#define MAILBOX_WAYS_H

#include "http/client.h"
#include "osci/env.h"

struct mailbox_ways;

/* Strings and the client are borrowed, the list is not needed afterwards. */
struct mailbox_ways_rules {
	char *const *allowed;		/* beginnings of addresses, "http://host:port/path": see mailbox_way_begin */
	size_t allowed_count;
	struct http_client *http;
	const char *scratch_dir;
	int64_t timeout_ms;		/* of one order and its answer */
	int64_t patience_ms;		/* for a place at a recipient */
	uint64_t max_answer;		/* bytes */
	/* requests under way: at one recipient, of one sender (with those that wait for a place), at all; at least 1 */
	unsigned each, sender, most;
};

/* ERR_SYNTAX where an entry is no http or https address. */
int mailbox_ways_new(const struct mailbox_ways_rules *rules, struct mailbox_ways **out, struct err *e);
void mailbox_ways_free(struct mailbox_ways *ws);	/* when no order is under way any more; NULL is allowed */

/* For struct osci_env; ctx is the struct mailbox_ways. May be called: who has the scheme, host and port of an entry, and its
 * path or one below it. A path with dots in front of a segment, however they are written, is none. Others: ERR_DENIED
 * (RSN_DIR_BAD_ADDRESS). ERR_BUSY: no place at the recipient in time, or the sender has its share; ERR_UNREACHABLE: it is dead
 * and rests. Senders without a certificate are one sender. */
int mailbox_way_begin(void *ctx, const struct osci_way_wish *wish, struct osci_transport *out, void **way, struct err *e);
void mailbox_way_end(void *ctx, void *way);

#endif
