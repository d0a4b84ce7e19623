/* SPDX-License-Identifier: EUPL-1.2 */
/* client_answer - is it the answer to our order, from whom we asked, and what does it say. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "osci/client_state.h"
#include "osci/feedback.h"

static bool same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static int bad(struct err *e, const char *spec, const char *text)
{
	err_spec(e, ERR_PEER, spec, "answer: %s", text);
	return err_default_reason(e, RSN_NET_BAD_ANSWER);
}

static struct osci_entry *keep(struct osci_client *c, size_t n)
{
	struct osci_entry *entries = arena_alloc(c->saying, (n + 1) * sizeof(*entries));

	c->said.entries = entries;
	c->said.entry_count = n;
	return entries;
}

static const char *copy(struct osci_client *c, const char *text)
{
	return text != NULL ? arena_dup(c->saying, text) : NULL;
}

/* What a code that is no success comes to. A code nobody knows gets no text of ours. */
static int refuse(const struct osci_client *c, struct err *e)
{
	const struct osci_said *said = &c->said;
	const struct osci_feedback *line = osci_feedback(said->code);
	struct osci_reaction r = osci_feedback_reaction(said->code, said->authenticated);

	if (r.reason == RSN_NONE)
		r.reason = RSN_OSCI_REFUSED; /* nothing but warnings: that is how the reference product refuses */
	return err_reason(e, said->authenticated ? ERR_REFUSED : ERR_PEER, r.reason, "%s%s %.8s%s%s",
			  said->authenticated ? "" : "not signed: ", said->is_fault ? "fault" : "code", said->digits,
			  *line->en != '\0' ? ": " : ", not a code of OSCI 1.2", line->en);
}

/* Faults are neither signed nor encrypted: anybody on the way can make one, so nothing is concluded from it but that
 * this attempt failed. After a Server fault the order may have been obeyed, and after one whose code is none, too. */
static int take_fault(struct osci_client *c, const struct osci_message *answer, struct err *e)
{
	struct osci_entry *entry = keep(c, 1);
	enum osci_level level;

	entry->code = c->said.digits = copy(c, answer->fault_code != NULL ? answer->fault_code : "");
	entry->text = c->said.text = copy(c, answer->fault_text != NULL ? answer->fault_text : "");
	c->said.code = osci_feedback_code(entry->code);
	c->said.is_fault = true;
	level = osci_feedback(c->said.code)->level;
	c->ambiguous = answer->fault_is_server || (level != OSCI_FAULT_CLIENT && level != OSCI_ERROR);
	if (c->state == OSCI_IN_DIALOG)
		osci_client_end_dialog(c, OSCI_DIALOG_BROKEN);
	return refuse(c, e);
}

static int check_signature(const struct osci_client *c, const struct osci_message *answer, struct err *e)
{
	const struct pki_cert *want = c->o.intermediary_signature;

	if (answer->signature_code != OSCI_NO_CODE)
		return err_reason(e, ERR_TRUST, RSN_OSCI_UNSIGNED_ANSWER, "the answer's signature is wrong (%s)",
				  osci_feedback(answer->signature_code)->digits);
	if (want == NULL)
		return 0;
	if (!answer->is_signed)
		return err_reason(e, ERR_TRUST, RSN_OSCI_UNSIGNED_ANSWER, "the answer is not signed");
	if (!pki_cert_same(answer->signer, want))
		return err_reason(e, ERR_TRUST, RSN_OSCI_UNSIGNED_ANSWER, "the answer is signed by certificate %.16s, not %.16s",
				  answer->signer->hex, want->hex);
	return 0;
}

static int check_control(const struct osci_client *c, const struct osci_message *request,
			 const struct osci_message *answer, struct err *e)
{
	const struct osci_control_block *asked = &request->control, *got = &answer->control;

	if (!same(got->response, asked->challenge))
		return bad(e, "OSCI 1.2 5.2", "Response is not our Challenge");
	if (request->type != OSCI_INIT_DIALOG && got->sequence != asked->sequence)
		return bad(e, "OSCI 1.2 5.2", "SequenceNumber is not ours");
	if (c->state == OSCI_IN_DIALOG && !same(got->conversation, c->conversation))
		return bad(e, "OSCI 1.2 5.2", "ConversationId is not that of the dialog");
	if (request->type == OSCI_INIT_DIALOG && (got->conversation == NULL || got->challenge == NULL))
		return bad(e, "OSCI 1.2 5.2", "no ConversationId or no Challenge");
	if (c->state == OSCI_IN_DIALOG && request->type != OSCI_EXIT_DIALOG && got->challenge == NULL)
		return bad(e, "OSCI 1.2 5.2", "no Challenge");
	return 0;
}

static void begin_dialog(struct osci_client *c, const struct osci_message *answer)
{
	osci_client_end_dialog(c, OSCI_IN_DIALOG);
	c->conversation = mem_dup(answer->control.conversation);
	c->challenge = mem_dup(answer->control.challenge);
}

static void move_dialog(struct osci_client *c, const struct osci_message *request, const struct osci_message *answer)
{
	if (request->type == OSCI_EXIT_DIALOG) {
		osci_client_end_dialog(c, OSCI_NO_DIALOG);
		return;
	}
	if (c->state != OSCI_IN_DIALOG)
		return;
	free(c->challenge);
	c->challenge = mem_dup(answer->control.challenge);
	c->sequence++;
}

/* The text of that code in the first language we wanted, else the first of that code. */
static const char *text_of(const struct osci_client *c, const char *digits)
{
	const char *first = "";

	for (size_t i = 0; i < c->said.entry_count; i++) {
		const struct osci_entry *f = &c->said.entries[i];

		if (strcmp(f->code, digits) != 0 || f->text == NULL)
			continue;
		if (f->lang != NULL && strncmp(f->lang, c->languages, 2) == 0)
			return f->text;
		if (*first == '\0')
			first = f->text;
	}
	return first;
}

bool osci_client_warned(const struct osci_client *c, enum osci_code code)
{
	for (size_t i = 0; i < c->said.entry_count; i++)
		if (osci_feedback_code(c->said.entries[i].code) == code)
			return true;
	return false;
}

/* False: no feedback that deserves the name. *done: something says outright that the order was carried out. */
static bool take_feedback(struct osci_client *c, const struct osci_message *answer, bool *done)
{
	struct osci_entry *entries = keep(c, answer->feedback_count);

	*done = answer->card_count > 0;
	for (size_t i = 0; i < answer->feedback_count; i++) {
		const struct osci_entry *f = &answer->feedback[i];

		if (f->code == NULL || *f->code == '\0')
			return false;
		entries[i] = (struct osci_entry){ copy(c, f->lang), copy(c, f->code), copy(c, f->text) };
		*done = *done || f->code[0] == '0';
		c->said.digits = entries[i].code;
	}
	c->said.code = osci_feedback_code(c->said.digits);
	c->said.text = text_of(c, c->said.digits);
	return answer->feedback_count > 0;
}

/* The last entry decides. Codes we do not know are judged by their first digit. */
static int judge(struct osci_client *c, const struct osci_message *answer, struct err *e)
{
	bool done;

	if (!take_feedback(c, answer, &done)) {
		keep(c, 0);
		c->said.digits = "";
		return bad(e, "OSCI 1.2 5", "no feedback, or feedback without a code");
	}
	c->said.authenticated = c->o.intermediary_signature != NULL; /* or check_signature would not have passed it */
	if (c->said.code == OSCI_9803 || c->said.code == OSCI_9804)
		return err_set(e, ERR_MISSING, "%s: %s", c->said.digits, osci_feedback(c->said.code)->en);
	if (c->said.digits[0] == '0' ||
	    (c->said.digits[0] == '3' && (done || answer->type != OSCI_RESPONSE_TO_STORE_DELIVERY)))
		return 0;
	return refuse(c, e);
}

int osci_client_check(struct osci_client *c, const struct osci_exchange *x, const struct osci_message *answer,
		      struct err *e)
{
	const struct osci_message *request = x->request;

	if (answer->type == OSCI_FAULT)
		return take_fault(c, answer, e);
	if (answer->type != osci_order_of(request->type)->answer)
		return bad(e, "OSCI 1.2 4", osci_order_of(answer->type)->schema);
	if (c->o.intermediary_cipher != NULL && !answer->was_encrypted)
		return bad(e, "OSCI 1.2 4.2", "not encrypted, though our order was");
	if (check_signature(c, answer, e) != 0 || check_control(c, request, answer, e) != 0)
		return e->code;
	c->ambiguous = false;
	move_dialog(c, request, answer);
	if (judge(c, answer, e) != 0)
		return e->code;
	if (request->type == OSCI_INIT_DIALOG)
		begin_dialog(c, answer);
	return 0;
}
