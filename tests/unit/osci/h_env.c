/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_env.h says what they do. */
#include "h_env.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"

#define KEEP_MAX (64u << 20)

struct part_sink {
	struct sink base;
	struct h_part *p;
	struct digest *d;
	bool keep;
};

static int part_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct part_sink *ps = (struct part_sink *)s;

	(void)e;
	digest_add(ps->d, data, n);
	ps->p->size += n;
	if (ps->keep)
		buf_put(&ps->p->data, data, n);
	return 0;
}

static int part_finish(struct sink *s, struct err *e)
{
	struct part_sink *ps = (struct part_sink *)s;

	(void)e;
	digest_end(ps->d, ps->p->sha256);
	ps->p->finished = true;
	return 0;
}

static void part_close(struct sink *s)
{
	struct part_sink *ps = (struct part_sink *)s;

	digest_free(ps->d);
	free(ps);
}

static int take_part(void *ctx, const char *name, const char *type, const char *cid, struct sink **out, struct err *e)
{
	struct h_intake *h = ctx;
	struct part_sink *ps;
	struct h_part *p;

	if (h->fail.code != ERR_OK) {
		*e = h->fail;
		return (int)e->code;
	}
	must(h->part_count < H_PARTS_MAX);
	p = &h->parts[h->part_count++];
	p->name = mem_dup(name);
	p->type = mem_dup(type);
	p->cid = mem_dup(cid);
	buf_init(&p->data, KEEP_MAX);
	ps = mem_new(sizeof(*ps));
	*ps = (struct part_sink){ { part_write, part_finish, part_close }, p, digest_new(DIGEST_SHA256), h->keep };
	*out = &ps->base;
	return 0;
}

static int take_scratch(void *ctx, struct sink **out, struct err *e)
{
	struct h_intake *h = ctx;

	if (h->fail.code != ERR_OK) {
		*e = h->fail;
		return (int)e->code;
	}
	if (h->scratch < 0) {
		if (file_temp("/tmp", &h->scratch, e) != 0)
			return (int)e->code;
		h->scratch_fd = sink_to_fd(dup(h->scratch));
		h->scratch_sink = sink_count(h->scratch_fd, &h->scratch_size);
	}
	*out = h->scratch_sink;
	return 0;
}

static int open_scratch(void *ctx, struct src **out, struct err *e)
{
	struct h_intake *h = ctx;

	(void)e;
	*out = src_of_fd_range(h->scratch, 0, h->scratch_size);
	return 0;
}

struct h_intake *h_intake_new(bool keep)
{
	struct h_intake *h = mem_new(sizeof(*h));

	h->keep = keep;
	h->scratch = -1;
	h->intake = (struct osci_intake){ take_part, h };
	h->room = (struct osci_scratch){ take_scratch, open_scratch, h };
	return h;
}

void h_intake_free(struct h_intake *h)
{
	if (h == NULL)
		return;
	for (size_t i = 0; i < h->part_count; i++) {
		free(h->parts[i].name);
		free(h->parts[i].type);
		free(h->parts[i].cid);
		buf_fini(&h->parts[i].data);
	}
	sink_close(h->scratch_sink);
	sink_close(h->scratch_fd);
	if (h->scratch >= 0)
		close(h->scratch);
	free(h);
}

struct h_part *h_intake_part(struct h_intake *h, const char *name, size_t n)
{
	for (size_t i = 0; i < h->part_count; i++)
		if (strcmp(h->parts[i].name, name) == 0 && n-- == 0)
			return &h->parts[i];
	return NULL;
}

static int store_begin(void *ctx, struct osci_intake *intake, void **making, struct err *e)
{
	struct h_env *h = ctx;
	struct h_intake *in = h_intake_new(true);

	(void)e;
	h->making++;
	*intake = in->intake;
	*making = in;
	return 0;
}

static void store_abort(void *ctx, void *making)
{
	struct h_env *h = ctx;

	h->making--;
	h_intake_free(making);
}

static struct h_delivery *find(struct h_env *h, const char *message_id)
{
	for (size_t i = 0; i < h->count; i++)
		if (strcmp(h->list[i].message_id, message_id) == 0)
			return &h->list[i];
	return NULL;
}

static int store_commit(void *ctx, void *making, const struct osci_stored *d, struct id *id, struct err *e)
{
	struct h_env *h = ctx;
	struct h_delivery *n = &h->list[h->count];
	int rc = 0;

	if (h->fail_commit != ERR_OK)
		rc = err_set(e, h->fail_commit, "commit fails");
	else if (find(h, d->message_id) != NULL)
		rc = err_set(e, ERR_EXISTS, "message id used");
	if (rc != 0) {
		store_abort(ctx, making);
		return rc;
	}
	must(h->count < H_STORED_MAX);
	h->making--;
	h->count++;
	n->intake = making;
	n->id = *id = id_new();
	n->message_id = mem_dup(d->message_id);
	n->created = d->created;
	n->modified = d->modified;
	n->kept = d->kept;
	memcpy(n->from, d->from, SHA256_LEN);
	memcpy(n->to, d->to, SHA256_LEN);
	buf_init(&n->header, KEEP_MAX);
	buf_init(&n->card, KEEP_MAX);
	buf_span(&n->header, d->header);
	buf_span(&n->card, d->card);
	return 0;
}

struct opener {
	struct h_env *h;
	struct h_part *p;
};

static int open_part(void *ctx, struct src **out, struct err *e)
{
	struct opener *o = ctx;
	size_t n = o->p->data.n;

	(void)e;
	if (o->h->whole_opens > 0 && --o->h->whole_opens == 0) {
		o->h->whole_opens = 1;
		n = n > 0 ? n - 1 : 0;
	}
	*out = src_of_mem(o->p->data.p, n);
	return 0;
}

static struct opener *opener_new(struct h_env *h, struct arena *a, struct h_part *p)
{
	struct opener *o = arena_alloc(a, sizeof(*o));

	*o = (struct opener){ h, p };
	return o;
}

static void to_stored(struct h_env *h, struct h_delivery *d, struct arena *a, struct osci_stored *out)
{
	*out = (struct osci_stored){
		.kept = d->kept, .id = d->id, .message_id = arena_dup(a, d->message_id), .created = d->created,
		.forwarded = d->forwarded, .received = d->received, .modified = d->modified,
		.header = buf_view(&d->header), .card = buf_view(&d->card),
	};
	memcpy(out->from, d->from, SHA256_LEN);
	memcpy(out->to, d->to, SHA256_LEN);
	out->attachments = arena_alloc(a, (d->intake->part_count + 1) * sizeof(*out->attachments));
	for (size_t i = 0; i < d->intake->part_count; i++) {
		struct h_part *p = &d->intake->parts[i];

		if (strcmp(p->name, "body") == 0) {
			out->has_content = true;
			out->content_size = p->size;
			out->open_content = open_part;
			out->content_ctx = opener_new(h, a, p);
			continue;
		}
		out->attachments[out->attachment_count++] = (struct osci_attachment){
			p->cid, p->type, p->size, open_part, opener_new(h, a, p)
		};
	}
}

static int fetch(void *ctx, const uint8_t to[SHA256_LEN], const char *message_id, int64_t since, struct arena *a,
		 struct osci_stored *out, bool *more, struct err *e)
{
	struct h_env *h = ctx;
	struct h_delivery *hit = NULL;

	*more = false;
	if (h->fail_fetch != ERR_OK)
		return err_set(e, h->fail_fetch, "fetch fails");
	for (size_t i = 0; i < h->count; i++) {
		struct h_delivery *d = &h->list[i];
		bool fits = message_id != NULL ? strcmp(d->message_id, message_id) == 0
			    : since != 0       ? d->created >= since
					       : d->received == 0;

		if (!fits || d->kept != OSCI_IN_MAILBOX || memcmp(d->to, to, SHA256_LEN) != 0)
			continue;
		*more = hit != NULL;
		if (hit == NULL || d->created < hit->created)
			hit = d;
	}
	if (hit == NULL)
		return err_set(e, ERR_MISSING, "no delivery");
	to_stored(h, hit, a, out);
	return 0;
}

static struct h_delivery *by_id(struct h_env *h, const struct id *id)
{
	for (size_t i = 0; i < h->count; i++)
		if (id_cmp(&h->list[i].id, id) == 0)
			return &h->list[i];
	must(false);
	return NULL;
}

static int mark_forwarded(void *ctx, const struct id *id, int64_t at, struct err *e)
{
	struct h_env *h = ctx;
	struct h_delivery *d = by_id(h, id);

	if (h->fail_mark != ERR_OK)
		return err_set(e, h->fail_mark, "mark fails");
	if (d->forwarded == 0)
		d->forwarded = d->modified = at;
	return 0;
}

static int mark_received(void *ctx, const struct id *id, int64_t at, struct err *e)
{
	struct h_env *h = ctx;
	struct h_delivery *d = by_id(h, id);

	if (h->fail_mark != ERR_OK)
		return err_set(e, h->fail_mark, "mark fails");
	if (d->received == 0)
		d->received = d->modified = at;
	return 0;
}

static int get(void *ctx, const struct id *id, struct arena *a, struct osci_stored *out, struct err *e)
{
	struct h_env *h = ctx;

	if (h->fail_get != ERR_OK)
		return err_set(e, h->fail_get, "get fails");
	for (size_t i = 0; i < h->count; i++) {
		if (id_cmp(&h->list[i].id, id) == 0) {
			to_stored(h, &h->list[i], a, out);
			return 0;
		}
	}
	return err_set(e, ERR_MISSING, "no such delivery");
}

static int give_up(void *ctx, const struct id *id, struct err *e)
{
	struct h_env *h = ctx;

	(void)e;
	by_id(h, id)->given_up = true;
	return 0;
}

static bool selected(const struct h_delivery *d, const uint8_t box[SHA256_LEN], const struct osci_selection *sel)
{
	bool mine = (sel->role != OSCI_CARD_ADDRESSEE && memcmp(d->from, box, SHA256_LEN) == 0) ||
		    (sel->role != OSCI_CARD_ORIGINATOR && d->kept == OSCI_IN_MAILBOX &&
		     memcmp(d->to, box, SHA256_LEN) == 0);

	if (!mine || d->kept == OSCI_UNLISTED || (sel->no_reception && d->received != 0))
		return false;
	return (sel->by != OSCI_SELECT_MODIFIED || d->modified >= sel->since) &&
	       (sel->by != OSCI_SELECT_RECEPTION || d->created >= sel->since);
}

static int cards(void *ctx, const uint8_t box[SHA256_LEN], const struct osci_selection *sel, size_t limit,
		 struct arena *a, struct osci_stored **out, size_t *n, bool *more, struct err *e)
{
	struct h_env *h = ctx;

	(void)e;
	*out = arena_alloc(a, (h->count + sel->id_count + 1) * sizeof(**out));
	*n = 0;
	*more = false;
	for (size_t i = 0; i < (sel->by == OSCI_SELECT_IDS ? sel->id_count : h->count); i++) {
		struct h_delivery *d = sel->by == OSCI_SELECT_IDS ? find(h, sel->ids[i]) : &h->list[i];

		if (d == NULL || !selected(d, box, sel))
			continue;
		if (*n == limit) {
			*more = true;
			return 0;
		}
		to_stored(h, d, a, &(*out)[(*n)++]);
	}
	return 0;
}

static int scratch_begin(void *ctx, struct osci_scratch *out, void **handle, struct err *e)
{
	struct h_intake *in = h_intake_new(false);

	(void)ctx;
	(void)e;
	*out = in->room;
	*handle = in;
	return 0;
}

static void scratch_free(void *ctx, void *handle)
{
	(void)ctx;
	h_intake_free(handle);
}

void h_env_init(struct h_env *h)
{
	memset(h, 0, sizeof(*h));
	h->env = (struct osci_env){
		.store_begin = store_begin,
		.store_commit = store_commit,
		.store_abort = store_abort,
		.fetch = fetch,
		.mark_forwarded = mark_forwarded,
		.mark_received = mark_received,
		.cards = cards,
		.get = get,
		.give_up = give_up,
		.scratches = { scratch_begin, scratch_free, NULL },
		.ctx = h,
	};
	memset(h->env.id_key, 0x5a, sizeof(h->env.id_key));
}

void h_env_fini(struct h_env *h)
{
	for (size_t i = 0; i < h->count; i++) {
		h_intake_free(h->list[i].intake);
		free(h->list[i].message_id);
		buf_fini(&h->list[i].header);
		buf_fini(&h->list[i].card);
	}
}

struct drip {
	struct src base;
	struct src *below;
	size_t n;
};

static int drip_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	struct drip *d = (struct drip *)s;

	return src_read(d->below, data, cap < d->n ? cap : d->n, got, e);
}

static void drip_close(struct src *s)
{
	free(s);
}

struct src *h_drip(struct src *below, size_t n)
{
	struct drip *d = mem_new(sizeof(*d));

	*d = (struct drip){ { drip_read, drip_close }, below, n };
	return &d->base;
}
