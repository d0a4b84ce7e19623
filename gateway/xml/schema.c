/* SPDX-License-Identifier: EUPL-1.2 */
#include "xml/schema.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "xml/init.h"
#include "xml/load.h"
#include "xml/push_sax.h"

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

/* One check: libxml2's validator sits between its parser and our handlers. */
struct check {
	struct xml_push *push;
	xmlSchemaValidCtxtPtr valid;
	xmlSchemaSAXPlugPtr plug;
	xmlSAXHandlerPtr sax;		/* the parser's own, put back before it is freed */
	void *user;
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

static int skip_pi(void *ctx, struct span target, struct span data, struct err *e)
{
	(void)ctx;
	(void)target;
	(void)data;
	(void)e;
	return 0;
}

static void check_begin(struct check *c, const struct xml_schema *s, const struct xml_limits *limits,
			struct buf *report)
{
	static const struct xml_events none = { NULL, NULL, NULL };

	*c = (struct check){ .push = xml_push_new(limits, &none, NULL), .report = report, .first = ERR_INIT };
	xml_push_take_pi(c->push, skip_pi);
	c->valid = xmlSchemaNewValidCtxt(s->compiled);
	must(c->valid != NULL);
	xmlSchemaSetValidStructuredErrors(c->valid, on_invalid, c);
	c->sax = c->push->parser->sax;
	c->user = c->push->parser->userData;
	c->plug = xmlSchemaSAXPlug(c->valid, &c->push->parser->sax, &c->push->parser->userData);
	must(c->plug != NULL);
	/* The plug passes every event on except errors. */
	c->push->parser->sax->serror = xml_push_sax.serror;
}

static int check_end(struct check *c, int rc, struct err *e)
{
	if (rc == 0)
		rc = xml_push_end(c->push, e);
	xmlSchemaSAXUnplug(c->plug);
	c->push->parser->sax = c->sax;
	c->push->parser->userData = c->user;
	xmlSchemaFreeValidCtxt(c->valid);
	xml_push_free(c->push);
	if (rc != 0 || c->first.code == ERR_OK)
		return rc;
	*e = c->first;
	return (int)e->code;
}

int xml_schema_check(const struct xml_schema *s, struct span doc, const struct xml_limits *limits, struct buf *report,
		     struct err *e)
{
	struct check c;

	check_begin(&c, s, limits, report);
	return check_end(&c, xml_push_feed(c.push, doc.p, doc.n, e), e);
}

int xml_schema_check_src(const struct xml_schema *s, struct src *doc, const struct xml_limits *limits,
			 struct buf *report, struct err *e)
{
	struct check c;
	char data[8192];
	size_t got = 1;
	int rc = 0;

	check_begin(&c, s, limits, report);
	while (rc == 0 && got > 0) {
		rc = src_read(doc, data, sizeof(data), &got, e);
		if (rc == 0 && got > 0)
			rc = xml_push_feed(c.push, data, got, e);
	}
	return check_end(&c, rc, e);
}
