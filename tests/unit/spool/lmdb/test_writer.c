/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of spool/writer. */
#include "spool/suite/h_spool.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

enum fault { GOOD, CLEAN, DIRTY };	/* fails before or after it has written something */

struct job {
	uint32_t no;
	enum fault fault;
};

static int run(struct spool_txn *t, void *ctx, struct err *e)
{
	struct job *j = ctx;
	uint8_t key[5] = { 'j' };

	codec_be32(key + 1, j->no);
	if (j->fault == CLEAN)
		return err_set(e, ERR_DENIED, "clean");
	t->counters.file_bytes++;
	spool_put(t, TBL_META, key, sizeof(key), "x", 1);
	return j->fault == DIRTY ? err_set(e, ERR_DENIED, "dirty") : 0;
}

static bool there(uint32_t no)
{
	struct err e = ERR_INIT;
	uint8_t key[5] = { 'j' };
	struct spool_txn t;
	struct span val;
	bool found;

	codec_be32(key + 1, no);
	assert_ok(spool_txn_read(&spool_lmdb_of(h.s)->db, &t, &e), e);
	found = spool_get(&t, TBL_META, key, sizeof(key), &val);
	spool_txn_end(&t);
	return found;
}

enum { THREADS = 16, EACH = 25 };

static void *worker(void *arg)
{
	unsigned me = *(unsigned *)arg;

	for (uint32_t i = 0; i < EACH; i++) {
		struct job j = { me * EACH + i, i % 10 == 3 ? CLEAN : i % 10 == 7 ? DIRTY : GOOD };
		struct err e = ERR_INIT;
		int rc = spool_writer_do(spool_lmdb_of(h.s)->writer, run, &j, &e);

		must(rc == (j.fault == GOOD ? 0 : ERR_DENIED));
		must(j.fault != DIRTY || strcmp(e.text, "dirty") == 0);
	}
	return NULL;
}

static void a_job_that_fails_harms_none_of_its_group(void **state)
{
	pthread_t threads[THREADS];
	unsigned me[THREADS];
	uint64_t commits, calls, good = 0;

	(void)state;
	for (unsigned i = 0; i < THREADS; i++) {
		me[i] = i;
		assert_int_equal(pthread_create(&threads[i], NULL, worker, &me[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (uint32_t i = 0; i < THREADS * EACH; i++) {
		bool expected = i % EACH % 10 != 3 && i % EACH % 10 != 7;

		good += expected;
		assert_int_equal(there(i), expected);
	}
	/* The counters went through the same: nothing of a failed job, nothing twice. */
	assert_int_equal(spool_writer_counters(spool_lmdb_of(h.s)->writer).file_bytes, good);
	spool_writer_counts(spool_lmdb_of(h.s)->writer, &commits, &calls);
	assert_true(calls >= THREADS * EACH && commits < calls);
	h_spool_reopen(&h);
	assert_int_equal(spool_lmdb_of(h.s)->db.counters.file_bytes, good);
}

struct posted {
	struct job j;
	atomic_int over;
};

static void posted_over(void *ctx, bool failed)
{
	struct posted *p = ctx;

	atomic_store(&p->over, failed ? 2 : 1);
}

static void a_posted_job_is_done_at_the_latest_when_the_spool_is_closed(void **state)
{
	static struct posted good = { { 900, GOOD }, 0 }, bad = { { 901, DIRTY }, 0 };

	(void)state;
	spool_writer_post(spool_lmdb_of(h.s)->writer, run, &good, posted_over);
	spool_writer_post(spool_lmdb_of(h.s)->writer, run, &bad, posted_over);
	h_spool_reopen(&h);
	assert_int_equal(atomic_load(&good.over), 1);
	assert_int_equal(atomic_load(&bad.over), 2);
	assert_true(there(900));
	assert_false(there(901));
}

struct many {
	unsigned n;
	const char *recipient;
};

static int add_many(struct spool_txn *t, void *ctx, struct err *e)
{
	struct many *m = ctx;

	(void)e;
	for (unsigned i = 0; i < m->n; i++) {
		struct spool_delivery d = { .id = id_new(), .state = DLV_QUEUED, .recipient = m->recipient };

		d.created = d.due = 1000 + i;
		spool_dlv_store(t, NULL, &d);
	}
	return 0;
}

static void a_recipient_with_many_waiting_costs_the_others_nothing(void **state)
{
	struct many big = { 30000, "ags:big" }, small = { 3, "ags:small" };
	const char *full[] = { "ags:big", NULL };
	struct spool_claim c = { .now = 100000, .lease_ms = 50, .admit = h_admit_others, .ctx = full };
	struct err e = ERR_INIT;
	struct spool_delivery d;
	int64_t next, start;

	(void)state;
	assert_ok(spool_writer_do(spool_lmdb_of(h.s)->writer, add_many, &big, &e), e);
	assert_ok(spool_writer_do(spool_lmdb_of(h.s)->writer, add_many, &small, &e), e);
	start = clock_mono();
	for (int i = 0; i < 3; i++) {
		assert_ok(spool_delivery_claim(h.s, h.a, &c, &d, &next, &e), e);
		assert_string_equal(d.recipient, "ags:small");
	}
	for (int i = 0; i < 1000; i++)	/* looking at 30000 entries a thousand times would take minutes */
		assert_int_equal(spool_delivery_claim(h.s, h.a, &c, &d, &next, &e), ERR_MISSING);
	assert_int_equal(next, 100050);
	assert_true(clock_mono() - start < 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_job_that_fails_harms_none_of_its_group, h_setup, h_teardown),
		cmocka_unit_test_setup_teardown(a_posted_job_is_done_at_the_latest_when_the_spool_is_closed, h_setup,
						h_teardown),
		cmocka_unit_test_setup_teardown(a_recipient_with_many_waiting_costs_the_others_nothing, h_setup,
						h_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
