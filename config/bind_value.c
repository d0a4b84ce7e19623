/* SPDX-License-Identifier: EUPL-1.2 */
/* bind_value - one value of the file, or its default, into one member of the snapshot. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "config/loader.h"
#include "config/text.h"
#include "config/value.h"

/* One value under way: where it comes from and how to complain. */
struct bound {
	struct conf_loader *l;
	const struct conf_field *f;
	const char *path;
	unsigned line;
};

static bool wrong(const struct bound *b, const char *what)
{
	struct buf expected;

	buf_init(&expected, 500);
	conf_expected(&expected, b->f);
	conf_problem(b->l, b->line, b->path, "%.200s, expected %s", what, buf_str(&expected));
	buf_fini(&expected);
	return false;
}

static bool wrong_text(const struct bound *b, const char *text)
{
	char what[300];

	(void)snprintf(what, sizeof(what), "\"%.200s\"", text);
	return wrong(b, text[0] == '\0' ? "no value" : what);
}

static char *resolve(const struct bound *b, const char *text)
{
	if (text[0] == '/')
		return arena_dup(b->l->to->arena, text);
	return arena_printf(b->l->to->arena, "%s/%s", b->l->dir, text);
}

static bool check_readable(const struct bound *b, const char *path)
{
	struct err e = ERR_INIT;
	struct stat st;

	if (!b->l->check_files)
		return true;
	if (stat(path, &st) != 0 || access(path, R_OK) != 0) {
		conf_problem(b->l, b->line, b->path, "%s: %s, expected %s", path, strerror(errno),
			     b->f->type == CONF_PATHS ? "a file or folder that can be read" : "a file that can be read");
		return false;
	}
	if (S_ISDIR(st.st_mode) && b->f->type != CONF_PATHS) {
		conf_problem(b->l, b->line, b->path, "%s: a folder, expected a file", path);
		return false;
	}
	if (b->f->type == CONF_SECRET && file_check_private(path, &e) != 0) {
		conf_problem(b->l, b->line, b->path, "%s, expected a file that only its owner can read", e.text);
		return false;
	}
	return true;
}

static bool in_range(const struct bound *b, uint64_t value)
{
	return value >= b->f->min && value <= b->f->max;
}

static bool bind_number(const struct bound *b, const char *text, void *at)
{
	uint64_t value = 0;
	int64_t ms = 0;

	switch (b->f->type) {
	case CONF_COUNT:
		if (!span_u64(span_of(text), UINT32_MAX, &value) || !in_range(b, value))
			return wrong_text(b, text);
		*(uint32_t *)at = (uint32_t)value;
		return true;
	case CONF_SIZE:
		if (!conf_size_parse(span_of(text), &value) || !in_range(b, value))
			return wrong_text(b, text);
		*(uint64_t *)at = value;
		return true;
	default:
		if (!conf_time_parse(span_of(text), &ms) || !in_range(b, (uint64_t)ms))
			return wrong_text(b, text);
		*(int64_t *)at = ms;
		return true;
	}
}

static bool bind_string(const struct bound *b, const char *text, char **at)
{
	if (!conf_text_check(b->f, text))
		return wrong_text(b, text);
	switch (b->f->type) {
	case CONF_FILE:
	case CONF_SECRET:
	case CONF_FILES:
	case CONF_PATHS:
		*at = resolve(b, text);
		return check_readable(b, *at);
	case CONF_PLACE:
		*at = resolve(b, text);
		return true;
	default:
		*at = arena_dup(b->l->to->arena, text);
		return true;
	}
}

static bool bind_list(struct bound *b, const struct conf_node *node, struct conf_list *at)
{
	bool good = true;
	size_t n = 0;

	for (const struct conf_node *i = node->first; i != NULL; i = i->next)
		n++;
	if (n < b->f->min)
		return wrong(b, "an empty list");
	if (n > b->f->max) {
		conf_problem(b->l, b->line, b->path, "%zu entries, expected at most %llu", n,
			     (unsigned long long)b->f->max);
		return false;
	}
	at->item = arena_alloc(b->l->to->arena, (n + 1) * sizeof(*at->item));
	for (const struct conf_node *i = node->first; i != NULL; i = i->next) {
		b->line = i->line;
		if (i->kind != CONF_SCALAR)
			good = wrong(b, conf_kind_name(i->kind));
		else
			good = bind_string(b, i->empty ? "" : i->text, &at->item[at->n++]) && good;
	}
	return good;
}

static bool is_list(enum conf_type type)
{
	return type == CONF_TEXTS || type == CONF_URLS || type == CONF_ORIGINS || type == CONF_NETWORKS || type == CONF_FILES ||
	       type == CONF_DIGESTS || type == CONF_PATHS;
}

static bool bind_scalar(const struct bound *b, const char *text, void *at)
{
	switch (b->f->type) {
	case CONF_FLAG:
		if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
			return wrong_text(b, text);
		*(bool *)at = text[0] == 't';
		return true;
	case CONF_COUNT:
	case CONF_SIZE:
	case CONF_TIME:
		return bind_number(b, text, at);
	case CONF_DATE:
		return conf_date_parse(span_of(text), at) || wrong_text(b, text);
	case CONF_LISTEN:
		return conf_listen_parse(span_of(text), b->l->to->arena, at) || wrong_text(b, text);
	default:
		return bind_string(b, text, at);
	}
}

/* The effective value as a person would write it. */
static void print_value(struct buf *out, const struct conf_field *f, const void *at)
{
	const struct conf_list *list = at;
	const struct conf_listen *listen = at;

	switch (f->type) {
	case CONF_FLAG:
		buf_puts(out, *(const bool *)at ? "true" : "false");
		break;
	case CONF_COUNT:
		buf_printf(out, "%u", *(const uint32_t *)at);
		break;
	case CONF_SIZE:
		conf_size_print(out, *(const uint64_t *)at);
		break;
	case CONF_TIME:
		conf_time_print(out, (uint64_t) * (const int64_t *)at);
		break;
	case CONF_DATE:
		conf_date_print(out, *(const int64_t *)at);
		break;
	case CONF_LISTEN:
		buf_printf(out, "%s:%u", listen->address, (unsigned)listen->port);
		break;
	default:
		if (!is_list(f->type)) {
			buf_puts(out, *(char *const *)at);
			break;
		}
		for (size_t i = 0; i < list->n; i++)
			buf_printf(out, "%s%s", i == 0 ? "[" : ", ", list->item[i]);
		buf_puts(out, list->n == 0 ? "[]" : "]");
	}
}

static void record(const struct bound *b, const void *at, unsigned line)
{
	struct conf_entry *entry = arena_alloc(b->l->to->arena, sizeof(*entry));
	struct buf text;

	buf_init(&text, CONF_FILE_MAX);
	print_value(&text, b->f, at);
	entry->key = b->path;
	entry->text = arena_dup_n(b->l->to->arena, buf_str(&text), text.n);
	entry->line = line;
	buf_fini(&text);
	*b->l->entries_tail = entry;
	b->l->entries_tail = &entry->next;
}

static bool bind_node(struct bound *b, const struct conf_node *node, void *at)
{
	enum conf_kind wanted = is_list(b->f->type) ? CONF_LIST : CONF_SCALAR;

	if (node->kind == wanted)
		return wanted == CONF_LIST ? bind_list(b, node, at) : bind_scalar(b, node->empty ? "" : node->text, at);
	return wrong(b, node->kind == CONF_SCALAR && node->empty ? "no value" : conf_kind_name(node->kind));
}

bool conf_bind_value(struct conf_loader *l, const struct conf_field *f, const char *path, const struct conf_node *node,
		     void *at)
{
	struct bound b = { .l = l, .f = f, .path = path, .line = node == NULL ? 1 : node->line };
	bool good = true;

	if (node != NULL)
		good = bind_node(&b, node, at);
	else if (f->fallback != NULL)
		good = bind_scalar(&b, f->fallback, at);
	if (good && (node != NULL || f->fallback != NULL || is_list(f->type)))
		record(&b, at, node == NULL ? 0 : node->key_line != 0 ? node->key_line : node->line);
	return good;
}
