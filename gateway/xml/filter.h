/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * filter - reads ahead of libxml2, byte by byte, what libxml2 finds too late or at too high a price.
 *
 * It knows just enough of XML to see where markup begins and ends: refuses document types before anything is read for
 * them, other encodings, bytes that are not XML characters, tags with too many attributes (libxml2 compares them all
 * with each other), references without end (libxml2 would collect the rest of the document), and says how far the
 * bytes may be handed on so that a tag is never cut. For this folder only. One thread at a time.
 */
#ifndef XML_FILTER_H
#define XML_FILTER_H

#include "xml/cdata.h"
#include "xml/chars.h"
#include "xml/prolog.h"
#include "xml/push.h"

struct xml_filter {
	const struct xml_limits *limits;	/* borrowed */
	struct xml_chars chars;
	enum {
		F_TEXT, F_REF, F_OPEN, F_TAG, F_QUOT, F_APOS, F_BANG, F_DASH, F_COMMENT, F_PI, F_CDATA_OPEN, F_CDATA,
	} state;
	uint64_t bytes;		/* of the document so far */
	unsigned run;		/* bytes of the tag, reference or "CDATA[" so far */
	unsigned equals;	/* in the tag: attributes and declarations */
	unsigned closing;	/* "-" or "?" seen in a row */
	unsigned depth;		/* open elements, if all is well-formed */
	bool is_end, slash;	/* the tag: begins with "/", its last byte is "/" */
	unsigned skipped;	/* bytes of comments and instructions so far */
	unsigned bom;		/* bytes of a byte order mark seen at the start */
	bool begun;		/* anything behind it was seen */
	struct xml_prolog prolog;
	struct xml_cdata cdata;	/* its literal: CDATA of the last call as ordinary text */
};

/* limits are borrowed. */
void xml_filter_init(struct xml_filter *f, const struct xml_limits *limits);
void xml_filter_fini(struct xml_filter *f);

/* First, for each piece: characters and length. On an error *data is shortened to what is good. */
int xml_filter_bytes(struct xml_filter *f, struct span *data, struct err *e);

/* Then, until all is used: looks at the bytes, up to the end or to the next begin or end of CDATA. *used: how many
 * bytes that were (before the bad one on an error). *cut: of these, the number up to the last place that is not within
 * a tag: those may be parsed, the rest has to wait. Between begin and end of CDATA, cdata.literal is to be parsed in
 * place of the bytes, and what waited when it began is to be forgotten. */
int xml_filter(struct xml_filter *f, struct span data, size_t *used, size_t *cut, struct err *e);
/* Whether the next byte is in CDATA. */
bool xml_filter_in_cdata(const struct xml_filter *f);

#endif
