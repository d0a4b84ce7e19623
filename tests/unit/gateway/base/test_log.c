/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/base/log. */
#include "base/log.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "cm.h"

static int pipe_fd[2];
static char seen[200000];

static int open_pipe(void **state)
{
	(void)state;
	if (pipe(pipe_fd) != 0 || fcntl(pipe_fd[0], F_SETFL, O_NONBLOCK) != 0)
		return -1;
	(void)fcntl(pipe_fd[1], F_SETPIPE_SZ, 1 << 20);
	log_set_fd(pipe_fd[1]);
	log_set_json(0);
	log_set_level(LOG_INFO);
	return 0;
}

static int close_pipe(void **state)
{
	(void)state;
	log_set_fd(2);
	close(pipe_fd[0]);
	close(pipe_fd[1]);
	return 0;
}

/* What was logged since the last call. */
static const char *logged(void)
{
	size_t n = 0;
	ssize_t got;

	while ((got = read(pipe_fd[0], seen + n, sizeof(seen) - 1 - n)) > 0)
		n += (size_t)got;
	seen[n] = '\0';
	return seen;
}

/* Behind the time, which is 24 characters and a blank. */
static const char *tail(void)
{
	const char *line = logged();

	assert_true(strlen(line) > 25);
	return line + 25;
}

static void a_line_has_time_level_event_and_fields(void **state)
{
	struct id id;
	struct err e = ERR_INIT;

	(void)state;
	assert_true(id_parse(span_of("0192f0c1-2345-7abc-8def-0123456789ab"), &id));
	log_event(LOG_INFO, "test.plain");
	assert_string_equal(tail(), "INFO test.plain\n");
	log_event(LOG_WARN, "test.fields", LOG_STR("peer", "b.example"), LOG_INT("bytes", -5), LOG_ID("id", &id), LOG_STR("none", NULL));
	assert_string_equal(tail(), "WARN test.fields peer=\"b.example\" bytes=-5 id=\"0192f0c1-2345-7abc-8def-0123456789ab\" none=\"\"\n");
	err_reason(&e, ERR_UNREACHABLE, RSN_NET_UNREACHABLE, "refused");
	e.file = "x.c";
	e.line = 7;
	log_event(LOG_ERROR, "test.error", LOG_ERR(&e));
	assert_string_equal(tail(), "ERROR test.error code=\"ERR_UNREACHABLE\" reason=\"NET-UNREACHABLE\" text=\"refused\" at=\"x.c:7\"\n");
	err_spec(&e, ERR_SYNTAX, "RFC 1 2", "bad");
	log_event(LOG_ERROR, "test.error", LOG_ERR(&e));
	assert_non_null(strstr(logged(), "code=\"ERR_SYNTAX\" rule=\"RFC 1 2\" text=\"bad\" at="));
}

static void levels_below_the_threshold_are_silent(void **state)
{
	(void)state;
	log_event(LOG_DEBUG, "test.debug");
	assert_string_equal(logged(), "");
	log_set_level(LOG_DEBUG);
	log_event(LOG_DEBUG, "test.debug");
	assert_string_equal(tail(), "DEBUG test.debug\n");
	log_set_level(LOG_ERROR);
	log_event(LOG_WARN, "test.warn");
	assert_string_equal(logged(), "");
}

static void nothing_breaks_out_of_a_value(void **state)
{
	(void)state;
	log_event(LOG_INFO, "test.escape", LOG_STR("v", "a\n\"b\\\x1b[31m\x7f\t\r" "ä" "\xff"));
	assert_string_equal(tail(), "INFO test.escape v=\"a\\x0a\\x22b\\x5c\\x1b[31m\\x7f\\x09\\x0d\\xc3\\xa4\\xff\"\n");
}

static json_t *logged_json(void)
{
	struct err e = ERR_INIT;
	json_t *line = NULL;

	assert_ok(json_read(span_trim(span_of(logged())), "log", &line, &e), e);
	return line;
}

static void json_lines_are_json_whatever_the_value(void **state)
{
	json_t *line;
	char value[2] = "";

	(void)state;
	log_set_json(1);
	for (int c = 1; c < 256; c++) {
		value[0] = (char)c;
		log_event(LOG_INFO, "test.byte", LOG_STR("v", value), LOG_INT("n", c));
		line = logged_json();
		assert_string_equal(json_string_value(json_object_get(line, "v")), c < 0x80 ? value : "\xef\xbf\xbd");
		assert_int_equal(json_integer_value(json_object_get(line, "n")), c);
		json_decref(line);
	}
	log_event(LOG_WARN, "test.text", LOG_STR("v", "\"Grüße\"\n€ \U0001F600 \xe2\x82"));
	line = logged_json();
	assert_string_equal(json_string_value(json_object_get(line, "v")), "\"Grüße\"\n€ \U0001F600 \xef\xbf\xbd\xef\xbf\xbd");
	assert_string_equal(json_string_value(json_object_get(line, "level")), "WARN");
	assert_string_equal(json_string_value(json_object_get(line, "event")), "test.text");
	json_decref(line);
}

static void long_lines_are_cut_between_fields_and_stay_well_formed(void **state)
{
	char big[5000];
	json_t *line;

	(void)state;
	memset(big, '\n', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	for (int json = 0; json < 2; json++) {
		log_set_json(json);
		log_event(LOG_INFO, "test.long", LOG_STR("a", big), LOG_STR("b", big), LOG_STR("c", "end"));
		if (json) {
			line = logged_json();
			assert_int_equal(json_integer_value(json_object_get(line, "cut")), 1);
			assert_null(json_object_get(line, "b"));
			assert_int_equal(json_string_length(json_object_get(line, "a")), 603);
			json_decref(line);
		} else {
			assert_true(strlen(logged()) < 4096);
			assert_string_equal(seen + strlen(seen) - 7, " cut=1\n");
			assert_ptr_equal(strchr(seen, '\n'), seen + strlen(seen) - 1);
		}
	}
}

static void *log_many(void *arg)
{
	for (int i = 0; i < 200; i++)
		log_event(LOG_INFO, "test.thread", LOG_STR("who", arg), LOG_INT("i", i));
	return NULL;
}

static void threads_do_not_mix_their_lines(void **state)
{
	static const char *const names[] = { "aaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbb", "cccc" };
	pthread_t t[3];
	char name[3][32];
	int lines = 0;

	(void)state;
	for (int i = 0; i < 3; i++) {
		(void)snprintf(name[i], sizeof(name[i]), "%s", names[i]);
		assert_int_equal(pthread_create(&t[i], NULL, log_many, name[i]), 0);
	}
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	for (char *save = NULL, *line = strtok_r((char *)(uintptr_t)logged(), "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		char who[32], again[200];
		int i;

		assert_int_equal(sscanf(line + 25, "INFO test.thread who=\"%31[abc]\" i=%d", who, &i), 2);
		(void)snprintf(again, sizeof(again), "INFO test.thread who=\"%s\" i=%d", who, i);
		assert_string_equal(line + 25, again);
		lines++;
	}
	assert_int_equal(lines, 600);
}

#define MINUTE 60000

static unsigned lines_of(const char *text, const char *part)
{
	unsigned n = 0;

	for (const char *p = text; (p = strstr(p, part)) != NULL; p += strlen(part))
		n++;
	return n;
}

static void a_warning_is_written_once_a_minute_for_each_cause(void **state)
{
	struct err e = ERR_INIT, other = ERR_INIT;
	const char *text;

	(void)state;
	err_set(&e, ERR_PEER, "no answer after 17 ms");
	err_set(&other, ERR_TIMEOUT, "too slow");
	for (int i = 0; i < 1000; i++) {
		struct id id = { { (unsigned char)i } };

		log_event(LOG_WARN, "test.cause", LOG_ID("message", &id), LOG_STR("to", "ags:1"), LOG_INT("n", i), LOG_ERR(&e));
		log_event(LOG_WARN, "test.cause", LOG_STR("to", "ags:2"), LOG_INT("n", i), LOG_ERR(&e));
		log_event(LOG_WARN, "test.cause", LOG_STR("to", "ags:2"), LOG_INT("n", i), LOG_ERR(&other));
		err_set(&e, ERR_PEER, "no answer after %d ms", i);
	}
	log_event(LOG_INFO, "test.often");
	log_event(LOG_INFO, "test.often");
	text = logged();
	assert_int_equal(lines_of(text, " test.cause "), 3);
	assert_int_equal(lines_of(text, " test.often"), 2);
	clock_shift(MINUTE);
	log_event(LOG_INFO, "test.later");
	text = logged();
	assert_int_equal(lines_of(text, "WARN log.suppressed of=\"test.cause\" what=\"ags:1\" count=999\n"), 1);
	assert_int_equal(lines_of(text, "WARN log.suppressed of=\"test.cause\" what=\"ags:2\" count=999\n"), 2);
	assert_int_equal(lines_of(text, "INFO test.later"), 1);
	log_event(LOG_WARN, "test.cause", LOG_STR("to", "ags:1"), LOG_ERR(&e));
	assert_int_equal(lines_of(logged(), " test.cause "), 1);
	/* Nothing was kept back of these: nothing is said. */
	clock_shift(MINUTE);
	log_catch_up(0);
	assert_string_equal(logged(), "");
}

static void an_error_is_written_ten_times_and_what_is_kept_back_is_said_at_the_end(void **state)
{
	const char *text;

	(void)state;
	for (int i = 0; i < 25; i++)
		log_event(LOG_ERROR, "test.error");
	assert_int_equal(lines_of(logged(), "ERROR test.error"), 10);
	log_catch_up(0);
	assert_string_equal(logged(), "");
	log_catch_up(1);
	text = logged();
	assert_int_equal(lines_of(text, "log.suppressed of=\"test.error\" what=\"\" count=15\n"), 1);
}

static void many_causes_are_bounded_too(void **state)
{
	unsigned long long held = 0;
	unsigned written;
	const char *text;
	char name[32];

	(void)state;
	clock_shift(2 * MINUTE);
	for (int i = 0; i < 5000; i++) {
		(void)snprintf(name, sizeof(name), "network %d", i);
		log_event(LOG_WARN, "test.flood", LOG_STR("from", name));
	}
	written = lines_of(logged(), " test.flood ");
	assert_true(written >= 64 && written <= 128);
	log_catch_up(1);
	text = logged();
	for (const char *p = text; (p = strstr(p, "count=")) != NULL; p++)
		held += strtoull(p + 6, NULL, 10);
	assert_int_equal(held, 5000 - written);
	assert_int_equal(lines_of(text, "\n"), 1);
	clock_shift(2 * MINUTE);
}

static void the_journal_is_known_and_gets_priorities(void **state)
{
	struct stat st;
	char stream[64];

	(void)state;
	assert_int_equal(fstat(pipe_fd[1], &st), 0);
	(void)snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	(void)unsetenv("JOURNAL_STREAM");
	assert_false(log_is_journal(pipe_fd[1]));
	assert_int_equal(setenv("JOURNAL_STREAM", stream, 1), 0);
	assert_true(log_is_journal(pipe_fd[1]));
	assert_int_equal(setenv("JOURNAL_STREAM", "1:2", 1), 0);
	assert_false(log_is_journal(pipe_fd[1]));
	log_set_priority(1);
	log_event(LOG_WARN, "test.priority");
	assert_int_equal(strncmp(logged(), "<4>20", 5), 0);
	log_event(LOG_ERROR, "test.priority");
	assert_int_equal(strncmp(logged(), "<3>20", 5), 0);
	log_set_json(1);
	log_event(LOG_INFO, "test.priority");
	assert_int_equal(strncmp(logged(), "<6>{\"time", 9), 0);
	log_set_priority(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_line_has_time_level_event_and_fields, open_pipe, close_pipe),
		cmocka_unit_test_setup_teardown(levels_below_the_threshold_are_silent, open_pipe, close_pipe),
		cmocka_unit_test_setup_teardown(nothing_breaks_out_of_a_value, open_pipe, close_pipe),
		cmocka_unit_test_setup_teardown(json_lines_are_json_whatever_the_value, open_pipe, close_pipe),
		cmocka_unit_test_setup_teardown(long_lines_are_cut_between_fields_and_stay_well_formed, open_pipe, close_pipe),
		cmocka_unit_test_setup_teardown(threads_do_not_mix_their_lines, open_pipe, close_pipe),
		cmocka_unit_test_setup_teardown(a_warning_is_written_once_a_minute_for_each_cause, open_pipe, close_pipe),
		cmocka_unit_test_setup_teardown(an_error_is_written_ten_times_and_what_is_kept_back_is_said_at_the_end, open_pipe,
						close_pipe),
		cmocka_unit_test_setup_teardown(many_causes_are_bounded_too, open_pipe, close_pipe),
		cmocka_unit_test_setup_teardown(the_journal_is_known_and_gets_priorities, open_pipe, close_pipe),
	};
	return cmocka_run_group_tests_name("base/log", tests, NULL, NULL);
}
