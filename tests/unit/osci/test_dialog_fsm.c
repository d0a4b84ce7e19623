/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of osci/dialog_fsm. */
#include "cm.h"

#include "osci/dialog_fsm.h"

static const struct {
	enum osci_dialog_state from;
	enum osci_dialog_event ev;
	int want;
} allowed[] = {
	{ OSCI_DLG_OPENING, OSCI_DLG_EV_ANSWERED, OSCI_DLG_UNPROVEN },
	{ OSCI_DLG_OPENING, OSCI_DLG_EV_FAILED, OSCI_DLG_CLOSED },
	{ OSCI_DLG_UNPROVEN, OSCI_DLG_EV_ORDER, OSCI_DLG_BUSY },
	{ OSCI_DLG_UNPROVEN, OSCI_DLG_EV_IDLE, OSCI_DLG_CLOSED },
	{ OSCI_DLG_UNPROVEN, OSCI_DLG_EV_CROWDED, OSCI_DLG_CLOSED },
	{ OSCI_DLG_BUSY, OSCI_DLG_EV_ANSWERED, OSCI_DLG_OPEN },
	{ OSCI_DLG_BUSY, OSCI_DLG_EV_FAILED, OSCI_DLG_OPEN },
	{ OSCI_DLG_BUSY, OSCI_DLG_EV_EXIT, OSCI_DLG_CLOSED },
	{ OSCI_DLG_OPEN, OSCI_DLG_EV_ORDER, OSCI_DLG_BUSY },
	{ OSCI_DLG_OPEN, OSCI_DLG_EV_IDLE, OSCI_DLG_CLOSED },
};

static int wanted(int from, int ev)
{
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if ((int)allowed[i].from == from && (int)allowed[i].ev == ev)
			return allowed[i].want;
	return -1;
}

static void every_step_is_the_listed_one_or_not_allowed(void **state)
{
	(void)state;
	for (int s = 0; s < OSCI_DLG_STATES; s++)
		for (int ev = 0; ev < OSCI_DLG_EVENTS; ev++)
			assert_int_equal(osci_dialog_next((enum osci_dialog_state)s, (enum osci_dialog_event)ev),
					 wanted(s, ev));
}

static void nothing_leads_out_of_closed(void **state)
{
	(void)state;
	for (int ev = 0; ev < OSCI_DLG_EVENTS; ev++)
		assert_int_equal(osci_dialog_next(OSCI_DLG_CLOSED, (enum osci_dialog_event)ev), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_step_is_the_listed_one_or_not_allowed),
		cmocka_unit_test(nothing_leads_out_of_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
