/* SPDX-License-Identifier: EUPL-1.2 */
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
	const char *warnings, *error, *fault;
} cases[] = {
	{ OSCI_ORIGINATOR, true, true, { .accepted = true }, "", NULL, NULL },
	{ OSCI_ORIGINATOR, true, true, REVOKED, "", NULL, "9502" },
	{ OSCI_ORIGINATOR, true, true, CORRUPTED, "", NULL, "9501" },
	{ OSCI_ORIGINATOR, true, true, EXPIRED, "3500", NULL, NULL },
	{ OSCI_ORIGINATOR, true, true, UNKNOWN, "", NULL, "9501" },
	{ OSCI_ORIGINATOR, true, false, UNKNOWN, "3501", NULL, NULL },
	{ OSCI_ORIGINATOR, true, true, NO_STATUS, "", NULL, "9501" },
	{ OSCI_ORIGINATOR, true, false, NO_STATUS, "", NULL, NULL },
	{ OSCI_ORIGINATOR, false, true, REVOKED, "", "9701", NULL },
	{ OSCI_ORIGINATOR, false, true, CORRUPTED, "", "9700", NULL },
	{ OSCI_ORIGINATOR, false, true, EXPIRED, "3700", NULL, NULL },
	{ OSCI_ORIGINATOR, false, false, WEAK, "", "9700", NULL },
	{ OSCI_ORIGINATOR, true, false, WEAK, "", NULL, "9501" },
	{ OSCI_ORIGINATOR, false, false, WRONG_USE, "3707", NULL, NULL },
	{ OSCI_ADDRESSEE, true, false, WEAK, "", "9706", NULL },
	{ OSCI_OTHER_AUTHOR, false, false, WEAK, "3707", NULL, NULL },
	{ OSCI_ORIGINATOR, false, true, WEAK, "", "9700", NULL },
	{ OSCI_ORIGINATOR, false, true, WRONG_USE, "", "9700", NULL },
	{ OSCI_OTHER_AUTHOR, false, true, REVOKED, "3703", NULL, NULL },
	{ OSCI_OTHER_AUTHOR, false, true, CORRUPTED, "3702", NULL, NULL },
	{ OSCI_OTHER_AUTHOR, false, true, EXPIRED, "3701", NULL, NULL },
	{ OSCI_OTHER_AUTHOR, false, true, UNKNOWN, "3707", NULL, NULL },
	{ OSCI_OTHER_AUTHOR, true, true, REVOKED, "", "9705", NULL },
	{ OSCI_OTHER_AUTHOR, true, true, CORRUPTED, "", "9704", NULL },
	{ OSCI_OTHER_AUTHOR, true, true, EXPIRED, "3704", NULL, NULL },
	{ OSCI_ADDRESSEE, true, true, REVOKED, "", "9707", NULL },
	{ OSCI_ADDRESSEE, true, true, CORRUPTED, "", "9706", NULL },
	{ OSCI_ADDRESSEE, true, true, EXPIRED, "3705", NULL, NULL },
	{ OSCI_OTHER_READER, true, true, REVOKED, "", "9709", NULL },
	{ OSCI_OTHER_READER, true, true, CORRUPTED, "", "9708", NULL },
	{ OSCI_OTHER_READER, true, true, EXPIRED, "3706", NULL, NULL },
	{ OSCI_OTHER_READER, true, true, UNKNOWN, "", "9708", NULL },
	{ OSCI_INTERMEDIARY, false, true, REVOKED, "", NULL, NULL },
};

static void same(size_t i, const char *got, const char *want)
{
	if ((got == NULL) != (want == NULL) || (got != NULL && strcmp(got, want) != 0))
		fail_msg("case %zu: %s instead of %s", i, got != NULL ? got : "nothing",
			 want != NULL ? want : "nothing");
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
		same(i, f.warning_count > 0 ? f.warnings[0] : "", cases[i].warnings);
		assert_true(f.warning_count < 2);
	}
}

static void the_codes_are_of_the_right_kind(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (cases[i].error != NULL)
			assert_int_equal(osci_code(cases[i].error)->level, OSCI_ERROR);
		if (cases[i].fault != NULL)
			assert_int_equal(osci_code(cases[i].fault)->level, OSCI_FAULT_CLIENT);
		if (cases[i].warnings[0] != '\0')
			assert_int_equal(osci_code(cases[i].warnings)->level, OSCI_WARNING);
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
	assert_string_equal(f.error, "9709");
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
