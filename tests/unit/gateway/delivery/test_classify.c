/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/delivery/classify. */
#include "delivery/classify.h"

#include "cm.h"

#define NOW 1000000

static const struct conf_delivery conf = {
	.retry_first = 1000, .retry_most = 60000, .retry_slow_first = 10000, .retry_slow_most = 600000,
};

/* An error without a reason gets the one its code stands for. */
static const struct {
	enum err_code code;
	enum reason given, want;
	enum delivery_event event;
} cases[] = {
	{ ERR_UNREACHABLE, RSN_NONE, RSN_NET_UNREACHABLE, DLV_EV_DEFERRED },
	{ ERR_TIMEOUT, RSN_NONE, RSN_NET_TIMEOUT, DLV_EV_DEFERRED },
	{ ERR_PEER, RSN_NONE, RSN_NET_BAD_ANSWER, DLV_EV_DEFERRED },
	{ ERR_PEER, RSN_NET_ANSWER_LOST, RSN_NET_ANSWER_LOST, DLV_EV_DEFERRED },
	{ ERR_REFUSED, RSN_NONE, RSN_OSCI_REFUSED, DLV_EV_PARKED },
	{ ERR_FULL, RSN_NONE, RSN_LOC_DISK_FULL, DLV_EV_DEFERRED },
	{ ERR_STOPPING, RSN_NONE, RSN_LOC_STOPPED, DLV_EV_DEFERRED },
	{ ERR_INTERNAL, RSN_NONE, RSN_INTERNAL, DLV_EV_DEFERRED },
	{ ERR_CRYPTO, RSN_LOC_DATA_BAD, RSN_LOC_DATA_BAD, DLV_EV_PARKED },
	{ ERR_TRUST, RSN_CERT_EXPIRED, RSN_CERT_EXPIRED, DLV_EV_DEFERRED },
	{ ERR_MISSING, RSN_DIR_NO_ENTRY, RSN_DIR_NO_ENTRY, DLV_EV_DEFERRED },
};

static void every_error_has_a_reason_and_a_next_step(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err e = { .code = cases[i].code, .reason = cases[i].given };
		struct delivery_outcome o = delivery_classify(&conf, &e, 1, NOW, 0);

		assert_int_equal(o.reason, cases[i].want);
		assert_int_equal(o.event, cases[i].event);
		assert_true(o.event != DLV_EV_DEFERRED || o.due > NOW);
	}
}

static const struct {
	enum reason reason;
	enum reason_blame blame;
} blames[] = {
	{ RSN_NET_TIMEOUT, BLAME_PEER },	 { RSN_NET_TOO_LARGE, BLAME_MESSAGE }, { RSN_DIR_NO_ENTRY, BLAME_RECIPIENT },
	{ RSN_DIR_UNREACHABLE, BLAME_DIRECTORY }, { RSN_CERT_REVOKED, BLAME_RECIPIENT }, { RSN_OSCI_REFUSED, BLAME_MESSAGE },
	{ RSN_OSCI_FAULT, BLAME_PEER },		 { RSN_LOC_DIRECTORY, BLAME_DIRECTORY }, { RSN_CERT_NO_STATUS, BLAME_RECIPIENT },
	{ RSN_LOC_DISK_FULL, BLAME_MESSAGE },	 { RSN_LOC_STOPPED, BLAME_MESSAGE },   { RSN_OSCI_UNSIGNED_ANSWER, BLAME_PEER },
};

static void only_who_failed_is_blamed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(blames) / sizeof(blames[0]); i++) {
		struct err e = { .code = ERR_PEER, .reason = blames[i].reason };

		assert_int_equal(delivery_classify(&conf, &e, 1, NOW, 0).blame, blames[i].blame);
	}
}

static void no_reason_makes_a_delivery_vanish(void **state)
{
	(void)state;
	for (int r = RSN_NONE; r < RSN_COUNT; r++) {
		struct err e = { .code = ERR_INTERNAL, .reason = (enum reason)r };
		struct delivery_outcome o = delivery_classify(&conf, &e, 3, NOW, 12345);

		assert_true(o.event == DLV_EV_DEFERRED || o.event == DLV_EV_PARKED || o.event == DLV_EV_REFUSED);
		assert_int_not_equal(o.reason, RSN_NONE);
	}
}

static void waiting_grows_with_the_attempts_up_to_the_limit_of_its_class(void **state)
{
	struct err soon = { .code = ERR_UNREACHABLE, .reason = RSN_NET_UNREACHABLE };
	struct err slow = { .code = ERR_TRUST, .reason = RSN_CERT_EXPIRED };

	(void)state;
	assert_in_range(delivery_classify(&conf, &soon, 1, NOW, 7).due - NOW, 750, 1250);
	assert_in_range(delivery_classify(&conf, &soon, 4, NOW, 7).due - NOW, 6000, 10000);
	assert_in_range(delivery_classify(&conf, &soon, 40, NOW, 7).due - NOW, 45000, 75000);
	assert_in_range(delivery_classify(&conf, &slow, 1, NOW, 7).due - NOW, 7500, 12500);
	assert_in_range(delivery_classify(&conf, &slow, 40, NOW, 7).due - NOW, 450000, 750000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_error_has_a_reason_and_a_next_step),
		cmocka_unit_test(only_who_failed_is_blamed),
		cmocka_unit_test(no_reason_makes_a_delivery_vanish),
		cmocka_unit_test(waiting_grows_with_the_attempts_up_to_the_limit_of_its_class),
	};
	return cmocka_run_group_tests_name("gateway/classify", tests, NULL, NULL);
}
