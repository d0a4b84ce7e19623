/* SPDX-License-Identifier: EUPL-1.2 */
/* The way back from an order to its answer. */
#include "osci/answer.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "osci/entries.h"
#include "osci/feedback.h"
#include "osci/write.h"

static int reply_begin(struct osci_reply *r, struct err *e)
{
	struct osci_call *c = r->call;
	const struct osci_stored *d = &c->fetched;
	int rc = 0;

	if (!id_is_zero(&d->id))
		rc = c->env->mark_forwarded(c->env->ctx, &d->id, c->now, e);
	if (rc == 0)
		rc = r->begin(r->ctx, &r->to, e);
	r->begun = rc == 0;
	return rc;
}

static int reply_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct osci_reply *r = (struct osci_reply *)s;

	if (!r->begun && reply_begin(r, e) != 0)
		return (int)e->code;
	return sink_write(r->to, data, n, e);
}

void osci_reply_init(struct osci_reply *r, struct osci_call *c, osci_answer_fn *begin, void *ctx)
{
	*r = (struct osci_reply){ .base = { .write = reply_write }, .call = c, .begin = begin, .ctx = ctx };
}

void osci_done_error(struct osci_done *done, const struct err *e)
{
	if (done->cause.code == ERR_OK)
		done->cause = *e;
}

int osci_answer_fault(struct osci_done *done, enum osci_code code, struct osci_reply *r, struct err *e)
{
	done->was_fault = true;
	done->code = code;
	memset(&r->call->fetched, 0, sizeof(r->call->fetched)); /* nothing of it goes out */
	return osci_write_fault(code, &r->base, e);
}

/* The implicit orders get a ConversationId, too: the reference library does without neither it nor a sequence. */
static void fill_control(struct osci_call *c)
{
	struct osci_control_block *out = &c->answer.control;
	const struct osci_control_block *in = &c->m->control;
	const struct osci_order *row = osci_order_of(c->row->answer);
	char conversation[OSCI_CONVERSATION_LEN], challenge[OSCI_CHALLENGE_LEN];

	out->response = in->challenge;
	out->conversation =
		c->dialog != NULL ? c->dialog->conversation : arena_dup(c->arena, osci_conversation_new(conversation));
	out->challenge =
		c->dialog != NULL ? c->dialog->next_challenge : arena_dup(c->arena, osci_challenge_new(challenge));
	out->sequence = in->sequence >= 0 ? in->sequence : 0;
	if (row->control.sequence == OSCI_NEVER)
		out->sequence = -1;
	if (row->control.challenge == OSCI_NEVER)
		out->challenge = NULL;
}

static void fill_feedback(struct osci_call *c)
{
	c->answer.feedback_count =
		osci_entries(c->codes, c->code_count, c->m->languages, c->arena, &c->answer.feedback);
	c->done->code = c->codes[c->code_count - 1];
}

/* An order that failed half way has nothing to give but its feedback. */
static void drop_results(struct osci_call *c)
{
	struct osci_selection echo = c->answer.selection;

	osci_message_fini(&c->answer);
	memset(&c->answer, 0, sizeof(c->answer));
	c->answer.selection = echo;
	memset(&c->fetched, 0, sizeof(c->fetched));
	memset(&c->stored, 0, sizeof(c->stored));
}

static void note_done(struct osci_call *c)
{
	const char *id = c->m->message_id;

	if (id == NULL)
		id = c->answer.message_id;
	if (id == NULL && !id_is_zero(&c->fetched.id))
		id = c->fetched.message_id;
	(void)snprintf(c->done->message_id, sizeof(c->done->message_id), "%s", id != NULL ? id : "");
	c->done->stored = c->stored;
	c->done->fetched = c->fetched.id;
}

int osci_answer_write(struct osci_call *c, const struct pki_keyring *keys, struct osci_reply *r, struct err *e)
{
	const struct osci_message *m = c->m;
	const struct pki_key *sign = pki_keyring_current(keys, PKI_USE_SIGNATURE, c->now);
	bool is_secret = m->was_encrypted || m->type == OSCI_INIT_DIALOG || (c->dialog != NULL && c->dialog->encrypted);
	struct osci_write_options o = {
		.sign = sign,
		.style = c->policy->style,
		.encrypt_for = is_secret ? c->client : NULL,
		.iv16 = !m->gcm_iv12 && !(c->dialog != NULL && c->dialog->iv12),
	};

	if (sign == NULL)
		return err_reason(e, ERR_CONFIG, RSN_LOC_KEY_MISSING, "no signature key is valid now");
	if (osci_feedback(c->codes[c->code_count - 1])->level >= OSCI_ERROR)
		drop_results(c);
	c->answer.type = c->row->answer;
	fill_control(c);
	fill_feedback(c);
	note_done(c);
	return osci_write(&o, &c->answer, &r->base, e);
}
