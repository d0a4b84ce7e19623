/* SPDX-License-Identifier: EUPL-1.2 */
#include "cm.h"

#include "osci/control.h"

/* r c v s: Response, Challenge, ConversationId, SequenceNumber are there. */
static const struct {
	enum osci_type type;
	const char *items, *want;
} cases[] = {
	{ OSCI_GET_MESSAGE_ID, "cs", NULL },
	{ OSCI_GET_MESSAGE_ID, "rcs", NULL },
	{ OSCI_GET_MESSAGE_ID, "rcvs", NULL },
	{ OSCI_GET_MESSAGE_ID, "s", "9400" },
	{ OSCI_GET_MESSAGE_ID, "c", "9400" },
	{ OSCI_STORE_DELIVERY, "cs", NULL },
	{ OSCI_STORE_DELIVERY, "rcvs", NULL },
	{ OSCI_STORE_DELIVERY, "", "9400" },
	{ OSCI_INIT_DIALOG, "c", NULL },
	{ OSCI_INIT_DIALOG, "cs", "9400" },
	{ OSCI_INIT_DIALOG, "cv", "9400" },
	{ OSCI_INIT_DIALOG, "rc", "9400" },
	{ OSCI_INIT_DIALOG, "", "9400" },
	{ OSCI_EXIT_DIALOG, "rcvs", NULL },
	{ OSCI_EXIT_DIALOG, "rcs", "9802" },
	{ OSCI_EXIT_DIALOG, "cvs", "9400" },
	{ OSCI_FETCH_DELIVERY, "rcvs", NULL },
	{ OSCI_FETCH_DELIVERY, "cs", "9802" },
	{ OSCI_FETCH_DELIVERY, "rcv", "9400" },
	{ OSCI_FETCH_PROCESS_CARD, "rcvs", NULL },
	{ OSCI_FETCH_PROCESS_CARD, "", "9802" },
	{ OSCI_RESPONSE_TO_INIT_DIALOG, "rcv", NULL },
	{ OSCI_RESPONSE_TO_INIT_DIALOG, "rcvs", "9400" },
	{ OSCI_RESPONSE_TO_EXIT_DIALOG, "rvs", NULL },
	{ OSCI_RESPONSE_TO_EXIT_DIALOG, "rcvs", "9400" },
	{ OSCI_RESPONSE_TO_GET_MESSAGE_ID, "rvs", NULL },
	{ OSCI_RESPONSE_TO_GET_MESSAGE_ID, "rcs", "9400" },
	{ OSCI_RESPONSE_TO_STORE_DELIVERY, "rcvs", NULL },
	{ OSCI_RESPONSE_TO_STORE_DELIVERY, "cvs", "9400" },
	{ OSCI_RESPONSE_TO_FETCH_DELIVERY, "rcvs", NULL },
	{ OSCI_RESPONSE_TO_FETCH_DELIVERY, "rvs", "9400" },
	{ OSCI_RESPONSE_TO_FETCH_PROCESS_CARD, "rcvs", NULL },
	{ OSCI_FAULT, "", NULL },
};

static void each_message_has_the_items_of_its_schema(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *it = cases[i].items;
		struct osci_control c = { strchr(it, 'r') != NULL ? "r" : NULL, strchr(it, 'c') != NULL ? "c" : NULL,
					  strchr(it, 'v') != NULL ? "1" : NULL, strchr(it, 's') != NULL ? 0 : -1 };
		const char *got = osci_control_check(cases[i].type, &c);

		if ((got == NULL) != (cases[i].want == NULL) || (got != NULL && strcmp(got, cases[i].want) != 0))
			fail_msg("%s with \"%s\": %s", osci_type_element(cases[i].type), it, got != NULL ? got : "ok");
	}
}

static void fetching_and_leaving_need_an_explicit_dialog(void **state)
{
	(void)state;
	for (int t = 0; t < OSCI_TYPE_COUNT; t++)
		assert_int_equal(osci_control_needs_dialog((enum osci_type)t),
				 t == OSCI_EXIT_DIALOG || t == OSCI_FETCH_DELIVERY || t == OSCI_FETCH_PROCESS_CARD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_message_has_the_items_of_its_schema),
		cmocka_unit_test(fetching_and_leaving_need_an_explicit_dialog),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
