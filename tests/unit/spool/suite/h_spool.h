/* SPDX-License-Identifier: EUPL-1.2 */
/* h_spool - a spool in a temporary folder, and messages to put into it. */
#ifndef TESTS_H_SPOOL_H
#define TESTS_H_SPOOL_H

#include "cm.h"

#include "base/arena.h"
#include "spool/store.h"

/* The engine of this test program: tests/unit/spool/<engine>/h_<engine>.c says which. */
extern const struct spool_ops *const h_engine;
void h_engine_settle(struct spool *s);	/* returns when what spool_open left to the background is done */

struct h_spool {
	char root[64], dir[96], key[96];	/* root holds dir and the master key */
	struct spool_options o;
	struct spool *s;
	struct arena *a;
};

void h_spool_init(struct h_spool *x);		/* folder, key, open spool */
void h_spool_reopen(struct h_spool *x);
void h_tick(void);				/* until the clock shows another millisecond: order by time is order of making */
void h_spool_fini(struct h_spool *x);		/* closes and removes everything */

/* Tests outlive a dead spool: what spool_on_death was before the first h_spool_init. */
extern void (*h_end_process)(void);

void h_remove(const char *path);		/* rm -r */

/* The spool of tests that need one, opened and removed around each of them. */
extern struct h_spool h;
int h_setup(void **state);
int h_teardown(void **state);

/* n bytes that depend on seed; the caller frees. */
char *h_bytes(size_t n, unsigned seed);
/* Adds a part with n bytes of h_bytes(n, seed). */
int h_part(struct spool_edit *ed, const char *name, size_t n, unsigned seed, struct err *e);
/* An application with one part "body" for recipient, with a delivery. *id and *dlv may be NULL. No two in a millisecond. */
int h_submit(struct spool *s, const char *foreign_id, const char *recipient, size_t n, unsigned seed, struct id *id,
	     struct id *dlv, struct err *e);
/* A mail for mailbox `to` (first byte of the box), accepted at ms. */
int h_mail(struct spool *s, const char *foreign_id, uint8_t from, uint8_t to, int64_t accepted, struct id *id,
	   struct err *e);
struct spool_box h_box(uint8_t b);
/* The only delivery of the message; ERR_MISSING if it has none. */
int h_delivery_of(struct spool *s, struct arena *a, const struct id *message, struct spool_delivery *d, struct err *e);
/* For spool_claim: admits all recipients but those of ctx, a list of names that ends with NULL; counts the places. */
bool h_admit_others(void *ctx, const struct spool_lane *lane);
extern uint64_t h_missing;	/* of spool_backup */
extern int h_places;
void h_leave(void *ctx, const struct spool_lane *lane);
/* Claims whatever is due, all lanes admitted. */
int h_claim(struct spool *s, struct arena *a, int64_t now, int64_t lease_ms, struct spool_delivery *d, int64_t *next,
	    struct err *e);
/* True if the part has exactly the bytes of h_bytes(n, seed). */
bool h_part_is(struct spool *s, const struct id *id, const char *name, size_t n, unsigned seed, struct err *e);

#endif
