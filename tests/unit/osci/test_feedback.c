/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of osci/feedback. */
#include "osci/feedback.h"

#include "base/span.h"
#include "cm.h"

#define LINE(i) osci_feedback((enum osci_code)(i))

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
	unsigned n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		for (const char *p = known[i].codes; *p != '\0'; p += p[4] == ' ' ? 5 : 4) {
			char code[5] = { p[0], p[1], p[2], p[3], '\0' };

			enum osci_code c = osci_feedback_code(code);

			assert_true(c > OSCI_NO_CODE && c < OSCI_OTHER_CODE);
			assert_string_equal(osci_feedback(c)->digits, code);
			assert_int_equal(osci_feedback(c)->level, known[i].level);
			n++;
		}
	}
	assert_int_equal(OSCI_OTHER_CODE - OSCI_NO_CODE - 1, n);
}

static void codes_ascend_and_stand_once(void **state)
{
	(void)state;
	for (unsigned i = OSCI_NO_CODE + 1; i < OSCI_OTHER_CODE; i++)
		assert_true(strcmp(LINE(i - 1)->digits, LINE(i)->digits) < 0);
}

static void every_code_has_two_different_sentences_in_utf8(void **state)
{
	(void)state;
	for (unsigned i = OSCI_NO_CODE + 1; i < OSCI_OTHER_CODE; i++) {
		const struct osci_feedback *c = LINE(i);

		assert_true(strlen(c->de) > 10 && c->de[strlen(c->de) - 1] == '.');
		assert_true(strlen(c->en) > 10 && c->en[strlen(c->en) - 1] == '.');
		assert_true(span_is_utf8(span_of(c->de)));
		assert_string_not_equal(c->de, c->en);
		for (unsigned j = OSCI_NO_CODE + 1; j < i; j++) {
			assert_string_not_equal(c->de, LINE(j)->de);
			assert_string_not_equal(c->en, LINE(j)->en);
		}
	}
}

static void success_and_warnings_have_no_reason_and_failures_have_one(void **state)
{
	(void)state;
	for (unsigned i = OSCI_NO_CODE + 1; i < OSCI_OTHER_CODE; i++) {
		const struct osci_feedback *c = LINE(i);
		bool fine = c->level == OSCI_OK || c->level == OSCI_WARNING;

		assert_int_equal(fine, c->reason == RSN_NONE);
		assert_int_equal(c->digits[0], c->level == OSCI_OK ? '0' : c->level == OSCI_WARNING ? '3' : '9');
		if (c->level == OSCI_FAULT_SERVER)
			assert_int_not_equal(reason_info(c->reason)->retry, RETRY_NEVER);
	}
}

static void a_code_that_nobody_knows_has_no_text(void **state)
{
	static const char *const unknown[] = { "1234", "080", "08000", "9999" };

	(void)state;
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		assert_int_equal(osci_feedback_code(unknown[i]), OSCI_OTHER_CODE);
	assert_int_equal(osci_feedback_code(NULL), OSCI_NO_CODE);
	assert_int_equal(osci_feedback_code(""), OSCI_NO_CODE);
	assert_string_equal(osci_feedback(OSCI_OTHER_CODE)->de, "");
	assert_string_equal(osci_feedback(OSCI_OTHER_CODE)->en, "");
	assert_string_equal(osci_feedback((enum osci_code)1000)->digits, "");
}

/* What is signed by the intermediary is believed: class, and the retry rule of the reason, agree. */
static void the_class_of_a_code_and_the_retry_rule_of_its_reason_agree(void **state)
{
	(void)state;
	for (unsigned i = OSCI_NO_CODE + 1; i <= OSCI_OTHER_CODE; i++) {
		struct osci_reaction r = osci_feedback_reaction((enum osci_code)i, true);
		enum reason_retry retry = reason_info(r.reason)->retry;

		if (r.class == ERR_NONE)
			assert_int_equal(r.reason, RSN_NONE);
		else if (r.class == ERR_TEMPORARY)
			assert_true(retry == RETRY_SOON || retry == RETRY_SLOW);
		else
			assert_true(retry == RETRY_HOLD || retry == RETRY_NEVER);
		assert_int_equal(r.doubts_entry, i == OSCI_9200 || i == OSCI_9201);
	}
	assert_int_equal(osci_feedback_reaction(OSCI_9600, true).class, ERR_LOCAL);
	assert_int_equal(osci_feedback_reaction(OSCI_9801, true).class, ERR_PERMANENT);
	assert_int_equal(osci_feedback_reaction(OSCI_9904, true).class, ERR_PERMANENT);
	assert_int_equal(osci_feedback_reaction(OSCI_9000, true).class, ERR_TEMPORARY);
}

/* Anybody on the way can send 9600, 9801, 9904, 0800 or 3800: nothing of that may stop a delivery for good. */
static void nothing_that_is_not_signed_stops_a_delivery_or_counts_as_done(void **state)
{
	(void)state;
	for (unsigned i = OSCI_NO_CODE; i <= OSCI_CODE_COUNT; i++) {
		struct osci_reaction r = osci_feedback_reaction((enum osci_code)i, false);
		enum reason_retry retry = reason_info(r.reason)->retry;

		assert_int_equal(r.class, ERR_TEMPORARY);
		assert_int_not_equal(r.reason, RSN_NONE);
		assert_true(retry == RETRY_SOON || retry == RETRY_SLOW);
	}
}

/* Facts 7.3: after which codes an order that was to be passed on has used up its message id, and the recipient may have it. */
static void what_was_passed_on_in_vain_needs_another_id(void **state)
{
	(void)state;
	for (unsigned i = OSCI_NO_CODE; i <= OSCI_OTHER_CODE; i++) {
		struct osci_reaction r = osci_feedback_reaction((enum osci_code)i, true);
		bool passed_on = (i >= OSCI_9805 && i <= OSCI_9810) || i == OSCI_9711 || i == OSCI_9712;
		bool unsure = i == OSCI_9807 || i == OSCI_9810 || i == OSCI_9711 || i == OSCI_9712;

		assert_int_equal(r.uses_up, passed_on);
		assert_int_equal(r.reason == RSN_OSCI_RECEPTION_UNKNOWN, unsure);
	}
	assert_int_equal(osci_feedback_reaction(OSCI_9808, true).reason, RSN_OSCI_RECIPIENT_FAILED);
	assert_int_equal(osci_feedback_reaction(OSCI_9809, true).reason, RSN_OSCI_RECIPIENT_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_has_exactly_the_known_codes_with_their_levels),
		cmocka_unit_test(codes_ascend_and_stand_once),
		cmocka_unit_test(every_code_has_two_different_sentences_in_utf8),
		cmocka_unit_test(success_and_warnings_have_no_reason_and_failures_have_one),
		cmocka_unit_test(a_code_that_nobody_knows_has_no_text),
		cmocka_unit_test(the_class_of_a_code_and_the_retry_rule_of_its_reason_agree),
		cmocka_unit_test(nothing_that_is_not_signed_stops_a_delivery_or_counts_as_done),
		cmocka_unit_test(what_was_passed_on_in_vain_needs_another_id),
	};
	return cmocka_run_group_tests_name("osci/feedback", tests, NULL, NULL);
}
