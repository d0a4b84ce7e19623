/* SPDX-License-Identifier: EUPL-1.2 */
/* Asks the daemon: one line there, rows back. */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "config/conf.h"

#define LINE_MAX_BYTES ((size_t)4 * 1024 * 1024)
#define NUMBER_MOST 1000000000u
#define SILENCE_S 60	/* between two lines; a backup tells its progress more often */
#define SILENCE_MOST 86400

static int silence(const struct cli *c, uint64_t *s, struct err *e)
{
	*s = SILENCE_S;
	if (c->timeout != NULL && (!span_u64(span_of(c->timeout), SILENCE_MOST, s) || *s == 0))
		return err_set(e, ERR_SYNTAX, "--timeout %s: expected seconds from 1 to %d", c->timeout, SILENCE_MOST);
	return 0;
}

static int connect_to(const char *path, uint64_t silence_s, int *out, struct err *e)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const struct timeval most = { .tv_sec = (time_t)silence_s };
	int fd;

	if (strlen(path) >= sizeof(to.sun_path))
		return err_set(e, ERR_SYNTAX, "socket name %s is too long", path);
	memcpy(to.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_set(e, err_from_errno(errno), "socket: %s", strerror(errno));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof(most));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof(most));	/* also for connect */
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0) {
		int no = errno;

		(void)close(fd);
		if (no == EAGAIN)
			return err_set(e, ERR_TIMEOUT, "the daemon at %s takes no command", path);
		if (no == EACCES || no == EPERM)
			return err_set(e, ERR_DENIED, "%s: %s; only root, the daemon's user and its control_group may give commands", path,
				       strerror(no));
		return err_set(e, ERR_UNREACHABLE, "no daemon answers at %s: %s", path, strerror(no));
	}
	*out = fd;
	return 0;
}

/* text may be NULL: not given. */
static int add_text(json_t *cmd, const char *key, const char *name, const char *text, struct err *e)
{
	if (text == NULL)
		return 0;
	if (json_object_set_new(cmd, key, json_string(text)) != 0)
		return err_set(e, ERR_SYNTAX, "%s: not UTF-8", name);
	return 0;
}

/* text may be NULL: not given. */
static int add_number(json_t *cmd, const char *key, const char *text, struct err *e)
{
	uint64_t n;

	if (text == NULL)
		return 0;
	if (!span_u64(span_of(text), NUMBER_MOST, &n))
		return err_set(e, ERR_SYNTAX, "--%s %s: expected a number", key, text);
	(void)json_object_set_new(cmd, key, json_integer((json_int_t)n));
	return 0;
}

static int add_time(json_t *cmd, const char *key, const char *option, const char *text, struct err *e)
{
	int64_t ms;

	if (text == NULL)
		return 0;
	if (!conf_time_parse(span_of(text), &ms))
		return err_set(e, ERR_SYNTAX, "%s %s: expected a duration such as 90min, 2h or 3d", option, text);
	(void)json_object_set_new(cmd, key, json_integer(ms));
	return 0;
}

/* The daemon stands in another folder than the person who names one. */
static int add_folder(json_t *cmd, const char *folder, struct err *e)
{
	char *cwd = folder[0] == '/' ? NULL : getcwd(NULL, 0);
	char *whole = cwd == NULL ? mem_dup(folder) : mem_printf("%s/%s", cwd, folder);
	int rc = add_text(cmd, "target", "FOLDER", whole, e);

	free(whole);
	free(cwd);
	return rc;
}

/* What the options say, as far as they were given. */
static int add_options(json_t *cmd, const struct cli *c, struct err *e)
{
	const struct {
		const char *key, *name, *text;
	} texts[] = {
		{ "reason", "--reason", c->reason },
		{ "state", "--state", c->state },
		{ "recipient", "--recipient", c->recipient },
		{ "why", "--why", c->why },
		{ "peer", "--peer", c->peer },
		{ "channel", "--channel", c->channel },
		{ "form", "--form", c->form },
		{ "case", "--case", c->case_text },
		{ "after", "--after", c->after },
		{ "head", "--head", c->head },
		/* who root acts for; only root is believed */
		{ "sudo_user", "SUDO_USER", geteuid() == 0 ? getenv("SUDO_USER") : NULL },
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(texts); i++)
		rc = add_text(cmd, texts[i].key, texts[i].name, texts[i].text, e);
	if (rc == 0)
		rc = add_number(cmd, "limit", c->limit, e);
	if (rc == 0)
		rc = add_number(cmd, "from", c->from, e);
	if (rc == 0 && c->count)
		(void)json_object_set_new(cmd, "count", json_true());
	if (rc == 0)
		rc = add_time(cmd, "older", "--older-than", c->older, e);
	return rc != 0 ? rc : add_time(cmd, "for", "--for", c->how_long, e);
}

static int send_command(int fd, const struct cli *c, const struct cli_verb *v, struct err *e)
{
	json_t *cmd = json_pack("{s:s}", "command", v->command);
	struct buf line;
	int rc = 0;

	if (c->arg_count > 0)
		rc = strcmp(v->command, "backup") == 0 ? add_folder(cmd, c->args[0], e) :
							 add_text(cmd, "id", v->args, c->args[0], e);
	if (rc == 0)
		rc = add_options(cmd, c, e);
	buf_init(&line, (size_t)64 * 1024);
	json_write(&line, cmd);
	buf_putc(&line, '\n');
	if (rc == 0)
		rc = buf_check(&line, "command", e);
	if (rc == 0 && send(fd, line.p, line.n, MSG_NOSIGNAL) != (ssize_t)line.n)	/* one line: whole or not at all */
		rc = err_set(e, ERR_UNREACHABLE, "send: %s", strerror(errno));
	buf_fini(&line);
	json_decref(cmd);
	return rc;
}

static enum err_code code_by_name(const char *name)
{
	for (int i = ERR_OK + 1; i < ERR_CODE_COUNT; i++)
		if (strcmp(err_name((enum err_code)i), name) == 0)
			return (enum err_code)i;
	return ERR_INTERNAL;
}

/* The last line. Returns the daemon's verdict. */
static int take_end(struct cli *c, const json_t *end, struct err *e)
{
	c->more = json_opt_bool(end, "more", 0);
	if (json_opt_bool(end, "ok", 0))
		return 0;
	return err_set(e, code_by_name(json_opt_string(end, "code", "")), "%s", json_opt_string(end, "error", "failed"));
}

static int read_rows(struct cli *c, FILE *in, cli_row_fn *row, void *ctx, struct err *e)
{
	char *line = NULL;
	size_t cap = 0;
	int rc = -1;

	while (rc < 0) {
		json_t *obj = NULL, *end;
		ssize_t n;

		errno = 0;
		n = getline(&line, &cap, in);
		if (n <= 0 || (size_t)n > LINE_MAX_BYTES || line[n - 1] != '\n') {
			rc = n <= 0 && errno == EAGAIN ?
				     err_set(e, ERR_TIMEOUT, "the daemon says nothing any more") :
				     err_set(e, ERR_UNREACHABLE, "the daemon broke off");
			break;
		}
		if (json_read((struct span){ line, (size_t)n }, "answer", &obj, e) != 0) {
			rc = err_set(e, ERR_PEER, "not the answer of a daemon of this version");
			break;
		}
		end = json_object_get(obj, "end");
		if (end != NULL)
			rc = take_end(c, end, e);
		else
			row(ctx, obj);
		json_decref(obj);
	}
	free(line);
	return rc;
}

int cli_ask(struct cli *c, const struct cli_verb *v, cli_row_fn *row, void *ctx, struct err *e)
{
	uint64_t silence_s;
	FILE *in;
	int fd = -1;
	int rc = silence(c, &silence_s, e);

	if (rc == 0)
		rc = connect_to(c->socket, silence_s, &fd, e);
	if (rc != 0)
		return rc;
	rc = send_command(fd, c, v, e);
	in = fdopen(fd, "r");
	if (in == NULL) {
		(void)close(fd);
		return err_set(e, ERR_IO, "%s", strerror(errno));
	}
	if (rc == 0)
		rc = read_rows(c, in, row, ctx, e);
	(void)fclose(in);
	return rc;
}
