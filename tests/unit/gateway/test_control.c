/* SPDX-License-Identifier: EUPL-1.2 */
#include "cm.h"

#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/clock.h"
#include "base/mem.h"
#include "control.h"
#include "spool/h_spool.h"

static struct {
	struct h_spool spool;
	struct gw_control *control;
	struct gw_control_ctx ctx;
	char path[96];
} w;

static void more_status(void *ctx, json_t *rows)
{
	(void)ctx;
	json_array_append_new(rows, json_pack("{s:s, s:i}", "name", "extra", "value", 7));
}

static int set_up(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	h_spool_init(&w.spool);
	snprintf(w.path, sizeof(w.path), "%s/control.sock", w.spool.root);
	w.ctx = (struct gw_control_ctx){ .spool = w.spool.s, .version = "9.9", .config_file = "/etc/x.yaml",
					 .started = clock_now() - 5000, .status = more_status };
	assert_ok(gw_control_start(w.path, &w.ctx, &w.control, &e), e);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	gw_control_stop(w.control);
	h_spool_fini(&w.spool);
	return 0;
}

static int dial(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(to.sun_path, sizeof(to.sun_path), "%s", w.path);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

/* Sends bytes and reads the answer to its end: an array of rows, the last is the end. */
static json_t *exchange(const void *request, size_t n)
{
	json_t *rows = json_array(), *row;
	struct err e = ERR_INIT;
	struct span text, line;
	struct buf b;
	int fd = dial();
	char chunk[4096];
	ssize_t got;

	buf_init(&b, 8 << 20);
	assert_int_equal(send(fd, request, n, MSG_NOSIGNAL), (ssize_t)n);
	while ((got = read(fd, chunk, sizeof(chunk))) > 0)
		buf_put(&b, chunk, (size_t)got);
	close(fd);
	text = buf_view(&b);
	while (text.n > 0) {
		(void)span_split(text, '\n', &line, &text);
		assert_ok(json_read(line, "row", &row, &e), e);
		json_array_append_new(rows, row);
	}
	buf_fini(&b);
	assert_true(json_array_size(rows) > 0);
	return rows;
}

static json_t *ask(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static json_t *ask(const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text) - 1, fmt, ap);
	va_end(ap);
	for (char *p = text; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	strcat(text, "\n");
	return exchange(text, strlen(text));
}

static const json_t *end_of(const json_t *rows)
{
	return json_object_get(json_array_get(rows, json_array_size(rows) - 1), "end");
}

/* Frees rows. */
static void ends_with(json_t *rows, const char *code)
{
	const json_t *end = end_of(rows);

	assert_non_null(end);
	if (strcmp(json_opt_string(end, "code", "ok"), code) != 0)
		fail_msg("%s instead of %s: %s", json_opt_string(end, "code", "ok"), code, json_opt_string(end, "error", ""));
	assert_int_equal(json_opt_bool(end, "ok", -1), strcmp(code, "ok") == 0);
	if (strcmp(code, "ok") != 0)
		assert_true(json_opt_string(end, "error", "")[0] != '\0');
	json_decref(rows);
}

static const char *field(const json_t *rows, size_t i, const char *key)
{
	return json_opt_string(json_array_get(rows, i), key, "");
}

static void submit(const char *foreign_id, const char *recipient, char id[ID_TEXT_LEN], struct id *dlv)
{
	struct err e = ERR_INIT;
	struct id m;

	assert_ok(h_submit(w.spool.s, foreign_id, recipient, 10, 1, &m, dlv, &e), e);
	id_text(&m, id);
}

static void every_command_of_the_table_works(void **state)
{
	char id[ID_TEXT_LEN], other[ID_TEXT_LEN];
	json_t *rows;
	struct id dlv;

	(void)state;
	submit("osci-1", "ags:05315000", id, &dlv);
	submit(NULL, "ags:05334002", other, NULL);
	for (const struct gw_command *c = gw_commands; c->name != NULL; c++) {
		bool release = strcmp(c->name, "queue.release") == 0, retry = strcmp(c->name, "queue.retry") == 0;

		if (release)
			ends_with(ask("{'command':'queue.hold','id':'%s','reason':'x'}", id), "ERR_WRONG_STATE");
		if (retry) {	/* possible for what waits: here an attempt has just failed */
			struct spool_delivery d;
			struct err e = ERR_INIT;
			int64_t due;
			struct span skip = SPAN_LIT("ags:05334002");

			assert_ok(spool_delivery_claim(w.spool.s, w.spool.a, clock_now(), 60000, &skip, 1, &d, &due, &e), e);
			d.due = clock_now() + 3600000;
			d.reason = RSN_NET_TIMEOUT;
			assert_ok(spool_delivery_step(w.spool.s, &d, DLV_EV_DEFERRED,
						      &(struct spool_event){ .at = clock_now(), .kind = SPOOL_EV_DEFERRED,
									     .reason = RSN_NET_TIMEOUT }, 0, NULL, &e), e);
		}
		ends_with(ask("{'command':'%s','id':'%s','reason':'weil','target':'%s/backup'}", c->name, id, w.spool.root),
			  "ok");
	}
	rows = ask("{'command':'queue.show','id':'%s'}", id);
	assert_string_equal(field(rows, 0, "state"), "cancelled");
	assert_string_equal(field(rows, 0, "osci_id"), "osci-1");
	assert_int_equal(json_array_size(json_object_get(json_array_get(rows, 0), "parts")), 1);
	ends_with(rows, "ok");
}

static void rows_say_what_a_person_needs(void **state)
{
	char id[ID_TEXT_LEN];
	json_t *rows;
	bool found = false;

	(void)state;
	submit("osci-2", "ags:05315000", id, NULL);
	rows = ask("{'command':'queue.hold','id':'osci-2','reason':'Rückfrage der Stadt'}");
	assert_string_equal(field(rows, 0, "state"), "held");
	assert_string_equal(field(rows, 0, "reason"), "OP-HELD");
	ends_with(rows, "ok");
	rows = ask("{'command':'why','id':'%s'}", id);
	assert_string_equal(field(rows, 0, "text_de"), reason_info(RSN_OP_HELD)->text_de);
	assert_string_equal(field(rows, 0, "next"), reason_info(RSN_OP_HELD)->next_en);
	assert_string_equal(field(rows, 0, "owner_de"), reason_owner_name(OWNER_OPERATOR, 1));
	ends_with(rows, "ok");
	rows = ask("{'command':'trace','id':'%s'}", id);
	assert_int_equal(json_array_size(rows), 3);
	assert_string_equal(field(rows, 0, "event"), "accepted");
	assert_string_equal(field(rows, 1, "event"), "held");
	assert_string_equal(field(rows, 1, "detail"), "Rückfrage der Stadt");
	ends_with(rows, "ok");
	rows = ask("{'command':'queue.shape'}");
	assert_string_equal(field(rows, 0, "recipient"), "ags:05315000");
	assert_int_equal(json_opt_int(json_array_get(rows, 0), "1min", -1), 1);
	assert_string_equal(field(rows, 0, "reason"), "OP-HELD");
	ends_with(rows, "ok");
	rows = ask("{'command':'status'}");
	for (size_t i = 0; i + 1 < json_array_size(rows); i++)
		found = found || (strcmp(field(rows, i, "name"), "extra") == 0 &&
				  json_opt_int(json_array_get(rows, i), "value", 0) == 7);
	assert_true(found);
	assert_string_equal(field(rows, 0, "value"), "9.9");
	ends_with(rows, "ok");
}

static void lists_can_be_narrowed_and_paged(void **state)
{
	static const struct {
		const char *args;
		int rows;
	} cases[] = {
		{ "", 100 }, { ",'limit':1000", 230 }, { ",'limit':1", 1 }, { ",'limit':200", 200 }, { ",'limit':201", 201 },
		{ ",'limit':1000,'recipient':'ags:1'", 115 }, { ",'limit':1000,'state':'queued'", 230 },
		{ ",'state':'held'", 0 }, { ",'limit':1000,'state':'all'", 230 },
	};
	char id[ID_TEXT_LEN];

	(void)state;
	for (int i = 0; i < 230; i++)
		submit(NULL, i % 2 == 0 ? "ags:1" : "ags:2", id, NULL);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		json_t *rows = ask("{'command':'queue.list'%s}", cases[i].args);

		assert_int_equal(json_array_size(rows), cases[i].rows + 1);
		ends_with(rows, "ok");
	}
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
		{ "{'command':'backup','reason':'x'}", "ERR_SYNTAX" },
		{ "{'command':'backup','reason':'x','target':'/proc/none/here'}", "ERR_MISSING" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		ends_with(ask("%s", cases[i].line), cases[i].code);
	ends_with(exchange("\xff\xfe\x00\n", 4), "ERR_SYNTAX");
	ends_with(ask("{'command':'status'}"), "ok");
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
	ends_with(exchange(line, max), "ok");
	memset(line + max - 3, 'y', 3);
	ends_with(exchange(line, max + 100), "ERR_LIMIT");
	free(line);
}

static void a_change_without_a_reason_changes_nothing(void **state)
{
	char id[ID_TEXT_LEN];
	json_t *rows;

	(void)state;
	submit(NULL, "ags:05315000", id, NULL);
	for (const struct gw_command *c = gw_commands; c->name != NULL; c++) {
		if (!c->is_change)
			continue;
		ends_with(ask("{'command':'%s','id':'%s','target':'%s/none'}", c->name, id, w.spool.root), "ERR_SYNTAX");
		ends_with(ask("{'command':'%s','id':'%s','target':'%s/none','reason':''}", c->name, id, w.spool.root),
			  "ERR_SYNTAX");
	}
	rows = ask("{'command':'queue.show','id':'%s'}", id);
	assert_string_equal(field(rows, 0, "state"), "queued");
	ends_with(rows, "ok");
	rows = ask("{'command':'audit'}");
	assert_int_equal(json_array_size(rows), 1);
	ends_with(rows, "ok");
}

static void every_change_is_in_the_audit_trail_with_who_what_and_why(void **state)
{
	char id[ID_TEXT_LEN], dlv[ID_TEXT_LEN], who[64];
	struct passwd *pw = getpwuid(geteuid());
	struct err e = ERR_INIT;
	uint64_t lines = 0;
	struct id delivery;
	json_t *rows;

	(void)state;
	submit(NULL, "ags:05315000", id, &delivery);
	id_text(&delivery, dlv);
	ends_with(ask("{'command':'queue.hold','id':'%s','reason':'Störung in Köln'}", id), "ok");
	ends_with(ask("{'command':'backup','target':'%s/b','reason':'Freitag'}", w.spool.root), "ok");
	snprintf(who, sizeof(who), "uid %u%s%.30s%s", (unsigned)geteuid(), pw == NULL ? "" : " (",
		 pw == NULL ? "" : pw->pw_name, pw == NULL ? "" : ")");
	rows = ask("{'command':'audit'}");
	assert_int_equal(json_array_size(rows), 3);
	assert_string_equal(field(rows, 0, "actor"), who);
	assert_string_equal(field(rows, 0, "action"), "queue.hold");
	assert_string_equal(field(rows, 0, "object"), dlv);
	assert_string_equal(field(rows, 0, "reason"), "Störung in Köln");
	assert_string_equal(field(rows, 1, "action"), "backup.run");
	ends_with(rows, "ok");
	assert_ok(spool_audit_verify(w.spool.s, &lines, &e), e);
	assert_int_equal(lines, 2);
}

/* A delivery in the state wanted, alone in the queue. */
static struct id make_delivery(enum delivery_state want)
{
	static const struct {
		enum delivery_event first, second;	/* DLV_EVENTS: none; CLAIM claims */
	} way[DLV_STATES] = {
		[DLV_QUEUED] = { DLV_EVENTS, DLV_EVENTS },	  [DLV_ACTIVE] = { DLV_EV_CLAIM, DLV_EVENTS },
		[DLV_WAITING] = { DLV_EV_CLAIM, DLV_EV_DEFERRED }, [DLV_HELD] = { DLV_EV_HOLD, DLV_EVENTS },
		[DLV_DONE] = { DLV_EV_CLAIM, DLV_EV_ACCEPTED },	  [DLV_FAILED] = { DLV_EV_CLAIM, DLV_EV_REFUSED },
		[DLV_CANCELLED] = { DLV_EV_CANCEL, DLV_EVENTS },
	};
	const enum delivery_event evs[] = { way[want].first, way[want].second };
	struct spool_event ev = { .at = clock_now(), .kind = SPOOL_EV_ATTEMPT };
	struct spool_delivery d;
	struct err e = ERR_INIT;
	char id[ID_TEXT_LEN];
	struct id dlv;
	int64_t due;

	submit(NULL, "ags:05315000", id, &dlv);
	assert_ok(spool_delivery_get(w.spool.s, w.spool.a, &dlv, &d, &e), e);
	for (size_t i = 0; i < 2; i++) {
		if (evs[i] == DLV_EVENTS)
			break;
		d.due = clock_now() + 3600000;
		if (evs[i] == DLV_EV_CLAIM)
			assert_ok(spool_delivery_claim(w.spool.s, w.spool.a, clock_now(), 3600000, NULL, 0, &d, &due, &e), e);
		else
			assert_ok(spool_delivery_step(w.spool.s, &d, evs[i], &ev, 0, NULL, &e), e);
	}
	assert_int_equal(d.state, want);
	assert_memory_equal(&d.id, &dlv, sizeof(dlv));
	return dlv;
}

static void the_state_decides_what_a_person_may_do(void **state)
{
	static const struct {
		const char *command;
		enum delivery_event event;
	} changes[] = { { "queue.retry", DLV_EV_RETRY }, { "queue.hold", DLV_EV_HOLD },
			{ "queue.release", DLV_EV_RELEASE }, { "queue.cancel", DLV_EV_CANCEL } };
	int possible = 0, lines = 0;

	(void)state;
	for (int s = 0; s < DLV_STATES; s++)
		for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
			struct id dlv = make_delivery((enum delivery_state)s);
			int next = delivery_next((enum delivery_state)s, changes[i].event);
			struct spool_delivery d;
			struct err e = ERR_INIT;
			char id[ID_TEXT_LEN];

			ends_with(ask("{'command':'%s','id':'%s','reason':'r'}", changes[i].command, id_text(&dlv, id)),
				  next < 0 ? "ERR_WRONG_STATE" : "ok");
			assert_ok(spool_delivery_get(w.spool.s, w.spool.a, &dlv, &d, &e), e);
			assert_int_equal(d.state, next < 0 ? s : next);
			if (next >= 0 && changes[i].event == DLV_EV_RETRY)
				assert_true(d.due <= clock_now());
			possible += next >= 0;
			ends_with(ask("{'command':'queue.cancel','id':'%s','reason':'end'}", id),
				  delivery_next(d.state, DLV_EV_CANCEL) < 0 ? "ERR_WRONG_STATE" : "ok");
			lines += delivery_next(d.state, DLV_EV_CANCEL) >= 0;
		}
	assert_int_equal(possible, 10);
	{
		json_t *rows = ask("{'command':'audit'}");

		assert_int_equal(json_array_size(rows), possible + lines + 1);	/* nothing for what was refused */
		ends_with(rows, "ok");
	}
}

static void silent_and_dripping_clients_keep_nobody_waiting(void **state)
{
	int64_t start = clock_mono();
	int fd[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		fd[i] = dial();
	assert_int_equal(send(fd[0], "{\"comm", 6, MSG_NOSIGNAL), 6);
	ends_with(ask("{'command':'status'}"), "ok");
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
	int fd = dial();
	int64_t start;

	(void)state;
	ends_with(ask("{'command':'status'}"), "ok");
	start = clock_mono();
	gw_control_stop(w.control);
	w.control = NULL;
	assert_true(clock_mono() - start < 2000);
	assert_int_equal(access(w.path, F_OK), -1);
	close(fd);
}

static void too_many_clients_at_once_are_told_so(void **state)
{
	json_t *rows = NULL;
	int fd[24];
	bool busy = false;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(fd); i++)	/* 8 in work, 16 in the queue */
		fd[i] = dial();
	for (int i = 0; i < 10 && !busy; i++) {
		int one = dial();
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
		rows = ask("{'command':'status'}");
		if (!json_opt_bool(end_of(rows), "ok", 0)) {
			json_decref(rows);
			rows = NULL;
			usleep(50000);
		}
	}
	assert_non_null(rows);
	ends_with(rows, "ok");
}

static void a_client_that_leaves_does_no_harm(void **state)
{
	static const char list[] = "{\"command\":\"queue.list\",\"limit\":1000}\n";
	char id[ID_TEXT_LEN];

	(void)state;
	for (int i = 0; i < 60; i++)
		submit(NULL, "ags:05315000", id, NULL);
	for (int i = 0; i < 20; i++) {
		int fd = dial();

		assert_int_equal(send(fd, list, sizeof(list) - 1, MSG_NOSIGNAL), sizeof(list) - 1);
		close(fd);
	}
	for (int i = 0; i < 50; i++) {
		json_t *rows = ask("{'command':'status'}");
		bool busy = strcmp(json_opt_string(end_of(rows), "code", ""), "ERR_BUSY") == 0;

		ends_with(rows, busy ? "ERR_BUSY" : "ok");
		if (!busy)
			return;
		usleep(100000);
	}
	fail_msg("busy for 5 s");
}

static void the_socket_is_private_and_replaces_an_old_one_but_no_file(void **state)
{
	struct gw_control *second = NULL;
	struct err e = ERR_INIT;
	struct stat st;
	char other[100], longer[200];
	FILE *f;

	(void)state;
	assert_int_equal(stat(w.path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* a socket that a killed daemon left behind */
	{
		struct sockaddr_un at = { .sun_family = AF_UNIX };
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);

		snprintf(other, sizeof(other), "%s/old.sock", w.spool.root);
		snprintf(at.sun_path, sizeof(at.sun_path), "%s", other);
		assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
		close(fd);
	}
	assert_ok(gw_control_start(other, &w.ctx, &second, &e), e);
	gw_control_stop(second);
	/* anything else is not ours to remove */
	snprintf(other, sizeof(other), "%s/letter.txt", w.spool.root);
	f = fopen(other, "w");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(gw_control_start(other, &w.ctx, &second, &e), ERR_IO);
	assert_int_equal(access(other, F_OK), 0);
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(gw_control_start(longer, &w.ctx, &second, &e), ERR_CONFIG);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_command_of_the_table_works),
		T(rows_say_what_a_person_needs),
		T(lists_can_be_narrowed_and_paged),
		T(what_is_not_a_command_is_refused),
		T(a_line_that_is_too_long_is_refused_and_one_at_the_limit_is_not),
		T(a_change_without_a_reason_changes_nothing),
		T(every_change_is_in_the_audit_trail_with_who_what_and_why),
		T(the_state_decides_what_a_person_may_do),
		T(silent_and_dripping_clients_keep_nobody_waiting),
		T(a_stop_does_not_wait_for_a_silent_client),
		T(too_many_clients_at_once_are_told_so),
		T(a_client_that_leaves_does_no_harm),
		T(the_socket_is_private_and_replaces_an_old_one_but_no_file),
	};
	return cmocka_run_group_tests_name("gateway/control", tests, NULL, NULL);
}
