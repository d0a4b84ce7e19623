/* SPDX-License-Identifier: EUPL-1.2 */
/* Who may speak at the control socket, and under which name. */
#include "cm.h"

#include <grp.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "control/caller.h"

struct address {
	sa_family_t family;
	char path[100];
};

/* Becomes that user, connects, and waits for the end. */
static void be_client(const struct address *at, socklen_t len, uid_t uid, gid_t gid, const gid_t *also, size_t n)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char byte;

	if (setgroups(n, also) != 0 || setgid(gid) != 0 || setuid(uid) != 0)
		_exit(7);
	if (connect(fd, (const struct sockaddr *)at, len) != 0)
		_exit(8);
	_exit(read(fd, &byte, 1) < 0);
}

/* What is said about a process of this uid and these groups at the other end of a socket. */
static int check_as(uid_t uid, gid_t gid, const gid_t *also, size_t n, gid_t group, char actor[200])
{
	struct address at = { .family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), fd, status, rc;
	struct arena *a = arena_new();
	socklen_t len = sizeof(at);
	struct err e = ERR_INIT;
	const char *who = "";
	pid_t pid;

	assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof(sa_family_t)), 0);	/* a name of its own */
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &len), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		be_client(&at, len, uid, gid, also, n);
	fd = accept(listener, NULL, NULL);
	rc = control_caller_check(fd, group, a, &who, &e);
	(void)snprintf(actor, 200, "%s", who);
	close(fd);
	close(listener);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	arena_free(a);
	return rc;
}

static void members_of_the_group_may_speak_and_others_may_not(void **state)
{
	const gid_t ops = 47110, also[] = { 47001, 47110 };
	char actor[200];

	(void)state;
	if (geteuid() != 0)
		skip();	/* only root can be somebody else */
	assert_int_equal(check_as(47999, 47999, NULL, 0, ops, actor), ERR_DENIED);
	assert_int_equal(check_as(47999, 47999, also, 1, ops, actor), ERR_DENIED);
	assert_int_equal(check_as(47999, 47999, also, 2, ops, actor), 0);
	assert_int_equal(strncmp(actor, "uid 47999", 9), 0);
	assert_int_equal(check_as(47999, ops, NULL, 0, ops, actor), 0);
	assert_int_equal(check_as(47999, ops, also, 2, CONTROL_NO_GROUP, actor), ERR_DENIED);
	assert_int_equal(check_as(0, 0, NULL, 0, CONTROL_NO_GROUP, actor), 0);
	assert_int_equal(strncmp(actor, "uid 0 (root)", 12), 0);
}

static void only_root_is_believed_whom_it_acts_for(void **state)
{
	static const struct {
		const char *actor, *claim, *is;
	} cases[] = {
		{ "uid 0 (root)", "anna", "uid 0 (root), sudo anna" },
		{ "uid 0 (root)", "AD\\anna.b@stadt", "uid 0 (root), sudo AD\\anna.b@stadt" },
		{ "uid 0 (root)", NULL, "uid 0 (root)" },
		{ "uid 0 (root)", "", "uid 0 (root)" },
		{ "uid 0 (root)", "anna\nuid 0", "uid 0 (root)" },
		{ "uid 0 (root)", "anna, sudo ben", "uid 0 (root)" },
		{ "uid 0 (root), login 1001 (ben)", "anna", "uid 0 (root), login 1001 (ben)" },
		{ "uid 1001 (ben)", "anna", "uid 1001 (ben)" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(control_caller_claim(a, cases[i].actor, cases[i].claim), cases[i].is);
	arena_free(a);
}

static void a_group_has_to_be_there(void **state)
{
	struct err e = ERR_INIT;
	gid_t gid = 1;

	(void)state;
	assert_ok(control_group_find("root", &gid, &e), e);
	assert_int_equal(gid, 0);
	assert_int_equal(control_group_find("no-such-group-here", &gid, &e), ERR_CONFIG);
	assert_non_null(strstr(e.text, "control_group"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_of_the_group_may_speak_and_others_may_not),
		cmocka_unit_test(only_root_is_believed_whom_it_acts_for),
		cmocka_unit_test(a_group_has_to_be_there),
	};
	return cmocka_run_group_tests_name("gateway/control/caller", tests, NULL, NULL);
}
