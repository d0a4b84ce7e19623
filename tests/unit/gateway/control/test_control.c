/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/control/control. */
#include "cm.h"

#include <errno.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/clock.h"
#include "base/mem.h"
#include "h_control.h"

static void every_command_of_the_table_works(void **state)
{
	char id[ID_TEXT_LEN], other[ID_TEXT_LEN];
	json_t *rows;
	struct id dlv;

	(void)state;
	h_ctl_submit("osci-1", "ags:05315000", id, &dlv);
	h_ctl_submit(NULL, "ags:05334002", other, NULL);
	for (const struct control_command *c = control_commands; c->name != NULL; c++) {
		if (strstr(c->name, "suspend.") == c->name || strstr(c->name, "resume.") == c->name)
			continue;	/* about no message: test_suspend.c */
		bool release = strcmp(c->name, "queue.release") == 0, retry = strcmp(c->name, "queue.retry") == 0;

		if (release)
			h_ends_with(h_ask("{'command':'queue.hold','id':'%s','reason':'x'}", id), "ERR_WRONG_STATE");
		if (retry) {	/* possible for what waits: here an attempt has just failed */
			struct spool_delivery d;
			struct err e = ERR_INIT;
			int64_t due;
			const char *full[] = { "ags:05334002", NULL };
			struct spool_claim claim = { .now = clock_now(), .lease_ms = 60000, .admit = h_admit_others, .ctx = full };

			assert_ok(spool_delivery_claim(h_ctl.spool.s, h_ctl.spool.a, &claim, &d, &due, &e), e);
			d.due = clock_now() + 3600000;
			d.reason = RSN_NET_TIMEOUT;
			assert_ok(spool_delivery_step(h_ctl.spool.s, &d, DLV_EV_DEFERRED,
						      &(struct spool_event){ .at = clock_now(), .kind = SPOOL_EV_DEFERRED,
									     .reason = RSN_NET_TIMEOUT }, NULL, &e), e);
		}
		h_ends_with(h_ask("{'command':'%s','id':'%s','reason':'weil','target':'%s/backup'}", c->name, id, h_ctl.spool.root),
			  "ok");
	}
	rows = h_ask("{'command':'queue.show','id':'%s'}", id);
	assert_string_equal(h_field(rows, 0, "state"), "queued");	/* sent again after it was cancelled */
	assert_string_equal(h_field(rows, 0, "osci_id"), "osci-1");
	assert_int_equal(json_array_size(json_object_get(json_array_get(rows, 0), "parts")), 1);
	h_ends_with(rows, "ok");
}

static void rows_say_what_a_person_needs(void **state)
{
	char id[ID_TEXT_LEN];
	json_t *rows;
	bool found = false;

	(void)state;
	h_ctl_submit("osci-2", "ags:05315000", id, NULL);
	rows = h_ask("{'command':'queue.hold','id':'osci-2','reason':'Rückfrage der Stadt'}");
	assert_string_equal(h_field(rows, 0, "state"), "held");
	assert_string_equal(h_field(rows, 0, "reason"), "OP-HELD");
	h_ends_with(rows, "ok");
	rows = h_ask("{'command':'why','id':'%s'}", id);
	assert_string_equal(h_field(rows, 0, "text_de"), reason_info(RSN_OP_HELD)->text_de);
	assert_string_equal(h_field(rows, 0, "next"), reason_info(RSN_OP_HELD)->next_en);
	assert_string_equal(h_field(rows, 0, "owner_de"), reason_owner_name(OWNER_OPERATOR, 1));
	h_ends_with(rows, "ok");
	rows = h_ask("{'command':'trace','id':'%s'}", id);
	assert_int_equal(json_array_size(rows), 3);
	assert_string_equal(h_field(rows, 0, "event"), "accepted");
	assert_string_equal(h_field(rows, 1, "event"), "held");
	assert_string_equal(h_field(rows, 1, "detail"), "Rückfrage der Stadt");
	h_ends_with(rows, "ok");
	rows = h_ask("{'command':'queue.shape'}");
	assert_string_equal(h_field(rows, 0, "recipient"), "ags:05315000");
	assert_int_equal(json_opt_int(json_array_get(rows, 0), "1min", -1), 1);
	assert_string_equal(h_field(rows, 0, "reason"), "OP-HELD");
	h_ends_with(rows, "ok");
	rows = h_ask("{'command':'status'}");
	for (size_t i = 0; i + 1 < json_array_size(rows); i++)
		found = found || (strcmp(h_field(rows, i, "name"), "extra") == 0 &&
				  json_opt_int(json_array_get(rows, i), "value", 0) == 7);
	assert_true(found);
	assert_string_equal(h_field(rows, 0, "value"), "9.9");
	h_ends_with(rows, "ok");
}

static void what_is_not_a_command_is_refused(void **state)
{
	static const struct {
		const char *line, *code;
	} cases[] = {
		{ "{'command':'queue.erase'}", "ERR_MISSING" }, { "{'command':''}", "ERR_MISSING" },
		{ "{'command':7}", "ERR_SYNTAX" },		  { "{}", "ERR_SYNTAX" },
		{ "[]", "ERR_SYNTAX" },				  { "GET / HTTP/1.1", "ERR_SYNTAX" },
		{ "{'command':'status','command':'status'}", "ERR_SYNTAX" },
		{ "", "ERR_SYNTAX" },				  { "{'command':'queue.show'}", "ERR_SYNTAX" },
		{ "{'command':'queue.show','id':7}", "ERR_SYNTAX" },
		{ "{'command':'queue.show','id':'nowhere'}", "ERR_MISSING" },
		{ "{'command':'trace','id':'01890000000000000000000000000000'}", "ERR_MISSING" },
		{ "{'command':'why','id':''}", "ERR_MISSING" },
		{ "{'command':'queue.list','state':'lost'}", "ERR_SYNTAX" },
		{ "{'command':'queue.list','limit':0}", "ERR_SYNTAX" },
		{ "{'command':'audit','limit':-1}", "ERR_SYNTAX" },
		{ "{'command':'audit','from':-1}", "ERR_SYNTAX" },
		{ "{'command':'audit','from':'x'}", "ERR_SYNTAX" },
		{ "{'command':'audit','limit':100001}", "ERR_SYNTAX" },
		{ "{'command':'backup','reason':'x'}", "ERR_SYNTAX" },
		{ "{'command':'backup','reason':'x','target':'/proc/none/here'}", "ERR_MISSING" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		h_ends_with(h_ask("%s", cases[i].line), cases[i].code);
	h_ends_with(h_exchange("\xff\xfe\x00\n", 4), "ERR_SYNTAX");
	h_ends_with(h_ask("{'command':'status'}"), "ok");
}

static void a_line_that_is_too_long_is_refused_and_one_at_the_limit_is_not(void **state)
{
	static const char head[] = "{\"command\":\"status\",\"x\":\"";
	size_t max = 64 * 1024;
	char *line = mem_new(max + 100);

	(void)state;
	memset(line, 'y', max + 100);
	memcpy(line, head, sizeof(head) - 1);
	memcpy(line + max - 3, "\"}\n", 3);
	h_ends_with(h_exchange(line, max), "ok");
	memset(line + max - 3, 'y', 3);
	h_ends_with(h_exchange(line, max + 100), "ERR_LIMIT");
	free(line);
}

static void a_change_without_a_reason_changes_nothing(void **state)
{
	char id[ID_TEXT_LEN];
	json_t *rows;

	(void)state;
	h_ctl_submit(NULL, "ags:05315000", id, NULL);
	for (const struct control_command *c = control_commands; c->name != NULL; c++) {
		if (!c->is_change)
			continue;
		h_ends_with(h_ask("{'command':'%s','id':'%s','target':'%s/none'}", c->name, id, h_ctl.spool.root), "ERR_SYNTAX");
		h_ends_with(h_ask("{'command':'%s','id':'%s','target':'%s/none','reason':''}", c->name, id, h_ctl.spool.root),
			  "ERR_SYNTAX");
	}
	rows = h_ask("{'command':'queue.show','id':'%s'}", id);
	assert_string_equal(h_field(rows, 0, "state"), "queued");
	h_ends_with(rows, "ok");
	rows = h_ask("{'command':'audit'}");
	assert_int_equal(json_array_size(rows), 1);
	h_ends_with(rows, "ok");
}

static void every_change_is_in_the_audit_trail_with_who_what_and_why(void **state)
{
	char id[ID_TEXT_LEN], dlv[ID_TEXT_LEN], who[64], object[128];
	struct passwd *pw = getpwuid(geteuid());
	struct err e = ERR_INIT;
	uint64_t lines = 0;
	struct id delivery;
	json_t *rows;

	(void)state;
	h_ctl_submit(NULL, "ags:05315000", id, &delivery);
	id_text(&delivery, dlv);
	h_ends_with(h_ask("{'command':'queue.hold','id':'%s','reason':'Störung in Köln'}", id), "ok");
	h_ends_with(h_ask("{'command':'backup','target':'%s/b','reason':'Freitag'}", h_ctl.spool.root), "ok");
	snprintf(who, sizeof(who), "uid %u%s%.30s%s", (unsigned)geteuid(), pw == NULL ? "" : " (",
		 pw == NULL ? "" : pw->pw_name, pw == NULL ? "" : ")");
	snprintf(object, sizeof(object), "message %s delivery %s", id, dlv);
	rows = h_ask("{'command':'audit'}");
	assert_int_equal(json_array_size(rows), 3);
	assert_string_equal(h_field(rows, 0, "actor"), who);
	assert_string_equal(h_field(rows, 0, "action"), "queue.hold");
	assert_string_equal(h_field(rows, 0, "object"), object);
	assert_string_equal(h_field(rows, 0, "reason"), "Störung in Köln");
	assert_string_equal(h_field(rows, 1, "action"), "backup.run");
	h_ends_with(rows, "ok");
	assert_ok(spool_audit_verify(h_ctl.spool.s, &lines, &e), e);
	assert_int_equal(lines, 2);
}

static void the_newest_lines_of_the_audit_trail_come_last(void **state)
{
	static const struct {
		const char *args;
		int rows, first;
	} cases[] = {
		{ "", 230, 0 },
		{ ",'limit':1", 1, 229 },
		{ ",'limit':150", 150, 80 },	/* more than is read at once */
		{ ",'limit':100000", 230, 0 },
		{ ",'from':0,'limit':3", 3, 0 },
		{ ",'from':7", 223, 7 },
		{ ",'from':228,'limit':3", 2, 228 },
		{ ",'from':230", 0, 0 },
	};
	struct err e = ERR_INIT;

	(void)state;
	h_ends_with(h_ask("{'command':'audit'}"), "ok");
	for (int i = 0; i < 230; i++)
		assert_ok(spool_audit_add(h_ctl.spool.s, &(struct spool_audit){ i + 1, "uid 0", "test", "x", NULL }, &e), e);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		json_t *rows = h_ask("{'command':'audit'%s}", cases[i].args);

		assert_int_equal(json_array_size(rows), cases[i].rows + 1);
		for (int k = 0; k < cases[i].rows; k++) {
			const json_t *row = json_array_get(rows, (size_t)k);
			char at[CLOCK_TEXT_LEN];

			assert_int_equal(json_opt_int(row, "line", -1), cases[i].first + k);
			assert_string_equal(json_opt_string(row, "at", ""), clock_utc(cases[i].first + k + 1, at));
		}
		h_ends_with(rows, "ok");
	}
}

static void silent_and_dripping_clients_keep_nobody_waiting(void **state)
{
	int64_t start = clock_mono();
	int fd[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		fd[i] = h_dial();
	assert_int_equal(send(fd[0], "{\"comm", 6, MSG_NOSIGNAL), 6);
	h_ends_with(h_ask("{'command':'status'}"), "ok");
	assert_true(clock_mono() - start < 2000);
	clock_shift(11000);	/* their time is over */
	for (int i = 0; i < 4; i++) {
		char answer[512];
		ssize_t n = read(fd[i], answer, sizeof(answer) - 1);

		assert_true(n > 0);
		answer[n] = '\0';
		assert_non_null(strstr(answer, "ERR_TIMEOUT"));
		close(fd[i]);
	}
}

static void a_stop_does_not_wait_for_a_silent_client(void **state)
{
	int fd = h_dial();
	int64_t start;

	(void)state;
	h_ends_with(h_ask("{'command':'status'}"), "ok");
	start = clock_mono();
	control_stop(h_ctl.control);
	h_ctl.control = NULL;
	assert_true(clock_mono() - start < 2000);
	assert_int_equal(access(h_ctl.path, F_OK), -1);
	close(fd);
}

static void too_many_clients_at_once_are_told_so(void **state)
{
	json_t *rows = NULL;
	int fd[24];
	bool busy = false;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(fd); i++)	/* 8 in work, 16 in the queue */
		fd[i] = h_dial();
	for (int i = 0; i < 10 && !busy; i++) {
		int one = h_dial();
		char answer[512];
		ssize_t n;

		(void)send(one, "\n", 1, MSG_NOSIGNAL);
		n = recv(one, answer, sizeof(answer) - 1, MSG_DONTWAIT);
		for (int k = 0; n < 0 && k < 20; k++) {
			usleep(20000);
			n = recv(one, answer, sizeof(answer) - 1, MSG_DONTWAIT);
		}
		answer[n < 0 ? 0 : n] = '\0';
		busy = strstr(answer, "ERR_BUSY") != NULL;
		close(one);
	}
	assert_true(busy);
	for (size_t i = 0; i < ARRAY_LEN(fd); i++)
		close(fd[i]);
	for (int i = 0; i < 50 && rows == NULL; i++) {
		rows = h_ask("{'command':'status'}");
		if (!json_opt_bool(h_end_of(rows), "ok", 0)) {
			json_decref(rows);
			rows = NULL;
			usleep(50000);
		}
	}
	assert_non_null(rows);
	h_ends_with(rows, "ok");
}

static void a_client_that_leaves_does_no_harm(void **state)
{
	static const char list[] = "{\"command\":\"queue.list\",\"limit\":1000}\n";
	char id[ID_TEXT_LEN];

	(void)state;
	for (int i = 0; i < 60; i++)
		h_ctl_submit(NULL, "ags:05315000", id, NULL);
	for (int i = 0; i < 20; i++) {
		int fd = h_dial();

		if (send(fd, list, sizeof(list) - 1, MSG_NOSIGNAL) < 0)
			assert_int_equal(errno, EPIPE);	/* too many at once: it was answered already */
		close(fd);
	}
	for (int i = 0; i < 50; i++) {
		json_t *rows = h_ask("{'command':'status'}");
		bool busy = strcmp(json_opt_string(h_end_of(rows), "code", ""), "ERR_BUSY") == 0;

		h_ends_with(rows, busy ? "ERR_BUSY" : "ok");
		if (!busy)
			return;
		usleep(100000);
	}
	fail_msg("busy for 5 s");
}

static void the_socket_is_private_and_replaces_an_old_one_but_no_file(void **state)
{
	struct control *second = NULL;
	struct err e = ERR_INIT;
	struct stat st;
	char other[100], longer[200];
	FILE *f;

	(void)state;
	assert_int_equal(stat(h_ctl.path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* a socket that a killed daemon left behind */
	{
		struct sockaddr_un at = { .sun_family = AF_UNIX };
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);

		snprintf(other, sizeof(other), "%s/old.sock", h_ctl.spool.root);
		snprintf(at.sun_path, sizeof(at.sun_path), "%s", other);
		assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
		close(fd);
	}
	assert_ok(control_start(other, &h_ctl.ctx, &second, &e), e);
	control_stop(second);
	/* that of a daemon that lives is not ours to take */
	assert_int_equal(control_start(h_ctl.path, &h_ctl.ctx, &second, &e), ERR_BUSY);
	h_ends_with(h_ask("{'command':'status'}"), "ok");
	/* and what another one has put in our place is not ours to remove */
	{
		char moved[120];

		assert_ok(control_start(other, &h_ctl.ctx, &second, &e), e);
		snprintf(moved, sizeof(moved), "%s.moved", other);
		assert_int_equal(rename(other, moved), 0);
		f = fopen(other, "w");
		assert_non_null(f);
		fclose(f);
		control_stop(second);
		assert_int_equal(unlink(other), 0);
	}
	/* anything else is not ours to remove */
	snprintf(other, sizeof(other), "%s/letter.txt", h_ctl.spool.root);
	f = fopen(other, "w");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(control_start(other, &h_ctl.ctx, &second, &e), ERR_IO);
	assert_int_equal(access(other, F_OK), 0);
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(control_start(longer, &h_ctl.ctx, &second, &e), ERR_CONFIG);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_command_of_the_table_works),
		T(rows_say_what_a_person_needs),
		T(what_is_not_a_command_is_refused),
		T(a_line_that_is_too_long_is_refused_and_one_at_the_limit_is_not),
		T(a_change_without_a_reason_changes_nothing),
		T(every_change_is_in_the_audit_trail_with_who_what_and_why),
		T(the_newest_lines_of_the_audit_trail_come_last),
		T(silent_and_dripping_clients_keep_nobody_waiting),
		T(a_stop_does_not_wait_for_a_silent_client),
		T(too_many_clients_at_once_are_told_so),
		T(a_client_that_leaves_does_no_harm),
		T(the_socket_is_private_and_replaces_an_old_one_but_no_file),
	};
	return cmocka_run_group_tests_name("gateway/control", tests, NULL, NULL);
}
