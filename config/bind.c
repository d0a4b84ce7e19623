/* SPDX-License-Identifier: EUPL-1.2 */
/* bind - walks the schema and the tree side by side: what is unknown, missing or of the wrong kind is a problem. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/loader.h"
#include "config/value.h"

/* What came from the file goes to a terminal: no control characters. */
static void defuse(char *p)
{
	for (; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
}

void conf_problem(struct conf_loader *l, unsigned line, const char *key, const char *fmt, ...)
{
	char text[1000], where[200];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)snprintf(where, sizeof(where), "%.180s%s", key, key[0] == '\0' ? "" : ": ");
	defuse(text);
	defuse(where);
	if (l->problem_count++ == 0)
		(void)err_set(l->err, ERR_CONFIG, "%s:%u: %s%s", l->label, line, where, text);
	if (l->problem_count <= CONF_PROBLEMS_MAX)
		buf_printf(l->problems, "%s:%u: %s%s\n", l->label, line, where, text);
}

static unsigned distance(const char *a, const char *b)
{
	unsigned row[64];
	size_t n = strlen(b);

	if (n >= 63 || strlen(a) >= 63)
		return 63;
	for (unsigned i = 0; i <= n; i++)
		row[i] = i;
	for (; *a != '\0'; a++) {
		unsigned diagonal = row[0];

		row[0]++;
		for (size_t i = 1; i <= n; i++) {
			unsigned change = diagonal + (*a != b[i - 1]), drop = row[i] + 1, add = row[i - 1] + 1;

			diagonal = row[i];
			row[i] = change < drop ? change : drop;
			row[i] = row[i] < add ? row[i] : add;
		}
	}
	return row[n];
}

/* Names what the user probably meant, or all there is. */
static void unknown_key(struct conf_loader *l, const char *path, const struct conf_node *node,
			const char *const *names, size_t n)
{
	const char *best = NULL;
	unsigned least = 3;
	struct buf all;

	buf_init(&all, 700);
	for (size_t i = 0; i < n; i++) {
		unsigned d = distance(node->key, names[i]);

		if (d < least) {
			least = d;
			best = names[i];
		}
		buf_printf(&all, "%s%s", i == 0 ? "" : ", ", names[i]);
	}
	if (best != NULL)
		conf_problem(l, node->key_line, path, "unknown key, expected %s", best);
	else
		conf_problem(l, node->key_line, path, "unknown key, expected one of %s", buf_str(&all));
	buf_fini(&all);
}

static const char *join(struct conf_loader *l, const char *prefix, const char *key)
{
	return prefix[0] == '\0' ? arena_dup(l->to->arena, key) : arena_printf(l->to->arena, "%s.%s", prefix, key);
}

static void find_unknown(struct conf_loader *l, const struct conf_group *g, const char *prefix,
			 const struct conf_node *map)
{
	const char *names[64];
	size_t n = 0;

	for (size_t i = 0; i < g->count; i++)
		names[n++] = g->fields[i].key;
	/* At the top level sections and keys stand side by side. */
	for (size_t i = 1; prefix[0] == '\0' && i < conf_section_count; i++)
		names[n++] = conf_sections[i].name;
	for (const struct conf_node *node = map->first; node != NULL; node = node->next) {
		bool known = false;

		for (size_t i = 0; i < n; i++)
			known = known || strcmp(names[i], node->key) == 0;
		if (!known)
			unknown_key(l, join(l, prefix, node->key), node, names, n);
	}
}

static void bind_group(struct conf_loader *l, const struct conf_group *g, const char *prefix,
		       const struct conf_node *map, char *base);
static void bind_field(struct conf_loader *l, const struct conf_field *f, const char *path, const struct conf_node *node,
		       char *at);

/* A mapping, or a problem and NULL. */
static const struct conf_node *need_map(struct conf_loader *l, const struct conf_node *node, const char *path,
					const char *expected)
{
	if (node->kind == CONF_MAP)
		return node;
	conf_problem(l, node->line, path, "%s, expected %s",
		     node->kind == CONF_SCALAR && node->empty ? "no value" : conf_kind_name(node->kind), expected);
	return NULL;
}

static void bind_nested(struct conf_loader *l, const struct conf_field *f, const char *path,
			const struct conf_node *node, char *at)
{
	const struct conf_node *map = node == NULL ? NULL : need_map(l, node, path, f->group->expected);

	if (map == NULL)
		return;
	if (f->group->pointer) {
		char *nested = arena_alloc(l->to->arena, f->group->size);

		memcpy(at, &nested, sizeof(nested));
		at = nested;
	}
	bind_group(l, f->group, path, map, at);
}

static void bind_item(struct conf_loader *l, const struct conf_field *f, const char *path, const struct conf_node *node,
		      char *at)
{
	const struct conf_field *fields = f->group->fields;

	if (node->kind != CONF_SCALAR) {
		bind_nested(l, f, path, node, at);
		return;
	}
	for (size_t i = 0; i < f->group->count; i++)	/* the others have their defaults */
		bind_field(l, &fields[i], join(l, path, fields[i].key), i == 0 ? node : NULL, at + fields[i].offset);
}

/* The struct has a pointer to its entries and their number, in this order. */
static void bind_items(struct conf_loader *l, const struct conf_field *f, const char *path, const struct conf_node *node,
		       char *at)
{
	size_t n = 0, k = 0;
	char *items;

	if (node->kind != CONF_LIST || node->first == NULL) {
		conf_problem(l, node->line, path, "%s, expected a list of %s",
			     node->kind == CONF_LIST	? "an empty list" :
			     node->kind == CONF_SCALAR && node->empty ? "no value" :
							  conf_kind_name(node->kind),
			     f->group->expected);
		return;
	}
	for (const struct conf_node *i = node->first; i != NULL; i = i->next)
		n++;
	if (n > f->max) {
		conf_problem(l, node->line, path, "%zu entries, expected at most %llu", n, (unsigned long long)f->max);
		return;
	}
	items = arena_alloc(l->to->arena, n * f->group->size);
	memcpy(at, &items, sizeof(items));
	memcpy(at + sizeof(items), &n, sizeof(n));
	for (const struct conf_node *i = node->first; i != NULL; i = i->next, k++)
		bind_item(l, f, arena_printf(l->to->arena, "%s[%zu]", path, k + 1), i, items + k * f->group->size);
}

static void missing(struct conf_loader *l, const struct conf_field *f, const char *path, const struct conf_node *map)
{
	struct buf expected;

	buf_init(&expected, 500);
	conf_expected(&expected, f);
	conf_problem(l, map == NULL ? 1 : map->key_line == 0 ? map->line : map->key_line, path, "missing, expected %s",
		     buf_str(&expected));
	buf_fini(&expected);
}

/* node NULL: the key is absent. */
static void bind_field(struct conf_loader *l, const struct conf_field *f, const char *path, const struct conf_node *node,
		       char *at)
{
	if (f->type == CONF_GROUP)
		bind_nested(l, f, path, node, at);
	else if (f->type == CONF_GROUPS && node != NULL)
		bind_items(l, f, path, node, at);
	else if (f->type != CONF_GROUPS)
		(void)conf_bind_value(l, f, path, node, at);
}

/* map NULL: the section is absent and all keys take their defaults. */
static void bind_group(struct conf_loader *l, const struct conf_group *g, const char *prefix,
		       const struct conf_node *map, char *base)
{
	if (map != NULL)
		find_unknown(l, g, prefix, map);
	for (size_t i = 0; i < g->count; i++) {
		const struct conf_field *f = &g->fields[i];
		const struct conf_node *node = map == NULL ? NULL : conf_tree_get(map, f->key);
		const char *path = join(l, prefix, f->key);

		if (node == NULL && f->required)
			missing(l, f, path, map);
		else
			bind_field(l, f, path, node, base + f->offset);
	}
}

void conf_bind(struct conf_loader *l, const struct conf_node *root)
{
	char *conf = (char *)&l->to->conf;

	bind_group(l, &conf_sections[0], "", root, conf);
	for (size_t i = 1; i < conf_section_count; i++) {
		const struct conf_group *s = &conf_sections[i];
		const struct conf_node *node = conf_tree_get(root, s->name);
		char *base = conf + s->offset;

		if (node != NULL && need_map(l, node, s->name, "keys below it") == NULL)
			continue;
		if (s->pointer && node == NULL)
			continue;
		if (s->pointer) {
			char *role = arena_alloc(l->to->arena, s->size);

			memcpy(base, &role, sizeof(role));
			base = role;
		}
		bind_group(l, s, s->name, node, base);
	}
}
