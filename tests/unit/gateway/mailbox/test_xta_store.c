/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/mailbox/xta_store: the env of the XTA server on a real spool. */
#include "cm.h"

#include "base/clock.h"
#include "base/mem.h"
#include "mailbox/xta_store.h"
#include "spool/suite/h_spool.h"

#define DAY (24 * 3600 * 1000LL)

static const struct mailbox_xta_party of_a[] = { { .type = "xoev", .value = "a:1" }, { .type = "xoev", .value = "a:2" } };
static const struct mailbox_xta_party of_b[] = { { .type = "xoev", .value = "b:1" } };
static const struct mailbox_xta_party of_c[] = { { .type = "xoev", .value = "c:1" } };

static struct {
	struct h_spool spool;
	struct mailbox_xta_accounts *accounts;
	struct mailbox_xta g;
	struct arena *a;
} w;

static int set_up(void **state)
{
	const struct mailbox_xta_account list[] = {
		{ .name = "A", .parties = of_a, .party_count = 2, .may_send = true, .may_receive = true },
		{ .name = "B", .parties = of_b, .party_count = 1, .may_send = true, .may_receive = true, .takes_tests = true },
		{ .name = "C", .parties = of_c, .party_count = 1, .may_send = true },
	};
	struct mailbox_xta_options o = {.prefix = "t"};
	struct err e = ERR_INIT;

	(void)state;
	h_spool_init(&w.spool);
	w.spool.o.retention = (struct spool_retention){ .fetched = 1000, .unfetched = 60 * DAY };
	w.spool.o.budget.mailbox = 1 << 20;
	h_spool_reopen(&w.spool);
	w.a = arena_new();
	assert_ok(mailbox_xta_accounts_new(list, 3, 9, &w.accounts, &e), e);
	o.spool = w.spool.s;
	o.accounts = w.accounts;
	assert_ok(mailbox_xta_init(&w.g, &o, &e), e);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(w.a);
	mailbox_xta_accounts_free(w.accounts);
	h_spool_fini(&w.spool);
	return 0;
}

static enum xta_code enter(size_t account, const char *author, enum xta_right right, struct xta_account *who)
{
	const struct mailbox_xta_caller caller = { MAILBOX_XTA_ENTERED, mailbox_xta_account_at(w.accounts, account) };
	const struct xta_party party = { .value = author, .type = "xoev" };
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;

	assert_ok(w.g.env.account(&w.g, &caller, author == NULL ? NULL : &party, right, w.a, who, &code, &e), e);
	return code;
}

static struct xta_account as(size_t account, const char *author)
{
	struct xta_account who;

	assert_int_equal(enter(account, author, XTA_MAY_CALL, &who), XTA_OK);
	return who;
}

static struct xta_meta meta(const char *id, const char *from, const char *to)
{
	return (struct xta_meta){
		.message_id = id, .author = { .value = from, .type = "xoev", .name = "Erika" }, .reader = { .value = to, .type = "xoev" },
		.subject = "geheim", .service = "urn:s", .scenario = { .code = "X", .list = "l", .version = "1" },
		.type = { .code = "t", .list = "l", .version = "1" }, .payload_schema = "urn:p",
	};
}

/* Sends with one part of n octets; the account is the owner of the sender. */
static enum xta_code send(const struct xta_account *who, const struct xta_meta *m, size_t n, unsigned warnings)
{
	struct xta_part part = { .type = "text/xml", .filename = "Müller.xml", .size = n };
	const struct xta_received r = { .parts = &part, .part_count = 1, .warnings = warnings, .at = clock_now() };
	struct xta_making *making = NULL;
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;
	struct sink *sink;
	char *p;
	int rc;

	assert_ok(w.g.env.send_begin(&w.g, who, m, false, w.a, &making, &code, &e), e);
	if (code != XTA_OK)
		return code;
	p = h_bytes(n, 1);
	assert_ok(w.g.env.send_part(&w.g, making, 0, &part, &sink, &e), e);
	rc = sink_write(sink, p, n, &e);
	if (rc == 0)
		rc = sink_finish(sink, &e);
	sink_close(sink);
	free(p);
	e = (struct err)ERR_INIT;	/* the commit knows of it */
	assert_ok(w.g.env.send_commit(&w.g, making, &r, &code, &e), e);
	return code;
}

static enum xta_code simple(const char *id, const char *to)
{
	const struct xta_account b = as(1, "b:1");
	const struct xta_meta m = meta(id, "b:1", to);

	return send(&b, &m, 100, 0);
}

static struct xta_list list(const struct xta_account *who, const struct xta_selection *s, size_t max)
{
	const struct xta_selection all = { .id_count = 0 };
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;
	struct xta_list out;

	assert_ok(w.g.env.list(&w.g, who, s == NULL ? &all : s, XTA_LIST_META, max, w.a, &out, &code, &e), e);
	assert_int_equal(code, XTA_OK);
	return out;
}

static enum xta_code fetch(const struct xta_account *who, const char *id, struct xta_item *out)
{
	const struct xta_selection s = { .ids = &id, .id_count = id == NULL ? 0 : 1 };
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;

	assert_ok(w.g.env.fetch(&w.g, who, &s, w.a, out, &code, &e), e);
	return code;
}

static enum xta_code close_ids(const struct xta_account *who, const char *const *ids, size_t n)
{
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;

	assert_ok(w.g.env.close(&w.g, who, "1", ids, n, clock_now(), &code, &e), e);
	return code;
}

static enum xta_code report(const struct xta_account *who, const char *id, struct xta_report *out)
{
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;

	assert_ok(w.g.env.report(&w.g, who, id, w.a, out, &code, &e), e);
	return code;
}

static void who_calls_has_to_be_of_the_account_and_to_have_the_right(void **state)
{
	struct mailbox_xta_caller caller = { .entry = MAILBOX_XTA_UNKNOWN };
	struct xta_account who;
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(enter(0, "a:2", XTA_MAY_READ, &who), XTA_OK);
	assert_string_equal(who.party.value, "a:2");
	assert_int_equal(enter(0, NULL, XTA_MAY_SEND, &who), XTA_OK);
	assert_string_equal(who.party.value, "a:1");
	assert_int_equal(enter(0, "b:1", XTA_MAY_CALL, &who), XTA_9014);
	assert_int_equal(enter(0, "nobody", XTA_MAY_CALL, &who), XTA_9012);
	assert_int_equal(enter(2, "c:1", XTA_MAY_READ, &who), XTA_9013);
	assert_ok(w.g.env.account(&w.g, &caller, NULL, XTA_MAY_CALL, w.a, &who, &code, &e), e);
	assert_int_equal(code, XTA_9012);
}

static void what_belongs_to_others_is_unknown(void **state)
{
	const struct xta_account a = as(0, "a:1"), second = as(0, "a:2"), b = as(1, "b:1"), c = as(2, "c:1");
	const char *const ids[] = { "urn:m:1", "urn:m:2" };
	struct xta_report r;
	struct xta_item item;

	(void)state;
	assert_int_equal(simple(ids[0], "a:1"), XTA_OK);
	assert_int_equal(list(&b, NULL, 9).count, 0);
	assert_int_equal(list(&second, NULL, 9).count, 0);	/* each party has a box of its own */
	assert_int_equal(fetch(&b, ids[0], &item), XTA_9070);
	assert_int_equal(fetch(&c, ids[0], &item), XTA_9070);
	assert_int_equal(close_ids(&b, ids, 1), XTA_9070);	/* the sender, too, does not close */
	assert_int_equal(close_ids(&c, ids, 1), XTA_9070);
	assert_int_equal(report(&c, ids[0], &r), XTA_9070);
	assert_int_equal(report(&a, ids[1], &r), XTA_9070);
	assert_int_equal(close_ids(&a, ids, 2), XTA_9070);	/* one is not there: none is closed */
	assert_int_equal(list(&a, NULL, 9).count, 1);
	assert_int_equal(report(&a, "URN:M:1", &r), XTA_OK);	/* case does not count */
	assert_int_equal(r.status, XTA_OPEN);
	assert_int_equal(fetch(&second, ids[0], &item), XTA_OK);	/* by its id it is of the same account */
}

static void what_was_sent_is_what_is_fetched_and_is_offered_until_it_is_closed(void **state)
{
	const struct xta_account a = as(0, "a:1");
	const char *id = "urn:m:1";
	struct xta_report r;
	struct xta_item item;
	struct err e = ERR_INIT;
	struct src *src;
	char got[200];
	size_t n;

	(void)state;
	assert_int_equal(simple(id, "a:1"), XTA_OK);
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
		assert_ok(w.g.env.fetched(&w.g, &a, id, clock_now(), &e), e);
		h_spool_reopen(&w.spool);
		w.g.spool = w.spool.s;
	}
	assert_int_equal(close_ids(&a, &id, 1), XTA_OK);
	assert_int_equal(close_ids(&a, &id, 1), XTA_OK);
	assert_int_equal(fetch(&a, id, &item), XTA_9070);
	assert_int_equal(fetch(&a, NULL, &item), XTA_OK);
	assert_int_equal(item.state.availability, XTA_NO_MATCH);
	assert_int_equal(report(&a, id, &r), XTA_OK);
	assert_int_equal(r.status, XTA_GREEN);
	assert_true(r.meta.initial_fetch != 0 && r.meta.reception >= r.meta.initial_fetch);
}

static void what_needed_leniency_ends_yellow_and_the_report_outlives_the_content(void **state)
{
	const struct xta_account a = as(0, "a:1"), b = as(1, "b:1");
	const char *id = "urn:m:1";
	const struct xta_meta m = meta(id, "b:1", "a:1");
	struct spool_message found;
	struct xta_report r;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(send(&b, &m, 100, 2 | 4), XTA_OK);
	assert_int_equal(close_ids(&a, &id, 1), XTA_OK);
	assert_ok(spool_message_find(w.spool.s, w.a, SPOOL_MAIL, span_of(id), &found, &e), e);
	assert_ok(spool_erase(w.spool.s, &found.id, clock_now(), &e), e);
	assert_int_equal(report(&b, id, &r), XTA_OK);
	assert_int_equal(r.status, XTA_YELLOW);
	assert_int_equal(r.warning_count, 2);
	assert_string_equal(r.meta.message_id, id);
	assert_string_equal(r.meta.reader.value, "a:1");
	assert_string_equal(r.meta.payload_schema, "urn:p");
	assert_null(r.meta.subject);		/* personal: gone */
	assert_null(r.meta.author.name);
	assert_int_equal(simple(id, "a:1"), XTA_9024);	/* an id is never used twice */
}

static void a_message_that_is_over_before_it_was_closed_ends_red(void **state)
{
	const struct xta_account a = as(0, "a:1"), b = as(1, "b:1");
	struct xta_meta m = meta("urn:m:1", "b:1", "a:1");
	struct spool_message found;
	struct xta_report r;
	struct err e = ERR_INIT;

	(void)state;
	m.obsolete_after = "2999-12-31";
	assert_int_equal(send(&b, &m, 100, 0), XTA_OK);
	assert_ok(spool_message_find(w.spool.s, w.a, SPOOL_MAIL, SPAN_LIT("urn:m:1"), &found, &e), e);
	assert_in_range(found.expires, clock_now() + 59 * DAY, clock_now() + 61 * DAY);	/* the earlier of two */
	assert_ok(spool_message_expire(w.spool.s, &found.id, clock_now() - 1, &e), e);
	assert_int_equal(list(&a, NULL, 9).count, 0);
	assert_int_equal(report(&b, "urn:m:1", &r), XTA_OK);
	assert_int_equal(r.status, XTA_RED);
	assert_string_equal(r.errors[0].key.code, "E02");
	m.message_id = "urn:m:2";
	m.obsolete_after = "2020-01-01";
	assert_int_equal(send(&b, &m, 100, 0), XTA_9022);
	m.obsolete_after = "soon";
	assert_int_equal(send(&b, &m, 100, 0), XTA_9022);
}

static enum xta_code cancel(const struct xta_account *who, const char *id)
{
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;

	assert_ok(w.g.env.cancel(&w.g, who, id, &code, &e), e);
	return code;
}

static void only_its_sender_calls_back_what_is_not_delivered_yet(void **state)
{
	const struct xta_account a = as(0, "a:1"), b = as(1, "b:1");
	struct xta_meta m = meta("urn:m:1", "b:1", "a:1");
	struct xta_report r;

	(void)state;
	m.not_before = clock_now() + DAY;
	assert_int_equal(send(&b, &m, 100, 0), XTA_OK);
	assert_int_equal(simple("urn:m:2", "a:1"), XTA_OK);
	assert_int_equal(list(&a, NULL, 9).count, 1);
	assert_int_equal(close_ids(&a, (const char *const[]){ "urn:m:1" }, 1), XTA_9070);	/* not there yet */
	assert_int_equal(report(&a, "urn:m:1", &r), XTA_9070);
	assert_int_equal(report(&b, "urn:m:1", &r), XTA_OK);
	assert_int_equal(r.meta.delivery, 0);
	assert_int_equal(cancel(&a, "urn:m:1"), XTA_9070);
	assert_int_equal(cancel(&b, "urn:m:3"), XTA_9070);
	assert_int_equal(cancel(&b, "urn:m:2"), XTA_9101);
	assert_int_equal(cancel(&b, "urn:m:1"), XTA_OK);
	assert_int_equal(cancel(&b, "urn:m:1"), XTA_OK);
	assert_int_equal(report(&b, "urn:m:1", &r), XTA_OK);
	assert_true(r.status == XTA_RED && strcmp(r.errors[0].key.code, "E01") == 0);
	m.message_id = "urn:m:4";
	m.not_before = clock_now() - 1;	/* passed already: delivered at once */
	assert_int_equal(send(&b, &m, 100, 0), XTA_OK);
	assert_int_equal(cancel(&b, "urn:m:4"), XTA_9100);
	m.message_id = "urn:m:5";
	m.not_before = clock_now() + 31 * DAY;
	assert_int_equal(send(&b, &m, 100, 0), XTA_9022);
}

static void a_full_box_refuses_and_a_test_goes_to_who_takes_tests(void **state)
{
	const struct xta_account a = as(0, "a:1"), b = as(1, "b:1");
	struct xta_meta m = meta("urn:m:1", "b:1", "a:1");

	(void)state;
	assert_int_equal(send(&b, &m, 2 << 20, 0), XTA_9032);
	assert_int_equal(send(&b, &m, 100, 0), XTA_OK);	/* nothing was left of it */
	m.message_id = "urn:m:2";
	m.is_test = true;
	assert_int_equal(send(&b, &m, 100, 0), XTA_9022);
	m = meta("urn:m:2", "a:1", "b:1");
	m.is_test = true;
	assert_int_equal(send(&a, &m, 100, 0), XTA_OK);
	m = meta("urn:m:3", "a:1", "c:1");	/* has no box */
	assert_int_equal(send(&a, &m, 100, 0), XTA_9022);
}

static void selections_narrow_a_list_and_pages_go_through_it(void **state)
{
	const struct xta_account a = as(0, "a:1"), b = as(1, "b:1");
	const char *const replies[] = { "URN:q:1" }, *const some[] = { "urn:m:4", "urn:m:1", "urn:m:4", "urn:none" };
	struct xta_selection s = { .entries = XTA_NEW_ENTRIES };
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;
	struct xta_list l;
	char id[20];
	size_t seen;

	(void)state;
	for (int i = 0; i < 7; i++) {
		struct xta_meta m = meta(id, "b:1", "a:1");

		(void)snprintf(id, sizeof(id), "urn:m:%d", i);
		m.in_reply_to = i % 3 == 0 ? (const char *const[]){ "urn:q:1" } : NULL;
		m.in_reply_to_count = i % 3 == 0;
		assert_int_equal(send(&b, &m, 10, 0), XTA_OK);
	}
	assert_ok(w.g.env.fetched(&w.g, &a, "urn:m:2", clock_now(), &e), e);
	assert_int_equal(list(&a, &s, 9).count, 6);
	s.entries = XTA_SEEN_ENTRIES;
	l = list(&a, &s, 9);
	assert_true(l.count == 1 && strcmp(l.entries[0].message_id, "urn:m:2") == 0);
	s = (struct xta_selection){ .relates_to = replies, .relates_to_count = 1 };
	assert_int_equal(list(&a, &s, 9).count, 3);
	s = (struct xta_selection){ .ids = some, .id_count = 4 };
	l = list(&a, &s, 1);
	assert_true(l.count == 1 && l.state.pending == 1 && strcmp(l.entries[0].message_id, "urn:m:1") == 0);
	s = (struct xta_selection){ .from = clock_now() + DAY };
	l = list(&a, &s, 9);
	assert_true(l.count == 0 && l.state.availability == XTA_NO_MATCH && l.state.request_id != NULL);
	l = list(&a, NULL, 3);
	seen = l.count;
	for (uint64_t pending = 4; seen < 7; pending -= l.count) {
		assert_int_equal(l.state.pending, pending);
		assert_ok(w.g.env.list_next(&w.g, &a, l.state.request_id, NULL, 0, 2, w.a, &l, &code, &e), e);
		assert_true(l.count > 0 && l.count <= 2);
		(void)snprintf(id, sizeof(id), "urn:m:%d", (int)seen);
		assert_string_equal(l.entries[0].message_id, id);
		seen += l.count;
	}
	assert_int_equal(l.state.pending, 0);
	assert_ok(w.g.env.list_next(&w.g, &b, l.state.request_id, NULL, 0, 2, w.a, &l, &code, &e), e);
	assert_int_equal(l.state.availability, XTA_BAD_REQUEST_ID);	/* another account's */
}

static void an_id_is_issued_for_one_account(void **state)
{
	const struct xta_account a = as(0, "a:1"), b = as(1, "b:1");
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;
	const char *id;
	struct xta_report r;
	struct xta_meta m;

	(void)state;
	assert_ok(w.g.env.message_id(&w.g, &b, w.a, &id, &code, &e), e);
	assert_int_equal(report(&b, id, &r), XTA_9070);	/* not sent yet */
	m = meta(id, "a:1", "b:1");
	assert_int_equal(send(&a, &m, 10, 0), XTA_9024);
	m = meta("not an id", "a:1", "b:1");
	assert_int_equal(send(&a, &m, 10, 0), XTA_9021);
	assert_int_equal(simple(id, "a:1"), XTA_OK);
	assert_int_equal(simple(id, "a:1"), XTA_9024);
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
