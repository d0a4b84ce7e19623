/* SPDX-License-Identifier: EUPL-1.2 */
/* test_suspend - the commands that suspend recipients and peers, and what others say of it. */
#include "cm.h"

#include "base/clock.h"
#include "base/mem.h"
#include "h_control.h"

static void who_is_suspended_is_told_and_why(void **state)
{
	char id[ID_TEXT_LEN];
	json_t *rows;

	(void)state;
	h_ctl_submit("osci-1", "ags:05315000", id, NULL);
	h_ends_with(h_ask("{'command':'suspend.recipient','id':'ags:05315000','for':3600000,'reason':'weil'}"), "ok");
	rows = h_ask("{'command':'why','id':'%s'}", id);
	assert_string_equal(h_field(rows, 0, "reason"), "OP-SUSPENDED");
	assert_non_null(strstr(h_field(rows, 0, "detail"), "weil"));
	h_ends_with(rows, "ok");
	rows = h_ask("{'command':'suspend.list'}");
	assert_string_equal(h_field(rows, 0, "name"), "ags:05315000");
	assert_string_equal(h_field(rows, 0, "kind"), "recipient");
	h_ends_with(rows, "ok");
	h_ends_with(h_ask("{'command':'resume.recipient','id':'ags:05315000','reason':'weil'}"), "ok");
	rows = h_ask("{'command':'why','id':'%s'}", id);
	assert_string_equal(h_field(rows, 0, "reason"), "");
	h_ends_with(rows, "ok");
	h_ends_with(h_ask("{'command':'resume.recipient','id':'ags:05315000','reason':'weil'}"), "ERR_MISSING");
}

static void a_peer_is_known_by_its_address_without_the_path(void **state)
{
	json_t *rows;

	(void)state;
	h_ends_with(h_ask("{'command':'suspend.peer','id':'HTTPS://A.example:443/osci','for':1000,'reason':'weil'}"), "ok");
	rows = h_ask("{'command':'suspend.list'}");
	assert_string_equal(h_field(rows, 0, "name"), "https://a.example");
	h_ends_with(rows, "ok");
	h_ends_with(h_ask("{'command':'resume.peer','id':'https://a.example/other','reason':'weil'}"), "ok");
}

static void what_makes_no_sense_is_refused(void **state)
{
	static const char *const rows[] = {
		"{'command':'suspend.recipient','id':'Köln','for':1000,'reason':'x'}",
		"{'command':'suspend.recipient','for':1000,'reason':'x'}",
		"{'command':'suspend.recipient','id':'ags:1','reason':'x'}",
		"{'command':'suspend.recipient','id':'ags:1','for':999,'reason':'x'}",
		"{'command':'suspend.recipient','id':'ags:1','for':7776000001,'reason':'x'}",
		"{'command':'suspend.recipient','id':'ags:1','for':1000}",
		"{'command':'suspend.peer','id':'a.example','for':1000,'reason':'x'}",
		"{'command':'resume.peer','id':'ftp://a','reason':'x'}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		h_ends_with(h_ask("%s", rows[i]), "ERR_SYNTAX");
	h_ends_with(h_ask("{'command':'suspend.list'}"), "ok");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(who_is_suspended_is_told_and_why),
		T(a_peer_is_known_by_its_address_without_the_path),
		T(what_makes_no_sense_is_refused),
	};

	return cmocka_run_group_tests_name("gateway/control/suspend", tests, NULL, NULL);
}
