/* SPDX-License-Identifier: EUPL-1.2 */
/* The channels osci-forward and osci-mediate against our own intermediary and a recipient that waits: taken, refused, gone, slow,
 * unsure, and with a reply. */
#include "h_town.h"

#include "base/clock.h"
#include "delivery/deliver.h"

#define W (&h_mail_world)
#define WAIT_MS 20000
#define NEVER_MS 3600000

static struct h_town town;
static struct delivery_workers *running;
static struct conf_way way;

static void start(void)
{
	struct err e = ERR_INIT;

	assert_ok(delivery_start(&W->sender, &running, &e), e);
}

static void stop(void)
{
	delivery_stop(running);
	running = NULL;
}

static int fresh(void **state)
{
	h_mail_fresh(state);
	h_town_open(&town);
	W->sender.mailboxes = &W->env.env;
	W->conf.max_reply_size = 1 << 20;
	W->conf.channel = "directory";
	W->conf.reception_within = NEVER_MS;
	return 0;
}

static int stale(void **state)
{
	delivery_quiet(running);
	stop();
	h_town_close(&town);
	return h_mail_stale(state);
}

static struct id submit(const char *recipient)
{
	struct err e = ERR_INIT;
	struct id dlv;

	assert_ok(h_submit(W->spool.s, NULL, recipient, 1000, 1, NULL, &dlv, &e), e);
	return dlv;
}

static struct spool_delivery now_is(const struct id *id)
{
	struct spool_delivery d;
	struct err e = ERR_INIT;

	assert_ok(spool_delivery_get(W->spool.s, W->spool.a, id, &d, &e), e);
	return d;
}

static struct spool_delivery until_state(const struct id *id, enum delivery_state state)
{
	int64_t end = clock_mono() + WAIT_MS;

	while (now_is(id).state != state && clock_mono() < end)
		usleep(10000);
	if (now_is(id).state != state)
		fail_msg("is %s (%s: %s)", delivery_state_name(now_is(id).state), reason_info(now_is(id).reason)->key,
			 now_is(id).detail == NULL ? "" : now_is(id).detail);
	return now_is(id);
}

static struct spool_delivery until_reason(const struct id *id, enum reason reason)
{
	int64_t end = clock_mono() + WAIT_MS;

	while (now_is(id).reason != reason && clock_mono() < end)
		usleep(10000);
	if (now_is(id).reason != reason)
		fail_msg("is %s (%s: %s)", delivery_state_name(now_is(id).state), reason_info(now_is(id).reason)->key,
			 now_is(id).detail == NULL ? "" : now_is(id).detail);
	return now_is(id);
}

static void person(const struct id *id, enum delivery_event event)
{
	struct spool_delivery d = now_is(id);
	struct err e = ERR_INIT;

	assert_ok(spool_delivery_step(W->spool.s, &d, event, NULL, NULL, &e), e);
}

static struct spool_message message_of(const struct spool_delivery *d)
{
	struct spool_message m;
	struct err e = ERR_INIT;

	assert_ok(spool_message_get(W->spool.s, W->spool.a, &d->message, &m, &e), e);
	return m;
}

static unsigned events(const struct spool_delivery *d, enum spool_event_kind kind)
{
	struct spool_event *ev;
	struct err e = ERR_INIT;
	unsigned count = 0;
	size_t n;

	assert_ok(spool_event_list(W->spool.s, W->spool.a, &d->message, &ev, &n, &e), e);
	for (size_t i = 0; i < n; i++)
		count += ev[i].kind == kind ? 1 : 0;
	return count;
}

/* Done, in the recipient's hands, and known to be: by one order, and nobody asks for it any more. */
static void assert_received(const struct spool_delivery *d)
{
	struct spool_message m = message_of(d);
	struct spool_delivery *due;
	struct err e = ERR_INIT;
	size_t n;

	assert_string_equal(d->channel, "osci-forward");
	assert_true(d->stored > 0 && d->fetched >= d->stored);
	assert_int_equal(m.stored, d->stored);
	assert_int_equal(m.fetched, d->fetched);
	assert_int_equal(events(d, SPOOL_EV_STORED), 1);
	assert_int_equal(events(d, SPOOL_EV_FETCHED), 1);
	assert_ok(spool_follow_due(W->spool.s, W->spool.a, INT64_MAX, 10, &due, &n, &e), e);
	for (size_t i = 0; i < n; i++)
		assert_int_not_equal(id_cmp(&due[i].id, &d->id), 0);
}

/* What is recorded after the step is there a moment later than the state. */
static struct spool_delivery until_received(const struct id *id)
{
	int64_t end = clock_mono() + WAIT_MS;

	(void)until_state(id, DLV_DONE);
	while (now_is(id).fetched == 0 && clock_mono() < end)
		usleep(5000);
	return now_is(id);
}

static void who_waits_by_its_entry_has_it_at_once(void **state)
{
	struct id waits = submit("ags:1"), polls = submit("ags:2");
	struct spool_delivery d;

	(void)state;
	start();
	d = until_received(&waits);
	assert_string_equal(until_state(&polls, DLV_DONE).channel, "osci-store");
	stop();
	assert_received(&d);
	assert_int_equal(town.taken, 1);
	assert_string_equal(town.ids[0], d.peer_id);
	assert_int_equal(now_is(&polls).fetched, 0);
	assert_int_equal(message_of(&d).fetched, d.fetched);
}

static void a_refusal_fails_and_a_retry_takes_another_id(void **state)
{
	struct spool_delivery d, first;
	struct id id = submit("ags:1");

	(void)state;
	town.mood = H_TOWN_REFUSES;
	start();
	first = until_reason(&id, RSN_OSCI_REFUSED);
	assert_true(first.state == DLV_HELD || first.state == DLV_FAILED);
	assert_string_equal(first.code, "9805");
	assert_null(first.peer_id);
	assert_string_equal(first.old_peer, W->uri);
	assert_non_null(first.old_peer_id);
	town.mood = H_TOWN_GOOD;
	person(&id, first.state == DLV_HELD ? DLV_EV_RELEASE : DLV_EV_RETRY);
	d = until_received(&id);
	stop();
	assert_received(&d);
	assert_int_equal(town.taken, 1);
	assert_string_not_equal(d.peer_id, first.old_peer_id);
	assert_string_equal(d.old_peer_id, first.old_peer_id);
}

static void a_recipient_that_is_gone_is_tried_again_and_its_intermediary_is_not_blamed(void **state)
{
	struct id id, other;
	struct spool_delivery d;

	(void)state;
	h_town_deaf(&town);
	id = submit("ags:1");
	start();
	d = until_reason(&id, RSN_OSCI_RECIPIENT_FAILED);
	assert_string_equal(d.code, "9809");
	other = submit("ags:2");
	(void)until_state(&other, DLV_DONE);
	h_town_listen(&town);
	d = until_received(&id);
	stop();
	assert_received(&d);
	assert_int_equal(town.taken, 1);
}

static void a_recipient_that_fails_is_tried_again_under_other_ids(void **state)
{
	struct id id = submit("ags:1");
	struct spool_delivery d;

	(void)state;
	town.mood = H_TOWN_FAILS;
	start();
	d = until_reason(&id, RSN_OSCI_RECIPIENT_FAILED);
	assert_string_equal(d.code, "9808");
	town.mood = H_TOWN_GOOD;
	d = until_received(&id);
	stop();
	assert_received(&d);
	assert_string_equal(town.ids[0], d.peer_id);
	assert_non_null(d.old_peer_id);
}

static void what_the_recipient_may_have_is_not_sent_again_by_itself(void **state)
{
	static const enum h_town_mood moods[] = { H_TOWN_LOSES_ANSWER, H_TOWN_SILENT };

	(void)state;
	start();
	for (size_t i = 0; i < sizeof(moods) / sizeof(moods[0]); i++) {
		struct id id = submit("ags:1");
		struct spool_delivery d;

		town.mood = moods[i];
		d = until_state(&id, DLV_HELD);
		assert_int_equal(d.reason, RSN_OSCI_RECEPTION_UNKNOWN);
		assert_string_equal(d.code, "9810");
		assert_int_equal(town.taken, 1);
		assert_string_equal(town.ids[0], d.old_peer_id);
		town.mood = H_TOWN_GOOD;
		person(&id, DLV_EV_RELEASE);	/* who knows that the recipient has not kept it */
		d = until_received(&id);
		assert_received(&d);
		assert_int_equal(town.taken, 2);
		assert_string_equal(town.ids[1], d.peer_id);
		town.taken = 0;
	}
	stop();
}

static void who_knows_what_it_has_may_be_sent_it_again(void **state)
{
	struct spool_delivery d;
	struct id id;

	(void)state;
	way = (struct conf_way){ .recipient = "ags:1", .channel = "osci-forward", .repeat = true };
	W->conf.channel = "osci-store";
	W->conf.ways = (struct conf_ways){ &way, 1 };
	town.mood = H_TOWN_LOSES_ANSWER;
	id = submit("ags:1");
	start();
	d = until_reason(&id, RSN_OSCI_RECIPIENT_FAILED);
	town.mood = H_TOWN_GOOD;
	d = until_received(&id);
	stop();
	assert_received(&d);
	assert_in_range(town.taken, 2, 8);
}

static void an_answer_that_was_lost_is_asked_for_by_the_process_card(void **state)
{
	struct id id = submit("ags:1");
	struct spool_delivery d;

	(void)state;
	W->conf.retry_first = W->conf.retry_most = 300;
	W->spoil = H_MAIL_LOSE_ANSWER;
	start();
	d = until_reason(&id, RSN_NET_ANSWER_LOST);
	assert_true(d.ambiguous);
	assert_int_equal(town.taken, 1);
	W->spoil = H_MAIL_GOOD;
	d = until_received(&id);
	stop();
	assert_received(&d);
	assert_int_equal(town.taken, 1);
	assert_string_equal(town.ids[0], d.peer_id);
	assert_null(d.old_peer_id);
}

/* The order was obeyed up to the recipient's silence, and its answer was lost as well: the card is asked for until it is old. */
static void a_card_without_reception_is_waited_for_and_then_held(void **state)
{
	struct id id = submit("ags:1");
	struct spool_delivery d;

	(void)state;
	W->conf.retry_first = W->conf.retry_most = 300;
	town.mood = H_TOWN_LOSES_ANSWER;
	W->spoil = H_MAIL_LOSE_ANSWER;
	start();
	(void)until_reason(&id, RSN_NET_ANSWER_LOST);
	W->spoil = H_MAIL_GOOD;
	d = until_reason(&id, RSN_OSCI_UNDER_WAY);
	assert_true(d.ambiguous);
	assert_int_equal(town.taken, 1);
	W->conf.reception_within = 1;
	d = until_state(&id, DLV_HELD);
	assert_int_equal(d.reason, RSN_OSCI_RECEPTION_UNKNOWN);
	assert_false(d.ambiguous);
	assert_null(d.peer_id);
	assert_string_equal(d.old_peer_id, town.ids[0]);
	assert_int_equal(town.taken, 1);
	stop();
}

static void without_an_address_nobody_can_be_forwarded_to(void **state)
{
	struct id id;

	(void)state;
	way = (struct conf_way){ .recipient = "ags:2", .channel = "osci-forward" };
	W->conf.ways = (struct conf_ways){ &way, 1 };
	id = submit("ags:2");
	start();
	(void)until_reason(&id, RSN_DIR_INCOMPLETE);
	way.address = town.uri;
	(void)until_received(&id);
	stop();
	assert_int_equal(town.taken, 1);
}

#define REPLY "<osci:ContentPackage><osci:ContentContainer Id=\"c\"><osci:Content><osci:Base64Content Id=\"b\">aGFsbG8=" \
	      "</osci:Base64Content></osci:Content></osci:ContentContainer></osci:ContentPackage>"

static void mediate_to(const char *reply)
{
	way = (struct conf_way){ .recipient = "ags:1", .channel = "osci-mediate" };
	W->conf.ways = (struct conf_ways){ &way, 1 };
	town.reply = reply;
}

/* What lies in the mailbox of the sender; false: nothing. */
static bool mailbox_has(struct spool_message *m)
{
	const struct pki_key *ours = pki_keyring_current(W->sender_keys, PKI_USE_CIPHER, clock_now());
	struct spool_box_query q = { .unfetched_only = true };
	struct spool_box box;
	struct err e = ERR_INIT;
	bool more = false;
	int rc;

	memcpy(box.b, ours->cert->sha256, sizeof(box.b));
	rc = spool_box_first(W->spool.s, W->spool.a, &box, &q, m, &more, &e);
	assert_false(more);
	return rc == 0;
}

static void a_reply_is_kept_in_the_mailbox_of_the_sender_and_named_in_the_trace(void **state)
{
	struct spool_delivery d;
	struct spool_message m;
	struct id id;

	(void)state;
	mediate_to(REPLY);
	id = submit("ags:1");
	start();
	d = until_received(&id);
	stop();
	assert_string_equal(d.channel, "osci-mediate");
	assert_true(d.stored > 0 && d.fetched >= d.stored);
	assert_int_equal(town.taken, 1);
	assert_int_equal(events(&d, SPOOL_EV_REPLIED), 1);
	assert_int_equal(events(&d, SPOOL_EV_FETCHED), 1);
	assert_true(mailbox_has(&m));
	assert_int_equal(m.part_count, 1);
	assert_string_equal(m.parts[0].name, "body");
}

static void who_takes_it_and_does_not_reply_has_it(void **state)
{
	struct spool_delivery d;
	struct spool_message m;
	struct id id;

	(void)state;
	mediate_to(NULL);
	id = submit("ags:1");
	start();
	d = until_received(&id);
	stop();
	assert_string_equal(d.code, "9806");
	assert_true(d.fetched >= d.stored && d.stored > 0);
	assert_int_equal(events(&d, SPOOL_EV_REPLIED), 0);
	assert_false(mailbox_has(&m));
	assert_int_equal(town.taken, 1);
}

static void a_mediation_fails_and_is_unsure_as_a_forward_is(void **state)
{
	struct spool_delivery d;
	struct id id;

	(void)state;
	mediate_to(REPLY);
	town.mood = H_TOWN_REFUSES;
	id = submit("ags:1");
	start();
	d = until_reason(&id, RSN_OSCI_REFUSED);
	assert_string_equal(d.code, "9805");
	assert_non_null(d.old_peer_id);
	person(&id, d.state == DLV_HELD ? DLV_EV_RELEASE : DLV_EV_RETRY);
	town.mood = H_TOWN_LOSES_ANSWER;
	d = until_reason(&id, RSN_OSCI_RECEPTION_UNKNOWN);
	assert_string_equal(d.code, "9810");
	assert_int_equal(town.taken, 1);
	stop();
}

/* The recipient's word that it has it is with the intermediary; its reply went with the answer that nobody got. */
static void a_reply_whose_answer_was_lost_is_missed_in_the_trace(void **state)
{
	struct spool_delivery d;
	struct spool_event *ev;
	struct err e = ERR_INIT;
	struct id id;
	size_t n, named = 0;

	(void)state;
	mediate_to(REPLY);
	W->conf.retry_first = W->conf.retry_most = 300;
	W->spoil = H_MAIL_LOSE_ANSWER;
	id = submit("ags:1");
	start();
	(void)until_reason(&id, RSN_NET_ANSWER_LOST);
	W->spoil = H_MAIL_GOOD;
	d = until_received(&id);
	stop();
	assert_int_equal(town.taken, 1);
	assert_int_equal(events(&d, SPOOL_EV_REPLIED), 0);
	assert_ok(spool_event_list(W->spool.s, W->spool.a, &d.message, &ev, &n, &e), e);
	for (size_t i = 0; i < n; i++)
		named += ev[i].detail != NULL && strstr(ev[i].detail, "the answer was lost") != NULL ? 1 : 0;
	assert_int_equal(named, 1);
}

static void nothing_is_sent_that_could_be_replied_to_without_a_mailbox(void **state)
{
	struct id id;

	(void)state;
	mediate_to(REPLY);
	W->sender.mailboxes = NULL;
	id = submit("ags:1");
	start();
	(void)until_reason(&id, RSN_INTERNAL);
	stop();
	assert_int_equal(town.orders, 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, fresh, stale)
	const struct CMUnitTest tests[] = {
		T(who_waits_by_its_entry_has_it_at_once),
		T(a_refusal_fails_and_a_retry_takes_another_id),
		T(a_recipient_that_is_gone_is_tried_again_and_its_intermediary_is_not_blamed),
		T(a_recipient_that_fails_is_tried_again_under_other_ids),
		T(what_the_recipient_may_have_is_not_sent_again_by_itself),
		T(who_knows_what_it_has_may_be_sent_it_again),
		T(an_answer_that_was_lost_is_asked_for_by_the_process_card),
		T(a_card_without_reception_is_waited_for_and_then_held),
		T(without_an_address_nobody_can_be_forwarded_to),
		T(a_reply_is_kept_in_the_mailbox_of_the_sender_and_named_in_the_trace),
		T(who_takes_it_and_does_not_reply_has_it),
		T(a_mediation_fails_and_is_unsure_as_a_forward_is),
		T(a_reply_whose_answer_was_lost_is_missed_in_the_trace),
		T(nothing_is_sent_that_could_be_replied_to_without_a_mailbox),
	};
	return cmocka_run_group_tests_name("gateway/forward", tests, h_mail_up, h_mail_down);
}
