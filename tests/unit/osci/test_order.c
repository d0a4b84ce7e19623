/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of osci/order. */
#include "cm.h"

#include "osci/order.h"
#include "osci/write.h"

/* r c v s: Response, Challenge, ConversationId, SequenceNumber are there. */
static const struct {
	enum osci_type type;
	const char *items;
	enum osci_code want;
} cases[] = {
	{ OSCI_GET_MESSAGE_ID, "cs", OSCI_NO_CODE },
	{ OSCI_GET_MESSAGE_ID, "rcs", OSCI_NO_CODE },
	{ OSCI_GET_MESSAGE_ID, "rcvs", OSCI_NO_CODE },
	{ OSCI_GET_MESSAGE_ID, "s", OSCI_9400 },
	{ OSCI_GET_MESSAGE_ID, "c", OSCI_9400 },
	{ OSCI_STORE_DELIVERY, "cs", OSCI_NO_CODE },
	{ OSCI_STORE_DELIVERY, "rcvs", OSCI_NO_CODE },
	{ OSCI_STORE_DELIVERY, "", OSCI_9400 },
	{ OSCI_INIT_DIALOG, "c", OSCI_NO_CODE },
	{ OSCI_INIT_DIALOG, "cs", OSCI_9400 },
	{ OSCI_INIT_DIALOG, "cv", OSCI_9400 },
	{ OSCI_INIT_DIALOG, "rc", OSCI_9400 },
	{ OSCI_INIT_DIALOG, "", OSCI_9400 },
	{ OSCI_EXIT_DIALOG, "rcvs", OSCI_NO_CODE },
	{ OSCI_EXIT_DIALOG, "rcs", OSCI_9802 },
	{ OSCI_EXIT_DIALOG, "cvs", OSCI_9400 },
	{ OSCI_FETCH_DELIVERY, "rcvs", OSCI_NO_CODE },
	{ OSCI_FETCH_DELIVERY, "cs", OSCI_9802 },
	{ OSCI_FETCH_DELIVERY, "rcv", OSCI_9400 },
	{ OSCI_FETCH_PROCESS_CARD, "rcvs", OSCI_NO_CODE },
	{ OSCI_FETCH_PROCESS_CARD, "", OSCI_9802 },
	{ OSCI_RESPONSE_TO_INIT_DIALOG, "rcv", OSCI_NO_CODE },
	{ OSCI_RESPONSE_TO_INIT_DIALOG, "rcvs", OSCI_9400 },
	{ OSCI_RESPONSE_TO_EXIT_DIALOG, "rvs", OSCI_NO_CODE },
	{ OSCI_RESPONSE_TO_EXIT_DIALOG, "rcvs", OSCI_9400 },
	{ OSCI_RESPONSE_TO_GET_MESSAGE_ID, "rvs", OSCI_NO_CODE },
	{ OSCI_RESPONSE_TO_GET_MESSAGE_ID, "rcs", OSCI_9400 },
	{ OSCI_RESPONSE_TO_STORE_DELIVERY, "rcvs", OSCI_NO_CODE },
	{ OSCI_RESPONSE_TO_STORE_DELIVERY, "cvs", OSCI_9400 },
	{ OSCI_RESPONSE_TO_FETCH_DELIVERY, "rcvs", OSCI_NO_CODE },
	{ OSCI_RESPONSE_TO_FETCH_DELIVERY, "rvs", OSCI_9400 },
	{ OSCI_RESPONSE_TO_FETCH_PROCESS_CARD, "rcvs", OSCI_NO_CODE },
	{ OSCI_FORWARD_DELIVERY, "cs", OSCI_NO_CODE },
	{ OSCI_FORWARD_DELIVERY, "rcs", OSCI_NO_CODE },
	{ OSCI_FORWARD_DELIVERY, "rcvs", OSCI_NO_CODE },
	{ OSCI_FORWARD_DELIVERY, "s", OSCI_9400 },
	{ OSCI_MEDIATE_DELIVERY, "rcvs", OSCI_NO_CODE },
	{ OSCI_MEDIATE_DELIVERY, "cs", OSCI_9802 },
	{ OSCI_MEDIATE_DELIVERY, "cvs", OSCI_9400 },
	{ OSCI_ACCEPT_DELIVERY, "c", OSCI_NO_CODE },
	{ OSCI_ACCEPT_DELIVERY, "cs", OSCI_9400 },
	{ OSCI_PROCESS_DELIVERY, "c", OSCI_NO_CODE },
	{ OSCI_PROCESS_DELIVERY, "rc", OSCI_9400 },
	{ OSCI_RESPONSE_TO_ACCEPT_DELIVERY, "r", OSCI_NO_CODE },
	{ OSCI_RESPONSE_TO_ACCEPT_DELIVERY, "rc", OSCI_9400 },
	{ OSCI_RESPONSE_TO_PROCESS_DELIVERY, "r", OSCI_NO_CODE },
	{ OSCI_RESPONSE_TO_PROCESS_DELIVERY, "", OSCI_9400 },
	{ OSCI_RESPONSE_TO_FORWARD_DELIVERY, "rs", OSCI_NO_CODE },
	{ OSCI_RESPONSE_TO_FORWARD_DELIVERY, "rcvs", OSCI_NO_CODE },
	{ OSCI_RESPONSE_TO_FORWARD_DELIVERY, "r", OSCI_9400 },
	{ OSCI_RESPONSE_TO_MEDIATE_DELIVERY, "rcvs", OSCI_NO_CODE },
	{ OSCI_RESPONSE_TO_MEDIATE_DELIVERY, "rvs", OSCI_9400 },
	{ OSCI_FAULT, "", OSCI_NO_CODE },
};

static void each_message_has_the_items_of_its_schema(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *it = cases[i].items;
		struct osci_control_block c = { strchr(it, 'r') != NULL ? "r" : NULL, strchr(it, 'c') != NULL ? "c" : NULL,
					  strchr(it, 'v') != NULL ? "1" : NULL, strchr(it, 's') != NULL ? 0 : -1 };
		enum osci_code got = osci_order_check(osci_order_of(cases[i].type), &c);

		if (got != cases[i].want)
			fail_msg("%s with \"%s\": %s", osci_order_of(cases[i].type)->element, it,
				 osci_feedback(got)->digits);
	}
}

static void a_number_below_zero_fits_no_control_block(void **state)
{
	struct osci_control_block c = { "r", "c", "1", OSCI_BAD_SEQUENCE };

	(void)state;
	for (unsigned i = 0; osci_order_at(i) != NULL; i++)
		assert_int_equal(osci_order_check(osci_order_at(i), &c), OSCI_9400);
}

static void fetching_and_leaving_need_an_explicit_dialog(void **state)
{
	(void)state;
	for (int t = 0; t < OSCI_TYPE_COUNT; t++)
		assert_int_equal(osci_order_of((enum osci_type)t)->needs_dialog,
				 t == OSCI_EXIT_DIALOG || t == OSCI_FETCH_DELIVERY ||
					 t == OSCI_FETCH_PROCESS_CARD || t == OSCI_MEDIATE_DELIVERY);
}

static void every_type_has_one_row_and_is_answered_by_an_answer(void **state)
{
	unsigned seen[OSCI_TYPE_COUNT] = { 0 };

	(void)state;
	for (unsigned i = 0; osci_order_at(i) != NULL; i++) {
		const struct osci_order *o = osci_order_at(i);

		seen[o->type]++;
		assert_ptr_equal(osci_order_of(o->type), o);
		if (o->run != NULL)
			assert_true(o->read != NULL && osci_order_of(o->answer)->is_answer &&
				    osci_order_of(o->answer)->write != NULL);
		if (o->is_answer)
			assert_int_equal(o->answer, o->type);
	}
	for (unsigned t = 0; t < OSCI_TYPE_COUNT; t++)
		assert_int_equal(seen[t], 1);
}

static void a_type_without_a_row_may_do_nothing_and_crashes_nobody(void **state)
{
	const struct osci_order *o = osci_order_of((enum osci_type)(OSCI_TYPE_COUNT + 5));
	struct osci_message m = { .type = (enum osci_type)(OSCI_TYPE_COUNT + 5) };
	struct osci_write_options wo = { .sign = NULL };
	struct sink *to = sink_to_null();
	struct err e = ERR_INIT;

	(void)state;
	assert_non_null(o);
	assert_null(o->read);
	assert_null(o->write);
	assert_null(o->run);
	assert_int_equal(o->content, OSCI_NEVER);
	assert_int_equal(osci_write(&wo, &m, to, &e), ERR_UNSUPPORTED);
	m.type = OSCI_PARTIAL_STORE_DELIVERY; /* known by name, and no more */
	assert_int_equal(osci_write(&wo, &m, to, &e), ERR_UNSUPPORTED);
	sink_close(to);
}

static void every_type_is_found_by_its_schema_and_only_by_that(void **state)
{
	enum osci_type t;

	(void)state;
	for (unsigned i = 0; i < OSCI_FAULT; i++) {
		assert_true(osci_order_from_schema(span_of(osci_order_of((enum osci_type)i)->schema), &t));
		assert_int_equal(t, i);
	}
	assert_false(osci_order_from_schema(SPAN_LIT("Fault"), &t));
	assert_false(osci_order_from_schema(SPAN_LIT("storeDelivery"), &t));
	assert_false(osci_order_from_schema(SPAN_LIT("StoreDeliveryX"), &t));
	assert_false(osci_order_from_schema(SPAN_EMPTY, &t));
}

static void an_answer_is_named_after_its_order(void **state)
{
	(void)state;
	for (unsigned i = 0; i < OSCI_FAULT; i++) {
		enum osci_type t = (enum osci_type)i;
		bool named = strncmp(osci_order_of(t)->schema, "ResponseTo", 10) == 0;

		assert_int_equal(osci_order_of(t)->is_answer, named);
		assert_string_equal(osci_order_of(t)->schema + 1, osci_order_of(t)->element + 1);
	}
	assert_true(osci_order_of(OSCI_FAULT)->is_answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_message_has_the_items_of_its_schema),
		cmocka_unit_test(fetching_and_leaving_need_an_explicit_dialog),
		cmocka_unit_test(a_number_below_zero_fits_no_control_block),
		cmocka_unit_test(every_type_has_one_row_and_is_answered_by_an_answer),
		cmocka_unit_test(a_type_without_a_row_may_do_nothing_and_crashes_nobody),
		cmocka_unit_test(every_type_is_found_by_its_schema_and_only_by_that),
		cmocka_unit_test(an_answer_is_named_after_its_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
