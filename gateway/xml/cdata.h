/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cdata - turns a CDATA section into ordinary text as it passes by. For this folder only. One thread at a time.
 *
 * libxml2 2.9 keeps a section until its end and looks through it again and again; as text it streams.
 */
#ifndef XML_CDATA_H
#define XML_CDATA_H

#include <stdbool.h>

#include "base/buf.h"

struct xml_cdata {
	struct buf literal;	/* escaped text, to be parsed in place of the section; the caller empties it */
	unsigned closing;	/* "]" held back */
	bool fresh;		/* nothing of the section was taken yet */
	bool cr;		/* the last byte was CR */
};

void xml_cdata_init(struct xml_cdata *d);
void xml_cdata_fini(struct xml_cdata *d);
/* Behind "<![CDATA[". */
void xml_cdata_begin(struct xml_cdata *d);
/* Takes some bytes (at least one) and says how many. *over: the section ended with them. */
size_t xml_cdata_run(struct xml_cdata *d, struct span s, bool *over);

#endif
