/* SPDX-License-Identifier: EUPL-1.2 */
/* notify - sd_notify(3) without its library. */
#include "notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/span.h"

static void say(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd;

	if (path == NULL || (path[0] != '/' && path[0] != '@') || strlen(path) >= sizeof(to.sun_path))
		return;
	memcpy(to.sun_path, path, strlen(path));
	if (path[0] == '@')
		to.sun_path[0] = '\0';	/* abstract name */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&to,
		     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path)));
	(void)close(fd);
}

void gw_notify_ready(void)
{
	say("READY=1");
}

void gw_notify_stopping(void)
{
	say("STOPPING=1");
}

void gw_notify_alive(void)
{
	say("WATCHDOG=1");
}

unsigned gw_notify_every_ms(void)
{
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	uint64_t us, whom;

	if (usec == NULL || !span_u64(span_of(usec), UINT32_MAX * 1000ull, &us) || us < 2000)
		return 0;
	if (pid != NULL && (!span_u64(span_of(pid), INT32_MAX, &whom) || whom != (uint64_t)getpid()))
		return 0;
	return (unsigned)(us / 2000);
}
