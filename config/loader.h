/* SPDX-License-Identifier: EUPL-1.2 */
/* loader - the state of one conf_load: where problems go and what was bound. Private to this folder; one thread. */
#ifndef CONFIG_LOADER_H
#define CONFIG_LOADER_H

#include "base/arena.h"
#include "config/conf.h"
#include "config/schema.h"
#include "config/tree.h"

#define CONF_PROBLEMS_MAX 50

/* One effective value, for --print-config. */
struct conf_entry {
	const char *key;	/* "intermediary.listen" */
	const char *text;
	unsigned line;		/* 0: the default */
	struct conf_entry *next;
};

/* A snapshot with what conf_print needs; struct conf comes first. */
struct conf_loaded {
	struct conf conf;
	struct arena *arena;
	struct conf_entry *entries;
};

struct conf_loader {
	struct conf_loaded *to;
	const char *dir;		/* relative names are relative to it */
	const char *label;		/* the file as the user named it */
	bool check_files;
	const struct conf_node *root;
	struct conf_entry **entries_tail;
	struct buf *problems;
	unsigned problem_count;
	struct err *err;		/* takes the first problem */
};

/* Adds "file:line: key: text" to the problems. key may be "". */
void conf_problem(struct conf_loader *l, unsigned line, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Fills the snapshot from the tree by the schema. Problems are counted in l. */
void conf_bind(struct conf_loader *l, const struct conf_node *root);
/* One scalar or list into its member; default: node NULL. False: a problem was added. */
bool conf_bind_value(struct conf_loader *l, const struct conf_field *f, const char *path, const struct conf_node *node,
		     void *at);
/* Rules across keys. Only called when all values are there. */
void conf_check(struct conf_loader *l);

/* Reads, binds and checks text; check_files: what it names must exist. For tests and fuzzing, and for conf_load. */
int conf_load_text(struct span text, const char *label, bool check_files, struct conf **out, struct buf *problems,
		   struct err *e);

#endif
