/* SPDX-License-Identifier: EUPL-1.2 */
/* A person's way through the pages, with a browser reduced to what it sends. */
#include "cm.h"

#include <pthread.h>

#include "base/mem.h"
#include "base/clock.h"
#include "h_site.h"

#define FORM_TYPE "application/x-www-form-urlencoded"
#define BOUNDARY "----depeschetest"
#define MULTI "multipart/form-data; boundary=" BOUNDARY

static struct h_site site;

struct person {
	char cookie[128], csrf[80], base[128];
};

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

/* Takes the page's token out of its HTML. */
static void find_csrf(struct person *p, const struct h_reply *r)
{
	const char *at = strstr(buf_str(&r->body), "name=\"_csrf\" value=\"");
	assert_non_null(at);
	snprintf(p->csrf, sizeof(p->csrf), "%.64s", at + strlen("name=\"_csrf\" value=\""));
}

static void begin(struct person *p)
{
	struct h_reply r;
	h_site_call(&site, "POST", "/antrag", NULL, FORM_TYPE,
		    SPAN_LIT("formular=hilfe-zum-lebensunterhalt&ags=05315000"), &r);
	assert_int_equal(r.status, 303);
	assert_non_null(strstr(r.cookie, "HttpOnly"));
	assert_non_null(strstr(r.cookie, "SameSite=Strict"));
	assert_memory_equal(r.location, "/antrag/", 8);
	snprintf(p->cookie, sizeof(p->cookie), "%.*s", (int)strcspn(r.cookie, ";"), r.cookie);
	snprintf(p->base, sizeof(p->base), "%.*s", (int)(strstr(r.location, "/seite") - r.location), r.location);
	h_reply_fini(&r);
	char *path = mem_printf("%s/seite/1", p->base);
	h_site_call(&site, "GET", path, p->cookie, NULL, SPAN_EMPTY, &r);
	assert_int_equal(r.status, 200);
	find_csrf(p, &r);
	h_reply_fini(&r);
	free(path);
}

/* fields: "name=value&..." with the values already encoded. */
static void post(const struct person *p, const char *where, const char *fields, struct h_reply *r)
{
	char *path = mem_printf("%s/%s", p->base, where), *body = mem_printf("_csrf=%s&%s", p->csrf, fields);
	h_site_call(&site, "POST", path, p->cookie, FORM_TYPE, span_of(body), r);
	free(path);
	free(body);
}

static void get(const struct person *p, const char *where, struct h_reply *r)
{
	char *path = mem_printf("%s/%s", p->base, where);
	h_site_call(&site, "GET", path, p->cookie, NULL, SPAN_EMPTY, r);
	free(path);
}

static void post_to(const struct person *p, const char *where, const char *fields, const char *location)
{
	struct h_reply r;
	post(p, where, fields, &r);
	if (r.status != 303 || strstr(r.location, location) == NULL)
		fail_msg("%s: %u to '%s':\n%s", where, r.status, r.location, buf_str(&r.body));
	h_reply_fini(&r);
}

static void put_part(struct buf *b, const char *name, const char *filename, const char *type, struct span data)
{
	buf_printf(b, "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"%s\"", name);
	if (filename != NULL)
		buf_printf(b, "; filename=\"%s\"\r\nContent-Type: %s", filename, type);
	buf_puts(b, "\r\n\r\n");
	buf_span(b, data);
	buf_puts(b, "\r\n");
}

/* One file into a field of page 4. */
static void upload(const struct person *p, const char *csrf, const char *field, const char *filename, struct span data,
		   struct h_reply *r)
{
	struct buf b;
	char *path = mem_printf("%s/seite/4", p->base), *action = mem_printf("hochladen:%s", field);
	buf_init(&b, 64 << 20);
	put_part(&b, "_csrf", NULL, NULL, span_of(csrf));
	put_part(&b, field, filename, "application/octet-stream", data);
	put_part(&b, "bemerkungen", NULL, NULL, SPAN_LIT("bleibt"));
	put_part(&b, "_aktion", NULL, NULL, span_of(action));
	buf_puts(&b, "--" BOUNDARY "--\r\n");
	h_site_call(&site, "POST", path, p->cookie, MULTI, buf_view(&b), r);
	buf_fini(&b);
	free(path);
	free(action);
}

#define PAGE1                                                                                                          \
	"fuerWen=selbst&vorname=Erika&nachname=M%C3%BCller%3Cb%3E&geburtsdatum=9.3.1957&familienstand=ledig&"          \
	"staatsangehoerigkeit=deutsch&strasse=Heidestr.+17&plz=51147&ort=K%C3%B6ln&email=erika%40beispiel.de"
#define PAGE2 "personenAnzahl=1&wohnform=miete"
#define PAGE2B PAGE2 "&kaltmiete=1.012%2C50"
#define PAGE3 "vermoegen=nein&andereLeistungen=nein&ohneKonto=ja"
#define PAGE4 "erklaerungRichtig=ja&erklaerungMitwirkung=ja&datenschutz=ja"

static const unsigned char png[] = { 0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A, 0,    0,    0,
				     0x0D, 'I', 'H', 'D', 'R',  0,    0,    0,    1,    0,    0,
				     0,    1,   8,   2,   0,    0,    0,    0x90, 0x77, 0x53, 0xDE };
#define PNG ((struct span){ (const char *)png, sizeof(png) })
#define PDF SPAN_LIT("%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n")

static void fill(struct person *p)
{
	struct h_reply r;
	begin(p);
	post_to(p, "seite/1", PAGE1, "/seite/2");
	post(p, "seite/2", PAGE2, &r);	/* the rent appears */
	assert_int_equal(r.status, 200);
	assert_true(h_reply_has(&r, "Grundmiete"));
	h_reply_fini(&r);
	post_to(p, "seite/2", PAGE2B, "/seite/3");
	post_to(p, "seite/3", PAGE3, "/seite/4");
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
	struct person p;
	struct h_reply r;
	begin(&p);
	post(&p, "seite/1", "vorname=%22%3E%3Cscript%3E&plz=123", &r);
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
	struct person p;
	struct h_reply r;
	struct err e = ERR_INIT;
	struct id id;
	struct arena *a = arena_new();
	struct spool_message m;
	struct spool_delivery *d;
	struct spool_event *ev;
	size_t n;
	fill(&p);
	upload(&p, p.csrf, "ausweis", "C:\\\\Bilder\\\\mein ausweis.png", PNG, &r);
	assert_int_equal(r.status, 303);
	h_reply_fini(&r);
	upload(&p, p.csrf, "nachweise", "Miet/vertrag.pdf", PDF, &r);
	assert_int_equal(r.status, 303);
	h_reply_fini(&r);
	post_to(&p, "seite/4", PAGE4, "/pruefen");
	get(&p, "pruefen", &r);
	assert_int_equal(r.status, 200);
	assert_true(h_reply_has(&r, "Müller&lt;b&gt;"));
	assert_true(h_reply_has(&r, "1.012,50 €"));
	assert_true(h_reply_has(&r, "mein ausweis.png"));
	assert_true(h_reply_has(&r, "Antrag absenden"));
	h_reply_fini(&r);
	post_to(&p, "senden", "", "/fertig");
	get(&p, "fertig", &r);
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

	get(&p, "antrag.pdf", &r);
	assert_int_equal(r.status, 200);
	assert_memory_equal(r.body.p, "%PDF", 4);
	assert_non_null(strstr(r.disposition, "attachment"));
	h_reply_fini(&r);
	get(&p, "antrag.xml", &r);
	assert_true(h_reply_has(&r, "<an:wert>1012.5</an:wert>"));
	assert_true(h_reply_has(&r, "dateiname=\"vertrag.pdf\""));
	h_reply_fini(&r);
	get(&p, "bestaetigung.pdf", &r);
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
	struct person p;
	struct h_reply r;
	struct err e = ERR_INIT;
	struct id id;
	fill(&p);
	post_to(&p, "seite/4", PAGE4, "/pruefen");
	post_to(&p, "senden", "", "/fertig");
	assert_true(id_parse(span_of(p.base + 8), &id));
	store_at(&id, "http://intermediaer/4711", 1795497701123);
	get(&p, "fertig", &r);
	assert_true(h_reply_has(&r, "Ihr Antrag ist bei der Behörde eingegangen"));
	assert_true(h_reply_has(&r, "http://intermediaer/4711"));
	assert_true(h_reply_has(&r, "24.11.2026, 06:21 Uhr"));
	assert_true(h_reply_has(&r, "<li class=\"offen\"><strong>Von der Behörde abgeholt:</strong>"));
	h_reply_fini(&r);
	assert_ok(spool_message_mark(site.spool, &id, SPOOL_FETCHED, 1795500000000, &e), e);
	get(&p, "fertig", &r);
	assert_true(h_reply_has(&r, "<h1>Die Behörde hat Ihren Antrag abgeholt</h1>"));
	assert_true(h_reply_has(&r, "<strong>Von der Behörde abgeholt:</strong> <span id=\"stand-4\">24.11.2026, 07:00 Uhr"));
	assert_false(h_reply_has(&r, "class=\"offen\""));
	h_reply_fini(&r);
}

struct sender {
	const struct person *p;
	unsigned status;
};

static void *send_once(void *arg)
{
	struct sender *s = arg;
	struct h_reply r;
	post(s->p, "senden", "", &r);
	s->status = r.status;
	h_reply_fini(&r);
	return NULL;
}

static void sending_several_times_makes_one_application(void **state)
{
	(void)state;
	struct person p;
	struct h_reply r;
	struct err e = ERR_INIT;
	struct id id;
	struct arena *a = arena_new();
	struct spool_stats before, after;
	pthread_t threads[3];
	struct sender senders[3];
	fill(&p);
	post_to(&p, "seite/4", PAGE4, "/pruefen");
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
	post(&p, "seite/1", PAGE1, &r);
	assert_int_equal(r.status, 303);
	assert_non_null(strstr(r.location, "/fertig"));
	h_reply_fini(&r);
}

static void what_is_incomplete_is_not_sent(void **state)
{
	(void)state;
	struct person p;
	struct h_reply r;
	fill(&p);
	post(&p, "senden", "", &r);
	assert_int_equal(r.status, 422);
	assert_true(h_reply_has(&r, "/seite/4?pruefen=1#f-datenschutz"));
	assert_false(h_reply_has(&r, "Antrag absenden</button>"));
	h_reply_fini(&r);
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
	struct person p;
	struct h_reply r;
	struct err e = ERR_INIT;
	struct id id;
	struct arena *a = arena_new();
	struct spool_message m;
	fill(&p);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		upload(&p, p.csrf, refused[i].field, refused[i].name, refused[i].data, &r);
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
	upload(&p, p.csrf, "nachweise", "gross.pdf", buf_view(&big), &r);
	assert_int_equal(r.status, 422);
	assert_true(h_reply_has(&r, "Die Datei ist zu groß. Möglich sind 20 MB"));
	h_reply_fini(&r);
	buf_fini(&big);
	assert_true(id_parse(span_of(p.base + 8), &id));
	assert_ok(spool_message_get(site.spool, a, &id, &m, &e), e);
	assert_int_equal(m.part_count, 0);
	arena_free(a);
}

static void an_upload_can_be_removed(void **state)
{
	(void)state;
	struct person p;
	struct h_reply r;
	fill(&p);
	upload(&p, p.csrf, "nachweise", "brief.pdf", PDF, &r);
	h_reply_fini(&r);
	get(&p, "seite/4", &r);
	assert_true(h_reply_has(&r, "value=\"entfernen:upload-1\""));
	h_reply_fini(&r);
	post_to(&p, "seite/4", "_aktion=entfernen:upload-1", "/seite/4");
	get(&p, "seite/4", &r);
	assert_false(h_reply_has(&r, "brief.pdf"));
	h_reply_fini(&r);
}

static void strangers_get_nothing(void **state)
{
	(void)state;
	struct person p, q;
	struct h_reply r;
	struct http_pair cross[] = { { NULL, NULL } };
	(void)cross;
	fill(&p);
	begin(&q);
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
	post(&p, "seite/1", PAGE1, &r);
	assert_int_equal(r.status, 403);
	h_reply_fini(&r);
	upload(&p, q.csrf, "nachweise", "a.pdf", PDF, &r);
	assert_int_equal(r.status, 403);
	assert_true(h_reply_has(&r, "Nicht möglich"));
	h_reply_fini(&r);
	get(&p, "seite/4", &r);
	assert_false(h_reply_has(&r, "a.pdf"));
	h_reply_fini(&r);
}

static void a_draft_can_be_deleted_and_expires(void **state)
{
	(void)state;
	struct person p;
	struct h_reply r;
	struct err e = ERR_INIT;
	size_t erased = 0;
	fill(&p);
	get(&p, "loeschen", &r);
	assert_true(h_reply_has(&r, "Entwurf löschen"));
	h_reply_fini(&r);
	post_to(&p, "loeschen", "", "/");
	get(&p, "seite/1", &r);
	assert_int_equal(r.status, 404);
	h_reply_fini(&r);
	begin(&p);
	assert_ok(form_service_housekeep(site.form, clock_now() + INT64_C(29) * 86400000, &erased, &e), e);
	assert_int_equal(erased, 0);
	assert_ok(form_service_housekeep(site.form, clock_now() + INT64_C(31) * 86400000, &erased, &e), e);
	assert_true(erased >= 1);
	get(&p, "seite/1", &r);
	assert_int_equal(r.status, 404);
	h_reply_fini(&r);
}

static void bad_requests_are_answered_and_the_next_is_served(void **state)
{
	(void)state;
	struct person p;
	struct h_reply r;
	begin(&p);
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
	get(&p, "seite/99", &r);
	assert_int_equal(r.status, 404);
	h_reply_fini(&r);
	post_to(&p, "seite/1", PAGE1, "/seite/2");
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
		cmocka_unit_test(a_refused_file_leaves_nothing_behind),
		cmocka_unit_test(an_upload_can_be_removed),
		cmocka_unit_test(strangers_get_nothing),
		cmocka_unit_test(a_draft_can_be_deleted_and_expires),
		cmocka_unit_test(bad_requests_are_answered_and_the_next_is_served),
		cmocka_unit_test(too_many_changes_of_one_address_are_slowed_down),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
