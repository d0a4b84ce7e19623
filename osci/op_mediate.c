/* SPDX-License-Identifier: EUPL-1.2 */
/* mediateDelivery, as the intermediary obeys it. */
#include <string.h>

#include "base/clock.h"
#include "osci/msgid.h"
#include "osci/pass_on.h"

struct mediation {
	struct osci_pass pass;
	bool is_recorded;	/* the sender gave a MessageId: both ways have process cards */
	const char *request_id, *reply_id;
	void *making;		/* the reply */
};

/* Without a protocol the deliveries have names all the same, which nobody is told. */
static void name_both(struct osci_call *c, struct mediation *x)
{
	char id[OSCI_MSGID_TEXT_LEN];

	x->is_recorded = c->m->message_id != NULL;
	x->reply_id = arena_dup(c->arena, osci_msgid_new(c->env->id_key, id));
	x->request_id = x->is_recorded ? c->m->message_id : arena_dup(c->arena, osci_msgid_new(c->env->id_key, id));
	x->pass.has_card = x->is_recorded;
	x->pass.reply_id = x->is_recorded ? x->reply_id : NULL;
}

static int keep_reply(struct osci_call *c, struct mediation *x, struct osci_stored *reply, struct err *e)
{
	const struct osci_message *a = &x->pass.answer;
	const struct pki_cert *from = osci_message_cert(a, OSCI_ORIGINATOR, true);
	struct id id;
	int rc;

	*reply = (struct osci_stored){ .message_id = x->reply_id, .created = clock_now(), .kept = x->is_recorded ? OSCI_PASSED_ON : OSCI_UNLISTED };
	if (from != NULL)
		memcpy(reply->from, from->sha256, sizeof(reply->from));
	memcpy(reply->to, c->client->sha256, sizeof(reply->to));
	rc = osci_call_commit(c, &x->making, a, &x->pass.findings, reply, e);
	id = reply->id;
	return rc != 0 ? rc : c->env->get(c->env->ctx, &id, c->arena, reply, e);
}

static int add_cards(struct osci_call *c, const struct osci_stored *request, const struct osci_stored *reply, struct err *e)
{
	struct osci_message *out = &c->answer;
	struct osci_stored now = *reply;
	int rc;

	now.forwarded = now.modified = clock_now();
	out->cards = arena_alloc(c->arena, 2 * sizeof(*out->cards));
	out->card_count = 2;
	rc = osci_call_card(c, request, c->m, &out->cards[0], e);
	return rc != 0 ? rc : osci_call_card(c, &now, out, &out->cards[1], e);
}

/* The reply goes out like a delivery that was fetched: Forwarding with the answer, Reception with the next order. */
static int hand_out(struct osci_call *c, struct mediation *x, const struct osci_stored *request, struct err *e)
{
	struct osci_stored reply;
	int rc = keep_reply(c, x, &reply, e);

	if (rc == 0)
		rc = osci_memo_read_header(reply.header, c->certs, c->arena, &c->answer, e);
	if (rc == 0 && x->is_recorded)
		rc = add_cards(c, request, &reply, e);
	if (rc != 0)
		return rc;
	osci_call_content(&c->answer, &reply);
	c->fetched = reply;
	return 0;
}

static int mediate(struct osci_call *c, struct mediation *x, struct err *e)
{
	struct osci_stored request;
	struct osci_intake intake;
	struct err he = ERR_INIT;
	int rc = osci_call_keep(c, x->request_id, x->is_recorded ? OSCI_PASSED_ON : OSCI_UNLISTED, &request, e);

	if (rc == ERR_EXISTS) {
		osci_call_code(c, OSCI_9801);
		return 0;
	}
	if (rc != 0)
		return rc;
	if (c->env->store_begin(c->env->ctx, &intake, &x->making, &he) != 0) {
		x->making = NULL;
		osci_pass_lost(&x->pass, OSCI_9809, &he);
		return 0;
	}
	x->pass.intake = &intake;
	if (!osci_pass_on(&x->pass, &request))
		return 0;
	if (x->pass.answer.content_parts == 0) {
		osci_call_code(c, OSCI_9806);
		return 0;
	}
	if (hand_out(c, x, &request, &he) != 0)
		osci_pass_lost(&x->pass, OSCI_9810, &he);
	return 0;
}

int osci_op_mediate(struct osci_call *c, struct err *e)
{
	struct mediation x = { .pass = { .call = c, .type = OSCI_PROCESS_DELIVERY } };
	int rc = 0;

	name_both(c, &x);
	if ((!x.is_recorded || osci_call_has_id(c)) && osci_pass_begin(&x.pass))
		rc = mediate(c, &x, e);
	if (x.making != NULL)
		c->env->store_abort(c->env->ctx, x.making);
	osci_pass_end(&x.pass);
	return rc;
}
