/* SPDX-License-Identifier: EUPL-1.2 */
/* put - small pieces that several writers of this folder need. For this folder only. One thread per writer. */
#ifndef XTA_PUT_H
#define XTA_PUT_H

#include "xml/write.h"
#include "xta/message.h"

/* Nothing is written for 0 and NULL. */
void xta_put_instant(struct xml_write *w, const char *qname, int64_t ms);
void xta_put_text(struct xml_write *w, const char *qname, const char *text);
void xta_put_attr(struct xml_write *w, const char *name, const char *value);
void xta_put_number(struct xml_write *w, const char *qname, uint64_t n);
void xta_put_attr_number(struct xml_write *w, const char *name, uint64_t n);
/* An entry of a code list as an element, or its attributes and children within the open one. */
void xta_put_key(struct xml_write *w, const char *qname, const struct xta_key *k);
void xta_put_key_inside(struct xml_write *w, const struct xta_key *k);

#endif
