/* SPDX-License-Identifier: EUPL-1.2 */
/* Which form, and for which municipality: each form offers its own. */
#include "cm.h"

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "h_site.h"

#define FORM_TYPE "application/x-www-form-urlencoded"

static struct h_site site;
static char dir[] = "/tmp/depesche-start-XXXXXX";

static char *put_file(const char *name, const char *text)
{
	struct err e = ERR_INIT;
	char *path = mem_printf("%s/%s", dir, name);

	assert_ok(file_write(path, text, strlen(text), 0600, &e), e);
	return path;
}

static char *put_form(const char *id, const char *title)
{
	char *name = mem_printf("%s.json", id);
	char *text = mem_printf("{\"title\":\"%s\",\"path\":\"%s\",\"components\":[{\"type\":\"textfield\",\"key\":\"a\","
				"\"label\":\"A\"}]}", title, id);
	char *path = put_file(name, text);

	free(name);
	free(text);
	return path;
}

/* "wohngeld" goes to Bonn only, "eins" and "zwei" to those of the service. */
static int start(void **state)
{
	struct form_source forms[3];
	struct form_options o = { .forms = forms, .form_count = 3 };
	char *paths[5];

	(void)state;
	assert_non_null(mkdtemp(dir));
	paths[0] = put_form("eins", "Antrag eins");
	paths[1] = put_form("wohngeld", "Wohngeld & mehr");
	paths[2] = put_form("zwei", "Antrag zwei");
	paths[3] = put_file("all.json", "[{\"name\":\"Stadt Köln\",\"ags\":\"05315000\"}]");
	paths[4] = put_file("bonn.json", "[{\"name\":\"Stadt Bonn\",\"ags\":\"05314000\"}]");
	for (size_t i = 0; i < 3; i++)
		forms[i] = (struct form_source){ paths[i], i == 1 ? paths[4] : NULL };
	o.recipients_file = paths[3];
	h_site_start(&site, &o);
	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		free(paths[i]);
	return 0;
}

static int stop(void **state)
{
	char *rm = mem_printf("rm -rf %s", dir);

	(void)state;
	h_site_stop(&site);
	assert_int_equal(system(rm), 0);
	free(rm);
	return 0;
}

static void get(const char *path, struct h_reply *r)
{
	h_site_call(&site, "GET", path, NULL, NULL, SPAN_EMPTY, r);
	assert_int_equal(r->status, 200);
}

static void first_the_form_is_chosen(void **state)
{
	struct h_reply r;

	(void)state;
	get("/?ags=05314000", &r);
	assert_true(h_reply_has(&r, "value=\"eins\""));
	assert_true(h_reply_has(&r, "value=\"wohngeld\""));
	assert_true(h_reply_has(&r, "Wohngeld &amp; mehr"));
	assert_true(h_reply_has(&r, "<input type=\"hidden\" name=\"ags\" value=\"05314000\">"));
	assert_false(h_reply_has(&r, "Stadt Köln"));
	assert_false(h_reply_has(&r, "Fehler"));
	h_reply_fini(&r);
	get("/?formular=gibtsnicht", &r);
	assert_true(h_reply_has(&r, "<title>Fehler: "));
	assert_true(h_reply_has(&r, "href=\"#f-formular\""));
	assert_true(h_reply_has(&r, "id=\"f-formular\""));
	h_reply_fini(&r);
}

static void then_the_municipalities_of_this_form(void **state)
{
	struct h_reply r;

	(void)state;
	get("/?formular=wohngeld&ags=05314000", &r);
	assert_true(h_reply_has(&r, "<option value=\"05314000\" selected>Stadt Bonn</option>"));
	assert_false(h_reply_has(&r, "Stadt Köln"));
	h_reply_fini(&r);
	get("/?formular=zwei&ags=05314000", &r); /* not offered there: nothing is chosen */
	assert_true(h_reply_has(&r, "<option value=\"05315000\">Stadt Köln</option>"));
	assert_false(h_reply_has(&r, "Stadt Bonn"));
	h_reply_fini(&r);
}

static void a_form_is_not_sent_where_it_is_not_offered(void **state)
{
	static const struct {
		const char *form, *ags;
		bool good;
	} rows[] = { { "wohngeld", "05314000", true }, { "wohngeld", "05315000", false }, { "eins", "05315000", true },
		     { "eins", "05314000", false }, { "zwei", "", false }, { "drei", "05315000", false } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *page = mem_printf("formular=%s&ags=%s", rows[i].form, rows[i].ags);
		char *api = mem_printf("{\"form\":\"%s\",\"ags\":\"%s\"}", rows[i].form, rows[i].ags);
		struct h_reply r;

		h_site_call(&site, "POST", "/antrag", NULL, FORM_TYPE, span_of(page), &r);
		assert_int_equal(r.status, rows[i].good ? 303 : 422);
		h_reply_fini(&r);
		h_site_call(&site, "POST", "/api/v1/drafts", NULL, "application/json", span_of(api), &r);
		assert_int_equal(r.status, rows[i].good ? 201 : 422);
		h_reply_fini(&r);
		free(page);
		free(api);
	}
}

static void the_api_names_the_municipalities_of_each_form(void **state)
{
	struct h_reply r;
	struct err e = ERR_INIT;
	json_t *v = NULL, *forms;

	(void)state;
	get("/api/v1/forms", &r);
	assert_ok(json_read(buf_view(&r.body), "answer", &v, &e), e);
	forms = json_object_get(v, "forms");
	assert_int_equal(json_array_size(forms), 3);
	assert_null(json_object_get(json_array_get(forms, 0), "municipalities"));
	assert_int_equal(json_array_size(json_object_get(json_array_get(forms, 1), "municipalities")), 1);
	assert_int_equal(json_array_size(json_object_get(v, "municipalities")), 1);
	json_decref(v);
	h_reply_fini(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_the_form_is_chosen),
		cmocka_unit_test(then_the_municipalities_of_this_form),
		cmocka_unit_test(a_form_is_not_sent_where_it_is_not_offered),
		cmocka_unit_test(the_api_names_the_municipalities_of_each_form),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
