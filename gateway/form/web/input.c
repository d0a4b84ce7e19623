/* SPDX-License-Identifier: EUPL-1.2 */
/* What a browser posts. */
#include "form/web/input.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/uri.h"
#include "mime/split.h"

static int add(struct form_input *in, const char *name, const char *value, struct err *e)
{
	if (in->count >= FORM_INPUT_PAIRS)
		return err_set(e, ERR_LIMIT, "form data: more than %d entries", FORM_INPUT_PAIRS);
	if (in->count == in->space) {
		size_t space = in->space == 0 ? 64 : 2 * in->space;
		struct form_pair *list = arena_alloc(in->arena, space * sizeof(*list));
		if (in->count > 0)
			memcpy(list, in->list, in->count * sizeof(*list));
		in->list = list;
		in->space = space;
	}
	in->list[in->count++] = (struct form_pair){ name, value };
	return 0;
}

static int decode(struct form_input *in, struct span text, const char **out, struct err *e)
{
	struct buf b;
	buf_init(&b, FORM_INPUT_MAX);
	int rc = uri_decode(&b, text, true, e);
	if (rc == 0)
		rc = buf_check(&b, "form data", e);
	if (rc == 0 && !span_is_utf8(buf_view(&b)))
		rc = err_set(e, ERR_SYNTAX, "form data: not UTF-8");
	if (rc == 0)
		*out = arena_dup_n(in->arena, buf_str(&b), b.n);
	buf_fini(&b);
	return rc;
}

int form_input_parse(struct form_input *in, struct span text, struct err *e)
{
	int rc = 0;

	if (text.n > FORM_INPUT_MAX)
		return err_set(e, ERR_LIMIT, "form data: more than %d bytes", FORM_INPUT_MAX);
	while (rc == 0 && text.n > 0) {
		struct span one, name, value, rest;
		const char *n, *v;

		span_split(text, '&', &one, &rest);
		text = rest;
		if (one.n == 0)
			continue;
		span_split(one, '=', &name, &value);
		rc = decode(in, name, &n, e);
		if (rc == 0)
			rc = decode(in, value, &v, e);
		if (rc == 0)
			rc = add(in, n, v, e);
	}
	return rc;
}

const char *form_input_get(const struct form_input *in, const char *name)
{
	for (size_t i = 0; i < in->count; i++) {
		if (strcmp(in->list[i].name, name) == 0)
			return in->list[i].value;
	}
	return NULL;
}

size_t form_input_all(const struct form_input *in, const char *name, const char **out, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < in->count && n < max; i++) {
		if (strcmp(in->list[i].name, name) == 0)
			out[n++] = in->list[i].value;
	}
	return n;
}

struct parts {
	struct form_input *in;
	const struct form_files *files;
	const char *name;	/* of the part under way */
	bool is_file, skip;
	struct buf text;
};

static int on_begin(void *ctx, const struct mime_part *part, struct err *e)
{
	struct parts *p = ctx;
	struct mime_form form;
	int rc = mime_form_parse(part, p->in->arena, &form, e);

	if (rc != 0)
		return rc;
	if (!span_is_utf8(form.name))
		return err_set(e, ERR_SYNTAX, "form data: not UTF-8");
	p->name = arena_dup_n(p->in->arena, form.name.p, form.name.n);
	p->is_file = form.is_file;
	p->skip = form.is_file && (form.filename.n == 0 || p->files == NULL);
	buf_reset(&p->text);
	if (p->is_file && !p->skip)
		return p->files->begin(p->files->ctx, p->name,
				       arena_dup_n(p->in->arena, form.filename.p, form.filename.n), e);
	return 0;
}

static int on_data(void *ctx, struct span data, struct err *e)
{
	struct parts *p = ctx;
	if (p->is_file)
		return p->skip ? 0 : p->files->data(p->files->ctx, data, e);
	p->in->bytes += data.n;
	if (p->in->bytes > FORM_INPUT_MAX)
		return err_set(e, ERR_LIMIT, "form data: more than %d bytes of text", FORM_INPUT_MAX);
	buf_span(&p->text, data);
	return 0;
}

static int on_end(void *ctx, struct err *e)
{
	struct parts *p = ctx;
	if (p->is_file)
		return p->skip ? 0 : p->files->end(p->files->ctx, e);
	if (!span_is_utf8(buf_view(&p->text)))
		return err_set(e, ERR_SYNTAX, "form data: not UTF-8");
	return add(p->in, p->name, arena_dup_n(p->in->arena, buf_str(&p->text), p->text.n), e);
}

#define INPUT_BLOCK 65536

static int read_parts(struct form_input *in, struct http_request *rq, struct span boundary,
		      const struct form_files *files, struct err *e)
{
	static const struct mime_events events = { .part_begin = on_begin, .part_data = on_data, .part_end = on_end };
	struct mime_limits limits = MIME_LIMITS_DEFAULT; /* the route's max_body is the limit of bytes */
	struct parts p = { .in = in, .files = files };
	struct mime_split *split;
	char *block = mem_new(INPUT_BLOCK);
	size_t n = 1;
	int rc = 0;

	limits.parts = FORM_INPUT_PAIRS;
	limits.bytes = limits.part = UINT64_C(1) << 40;
	buf_init(&p.text, FORM_INPUT_MAX);
	split = mime_split_new_boundary(&limits, boundary, &events, &p);
	while (rc == 0 && n > 0) {
		rc = src_read(http_body(rq), block, INPUT_BLOCK, &n, e);
		if (rc == 0 && n > 0)
			rc = mime_split_feed(split, block, n, e);
	}
	if (rc == 0)
		rc = mime_split_end(split, e);
	mime_split_free(split);
	buf_wipe(&p.text);
	free(block);
	return rc;
}

int form_input_read(struct form_input *in, struct http_request *rq, const struct form_files *files, struct err *e)
{
	const char *type = http_header(rq, "Content-Type");
	struct mime_value value;
	struct span boundary;
	struct buf b;
	if (type == NULL || mime_value_parse(span_of(type), in->arena, &value, e) != 0)
		return err_set(e, ERR_UNSUPPORTED, "form data: Content-Type is needed");
	if (span_is_nocase(value.main, "multipart/form-data")) {
		int bad = mime_boundary(&value, &boundary, e);
		return bad != 0 ? bad : read_parts(in, rq, boundary, files, e);
	}
	if (!span_is_nocase(value.main, "application/x-www-form-urlencoded"))
		return err_set(e, ERR_UNSUPPORTED, "form data: Content-Type is not that of a form");
	buf_init(&b, FORM_INPUT_MAX);
	int rc = stream_to_buf(http_body(rq), &b, "form data", e);
	if (rc == 0)
		rc = form_input_parse(in, buf_view(&b), e);
	buf_wipe(&b);
	return rc;
}
