/* SPDX-License-Identifier: EUPL-1.2 */
/* A person's way through the pages, with a browser reduced to what it sends. */
#include "cm.h"

#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/clock.h"
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

static void the_start_page_offers_form_and_municipalities(void **state)
{
	(void)state;
	struct h_reply r;
	h_site_call(&site, "GET", "/?ags=05315000", NULL, NULL, SPAN_EMPTY, &r);
	assert_int_equal(r.status, 200);
	assert_true(h_reply_has(&r, "<html lang=\"de\">"));
	assert_true(h_reply_has(&r, "<option value=\"05315000\" selected>Stadt Köln</option>"));
	assert_non_null(strstr(r.csp, "default-src 'none'"));
	assert_non_null(strstr(r.csp, "frame-ancestors 'none'"));
	h_reply_fini(&r);
	h_site_call(&site, "POST", "/antrag", NULL, FORM_TYPE, SPAN_LIT("formular=x"), &r);
	assert_int_equal(r.status, 422);
	assert_true(h_reply_has(&r, "href=\"#f-ags\""));
	h_reply_fini(&r);
	h_site_call(&site, "GET", "/form.css", NULL, NULL, SPAN_EMPTY, &r);
	assert_string_equal(r.type, "text/css; charset=utf-8");
	h_reply_fini(&r);
}

static void problems_are_listed_with_links_and_described_at_the_field(void **state)
{
	(void)state;
	struct h_person p;
	struct h_reply r;
	h_begin(&site, &p);
	h_post(&p, "seite/1", "vorname=%22%3E%3Cscript%3E&plz=123", &r);
	assert_int_equal(r.status, 422);
	assert_true(h_reply_has(&r, "<title>Fehler: Angaben zur Person"));
	assert_true(h_reply_has(&r, "<a href=\"#f-plz\">Die Postleitzahl hat fünf Ziffern"));
	assert_true(h_reply_has(&r, "aria-describedby=\"e-plz\" required aria-invalid=\"true\""));
	assert_true(h_reply_has(&r, "value=\"&quot;&gt;&lt;script&gt;\""));
	assert_false(h_reply_has(&r, "<script"));
	assert_true(h_reply_has(&r, "id=\"e-fuerWen\""));
	h_reply_fini(&r);
}

static void an_application_goes_from_the_first_page_to_the_spool(void **state)
{
	(void)state;
	struct h_person p;
	struct h_reply r;
	struct err e = ERR_INIT;
	struct id id;
	struct arena *a = arena_new();
	struct spool_message m;
	struct spool_delivery *d;
	struct spool_event *ev;
	size_t n;
	h_fill(&site, &p);
	h_upload(&p, p.csrf, "ausweis", "C:\\\\Bilder\\\\mein ausweis.png", PNG, &r);
	assert_int_equal(r.status, 303);
	h_reply_fini(&r);
	h_upload(&p, p.csrf, "nachweise", "Miet/vertrag.pdf", PDF, &r);
	assert_int_equal(r.status, 303);
	h_reply_fini(&r);
	h_post_to(&p, "seite/4", PAGE4, "/pruefen");
	h_get(&p, "pruefen", &r);
	assert_int_equal(r.status, 200);
	assert_true(h_reply_has(&r, "Müller&lt;b&gt;"));
	assert_true(h_reply_has(&r, "1.012,50 €"));
	assert_true(h_reply_has(&r, "mein ausweis.png"));
	assert_true(h_reply_has(&r, "Antrag absenden"));
	h_reply_fini(&r);
	h_post_to(&p, "senden", "", "/fertig");
	h_get(&p, "fertig", &r);
	assert_true(h_reply_has(&r, "Ihr Antrag ist angenommen"));
	h_reply_fini(&r);

	assert_true(id_parse(span_of(p.base + 8), &id));
	assert_ok(spool_message_get(site.spool, a, &id, &m, &e), e);
	assert_int_equal(m.kind, SPOOL_APPLICATION);
	assert_string_equal(m.recipient, "ags:05315000");
	assert_string_equal(m.service, "hilfe-zum-lebensunterhalt");
	assert_true(m.submitted > 0 && m.accepted >= m.submitted && m.stored == 0 && m.expires == 0);
	assert_int_equal(m.part_count, 4);
	assert_ok(spool_delivery_of(site.spool, a, &id, &d, &n, &e), e);
	assert_int_equal(n, 1);
	assert_int_equal(d->state, DLV_QUEUED);
	assert_string_equal(d->recipient, "ags:05315000");
	assert_ok(spool_event_list(site.spool, a, &id, &ev, &n, &e), e);
	assert_int_equal(n, 2);
	assert_int_equal(ev[0].kind, SPOOL_EV_SUBMITTED);
	assert_int_equal(ev[1].kind, SPOOL_EV_ACCEPTED);
	arena_free(a);

	h_get(&p, "antrag.pdf", &r);
	assert_int_equal(r.status, 200);
	assert_memory_equal(r.body.p, "%PDF", 4);
	assert_non_null(strstr(r.disposition, "attachment"));
	h_reply_fini(&r);
	h_get(&p, "antrag.xml", &r);
	assert_true(h_reply_has(&r, "<an:wert>1012.5</an:wert>"));
	assert_true(h_reply_has(&r, "dateiname=\"vertrag.pdf\""));
	h_reply_fini(&r);
	h_get(&p, "bestaetigung.pdf", &r);
	assert_memory_equal(r.body.p, "%PDF", 4);
	h_reply_fini(&r);
}

/* Delivers what waits, this message last. */
static void store_at(const struct id *message, const char *osci_id, int64_t at)
{
	struct spool_claim claim = { .now = clock_now() + 1, .lease_ms = 60000 };
	struct spool_event ev = { .at = at, .kind = SPOOL_EV_STORED };
	struct arena *a = arena_new();
	struct spool_delivery d;
	struct err e = ERR_INIT;
	int64_t next;

	do {
		assert_ok(spool_delivery_claim(site.spool, a, &claim, &d, &next, &e), e);
		d.peer_id = osci_id;
		assert_ok(spool_delivery_step(site.spool, &d, DLV_EV_ACCEPTED, &ev, NULL, &e), e);
	} while (id_cmp(&d.message, message) != 0);
	arena_free(a);
}

static void the_status_follows_the_spool(void **state)
{
	(void)state;
	struct h_person p;
	struct h_reply r;
	struct err e = ERR_INIT;
	struct id id;
	h_fill(&site, &p);
	h_post_to(&p, "seite/4", PAGE4, "/pruefen");
	h_post_to(&p, "senden", "", "/fertig");
	assert_true(id_parse(span_of(p.base + 8), &id));
	store_at(&id, "http://intermediaer/4711", 1795497701123);
	h_get(&p, "fertig", &r);
	assert_true(h_reply_has(&r, "Ihr Antrag ist bei der Behörde eingegangen"));
	assert_true(h_reply_has(&r, "http://intermediaer/4711"));
	assert_true(h_reply_has(&r, "24.11.2026, 06:21 Uhr"));
	assert_true(h_reply_has(&r, "<li class=\"offen\"><strong>Von der Behörde abgeholt:</strong>"));
	h_reply_fini(&r);
	assert_ok(spool_message_mark(site.spool, &id, SPOOL_FETCHED, 1795500000000, &e), e);
	h_get(&p, "fertig", &r);
	assert_true(h_reply_has(&r, "<h1>Die Behörde hat Ihren Antrag abgeholt</h1>"));
	assert_true(h_reply_has(&r, "<strong>Von der Behörde abgeholt:</strong> <span id=\"stand-4\">24.11.2026, 07:00 Uhr"));
	assert_false(h_reply_has(&r, "class=\"offen\""));
	h_reply_fini(&r);
}

struct sender {
	const struct h_person *p;
	unsigned status;
};

static void *send_once(void *arg)
{
	struct sender *s = arg;
	struct h_reply r;
	h_post(s->p, "senden", "", &r);
	s->status = r.status;
	h_reply_fini(&r);
	return NULL;
}

static void sending_several_times_makes_one_application(void **state)
{
	(void)state;
	struct h_person p;
	struct h_reply r;
	struct err e = ERR_INIT;
	struct id id;
	struct arena *a = arena_new();
	struct spool_stats before, after;
	pthread_t threads[3];
	struct sender senders[3];
	h_fill(&site, &p);
	h_post_to(&p, "seite/4", PAGE4, "/pruefen");
	assert_ok(spool_stats_get(site.spool, &before, &e), e);
	for (int i = 0; i < 3; i++) {
		senders[i] = (struct sender){ &p, 0 };
		pthread_create(&threads[i], NULL, send_once, &senders[i]);
	}
	for (int i = 0; i < 3; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(senders[i].status, 303);
	}
	assert_ok(spool_stats_get(site.spool, &after, &e), e);
	assert_int_equal(after.deliveries[DLV_QUEUED] - before.deliveries[DLV_QUEUED], 1);
	assert_int_equal(after.messages[SPOOL_APPLICATION] - before.messages[SPOOL_APPLICATION], 1);
	struct spool_event *ev;
	size_t n;
	assert_true(id_parse(span_of(p.base + 8), &id));
	assert_ok(spool_event_list(site.spool, a, &id, &ev, &n, &e), e);
	assert_int_equal(n, 2);
	arena_free(a);
	/* Later changes do nothing but lead to the state. */
	h_post(&p, "seite/1", PAGE1, &r);
	assert_int_equal(r.status, 303);
	assert_non_null(strstr(r.location, "/fertig"));
	h_reply_fini(&r);
}

static void what_is_incomplete_is_not_sent(void **state)
{
	(void)state;
	struct h_person p;
	struct h_reply r;
	h_fill(&site, &p);
	h_post(&p, "senden", "", &r);
	assert_int_equal(r.status, 422);
	assert_true(h_reply_has(&r, "/seite/4?pruefen=1#f-datenschutz"));
	assert_false(h_reply_has(&r, "Antrag absenden</button>"));
	h_reply_fini(&r);
}

static void files_are_named_and_limits_are_shown_before(void **state)
{
	struct h_person p;
	struct h_reply r;
	struct buf b;
	char *path;

	(void)state;
	h_fill(&site, &p);
	h_get(&p, "seite/4", &r);
	assert_true(h_reply_has(&r, "id=\"g-nachweise\""));
	assert_true(h_reply_has(&r, "je Datei höchstens 20 MB. Im ganzen Antrag höchstens 20 Dateien mit zusammen 100 MB."));
	assert_true(h_reply_has(&r, "g-nachweise\""));
	h_reply_fini(&r);
	buf_init(&b, 1 << 20);
	h_put_part(&b, "_csrf", NULL, NULL, span_of(p.csrf));
	h_put_part(&b, "nachweise", "gut.pdf", "application/pdf", PDF);
	h_put_part(&b, "nachweise", "böse<b>.exe", "application/pdf", SPAN_LIT("MZ\x90\0\3"));
	h_put_part(&b, "nachweise", "leer.pdf", "application/pdf", SPAN_LIT(""));
	h_put_part(&b, "_aktion", NULL, NULL, span_of("hochladen:nachweise"));
	buf_puts(&b, "--" BOUNDARY "--\r\n");
	path = mem_printf("%s/seite/4", p.base);
	h_site_call(&site, "POST", path, p.cookie, MULTI, buf_view(&b), &r);
	assert_int_equal(r.status, 422);
	assert_true(h_reply_has(&r, "„böse_b_.exe“: Diese Art von Datei"));
	assert_true(h_reply_has(&r, "„leer.pdf“: Die Datei ist leer"));
	assert_true(h_reply_has(&r, "gut.pdf ("));
	h_reply_fini(&r);
	buf_fini(&b);
	free(path);
}

static void what_is_refused_for_its_size_leaves_a_way_back(void **state)
{
	static const struct {
		const char *path, *link;
	} rows[] = {
		{ "%s/seite/4", "href=\"%s/seite/4\"" },
		{ "%s/senden", "href=\"%s/pruefen\"" },
		{ "%s/seite/%%3Cb%%3E", "href=\"%s/pruefen\"" },
	};
	struct h_person p;

	(void)state;
	h_begin(&site, &p);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char path[256], link[256], head[1024], block[16384];
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)site.port),
					  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
		size_t n = 0;
		ssize_t got;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		(void)snprintf(path, sizeof(path), rows[i].path, p.base);
		(void)snprintf(link, sizeof(link), rows[i].link, p.base);
#pragma GCC diagnostic pop
		(void)snprintf(head, sizeof(head), "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000000\r\n\r\n", path);
		assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
		assert_int_equal(write(fd, head, strlen(head)), (ssize_t)strlen(head));
		while (n < sizeof(block) - 1 && (got = read(fd, block + n, sizeof(block) - 1 - n)) > 0) {
			n += (size_t)got;
			block[n] = '\0';
			if (strstr(block, "</html>") != NULL)
				break;
		}
		close(fd);
		assert_memory_equal(block, "HTTP/1.1 413 ", 13);
		if (strstr(block, link) == NULL)
			fail_msg("%s: %s", path, block);
	}
}

static const struct {
	const char *name, *field;
	struct span data;
	const char *text;
} refused[] = {
	{ "virus.pdf",
	  "nachweise",
	  { "MZ\x90\0\3\0\0\0\4\0\0\0\xFF\xFF\0\0", 16 },
	  "Diese Art von Datei ist nicht möglich" },
	{ "seite.txt", "nachweise", { "<!DOCTYPE html><html><script>alert(1)</script>", 46 }, "Diese Art von Datei" },
	{ "x.zip", "nachweise", { "PK\3\4\x14\0\0\0\0\0", 10 }, "Diese Art von Datei" },
	{ "leer.pdf", "nachweise", { "", 0 }, "leer oder zu klein" },
	{ "text.txt", "ausweis", { "Nur Text, kein Bild.", 20 }, "Bitte verwenden Sie .pdf,.png" },
};

static void a_refused_file_leaves_nothing_behind(void **state)
{
	(void)state;
	struct h_person p;
	struct h_reply r;
	struct err e = ERR_INIT;
	struct id id;
	struct arena *a = arena_new();
	struct spool_message m;
	h_fill(&site, &p);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		h_upload(&p, p.csrf, refused[i].field, refused[i].name, refused[i].data, &r);
		if (r.status != 422 || !h_reply_has(&r, refused[i].text))
			fail_msg("%s: %u %s", refused[i].name, r.status, buf_str(&r.body));
		assert_true(h_reply_has(&r, "bleibt")); /* what was typed beside it */
		h_reply_fini(&r);
	}
	struct buf big;
	buf_init(&big, 32 << 20);
	buf_puts(&big, "%PDF-1.4\n");
	for (int i = 0; i < 21 * 1024; i++)
		buf_printf(&big, "%1024d", i);
	h_upload(&p, p.csrf, "nachweise", "gross.pdf", buf_view(&big), &r);
	assert_int_equal(r.status, 422);
	assert_true(h_reply_has(&r, "Die Datei ist zu groß. Möglich sind 20 MB"));
	h_reply_fini(&r);
	buf_fini(&big);
	assert_true(id_parse(span_of(p.base + 8), &id));
	assert_ok(spool_message_get(site.spool, a, &id, &m, &e), e);
	assert_int_equal(m.part_count, 0);
	arena_free(a);
}

static void an_upload_is_removed_after_a_question(void **state)
{
	(void)state;
	struct h_person p;
	struct h_reply r;
	h_fill(&site, &p);
	h_upload(&p, p.csrf, "nachweise", "brief.pdf", PDF, &r);
	h_reply_fini(&r);
	h_get(&p, "seite/4", &r);
	assert_true(h_reply_has(&r, "value=\"entfernen:upload-1\""));
	h_reply_fini(&r);
	h_post_to(&p, "seite/4", "_aktion=entfernen:upload-1&bemerkungen=bleibt", "/entfernen/upload-1");
	h_get(&p, "entfernen/upload-1", &r);
	assert_true(h_reply_has(&r, "Datei entfernen?"));
	assert_true(h_reply_has(&r, "brief.pdf"));
	h_reply_fini(&r);
	h_get(&p, "seite/4", &r); /* asked, not done */
	assert_true(h_reply_has(&r, "brief.pdf"));
	assert_true(h_reply_has(&r, "bleibt"));
	h_reply_fini(&r);
	h_post_to(&p, "entfernen/upload-1", "", "/seite/4");
	h_post_to(&p, "entfernen/upload-1", "", "/pruefen"); /* and again, from another window */
	h_get(&p, "seite/4", &r);
	assert_false(h_reply_has(&r, "brief.pdf"));
	h_reply_fini(&r);
}

static void strangers_get_nothing(void **state)
{
	(void)state;
	struct h_person p, q;
	struct h_reply r;
	struct http_pair cross[] = { { NULL, NULL } };
	(void)cross;
	h_fill(&site, &p);
	h_begin(&site, &q);
	static const char *const paths[] = { "seite/1", "pruefen", "fertig", "antrag.pdf", "loeschen" };
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		char *path = mem_printf("%s/%s", p.base, paths[i]);
		h_site_call(&site, "GET", path, NULL, NULL, SPAN_EMPTY, &r);
		assert_int_equal(r.status, 404);
		h_reply_fini(&r);
		h_site_call(&site, "GET", path, q.cookie, NULL, SPAN_EMPTY, &r);
		assert_int_equal(r.status, 404);
		h_reply_fini(&r);
		free(path);
	}
	/* The right cookie, but the page's token is that of another draft, or missing. */
	snprintf(p.csrf, sizeof(p.csrf), "%s", q.csrf);
	h_post(&p, "seite/1", PAGE1, &r);
	assert_int_equal(r.status, 403);
	h_reply_fini(&r);
	h_upload(&p, q.csrf, "nachweise", "a.pdf", PDF, &r);
	assert_int_equal(r.status, 403);
	assert_true(h_reply_has(&r, "Nicht möglich"));
	h_reply_fini(&r);
	h_get(&p, "seite/4", &r);
	assert_false(h_reply_has(&r, "a.pdf"));
	h_reply_fini(&r);
}

static void a_draft_can_be_deleted_and_expires(void **state)
{
	(void)state;
	struct h_person p;
	struct h_reply r;
	struct err e = ERR_INIT;
	size_t erased = 0;
	h_fill(&site, &p);
	h_get(&p, "loeschen", &r);
	assert_true(h_reply_has(&r, "<h1>Entwurf löschen?</h1>"));
	assert_true(h_reply_has(&r, "Stadt Köln"));
	h_reply_fini(&r);
	h_get(&p, "seite/1", &r); /* asked, not done */
	assert_int_equal(r.status, 200);
	h_reply_fini(&r);
	h_post_to(&p, "loeschen", "", "/?geloescht=1");
	h_site_call(&site, "GET", "/?geloescht=1", NULL, NULL, SPAN_EMPTY, &r);
	assert_true(h_reply_has(&r, "role=\"status\">Ihr Entwurf ist gelöscht"));
	h_reply_fini(&r);
	h_get(&p, "seite/1", &r);
	assert_int_equal(r.status, 404);
	h_reply_fini(&r);
	h_begin(&site, &p);
	h_post_to(&p, "seite/1", PAGE1, "/seite/2");
	assert_ok(form_service_housekeep(site.form, clock_now() + INT64_C(29) * 86400000, &erased, &e), e);
	h_get(&p, "seite/1", &r);
	assert_int_equal(r.status, 200);
	h_reply_fini(&r);
	assert_ok(form_service_housekeep(site.form, clock_now() + INT64_C(31) * 86400000, &erased, &e), e);
	assert_true(erased >= 1);
	h_get(&p, "seite/1", &r);
	assert_int_equal(r.status, 404);
	h_reply_fini(&r);
}

static void bad_requests_are_answered_and_the_next_is_served(void **state)
{
	(void)state;
	struct h_person p;
	struct h_reply r;
	h_begin(&site, &p);
	static const struct {
		const char *type, *body;
		unsigned status;
	} bad[] = {
		{ FORM_TYPE, "a=%zz", 400 },
		{ FORM_TYPE, "a=%ff", 400 },
		{ FORM_TYPE, "a=%00", 400 },
		{ "text/plain", "x", 415 },
		{ MULTI, "kaputt", 400 },
		{ "multipart/form-data", "x", 400 },
		{ MULTI, "--" BOUNDARY "\r\n\r\nx", 400 },
		{ FORM_TYPE, "", 403 },
	};
	char *path = mem_printf("%s/seite/1", p.base);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		h_site_call(&site, "POST", path, p.cookie, bad[i].type, span_of(bad[i].body), &r);
		if (r.status != bad[i].status)
			fail_msg("%s '%s': %u", bad[i].type, bad[i].body, r.status);
		assert_true(h_reply_has(&r, "<html lang=\"de\">"));
		h_reply_fini(&r);
	}
	free(path);
	h_get(&p, "seite/99", &r);
	assert_int_equal(r.status, 404);
	h_reply_fini(&r);
	h_post_to(&p, "seite/1", PAGE1, "/seite/2");
}

static void too_many_changes_of_one_address_are_slowed_down(void **state)
{
	(void)state;
	struct h_site slow;
	struct h_reply r;
	const struct form_options o = { .rate_per_second = 0.001, .rate_burst = 3 };
	unsigned last = 0;
	h_site_start(&slow, &o);
	for (int i = 0; i < 5; i++) {
		h_site_call(&slow, "POST", "/antrag", NULL, FORM_TYPE, SPAN_LIT("formular=x"), &r);
		last = r.status;
		h_reply_fini(&r);
	}
	assert_int_equal(last, 429);
	h_site_call(&slow, "GET", "/", NULL, NULL, SPAN_EMPTY, &r);
	assert_int_equal(r.status, 200);
	h_reply_fini(&r);
	h_site_stop(&slow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_start_page_offers_form_and_municipalities),
		cmocka_unit_test(problems_are_listed_with_links_and_described_at_the_field),
		cmocka_unit_test(an_application_goes_from_the_first_page_to_the_spool),
		cmocka_unit_test(the_status_follows_the_spool),
		cmocka_unit_test(sending_several_times_makes_one_application),
		cmocka_unit_test(what_is_incomplete_is_not_sent),
		cmocka_unit_test(files_are_named_and_limits_are_shown_before),
		cmocka_unit_test(what_is_refused_for_its_size_leaves_a_way_back),
		cmocka_unit_test(a_refused_file_leaves_nothing_behind),
		cmocka_unit_test(an_upload_is_removed_after_a_question),
		cmocka_unit_test(strangers_get_nothing),
		cmocka_unit_test(a_draft_can_be_deleted_and_expires),
		cmocka_unit_test(bad_requests_are_answered_and_the_next_is_served),
		cmocka_unit_test(too_many_changes_of_one_address_are_slowed_down),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
