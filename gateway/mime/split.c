/* SPDX-License-Identifier: EUPL-1.2 */
/* Reads multipart content as it comes. */
#include "mime/split.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

/* CRLF "--" and a boundary of at most 70 */
#define DELIMITER_MAX 74

/* Before the header of the message. */
#define EMPTY_LINES_MAX 2

struct mime_split {
	struct mime_limits limits;
	struct mime_events ev;
	void *ctx;
	enum { S_ENTITY, S_PREAMBLE, S_HEAD, S_DATA, S_TAIL, S_EPILOGUE } state;
	struct err failed;		/* code 0: none */
	char delimiter[DELIMITER_MAX + 1];
	size_t delimiter_n;
	size_t matched;			/* bytes of the delimiter seen; the first unreal of them are not in the data */
	size_t unreal;
	enum { T_START, T_DASH, T_BLANKS, T_CR } tail;	/* behind a delimiter */
	struct buf head;		/* header block being collected */
	struct arena *entity_arena, *part_arena;
	struct map *ids;
	unsigned parts;
	uint64_t bytes, part_bytes;
	size_t outside;			/* bytes of preamble or epilogue */
};

static void set_boundary(struct mime_split *s, struct span boundary)
{
	must(boundary.n > 0 && boundary.n + 4 <= DELIMITER_MAX);
	memcpy(s->delimiter, "\r\n--", 4);
	memcpy(s->delimiter + 4, boundary.p, boundary.n);
	s->delimiter_n = boundary.n + 4;
	s->state = S_PREAMBLE;
	/* The first delimiter stands at the beginning: as if a line end had gone before. */
	s->matched = s->unreal = 2;
}

struct mime_split *mime_split_new(const struct mime_limits *limits, const struct mime_events *ev, void *ctx)
{
	struct mime_split *s = mem_new(sizeof(*s));

	s->limits = *limits;
	s->ev = *ev;
	s->ctx = ctx;
	s->entity_arena = arena_new();
	s->part_arena = arena_new();
	s->ids = map_new(NULL);
	buf_init(&s->head, limits->head);
	return s;
}

struct mime_split *mime_split_new_boundary(const struct mime_limits *limits, struct span boundary,
					   const struct mime_events *ev, void *ctx)
{
	struct mime_split *s = mime_split_new(limits, ev, ctx);

	set_boundary(s, boundary);
	return s;
}

void mime_split_free(struct mime_split *s)
{
	if (s == NULL)
		return;
	arena_free(s->entity_arena);
	arena_free(s->part_arena);
	map_free(s->ids);
	buf_fini(&s->head);
	free(s);
}

static int take_entity(struct mime_split *s, struct err *e)
{
	struct mime_part entity;
	struct span boundary;

	if (mime_part_parse(buf_view(&s->head), s->entity_arena, &entity, e) != 0)
		return err_wrap(e, "header of the message");
	if (entity.type_is_bad)
		return err_spec(e, ERR_SYNTAX, "RFC 2045 5.1", "Content-Type of the message is malformed");
	if (entity.type.main.n < 10 || strncasecmp(entity.type.main.p, "multipart/", 10) != 0)
		return err_spec(e, ERR_SYNTAX, "RFC 2046 5.1", "Content-Type of the message is not multipart");
	if (entity.encoding == MIME_BASE64)
		return err_spec(e, ERR_SYNTAX, "RFC 2045 6.4", "multipart with Content-Transfer-Encoding base64");
	if (mime_boundary(&entity.type, &boundary, e) != 0)
		return (int)e->code;
	set_boundary(s, boundary);
	return s->ev.entity == NULL ? 0 : s->ev.entity(s->ctx, &entity, e);
}

static int take_id(struct mime_split *s, struct span id, struct err *e)
{
	struct buf key;
	int rc = 0;

	if (id.n == 0)
		return 0;
	buf_init(&key, s->limits.head);
	mime_cid_key(&key, id);
	if (map_get(s->ids, buf_view(&key)) != NULL)
		rc = err_spec(e, ERR_SYNTAX, "RFC 2045 7", "Content-ID %.*s twice", (int)(id.n < 80 ? id.n : 80), id.p);
	else
		map_put(s->ids, buf_view(&key), s);
	buf_fini(&key);
	return rc;
}

static int begin_part(struct mime_split *s, struct err *e)
{
	struct mime_part part;

	if (s->parts == s->limits.parts)
		return err_set(e, ERR_LIMIT, "more than %u MIME parts", s->limits.parts);
	arena_reset(s->part_arena);
	if (mime_part_parse(buf_view(&s->head), s->part_arena, &part, e) != 0 || take_id(s, part.id, e) != 0)
		return err_wrap(e, "MIME part %u", s->parts + 1);
	part.number = s->parts++;
	s->part_bytes = 0;
	s->state = S_DATA;
	/* An empty part: the line end of the empty line belongs to the delimiter. */
	s->matched = s->unreal = 2;
	return s->ev.part_begin == NULL ? 0 : s->ev.part_begin(s->ctx, &part, e);
}

/* Collects up to the empty line. */
static int head_bytes(struct mime_split *s, struct span *in, struct err *e)
{
	while (in->n > 0) {
		const char *nl = memchr(in->p, '\n', in->n);
		size_t n = nl == NULL ? in->n : (size_t)(nl - in->p) + 1;
		struct buf *h = &s->head;

		buf_put(h, in->p, n);
		*in = (struct span){ in->p + n, in->n - n };
		if (buf_check(h, "MIME header", e) != 0)
			return (int)e->code;
		if (nl == NULL)
			return 0;
		/* Bare LF: refused at once, and not only when the block is complete. */
		if (h->n < 2 || h->p[h->n - 2] != '\r')
			return err_spec(e, ERR_SYNTAX, "RFC 2046 4.1.1", "MIME header: bare LF");
		if (h->n > 2 && memcmp(h->p + h->n - 3, "\n\r\n", 3) != 0)
			continue;
		/* The reference library begins its faults with an empty line. */
		if (h->n == 2 && s->state == S_ENTITY && s->outside++ < EMPTY_LINES_MAX) {
			buf_reset(h);
			continue;
		}
		int rc = s->state == S_ENTITY ? take_entity(s, e) : begin_part(s, e);

		buf_reset(h);
		return rc;
	}
	return 0;
}

/* Byte by byte, so that the same thing is found first wherever the input is cut. */
static int skip_preamble(struct mime_split *s, struct span data, struct err *e)
{
	for (size_t i = 0; i < data.n; i++) {
		if (s->limits.preamble == 0 && data.p[i] != '\r' && data.p[i] != '\n')
			return err_set(e, ERR_SYNTAX, "text before the first MIME boundary");
		if (++s->outside > s->limits.preamble + 16)
			return err_set(e, ERR_LIMIT, "too much before the first MIME boundary");
	}
	return 0;
}

static int give(struct mime_split *s, struct span data, struct err *e)
{
	if (data.n == 0)
		return 0;
	if (s->state == S_PREAMBLE)
		return skip_preamble(s, data, e);
	s->part_bytes += data.n;
	if (s->part_bytes > s->limits.part)
		return err_set(e, ERR_LIMIT, "MIME part %u is longer than %llu bytes", s->parts,
			       (unsigned long long)s->limits.part);
	return s->ev.part_data == NULL ? 0 : s->ev.part_data(s->ctx, data, e);
}

static int found_delimiter(struct mime_split *s, struct err *e)
{
	bool in_part = s->state == S_DATA;

	s->state = S_TAIL;
	s->tail = T_START;
	s->outside = 0;
	s->matched = s->unreal = 0;
	return in_part && s->ev.part_end != NULL ? s->ev.part_end(s->ctx, e) : 0;
}

/* The delimiter begins with the only CR in it: after a mismatch it can only begin anew at the byte that did not match.
 * Bytes from the start of a match in this piece are still in the piece; those of an earlier piece are known. */
static int data_bytes(struct mime_split *s, struct span *in, struct err *e)
{
	size_t i = 0, held = s->matched;

	while (i < in->n) {
		if (s->matched == 0) {
			const char *cr = memchr(in->p + i, '\r', in->n - i);

			i = cr == NULL ? in->n : (size_t)(cr - in->p) + 1;
			s->matched = cr != NULL;
			continue;
		}
		if (in->p[i] == s->delimiter[s->matched]) {
			i++;
			if (++s->matched < s->delimiter_n)
				continue;
			struct span before = { in->p, held > 0 ? 0 : i - s->delimiter_n };

			*in = (struct span){ in->p + i, in->n - i };
			return give(s, before, e) != 0 ? (int)e->code : found_delimiter(s, e);
		}
		if (held > 0 && give(s, (struct span){ s->delimiter + s->unreal, held - s->unreal }, e) != 0)
			return (int)e->code;
		held = s->matched = s->unreal = 0;
	}
	/* What may be the beginning of the delimiter stays back. */
	struct span before = { in->p, in->n - (held > 0 ? in->n : s->matched) };

	*in = SPAN_EMPTY;
	return give(s, before, e);
}

static int close_message(struct mime_split *s, struct err *e)
{
	s->state = S_EPILOGUE;
	s->outside = 0;
	return s->parts > 0 ? 0 : err_spec(e, ERR_SYNTAX, "RFC 2046 5.1.1", "multipart without any part");
}

/* Behind a delimiter: "--", or blanks, CR and LF. */
static int tail_byte(struct mime_split *s, char c, struct err *e)
{
	bool line_may_end = s->tail == T_START || s->tail == T_BLANKS;

	if (c == '-' && s->tail == T_DASH)
		return close_message(s, e);
	if (c == '-' && s->tail == T_START) {
		s->tail = T_DASH;
	} else if ((c == ' ' || c == '\t') && line_may_end) {
		s->tail = T_BLANKS;
		if (++s->outside > 64)
			return err_set(e, ERR_LIMIT, "more than 64 blanks behind a MIME boundary");
	} else if (c == '\r' && line_may_end) {
		s->tail = T_CR;
	} else if (c == '\n' && s->tail == T_CR) {
		s->state = S_HEAD;
		buf_reset(&s->head);
	} else {
		return err_spec(e, ERR_SYNTAX, "RFC 2046 5.1.1", "line begins with the MIME boundary, but goes on");
	}
	return 0;
}

static int step(struct mime_split *s, struct span *in, struct err *e)
{
	char c;

	switch (s->state) {
	case S_ENTITY:
	case S_HEAD: return head_bytes(s, in, e);
	case S_PREAMBLE:
	case S_DATA: return data_bytes(s, in, e);
	case S_TAIL:
		c = in->p[0];
		*in = (struct span){ in->p + 1, in->n - 1 };
		return tail_byte(s, c, e);
	case S_EPILOGUE: break;
	}
	s->outside += in->n;
	*in = SPAN_EMPTY;
	if (s->outside > s->limits.epilogue + 2)	/* the line end of the boundary itself is none of it */
		return err_set(e, ERR_LIMIT, "more than %zu bytes behind the closing MIME boundary",
			       s->limits.epilogue);
	return 0;
}

static int keep(struct mime_split *s, const struct err *e)
{
	s->failed = *e;
	return (int)e->code;
}

static int failed(const struct mime_split *s, struct err *e)
{
	if (s->failed.code != ERR_OK)
		*e = s->failed;
	return (int)s->failed.code;
}

int mime_split_feed(struct mime_split *s, const void *data, size_t n, struct err *e)
{
	struct span in = { data, n };

	if (failed(s, e) != 0)
		return (int)e->code;
	if (n > s->limits.bytes - s->bytes) {
		err_set(e, ERR_LIMIT, "MIME message longer than %llu bytes", (unsigned long long)s->limits.bytes);
		return keep(s, e);
	}
	s->bytes += n;
	while (in.n > 0)
		if (step(s, &in, e) != 0)
			return keep(s, e);
	return 0;
}

int mime_split_end(struct mime_split *s, struct err *e)
{
	if (failed(s, e) != 0)
		return (int)e->code;
	if (s->state == S_EPILOGUE)
		return 0;
	err_spec(e, ERR_SYNTAX, "RFC 2046 5.1.1", s->state == S_ENTITY ? "MIME header of the message is incomplete" :
		 s->state == S_PREAMBLE ? "the MIME boundary does not occur" :
					  "MIME message is cut off: the closing boundary is missing");
	return keep(s, e);
}
