/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * wire - a procedure on a connection that is kept alive, over mutual TLS: XTA calls as bytes, and what comes back. Calls are text
 * made here, so that no client of ours costs anything beside the daemon. Whatever goes wrong ends the program with 1. One
 * thread per wire.
 */
#ifndef PERF_WIRE_H
#define PERF_WIRE_H

#include <stdint.h>

#include "base/buf.h"

struct wire;

/* dir: of the sandbox; key: whose certificate ("xta-portal"). */
struct wire *wire_open(const char *dir, const char *key, uint16_t port);
void wire_close(struct wire *w);

#define WIRE_MTOM "multipart/related; type=\"application/xop+xml\"; boundary=\"b\"; start=\"<r>\"; start-info=\"application/soap+xml\""
#define WIRE_PLAIN "application/soap+xml; charset=utf-8"
enum { WIRE_MANAGEMENT, WIRE_SEND, WIRE_BOX };	/* the port a call goes to */

/* One call with that body; the answer's body replaces what is in answer. Ends the program unless the status is 200. */
void wire_call(struct wire *w, int port, const char *media, struct span body, struct buf *answer);
/* The same with size octets between head and tail, and only the length of the answer. */
uint64_t wire_large(struct wire *w, int port, const char *media, struct span head, uint64_t size, struct span tail);

/* Bodies. sendMessage by MTOM: what stands before the octets of the content, and behind them. */
void wire_send_head(struct buf *b, const char *id, const char *from, const char *to);
void wire_send_tail(struct buf *b);
void wire_list(struct buf *b, unsigned max);
void wire_get(struct buf *b, const char *id);
void wire_done(struct buf *b, const char *id);

#endif
