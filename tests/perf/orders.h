/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * orders - storeDelivery of 10 KB, signed and encrypted before anything is measured. Whatever goes wrong ends the program
 * with 1, as in bench.h.
 */
#ifndef PERF_ORDERS_H
#define PERF_ORDERS_H

#include "base/buf.h"
#include "bench.h"

enum { ORDER_CONTENT = 10 * 1024, ORDER_MAX = 1024 * 1024, ORDERS_MAX = 100000 };

/* What of an order is kept: its content, twice in base64, and what encloses it, in whole pages. */
enum { ORDER_KEPT = (ORDER_CONTENT * 16 / 9 + 4096) / 4096 * 4096 };

struct order {
	struct buf request, answer;
};

/* Asks the intermediary for n message ids and builds an order for each; initialises orders. */
void orders_build(struct bench *b, struct order *orders, unsigned n);
/* One of them: its answer is kept. Any thread, each order once. */
void orders_post(const struct bench *b, struct order *o);
/* Whether all were answered 0800; releases them. */
void orders_check(const struct bench *b, struct order *orders, unsigned n);

#endif
