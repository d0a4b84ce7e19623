/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * tree - the text of a configuration as a small tree with line numbers. Private to this folder; one thread.
 *
 * A plain subset of YAML: one document of mappings, lists and scalars. Anchors, aliases and tags are refused (nobody
 * needs them here, and they make small texts large), and so are duplicate keys.
 */
#ifndef CONFIG_TREE_H
#define CONFIG_TREE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

#define CONF_FILE_MAX 262144u
#define CONF_DEPTH_MAX 7
#define CONF_NODES_MAX 10000

enum conf_kind { CONF_SCALAR, CONF_LIST, CONF_MAP };

struct conf_node {
	enum conf_kind kind;
	unsigned line;			/* where the value begins, from 1 */
	unsigned key_line;		/* where its key stands, in a mapping */
	const char *key;		/* in a mapping, otherwise NULL */
	const char *text;		/* of a scalar */
	bool empty;			/* a scalar without a value: nothing, ~ or null */
	struct conf_node *first;	/* of a list or a mapping */
	struct conf_node *next;		/* in the same list or mapping */
};

/* *line is set on error. All of the tree is in a; an empty text gives an empty mapping. ERR_SYNTAX, ERR_LIMIT. */
int conf_tree_read(struct span text, struct arena *a, struct conf_node **root, unsigned *line, struct err *e);
/* The value of a key; NULL if it is not there. */
const struct conf_node *conf_tree_get(const struct conf_node *map, const char *key);
const char *conf_kind_name(enum conf_kind kind);	/* "a value", "a list", "a group of keys" */

#endif
