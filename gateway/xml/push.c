/* SPDX-License-Identifier: EUPL-1.2 */
/* The push parser: pieces in, events out. */
#include "xml/push.h"

#include <stdlib.h>

#include "base/mem.h"
#include "xml/init.h"
#include "xml/push_sax.h"

#define PIECE 16384

/* libxml2 itself ends at 256. */
#define DEPTH_MAX 250

struct xml_push *xml_push_new(const struct xml_limits *limits, const struct xml_events *ev, void *ctx)
{
	struct xml_push *p = mem_new(sizeof(*p));

	must(limits->depth > 0 && limits->depth <= DEPTH_MAX);
	xml_init();
	p->limits = *limits;
	xml_filter_init(&p->filter, &p->limits);
	p->ev = *ev;
	p->ctx = ctx;
	p->scope = xml_scope_new();
	buf_init(&p->path, SIZE_MAX / 2);
	buf_init(&p->held, (size_t)limits->tag + PIECE);
	p->path_at = mem_new_array(limits->depth, sizeof(*p->path_at));
	p->attrs = mem_new_array(limits->attrs + 1, sizeof(*p->attrs));
	p->decls = mem_new_array(limits->decls + 1, sizeof(*p->decls));
	/* libxml2 wants to write into the handlers it is given, and copies them. */
	xmlSAXHandler sax = xml_push_sax;

	p->parser = xmlCreatePushParserCtxt(&sax, p, NULL, 0, NULL);
	must(p->parser != NULL);
	/* NOENT: without it &amp; in an attribute value arrives as &#38;. The filter has checked the encoding. */
	xmlCtxtUseOptions(p->parser, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_IGNORE_ENC);
	return p;
}

void xml_push_free(struct xml_push *p)
{
	if (p == NULL)
		return;
	if (p->parser->myDoc != NULL)
		xmlFreeDoc(p->parser->myDoc);
	xmlFreeParserCtxt(p->parser);
	xml_filter_fini(&p->filter);
	xml_scope_free(p->scope);
	buf_fini(&p->path);
	buf_fini(&p->held);
	free(p->path_at);
	free(p->attrs);
	free(p->decls);
	free(p);
}

void xml_push_take_pi(struct xml_push *p, xml_pi_fn *pi)
{
	p->pi = pi;
}

const struct xml_scope *xml_push_scope(const struct xml_push *p)
{
	return p->scope;
}

const char *xml_push_path(const struct xml_push *p)
{
	return buf_str(&p->path);
}

static int result(const struct xml_push *p, struct err *e)
{
	if (p->failed.code != ERR_OK)
		*e = p->failed;
	return (int)p->failed.code;
}

static void parse(struct xml_push *p, struct span s, bool last)
{
	if (p->failed.code != ERR_OK || (s.n == 0 && !last))
		return;
	if (xmlParseChunk(p->parser, s.p, (int)s.n, last) != 0 && p->failed.code == ERR_OK)
		xml_push_fail_at(p, ERR_SYNTAX, "not well-formed");
}

/* Hands on what ends outside a tag; keeps the beginning of a tag until the rest is there. */
static void hand_on(struct xml_push *p, struct span s, size_t cut)
{
	if (cut > 0 && p->held.n > 0) {
		buf_put(&p->held, s.p, cut);
		parse(p, buf_view(&p->held), false);
		buf_reset(&p->held);
	} else {
		parse(p, (struct span){ s.p, cut }, false);
	}
	buf_put(&p->held, s.p + cut, s.n - cut);
	must(!p->held.over);
}

/* Up to the next begin or end of CDATA. */
static void take(struct xml_push *p, struct span *s)
{
	bool cdata = xml_filter_in_cdata(&p->filter);
	struct err bad = ERR_INIT;
	size_t used, cut;
	int rc = xml_filter(&p->filter, *s, &used, &cut, &bad);

	if (cdata) {
		parse(p, buf_view(&p->filter.cdata.literal), false);
	} else {
		hand_on(p, (struct span){ s->p, used }, cut);
		if (xml_filter_in_cdata(&p->filter))
			buf_reset(&p->held);	/* "<![CDATA[" itself */
	}
	if (rc != 0)
		xml_push_fail_at(p, bad.code, bad.text);
	*s = (struct span){ s->p + used, s->n - used };
}

int xml_push_feed(struct xml_push *p, const void *data, size_t n, struct err *e)
{
	struct span s = { data, n };

	while (s.n > 0 && p->failed.code == ERR_OK) {
		struct span piece = { s.p, s.n < PIECE ? s.n : PIECE };
		struct err bad = ERR_INIT;

		s = (struct span){ s.p + piece.n, s.n - piece.n };
		int rc = xml_filter_bytes(&p->filter, &piece, &bad);

		while (piece.n > 0 && p->failed.code == ERR_OK)
			take(p, &piece);
		if (rc != 0)
			xml_push_fail_at(p, bad.code, bad.text);
	}
	return result(p, e);
}

int xml_push_end(struct xml_push *p, struct err *e)
{
	if (p->failed.code == ERR_OK && !xml_chars_whole(&p->filter.chars))
		xml_push_fail_at(p, ERR_SYNTAX, "the document ends within a character");
	p->ending = true;
	parse(p, buf_view(&p->held), false);
	parse(p, SPAN_EMPTY, true);
	return result(p, e);
}

int xml_push_span(struct xml_push *p, struct span doc, struct err *e)
{
	if (xml_push_feed(p, doc.p, doc.n, e) != 0)
		return (int)e->code;
	return xml_push_end(p, e);
}
