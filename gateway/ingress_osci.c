/* SPDX-License-Identifier: EUPL-1.2 */
#include "ingress_osci.h"

#include "base/clock.h"
#include "base/log.h"

struct answer {
	struct http_request *rq;
	struct sink *sink;
};

static int begin_answer(void *ctx, struct sink **out, struct err *e)
{
	struct answer *a = ctx;
	int rc = http_reply_begin(a->rq, 200, "text/xml; charset=UTF-8", -1, &a->sink, e);

	if (rc == 0)
		*out = a->sink;
	return rc;
}

int gw_ingress_osci_post(struct http_request *rq, void *ctx, struct err *e)
{
	struct osci_intermediary *im = ctx;
	struct answer a = { .rq = rq };
	struct osci_done done;
	int64_t start = clock_mono();
	int rc = osci_intermediary_serve(im, http_body(rq), begin_answer, &a, &done, e);

	if (rc == 0)
		rc = sink_finish(a.sink, e);
	log_event(LOG_INFO, "osci.served", LOG_STR("order", done.was_fault ? "fault" : osci_type_element(done.type)),
		  LOG_STR("code", done.code), LOG_STR("cause", done.cause.text), LOG_STR("osci_id", done.message_id),
		  LOG_STR("peer", http_peer(rq)), LOG_INT("ms", clock_mono() - start),
		  LOG_ID("message", id_is_zero(&done.stored) ? NULL : &done.stored));
	return rc;
}

int gw_ingress_osci_get(struct http_request *rq, void *ctx, struct err *e)
{
	(void)ctx;
	http_header_add(rq, "Allow", "POST");
	return http_reply_text(rq, 405, "This is an OSCI-Transport 1.2 intermediary. Orders are sent with POST.\n", e);
}
