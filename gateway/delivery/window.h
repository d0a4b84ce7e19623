/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * window - how many attempts are under way per recipient, so that one dead recipient cannot take all workers.
 *
 * A recipient starts with the full window; each failed attempt halves it down to one, each success gives one back.
 * Any thread.
 */
#ifndef DELIVERY_WINDOW_H
#define DELIVERY_WINDOW_H

#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"

struct delivery_window;

struct delivery_window *delivery_window_new(unsigned full);
void delivery_window_free(struct delivery_window *w);
void delivery_window_begin(struct delivery_window *w, const char *recipient);
/* ok: the recipient's side worked (whatever it said). */
void delivery_window_end(struct delivery_window *w, const char *recipient, int ok);
/* The recipients whose window is full, as spans in the arena. */
const struct span *delivery_window_full(struct delivery_window *w, struct arena *a, size_t *n);

#endif
