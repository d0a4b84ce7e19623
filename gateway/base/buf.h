/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * buf - growing bytes with a hard cap.
 *
 * Appending never fails on the spot: beyond the cap the buffer becomes "over" and ignores further bytes, and
 * buf_check() says so once at the end. The bytes are always followed by a NUL that does not count. One thread.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

struct buf {
	char *p;	/* NULL until the first byte */
	size_t n;	/* bytes in use */
	size_t cap;	/* allocated */
	size_t max;	/* hard cap */
	bool over;	/* something did not fit */
};

void buf_init(struct buf *b, size_t max);
void buf_fini(struct buf *b);	/* releases; the struct may be initialised again */
void buf_wipe(struct buf *b);	/* for secrets: overwrites all bytes, then releases */
void buf_reset(struct buf *b);	/* empties, keeps the memory */

/* Allocates ahead for n more bytes (nothing beyond the cap). A secret that must not leave copies behind in released
 * memory is put only after this, because a growing buffer moves. */
void buf_reserve(struct buf *b, size_t n);
void buf_put(struct buf *b, const void *data, size_t n);
void buf_span(struct buf *b, struct span s);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* 0, or ERR_LIMIT "what: more than N bytes" when something did not fit. */
int buf_check(const struct buf *b, const char *what, struct err *e);
struct span buf_view(const struct buf *b);
const char *buf_str(const struct buf *b);	/* "" if empty */
/* Moves the memory out (NUL-terminated, caller frees with free()); the buffer is empty afterwards. Never NULL. */
char *buf_take(struct buf *b);

#endif
