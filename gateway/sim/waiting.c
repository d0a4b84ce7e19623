/* SPDX-License-Identifier: EUPL-1.2 */
/* Deliveries that an intermediary brings, from the HTTP request to the folder and its answer. */
#include "waiting.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/server.h"
#include "inbox.h"
#include "osci/content.h"
#include "osci/order.h"
#include "osci/recipient.h"
#include "peer/scratch.h"
#include "sim.h"

#define WORKERS 8

/* One municipality at its path. */
struct desk {
	const struct waiting *w;
	const struct waiting_town *town;
	char path[32];
};

/* One order on its way: the reply lives until it is written. */
struct order {
	const struct desk *desk;
	struct osci_package *reply;
	struct span text;		/* of the reply */
};

struct answer {
	struct http_request *rq;
	struct sink *sink;
};

static int begin_delivery(void *ctx, struct osci_intake *intake, void **making, struct err *e)
{
	const struct desk *d = ((const struct order *)ctx)->desk;
	struct inbox *in = NULL;
	int rc = inbox_begin(d->town->folder, &in, e);

	if (rc != 0)
		return rc;
	*intake = inbox_intake(in);
	*making = in;
	return 0;
}

static void abort_delivery(void *ctx, void *making)
{
	(void)ctx;
	inbox_abort(making);
}

static int open_text(void *ctx, struct src **out, struct err *e)
{
	const struct order *o = ctx;

	(void)e;
	*out = src_of_mem(o->text.p, o->text.n);
	return 0;
}

static int make_package(struct order *o, const struct osci_message *m, struct err *e)
{
	const struct pki_keyring *keys = o->desk->town->keys;
	struct pki_cert *sender = osci_message_cert(m, OSCI_ORIGINATOR, true);
	const struct osci_part part = { .id = "quittung", .size = o->text.n, .open = open_text, .ctx = o };
	const struct osci_package_job job = {
		.parts = &part, .part_count = 1, .author = pki_keyring_current(keys, PKI_USE_SIGNATURE, clock_now()),
		.addressee = sender, .readers = &sender, .reader_count = 1,
	};

	if (sender == NULL)
		return err_set(e, ERR_MISSING, "the sender names no certificate that a reply can be encrypted for");
	return osci_package_make(&job, &o->reply, e);
}

/* Originator and addressee are added by osci/recipient.h; of the others the author's is left. */
static void give(const struct osci_outgoing *made, struct arena *a, struct osci_reply_content *reply)
{
	*reply = (struct osci_reply_content){
		.subject = "Eingangsbestätigung", .has_content = true, .open_content = made->open_content,
		.content_ctx = made->content_ctx, .attachments = made->attachments, .attachment_count = made->attachment_count,
		.certs = arena_alloc(a, (made->cert_count + 1) * sizeof(*reply->certs)),
	};
	for (size_t i = 0; i < made->cert_count; i++)
		if (made->certs[i].role == OSCI_OTHER_AUTHOR || made->certs[i].role == OSCI_OTHER_READER)
			reply->certs[reply->cert_count++] = made->certs[i];
}

static int measure(struct osci_reply_content *reply, struct err *e)
{
	struct sink *nobody = sink_to_null();
	struct src *from = NULL;
	int rc = reply->open_content(reply->content_ctx, &from, e);

	if (rc == 0)
		rc = stream_copy(from, nobody, UINT64_MAX, &reply->content_size, e);
	src_close(from);
	sink_close(nobody);
	return rc;
}

static int make_reply(struct order *o, const struct osci_message *m, struct arena *a, struct osci_reply_content *reply, struct err *e)
{
	char when[CLOCK_TEXT_LEN];
	struct osci_outgoing made = { .message_id = NULL };
	int rc;

	o->text = span_of(arena_printf(a, "<eingang xmlns=\"urn:depesche:sandbox\" behoerde=\"%s\" zeit=\"%s\"/>",
				       o->desk->town->ags, clock_utc(clock_now(), when)));
	rc = make_package(o, m, e);
	if (rc != 0)
		return rc;
	osci_package_fill(o->reply, &made);
	give(&made, a, reply);
	return measure(reply, e);
}

static int take_delivery(void *ctx, void *making, const struct osci_message *m, struct arena *a,
			 struct osci_reply_content *reply, enum osci_code *code, struct err *e)
{
	struct order *o = ctx;
	const struct desk *d = o->desk;
	bool duplicate = false;
	int rc;

	if (d->w->refuses) {
		inbox_abort(making);
		*code = OSCI_9805;
		return 0;
	}
	rc = inbox_end(making, m, d->town->keys, d->w->trust, &duplicate, e);
	if (rc == 0)
		log_event(LOG_INFO, duplicate ? "municipality.duplicate" : "municipality.received",
			  LOG_STR("ags", d->town->ags));
	return rc != 0 || reply == NULL || d->w->mute ? rc : make_reply(o, m, a, reply, e);
}

static int begin_answer(void *ctx, struct sink **out, struct err *e)
{
	struct answer *a = ctx;
	int rc = http_body_check(a->rq, e);	/* a request that broke is no order that is wrong: HTTP says so */

	if (rc == 0)
		rc = http_reply_begin(a->rq, 200, "text/xml; charset=UTF-8", -1, &a->sink, e);
	if (rc == 0)
		*out = a->sink;
	return rc;
}

static int serve_order(struct http_request *rq, void *ctx, struct err *e)
{
	struct desk *d = ctx;
	struct order order = { .desk = d };
	const struct osci_taker taker = {
		.begin = begin_delivery, .take = take_delivery, .abort = abort_delivery,
		.scratches = peer_scratches(d->w->scratch_dir), .ctx = &order,
	};
	const struct osci_recipient_options o = {
		.keys = d->town->keys, .certs = d->w->certs, .policy = pki_trust_policy(d->w->trust),
		.intermediary = d->w->intermediary, .taker = &taker, .max_size = d->w->max_size,
	};
	struct answer a = { .rq = rq };
	struct osci_done done;
	int rc = osci_recipient_serve(&o, http_body(rq), begin_answer, &a, &done, e);

	if (rc == 0)
		rc = sink_finish(a.sink, e);
	osci_package_free(order.reply);
	log_event(done.code == OSCI_0800 ? LOG_DEBUG : LOG_WARN, "municipality.served", LOG_STR("ags", d->town->ags),
		  LOG_STR("code", osci_feedback(done.code)->digits), LOG_STR("cause", done.cause.text));
	return rc;
}

static int run(struct http_server *server, const struct http_listener *l, struct err *e)
{
	unsigned index = 0;
	int rc = http_server_listen(server, l, &index, e);

	if (rc == 0)
		rc = http_server_start(server, e);
	if (rc != 0)
		return rc;
	log_event(LOG_INFO, "http.listening", LOG_STR("listener", l->name), LOG_INT("port", http_server_port(server, index)));
	while (!sim_stop_wait(1000))
		;
	http_server_stop(server, 1000);
	return 0;
}

int waiting_serve(const struct waiting *w, struct err *e)
{
	struct desk *desks = mem_new(w->town_count * sizeof(*desks));
	struct http_route *routes = mem_new(w->town_count * sizeof(*routes));
	const struct http_listener l = { .name = "municipality", .address = w->listen, .routes = routes,
					 .route_count = w->town_count };
	struct http_server *server = NULL;
	int rc;

	for (size_t i = 0; i < w->town_count; i++) {
		desks[i] = (struct desk){ .w = w, .town = &w->towns[i] };
		(void)snprintf(desks[i].path, sizeof(desks[i].path), "/%s", w->towns[i].ags);
		routes[i] = (struct http_route){ "POST", desks[i].path, serve_order, &desks[i], w->max_size };
	}
	rc = http_server_new(&(struct http_limits){ .workers = WORKERS }, &server, e);
	if (rc == 0)
		rc = run(server, &l, e);
	http_server_free(server);
	free(routes);
	free(desks);
	return rc;
}
