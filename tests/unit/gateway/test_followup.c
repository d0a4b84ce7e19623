/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/followup. */
#include "h_mail.h"

#include "base/clock.h"
#include "delivery/followup.h"
#include "spool/lmdb/engine.h"

#define W (&h_mail_world)

static struct delivery_followup *f;

static int fresh(void **state)
{
	h_mail_fresh(state);
	f = delivery_followup_new(&W->sender);
	return 0;
}

static int stale(void **state)
{
	delivery_followup_free(f);
	return h_mail_stale(state);
}

static struct spool_message message_of(const struct spool_delivery *d)
{
	struct spool_message m;
	struct err e = ERR_INIT;

	assert_ok(spool_message_get(W->spool.s, W->spool.a, &d->message, &m, &e), e);
	return m;
}

static struct spool_delivery now_is(const struct spool_delivery *d)
{
	struct spool_delivery now;
	struct err e = ERR_INIT;

	assert_ok(spool_delivery_get(W->spool.s, W->spool.a, &d->id, &now, &e), e);
	return now;
}

/* Runs at an age of the delivery; returns how many orders came to the intermediary. */
static unsigned run_at(const struct spool_delivery *d, int64_t age)
{
	struct err e = ERR_INIT;
	unsigned before = W->orders;

	assert_ok(delivery_followup_run(f, message_of(d).stored + age, &e), e);
	return W->orders - before;
}

static size_t count_events(const struct spool_delivery *d, enum spool_event_kind kind, struct spool_event *last)
{
	struct spool_event *ev;
	struct err e = ERR_INIT;
	size_t n, count = 0;

	assert_ok(spool_event_list(W->spool.s, W->spool.a, &d->message, &ev, &n, &e), e);
	for (size_t i = 0; i < n; i++) {
		if (ev[i].kind != kind)
			continue;
		*last = ev[i];
		count++;
	}
	return count;
}

static int64_t reception_at_intermediary(const struct spool_delivery *d)
{
	struct spool_message mail;
	struct err e = ERR_INIT;

	assert_ok(spool_message_find(W->spool.s, W->spool.a, SPOOL_MAIL, span_of(now_is(d).peer_id), &mail, &e), e);
	return mail.fetched;
}

static void what_was_fetched_is_known_and_asked_for_no_more(void **state)
{
	struct spool_delivery d = h_mail_by_workers("ags:1"), got;
	struct spool_event ev = { .at = 0 };

	(void)state;
	assert_int_equal(run_at(&d, 500), 0);	/* not yet due */
	assert_int_equal(run_at(&d, 3000), 3);	/* initDialog, fetchProcessCard, exitDialog */
	got = now_is(&d);
	assert_int_equal(got.state, DLV_DONE);
	assert_int_equal(got.reason, RSN_NONE);
	assert_in_range(got.due, message_of(&d).stored + 6000, message_of(&d).stored + 6375);
	assert_int_equal(message_of(&d).fetched, 0);
	h_mail_fetch();
	assert_int_equal(run_at(&d, 7000), 3);
	assert_int_not_equal(reception_at_intermediary(&d), 0);
	assert_int_equal(message_of(&d).fetched, reception_at_intermediary(&d));
	assert_int_equal(now_is(&d).due, 0);
	assert_int_equal(count_events(&d, SPOOL_EV_FETCHED, &ev), 1);
	assert_int_equal(ev.at, reception_at_intermediary(&d));
	assert_non_null(strstr(ev.detail, "Creation 20"));
	assert_non_null(strstr(ev.detail, "Reception 20"));
	assert_int_equal(run_at(&d, 350000), 0);
}

static void many_deliveries_of_one_intermediary_are_one_question(void **state)
{
	struct spool_delivery d[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		d[i] = h_mail_deliver(i % 2 == 0 ? "ags:1" : "ags:2");
	h_mail_fetch();
	h_mail_fetch();
	assert_int_equal(run_at(&d[3], 5000), 3);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(message_of(&d[i]).fetched, i < 2 ? reception_at_intermediary(&d[i]) : 0);
		assert_int_equal(now_is(&d[i]).due != 0, i >= 2);
	}
}

static void what_nobody_fetches_is_reported_once_and_stays_listed(void **state)
{
	struct spool_delivery d = h_mail_deliver("ags:1"), *list;
	struct spool_event ev = { .at = 0 };
	struct err e = ERR_INIT;
	size_t n;

	(void)state;
	(void)run_at(&d, 99000);
	assert_int_equal(now_is(&d).reason, RSN_NONE);
	assert_int_equal(now_is(&d).due, message_of(&d).stored + 100000);
	assert_int_equal(run_at(&d, 100000), 3);
	assert_int_equal(now_is(&d).reason, RSN_OSCI_NOT_COLLECTED);
	assert_int_equal(count_events(&d, SPOOL_EV_UNCOLLECTED, &ev), 1);
	assert_int_equal(ev.reason, RSN_OSCI_NOT_COLLECTED);
	assert_non_null(strstr(ev.detail, "Forwarding -, Reception -"));
	assert_int_equal(run_at(&d, 350000), 3);
	assert_int_equal(count_events(&d, SPOOL_EV_UNCOLLECTED, &ev), 1);
	assert_ok(spool_delivery_list(W->spool.s, W->spool.a, &(struct spool_list){ .states = SPOOL_LIST_LATE, .limit = 10 },
					&list, &n, &e), e);
	assert_int_equal(n, 1);
	h_mail_fetch();
	assert_int_equal(run_at(&d, 400000), 3);
	assert_int_equal(now_is(&d).reason, RSN_NONE);
	assert_int_equal(count_events(&d, SPOOL_EV_FETCHED, &ev), 1);
	assert_int_equal(message_of(&d).fetched, reception_at_intermediary(&d));
}

static void after_the_last_question_the_reason_stays(void **state)
{
	struct spool_delivery d = h_mail_deliver("ags:1");
	struct spool_event ev = { .at = 0 };

	(void)state;
	assert_int_equal(run_at(&d, 400000), 3);
	assert_int_equal(now_is(&d).due, 0);
	assert_int_equal(now_is(&d).reason, RSN_OSCI_NOT_COLLECTED);
	assert_int_equal(count_events(&d, SPOOL_EV_UNCOLLECTED, &ev), 1);
	assert_non_null(strstr(ev.detail, "not asked for any more"));
	assert_int_equal(run_at(&d, 500000), 0);
}

/* A refused connection is no order; what counts is who was asked afterwards. */
static void a_silent_intermediary_is_left_alone_whatever_waits_for_it(void **state)
{
	struct spool_delivery d = h_mail_deliver("ags:1"), later;
	struct err e = ERR_INIT;

	(void)state;
	W->conf.follow_after = 2000;
	later = h_mail_deliver("ags:2");
	W->conf.follow_after = 10000;	/* the first failure is followed by 7.5 s of silence at least */
	h_mail_deaf();
	assert_int_equal(run_at(&d, 1500), 0);
	assert_int_equal(message_of(&d).fetched, 0);
	assert_non_null(strstr(now_is(&d).detail, "could not be asked"));
	assert_int_equal(now_is(&d).reason, RSN_NONE);
	assert_true(now_is(&d).due >= message_of(&d).stored + 9000);
	assert_int_equal(now_is(&later).due, later.due);
	h_mail_listen();
	W->conf.follow_after = 1000;
	assert_ok(delivery_followup_run(f, later.due, &e), e);
	assert_true(now_is(&later).due >= message_of(&d).stored + 9000);
	assert_string_equal(now_is(&later).detail, "its intermediary does not answer");
	h_mail_fetch();
	assert_int_equal(run_at(&d, 30000), 3);	/* both in one */
	assert_int_equal(message_of(&d).fetched, reception_at_intermediary(&d));
	assert_int_equal(now_is(&d).due, 0);
	assert_int_not_equal(now_is(&later).due, 0);
	assert_null(now_is(&later).detail);
}

static void nobody_knowing_is_reported_as_late_too(void **state)
{
	struct spool_delivery d = h_mail_deliver("ags:1");
	struct spool_event ev = { .at = 0 };

	(void)state;
	h_mail_deaf();
	(void)run_at(&d, 100000);
	assert_int_equal(now_is(&d).reason, RSN_OSCI_NOT_COLLECTED);
	assert_int_equal(count_events(&d, SPOOL_EV_UNCOLLECTED, &ev), 1);
	assert_non_null(strstr(ev.detail, "could not be asked"));
}

static void it_goes_on_after_the_payload_was_erased_and_after_a_restart(void **state)
{
	struct spool_delivery d = h_mail_deliver("ags:1");
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(spool_erase(W->spool.s, &d.message, clock_now(), &e), e);
	assert_int_equal(run_at(&d, 1500), 3);
	h_mail_fetch();
	delivery_followup_free(f);
	f = delivery_followup_new(&W->sender);
	assert_int_equal(run_at(&d, 4000), 3);
	assert_int_equal(message_of(&d).fetched, reception_at_intermediary(&d));
	assert_int_not_equal(message_of(&d).erased, 0);
}

/* Stored, as far as we know; the intermediary knows nothing of it. */
static struct spool_delivery lost_delivery(const char *message_id)
{
	struct spool_event stored = { .at = clock_now(), .kind = SPOOL_EV_STORED };
	struct spool_delivery d;
	struct err e = ERR_INIT;
	int64_t next;

	assert_ok(h_submit(W->spool.s, NULL, "ags:1", 10, 1, NULL, NULL, &e), e);
	assert_ok(h_claim(W->spool.s, W->spool.a, clock_now() + 1, 1000, &d, &next, &e), e);
	d.peer = W->uri;
	d.peer_id = message_id;
	d.due = stored.at + 1000;
	assert_ok(spool_delivery_step(W->spool.s, &d, DLV_EV_ACCEPTED, &stored, NULL, &e), e);
	return d;
}

static void a_card_that_is_gone_is_told_and_harms_no_other(void **state)
{
	struct spool_delivery lost = lost_delivery("4711"), d = h_mail_deliver("ags:1");

	(void)state;
	h_mail_fetch();
	assert_int_equal(run_at(&d, 101000), 3);
	assert_int_not_equal(message_of(&d).fetched, 0);
	assert_int_equal(message_of(&lost).fetched, 0);
	assert_non_null(strstr(now_is(&lost).detail, "no process card"));
	assert_int_equal(now_is(&lost).reason, RSN_OSCI_NOT_COLLECTED);
}

/* 9804 does not say of how many: an intermediary that means "not all of them" gets the ids again, in halves. */
static void no_process_card_for_many_is_asked_again_in_halves(void **state)
{
	struct spool_delivery lost[3] = { lost_delivery("1"), lost_delivery("2"), lost_delivery("3") };

	(void)state;
	assert_int_equal(run_at(&lost[2], 50000), 1 + 5 + 1);	/* 3, 1, 2, 1, 1 */
	for (int i = 0; i < 3; i++)
		assert_true(now_is(&lost[i]).due > lost[i].due);
}

static void an_intermediary_the_directory_does_not_name_any_more_is_asked_as_it_was_known(void **state)
{
	struct spool_delivery d = h_mail_deliver("ags:1");

	(void)state;
	h_mail_entry("ags:1", "http://127.0.0.1:9/elsewhere");
	assert_int_equal(run_at(&d, 1500), 3);
	assert_null(now_is(&d).detail);
	h_mail_entry("ags:1", W->uri);
	h_mail_fetch();
	h_mail_entry("ags:1", "http://127.0.0.1:9/elsewhere");
	assert_int_equal(run_at(&d, 4000), 3);
	assert_int_not_equal(message_of(&d).fetched, 0);
}

static void one_of_which_nothing_was_noted_is_not_asked(void **state)
{
	struct spool_cache_entry none = { .value = { NULL, 0 } };
	struct spool_delivery d = h_mail_deliver("ags:1");
	struct err e = ERR_INIT;
	char key[80];

	(void)state;
	(void)snprintf(key, sizeof(key), "peer %s", W->uri);
	assert_ok(spool_cache_put(W->spool.s, span_of(key), &none, &e), e);
	h_mail_entry("ags:1", "http://127.0.0.1:9/elsewhere");
	assert_int_equal(run_at(&d, 1500), 0);
	assert_non_null(strstr(now_is(&d).detail, "elsewhere instead of"));
}

static void a_card_is_shown_to_its_originator_alone(void **state)
{
	struct spool_delivery d = h_mail_deliver("ags:1");
	struct pki_keyring *keys = W->sender_keys;

	(void)state;
	h_mail_fetch();
	/* Somebody else's keys: the intermediary shows the card to its originator and addressee alone. */
	W->sender.keys = W->im_keys;
	delivery_followup_free(f);
	f = delivery_followup_new(&W->sender);
	(void)run_at(&d, 1500);
	assert_int_equal(message_of(&d).fetched, 0);
	W->sender.keys = keys;
}

static void a_delivery_is_asked_for_with_the_key_that_it_was_stored_under(void **state)
{
	struct spool_delivery d = h_mail_deliver("ags:1");
	struct pki_keyring *kr = h_mail_rotated(true);

	(void)state;
	h_mail_fetch();
	W->sender.keys = kr;
	delivery_followup_free(f);
	f = delivery_followup_new(&W->sender);
	assert_int_equal(run_at(&d, 1500), 6);	/* in vain under the present key, then under the one before */
	assert_int_equal(message_of(&d).fetched, reception_at_intermediary(&d));
	W->sender.keys = W->sender_keys;
	pki_keyring_free(kr);
}

static void without_that_key_it_is_not_known_and_stays_open(void **state)
{
	struct spool_delivery d = h_mail_deliver("ags:1");
	struct pki_keyring *kr = h_mail_rotated(false);

	(void)state;
	h_mail_fetch();
	W->sender.keys = kr;
	delivery_followup_free(f);
	f = delivery_followup_new(&W->sender);
	assert_int_equal(run_at(&d, 1500), 3);
	assert_int_equal(message_of(&d).fetched, 0);
	assert_int_not_equal(now_is(&d).due, 0);
	W->sender.keys = W->sender_keys;
	pki_keyring_free(kr);
}

static void who_has_to_stop_asks_nobody(void **state)
{
	struct spool_delivery d = h_mail_deliver("ags:1");

	(void)state;
	delivery_followup_stop(f);
	assert_int_equal(run_at(&d, 1500), 0);
	assert_int_equal(now_is(&d).due, d.due);
}

/* Otherwise the intermediaries would be asked again and again for what nobody can write down. */
static void a_spool_that_takes_nothing_is_left_alone_for_a_minute(void **state)
{
	struct spool_delivery d = h_mail_deliver("ags:1");
	int64_t at = message_of(&d).stored + 1500;
	struct err e = ERR_INIT;

	(void)state;
	spool_db_die(&spool_lmdb_of(W->spool.s)->db, &e);
	assert_int_equal(delivery_followup_run(f, at, &e), ERR_IO);
	assert_ok(delivery_followup_run(f, at, &e), e);
	clock_shift(61000);
	assert_int_equal(delivery_followup_run(f, at, &e), ERR_IO);
}

static void without_follow_for_nothing_is_followed(void **state)
{
	struct spool_delivery d;

	(void)state;
	W->conf.follow_for = 0;
	d = h_mail_by_workers("ags:1");
	assert_int_equal(now_is(&d).due, 0);
	assert_int_equal(run_at(&d, 400000), 0);
}

#define T(t) cmocka_unit_test_setup_teardown(t, fresh, stale)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_was_fetched_is_known_and_asked_for_no_more),
		T(many_deliveries_of_one_intermediary_are_one_question),
		T(what_nobody_fetches_is_reported_once_and_stays_listed),
		T(after_the_last_question_the_reason_stays),
		T(a_silent_intermediary_is_left_alone_whatever_waits_for_it),
		T(nobody_knowing_is_reported_as_late_too),
		T(it_goes_on_after_the_payload_was_erased_and_after_a_restart),
		T(a_card_that_is_gone_is_told_and_harms_no_other),
		T(no_process_card_for_many_is_asked_again_in_halves),
		T(an_intermediary_the_directory_does_not_name_any_more_is_asked_as_it_was_known),
		T(one_of_which_nothing_was_noted_is_not_asked),
		T(a_card_is_shown_to_its_originator_alone),
		T(a_delivery_is_asked_for_with_the_key_that_it_was_stored_under),
		T(without_that_key_it_is_not_known_and_stays_open),
		T(who_has_to_stop_asks_nobody),
		T(a_spool_that_takes_nothing_is_left_alone_for_a_minute),
		T(without_follow_for_nothing_is_followed),
	};
	return cmocka_run_group_tests_name("gateway/followup", tests, h_mail_up, h_mail_down);
}
