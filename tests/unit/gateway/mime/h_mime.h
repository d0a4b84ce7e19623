/* SPDX-License-Identifier: EUPL-1.2 */
/* h_mime - the parts of a multipart content as text, fed in any pieces. */
#ifndef TESTS_H_MIME_H
#define TESTS_H_MIME_H

#include "mime/split.h"

/* "{id|type|encoding}data" for each part and "." behind it; the entity as "[type]". boundary NULL: content with its own
 * header. Pieces of step bytes (0: at once). */
int h_parts(struct span content, const char *boundary, const struct mime_limits *limits, size_t step, struct buf *out,
	    struct err *e);
int h_parts_cut(struct span content, const char *boundary, const struct mime_limits *limits, size_t cut,
		struct buf *out, struct err *e);

#endif
