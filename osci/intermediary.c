/* SPDX-License-Identifier: EUPL-1.2 */
#include "osci/intermediary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "osci/answer.h"
#include "osci/call.h"
#include "osci/control.h"
#include "osci/feedback.h"
#include "osci/read.h"

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

void osci_call_code(struct osci_call *c, const char *code)
{
	must(c->code_count < CALL_CODES_MAX);
	c->codes[c->code_count++] = code;
}

static bool is_refused(const struct osci_call *c)
{
	return c->code_count > 0 && osci_code(c->codes[c->code_count - 1])->level >= OSCI_ERROR;
}

/* What makes a message one that cannot be answered as an order. NULL: nothing. */
static const char *check_message(struct osci_intermediary *im, struct osci_call *c)
{
	const struct osci_message *m = c->m;
	struct pki_verdict v;
	const char *code;

	if (!m->was_encrypted && !im->policy.accept_plain)
		return "9202"; /* no code says "must be encrypted"; this one at least points at the encryption */
	if (m->encrypted_for != NULL) {
		memset(&v, 0, sizeof(v));
		pki_check(im->trust, m->encrypted_for, PKI_FOR_CIPHER, c->now, &v);
		if (v.online == PKI_ONLINE_REVOKED)
			return "9201";
	}
	code = osci_control_check(m->type, &m->control);
	if (code != NULL && strcmp(code, "9802") == 0) /* feedback: that answer must be possible, too */
		code = m->control.challenge == NULL ? "9400" : NULL;
	return code;
}

/* A dialog belongs to the certificates it was opened with. */
static bool is_bound(const struct osci_call *c)
{
	const struct pki_cert *cipher = osci_message_cert(c->m, OSCI_ORIGINATOR, true);

	if (cipher != NULL && !pki_cert_same(cipher, c->dialog->cipher))
		return false;
	return c->dialog->signer == NULL || c->m->signer == NULL || pki_cert_same(c->m->signer, c->dialog->signer);
}

static const char *enter_dialog(struct osci_intermediary *im, struct osci_call *c)
{
	struct err e = ERR_INIT;

	c->client = osci_message_cert(c->m, OSCI_ORIGINATOR, true);
	if (c->m->control.conversation != NULL) {
		if (osci_dialog_enter(im->dialogs, &c->m->control, &c->dialog, &e) != 0) {
			c->dialog = NULL;
			return "9400";
		}
		if (!is_bound(c))
			return "9400";
		c->client = c->dialog->cipher;
	}
	if (c->client != NULL)
		memcpy(c->done->client, c->client->hex, sizeof(c->done->client));
	if (c->client == NULL && (c->m->was_encrypted || c->m->type == OSCI_INIT_DIALOG))
		return "9500";
	return NULL;
}

static void check_signature(struct osci_intermediary *im, struct osci_call *c)
{
	bool required = !im->policy.accept_unsigned || (c->dialog != NULL && c->dialog->signer != NULL);

	if (c->m->signature_code != NULL)
		osci_call_code(c, c->m->signature_code);
	else if (!c->m->is_signed && required)
		osci_call_code(c, "9600");
}

static void check_certs(struct osci_intermediary *im, struct osci_call *c)
{
	osci_inspect(im->trust, c->m, c->client, im->policy.accept_incomplete, c->now, c->arena, &c->findings);
	for (size_t i = 0; i < c->findings.warning_count; i++)
		osci_call_code(c, c->findings.warnings[i]);
	if (c->findings.error != NULL)
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

static int obey(struct osci_call *c, const struct osci_op *op, struct err *e)
{
	int rc = confirm_received(c, e);

	if (rc == 0)
		rc = op->run(c, e);
	if (rc != 0)
		osci_call_code(c, "9811");
	else if (!is_refused(c))
		osci_call_code(c, c->dialog != NULL && !c->exits ? "0801" : "0800");
	return rc;
}

/* Everything up to the answer. NULL: c->codes and c->answer are ready; otherwise the code of a fault. */
static const char *handle(struct osci_intermediary *im, struct osci_call *c, const struct osci_op *op)
{
	const char *fault = check_message(im, c);
	struct err e = ERR_INIT;

	if (fault == NULL)
		fault = enter_dialog(im, c);
	if (fault != NULL)
		return fault;
	check_signature(im, c);
	if (is_refused(c))
		return NULL;
	check_certs(im, c);
	if (c->findings.fault != NULL)
		return c->findings.fault;
	if (is_refused(c))
		return NULL;
	if (osci_control_needs_dialog(c->m->type) && c->dialog == NULL) {
		osci_call_code(c, "9802");
		return NULL;
	}
	if (obey(c, op, &e) != 0) {
		osci_done_error(c->done, &e);
		/* a dialog that could not be opened has no answer of its own type */
		if (c->m->type == OSCI_INIT_DIALOG)
			return "9000";
	}
	return NULL;
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

static int answer(struct osci_intermediary *im, struct osci_call *c, const struct osci_op *op, struct osci_reply *r,
		  struct err *e)
{
	const char *fault = handle(im, c, op);
	int rc;

	if (fault == NULL) {
		rc = osci_answer_write(c, op->answer, im->keys, r, e);
		if (rc == 0 || r->begun) {
			if (rc == 0 && c->dialog != NULL && !id_is_zero(&c->fetched.id) && c->fetched.received == 0)
				c->dialog->fetched = c->fetched.id;
			leave_dialog(im, c, false);
			return rc;
		}
		osci_done_error(c->done, e); /* nothing has gone out yet: there is still room for a fault */
		fault = "9000";
	}
	leave_dialog(im, c, true);
	return osci_answer_fault(c->done, fault, r, e);
}

static int serve(struct osci_intermediary *im, struct osci_call *c, struct src *request, struct osci_reply *r,
		 struct err *e)
{
	const struct osci_read_options o = {
		.keys = im->keys,
		.certs = im->certs,
		.policy = pki_trust_policy(im->trust),
		.max_size = im->policy.max_size,
	};
	struct osci_intake intake;
	struct osci_message *m = arena_alloc(c->arena, sizeof(*m));
	struct err re = ERR_INIT;
	int rc;

	memset(&intake, 0, sizeof(intake));
	if (im->env->store_begin(im->env->ctx, &intake, &c->making, &re) != 0) {
		c->making = NULL;
		osci_done_error(c->done, &re);
		return osci_answer_fault(c->done, "9000", r, e);
	}
	if (osci_read(&o, request, &intake, c->arena, m, &re) != 0) {
		osci_done_error(c->done, &re);
		return osci_answer_fault(c->done, osci_read_code(&re), r, e);
	}
	c->m = m;
	c->now = clock_now(); /* of the arrival: all of it is here */
	c->done->type = m->type;
	rc = answer(im, c, osci_dispatch(m->type), r, e);
	osci_message_fini(&c->answer);
	osci_message_fini(m);
	return rc;
}

int osci_intermediary_serve(struct osci_intermediary *im, struct src *request, osci_answer_fn *begin_answer, void *ctx,
			    struct osci_done *done, struct err *e)
{
	struct osci_call c = {
		.policy = &im->policy,
		.env = im->env,
		.dialogs = im->dialogs,
		.certs = im->certs,
		.arena = arena_new(),
		.done = done,
	};
	struct osci_reply r;
	int rc;

	memset(done, 0, sizeof(*done));
	done->type = OSCI_FAULT;
	osci_reply_init(&r, &c, begin_answer, ctx);
	rc = serve(im, &c, request, &r, e);
	if (c.making != NULL)
		im->env->store_abort(im->env->ctx, c.making);
	arena_free(c.arena);
	return rc;
}
