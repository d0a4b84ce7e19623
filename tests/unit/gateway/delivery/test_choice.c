/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/delivery/choice. */
#include "delivery/choice.h"

#include "base/mem.h"
#include "cm.h"

#define IM "http://im.example/osci"
#define WAITS "https://town.example/osci"
#define OWN "http://other.example/in"

static struct conf_way list[] = {
	{ .recipient = "ags:store", .channel = "osci-store" },
	{ .recipient = "ags:forward", .channel = "osci-forward", .repeat = true },
	{ .recipient = "ags:own", .channel = "osci-forward", .address = OWN },
	{ .recipient = "ags:form", .service = "hzl", .channel = "osci-forward", .address = OWN },
	{ .recipient = "ags:form", .channel = "directory" },
	{ .recipient = "ags:unknown", .channel = "pigeon" },
};

/* wanted: of delivery.channel; at: address of the entry; now: the channel it has, "+" in front while an attempt may have gone
 * through; then what comes of it, NULL: the reason. */
static const struct {
	const char *wanted, *recipient, *service, *at, *now, *channel, *address;
	enum reason reason;
} table[] = {
	{ NULL, "ags:1", NULL, "", "osci-store", "osci-store", NULL, RSN_NONE },
	{ "osci-store", "ags:1", NULL, WAITS, "osci-store", "osci-store", NULL, RSN_NONE },
	{ "osci-store", "ags:forward", NULL, WAITS, "osci-store", "osci-forward", WAITS, RSN_NONE },
	{ "osci-store", "ags:forward", NULL, "", "osci-store", NULL, NULL, RSN_DIR_INCOMPLETE },
	{ "osci-store", "ags:forward", NULL, NULL, "osci-store", NULL, NULL, RSN_DIR_INCOMPLETE },
	{ "osci-store", "ags:own", "x", WAITS, "osci-store", "osci-forward", OWN, RSN_NONE },
	{ "osci-store", "ags:own", NULL, "", "osci-store", "osci-forward", OWN, RSN_NONE },
	{ "osci-forward", "ags:1", NULL, WAITS, "osci-store", "osci-forward", WAITS, RSN_NONE },
	{ "osci-forward", "ags:store", NULL, WAITS, "osci-forward", "osci-store", NULL, RSN_NONE },
	{ "directory", "ags:1", NULL, WAITS, "osci-store", "osci-forward", WAITS, RSN_NONE },
	{ "directory", "ags:1", NULL, "", "osci-forward", "osci-store", NULL, RSN_NONE },
	{ "osci-store", "ags:form", "hzl", "", "osci-store", "osci-forward", OWN, RSN_NONE },
	{ "osci-store", "ags:form", "wbs", WAITS, "osci-store", "osci-forward", WAITS, RSN_NONE },
	{ "osci-store", "ags:form", NULL, "", "osci-store", "osci-store", NULL, RSN_NONE },
	{ "osci-store", "ags:unknown", NULL, "", "osci-store", NULL, NULL, RSN_NONE },
	{ "pigeon", "ags:1", NULL, "", "osci-store", NULL, NULL, RSN_NONE },
	/* what may have gone through is asked for by the channel that it went by */
	{ "osci-store", "ags:1", NULL, WAITS, "+osci-forward", "osci-forward", WAITS, RSN_NONE },
	{ "osci-forward", "ags:1", NULL, WAITS, "+osci-store", "osci-store", NULL, RSN_NONE },
	{ "osci-store", "ags:1", NULL, "", "+pigeon", NULL, NULL, RSN_NONE },
};

static void configuration_comes_first_and_then_the_directory(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		char wanted[40];
		struct conf_delivery c = { .ways = { list, ARRAY_LEN(list) } };
		struct dir_route route = { .intermediary_uri = IM, .addressee_uri = table[i].at };
		bool open = table[i].now[0] == '+';
		struct spool_delivery d = { .recipient = table[i].recipient, .service = table[i].service,
					    .channel = table[i].now + open, .ambiguous = open };
		struct delivery_choice x;
		struct err e = ERR_INIT;
		int rc;

		snprintf(wanted, sizeof(wanted), "%s", table[i].wanted == NULL ? "" : table[i].wanted);
		c.channel = table[i].wanted == NULL ? NULL : wanted;
		print_message("%zu %s %s\n", i, d.recipient, wanted);
		rc = delivery_choose(&c, &d, &route, &x, &e);
		if (table[i].channel == NULL) {
			assert_int_not_equal(rc, 0);
			assert_int_equal(e.reason, table[i].reason);
			continue;
		}
		assert_ok(rc, e);
		assert_string_equal(x.channel->name, table[i].channel);
		assert_string_equal(x.peer, IM);
		assert_int_equal(x.repeat, strcmp(d.recipient, "ags:forward") == 0);
		if (table[i].address == NULL)
			assert_null(x.address);
		else
			assert_string_equal(x.address, table[i].address);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(configuration_comes_first_and_then_the_directory),
	};
	return cmocka_run_group_tests_name("delivery/choice", tests, NULL, NULL);
}
