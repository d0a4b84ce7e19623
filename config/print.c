/* SPDX-License-Identifier: EUPL-1.2 */
/* print - the effective configuration, and the pages about its language. */
#include <string.h>

#include "config/loader.h"
#include "config/value.h"

void conf_print(const struct conf *c, struct buf *out)
{
	const struct conf_loaded *loaded = (const struct conf_loaded *)c;
	size_t width = 0;

	for (const struct conf_entry *i = loaded->entries; i != NULL; i = i->next)
		if (strlen(i->key) > width)
			width = strlen(i->key);
	for (const struct conf_entry *i = loaded->entries; i != NULL; i = i->next) {
		buf_printf(out, "%-*s = %-40s ", (int)width, i->key, i->text);
		if (i->line == 0)
			buf_puts(out, "default\n");
		else
			buf_printf(out, "%s:%u\n", c->file, i->line);
	}
}

unsigned conf_line_of(const struct conf *c, const char *key)
{
	const struct conf_loaded *loaded = (const struct conf_loaded *)c;
	size_t n = strlen(key);

	for (const struct conf_entry *i = loaded->entries; i != NULL; i = i->next)
		if (i->line != 0 && strncmp(i->key, key, n) == 0 && (i->key[n] == '\0' || i->key[n] == '.' || i->key[n] == '['))
			return i->line;
	return 0;
}

/* What a page says about one key. */
static void put_default(struct buf *out, const struct conf_field *f, const char *quote)
{
	if (f->fallback != NULL)
		buf_printf(out, "%s%s%s", quote, f->fallback, quote);
	else
		buf_puts(out, f->required ? "required" : "none");
}

static void markdown_fields(struct buf *out, const struct conf_group *g)
{
	buf_puts(out, "| key | value | default | meaning |\n|---|---|---|---|\n");
	for (size_t i = 0; i < g->count; i++) {
		const struct conf_field *f = &g->fields[i];

		buf_printf(out, "| `%s` | ", f->key);
		conf_expected(out, f);
		buf_puts(out, " | ");
		put_default(out, f, "`");
		buf_printf(out, " | %s |\n", f->help);
	}
}

/* mdoc wants each sentence to begin a line. */
static void put_sentences(struct buf *out, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		bool next = p[0] == ' ' && p > text && (p[-1] == '.' || p[-1] == ';');

		buf_putc(out, next ? '\n' : *p);
	}
	buf_putc(out, '\n');
}

static void mdoc_fields(struct buf *out, const struct conf_group *g)
{
	buf_puts(out, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < g->count; i++) {
		const struct conf_field *f = &g->fields[i];

		buf_printf(out, ".It Ic %s\n", f->key);
		put_sentences(out, f->help);
		buf_puts(out, "Expected: ");
		conf_expected(out, f);
		if (f->fallback != NULL || f->required) {
			buf_puts(out, f->required ? " (" : " (default ");
			put_default(out, f, "");
			buf_puts(out, ")");
		}
		buf_puts(out, ".\n");
	}
	buf_puts(out, ".El\n");
}

static const struct conf_group *inner_group(const struct conf_group *g, const char *key)
{
	for (size_t k = 0; k < g->count; k++)
		if (strcmp(g->fields[k].key, key) == 0)
			return g->fields[k].group;
	return NULL;
}

/* The nested groups are the same wherever they stand: described once, at the end. */
static const struct conf_group *nested_group(const char *section, const char *key)
{
	for (size_t i = 0; i < conf_section_count; i++)
		if (strcmp(conf_sections[i].name, section) == 0)
			return inner_group(&conf_sections[i], key);
	return NULL;
}

static void put_group(struct buf *out, const struct conf_group *g, const char *title, const char *help, char format)
{
	if (format == 'r') {
		buf_printf(out, ".Ss %s\n", title);
		put_sentences(out, help);
		mdoc_fields(out, g);
	} else {
		buf_printf(out, "\n## %s\n\n%s\n\n", title, help);
		markdown_fields(out, g);
	}
}

void conf_document(struct buf *out, char format)
{
	for (size_t i = 0; i < conf_section_count; i++) {
		const struct conf_group *s = &conf_sections[i];

		put_group(out, s, s->name[0] == '\0' ? "top level" : s->name, s->help, format);
	}
	put_group(out, nested_group("intermediary", "cipher_key"), "A key and its certificate",
		  "Either the first two or the last two.", format);
	put_group(out, nested_group("form", "definitions"), "An entry of form.definitions",
		  "The file alone, or a group with these keys.", format);
	put_group(out, nested_group("form", "links"), "An entry of form.links", "Both keys.", format);
	put_group(out, nested_group("delivery", "ways"), "An entry of delivery.ways", "A recipient that is delivered to in another manner.",
		  format);
	put_group(out, nested_group("delivery", "peers"), "An entry of delivery.peers", "Both keys.", format);
	put_group(out, nested_group("xta", "accounts"), "An entry of xta.accounts", "Who may call.", format);
	put_group(out, inner_group(nested_group("xta", "accounts"), "identifiers"), "An entry of identifiers",
		  "The value alone, or a group with these keys.", format);
	put_group(out, nested_group("intermediary", "tls"), "tls", "The same below intermediary, xta, form and monitor.", format);
}
