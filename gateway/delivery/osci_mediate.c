/* SPDX-License-Identifier: EUPL-1.2 */
/* osci_mediate - the channel "osci-mediate": as osci-forward, and the recipient replies in the same exchange. */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "delivery/osci_line.h"
#include "delivery/parcel.h"
#include "delivery/reply.h"

static int prepare(struct delivery_errand *x, struct err *e)
{
	return delivery_osci_open(x, x->s->conf->max_reply_size, e);
}

static void set_instants(struct delivery_errand *x, const struct osci_message *answer)
{
	for (size_t i = 0; i < answer->card_count; i++) {
		const struct osci_card *c = &answer->cards[i];

		if (c->message_id == NULL || strcmp(c->message_id, x->d->peer_id) != 0)
			continue;
		x->r->stored = c->created;
		x->r->fetched = c->received;
	}
	if (x->r->fetched == 0)
		x->r->fetched = clock_now();
	if (x->r->stored == 0)
		x->r->stored = x->r->fetched;
}

/* The application has arrived, whatever becomes of the reply; but its intermediary is told that we have that only if we do. */
static void take_reply(struct delivery_errand *x, struct delivery_reply *reply, const struct osci_message *answer)
{
	struct err e = ERR_INIT;

	if (answer->content_parts == 0 || delivery_reply_keep(x, reply, answer, &e) == 0)
		return;
	x->r->unfinished = true;
	x->r->detail = arena_printf(x->a, "%s; the reply could not be kept: %s", x->r->detail, e.text);
	log_event(LOG_ERROR, "delivery.reply-lost", LOG_ID("message", &x->d->message), LOG_ERR(&e));
}

static int exchange(struct delivery_errand *x, const struct delivery_parcel *parcel, struct delivery_reply *reply, struct err *e)
{
	struct peer_osci *line = x->line;
	struct osci_message answer;
	int rc = osci_client_init_dialog(line->client, e);

	if (rc != 0)
		return peer_post_wrap(&line->post, "initDialog", e);
	rc = osci_client_mediate(line->client, delivery_parcel_outgoing(parcel), &reply->intake, x->a, &answer, e);
	rc = delivery_osci_passed(x, rc, "mediateDelivery", e);
	if (rc != 0)
		return rc;
	set_instants(x, &answer);
	take_reply(x, reply, &answer);
	osci_message_fini(&answer);
	return 0;
}

static int mediate(struct delivery_errand *x, struct err *e)
{
	struct delivery_reply reply = { .making = NULL };
	struct delivery_parcel *parcel = NULL;
	int rc = delivery_parcel_new(x, &parcel, e);

	if (rc == 0)
		rc = delivery_reply_begin(x, &reply, e);
	if (rc == 0)
		rc = exchange(x, parcel, &reply, e);
	delivery_reply_drop(x, &reply);
	delivery_parcel_free(parcel);
	return rc;
}

/* The end of the dialog acknowledges the reply. */
static void finish(struct delivery_errand *x)
{
	const struct peer_osci *line = x->line;
	struct err ignored = ERR_INIT;

	if (line != NULL && line->client != NULL && !x->r->unfinished)
		(void)osci_client_exit_dialog(line->client, &ignored);
	delivery_osci_finish(x);
}

const struct delivery_channel delivery_osci_mediate = {
	.name = "osci-mediate",
	.at_once = true,
	.without_answer = "the answer was lost, and with it any reply that this trace does not name",
	.peer = delivery_osci_peer,
	.prepare = prepare,
	.send = mediate,
	.ask = delivery_osci_ask,
	.classify = delivery_osci_classify,
	.finish = finish,
};
