/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of osci/dialog. */
#include "cm.h"

#include <pthread.h>

#include "base/clock.h"
#include "osci/dialog.h"

#define IDLE 60000

/* Never freed: the count does not reach zero. */
static struct pki_cert alice = { .sha256 = { 1 }, .refs = 1 }, bob = { .sha256 = { 2 }, .refs = 1 };

static struct osci_dialogs *ds;

static int set_up(void **state)
{
	(void)state;
	alice.der = SPAN_LIT("alice");
	bob.der = SPAN_LIT("bob");
	ds = osci_dialogs_new(IDLE, 100);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	osci_dialogs_free(ds);
	assert_int_equal(alice.refs, 1);
	assert_int_equal(bob.refs, 1);
	return 0;
}

struct seen {		/* what the client has of the last answer */
	char conversation[OSCI_CONVERSATION_LEN], challenge[OSCI_CHALLENGE_LEN];
	int64_t next;
};

static void open_dialog(struct pki_cert *c, struct seen *s)
{
	struct err e = ERR_INIT;
	struct osci_dialog *d;

	assert_ok(osci_dialog_open(ds, c, NULL, &d, &e), e);
	memcpy(s->conversation, d->conversation, sizeof(s->conversation));
	memcpy(s->challenge, d->next_challenge, sizeof(s->challenge));
	s->next = 0;
	osci_dialog_leave(ds, d, OSCI_DLG_EV_ANSWERED);
}

static int enter(const struct seen *s, struct osci_dialog **d)
{
	struct err e = ERR_INIT;
	struct osci_control_block c = { s->challenge, "c", s->conversation, s->next };
	int rc = osci_dialog_enter(ds, &c, d, &e);

	if (rc != 0)
		assert_int_equal(rc, ERR_WRONG_STATE);
	return rc;
}

static void answer(struct osci_dialog *d, struct seen *s)
{
	memcpy(s->challenge, d->next_challenge, sizeof(s->challenge));
	s->next++;
	osci_dialog_leave(ds, d, OSCI_DLG_EV_ANSWERED);
}

static void orders_follow_each_other_from_sequence_zero(void **state)
{
	struct osci_dialog *d;
	struct seen s;
	char before[OSCI_CHALLENGE_LEN];

	(void)state;
	open_dialog(&alice, &s);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(enter(&s, &d), 0);
		assert_ptr_equal(d->cipher, &alice);
		assert_int_equal(d->sequence, i);
		memcpy(before, s.challenge, sizeof(before));
		answer(d, &s);
		assert_string_not_equal(before, s.challenge);
	}
	assert_int_equal(enter(&s, &d), 0);
	osci_dialog_leave(ds, d, OSCI_DLG_EV_EXIT);
	assert_int_equal(enter(&s, &d), ERR_WRONG_STATE);
	assert_int_equal(osci_dialogs_count(ds), 0);
}

static void whatever_is_wrong_is_refused_and_changes_nothing(void **state)
{
	struct osci_dialog *d;
	struct seen s, bad;

	(void)state;
	open_dialog(&alice, &s);
	bad = s;
	bad.next = 1;
	assert_int_equal(enter(&bad, &d), ERR_WRONG_STATE);
	bad = s;
	bad.challenge[0] ^= 1;
	assert_int_equal(enter(&bad, &d), ERR_WRONG_STATE);
	bad = s;
	bad.challenge[5] = '\0';
	assert_int_equal(enter(&bad, &d), ERR_WRONG_STATE);
	bad = s;
	memcpy(bad.conversation, "1", 2);
	assert_int_equal(enter(&bad, &d), ERR_WRONG_STATE);
	assert_int_equal(enter(&s, &d), 0);
	answer(d, &s);
}

static void an_old_challenge_is_worth_nothing(void **state)
{
	struct osci_dialog *d;
	struct seen s, old;

	(void)state;
	open_dialog(&alice, &s);
	old = s;
	assert_int_equal(enter(&s, &d), 0);
	answer(d, &s);
	assert_int_equal(enter(&old, &d), ERR_WRONG_STATE);
	old.next = s.next;
	assert_int_equal(enter(&old, &d), ERR_WRONG_STATE);
}

static void a_dialog_serves_one_order_at_a_time(void **state)
{
	struct osci_dialog *d, *second;
	struct seen s;

	(void)state;
	open_dialog(&alice, &s);
	assert_int_equal(enter(&s, &d), 0);
	assert_int_equal(enter(&s, &second), ERR_WRONG_STATE);
	answer(d, &s);
	assert_int_equal(enter(&s, &second), 0);
	answer(second, &s);
}

static void after_a_fault_the_same_step_may_be_tried_again(void **state)
{
	struct osci_dialog *d;
	struct seen s;

	(void)state;
	open_dialog(&alice, &s);
	assert_int_equal(enter(&s, &d), 0);
	osci_dialog_leave(ds, d, OSCI_DLG_EV_FAILED);
	assert_int_equal(enter(&s, &d), 0);
	answer(d, &s);
}

static void a_dialog_whose_opening_failed_does_not_exist(void **state)
{
	struct err e = ERR_INIT;
	struct osci_dialog *d;

	(void)state;
	assert_ok(osci_dialog_open(ds, &alice, &bob, &d, &e), e);
	osci_dialog_leave(ds, d, OSCI_DLG_EV_FAILED);
	assert_int_equal(osci_dialogs_count(ds), 0);
}

static void idle_dialogs_are_forgotten(void **state)
{
	struct osci_dialog *d;
	struct seen s, t;

	(void)state;
	open_dialog(&alice, &s);
	clock_shift(IDLE / 2);
	open_dialog(&bob, &t);
	clock_shift(IDLE / 2 + 1);
	assert_int_equal(enter(&s, &d), ERR_WRONG_STATE);
	assert_int_equal(osci_dialogs_count(ds), 1);
	assert_int_equal(enter(&t, &d), 0);
	answer(d, &t);
}

static void too_many_unproven_dialogs_of_one_certificate_push_out_the_oldest(void **state)
{
	struct osci_dialog *d;
	struct seen first, other, s;

	(void)state;
	open_dialog(&bob, &other);
	open_dialog(&alice, &first);
	for (int i = 0; i < 10; i++)
		open_dialog(&alice, &s);
	assert_int_equal(osci_dialogs_count(ds), 11);
	assert_int_equal(enter(&first, &d), ERR_WRONG_STATE);
	assert_int_equal(enter(&s, &d), 0);
	answer(d, &s);
	assert_int_equal(enter(&other, &d), 0);
	answer(d, &other);
}

static void proven_dialogs_are_not_pushed_out_by_anybody(void **state)
{
	struct err e = ERR_INIT;
	struct osci_dialog *d;
	struct seen all[10];

	(void)state;
	for (int i = 0; i < 10; i++) {
		open_dialog(&alice, &all[i]);
		assert_int_equal(enter(&all[i], &d), 0);
		answer(d, &all[i]);
	}
	assert_int_equal(osci_dialog_open(ds, &alice, NULL, &d, &e), ERR_BUSY);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(enter(&all[i], &d), 0);
		answer(d, &all[i]);
	}
	assert_ok(osci_dialog_open(ds, &bob, NULL, &d, &e), e);
	osci_dialog_leave(ds, d, OSCI_DLG_EV_FAILED);
}

static void conversations_are_numbers_nobody_can_guess(void **state)
{
	char a[OSCI_CONVERSATION_LEN], b[OSCI_CONVERSATION_LEN];

	(void)state;
	osci_conversation_new(a);
	osci_conversation_new(b);
	assert_string_not_equal(a, b);
	assert_int_equal(strspn(a, "0123456789"), strlen(a));
}

static void *race(void *arg)
{
	struct seen s;
	struct osci_dialog *d;

	(void)arg;
	for (int i = 0; i < 200; i++) {
		struct err e = ERR_INIT;
		struct osci_control_block c;

		if (osci_dialog_open(ds, i % 2 ? &alice : &bob, NULL, &d, &e) != 0)
			continue;
		memcpy(s.conversation, d->conversation, sizeof(s.conversation));
		memcpy(s.challenge, d->next_challenge, sizeof(s.challenge));
		osci_dialog_leave(ds, d, OSCI_DLG_EV_ANSWERED);
		c = (struct osci_control_block){ s.challenge, "c", s.conversation, 0 };
		if (osci_dialog_enter(ds, &c, &d, &e) == 0)
			osci_dialog_leave(ds, d, OSCI_DLG_EV_EXIT);
	}
	return NULL;
}

static void many_threads_may_use_the_dialogs(void **state)
{
	pthread_t t[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, race, NULL), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_join(t[i], NULL), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(orders_follow_each_other_from_sequence_zero),
		TEST(whatever_is_wrong_is_refused_and_changes_nothing),
		TEST(an_old_challenge_is_worth_nothing),
		TEST(a_dialog_serves_one_order_at_a_time),
		TEST(after_a_fault_the_same_step_may_be_tried_again),
		TEST(a_dialog_whose_opening_failed_does_not_exist),
		TEST(idle_dialogs_are_forgotten),
		TEST(too_many_unproven_dialogs_of_one_certificate_push_out_the_oldest),
		TEST(proven_dialogs_are_not_pushed_out_by_anybody),
		TEST(conversations_are_numbers_nobody_can_guess),
		TEST(many_threads_may_use_the_dialogs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
