/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_site.h says what they do. */
#include "h_site.h"

#include "cm.h"

#include "base/mem.h"
#include "spool/lmdb/lmdb.h"

static void start_server(struct h_site *s)
{
	struct err e = ERR_INIT;
	unsigned index;
	const struct http_limits limits = { .workers = 4 };
	struct http_listener l = { .name = "form", .address = "127.0.0.1:0", .error_page = form_error_page,
				   .error_ctx = s->form, .client_header = s->client_header };
	const struct http_client_settings settings = { .total_ms = 20000 };
	l.routes = form_routes(s->form, &l.route_count);
	assert_ok(http_server_new(&limits, &s->server, &e), e);
	assert_ok(http_server_listen(s->server, &l, &index, &e), e);
	assert_ok(http_server_start(s->server, &e), e);
	s->port = http_server_port(s->server, index);
	assert_ok(http_client_new(&settings, &s->client, &e), e);
}

static void run(struct h_site *s)
{
	struct err e = ERR_INIT;
	char *key = mem_printf("%s/key", s->dir), *spool = mem_printf("%s/spool", s->dir);
	const struct spool_options so = { .engine = &spool_lmdb, .dir = spool, .master_key_file = key,
					  .size_max = UINT64_C(256) << 20,
					  .retention.draft = (s->o.draft_days == 0 ? 30 : s->o.draft_days) * INT64_C(86400000) };

	assert_ok(spool_open(&so, &s->spool, &e), e);
	assert_ok(form_service_new(&s->o, s->spool, &s->form, &e), e);
	start_server(s);
	free(key);
	free(spool);
}

static void end(struct h_site *s)
{
	http_server_stop(s->server, 1000);
	http_server_free(s->server);
	http_client_free(s->client);
	form_service_free(s->form);
	spool_close(s->spool);
}

void h_site_restart(struct h_site *s)
{
	end(s);
	run(s);
}

void h_site_start(struct h_site *s, const struct form_options *o)
{
	h_site_start_behind(s, o, NULL);
}

void h_site_start_behind(struct h_site *s, const struct form_options *o, const char *client_header)
{
	static const struct form_source forms[] = { { "docs/forms/hilfe-zum-lebensunterhalt.json", NULL } };
	struct err e = ERR_INIT;
	memset(s, 0, sizeof(*s));
	s->client_header = client_header;
	if (o != NULL)
		s->o = *o;
	if (s->o.forms == NULL) {
		s->o.forms = forms;
		s->o.form_count = 1;
	}
	if (s->o.recipients_file == NULL)
		s->o.recipients_file = "docs/forms/gemeinden.json";
	if (s->o.rate_burst <= 0)
		s->o.rate_burst = 10000;
	snprintf(s->dir, sizeof(s->dir), "/tmp/depesche-form-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	char *key = mem_printf("%s/key", s->dir);
	assert_ok(spool_key_make(key, &e), e);
	free(key);
	run(s);
}

void h_site_stop(struct h_site *s)
{
	char *rm = mem_printf("rm -rf %s", s->dir);
	end(s);
	assert_int_equal(system(rm), 0);
	free(rm);
}

static void copy_header(const struct http_answer *a, const char *name, char *out, size_t n)
{
	const char *v = http_answer_header(a, name);
	snprintf(out, n, "%s", v == NULL ? "" : v);
}

void h_site_call(struct h_site *s, const char *method, const char *path, const char *cookie, const char *type,
		 struct span body, struct h_reply *out)
{
	struct err e = ERR_INIT;
	struct http_answer answer;
	struct http_pair headers[5] = { { NULL, NULL } };
	size_t n = 0;
	char *url = mem_printf("http://127.0.0.1:%u%s", s->port, path);
	memset(out, 0, sizeof(*out));
	buf_init(&out->body, 16 << 20);
	if (cookie != NULL)
		headers[n++] =
			(struct http_pair){ strncmp(cookie, "Bearer ", 7) == 0 ? "Authorization" : "Cookie", cookie };
	if (type != NULL)
		headers[n++] = (struct http_pair){ "Content-Type", type };
	for (size_t i = 0; i < 2 && s->more[i].name != NULL; i++)
		headers[n++] = s->more[i];
	struct src *from = body.p == NULL ? NULL : src_of_mem(body.p, body.n);
	struct sink *to = sink_to_buf(&out->body);
	const struct http_call call = { .method = method, .url = url, .headers = headers, .body = from,
					.body_length = (int64_t)body.n, .to = to };
	assert_ok(http_client_do(s->client, &call, &answer, &e), e);
	out->status = answer.status;
	copy_header(&answer, "Location", out->location, sizeof(out->location));
	copy_header(&answer, "Set-Cookie", out->cookie, sizeof(out->cookie));
	copy_header(&answer, "Content-Security-Policy", out->csp, sizeof(out->csp));
	copy_header(&answer, "Content-Disposition", out->disposition, sizeof(out->disposition));
	copy_header(&answer, "Content-Type", out->type, sizeof(out->type));
	copy_header(&answer, "Retry-After", out->retry_after, sizeof(out->retry_after));
	http_answer_fini(&answer);
	sink_close(to);
	src_close(from);
	free(url);
}

void h_reply_fini(struct h_reply *r)
{
	buf_fini(&r->body);
}

bool h_reply_has(const struct h_reply *r, const char *text)
{
	return strstr(buf_str(&r->body), text) != NULL;
}
