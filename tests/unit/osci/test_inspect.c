/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of osci/inspect. */
#include "cm.h"

#include "osci/feedback.h"
#include "osci/inspect.h"

#define OK .trusted = true, .math = PKI_MATH_OK, .offline = PKI_OFFLINE_VALID
#define REVOKED                                                                                                        \
	{                                                                                                              \
		OK, .online = PKI_ONLINE_REVOKED                                                                       \
	}
#define CORRUPTED                                                                                                      \
	{                                                                                                              \
		.math = PKI_MATH_CORRUPTED                                                                             \
	}
#define EXPIRED                                                                                                        \
	{                                                                                                              \
		OK, .expired = true, .online = PKI_ONLINE_OK                                                           \
	}
#define UNKNOWN                                                                                                        \
	{                                                                                                              \
		.trusted = false                                                                                       \
	}
#define NO_STATUS                                                                                                      \
	{                                                                                                              \
		OK, .online = PKI_ONLINE_UNKNOWN                                                                       \
	}
#define WEAK                                                                                                           \
	{                                                                                                              \
		OK, .weak = true, .online = PKI_ONLINE_OK                                                              \
	}
#define WRONG_USE                                                                                                      \
	{                                                                                                              \
		OK, .wrong_use = true, .online = PKI_ONLINE_OK                                                         \
	}

/* warnings blank separated; other: error or fault. strict: CRLs are required and incomplete checks not accepted. */
static const struct {
	enum osci_role role;
	bool is_cipher, strict;
	struct pki_verdict v;
	enum osci_code warning, error, fault;
} cases[] = {
	{ OSCI_ORIGINATOR, true, true, { .accepted = true }, OSCI_NO_CODE, OSCI_NO_CODE, OSCI_NO_CODE },
	{ OSCI_ORIGINATOR, true, true, REVOKED, OSCI_NO_CODE, OSCI_NO_CODE, OSCI_9502 },
	{ OSCI_ORIGINATOR, true, true, CORRUPTED, OSCI_NO_CODE, OSCI_NO_CODE, OSCI_9501 },
	{ OSCI_ORIGINATOR, true, true, EXPIRED, OSCI_3500, OSCI_NO_CODE, OSCI_NO_CODE },
	{ OSCI_ORIGINATOR, true, true, UNKNOWN, OSCI_NO_CODE, OSCI_NO_CODE, OSCI_9501 },
	{ OSCI_ORIGINATOR, true, false, UNKNOWN, OSCI_3501, OSCI_NO_CODE, OSCI_NO_CODE },
	{ OSCI_ORIGINATOR, true, true, NO_STATUS, OSCI_NO_CODE, OSCI_NO_CODE, OSCI_9501 },
	{ OSCI_ORIGINATOR, true, false, NO_STATUS, OSCI_NO_CODE, OSCI_NO_CODE, OSCI_NO_CODE },
	{ OSCI_ORIGINATOR, false, true, REVOKED, OSCI_NO_CODE, OSCI_9701, OSCI_NO_CODE },
	{ OSCI_ORIGINATOR, false, true, CORRUPTED, OSCI_NO_CODE, OSCI_9700, OSCI_NO_CODE },
	{ OSCI_ORIGINATOR, false, true, EXPIRED, OSCI_3700, OSCI_NO_CODE, OSCI_NO_CODE },
	{ OSCI_ORIGINATOR, false, false, WEAK, OSCI_NO_CODE, OSCI_9700, OSCI_NO_CODE },
	{ OSCI_ORIGINATOR, true, false, WEAK, OSCI_NO_CODE, OSCI_NO_CODE, OSCI_9501 },
	{ OSCI_ORIGINATOR, false, false, WRONG_USE, OSCI_3707, OSCI_NO_CODE, OSCI_NO_CODE },
	{ OSCI_ADDRESSEE, true, false, WEAK, OSCI_NO_CODE, OSCI_9706, OSCI_NO_CODE },
	{ OSCI_OTHER_AUTHOR, false, false, WEAK, OSCI_3707, OSCI_NO_CODE, OSCI_NO_CODE },
	{ OSCI_ORIGINATOR, false, true, WEAK, OSCI_NO_CODE, OSCI_9700, OSCI_NO_CODE },
	{ OSCI_ORIGINATOR, false, true, WRONG_USE, OSCI_NO_CODE, OSCI_9700, OSCI_NO_CODE },
	{ OSCI_OTHER_AUTHOR, false, true, REVOKED, OSCI_3703, OSCI_NO_CODE, OSCI_NO_CODE },
	{ OSCI_OTHER_AUTHOR, false, true, CORRUPTED, OSCI_3702, OSCI_NO_CODE, OSCI_NO_CODE },
	{ OSCI_OTHER_AUTHOR, false, true, EXPIRED, OSCI_3701, OSCI_NO_CODE, OSCI_NO_CODE },
	{ OSCI_OTHER_AUTHOR, false, true, UNKNOWN, OSCI_3707, OSCI_NO_CODE, OSCI_NO_CODE },
	{ OSCI_OTHER_AUTHOR, true, true, REVOKED, OSCI_NO_CODE, OSCI_9705, OSCI_NO_CODE },
	{ OSCI_OTHER_AUTHOR, true, true, CORRUPTED, OSCI_NO_CODE, OSCI_9704, OSCI_NO_CODE },
	{ OSCI_OTHER_AUTHOR, true, true, EXPIRED, OSCI_3704, OSCI_NO_CODE, OSCI_NO_CODE },
	{ OSCI_ADDRESSEE, true, true, REVOKED, OSCI_NO_CODE, OSCI_9707, OSCI_NO_CODE },
	{ OSCI_ADDRESSEE, true, true, CORRUPTED, OSCI_NO_CODE, OSCI_9706, OSCI_NO_CODE },
	{ OSCI_ADDRESSEE, true, true, EXPIRED, OSCI_3705, OSCI_NO_CODE, OSCI_NO_CODE },
	{ OSCI_OTHER_READER, true, true, REVOKED, OSCI_NO_CODE, OSCI_9709, OSCI_NO_CODE },
	{ OSCI_OTHER_READER, true, true, CORRUPTED, OSCI_NO_CODE, OSCI_9708, OSCI_NO_CODE },
	{ OSCI_OTHER_READER, true, true, EXPIRED, OSCI_3706, OSCI_NO_CODE, OSCI_NO_CODE },
	{ OSCI_OTHER_READER, true, true, UNKNOWN, OSCI_NO_CODE, OSCI_9708, OSCI_NO_CODE },
	{ OSCI_INTERMEDIARY, false, true, REVOKED, OSCI_NO_CODE, OSCI_NO_CODE, OSCI_NO_CODE },
};

static void same(size_t i, enum osci_code got, enum osci_code want)
{
	if (got != want)
		fail_msg("case %zu: \"%s\" instead of \"%s\"", i, osci_feedback(got)->digits, osci_feedback(want)->digits);
}

static void every_finding_has_its_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct osci_findings f = { .count = 0 };

		osci_findings_add(&f, cases[i].role, cases[i].is_cipher, &cases[i].v, cases[i].strict,
				  !cases[i].strict);
		same(i, f.error, cases[i].error);
		same(i, f.fault, cases[i].fault);
		same(i, f.warning_count > 0 ? f.warnings[0] : OSCI_NO_CODE, cases[i].warning);
		assert_true(f.warning_count < 2);
	}
}

static void the_codes_are_of_the_right_kind(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (cases[i].error != OSCI_NO_CODE)
			assert_int_equal(osci_feedback(cases[i].error)->level, OSCI_ERROR);
		if (cases[i].fault != OSCI_NO_CODE)
			assert_int_equal(osci_feedback(cases[i].fault)->level, OSCI_FAULT_CLIENT);
		if (cases[i].warning != OSCI_NO_CODE)
			assert_int_equal(osci_feedback(cases[i].warning)->level, OSCI_WARNING);
	}
}

static void warnings_come_once_and_the_first_error_stays(void **state)
{
	static const struct pki_verdict expired = EXPIRED, revoked = REVOKED, corrupted = CORRUPTED;
	struct osci_findings f = { .count = 0 };

	(void)state;
	for (int i = 0; i < 50; i++)
		osci_findings_add(&f, OSCI_OTHER_READER, true, &expired, true, false);
	assert_int_equal(f.warning_count, 1);
	osci_findings_add(&f, OSCI_OTHER_READER, true, &revoked, true, false);
	osci_findings_add(&f, OSCI_OTHER_READER, true, &corrupted, true, false);
	assert_int_equal(f.error, OSCI_9709);
}

static void all_warnings_together_find_room(void **state)
{
	struct osci_findings f = { .count = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int strict = 0; strict < 2; strict++)
			osci_findings_add(&f, cases[i].role, cases[i].is_cipher, &cases[i].v, strict != 0, strict == 0);
	assert_true(f.warning_count <= OSCI_WARNINGS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_finding_has_its_code),
		cmocka_unit_test(the_codes_are_of_the_right_kind),
		cmocka_unit_test(warnings_come_once_and_the_first_error_stays),
		cmocka_unit_test(all_warnings_together_find_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
