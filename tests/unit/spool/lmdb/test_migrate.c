/* SPDX-License-Identifier: EUPL-1.2 */
/* test_migrate - spools that older versions made are opened: format1.tar.xz by commit 5a2aa16 (eight applications, a draft,
 * three mails), format3.tar.xz by commit 4821840, killed (eleven applications, one for each thing that can become of them),
 * format4.tar.xz by commit 727c54c (three mails, one fetched, one erased, and an application). */
#include "spool/suite/h_spool.h"

#include "base/clock.h"
#include "base/mem.h"

#define LATER 1893456000000	/* of the fixture: 2030 */
#define DAY (24 * 3600 * 1000LL)

static int unpack(void **state, const char *file)
{
	char cmd[512];

	h_setup(state);
	spool_close(h.s);
	h.s = NULL;
	snprintf(cmd, sizeof(cmd), "rm -rf '%s' '%s' && tar -C '%s' -xJf tests/unit/spool/lmdb/%s", h.dir, h.key, h.root, file);
	return system(cmd);
}

static int set_up(void **state)
{
	return unpack(state, "format1.tar.xz");
}

static int set_up_3(void **state)
{
	return unpack(state, "format3.tar.xz");
}

static int set_up_4(void **state)
{
	return unpack(state, "format4.tar.xz");
}

static struct spool_delivery the_one(const char *recipient)
{
	struct spool_delivery *list;
	struct err e = ERR_INIT;
	size_t n;

	assert_ok(spool_delivery_list(h.s, h.a, &(struct spool_list){ .states = UINT32_MAX, .recipient = recipient, .limit = 10 },
					&list, &n, &e), e);
	assert_int_equal(n, 1);
	return list[0];
}

static struct spool_delivery of(const char *recipient)
{
	struct spool_delivery d = the_one(recipient);

	assert_string_equal(d.channel, "osci-store");
	assert_string_equal(d.service, "hzl");
	return d;
}

static void check_sound(uint64_t deliveries)
{
	struct spool_check_result r;
	struct err e = ERR_INIT;

	spool_close(h.s);
	h.s = NULL;
	assert_ok(spool_check(&h.o, &r, NULL, NULL, &e), e);
	assert_int_equal(r.problems, 0);
	assert_int_equal(r.messages, 12);
	assert_int_equal(r.deliveries, deliveries);
	assert_ok(spool_open(&h.o, &h.s, &e), e);
}

static void all_deliveries_are_there_with_all_they_knew(void **state)
{
	struct err e = ERR_INIT;
	struct spool_delivery d;
	struct spool_message m;
	int64_t before = clock_now();

	(void)state;
	h.o.retention = (struct spool_retention){ .delivered = 3650 * DAY, .cancelled = DAY, .given_up = DAY,
						  .undecided = 9 * DAY };
	assert_ok(spool_open(&h.o, &h.s, &e), e);
	check_sound(8);
	assert_int_equal(of("ags:queued").state, DLV_QUEUED);
	assert_null(of("ags:queued").peer_id);
	d = of("ags:waiting");
	assert_int_equal(d.state, DLV_WAITING);
	assert_int_equal(d.due, LATER);
	assert_string_equal(d.peer, "http://a.example/osci");
	assert_string_equal(d.peer_id, "waiting-1");
	assert_string_equal(d.detail, "no answer");
	assert_string_equal(d.code, "9000");
	assert_int_equal(d.reason, RSN_NET_TIMEOUT);
	assert_int_equal(d.attempts, 1);
	assert_true(d.ambiguous);
	assert_ok(spool_delivery_find(h.s, h.a, SPAN_LIT("waiting-1"), &d, &e), e);
	assert_ok(spool_message_get(h.s, h.a, &d.message, &m, &e), e);
	assert_null(m.foreign_id);
	d = of("ags:active");	/* its lease was this node's: it ended */
	assert_int_equal(d.state, DLV_QUEUED);
	assert_true(d.ambiguous);
	d = of("ags:held");
	assert_string_equal(d.hold_reason, "uid 0 (root): because");
	assert_int_equal(d.reason, RSN_NONE);
	assert_in_range(d.due, before + 9 * DAY, clock_now() + 9 * DAY);
	d = of("ags:done");
	assert_int_equal(d.stored, 3000);
	assert_int_equal(d.due, LATER);
	assert_ok(spool_message_get(h.s, h.a, &d.message, &m, &e), e);
	assert_int_equal(m.stored, 3000);
	assert_int_equal(m.expires, LATER);
	assert_int_equal(of("ags:failed").state, DLV_FAILED);
	d = of("ags:cancelled");	/* it stayed for ever */
	assert_int_equal(d.state, DLV_CANCELLED);
	assert_ok(spool_message_get(h.s, h.a, &d.message, &m, &e), e);
	assert_in_range(m.expires, before + DAY, clock_now() + DAY);
	assert_true(h_part_is(h.s, &d.message, "body", 10, 8, &e));
}

static void queue_mailboxes_figures_and_audit_go_on(void **state)
{
	static const char *const erased[] = { "mail-unread", "mail-fetched", "mail-erased" };
	struct spool_delivery d, *list;
	struct spool_message m;
	struct spool_stats st;
	struct err e = ERR_INIT;
	uint64_t lines;
	int64_t next;
	size_t n;

	(void)state;
	h.o.retention = (struct spool_retention){ .unfetched = 5 * DAY };
	assert_ok(spool_open(&h.o, &h.s, &e), e);
	for (int i = 0; i < 2; i++)
		assert_ok(h_claim(h.s, h.a, clock_now() + 1, 1000, &d, &next, &e), e);
	assert_int_equal(h_claim(h.s, h.a, clock_now() + 1, 1000, &d, &next, &e), ERR_MISSING);
	assert_ok(spool_delivery_list(h.s, h.a, &(struct spool_list){ .states = SPOOL_LIST_LATE, .limit = 10 },
					&list, &n, &e), e);
	assert_int_equal(n, 1);
	assert_string_equal(list[0].peer_id, "late-1");
	assert_ok(spool_follow_due(h.s, h.a, LATER, 10, &list, &n, &e), e);
	assert_int_equal(n, 2);
	assert_ok(spool_stats_get(h.s, &st, &e), e);
	assert_int_equal(st.messages[SPOOL_DRAFT], 1);
	assert_int_equal(st.messages[SPOOL_APPLICATION], 8);
	assert_int_equal(st.messages[SPOOL_MAIL], 3);
	assert_int_equal(st.deliveries[DLV_ACTIVE], 2);
	assert_int_equal(st.deliveries[DLV_DONE], 2);
	assert_int_equal(st.reasons[RSN_OSCI_NOT_COLLECTED], 1);
	assert_int_equal(st.late, 1);
	for (size_t i = 0; i < ARRAY_LEN(erased); i++) {
		assert_ok(spool_message_find(h.s, h.a, SPOOL_MAIL, span_of(erased[i]), &m, &e), e);
		assert_int_equal(m.erased != 0, i == 2);
	}
	assert_ok(spool_message_find(h.s, h.a, SPOOL_MAIL, SPAN_LIT("mail-unread"), &m, &e), e);
	assert_true(m.expires > clock_now() + 4 * DAY);	/* counted from today */
	for (int fresh = 0; fresh < 2; fresh++) {	/* format 2 did not count what waits */
		const struct spool_box_range q = { .boxes = &m.to, .box_count = 1, .new_only = fresh == 1, .limit = 10 };
		struct spool_mail_ref *refs;
		uint64_t waiting;
		bool more;

		assert_ok(spool_box_list(h.s, h.a, &q, &refs, &n, &more, &e), e);
		assert_ok(spool_box_count(h.s, &q, &waiting, &e), e);
		assert_true(n == 1 && waiting == 1 && id_cmp(&refs[0].id, &m.id) == 0);
	}
	assert_ok(spool_audit_verify(h.s, &lines, &e), e);
	assert_int_equal(lines, 1);
}

static void what_only_looks_says_what_to_do(void **state)
{
	struct spool_check_result r;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(spool_check(&h.o, &r, NULL, NULL, &e), ERR_UNSUPPORTED);
	assert_non_null(strstr(e.text, "depesched"));
	assert_ok(spool_open(&h.o, &h.s, &e), e);
	check_sound(8);
	check_sound(8);	/* opened again: nothing is left to be done */
}

static void leases_and_what_waits_are_found_where_they_belong_now(void **state)
{
	static const struct {
		const char *recipient;
		enum delivery_state state;
		enum reason reason;
	} rows[] = {
		{ "ags:waiting", DLV_WAITING, RSN_NET_TIMEOUT },   { "ags:failed", DLV_FAILED, RSN_DIR_INCOMPLETE },
		{ "ags:held", DLV_HELD, RSN_NET_TIMEOUT },	   { "ags:done", DLV_DONE, RSN_NONE },
		{ "ags:late", DLV_DONE, RSN_OSCI_NOT_COLLECTED },  { "ags:cancelled", DLV_CANCELLED, RSN_NONE },
		{ "ags:active", DLV_QUEUED, RSN_LOC_STOPPED },	   { "ags:elsewhere", DLV_ACTIVE, RSN_NONE },
		{ "ags:queued", DLV_QUEUED, RSN_NONE },		   { "ags:resting", DLV_QUEUED, RSN_NONE },
	};
	struct spool_shape_row *shape;
	struct spool_damaged *damaged;
	struct spool_delivery d;
	struct spool_stats st;
	struct err e = ERR_INIT;
	int64_t next;
	size_t n;

	(void)state;
	assert_ok(spool_open(&h.o, &h.s, &e), e);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		d = the_one(rows[i].recipient);
		assert_int_equal(d.state, rows[i].state);
		assert_int_equal(d.reason, rows[i].reason);
	}
	assert_ok(spool_stats_get(h.s, &st, &e), e);
	assert_int_equal(st.deliveries[DLV_QUEUED], 3);
	assert_int_equal(st.deliveries[DLV_ACTIVE], 1);
	assert_int_equal(st.deliveries[DLV_WAITING], 1);
	assert_int_equal(st.reasons[RSN_NET_TIMEOUT], 1);
	assert_int_equal(st.reasons[RSN_OP_HELD], 1);
	assert_int_equal(st.late, 1);
	assert_ok(spool_shape(h.s, h.a, clock_now(), &shape, &n, &e), e);
	assert_int_equal(n, 8);	/* what is done or cancelled is not in it, what is late is */
	assert_ok(spool_damaged_list(h.s, h.a, 10, &damaged, &n, &e), e);
	assert_int_equal(n, 1);
	for (int i = 0; i < 2; i++) {	/* the one that was cut off, and the one that waited */
		assert_ok(h_claim(h.s, h.a, clock_now() + 1, 1000, &d, &next, &e), e);
		assert_int_equal(d.attempts, strcmp(d.recipient, "ags:active") == 0 ? 2 : 1);
	}
	assert_int_equal(h_claim(h.s, h.a, clock_now() + 1, 1000, &d, &next, &e), ERR_MISSING);
	assert_ok(h_claim(h.s, h.a, LATER + 1, 1000, &d, &next, &e), e);
	h_spool_reopen(&h);
	assert_int_equal(the_one("ags:elsewhere").state, DLV_ACTIVE);
}

static void no_problem(void *ctx, const char *text)
{
	(void)ctx;
	fail_msg("%s", text);
}

/* One for each that can be read. */
static void process_cards_that_were_there_have_their_first_link(void **state)
{
	struct spool_card_verdict v;
	struct spool_message m;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(spool_open(&h.o, &h.s, &e), e);
	assert_ok(spool_card_verify(h.s, NULL, no_problem, NULL, NULL, &v, &e), e);
	assert_int_equal(v.head.links, 3);
	assert_int_equal(v.cards, 3);
	if (spool_message_find(h.s, h.a, SPOOL_MAIL, SPAN_LIT("waits"), &m, &e) == 0) {	/* of format 4 */
		assert_ok(spool_message_mark(h.s, &m.id, SPOOL_FETCHED, 700, &e), e);
		h_spool_reopen(&h);
		assert_ok(spool_card_verify(h.s, &v.head, no_problem, NULL, NULL, &v, &e), e);
		assert_int_equal(v.head.links, 4);
		assert_true(h_claim(h.s, h.a, clock_now() + 1, 1000, &(struct spool_delivery){ .due = 0 }, &(int64_t){ 0 }, &e) == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_deliveries_are_there_with_all_they_knew, set_up, h_teardown),
		cmocka_unit_test_setup_teardown(queue_mailboxes_figures_and_audit_go_on, set_up, h_teardown),
		cmocka_unit_test_setup_teardown(what_only_looks_says_what_to_do, set_up, h_teardown),
		cmocka_unit_test_setup_teardown(process_cards_that_were_there_have_their_first_link, set_up, h_teardown),
		cmocka_unit_test_setup_teardown(process_cards_that_were_there_have_their_first_link, set_up_4, h_teardown),
		cmocka_unit_test_setup_teardown(leases_and_what_waits_are_found_where_they_belong_now, set_up_3, h_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
