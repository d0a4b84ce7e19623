/* SPDX-License-Identifier: EUPL-1.2 */
/* What drafts may take of the disk, asked for by people and programs that nobody knows. */
#include "cm.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "h_person.h"

#define DAY INT64_C(86400000)
#define NEW "{\"form\":\"hilfe-zum-lebensunterhalt\",\"ags\":\"05315000\"}"

struct draft {
	char base[128], token[80];
};

static unsigned begin(struct h_site *s, struct draft *d, char retry[16])
{
	struct h_reply r;
	struct err e = ERR_INIT;
	json_t *v = NULL;
	unsigned status;

	h_site_call(s, "POST", "/api/v1/drafts", NULL, "application/json", SPAN_LIT(NEW), &r);
	status = r.status;
	(void)snprintf(retry, 16, "%s", r.retry_after);
	assert_ok(json_read(buf_view(&r.body), "answer", &v, &e), e);
	(void)snprintf(d->base, sizeof(d->base), "/api/v1/drafts/%s", json_opt_string(v, "id", ""));
	(void)snprintf(d->token, sizeof(d->token), "Bearer %s", json_opt_string(v, "token", ""));
	json_decref(v);
	h_reply_fini(&r);
	return status;
}

static unsigned put_upload(struct h_site *s, const struct draft *d, size_t n, char retry[16])
{
	char *path = mem_printf("%s/uploads/nachweise?name=a.txt", d->base);
	struct h_reply r;
	struct buf b;
	unsigned status;

	buf_init(&b, n);
	while (b.n < n)
		buf_puts(&b, b.n + 10 <= n ? "Ein Text.\n" : "x");
	h_site_call(s, "POST", path, d->token, "text/plain", buf_view(&b), &r);
	status = r.status;
	(void)snprintf(retry, 16, "%s", r.retry_after);
	h_reply_fini(&r);
	buf_fini(&b);
	free(path);
	return status;
}

static void drop(struct h_site *s, const struct draft *d)
{
	struct h_reply r;

	h_site_call(s, "DELETE", d->base, d->token, NULL, SPAN_EMPTY, &r);
	assert_int_equal(r.status, 204);
	h_reply_fini(&r);
}

static void a_client_begins_so_many_drafts_and_is_told_what_to_do(void **state)
{
	const struct form_options o = { .budget = { .client_drafts = 2 } };
	struct h_site s;
	struct h_reply r;
	struct draft a, b, c;
	char retry[16];

	(void)state;
	h_site_start(&s, &o);
	assert_int_equal(begin(&s, &a, retry), 201);
	assert_int_equal(begin(&s, &b, retry), 201);
	assert_int_equal(begin(&s, &c, retry), 429);
	assert_string_equal(retry, "3600");
	h_site_call(&s, "POST", "/antrag", NULL, FORM_TYPE, SPAN_LIT("formular=hilfe-zum-lebensunterhalt&ags=05315000"), &r);
	assert_int_equal(r.status, 429);
	assert_string_equal(r.retry_after, "3600");
	assert_true(h_reply_has(&r, "löschen Sie die Entwürfe"));
	h_reply_fini(&r);
	drop(&s, &a);
	assert_int_equal(begin(&s, &c, retry), 201);
	h_site_stop(&s);
}

static void behind_a_proxy_each_client_has_drafts_of_its_own(void **state)
{
	const struct form_options o = { .budget = { .client_drafts = 1 } };
	struct h_site s;
	struct draft d;
	char retry[16];

	(void)state;
	h_site_start_behind(&s, &o, "X-Forwarded-For");
	s.more[0] = (struct http_pair){ "X-Forwarded-For", "203.0.113.1" };
	assert_int_equal(begin(&s, &d, retry), 201);
	assert_int_equal(begin(&s, &d, retry), 429);
	s.more[0] = (struct http_pair){ "X-Forwarded-For", "203.0.113.2" };
	assert_int_equal(begin(&s, &d, retry), 201);
	h_site_stop(&s);
}

static void files_fill_the_part_of_a_client_and_no_more(void **state)
{
	const struct form_options o = { .budget = { .client_bytes = 300000 } };
	struct h_site s;
	struct draft a, b;
	char retry[16];

	(void)state;
	h_site_start(&s, &o);
	assert_int_equal(begin(&s, &a, retry), 201);
	assert_int_equal(begin(&s, &b, retry), 201);
	assert_int_equal(put_upload(&s, &a, 200000, retry), 201);
	assert_int_equal(put_upload(&s, &b, 150000, retry), 503);
	assert_true(*retry != '\0');
	assert_int_equal(put_upload(&s, &b, 150000, retry), 503); /* what was refused takes nothing */
	assert_int_equal(put_upload(&s, &b, 90000, retry), 201);
	drop(&s, &a);
	assert_int_equal(put_upload(&s, &b, 150000, retry), 201);
	h_site_stop(&s);
}

static void a_person_keeps_the_page_when_there_is_no_room(void **state)
{
	const struct form_options o = { .budget = { .client_bytes = 20000 } };
	struct h_site s;
	struct h_person p;
	struct h_reply r;
	struct buf b;

	(void)state;
	h_site_start(&s, &o);
	h_fill(&s, &p);
	buf_init(&b, 100000);
	buf_puts(&b, "%PDF-1.4\n");
	while (b.n < 90000)
		buf_puts(&b, "0123456789");
	h_upload(&p, p.csrf, "nachweise", "brief.pdf", buf_view(&b), &r);
	assert_int_equal(r.status, 422);
	assert_true(h_reply_has(&r, "kein Platz für weitere Dateien"));
	assert_true(h_reply_has(&r, "bleibt")); /* what was typed beside it */
	h_reply_fini(&r);
	h_post_to(&p, "seite/4", PAGE4, "/pruefen");
	h_post_to(&p, "senden", "", "/fertig"); /* what is there can be sent */
	buf_fini(&b);
	h_site_stop(&s);
}

static void drafts_leave_the_rest_of_the_disk_to_others(void **state)
{
	const struct form_options o = { .disk_reserve = UINT64_C(1) << 61 };
	struct h_site s;
	struct h_reply r;
	struct draft d;
	char retry[16];

	(void)state;
	h_site_start(&s, &o);
	assert_int_equal(begin(&s, &d, retry), 503);
	assert_true(*retry != '\0');
	h_site_call(&s, "POST", "/antrag", NULL, FORM_TYPE, SPAN_LIT("formular=hilfe-zum-lebensunterhalt&ags=05315000"), &r);
	assert_int_equal(r.status, 503);
	assert_true(*r.retry_after != '\0');
	assert_true(h_reply_has(&r, "wenden Sie sich direkt an die Behörde"));
	h_reply_fini(&r);
	h_site_stop(&s);
}

/* The service ends and begins again on the same spool: what is there counts for whom it did. */
static void a_restart_gives_nobody_a_new_share(void **state)
{
	static const struct {
		struct form_budget_limits budget;
		unsigned same, other;	/* the answers to who has a draft, and to somebody else */
	} table[] = {
		{ { .bytes = 254000 }, 503, 503 },
		{ { .drafts = 1 }, 503, 503 },
		{ { .client_bytes = 254000 }, 429, 201 },
		{ { .client_drafts = 1 }, 429, 201 },
		{ { .client_drafts = 2, .drafts = 3 }, 201, 201 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		const struct form_options o = { .budget = table[i].budget };
		struct h_site s;
		struct draft a, b;
		char retry[16];

		h_site_start_behind(&s, &o, "X-Forwarded-For");
		s.more[0] = (struct http_pair){ "X-Forwarded-For", "203.0.113.1" };
		assert_int_equal(begin(&s, &a, retry), 201);
		assert_int_equal(put_upload(&s, &a, 250000, retry), 201);
		h_site_restart(&s);
		assert_in_range(form_draft_bytes(s.form), 250000, 256000);
		assert_int_equal(begin(&s, &b, retry), table[i].same);
		s.more[0].value = "203.0.113.2";
		assert_int_equal(begin(&s, &b, retry), table[i].other);
		s.more[0].value = "203.0.113.1";
		drop(&s, &a);
		assert_int_equal(begin(&s, &b, retry), 201);
		h_site_stop(&s);
	}
}

static struct spool_box from_of(struct h_site *s, const char *id_text)
{
	struct arena *a = arena_new();
	struct spool_message m;
	struct spool_box from;
	struct err e = ERR_INIT;
	struct id id;

	assert_true(id_parse(span_of(id_text), &id));
	assert_ok(spool_message_get(s->spool, a, &id, &m, &e), e);
	from = m.from;
	arena_free(a);
	return from;
}

static void what_was_sent_does_not_say_whose_share_it_took(void **state)
{
	static const struct spool_box nobody;
	struct spool_usage u;
	struct spool_box from;
	struct err e = ERR_INIT;
	struct h_site s;
	struct h_person p;

	(void)state;
	h_site_start(&s, NULL);
	h_fill(&s, &p);
	from = from_of(&s, strrchr(p.base, '/') + 1);
	assert_memory_not_equal(&from, &nobody, sizeof(from));
	assert_ok(spool_usage_get(s.spool, 'C', &from, &u, &e), e);
	assert_int_equal(u.messages, 1);
	h_post_to(&p, "seite/4", PAGE4, "/pruefen");
	h_post_to(&p, "senden", "", "/fertig");
	assert_ok(spool_usage_get(s.spool, 'C', &from, &u, &e), e);
	assert_int_equal(u.messages, 0);
	from = from_of(&s, strrchr(p.base, '/') + 1);
	assert_memory_equal(&from, &nobody, sizeof(from));
	h_site_stop(&s);
}

static void a_draft_without_entries_is_erased_after_a_day(void **state)
{
	struct h_site s;
	struct draft empty, filled, emptied;
	struct h_reply r;
	struct err e = ERR_INIT;
	size_t erased = 0;
	char retry[16];

	(void)state;
	h_site_start(&s, NULL);
	assert_int_equal(begin(&s, &empty, retry), 201);
	assert_int_equal(begin(&s, &filled, retry), 201);
	assert_int_equal(begin(&s, &emptied, retry), 201);
	for (int i = 0; i < 3; i++) {
		const struct draft *d = i == 0 ? &filled : &emptied;
		char *path = mem_printf("%s/values", d->base);

		h_site_call(&s, "PUT", path, d->token, "application/json",
			    span_of(i == 2 ? "{}" : "{\"vorname\":\"Erika\"}"), &r);
		assert_int_equal(r.status, 200);
		h_reply_fini(&r);
		free(path);
	}
	assert_ok(form_service_housekeep(s.form, clock_now() + DAY - 60000, &erased, &e), e);
	assert_int_equal(erased, 0);
	assert_ok(form_service_housekeep(s.form, clock_now() + DAY + 60000, &erased, &e), e);
	assert_int_equal(erased, 2);
	h_site_call(&s, "GET", filled.base, filled.token, NULL, SPAN_EMPTY, &r);
	assert_int_equal(r.status, 200);
	h_reply_fini(&r);
	h_site_call(&s, "GET", empty.base, empty.token, NULL, SPAN_EMPTY, &r);
	assert_int_equal(r.status, 404);
	h_reply_fini(&r);
	h_site_stop(&s);
}

/* Several files of one request: each counts for the next. */
static void a_batch_is_limited_like_files_one_by_one(void **state)
{
	const struct form_options o = { .upload_max = 60000, .upload_total = 100000 };
	struct h_site s;
	struct h_person p;
	struct h_reply r;
	struct buf b, text;
	char *path;

	(void)state;
	h_site_start(&s, &o);
	h_fill(&s, &p);
	buf_init(&text, 60000);
	while (text.n < 50000)
		buf_puts(&text, "Ein Text.\n");
	buf_init(&b, 1 << 20);
	h_put_part(&b, "_csrf", NULL, NULL, span_of(p.csrf));
	for (int i = 0; i < 4; i++)
		h_put_part(&b, "nachweise", "text.txt", "text/plain", buf_view(&text));
	buf_puts(&b, "--" BOUNDARY "--\r\n");
	path = mem_printf("%s/seite/4", p.base);
	h_site_call(&s, "POST", path, p.cookie, MULTI, buf_view(&b), &r);
	assert_int_equal(r.status, 422);
	assert_true(h_reply_has(&r, "entfernen:upload-2"));
	assert_false(h_reply_has(&r, "entfernen:upload-3"));
	assert_true(h_reply_has(&r, "Alle Dateien zusammen"));
	h_reply_fini(&r);
	buf_fini(&b);
	buf_fini(&text);
	free(path);
	h_site_stop(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_begins_so_many_drafts_and_is_told_what_to_do),
		cmocka_unit_test(behind_a_proxy_each_client_has_drafts_of_its_own),
		cmocka_unit_test(files_fill_the_part_of_a_client_and_no_more),
		cmocka_unit_test(a_person_keeps_the_page_when_there_is_no_room),
		cmocka_unit_test(drafts_leave_the_rest_of_the_disk_to_others),
		cmocka_unit_test(a_restart_gives_nobody_a_new_share),
		cmocka_unit_test(what_was_sent_does_not_say_whose_share_it_took),
		cmocka_unit_test(a_draft_without_entries_is_erased_after_a_day),
		cmocka_unit_test(a_batch_is_limited_like_files_one_by_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
