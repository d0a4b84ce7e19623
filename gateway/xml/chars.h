/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * chars - checks that bytes are UTF-8 of characters XML 1.0 allows (2.2), in pieces cut anywhere. One thread.
 */
#ifndef XML_CHARS_H
#define XML_CHARS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct xml_chars {
	uint32_t cp;		/* of the character begun */
	uint32_t min;		/* smallest value its length may encode */
	unsigned need;		/* bytes still missing */
};

/* The number of good bytes: s.n, or the offset of the byte that cannot be. State is all zero at the start. */
size_t xml_chars_check(struct xml_chars *c, struct span s);
/* No character is left incomplete. */
bool xml_chars_whole(const struct xml_chars *c);

#endif
