/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/jobs. */
#include "cm.h"

#include "base/clock.h"
#include "jobs.h"
#include "spool/suite/h_spool.h"

static struct {
	struct h_spool spool;
	struct gw_app app;
} w;

static int set_up(void **state)
{
	(void)state;
	h_spool_init(&w.spool);
	w.app = (struct gw_app){ .spool = w.spool.s };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	h_spool_fini(&w.spool);
	return 0;
}

static struct id add(const char *foreign_id, int64_t expires)
{
	struct err e = ERR_INIT;
	struct id id;

	assert_ok(h_mail(w.spool.s, foreign_id, 1, 2, 1000, &id, &e), e);
	if (expires != 0)
		assert_ok(spool_message_expire(w.spool.s, &id, expires, &e), e);
	return id;
}

static bool is_erased(const struct id *id)
{
	struct spool_message m;
	struct err e = ERR_INIT;

	assert_ok(spool_message_get(w.spool.s, w.spool.a, id, &m, &e), e);
	return m.erased != 0;
}

static void what_is_past_its_time_is_erased_and_nothing_else(void **state)
{
	struct id past = add("past", 5000), now = add("now", 10000), future = add("future", 10001), open = add("open", 0);
	struct src *src = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(gw_job_retention(&w.app, 10000, &e), e);
	assert_true(is_erased(&past));
	assert_false(is_erased(&future));
	assert_false(is_erased(&open));
	assert_int_not_equal(spool_part_open(w.spool.s, &past, "content", &src, &e), 0);
	assert_ok(spool_part_open(w.spool.s, &future, "content", &src, &e), e);
	src_close(src);
	assert_ok(gw_job_retention(&w.app, 10002, &e), e);
	assert_true(is_erased(&now));
	assert_true(is_erased(&future));
	assert_false(is_erased(&open));
	assert_ok(gw_job_retention(&w.app, 99999, &e), e);
}

static void a_backlog_is_worked_off_in_rounds(void **state)
{
	struct id *ids;
	struct err e = ERR_INIT;
	size_t left;

	(void)state;
	for (int i = 0; i < 300; i++) {
		char name[16];

		snprintf(name, sizeof(name), "m%d", i);
		(void)add(name, 1000 + i);
	}
	assert_ok(gw_job_retention(&w.app, 5000, &e), e);
	assert_ok(spool_expired(w.spool.s, w.spool.a, 5000, 1000, &ids, &left, &e), e);
	assert_int_equal(left, 44);
	assert_ok(gw_job_retention(&w.app, 5000, &e), e);
	assert_ok(spool_expired(w.spool.s, w.spool.a, 5000, 1000, &ids, &left, &e), e);
	assert_int_equal(left, 0);
}

static void without_a_form_there_are_no_drafts_to_keep(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(gw_job_drafts(&w.app, 1, &e), e);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_is_past_its_time_is_erased_and_nothing_else),
		T(a_backlog_is_worked_off_in_rounds),
		T(without_a_form_there_are_no_drafts_to_keep),
	};
	return cmocka_run_group_tests_name("gateway/jobs", tests, NULL, NULL);
}
