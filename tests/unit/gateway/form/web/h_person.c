/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_person.h says what they do. */
#include "h_person.h"

#include "cm.h"

#include "base/mem.h"

/* Takes the page's token out of its HTML. */
static void find_csrf(struct h_person *p, const struct h_reply *r)
{
	const char *at = strstr(buf_str(&r->body), "name=\"_csrf\" value=\"");
	assert_non_null(at);
	snprintf(p->csrf, sizeof(p->csrf), "%.64s", at + strlen("name=\"_csrf\" value=\""));
}

void h_begin(struct h_site *site, struct h_person *p)
{
	struct h_reply r;

	p->site = site;
	h_site_call(site, "POST", "/antrag", NULL, FORM_TYPE,
		    SPAN_LIT("formular=hilfe-zum-lebensunterhalt&ags=05315000"), &r);
	assert_int_equal(r.status, 303);
	assert_non_null(strstr(r.cookie, "HttpOnly"));
	assert_non_null(strstr(r.cookie, "SameSite=Strict"));
	assert_memory_equal(r.location, "/antrag/", 8);
	snprintf(p->cookie, sizeof(p->cookie), "%.*s", (int)strcspn(r.cookie, ";"), r.cookie);
	snprintf(p->base, sizeof(p->base), "%.*s", (int)(strstr(r.location, "/seite") - r.location), r.location);
	h_reply_fini(&r);
	char *path = mem_printf("%s/seite/1", p->base);
	h_site_call(site, "GET", path, p->cookie, NULL, SPAN_EMPTY, &r);
	assert_int_equal(r.status, 200);
	find_csrf(p, &r);
	h_reply_fini(&r);
	free(path);
}

/* fields: "name=value&..." with the values already encoded. */
void h_post(const struct h_person *p, const char *where, const char *fields, struct h_reply *r)
{
	char *path = mem_printf("%s/%s", p->base, where), *body = mem_printf("_csrf=%s&%s", p->csrf, fields);
	h_site_call(p->site, "POST", path, p->cookie, FORM_TYPE, span_of(body), r);
	free(path);
	free(body);
}

void h_get(const struct h_person *p, const char *where, struct h_reply *r)
{
	char *path = mem_printf("%s/%s", p->base, where);
	h_site_call(p->site, "GET", path, p->cookie, NULL, SPAN_EMPTY, r);
	free(path);
}

void h_post_to(const struct h_person *p, const char *where, const char *fields, const char *location)
{
	struct h_reply r;
	h_post(p, where, fields, &r);
	if (r.status != 303 || strstr(r.location, location) == NULL)
		fail_msg("%s: %u to '%s':\n%s", where, r.status, r.location, buf_str(&r.body));
	h_reply_fini(&r);
}

void h_put_part(struct buf *b, const char *name, const char *filename, const char *type, struct span data)
{
	buf_printf(b, "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"%s\"", name);
	if (filename != NULL)
		buf_printf(b, "; filename=\"%s\"\r\nContent-Type: %s", filename, type);
	buf_puts(b, "\r\n\r\n");
	buf_span(b, data);
	buf_puts(b, "\r\n");
}

/* One file into a field of page 4. */
void h_upload(const struct h_person *p, const char *csrf, const char *field, const char *filename, struct span data,
		   struct h_reply *r)
{
	struct buf b;
	char *path = mem_printf("%s/seite/4", p->base), *action = mem_printf("hochladen:%s", field);
	buf_init(&b, 64 << 20);
	h_put_part(&b, "_csrf", NULL, NULL, span_of(csrf));
	h_put_part(&b, field, filename, "application/octet-stream", data);
	h_put_part(&b, "bemerkungen", NULL, NULL, SPAN_LIT("bleibt"));
	h_put_part(&b, "_aktion", NULL, NULL, span_of(action));
	buf_puts(&b, "--" BOUNDARY "--\r\n");
	h_site_call(p->site, "POST", path, p->cookie, MULTI, buf_view(&b), r);
	buf_fini(&b);
	free(path);
	free(action);
}

const unsigned char h_png[H_PNG_LEN] = { 0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A, 0,    0,    0,
				     0x0D, 'I', 'H', 'D', 'R',  0,    0,    0,    1,    0,    0,
				     0,    1,   8,   2,   0,    0,    0,    0x90, 0x77, 0x53, 0xDE };

void h_fill(struct h_site *site, struct h_person *p)
{
	struct h_reply r;
	h_begin(site, p);
	h_post_to(p, "seite/1", PAGE1, "/seite/2");
	h_post(p, "seite/2", PAGE2, &r);	/* the rent appears */
	assert_int_equal(r.status, 200);
	assert_true(h_reply_has(&r, "<title>Weitere Felder: Haushalt"));
	assert_true(h_reply_has(&r, "role=\"status\" tabindex=\"-1\" autofocus>"));
	assert_true(h_reply_has(&r, "<li><a href=\"#f-kaltmiete\">"));
	assert_false(h_reply_has(&r, "aria-invalid"));
	h_reply_fini(&r);
	h_post_to(p, "seite/2", PAGE2B, "/seite/3");
	h_post_to(p, "seite/3", PAGE3, "/seite/4");
}
