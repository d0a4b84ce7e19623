/* SPDX-License-Identifier: EUPL-1.2 */
/* Pages that change under a person's hands: by a condition, or by a second window. */
#include "cm.h"

#include "base/mem.h"
#include "h_person.h"

static struct h_site site;

static int start(void **state)
{
	(void)state;
	h_site_start(&site, NULL);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	h_site_stop(&site);
	return 0;
}

static void a_page_that_grows_still_shows_what_is_wrong(void **state)
{
	struct h_person p;
	struct h_reply r;

	(void)state;
	h_begin(&site, &p);
	h_post_to(&p, "seite/1", PAGE1, "/seite/2");
	h_post(&p, "seite/2", "personenAnzahl=viele&wohnform=miete", &r);
	assert_int_equal(r.status, 422);
	assert_true(h_reply_has(&r, "<title>Fehler und weitere Felder: Haushalt"));
	assert_true(h_reply_has(&r, "<li><a href=\"#f-personenAnzahl\">"));
	assert_true(h_reply_has(&r, "<li><a href=\"#f-kaltmiete\">"));
	assert_true(h_reply_has(&r, "id=\"e-personenAnzahl\""));
	assert_false(h_reply_has(&r, "id=\"e-kaltmiete\"")); /* nobody has seen it yet */
	assert_false(h_reply_has(&r, "role=\"status\" tabindex=\"-1\" autofocus>")); /* the problems have the focus */
	h_reply_fini(&r);
}

/* The "_stand" of a page: what it was made of. */
static void find_version(const struct h_person *p, const char *where, char out[32])
{
	struct h_reply r;
	const char *at;

	h_get(p, where, &r);
	at = strstr(buf_str(&r.body), "name=\"_stand\" value=\"");
	assert_non_null(at);
	(void)snprintf(out, 32, "%.16s", at + strlen("name=\"_stand\" value=\""));
	h_reply_fini(&r);
}

static void post_with(const struct h_person *p, const char *where, const char *version, const char *fields, struct h_reply *r)
{
	char *all = mem_printf("_stand=%s&%s", version, fields);

	h_post(p, where, all, r);
	free(all);
}

static void the_second_of_two_windows_overwrites_nothing_unseen(void **state)
{
	struct h_person p;
	struct h_reply r;
	char old[32], new[32];

	(void)state;
	h_begin(&site, &p);
	find_version(&p, "seite/1", old);
	post_with(&p, "seite/1", old, PAGE1, &r); /* one window */
	assert_int_equal(r.status, 303);
	h_reply_fini(&r);
	post_with(&p, "seite/1", old, PAGE1, &r); /* the same again loses nothing */
	assert_int_equal(r.status, 303);
	h_reply_fini(&r);
	post_with(&p, "seite/1", old, PAGE1 "&telefon=4711&ort=Bonn", &r); /* ort comes twice: the first counts */
	assert_int_equal(r.status, 409);
	h_reply_fini(&r);
	post_with(&p, "seite/1", old, "vorname=Else&ort=Bonn", &r); /* the other one, made before that */
	assert_int_equal(r.status, 409);
	assert_true(h_reply_has(&r, "<title>Nicht gespeichert: "));
	assert_true(h_reply_has(&r, "inzwischen an anderer Stelle geändert"));
	assert_true(h_reply_has(&r, "Vorname</a>: Erika"));
	assert_true(h_reply_has(&r, "value=\"Else\""));
	assert_true(h_reply_has(&r, "value=\"Bonn\""));
	h_reply_fini(&r);
	find_version(&p, "seite/1", new);
	h_get(&p, "seite/1", &r); /* nothing was saved */
	assert_true(h_reply_has(&r, "value=\"Erika\""));
	assert_false(h_reply_has(&r, "Else"));
	h_reply_fini(&r);
	post_with(&p, "seite/1", old, "vorname=Else&ort=Bonn", &r);
	assert_true(h_reply_has(&r, new)); /* what the page now stands for: pressing again decides */
	h_reply_fini(&r);
	post_with(&p, "seite/1", new, "vorname=Else&ort=Bonn", &r);
	assert_int_equal(r.status, 422);
	h_reply_fini(&r);
	h_get(&p, "seite/1", &r);
	assert_true(h_reply_has(&r, "value=\"Else\""));
	h_reply_fini(&r);
}

static void what_another_window_hides_is_named(void **state)
{
	struct h_person p;
	struct h_reply r;
	char old[32];

	(void)state;
	h_fill(&site, &p);
	find_version(&p, "seite/2", old); /* rented: the rent is asked for */
	h_post(&p, "seite/2", "personenAnzahl=1&wohnform=eigentum", &r);
	h_reply_fini(&r);
	post_with(&p, "seite/2", old, "personenAnzahl=1&wohnform=eigentum&kaltmiete=777", &r);
	assert_int_equal(r.status, 409);
	assert_true(h_reply_has(&r, "Nicht mehr gefragt wird: „"));
	h_reply_fini(&r);
}

static void what_was_changed_after_the_review_is_not_sent(void **state)
{
	struct h_person p;
	struct h_reply r;
	char old[32], new[32];

	(void)state;
	h_fill(&site, &p);
	h_post_to(&p, "seite/4", PAGE4, "/pruefen");
	find_version(&p, "pruefen", old);
	h_post_to(&p, "seite/1", "vorname=Else&" PAGE1, "/seite/2");
	post_with(&p, "senden", old, "", &r);
	assert_int_equal(r.status, 409);
	assert_true(h_reply_has(&r, "Abgesendet ist noch nichts"));
	assert_true(h_reply_has(&r, "Else"));
	h_reply_fini(&r);
	find_version(&p, "pruefen", new);
	post_with(&p, "senden", new, "", &r);
	assert_int_equal(r.status, 303);
	h_reply_fini(&r);
}

static void a_page_that_another_window_has_taken_away_says_so(void **state)
{
	static const char text[] =
		"{\"title\":\"W\",\"path\":\"hilfe-zum-lebensunterhalt\",\"display\":\"wizard\",\"components\":["
		"{\"type\":\"panel\",\"key\":\"p1\",\"title\":\"Eins\",\"components\":[{\"type\":\"textfield\",\"key\":\"a\",\"label\":"
		"\"A\"}]},{\"type\":\"panel\",\"key\":\"p2\",\"title\":\"Zwei\",\"conditional\":{\"show\":\"true\",\"when\":\"a\",\"eq\":\"ja\"},"
		"\"components\":[{\"type\":\"textfield\",\"key\":\"b\",\"label\":\"B\"}]}]}";
	char path[] = "/tmp/depesche-wizard-XXXXXX";
	const struct form_source forms[] = { { path, NULL } };
	const struct form_options o = { .forms = forms, .form_count = 1 };
	struct h_site other = site;
	struct h_person p;
	struct h_reply r;
	int fd = mkstemp(path);

	(void)state;
	assert_int_equal(write(fd, text, sizeof(text) - 1), (ssize_t)sizeof(text) - 1);
	close(fd);
	h_site_start(&site, &o);
	h_begin(&site, &p);
	h_post_to(&p, "seite/1", "a=ja", "/seite/2"); /* one window goes on to the second page */
	h_post_to(&p, "seite/1", "a=nein", "/pruefen"); /* the other one takes it away */
	h_post(&p, "seite/2", "b=wichtig", &r);
	assert_int_equal(r.status, 409);
	assert_true(h_reply_has(&r, "<title>Nicht gespeichert: Diese Seite wird nicht mehr gebraucht"));
	assert_true(h_reply_has(&r, "/pruefen\""));
	h_reply_fini(&r);
	h_post(&p, "seite/99", "b=x", &r);
	assert_int_equal(r.status, 404);
	h_reply_fini(&r);
	h_site_stop(&site);
	site = other;
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_that_grows_still_shows_what_is_wrong),
		cmocka_unit_test(the_second_of_two_windows_overwrites_nothing_unseen),
		cmocka_unit_test(what_another_window_hides_is_named),
		cmocka_unit_test(what_was_changed_after_the_review_is_not_sent),
		cmocka_unit_test(a_page_that_another_window_has_taken_away_says_so),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
