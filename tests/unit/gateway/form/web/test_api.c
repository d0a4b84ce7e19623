/* SPDX-License-Identifier: EUPL-1.2 */
/* The JSON API against the real server and spool. */
#include "cm.h"

#include "base/json.h"
#include "base/mem.h"
#include "gateway/form/application/h_app.h"
#include "gateway/form/model/h_form.h"
#include "h_site.h"

static struct h_site site;

struct draft {
	char base[128], token[80];
};

static int start(void **state)
{
	(void)state;
	const struct form_options o = { .upload_count = 2 };
	h_site_start(&site, &o);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	h_site_stop(&site);
	return 0;
}

static json_t *body(struct h_reply *r)
{
	struct err e = ERR_INIT;
	json_t *v = NULL;
	assert_ok(json_read(buf_view(&r->body), "answer", &v, &e), e);
	h_reply_fini(r);
	return v;
}

static void call(const struct draft *d, const char *method, const char *where, struct span data, struct h_reply *r)
{
	char *path = mem_printf("%s%s", d->base, where);
	h_site_call(&site, method, path, d->token, "application/json", data, r);
	free(path);
}

static void begin(struct draft *d)
{
	struct h_reply r;
	h_site_call(&site, "POST", "/api/v1/drafts", NULL, "application/json",
		    SPAN_LIT("{\"form\":\"hilfe-zum-lebensunterhalt\",\"ags\":\"05315000\"}"), &r);
	assert_int_equal(r.status, 201);
	json_t *v = body(&r);
	snprintf(d->base, sizeof(d->base), "/api/v1/drafts/%s", json_string_value(json_object_get(v, "id")));
	snprintf(d->token, sizeof(d->token), "Bearer %s", json_string_value(json_object_get(v, "token")));
	json_decref(v);
}

/* "field:rule" of each error, parted by blanks. */
static char *errors(json_t *v)
{
	struct buf b;
	size_t i;
	json_t *one;
	buf_init(&b, 4096);
	json_array_foreach(json_object_get(v, "errors"), i, one) {
		buf_printf(&b, "%s%s:%s", i > 0 ? " " : "", json_opt_string(one, "field", "-"),
			   json_opt_string(one, "rule", "-"));
		assert_true(strlen(json_opt_string(one, "message", "")) > 10);
	}
	json_decref(v);
	return buf_take(&b);
}

static void put_values(const struct draft *d, const char *quoted, struct h_reply *r)
{
	json_t *v = h_json(quoted);
	char *text = json_dumps(v, JSON_COMPACT);
	call(d, "PUT", "/values", span_of(text), r);
	free(text);
	json_decref(v);
}

static void a_program_sends_an_application(void **state)
{
	(void)state;
	struct draft d;
	struct h_reply r;
	begin(&d);
	put_values(&d, h_app_values(), &r);
	assert_int_equal(r.status, 200);
	char *found = errors(body(&r));
	assert_string_equal(found, "");
	free(found);
	call(&d, "POST", "/uploads/nachweise?name=Bescheid%20M%C3%A4rz.pdf", SPAN_LIT("%PDF-1.4\n%%EOF\n"), &r);
	assert_int_equal(r.status, 201);
	assert_true(h_reply_has(&r, "\"name\":\"Bescheid März.pdf\""));
	h_reply_fini(&r);
	for (int i = 0; i < 2; i++) { /* the second time is the same */
		call(&d, "POST", "/submit", SPAN_LIT(""), &r);
		assert_int_equal(r.status, 200);
		assert_true(h_reply_has(&r, "\"state\":\"sent\""));
		h_reply_fini(&r);
	}
	call(&d, "GET", "", SPAN_EMPTY, &r);
	json_t *v = body(&r);
	assert_true(json_is_string(json_object_get(v, "accepted")));
	assert_true(json_is_null(json_object_get(v, "stored")));
	assert_int_equal(json_array_size(json_object_get(v, "uploads")), 1);
	json_decref(v);
	call(&d, "GET", "/application.pdf", SPAN_EMPTY, &r);
	assert_memory_equal(r.body.p, "%PDF", 4);
	h_reply_fini(&r);
	call(&d, "GET", "/receipt.pdf", SPAN_EMPTY, &r);
	assert_memory_equal(r.body.p, "%PDF", 4);
	h_reply_fini(&r);
	put_values(&d, "{}", &r);
	assert_int_equal(r.status, 409);
	h_reply_fini(&r);
	call(&d, "DELETE", "", SPAN_EMPTY, &r);
	assert_int_equal(r.status, 409);
	h_reply_fini(&r);
}

static void problems_come_as_field_rule_and_message(void **state)
{
	(void)state;
	struct draft d;
	struct h_reply r;
	begin(&d);
	put_values(&d,
		   "{'plz':'abc','personenAnzahl':0.5,'email':'x','geburtsdatum':'2023-02-30','wohnform':'schloss'}",
		   &r);
	assert_int_equal(r.status, 200);
	char *found = errors(body(&r));
	assert_non_null(strstr(found, "plz:pattern"));
	assert_non_null(strstr(found, "personenAnzahl:decimalLimit"));
	assert_non_null(strstr(found, "email:email"));
	assert_non_null(strstr(found, "geburtsdatum:date"));
	assert_non_null(strstr(found, "wohnform:onlyAvailableItems"));
	assert_non_null(strstr(found, "vorname:required"));
	free(found);
	call(&d, "POST", "/submit", SPAN_LIT(""), &r);
	assert_int_equal(r.status, 422);
	h_reply_fini(&r);
}

static const struct {
	const char *method, *where, *data;
	unsigned status;
	const char *errors;
} bad[] = {
	{ "PUT", "/values", "{\"gibtsnicht\":1,\"plz\":5}", 422, "gibtsnicht:unknown plz:type" },
	{ "PUT", "/values", "{\"ausweis\":\"x\"}", 422, "ausweis:unknown" },
	{ "PUT", "/values", "{\"plz\":\"1\",\"plz\":\"2\"}", 400, "-:syntax" },
	{ "PUT", "/values", "[]", 400, "-:syntax" },
	{ "PUT", "/values", "{\"plz\":\"\xFF\"}", 400, "-:syntax" },
	{ "PUT", "/values", "", 400, "-:syntax" },
	{ "PUT", "/anderes", "{}", 404, "-:missing" },
	{ "POST", "/uploads/vorname", "x", 404, "-:missing" },
	{ "POST", "/uploads/ausweis", "MZ\x90", 422, "ausweis:file" },
	{ "POST", "/uploads/ausweis?name=x", "", 422, "ausweis:file" },
	{ "POST", "/nichts", "", 404, "-:missing" },
	{ "GET", "/receipt.pdf", NULL, 404, "-:missing" },
};

static void bad_requests_change_nothing(void **state)
{
	(void)state;
	struct draft d;
	struct h_reply r;
	begin(&d);
	put_values(&d, "{'vorname':'Erika'}", &r);
	h_reply_fini(&r);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		call(&d, bad[i].method, bad[i].where, bad[i].data == NULL ? SPAN_EMPTY : (struct span){ bad[i].data,
		     strlen(bad[i].data) }, &r);
		unsigned status = r.status;
		char *found = errors(body(&r));
		if (status != bad[i].status || strcmp(found, bad[i].errors) != 0)
			fail_msg("%s %s %s: %u %s", bad[i].method, bad[i].where, bad[i].data, status, found);
		free(found);
	}
	call(&d, "GET", "", SPAN_EMPTY, &r);
	json_t *v = body(&r);
	assert_int_equal(json_object_size(json_object_get(v, "values")), 1);
	assert_int_equal(json_array_size(json_object_get(v, "uploads")), 0);
	json_decref(v);
}

/* Values whose JSON has n bytes: {"vorname":"xx...","nachname":"yy..."}, cut into texts so that no single one decides. */
static char *values_of(size_t n)
{
	static const char *const keys[] = { "vorname", "nachname", "strasse", "ort" };
	size_t each = n / ARRAY_LEN(keys);
	struct buf b;

	buf_init(&b, 2 * n + 1000);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		size_t end = i + 1 == ARRAY_LEN(keys) ? n - 2 : b.n + each;

		buf_printf(&b, "%s\"%s\":\"", i == 0 ? "{" : ",", keys[i]);
		while (b.n < end)
			buf_putc(&b, 'x');
		buf_puts(&b, "\"");
	}
	buf_puts(&b, "}");
	return buf_take(&b);
}

/* Around each size at which something is cut: of the values, of the record they are kept in, of the request. */
static void values_are_kept_as_a_whole_or_refused(void **state)
{
	static const struct {
		size_t n;
		unsigned status;
	} sizes[] = { { 200000, 200 }, { 262144, 200 }, { 262145, 413 }, { 327680, 413 }, { 393000, 413 },
		      { 393216, 413 }, { 400000, 413 }, { 524288, 413 }, { 524289, 413 } };
	struct draft d;
	struct h_reply r;

	(void)state;
	begin(&d);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		char *text = values_of(sizes[i].n);
		json_t *v;

		assert_int_equal(strlen(text), sizes[i].n);
		put_values(&d, "{'vorname':'Erika'}", &r);
		h_reply_fini(&r);
		call(&d, "PUT", "/values", span_of(text), &r);
		if (r.status != sizes[i].status)
			fail_msg("%zu bytes: %u", sizes[i].n, r.status);
		h_reply_fini(&r);
		call(&d, "GET", "", SPAN_EMPTY, &r);
		assert_int_equal(r.status, 200);
		v = body(&r);
		assert_int_equal(json_object_size(json_object_get(v, "values")), sizes[i].status == 200 ? 4 : 1);
		if (sizes[i].status != 200)
			assert_string_equal(json_opt_string(json_object_get(v, "values"), "vorname", ""), "Erika");
		json_decref(v);
		free(text);
	}
}

static void only_the_token_opens_a_draft(void **state)
{
	(void)state;
	struct draft d, other;
	struct h_reply r;
	static const char *const tokens[] = { "Bearer ", "Bearer 00", "Basic eDp5", "Bearer "
					      "0000000000000000000000000000000000000000" };
	begin(&d);
	begin(&other);
	for (size_t i = 0; i <= ARRAY_LEN(tokens); i++) {
		h_site_call(&site, "GET", d.base, i < ARRAY_LEN(tokens) ? tokens[i] : other.token, NULL, SPAN_EMPTY,
			    &r);
		assert_int_equal(r.status, 404);
		h_reply_fini(&r);
	}
	/* A cookie opens pages, not the API. */
	char *cookie = mem_printf("antrag=%s", d.token + 7);
	h_site_call(&site, "GET", d.base, cookie, NULL, SPAN_EMPTY, &r);
	assert_int_equal(r.status, 404);
	h_reply_fini(&r);
	free(cookie);
}

static void uploads_are_limited_in_number_and_can_be_deleted(void **state)
{
	(void)state;
	struct draft d;
	struct h_reply r;
	begin(&d);
	for (int i = 0; i < 3; i++) {
		call(&d, "POST", "/uploads/nachweise?name=a.txt", SPAN_LIT("Ein Text, nichts weiter.\n"), &r);
		assert_int_equal(r.status, i < 2 ? 201 : 422);
		h_reply_fini(&r);
	}
	call(&d, "DELETE", "/uploads/upload-1", SPAN_EMPTY, &r);
	assert_int_equal(r.status, 204);
	h_reply_fini(&r);
	call(&d, "POST", "/uploads/nachweise?name=a.txt", SPAN_LIT("Ein Text, nichts weiter.\n"), &r);
	assert_int_equal(r.status, 201);
	assert_true(h_reply_has(&r, "\"id\":\"upload-3\"")); /* names are not used again */
	h_reply_fini(&r);
	call(&d, "DELETE", "", SPAN_EMPTY, &r);
	assert_int_equal(r.status, 204);
	h_reply_fini(&r);
	call(&d, "GET", "", SPAN_EMPTY, &r);
	assert_int_equal(r.status, 404);
	h_reply_fini(&r);
}

#define LARGE (UINT64_C(64) << 20)

/* A text of LARGE bytes that is nowhere as a whole. */
struct text_src {
	struct src base;
	uint64_t left;
};

static int text_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	struct text_src *t = (struct text_src *)s;
	(void)e;
	*got = cap < t->left ? cap : (size_t)t->left;
	memset(data, 'a', *got);
	t->left -= *got;
	return 0;
}

static long resident_kb(void)
{
	long pages = 0, all = 0;
	FILE *f = fopen("/proc/self/statm", "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%ld %ld", &all, &pages), 2);
	fclose(f);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void send_large(const struct draft *d)
{
	struct text_src from = { .base = { .read = text_read }, .left = LARGE };
	struct http_answer a;
	struct err e = ERR_INIT;
	char *url = mem_printf("http://127.0.0.1:%u%s/uploads/f?name=gross.txt", site.port, d->base);
	const struct http_pair headers[] = { { "Authorization", d->token }, { NULL, NULL } };
	const struct http_call c = { .method = "POST", .url = url, .headers = headers, .body = &from.base,
				     .body_length = (int64_t)LARGE };
	assert_ok(http_client_do(site.client, &c, &a, &e), e);
	assert_int_equal(a.status, 201);
	http_answer_fini(&a);
	free(url);
}

static void a_large_upload_costs_no_memory(void **state)
{
	(void)state;
	static const char form[] = "{\"title\":\"Groß\",\"path\":\"hilfe-zum-lebensunterhalt\",\"components\":["
				   "{\"type\":\"file\",\"key\":\"f\",\"label\":\"F\"}]}";
	char path[] = "/tmp/depesche-form-XXXXXX";
	const struct form_source forms[] = { { path, NULL } };
	const struct form_options o = { .forms = forms, .form_count = 1, .upload_max = 2 * LARGE,
					.upload_total = 2 * LARGE };
	struct h_site other = site;
	struct h_reply r;
	struct draft d;
	int fd = mkstemp(path);
	assert_int_equal(write(fd, form, sizeof(form) - 1), (ssize_t)sizeof(form) - 1);
	close(fd);
	h_site_start(&site, &o);
	begin(&d);
	long before = resident_kb();
	send_large(&d);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	assert_in_range(resident_kb(), 0, before + 12 * 1024);
#else
	(void)before;
#endif
	call(&d, "GET", "", SPAN_EMPTY, &r);
	assert_true(h_reply_has(&r, "\"size\":67108864"));
	h_reply_fini(&r);
	h_site_stop(&site);
	unlink(path);
	site = other;
}

static void the_list_names_forms_and_municipalities(void **state)
{
	(void)state;
	struct h_reply r;
	h_site_call(&site, "GET", "/api/v1/forms", NULL, NULL, SPAN_EMPTY, &r);
	json_t *v = body(&r);
	assert_int_equal(json_array_size(json_object_get(v, "forms")), 1);
	assert_int_equal(json_array_size(json_object_get(v, "municipalities")), 20);
	json_decref(v);
}

static void what_the_server_refuses_is_json_below_api(void **state)
{
	(void)state;
	static const struct {
		const char *method, *path;
		unsigned status;
		const char *errors;
	} cases[] = {
		{ "GET", "/api/v1/nothere", 404, "-:missing" }, { "DELETE", "/api/v1/drafts", 405, "-:method" },
		{ "POST", "/api/v1/forms", 405, "-:method" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct h_reply r;
		h_site_call(&site, cases[i].method, cases[i].path, NULL, NULL, SPAN_EMPTY, &r);
		assert_int_equal(r.status, cases[i].status);
		assert_string_equal(r.type, "application/json");
		char *found = errors(body(&r));
		assert_string_equal(found, cases[i].errors);
		free(found);
	}
	struct h_reply r;
	h_site_call(&site, "GET", "/nothere", NULL, NULL, SPAN_EMPTY, &r);
	assert_int_equal(r.status, 404);
	assert_string_equal(r.type, "text/html; charset=utf-8");
	h_reply_fini(&r);
}

static void ten_thousand_unknown_keys_are_a_short_refusal(void **state)
{
	(void)state;
	struct draft d;
	struct h_reply r;
	struct buf b;

	begin(&d);
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 10000; i++)
		buf_printf(&b, "%c\"k%d\":1", i == 0 ? '{' : ',', i);
	buf_puts(&b, "}");
	call(&d, "PUT", "/values", buf_view(&b), &r);
	assert_int_equal(r.status, 422);
	assert_in_range(r.body.n, 1000, 16384);
	assert_true(h_reply_has(&r, "\"rule\":\"more\""));
	assert_true(h_reply_has(&r, "9950 weitere"));
	h_reply_fini(&r);
	buf_fini(&b);
}

static void another_site_cannot_change_anything(void **state)
{
	(void)state;
	struct err e = ERR_INIT;
	static const struct http_pair foreign[][2] = {
		{ { "Origin", "https://boese.example" }, { NULL, NULL } },
		{ { "Origin", "null" }, { NULL, NULL } },
		{ { "Sec-Fetch-Site", "cross-site" }, { NULL, NULL } },
	};
	char *url = mem_printf("http://127.0.0.1:%u/antrag", site.port);
	for (size_t i = 0; i < ARRAY_LEN(foreign); i++) {
		struct http_answer a;
		struct src *from = src_of_mem("formular=x", 10);
		const struct http_call c = { .method = "POST", .url = url, .headers = foreign[i], .body = from,
					     .body_length = 10 };
		assert_ok(http_client_do(site.client, &c, &a, &e), e);
		assert_int_equal(a.status, 403);
		http_answer_fini(&a);
		src_close(from);
	}
	free(url);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_sends_an_application),
		cmocka_unit_test(problems_come_as_field_rule_and_message),
		cmocka_unit_test(bad_requests_change_nothing),
		cmocka_unit_test(values_are_kept_as_a_whole_or_refused),
		cmocka_unit_test(only_the_token_opens_a_draft),
		cmocka_unit_test(uploads_are_limited_in_number_and_can_be_deleted),
		cmocka_unit_test(a_large_upload_costs_no_memory),
		cmocka_unit_test(the_list_names_forms_and_municipalities),
		cmocka_unit_test(what_the_server_refuses_is_json_below_api),
		cmocka_unit_test(ten_thousand_unknown_keys_are_a_short_refusal),
		cmocka_unit_test(another_site_cannot_change_anything),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
