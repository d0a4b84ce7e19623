/* SPDX-License-Identifier: EUPL-1.2 */
/* test_lease - what a claim writes, and what becomes of a lease that cannot be read. */
#include "spool/suite/h_spool.h"

#include "base/clock.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

/* SHA-256 over all that a table has. */
static void digest_of(enum spool_table table, uint8_t out[SHA256_LEN])
{
	struct digest *d = digest_new(DIGEST_SHA256);
	struct err e = ERR_INIT;
	struct spool_txn t;
	struct spool_cur c;

	assert_ok(spool_txn_read(&spool_lmdb_of(h.s)->db, &t, &e), e);
	spool_cur_open(&c, &t, table);
	for (bool ok = spool_cur_first(&c); ok; ok = spool_cur_next(&c)) {
		digest_add(d, c.key.p, c.key.n);
		digest_add(d, c.val.p, c.val.n);
	}
	spool_cur_close(&c);
	spool_txn_end(&t);
	digest_end(d, out);
	digest_free(d);
}

static void a_claim_and_its_renewals_write_a_lease_and_nothing_else(void **state)
{
	uint8_t before[TBL_COUNT][SHA256_LEN], after[SHA256_LEN];
	struct spool_delivery d;
	struct err e = ERR_INIT;
	int64_t next, now;

	(void)state;
	for (int i = 0; i < 20; i++)
		assert_ok(h_submit(h.s, NULL, i % 2 ? "ags:1" : "ags:2", 10, 1, NULL, NULL, &e), e);
	now = clock_now() + 1;
	for (unsigned i = 0; i < TBL_COUNT; i++)
		digest_of((enum spool_table)i, before[i]);
	for (int i = 0; i < 5; i++) {
		assert_ok(h_claim(h.s, h.a, now, 60000, &d, &next, &e), e);
		assert_ok(spool_delivery_renew(h.s, &d.id, d.token, now + 90000, &e), e);
	}
	for (unsigned i = 0; i < TBL_COUNT; i++) {
		digest_of((enum spool_table)i, after);
		assert_int_equal(memcmp(before[i], after, SHA256_LEN) == 0, i != TBL_LEASE);
	}
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_YIELDED, NULL, NULL, &e), e);
	digest_of(TBL_OF, after);
	assert_memory_equal(before[TBL_OF], after, SHA256_LEN);
}

static int spoil_job(struct spool_txn *t, void *ctx, struct err *e)
{
	const struct id *dlv = ctx;

	(void)e;
	spool_put(t, TBL_LEASE, dlv->b, ID_LEN, "x", 1);
	return 0;
}

static void a_damaged_lease_is_set_aside_with_its_delivery_and_no_other(void **state)
{
	struct spool_delivery d[3], is;
	struct spool_damaged *list;
	struct spool_stats st;
	struct err e = ERR_INIT;
	int64_t next;
	size_t n;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, NULL, NULL, &e), e);
		if (i < 2)
			assert_ok(h_claim(h.s, h.a, clock_now() + 1, 60000, &d[i], &next, &e), e);
	}
	assert_ok(spool_writer_do(spool_lmdb_of(h.s)->writer, spoil_job, &d[0].id, &e), e);
	assert_ok(h_claim(h.s, h.a, clock_now() + 1, 60000, &d[2], &next, &e), e);
	assert_true(id_cmp(&d[2].id, &d[0].id) != 0 && id_cmp(&d[2].id, &d[1].id) != 0);
	assert_ok(spool_damaged_list(h.s, h.a, 10, &list, &n, &e), e);
	assert_int_equal(n, 1);
	assert_int_equal(id_cmp(&list[0].id, &d[0].id), 0);
	assert_ok(spool_stats_get(h.s, &st, &e), e);
	assert_int_equal(st.deliveries[DLV_ACTIVE], 2);
	assert_int_equal(st.deliveries[DLV_QUEUED], 0);
	h_spool_reopen(&h);
	assert_ok(spool_delivery_get(h.s, h.a, &d[1].id, &is, &e), e);
	assert_int_equal(is.state, DLV_QUEUED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_claim_and_its_renewals_write_a_lease_and_nothing_else, h_setup, h_teardown),
		cmocka_unit_test_setup_teardown(a_damaged_lease_is_set_aside_with_its_delivery_and_no_other, h_setup, h_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
