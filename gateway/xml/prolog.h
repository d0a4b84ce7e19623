/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * prolog - the XML declaration: version 1.0, encoding absent, UTF-8 or US-ASCII. For this folder only. One thread.
 */
#ifndef XML_PROLOG_H
#define XML_PROLOG_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

struct xml_prolog {
	bool maybe;		/* what is read may be the declaration */
	size_t n;
	char text[256];		/* from "xml" on */
};

/* A processing instruction begins; at_start: at the very beginning of the document. */
void xml_prolog_begin(struct xml_prolog *p, bool at_start);
/* Its next byte (behind "<?"); over: the last one. *declaration: it is, or may be, the XML declaration. */
int xml_prolog_byte(struct xml_prolog *p, char c, bool over, bool *declaration, struct err *e);

#endif
