/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * book - with which certificates the peers were talked to, kept in the spool: the directory forgets a peer as soon as it
 * names another one, but what was sent to the old one is still there and has to be asked for. Any thread.
 */
#ifndef DELIVERY_BOOK_H
#define DELIVERY_BOOK_H

#include "delivery/sender.h"

struct delivery_book;

struct delivery_book *delivery_book_new(const struct delivery_sender *sender);	/* copied; what it points to is borrowed */
void delivery_book_free(struct delivery_book *b);	/* NULL is allowed */

/* Notes the intermediary of a route; costs a commit when it is new or has other certificates, and once after a start. */
int delivery_book_note(struct delivery_book *b, const struct dir_route *route, struct err *e);
/* A route with nothing but the intermediary at this address, whose certificates are checked for now. ERR_MISSING: never
 * noted; ERR_TRUST and others: its certificates are not accepted. Release with dir_route_fini. */
int delivery_book_find(struct delivery_book *b, const char *uri, struct arena *a, struct dir_route *out, struct err *e);

#endif
