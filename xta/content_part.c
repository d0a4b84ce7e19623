/* SPDX-License-Identifier: EUPL-1.2 */
/* The bytes of content: inline as base64, or in MIME parts that an Include names (XOP 1.0), into their sinks. */
#include "xta/content.h"

#include <stdlib.h>
#include <string.h>

#include "base/b64.h"
#include "base/mem.h"
#include "mime/split.h"
#include "xta/value.h"

/* What stands behind the CipherValue of EncryptedData whose bytes come in a MIME part. */
#define TAIL_MAX 65536

#define KEY_MAX 1024		/* of a Content-ID */

int xta_content_refuse(struct xta_content *c, enum xta_code code, struct err *e, const char *what)
{
	err_set(e, code == XTA_9023 ? ERR_LIMIT : ERR_SYNTAX, "%s", what);
	return xta_reading_refuse(c->r, code, e);
}

static int meter_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct meter *m = (struct meter *)s;

	m->n += n;
	m->c->total += n;
	if (m->c->total > m->c->r->o->content_max)
		return xta_content_refuse(m->c, XTA_9023, e, "content is larger than allowed");
	if (sink_write(m->to, data, n, e) != 0)
		return xta_reading_refuse(m->c->r, XTA_9030, e);
	return 0;
}

static int gate_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct xta_content *c = (struct xta_content *)((char *)s - offsetof(struct xta_content, gate));

	if (!c->has_include)
		return sink_write(&c->meter.base, data, n, e);
	buf_put(&c->tail, data, n);
	return c->tail.over ? xta_content_refuse(c, XTA_9023, e, "too much behind the CipherValue") : 0;
}

struct xta_content *xta_content_new(struct xta_reading *r)
{
	struct xta_content *c = mem_new(sizeof(*c));

	c->r = r;
	c->meter = (struct meter){ .base = { .write = meter_write }, .c = c };
	c->gate.write = gate_write;
	buf_init(&c->tail, TAIL_MAX);
	return c;
}

void xta_content_free(struct xta_content *c)
{
	if (c == NULL)
		return;
	sink_close(c->decoder);
	sink_close(c->encoder);
	sink_close(c->meter.to);
	xml_c14n_free(c->c14n);
	for (size_t i = 0; i < c->include_count; i++)
		free(c->includes[i].cid);
	free(c->includes);
	free(c->r->m->parts);
	c->r->m->parts = NULL;
	buf_fini(&c->tail);
	free(c);
}

int xta_content_open(struct xta_content *c, size_t i, struct err *e)
{
	struct xta_part *p = &c->r->m->parts[i];

	c->meter.n = 0;
	c->at = i;
	if (c->r->o->part(c->r->o->ctx, i, p, &c->meter.to, e) == 0)
		return 0;
	c->meter.to = NULL;
	return xta_reading_refuse(c->r, XTA_9030, e);
}

/* All bytes of the part are there. */
int xta_content_close(struct xta_content *c, struct err *e)
{
	struct xta_part *p = &c->r->m->parts[c->at];
	const struct xta_take t = { c->r->a, c->r->o->is_strict ? NULL : &c->r->m->warnings };
	int rc = sink_finish(c->meter.to, e);

	sink_close(c->meter.to);
	c->meter.to = NULL;
	if (rc != 0)
		return xta_reading_refuse(c->r, XTA_9030, e);
	if (p->size != 0 && p->size != c->meter.n && !xta_take_may(&t, XTA_WARN_SIZE))
		return xta_content_refuse(c, XTA_9050, e, "size is not the size of the content");
	p->size = c->meter.n;
	return 0;
}

int xta_content_add(struct xta_content *c, enum xta_part_kind kind, struct err *e)
{
	struct xta_message_in *m = c->r->m;

	if (m->part_count >= c->r->o->parts_max || arena_is_over(c->r->a))
		return xta_content_refuse(c, XTA_9023, e, "too many attachments");
	if (m->part_count == c->cap) {
		c->cap = c->cap == 0 ? 8 : 2 * c->cap;
		m->parts = mem_grow(m->parts, c->cap, sizeof(*m->parts));
	}
	m->parts[m->part_count++] = (struct xta_part){ .kind = kind };
	c->in_part = true;
	c->has_text = c->has_include = false;
	return 0;
}

int xta_content_base64(struct xta_content *c, struct span text, struct err *e)
{
	if (!c->has_text) {
		if (xta_content_open(c, c->r->m->part_count - 1, e) != 0)
			return (int)e->code;
		c->decoder = sink_b64_decode(&c->meter.base, true);
		c->has_text = true;
	}
	return sink_write(c->decoder, text.p, text.n, e) == 0 ? 0 : xta_reading_refuse(c->r, XTA_9050, e);
}

int xta_content_include(struct xta_content *c, const struct xml_start *s, struct err *e)
{
	const struct xml_attr *href = xml_start_attr(s, NULL, "href");
	struct buf key;

	if (c->has_text || c->has_include || !c->r->m->media.is_multipart || href == NULL ||
	    !span_starts(href->value, "cid:"))
		return xta_content_refuse(c, XTA_MALFORMED, e, "an Include that leads nowhere");
	buf_init(&key, KEY_MAX);
	mime_cid_key(&key, href->value);
	for (size_t i = 0; i < c->include_count; i++)
		if (key.over || span_is(buf_view(&key), c->includes[i].cid)) {
			buf_fini(&key);
			return xta_content_refuse(c, XTA_MALFORMED, e, "two Includes of one part");
		}
	if (c->include_count == c->include_cap) {
		c->include_cap = c->include_cap == 0 ? 8 : 2 * c->include_cap;
		c->includes = mem_grow(c->includes, c->include_cap, sizeof(*c->includes));
	}
	c->includes[c->include_count++] = (struct include){ buf_take(&key), c->r->m->part_count - 1, false };
	c->has_include = true;
	return 0;
}

int xta_content_part_begin(struct xta_content *c, const struct mime_part *p, struct err *e)
{
	struct include *to = NULL;
	struct buf key;

	buf_init(&key, KEY_MAX);
	mime_cid_key(&key, p->id);
	for (size_t i = 0; i < c->include_count && to == NULL; i++)
		if (!c->includes[i].is_taken && !key.over && span_is(buf_view(&key), c->includes[i].cid))
			to = &c->includes[i];
	buf_fini(&key);
	if (to == NULL || p->id.n == 0)
		return xta_content_refuse(c, XTA_MALFORMED, e, "a MIME part that no Include names");
	to->is_taken = true;
	c->include_done++;
	if (c->c14n != NULL)
		c->encoder = sink_b64_encode(&c->meter.base, 0);
	else if (xta_content_open(c, to->part, e) != 0)
		return (int)e->code;
	c->decoder = mime_decoder(p->encoding, c->encoder != NULL ? c->encoder : &c->meter.base);
	return 0;
}

int xta_content_part_data(struct xta_content *c, struct span data, struct err *e)
{
	return sink_write(c->decoder, data.p, data.n, e) == 0 ? 0 : xta_reading_refuse(c->r, XTA_MALFORMED, e);
}

int xta_content_part_end(struct xta_content *c, struct err *e)
{
	if (sink_finish(c->decoder, e) != 0)
		return xta_reading_refuse(c->r, XTA_MALFORMED, e);
	sink_close(c->decoder);
	c->decoder = NULL;
	if (c->encoder != NULL) {
		if (sink_finish(c->encoder, e) != 0 ||
		    sink_write(&c->meter.base, buf_str(&c->tail), c->tail.n, e) != 0)
			return xta_reading_refuse(c->r, XTA_9030, e);
		sink_close(c->encoder);
		c->encoder = NULL;
	}
	return xta_content_close(c, e);
}

int xta_content_over(struct xta_content *c, struct err *e)
{
	if (c->include_done != c->include_count)
		return xta_content_refuse(c, XTA_MALFORMED, e, "an Include whose part is not there");
	return 0;
}
