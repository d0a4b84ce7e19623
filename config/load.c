/* SPDX-License-Identifier: EUPL-1.2 */
/* From a file to a checked configuration, or the list of all that is wrong with it. */
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "config/loader.h"

static const char *folder_of(struct arena *a, const char *file)
{
	const char *slash = strrchr(file, '/');

	if (slash == NULL)
		return ".";
	return slash == file ? "" : arena_dup_n(a, file, (size_t)(slash - file));
}

int conf_load_text(struct span text, const char *label, bool check_files, struct conf **out, struct buf *problems,
		   struct err *e)
{
	struct arena *a = arena_new();
	struct conf_loaded *c = arena_alloc(a, sizeof(*c));
	struct conf_loader l = { .to = c, .label = label, .check_files = check_files, .problems = problems, .err = e };
	struct conf_node *root;
	struct err tree = ERR_INIT;
	unsigned line;

	c->arena = a;
	c->conf.file = arena_dup(a, label);
	l.dir = folder_of(a, label);
	l.entries_tail = &c->entries;
	if (conf_tree_read(text, a, &root, &line, &tree) != 0) {
		conf_problem(&l, line, "", "%s", tree.text);
	} else {
		l.root = root;
		conf_bind(&l, root);
		if (l.problem_count == 0)
			conf_check(&l);
	}
	if (l.problem_count > 0) {
		arena_free(a);
		return ERR_CONFIG;
	}
	*out = &c->conf;
	return 0;
}

int conf_load(const char *file, struct conf **out, struct buf *problems, struct err *e)
{
	struct err why = ERR_INIT;
	struct buf text;
	int rc;

	buf_init(&text, CONF_FILE_MAX + 1);
	rc = file_read(file, &text, &why);
	if (rc != 0) {
		rc = err_set(e, ERR_CONFIG, "%s", why.text);
		buf_printf(problems, "%s\n", why.text);
	} else {
		rc = conf_load_text(buf_view(&text), file, true, out, problems, e);
	}
	buf_fini(&text);
	return rc;
}

void conf_free(struct conf *c)
{
	if (c != NULL)
		arena_free(((struct conf_loaded *)c)->arena);
}
