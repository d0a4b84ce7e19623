/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * window - how many attempts are under way per lane, so that one recipient cannot take all workers, and to which peer its
 * last attempt led, so that it is known before the next one is claimed whether there is a place for it.
 *
 * A lane starts with the full window; each failed attempt halves it down to one, each success gives one back. Who asks
 * whether there is room has it: nothing lies between the look and the step.
 * Bounded: beyond `most` lanes those where nobody is are forgotten. Any thread.
 */
#ifndef DELIVERY_WINDOW_H
#define DELIVERY_WINDOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct delivery_window;

struct delivery_window *delivery_window_new(unsigned full, size_t most);
void delivery_window_free(struct delivery_window *w);	/* NULL is allowed */
/* True: there is room, and it is taken; *peer is what was learned last, NULL: nothing. The caller frees it. */
bool delivery_window_take(struct delivery_window *w, struct span lane, char **peer);
void delivery_window_give(struct delivery_window *w, struct span lane);		/* nothing was tried */
/* ok: the recipient's side worked, whatever it said. */
void delivery_window_end(struct delivery_window *w, struct span lane, bool ok);
/* For a lane in which the caller has room. */
void delivery_window_learn(struct delivery_window *w, struct span lane, const char *peer);
/* For tests: how many lanes are remembered. */
size_t delivery_window_count(struct delivery_window *w);

#endif
