/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * server - the XTA web service 2.1.1: one HTTP POST in, one answer out; and its description (?wsdl, ?xsd=...).
 *
 * All state is in the env. Any thread.
 */
#ifndef XTA_SERVER_H
#define XTA_SERVER_H

#include "xta/env.h"

struct xta_policy {
	bool is_strict; /* what the schema forbids is refused; else what real clients send is taken with a warning */
	uint64_t content_max;		/* decoded bytes of one container, 9023 above; the schema says 41,943,040 */
	unsigned parts_max;		/* message and attachments of one container */
	size_t list_max;		/* entries of one getStatusList, whatever is asked for */
	const char *identity;		/* XTAServerIdentity of our reports: URI or name of this server */
};
#define XTA_POLICY_DEFAULT                                                                                             \
	{                                                                                                              \
		.content_max = 41943040, .parts_max = 1000, .list_max = 100, .identity = "depesche",                   \
	}

struct xta_server;

/* Copies the policy; borrows what it points to, and env. Caller frees with xta_server_free. */
struct xta_server *xta_server_new(const struct xta_policy *p, const struct xta_env *env);
void xta_server_free(struct xta_server *s);	/* NULL is allowed */

/* One POST, whichever of the three ports it went to. */
struct xta_post {
	const void *peer;		/* handed to env->account */
	struct span content_type;	/* field values, empty if absent */
	struct span soap_action;	/* with its quotes */
	struct src *body;		/* borrowed; not read to its end when the call is refused before */
};

struct xta_done {			/* for the log: what was asked, by whom, and what was said */
	const struct xta_operation *operation;	/* NULL: not known */
	enum xta_code code;		/* XTA_OK, or what it was refused with */
	unsigned warnings;		/* enum xta_warning */
	char account[64];		/* cut; "" if unknown */
	char message_id[128];		/* issued, sent, fetched, closed (first); cut; "" if none */
	struct err cause;		/* why, where the code alone does not say; code ERR_OK: nothing to say */
};

/* Begins the answer: called once, when its first byte is ready. status 200, 500 (every SOAP fault) or 415; content_type
 * is copied by the callee. *out is the body's sink, which serve neither finishes nor closes. */
typedef int xta_answer_fn(void *ctx, unsigned status, const char *content_type, struct sink **out, struct err *e);

/* Serves one call. Non-zero only if the answer could not be written whole: the connection has to go then. Every fault
 * of the peer is an answer. *done is always set. */
int xta_server_serve(struct xta_server *s, const struct xta_post *post, xta_answer_fn *begin, void *ctx,
		     struct xta_done *done, struct err *e);

/* The description of the service, for GET. addresses: where the three ports are ("https://host/path"). query: what
 * stands behind the "?": "wsdl" or "xsd=NAME". Appends the document (text/xml) to out; false: there is no such
 * document. */
bool xta_server_describe(const char *const addresses[XTA_PORT_COUNT], struct span query, struct buf *out);

#endif
