/* SPDX-License-Identifier: EUPL-1.2 */
/* Accounts and a message box in memory. */
#include "h_box.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "xta/meta.h"

#define KEPT_MAX (1 << 20)

static const struct {
	const char *peer, *party;
} accounts[] = { { "author", "ags:01010101" }, { "reader", "ags:02020202" }, { "locked", "ags:03030303" },
		 { "php", "ags:1" } };

/* What a test has asked for comes first. */
static bool is_told(struct h_box *b, enum xta_code *code, int *rc, struct err *e)
{
	*rc = 0;
	if (b->is_broken) {
		b->is_broken = false;
		*rc = err_set(e, ERR_IO, "the disk is gone");
		return true;
	}
	if (b->next == XTA_OK)
		return false;
	*code = b->next;
	b->next = XTA_OK;
	return true;
}

static int account(void *ctx, const void *peer, const struct xta_party *author, enum xta_right right, struct arena *a,
		   struct xta_account *out, enum xta_code *code, struct err *e)
{
	(void)ctx;
	(void)a;
	(void)right;
	(void)e;
	*code = XTA_9012;
	for (size_t i = 0; i < ARRAY_LEN(accounts); i++) {
		const struct xta_party mine = { .value = accounts[i].party, .type = "xoev" };

		if (strcmp(peer, accounts[i].peer) != 0)
			continue;
		*code = XTA_OK;
		if (author != NULL && strcmp(author->value, mine.value) != 0)
			*code = XTA_9014;
		if (strcmp(peer, "locked") == 0)
			*code = XTA_9011;
		*out = (struct xta_account){ .name = accounts[i].peer, .party = mine };
	}
	return 0;
}

static int message_id(void *ctx, const struct xta_account *who, struct arena *a, const char **id, enum xta_code *code,
		      struct err *e)
{
	struct h_box *b = ctx;
	int rc;

	(void)who;
	if (is_told(b, code, &rc, e))
		return rc;
	*id = arena_printf(a, "urn:de:xta:messageid:test:%u", ++b->issued);
	return 0;
}

static int lookup(void *ctx, const struct xta_account *who, struct arena *a, struct xta_service *s, enum xta_code *code,
		  struct err *e)
{
	static const struct xta_service_parameter certificate = {
		{ "certificate", NULL, "urn:de:xta:codeliste:service.parameter.type", "1" }, { "\x30\x00", 2 }
	};
	int rc;

	(void)who;
	(void)a;
	if (is_told(ctx, code, &rc, e))
		return rc;
	s->state = strcmp(s->reader.value, "ags:02020202") == 0 ? XTA_SERVICE_YES : XTA_SERVICE_UNKNOWN;
	if (s->state == XTA_SERVICE_YES) {
		s->parameters = &certificate;
		s->parameter_count = 1;
	}
	return 0;
}

struct h_stored *h_box_find(struct h_box *b, const char *id)
{
	for (size_t i = 0; i < b->count; i++)
		if (xta_id_is(b->stored[i]->id, id))
			return b->stored[i];
	return NULL;
}

static int meta_of(const struct h_stored *s, struct arena *a, struct xta_meta *m, struct err *e)
{
	if (xta_meta_parse(buf_view(&s->meta), a, m, e) != 0)
		return (int)e->code;
	m->delivery = s->delivered;
	m->initial_fetch = s->fetched;
	m->reception = s->closed;
	return 0;
}

static int report(void *ctx, const struct xta_account *who, const char *id, struct arena *a, struct xta_report *out,
		  enum xta_code *code, struct err *e)
{
	static const struct xta_record info = { 1, { "I01", NULL, XTA_WARNING_LIST, "1" }, "angenommen" };
	static const struct xta_extra_report extra = { { "OSCI", NULL, "urn:de:xta:codeliste:report.type", "1" },
						       { "<card/>", 7 } };
	struct h_stored *s = h_box_find(ctx, id);
	int rc;

	(void)who;
	if (is_told(ctx, code, &rc, e))
		return rc;
	if (s == NULL) {
		*code = XTA_9070;
		return 0;
	}
	*out = (struct xta_report){ .at = clock_now(), .infos = &info, .info_count = 1, .extras = &extra, .extra_count = 1 };
	out->status = s->closed != 0 ? XTA_GREEN : XTA_OPEN;
	return meta_of(s, a, &out->meta, e);
}

static int cancel(void *ctx, const struct xta_account *who, const char *id, enum xta_code *code, struct err *e)
{
	struct h_stored *s = h_box_find(ctx, id);
	int rc;

	(void)who;
	if (is_told(ctx, code, &rc, e))
		return rc;
	if (s == NULL)
		*code = XTA_9070;
	else if (s->not_before == 0)
		*code = XTA_9101;
	else if (s->not_before < clock_now())
		*code = XTA_9100;
	else
		s->cancelled = clock_now();
	return 0;
}

static void stored_free(struct h_stored *s)
{
	for (size_t i = 0; i < H_BOX_PARTS; i++)
		buf_fini(&s->parts[i].data);
	buf_fini(&s->meta);
	free(s->id);
	free(s->reader);
	free(s);
}

static int send_begin(void *ctx, const struct xta_account *who, const struct xta_meta *m, bool is_sync, struct arena *a,
		      struct xta_making **out, enum xta_code *code, struct err *e)
{
	struct h_box *b = ctx;
	int rc;

	(void)who;
	(void)a;
	if (is_told(b, code, &rc, e))
		return rc;
	if (h_box_find(b, m->message_id) != NULL)
		*code = XTA_9024;
	else if (is_sync && !b->is_sync)
		*code = XTA_9080;
	if (*code != XTA_OK)
		return 0;
	must(b->making == NULL);
	b->making = mem_new(sizeof(*b->making));
	b->making->id = mem_dup(m->message_id);
	b->making->reader = mem_dup(m->reader.value);
	b->making->not_before = m->not_before;
	buf_init(&b->making->meta, 1 << 20);
	b->begun++;
	*out = (struct xta_making *)b->making;
	return xta_meta_text(m, &b->making->meta, e);
}

/* Keeps the first bytes, and a digest of all. */
struct keeper {
	struct sink base;
	struct h_kept *to;
	struct digest *d;
};

static int keep_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct keeper *k = (struct keeper *)s;

	(void)e;
	digest_add(k->d, data, n);
	if (k->to->data.n + n <= KEPT_MAX)
		buf_put(&k->to->data, data, n);
	k->to->size += n;
	return 0;
}

static int keep_finish(struct sink *s, struct err *e)
{
	struct keeper *k = (struct keeper *)s;

	(void)e;
	digest_end(k->d, k->to->sha256);
	k->to->finished = true;
	return 0;
}

static void keep_close(struct sink *s)
{
	digest_free(((struct keeper *)s)->d);
	free(s);
}

static int send_part(void *ctx, struct xta_making *m, size_t index, const struct xta_part *part, struct sink **out,
		     struct err *e)
{
	struct h_box *b = ctx;
	struct keeper *k;

	(void)part;
	must(m == (struct xta_making *)b->making);
	if (b->is_broken)
		return err_set(e, ERR_FULL, "the disk is full");
	if (b->is_sink) {
		*out = sink_to_null();
		return 0;
	}
	must(index < H_BOX_PARTS && b->making->parts[index].data.max == 0);
	k = mem_new(sizeof(*k));
	*k = (struct keeper){ { keep_write, keep_finish, keep_close }, &b->making->parts[index], digest_new(DIGEST_SHA256) };
	buf_init(&k->to->data, KEPT_MAX);
	*out = &k->base;
	return 0;
}

static int send_commit(void *ctx, struct xta_making *m, const struct xta_received *r, enum xta_code *code, struct err *e)
{
	struct h_box *b = ctx;
	struct h_stored *s = b->making;
	int rc;

	must(m == (struct xta_making *)s);
	b->making = NULL;
	if (is_told(b, code, &rc, e)) {
		stored_free(s);
		return rc;
	}
	s->warnings = r->warnings;
	s->delivered = r->at;
	s->part_count = r->part_count;
	for (size_t i = 0; i < r->part_count; i++) {
		struct xta_part *p = &s->parts[i].part;

		must(b->is_sink || (s->parts[i].finished && s->parts[i].size == r->parts[i].size));
		*p = (struct xta_part){ .kind = r->parts[i].kind, .type = "application/xml", .size = r->parts[i].size };
	}
	must(b->count < H_BOX_MAX);
	b->stored[b->count++] = s;
	return 0;
}

static void send_abort(void *ctx, struct xta_making *m)
{
	struct h_box *b = ctx;

	must(m == (struct xta_making *)b->making && m != NULL);
	stored_free(b->making);
	b->making = NULL;
	b->aborted++;
}

static bool is_selected(const struct h_stored *s, const struct xta_account *who, const struct xta_selection *sel)
{
	bool is_named = sel->id_count == 0;

	for (size_t i = 0; i < sel->id_count; i++)
		is_named = is_named || xta_id_is(s->id, sel->ids[i]);
	if (sel->entries != XTA_ALL_ENTRIES && (sel->entries == XTA_NEW_ENTRIES) != (s->fetched == 0))
		return false;
	return is_named && s->closed == 0 && strcmp(s->reader, who->party.value) == 0;
}

static int list_from(struct h_box *b, const struct xta_account *who, const struct xta_selection *s, size_t from, size_t max,
		     struct arena *a, struct xta_list *out, struct err *e)
{
	struct xta_meta *list = arena_alloc(a, H_BOX_MAX * sizeof(*list));
	size_t at = 0;

	out->entries = list;
	for (size_t i = 0; i < b->count; i++) {
		if (!is_selected(b->stored[i], who, s) || at++ < from)
			continue;
		if (out->count >= max)
			out->state.pending++;
		else if (meta_of(b->stored[i], a, &list[out->count++], e) != 0)
			return (int)e->code;
	}
	out->state.request_id = arena_printf(a, "urn:test:list:%zu", from + out->count);
	if (out->count == 0)
		out->state.availability = XTA_NO_MATCH;
	return 0;
}

static int list(void *ctx, const struct xta_account *who, const struct xta_selection *s, enum xta_list_form form, size_t max,
		struct arena *a, struct xta_list *out, enum xta_code *code, struct err *e)
{
	int rc;

	if (is_told(ctx, code, &rc, e))
		return rc;
	out->form = form;
	return list_from(ctx, who, s, 0, max, a, out, e);
}

static int list_next(void *ctx, const struct xta_account *who, const char *request_id, const char *const *last,
		     size_t last_count, size_t max, struct arena *a, struct xta_list *out, enum xta_code *code, struct err *e)
{
	const struct xta_selection all = { .entries = XTA_ALL_ENTRIES };
	size_t from;
	int rc;

	(void)last;
	(void)last_count;
	if (is_told(ctx, code, &rc, e))
		return rc;
	if (sscanf(request_id, "urn:test:list:%zu", &from) == 1)
		return list_from(ctx, who, &all, from, max, a, out, e);
	out->state = (struct xta_box_state){ XTA_BAD_REQUEST_ID, 0, "urn:test:none" };
	return 0;
}

static int open_kept(void *ctx, struct src **out, struct err *e)
{
	struct h_kept *k = ctx;

	(void)e;
	*out = src_of_mem(buf_str(&k->data), k->data.n);
	return 0;
}

static int open_generated(void *ctx, struct src **out, struct err *e)
{
	struct h_box *b = ctx;

	(void)e;
	*out = h_generated(b->generated);
	return 0;
}

static int open_nothing(void *ctx, struct src **out, struct err *e)
{
	(void)ctx;
	(void)out;
	return err_set(e, ERR_IO, "the payload is gone");
}

static int fetch(void *ctx, const struct xta_account *who, const struct xta_selection *sel, struct arena *a,
		 struct xta_item *out, enum xta_code *code, struct err *e)
{
	struct h_box *b = ctx;
	struct h_stored *s = NULL;
	int rc;

	if (is_told(b, code, &rc, e))
		return rc;
	for (size_t i = 0; i < b->count; i++) {
		if (!is_selected(b->stored[i], who, sel))
			continue;
		if (s == NULL)
			s = b->stored[i];
		else
			out->state.pending++;
	}
	out->state.request_id = "urn:test:list:0";
	if (s == NULL) {
		out->state.availability = XTA_NO_MATCH;
		*code = sel->id_count > 0 ? XTA_9070 : XTA_OK;
		return 0;
	}
	for (size_t i = 0; i < s->part_count; i++) {
		b->extra[i] = s->parts[i].part;
		b->extra[i].open = b->generated > 0 ? open_generated : b->is_lost ? open_nothing : open_kept;
		b->extra[i].ctx = b->generated > 0 ? (void *)b : &s->parts[i];
	}
	out->parts = b->extra;
	out->part_count = s->part_count;
	return meta_of(s, a, &out->meta, e);
}

static int send_sync(void *ctx, struct xta_making *m, const struct xta_received *r, struct arena *a,
		     struct xta_item *answer, enum xta_code *code, struct err *e)
{
	const struct xta_account reader = { .party = { .value = "ags:02020202" } };
	const struct xta_selection all = { .entries = XTA_ALL_ENTRIES };
	int rc = send_commit(ctx, m, r, code, e);

	return rc != 0 || *code != XTA_OK ? rc : fetch(ctx, &reader, &all, a, answer, code, e);
}

static int fetch_next(void *ctx, const struct xta_account *who, const char *request_id, const char *const *last,
		      size_t last_count, struct arena *a, struct xta_item *out, enum xta_code *code, struct err *e)
{
	const struct xta_selection all = { .entries = XTA_ALL_ENTRIES };

	(void)last;
	(void)last_count;
	if (strncmp(request_id, "urn:test:list:", 14) == 0)
		return fetch(ctx, who, &all, a, out, code, e);
	out->state = (struct xta_box_state){ XTA_BAD_REQUEST_ID, 0, "urn:test:none" };
	return 0;
}

static int fetched(void *ctx, const struct xta_account *who, const char *id, int64_t at, struct err *e)
{
	struct h_box *b = ctx;

	(void)who;
	(void)e;
	h_box_find(b, id)->fetched = at;
	b->fetched++;
	return 0;
}

static int close_ids(void *ctx, const struct xta_account *who, const char *request_id, const char *const *ids, size_t count,
		     int64_t at, enum xta_code *code, struct err *e)
{
	int rc;

	(void)request_id;
	if (is_told(ctx, code, &rc, e))
		return rc;
	for (size_t i = 0; i < count; i++) {
		struct h_stored *s = h_box_find(ctx, ids[i]);

		if (s == NULL || strcmp(s->reader, who->party.value) != 0)
			*code = XTA_9070;
	}
	for (size_t i = 0; i < count && *code == XTA_OK; i++)
		if (h_box_find(ctx, ids[i])->closed == 0)
			h_box_find(ctx, ids[i])->closed = at;
	return 0;
}

struct h_box *h_box_new(void)
{
	struct h_box *b = mem_new(sizeof(*b));

	b->env = (struct xta_env){
		.account = account,
		.message_id = message_id,
		.lookup = lookup,
		.report = report,
		.cancel = cancel,
		.send_begin = send_begin,
		.send_part = send_part,
		.send_commit = send_commit,
		.send_sync = send_sync,
		.send_abort = send_abort,
		.list = list,
		.list_next = list_next,
		.fetch = fetch,
		.fetch_next = fetch_next,
		.fetched = fetched,
		.close = close_ids,
		.ctx = b,
	};
	return b;
}

void h_box_free(struct h_box *b)
{
	for (size_t i = 0; i < b->count; i++)
		stored_free(b->stored[i]);
	must(b->making == NULL);
	free(b);
}
