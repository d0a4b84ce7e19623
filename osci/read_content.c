/* SPDX-License-Identifier: EUPL-1.2 */
/* The ContentPackage as it passes by. */
#include "osci/read_content.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "osci/shape.h"
#include "pki/dsig.h"
#include "xml/c14n.h"

#define AROUND_OPEN "<soap:Body" PKI_OSCI_NS ">" /* what the package is canonicalised in, and cut out of again */
#define AROUND_CLOSE "</soap:Body>"
#define TAIL (sizeof(AROUND_CLOSE) - 1)

/* Passes everything on but the first `skip` and the last TAIL bytes. */
struct cut {
	struct sink base;
	struct sink *below;
	size_t skip;
	char held[TAIL];
	size_t held_n;
	uint64_t passed;
};

struct osci_content_in {
	struct osci_reading *r;
	const struct xml_push *p;
	struct sink *part;
	struct cut cut;
	struct xml_c14n *c14n;
	unsigned depth;			/* open elements; the package itself is the first */
	/* Orders of clients are; what an intermediary hands out is what it is, and its recipient has to live with it. */
	bool is_judged;
	struct osci_shape shape;
};

static const struct xml_decl standard[] = {
	{ SPAN_LIT("ds"), SPAN_LIT(NS_DS) },     { SPAN_LIT("osci"), SPAN_LIT(NS_OSCI) },
	{ SPAN_LIT("soap"), SPAN_LIT(NS_SOAP) }, { SPAN_LIT("xenc"), SPAN_LIT(NS_XENC) },
	{ SPAN_LIT("xsi"), SPAN_LIT(NS_XSI) },
};
static const struct xml_name around = { SPAN_LIT("soap"), SPAN_LIT("Body"), SPAN_LIT(NS_SOAP) };

static int cut_pass(struct cut *c, const char *p, size_t n, struct err *e)
{
	c->passed += n;
	return n > 0 ? sink_write(c->below, p, n, e) : 0;
}

static int cut_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct cut *c = (struct cut *)s;
	const char *p = data;
	size_t skipped = n < c->skip ? n : c->skip, out;

	c->skip -= skipped;
	p += skipped;
	n -= skipped;
	/* as much of what is held as is no longer among the last bytes */
	out = c->held_n + n > TAIL ? c->held_n + n - TAIL : 0;
	if (out > c->held_n)
		out = c->held_n;
	if (cut_pass(c, c->held, out, e) != 0)
		return (int)e->code;
	c->held_n -= out;
	memmove(c->held, c->held + out, c->held_n);
	out = n > TAIL - c->held_n ? n - (TAIL - c->held_n) : 0;
	if (cut_pass(c, p, out, e) != 0)
		return (int)e->code;
	memcpy(c->held + c->held_n, p + out, n - out);
	c->held_n += n - out;
	return 0;
}

static bool is_standard(const struct xml_decl *d)
{
	for (size_t i = 0; i < ARRAY_LEN(standard); i++)
		if (span_eq(standard[i].prefix, d->prefix))
			return span_eq(standard[i].uri, d->uri);
	return false;
}

/* Everything in force beyond the five prefixes becomes a declaration of the package itself. */
static int package_tag(struct osci_content_in *c, const struct xml_start *s, struct err *e)
{
	enum { DECLS_MAX = 64 };
	struct xml_decl decls[DECLS_MAX], d;
	struct xml_start own = *s, outer = { .name = around, .decls = standard, .decls_n = ARRAY_LEN(standard) };
	size_t n = 0, i = 0;
	int rc;

	while (xml_scope_next(xml_push_scope(c->p), &i, &d)) {
		if (is_standard(&d))
			continue;
		if (n == DECLS_MAX)
			return err_set(e, ERR_LIMIT, "more than %d namespaces in force", DECLS_MAX);
		decls[n++] = d;
	}
	own.decls = decls;
	own.decls_n = n;
	c->cut.below = c->part;
	c->c14n = xml_c14n_new(XML_C14N_INCLUSIVE, NULL, SPAN_EMPTY, &c->cut.base);
	rc = xml_c14n_start(c->c14n, &outer, e);
	return rc != 0 ? rc : xml_c14n_start(c->c14n, &own, e);
}

int osci_content_begin(struct osci_reading *r, const struct osci_intake *intake, const struct xml_push *p,
		       const struct xml_start *s, struct osci_content_in **out, struct err *e)
{
	struct osci_content_in *c;
	int rc;

	*out = NULL;
	if (intake == NULL || intake->part == NULL)
		return err_set(e, ERR_DENIED, "no content is expected here");
	c = *out = mem_new(sizeof(*c));
	*c = (struct osci_content_in){ .r = r, .p = p, .depth = 1, .is_judged = osci_order_is_clients(r->row) };
	c->cut.base.write = cut_write;
	c->cut.skip = sizeof(AROUND_OPEN) - 1;
	rc = intake->part(intake->ctx, "body", "text/xml", "", &c->part, e);
	if (rc != 0) {
		c->part = NULL;
		return rc;
	}
	rc = c->is_judged ? osci_shape_start(&c->shape, r, p, s, e) : 0;
	return rc != 0 ? rc : package_tag(c, s, e);
}

void osci_content_free(struct osci_content_in *c)
{
	if (c == NULL)
		return;
	xml_c14n_free(c->c14n);
	sink_close(c->part);
	free(c);
}

uint64_t osci_content_size(const struct osci_content_in *c)
{
	return c->cut.passed;
}

int osci_content_start(struct osci_content_in *c, const struct xml_start *s, struct err *e)
{
	int rc = c->is_judged ? osci_shape_start(&c->shape, c->r, c->p, s, e) : 0;

	if (c->depth++ == 1)
		c->r->m->content_parts++;
	return rc != 0 ? rc : xml_c14n_start(c->c14n, s, e);
}

int osci_content_text(struct osci_content_in *c, struct span text, struct err *e)
{
	int rc = c->is_judged ? osci_shape_text(&c->shape, c->p, text, e) : 0;

	return rc != 0 ? rc : xml_c14n_text(c->c14n, text, e);
}

int osci_content_refs(const struct osci_content_in *c, struct err *e)
{
	return osci_shape_refs(&c->shape, c->r->m, e);
}

int osci_content_end(struct osci_content_in *c, const struct xml_name *name, struct err *e)
{
	int rc = c->is_judged ? osci_shape_end(&c->shape, c->p, e) : 0;

	if (rc == 0)
		rc = xml_c14n_end(c->c14n, name, e);
	if (--c->depth > 0 || rc != 0)
		return rc;
	rc = xml_c14n_end(c->c14n, &around, e);
	return rc != 0 ? rc : sink_finish(c->part, e);
}
