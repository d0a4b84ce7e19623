/* SPDX-License-Identifier: EUPL-1.2 */
/* answer - the way back of a call: its result or a fault, in the form the request had. For this folder only. One
 * thread. */
#ifndef XTA_ANSWER_H
#define XTA_ANSWER_H

#include "xta/call.h"

/* Writes what done->code says: c->reply, or a fault. If the content of an answer cannot be opened before its first byte
 * is out, the answer becomes a fault, and done->code says so. */
int xta_answer(struct xta_call *c, xta_answer_fn *begin, void *ctx, struct err *e);

#endif
