/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * channel - how a delivery reaches a peer: a row per protocol and manner. A new one is a row and its functions; everything
 * else of this folder knows nothing of it.
 */
#ifndef DELIVERY_CHANNEL_H
#define DELIVERY_CHANNEL_H

#include "delivery/sender.h"

/* What the peer's answers came to. Strings live in the arena of the errand. */
struct delivery_result {
	int64_t stored;		/* when the peer has it: by its own words, or by our clock if it said nothing */
	int64_t fetched;	/* when the recipient has it, where that is known at once; 0: it is asked for later */
	const char *code;	/* the peer's code that decided; NULL if none came */
	const char *warnings;	/* what it said beside, of an order that it carried out; NULL: nothing */
	const char *detail;	/* for the trace: age of the directory entry, certificate used */
	bool ambiguous;		/* it may have been stored without our knowing */
	bool used_up;		/* it was not, and the id that it was sent under is no good any more */
	bool doubts_entry;	/* the peer's certificates are not what the directory said */
	bool answered;		/* it said something that only the right peer can say */
	bool unfinished;	/* the peer gave something that could not be kept: it is not to be told that we have it */
	int64_t took;		/* ms of the last exchange */
	int64_t not_before;	/* clock_now: the peer wants to be left alone until then; 0: it said nothing */
};

/* One attempt, as a row sees it. Everything is borrowed. */
struct delivery_errand {
	const struct delivery_sender *s;
	struct arena *a;
	struct spool_delivery *d;
	const struct spool_message *m;
	const struct dir_route *route;
	const char *address;	/* where the recipient waits; NULL where the channel needs none */
	struct peer_watch watch;
	struct delivery_result *r;
	void *line;		/* the row's own: made by prepare, gone with finish */
};

/* A question for what was sent to a peer. */
struct delivery_query {
	const struct delivery_sender *s;
	const struct dir_route *route;
	struct peer_watch watch;
	int64_t timeout_ms;	/* of one exchange */
	const char **ids;	/* n of them, as the peer calls them */
	size_t n;
	struct arena *a;
};

struct delivery_card {
	bool is_there;				/* the peer has it; false: it says that it has not */
	int64_t stored, forwarded, fetched;	/* 0: not (yet) */
};

#define DELIVERY_WARNED "accepted with warnings: "	/* how the detail of such a delivery begins */

struct delivery_channel {
	const char *name;
	/* The recipient has it when send returns 0, and the peer only passes it on: what the peer has and the recipient has not
	 * (a card without `fetched`) is not delivered, and goes out again under another id. */
	bool at_once;
	const char *without_answer;	/* for the trace, where nothing but the process card says that it arrived; NULL: nothing is missing */
	/* Whom the route leads to: the address that the delivery talks to. */
	const char *(*peer)(const struct dir_route *route);
	/* Before anything of the message is sent: d->peer_id, if there is none. Nothing is stored by it. */
	int (*prepare)(struct delivery_errand *x, struct err *e);
	/* 0: stored, x->r says when. */
	int (*send)(struct delivery_errand *x, struct err *e);
	/* One card per id. */
	int (*ask)(const struct delivery_query *q, struct delivery_card *cards, struct err *e);
	/* After prepare and send, whatever came of it: fills in x->r from the peer's words. */
	void (*classify)(struct delivery_errand *x, int rc);
	void (*finish)(struct delivery_errand *x);	/* also without prepare */
};

/* NULL and "": the first row. NULL if there is no such row. */
const struct delivery_channel *delivery_channel_find(const char *name);

extern const struct delivery_channel delivery_osci_store, delivery_osci_forward, delivery_osci_mediate;

#endif
