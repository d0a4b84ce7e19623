/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of spool/change. */
#include "cm.h"

#include "base/mem.h"
#include "spool/change.h"

static const struct spool_retention settings = { .undecided = 100 };
static const struct spool_event at_7 = { .at = 7 };

static struct spool_delivery record(enum delivery_state state)
{
	return (struct spool_delivery){ .state = state, .recipient = "ags:1", .due = 3, .attempts = 2, .reason = RSN_NET_TIMEOUT,
					.since = 2, .code = "old", .detail = "before", .entered = 1, .token = 4 };
}

/* What a step changes, and the instant of the record at which it is counted from. */
static void a_step_writes_what_it_says(void **state)
{
	static const struct spool_delivery wish = { .due = 50, .reason = RSN_OSCI_REFUSED, .code = "9000", .detail = "new",
						    .peer = "http://a/", .peer_id = "p", .hold_reason = "h", .ambiguous = true };
	static const struct {
		enum delivery_state from;
		enum delivery_event event;
		enum delivery_state to;
		int64_t due;
		uint32_t attempts;
		enum reason reason;
		int64_t since;
		const char *code, *peer, *hold_reason;
		int64_t stored;
	} rows[] = {
		{ DLV_ACTIVE, DLV_EV_ACCEPTED, DLV_DONE, 50, 2, RSN_OSCI_REFUSED, 7, "9000", "http://a/", NULL, 7 },
		{ DLV_ACTIVE, DLV_EV_DEFERRED, DLV_WAITING, 50, 2, RSN_OSCI_REFUSED, 7, "9000", "http://a/", NULL, 0 },
		{ DLV_ACTIVE, DLV_EV_REFUSED, DLV_FAILED, 109, 2, RSN_OSCI_REFUSED, 7, "9000", "http://a/", NULL, 0 },
		{ DLV_ACTIVE, DLV_EV_PARKED, DLV_HELD, 109, 2, RSN_OSCI_REFUSED, 7, "9000", "http://a/", NULL, 0 },
		{ DLV_ACTIVE, DLV_EV_YIELDED, DLV_QUEUED, 50, 1, RSN_NET_TIMEOUT, 2, "old", "http://a/", NULL, 0 },
		{ DLV_QUEUED, DLV_EV_HOLD, DLV_HELD, 109, 2, RSN_NET_TIMEOUT, 2, "old", NULL, "h", 0 },
		{ DLV_HELD, DLV_EV_RELEASE, DLV_QUEUED, 9, 2, RSN_NONE, 0, "old", NULL, NULL, 0 },
		{ DLV_FAILED, DLV_EV_RETRY, DLV_QUEUED, 9, 2, RSN_NONE, 0, "old", NULL, NULL, 0 },
		{ DLV_WAITING, DLV_EV_CANCEL, DLV_CANCELLED, 3, 2, RSN_NET_TIMEOUT, 2, "old", NULL, NULL, 0 },
		{ DLV_FAILED, DLV_EV_GIVE_UP, DLV_GIVEN_UP, 3, 2, RSN_NET_TIMEOUT, 2, "old", NULL, NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct spool_delivery d = record(rows[i].from);
		struct err e = ERR_INIT;

		assert_ok(spool_change_step(&d, &(struct spool_step){ rows[i].event, &wish, &at_7, 9 }, &settings, &e), e);
		assert_int_equal(d.state, rows[i].to);
		assert_int_equal(d.due, rows[i].due);
		assert_int_equal(d.attempts, rows[i].attempts);
		assert_int_equal(d.reason, rows[i].reason);
		assert_int_equal(d.since, rows[i].since);
		assert_string_equal(d.code, rows[i].code);
		assert_true(d.peer == NULL ? rows[i].peer == NULL : strcmp(d.peer, rows[i].peer) == 0);
		assert_true(d.hold_reason == NULL ? rows[i].hold_reason == NULL : strcmp(d.hold_reason, rows[i].hold_reason) == 0);
		assert_int_equal(d.stored, rows[i].stored);
		assert_int_equal(d.entered, 9);
		assert_int_equal(d.token, 4);
	}
}

static void a_step_that_is_not_possible_changes_nothing(void **state)
{
	(void)state;
	for (int from = 0; from < DLV_STATES; from++) {
		for (int ev = 0; ev < DLV_EVENTS; ev++) {
			struct spool_delivery d = record((enum delivery_state)from), old = d;
			struct err e = ERR_INIT;

			if (delivery_next((enum delivery_state)from, (enum delivery_event)ev) >= 0)
				continue;
			assert_int_equal(spool_change_step(&d, &(struct spool_step){ (enum delivery_event)ev, &old, NULL, 9 },
							   &settings, &e), ERR_WRONG_STATE);
			assert_memory_equal(&d, &old, sizeof(d));
		}
	}
}

static void a_new_delivery_takes_from_the_message_what_it_is_not_told(void **state)
{
	static const struct spool_message m = { .id = { { 5 } }, .recipient = "ags:1", .service = "s" };
	struct spool_delivery d;

	(void)state;
	spool_change_new(&d, &(struct spool_delivery){ .channel = "c", .state = DLV_DONE, .token = 9, .deadline = 8 }, &m, 77);
	assert_int_equal(d.state, DLV_QUEUED);
	assert_int_equal(d.token, 0);
	assert_int_equal(d.due, 77);
	assert_int_equal(d.deadline, 8);
	assert_string_equal(d.recipient, "ags:1");
	assert_string_equal(d.service, "s");
	assert_int_equal(id_cmp(&d.message, &m.id), 0);
	assert_false(id_is_zero(&d.id));
	spool_change_new(&d, &(struct spool_delivery){ .recipient = "ags:2", .service = "t" }, &m, 77);
	assert_string_equal(d.recipient, "ags:2");
	assert_string_equal(d.service, "t");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step_writes_what_it_says),
		cmocka_unit_test(a_step_that_is_not_possible_changes_nothing),
		cmocka_unit_test(a_new_delivery_takes_from_the_message_what_it_is_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
