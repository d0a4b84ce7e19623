/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * line - our side of a conversation with one intermediary: an OSCI client with our keys, over HTTP. One thread per line.
 */
#ifndef GW_LINE_H
#define GW_LINE_H

#include "attempt.h"
#include "post.h"

struct gw_line {
	struct gw_post post;
	struct osci_client *client;
};

/* Nothing is sent yet. sender and route are borrowed. End with gw_line_close in every case. */
int gw_line_open(const struct gw_sender *s, const struct dir_route *route, int64_t timeout_ms, struct gw_line *l,
		 struct err *e);
void gw_line_close(struct gw_line *l);		/* a line of zeros is allowed */

/* Asks, in a dialog of its own, for the process cards of n deliveries that we sent. cards (n of them) gets the answers in
 * the order of the ids, in the arena; message_id is NULL where the intermediary has none, or leaves it out today. */
int gw_line_cards(struct gw_line *l, const char **ids, size_t n, struct arena *a, struct osci_card *cards, struct err *e);

#endif
