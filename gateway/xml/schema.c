/* SPDX-License-Identifier: EUPL-1.2 */
/* XSD sets of our own, and documents against them. */
#include "xml/schema.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/xmlschemas.h>

#include "base/mem.h"
#include "xml/init.h"
#include "xml/load.h"

struct xml_schema {
	xmlSchemaPtr compiled;
};

static const char *base_of(const char *path)
{
	const char *slash = path == NULL ? NULL : strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

static void trim_message(char *out, size_t size, const xmlError *x)
{
	snprintf(out, size, "%s", x->message == NULL ? "not valid" : x->message);
	out[strcspn(out, "\n")] = '\0';
}

/* Warnings count: libxml2 warns where an import could not be read, and would go on without it. */
static void on_load_error(void *user, xmlErrorPtr x)
{
	struct err *e = user;
	char text[200];

	if (e->code != ERR_OK)
		return;
	trim_message(text, sizeof(text), x);
	err_set(e, ERR_CONFIG, "%s:%d: %s", x->file == NULL ? "schema" : base_of(x->file), x->line, text);
}

static xmlSchemaPtr compile(const char *real, struct err *e)
{
	xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(real);
	xmlSchemaPtr s = NULL;
	struct err first = ERR_INIT;

	must(parser != NULL);
	xmlSchemaSetParserStructuredErrors(parser, on_load_error, &first);
	/* What a file that cannot be read says goes to the thread's handler. */
	xmlSetStructuredErrorFunc(&first, on_load_error);
	s = xmlSchemaParse(parser);
	xmlSetStructuredErrorFunc(NULL, NULL);
	xmlSchemaFreeParserCtxt(parser);
	if (s != NULL && first.code == ERR_OK)
		return s;
	xmlSchemaFree(s);
	if (first.code == ERR_OK)
		err_set(&first, ERR_CONFIG, "%s: not a schema", base_of(real));
	*e = first;
	return NULL;
}

int xml_schema_load(const char *path, struct xml_schema **out, struct err *e)
{
	char *real = realpath(path, NULL), *folder = NULL;
	xmlSchemaPtr compiled = NULL;
	int rc = 0;

	xml_init();
	if (real == NULL) {
		rc = err_set(e, ERR_CONFIG, "%s: schema file cannot be read", path);
		goto out;
	}
	folder = mem_dup(real);
	xml_load_allow(dirname(folder));
	compiled = compile(real, e);
	xml_load_allow(NULL);
	if (compiled == NULL) {
		rc = (int)e->code;
		goto out;
	}
	*out = mem_new(sizeof(**out));
	(*out)->compiled = compiled;
out:
	free(folder);
	free(real);
	return rc;
}

void xml_schema_free(struct xml_schema *s)
{
	if (s == NULL)
		return;
	xmlSchemaFree(s->compiled);
	free(s);
}

/* One check: our events, handed on to the handlers of libxml2's streaming validator. */
struct check {
	struct xml_push *push;
	xmlSchemaValidCtxtPtr valid;
	xmlSchemaSAXPlugPtr plug;
	xmlSAXHandlerPtr sax;
	void *user;
	const xmlChar **attrs, **decls; /* in the form libxml2 wants */
	struct buf text; /* whole: libxml2 would join the pieces by counting them from the start each time */
	struct buf *report;
	struct err first;
};

static void on_invalid(void *user, xmlErrorPtr x)
{
	struct check *c = user;
	char text[200];

	trim_message(text, sizeof(text), x);
	if (c->report != NULL)
		buf_printf(c->report, "line %u: %s: %s\n", xml_push_line(c->push), xml_push_path(c->push), text);
	if (c->first.code == ERR_OK)
		err_set(&c->first, x->code == XML_ERR_NO_MEMORY ? ERR_NOMEM : ERR_SYNTAX, "line %u: %s: %s",
			xml_push_line(c->push), xml_push_path(c->push), text);
}

/* Names in the events of push are strings of libxml2's dictionary: a NUL is behind them. */
static const xmlChar *chars(struct span s)
{
	return s.n == 0 ? NULL : (const xmlChar *)s.p;
}

static void flush_text(struct check *c)
{
	if (c->text.n > 0)
		c->sax->characters(c->user, (const xmlChar *)c->text.p, (int)c->text.n);
	buf_reset(&c->text);
}

static int check_start(void *ctx, const struct xml_start *s, struct err *e)
{
	struct check *c = ctx;

	(void)e;
	flush_text(c);
	for (size_t i = 0; i < s->decls_n; i++) {
		c->decls[2 * i] = chars(s->decls[i].prefix);
		c->decls[2 * i + 1] = chars(s->decls[i].uri);
	}
	for (size_t i = 0; i < s->attrs_n; i++) {
		const struct xml_attr *a = &s->attrs[i];
		const xmlChar **five = c->attrs + 5 * i;

		five[0] = chars(a->name.local);
		five[1] = chars(a->name.prefix);
		five[2] = chars(a->name.ns);
		five[3] = (const xmlChar *)a->value.p;
		five[4] = five[3] + a->value.n;
	}
	c->sax->startElementNs(c->user, chars(s->name.local), chars(s->name.prefix), chars(s->name.ns), (int)s->decls_n,
			       c->decls, (int)s->attrs_n, 0, c->attrs);
	return 0;
}

static int check_text(void *ctx, struct span text, struct err *e)
{
	struct check *c = ctx;

	(void)e;
	buf_span(&c->text, text);
	return 0;
}

static int check_end(void *ctx, const struct xml_name *name, struct err *e)
{
	struct check *c = ctx;

	(void)e;
	flush_text(c);
	c->sax->endElementNs(c->user, chars(name->local), chars(name->prefix), chars(name->ns));
	return 0;
}

static int skip_pi(void *ctx, struct span target, struct span data, struct err *e)
{
	(void)ctx;
	(void)target;
	(void)data;
	(void)e;
	return 0;
}

static void check_open(struct check *c, const struct xml_schema *s, const struct xml_limits *limits, struct buf *report)
{
	static const struct xml_events events = { check_start, check_text, check_end };

	*c = (struct check){ .report = report, .first = ERR_INIT };
	/* libxml2 counts text in int; no document to be checked is that long */
	must(limits->bytes < INT32_MAX);
	c->push = xml_push_new(limits, &events, c);
	xml_push_take_pi(c->push, skip_pi);
	c->attrs = mem_new_array((size_t)limits->attrs * 5 + 1, sizeof(*c->attrs));
	c->decls = mem_new_array((size_t)limits->decls * 2 + 1, sizeof(*c->decls));
	buf_init(&c->text, (size_t)limits->bytes);
	c->valid = xmlSchemaNewValidCtxt(s->compiled);
	must(c->valid != NULL);
	xmlSchemaSetValidStructuredErrors(c->valid, on_invalid, c);
	c->plug = xmlSchemaSAXPlug(c->valid, &c->sax, &c->user);
	must(c->plug != NULL);
}

static int check_close(struct check *c, int rc, struct err *e)
{
	if (rc == 0)
		rc = xml_push_end(c->push, e);
	xmlSchemaSAXUnplug(c->plug);
	xmlSchemaFreeValidCtxt(c->valid);
	xml_push_free(c->push);
	buf_fini(&c->text);
	free(c->attrs);
	free(c->decls);
	if (rc != 0 || c->first.code == ERR_OK)
		return rc;
	*e = c->first;
	return (int)e->code;
}

int xml_schema_check(const struct xml_schema *s, struct span doc, const struct xml_limits *limits, struct buf *report,
		     struct err *e)
{
	struct check c;

	check_open(&c, s, limits, report);
	return check_close(&c, xml_push_feed(c.push, doc.p, doc.n, e), e);
}

int xml_schema_check_src(const struct xml_schema *s, struct src *doc, const struct xml_limits *limits,
			 struct buf *report, struct err *e)
{
	struct check c;
	char data[8192];
	size_t got = 1;
	int rc = 0;

	check_open(&c, s, limits, report);
	while (rc == 0 && got > 0) {
		rc = src_read(doc, data, sizeof(data), &got, e);
		if (rc == 0 && got > 0)
			rc = xml_push_feed(c.push, data, got, e);
	}
	return check_close(&c, rc, e);
}
