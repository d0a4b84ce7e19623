/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of spool/delivery_fsm. */
#include "cm.h"

#include "base/mem.h"
#include "spool/delivery_fsm.h"
#include "spool/types.h"

/* Rows: states, columns: events; the letter is the next state, '-' not allowed. Written out by hand from the picture in
 * the header, so that a change of the table has to be made twice. */
static const char letters[] = "QAWHDFCG";	/* queued active waiting held done failed cancelled given-up */
static const char *const expected[DLV_STATES] = {
	/* CLAIM ACCEPTED DEFERRED REFUSED PARKED YIELDED LEASE_LOST DUE GIVE_UP HOLD RELEASE RETRY CANCEL */
	[DLV_QUEUED] = "A--------H--C",
	[DLV_ACTIVE] = "-DWFHQQ------",
	[DLV_WAITING] = "-------Q-H-QC",
	[DLV_HELD] = "--------G-Q-C",
	[DLV_DONE] = "-------------",
	[DLV_FAILED] = "--------GH-QC",
	[DLV_CANCELLED] = "-------------",
	[DLV_GIVEN_UP] = "-------------",
};

static void every_state_answers_every_event_as_drawn(void **state)
{
	(void)state;
	for (unsigned s = 0; s < DLV_STATES; s++) {
		assert_int_equal(strlen(expected[s]), DLV_EVENTS);
		for (unsigned ev = 0; ev < DLV_EVENTS; ev++) {
			int next = delivery_next((enum delivery_state)s, (enum delivery_event)ev);
			char got = next < 0 ? '-' : letters[next];

			if (got != expected[s][ev])
				fail_msg("state %s, event %u: %c, not %c", delivery_state_name((enum delivery_state)s),
					 ev, got, expected[s][ev]);
		}
	}
}

static void what_is_not_over_may_become_done(void **state)
{
	bool reach[DLV_STATES] = { [DLV_DONE] = true };

	(void)state;
	for (unsigned round = 0; round < DLV_STATES; round++) {
		for (unsigned s = 0; s < DLV_STATES; s++) {
			for (unsigned ev = 0; ev < DLV_EVENTS; ev++) {
				int next = delivery_next((enum delivery_state)s, (enum delivery_event)ev);

				if (next >= 0 && reach[next])
					reach[s] = true;
			}
		}
	}
	for (unsigned s = 0; s < DLV_STATES; s++)
		assert_int_equal(reach[s], s != DLV_CANCELLED && s != DLV_GIVEN_UP);
	for (unsigned s = 0; s < DLV_STATES; s++)
		assert_int_equal(delivery_is_final((enum delivery_state)s), s == DLV_DONE || s == DLV_CANCELLED || s == DLV_GIVEN_UP);
}

static void names_are_read_back(void **state)
{
	enum delivery_state s;

	(void)state;
	for (unsigned i = 0; i < DLV_STATES; i++) {
		assert_true(delivery_state_parse(delivery_state_name((enum delivery_state)i), &s));
		assert_int_equal(s, i);
	}
	assert_false(delivery_state_parse("nonsense", &s));
	assert_false(delivery_state_parse("", &s));
	assert_string_equal(delivery_state_name(DLV_STATES), "unknown");
	for (unsigned i = 0; i < SPOOL_EV_KINDS; i++)
		assert_string_not_equal(spool_event_name((enum spool_event_kind)i), "unknown");
	assert_string_equal(spool_kind_name(SPOOL_MAIL), "mail");
	assert_string_equal(spool_kind_name((enum spool_kind)7), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_answers_every_event_as_drawn),
		cmocka_unit_test(what_is_not_over_may_become_done),
		cmocka_unit_test(names_are_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
