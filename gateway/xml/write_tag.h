/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * write_tag - the inside of the writer, for write.c and write_tag.c only.
 */
#ifndef XML_WRITE_TAG_H
#define XML_WRITE_TAG_H

#include "xml/chars.h"
#include "xml/out.h"
#include "xml/scope.h"
#include "xml/write.h"

/* Declarations and attributes of the tag begun: offsets into the pool, because that may move. */
struct pending {
	size_t key_at, key_n, value_at, value_n;
	bool is_decl;
};

struct text_sink {
	struct sink base;
	struct xml_write *w;
};

struct xml_write {
	struct xml_out out;
	struct err failed;		/* the first error; code 0: none */
	struct buf names;		/* qualified names of the open elements, one after the other */
	size_t *name_at;
	size_t depth, cap;
	bool in_tag;			/* the innermost start tag is not written yet */
	struct buf pool;
	struct pending *pending;
	size_t pending_n, pending_cap;
	struct xml_decl *decls;		/* room for those of one tag: as many as pending has */
	struct xml_attr *attrs;
	struct xml_scope *scope;
	struct xml_chars chars;
	struct text_sink text, raw;
};

/* Writes the start tag that is being collected, if there is one. */
void xml_write_finish_tag(struct xml_write *w);
/* "p:local" taken apart, without its namespace. */
struct xml_name xml_write_name(struct span qname);
/* The name of the innermost open element. */
struct span xml_write_innermost(const struct xml_write *w);
/* Keeps ERR_SYNTAX as the first error, if there was none. */
void xml_write_refuse(struct xml_write *w, const char *what, struct span about);

#endif
