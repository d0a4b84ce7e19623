/* SPDX-License-Identifier: EUPL-1.2 */
/* What all commands share: paths below the sandbox, the wish to stop. */
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "sim.h"

const char *sim_path(const char *dir, const char *fmt, ...)
{
	static _Thread_local char paths[4][600];
	static _Thread_local unsigned next;
	char *p = paths[next++ % 4];
	int n = snprintf(p, sizeof(paths[0]), "%s/", dir);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(p + n, sizeof(paths[0]) - (size_t)n, fmt, ap);
	va_end(ap);
	return p;
}

static sigset_t stop_signals;
static atomic_bool is_stopped;	/* the signal itself reaches one thread only */

void sim_stop_init(void)
{
	(void)sigemptyset(&stop_signals);
	(void)sigaddset(&stop_signals, SIGTERM);
	(void)sigaddset(&stop_signals, SIGINT);
	(void)pthread_sigmask(SIG_BLOCK, &stop_signals, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
}

bool sim_stop_wait(int ms)
{
	const struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	if (!atomic_load(&is_stopped) && sigtimedwait(&stop_signals, NULL, &t) > 0)
		atomic_store(&is_stopped, true);
	return atomic_load(&is_stopped);
}
