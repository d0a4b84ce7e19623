/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * id - 128 bit ids, ordered by time: 48 bit ms since 1970, then random (RFC 9562 version 7). Never reused. Any thread.
 */
#ifndef BASE_ID_H
#define BASE_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define ID_LEN 16
#define ID_TEXT_LEN 37	/* 8-4-4-4-12 lower case hex digits and a NUL */

struct id {
	uint8_t b[ID_LEN];
};

struct id id_new(void);		/* strictly ascending within the process */
int64_t id_time(const struct id *id);	/* ms */
bool id_is_zero(const struct id *id);
int id_cmp(const struct id *a, const struct id *b);
char *id_text(const struct id *id, char out[ID_TEXT_LEN]);	/* returns out */
bool id_parse(struct span text, struct id *id);
void random_bytes(void *out, size_t n);	/* from the kernel; aborts if it cannot */

#endif
