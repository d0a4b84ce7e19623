/* SPDX-License-Identifier: EUPL-1.2 */
/* One order of a client: its control block, the way there, the answer. */
#include "osci/client.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/b64.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/mem.h"
#include "osci/ask.h"
#include "osci/client_state.h"

#define CHALLENGE_BYTES 15

static void forget_said(struct osci_client *c)
{
	if (c->saying != NULL)
		arena_reset(c->saying);
	else
		c->saying = arena_new();
	c->said = (struct osci_said){ .digits = "", .text = "" };
}

int osci_client_new(const struct osci_client_options *o, struct osci_client **out, struct err *e)
{
	const struct pki_key *cipher = o->cipher_key != NULL ? o->cipher_key :
							       pki_keyring_current(o->cipher, PKI_USE_CIPHER, clock_now());
	struct osci_client *c;

	if (cipher == NULL)
		return err_reason(e, ERR_CONFIG, RSN_LOC_KEY_MISSING, "no cipher key of ours is valid now");
	c = mem_new(sizeof(*c));
	c->o = *o;
	c->cipher = cipher;
	c->languages = mem_dup(o->languages != NULL ? o->languages : "de");
	forget_said(c);
	*out = c;
	return 0;
}

void osci_client_free(struct osci_client *c)
{
	if (c == NULL)
		return;
	osci_client_end_dialog(c, OSCI_NO_DIALOG);
	arena_free(c->saying);
	free(c->languages);
	free(c);
}

const struct osci_said *osci_client_said(const struct osci_client *c)
{
	return &c->said;
}

const char *osci_client_code(const struct osci_client *c)
{
	return c->said.digits;
}

bool osci_client_is_ambiguous(const struct osci_client *c)
{
	return c->ambiguous;
}

void osci_client_end_dialog(struct osci_client *c, enum osci_client_dialog state)
{
	free(c->conversation);
	free(c->challenge);
	c->conversation = NULL;
	c->challenge = NULL;
	c->sequence = 0;
	c->state = state;
}

struct osci_cert osci_client_cipher_cert(const struct osci_client *c, struct arena *a)
{
	return (struct osci_cert){
		.role = OSCI_ORIGINATOR,
		.is_cipher = true,
		.id = osci_cert_id(a, OSCI_ORIGINATOR, true, 0, c->cipher->cert),
		.cert = c->cipher->cert,
	};
}

static char *new_challenge(struct arena *a)
{
	uint8_t r[CHALLENGE_BYTES];
	struct buf b;
	char *text;

	random_bytes(r, sizeof(r));
	buf_init(&b, 64);
	b64_encode(&b, r, sizeof(r));
	text = arena_dup(a, buf_str(&b));
	buf_fini(&b);
	return text;
}

/* Outside a dialog an order has the number 0 and neither Response nor ConversationId; initDialog has no number. */
static void fill_control(struct osci_client *c, struct osci_message *m, struct arena *a)
{
	m->control = (struct osci_control_block){ .challenge = new_challenge(a), .sequence = -1 };
	m->languages = c->languages;
	if (m->type == OSCI_INIT_DIALOG)
		return;
	m->control.sequence = c->sequence;
	m->control.conversation = c->conversation;
	m->control.response = c->challenge;
}

static int start_order(struct osci_client *c, const struct osci_message *request, struct err *e)
{
	const struct osci_order *row = osci_order_of(request->type);

	forget_said(c);
	c->ambiguous = false;
	if (c->state == OSCI_DIALOG_BROKEN && request->type != OSCI_INIT_DIALOG)
		return err_set(e, ERR_WRONG_STATE, "the dialog broke; begin a new one");
	if (row->needs_dialog && c->state != OSCI_IN_DIALOG)
		return err_spec(e, ERR_WRONG_STATE, "OSCI 1.2 4.2", "%s needs a dialog", row->element);
	if (request->type == OSCI_INIT_DIALOG && c->state == OSCI_IN_DIALOG)
		return err_set(e, ERR_WRONG_STATE, "a dialog is open already");
	return 0;
}

static int exchange(struct osci_client *c, const struct osci_exchange *x, struct osci_ask *q, struct arena *a,
		    struct osci_message *answer, struct err *e)
{
	const struct osci_write_options out = { .sign = c->o.sign, .style = c->o.style, .encrypt_for = c->o.intermediary_cipher };
	const struct osci_read_options in = {
		.keys = c->o.cipher, .certs = c->o.certs, .policy = c->o.policy, .answers = true,
		.max_size = c->o.max_answer,
	};
	bool sent = false;
	int rc = osci_ask_write(q, &out, x->request, e);

	if (rc == 0) {
		rc = osci_ask_send(q, c->o.transport, &sent, e);
		c->ambiguous = sent;
	}
	return rc != 0 ? rc : osci_ask_read(q, &in, x->parts, a, answer, e);
}

int osci_client_do(struct osci_client *c, const struct osci_exchange *x, struct arena *a, struct osci_message *answer,
		   struct err *e)
{
	struct osci_ask q = { .scratches = c->o.scratches };
	int rc = start_order(c, x->request, e);

	if (rc != 0)
		return rc;
	fill_control(c, x->request, a);
	rc = exchange(c, x, &q, a, answer, e);
	if (rc == 0) {
		rc = osci_client_check(c, x, answer, e);
		if (rc != 0)
			osci_message_fini(answer);
	}
	osci_ask_fini(&q);
	if (c->ambiguous && c->state == OSCI_IN_DIALOG)
		osci_client_end_dialog(c, OSCI_DIALOG_BROKEN);
	return rc == 0 ? 0 : err_wrap(e, "%s", osci_order_of(x->request->type)->element);
}
