/* SPDX-License-Identifier: EUPL-1.2 */
/* The workers of delivery against our own intermediary, and against peers that never answer, refuse, or are left. */
#include "h_mail.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "delivery/deliver.h"

#define W (&h_mail_world)
#define WAIT_MS 20000

/* A peer that accepts connections (the kernel does) and never answers. */
struct silent {
	int fd;
	char uri[64];
};

static struct silent be_silent(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	struct silent s = { .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };

	assert_true(s.fd >= 0);
	assert_int_equal(bind(s.fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(s.fd, 100), 0);
	assert_int_equal(getsockname(s.fd, (struct sockaddr *)&a, &n), 0);
	snprintf(s.uri, sizeof(s.uri), "http://127.0.0.1:%u/osci", ntohs(a.sin_port));
	return s;
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

static struct delivery_workers *running;

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

/* After a test that failed they still run. */
static int stale(void **state)
{
	delivery_quiet(running);
	stop();
	return h_mail_stale(state);
}

static void until_state(const struct id *id, enum delivery_state state)
{
	int64_t end = clock_mono() + WAIT_MS;
	struct spool_delivery d = now_is(id);

	while (d.state != state && clock_mono() < end) {
		usleep(10000);
		d = now_is(id);
	}
	if (d.state != state)
		fail_msg("is %s (%s: %s), not %s", delivery_state_name(d.state), reason_info(d.reason)->key,
			 d.detail == NULL ? "" : d.detail, delivery_state_name(state));
}

static void until_reason(const struct id *id, enum reason reason)
{
	int64_t end = clock_mono() + WAIT_MS;

	while (now_is(id).reason != reason && clock_mono() < end)
		usleep(10000);
	assert_string_equal(reason_info(now_is(id).reason)->key, reason_info(reason)->key);
}

static void until_any(const struct id *ids, size_t n, enum reason reason)
{
	int64_t end = clock_mono() + WAIT_MS;

	while (clock_mono() < end) {
		for (size_t i = 0; i < n; i++)
			if (now_is(&ids[i]).reason == reason)
				return;
		usleep(10000);
	}
	fail_msg("none has the reason %s", reason_info(reason)->key);
}

static unsigned attempts_of(const struct id *ids, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += now_is(&ids[i]).attempts;
	return sum;
}

static size_t mails(void)
{
	struct spool_stats s;
	struct err e = ERR_INIT;

	assert_ok(spool_stats_get(W->spool.s, &s, &e), e);
	return s.messages[SPOOL_MAIL];
}

#define DEAD 5
#define EACH 4

static void peers_that_never_answer_keep_no_worker_from_those_that_do(void **state)
{
	struct id waiting[DEAD * EACH], good[3];
	struct silent s[DEAD];
	char recipient[20];

	(void)state;
	W->conf.workers = 2;
	W->conf.patient = DEAD + 1;	/* the good one is not known to be good either */
	W->conf.contact_timeout = W->conf.attempt_timeout = WAIT_MS;	/* longer than the test waits: nothing times out */
	for (int i = 0; i < DEAD; i++) {
		s[i] = be_silent();
		snprintf(recipient, sizeof(recipient), "ags:silent-%d", i);
		h_mail_entry(recipient, s[i].uri);
		for (int k = 0; k < EACH; k++)
			waiting[i * EACH + k] = submit(recipient);
	}
	for (int i = 0; i < 3; i++)
		good[i] = submit("ags:1");
	start();
	for (int i = 0; i < 3; i++)
		until_state(&good[i], DLV_DONE);
	for (int i = 0; i < DEAD; i++)
		close(s[i].fd);		/* resets what waits in its queue */
	stop();
	assert_in_range(attempts_of(waiting, DEAD * EACH), 1, 2 * DEAD);
	assert_int_equal(attempts_of(good, 3), 3);
}

#define MANY 40

static void many_messages_for_a_dead_peer_cost_one_attempt_at_a_time_and_go_out_at_once_when_it_is_back(void **state)
{
	struct spool_rest *rests;
	struct id ids[MANY];
	struct err e = ERR_INIT;
	unsigned before;
	size_t n;

	(void)state;
	W->conf.workers = 4;
	W->conf.window = 2;
	W->conf.probe_most = W->conf.retry_first = 1000;
	W->conf.retry_most = 3600000;	/* nobody can wait for that */
	h_mail_deaf();
	for (int i = 0; i < MANY; i++)
		ids[i] = submit(i % 2 == 0 ? "ags:1" : "ags:2");
	start();
	until_any(ids, MANY, RSN_NET_UNREACHABLE);
	for (int i = 0; i < 300 && attempts_of(ids, MANY) < 3; i++)
		usleep(10000);
	before = attempts_of(ids, MANY);
	assert_in_range(before, 1, 8);
	assert_ok(spool_rest_list(W->spool.s, W->spool.a, &rests, &n, &e), e);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++)
		assert_non_null(strstr(W->uri, rests[i].peer));
	h_mail_listen();
	for (int i = 0; i < MANY; i++)
		until_state(&ids[i], DLV_DONE);
	stop();
	assert_int_equal(mails(), MANY);
	assert_in_range(attempts_of(ids, MANY), MANY, MANY + 8);
	assert_ok(spool_rest_list(W->spool.s, W->spool.a, &rests, &n, &e), e);
	assert_int_equal(n, 0);
}

static void what_was_not_begun_elsewhere_goes_to_the_new_peer(void **state)
{
	struct spool_delivery d;
	struct id id;

	(void)state;
	h_mail_entry("ags:1", "http://127.0.0.1:9/osci");
	id = submit("ags:1");
	start();
	until_reason(&id, RSN_NET_UNREACHABLE);
	h_mail_entry("ags:1", W->uri);
	until_state(&id, DLV_DONE);
	stop();
	d = now_is(&id);
	assert_string_equal(d.peer, W->uri);
	assert_int_equal(mails(), 1);
}

static void what_is_late_for_its_sender_is_not_sent(void **state)
{
	struct id first = submit("ags:1"), second;
	struct spool_delivery d = now_is(&first),
			      late = {.follows = first, .recipient = d.recipient, .deadline = clock_now()};
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(spool_delivery_add(W->spool.s, &d.message, &late, NULL, NULL, &e), e);
	second = late.id;
	start();
	until_state(&first, DLV_DONE);
	until_state(&second, DLV_FAILED);
	stop();
	d = now_is(&second);
	assert_int_equal(d.reason, RSN_LOC_DEADLINE);
	assert_null(d.peer_id);
}

static void a_new_path_loses_no_id(void **state)
{
	char other[80];
	const char *first;
	struct id id;

	(void)state;
	snprintf(other, sizeof(other), "http://%s/elsewhere", W->address);
	h_mail_entry("ags:1", W->uri);
	atomic_store(&W->spoil, H_MAIL_REFUSE_STORE);
	id = submit("ags:1");
	start();
	until_reason(&id, RSN_NET_UNREACHABLE);
	first = now_is(&id).peer_id;
	assert_non_null(first);
	h_mail_entry("ags:1", other);
	until_reason(&id, RSN_NET_BAD_ANSWER);	/* 404 */
	assert_string_equal(now_is(&id).peer_id, first);
	atomic_store(&W->spoil, H_MAIL_GOOD);
	h_mail_entry("ags:1", W->uri);
	until_state(&id, DLV_DONE);
	stop();
	assert_string_equal(now_is(&id).peer_id, first);
	assert_null(now_is(&id).old_peer);
	assert_int_equal(mails(), 1);
}

static void what_was_refused_elsewhere_goes_to_the_new_peer_under_a_new_id(void **state)
{
	struct h_mail_other other;
	struct spool_delivery d;
	struct id id;

	(void)state;
	h_mail_open_other(&other);
	atomic_store(&W->spoil, H_MAIL_REFUSE_STORE);
	id = submit("ags:1");
	start();
	until_reason(&id, RSN_NET_UNREACHABLE);
	d = now_is(&id);
	assert_non_null(d.peer_id);
	assert_false(d.ambiguous);
	h_mail_entry("ags:1", other.uri);
	until_state(&id, DLV_DONE);
	stop();
	assert_string_equal(now_is(&id).peer, other.uri);
	assert_string_equal(now_is(&id).old_peer, W->uri);
	assert_string_equal(now_is(&id).old_peer_id, d.peer_id);
	assert_string_not_equal(now_is(&id).peer_id, d.peer_id);
	assert_int_equal(mails(), 1);
	h_mail_close_other(&other);
}

static void what_arrived_elsewhere_without_our_knowing_is_not_sent_again(void **state)
{
	struct h_mail_other other;
	struct id id;

	(void)state;
	h_mail_open_other(&other);
	W->conf.retry_first = W->conf.retry_most = 300;
	atomic_store(&W->spoil, H_MAIL_LOSE_ANSWER);
	id = submit("ags:1");
	start();
	until_reason(&id, RSN_NET_ANSWER_LOST);
	assert_int_equal(mails(), 1);
	h_mail_entry("ags:1", other.uri);
	until_reason(&id, RSN_OSCI_MOVED);	/* the old one still does not answer */
	assert_non_null(strstr(now_is(&id).detail, other.uri));
	assert_non_null(strstr(now_is(&id).detail, W->uri));
	assert_int_equal(atomic_load(&other.orders), 0);
	atomic_store(&W->spoil, H_MAIL_GOOD);
	until_state(&id, DLV_DONE);
	stop();
	assert_string_equal(now_is(&id).peer, W->uri);
	assert_string_equal(now_is(&id).old_peer, other.uri);
	assert_int_equal(mails(), 1);
	h_mail_close_other(&other);
}

static void what_did_not_arrive_elsewhere_is_sent_to_the_new_peer_once_that_is_known(void **state)
{
	struct h_mail_other other;
	struct id id;

	(void)state;
	h_mail_open_other(&other);
	W->conf.retry_first = W->conf.retry_most = 300;
	atomic_store(&W->spoil, H_MAIL_CUT_STORE);	/* whole request taken, nothing stored, connection cut */
	id = submit("ags:1");
	start();
	until_reason(&id, RSN_NET_ANSWER_LOST);
	assert_int_equal(mails(), 0);
	h_mail_entry("ags:1", other.uri);
	until_state(&id, DLV_DONE);
	stop();
	assert_string_equal(now_is(&id).peer, other.uri);
	assert_int_equal(mails(), 1);
	h_mail_close_other(&other);
}

static void what_the_peer_warned_of_stays_to_be_seen(void **state)
{
	struct id id;

	(void)state;
	h_mail_unsure();
	id = submit("ags:1");
	start();
	until_state(&id, DLV_DONE);
	stop();
	assert_non_null(now_is(&id).detail);
	assert_memory_equal(now_is(&id).detail, DELIVERY_WARNED, strlen(DELIVERY_WARNED));
	assert_non_null(strstr(now_is(&id).detail, "; 3707 "));
	assert_int_equal(now_is(&id).reason, RSN_NONE);
	assert_int_equal(mails(), 1);
}

/* A fault that nobody has signed may be anybody's: it neither holds a delivery nor makes a second one. */
static void a_forged_fault_neither_stops_nor_doubles_anything(void **state)
{
	struct id id, again;

	(void)state;
	W->conf.retry_first = W->conf.retry_most = 50;
	atomic_store(&W->spoil, H_MAIL_FORGE);
	id = submit("ags:1");
	start();
	until_state(&id, DLV_DONE);	/* by its process card */
	assert_int_equal(mails(), 1);
	assert_in_range(now_is(&id).attempts, 1, 2);
	atomic_store(&W->spoil, H_MAIL_FORGE_ALONE);
	again = submit("ags:1");
	for (int i = 0; i < 400 && now_is(&again).attempts < 3; i++)
		usleep(10000);
	assert_in_range(now_is(&again).attempts, 3, 1000);
	assert_int_not_equal(now_is(&again).state, DLV_HELD);
	assert_int_equal(mails(), 1);
	atomic_store(&W->spoil, H_MAIL_GOOD);
	until_state(&again, DLV_DONE);
	stop();
	assert_int_equal(mails(), 2);
}

static void an_author_whose_certificate_has_ended_is_our_own_fault(void **state)
{
	struct pki_keyring *kr = h_mail_expired();
	struct id id;

	(void)state;
	W->sender.author = pki_keyring_at(kr, 0);
	id = submit("ags:1");
	start();
	until_reason(&id, RSN_LOC_KEY_MISSING);
	stop();
	assert_non_null(strstr(now_is(&id).detail, "delivery.author_key"));
	assert_int_equal(mails(), 0);
	pki_keyring_free(kr);
}

static void a_stop_is_bounded_and_its_reason_is_ours(void **state)
{
	struct silent s = be_silent();
	int64_t start_ms;
	struct id id;

	(void)state;
	W->conf.contact_timeout = W->conf.attempt_timeout = 600000;
	h_mail_entry("ags:1", s.uri);
	id = submit("ags:1");
	start();
	until_state(&id, DLV_ACTIVE);
	usleep(200000);
	start_ms = clock_mono();
	delivery_quiet(running);
	stop();
	assert_in_range(clock_mono() - start_ms, 0, 60000);
	assert_string_equal(reason_info(now_is(&id).reason)->key, reason_info(RSN_LOC_STOPPED)->key);
	assert_int_equal(now_is(&id).state, DLV_WAITING);
	close(s.fd);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, h_mail_fresh, stale)
	const struct CMUnitTest tests[] = {
		T(peers_that_never_answer_keep_no_worker_from_those_that_do),
		T(many_messages_for_a_dead_peer_cost_one_attempt_at_a_time_and_go_out_at_once_when_it_is_back),
		T(what_was_not_begun_elsewhere_goes_to_the_new_peer),
		T(what_is_late_for_its_sender_is_not_sent),
		T(a_new_path_loses_no_id),
		T(what_was_refused_elsewhere_goes_to_the_new_peer_under_a_new_id),
		T(what_arrived_elsewhere_without_our_knowing_is_not_sent_again),
		T(what_did_not_arrive_elsewhere_is_sent_to_the_new_peer_once_that_is_known),
		T(what_the_peer_warned_of_stays_to_be_seen),
		T(a_forged_fault_neither_stops_nor_doubles_anything),
		T(an_author_whose_certificate_has_ended_is_our_own_fault),
		T(a_stop_is_bounded_and_its_reason_is_ours),
	};
	return cmocka_run_group_tests_name("gateway/deliver", tests, h_mail_up, h_mail_down);
}
