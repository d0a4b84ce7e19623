/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of osci/msgid. */
#include "cm.h"

#include "base/clock.h"
#include "osci/msgid.h"

static const uint8_t key[OSCI_MSGID_KEY_LEN] = { 1, 2, 3 }, other[OSCI_MSGID_KEY_LEN] = { 1, 2, 4 };

static void an_issued_id_is_recognised(void **state)
{
	char id[OSCI_MSGID_TEXT_LEN], second[OSCI_MSGID_TEXT_LEN];

	(void)state;
	osci_msgid_new(key, id);
	osci_msgid_new(key, second);
	assert_string_not_equal(id, second);
	assert_int_equal(strlen(id), OSCI_MSGID_TEXT_LEN - 1);
	assert_true(osci_msgid_ours(key, id, clock_now(), 0));
	assert_true(osci_msgid_ours(key, id, clock_now(), 1000));
}

static void any_changed_character_makes_it_foreign(void **state)
{
	char id[OSCI_MSGID_TEXT_LEN];

	(void)state;
	osci_msgid_new(key, id);
	for (size_t i = 0; id[i] != '\0'; i++) {
		char kept = id[i];

		id[i] = kept == '0' ? '1' : '0';
		assert_false(osci_msgid_ours(key, id, clock_now(), 0));
		id[i] = kept;
	}
}

static void ids_of_another_key_or_form_are_foreign(void **state)
{
	char id[OSCI_MSGID_TEXT_LEN + 1];

	(void)state;
	osci_msgid_new(other, id);
	assert_false(osci_msgid_ours(key, id, clock_now(), 0));
	assert_true(osci_msgid_ours(other, id, clock_now(), 0));
	id[OSCI_MSGID_TEXT_LEN - 2] = '\0';
	assert_false(osci_msgid_ours(other, id, clock_now(), 0));
	assert_false(osci_msgid_ours(key, "", clock_now(), 0));
	assert_false(osci_msgid_ours(key, NULL, clock_now(), 0));
	assert_false(osci_msgid_ours(key, "fake-40d10e9a-475b-41f7-949e-d4480a41da18", clock_now(), 0));
}

static void an_id_has_its_time(void **state)
{
	char id[OSCI_MSGID_TEXT_LEN];

	(void)state;
	osci_msgid_new(key, id);
	assert_false(osci_msgid_ours(key, id, clock_now() + 5000, 4000));
	assert_true(osci_msgid_ours(key, id, clock_now() + 5000, 6000));
	assert_true(osci_msgid_ours(key, id, clock_now() + 5000, 0));
	assert_false(osci_msgid_ours(key, id, clock_now() - 120000, 6000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_issued_id_is_recognised),
		cmocka_unit_test(any_changed_character_makes_it_foreign),
		cmocka_unit_test(ids_of_another_key_or_form_are_foreign),
		cmocka_unit_test(an_id_has_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
