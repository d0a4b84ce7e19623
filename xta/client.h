/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * client - the side that calls an XTA server: all operations, one call at a time.
 *
 * The transport is the caller's. Outcomes are told apart for the retry logic:
 *   ERR_UNREACHABLE, ERR_TIMEOUT, ...  what the transport says
 *   ERR_REFUSED      the server said so by a fault: xta_client_said() has its code and what to do about it
 *   ERR_PEER (RSN_NET_BAD_ANSWER)  an answer that cannot be used
 * xta_client_is_ambiguous() says after a failure whether the server may have done it all the same. One thread at a
 * time.
 */
#ifndef XTA_CLIENT_H
#define XTA_CLIENT_H

#include "base/arena.h"
#include "xta/fault.h"
#include "xta/message.h"
#include "xta/operation.h"

#define XTA_MEDIA_MAX 500

struct xta_http_answer {
	unsigned status;
	char content_type[XTA_MEDIA_MAX];	/* cut; "" if there was none */
	struct src *body;			/* the caller closes */
};

struct xta_transport {
	/* Room for the body of the next request: written and finished by the client, kept until post has sent it.
	 * Borrowed. */
	int (*room)(void *ctx, struct sink **out, struct err *e);
	/* Sends it as one POST to the address of the port. soap_action NULL: no such field. Any status is an answer.
	 * *sent: whether the request may have reached the server. */
	int (*post)(void *ctx, enum xta_port port, const char *content_type, const char *soap_action,
		    struct xta_http_answer *answer, bool *sent, struct err *e);
	void *ctx;
};

struct xta_client_options {
	const struct xta_transport *transport;
	struct xta_party author;		/* m:Author of the calls that have one; value NULL: none */
	const char *addresses[XTA_PORT_COUNT];	/* for wsa:To; NULL: none */
	bool is_multipart;			/* MTOM; else base64 inline */
	bool is_soap11;
	uint64_t content_max;			/* decoded bytes of an answer */
	unsigned parts_max;
};

struct xta_client;

/* Copies o; what it points to is borrowed for the life of the client. Caller frees with xta_client_free. */
struct xta_client *xta_client_new(const struct xta_client_options *o);
void xta_client_free(struct xta_client *c);	/* NULL is allowed */

/* Where the content of an answer goes; on failure the caller throws away what was put there. */
struct xta_intake {
	int (*part)(void *ctx, size_t index, const struct xta_part *part, struct sink **out, struct err *e);
	void *ctx;
};

/* One call. meta and parts (with openers): of the two send operations. ask: for the others, what its operation needs.
 * intake: for operations that get content. *reply, in the arena: what the operation gives; for content reply->item,
 * whose parts have their true sizes and no openers. */
struct xta_sending {
	const struct xta_meta *meta;
	const struct xta_part *parts;
	size_t part_count;
};
int xta_client_call(struct xta_client *c, enum xta_name operation, const struct xta_sending *sending,
		    const struct xta_ask *ask, const struct xta_intake *intake, struct arena *a,
		    struct xta_reply *reply, struct err *e);

/* What the last call was refused with. */
struct xta_said {
	bool is_fault;
	enum xta_code code; /* XTA_OK without a fault; an unknown number is XTA_9000; without any: XTA_9030 for
			     * Receiver, XTA_MALFORMED for Sender */
	enum xta_exception exception;
	char number[16], text[200];	/* as they came, cut; for the log of an operator */
};
const struct xta_said *xta_client_said(const struct xta_client *c);	/* until the next call; never NULL */
bool xta_client_is_ambiguous(const struct xta_client *c);

#endif
