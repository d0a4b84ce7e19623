/* SPDX-License-Identifier: EUPL-1.2 */
/* A scanner that knows EICAR. */
#include "cm.h"

#include "h_clamd.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"

#define SMALL 1000

static struct {
	int fd;
	pthread_t thread;
	atomic_int how;
	atomic_uint scans;
	atomic_ullong bytes;
	char address[160], path[120];
} d = { .fd = -1 };

static bool get(int fd, void *data, size_t n)
{
	return n == 0 || recv(fd, data, n, MSG_WAITALL) == (ssize_t)n;
}

static void say(int fd, const char *text)
{
	(void)!send(fd, text, strlen(text) + 1, MSG_NOSIGNAL);
}

static void say_without_end(int fd)
{
	char many[4096];

	memset(many, 'x', sizeof(many));
	for (int i = 0; i < 4; i++)
		(void)!send(fd, many, sizeof(many), MSG_NOSIGNAL);
}

/* The signature may lie across two chunks: the end of what came is kept. */
static bool look(const char *tail, size_t n)
{
	return memmem(tail, n, H_EICAR, strlen(H_EICAR)) != NULL;
}

static void serve(int fd)
{
	static char buf[1 << 20];
	char command[10], how = (char)atomic_load(&d.how);
	size_t kept = 0;
	uint64_t total = 0;
	bool found = false;
	uint32_t n;

	if (!get(fd, command, sizeof(command)) || memcmp(command, "zINSTREAM", 10) != 0) {
		say(fd, "UNKNOWN COMMAND");
		return;
	}
	for (;;) {
		if (!get(fd, &n, 4))
			return;
		n = ntohl(n);
		if (n == 0)
			break;
		if (n > sizeof(buf) - 100 || !get(fd, buf + kept, n))
			return;
		total += n;
		if (how == H_CLAMD_HANGS_UP)
			return;
		if (how == H_CLAMD_SMALL && total > SMALL) {
			say(fd, "INSTREAM size limit exceeded. ERROR");
			return;
		}
		found = found || look(buf, kept + n);
		kept += n;
		if (kept > 68) {
			memmove(buf, buf + kept - 68, 68);
			kept = 68;
		}
	}
	atomic_store(&d.bytes, total);
	atomic_fetch_add(&d.scans, 1);
	if (how == H_CLAMD_SILENT)
		(void)!recv(fd, &n, 1, 0);
	else if (how == H_CLAMD_NONSENSE)
		say(fd, "stream: maybe");
	else if (how == H_CLAMD_ENDLESS)
		say_without_end(fd);
	else
		say(fd, found ? "stream: Eicar-Test-Signature FOUND" : "stream: OK");
}

static void *run(void *arg)
{
	int fd;

	(void)arg;
	while ((fd = accept(d.fd, NULL, NULL)) >= 0) {
		serve(fd);
		(void)close(fd);
	}
	return NULL;
}

const char *h_clamd_start(const char *dir)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(in);

	d.fd = socket(dir != NULL ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	d.path[0] = '\0';
	if (dir != NULL) {
		snprintf(d.path, sizeof(d.path), "%s/clamd.sock", dir);
		snprintf(un.sun_path, sizeof(un.sun_path), "%s", d.path);
		assert_int_equal(bind(d.fd, (struct sockaddr *)&un, sizeof(un)), 0);
		snprintf(d.address, sizeof(d.address), "unix:%s", d.path);
	} else {
		assert_int_equal(bind(d.fd, (struct sockaddr *)&in, sizeof(in)), 0);
		assert_int_equal(getsockname(d.fd, (struct sockaddr *)&in, &n), 0);
		snprintf(d.address, sizeof(d.address), "127.0.0.1:%u", ntohs(in.sin_port));
	}
	assert_int_equal(listen(d.fd, 16), 0);
	atomic_store(&d.how, H_CLAMD_WORKS);
	atomic_store(&d.scans, 0);
	assert_int_equal(pthread_create(&d.thread, NULL, run, NULL), 0);
	return d.address;
}

void h_clamd_be(enum h_clamd_how how)
{
	atomic_store(&d.how, (int)how);
}

unsigned h_clamd_scans(void)
{
	return atomic_load(&d.scans);
}

uint64_t h_clamd_bytes(void)
{
	return atomic_load(&d.bytes);
}

void h_clamd_stop(void)
{
	(void)shutdown(d.fd, SHUT_RDWR);
	(void)pthread_join(d.thread, NULL);
	(void)close(d.fd);
	(void)unlink(d.path);
	d.fd = -1;
}
