/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/mailbox/xta_memo. */
#include "cm.h"

#include "base/mem.h"
#include "mailbox/xta_memo.h"

static const struct xta_party others[] = { { .value = "o1", .type = "t" }, { .value = "o2" } };
static const char *const replies[] = { "urn:q:1", "urn:q:2" };
static const struct xta_property properties[] = { { { .code = "k", .list = "l", .version = "v" }, "wert" } };
static struct xta_part parts[] = {
	{ .kind = XTA_MESSAGE, .type = "text/xml", .filename = "Müller.xml", .id = "m", .size = 7 },
	{ .kind = XTA_ATTACHMENT, .type = "a/b", .description = "d", .encoding = "UTF-8", .language = "de", .size = UINT64_MAX },
};

static struct mailbox_xta_memo whole(void)
{
	return (struct mailbox_xta_memo){
		.meta = { .is_test = true, .origin = 1, .initial_send = 2, .not_before = 3, .obsolete_after = "2030-01-01",
			  .service_quality = "q", .has_receipts = true, .receipts = { .fetch = true, .to = "urn:to" },
			  .author = { "a:1", "xoev", "Erika", "K" }, .sender = { .value = "s" }, .reader = { .value = "r", .type = "" },
			  .other_readers = others, .other_reader_count = 2, .cc_readers = others, .cc_reader_count = 1,
			  .message_id = "urn:m:1", .in_reply_to = replies, .in_reply_to_count = 2, .requester = { "rq", "n" },
			  .subject = "geheim", .service = "", .scenario = { "X", "name", "l", "1" }, .type = { .code = "t" },
			  .payload_schema = "urn:p", .properties = properties, .property_count = 1, .size = 99 },
		.parts = parts, .part_count = 2, .warnings = 5,
	};
}

static void all_of_it_comes_back(void **state)
{
	const struct mailbox_xta_memo m = whole();
	struct arena *a = arena_new();
	struct mailbox_xta_memo r;
	struct err e = ERR_INIT;
	struct buf b;

	(void)state;
	buf_init(&b, 10000);
	assert_ok(mailbox_xta_memo_put(&b, &m, &e), e);
	assert_true(mailbox_xta_memo_is(buf_view(&b)));
	assert_ok(mailbox_xta_memo_get(buf_view(&b), a, &r, &e), e);
	assert_true(r.meta.is_test && r.meta.origin == 1 && r.meta.initial_send == 2 && r.meta.not_before == 3);
	assert_true(r.meta.has_receipts && r.meta.receipts.fetch && !r.meta.receipts.relay);
	assert_string_equal(r.meta.receipts.to, "urn:to");
	assert_string_equal(r.meta.author.name, "Erika");
	assert_string_equal(r.meta.sender.value, "s");
	assert_null(r.meta.reply_to.value);
	assert_string_equal(r.meta.reader.type, "");	/* kept apart from "not there" */
	assert_true(r.meta.other_reader_count == 2 && r.meta.cc_reader_count == 1);
	assert_null(r.meta.other_readers[1].type);
	assert_string_equal(r.meta.in_reply_to[1], "urn:q:2");
	assert_string_equal(r.meta.requester.name, "n");
	assert_string_equal(r.meta.subject, "geheim");
	assert_string_equal(r.meta.scenario.name, "name");
	assert_string_equal(r.meta.properties[0].value, "wert");
	assert_int_equal(r.meta.size, 99);
	assert_true(r.part_count == 2 && r.parts[1].kind == XTA_ATTACHMENT && r.parts[1].size == UINT64_MAX);
	assert_string_equal(r.parts[0].filename, "Müller.xml");
	assert_string_equal(r.parts[1].language, "de");
	assert_int_equal(r.warnings, 5);
	buf_fini(&b);
	arena_free(a);
}

static void what_stays_in_the_open_says_nothing_personal(void **state)
{
	static const char *const personal[] = { "Erika", "geheim", "wert", "Müller.xml", "rq" };
	const struct mailbox_xta_memo m = whole();
	struct arena *a = arena_new();
	struct mailbox_xta_memo r;
	struct err e = ERR_INIT;
	struct buf b;

	(void)state;
	buf_init(&b, 10000);
	assert_ok(mailbox_xta_memo_put_open(&b, &m, &e), e);
	for (size_t i = 0; i < ARRAY_LEN(personal); i++)
		assert_null(memmem(b.p, b.n, personal[i], strlen(personal[i])));
	assert_ok(mailbox_xta_memo_get(buf_view(&b), a, &r, &e), e);
	assert_string_equal(r.meta.author.value, "a:1");
	assert_string_equal(r.meta.message_id, "urn:m:1");
	assert_true(r.warnings == 5 && r.part_count == 0);
	buf_fini(&b);
	arena_free(a);
}

static void what_is_damaged_or_cut_off_is_refused(void **state)
{
	const struct mailbox_xta_memo m = whole();
	struct arena *a = arena_new();
	struct mailbox_xta_memo r;
	struct err e = ERR_INIT;
	struct buf b;

	(void)state;
	buf_init(&b, 10000);
	assert_ok(mailbox_xta_memo_put(&b, &m, &e), e);
	for (size_t i = 0; i < b.n; i++) {
		assert_int_not_equal(mailbox_xta_memo_get((struct span){ b.p, i }, a, &r, &e), 0);
		b.p[i] = (char)(b.p[i] ^ 0x41);
		assert_int_not_equal(mailbox_xta_memo_get(buf_view(&b), a, &r, &e), 0);
		b.p[i] = (char)(b.p[i] ^ 0x41);
	}
	assert_false(mailbox_xta_memo_is(SPAN_EMPTY));
	buf_fini(&b);
	buf_init(&b, 100);	/* more than there is room for */
	e = (struct err)ERR_INIT;
	assert_int_equal(mailbox_xta_memo_put(&b, &m, &e), ERR_LIMIT);
	buf_fini(&b);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_comes_back),
		cmocka_unit_test(what_stays_in_the_open_says_nothing_personal),
		cmocka_unit_test(what_is_damaged_or_cut_off_is_refused),
	};

	return cmocka_run_group_tests_name("mailbox/xta_memo", tests, NULL, NULL);
}
