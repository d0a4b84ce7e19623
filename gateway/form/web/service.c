/* SPDX-License-Identifier: EUPL-1.2 */
/* The form service as a whole: options, routes, housekeeping. */
#include "form/web/service.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/uri.h"
#include "form/model/chars.h"
#include "form/model/definition.h"

#define FORM_UPLOAD_COUNT_MAX 200	/* below SPOOL_PARTS_MAX, with room for the application's own parts */
#define BODY_SLACK 1048576	/* texts and boundaries around the files of one page */
/* What a page may post although it is refused: read and dropped, so that the answer is the page with everything that was
 * typed, and not the end of the connection. */
#define BODY_DROPPED (UINT64_C(1) << 30)
#define ERASE_AT_ONCE 100

static const struct form_options defaults = {
	.operator_name = "Depesche", .operator_key = "depesche:form", .frame_ancestors = "'none'",
	.upload_max = UINT64_C(20) << 20, .upload_total = UINT64_C(100) << 20, .upload_count = 20, .draft_days = 30,
	.budget = { .bytes = UINT64_C(10) << 30, .client_bytes = UINT64_C(1) << 30, .drafts = 100000, .client_drafts = 100 },
	.late_ms = INT64_C(86400000), .rate_per_second = 2, .rate_burst = 40,
};

/* As browsers write it in the header Origin; what is no address stays as it is. */
static const char *normal_url(struct form_service *s, const char *url)
{
	char origin[URI_ORIGIN_LEN];
	struct err e = ERR_INIT;
	struct uri u;

	if (url == NULL || uri_parse(span_of(url), &u, &e) != 0)
		return arena_dup(s->arena, url);
	return arena_dup(s->arena, uri_origin(&u, origin));
}

static const struct form_link *copy_links(struct arena *a, const struct form_link *links, size_t n)
{
	struct form_link *copy = arena_alloc(a, (n + 1) * sizeof(*copy));

	for (size_t i = 0; i < n; i++)
		copy[i] = (struct form_link){ arena_dup(a, links[i].title), arena_dup(a, links[i].url) };
	return copy;
}

static uint64_t number(uint64_t set, uint64_t other)
{
	return set > 0 ? set : other;
}

static void copy_texts(struct form_service *s, const struct form_options *o)
{
	const struct form_options *d = &defaults;
	struct form_options *to = &s->o;

	to->forms = NULL;
	to->recipients_file = NULL;
	to->public_url = normal_url(s, o->public_url);
	to->links = copy_links(s->arena, o->links, o->link_count);
	to->operator_name = arena_dup(s->arena, o->operator_name != NULL ? o->operator_name : d->operator_name);
	to->operator_key = arena_dup(s->arena, o->operator_key != NULL ? o->operator_key : d->operator_key);
	to->imprint_url = arena_dup(s->arena, o->imprint_url);
	to->privacy_url = arena_dup(s->arena, o->privacy_url);
	to->frame_ancestors = arena_dup(s->arena, o->frame_ancestors != NULL ? o->frame_ancestors : d->frame_ancestors);
}

static void copy_options(struct form_service *s, const struct form_options *o)
{
	const struct form_options *d = &defaults;
	struct form_options *to = &s->o;

	*to = *o;
	copy_texts(s, o);
	to->upload_max = number(o->upload_max, d->upload_max);
	to->upload_total = number(o->upload_total, d->upload_total);
	to->upload_count = (unsigned)number(o->upload_count, d->upload_count);
	to->draft_days = (unsigned)number(o->draft_days, d->draft_days);
	to->budget.bytes = number(o->budget.bytes, d->budget.bytes);
	to->budget.client_bytes = number(o->budget.client_bytes, d->budget.client_bytes);
	to->budget.drafts = (unsigned)number(o->budget.drafts, d->budget.drafts);
	to->budget.client_drafts = (unsigned)number(o->budget.client_drafts, d->budget.client_drafts);
	to->late_ms = o->late_ms > 0 ? o->late_ms : d->late_ms;
	to->rate_per_second = o->rate_per_second > 0 ? o->rate_per_second : d->rate_per_second;
	to->rate_burst = o->rate_burst > 0 ? o->rate_burst : d->rate_burst;
	if (to->upload_count > FORM_UPLOAD_COUNT_MAX)
		to->upload_count = FORM_UPLOAD_COUNT_MAX;
}

static void make_routes(struct form_service *s)
{
	const struct http_route table[] = {
		{ "GET", "/", form_page_start, s, 0 },
		{ "GET", "/form.css", form_page_style, s, 0 },
		{ "POST", "/antrag", form_page_create, s, 65536 },
		{ "GET", "/fortsetzen", form_page_resume, s, 0 },
		{ "POST", "/fortsetzen", form_page_resume_post, s, 65536 },
		{ "GET", "/antrag/*", form_page_get, s, 0 },
		{ "POST", "/antrag/*", form_page_post, s, s->office.upload_total + BODY_DROPPED },
		{ "GET", "/api/v1/forms", form_api_forms, s, 0 },
		{ "POST", "/api/v1/drafts", form_api_create, s, 65536 },
		{ "GET", "/api/v1/drafts/*", form_api_get, s, 0 },
		{ "PUT", "/api/v1/drafts/*", form_api_put, s, 524288 },
		{ "POST", "/api/v1/drafts/*", form_api_post, s, s->office.upload_total + BODY_SLACK },
		{ "DELETE", "/api/v1/drafts/*", form_api_delete, s, 0 },
	};
	s->route_count = ARRAY_LEN(table);
	s->routes = arena_alloc(s->arena, sizeof(table));
	memcpy(s->routes, table, sizeof(table));
}

static void fill_office(struct form_service *s, struct spool *spool)
{
	const struct form_options *o = &s->o;

	s->office = (struct form_office){
		.spool = spool,
		.operator_name = o->operator_name, .operator_key = o->operator_key, .test_messages = o->test_messages,
		.upload_max = o->upload_max, .upload_total = o->upload_total, .upload_count = o->upload_count,
		.draft_days = o->draft_days, .late_ms = o->late_ms,
		.draft_reserve = 2 * o->disk_reserve,
	};
}

int form_operator_check(const char *name, struct err *e)
{
	if (*name != '\0' && form_chars_check(name, false) == NULL)
		return 0;
	return err_set(e, ERR_CONFIG, "operator name \"%s\": only characters of DIN 91379 may stand in a message: no dashes but "
		       "\"-\", no quotes but \" and '", name);
}

int form_service_new(const struct form_options *o, struct spool *spool, struct form_service **out, struct err *e)
{
	struct form_service *s = mem_new(sizeof(*s));
	int rc;

	s->arena = arena_new();
	s->guards = map_new(free);
	pthread_mutex_init(&s->guard_lock, NULL);
	copy_options(s, o);
	fill_office(s, spool);
	make_routes(s);
	rc = form_operator_check(s->o.operator_name, e);
	if (rc == 0)
		rc = form_office_open(&s->office, o->forms, o->form_count, o->recipients_file, &s->o.budget, s->arena, e);
	if (rc != 0) {
		form_service_free(s);
		return err_wrap(e, "form service");
	}
	*out = s;
	return 0;
}

void form_service_free(struct form_service *s)
{
	if (s == NULL)
		return;
	form_office_close(&s->office);
	map_free(s->guards);
	pthread_mutex_destroy(&s->guard_lock);
	arena_free(s->arena);
	free(s);
}

const struct http_route *form_routes(struct form_service *s, size_t *n)
{
	*n = s->route_count;
	return s->routes;
}

/* What is not past its time any more, because somebody saves it, stays: the store checks that in the commit. */
static int erase_draft(struct form_service *s, struct arena *a, const struct id *id, int64_t now, size_t *erased,
		       struct err *e)
{
	struct spool_message m;
	int rc = spool_message_get(s->office.spool, a, id, &m, e);

	if (rc != 0 || m.kind != SPOOL_DRAFT)
		return 0; /* gone, or not ours: the daemon's retention looks after the rest */
	if (form_lock_take(s->office.locks, id, 0, e) != 0)
		return 0; /* somebody is just changing it */
	rc = spool_erase_expired(s->office.spool, id, now, e);
	form_lock_release(s->office.locks, id);
	if (rc != 0)
		return err_class((enum err_code)rc) == ERR_LOCAL ? rc : 0;
	form_budget_forget(s->office.budget, id);
	log_event(LOG_INFO, "form.draft-erased", LOG_ID("message", id));
	++*erased;
	return 0;
}

int form_service_housekeep(struct form_service *s, int64_t now, size_t *erased, struct err *e)
{
	struct arena *a = arena_new();
	struct id *list;
	size_t n, count = 0;
	int rc = spool_expired(s->office.spool, a, now, ERASE_AT_ONCE, &list, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = erase_draft(s, a, &list[i], now, &count, e);
	form_budget_expire(s->office.budget, now);
	form_guard_forget(s, clock_mono());
	arena_free(a);
	if (erased != NULL)
		*erased = count;
	return rc == 0 ? 0 : err_wrap(e, "erase old drafts");
}

uint64_t form_draft_bytes(const struct form_service *s)
{
	struct err e = ERR_INIT;
	struct spool_usage u;

	return spool_usage_get(s->office.spool, 'D', NULL, &u, &e) == 0 ? u.bytes : 0;
}

int form_check_file(const char *path, void (*problem)(void *ctx, const char *text), void *ctx, struct err *e)
{
	struct form_definition *d = NULL;
	int rc = form_definition_load(path, problem, ctx, &d, e);
	if (rc == 0)
		form_definition_free(d);
	return rc;
}

int form_file_id(const char *path, char **id, struct err *e)
{
	return form_definition_id(path, id, e);
}

int form_check_recipients(const char *path, struct err *e)
{
	struct arena *a = arena_new();
	struct form_recipients list;
	int rc = form_recipients_load(path, a, &list, e);

	arena_free(a);
	return rc;
}
