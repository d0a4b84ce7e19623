/* SPDX-License-Identifier: EUPL-1.2 */
/* YAML to a small tree with line numbers; anchors, aliases and tags are refused. */
#include "config/tree.h"

#include <string.h>

#include <yaml.h>

#include "base/mem.h"

struct reader {
	yaml_parser_t parser;
	struct arena *arena;
	unsigned nodes;
	unsigned *line;
	struct err *err;
};

/* What a list or a mapping under construction needs. */
struct level {
	struct conf_node *node;
	struct conf_node **tail;
	const char *key;		/* of the value to come, in a mapping */
	unsigned key_line;
};

static unsigned line_of(const yaml_mark_t *mark)
{
	return (unsigned)mark->line + 1;
}

static int next_event(struct reader *r, yaml_event_t *ev)
{
	const yaml_parser_t *p = &r->parser;

	if (yaml_parser_parse(&r->parser, ev) == 1)
		return 0;
	/* Errors of decoding have no mark. */
	*r->line = line_of(p->error == YAML_READER_ERROR ? &p->mark : &p->problem_mark);
	return err_set(r->err, ERR_SYNTAX, "not YAML: %s%s%s", p->problem == NULL ? "?" : p->problem,
		       p->context == NULL ? "" : ", ", p->context == NULL ? "" : p->context);
}

static const struct {
	yaml_event_type_t type;
	enum conf_kind kind;
} kinds[] = {
	{ YAML_SCALAR_EVENT, CONF_SCALAR },
	{ YAML_SEQUENCE_START_EVENT, CONF_LIST },
	{ YAML_MAPPING_START_EVENT, CONF_MAP },
};

/* The three kinds of events that begin a value have their anchor and tag at different places. */
static bool is_decorated(const yaml_event_t *ev)
{
	switch (ev->type) {
	case YAML_SCALAR_EVENT:
		return ev->data.scalar.anchor != NULL || ev->data.scalar.tag != NULL;
	case YAML_SEQUENCE_START_EVENT:
		return ev->data.sequence_start.anchor != NULL || ev->data.sequence_start.tag != NULL;
	case YAML_MAPPING_START_EVENT:
		return ev->data.mapping_start.anchor != NULL || ev->data.mapping_start.tag != NULL;
	default:
		return ev->type == YAML_ALIAS_EVENT;
	}
}

static int take_scalar(struct reader *r, const yaml_event_t *ev, struct conf_node *node)
{
	struct span text = { (const char *)ev->data.scalar.value, ev->data.scalar.length };

	if (text.n > 0 && memchr(text.p, '\0', text.n) != NULL)
		return err_set(r->err, ERR_SYNTAX, "a NUL character, expected text");
	node->text = arena_dup_n(r->arena, text.n == 0 ? "" : text.p, text.n);
	node->empty = ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
		      (text.n == 0 || span_is(text, "~") || span_is_nocase(text, "null"));
	return 0;
}

static int new_node(struct reader *r, const yaml_event_t *ev, struct conf_node **out)
{
	struct conf_node *node;

	*r->line = line_of(&ev->start_mark);
	if (is_decorated(ev))
		return err_set(r->err, ERR_SYNTAX, "anchors, aliases and tags are not supported, expected plain values");
	if (++r->nodes > CONF_NODES_MAX)
		return err_set(r->err, ERR_LIMIT, "more than %d values", CONF_NODES_MAX);
	node = arena_alloc(r->arena, sizeof(*node));
	node->line = line_of(&ev->start_mark);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].type == ev->type)
			node->kind = kinds[i].kind;
	*out = node;
	return node->kind == CONF_SCALAR ? take_scalar(r, ev, node) : 0;
}

/* A scalar in a mapping that has no key yet is the next key. */
static int take_key(struct reader *r, struct level *l, const struct conf_node *node)
{
	const struct conf_node *old;

	if (node->kind != CONF_SCALAR || node->empty)
		return err_set(r->err, ERR_SYNTAX, "%s as a key, expected a word", conf_kind_name(node->kind));
	old = conf_tree_get(l->node, node->text);
	if (old != NULL)
		return err_set(r->err, ERR_SYNTAX, "%s: twice, expected once (first in line %u)", node->text,
			       old->key_line);
	l->key = node->text;
	l->key_line = node->line;
	return 0;
}

static void append(struct level *l, struct conf_node *node)
{
	node->key = l->key;
	node->key_line = l->key_line;
	l->key = NULL;
	*l->tail = node;
	l->tail = &node->next;
}

static int take_value(struct reader *r, const yaml_event_t *ev, struct level levels[], unsigned *depth,
		      struct conf_node **root)
{
	struct level *top = &levels[*depth];
	struct conf_node *node = NULL;
	int rc = new_node(r, ev, &node);

	if (rc != 0)
		return rc;
	must(*depth == 0 || top->node != NULL);
	if (*depth == 0)
		*root = node;
	else if (top->node->kind == CONF_MAP && top->key == NULL)
		return take_key(r, top, node);
	else
		append(top, node);
	if (node->kind == CONF_SCALAR)
		return 0;
	if (*depth == CONF_DEPTH_MAX)
		return err_set(r->err, ERR_LIMIT, "nested deeper than %d levels", CONF_DEPTH_MAX);
	levels[++*depth] = (struct level){ .node = node, .tail = &node->first };
	return 0;
}

static int read_document(struct reader *r, struct conf_node **root)
{
	struct level levels[CONF_DEPTH_MAX + 1] = { 0 };
	unsigned depth = 0, documents = 0;
	bool over = false;
	int rc = 0;

	while (rc == 0 && !over) {
		yaml_event_t ev;

		rc = next_event(r, &ev);
		if (rc != 0)
			return rc;
		switch (ev.type) {
		case YAML_STREAM_END_EVENT:
			over = true;
			break;
		case YAML_DOCUMENT_START_EVENT:
			*r->line = line_of(&ev.start_mark);
			if (++documents > 1)
				rc = err_set(r->err, ERR_SYNTAX, "a second document, expected one");
			break;
		case YAML_SEQUENCE_END_EVENT:
		case YAML_MAPPING_END_EVENT:
			depth--;
			break;
		case YAML_SCALAR_EVENT:
		case YAML_SEQUENCE_START_EVENT:
		case YAML_MAPPING_START_EVENT:
		case YAML_ALIAS_EVENT:
			rc = take_value(r, &ev, levels, &depth, root);
			break;
		default:
			break;
		}
		yaml_event_delete(&ev);
	}
	return rc;
}

int conf_tree_read(struct span text, struct arena *a, struct conf_node **root, unsigned *line, struct err *e)
{
	struct reader r = { .arena = a, .line = line, .err = e };
	int rc;

	*line = 1;
	if (text.n > CONF_FILE_MAX)
		return err_set(e, ERR_LIMIT, "more than %u bytes", CONF_FILE_MAX);
	if (span_starts(text, "\xef\xbb\xbf"))	/* libyaml skips the byte order mark only where it guesses the encoding */
		text = (struct span){ text.p + 3, text.n - 3 };
	if (yaml_parser_initialize(&r.parser) != 1)
		return err_set(e, ERR_NOMEM, "YAML parser");
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.n == 0 ? "" : text.p), text.n);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	*root = NULL;
	rc = read_document(&r, root);
	yaml_parser_delete(&r.parser);
	if (rc != 0)
		return rc;
	if (*root == NULL || ((*root)->kind == CONF_SCALAR && (*root)->empty)) {
		*root = arena_alloc(a, sizeof(**root));
		(*root)->kind = CONF_MAP;
		(*root)->line = 1;
	}
	if ((*root)->kind != CONF_MAP) {
		*line = (*root)->line;
		return err_set(e, ERR_SYNTAX, "%s, expected keys such as data_dir: /var/lib/depesche",
			       conf_kind_name((*root)->kind));
	}
	return 0;
}

const struct conf_node *conf_tree_get(const struct conf_node *map, const char *key)
{
	for (const struct conf_node *n = map->first; n != NULL; n = n->next)
		if (strcmp(n->key, key) == 0)
			return n;
	return NULL;
}

const char *conf_kind_name(enum conf_kind kind)
{
	static const char *const names[] = { "a value", "a list", "a group of keys" };

	return names[kind];
}
