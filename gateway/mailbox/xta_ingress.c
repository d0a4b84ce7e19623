/* SPDX-License-Identifier: EUPL-1.2 */
/* HTTP requests of the XTA listener, and a line in the log about each call. */
#include "mailbox/xta_ingress.h"

#include "base/clock.h"
#include "base/log.h"

#define BODY_MAX (INT64_MAX / 2)	/* the server of xta stops reading at its own limit, and says so in a fault */
#define DESCRIPTION_MAX ((size_t)1024 * 1024)

struct answer {
	struct http_request *rq;
	struct sink *sink;
};

static int begin_answer(void *ctx, unsigned status, const char *content_type, struct sink **out, struct err *e)
{
	struct answer *a = ctx;
	int rc = http_body_check(a->rq, e);	/* not a call that is wrong, but a request that broke: HTTP says so */

	if (rc == 0)
		rc = http_reply_begin(a->rq, status, content_type, -1, &a->sink, e);
	if (rc == 0)
		*out = a->sink;
	return rc;
}

static struct span header(const struct http_request *rq, const char *name)
{
	const char *value = http_header(rq, name);

	return value == NULL ? SPAN_EMPTY : span_of(value);
}

/* Whatever changes something, and every refusal, is worth a line; a box that is polled is not. */
static enum log_level level_of(const struct xta_done *d)
{
	enum xta_name op = d->operation == NULL ? XTA_NAME_COUNT : d->operation->id;
	bool changes = op == XTA_SEND_MESSAGE || op == XTA_SEND_MESSAGE_SYNC || op == XTA_CLOSE || op == XTA_CANCEL_MESSAGE ||
		       op == XTA_GET_MESSAGE || op == XTA_GET_NEXT_MESSAGE;

	return d->code != XTA_OK || changes ? LOG_INFO : LOG_DEBUG;
}

static void log_call(const struct xta_done *d, const char *peer, int64_t ms)
{
	log_event(level_of(d), "xta.served", LOG_STR("operation", d->operation != NULL ? d->operation->name : "unreadable"),
		  LOG_INT("code", (long long)d->code), LOG_STR("cause", d->cause.text), LOG_STR("account", d->account),
		  LOG_STR("xta_id", d->message_id), LOG_INT("warnings", (long long)d->warnings), LOG_STR("peer", peer),
		  LOG_INT("ms", ms));
}

static int serve(struct http_request *rq, struct mailbox_xta_ingress *in, const struct mailbox_xta_caller *caller, struct err *e)
{
	const struct xta_post post = { .peer = caller, .content_type = header(rq, "Content-Type"),
				       .soap_action = header(rq, "SOAPAction"), .body = http_body(rq) };
	struct answer a = { .rq = rq };
	struct err broke = ERR_INIT;
	struct xta_done done;
	int64_t start = clock_mono();
	int rc = xta_server_serve(in->server, &post, begin_answer, &a, &done, e);

	if (rc == 0)
		rc = sink_finish(a.sink, e);
	if (http_body_check(rq, &broke) == 0)
		log_call(&done, http_peer(rq), clock_mono() - start);
	return rc;
}

static int post_call(struct http_request *rq, void *ctx, struct err *e)
{
	struct mailbox_xta_ingress *in = ctx;
	struct mailbox_xta_caller caller;
	int rc;

	caller.entry = mailbox_xta_enter(in->box->accounts, http_peer_cert(rq), clock_now(), &caller.account);
	rc = serve(rq, in, &caller, e);
	if (caller.entry == MAILBOX_XTA_ENTERED)
		mailbox_xta_leave(in->box->accounts, caller.account);
	return rc;
}

static int describe(struct http_request *rq, struct mailbox_xta_ingress *in, struct buf *out)
{
	const char *addresses[XTA_PORT_COUNT], *xsd = http_query(rq, "xsd");
	struct arena *a = http_arena(rq);
	const char *query = xsd != NULL ? arena_printf(a, "xsd=%s", xsd) : http_query(rq, "wsdl") != NULL ? "wsdl" : NULL;

	for (size_t i = 0; i < XTA_PORT_COUNT; i++)
		addresses[i] = in->public_url != NULL ? arena_printf(a, "%s%s", in->public_url, in->paths[i]) :
							arena_printf(a, "https://%s%s", http_host(rq), in->paths[i]);
	return query != NULL && xta_server_describe(addresses, span_of(query), out);
}

static int get_description(struct http_request *rq, void *ctx, struct err *e)
{
	struct buf out;
	int rc;

	buf_init(&out, DESCRIPTION_MAX);
	if (describe(rq, ctx, &out) && !out.over) {
		rc = http_reply(rq, 200, "text/xml; charset=utf-8", out.p, out.n, e);
	} else {
		http_header_add(rq, "Allow", "POST");
		rc = http_reply_text(rq, 405, "This is an XTA 2 server (web service 2.1.1). Calls are sent with POST; ?wsdl describes it.\n", e);
	}
	buf_fini(&out);
	return rc;
}

void mailbox_xta_routes(struct mailbox_xta_ingress *in)
{
	for (size_t i = 0; i < XTA_PORT_COUNT; i++) {
		in->routes[2 * i] = (struct http_route){ "POST", in->paths[i], post_call, in, BODY_MAX };
		in->routes[2 * i + 1] = (struct http_route){ "GET", in->paths[i], get_description, in, 0 };
	}
}
