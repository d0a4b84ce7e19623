/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * schema - XSD sets from our own files, and the check of a bounded document against them.
 *
 * Includes and imports are resolved only inside the folder of the root file (and below); nothing is ever fetched, and
 * what cannot be resolved makes loading fail. xsi:schemaLocation in a document is ignored. A loaded schema is
 * immutable: any number of threads may check with it at the same time; loading is for one thread at a time per schema.
 */
#ifndef XML_SCHEMA_H
#define XML_SCHEMA_H

#include "base/buf.h"
#include "base/stream.h"
#include "xml/push.h"

struct xml_schema;

/* ERR_CONFIG "file:line: what". Caller frees with xml_schema_free. */
int xml_schema_load(const char *path, struct xml_schema **out, struct err *e);
void xml_schema_free(struct xml_schema *s);	/* NULL is allowed */

/* Checks a whole document, parsed as strictly as push does. ERR_SYNTAX "line N: /path: what" with the first thing
 * found. limits->bytes at most 2 GiB. report (may be NULL): takes one such line for each thing found, up to its cap. */
int xml_schema_check(const struct xml_schema *s, struct span doc, const struct xml_limits *limits, struct buf *report,
		     struct err *e);
int xml_schema_check_src(const struct xml_schema *s, struct src *doc, const struct xml_limits *limits,
			 struct buf *report, struct err *e);

#endif
