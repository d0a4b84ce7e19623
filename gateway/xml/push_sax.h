/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * push_sax - the inside of the push parser, for push.c and push_sax.c only.
 */
#ifndef XML_PUSH_SAX_H
#define XML_PUSH_SAX_H

#include <libxml/parser.h>

#include "base/buf.h"
#include "xml/filter.h"
#include "xml/push.h"

struct xml_push {
	struct xml_limits limits;
	struct xml_events ev;
	xml_pi_fn *pi;
	void *ctx;
	xmlParserCtxtPtr parser;
	struct xml_filter filter;
	struct buf held;		/* a tag that is not complete yet */
	struct err failed;		/* code 0: all is well */
	struct xml_scope *scope;
	struct buf path;
	size_t *path_at;		/* length of the path outside each open element */
	unsigned depth;
	bool ending;			/* no more bytes will come */
	struct xml_attr *attrs;		/* room for limits.attrs */
	struct xml_decl *decls;		/* room for limits.decls */
};

extern const xmlSAXHandler xml_push_sax;

/* Keeps the first error, with the place in front, and stops libxml2. */
void xml_push_fail_at(struct xml_push *p, enum err_code code, const char *what);

#endif
