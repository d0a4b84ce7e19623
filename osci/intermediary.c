/* SPDX-License-Identifier: EUPL-1.2 */
/* One order from its first byte to the last of its answer: the order of the checks. */
#include "osci/intermediary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "osci/answer.h"
#include "osci/call.h"
#include "osci/feedback.h"
#include "osci/read.h"
#include "pki/enc.h"

struct osci_intermediary {
	struct osci_policy policy;
	const struct pki_keyring *keys;
	struct pki_certs *certs;
	struct pki_trust *trust;
	const struct osci_env *env;
	struct osci_dialogs *dialogs;
};

int osci_intermediary_new(const struct osci_policy *p, const struct pki_keyring *keys, struct pki_certs *certs,
			  struct pki_trust *trust, const struct osci_env *env, struct osci_intermediary **out,
			  struct err *e)
{
	struct osci_intermediary *im;

	if (pki_keyring_current(keys, PKI_USE_SIGNATURE, clock_now()) == NULL ||
	    pki_keyring_current(keys, PKI_USE_CIPHER, clock_now()) == NULL)
		return err_reason(e, ERR_CONFIG, RSN_LOC_KEY_MISSING,
				  "an intermediary needs a signature key and a cipher key that are valid now");
	im = mem_new(sizeof(*im));
	im->policy = *p;
	im->keys = keys;
	im->certs = certs;
	im->trust = trust;
	im->env = env;
	im->dialogs = osci_dialogs_new(p->dialog_idle_ms, p->dialogs_max);
	*out = im;
	return 0;
}

void osci_intermediary_free(struct osci_intermediary *im)
{
	if (im == NULL)
		return;
	osci_dialogs_free(im->dialogs);
	free(im);
}

static bool is_refused(const struct osci_call *c)
{
	return c->code_count > 0 && osci_feedback(c->codes[c->code_count - 1])->level >= OSCI_ERROR;
}

/* What makes a message one that cannot be answered as an order. OSCI_NO_CODE: nothing. */
static enum osci_code check_message(struct osci_intermediary *im, struct osci_call *c)
{
	const struct osci_message *m = c->m;
	struct pki_verdict v;
	enum osci_code code;

	if (!m->was_encrypted && !im->policy.accept_plain)
		return OSCI_9202; /* no code says "must be encrypted"; this one at least points at the encryption */
	if (m->encrypted_for != NULL) {
		memset(&v, 0, sizeof(v));
		pki_check(im->trust, m->encrypted_for, PKI_FOR_CIPHER, c->now, &v);
		if (v.online == PKI_ONLINE_REVOKED)
			return OSCI_9201;
	}
	code = osci_order_check(c->row, &m->control);
	if (code != OSCI_9802)
		return code;
	/* feedback, if an answer of the order's own type is possible */
	return m->control.challenge == NULL || (m->was_encrypted && osci_message_cert(m, OSCI_ORIGINATOR, true) == NULL)
		       ? OSCI_9802
		       : OSCI_NO_CODE;
}

/* A dialog belongs to the certificates it was opened with. */
static bool is_bound(const struct osci_call *c)
{
	const struct pki_cert *cipher = osci_message_cert(c->m, OSCI_ORIGINATOR, true);

	if (cipher != NULL && !pki_cert_same(cipher, c->dialog->cipher))
		return false;
	return c->dialog->signer == NULL || c->m->signer == NULL || pki_cert_same(c->m->signer, c->dialog->signer);
}

/* An order whose answer cannot be encrypted must not be obeyed: its sender would never learn what became of it. */
static enum osci_code check_client(struct osci_call *c)
{
	bool is_secret = c->m->was_encrypted || c->m->type == OSCI_INIT_DIALOG ||
			 (c->dialog != NULL && c->dialog->encrypted);
	struct err e = ERR_INIT;

	if (!is_secret)
		return OSCI_NO_CODE;
	if (c->client == NULL)
		return OSCI_9500;
	if (pki_enc_can(c->client, &e) == 0)
		return OSCI_NO_CODE;
	osci_done_error(c->done, &e);
	return OSCI_9501;
}

static enum osci_code enter_dialog(struct osci_intermediary *im, struct osci_call *c)
{
	struct err e = ERR_INIT;

	c->client = osci_message_cert(c->m, OSCI_ORIGINATOR, true);
	if (c->m->control.conversation != NULL) {
		if (osci_dialog_enter(im->dialogs, &c->m->control, &c->dialog, &e) != 0) {
			c->dialog = NULL;
			return OSCI_9400;
		}
		if (!is_bound(c))
			return OSCI_9400;
		c->client = c->dialog->cipher;
	}
	if (c->client != NULL)
		memcpy(c->done->client, c->client->hex, sizeof(c->done->client));
	return check_client(c);
}

static void check_signature(struct osci_intermediary *im, struct osci_call *c)
{
	bool required = !im->policy.accept_unsigned || (c->dialog != NULL && c->dialog->signer != NULL);

	if (c->m->signature_code != OSCI_NO_CODE)
		osci_call_code(c, c->m->signature_code);
	else if (!c->m->is_signed && required)
		osci_call_code(c, OSCI_9600);
}

static void check_certs(struct osci_intermediary *im, struct osci_call *c)
{
	osci_inspect(im->trust, c->m, c->client, im->policy.accept_incomplete, c->now, c->arena, &c->findings);
	for (size_t i = 0; i < c->findings.warning_count; i++)
		osci_call_code(c, c->findings.warnings[i]);
	if (c->findings.error != OSCI_NO_CODE)
		osci_call_code(c, c->findings.error);
}

/* That the client goes on in the dialog says that it has what it fetched before (OSCI 1.2: process card, Reception). */
static int confirm_received(struct osci_call *c, struct err *e)
{
	int rc;

	if (c->dialog == NULL || id_is_zero(&c->dialog->fetched))
		return 0;
	rc = c->env->mark_received(c->env->ctx, &c->dialog->fetched, c->now, e);
	if (rc == 0)
		memset(&c->dialog->fetched, 0, sizeof(c->dialog->fetched));
	return rc;
}

static int obey(struct osci_call *c, struct err *e)
{
	int rc = confirm_received(c, e);

	if (rc == 0)
		rc = c->row->run(c, e);
	if (rc != 0)
		osci_call_code(c, OSCI_9811);
	else if (!is_refused(c))
		osci_call_code(c, c->dialog != NULL && !c->exits ? OSCI_0801 : OSCI_0800);
	return rc;
}

/* Everything up to the answer. OSCI_NO_CODE: c->codes and c->answer are ready; otherwise the code of a fault. */
static enum osci_code handle(struct osci_intermediary *im, struct osci_call *c)
{
	enum osci_code fault = check_message(im, c);
	struct err e = ERR_INIT;

	if (fault == OSCI_NO_CODE)
		fault = enter_dialog(im, c);
	if (fault != OSCI_NO_CODE)
		return fault;
	check_signature(im, c);
	if (is_refused(c))
		return OSCI_NO_CODE;
	check_certs(im, c);
	if (c->findings.fault != OSCI_NO_CODE)
		return c->findings.fault;
	if (is_refused(c))
		return OSCI_NO_CODE;
	if (c->row->needs_dialog && c->dialog == NULL) {
		osci_call_code(c, OSCI_9802);
		return OSCI_NO_CODE;
	}
	if (obey(c, &e) != 0) {
		osci_done_error(c->done, &e);
		/* a dialog that could not be opened has no answer of its own type */
		if (c->m->type == OSCI_INIT_DIALOG)
			return OSCI_9000;
	}
	return OSCI_NO_CODE;
}

static void leave_dialog(struct osci_intermediary *im, struct osci_call *c, bool is_fault)
{
	enum osci_dialog_event how = is_fault ? OSCI_DLG_EV_FAILED : c->exits ? OSCI_DLG_EV_EXIT : OSCI_DLG_EV_ANSWERED;

	if (c->dialog == NULL)
		return;
	if (how == OSCI_DLG_EV_EXIT && c->dialog->state != OSCI_DLG_BUSY)
		how = OSCI_DLG_EV_FAILED;
	osci_dialog_leave(im->dialogs, c->dialog, how);
	c->dialog = NULL;
}

static int answer(struct osci_intermediary *im, struct osci_call *c, struct osci_reply *r, struct err *e)
{
	enum osci_code fault = handle(im, c);
	int rc;

	if (fault == OSCI_NO_CODE) {
		rc = osci_answer_write(c, im->keys, r, e);
		if (rc == 0 || r->begun) {
			if (rc == 0 && c->dialog != NULL && !id_is_zero(&c->fetched.id) && c->fetched.received == 0)
				c->dialog->fetched = c->fetched.id;
			leave_dialog(im, c, false);
			return rc;
		}
		osci_done_error(c->done, e); /* nothing has gone out yet: there is still room for a fault */
		fault = OSCI_9000;
	}
	leave_dialog(im, c, true);
	return osci_answer_fault(c->done, fault, r, e);
}

static int obey_message(struct osci_intermediary *im, struct osci_call *c, struct osci_message *m, struct osci_reply *r,
			struct err *e)
{
	int rc;

	c->m = m;
	c->row = osci_order_of(m->type);
	c->now = clock_now(); /* of the arrival: all of it is here */
	c->done->type = m->type;
	if (c->row->run != NULL) {
		rc = answer(im, c, r, e);
	} else {
		struct err unknown = ERR_INIT;

		err_set(&unknown, ERR_UNSUPPORTED, "the order %s is not for an intermediary", c->row->element);
		osci_done_error(c->done, &unknown);
		rc = osci_answer_fault(c->done, OSCI_9100, r, e);
	}
	osci_message_fini(&c->answer);
	osci_message_fini(m);
	return rc;
}

static int serve(struct osci_intermediary *im, struct osci_call *c, const struct osci_scratch *scratch,
		 struct src *request, struct osci_reply *r, struct err *e)
{
	const struct osci_read_options o = {
		.keys = im->keys,
		.certs = im->certs,
		.policy = pki_trust_policy(im->trust),
		.max_size = im->policy.max_size,
	};
	struct osci_intake intake = { .ctx = NULL };
	struct osci_message *m = arena_alloc(c->arena, sizeof(*m));
	enum osci_code code = OSCI_9000;
	struct err re = ERR_INIT;

	if (im->env->store_begin(im->env->ctx, &intake, &c->making, &re) != 0)
		c->making = NULL;
	else if (osci_read(&o, request, &intake, scratch, c->arena, m, &code, &re) == 0)
		return obey_message(im, c, m, r, e);
	osci_done_error(c->done, &re);
	return osci_answer_fault(c->done, code, r, e);
}

int osci_intermediary_serve(struct osci_intermediary *im, struct src *request, osci_answer_fn *begin_answer, void *ctx,
			    struct osci_done *done, struct err *e)
{
	struct osci_call c = {
		.policy = &im->policy,
		.env = im->env,
		.dialogs = im->dialogs,
		.keys = im->keys,
		.trust = im->trust,
		.certs = im->certs,
		.arena = arena_new_capped(OSCI_REQUEST_MEMORY),
		.done = done,
	};
	const struct osci_scratches *scratches = &im->env->scratches;
	struct osci_scratch scratch = { .ctx = NULL };
	struct osci_reply r;
	void *handle = NULL;
	int rc;

	memset(done, 0, sizeof(*done));
	done->type = OSCI_FAULT;
	osci_reply_init(&r, &c, begin_answer, ctx);
	if (scratches->begin(scratches->ctx, &scratch, &handle, &done->cause) == 0) {
		rc = serve(im, &c, &scratch, request, &r, e);
		scratches->free(scratches->ctx, handle);
	} else {
		rc = osci_answer_fault(done, OSCI_9000, &r, e);
	}
	if (c.making != NULL)
		im->env->store_abort(im->env->ctx, c.making);
	arena_free(c.arena);
	return rc;
}
