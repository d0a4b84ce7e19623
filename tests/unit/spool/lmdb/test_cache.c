/* SPDX-License-Identifier: EUPL-1.2 */
/* What somebody who can write the database, but has not the master key, can make of the directory cache: nothing. */
#include "spool/suite/h_spool.h"

#include "base/mem.h"
#include "spool/lmdb/engine.h"

struct forgery {
	const char *from;			/* key whose value is taken; NULL: entry is written as it is */
	const struct spool_cache_entry *entry;
	bool flip;				/* one bit of the value */
};

static int forge(struct spool_txn *t, void *ctx, struct err *e)
{
	const struct forgery *f = ctx;
	static const char to[] = { 0, 'b' };
	char from[2] = { 0 };
	struct span val;
	struct buf b;

	buf_init(&b, SPOOL_RECORD_MAX);
	if (f->from != NULL) {
		from[1] = f->from[0];
		assert_true(spool_get(t, TBL_CACHE, from, sizeof(from), &val));
		buf_span(&b, val);
		b.p[b.n / 2] ^= f->flip;
	} else {
		spool_rec_cache_put(&b, f->entry);
	}
	spool_put(t, TBL_CACHE, to, sizeof(to), b.p, b.n);
	buf_fini(&b);
	return spool_txn_check(t, "forge", e);
}

static void a_forged_entry_is_none(void **state)
{
	struct spool_cache_entry good = { 1000, 2000, 3000, false, SPAN_LIT("{\"to\":\"certificate\"}") }, got;
	const struct forgery forgeries[] = {
		{ "a", NULL, false },	/* the entry of another recipient */
		{ "b", NULL, true },
		{ NULL, &good, false },	/* without proof */
	};
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(forgeries); i++) {
		assert_ok(spool_cache_put(h.s, SPAN_LIT("a"), &good, &e), e);
		assert_ok(spool_cache_put(h.s, SPAN_LIT("b"), &good, &e), e);
		assert_ok(spool_cache_get(h.s, h.a, SPAN_LIT("b"), &got, &e), e);
		assert_ok(spool_writer_do(spool_lmdb_of(h.s)->writer, forge, (void *)(uintptr_t)&forgeries[i], &e), e);
		if (spool_cache_get(h.s, h.a, SPAN_LIT("b"), &got, &e) != ERR_MISSING)
			fail_msg("forgery %zu", i);
		e = (struct err)ERR_INIT;
		assert_ok(spool_cache_get(h.s, h.a, SPAN_LIT("a"), &got, &e), e);
	}
}

static int set_up(void **state)
{
	(void)state;
	h_spool_init(&h);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	h_spool_fini(&h);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_forged_entry_is_none),
	};
	return cmocka_run_group_tests_name("spool/cache", tests, set_up, tear_down);
}
