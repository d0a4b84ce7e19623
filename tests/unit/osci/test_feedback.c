/* SPDX-License-Identifier: EUPL-1.2 */
#include "osci/feedback.h"

#include "base/span.h"
#include "cm.h"

/* All codes of OSCI 1.2 with the corrigenda and the supplement on large data, by level. */
static const struct {
	enum osci_level level;
	const char *codes;
} known[] = {
	{ OSCI_OK, "0800 0801" },
	{ OSCI_WARNING, "3500 3501 3700 3701 3702 3703 3704 3705 3706 3707 3708 3800 3801 3802 3803 3950 3951 3952" },
	{ OSCI_FAULT_SERVER, "9000 9503" },
	{ OSCI_FAULT_CLIENT, "9100 9200 9201 9202 9300 9400 9500 9501 9502" },
	{ OSCI_ERROR, "9600 9601 9602 9603 9700 9701 9704 9705 9706 9707 9708 9709 9710 9711 9712 9800 9801 9802 9803 9804 "
		      "9805 9806 9807 9808 9809 9810 9811 9900 9901 9902 9903 9904 9905 9950" },
};

static void the_table_has_exactly_the_known_codes_with_their_levels(void **state)
{
	unsigned n = 0, all = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		for (const char *p = known[i].codes; *p != '\0'; p += p[4] == ' ' ? 5 : 4) {
			char code[5] = { p[0], p[1], p[2], p[3], '\0' };

			assert_string_equal(osci_code(code)->code, code);
			assert_int_equal(osci_code(code)->level, known[i].level);
			n++;
		}
	}
	while (osci_code_at(all) != NULL)
		all++;
	assert_int_equal(all, n);
	assert_null(osci_code_at(all + 1));
}

static void codes_ascend_and_stand_once(void **state)
{
	(void)state;
	for (unsigned i = 1; osci_code_at(i) != NULL; i++)
		assert_true(strcmp(osci_code_at(i - 1)->code, osci_code_at(i)->code) < 0);
}

static void every_code_has_two_different_sentences_in_utf8(void **state)
{
	(void)state;
	for (unsigned i = 0; osci_code_at(i) != NULL; i++) {
		const struct osci_code *c = osci_code_at(i);

		assert_true(strlen(c->de) > 10 && c->de[strlen(c->de) - 1] == '.');
		assert_true(strlen(c->en) > 10 && c->en[strlen(c->en) - 1] == '.');
		assert_true(span_is_utf8(span_of(c->de)));
		assert_string_not_equal(c->de, c->en);
		for (unsigned j = 0; j < i; j++) {
			assert_string_not_equal(c->de, osci_code_at(j)->de);
			assert_string_not_equal(c->en, osci_code_at(j)->en);
		}
	}
}

static void success_and_warnings_have_no_reason_and_failures_have_one(void **state)
{
	(void)state;
	for (unsigned i = 0; osci_code_at(i) != NULL; i++) {
		const struct osci_code *c = osci_code_at(i);
		bool fine = c->level == OSCI_OK || c->level == OSCI_WARNING;

		assert_int_equal(fine, c->reason == RSN_NONE);
		assert_int_equal(c->code[0], c->level == OSCI_OK ? '0' : c->level == OSCI_WARNING ? '3' : '9');
		if (c->level == OSCI_FAULT_SERVER)
			assert_int_not_equal(reason_info(c->reason)->retry, RETRY_NEVER);
	}
}

static void an_unknown_code_counts_as_an_internal_error_of_the_order(void **state)
{
	static const char *const unknown[] = { "1234", "", "080", "08000", NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		assert_string_equal(osci_code(unknown[i])->code, "9811");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_has_exactly_the_known_codes_with_their_levels),
		cmocka_unit_test(codes_ascend_and_stand_once),
		cmocka_unit_test(every_code_has_two_different_sentences_in_utf8),
		cmocka_unit_test(success_and_warnings_have_no_reason_and_failures_have_one),
		cmocka_unit_test(an_unknown_code_counts_as_an_internal_error_of_the_order),
	};
	return cmocka_run_group_tests_name("osci/feedback", tests, NULL, NULL);
}
