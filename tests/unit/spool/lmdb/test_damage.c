/* SPDX-License-Identifier: EUPL-1.2 */
/* test_damage - what is damaged is named, and holds up nothing else: one record, a cut off file, files of two times. */
#include "spool/suite/h_spool.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

static int spoil_job(struct spool_txn *t, void *ctx, struct err *e)
{
	const struct id *dlv = ctx;

	(void)e;
	spool_put(t, TBL_DELIVERY, dlv->b, ID_LEN, "x", 1);
	return 0;
}

static void spoil(struct id dlv)
{
	struct err e = ERR_INIT;

	assert_ok(spool_writer_do(spool_lmdb_of(h.s)->writer, spoil_job, &dlv, &e), e);
}

static void expect_aside(const struct id *dlv)
{
	struct spool_damaged *list;
	struct spool_stats st;
	struct err e = ERR_INIT;
	size_t n;

	assert_ok(spool_damaged_list(h.s, h.a, 10, &list, &n, &e), e);
	assert_int_equal(n, 1);
	assert_int_equal(id_cmp(&list[0].id, dlv), 0);
	assert_non_null(strstr(list[0].text, "record 'D'"));
	assert_int_not_equal(list[0].at, 0);
	assert_ok(spool_stats_get(h.s, &st, &e), e);
	assert_int_equal(st.damaged, 1);
}

static void one_damaged_delivery_is_set_aside_and_all_others_are_claimed(void **state)
{
	struct id dlv[5];
	struct spool_delivery d, *list;
	struct spool_stats st;
	struct err e = ERR_INIT;
	int64_t next, now;
	size_t n;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		assert_ok(h_submit(h.s, NULL, i < 4 ? "ags:1" : "ags:2", 10, 1, NULL, &dlv[i], &e), e);
	spoil(dlv[0]);
	now = clock_now() + 1;
	assert_ok(spool_delivery_list(h.s, h.a, &(struct spool_list){ .states = UINT32_MAX, .limit = 10 },
					&list, &n, &e), e);
	assert_int_equal(n, 4);
	for (size_t i = 1; i < 5; i++)
		assert_ok(h_claim(h.s, h.a, now, 1000, &d, &next, &e), e);
	assert_int_equal(h_claim(h.s, h.a, now, 1000, &d, &next, &e), ERR_MISSING);
	expect_aside(&dlv[0]);
	h_spool_reopen(&h);
	expect_aside(&dlv[0]);
	assert_ok(spool_stats_get(h.s, &st, &e), e);
	assert_int_equal(st.deliveries[DLV_QUEUED], 4);
	assert_int_equal(st.reasons[RSN_LOC_STOPPED], 4);
}

static void one_damaged_lease_does_not_keep_the_spool_from_starting(void **state)
{
	struct spool_delivery d[3], is;
	struct err e = ERR_INIT;
	int64_t next;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, NULL, NULL, &e), e);
		assert_ok(h_claim(h.s, h.a, clock_now() + 1, 600000, &d[i], &next, &e), e);
	}
	spoil(d[1].id);
	h_spool_reopen(&h);
	expect_aside(&d[1].id);
	for (int i = 0; i < 3; i += 2) {
		assert_ok(spool_delivery_get(h.s, h.a, &d[i].id, &is, &e), e);
		assert_int_equal(is.state, DLV_QUEUED);
	}
}

static void one_damaged_delivery_is_not_asked_for_again_and_again(void **state)
{
	struct spool_delivery d[2], *list;
	struct err e = ERR_INIT;
	int64_t next;
	size_t n;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, NULL, NULL, &e), e);
		assert_ok(h_claim(h.s, h.a, clock_now() + 1, 600000, &d[i], &next, &e), e);
		d[i].due = 100 + i;
		assert_ok(spool_delivery_step(h.s, &d[i], DLV_EV_ACCEPTED, NULL, NULL, &e), e);
	}
	spoil(d[0].id);
	assert_ok(spool_follow_due(h.s, h.a, 100, 10, &list, &n, &e), e);
	assert_int_equal(n, 0);
	expect_aside(&d[0].id);
	assert_ok(spool_follow_due(h.s, h.a, 200, 1, &list, &n, &e), e);
	assert_int_equal(n, 1);
	assert_int_equal(id_cmp(&list[0].id, &d[1].id), 0);
}

/* --- files --------------------------------------------------------------------------------------------------------- */

static void path_of(const char *name, char out[160])
{
	snprintf(out, 160, "%s/%s", h.dir, name);
}

static void keep(const char *name, struct buf *to)
{
	char path[160];
	struct err e = ERR_INIT;

	path_of(name, path);
	buf_init(to, 64U << 20);
	assert_ok(file_read(path, to, &e), e);
}

static void put_back(const char *name, const struct buf *from, size_t n)
{
	struct err e = ERR_INIT;

	assert_ok(file_replace(h.dir, name, from->p, n, 0600, &e), e);
}

static void expect_refused(const char *why)
{
	struct spool_check_result r;
	struct err e = ERR_INIT;

	log_set_fd(-1);
	assert_int_not_equal(spool_open(&h.o, &h.s, &e), 0);
	if (strstr(e.text, why) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", e.text, why);
	e = (struct err)ERR_INIT;
	assert_int_not_equal(spool_check(&h.o, &r, NULL, NULL, &e), 0);
}

static void close_it(void)
{
	spool_close(h.s);
	h.s = NULL;
}

static void a_cut_off_file_is_named_at_start(void **state)
{
	struct buf db, keys;
	struct err e = ERR_INIT;
	struct id id;

	(void)state;
	for (int i = 0; i < 30; i++)
		assert_ok(h_submit(h.s, NULL, "ags:1", 30000, 1, &id, NULL, &e), e);
	close_it();
	keep("data.mdb", &db);
	keep("keys", &keys);
	for (size_t n = 8192; n < 800000; n += 100000) {
		put_back("data.mdb", &db, n);
		expect_refused("cut off");
	}
	put_back("data.mdb", &db, 5000);
	expect_refused("");
	put_back("data.mdb", &db, 0);
	expect_refused("");
	put_back("data.mdb", &db, db.n);
	for (size_t n = SPOOL_SLOT_LEN; n < 20 * SPOOL_SLOT_LEN; n += SPOOL_SLOT_LEN) {
		put_back("keys", &keys, n);
		expect_refused("cut off");
	}
	put_back("keys", &keys, 10);
	expect_refused("not a key file");
	put_back("keys", &keys, keys.n);
	assert_ok(spool_open(&h.o, &h.s, &e), e);
	assert_true(h_part_is(h.s, &id, "body", 30000, 1, &e));
	buf_fini(&db);
	buf_fini(&keys);
}

static void a_missing_database_is_not_replaced_by_an_empty_one(void **state)
{
	char path[160];
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, NULL, NULL, &e), e);
	close_it();
	path_of("data.mdb", path);
	assert_int_equal(unlink(path), 0);
	assert_int_not_equal(spool_open(&h.o, &h.s, &e), 0);
	assert_non_null(strstr(e.text, "data.mdb is missing or empty"));
}

static void files_of_two_times_are_refused(void **state)
{
	struct buf db[2], keys[2];
	struct err e = ERR_INIT;
	struct id id;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, &id, NULL, &e), e);
		close_it();
		keep("data.mdb", &db[i]);
		keep("keys", &keys[i]);
		assert_ok(spool_open(&h.o, &h.s, &e), e);
	}
	close_it();
	put_back("data.mdb", &db[0], db[0].n);
	expect_refused("data.mdb is older than the key file");
	put_back("data.mdb", &db[1], db[1].n);
	put_back("keys", &keys[0], keys[0].n);
	expect_refused("the key file is older than data.mdb");
	put_back("keys", &keys[1], keys[1].n);
	assert_ok(spool_open(&h.o, &h.s, &e), e);
	assert_true(h_part_is(h.s, &id, "body", 10, 1, &e));
	for (int i = 0; i < 2; i++) {
		buf_fini(&db[i]);
		buf_fini(&keys[i]);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, h_setup, h_teardown)
	const struct CMUnitTest tests[] = {
		T(one_damaged_delivery_is_set_aside_and_all_others_are_claimed),
		T(one_damaged_lease_does_not_keep_the_spool_from_starting),
		T(one_damaged_delivery_is_not_asked_for_again_and_again),
		T(a_cut_off_file_is_named_at_start),
		T(a_missing_database_is_not_replaced_by_an_empty_one),
		T(files_of_two_times_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
