/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/cli/ask. */
#include "cm.h"

#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/mem.h"
#include "cli/cli.h"

/* A daemon at a Unix socket that takes one command and answers as told. */
static struct {
	char dir[64], path[80];
	int fd;
	pthread_t thread;
	const char *answer;
	bool hang_up;			/* closes without reading */
	char command[70000];		/* as it came */
} d;

static void *serve(void *arg)
{
	int fd = accept(d.fd, NULL, NULL);
	size_t n = 0;
	ssize_t got;

	(void)arg;
	d.command[0] = '\0';
	while (!d.hang_up && n < sizeof(d.command) - 1 && (got = read(fd, d.command + n, sizeof(d.command) - 1 - n)) > 0) {
		n += (size_t)got;
		d.command[n] = '\0';
		if (strchr(d.command, '\n') != NULL)
			break;
	}
	for (const char *p = d.answer; *p != '\0'; p++)	/* byte by byte: rows are put together again */
		if (send(fd, p, 1, MSG_NOSIGNAL) != 1)
			break;
	close(fd);
	return NULL;
}

static int set_up(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	(void)state;
	snprintf(d.dir, sizeof(d.dir), "/tmp/cli-XXXXXX");
	assert_non_null(mkdtemp(d.dir));
	snprintf(d.path, sizeof(d.path), "%s/sock", d.dir);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", d.path);
	d.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(d.fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(d.fd, 4), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	close(d.fd);
	unlink(d.path);
	rmdir(d.dir);
	return 0;
}

static void count_row(void *ctx, const json_t *row)
{
	assert_true(json_is_object(row));
	++*(int *)ctx;
}

static int ask(const struct cli *with, const char *noun, const char *verb, const char *answer, int *rows, struct err *e)
{
	char *words[] = { (char *)(uintptr_t)noun, (char *)(uintptr_t)verb };
	struct cli c = *with;
	const struct cli_verb *v;
	int used, rc;

	v = cli_find(words, verb == NULL ? 1 : 2, &used);
	assert_non_null(v);
	c.socket = d.path;
	d.answer = answer;
	*rows = 0;
	*e = (struct err)ERR_INIT;
	assert_int_equal(pthread_create(&d.thread, NULL, serve, NULL), 0);
	rc = cli_ask(&c, v, count_row, rows, e);
	pthread_join(d.thread, NULL);
	return rc;
}

#define OK "{\"end\":{\"ok\":true}}\n"

static void the_command_has_what_the_operator_gave(void **state)
{
	char *one[] = { (char *)(uintptr_t)"0189", NULL }, *folder[] = { (char *)(uintptr_t)"/b", NULL };
	const struct {
		struct cli c;
		const char *noun, *verb, *sent;
	} cases[] = {
		{ { .json = false }, "status", NULL, "{\"command\":\"status\"}\n" },
		{ { .why = "CERT-EXPIRED" }, "queue", "list", "{\"command\":\"queue.list\",\"why\":\"CERT-EXPIRED\"}\n" },
		{ { .state = "held", .recipient = "ags:1", .limit = "25" }, "queue", "list",
		  "{\"command\":\"queue.list\",\"limit\":25,\"recipient\":\"ags:1\",\"state\":\"held\"}\n" },
		{ { .peer = "https://o", .channel = "osci-store", .form = "hlu", .case_text = "01", .older = "90min", .after = "02",
		    .count = true }, "queue", "list", "{\"after\":\"02\",\"case\":\"01\",\"channel\":\"osci-store\",\"command\":"
		  "\"queue.list\",\"count\":true,\"form\":\"hlu\",\"older\":5400000,\"peer\":\"https://o\"}\n" },
		{ { .from = "0", .limit = "3" }, "audit", NULL, "{\"command\":\"audit\",\"from\":0,\"limit\":3}\n" },
		{ { .args = one, .arg_count = 1, .reason = "Rückfrage \"Köln\"" }, "queue", "hold",
		  "{\"command\":\"queue.hold\",\"id\":\"0189\",\"reason\":\"Rückfrage \\\"Köln\\\"\"}\n" },
		{ { .args = one, .arg_count = 1 }, "why", NULL, "{\"command\":\"why\",\"id\":\"0189\"}\n" },
		{ { .args = folder, .arg_count = 1, .reason = "r" }, "backup", "run",
		  "{\"command\":\"backup\",\"reason\":\"r\",\"target\":\"/b\"}\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err e;
		int rows;

		assert_ok(ask(&cases[i].c, cases[i].noun, cases[i].verb, OK, &rows, &e), e);
		assert_string_equal(d.command, cases[i].sent);
		assert_int_equal(rows, 0);
	}
}

static void a_relative_folder_is_that_of_the_operator(void **state)
{
	char *folder[] = { (char *)(uintptr_t)"backups/new", NULL };
	char *cwd = getcwd(NULL, 0), *target = mem_printf("\"target\":\"%s/backups/new\"", cwd);
	struct err e;
	int rows;

	(void)state;
	assert_ok(ask(&(struct cli){ .args = folder, .arg_count = 1, .reason = "r" }, "backup", "run", OK, &rows, &e), e);
	assert_non_null(strstr(d.command, target));
	free(target);
	free(cwd);
}

static void what_is_not_utf_8_is_refused_before_it_is_sent(void **state)
{
	char *one[] = { (char *)(uintptr_t)"0189", NULL }, *bad[] = { (char *)(uintptr_t)"\xff", NULL };
	struct err e;
	int rows;

	(void)state;
	assert_int_equal(ask(&(struct cli){ .args = one, .arg_count = 1, .reason = "\xff\xfe" }, "queue", "hold", OK, &rows, &e),
			 ERR_SYNTAX);
	assert_string_equal(e.text, "--reason: not UTF-8");
	assert_int_equal(ask(&(struct cli){ .args = bad, .arg_count = 1 }, "why", NULL, OK, &rows, &e), ERR_SYNTAX);
	assert_string_equal(e.text, "ID: not UTF-8");
	assert_string_equal(d.command, "");
}

static void every_row_but_the_end_is_handed_on(void **state)
{
	struct err e;
	int rows;

	(void)state;
	assert_ok(ask(&(struct cli){ .json = true }, "queue", "list", "{\"a\":1}\n{\"a\":2}\n{\"progress\":{}}\n" OK, &rows, &e), e);
	assert_int_equal(rows, 3);
}

static void what_the_daemon_says_becomes_the_exit_status(void **state)
{
	static const struct {
		const char *answer;
		enum err_code code;
		int status;
	} cases[] = {
		{ "{\"end\":{\"ok\":false,\"code\":\"ERR_MISSING\",\"error\":\"gone\"}}\n", ERR_MISSING, CLI_NOT_FOUND },
		{ "{\"end\":{\"ok\":false,\"code\":\"ERR_WRONG_STATE\",\"error\":\"done\"}}\n", ERR_WRONG_STATE, CLI_NOT_POSSIBLE },
		{ "{\"end\":{\"ok\":false,\"code\":\"ERR_DENIED\",\"error\":\"no\"}}\n", ERR_DENIED, CLI_DENIED },
		{ "{\"end\":{\"ok\":false,\"code\":\"ERR_SYNTAX\",\"error\":\"what\"}}\n", ERR_SYNTAX, CLI_USAGE },
		{ "{\"end\":{\"ok\":false,\"code\":\"ERR_IO\"}}\n", ERR_IO, CLI_FAILED },
		{ "{\"end\":{\"ok\":false,\"code\":\"ERR_OF_TOMORROW\"}}\n", ERR_INTERNAL, CLI_FAILED },
		{ "{\"end\":{\"ok\":false,\"code\":\"ERR_OK\"}}\n", ERR_INTERNAL, CLI_FAILED },
		{ "{\"end\":{}}\n", ERR_INTERNAL, CLI_FAILED },
		{ "{\"end\":7}\n", ERR_INTERNAL, CLI_FAILED },
		/* broken off, or not what was agreed */
		{ "", ERR_UNREACHABLE, CLI_NO_DAEMON },
		{ "{\"a\":1}\n", ERR_UNREACHABLE, CLI_NO_DAEMON },
		{ "{\"a\":1}\n{\"end\":{\"ok\":tr", ERR_UNREACHABLE, CLI_NO_DAEMON },
		{ "{\"end\":{\"ok\":true}}", ERR_UNREACHABLE, CLI_NO_DAEMON },
		{ "SSH-2.0\n", ERR_PEER, CLI_FAILED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err e;
		int rows, rc = ask(&(struct cli){ .json = true }, "status", NULL, cases[i].answer, &rows, &e);

		if (rc != (int)cases[i].code || cli_exit_of(e.code) != cases[i].status || e.text[0] == '\0')
			fail_msg("%s: %d %s", cases[i].answer, rc, e.text);
	}
}

static void a_limit_that_is_no_number_is_not_sent(void **state)
{
	static const char *const bad[] = { "x", "", "-1", "1e3", "99999999999999999999" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err e;
		int rows;

		assert_int_equal(ask(&(struct cli){ .limit = bad[i] }, "queue", "list", OK, &rows, &e), ERR_SYNTAX);
		assert_int_equal(ask(&(struct cli){ .from = bad[i] }, "audit", NULL, OK, &rows, &e), ERR_SYNTAX);
		assert_int_equal(ask(&(struct cli){ .older = bad[i] }, "queue", "list", OK, &rows, &e), ERR_SYNTAX);
		assert_string_equal(d.command, "");
	}
}

static void a_reason_that_is_too_long_is_not_sent(void **state)
{
	char *reason = mem_new(70000);
	struct err e;
	int rows;

	(void)state;
	memset(reason, 'x', 69999);
	assert_int_equal(ask(&(struct cli){ .reason = reason }, "status", NULL, OK, &rows, &e), ERR_LIMIT);
	assert_string_equal(d.command, "");
	free(reason);
}

static void a_daemon_that_hangs_up_is_an_error_and_no_signal(void **state)
{
	struct err e;
	int rows;

	(void)state;
	d.hang_up = true;
	assert_int_equal(ask(&(struct cli){ .json = true }, "status", NULL, "", &rows, &e), ERR_UNREACHABLE);
	d.hang_up = false;
}

static void without_a_daemon_it_says_where_nobody_answers(void **state)
{
	const struct cli_verb *v = cli_verbs;
	char longer[200];
	struct err e = ERR_INIT;
	int rows = 0;

	(void)state;
	assert_int_equal(cli_ask(&(struct cli){ .socket = "/nowhere/control.sock" }, v, count_row, &rows, &e), ERR_UNREACHABLE);
	assert_non_null(strstr(e.text, "/nowhere/control.sock"));
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(cli_ask(&(struct cli){ .socket = longer }, v, count_row, &rows, &e), ERR_SYNTAX);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_command_has_what_the_operator_gave),
		T(a_relative_folder_is_that_of_the_operator),
		T(what_is_not_utf_8_is_refused_before_it_is_sent),
		T(every_row_but_the_end_is_handed_on),
		T(what_the_daemon_says_becomes_the_exit_status),
		T(a_limit_that_is_no_number_is_not_sent),
		T(a_reason_that_is_too_long_is_not_sent),
		T(a_daemon_that_hangs_up_is_an_error_and_no_signal),
		T(without_a_daemon_it_says_where_nobody_answers),
	};
	return cmocka_run_group_tests_name("gateway/cli/ask", tests, NULL, NULL);
}
