/* SPDX-License-Identifier: EUPL-1.2 */
/* Transfer encodings as filters of streams. */
#include <stdlib.h>

#include "base/b64.h"
#include "base/mem.h"
#include "mime/split.h"

/* Passes on; so that a caller has one way for all encodings. */
struct pass {
	struct sink base;
	struct sink *below;
};

static int pass_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	return sink_write(((struct pass *)s)->below, data, n, e);
}

static void pass_close(struct sink *s)
{
	free(s);
}

struct sink *mime_decoder(enum mime_encoding enc, struct sink *below)
{
	struct pass *p;

	if (enc == MIME_BASE64)
		return sink_b64_decode(below, true);
	p = mem_new(sizeof(*p));
	*p = (struct pass){ { .write = pass_write, .close = pass_close }, below };
	return &p->base;
}
