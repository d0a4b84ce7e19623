/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/mailbox/xta_id. */
#include "cm.h"

#include <ctype.h>

#include "base/mem.h"
#include "mailbox/xta_id.h"

static const struct mailbox_xta_ids ids = { .key = { 1, 2, 3 }, .prefix = "depesche" };

static void an_id_proves_for_whom_it_was_issued(void **state)
{
	const struct mailbox_xta_ids other_key = { .key = { 1, 2, 4 }, .prefix = "depesche" };
	struct arena *a = arena_new();
	const char *id = mailbox_xta_id_new(&ids, "A", a);
	char *upper = arena_dup(a, id), *changed = arena_dup(a, id);

	(void)state;
	assert_int_equal(strlen(id), strlen("urn:de:xta:messageid:depesche:") + 36);
	assert_int_equal(mailbox_xta_id_judge(&ids, "A", id), MAILBOX_XTA_ID_OWN);
	assert_int_equal(mailbox_xta_id_judge(&ids, "B", id), MAILBOX_XTA_ID_OTHERS);
	assert_int_equal(mailbox_xta_id_judge(&other_key, "A", id), MAILBOX_XTA_ID_OTHERS);
	for (char *p = upper; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	assert_int_equal(mailbox_xta_id_judge(&ids, "A", upper), MAILBOX_XTA_ID_OWN);
	assert_string_equal(mailbox_xta_id_key(upper, a), id);
	for (size_t i = strlen(id) - 36; i < strlen(id); i++) {	/* no digit of it may be another one */
		if (id[i] == '-')
			continue;
		changed[i] = id[i] == '0' ? '1' : '0';
		assert_int_equal(mailbox_xta_id_judge(&ids, "A", changed), MAILBOX_XTA_ID_OTHERS);
		changed[i] = id[i];
	}
	arena_free(a);
}

static void what_others_made_is_foreign_and_what_is_no_id_is_bad(void **state)
{
	static const struct {
		const char *text;
		enum mailbox_xta_origin is;
	} cases[] = {
		{ "urn:de:xta:messageid:governikus:0c6a3b9e-5a0a-4b5e-9c57-9f3c1f4c0a55", MAILBOX_XTA_ID_FOREIGN },
		{ "urn:uuid:0c6a3b9e-5a0a-4b5e-9c57-9f3c1f4c0a55", MAILBOX_XTA_ID_FOREIGN },
		{ "urn:de:xta:messageid:depesche2:x", MAILBOX_XTA_ID_FOREIGN },
		{ "urn:de:xta:messageid:depesche:x", MAILBOX_XTA_ID_OTHERS },
		{ "urn:de:xta:messageid:depesche:", MAILBOX_XTA_ID_OTHERS },
		{ "", MAILBOX_XTA_ID_BAD },
		{ "urn:a b", MAILBOX_XTA_ID_BAD },
		{ "urn:\xc3\xa4", MAILBOX_XTA_ID_BAD },
		{ "urn:\n", MAILBOX_XTA_ID_BAD },
	};
	char longest[MAILBOX_XTA_ID_MAX + 2];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(mailbox_xta_id_judge(&ids, "A", cases[i].text), cases[i].is);
	memset(longest, 'x', sizeof(longest));
	longest[MAILBOX_XTA_ID_MAX + 1] = '\0';
	assert_int_equal(mailbox_xta_id_judge(&ids, "A", longest), MAILBOX_XTA_ID_BAD);
	longest[MAILBOX_XTA_ID_MAX] = '\0';
	assert_int_equal(mailbox_xta_id_judge(&ids, "A", longest), MAILBOX_XTA_ID_FOREIGN);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void no_two_ids_are_the_same(void **state)
{
	enum { MANY = 20000 };
	struct arena *a = arena_new();
	const char **all = arena_alloc(a, MANY * sizeof(*all));

	(void)state;
	for (int i = 0; i < MANY; i++)
		all[i] = mailbox_xta_id_new(&ids, i % 2 == 0 ? "A" : "B", a);
	qsort(all, MANY, sizeof(*all), by_text);
	for (int i = 1; i < MANY; i++)
		assert_true(strncmp(all[i - 1], all[i], strlen(all[i]) - 12) != 0);	/* already before the digest */
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_proves_for_whom_it_was_issued),
		cmocka_unit_test(what_others_made_is_foreign_and_what_is_no_id_is_bad),
		cmocka_unit_test(no_two_ids_are_the_same),
	};

	return cmocka_run_group_tests_name("mailbox/xta_id", tests, NULL, NULL);
}
