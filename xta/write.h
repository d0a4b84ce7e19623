/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * write - one SOAP message to bytes, for server and client: envelope, WS-Addressing, header entries, Body or content,
 * plain or as MTOM (multipart with XOP). Content is pulled from its openers as it goes out. One thread per message.
 */
#ifndef XTA_WRITE_H
#define XTA_WRITE_H

#include "base/arena.h"
#include "xml/write.h"
#include "xta/message.h"

struct xta_message_out {
	bool is_soap11, is_multipart;
	const char *boundary;		/* of a multipart: xta_boundary_new() */
	const char *action;
	const char *id, *to, *relates_to; /* wsa:MessageID, wsa:To, wsa:RelatesTo; NULL: none */
	bool is_request;		/* also wsa:ReplyTo, anonymous */
	const struct xta_party *author;	/* m:Author; NULL: none */
	const struct xta_meta *meta;	/* m:MessageMetaData; NULL: none */
	const struct xta_box_state *state; /* osci:MsgBoxResponse; NULL: none */
	const char *unknown, *unknown_ns; /* env:NotUnderstood (SOAP 1.2); NULL: none */
	/* The child of the Body; NULL: the Body is empty, or holds the parts. */
	void (*write_body)(struct xml_write *w, const void *ctx);
	const void *ctx;
	const struct xta_part *parts;	/* GenericContentContainer; part_count 0: none */
	size_t part_count;
};

/* A fresh boundary in the arena. */
const char *xta_boundary_new(struct arena *a);
/* The Content-Type it goes with, in the arena. The action stands in it for SOAP 1.2. */
const char *xta_write_media(const struct xta_message_out *m, struct arena *a);
/* The message; out is neither finished nor closed. */
int xta_write(const struct xta_message_out *m, struct sink *out, struct err *e);

#endif
