/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/mailbox/xta_leave: messages for readers who have no box here, on a real spool. */
#include "cm.h"

#include "base/clock.h"
#include "base/mem.h"
#include "mailbox/xta_store.h"
#include "spool/suite/h_spool.h"

#define DAY (24 * 3600 * 1000LL)

static const struct mailbox_xta_party of_a[] = {{.type = "xoev", .value = "a:1"}, {.type = "xoev", .value = "a:2"}};
static const struct mailbox_xta_party of_b[] = {{.type = "xoev", .value = "b:1"}};
static const struct mailbox_xta_party of_c[] = {{.type = "xoev", .value = "c:1"}};

static struct {
	struct h_spool spool;
	struct mailbox_xta_accounts *accounts;
	struct mailbox_xta g;
	struct arena *a;
} w;

/* A directory of one recipient, and of one of whom nothing can be found out now. */
static int find_way(void *ctx, const char *reader, const char *service, enum xta_code *code, struct err *e)
{
	(void)ctx;
	(void)e;
	assert_string_equal(service, "urn:s");
	*code = strcmp(reader, "ags:1") == 0 ? XTA_OK : strcmp(reader, "ags:2") == 0 ? XTA_9031 : XTA_9022;
	return 0;
}

static const struct mailbox_outward outward = {find_way, NULL};

static int set_up(void **state)
{
	const struct mailbox_xta_account list[] = {
		{.name = "A", .parties = of_a, .party_count = 2, .may_send = true, .may_receive = true},
		{.name = "B",
		 .parties = of_b,
		 .party_count = 1,
		 .may_send = true,
		 .may_receive = true,
		 .may_send_elsewhere = true},
		{.name = "C", .parties = of_c, .party_count = 1, .may_send = true},
	};
	struct mailbox_xta_options o = {.prefix = "t", .outward = &outward};
	struct err e = ERR_INIT;

	(void)state;
	h_spool_init(&w.spool);
	w.spool.o.retention = (struct spool_retention){.fetched = 1000, .unfetched = 60 * DAY};
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
	const struct mailbox_xta_caller caller = {MAILBOX_XTA_ENTERED, mailbox_xta_account_at(w.accounts, account)};
	const struct xta_party party = {.value = author, .type = "xoev"};
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
		.message_id = id,
		.author = {.value = from, .type = "xoev", .name = "Erika"},
		.reader = {.value = to, .type = "xoev"},
		.subject = "geheim",
		.service = "urn:s",
		.scenario = {.code = "X", .list = "l", .version = "1"},
		.type = {.code = "t", .list = "l", .version = "1"},
		.payload_schema = "urn:p",
	};
}

/* Sends with one part of n octets; the account is the owner of the sender. */
static enum xta_code send(const struct xta_account *who, const struct xta_meta *m, size_t n, unsigned warnings)
{
	struct xta_part part = {.type = "text/xml", .filename = "Müller.xml", .size = n};
	const struct xta_received r = {.parts = &part, .part_count = 1, .warnings = warnings, .at = clock_now()};
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
	e = (struct err)ERR_INIT; /* the commit knows of it */
	assert_ok(w.g.env.send_commit(&w.g, making, &r, &code, &e), e);
	return code;
}

static enum xta_code simple(const char *id, const char *to)
{
	const struct xta_account b = as(1, "b:1");
	const struct xta_meta m = meta(id, "b:1", to);

	return send(&b, &m, 100, 0);
}

static enum xta_code report(const struct xta_account *who, const char *id, struct xta_report *out)
{
	enum xta_code code = XTA_OK;
	struct err e = ERR_INIT;

	assert_ok(w.g.env.report(&w.g, who, id, w.a, out, &code, &e), e);
	return code;
}

/* What a worker leaves behind of the delivery of what left. */
static void deliver(enum delivery_event event, int64_t due, enum reason reason)
{
	const struct spool_claim claim = {.now = clock_now(), .lease_ms = 60000};
	struct spool_event ev = {.at = clock_now(), .kind = SPOOL_EV_STORED};
	struct spool_delivery d;
	struct err e = ERR_INIT;
	int64_t next;

	assert_ok(spool_delivery_claim(w.spool.s, w.a, &claim, &d, &next, &e), e);
	d.peer_id = "osci-1";
	d.due = due;
	d.reason = reason;
	assert_ok(spool_delivery_step(w.spool.s, &d, event, &ev, NULL, &e), e);
}

/* And what the follow-up finds out. */
static void follow(int64_t fetched, int64_t due, enum reason reason)
{
	struct spool_follow_step step = {.fetched = fetched, .due = due, .reason = reason};
	struct spool_delivery *list;
	struct err e = ERR_INIT;
	size_t n;

	assert_ok(spool_follow_due(w.spool.s, w.a, INT64_MAX, 9, &list, &n, &e), e);
	assert_int_equal(n, 1);
	step.delivery = list[0].id;
	step.token = list[0].token;
	assert_ok(spool_follow_record(w.spool.s, &step, 1, &e), e);
}

static enum xta_code leave(const char *id, const char *to, unsigned warnings)
{
	const struct xta_account b = as(1, "b:1");
	const struct xta_meta m = meta(id, "b:1", to);

	return send(&b, &m, 100, warnings);
}

static struct spool_message sent(const char *key)
{
	struct spool_message m;
	struct err e = ERR_INIT;

	assert_ok(spool_message_find(w.spool.s, w.a, SPOOL_APPLICATION, span_of(key), &m, &e), e);
	return m;
}

static struct spool_delivery delivery_of(const struct spool_message *m)
{
	struct spool_delivery *list;
	struct err e = ERR_INIT;
	size_t n;

	assert_ok(spool_delivery_of(w.spool.s, w.a, &m->id, &list, &n, &e), e);
	assert_int_equal(n, 1);
	return list[0];
}

static void a_reader_elsewhere_needs_a_way_and_the_right(void **state)
{
	const struct xta_account a = as(0, "a:1"), b = as(1, "b:1");
	struct xta_meta from_a = meta("urn:m:1", "a:1", "ags:1"), m = meta("urn:m:1", "b:1", "ags:1");

	(void)state;
	assert_int_equal(leave("urn:m:1", "ags:3", 0), XTA_9022);
	assert_int_equal(leave("urn:m:1", "ags:2", 0), XTA_9031);
	assert_int_equal(send(&a, &from_a, 100, 0), XTA_9022);
	m.is_test = true;
	assert_int_equal(send(&b, &m, 100, 0), XTA_9022);
	m.is_test = false;
	m.not_before = clock_now() + DAY;
	assert_int_equal(send(&b, &m, 100, 0), XTA_9022);
	assert_int_equal(leave("urn:m:1", "ags:1", 0), XTA_OK);
	assert_int_equal(leave("URN:m:1", "ags:1", 0), XTA_9024);
	assert_int_equal(simple("urn:m:1", "a:1"), XTA_9024);
}

static void what_left_is_a_delivery_with_its_metadata(void **state)
{
	struct spool_delivery d;
	struct spool_message m;
	struct err e = ERR_INIT;
	struct src *src;
	struct buf text;

	(void)state;
	assert_int_equal(leave("urn:M:1", "ags:1", 0), XTA_OK);
	m = sent("urn:m:1");
	d = delivery_of(&m);
	assert_string_equal(d.recipient, "ags:1");
	assert_string_equal(d.service, "urn:s");
	assert_int_equal(m.part_count, 2);
	assert_ok(spool_part_open(w.spool.s, &m.id, SPOOL_PART_METADATA, &src, &e), e);
	buf_init(&text, 65536);
	assert_ok(stream_to_buf(src, &text, "metadata", &e), e);
	assert_true(span_starts(buf_view(&text), "<m:MessageMetaData Id=\"MetaData\" xmlns:"));
	assert_non_null(strstr(buf_str(&text), ">urn:M:1<"));
	assert_non_null(strstr(buf_str(&text), "InitialSend"));
	buf_fini(&text);
	src_close(src);
}

static const struct {
	enum delivery_event event;
	enum reason why;
	int64_t fetched, due; /* with ACCEPTED: what the follow-up finds */
	unsigned warnings;
	enum xta_status status;
	size_t warned, infos;
} cases[] = {
	{DLV_EV_DEFERRED, RSN_NET_TIMEOUT, 0, 0, 0, XTA_OPEN, 0, 1},
	{DLV_EV_REFUSED, RSN_OSCI_REFUSED, 0, 0, 0, XTA_OPEN, 0, 1}, /* a person decides */
	{DLV_EV_ACCEPTED, RSN_NONE, 0, 1, 0, XTA_OPEN, 0, 1},
	{DLV_EV_ACCEPTED, RSN_NONE, 5, 0, 0, XTA_GREEN, 0, 0},
	{DLV_EV_ACCEPTED, RSN_NONE, 5, 0, 1, XTA_YELLOW, 1, 0},
	{DLV_EV_ACCEPTED, RSN_OSCI_NOT_COLLECTED, 0, 0, 0, XTA_YELLOW, 1, 0}, /* not asked for any more */
};

static void the_report_of_what_left_follows_its_delivery(void **state)
{
	const struct xta_account a = as(0, "a:1"), b = as(1, "b:1");
	struct xta_report r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		bool stored = cases[i].event == DLV_EV_ACCEPTED;
		const char *id = arena_printf(w.a, "urn:m:%zu", i);

		assert_int_equal(leave(id, "ags:1", cases[i].warnings), XTA_OK);
		assert_int_equal(report(&b, id, &r), XTA_OK);
		assert_int_equal(r.status, XTA_OPEN);
		assert_int_equal(report(&a, id, &r), XTA_9070);
		deliver(cases[i].event, clock_now() + DAY, stored ? RSN_NONE : cases[i].why);
		if (stored)
			follow(cases[i].fetched == 0 ? 0 : clock_now(), cases[i].due, cases[i].why);
		assert_int_equal(report(&b, id, &r), XTA_OK);
		assert_int_equal(r.status, cases[i].status);
		assert_int_equal(r.error_count, 0);
		assert_int_equal(r.warning_count, cases[i].warned);
		assert_int_equal(r.info_count, cases[i].infos);
		assert_int_equal(r.extra_count, 1);
		assert_int_equal(r.meta.delivery != 0, stored);
		assert_int_equal(r.meta.reception != 0, cases[i].fetched != 0);
		/* b3NjaS0x: osci-1 */
		assert_true(!stored || memmem(r.extras[0].data.p, r.extras[0].data.n, "b3NjaS0x", 8) != NULL);
		if (cases[i].due == 1) /* out of the way of the others */
			follow(clock_now(), 0, RSN_NONE);
	}
}

static void what_nobody_could_deliver_in_time_is_red(void **state)
{
	const struct xta_account b = as(1, "b:1");
	struct xta_meta m = meta("urn:m:1", "b:1", "ags:1");
	struct spool_message s;
	struct spool_delivery d;
	struct xta_report r;
	int64_t ahead;

	(void)state;
	m.obsolete_after = "2099-12-31";
	assert_int_equal(send(&b, &m, 100, 0), XTA_OK);
	s = sent("urn:m:1");
	d = delivery_of(&s);
	ahead = d.deadline - clock_now();
	assert_true(ahead > 0);
	deliver(DLV_EV_REFUSED, 0, RSN_LOC_DEADLINE);
	assert_int_equal(report(&b, "urn:m:1", &r), XTA_OK);
	assert_int_equal(r.status, XTA_OPEN);
	clock_shift(ahead);
	assert_int_equal(report(&b, "urn:m:1", &r), XTA_OK);
	clock_shift(-ahead);
	assert_int_equal(r.status, XTA_RED);
	assert_int_equal(r.error_count, 1);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(a_reader_elsewhere_needs_a_way_and_the_right),
		T(what_left_is_a_delivery_with_its_metadata),
		T(the_report_of_what_left_follows_its_delivery),
		T(what_nobody_could_deliver_in_time_is_red),
	};

	return cmocka_run_group_tests_name("mailbox/xta_leave", tests, NULL, NULL);
}
