/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/mailbox/xta_store: the env of the XTA server on a real spool. */
#include "cm.h"

#include "base/clock.h"
#include "base/mem.h"
#include "h_xta.h"

static int set_up(void **state)
{
	(void)state;
	h_xta_open(NULL, NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	h_xta_close();
	return 0;
}

static struct xta_list list(const struct xta_account *who, const struct xta_selection *s, size_t max)
{
	const struct xta_selection all = { .id_count = 0 };
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;
	struct xta_list out;

	assert_ok(h_xta.g.env.list(&h_xta.g, who, s == NULL ? &all : s, XTA_LIST_META, max, h_xta.a, &out, &code, &e),
		  e);
	assert_int_equal(code, XTA_OK);
	return out;
}

static enum xta_code fetch(const struct xta_account *who, const char *id, struct xta_item *out)
{
	const struct xta_selection s = { .ids = &id, .id_count = id == NULL ? 0 : 1 };
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;

	assert_ok(h_xta.g.env.fetch(&h_xta.g, who, &s, h_xta.a, out, &code, &e), e);
	return code;
}

static enum xta_code close_ids(const struct xta_account *who, const char *const *ids, size_t n)
{
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;

	assert_ok(h_xta.g.env.close(&h_xta.g, who, "1", ids, n, clock_now(), &code, &e), e);
	return code;
}

static void who_calls_has_to_be_of_the_account_and_to_have_the_right(void **state)
{
	struct mailbox_xta_caller caller = { .entry = MAILBOX_XTA_UNKNOWN };
	struct xta_account who;
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(h_xta_enter(0, "a:2", XTA_MAY_READ, &who), XTA_OK);
	assert_string_equal(who.party.value, "a:2");
	assert_int_equal(h_xta_enter(0, NULL, XTA_MAY_SEND, &who), XTA_OK);
	assert_string_equal(who.party.value, "a:1");
	assert_int_equal(h_xta_enter(0, "b:1", XTA_MAY_CALL, &who), XTA_9014);
	assert_int_equal(h_xta_enter(0, "nobody", XTA_MAY_CALL, &who), XTA_9012);
	assert_int_equal(h_xta_enter(2, "c:1", XTA_MAY_READ, &who), XTA_9013);
	assert_ok(h_xta.g.env.account(&h_xta.g, &caller, NULL, XTA_MAY_CALL, h_xta.a, &who, &code, &e), e);
	assert_int_equal(code, XTA_9012);
}

static void what_belongs_to_others_is_unknown(void **state)
{
	const struct xta_account a = h_xta_as(0, "a:1"), second = h_xta_as(0, "a:2"), b = h_xta_as(1, "b:1"),
				 c = h_xta_as(2, "c:1");
	const char *const ids[] = { "urn:m:1", "urn:m:2" };
	struct xta_report r;
	struct xta_item item;

	(void)state;
	assert_int_equal(h_xta_simple(ids[0], "a:1"), XTA_OK);
	assert_int_equal(list(&b, NULL, 9).count, 0);
	assert_int_equal(list(&second, NULL, 9).count, 0);	/* each party has a box of its own */
	assert_int_equal(fetch(&b, ids[0], &item), XTA_9070);
	assert_int_equal(fetch(&c, ids[0], &item), XTA_9070);
	assert_int_equal(close_ids(&b, ids, 1), XTA_9070);	/* the sender, too, does not close */
	assert_int_equal(close_ids(&c, ids, 1), XTA_9070);
	assert_int_equal(h_xta_report(&c, ids[0], &r), XTA_9070);
	assert_int_equal(h_xta_report(&a, ids[1], &r), XTA_9070);
	assert_int_equal(close_ids(&a, ids, 2), XTA_9070);	/* one is not there: none is closed */
	assert_int_equal(list(&a, NULL, 9).count, 1);
	assert_int_equal(h_xta_report(&a, "URN:M:1", &r), XTA_OK); /* case does not count */
	assert_int_equal(r.status, XTA_OPEN);
	assert_int_equal(fetch(&second, ids[0], &item), XTA_OK);	/* by its id it is of the same account */
}

static void what_was_sent_is_what_is_fetched_and_is_offered_until_it_is_closed(void **state)
{
	const struct xta_account a = h_xta_as(0, "a:1");
	const char *id = "urn:m:1";
	struct xta_report r;
	struct xta_item item;
	struct err e = ERR_INIT;
	struct src *src;
	char got[200];
	size_t n;

	(void)state;
	assert_int_equal(h_xta_simple(id, "a:1"), XTA_OK);
	for (int round = 0; round < 2; round++) {	/* not closed: offered again */
		assert_int_equal(fetch(&a, id, &item), XTA_OK);
		assert_int_equal(item.state.availability, XTA_AVAILABLE);
		assert_string_equal(item.meta.subject, "geheim");
		assert_string_equal(item.parts[0].filename, "Müller.xml");
		assert_int_equal(item.part_count, 1);
		assert_ok(item.parts[0].open(item.parts[0].ctx, &src, &e), e);
		assert_ok(src_read(src, got, sizeof(got), &n, &e), e);
		assert_int_equal(n, 100);
		src_close(src);
		assert_int_equal(item.meta.initial_fetch != 0, round == 1);
		assert_ok(h_xta.g.env.fetched(&h_xta.g, &a, id, clock_now(), &e), e);
		h_spool_reopen(&h_xta.spool);
		h_xta.g.spool = h_xta.spool.s;
	}
	assert_int_equal(close_ids(&a, &id, 1), XTA_OK);
	assert_int_equal(close_ids(&a, &id, 1), XTA_OK);
	assert_int_equal(fetch(&a, id, &item), XTA_9070);
	assert_int_equal(fetch(&a, NULL, &item), XTA_OK);
	assert_int_equal(item.state.availability, XTA_NO_MATCH);
	assert_int_equal(h_xta_report(&a, id, &r), XTA_OK);
	assert_int_equal(r.status, XTA_GREEN);
	assert_true(r.meta.initial_fetch != 0 && r.meta.reception >= r.meta.initial_fetch);
}

static void what_needed_leniency_ends_yellow_and_the_report_outlives_the_content(void **state)
{
	const struct xta_account a = h_xta_as(0, "a:1"), b = h_xta_as(1, "b:1");
	const char *id = "urn:m:1";
	const struct xta_meta m = h_xta_meta(id, "b:1", "a:1");
	struct spool_message found;
	struct xta_report r;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(h_xta_send(&b, &m, 100, 2 | 4), XTA_OK);
	assert_int_equal(close_ids(&a, &id, 1), XTA_OK);
	assert_ok(spool_message_find(h_xta.spool.s, h_xta.a, SPOOL_MAIL, span_of(id), &found, &e), e);
	assert_ok(spool_erase(h_xta.spool.s, &found.id, clock_now(), &e), e);
	assert_int_equal(h_xta_report(&b, id, &r), XTA_OK);
	assert_int_equal(r.status, XTA_YELLOW);
	assert_int_equal(r.warning_count, 2);
	assert_string_equal(r.meta.message_id, id);
	assert_string_equal(r.meta.reader.value, "a:1");
	assert_string_equal(r.meta.payload_schema, "urn:p");
	assert_null(r.meta.subject);		/* personal: gone */
	assert_null(r.meta.author.name);
	assert_int_equal(h_xta_simple(id, "a:1"), XTA_9024); /* an id is never used twice */
}

static void a_message_that_is_over_before_it_was_closed_ends_red(void **state)
{
	const struct xta_account a = h_xta_as(0, "a:1"), b = h_xta_as(1, "b:1");
	struct xta_meta m = h_xta_meta("urn:m:1", "b:1", "a:1");
	struct spool_message found;
	struct xta_report r;
	struct err e = ERR_INIT;

	(void)state;
	m.obsolete_after = "2999-12-31";
	assert_int_equal(h_xta_send(&b, &m, 100, 0), XTA_OK);
	assert_ok(spool_message_find(h_xta.spool.s, h_xta.a, SPOOL_MAIL, SPAN_LIT("urn:m:1"), &found, &e), e);
	assert_in_range(found.expires, clock_now() + 59 * H_DAY_MS,
			clock_now() + 61 * H_DAY_MS); /* the earlier of two */
	assert_ok(spool_message_expire(h_xta.spool.s, &found.id, clock_now() - 1, &e), e);
	assert_int_equal(list(&a, NULL, 9).count, 0);
	assert_int_equal(h_xta_report(&b, "urn:m:1", &r), XTA_OK);
	assert_int_equal(r.status, XTA_RED);
	assert_string_equal(r.errors[0].key.code, "E02");
	m.message_id = "urn:m:2";
	m.obsolete_after = "2020-01-01";
	assert_int_equal(h_xta_send(&b, &m, 100, 0), XTA_9022);
	m.obsolete_after = "soon";
	assert_int_equal(h_xta_send(&b, &m, 100, 0), XTA_9022);
}

static enum xta_code cancel(const struct xta_account *who, const char *id)
{
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;

	assert_ok(h_xta.g.env.cancel(&h_xta.g, who, id, &code, &e), e);
	return code;
}

static void only_its_sender_calls_back_what_is_not_delivered_yet(void **state)
{
	const struct xta_account a = h_xta_as(0, "a:1"), b = h_xta_as(1, "b:1");
	struct xta_meta m = h_xta_meta("urn:m:1", "b:1", "a:1");
	struct xta_report r;

	(void)state;
	m.not_before = clock_now() + H_DAY_MS;
	assert_int_equal(h_xta_send(&b, &m, 100, 0), XTA_OK);
	assert_int_equal(h_xta_simple("urn:m:2", "a:1"), XTA_OK);
	assert_int_equal(list(&a, NULL, 9).count, 1);
	assert_int_equal(close_ids(&a, (const char *const[]){ "urn:m:1" }, 1), XTA_9070);	/* not there yet */
	assert_int_equal(h_xta_report(&a, "urn:m:1", &r), XTA_9070);
	assert_int_equal(h_xta_report(&b, "urn:m:1", &r), XTA_OK);
	assert_int_equal(r.meta.delivery, 0);
	assert_int_equal(cancel(&a, "urn:m:1"), XTA_9070);
	assert_int_equal(cancel(&b, "urn:m:3"), XTA_9070);
	assert_int_equal(cancel(&b, "urn:m:2"), XTA_9101);
	assert_int_equal(cancel(&b, "urn:m:1"), XTA_OK);
	assert_int_equal(cancel(&b, "urn:m:1"), XTA_OK);
	assert_int_equal(h_xta_report(&b, "urn:m:1", &r), XTA_OK);
	assert_true(r.status == XTA_RED && strcmp(r.errors[0].key.code, "E01") == 0);
	m.message_id = "urn:m:4";
	m.not_before = clock_now() - 1;	/* passed already: delivered at once */
	assert_int_equal(h_xta_send(&b, &m, 100, 0), XTA_OK);
	assert_int_equal(cancel(&b, "urn:m:4"), XTA_9100);
	m.message_id = "urn:m:5";
	m.not_before = clock_now() + 31 * H_DAY_MS;
	assert_int_equal(h_xta_send(&b, &m, 100, 0), XTA_9022);
}

static void a_full_box_refuses_and_a_test_goes_to_who_takes_tests(void **state)
{
	const struct xta_account a = h_xta_as(0, "a:1"), b = h_xta_as(1, "b:1");
	struct xta_meta m = h_xta_meta("urn:m:1", "b:1", "a:1");

	(void)state;
	assert_int_equal(h_xta_send(&b, &m, 2 << 20, 0), XTA_9032);
	assert_int_equal(h_xta_send(&b, &m, 100, 0), XTA_OK); /* nothing was left of it */
	m.message_id = "urn:m:2";
	m.is_test = true;
	assert_int_equal(h_xta_send(&b, &m, 100, 0), XTA_9022);
	m = h_xta_meta("urn:m:2", "a:1", "b:1");
	m.is_test = true;
	assert_int_equal(h_xta_send(&a, &m, 100, 0), XTA_OK);
	m = h_xta_meta("urn:m:3", "a:1", "c:1"); /* has no box */
	assert_int_equal(h_xta_send(&a, &m, 100, 0), XTA_9022);
}

static void selections_narrow_a_list_and_pages_go_through_it(void **state)
{
	const struct xta_account a = h_xta_as(0, "a:1"), b = h_xta_as(1, "b:1");
	const char *const replies[] = { "URN:q:1" }, *const some[] = { "urn:m:4", "urn:m:1", "urn:m:4", "urn:none" };
	struct xta_selection s = { .entries = XTA_NEW_ENTRIES };
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;
	struct xta_list l;
	char id[20];
	size_t seen;

	(void)state;
	for (int i = 0; i < 7; i++) {
		struct xta_meta m = h_xta_meta(id, "b:1", "a:1");

		(void)snprintf(id, sizeof(id), "urn:m:%d", i);
		m.in_reply_to = i % 3 == 0 ? (const char *const[]){ "urn:q:1" } : NULL;
		m.in_reply_to_count = i % 3 == 0;
		assert_int_equal(h_xta_send(&b, &m, 10, 0), XTA_OK);
	}
	assert_ok(h_xta.g.env.fetched(&h_xta.g, &a, "urn:m:2", clock_now(), &e), e);
	assert_int_equal(list(&a, &s, 9).count, 6);
	s.entries = XTA_SEEN_ENTRIES;
	l = list(&a, &s, 9);
	assert_true(l.count == 1 && strcmp(l.entries[0].message_id, "urn:m:2") == 0);
	s = (struct xta_selection){ .relates_to = replies, .relates_to_count = 1 };
	assert_int_equal(list(&a, &s, 9).count, 3);
	s = (struct xta_selection){ .ids = some, .id_count = 4 };
	l = list(&a, &s, 1);
	assert_true(l.count == 1 && l.state.pending == 1 && strcmp(l.entries[0].message_id, "urn:m:1") == 0);
	s = (struct xta_selection){.from = clock_now() + H_DAY_MS};
	l = list(&a, &s, 9);
	assert_true(l.count == 0 && l.state.availability == XTA_NO_MATCH && l.state.request_id != NULL);
	l = list(&a, NULL, 3);
	seen = l.count;
	for (uint64_t pending = 4; seen < 7; pending -= l.count) {
		assert_int_equal(l.state.pending, pending);
		assert_ok(h_xta.g.env.list_next(&h_xta.g, &a, l.state.request_id, NULL, 0, 2, h_xta.a, &l, &code, &e),
			  e);
		assert_true(l.count > 0 && l.count <= 2);
		(void)snprintf(id, sizeof(id), "urn:m:%d", (int)seen);
		assert_string_equal(l.entries[0].message_id, id);
		seen += l.count;
	}
	assert_int_equal(l.state.pending, 0);
	assert_ok(h_xta.g.env.list_next(&h_xta.g, &b, l.state.request_id, NULL, 0, 2, h_xta.a, &l, &code, &e), e);
	assert_int_equal(l.state.availability, XTA_BAD_REQUEST_ID);	/* another account's */
}

static void an_id_is_issued_for_one_account(void **state)
{
	const struct xta_account a = h_xta_as(0, "a:1"), b = h_xta_as(1, "b:1");
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;
	const char *id;
	struct xta_report r;
	struct xta_meta m;

	(void)state;
	assert_ok(h_xta.g.env.message_id(&h_xta.g, &b, h_xta.a, &id, &code, &e), e);
	assert_int_equal(h_xta_report(&b, id, &r), XTA_9070); /* not sent yet */
	m = h_xta_meta(id, "a:1", "b:1");
	assert_int_equal(h_xta_send(&a, &m, 10, 0), XTA_9024);
	m = h_xta_meta("not an id", "a:1", "b:1");
	assert_int_equal(h_xta_send(&a, &m, 10, 0), XTA_9021);
	assert_int_equal(h_xta_simple(id, "a:1"), XTA_OK);
	assert_int_equal(h_xta_simple(id, "a:1"), XTA_9024);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(who_calls_has_to_be_of_the_account_and_to_have_the_right),
		T(what_belongs_to_others_is_unknown),
		T(what_was_sent_is_what_is_fetched_and_is_offered_until_it_is_closed),
		T(what_needed_leniency_ends_yellow_and_the_report_outlives_the_content),
		T(a_message_that_is_over_before_it_was_closed_ends_red),
		T(only_its_sender_calls_back_what_is_not_delivered_yet),
		T(a_full_box_refuses_and_a_test_goes_to_who_takes_tests),
		T(selections_narrow_a_list_and_pages_go_through_it),
		T(an_id_is_issued_for_one_account),
	};

	return cmocka_run_group_tests_name("mailbox/xta_store", tests, NULL, NULL);
}
