/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * meta - MessageMetaData and parties between XML and values. What is written always conforms to the schema, whatever a
 * lenient reader let through. Any thread.
 */
#ifndef XTA_META_H
#define XTA_META_H

#include "base/arena.h"
#include "base/buf.h"
#include "xta/message.h"
#include "xml/tree.h"
#include "xml/write.h"

/* m:MessageMetaData to values in the arena. warnings: enum xta_warning of what was let through are added; NULL: nothing
 * is let through. An attribute Id, as OSCI messages carry it, is skipped. ERR_SYNTAX "line N: /path: what". Nothing of
 * n is borrowed. */
int xta_meta_read(const struct xml_node *n, unsigned *warnings, struct arena *a, struct xta_meta *out, struct err *e);
/* The same from a document: what xta_meta_text wrote, or a header entry of OSCI. Always lenient. */
int xta_meta_parse(struct span xml, struct arena *a, struct xta_meta *out, struct err *e);
/* The element with all its declarations. */
void xta_meta_write(struct xml_write *w, const struct xta_meta *m);
/* The same as text of its own, canonical XML; to keep it, or to send it with OSCI. */
int xta_meta_text(const struct xta_meta *m, struct buf *out, struct err *e);

/* An element of oscimeta:PartyType: Identifier and tokens. */
int xta_party_read(const struct xml_node *n, unsigned *warnings, struct arena *a, struct xta_party *out, struct err *e);
/* qname: "m:Author". The prefix m is declared by it. */
void xta_party_write(struct xml_write *w, const char *qname, const struct xta_party *p);

#endif
