/* SPDX-License-Identifier: EUPL-1.2 */
/* What a person is told about an application that was sent: the same on the page, in the API and in the confirmation. */
#include "cm.h"

#include <sys/wait.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "gateway/form/application/h_app.h"
#include "gateway/form/model/h_form.h"
#include "h_site.h"

#define STORED 1795497701123	/* 24.11.2026, 06:21 */
#define FETCHED 1795500000000

struct sent {
	struct h_site *site;
	struct id id;
	char path[128], token[80], cookie[80];
};

static void api(const struct sent *s, const char *method, const char *where, const char *body, struct h_reply *r)
{
	char *path = mem_printf("/api/v1/drafts/%s%s", s->path, where);

	h_site_call(s->site, method, path, s->token, "application/json", body == NULL ? SPAN_EMPTY : span_of(body), r);
	free(path);
}

static json_t *json_of(struct h_reply *r)
{
	struct err e = ERR_INIT;
	json_t *v = NULL;

	assert_ok(json_read(buf_view(&r->body), "answer", &v, &e), e);
	h_reply_fini(r);
	return v;
}

static void send_one(struct h_site *site, struct sent *s)
{
	struct h_reply r;
	json_t *v = h_json(h_app_values());
	char *values = json_dumps(v, JSON_COMPACT);

	json_decref(v);
	memset(s, 0, sizeof(*s));
	s->site = site;
	h_site_call(site, "POST", "/api/v1/drafts", NULL, "application/json",
		    SPAN_LIT("{\"form\":\"hilfe-zum-lebensunterhalt\",\"ags\":\"05315000\"}"), &r);
	assert_int_equal(r.status, 201);
	v = json_of(&r);
	(void)snprintf(s->path, sizeof(s->path), "%s", json_opt_string(v, "id", ""));
	(void)snprintf(s->token, sizeof(s->token), "Bearer %s", json_opt_string(v, "token", ""));
	(void)snprintf(s->cookie, sizeof(s->cookie), "antrag=%s", json_opt_string(v, "token", ""));
	json_decref(v);
	assert_true(id_parse(span_of(s->path), &s->id));
	api(s, "PUT", "/values", values, &r);
	assert_int_equal(r.status, 200);
	h_reply_fini(&r);
	api(s, "POST", "/submit", "", &r);
	assert_int_equal(r.status, 200);
	h_reply_fini(&r);
	free(values);
}

static void step(const struct sent *s, enum delivery_event event, enum spool_event_kind kind, enum reason reason)
{
	struct arena *a = arena_new();
	struct spool_delivery *d;
	struct spool_event ev = { .at = clock_now(), .kind = kind };
	struct err e = ERR_INIT;
	size_t n;

	assert_ok(spool_delivery_of(s->site->spool, a, &s->id, &d, &n, &e), e);
	assert_int_equal(n, 1);
	d->reason = reason;
	assert_ok(spool_delivery_step(s->site->spool, d, event, &ev, NULL, &e), e);
	arena_free(a);
}

static void claim(const struct sent *s)
{
	struct arena *a = arena_new();
	struct spool_claim claim = { .now = clock_now(), .lease_ms = 60000 };
	struct spool_delivery d;
	struct err e = ERR_INIT;
	int64_t next;

	assert_ok(spool_delivery_claim(s->site->spool, a, &claim, &d, &next, &e), e);
	assert_int_equal(id_cmp(&d.message, &s->id), 0);
	arena_free(a);
}

static void mark(const struct sent *s, enum spool_instant which, int64_t at)
{
	struct err e = ERR_INIT;

	assert_ok(spool_message_mark(s->site->spool, &s->id, which, at, &e), e);
}

static void stay(const struct sent *s)
{
	(void)s;
}

static void hold(const struct sent *s)
{
	step(s, DLV_EV_HOLD, SPOOL_EV_HELD, RSN_NONE);
}

static void fail_it(const struct sent *s)
{
	claim(s);
	step(s, DLV_EV_REFUSED, SPOOL_EV_FAILED, RSN_CERT_EXPIRED);
}

static void cancel(const struct sent *s)
{
	step(s, DLV_EV_CANCEL, SPOOL_EV_CANCELLED, RSN_NONE);
}

static void cancel_and_erase(const struct sent *s)
{
	struct err e = ERR_INIT;

	cancel(s);
	assert_ok(spool_erase(s->site->spool, &s->id, clock_now(), &e), e);
}

static void store(const struct sent *s)
{
	claim(s);
	step(s, DLV_EV_ACCEPTED, SPOOL_EV_STORED, RSN_NONE);
}

static void store_and_wait(const struct sent *s)
{
	claim(s);
	step(s, DLV_EV_ACCEPTED, SPOOL_EV_STORED, RSN_OSCI_NOT_COLLECTED);
}

static void store_and_erase(const struct sent *s)
{
	struct err e = ERR_INIT;

	store(s);
	assert_ok(spool_erase(s->site->spool, &s->id, clock_now(), &e), e);
}

static void fetch(const struct sent *s)
{
	mark(s, SPOOL_STORED, STORED);
	mark(s, SPOOL_FETCHED, FETCHED);
}

#define ARRIVED "Seitdem liegt der Antrag im elektronischen Postfach"
#define TO_COME "Erst damit geht er der Behörde zu"
#define TAKEN "Die Behörde hat den Antrag aus ihrem elektronischen Postfach abgeholt"
#define DEADLINE "§ 16 Absatz 1 SGB I"
#define DIGEST "SHA-256"

/* Each text is wanted or, with "-" before it, must not be there. On the page, in the PDF, or in both. */
static const struct {
	const char *stage;
	void (*go)(const struct sent *s);
	bool late;
	const char *title;
	const char *texts[8];
} cases[] = {
	{ "waiting", stay, false, "Ihr Antrag ist angenommen",
	  { "noch nicht", TO_COME, "-" ARRIVED, "-" TAKEN, "-" DEADLINE, "ist noch nicht bestätigt" } },
	{ "late", stay, true, "dauert länger als üblich", { TO_COME, "-" ARRIVED, "-" TAKEN, DEADLINE, "zusätzlich" } },
	{ "held", hold, false, "Übermittlung Ihres Antrags ist unterbrochen", { TO_COME, "-" ARRIVED, DEADLINE } },
	{ "held", hold, true, "Übermittlung Ihres Antrags ist unterbrochen", { TO_COME, "-" ARRIVED, DEADLINE } },
	{ "failed", fail_it, false, "konnte nicht übermittelt werden", { TO_COME, "-" ARRIVED, DEADLINE, "-CERT", "-ertifikat" } },
	{ "ended", cancel, false, "wird nicht übermittelt",
	  { "-" TO_COME, "-" ARRIVED, "nicht bestätigt", "-noch nicht", DEADLINE, "stellen Sie den Antrag neu" } },
	{ "ended", cancel_and_erase, false, "wird nicht übermittelt", { "-ist bei der Behörde eingegangen", "-zugestellt", DEADLINE } },
	{ "stored", store, false, "Ihr Antrag ist bei der Behörde eingegangen", { ARRIVED, "-" TO_COME, "-" TAKEN, "-" DEADLINE } },
	{ "stored", store, true, "Ihr Antrag ist bei der Behörde eingegangen", { ARRIVED, "-" TO_COME, "-" DEADLINE } },
	{ "stored", store_and_erase, false, "Ihr Antrag ist bei der Behörde eingegangen", { ARRIVED, "-000000000000" } },
	{ "uncollected", store_and_wait, false, "Ihr Antrag ist bei der Behörde eingegangen",
	  { ARRIVED, "eingegangen ist er trotzdem", "-" TAKEN, "-" DEADLINE } },
	{ "fetched", fetch, true, "Die Behörde hat Ihren Antrag abgeholt",
	  { ARRIVED, TAKEN, "-noch nicht", "-" DEADLINE, "24.11.2026, 06:21 Uhr" } },
};

static void expect(size_t row, const char *where, const char *text)
{
	for (size_t i = 0; i < ARRAY_LEN(cases[row].texts) && cases[row].texts[i] != NULL; i++) {
		const char *t = cases[row].texts[i];

		if ((strstr(text, *t == '-' ? t + 1 : t) != NULL) == (*t == '-'))
			fail_msg("row %zu, %s: '%s' in\n%s", row, where, t, text);
	}
	if (strstr(text, cases[row].title) == NULL)
		fail_msg("row %zu, %s: no title '%s' in\n%s", row, where, cases[row].title, text);
}

static void start(struct h_site *site, bool late)
{
	const struct form_options o = { .late_ms = late ? 1 : 0 };

	h_site_start(site, &o);
}

static void each_row(void (*look)(size_t row, const struct sent *s))
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct h_site site;
		struct sent s;

		start(&site, cases[i].late);
		send_one(&site, &s);
		cases[i].go(&s);
		usleep(5000);
		look(i, &s);
		h_site_stop(&site);
	}
}

static void look_at_page(size_t row, const struct sent *s)
{
	struct h_reply r;
	char *path = mem_printf("/antrag/%s/fertig", s->path);

	h_site_call(s->site, "GET", path, s->cookie, NULL, SPAN_EMPTY, &r);
	assert_int_equal(r.status, 200);
	expect(row, "page", buf_str(&r.body));
	h_reply_fini(&r);
	free(path);
}

static void the_page_says_what_has_happened_and_no_more(void **state)
{
	(void)state;
	each_row(look_at_page);
}

static void look_at_api(size_t row, const struct sent *s)
{
	struct h_reply r;
	json_t *v, *p;

	api(s, "GET", "", NULL, &r);
	assert_int_equal(r.status, 200);
	v = json_of(&r);
	p = json_object_get(v, "progress");
	if (strcmp(json_opt_string(p, "stage", ""), cases[row].stage) != 0)
		fail_msg("row %zu: %s", row, json_opt_string(p, "stage", ""));
	assert_non_null(strstr(json_opt_string(p, "title", ""), cases[row].title));
	assert_non_null(json_opt_string(p, "text", NULL));
	assert_non_null(json_opt_string(p, "since", NULL));
	for (size_t i = 0; i < ARRAY_LEN(cases[row].texts) && cases[row].texts[i] != NULL; i++) {
		if (strcmp(cases[row].texts[i], DEADLINE) == 0)
			assert_non_null(strstr(json_opt_string(p, "advice", ""), DEADLINE));
	}
	json_decref(v);
}

static void the_api_says_the_same(void **state)
{
	(void)state;
	each_row(look_at_api);
}

/* The text of a PDF in one line; the test is skipped where pdftotext is missing. */
static char *text_of(struct span pdf)
{
	char dir[] = "/tmp/depesche-receipt-XXXXXX", block[4096];
	struct err e = ERR_INIT;
	struct buf out;
	size_t n;
	int status;
	char *file, *line;
	FILE *p;

	assert_non_null(mkdtemp(dir));
	file = mem_printf("%s/a.pdf", dir);
	line = mem_printf("pdftotext %s - 2>/dev/null | tr -s ' \\n\\f' ' '", file);
	assert_ok(file_write(file, pdf.p, pdf.n, 0600, &e), e);
	buf_init(&out, 1 << 20);
	p = popen(line, "r");
	while ((n = fread(block, 1, sizeof(block), p)) > 0)
		buf_put(&out, block, n);
	status = pclose(p);
	unlink(file);
	rmdir(dir);
	free(file);
	free(line);
	assert_int_equal(status, 0);
	return buf_take(&out);
}

static void look_at_receipt(size_t row, const struct sent *s)
{
	struct h_reply r;
	char *text;

	api(s, "GET", "/receipt.pdf", NULL, &r);
	assert_int_equal(r.status, 200);
	text = text_of(buf_view(&r.body));
	expect(row, "receipt", text);
	if (cases[row].go == cancel_and_erase || cases[row].go == store_and_erase)
		assert_null(strstr(text, DIGEST)); /* they are gone, zeros are no digest */
	else
		assert_non_null(strstr(text, DIGEST));
	free(text);
	h_reply_fini(&r);
}

static void the_confirmation_says_the_same(void **state)
{
	(void)state;
	if (system("command -v pdftotext >/dev/null") != 0)
		skip();
	each_row(look_at_receipt);
}

static void a_confirmation_is_made_once_for_each_state(void **state)
{
	/* A draft, its values, sending, and one confirmation: then the budget of this address is spent. */
	const struct form_options o = { .rate_per_second = 0.001, .rate_burst = 4 };
	struct h_site site;
	struct sent s;
	struct h_reply first, r;

	(void)state;
	h_site_start(&site, &o);
	send_one(&site, &s);
	api(&s, "GET", "/receipt.pdf", NULL, &first);
	assert_int_equal(first.status, 200);
	for (int i = 0; i < 20; i++) {
		api(&s, "GET", "/receipt.pdf", NULL, &r);
		assert_int_equal(r.status, 200);
		assert_int_equal(r.body.n, first.body.n);
		assert_memory_equal(r.body.p, first.body.p, r.body.n);
		h_reply_fini(&r);
	}
	mark(&s, SPOOL_STORED, STORED);
	api(&s, "GET", "/receipt.pdf", NULL, &r);
	assert_int_equal(r.status, 429);
	h_reply_fini(&r);
	api(&s, "GET", "", NULL, &r); /* what costs nothing is still there */
	assert_int_equal(r.status, 200);
	h_reply_fini(&r);
	h_reply_fini(&first);
	h_site_stop(&site);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_says_what_has_happened_and_no_more),
		cmocka_unit_test(the_api_says_the_same),
		cmocka_unit_test(the_confirmation_says_the_same),
		cmocka_unit_test(a_confirmation_is_made_once_for_each_state),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
