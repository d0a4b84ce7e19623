/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ask - the Bodies of requests, both ways; the functions the rows of operation.c name. n is NULL for an empty Body.
 * ERR_SYNTAX. Any thread.
 */
#ifndef XTA_ASK_H
#define XTA_ASK_H

#include "base/arena.h"
#include "xml/tree.h"
#include "xml/write.h"
#include "xta/message.h"

/* The readers. */
int xta_ask_read_id(const struct xml_node *n, struct arena *a, struct xta_ask *ask, struct err *e);
int xta_ask_read_lookup(const struct xml_node *n, struct arena *a, struct xta_ask *ask, struct err *e);
int xta_ask_read_list(const struct xml_node *n, struct arena *a, struct xta_ask *ask, struct err *e);
int xta_ask_read_fetch(const struct xml_node *n, struct arena *a, struct xta_ask *ask, struct err *e);
int xta_ask_read_next(const struct xml_node *n, struct arena *a, struct xta_ask *ask, struct err *e);

/* The writers; next: getNextStatusList and getNextMessage. */
void xta_ask_write_id(struct xml_write *w, const struct xta_ask *ask);
void xta_ask_write_lookup(struct xml_write *w, const struct xta_ask *ask);
void xta_ask_write_list(struct xml_write *w, const struct xta_ask *ask);
void xta_ask_write_fetch(struct xml_write *w, const struct xta_ask *ask);
void xta_ask_write_next(struct xml_write *w, const struct xta_ask *ask);
void xta_ask_write_close(struct xml_write *w, const struct xta_ask *ask);

#endif
