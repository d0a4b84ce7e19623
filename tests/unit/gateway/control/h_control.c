/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_control.h says what they do. */
#include "h_control.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "base/clock.h"

struct h_ctl h_ctl;

static void more_status(void *ctx, json_t *rows)
{
	(void)ctx;
	json_array_append_new(rows, json_pack("{s:s, s:i}", "name", "extra", "value", 7));
}

int h_ctl_up(void **state)
{
	static const char *const servers[] = { "https://127.0.0.1:9/" }, *const uris[] = { "urn:a" };	/* never asked */
	static const struct dir_service services[] = { { NULL, uris, 1 } };
	struct err e = ERR_INIT;

	(void)state;
	h_spool_init(&h_ctl.spool);
	snprintf(h_ctl.path, sizeof(h_ctl.path), "%s/control.sock", h_ctl.spool.root);
	assert_ok(dir_new(&(struct dir_options){ .servers = servers, .server_count = 1, .services = services,
						 .service_count = 1, .entry_path = "e", .token_path = "t",
						 .spool = h_ctl.spool.s },
			  &h_ctl.dir, &e), e);
	h_ctl.ctx = (struct control_ctx){ .spool = h_ctl.spool.s, .dir = h_ctl.dir, .version = "9.9",
					     .config_file = "/etc/x.yaml", .started = clock_now() - 5000, .status = more_status };
	assert_ok(control_start(h_ctl.path, &h_ctl.ctx, &h_ctl.control, &e), e);
	return 0;
}

int h_ctl_down(void **state)
{
	(void)state;
	control_stop(h_ctl.control);
	dir_free(h_ctl.dir);
	h_spool_fini(&h_ctl.spool);
	return 0;
}

int h_dial(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(to.sun_path, sizeof(to.sun_path), "%s", h_ctl.path);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

json_t *h_exchange(const void *request, size_t n)
{
	json_t *rows = json_array(), *row;
	struct err e = ERR_INIT;
	struct span text, line;
	struct buf b;
	int fd = h_dial();
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

json_t *h_ask(const char *fmt, ...)
{
	char text[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text) - 1, fmt, ap);
	va_end(ap);
	for (char *p = text; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	strcat(text, "\n");
	return h_exchange(text, strlen(text));
}

const json_t *h_end_of(const json_t *rows)
{
	return json_object_get(json_array_get(rows, json_array_size(rows) - 1), "end");
}

void h_ends_with(json_t *rows, const char *code)
{
	const json_t *end = h_end_of(rows);

	assert_non_null(end);
	if (strcmp(json_opt_string(end, "code", "ok"), code) != 0)
		fail_msg("%s instead of %s: %s", json_opt_string(end, "code", "ok"), code, json_opt_string(end, "error", ""));
	assert_int_equal(json_opt_bool(end, "ok", -1), strcmp(code, "ok") == 0);
	if (strcmp(code, "ok") != 0)
		assert_true(json_opt_string(end, "error", "")[0] != '\0');
	json_decref(rows);
}

const char *h_field(const json_t *rows, size_t i, const char *key)
{
	return json_opt_string(json_array_get(rows, i), key, "");
}

void h_ctl_submit(const char *foreign_id, const char *recipient, char id[ID_TEXT_LEN], struct id *dlv)
{
	struct err e = ERR_INIT;
	struct id m;

	assert_ok(h_submit(h_ctl.spool.s, foreign_id, recipient, 10, 1, &m, dlv, &e), e);
	id_text(&m, id);
}
