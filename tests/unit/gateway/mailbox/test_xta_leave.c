/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/mailbox/xta_leave: messages for readers who have no box here, on a real spool. */
#include "cm.h"

#include "base/clock.h"
#include "base/mem.h"
#include "h_xta.h"

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
	(void)state;
	h_xta_open(&outward, NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	h_xta_close();
	return 0;
}

/* What a worker leaves behind of the delivery of what left. */
static void deliver(enum delivery_event event, int64_t due, enum reason reason)
{
	const struct spool_claim claim = {.now = clock_now(), .lease_ms = 60000};
	struct spool_event ev = {.at = clock_now(), .kind = SPOOL_EV_STORED};
	struct spool_delivery d;
	struct err e = ERR_INIT;
	int64_t next;

	assert_ok(spool_delivery_claim(h_xta.spool.s, h_xta.a, &claim, &d, &next, &e), e);
	d.peer_id = "osci-1";
	d.due = due;
	d.reason = reason;
	assert_ok(spool_delivery_step(h_xta.spool.s, &d, event, &ev, NULL, &e), e);
}

/* And what the follow-up finds out. */
static void follow(int64_t fetched, int64_t due, enum reason reason)
{
	struct spool_follow_step step = {.fetched = fetched, .due = due, .reason = reason};
	struct spool_delivery *list;
	struct err e = ERR_INIT;
	size_t n;

	assert_ok(spool_follow_due(h_xta.spool.s, h_xta.a, INT64_MAX, 9, &list, &n, &e), e);
	assert_int_equal(n, 1);
	step.delivery = list[0].id;
	step.token = list[0].token;
	assert_ok(spool_follow_record(h_xta.spool.s, &step, 1, &e), e);
}

static enum xta_code leave(const char *id, const char *to, unsigned warnings)
{
	const struct xta_account b = h_xta_as(1, "b:1");
	const struct xta_meta m = h_xta_meta(id, "b:1", to);

	return h_xta_send(&b, &m, 100, warnings);
}

static struct spool_message sent(const char *key)
{
	struct spool_message m;
	struct err e = ERR_INIT;

	assert_ok(spool_message_find(h_xta.spool.s, h_xta.a, SPOOL_APPLICATION, span_of(key), &m, &e), e);
	return m;
}

static struct spool_delivery delivery_of(const struct spool_message *m)
{
	struct spool_delivery *list;
	struct err e = ERR_INIT;
	size_t n;

	assert_ok(spool_delivery_of(h_xta.spool.s, h_xta.a, &m->id, &list, &n, &e), e);
	assert_int_equal(n, 1);
	return list[0];
}

static void a_reader_elsewhere_needs_a_way_and_the_right(void **state)
{
	const struct xta_account a = h_xta_as(0, "a:1"), b = h_xta_as(1, "b:1");
	struct xta_meta from_a = h_xta_meta("urn:m:1", "a:1", "ags:1"), m = h_xta_meta("urn:m:1", "b:1", "ags:1");

	(void)state;
	assert_int_equal(leave("urn:m:1", "ags:3", 0), XTA_9022);
	assert_int_equal(leave("urn:m:1", "ags:2", 0), XTA_9031);
	assert_int_equal(h_xta_send(&a, &from_a, 100, 0), XTA_9022);
	m.is_test = true;
	assert_int_equal(h_xta_send(&b, &m, 100, 0), XTA_9022);
	m.is_test = false;
	m.not_before = clock_now() + H_DAY_MS;
	assert_int_equal(h_xta_send(&b, &m, 100, 0), XTA_9022);
	assert_int_equal(leave("urn:m:1", "ags:1", 0), XTA_OK);
	assert_int_equal(leave("URN:m:1", "ags:1", 0), XTA_9024);
	assert_int_equal(h_xta_simple("urn:m:1", "a:1"), XTA_9024);
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
	assert_ok(spool_part_open(h_xta.spool.s, &m.id, SPOOL_PART_METADATA, &src, &e), e);
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
	const struct xta_account a = h_xta_as(0, "a:1"), b = h_xta_as(1, "b:1");
	struct xta_report r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		bool stored = cases[i].event == DLV_EV_ACCEPTED;
		const char *id = arena_printf(h_xta.a, "urn:m:%zu", i);

		assert_int_equal(leave(id, "ags:1", cases[i].warnings), XTA_OK);
		assert_int_equal(h_xta_report(&b, id, &r), XTA_OK);
		assert_int_equal(r.status, XTA_OPEN);
		assert_int_equal(h_xta_report(&a, id, &r), XTA_9070);
		deliver(cases[i].event, clock_now() + H_DAY_MS, stored ? RSN_NONE : cases[i].why);
		if (stored)
			follow(cases[i].fetched == 0 ? 0 : clock_now(), cases[i].due, cases[i].why);
		assert_int_equal(h_xta_report(&b, id, &r), XTA_OK);
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
	const struct xta_account b = h_xta_as(1, "b:1");
	struct xta_meta m = h_xta_meta("urn:m:1", "b:1", "ags:1");
	struct spool_message s;
	struct spool_delivery d;
	struct xta_report r;
	int64_t ahead;

	(void)state;
	m.obsolete_after = "2099-12-31";
	assert_int_equal(h_xta_send(&b, &m, 100, 0), XTA_OK);
	s = sent("urn:m:1");
	d = delivery_of(&s);
	ahead = d.deadline - clock_now();
	assert_true(ahead > 0);
	deliver(DLV_EV_REFUSED, 0, RSN_LOC_DEADLINE);
	assert_int_equal(h_xta_report(&b, "urn:m:1", &r), XTA_OK);
	assert_int_equal(r.status, XTA_OPEN);
	clock_shift(ahead);
	assert_int_equal(h_xta_report(&b, "urn:m:1", &r), XTA_OK);
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
