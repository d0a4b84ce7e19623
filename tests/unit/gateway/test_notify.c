/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/notify. */
#include "notify.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "cm.h"

static void says_ready_to_the_socket_of_the_service_manager(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	char path[] = "/tmp/notify-test-XXXXXX", got[64] = "";
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	(void)state;
	assert_non_null(mkdtemp(path));
	(void)snprintf(at.sun_path, sizeof(at.sun_path), "%s/s", path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(setenv("NOTIFY_SOCKET", at.sun_path, 1), 0);
	gw_notify_ready();
	assert_true(recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT) > 0);
	assert_string_equal(got, "READY=1");
	gw_notify_alive();
	memset(got, 0, sizeof(got));
	assert_true(recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT) > 0);
	assert_string_equal(got, "WATCHDOG=1");
	(void)close(fd);
	(void)unlink(at.sun_path);
	(void)rmdir(path);
}

static void says_nothing_without_a_service_manager(void **state)
{
	(void)state;
	assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
	gw_notify_ready();
	assert_int_equal(setenv("NOTIFY_SOCKET", "/nowhere/at/all", 1), 0);
	gw_notify_stopping();
}

static void the_watchdog_is_fed_twice_as_often_as_it_wants(void **state)
{
	static const struct {
		const char *usec;
		unsigned every_ms;
	} rows[] = { { "60000000", 30000 }, { "2000", 1 }, { "1999", 0 }, { "0", 0 }, { "-1", 0 }, { "", 0 }, { "1s", 0 } };
	char pid[32];

	(void)state;
	(void)unsetenv("WATCHDOG_PID");
	(void)unsetenv("WATCHDOG_USEC");
	assert_int_equal(gw_notify_every_ms(), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(setenv("WATCHDOG_USEC", rows[i].usec, 1), 0);
		assert_int_equal(gw_notify_every_ms(), rows[i].every_ms);
	}
	/* Another process is watched. */
	assert_int_equal(setenv("WATCHDOG_USEC", "60000000", 1), 0);
	assert_int_equal(setenv("WATCHDOG_PID", "1", 1), 0);
	assert_int_equal(gw_notify_every_ms(), 0);
	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
	assert_int_equal(setenv("WATCHDOG_PID", pid, 1), 0);
	assert_int_equal(gw_notify_every_ms(), 30000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_ready_to_the_socket_of_the_service_manager),
		cmocka_unit_test(the_watchdog_is_fed_twice_as_often_as_it_wants),
		cmocka_unit_test(says_nothing_without_a_service_manager),
	};
	return cmocka_run_group_tests_name("gateway/notify", tests, NULL, NULL);
}
