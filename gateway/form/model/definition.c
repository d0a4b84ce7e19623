/* SPDX-License-Identifier: EUPL-1.2 */
/* A Form.io definition as a whole: head, tree of components, pages. */
#include "form/model/definition.h"

#include <glib.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/mem.h"
#include "form/model/definition_read.h"

void form_reader_find(struct form_reader *r, const char *path, const char *property, const char *fmt, ...)
{
	char why[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	char *text = mem_printf("%s: %s: %s", *path == '\0' ? "form" : path, property, why);
	if (r->findings++ > 0)
		buf_puts(&r->first, "\n");
	buf_puts(&r->first, text);
	if (r->problem != NULL)
		r->problem(r->ctx, text);
	free(text);
}

static bool key_is_good(const char *key)
{
	size_t n = strlen(key);

	if (n == 0 || n > FORM_KEY_MAX || strspn(key, "0123456789-_") > 0)
		return false;
	return strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == n;
}

bool form_key_is_reserved(const char *key)
{
	static const char *const reserved[] = { "__proto__", "constructor", "prototype", "hasOwnProperty",
						"isPrototypeOf", "propertyIsEnumerable", "toString", "toLocaleString",
						"valueOf", "__defineGetter__", "__defineSetter__", "__lookupGetter__",
						"__lookupSetter__" };

	for (size_t i = 0; i < ARRAY_LEN(reserved); i++) {
		if (strcmp(reserved[i], key) == 0)
			return true;
	}
	return false;
}

static size_t count_components(const json_t *list, int depth)
{
	size_t n = 0, i, j;
	json_t *comp, *column;

	if (depth > FORM_DEPTH_MAX)
		return 0;
	json_array_foreach((json_t *)(uintptr_t)list, i, comp) {
		n += 1 + count_components(json_object_get(comp, "components"), depth + 1);
		json_array_foreach(json_object_get(comp, "columns"), j, column) {
			n += count_components(json_object_get(column, "components"), depth + 1);
		}
	}
	return n;
}

static void check_key(struct form_reader *r, const char *path, const struct form_field *f)
{
	if (f->key == NULL) {
		if (f->holds != FORM_HOLDS_NOTHING)
			form_reader_find(r, path, "key", "missing");
		return;
	}
	if (form_key_is_reserved(f->key))
		form_reader_find(r, path, "key", "\"%s\" is a member of every object in JavaScript", f->key);
	else if (!key_is_good(f->key))
		form_reader_find(r, path, "key",
				 "\"%s\" is not a usable key (letters, digits, _ and -, a letter first)", f->key);
	for (const struct form_field *o = r->d->fields; o < f; o++) {
		if (o->key != NULL && strcmp(o->key, f->key) == 0) {
			form_reader_find(r, path, "key", "\"%s\" is used twice", f->key);
			break;
		}
	}
}

static void read_list(struct form_reader *r, const json_t *list, const struct form_field *parent, const char *path,
		      int depth);

static void read_component(struct form_reader *r, const json_t *comp, const struct form_field *parent,
			   const char *above, size_t nr, int depth)
{
	struct form_definition *d = r->d;
	const char *type = json_opt_string(comp, "type", "");
	const char *key = form_json_text(comp, "key");
	const char *path = key != NULL ? arena_printf(d->arena, "%s%s%s", above, *above ? "." : "", key)
				       : arena_printf(d->arena, "%s[%zu]", above, nr);
	struct form_field *f = &d->fields[d->count];

	f->index = d->count++;
	f->key = key;
	f->parent = parent;
	bool known = form_type_parse(type, &f->type);

	if (!known) {
		form_reader_find(r, path, "type", "\"%s\" is not supported", type);
		f->type = FORM_WELL;
	}
	f->holds = form_type_holds(f->type);
	check_key(r, path, f);
	if (known)
		form_check_component(r, path, comp, f->type);
	form_read_field(r, path, comp, f);
	read_list(r, json_object_get(comp, "components"), f, path, depth + 1);
	size_t i;
	json_t *column;
	json_array_foreach(json_object_get(comp, "columns"), i, column) {
		read_list(r, json_object_get(column, "components"), f, path, depth + 1);
	}
	f->end = d->count;
	if (f->holds == FORM_HOLDS_FILES)
		d->has_files = true;
	r->sources[f->index] = (struct form_source){ comp, path };
}

static void read_list(struct form_reader *r, const json_t *list, const struct form_field *parent, const char *path,
		      int depth)
{
	size_t i;
	json_t *comp;

	if (list != NULL && depth > FORM_DEPTH_MAX) {
		form_reader_find(r, path, "components", "nested deeper than %d", FORM_DEPTH_MAX);
		return;
	}
	json_array_foreach((json_t *)(uintptr_t)list, i, comp) {
		if (json_is_object(comp))
			read_component(r, comp, parent, path, i, depth);
		else
			form_reader_find(r, path, "components", "entry %zu is not an object", i);
	}
}

static void make_pages(struct form_reader *r, bool wizard)
{
	struct form_definition *d = r->d;

	d->pages = arena_alloc(d->arena, (d->count + 1) * sizeof(*d->pages));
	if (!wizard) {
		d->pages[0] = (struct form_page){ d->title, 0, d->count, NULL };
		d->page_count = 1;
		return;
	}
	for (size_t i = 0; i < d->count; i = d->fields[i].end) {
		const struct form_field *f = &d->fields[i];
		if (f->type == FORM_BUTTON)
			continue;
		if (f->type != FORM_PANEL)
			form_reader_find(r, f->key == NULL ? "" : f->key, "type",
					 "the top level of a wizard has panels only, this is \"%s\"",
					 form_type_name(f->type));
		for (size_t j = i; j < f->end; j++)
			d->fields[j].page = d->page_count;
		d->pages[d->page_count++] = (struct form_page){ f->label, i + 1, f->end, f };
	}
	if (d->page_count == 0)
		form_reader_find(r, "", "components", "a wizard needs a panel");
}

static bool id_is_good(const char *id)
{
	size_t n = strlen(id);

	return n > 0 && n <= 64 && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == n && id[0] != '-';
}

static int read_id(const json_t *definition, const char *what, const char **id, struct err *e)
{
	*id = form_json_text(definition, "path");
	if (*id == NULL)
		*id = form_json_text(definition, "name");
	if (*id == NULL || !id_is_good(*id))
		return err_set(e, ERR_SYNTAX, "%s: path: needed, of a-z, 0-9 and -, at most 64", what);
	return 0;
}

int form_definition_id(const char *path, char **id, struct err *e)
{
	const char *text;
	json_t *json = NULL;
	int rc = json_read_file(path, FORM_DEFINITION_MAX, &json, e);

	if (rc == 0)
		rc = read_id(json, path, &text, e);
	if (rc == 0)
		*id = mem_dup(text);
	json_decref(json);
	return rc;
}

static int read_head(struct form_definition *d, const char *what, struct err *e)
{
	int rc = read_id(d->json, what, &d->id, e);

	if (rc != 0)
		return rc;
	d->title = form_json_text(d->json, "title");
	if (d->title == NULL)
		return err_set(e, ERR_SYNTAX, "%s: title: missing", what);
	d->leika = form_json_text(d->json, "properties.leika");
	if (d->leika != NULL && (strlen(d->leika) != 14 || strspn(d->leika, "0123456789") != 14))
		return err_set(e, ERR_SYNTAX, "%s: properties.leika: not 14 digits", what);
	if (!json_is_array(json_object_get(d->json, "components")))
		return err_set(e, ERR_SYNTAX, "%s: components: missing", what);
	return 0;
}

static void read_version(struct form_reader *r, struct span text)
{
	uint8_t sum[SHA256_LEN];
	char *hex;

	r->d->version = form_read_plain(r, "", r->d->json, "properties.version");
	if (r->d->version != NULL)
		return;
	hex = arena_alloc(r->d->arena, 2 * SHA256_LEN + 1);
	sha256(text.p, text.n, sum);
	hex_encode(sum, 8, hex);
	r->d->version = hex;
}

static void read_head_texts(struct form_reader *r)
{
	struct form_definition *d = r->d;
	const char *about = form_json_text(d->json, "properties.description");
	const char *declaration = form_json_text(d->json, "properties.declaration");
	struct form_markup m;

	form_check_form(r, d->json);
	d->title = form_read_plain(r, "", d->json, "title");
	if (d->title == NULL)
		d->title = "";
	if (form_read_markup(r, "", "properties.description", about, false, &m)) {
		d->description = m.text;
		d->description_html = m.html;
	}
	if (form_read_markup(r, "", "properties.declaration", declaration, false, &m)) {
		d->declaration = m.text;
		d->declaration_html = m.html;
	}
}

static int read_fields(struct form_reader *r, const char *what, struct err *e)
{
	struct form_definition *d = r->d;
	const json_t *list = json_object_get(d->json, "components");
	size_t n = count_components(list, 0);

	if (n == 0 || n > FORM_FIELDS_MAX)
		return err_set(e, ERR_SYNTAX, "%s: components: %zu of them, 1 to %d are possible", what, n,
			       FORM_FIELDS_MAX);
	d->fields = arena_alloc(d->arena, n * sizeof(*d->fields));
	r->sources = arena_alloc(d->arena, n * sizeof(*r->sources));
	read_list(r, list, NULL, "", 0);
	for (size_t i = 0; i < d->count; i++)
		form_read_condition(r, r->sources[i].path, r->sources[i].comp, &d->fields[i]);
	make_pages(r, strcmp(json_opt_string(d->json, "display", "form"), "wizard") == 0);
	return 0;
}

int form_definition_read(struct span text, const char *what, form_problem_fn *problem, void *ctx,
			 struct form_definition **out, struct err *e)
{
	struct form_definition *d = mem_new(sizeof(*d));
	struct form_reader r = { .d = d, .problem = problem, .ctx = ctx };
	int rc;

	d->arena = arena_new();
	buf_init(&r.first, 300);
	rc = json_read(text, what, &d->json, e);
	if (rc == 0)
		rc = read_head(d, what, e);
	if (rc != 0)
		goto out;
	read_head_texts(&r);
	read_version(&r, text);
	rc = read_fields(&r, what, e);
	if (rc == 0 && r.findings > 0)
		rc = err_set(e, ERR_UNSUPPORTED, "%s: %zu finding(s): %s", what, r.findings, buf_str(&r.first));
	if (rc != 0)
		goto out;
	*out = d;
	d = NULL;
out:
	buf_fini(&r.first);
	form_definition_free(d);
	return rc;
}

int form_definition_load(const char *path, form_problem_fn *problem, void *ctx, struct form_definition **out,
			 struct err *e)
{
	struct buf b;
	int rc;

	buf_init(&b, FORM_DEFINITION_MAX);
	rc = file_read(path, &b, e);
	if (rc == 0)
		rc = form_definition_read(buf_view(&b), path, problem, ctx, out, e);
	buf_fini(&b);
	return rc;
}

void form_definition_free(struct form_definition *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < d->count; i++) {
		if (d->fields[i].rules.regex != NULL)
			g_regex_unref(d->fields[i].rules.regex);
	}
	json_decref(d->json);
	arena_free(d->arena);
	free(d);
}
