/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/base/clock. */
#include "base/clock.h"

#include <time.h>

#include "base/mem.h"
#include "cm.h"

static const struct {
	int64_t ms;
	const char *utc, *local, *german, *http;
} instants[] = {
	{ 0, "1970-01-01T00:00:00.000Z", "1970-01-01T01:00:00.000+01:00", "01.01.1970, 01:00 Uhr",
	  "Thu, 01 Jan 1970 00:00:00 GMT" },
	{ 784111777000, "1994-11-06T08:49:37.000Z", "1994-11-06T09:49:37.000+01:00", "06.11.1994, 09:49 Uhr",
	  "Sun, 06 Nov 1994 08:49:37 GMT" },
	{ 1795497701123, "2026-11-24T05:21:41.123Z", "2026-11-24T06:21:41.123+01:00", "24.11.2026, 06:21 Uhr",
	  "Tue, 24 Nov 2026 05:21:41 GMT" },
	/* The last instant of winter time and the first of summer time 2026, and the way back. */
	{ 1774745999999, "2026-03-29T00:59:59.999Z", "2026-03-29T01:59:59.999+01:00", "29.03.2026, 01:59 Uhr",
	  "Sun, 29 Mar 2026 00:59:59 GMT" },
	{ 1774746000000, "2026-03-29T01:00:00.000Z", "2026-03-29T03:00:00.000+02:00", "29.03.2026, 03:00 Uhr",
	  "Sun, 29 Mar 2026 01:00:00 GMT" },
	{ 1792889999999, "2026-10-25T00:59:59.999Z", "2026-10-25T02:59:59.999+02:00", "25.10.2026, 02:59 Uhr",
	  "Sun, 25 Oct 2026 00:59:59 GMT" },
	{ 1792890000000, "2026-10-25T01:00:00.000Z", "2026-10-25T02:00:00.000+01:00", "25.10.2026, 02:00 Uhr",
	  "Sun, 25 Oct 2026 01:00:00 GMT" },
	{ 1709164800000, "2024-02-29T00:00:00.000Z", "2024-02-29T01:00:00.000+01:00", "29.02.2024, 01:00 Uhr",
	  "Thu, 29 Feb 2024 00:00:00 GMT" },
	{ -1, "1969-12-31T23:59:59.999Z", "1970-01-01T00:59:59.999+01:00", "01.01.1970, 00:59 Uhr",
	  "Wed, 31 Dec 1969 23:59:59 GMT" },
	/* The year turns in local time first. */
	{ 1798759800000, "2026-12-31T23:30:00.000Z", "2027-01-01T00:30:00.000+01:00", "01.01.2027, 00:30 Uhr",
	  "Thu, 31 Dec 2026 23:30:00 GMT" },
};

static void instants_have_their_four_texts_and_come_back(void **state)
{
	char out[CLOCK_TEXT_LEN];
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(instants); i++) {
		int64_t ms = 77;

		assert_string_equal(clock_utc(instants[i].ms, out), instants[i].utc);
		assert_ok(clock_parse(span_of(out), &ms, &e), e);
		assert_true(ms == instants[i].ms);
		assert_string_equal(clock_local(instants[i].ms, out), instants[i].local);
		assert_ok(clock_parse(span_of(out), &ms, &e), e);
		assert_true(ms == instants[i].ms);
		assert_string_equal(clock_german(instants[i].ms, out), instants[i].german);
		assert_string_equal(clock_http(instants[i].ms, out), instants[i].http);
	}
}

/* The C library with its time zone database is the judge: every third hour of 60 years. */
static void local_time_is_that_of_the_zone_database_since_1996(void **state)
{
	char got[CLOCK_TEXT_LEN], want[CLOCK_TEXT_LEN];

	(void)state;
	if (access("/usr/share/zoneinfo/Europe/Berlin", R_OK) != 0)
		skip();
	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	for (time_t t = 820454400; t < 820454400 + 60LL * 365 * 86400; t += 10800 - 1) {
		struct tm tm;

		assert_non_null(localtime_r(&t, &tm));
		assert_int_not_equal(strftime(want, sizeof(want), "%d.%m.%Y, %H:%M Uhr", &tm), 0);
		assert_string_equal(clock_german((int64_t)t * 1000, got), want);
	}
}

static const struct {
	const char *text, *utc;
} valid[] = {
	{ "2026-11-24T05:21:41Z", "2026-11-24T05:21:41.000Z" },
	{ "2026-11-24T05:21:41.1Z", "2026-11-24T05:21:41.100Z" },
	{ "2026-11-24T05:21:41.12Z", "2026-11-24T05:21:41.120Z" },
	{ "2026-11-24T05:21:41.1239999999999999999999Z", "2026-11-24T05:21:41.123Z" },
	{ "2026-11-24T05:21:41+01:00", "2026-11-24T04:21:41.000Z" },
	{ "2026-11-24T05:21:41-05:30", "2026-11-24T10:51:41.000Z" },
	{ "2026-11-24T05:21:41+14:00", "2026-11-23T15:21:41.000Z" },
	{ "2026-11-24T05:21:41-00:00", "2026-11-24T05:21:41.000Z" },
	{ "2026-11-24T24:00:00Z", "2026-11-25T00:00:00.000Z" },
	{ "2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z" },
	{ "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z" },
	{ "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z" },
	/* without zone: German local time */
	{ "2026-11-24T05:21:41", "2026-11-24T04:21:41.000Z" },
	{ "2026-07-01T12:00:00", "2026-07-01T10:00:00.000Z" },
	{ "2026-03-29T01:59:59", "2026-03-29T00:59:59.000Z" },
	{ "2026-03-29T02:30:00", "2026-03-29T01:30:00.000Z" },	/* does not exist: an hour later */
	{ "2026-03-29T03:00:00", "2026-03-29T01:00:00.000Z" },
	{ "2026-10-25T01:59:59", "2026-10-24T23:59:59.000Z" },
	{ "2026-10-25T02:30:00", "2026-10-25T00:30:00.000Z" },	/* exists twice: the first */
	{ "2026-10-25T03:00:00", "2026-10-25T02:00:00.000Z" },
};

static const char *const invalid[] = {
	"", "2026", "2026-11-24", "2026-11-24T", "2026-11-24T05:21", "2026-11-24T05:21Z", "2026-11-24 05:21:41Z",
	"2026-11-24t05:21:41Z", "2026-11-24T05:21:41z", "26-11-24T05:21:41Z", "02026-11-24T05:21:41Z",
	"-2026-11-24T05:21:41Z", "+2026-11-24T05:21:41Z", "0000-11-24T05:21:41Z", "2026-00-24T05:21:41Z",
	"2026-13-24T05:21:41Z", "2026-11-00T05:21:41Z", "2026-11-31T05:21:41Z", "2026-02-29T05:21:41Z",
	"1900-02-29T05:21:41Z", "2026-11-24T25:00:00Z", "2026-11-24T24:00:01Z", "2026-11-24T24:00:00.001Z",
	"2026-11-24T05:60:41Z", "2026-11-24T05:21:60Z", "2026-11-24T05:21:41.Z", "2026-11-24T05:21:41,5Z",
	"2026-11-24T05:21:41.5", /* made invalid below by a blank */
	"2026-11-24T05:21:41+1:00", "2026-11-24T05:21:41+0100", "2026-11-24T05:21:41+14:01", "2026-11-24T05:21:41+15:00",
	"2026-11-24T05:21:41+01:60", "2026-11-24T05:21:41+01:00Z", "2026-11-24T05:21:41ZZ", "2026-11-24T05:21:41Z ",
	" 2026-11-24T05:21:41Z", "2026-1-24T05:21:41Z", "2026-11-24T5:21:41Z", "2026/11/24T05:21:41Z",
	"2026-11-24T05:21:+1Z", "20261124T052141Z",
};

static void dates_are_read_as_xml_schema_says(void **state)
{
	char out[CLOCK_TEXT_LEN];
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(valid); i++) {
		int64_t ms;

		if (clock_parse(span_of(valid[i].text), &ms, &e) != 0)
			fail_msg("refused: %s", valid[i].text);
		assert_string_equal(clock_utc(ms, out), valid[i].utc);
	}
}

static void anything_else_is_refused_and_changes_nothing(void **state)
{
	struct err e = ERR_INIT;
	char text[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(invalid); i++) {
		int64_t ms = 77;

		(void)snprintf(text, sizeof(text), "%s%s", invalid[i], strcmp(invalid[i], "2026-11-24T05:21:41.5") == 0 ? " " : "");
		if (clock_parse(span_of(text), &ms, &e) != ERR_SYNTAX)
			fail_msg("accepted: '%s'", text);
		assert_true(ms == 77);
	}
}

static void every_shortened_date_is_refused(void **state)
{
	static const char full[] = "2026-11-24T05:21:41.123+01:00";
	struct err e = ERR_INIT;

	(void)state;
	for (size_t n = 0; n < sizeof(full) - 1; n++) {
		int64_t ms;
		bool whole = n == 19 || n > 20;	/* without zone it is a date as well, until the zone begins */
		int rc = clock_parse((struct span){ full, n }, &ms, &e);

		if (n >= 24)
			whole = false;
		assert_int_equal(rc, whole ? 0 : ERR_SYNTAX);
	}
}

static void absurd_instants_are_clamped_to_four_digit_years(void **state)
{
	char out[CLOCK_TEXT_LEN];

	(void)state;
	assert_string_equal(clock_utc(INT64_MAX - 7200000, out), "9999-12-31T23:59:59.999Z");
	assert_string_equal(clock_utc(INT64_MIN, out), "0000-01-01T00:00:00.000Z");
	assert_string_equal(clock_local(INT64_MAX, out), "9999-12-31T23:59:59.999+01:00");
	assert_int_equal(strlen(clock_local(INT64_MIN, out)), 29);
	assert_int_equal(strlen(clock_german(INT64_MAX, out)), 21);
}

static void tests_can_shift_the_clocks(void **state)
{
	int64_t wall = clock_now(), mono = clock_mono();

	(void)state;
	clock_shift(1000000);
	assert_true(clock_now() >= wall + 1000000 && clock_now() < wall + 1060000);
	assert_true(clock_mono() >= mono + 1000000 && clock_mono() < mono + 1060000);
	clock_shift(-1000000);
	assert_true(clock_now() < wall + 60000);
}

static void dates_of_http_are_read_in_the_one_form_that_may_be_sent(void **state)
{
	static const char *const bad[] = {
		"", "Tue", "Tue, 24 Nov 2026 05:21:41", "Tue, 24 Nov 2026 05:21:41 UTC", "Mon, 24 Nov 2026 05:21:41 GMT",
		"Tue, 24 nov 2026 05:21:41 GMT", "Tue, 24 Nov 2026 24:00:00 GMT", "Tue, 24 Nov 2026 05:21:60 GMT", "Tue, 4 Nov 2026 05:21:41 GMT",
		"Tue, 31 Feb 2026 05:21:41 GMT", "Tuesday, 24-Nov-26 05:21:41 GMT", "Tue Nov 24 05:21:41 2026", "Tue, 24 Nov 2026 05:21:41 GMT ",
		"Tue, 24 Nov 2026 05:21:41 GMTx", "2026-11-24T05:21:41Z", "Tue, 24 Nov 0000 05:21:41 GMT",
	};
	struct err e = ERR_INIT;
	int64_t ms = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(instants); i++) {
		assert_ok(clock_parse_http(span_of(instants[i].http), &ms, &e), e);
		assert_int_equal(ms, instants[i].ms - ((instants[i].ms % 1000) + 1000) % 1000);
	}
	ms = 7;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (clock_parse_http(span_of(bad[i]), &ms, &e) != ERR_SYNTAX || ms != 7)
			fail_msg("%s", bad[i]);
}

static void a_timed_wait_ends_in_the_second_it_belongs_to(void **state)
{
	static const int64_t cases[] = { 0, 1, 999 * CLOCK_MS, 1000 * CLOCK_MS, 1001 * CLOCK_MS, INT64_C(86400) * 1000 * CLOCK_MS };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct timespec before = clock_after(0), t = clock_after(cases[i]), behind = clock_after(0);
		int64_t at = (int64_t)(t.tv_sec - before.tv_sec) * 1000 * CLOCK_MS + t.tv_nsec - before.tv_nsec;
		int64_t slack = (int64_t)(behind.tv_sec - before.tv_sec) * 1000 * CLOCK_MS + behind.tv_nsec - before.tv_nsec;

		assert_true(t.tv_nsec >= 0 && t.tv_nsec < 1000 * CLOCK_MS);
		assert_true(at >= cases[i] && at <= cases[i] + slack);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instants_have_their_four_texts_and_come_back),
		cmocka_unit_test(local_time_is_that_of_the_zone_database_since_1996),
		cmocka_unit_test(dates_are_read_as_xml_schema_says),
		cmocka_unit_test(anything_else_is_refused_and_changes_nothing),
		cmocka_unit_test(every_shortened_date_is_refused),
		cmocka_unit_test(absurd_instants_are_clamped_to_four_digit_years),
		cmocka_unit_test(dates_of_http_are_read_in_the_one_form_that_may_be_sent),
		cmocka_unit_test(tests_can_shift_the_clocks),
		cmocka_unit_test(a_timed_wait_ends_in_the_second_it_belongs_to),
	};
	return cmocka_run_group_tests_name("base/clock", tests, NULL, NULL);
}
