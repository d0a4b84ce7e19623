/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/base/reason. */
#include "base/reason.h"

#include <ctype.h>

#include "base/span.h"
#include "cm.h"

static void every_reason_answers_its_four_questions_in_both_languages(void **state)
{
	(void)state;
	for (int r = RSN_NONE + 1; r < RSN_COUNT; r++) {
		const struct reason_info *i = reason_info((enum reason)r);
		const char *texts[] = { i->text_en, i->text_de, i->next_en, i->next_de };

		for (size_t t = 0; t < 4; t++) {
			assert_true(span_is_utf8(span_of(texts[t])));
			assert_int_equal(texts[t][strlen(texts[t]) - 1], '.');
		}
		assert_string_not_equal(i->text_en, i->text_de);
		/* What waits for somebody names a next step, what goes on by itself is tried again. */
		if (i->owner == OWNER_NOBODY)
			assert_int_not_equal(i->retry, RETRY_NEVER);
	}
}

static void where_the_next_step_is_an_intermediarys_it_is_the_owner(void **state)
{
	(void)state;
	for (int r = RSN_NONE + 1; r < RSN_COUNT; r++) {
		const struct reason_info *i = reason_info((enum reason)r);

		assert_int_equal(span_starts(span_of(i->next_en), "Intermediary's operator: "), i->owner == OWNER_INTERMEDIARY);
		assert_int_equal(span_starts(span_of(i->next_de), "Betreiber des Intermediärs: "), i->owner == OWNER_INTERMEDIARY);
	}
}

static void keys_are_unique_upper_case_and_found_again(void **state)
{
	(void)state;
	for (int r = RSN_NONE + 1; r < RSN_COUNT; r++) {
		const char *key = reason_info((enum reason)r)->key;

		assert_int_equal(reason_from_key(key), r);
		for (const char *p = key; *p != '\0'; p++)
			assert_true(isupper((unsigned char)*p) || *p == '-');
	}
	assert_int_equal(reason_from_key("dir-unreachable"), RSN_NONE);
	assert_int_equal(reason_from_key(""), RSN_NONE);
}

static void unknown_values_are_internal(void **state)
{
	(void)state;
	assert_string_equal(reason_info(RSN_NONE)->key, "LOC-INTERNAL");
	assert_string_equal(reason_info((enum reason)9999)->key, "LOC-INTERNAL");
	assert_string_equal(reason_owner_name(OWNER_RECIPIENT, 1), "Empfänger");
	assert_string_equal(reason_owner_name(OWNER_RECIPIENT, 0), "recipient");
	assert_string_equal(reason_owner_name((enum reason_owner)99, 0), "operator");
	assert_string_equal(reason_retry_name(RETRY_SLOW), "slow");
	assert_string_equal(reason_retry_name((enum reason_retry)99), "hold");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reason_answers_its_four_questions_in_both_languages),
		cmocka_unit_test(where_the_next_step_is_an_intermediarys_it_is_the_owner),
		cmocka_unit_test(keys_are_unique_upper_case_and_found_again),
		cmocka_unit_test(unknown_values_are_internal),
	};
	return cmocka_run_group_tests_name("base/reason", tests, NULL, NULL);
}
