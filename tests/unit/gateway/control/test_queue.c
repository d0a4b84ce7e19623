/* SPDX-License-Identifier: EUPL-1.2 */
/* What a person sees of the queue, and how it can be steered. */
#include "cm.h"

#include "base/clock.h"
#include "base/mem.h"
#include "dir/cache.h"
#include "h_control.h"
#include "spool/lmdb/engine.h"

static void lists_can_be_narrowed_and_paged(void **state)
{
	static const struct {
		const char *args;
		int rows;
	} cases[] = {
		{ "", 100 }, { ",'limit':1000", 230 }, { ",'limit':1", 1 }, { ",'limit':200", 200 }, { ",'limit':201", 201 },
		{ ",'limit':1000,'recipient':'ags:1'", 115 }, { ",'limit':1000,'state':'queued'", 230 },
		{ ",'state':'held'", 0 }, { ",'why':'CERT-EXPIRED'", 0 }, { ",'limit':1000,'state':'all'", 230 },
	};
	char id[ID_TEXT_LEN];

	(void)state;
	for (int i = 0; i < 230; i++)
		h_ctl_submit(NULL, i % 2 == 0 ? "ags:1" : "ags:2", id, NULL);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		json_t *rows = h_ask("{'command':'queue.list'%s}", cases[i].args);

		assert_int_equal(json_array_size(rows), cases[i].rows + 1);
		/* what a limit cuts off is said */
		assert_int_equal(json_opt_bool(h_end_of(rows), "more", 0), i == 0 || (i >= 2 && i <= 4));
		h_ends_with(rows, "ok");
	}
	h_ends_with(h_ask("{'command':'queue.list','why':'cert-expired'}"), "ERR_SYNTAX");
}

/* One delivery with each property, and another one without it. */
static void lists_are_narrowed_by_every_property(void **state)
{
	static const struct {
		const char *args;
		int rows;	/* -1: refused */
	} cases[] = {
		{ ",'peer':'http://osci.example'", 1 }, { ",'peer':'http://osci.example:80/other'", 1 },
		{ ",'peer':'https://osci.example'", 0 }, { ",'peer':'http://osci.example:81'", 0 }, { ",'peer':'osci'", -1 },
		{ ",'channel':'osci-store'", 2 }, { ",'channel':'osci'", 0 },
		{ ",'older':0", 2 }, { ",'older':3600000", 0 },
		{ ",'form':'no-such-form'", 0 }, { ",'why':'NET-TIMEOUT'", 1 }, { ",'why':'CERT-EXPIRED'", 0 },
		{ ",'recipient':'ags:1','peer':'http://osci.example'", 1 }, { ",'recipient':'ags:2','peer':'http://osci.example'", 0 },
		{ ",'after':'x'", -1 }, { ",'after':'ffffffff-ffff-7fff-bfff-ffffffffffff'", 0 },
		{ ",'after':'00000000-0000-7000-8000-000000000000'", 2 }, { ",'case':'zzz'", 0 },
	};
	char one[ID_TEXT_LEN], two[ID_TEXT_LEN];
	struct spool_delivery d;
	struct err e = ERR_INIT;
	json_t *rows;
	int64_t due;

	(void)state;
	h_ctl_submit(NULL, "ags:1", one, NULL);
	assert_ok(h_claim(h_ctl.spool.s, h_ctl.spool.a, clock_now(), 3600000, &d, &due, &e), e);
	d.due = clock_now() + 3600000;
	d.reason = RSN_NET_TIMEOUT;
	d.peer = "http://osci.example/osci";
	assert_ok(spool_delivery_step(h_ctl.spool.s, &d, DLV_EV_DEFERRED,
				      &(struct spool_event){ .at = clock_now(), .kind = SPOOL_EV_DEFERRED,
							     .reason = RSN_NET_TIMEOUT }, NULL, &e), e);
	clock_shift(2);
	h_ctl_submit(NULL, "ags:2", two, NULL);
	clock_shift(2);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		rows = h_ask("{'command':'queue.list'%s}", cases[i].args);
		if (cases[i].rows >= 0 && json_array_size(rows) != (size_t)cases[i].rows + 1)
			fail_msg("%s: %zu rows", cases[i].args, json_array_size(rows) - 1);
		h_ends_with(rows, cases[i].rows < 0 ? "ERR_SYNTAX" : "ok");
		if (cases[i].rows < 0)
			continue;
		rows = h_ask("{'command':'queue.list','count':true,'limit':1%s}", cases[i].args);
		assert_int_equal(json_opt_int(json_array_get(rows, 0), "count", -1), cases[i].rows);
		h_ends_with(rows, "ok");
	}
	rows = h_ask("{'command':'queue.list','case':'%s'}", two + 3);
	assert_int_equal(json_array_size(rows), 2);
	assert_string_equal(h_field(rows, 0, "message"), two);
	h_ends_with(rows, "ok");
}

/* The pages do not overlap and leave nothing out, whatever happens between them. */
static void pages_follow_each_other(void **state)
{
	char id[ID_TEXT_LEN], after[ID_TEXT_LEN] = "00000000-0000-7000-8000-000000000000";
	int seen = 0;
	size_t n;

	(void)state;
	for (int i = 0; i < 25; i++)
		h_ctl_submit(NULL, "ags:1", id, NULL);
	do {
		json_t *rows = h_ask("{'command':'queue.list','limit':10,'after':'%s'}", after);

		n = json_array_size(rows) - 1;
		for (size_t i = 0; i < n; i++) {
			assert_true(strcmp(h_field(rows, i, "delivery"), after) > 0);
			snprintf(after, sizeof(after), "%s", h_field(rows, i, "delivery"));
		}
		h_ends_with(rows, "ok");
		h_ends_with(h_ask("{'command':'queue.cancel','id':'%s','reason':'between two pages'}", after), "ok");
		seen += (int)n;
	} while (n == 10);
	assert_int_equal(seen, 25);
}

/* Between choosing and changing it may have gone on. */
static void what_is_not_meant_any_more_is_not_changed(void **state)
{
	char id[ID_TEXT_LEN];

	(void)state;
	h_ctl_submit(NULL, "ags:1", id, NULL);
	h_ends_with(h_ask("{'command':'queue.cancel','id':'%s','reason':'r','why':'NET-TIMEOUT'}", id), "ERR_WRONG_STATE");
	h_ends_with(h_ask("{'command':'queue.cancel','id':'%s','reason':'r','recipient':'ags:2'}", id), "ERR_WRONG_STATE");
	h_ends_with(h_ask("{'command':'queue.cancel','id':'%s','reason':'r','recipient':'ags:1','state':'queued'}", id), "ok");
}

/* A delivery in the state wanted, alone in the queue. */
static struct id make_delivery(enum delivery_state want)
{
	static const struct {
		enum delivery_event first, second;	/* DLV_EVENTS: none; CLAIM claims */
	} way[DLV_STATES] = {
		[DLV_QUEUED] = { DLV_EVENTS, DLV_EVENTS },	  [DLV_ACTIVE] = { DLV_EV_CLAIM, DLV_EVENTS },
		[DLV_WAITING] = { DLV_EV_CLAIM, DLV_EV_DEFERRED }, [DLV_HELD] = { DLV_EV_HOLD, DLV_EVENTS },
		[DLV_DONE] = { DLV_EV_CLAIM, DLV_EV_ACCEPTED },	  [DLV_FAILED] = { DLV_EV_CLAIM, DLV_EV_REFUSED },
		[DLV_CANCELLED] = { DLV_EV_CANCEL, DLV_EVENTS }, [DLV_GIVEN_UP] = { DLV_EV_HOLD, DLV_EV_GIVE_UP },
	};
	const enum delivery_event evs[] = { way[want].first, way[want].second };
	struct spool_event ev = { .at = clock_now(), .kind = SPOOL_EV_ATTEMPT };
	struct spool_delivery d;
	struct err e = ERR_INIT;
	char id[ID_TEXT_LEN];
	struct id dlv;
	int64_t due;

	h_ctl_submit(NULL, "ags:05315000", id, &dlv);
	assert_ok(spool_delivery_get(h_ctl.spool.s, h_ctl.spool.a, &dlv, &d, &e), e);
	for (size_t i = 0; i < 2; i++) {
		if (evs[i] == DLV_EVENTS)
			break;
		d.due = clock_now() + 3600000;
		if (evs[i] == DLV_EV_CLAIM)
			assert_ok(h_claim(h_ctl.spool.s, h_ctl.spool.a, clock_now(), 3600000, &d, &due, &e), e);
		else
			assert_ok(spool_delivery_step(h_ctl.spool.s, &d, evs[i], &ev, NULL, &e), e);
	}
	assert_int_equal(d.state, want);
	assert_memory_equal(&d.id, &dlv, sizeof(dlv));
	return dlv;
}

static void the_state_decides_what_a_person_may_do(void **state)
{
	static const struct {
		const char *command;
		enum delivery_event event;
	} changes[] = { { "queue.retry", DLV_EV_RETRY }, { "queue.hold", DLV_EV_HOLD },
			{ "queue.release", DLV_EV_RELEASE }, { "queue.cancel", DLV_EV_CANCEL } };
	int possible = 0, lines = 0;

	(void)state;
	for (int s = 0; s < DLV_STATES; s++)
		for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
			struct id dlv = make_delivery((enum delivery_state)s);
			int next = delivery_next((enum delivery_state)s, changes[i].event);
			struct spool_delivery d;
			struct err e = ERR_INIT;
			char id[ID_TEXT_LEN];

			h_ends_with(h_ask("{'command':'%s','id':'%s','reason':'r'}", changes[i].command, id_text(&dlv, id)),
				  next < 0 ? "ERR_WRONG_STATE" : "ok");
			assert_ok(spool_delivery_get(h_ctl.spool.s, h_ctl.spool.a, &dlv, &d, &e), e);
			assert_int_equal(d.state, next < 0 ? s : next);
			if (next >= 0 && changes[i].event == DLV_EV_RETRY)
				assert_true(d.due <= clock_now());
			possible += next >= 0;
			h_ends_with(h_ask("{'command':'queue.cancel','id':'%s','reason':'end'}", id),
				  delivery_next(d.state, DLV_EV_CANCEL) < 0 ? "ERR_WRONG_STATE" : "ok");
			lines += delivery_next(d.state, DLV_EV_CANCEL) >= 0;
		}
	assert_int_equal(possible, 10);
	{
		json_t *rows = h_ask("{'command':'audit'}");

		assert_int_equal(json_array_size(rows), possible + lines + 1);	/* nothing for what was refused */
		h_ends_with(rows, "ok");
	}
}

/* What the directory has refused a moment ago: would it still be believed? */
static bool is_refusal_believed(const char *recipient)
{
	const struct dir_name name = { recipient, "hzl" };	/* the service of h_submit */
	struct dir_cached c;
	struct err e = ERR_INIT;

	assert_ok(dir_cache_get(h_ctl.spool.s, &name, clock_now(), h_ctl.spool.a, &c, &e), e);
	return c.age == DIR_AGE_FRESH && c.negative == RSN_DIR_NO_ENTRY;
}

static void a_retry_has_the_directory_asked_anew(void **state)
{
	static const struct {
		enum delivery_state from;
		const char *command;
		bool asks;
	} cases[] = {
		{ DLV_WAITING, "queue.retry", true }, { DLV_HELD, "queue.release", true }, { DLV_WAITING, "queue.hold", false },
		{ DLV_WAITING, "queue.cancel", false }, { DLV_QUEUED, "queue.release", false },	/* not possible */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct err none = { .reason = RSN_DIR_NO_ENTRY };
		struct id dlv = make_delivery(cases[i].from);
		struct err e = ERR_INIT;
		char id[ID_TEXT_LEN];

		assert_ok(dir_cache_put_negative(h_ctl.spool.s, &(struct dir_name){ "ags:05315000", "hzl" }, &none, clock_now(), 300000, &e), e);
		assert_ok(dir_cache_put_negative(h_ctl.spool.s, &(struct dir_name){ "ags:1", "hzl" }, &none, clock_now(), 300000, &e), e);
		json_decref(h_ask("{'command':'%s','id':'%s','reason':'entry mended'}", cases[i].command, id_text(&dlv, id)));
		if (is_refusal_believed("ags:05315000") == cases[i].asks)
			fail_msg("%s", cases[i].command);
		assert_true(is_refusal_believed("ags:1"));
		json_decref(h_ask("{'command':'queue.cancel','id':'%s','reason':'end'}", id));
	}
}

static json_t *ask_about(const char *command, const struct id *dlv)
{
	char id[ID_TEXT_LEN];

	return h_ask("{'command':'%s','id':'%s'}", command, id_text(dlv, id));
}

static long long figure(const char *name)
{
	json_t *rows = h_ask("{'command':'status'}");
	long long value = -1;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const char *is = json_opt_string(json_array_get(rows, i), "name", "");

		if (strcmp(is, name) == 0)
			value = json_opt_int(json_array_get(rows, i), "value", -1);
	}
	json_decref(rows);
	return value;
}

static int rows_of(const char *state)
{
	json_t *rows = h_ask("{'command':'queue.list'%s%s%s}", state[0] == 0 ? "" : ",'state':'", state,
			     state[0] == 0 ? "" : "'");
	int n = (int)json_array_size(rows) - 1;

	h_ends_with(rows, "ok");
	return n;
}

static void what_is_stored_is_shown_as_waiting_for_its_recipient_late_or_fetched(void **state)
{
	struct id dlv = make_delivery(DLV_DONE);
	struct spool_follow_step step = { .delivery = dlv, .token = 1, .due = 5000, .reason = RSN_OSCI_NOT_COLLECTED, .detail = "card" };
	struct err e = ERR_INIT;
	json_t *rows;

	(void)state;
	rows = ask_about("why", &dlv);
	assert_string_equal(h_field(rows, 0, "text_de"), "Beim Intermediär des Empfängers abgelegt, noch nicht abgeholt.");
	assert_string_not_equal(h_field(rows, 0, "ask_again"), "");
	assert_string_not_equal(h_field(rows, 0, "stored"), "");
	h_ends_with(rows, "ok");
	assert_int_equal(figure("not_fetched_yet"), 1);
	assert_int_equal(figure("uncollected"), 0);
	assert_int_equal(rows_of(""), 0);

	assert_ok(spool_follow_record(h_ctl.spool.s, &step, 1, &e), e);
	rows = ask_about("why", &dlv);
	assert_string_equal(h_field(rows, 0, "state"), "done");
	assert_string_equal(h_field(rows, 0, "reason"), "OSCI-NOT-COLLECTED");
	assert_string_equal(h_field(rows, 0, "owner_de"), "Empfänger");
	assert_string_equal(h_field(rows, 0, "detail"), "card");
	h_ends_with(rows, "ok");
	assert_int_equal(figure("uncollected"), 1);
	assert_int_equal(rows_of(""), 1);	/* without being asked for */
	assert_int_equal(rows_of("uncollected"), 1);
	assert_int_equal(rows_of("done"), 1);
	assert_int_equal(rows_of("all"), 1);	/* once */

	step = (struct spool_follow_step){ .delivery = dlv, .token = 2, .fetched = 1795497701123 };
	assert_ok(spool_follow_record(h_ctl.spool.s, &step, 1, &e), e);
	rows = ask_about("why", &dlv);
	assert_string_equal(h_field(rows, 0, "text"), "Fetched by the recipient.");
	assert_string_equal(h_field(rows, 0, "fetched"), "2026-11-24T05:21:41.123Z");
	h_ends_with(rows, "ok");
	assert_int_equal(figure("not_fetched_yet"), 0);
	assert_int_equal(figure("uncollected"), 0);
	assert_int_equal(rows_of(""), 0);
}

static void why_names_who_holds_it_and_since_when(void **state)
{
	struct id dlv = make_delivery(DLV_WAITING);
	char id[ID_TEXT_LEN];
	json_t *rows;

	(void)state;
	h_ends_with(h_ask("{'command':'queue.hold','id':'%s','reason':'ticket 4711'}", id_text(&dlv, id)), "ok");
	rows = ask_about("why", &dlv);
	assert_string_equal(h_field(rows, 0, "recipient"), "ags:05315000");
	assert_string_equal(h_field(rows, 0, "reason"), "OP-HELD");
	assert_non_null(strstr(h_field(rows, 0, "detail"), "): ticket 4711"));
	assert_string_not_equal(h_field(rows, 0, "since"), "");
	assert_true(json_is_null(json_object_get(json_array_get(rows, 0), "due")));
	h_ends_with(rows, "ok");
	assert_int_equal(figure("reason_OP-HELD"), 1);

	rows = h_ask("{'command':'queue.retry','id':'%s','reason':'r'}", id);
	assert_non_null(strstr(json_opt_string(h_end_of(rows), "error", ""), "is held: no retry; possible: release, cancel"));
	h_ends_with(rows, "ERR_WRONG_STATE");

	h_ends_with(h_ask("{'command':'queue.cancel','id':'%s','reason':'sent twice'}", id), "ok");
	rows = ask_about("why", &dlv);
	assert_string_equal(h_field(rows, 0, "text"), "Cancelled by an operator.");
	assert_null(json_object_get(json_array_get(rows, 0), "next"));
	assert_true(json_is_null(json_object_get(json_array_get(rows, 0), "owner")));
	h_ends_with(rows, "ok");
	assert_int_equal(figure("reason_OP-HELD"), -1);
}

static void what_nobody_collected_is_sent_again_on_a_word(void **state)
{
	char id[ID_TEXT_LEN];
	struct id dlv = make_delivery(DLV_WAITING);
	struct spool_delivery d, *all;
	struct err e = ERR_INIT;
	json_t *rows;
	size_t n;

	(void)state;
	id_text(&dlv, id);
	rows = h_ask("{'command':'queue.resend','id':'%s','reason':'key lost'}", id);
	assert_non_null(strstr(json_opt_string(h_end_of(rows), "error", ""), "may still arrive; cancel it first"));
	h_ends_with(rows, "ERR_WRONG_STATE");
	h_ends_with(h_ask("{'command':'queue.cancel','id':'%s','reason':'end'}", id), "ok");
	rows = h_ask("{'command':'queue.resend','id':'%s','reason':'key lost'}", id);
	assert_string_equal(h_field(rows, 0, "follows"), id);
	assert_string_equal(h_field(rows, 0, "state"), "queued");
	assert_string_equal(h_field(rows, 0, "recipient"), "ags:05315000");
	h_ends_with(rows, "ok");
	rows = h_ask("{'command':'trace','id':'%s'}", id);
	assert_string_equal(h_field(rows, json_array_size(rows) - 2, "event_de"), "erneut gesendet");
	h_ends_with(rows, "ok");
	assert_ok(spool_delivery_get(h_ctl.spool.s, h_ctl.spool.a, &dlv, &d, &e), e);
	assert_ok(spool_delivery_of(h_ctl.spool.s, h_ctl.spool.a, &d.message, &all, &n, &e), e);
	assert_int_equal(n, 2);
}

static void what_waits_behind_a_dead_peer_says_so_and_goes_when_it_is_told_to(void **state)
{
	struct id first = make_delivery(DLV_WAITING);
	char id[ID_TEXT_LEN];
	struct spool_rest rest = { .until = clock_now() + 3600000, .reason = RSN_NET_TIMEOUT, .peer = "http://dead.example:80",
				   .since = 1000, .failures = 3, .detail = "no answer" };
	struct err e = ERR_INIT;
	json_t *rows;
	char other[ID_TEXT_LEN];
	struct id dlv;

	(void)state;
	h_ctl_submit(NULL, "ags:05315000", other, &dlv);
	assert_ok(spool_rest_set(h_ctl.spool.s, "ags:05315000", &rest, &e), e);
	rows = ask_about("why", &dlv);
	assert_string_equal(h_field(rows, 0, "reason"), "NET-TIMEOUT");
	assert_string_equal(h_field(rows, 0, "peer"), "http://dead.example:80");
	assert_string_equal(h_field(rows, 0, "since"), "1970-01-01T00:00:01.000Z");
	h_ends_with(rows, "ok");
	rows = h_ask("{'command':'queue.list','why':'NET-TIMEOUT'}");
	assert_string_equal(h_field(rows, 0, "reason"), "NET-TIMEOUT");
	h_ends_with(rows, "ok");
	h_ends_with(h_ask("{'command':'queue.retry','id':'%s','reason':'it is back'}", id_text(&first, id)), "ok");
	assert_int_equal(spool_rest_get(h_ctl.spool.s, h_ctl.spool.a, "ags:05315000", &rest, &e), ERR_MISSING);
	rest.recipient = rest.peer = rest.detail = NULL;
	rest.until = clock_now() + 3600000;
	rest.reason = RSN_DIR_NO_ENTRY;
	assert_ok(spool_rest_set(h_ctl.spool.s, "ags:05315000", &rest, &e), e);
	h_ends_with(h_ask("{'command':'queue.retry','id':'%s','reason':'entered'}", id_text(&dlv, id)), "ok");
	assert_int_equal(spool_rest_get(h_ctl.spool.s, h_ctl.spool.a, "ags:05315000", &rest, &e), ERR_MISSING);
}

static void a_reason_is_some_words_and_not_a_book(void **state)
{
	char book[1100], id[ID_TEXT_LEN];
	struct id dlv = make_delivery(DLV_WAITING);

	(void)state;
	memset(book, 'x', sizeof(book));
	book[1001] = '\0';
	id_text(&dlv, id);
	h_ends_with(h_ask("{'command':'queue.hold','id':'%s','reason':' \\t '}", id), "ERR_SYNTAX");
	h_ends_with(h_ask("{'command':'queue.hold','id':'%s','reason':'%s'}", id, book), "ERR_SYNTAX");
	book[1000] = '\0';
	h_ends_with(h_ask("{'command':'queue.hold','id':'%s','reason':'%s'}", id, book), "ok");
	h_ends_with(h_ask("{'command':'queue.cancel','id':'%s','reason':'end'}", id), "ok");
}

static int spoil(struct spool_txn *t, void *ctx, struct err *e)
{
	const struct id *dlv = ctx;

	(void)e;
	spool_put(t, TBL_DELIVERY, dlv->b, ID_LEN, "x", 1);
	return 0;
}

static void one_unreadable_record_does_not_hide_the_status(void **state)
{
	struct id dlv = make_delivery(DLV_WAITING);
	struct err e = ERR_INIT;
	struct spool_delivery d;
	int64_t due;

	(void)state;
	assert_ok(spool_writer_do(spool_lmdb_of(h_ctl.spool.s)->writer, spoil, &dlv, &e), e);
	assert_int_equal(figure("deliveries_waiting"), 1);
	assert_int_equal(figure("damaged"), 0);
	assert_int_equal(h_claim(h_ctl.spool.s, h_ctl.spool.a, clock_now() + 7200000, 1000, &d, &due, &e), ERR_MISSING);
	assert_int_equal(figure("deliveries_waiting"), 0);	/* set aside where it was met */
	assert_int_equal(figure("damaged"), 1);
	{
		json_t *rows = h_ask("{'command':'queue.damaged'}");
		char id[ID_TEXT_LEN];

		assert_int_equal(json_array_size(rows), 2);
		assert_string_equal(h_field(rows, 0, "delivery"), id_text(&dlv, id));
		assert_string_not_equal(h_field(rows, 0, "detail"), "");
		h_ends_with(rows, "ok");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(lists_can_be_narrowed_and_paged),
		T(lists_are_narrowed_by_every_property),
		T(pages_follow_each_other),
		T(what_is_not_meant_any_more_is_not_changed),
		T(the_state_decides_what_a_person_may_do),
		T(a_retry_has_the_directory_asked_anew),
		T(why_names_who_holds_it_and_since_when),
		T(one_unreadable_record_does_not_hide_the_status),
		T(what_nobody_collected_is_sent_again_on_a_word),
		T(what_waits_behind_a_dead_peer_says_so_and_goes_when_it_is_told_to),
		T(a_reason_is_some_words_and_not_a_book),
		T(what_is_stored_is_shown_as_waiting_for_its_recipient_late_or_fetched),
	};
	return cmocka_run_group_tests_name("gateway/control-queue", tests, NULL, NULL);
}
