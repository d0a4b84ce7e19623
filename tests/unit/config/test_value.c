/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of config/value. */
#include "config/value.h"

#include "base/mem.h"
#include "cm.h"

static void durations_need_a_unit(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;	/* -1: refused */
		const char *again;
	} table[] = {
		{ "0", 0, "0 s" },	    { "1ms", 1, "1 ms" },	{ "10 s", 10000, "10 s" },
		{ "90s", 90000, "90 s" },   { "120 s", 120000, "2 min" }, { "1 min", 60000, "1 min" },
		{ "24 h", 86400000, "1 d" }, { "3 days", 259200000, "3 d" }, { "1  hour", 3600000, "1 h" },
		{ "1", -1, NULL },	    { "", -1, NULL },		{ "s", -1, NULL },
		{ "1 m", -1, NULL },	    { "1.5 h", -1, NULL },	{ "-1 s", -1, NULL },
		{ "1 S", -1, NULL },	    { "1 s ", -1, NULL },	{ " 1 s", -1, NULL },
		{ "99999999999999999999 ms", -1, NULL }, { "9223372036854775807 d", -1, NULL },
		{ "9223372036854775808 ms", -1, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		int64_t ms = -1;
		struct buf out;

		if (conf_time_parse(span_of(table[i].text), &ms) != (table[i].ms >= 0))
			fail_msg("\"%s\"", table[i].text);
		if (table[i].ms < 0)
			continue;
		assert_int_equal(ms, table[i].ms);
		buf_init(&out, 100);
		conf_time_print(&out, (uint64_t)ms);
		assert_string_equal(buf_str(&out), table[i].again);
		buf_fini(&out);
	}
}

static void sizes_need_a_binary_unit(void **state)
{
	static const struct {
		const char *text, *again;
		uint64_t bytes;
	} good[] = { { "0", "0 B", 0 }, { "512 B", "512 B", 512 }, { "1024 B", "1 KiB", 1024 },
		     { "64MiB", "64 MiB", 64ull << 20 }, { "1025 KiB", "1025 KiB", 1025 << 10 },
		     { "16 TiB", "16 TiB", 16ull << 40 } };
	static const char *const bad[] = { "", "64", "64 MB", "64 mib", "MiB", "1.5 MiB", "18446744073709551616 B",
					   "18446744073709551615 KiB", "-1 B" };
	uint64_t bytes;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct buf out;

		assert_true(conf_size_parse(span_of(good[i].text), &bytes));
		assert_int_equal(bytes, good[i].bytes);
		buf_init(&out, 100);
		conf_size_print(&out, bytes);
		assert_string_equal(buf_str(&out), good[i].again);
		buf_fini(&out);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(conf_size_parse(span_of(bad[i]), &bytes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_need_a_unit),
		cmocka_unit_test(sizes_need_a_binary_unit),
	};
	return cmocka_run_group_tests_name("config/value", tests, NULL, NULL);
}
