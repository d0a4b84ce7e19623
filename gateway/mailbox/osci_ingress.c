/* SPDX-License-Identifier: EUPL-1.2 */
/* HTTP requests of the OSCI listener, and a line in the log about each order. */
#include "mailbox/osci_ingress.h"

#include "base/clock.h"
#include "base/log.h"
#include "osci/order.h"

struct answer {
	struct http_request *rq;
	struct sink *sink;
};

static int begin_answer(void *ctx, struct sink **out, struct err *e)
{
	struct answer *a = ctx;
	int rc = http_body_check(a->rq, e);	/* not an order that is wrong, but a request that broke: HTTP says so */

	if (rc == 0)
		rc = http_reply_begin(a->rq, 200, "text/xml; charset=UTF-8", -1, &a->sink, e);
	if (rc == 0)
		*out = a->sink;
	return rc;
}

/* A stage of a message and every refusal are worth a line; a mailbox that is polled and empty is not. */
static enum log_level level_of(const struct osci_done *d)
{
	bool is_nothing_there = d->code == OSCI_9803 || d->code == OSCI_9804;
	bool is_refused = d->was_fault || (osci_feedback(d->code)->level >= OSCI_ERROR && !is_nothing_there);

	return is_refused || !id_is_zero(&d->stored) || !id_is_zero(&d->fetched) ? LOG_INFO : LOG_DEBUG;
}

static void log_order(const struct osci_done *d, const char *peer, int64_t ms)
{
	const struct id *id = id_is_zero(&d->stored) ? &d->fetched : &d->stored;
	char message[ID_TEXT_LEN] = "";

	if (!id_is_zero(id))
		(void)id_text(id, message);
	log_event(level_of(d), "osci.served", LOG_STR("order", d->type != OSCI_FAULT ? osci_order_of(d->type)->element : "unreadable"),
		  LOG_STR("code", osci_feedback(d->code)->digits), LOG_STR("cause", d->cause.text),
		  LOG_STR("osci_id", d->message_id), LOG_STR("peer", peer), LOG_INT("ms", ms),
		  LOG_STR("message", message));
}

int mailbox_ingress_post(struct http_request *rq, void *ctx, struct err *e)
{
	struct osci_intermediary *im = ctx;
	struct answer a = { .rq = rq };
	struct err broke = ERR_INIT;
	struct osci_done done;
	int64_t start = clock_mono();
	int rc = osci_intermediary_serve(im, http_body(rq), begin_answer, &a, &done, e);

	if (rc == 0)
		rc = sink_finish(a.sink, e);
	if (http_body_check(rq, &broke) == 0)
		log_order(&done, http_peer(rq), clock_mono() - start);
	return rc;
}

int mailbox_ingress_get(struct http_request *rq, void *ctx, struct err *e)
{
	(void)ctx;
	http_header_add(rq, "Allow", "POST");
	return http_reply_text(rq, 405, "This is an OSCI-Transport 1.2 intermediary. Orders are sent with POST.\n", e);
}
