/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * json - jansson behind limits: the only way JSON from outside becomes a tree. Users include this, not jansson.h.
 *
 * Reading refuses duplicate keys, text and number of values above the limits, nesting above 64 and bytes that are not
 * UTF-8; a byte order mark at the start is passed over. Error texts name the place and never quote the input.
 * A json_t belongs to one thread at a time; release with json_decref().
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

#define JSON_TEXT_MAX (16u << 20)	/* bytes */
#define JSON_VALUES_MAX 500000u		/* about 50 MB as a tree */

/* ERR_SYNTAX "what:line:column: ...". *out is an object or an array. */
int json_read(struct span text, const char *what, json_t **out, struct err *e);
int json_read_file(const char *path, size_t max, json_t **out, struct err *e);
/* Typed access by key; ERR_SYNTAX "key: missing" / "key: not a string". The string is borrowed from obj. */
int json_need_string(const json_t *obj, const char *key, const char **out, struct err *e);
const char *json_opt_string(const json_t *obj, const char *key, const char *fallback);	/* also when of another type */
long long json_opt_int(const json_t *obj, const char *key, long long fallback);
int json_opt_bool(const json_t *obj, const char *key, int fallback);
/* Compact, keys sorted: one line of JSON Lines, without the newline. */
void json_write(struct buf *out, const json_t *value);

#endif
