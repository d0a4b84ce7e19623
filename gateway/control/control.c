/* SPDX-License-Identifier: EUPL-1.2 */
/* The operators' socket: accepts, reads one command, runs it, sends rows. */
#include "control/control.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/work.h"
#include "control/caller.h"

#define REQUEST_MAX ((size_t)64 * 1024)
#define REASON_MAX 1000
#define CLIENT_TIMEOUT_S 10	/* for sending the command, and for each row to be read */
#define STOP_LOOK_MS 200
#define WORKERS 8		/* a backup or a silent client holds one */

struct control {
	struct control_ctx ctx;
	struct sockaddr_un addr;
	ino_t inode;		/* of the socket as we made it: another daemon's is not ours to remove */
	gid_t group;
	int fd;
	pthread_t thread;
	struct work *work;
	atomic_bool stopping;
};

struct job {
	struct control *control;
	int fd;
};

/* Without SIGPIPE when the client is gone. */
static bool send_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t w = send(fd, p, n, MSG_NOSIGNAL);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return false;
		p += w;
		n -= (size_t)w;
	}
	return true;
}

void control_call_row(struct control_call *c, json_t *obj)
{
	struct buf line;

	buf_init(&line, (size_t)4 * 1024 * 1024);
	json_write(&line, obj);
	buf_putc(&line, '\n');
	if (!line.over && c->fd >= 0 && !send_all(c->fd, line.p, line.n))
		c->fd = -1;	/* gone; the command itself goes on */
	buf_fini(&line);
	json_decref(obj);
}

/* One line, within CLIENT_TIMEOUT_S however slowly it drips; a stop of the daemon ends the waiting. */
static int read_line(const struct control *c, int fd, struct buf *b, struct err *e)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int64_t until = clock_mono() + CLIENT_TIMEOUT_S * 1000LL;
	char chunk[4096];

	while (!b->over && (b->n == 0 || memchr(b->p, '\n', b->n) == NULL)) {
		ssize_t n;

		if (atomic_load(&c->stopping))
			return err_set(e, ERR_STOPPING, "the daemon is being stopped");
		if (clock_mono() >= until)
			return err_set(e, ERR_TIMEOUT, "no complete command within %d s", CLIENT_TIMEOUT_S);
		if (poll(&p, 1, STOP_LOOK_MS) <= 0)
			continue;
		n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno != EINTR)
			return err_set(e, err_from_errno(errno), "read: %s", strerror(errno));
		if (n == 0)
			break;
		if (n > 0)
			buf_put(b, chunk, (size_t)n);
	}
	return buf_check(b, "command", e);
}

static int run_command(struct control_call *c, struct err *e)
{
	const char *name, *why;
	int rc = json_need_string(c->args, "command", &name, e);

	if (rc != 0)
		return rc;
	for (const struct control_command *cmd = control_commands; cmd->name != NULL; cmd++) {
		if (strcmp(cmd->name, name) != 0)
			continue;
		if (cmd->is_change) {
			rc = json_need_string(c->args, "reason", &why, e);
			if (rc != 0 || why[strspn(why, " \t\r\n")] == '\0')
				return err_set(e, ERR_SYNTAX, "%s changes something: say why with --reason", name);
			if (strlen(why) > REASON_MAX)
				return err_set(e, ERR_SYNTAX, "--reason: longer than %d bytes", REASON_MAX);
		}
		return cmd->run(c, e);
	}
	return err_set(e, ERR_MISSING, "unknown command %s", name);
}

static void send_end(struct control_call *c, int rc, const struct err *e)
{
	json_t *end = json_object();

	(void)json_object_set_new(end, "ok", json_boolean(rc == 0));
	if (rc == 0 && c->more)
		(void)json_object_set_new(end, "more", json_true());
	if (rc != 0) {
		(void)json_object_set_new(end, "code", json_string(err_name(e->code)));
		(void)json_object_set_new(end, "error", json_string(e->text));
	}
	control_call_row(c, json_pack("{s:o}", "end", end));
}

static void serve(void *arg)
{
	struct job *job = arg;
	struct timeval limit = { .tv_sec = CLIENT_TIMEOUT_S };
	struct control_call c = { .ctx = &job->control->ctx, .arena = arena_new(), .fd = job->fd };
	struct err e = ERR_INIT;
	json_t *args = NULL;
	struct buf line;
	int rc;

	buf_init(&line, REQUEST_MAX);
	(void)setsockopt(job->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	rc = control_caller_check(job->fd, job->control->group, c.arena, &c.actor, &e);
	if (rc == 0)
		rc = read_line(job->control, job->fd, &line, &e);
	if (rc == 0)
		rc = json_read(buf_view(&line), "command", &args, &e);
	if (rc == 0) {
		c.args = args;
		c.actor = control_caller_claim(c.arena, c.actor, json_opt_string(args, "sudo_user", NULL));
		rc = run_command(&c, &e);
	}
	send_end(&c, rc, &e);
	json_decref(args);
	buf_fini(&line);
	arena_free(c.arena);
	(void)close(job->fd);
	free(job);
}

static void *accept_loop(void *arg)
{
	struct control *c = arg;
	struct pollfd p = { .fd = c->fd, .events = POLLIN };

	while (!atomic_load(&c->stopping)) {
		struct err e = ERR_INIT;
		struct job *job;
		int fd;

		if (poll(&p, 1, 200) <= 0)
			continue;
		fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			continue;
		job = mem_new(sizeof(*job));
		*job = (struct job){ c, fd };
		if (work_submit(c->work, serve, job, &e) != 0) {
			send_end(&(struct control_call){ .fd = fd }, (int)e.code, &e);
			(void)close(fd);
			free(job);
		}
	}
	return NULL;
}

/* A socket that nobody listens at was left behind by a daemon that was killed. */
static int remove_old(const struct sockaddr_un *at, struct err *e)
{
	struct stat st;
	int fd, no;

	if (lstat(at->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode))
		return 0;	/* anything else there is no socket of ours: bind says so */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_set(e, err_from_errno(errno), "socket: %s", strerror(errno));
	no = connect(fd, (const struct sockaddr *)at, sizeof(*at)) == 0 ? 0 : errno;
	(void)close(fd);
	if (no == 0 || no == EAGAIN || no == EINPROGRESS)
		return err_set(e, ERR_BUSY, "control socket %s: another daemon listens there; end it, or give this one a "
			       "control_socket of its own", at->sun_path);
	(void)unlink(at->sun_path);
	return 0;
}

/* A group that the socket has already needs no system call that a hardened unit forbids. */
static bool open_to_group(const struct control *c, const struct stat *st)
{
	return (st->st_gid == c->group || chown(c->addr.sun_path, (uid_t)-1, c->group) == 0) &&
	       chmod(c->addr.sun_path, 0660) == 0;
}

static int bind_at(struct control *c, struct err *e)
{
	bool has_group = c->group != CONTROL_NO_GROUP;
	mode_t old = umask(0177);	/* the socket is never open to others, not even for a moment */
	struct stat st;
	int rc = 0;

	if (bind(c->fd, (const struct sockaddr *)&c->addr, sizeof(c->addr)) != 0 || lstat(c->addr.sun_path, &st) != 0 ||
	    (has_group && !open_to_group(c, &st)) || listen(c->fd, 16) != 0)
		rc = err_set(e, err_from_errno(errno), "control socket %s: %s", c->addr.sun_path, strerror(errno));
	else
		c->inode = st.st_ino;
	(void)umask(old);
	return rc;
}

static int listen_at(struct control *c, const char *group, struct err *e)
{
	int rc = group == NULL ? 0 : control_group_find(group, &c->group, e);

	if (rc == 0)
		rc = remove_old(&c->addr, e);
	if (rc != 0)
		return rc;
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		return err_set(e, err_from_errno(errno), "socket: %s", strerror(errno));
	return bind_at(c, e);
}

static void remove_ours(const struct control *c)
{
	struct stat st;

	if (lstat(c->addr.sun_path, &st) == 0 && st.st_ino == c->inode)
		(void)unlink(c->addr.sun_path);
}

int control_start(const char *path, const struct control_ctx *ctx, struct control **out, struct err *e)
{
	struct control *c = mem_new(sizeof(*c));
	int rc;

	c->ctx = *ctx;
	c->fd = -1;
	c->group = CONTROL_NO_GROUP;
	c->addr.sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(c->addr.sun_path)) {
		rc = err_set(e, ERR_CONFIG, "control_socket: %s is longer than %zu bytes", path,
			     sizeof(c->addr.sun_path) - 1);
		goto out;
	}
	memcpy(c->addr.sun_path, path, strlen(path) + 1);
	rc = listen_at(c, ctx->group, e);
	if (rc == 0)
		rc = work_new("control", WORKERS, 16, &c->work, e);
	if (rc == 0 && pthread_create(&c->thread, NULL, accept_loop, c) != 0) {
		rc = err_set(e, ERR_NOMEM, "cannot start the control thread");
		work_free(c->work);
	}
out:
	if (rc != 0) {
		if (c->fd >= 0)
			(void)close(c->fd);
		free(c);
		return rc;
	}
	*out = c;
	return 0;
}

void control_stop(struct control *c)
{
	if (c == NULL)
		return;
	atomic_store(&c->stopping, true);
	(void)pthread_join(c->thread, NULL);
	work_free(c->work);
	(void)close(c->fd);
	remove_ours(c);
	free(c);
}
