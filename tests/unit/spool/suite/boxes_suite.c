/* SPDX-License-Identifier: EUPL-1.2 */
/* What mailboxes, cards and retention mean, for every engine. */
#include "spool/suite/h_spool.h"
#include "spool/suite/store_suite.h"

#include "base/clock.h"
#include "base/mem.h"

static void the_oldest_matching_message_of_a_mailbox_comes_first(void **state)
{
	struct err e = ERR_INIT;
	struct spool_box_query q = { .unfetched_only = true };
	struct spool_box box = h_box(2), empty = h_box(9);
	struct spool_message m;
	struct id ids[3];
	bool more;

	(void)state;
	assert_int_equal(spool_box_first(h.s, h.a, &box, &q, &m, &more, &e), ERR_MISSING);
	assert_ok(h_mail(h.s, "b", 1, 2, 200, &ids[1], &e), e);	/* the order is that of acceptance */
	assert_ok(h_mail(h.s, "a", 1, 2, 100, &ids[0], &e), e);
	assert_ok(h_mail(h.s, "c", 1, 2, 300, &ids[2], &e), e);
	assert_ok(h_mail(h.s, "d", 2, 3, 50, NULL, &e), e);		/* another mailbox */
	assert_ok(spool_box_first(h.s, h.a, &box, &q, &m, &more, &e), e);
	assert_string_equal(m.foreign_id, "a");
	assert_true(more);
	assert_ok(spool_message_mark(h.s, &ids[0], SPOOL_FETCHED, 400, &e), e);
	assert_ok(spool_box_first(h.s, h.a, &box, &q, &m, &more, &e), e);
	assert_string_equal(m.foreign_id, "b");
	q.accepted_since = 300;
	assert_ok(spool_box_first(h.s, h.a, &box, &q, &m, &more, &e), e);
	assert_string_equal(m.foreign_id, "c");
	assert_false(more);
	q = (struct spool_box_query){ .accepted_since = 0 };
	h_spool_reopen(&h);
	assert_ok(spool_box_first(h.s, h.a, &box, &q, &m, &more, &e), e);
	assert_string_equal(m.foreign_id, "a");
	assert_int_equal(spool_box_first(h.s, h.a, &empty, &q, &m, &more, &e), ERR_MISSING);
	assert_ok(spool_erase(h.s, &ids[0], 500, &e), e);	/* what is erased cannot be fetched */
	assert_ok(spool_box_first(h.s, h.a, &box, &q, &m, &more, &e), e);
	assert_string_equal(m.foreign_id, "b");
}

static size_t cards(const struct spool_card_query *q, struct spool_message **list, bool *more)
{
	struct err e = ERR_INIT;
	size_t n = 0;

	assert_ok(spool_card_list(h.s, h.a, q, list, &n, more, &e), e);
	return n;
}

static void cards_are_listed_by_role_time_and_reception(void **state)
{
	struct err e = ERR_INIT;
	struct spool_card_query q = { .box = h_box(1), .as_originator = true, .limit = 10 };
	struct spool_message *list;
	struct id out, in, self;
	bool more;

	(void)state;
	assert_ok(h_mail(h.s, "out", 1, 2, 100, &out, &e), e);
	assert_ok(h_mail(h.s, "in", 3, 1, 200, &in, &e), e);
	assert_ok(h_mail(h.s, "self", 1, 1, 300, &self, &e), e);
	assert_ok(h_mail(h.s, "foreign", 2, 3, 400, NULL, &e), e);
	assert_int_equal(cards(&q, &list, &more), 2);
	assert_string_equal(list[0].foreign_id, "out");
	assert_string_equal(list[1].foreign_id, "self");
	assert_true(span_is(list[0].open_meta, "card"));
	q.as_addressee = true;
	assert_int_equal(cards(&q, &list, &more), 3);	/* nothing twice */
	assert_false(more);
	q.limit = 2;
	assert_int_equal(cards(&q, &list, &more), 2);
	assert_true(more);
	q.limit = 10;
	q.as_originator = false;
	assert_int_equal(cards(&q, &list, &more), 2);
	q.as_originator = true;
	q.accepted_since = 200;
	assert_int_equal(cards(&q, &list, &more), 2);
	q.accepted_since = 0;
	assert_ok(spool_message_mark(h.s, &out, SPOOL_FETCHED, 1000, &e), e);
	q.modified_since = 1000;
	assert_int_equal(cards(&q, &list, &more), 1);
	assert_string_equal(list[0].foreign_id, "out");
	q.modified_since = 0;
	q.no_reception = true;
	assert_int_equal(cards(&q, &list, &more), 2);
	q.no_reception = false;
	assert_ok(spool_erase(h.s, &in, 2000, &e), e);	/* cards outlive the content */
	assert_int_equal(cards(&q, &list, &more), 3);
}

static void an_erased_message_keeps_its_record_and_loses_its_content(void **state)
{
	struct err e = ERR_INIT;
	struct spool_message m, *w;
	struct spool_edit *ed;
	struct spool_event *evs;
	struct id id, dlv;
	struct spool_delivery d;
	struct src *src;
	int64_t next;
	size_t n;

	(void)state;
	assert_ok(h_submit(h.s, "f", "ags:1", 100000, 1, &id, &dlv, &e), e);
	assert_int_equal(spool_erase(h.s, &id, 5, &e), ERR_WRONG_STATE);	/* it is still to be delivered */
	assert_true(h_part_is(h.s, &id, "body", 100000, 1, &e));
	assert_ok(h_claim(h.s, h.a, clock_now() + 1, 1000, &d, &next, &e), e);
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_ACCEPTED, NULL, NULL, &e), e);
	assert_ok(spool_erase(h.s, &id, 5, &e), e);
	assert_ok(spool_erase(h.s, &id, 6, &e), e);	/* again: nothing to do */
	for (int round = 0; round < 2; round++) {
		assert_ok(spool_message_get(h.s, h.a, &id, &m, &e), e);
		assert_int_equal(m.erased, 5);
		assert_int_equal(m.meta.n, 0);
		assert_true(span_is(m.open_meta, "open"));
		assert_string_equal(m.foreign_id, "f");
		assert_int_equal(m.part_count, 1);
		assert_null(m.parts[0].label);
		assert_int_equal(spool_part_open(h.s, &id, "body", &src, &e), ERR_MISSING);
		assert_int_equal(spool_edit_begin(h.s, &id, &ed, &w, &e), ERR_WRONG_STATE);
		assert_ok(spool_event_list(h.s, h.a, &id, &evs, &n, &e), e);
		assert_int_equal(evs[n - 1].kind, SPOOL_EV_ERASED);
		assert_ok(h_delivery_of(h.s, h.a, &id, &d, &e), e);
		h_spool_reopen(&h);
	}
}

static void a_draft_disappears_altogether(void **state)
{
	struct err e = ERR_INIT;
	struct spool_event ev = { .at = 1, .kind = SPOOL_EV_ATTEMPT }, *evs;
	struct spool_message m, *w;
	struct spool_edit *ed;
	struct spool_stats st;
	struct id id;
	size_t n;

	(void)state;
	assert_ok(spool_edit_begin(h.s, NULL, &ed, &w, &e), e);
	id = w->id;
	w->foreign_id = "draft";
	w->expires = 10;
	spool_edit_event(ed, &ev);
	assert_ok(h_part(ed, "x", 5, 1, &e), e);
	assert_ok(spool_edit_commit(ed, NULL, &e), e);
	assert_ok(spool_erase(h.s, &id, 5, &e), e);
	assert_int_equal(spool_message_get(h.s, h.a, &id, &m, &e), ERR_MISSING);
	assert_int_equal(spool_message_find(h.s, h.a, SPOOL_DRAFT, SPAN_LIT("draft"), &m, &e), ERR_MISSING);
	assert_int_equal(spool_event_list(h.s, h.a, &id, &evs, &n, &e), ERR_MISSING);
	assert_ok(spool_stats_get(h.s, &st, &e), e);
	assert_int_equal(st.messages[SPOOL_DRAFT], 0);
}

static void retention_ends_oldest_first(void **state)
{
	struct err e = ERR_INIT;
	struct id ids[5], *list;
	size_t n;

	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_ok(h_mail(h.s, NULL, 1, 2, 5, &ids[i], &e), e);
		assert_ok(spool_message_expire(h.s, &ids[i], 100 - i, &e), e);
	}
	assert_ok(spool_expired(h.s, h.a, 99, 10, &list, &n, &e), e);
	assert_int_equal(n, 3);	/* 96, 97, 98: before, not at */
	assert_int_equal(id_cmp(&list[0], &ids[4]), 0);
	assert_ok(spool_expired(h.s, h.a, 1000, 2, &list, &n, &e), e);
	assert_int_equal(n, 2);
	assert_ok(spool_message_expire(h.s, &ids[4], 500, &e), e);
	assert_ok(spool_erase(h.s, &ids[3], 1, &e), e);
	assert_ok(spool_expired(h.s, h.a, 99, 10, &list, &n, &e), e);
	assert_int_equal(n, 1);
	assert_int_equal(id_cmp(&list[0], &ids[2]), 0);
	assert_ok(spool_message_expire(h.s, &ids[2], 0, &e), e);
	assert_ok(spool_expired(h.s, h.a, 99, 10, &list, &n, &e), e);
	assert_int_equal(n, 0);
}

static void the_cache_keeps_entries_and_replaces_them(void **state)
{
	struct err e = ERR_INIT;
	struct spool_cache_entry en = { 1000000, 2, 2000000, false, SPAN_LIT("value") }, got;
	char big[70000];
	struct span big_key = { big, 500 };

	(void)state;
	memset(big, 'k', sizeof(big));
	assert_int_equal(spool_cache_get(h.s, h.a, SPAN_LIT("k"), &got, &e), ERR_MISSING);
	assert_ok(spool_cache_put(h.s, SPAN_LIT("k"), &en, &e), e);
	en.negative = true;
	en.value = SPAN_EMPTY;
	assert_ok(spool_cache_put(h.s, big_key, &en, &e), e);
	h_spool_reopen(&h);
	assert_ok(spool_cache_get(h.s, h.a, SPAN_LIT("k"), &got, &e), e);
	assert_true(span_is(got.value, "value"));
	assert_int_equal(got.fetched, 1000000);
	assert_int_equal(got.fresh_until, 2);
	assert_int_equal(got.dead_after, 2000000);
	assert_false(got.negative);
	assert_ok(spool_cache_get(h.s, h.a, big_key, &got, &e), e);
	assert_true(got.negative);
	big_key.n = 499;
	assert_int_equal(spool_cache_get(h.s, h.a, big_key, &got, &e), ERR_MISSING);
	en.value = (struct span){ big, 65537 };
	assert_int_equal(spool_cache_put(h.s, SPAN_LIT("k"), &en, &e), ERR_LIMIT);
	en.value.n = 65536;
	assert_ok(spool_cache_put(h.s, SPAN_LIT("k"), &en, &e), e);
	assert_ok(spool_cache_get(h.s, h.a, SPAN_LIT("k"), &got, &e), e);
	assert_int_equal(got.value.n, 65536);
	/* What has been dead for more than a day goes when its neighbour is written. */
	en.fetched = 2000000 + 25LL * 3600 * 1000;
	en.dead_after = en.fetched;
	assert_ok(spool_cache_put(h.s, SPAN_LIT("j"), &en, &e), e);
	assert_int_equal(spool_cache_get(h.s, h.a, SPAN_LIT("k"), &got, &e), ERR_MISSING);
}

static void a_secret_is_made_once_and_kept(void **state)
{
	struct err e = ERR_INIT;
	uint8_t a[32], b[32], c[32];

	(void)state;
	assert_ok(spool_secret(h.s, "message-id-mac", a, &e), e);
	assert_ok(spool_secret(h.s, "other", b, &e), e);
	assert_memory_not_equal(a, b, 32);
	h_spool_reopen(&h);
	assert_ok(spool_secret(h.s, "message-id-mac", c, &e), e);
	assert_memory_equal(a, c, 32);
	assert_int_equal(spool_secret(h.s, "", c, &e), ERR_LIMIT);
}

static void the_audit_trail_keeps_order_and_verifies(void **state)
{
	struct err e = ERR_INIT;
	struct spool_audit *list;
	uint64_t lines = 99, next;
	size_t n;

	(void)state;
	assert_ok(spool_audit_verify(h.s, &lines, &e), e);
	assert_int_equal(lines, 0);
	assert_ok(spool_audit_count(h.s, &lines, &e), e);
	assert_int_equal(lines, 0);
	for (int i = 0; i < 300; i++) {
		struct spool_audit line = { i, "uid 0 (root)", "queue.retry", "id", i % 2 ? "why" : NULL };

		assert_ok(spool_audit_add(h.s, &line, &e), e);
	}
	h_spool_reopen(&h);
	assert_ok(spool_audit_verify(h.s, &lines, &e), e);
	assert_int_equal(lines, 300);
	lines = 0;
	assert_ok(spool_audit_count(h.s, &lines, &e), e);
	assert_int_equal(lines, 300);
	assert_ok(spool_audit_list(h.s, h.a, 0, 200, &list, &n, &next, &e), e);
	assert_int_equal(n, 200);
	assert_int_equal(list[150].at, 150);
	assert_ok(spool_audit_list(h.s, h.a, next, 200, &list, &n, &next, &e), e);
	assert_int_equal(n, 100);
	assert_int_equal(list[0].at, 200);
	assert_null(list[0].why);
	assert_ok(spool_audit_list(h.s, h.a, next, 200, &list, &n, &next, &e), e);
	assert_int_equal(n, 0);
	assert_int_equal(next, 300);
}

int store_suite_boxes(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, h_setup, h_teardown)
	const struct CMUnitTest tests[] = {
		T(the_oldest_matching_message_of_a_mailbox_comes_first),
		T(cards_are_listed_by_role_time_and_reception),
		T(an_erased_message_keeps_its_record_and_loses_its_content),
		T(a_draft_disappears_altogether),
		T(retention_ends_oldest_first),
		T(the_cache_keeps_entries_and_replaces_them),
		T(a_secret_is_made_once_and_kept),
		T(the_audit_trail_keeps_order_and_verifies),
	};

	return cmocka_run_group_tests_name("boxes and housekeeping", tests, NULL, NULL);
}
