/* SPDX-License-Identifier: EUPL-1.2 */
/* An intermediary's order from its first byte to the last of its answer. */
#include "osci/recipient.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "osci/entries.h"
#include "osci/order.h"
#include "osci/read.h"
#include "osci/write.h"
#include "pki/enc.h"

struct serving {
	const struct osci_recipient_options *o;
	struct arena *a;
	struct osci_message m;		/* the order */
	void *making;
	osci_answer_fn *begin;
	void *ctx;
	struct osci_done *done;
};

static void note(struct serving *s, const struct err *e)
{
	if (s->done->cause.code == ERR_OK)
		s->done->cause = *e;
}

static int answer_fault(struct serving *s, enum osci_code code, struct err *e)
{
	struct sink *to = NULL;
	int rc = s->begin(s->ctx, &to, e);

	s->done->code = code;
	s->done->was_fault = true;
	return rc != 0 ? rc : osci_write_fault(code, to, e);
}

/* Who may deliver here: one intermediary by its certificate, or any whose certificate is good. */
static enum osci_code check_signer(const struct serving *s)
{
	const struct osci_message *m = &s->m;
	struct pki_verdict v = { .math = PKI_MATH_INDETERMINATE };

	if (m->signature_code != OSCI_NO_CODE)
		return m->signature_code;
	if (!m->is_signed)
		return OSCI_9600;
	if (s->o->intermediary != NULL)
		return pki_cert_same(m->signer, s->o->intermediary) ? OSCI_NO_CODE : OSCI_9700;
	if (s->o->trust == NULL)
		return OSCI_9700;
	pki_check(s->o->trust, m->signer, PKI_FOR_SIGNATURE, clock_now(), &v);
	if (v.online == PKI_ONLINE_REVOKED)
		return OSCI_9701;
	return v.accepted ? OSCI_NO_CODE : OSCI_9700;
}

/* The recipient is the originator of its reply, and the sender its addressee. */
static void fill_reply_certs(struct serving *s, const struct osci_reply_content *reply, struct osci_message *out)
{
	const struct pki_key *cipher = pki_keyring_current(s->o->keys, PKI_USE_CIPHER, clock_now());
	struct pki_cert *sender = osci_message_cert(&s->m, OSCI_ORIGINATOR, true);

	out->certs = arena_alloc(s->a, (reply->cert_count + 2) * sizeof(*out->certs));
	if (cipher != NULL)
		out->certs[out->cert_count++] = (struct osci_cert){
			OSCI_ORIGINATOR, true, osci_cert_id(s->a, OSCI_ORIGINATOR, true, 0, cipher->cert), cipher->cert
		};
	if (sender != NULL)
		out->certs[out->cert_count++] = (struct osci_cert){
			OSCI_ADDRESSEE, true, osci_cert_id(s->a, OSCI_ADDRESSEE, true, 0, sender), sender
		};
	for (size_t i = 0; i < reply->cert_count; i++)
		out->certs[out->cert_count++] = reply->certs[i];
}

static void fill_answer(struct serving *s, const struct osci_reply_content *reply, enum osci_code code,
			struct osci_message *out)
{
	*out = (struct osci_message){
		.type = osci_order_of(s->m.type)->answer,
		.control = { .response = s->m.control.challenge, .sequence = -1 },
	};
	out->feedback_count = osci_entries(&code, 1, s->m.languages, s->a, &out->feedback);
	if (reply == NULL || osci_feedback(code)->level >= OSCI_ERROR)
		return;
	fill_reply_certs(s, reply, out);
	if (!reply->has_content)
		return;
	out->message_id = s->m.reply_id;
	out->subject = reply->subject;
	out->quality_creation = out->quality_reception = true;
	out->has_content = true;
	out->content_size = reply->content_size;
	out->open_content = reply->open_content;
	out->content_ctx = reply->content_ctx;
	out->attachments = reply->attachments;
	out->attachment_count = reply->attachment_count;
}

static int write_answer(struct serving *s, const struct osci_reply_content *reply, enum osci_code code, struct err *e)
{
	const struct osci_write_options o = {
		.sign = pki_keyring_current(s->o->keys, PKI_USE_SIGNATURE, clock_now()),
		.encrypt_for = s->m.was_encrypted ? osci_message_cert(&s->m, OSCI_INTERMEDIARY, true) : NULL,
		.iv16 = !s->m.gcm_iv12,
	};
	struct osci_message out;
	struct sink *to = NULL;
	int rc;

	fill_answer(s, reply, code, &out);
	s->done->code = code;
	rc = s->begin(s->ctx, &to, e);
	return rc != 0 ? rc : osci_write(&o, &out, to, e);
}

/* An order that cannot be answered must not be taken: the intermediary would have to send it again. OSCI_NO_CODE: it can. */
static enum osci_code check_message(struct serving *s)
{
	const struct osci_order *row = osci_order_of(s->m.type);
	struct pki_cert *back = osci_message_cert(&s->m, OSCI_INTERMEDIARY, true);
	struct err e = ERR_INIT;

	if (!row->outward) {
		err_set(&e, ERR_UNSUPPORTED, "the order %s is not for a recipient", row->element);
		note(s, &e);
		return OSCI_9100;
	}
	if (osci_order_check(row, &s->m.control) != OSCI_NO_CODE)
		return OSCI_9400;
	if (!s->m.was_encrypted)
		return OSCI_NO_CODE;
	if (back == NULL)
		return OSCI_9500;
	if (pki_enc_can(back, &e) == 0)
		return OSCI_NO_CODE;
	note(s, &e);
	return OSCI_9501;
}

static int take(struct serving *s, struct err *e)
{
	const struct osci_taker *t = s->o->taker;
	struct osci_reply_content reply = { .subject = NULL };
	struct osci_reply_content *wanted = s->m.type == OSCI_PROCESS_DELIVERY ? &reply : NULL;
	enum osci_code code = check_signer(s);
	struct err te = ERR_INIT;
	void *making = s->making;

	if (code == OSCI_NO_CODE) {
		s->making = NULL;	/* take ends it, whatever happens */
		code = OSCI_0800;
		if (t->take(t->ctx, making, &s->m, s->a, wanted, &code, &te) != 0) {
			note(s, &te);
			return answer_fault(s, OSCI_9000, e);
		}
	}
	return write_answer(s, wanted, code, e);
}

static int serve(struct serving *s, const struct osci_scratch *scratch, struct src *request, struct err *e)
{
	const struct osci_read_options o = {
		.keys = s->o->keys, .certs = s->o->certs, .policy = s->o->policy, .max_size = s->o->max_size,
	};
	struct osci_intake intake = { .ctx = NULL };
	enum osci_code code = OSCI_9000;
	struct err re = ERR_INIT;
	int rc;

	if (pki_keyring_current(s->o->keys, PKI_USE_SIGNATURE, clock_now()) == NULL) {
		err_reason(&re, ERR_CONFIG, RSN_LOC_KEY_MISSING, "no signature key is valid now");
		note(s, &re);
		return answer_fault(s, OSCI_9000, e);
	}
	if (s->o->taker->begin(s->o->taker->ctx, &intake, &s->making, &re) != 0) {
		s->making = NULL;
	} else if (osci_read(&o, request, &intake, scratch, s->a, &s->m, &code, &re) == 0) {
		s->done->type = s->m.type;
		if (s->m.message_id != NULL)
			(void)snprintf(s->done->message_id, sizeof(s->done->message_id), "%s", s->m.message_id);
		code = check_message(s);
		rc = code == OSCI_NO_CODE ? take(s, e) : answer_fault(s, code, e);
		osci_message_fini(&s->m);
		return rc;
	}
	note(s, &re);
	return answer_fault(s, code, e);
}

int osci_recipient_serve(const struct osci_recipient_options *o, struct src *request, osci_answer_fn *begin_answer,
			 void *ctx, struct osci_done *done, struct err *e)
{
	struct serving s = { .o = o, .a = arena_new_capped(OSCI_REQUEST_MEMORY), .begin = begin_answer, .ctx = ctx, .done = done };
	const struct osci_scratches *scratches = &o->taker->scratches;
	struct osci_scratch scratch = { .ctx = NULL };
	void *handle = NULL;
	int rc;

	memset(done, 0, sizeof(*done));
	done->type = OSCI_FAULT;
	if (scratches->begin(scratches->ctx, &scratch, &handle, &done->cause) == 0) {
		rc = serve(&s, &scratch, request, e);
		scratches->free(scratches->ctx, handle);
	} else {
		rc = answer_fault(&s, OSCI_9000, e);
	}
	if (s.making != NULL)
		o->taker->abort(o->taker->ctx, s.making);
	arena_free(s.a);
	return rc;
}
