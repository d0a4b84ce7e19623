/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * span - a view of bytes somebody else owns: pointer and length, no NUL needed.
 * Any thread; a span is valid as long as what it points into.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
	const char *p;
	size_t n;
};

#define SPAN_EMPTY ((struct span){ NULL, 0 })
#define SPAN_LIT(lit) ((struct span){ "" lit "", sizeof(lit) - 1 })

struct span span_of(const char *s);	/* NULL gives the empty span */
bool span_eq(struct span a, struct span b);
bool span_is(struct span a, const char *s);
bool span_is_nocase(struct span a, const char *s);	/* ASCII only */
bool span_starts(struct span a, const char *prefix);
struct span span_trim(struct span s);			/* without leading and trailing SP, HTAB, CR, LF */
/* Splits at the first c: *head is before it, *rest behind it. False (and *head = s, *rest empty) if c is not there. */
bool span_split(struct span s, char c, struct span *head, struct span *rest);
/* Decimal digits only, no sign, no blank; false on overflow, empty or a value above max. */
bool span_u64(struct span s, uint64_t max, uint64_t *out);
int hex_digit(char c);	/* its value, or -1 */
bool span_is_utf8(struct span s);	/* well-formed UTF-8 without surrogates, overlong forms or NUL */

#endif
