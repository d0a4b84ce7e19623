/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/dir/warning. */
#include "cm.h"

#include "dir/warning.h"

static const struct {
	const char *header, *text;
} cases[] = {
	{ "", "" },
	{ "plain words", "plain words" },
	{ "=?UTF-8?Q?Dienst_nicht_mehr_g=C3=BCltig?=", "Dienst nicht mehr gültig" },
	{ "=?utf-8?q?g=c3=bcltig?=", "gültig" },
	{ "=?UTF-8?B?R8O8bHRpZyBiaXMgMzEuMTIu?=", "Gültig bis 31.12." },
	{ "=?ISO-8859-1?Q?g=FCltig?= bis =?us-ascii?Q?morgen?=", "gültig bis morgen" },
	{ "=?UTF-8?Q?eins_?= =?UTF-8?Q?zwei?=", "eins zwei" },
	{ "=?UTF-8?Q?eins?= zwei", "eins zwei" },
	{ "vor =?UTF-8?Q?nach?=", "vor nach" },
	{ "a\tb\x1b[2J", "a b [2J" },
	{ "=?UTF-8?Q?=1B=0A?=x", "  x" },
	/* What is not an encoded word stands as it came. */
	{ "=?UTF-8?Q?=C3?=", "=?UTF-8?Q?=C3?=" },
	{ "=?UTF-8?Q?=G0?=", "=?UTF-8?Q?=G0?=" },
	{ "=?UTF-8?Q?=C?=", "=?UTF-8?Q?=C?=" },
	{ "=?UTF-8?B?***?=", "=?UTF-8?B?***?=" },
	{ "=?KOI8-R?Q?x?=", "=?KOI8-R?Q?x?=" },
	{ "=?UTF-8?X?x?=", "=?UTF-8?X?x?=" },
	{ "=?UTF-8?Q?x", "=?UTF-8?Q?x" },
	{ "=?UTF-8", "=?UTF-8" },
	{ "=?", "=?" },
	{ "\xff\xfe", "" },
};

static void a_warning_is_shown_in_words_and_cannot_steer_a_terminal(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf b;

		buf_init(&b, 1024);
		dir_warning_decode(span_of(cases[i].header), &b);
		assert_string_equal(buf_str(&b), cases[i].text);
		buf_fini(&b);
	}
}

static void a_long_warning_is_cut_and_the_error_has_its_reason(void **state)
{
	char header[4000];
	struct err e = ERR_INIT;

	(void)state;
	memset(header, 'x', sizeof(header) - 1);
	header[sizeof(header) - 1] = '\0';
	assert_int_equal(dir_warning_err(header, &e), ERR_TRUST);
	assert_int_equal(e.reason, RSN_DIR_EXPIRED);
	assert_int_equal(dir_warning_err("=?UTF-8?Q?erst_ab_M=C3=A4rz?=", &e), ERR_TRUST);
	assert_non_null(strstr(e.text, "erst ab März"));
	assert_int_equal(dir_warning_err("", &e), ERR_TRUST);
	assert_non_null(strstr(e.text, "no explanation"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_warning_is_shown_in_words_and_cannot_steer_a_terminal),
		cmocka_unit_test(a_long_warning_is_cut_and_the_error_has_its_reason),
	};
	return cmocka_run_group_tests_name("gateway/dir/warning", tests, NULL, NULL);
}
