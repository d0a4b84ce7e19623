/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/base/err. */
#include "base/err.h"

#include <errno.h>

#include "base/mem.h"
#include "base/span.h"
#include "cm.h"

static void every_code_has_name_and_class(void **state)
{
	(void)state;
	for (int c = ERR_OK + 1; c < ERR_CODE_COUNT; c++) {
		assert_true(strncmp(err_name((enum err_code)c), "ERR_", 4) == 0);
		assert_int_not_equal(err_class((enum err_code)c), ERR_NONE);
	}
	assert_int_equal(err_class(ERR_OK), ERR_NONE);
	assert_string_equal(err_name(ERR_WRONG_STATE), "ERR_WRONG_STATE");
	assert_string_equal(err_name((enum err_code)9999), "ERR_INTERNAL");
	assert_int_equal(err_class((enum err_code)9999), ERR_LOCAL);
}

static void the_text_reads_from_the_outside_in(void **state)
{
	struct err e = ERR_INIT;
	int line = __LINE__ + 1;
	int rc = err_spec(&e, ERR_SYNTAX, "OSCI 1.2 4.3.1", "line %d: tab", 7);

	(void)state;
	assert_int_equal(rc, ERR_SYNTAX);
	assert_int_equal(err_wrap(&e, "read %s", "x"), ERR_SYNTAX);
	assert_int_equal(err_wrap(&e, "deliver"), ERR_SYNTAX);
	assert_string_equal(e.text, "deliver: read x: line 7: tab");
	assert_string_equal(e.spec, "OSCI 1.2 4.3.1");
	assert_int_equal(e.line, line);
	assert_non_null(strstr(e.file, "test_err.c"));
}

static void an_error_may_be_made_from_its_own_text(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	err_set(&e, ERR_IO, "inner");
	err_set(&e, ERR_PEER, "outer (%s)", e.text);
	assert_string_equal(e.text, "outer (inner)");
}

static void long_texts_are_cut_between_characters(void **state)
{
	struct err e = ERR_INIT;
	char text[1000] = "";

	(void)state;
	for (size_t pad = 0; pad < 3; pad++) {
		memset(text, 'x', pad);
		for (size_t i = pad; i + 2 < sizeof(text); i += 2)
			memcpy(text + i, "ä", 3);
		err_set(&e, ERR_IO, "%s", text);
		assert_true(strlen(e.text) >= sizeof(e.text) - 3);
		assert_true(span_is_utf8(span_of(e.text)));
		for (int i = 0; i < 5; i++)
			err_wrap(&e, "Ümläut %d", i);
		assert_true(strlen(e.text) < sizeof(e.text));
		assert_true(span_is_utf8(span_of(e.text)));
		assert_non_null(strstr(e.text, "Ümläut 4: Ümläut 3: "));
	}
}

static void a_reason_is_kept_through_wraps_and_defaults(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	err_reason(&e, ERR_UNREACHABLE, RSN_NET_UNREACHABLE, "refused");
	err_wrap(&e, "post");
	assert_int_equal(err_default_reason(&e, RSN_INTERNAL), ERR_UNREACHABLE);
	assert_int_equal(e.reason, RSN_NET_UNREACHABLE);
	err_set(&e, ERR_IO, "new");
	assert_int_equal(e.reason, RSN_NONE);
	err_default_reason(&e, RSN_INTERNAL);
	assert_int_equal(e.reason, RSN_INTERNAL);
}

static void errno_values_become_codes(void **state)
{
	static const struct {
		int num;
		enum err_code want;
	} table[] = {
		{ ENOSPC, ERR_FULL },	   { EDQUOT, ERR_FULL },	{ ENOENT, ERR_MISSING },
		{ EACCES, ERR_DENIED },	   { EEXIST, ERR_EXISTS },	{ ECONNREFUSED, ERR_UNREACHABLE },
		{ ETIMEDOUT, ERR_TIMEOUT }, { ECONNRESET, ERR_PEER },	{ EIO, ERR_IO },
		{ 0, ERR_IO },		   { -5, ERR_IO },		{ ENOMEM, ERR_NOMEM },
		{ EMFILE, ERR_BUSY },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		assert_int_equal(err_from_errno(table[i].num), table[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_name_and_class),
		cmocka_unit_test(the_text_reads_from_the_outside_in),
		cmocka_unit_test(an_error_may_be_made_from_its_own_text),
		cmocka_unit_test(long_texts_are_cut_between_characters),
		cmocka_unit_test(a_reason_is_kept_through_wraps_and_defaults),
		cmocka_unit_test(errno_values_become_codes),
	};
	return cmocka_run_group_tests_name("base/err", tests, NULL, NULL);
}
