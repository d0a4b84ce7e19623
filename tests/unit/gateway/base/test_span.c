/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/base/span. */
#include "base/span.h"

#include "base/buf.h"
#include "base/mem.h"
#include "cm.h"

static void spans_compare_by_bytes(void **state)
{
	(void)state;
	assert_true(span_is(SPAN_LIT("abc"), "abc"));
	assert_false(span_is(SPAN_LIT("abc"), "ab"));
	assert_false(span_is(SPAN_LIT("abc\0"), "abc"));
	assert_true(span_eq(SPAN_EMPTY, span_of("")));
	assert_true(span_eq(SPAN_EMPTY, span_of(NULL)));
	assert_true(span_is_nocase(SPAN_LIT("Content-LENGTH"), "content-length"));
	assert_false(span_is_nocase(SPAN_LIT("["), "{"));	/* 0x5b and 0x7b differ in the case bit only */
	assert_false(span_is_nocase(SPAN_LIT("\xc4"), "\xe4"));
	assert_true(span_starts(SPAN_LIT("abc"), "ab"));
	assert_true(span_starts(SPAN_EMPTY, ""));
	assert_false(span_starts(SPAN_LIT("a"), "ab"));
}

static void trimming_takes_blanks_from_both_ends_only(void **state)
{
	(void)state;
	assert_true(span_is(span_trim(SPAN_LIT(" \t\r\n a b \n")), "a b"));
	assert_int_equal(span_trim(SPAN_LIT(" \t ")).n, 0);
	assert_int_equal(span_trim(SPAN_EMPTY).n, 0);
	assert_int_equal(span_trim(SPAN_LIT("\v")).n, 1);
}

static void splitting_stops_at_the_first_separator(void **state)
{
	struct span head, rest;

	(void)state;
	assert_true(span_split(SPAN_LIT("a=b=c"), '=', &head, &rest));
	assert_true(span_is(head, "a") && span_is(rest, "b=c"));
	assert_true(span_split(SPAN_LIT("="), '=', &head, &rest));
	assert_true(head.n == 0 && rest.n == 0);
	assert_false(span_split(SPAN_LIT("abc"), '=', &head, &rest));
	assert_true(span_is(head, "abc") && rest.n == 0);
	assert_false(span_split(SPAN_EMPTY, '=', &head, &rest));
}

static void numbers_are_digits_within_the_range(void **state)
{
	static const struct {
		const char *text;
		uint64_t max, want;
		bool ok;
	} table[] = {
		{ "0", 10, 0, true },
		{ "10", 10, 10, true },
		{ "11", 10, 0, false },
		{ "0007", 10, 7, true },
		{ "18446744073709551615", UINT64_MAX, UINT64_MAX, true },
		{ "18446744073709551616", UINT64_MAX, 0, false },
		{ "99999999999999999999999", UINT64_MAX, 0, false },
		{ "", 10, 0, false },
		{ "+3", 10, 0, false },
		{ "-3", 10, 0, false },
		{ " 3", 10, 0, false },
		{ "3 ", 10, 0, false },
		{ "0x3", 10, 0, false },
		{ "3.0", 10, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		uint64_t v = 77;

		assert_int_equal(span_u64(span_of(table[i].text), table[i].max, &v), table[i].ok);
		assert_true(v == (table[i].ok ? table[i].want : 77));
	}
}

static void utf8_is_well_formed_or_refused(void **state)
{
	static const struct {
		struct span s;
		bool ok;
	} table[] = {
		{ { "", 0 }, true },
		{ { "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z", 11 }, true },
		{ { "\xed\x9f\xbf", 3 }, true },
		{ { "\xee\x80\x80", 3 }, true },
		{ { "\xf4\x8f\xbf\xbf", 4 }, true },
		{ { "a\0b", 3 }, false },
		{ { "\x80", 1 }, false },
		{ { "\xc0\xaf", 2 }, false },
		{ { "\xc1\xbf", 2 }, false },
		{ { "\xe0\x9f\xbf", 3 }, false },
		{ { "\xed\xa0\x80", 3 }, false },
		{ { "\xf0\x8f\xbf\xbf", 4 }, false },
		{ { "\xf4\x90\x80\x80", 4 }, false },
		{ { "\xf5\x80\x80\x80", 4 }, false },
		{ { "\xff", 1 }, false },
		{ { "\xc3", 1 }, false },
		{ { "\xe2\x82", 2 }, false },
		{ { "\xf0\x9f\x98", 3 }, false },
		{ { "\xe2\x82\x41", 3 }, false },
		{ { "\xf0\x9f\x98\x41", 4 }, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (span_is_utf8(table[i].s) != table[i].ok)
			fail_msg("line %zu", i);
}

static void a_buffer_never_exceeds_its_cap_and_says_so(void **state)
{
	struct buf b;
	struct err e = ERR_INIT;

	(void)state;
	for (size_t max = 0; max < 300; max++) {
		buf_init(&b, max);
		for (size_t i = 0; i < max; i++)
			buf_putc(&b, 'x');
		assert_int_equal(buf_check(&b, "thing", &e), 0);
		assert_int_equal(strlen(buf_str(&b)), max);
		assert_true(b.cap <= max + 1);
		buf_putc(&b, 'y');
		assert_int_equal(b.n, max);
		assert_int_equal(buf_check(&b, "thing", &e), ERR_LIMIT);
		buf_fini(&b);
	}
	buf_init(&b, 10);
	buf_puts(&b, "12345");
	buf_puts(&b, "678901");
	buf_puts(&b, "6");	/* would fit, but there is a hole before it */
	assert_string_equal(buf_str(&b), "12345");
	assert_int_equal(buf_check(&b, "name", &e), ERR_LIMIT);
	assert_string_equal(e.text, "name: more than 10 bytes");
	buf_reset(&b);
	assert_int_equal(buf_check(&b, "name", &e), 0);
	buf_printf(&b, "%s%d", "abcdefgh", 12);
	assert_string_equal(buf_str(&b), "abcdefgh12");
	buf_printf(&b, "%d", 1);
	assert_true(b.over);
	buf_fini(&b);
}

static void taking_moves_the_memory_out(void **state)
{
	struct buf b;
	char *p;

	(void)state;
	buf_init(&b, SIZE_MAX);
	assert_string_equal(buf_str(&b), "");
	p = buf_take(&b);
	assert_string_equal(p, "");
	free(p);
	buf_printf(&b, "%0300d", 0);
	buf_span(&b, SPAN_LIT("end"));
	p = buf_take(&b);
	assert_int_equal(strlen(p), 303);
	assert_int_equal(b.n, 0);
	buf_puts(&b, "again");
	assert_true(span_is(buf_view(&b), "again"));
	free(p);
	buf_wipe(&b);
	assert_null(b.p);
}

static void reserved_room_keeps_the_bytes_where_they_are(void **state)
{
	struct buf b;
	const char *p;

	(void)state;
	buf_init(&b, 1000);
	buf_reserve(&b, 1000);
	p = b.p;
	for (int i = 0; i < 1000; i++)
		buf_putc(&b, 'k');
	assert_ptr_equal(b.p, p);
	buf_reserve(&b, 1);	/* nothing beyond the cap, and that is no fault yet */
	assert_false(b.over);
	buf_wipe(&b);
}

static void hex_digits_have_their_value_and_nothing_else_has(void **state)
{
	static const char digits[] = "0123456789abcdef", capitals[] = "0123456789ABCDEF";

	(void)state;
	for (int c = -128; c < 128; c++) {
		const char *at = c == 0 ? NULL : strchr(digits, c), *big = c == 0 ? NULL : strchr(capitals, c);

		assert_int_equal(hex_digit((char)c), at != NULL ? at - digits : big != NULL ? big - capitals : -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_compare_by_bytes),
		cmocka_unit_test(trimming_takes_blanks_from_both_ends_only),
		cmocka_unit_test(splitting_stops_at_the_first_separator),
		cmocka_unit_test(numbers_are_digits_within_the_range),
		cmocka_unit_test(utf8_is_well_formed_or_refused),
		cmocka_unit_test(a_buffer_never_exceeds_its_cap_and_says_so),
		cmocka_unit_test(taking_moves_the_memory_out),
		cmocka_unit_test(hex_digits_have_their_value_and_nothing_else_has),
		cmocka_unit_test(reserved_room_keeps_the_bytes_where_they_are),
	};
	return cmocka_run_group_tests_name("base/span", tests, NULL, NULL);
}
