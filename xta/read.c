/* SPDX-License-Identifier: EUPL-1.2 */
/* Bytes to one SOAP message: media type, MIME, and what a message may cost. */
#include "xta/read.h"

#include <string.h>

#include "mime/split.h"
#include "xml/push.h"
#include "xta/reading.h"

#define PIECE 16384

struct source {
	struct xta_reading r;
	struct mime_split *split;
	uint64_t fed;			/* bytes of the envelope */
	bool in_root;
};

/* Base64 of content may have white space between its groups. */
static uint64_t envelope_max(const struct xta_reading *r)
{
	uint64_t bare = 2 * (uint64_t)r->o->tree_max;

	if (!r->wants_content)
		return bare;
	return r->o->content_max > UINT64_MAX / 4 ? UINT64_MAX : 2 * r->o->content_max + bare;
}

static int feed(struct source *s, const void *data, size_t n, struct err *e)
{
	const char *p = data;

	/* in pieces, because what is allowed changes on the way */
	while (n > 0) {
		size_t k = n < PIECE ? n : PIECE;

		s->fed += k;
		if (s->fed > envelope_max(&s->r)) {
			err_set(e, ERR_LIMIT, "the envelope is larger than allowed");
			return xta_reading_refuse(&s->r, s->r.wants_content ? XTA_9023 : XTA_TOO_LARGE, e);
		}
		if (xml_push_feed(s->r.push, p, k, e) != 0)
			return xta_reading_refuse(&s->r, XTA_MALFORMED, e);
		p += k;
		n -= k;
	}
	return 0;
}

static int part_begin(void *ctx, const struct mime_part *p, struct err *e)
{
	struct source *s = ctx;

	if (p->number > 0 && s->r.content == NULL) {
		err_set(e, ERR_SYNTAX, "a MIME part that no Include names");
		return xta_reading_refuse(&s->r, XTA_MALFORMED, e);
	}
	if (p->number > 0)
		return xta_content_part_begin(s->r.content, p, e);
	s->in_root = true;
	if (p->encoding == MIME_BASE64)
		return err_set(e, ERR_UNSUPPORTED, "the root part is base64");
	return xta_media_read_root(p, s->r.a, &s->r.m->media, e);
}

static int part_data(void *ctx, struct span data, struct err *e)
{
	struct source *s = ctx;

	return s->in_root ? feed(s, data.p, data.n, e) : xta_content_part_data(s->r.content, data, e);
}

static int end_envelope(struct source *s, struct err *e)
{
	return xml_push_end(s->r.push, e) == 0 ? 0 : xta_reading_refuse(&s->r, XTA_MALFORMED, e);
}

static int part_end(void *ctx, struct err *e)
{
	struct source *s = ctx;

	if (!s->in_root)
		return xta_content_part_end(s->r.content, e);
	s->in_root = false;
	return end_envelope(s, e);
}

static struct mime_split *new_split(struct source *s)
{
	static const struct mime_events events = { NULL, part_begin, part_data, part_end };
	struct mime_limits limits = MIME_LIMITS_DEFAULT;

	limits.bytes = limits.part = UINT64_MAX; /* judged by what it is */
	limits.parts = s->r.o->parts_max + 1;
	limits.preamble = 1024;
	return mime_split_new_boundary(&limits, s->r.m->media.boundary, &events, s);
}

static int pump(struct source *s, struct src *body, struct err *e)
{
	char piece[PIECE];
	size_t got;

	for (;;) {
		if (src_read(body, piece, sizeof(piece), &got, e) != 0)
			return xta_reading_refuse(&s->r, XTA_MALFORMED, e);
		if (got == 0)
			break;
		if (s->split == NULL) {
			if (feed(s, piece, got, e) != 0)
				return (int)e->code;
		} else if (mime_split_feed(s->split, piece, got, e) != 0) {
			return xta_reading_refuse(&s->r, e->code == ERR_LIMIT ? XTA_9023 : XTA_MALFORMED, e);
		}
	}
	if (s->split == NULL)
		return end_envelope(s, e);
	return mime_split_end(s->split, e) == 0 ? 0 : xta_reading_refuse(&s->r, XTA_MALFORMED, e);
}

/* The list of parts moves from the reader to the arena. */
static void keep_parts(struct source *s)
{
	struct xta_message_in *m = s->r.m;
	struct xta_part *parts = arena_alloc(s->r.a, (m->part_count + 1) * sizeof(*parts));

	if (m->part_count > 0)
		memcpy(parts, m->parts, m->part_count * sizeof(*parts));
	xta_content_free(s->r.content);
	m->parts = parts;
}

static int read_all(struct source *s, struct src *body, struct err *e)
{
	int rc = pump(s, body, e);

	if (rc == 0 && s->r.content != NULL)
		rc = xta_content_over(s->r.content, e);
	return rc;
}

int xta_read(const struct xta_read_options *o, struct span content_type, struct span soap_action, struct src *body,
	     struct arena *a, struct xta_message_in *out, enum xta_code *code, struct err *e)
{
	struct xml_limits limits = XML_LIMITS_DEFAULT;
	struct source s = { .r = { .o = o, .m = out, .a = a } };
	int rc;

	memset(out, 0, sizeof(*out));
	if (xta_media_read(content_type, soap_action, a, &out->media, e) != 0) {
		*code = XTA_BAD_MEDIA;
		return (int)e->code;
	}
	limits.bytes = UINT64_MAX; /* counted here */
	s.r.push = xml_push_new(&limits, &xta_envelope_events, &s.r);
	if (out->media.is_multipart)
		s.split = new_split(&s);
	rc = read_all(&s, body, e);
	*code = s.r.code;
	keep_parts(&s);
	xml_build_free(s.r.build);
	mime_split_free(s.split);
	xml_push_free(s.r.push);
	return rc;
}
