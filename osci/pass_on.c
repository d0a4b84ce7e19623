/* SPDX-License-Identifier: EUPL-1.2 */
/* From an order of a client to an order of ours, and what the recipient made of it. */
#include "osci/pass_on.h"

#include <string.h>

#include "base/clock.h"
#include "osci/answer.h"
#include "osci/ask.h"

/* Anybody may name a cipher certificate, so a signature says more. */
static const uint8_t *sender_of(const struct osci_call *c)
{
	const struct pki_cert *who = c->m->is_signed && c->m->signer != NULL ? c->m->signer : c->client;

	return who != NULL ? who->sha256 : NULL;
}

bool osci_pass_begin(struct osci_pass *p)
{
	struct osci_call *c = p->call;
	const struct osci_way_wish wish = { c->m->receiver, sender_of(c) };
	struct err e = ERR_INIT;
	int rc;

	if (c->env->way_begin == NULL)
		rc = err_set(&e, ERR_UNSUPPORTED, "no recipient is called from here");
	else
		rc = c->env->way_begin(c->env->ways, &wish, &p->transport, &p->way, &e);
	if (rc == 0)
		return true;
	p->way = NULL;
	osci_done_error(c->done, &e);
	osci_call_code(c, OSCI_9809);
	return false;
}

void osci_pass_end(struct osci_pass *p)
{
	if (p->way != NULL)
		p->call->env->way_end(p->call->env->ways, p->way);
	p->way = NULL;
	if (p->has_answer)
		osci_message_fini(&p->answer);
	p->has_answer = false;
}

/* All that the sender has sent goes on, certificates with their Ids: keys and signatures in the content point there. The
 * recipient encrypts its answer for the cipher certificate that is added. */
static void fill_certs(const struct osci_pass *p, const struct pki_key *cipher, struct osci_message *m)
{
	const struct osci_message *order = p->call->m;

	m->certs = arena_alloc(p->call->arena, (order->cert_count + 1) * sizeof(*m->certs));
	if (order->cert_count > 0)
		memcpy(m->certs, order->certs, order->cert_count * sizeof(*m->certs));
	m->cert_count = order->cert_count + 1;
	m->certs[order->cert_count] = (struct osci_cert){
		.role = OSCI_INTERMEDIARY,
		.is_cipher = true,
		.id = osci_cert_id(p->call->arena, OSCI_INTERMEDIARY, true, 0, cipher->cert),
		.cert = cipher->cert,
	};
}

static int fill_order(const struct osci_pass *p, const struct osci_stored *d, const char *challenge,
		      const struct pki_key *cipher, struct osci_message *m, struct err *e)
{
	struct osci_call *c = p->call;

	*m = (struct osci_message){
		.type = p->type,
		.control = { .challenge = challenge, .sequence = -1 },
		.languages = c->m->languages,
		.subject = c->m->subject,
		.reply_id = p->reply_id,
		.custom = c->m->custom,
		.custom_count = c->m->custom_count,
	};
	fill_certs(p, cipher, m);
	osci_call_content(m, d);
	if (!p->has_card)
		return 0;
	m->cards = arena_alloc(c->arena, sizeof(*m->cards));
	m->card_count = 1;
	return osci_call_card(c, d, c->m, &m->cards[0], e);
}

/* What is known of an exchange without an answer that can be read. */
static enum osci_code lost(bool sent, const struct err *e)
{
	if (!sent)
		return OSCI_9809;
	return e->code == ERR_TIMEOUT || e->reason == RSN_NET_ANSWER_LOST || err_class(e->code) == ERR_LOCAL ? OSCI_9810 :
													       OSCI_9808;
}

static enum osci_code unusable(struct osci_pass *p, const char *text)
{
	struct err e = ERR_INIT;

	err_set(&e, ERR_PEER, "recipient: %s", text);
	osci_done_error(p->call->done, &e);
	return OSCI_9808;
}

/* Whoever returns the challenge has the key that the order was encrypted for; the signature says which of them it was. */
static enum osci_code check_signer(struct osci_pass *p)
{
	struct osci_call *c = p->call;

	if (p->answer.signature_code != OSCI_NO_CODE)
		return OSCI_9807;
	if (!p->answer.is_signed && c->policy->refuse_unsigned_recipients)
		return OSCI_9807;
	osci_inspect_recipient(c->trust, &p->answer, c->policy->accept_incomplete, c->now, c->arena, &p->findings);
	if (p->findings.error != OSCI_NO_CODE)
		return p->findings.error;
	for (size_t i = 0; i < p->findings.warning_count; i++)
		osci_call_warn(c, p->findings.warnings[i]);
	if (!p->answer.is_signed)
		osci_call_warn(c, OSCI_3802);
	if (!p->answer.was_encrypted)
		osci_call_warn(c, OSCI_3803);
	return OSCI_NO_CODE;
}

static enum osci_code judge(struct osci_pass *p, const char *challenge)
{
	const struct osci_message *a = &p->answer;
	const char *last = a->feedback_count > 0 ? a->feedback[a->feedback_count - 1].code : "";
	enum osci_code code;

	if (a->type == OSCI_FAULT)
		return unusable(p, a->fault_code != NULL ? a->fault_code : "a fault");
	if (a->type != osci_order_of(p->type)->answer)
		return unusable(p, osci_order_of(a->type)->element);
	if (a->control.response == NULL || strcmp(a->control.response, challenge) != 0)
		return unusable(p, "its Response is not our Challenge");
	code = check_signer(p);
	if (code != OSCI_NO_CODE)
		return code;
	if (*last == '\0')
		return unusable(p, "no feedback");
	return *last == '9' ? OSCI_9805 : OSCI_NO_CODE;
}

static enum osci_code exchange(struct osci_pass *p, struct osci_ask *q, const char *challenge)
{
	struct osci_call *c = p->call;
	const struct osci_read_options in = {
		.keys = c->keys, .certs = c->certs, .policy = pki_trust_policy(c->trust), .answers = true,
		.max_size = c->policy->max_size,
	};
	struct err e = ERR_INIT;
	bool sent = false;
	int rc = osci_ask_send(q, &p->transport, &sent, &e);

	if (rc == 0)
		rc = osci_ask_read(q, &in, p->intake, c->arena, &p->answer, &e);
	if (rc != 0) {
		osci_done_error(c->done, &e);
		return lost(sent, &e);
	}
	p->has_answer = true;
	return judge(p, challenge);
}

/* The vector of 16 byte is what recipients of any age can read, and nothing is known of this one. */
static int write_order(struct osci_pass *p, struct osci_ask *q, const struct osci_stored *d, const char *challenge,
		       struct err *e)
{
	struct osci_call *c = p->call;
	const struct pki_key *cipher = pki_keyring_current(c->keys, PKI_USE_CIPHER, c->now);
	const struct osci_write_options o = {
		.sign = pki_keyring_current(c->keys, PKI_USE_SIGNATURE, c->now),
		.style = c->policy->style,
		.encrypt_for = osci_message_cert(c->m, OSCI_ADDRESSEE, true),
		.iv16 = true,
	};
	struct osci_message m;
	int rc;

	if (cipher == NULL || o.sign == NULL)
		return err_reason(e, ERR_CONFIG, RSN_LOC_KEY_MISSING, "no key of ours is valid now");
	rc = fill_order(p, d, challenge, cipher, &m, e);
	return rc != 0 ? rc : osci_ask_write(q, &o, &m, e);
}

static enum osci_code deliver(struct osci_pass *p, struct osci_stored *d)
{
	struct osci_call *c = p->call;
	struct osci_ask q = { .scratches = &c->env->scratches };
	char challenge[OSCI_CHALLENGE_LEN];
	enum osci_code code = OSCI_9809;
	struct err e = ERR_INIT;

	osci_challenge_new(challenge);
	d->forwarded = d->modified = clock_now();
	if (write_order(p, &q, d, challenge, &e) == 0 &&
	    c->env->mark_forwarded(c->env->ctx, &d->id, d->forwarded, &e) == 0)
		code = exchange(p, &q, challenge);
	else
		osci_done_error(c->done, &e);
	osci_ask_fini(&q);
	return code;
}

void osci_pass_lost(struct osci_pass *p, enum osci_code code, const struct err *e)
{
	osci_done_error(p->call->done, e);
	osci_call_code(p->call, code);
}

bool osci_pass_on(struct osci_pass *p, struct osci_stored *d)
{
	struct osci_call *c = p->call;
	struct id id = d->id;
	enum osci_code code = OSCI_9809;
	struct err e = ERR_INIT;

	if (c->env->get(c->env->ctx, &id, c->arena, d, &e) == 0)
		code = deliver(p, d);
	if (code == OSCI_NO_CODE) {
		d->received = d->modified = clock_now();
		if (c->env->mark_received(c->env->ctx, &id, d->received, &e) == 0)
			return true;
		osci_pass_lost(p, OSCI_9810, &e);
		return false;
	}
	osci_pass_lost(p, code, &e);
	e = (struct err)ERR_INIT;	/* that it stays longer than it has to is no news for the sender */
	if (c->env->give_up(c->env->ctx, &id, &e) != 0)
		osci_done_error(c->done, &e);
	return false;
}
