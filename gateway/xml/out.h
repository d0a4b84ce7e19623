/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * out - canonical tags and text to a sink, with a small buffer before it. For this folder only. One thread at a time.
 */
#ifndef XML_OUT_H
#define XML_OUT_H

#include "base/stream.h"
#include "xml/escape.h"
#include "xml/event.h"

struct xml_out {
	struct sink *sink;
	size_t n;
	char b[2048];	/* tags gather here; long text passes it by */
};

int xml_out_put(struct xml_out *o, struct span s, struct err *e);
int xml_out_escaped(struct xml_out *o, struct span s, enum xml_escape where, struct err *e);
/* <name decls attrs>: sorts both lists in place into canonical order (C14N 1.0 2.2). */
int xml_out_start(struct xml_out *o, const struct xml_name *name, struct xml_decl *decls, size_t decls_n,
		  struct xml_attr *attrs, size_t attrs_n, struct err *e);
int xml_out_end(struct xml_out *o, const struct xml_name *name, struct err *e);
int xml_out_flush(struct xml_out *o, struct err *e);

#endif
