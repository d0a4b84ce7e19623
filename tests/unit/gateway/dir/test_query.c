/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/dir/query. */
#include "h_dir.h"

#include "base/clock.h"
#include "base/mem.h"
#include "dir/query.h"

#define FIRST (&h_world.server[0])
#define SECOND (&h_world.server[1])
#define STICKY_MS 180000

static struct dir_query *make(void)
{
	struct dir_query *q;
	struct err e = ERR_INIT;

	assert_ok(dir_query_new(&h_world.o, &q, &e), e);
	return q;
}

static int find(struct dir_query *q, struct err *e)
{
	struct buf b;
	int rc;

	*e = (struct err)ERR_INIT;
	buf_init(&b, 512 * 1024);
	rc = dir_query_find(q, "ags:05315000", H_SERVICE, &b, e);
	if (rc == 0)
		assert_string_equal(buf_str(&b), h_world.entry);
	buf_fini(&b);
	return rc;
}

static void asked(unsigned first, unsigned second)
{
	assert_int_equal(FIRST->finds, first);
	assert_int_equal(SECOND->finds, second);
	FIRST->finds = SECOND->finds = 0;
}

static void a_configuration_without_a_server_is_refused(void **state)
{
	struct dir_options o = h_world.o;
	struct dir_query *q;
	struct err e = ERR_INIT;

	(void)state;
	o.server_count = 0;
	assert_int_equal(dir_query_new(&o, &q, &e), ERR_CONFIG);
}

static void every_answer_has_its_meaning(void **state)
{
	static const struct {
		enum h_mode mode;
		enum err_code code;
		enum reason reason;
		const char *says;
		unsigned first, second;	/* requests at the servers, which both answer so */
	} cases[] = {
		{ H_OK, ERR_OK, RSN_NONE, "", 1, 0 },
		{ H_404, ERR_MISSING, RSN_DIR_NO_ENTRY, "5009 no such organisation", 1, 0 },
		/* no word of the directory's: a proxy, a wrong path, a backend that is not deployed */
		{ H_404_PAGE, ERR_PEER, RSN_DIR_BAD_ANSWER, "is directory.entry_path right?", 1, 1 },
		{ H_404_OTHER, ERR_PEER, RSN_DIR_BAD_ANSWER, "No static resource", 1, 1 },
		{ H_204, ERR_MISSING, RSN_DIR_NO_ENTRY, "no valid entry", 1, 0 },
		{ H_INVALID, ERR_TRUST, RSN_DIR_EXPIRED, "Dienst ungültig", 1, 0 },
		{ H_400, ERR_PEER, RSN_DIR_BAD_ANSWER, "7006 input", 1, 1 },
		{ H_401, ERR_DENIED, RSN_DIR_DENIED, "no matching client certificate", 2, 2 },
		{ H_500, ERR_UNREACHABLE, RSN_DIR_UNREACHABLE, "500", 1, 1 },
		{ H_503, ERR_UNREACHABLE, RSN_DIR_UNREACHABLE, "503", 1, 1 },
		{ H_429, ERR_UNREACHABLE, RSN_DIR_UNREACHABLE, "429", 1, 1 },
		{ H_EMPTY, ERR_PEER, RSN_DIR_BAD_ANSWER, "empty", 1, 1 },
		{ H_SLOW, ERR_TIMEOUT, RSN_DIR_UNREACHABLE, "timed out", 1, 1 },
		{ H_TOKEN_401, ERR_DENIED, RSN_DIR_DENIED, "token refused", 0, 0 },
		{ H_TOKEN_404, ERR_CONFIG, RSN_LOC_DIRECTORY, "directory.token_path", 0, 0 },
		{ H_TOKEN_500, ERR_UNREACHABLE, RSN_DIR_UNREACHABLE, "token", 0, 0 },
		{ H_TOKEN_GARBAGE, ERR_PEER, RSN_DIR_BAD_ANSWER, "token", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct dir_query *q;
		struct err e;
		int rc;

		h_world.o.timeout = cases[i].mode == H_SLOW ? H_TIMEOUT_MS : H_PATIENT_MS;
		q = make();
		FIRST->mode = SECOND->mode = cases[i].mode;
		rc = find(q, &e);
		if (rc != (int)cases[i].code || e.reason != cases[i].reason || strstr(e.text, cases[i].says) == NULL)
			fail_msg("mode %d: %d %s %s", cases[i].mode, rc, reason_info(e.reason)->key, e.text);
		asked(cases[i].first, cases[i].second);
		dir_query_free(q);
	}
}

static void a_stale_token_is_renewed_once(void **state)
{
	struct dir_query *q = make();
	struct err e;

	(void)state;
	assert_ok(find(q, &e), e);
	FIRST->generation++;	/* the server forgot its tokens */
	assert_ok(find(q, &e), e);
	assert_int_equal(FIRST->tokens, 2);
	asked(3, 0);
	dir_query_free(q);
}

static void the_second_server_helps_out_and_the_first_is_taken_again_later(void **state)
{
	struct dir_query *q = make();
	struct err e;

	(void)state;
	FIRST->mode = H_500;
	assert_ok(find(q, &e), e);
	asked(1, 1);
	FIRST->mode = H_OK;
	assert_ok(find(q, &e), e);
	asked(0, 1);
	clock_shift(STICKY_MS - 1000);
	assert_ok(find(q, &e), e);
	asked(0, 1);
	clock_shift(1001);
	assert_ok(find(q, &e), e);
	asked(1, 0);
	dir_query_free(q);
}

static void a_server_that_is_gone_is_replaced_too(void **state)
{
	struct dir_query *q = make();
	struct err e;

	(void)state;
	assert_ok(find(q, &e), e);
	h_server_down(FIRST);
	assert_ok(find(q, &e), e);
	asked(1, 1);
	h_server_up(FIRST);
	clock_shift(STICKY_MS + 1);
	assert_ok(find(q, &e), e);
	asked(1, 0);
	dir_query_free(q);
}

static void the_second_server_gives_way_to_the_first_when_it_fails_itself(void **state)
{
	struct dir_query *q = make();
	struct err e;

	(void)state;
	FIRST->mode = H_500;
	assert_ok(find(q, &e), e);
	FIRST->mode = H_OK;
	SECOND->mode = H_500;
	FIRST->finds = SECOND->finds = 0;
	assert_ok(find(q, &e), e);
	asked(1, 1);
	assert_ok(find(q, &e), e);
	asked(1, 0);
	dir_query_free(q);
}

static void a_server_is_left_alone_as_long_as_it_wants(void **state)
{
	static const struct {
		enum h_mode mode;
		int64_t ms;
	} cases[] = { { H_429, 30000 }, { H_503, 5000 }, { H_SLOW, 5000 } };
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct dir_query *q;

		h_world.o.timeout = cases[i].mode == H_SLOW ? H_TIMEOUT_MS : H_PATIENT_MS;
		q = make();
		FIRST->mode = SECOND->mode = cases[i].mode;
		assert_int_not_equal(find(q, &e), 0);
		asked(1, 1);
		FIRST->mode = SECOND->mode = H_OK;
		assert_int_not_equal(find(q, &e), 0);
		assert_int_equal(e.reason, RSN_DIR_UNREACHABLE);
		asked(0, 0);
		clock_shift(cases[i].ms + 1);
		assert_ok(find(q, &e), e);
		asked(1, 0);
		dir_query_free(q);
	}
}

/* One poisoned key must not stop the others. */
static void an_answer_500_does_not_silence_the_server(void **state)
{
	struct dir_query *q = make();
	struct err e;

	(void)state;
	FIRST->mode = SECOND->mode = H_500;
	assert_int_equal(find(q, &e), ERR_UNREACHABLE);
	FIRST->mode = H_OK;
	FIRST->finds = 0;
	assert_ok(find(q, &e), e);
	assert_int_equal(FIRST->finds, 1);
	dir_query_free(q);
}

static void a_connection_that_the_server_closed_is_no_failure(void **state)
{
	struct dir_query *q = make();
	struct err e;

	(void)state;
	assert_ok(find(q, &e), e);
	h_server_down(FIRST);	/* closes the idle connection; a new life at the same address */
	h_server_up(FIRST);
	assert_ok(find(q, &e), e);
	asked(2, 0);
	dir_query_free(q);
}

#define T(f) cmocka_unit_test_setup_teardown(f, h_fresh, h_stale)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_configuration_without_a_server_is_refused),
		T(every_answer_has_its_meaning),
		T(a_stale_token_is_renewed_once),
		T(the_second_server_helps_out_and_the_first_is_taken_again_later),
		T(a_server_that_is_gone_is_replaced_too),
		T(the_second_server_gives_way_to_the_first_when_it_fails_itself),
		T(a_server_is_left_alone_as_long_as_it_wants),
		T(an_answer_500_does_not_silence_the_server),
		T(a_connection_that_the_server_closed_is_no_failure),
	};
	return cmocka_run_group_tests_name("gateway/dir/query", tests, h_world_up, h_world_down);
}
