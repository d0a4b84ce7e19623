/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * registry - how the peers are: one line per scheme, host and port, and how many attempts may be under way at each.
 *
 *     UNPROVEN --answered--> HEALTHY --takes long--> SLOW --answers in time--> HEALTHY
 *        | failed               | failed three times    | failed
 *        +-------> DEAD <-------+-----------------------+
 *                   +--answered--> HEALTHY
 *
 * A healthy peer has places for `limit` attempts; each failure halves them down to one, each success gives one back. An
 * unproven one has one place, until it answered. A dead one is probed: one attempt at a time, after waits that double up
 * to probe_most. Who asks whether there is a place has it, so that any number of workers may wake at once. What is not
 * healthy is for the patient: see peer_entry.
 * Bounded: beyond `most` peers the one that was used least recently is forgotten, and unproven when it comes again.
 * Instants are the caller's (clock_now). Any thread.
 */
#ifndef PEER_REGISTRY_H
#define PEER_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"

#define PEER_KEY_LEN 288

enum peer_state { PEER_UNPROVEN, PEER_HEALTHY, PEER_SLOW, PEER_DEAD, PEER_STATES };

struct peer_registry;

struct peer_rules {
	unsigned limit;				/* attempts at once at one peer, at least 1 */
	int64_t probe_first, probe_most;	/* ms between two probes of a dead one */
	size_t most;				/* peers remembered; more than can be in use at once */
};

/* "http://host:port" of an address: the same for all that go to one program there. False: not an address. */
bool peer_key(const char *uri, char out[PEER_KEY_LEN]);

struct peer_registry *peer_registry_new(const struct peer_rules *rules);
void peer_registry_free(struct peer_registry *r);	/* NULL is allowed */

/* A place at a peer. Of zeros: none. */
struct peer_pass {
	char key[PEER_KEY_LEN];
	bool is_patient;	/* it may take long: not for a worker whom healthy peers wait for */
	bool is_probe;		/* the one attempt at a peer of which nothing good is known */
};

enum peer_entry {
	PEER_ENTERED,	/* there is a place, and it is taken */
	PEER_FULL,	/* all places are taken */
	PEER_PROBED,	/* somebody is finding out whether it works */
	PEER_RESTS,	/* dead, and not probed before that */
};
struct peer_wait {
	int64_t until;		/* PEER_RESTS: when it is probed next */
	enum reason reason;	/* of its last failure; RSN_NONE: nothing is known */
};
enum peer_entry peer_registry_enter(struct peer_registry *r, const char *key, int64_t now, struct peer_pass *pass,
				    struct peer_wait *wait);
/* Gives a place back without having learned anything. A pass of zeros is allowed; afterwards it is one. */
void peer_registry_leave(struct peer_registry *r, struct peer_pass *pass);

struct peer_news {
	enum peer_state before, after;
	int64_t probe_at;	/* DEAD: when it is probed next */
	uint32_t failures;	/* in a row */
};
/* It answered, whatever it said. With the first answer an attempt may be far from over: the place is kept. took: ms. */
struct peer_news peer_registry_answered(struct peer_registry *r, const struct peer_pass *pass, int64_t took);
/* The attempt failed because of the peer; its place is given back. not_before: what the peer asked for (Retry-After), or 0.
 * random: any 32 bits. */
struct peer_news peer_registry_failed(struct peer_registry *r, struct peer_pass *pass, enum reason reason,
				      int64_t now, int64_t not_before, uint32_t random);
/* An attempt there has been waiting for so long that a healthy peer counts as slow. */
struct peer_news peer_registry_takes_long(struct peer_registry *r, const char *key);
/* What is known from elsewhere about an unproven peer: it failed so often in a row and is not to be probed before then. */
void peer_registry_recall(struct peer_registry *r, const char *key, enum reason reason, uint32_t failures,
			  int64_t now, int64_t probe_at);

struct peer_counts {
	size_t in[PEER_STATES];
};
/* How many peers are in each state. */
void peer_registry_count(struct peer_registry *r, struct peer_counts *out);
const char *peer_state_name(enum peer_state s);	/* "healthy" */

#endif
