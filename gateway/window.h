/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * window - how many attempts are under way per recipient, so that one dead recipient cannot take all workers.
 *
 * A recipient starts with the full window; each failed attempt halves it down to one, each success gives one back.
 * Any thread.
 */
#ifndef GW_WINDOW_H
#define GW_WINDOW_H

#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"

struct gw_window;

struct gw_window *gw_window_new(unsigned full);
void gw_window_free(struct gw_window *w);
void gw_window_begin(struct gw_window *w, const char *recipient);
/* ok: the recipient's side worked (whatever it said). */
void gw_window_end(struct gw_window *w, const char *recipient, int ok);
/* The recipients whose window is full, as spans in the arena. */
const struct span *gw_window_full(struct gw_window *w, struct arena *a, size_t *n);

#endif
