/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * read - bytes to one SOAP message, for server and client: media type, MIME, envelope, header entries, Body. Content
 * goes to its sinks as it passes; nothing else is kept beyond fixed bounds. One thread per reading.
 */
#ifndef XTA_READ_H
#define XTA_READ_H

#include "xml/tree.h"
#include "xta/fault.h"
#include "xta/media.h"
#include "xta/message.h"
#include "xta/warning.h"

#define XTA_UNKNOWN_MAX 200

/* The header entries that are known; NULL: not there. Trees in the arena. */
struct xta_headers {
	bool is_soap11;
	const char *action;		/* wsa:Action, without blanks */
	const char *id, *relates_to;	/* wsa:MessageID, wsa:RelatesTo */
	bool wants_elsewhere;		/* ReplyTo or FaultTo is not anonymous */
	const struct xml_node *author, *meta, *state; /* m:Author, m:MessageMetaData, osci:MsgBoxResponse */
	/* An entry that has to be understood and is not: its name and namespace. */
	bool has_unknown;
	char unknown[XTA_UNKNOWN_MAX], unknown_ns[XTA_UNKNOWN_MAX];
};

struct xta_message_in {
	struct xta_media media;
	struct xta_headers headers;
	unsigned warnings;
	const struct xml_node *body;	/* the child of Body; NULL: empty, or it was content */
	bool has_content;
	struct xta_part *parts;		/* document order; size is what came */
	size_t part_count;
};

struct xta_read_options {
	uint64_t content_max;		/* decoded bytes of all parts: XTA_9023 above */
	unsigned parts_max;		/* XTA_9023 above */
	size_t tree_max;		/* memory of one header entry or of the child of the Body */
	bool is_strict;
	/* The Header is complete, nothing of the Body is read. *wants_content: the Body's child has to be a
	 * GenericContentContainer, and part follows; otherwise it becomes a tree. Refuses with *code and an error. */
	int (*headers)(void *ctx, struct xta_message_in *m, bool *wants_content, enum xta_code *code, struct err *e);
	/* The sink for part index; parts may begin in any order. The reader writes, finishes and closes. */
	int (*part)(void *ctx, size_t index, const struct xta_part *part, struct sink **out, struct err *e);
	void *ctx;
};

/* Reads the message to its end. Not 0: *code is what it is refused with (XTA_9030 when a sink failed), and the error
 * says why. out is set as far as it was read, for an answer that fits. */
int xta_read(const struct xta_read_options *o, struct span content_type, struct span soap_action, struct src *body,
	     struct arena *a, struct xta_message_in *out, enum xta_code *code, struct err *e);

#endif
