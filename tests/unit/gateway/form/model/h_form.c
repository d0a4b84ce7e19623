/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_form.h says what they do. */
#include "h_form.h"

#include "cm.h"

#include "base/mem.h"

static char *quotes(char *s)
{
	for (char *p = s; *p != '\0'; p++) {
		if (*p == '\'')
			*p = '"';
	}
	return s;
}

static char *whole(const char *components, const char *display)
{
	return quotes(
		mem_printf("{'title':'Test','path':'test','display':'%s','components':[%s]}", display, components));
}

static struct form_definition *load(const char *components, const char *display)
{
	struct err e = ERR_INIT;
	struct form_definition *d = NULL;
	char *text = whole(components, display);
	if (form_definition_read(span_of(text), "test", NULL, NULL, &d, &e) != 0)
		fail_msg("%s", e.text);
	free(text);
	return d;
}

struct form_definition *h_form(const char *components)
{
	return load(components, "form");
}

struct form_definition *h_wizard(const char *components)
{
	return load(components, "wizard");
}

static void collect(void *ctx, const char *text)
{
	buf_puts(ctx, text);
	buf_putc(ctx, '\n');
}

char *h_form_findings(const char *components)
{
	struct err e = ERR_INIT;
	struct form_definition *d = NULL;
	struct buf b;
	char *text = whole(components, "form");
	buf_init(&b, 65536);
	if (form_definition_read(span_of(text), "test", collect, &b, &d, &e) == 0)
		form_definition_free(d);
	else if (b.n == 0)
		buf_puts(&b, e.text);
	free(text);
	return buf_take(&b);
}

json_t *h_json(const char *text)
{
	struct err e = ERR_INIT;
	json_t *v = NULL;
	char *copy = quotes(mem_dup(text));
	assert_ok(json_read(span_of(copy), "values", &v, &e), e);
	free(copy);
	return v;
}
