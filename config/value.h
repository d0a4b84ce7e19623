/* SPDX-License-Identifier: EUPL-1.2 */
/* value - numbers with units and other scalars: text to value, value to text. Private to this folder; any thread. */
#ifndef CONFIG_VALUE_H
#define CONFIG_VALUE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"
#include "config/conf.h"
#include "config/schema.h"

/* "2027-06-30": the last millisecond of that day, UTC. */
bool conf_date_parse(struct span text, int64_t *ms);
/* "64 MiB", "512 B"; a bare number only if it is 0. */
bool conf_size_parse(struct span text, uint64_t *bytes);
/* "127.0.0.1:8080", "[::1]:0"; the address keeps its brackets. */
bool conf_listen_parse(struct span text, struct arena *a, struct conf_listen *out);

/* With the largest unit that divides the value. */
void conf_time_print(struct buf *out, uint64_t ms);
void conf_date_print(struct buf *out, int64_t ms);
void conf_size_print(struct buf *out, uint64_t bytes);

/* "a size from 1 KiB to 4 GiB, such as 64 MiB": behind "expected" in messages, and in the documentation. */
void conf_expected(struct buf *out, const struct conf_field *f);

#endif
