/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/mailbox/xta_cursor. */
#include "cm.h"

#include "base/mem.h"
#include "mailbox/xta_cursor.h"

static const uint8_t key[SHA256_LEN] = { 7 };

static void all_of_a_position_comes_back(void **state)
{
	struct id ids[MAILBOX_XTA_CURSOR_IDS];
	struct mailbox_xta_cursor c = { .lists = true, .new_only = true, .box = { { 5 } }, .since = 1, .until = 2,
					.after = { .id = id_new(), .accepted = 3 }, .limit = 50, .pending = 999950, .ids = ids },
				  r;
	struct arena *a = arena_new();

	(void)state;
	for (size_t n = 0; n <= MAILBOX_XTA_CURSOR_IDS; n += 50) {
		for (size_t i = 0; i < n; i++)
			ids[i] = id_new();
		c.id_count = n;
		c.named = n > 0;
		assert_true(mailbox_xta_cursor_read(key, "A", mailbox_xta_cursor_text(key, "A", &c, a), a, &r));
		assert_true(r.lists && !r.whole && r.new_only && !r.any_party && r.named == (n > 0));
		assert_memory_equal(&r.box, &c.box, sizeof(r.box));
		assert_true(r.since == 1 && r.until == 2 && r.after.accepted == 3 && r.limit == 50 && r.pending == 999950);
		assert_int_equal(id_cmp(&r.after.id, &c.after.id), 0);
		assert_int_equal(r.id_count, n);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(id_cmp(&r.ids[i], &ids[i]), 0);
	}
	arena_free(a);
}

static void what_was_changed_or_is_somebody_elses_is_no_position(void **state)
{
	static const uint8_t other[SHA256_LEN] = { 8 };
	static const char *const texts[] = { "", "1", "urn:depesche:msgbox:", "urn:depesche:msgbox:AAAA", "urn:uuid:x" };
	const struct mailbox_xta_cursor c = { .lists = true, .limit = 1 };
	struct mailbox_xta_cursor r;
	struct arena *a = arena_new();
	char *text = arena_dup(a, mailbox_xta_cursor_text(key, "A", &c, a)), *huge;

	(void)state;
	assert_true(mailbox_xta_cursor_read(key, "A", text, a, &r));
	assert_false(mailbox_xta_cursor_read(key, "B", text, a, &r));
	assert_false(mailbox_xta_cursor_read(other, "A", text, a, &r));
	for (size_t i = 0; text[i] != '\0'; i++) {
		char was = text[i];

		text[i] = was == 'A' ? 'B' : 'A';
		assert_false(mailbox_xta_cursor_read(key, "A", text, a, &r));
		text[i] = '\0';	/* cut off there */
		assert_false(mailbox_xta_cursor_read(key, "A", text, a, &r));
		text[i] = was;
	}
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_false(mailbox_xta_cursor_read(key, "A", texts[i], a, &r));
	huge = arena_alloc(a, 1 << 20);
	memset(huge, 'A', (1 << 20) - 1);
	huge[(1 << 20) - 1] = '\0';
	memcpy(huge, "urn:depesche:msgbox:", 20);
	assert_false(mailbox_xta_cursor_read(key, "A", huge, a, &r));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_a_position_comes_back),
		cmocka_unit_test(what_was_changed_or_is_somebody_elses_is_no_position),
	};

	return cmocka_run_group_tests_name("mailbox/xta_cursor", tests, NULL, NULL);
}
