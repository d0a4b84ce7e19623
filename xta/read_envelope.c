/* SPDX-License-Identifier: EUPL-1.2 */
/* The envelope, by position. */
#include <string.h>

#include "xta/names.h"
#include "xta/reading.h"

int xta_reading_refuse(struct xta_reading *r, enum xta_code code, const struct err *e)
{
	if (r->code == XTA_OK)
		r->code = code;
	return (int)e->code;
}

static int refuse(struct xta_reading *r, enum xta_code code, struct err *e, const char *what)
{
	err_set(e, ERR_SYNTAX, "%s", what);
	return xta_reading_refuse(r, code, e);
}

static int start_envelope(struct xta_reading *r, const struct xml_start *s, struct err *e)
{
	static const char *const known[] = { XTA_NS_SOAP12, XTA_NS_SOAP11 };

	for (size_t i = 0; i < 2; i++)
		if (xml_name_is(&s->name, known[i], "Envelope"))
			r->soap = known[i];
	if (r->soap == NULL)
		return refuse(r, span_is(s->name.local, "Envelope") ? XTA_VERSION_MISMATCH : XTA_MALFORMED, e,
			      "not a SOAP envelope");
	r->m->headers.is_soap11 = strcmp(r->soap, XTA_NS_SOAP11) == 0;
	if (r->m->headers.is_soap11)
		r->m->warnings |= XTA_WARN_SOAP11;
	return 0;
}

static int start_body(struct xta_reading *r, struct err *e)
{
	enum xta_code code = XTA_OK;
	int rc;

	r->in = R_BODY;
	r->has_body = true;
	rc = r->o->headers(r->o->ctx, r->m, &r->wants_content, &code, e);
	return rc == 0 ? 0 : xta_reading_refuse(r, code, e);
}

static int start_half(struct xta_reading *r, const struct xml_start *s, struct err *e)
{
	if (xml_name_is(&s->name, r->soap, "Header") && !r->has_header && !r->has_body) {
		r->in = R_HEADER;
		r->has_header = true;
		return 0;
	}
	if (xml_name_is(&s->name, r->soap, "Body") && !r->has_body)
		return start_body(r, e);
	return refuse(r, XTA_MALFORMED, e, "an Envelope holds a Header, if any, and then a Body");
}

static int start_child(struct xta_reading *r, const struct xml_start *s, struct err *e)
{
	if (r->has_child)
		return refuse(r, XTA_MALFORMED, e, "more than one element in the Body");
	r->has_child = true;
	if (r->wants_content && xml_name_is(&s->name, XTA_NS, "GenericContentContainer")) {
		r->in_content = true;
		r->m->has_content = true;
		r->content = xta_content_new(r);
		return xta_content_start(r->content, s, e);
	}
	r->build = xml_build_new(r->a, r->o->tree_max, xml_push_scope(r->push));
	return 0;
}

static int start_entry(struct xta_reading *r, const struct xml_start *s, struct err *e)
{
	r->in_entry = true;
	if (r->in == R_BODY)
		return start_child(r, s, e);
	if (r->in == R_HEADER && xta_header_begin(r, s))
		r->build = xml_build_new(r->a, r->o->tree_max, xml_push_scope(r->push));
	return 0;
}

static int on_start(void *ctx, const struct xml_start *s, struct err *e)
{
	struct xta_reading *r = ctx;
	int rc = 0;

	r->depth = s->depth;
	if (s->depth == 1)
		return start_envelope(r, s, e);
	if (s->depth == 2)
		return start_half(r, s, e);
	if (s->depth == 3)
		rc = start_entry(r, s, e);
	else if (r->in_content)
		rc = xta_content_start(r->content, s, e);
	if (rc == 0 && r->build != NULL && xml_build_start(r->build, s, e) != 0)
		return xta_reading_refuse(r, XTA_TOO_LARGE, e);
	return rc;
}

static int on_text(void *ctx, struct span text, struct err *e)
{
	struct xta_reading *r = ctx;

	if (r->in_content)
		return xta_content_text(r->content, text, e);
	if (r->build != NULL)
		return xml_build_text(r->build, text, e) == 0 ? 0 : xta_reading_refuse(r, XTA_TOO_LARGE, e);
	if (!r->in_entry && !xml_is_blank(text))
		return refuse(r, XTA_MALFORMED, e, "text where only elements are allowed");
	return 0;
}

/* The element at depth 3 is over. */
static int end_entry(struct xta_reading *r, struct err *e)
{
	const struct xml_node *n = r->build == NULL ? NULL : xml_build_root(r->build);

	r->in_entry = false;
	xml_build_free(r->build);
	r->build = NULL;
	if (arena_check(r->a, "the header", e) != 0)
		return xta_reading_refuse(r, XTA_TOO_LARGE, e);
	if (r->in == R_HEADER && n != NULL)
		return xta_header_take(r, n, e);
	if (r->in == R_BODY && !r->in_content)
		r->m->body = n;
	r->in_content = false;
	return 0;
}

static int on_end(void *ctx, const struct xml_name *name, struct err *e)
{
	struct xta_reading *r = ctx;
	unsigned depth = r->depth--;

	if (r->in_content && xta_content_end(r->content, name, e) != 0)
		return (int)e->code;
	if (r->build != NULL && xml_build_end(r->build, name, e) != 0)
		return xta_reading_refuse(r, XTA_TOO_LARGE, e);
	if (depth == 3)
		return end_entry(r, e);
	if (depth == 2)
		r->in = R_ENVELOPE;
	if (depth == 1 && !r->has_body)
		return refuse(r, XTA_MALFORMED, e, "an Envelope without a Body");
	return 0;
}

const struct xml_events xta_envelope_events = { on_start, on_text, on_end };
