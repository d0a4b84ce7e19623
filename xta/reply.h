/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * reply - the Bodies of answers and the state of the box, both ways; the functions the rows of operation.c name. What
 * is written conforms to the schema. Readers: ERR_SYNTAX. Any thread.
 */
#ifndef XTA_REPLY_H
#define XTA_REPLY_H

#include "base/arena.h"
#include "xml/tree.h"
#include "xml/write.h"
#include "xta/message.h"

/* The writers. */
void xta_reply_write_id(struct xml_write *w, const struct xta_reply *reply);
void xta_reply_write_lookup(struct xml_write *w, const struct xta_reply *reply);
void xta_reply_write_report(struct xml_write *w, const struct xta_reply *reply);
void xta_reply_write_list(struct xml_write *w, const struct xta_reply *reply);
/* The header entry MsgBoxResponse. */
void xta_state_write(struct xml_write *w, const struct xta_box_state *s);

/* The readers, lenient. Data of additional reports is kept in the arena. */
int xta_reply_read_id(const struct xml_node *n, struct arena *a, struct xta_reply *reply, struct err *e);
int xta_reply_read_lookup(const struct xml_node *n, struct arena *a, struct xta_reply *reply, struct err *e);
int xta_reply_read_report(const struct xml_node *n, struct arena *a, struct xta_reply *reply, struct err *e);
int xta_reply_read_list(const struct xml_node *n, struct arena *a, struct xta_reply *reply, struct err *e);
int xta_state_read(const struct xml_node *n, struct arena *a, struct xta_box_state *s, struct err *e);

#endif
