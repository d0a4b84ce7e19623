/* SPDX-License-Identifier: EUPL-1.2 */
/* Going on later and on other devices: the code, who may come back with it, and leaving. */
#include "cm.h"

#include <ctype.h>

#include "base/mem.h"
#include "h_person.h"

static struct h_site site;

static int start(void **state)
{
	(void)state;
	h_site_start(&site, &(struct form_options){ .rate_per_second = 1000, .rate_burst = 1000 });
	return 0;
}

static int stop(void **state)
{
	(void)state;
	h_site_stop(&site);
	return 0;
}

static char *find_code(const struct h_person *p)
{
	static char code[32];
	struct h_reply r;
	const char *at;

	h_get(p, "code", &r);
	assert_int_equal(r.status, 200);
	at = strstr(buf_str(&r.body), "id=\"code\">");
	if (at == NULL)
		code[0] = '\0';
	else
		(void)snprintf(code, sizeof(code), "%.24s", at + strlen("id=\"code\">"));
	h_reply_fini(&r);
	return code;
}

static const char *ask_code(const struct h_person *p)
{
	h_post_to(p, "code", "", "/code");
	return find_code(p);
}

static void enter(const char *code, struct h_reply *r)
{
	char *body = mem_printf("code=%s", code);

	h_site_call(&site, "POST", "/fortsetzen", NULL, FORM_TYPE, span_of(body), r);
	free(body);
}

/* Another browser, with the code; the draft's page gives it the token of its own. */
static void come_back(const char *code, const struct h_person *to, struct h_person *p)
{
	struct h_reply r;
	const char *at;

	*p = *to;
	enter(code, &r);
	assert_int_equal(r.status, 303);
	assert_non_null(strstr(r.location, to->base));
	(void)snprintf(p->cookie, sizeof(p->cookie), "%.*s", (int)strcspn(r.cookie, ";"), r.cookie);
	assert_string_not_equal(p->cookie, to->cookie);
	assert_non_null(strstr(r.cookie, "HttpOnly; SameSite=Strict"));
	h_reply_fini(&r);
	h_get(p, "code", &r);
	h_reply_fini(&r);
	h_get(p, "loeschen", &r);
	at = strstr(buf_str(&r.body), "name=\"_csrf\" value=\"");
	if (at != NULL)
		(void)snprintf(p->csrf, sizeof(p->csrf), "%.64s", at + strlen("name=\"_csrf\" value=\""));
	h_reply_fini(&r);
}

static unsigned looks(const struct h_person *p)
{
	struct h_reply r;
	unsigned status;

	h_get(p, "pruefen", &r);
	status = r.status;
	h_reply_fini(&r);
	return status;
}

static void a_code_is_given_when_asked_for_and_stays_the_same(void **state)
{
	struct h_person p, other;
	char first[32];

	(void)state;
	h_begin(&site, &p);
	h_begin(&site, &other);
	assert_string_equal(find_code(&p), "");
	(void)snprintf(first, sizeof(first), "%s", ask_code(&p));
	assert_int_equal(strlen(first), 24);
	assert_string_equal(ask_code(&p), first);
	assert_string_not_equal(ask_code(&other), first);
	h_site_restart(&site);
	assert_string_equal(find_code(&p), first);
}

static void with_it_the_draft_goes_on_elsewhere_however_it_is_typed(void **state)
{
	struct h_person p, there;
	struct h_reply r;
	char code[32], *at;

	(void)state;
	h_begin(&site, &p);
	h_post_to(&p, "seite/1", PAGE1, "/seite/2");
	(void)snprintf(code, sizeof(code), "%s", ask_code(&p));
	come_back(code, &p, &there);
	h_get(&there, "seite/1", &r);
	assert_true(h_reply_has(&r, "value=\"Erika\""));
	h_reply_fini(&r);
	h_post_to(&there, "seite/1", "vorname=Else&" PAGE1, "/seite/2");
	h_get(&p, "seite/1", &r); /* the first device has the same draft */
	assert_true(h_reply_has(&r, "value=\"Else\""));
	h_reply_fini(&r);
	for (at = code; *at != '\0'; at++)
		*at = *at == '-' ? '+' : *at == '1' ? 'l' : *at == '0' ? 'o' : (char)tolower((unsigned char)*at);
	come_back(code, &p, &there);
	assert_int_equal(looks(&there), 200);
}

static void a_code_that_leads_nowhere_says_so_and_tells_nothing(void **state)
{
	static const struct {
		const char *typed, *says;
	} rows[] = {
		{ "", "Das ist kein Code" },
		{ "abc", "Das ist kein Code" },
		{ "7Q2M-XK4D-9WPR-A3TV-C8H", "Das ist kein Code" },
		{ "7Q2M-XK4D-9WPR-A3TV-C8HJ0", "Das ist kein Code" },
		{ "7Q2M-XK4D-9WPR-A3TV-C8HU", "Das ist kein Code" },
		{ "%3Cscript%3E", "Das ist kein Code" },
		{ "7Q2M-XK4D-9WPR-A3TV-C8HJ", "gibt es keinen Antrag" },
	};
	struct h_person p;
	struct h_reply r;

	(void)state;
	h_begin(&site, &p);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		enter(rows[i].typed, &r);
		assert_int_equal(r.status, 422);
		assert_true(h_reply_has(&r, rows[i].says));
		assert_true(h_reply_has(&r, "<title>Fehler: "));
		assert_string_equal(r.cookie, "");
		assert_false(h_reply_has(&r, "script"));
		h_reply_fini(&r);
	}
	h_site_call(&site, "POST", "/fortsetzen", NULL, FORM_TYPE, span_of("other=1"), &r);
	assert_int_equal(r.status, 422);
	h_reply_fini(&r);
}

static void nobody_gets_a_code_for_the_draft_of_another(void **state)
{
	struct h_person p, thief;
	struct h_reply r;

	(void)state;
	h_begin(&site, &p);
	h_begin(&site, &thief);
	(void)snprintf(thief.base, sizeof(thief.base), "%s", p.base);
	h_get(&thief, "code", &r);
	assert_int_equal(r.status, 404);
	h_reply_fini(&r);
	h_post(&thief, "code", "", &r);
	assert_int_equal(r.status, 404);
	h_reply_fini(&r);
	(void)snprintf(thief.cookie, sizeof(thief.cookie), "%s", p.cookie); /* a foreign page: the cookie goes along, its token does not */
	h_post(&thief, "code", "", &r);
	assert_int_equal(r.status, 403);
	h_reply_fini(&r);
	assert_string_equal(find_code(&p), "");
}

static void who_leaves_is_out_and_the_others_are_not(void **state)
{
	struct h_person p, there;
	char code[32];
	struct h_reply r;

	(void)state;
	h_begin(&site, &p);
	h_get(&p, "verlassen", &r);
	assert_true(h_reply_has(&r, "Sie haben noch keinen Code"));
	h_reply_fini(&r);
	(void)snprintf(code, sizeof(code), "%s", ask_code(&p));
	h_get(&p, "verlassen", &r);
	assert_true(h_reply_has(&r, "Mit Ihrem Code kommen Sie wieder hierher"));
	h_reply_fini(&r);
	come_back(code, &p, &there);
	h_post(&p, "verlassen", "", &r);
	assert_int_equal(r.status, 303);
	assert_non_null(strstr(r.cookie, "Max-Age=0"));
	h_reply_fini(&r);
	assert_int_equal(looks(&p), 404);
	assert_int_equal(looks(&there), 200);
	h_post_to(&there, "verlassen", "", "/?beendet=1");
	assert_int_equal(looks(&there), 404);
	come_back(code, &p, &there);
	assert_int_equal(looks(&there), 200);
}

static void so_many_devices_and_no_more(void **state)
{
	struct h_person p, there[6];
	char code[32];

	(void)state;
	h_begin(&site, &p);
	(void)snprintf(code, sizeof(code), "%s", ask_code(&p));
	for (size_t i = 0; i < ARRAY_LEN(there); i++)
		come_back(code, &p, &there[i]);
	assert_int_equal(looks(&p), 200);	/* who began it stays */
	for (size_t i = 0; i < ARRAY_LEN(there); i++)
		assert_int_equal(looks(&there[i]), i < 2 ? 404 : 200);
}

static void after_sending_it_leads_to_where_the_application_is(void **state)
{
	struct h_person p, there;
	struct h_reply r;
	char code[32];

	(void)state;
	h_fill(&site, &p);
	(void)snprintf(code, sizeof(code), "%s", ask_code(&p));
	h_post_to(&p, "seite/4", PAGE4, "/pruefen");
	h_post_to(&p, "senden", "", "/fertig");
	h_site_restart(&site);
	come_back(code, &p, &there);
	h_get(&there, "", &r);
	assert_int_equal(r.status, 303);
	assert_non_null(strstr(r.location, "/fertig"));
	h_reply_fini(&r);
	h_get(&there, "antrag.pdf", &r);
	assert_int_equal(r.status, 200);
	h_reply_fini(&r);
	h_get(&there, "code", &r); /* also who asks for it only now */
	assert_true(h_reply_has(&r, code));
	h_reply_fini(&r);
}

static void a_deleted_draft_is_not_found_any_more(void **state)
{
	struct h_person p;
	struct h_reply r;
	char code[32];

	(void)state;
	h_begin(&site, &p);
	(void)snprintf(code, sizeof(code), "%s", ask_code(&p));
	h_post_to(&p, "loeschen", "", "/?geloescht=1");
	enter(code, &r);
	assert_int_equal(r.status, 422);
	h_reply_fini(&r);
}

static void guessing_is_slow(void **state)
{
	struct h_site other = site;
	struct h_reply r;
	unsigned refused = 0;

	(void)state;
	h_site_start(&site, &(struct form_options){ .rate_per_second = 0.01, .rate_burst = 3 });
	for (int i = 0; i < 10; i++) {
		enter("7Q2M-XK4D-9WPR-A3TV-C8HJ", &r);
		refused += r.status == 429;
		h_reply_fini(&r);
	}
	assert_int_equal(refused, 7);
	h_site_stop(&site);
	site = other;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_is_given_when_asked_for_and_stays_the_same),
		cmocka_unit_test(with_it_the_draft_goes_on_elsewhere_however_it_is_typed),
		cmocka_unit_test(a_code_that_leads_nowhere_says_so_and_tells_nothing),
		cmocka_unit_test(nobody_gets_a_code_for_the_draft_of_another),
		cmocka_unit_test(who_leaves_is_out_and_the_others_are_not),
		cmocka_unit_test(so_many_devices_and_no_more),
		cmocka_unit_test(after_sending_it_leads_to_where_the_application_is),
		cmocka_unit_test(a_deleted_draft_is_not_found_any_more),
		cmocka_unit_test(guessing_is_slow),
	};

	return cmocka_run_group_tests_name("form/web/resume", tests, start, stop);
}
