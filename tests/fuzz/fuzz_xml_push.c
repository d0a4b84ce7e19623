/* SPDX-License-Identifier: EUPL-1.2 */
/* LINK: gateway/xml */
#include <stdlib.h>
#include <string.h>

#include <libxml/c14n.h>
#include <libxml/parser.h>

#include "base/mem.h"
#include "base/stream.h"
#include "xml/c14n.h"
#include "xml/push.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OUT_MAX ((size_t)1 << 22)

/* One document through parser and canonicaliser. */
struct run {
	struct buf out;
	struct sink *sink;
	struct xml_c14n *c14n;
	bool odd_uri;		/* a namespace name that libxml2 2.9 does not escape */
};

static int on_start(void *ctx, const struct xml_start *s, struct err *e)
{
	struct run *r = ctx;

	for (size_t i = 0; i < s->decls_n; i++)
		for (size_t k = 0; k < s->decls[i].uri.n; k++)
			r->odd_uri = r->odd_uri || strchr("&<\"\t\r\n", s->decls[i].uri.p[k]) != NULL;
	return xml_c14n_start(r->c14n, s, e);
}

static int on_text(void *ctx, struct span text, struct err *e)
{
	must(text.n > 0);
	return xml_c14n_text(((struct run *)ctx)->c14n, text, e);
}

static int on_end(void *ctx, const struct xml_name *name, struct err *e)
{
	return xml_c14n_end(((struct run *)ctx)->c14n, name, e);
}

static int on_pi(void *ctx, struct span target, struct span data, struct err *e)
{
	return xml_c14n_pi(((struct run *)ctx)->c14n, target, data, e);
}

static int run(struct run *r, struct span doc, enum xml_c14n_alg alg, size_t step, struct err *e)
{
	static const struct xml_events events = { on_start, on_text, on_end };
	struct xml_limits limits = XML_LIMITS_DEFAULT;
	struct xml_push *p = xml_push_new(&limits, &events, r);
	int rc = 0;

	buf_init(&r->out, OUT_MAX);
	r->sink = sink_to_buf(&r->out);
	r->odd_uri = false;
	r->c14n = xml_c14n_new(alg, NULL, SPAN_LIT("a p #default"), r->sink);
	xml_push_take_pi(p, on_pi);
	for (size_t i = 0; i < doc.n && rc == 0; i += step)
		rc = xml_push_feed(p, doc.p + i, step < doc.n - i ? step : doc.n - i, e);
	if (rc == 0)
		rc = xml_push_end(p, e);
	must(rc != 0 || xml_c14n_done(r->c14n));
	xml_push_free(p);
	xml_c14n_free(r->c14n);
	sink_close(r->sink);
	return rc;
}

static int is_visible(void *root, xmlNodePtr node, xmlNodePtr parent)
{
	if (node->type == XML_NAMESPACE_DECL)
		node = parent;
	for (; node != NULL; node = node->parent)
		if (node == root)
			return 1;
	return 0;
}

/* What we accept, libxml2 accepts, and its canonical form is ours. */
static void compare(struct span doc, enum xml_c14n_alg alg, struct span ours)
{
	xmlChar list[3][16] = { "a", "p", "#default" }, *prefixes[] = { list[0], list[1], list[2], NULL };
	xmlDocPtr d = xmlReadMemory(doc.p, (int)doc.n, NULL, NULL,
				    XML_PARSE_NOENT | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlOutputBufferPtr o = xmlAllocOutputBuffer(NULL);

	must(d != NULL && o != NULL);
	must(xmlC14NExecute(d, is_visible, xmlDocGetRootElement(d),
			    alg == XML_C14N_INCLUSIVE ? XML_C14N_1_0 : XML_C14N_EXCLUSIVE_1_0,
			    alg == XML_C14N_INCLUSIVE ? NULL : prefixes, 0, o) >= 0);
	must(span_eq(ours, (struct span){ (const char *)xmlOutputBufferGetContent(o), xmlOutputBufferGetSize(o) }));
	xmlOutputBufferClose(o);
	xmlFreeDoc(d);
}

/* The first byte says in what steps the rest is fed. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	struct span doc = { (const char *)data + 1, size - 1 };

	for (int alg = 0; alg < 2; alg++) {
		struct run whole, cut, again;
		struct err e = ERR_INIT, f = ERR_INIT;
		int rc = run(&whole, doc, (enum xml_c14n_alg)alg, size, &e);

		must(run(&cut, doc, (enum xml_c14n_alg)alg, data[0] % 64u + 1, &f) == rc);
		if (rc == 0) {
			must(span_eq(buf_view(&whole.out), buf_view(&cut.out)));
			if (!whole.odd_uri)
				compare(doc, (enum xml_c14n_alg)alg, buf_view(&whole.out));
			must(run(&again, buf_view(&whole.out), (enum xml_c14n_alg)alg, size, &e) == 0);
			must(span_eq(buf_view(&whole.out), buf_view(&again.out)));
			buf_fini(&again.out);
		}
		buf_fini(&whole.out);
		buf_fini(&cut.out);
	}
	return 0;
}
