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

/* Faults are neither signed nor encrypted: anybody on the way can make one, so nothing is concluded from it but that
 * this attempt failed. After a Server fault the order may have been obeyed. */
static int take_fault(struct osci_client *c, const struct osci_message *answer, struct err *e)
{
	const char *code = answer->fault_code != NULL ? answer->fault_code : "";
	const struct osci_code *line = osci_code(code);

	osci_client_set_text(c, code, answer->fault_text);
	c->ambiguous = answer->fault_is_server;
	if (c->state == OSCI_IN_DIALOG)
		osci_client_end_dialog(c, OSCI_DIALOG_BROKEN);
	return err_reason(e, ERR_REFUSED, line->reason, "fault %s: %s", code, line->en);
}

static int check_signature(const struct osci_client *c, const struct osci_message *answer, struct err *e)
{
	const struct pki_cert *want = c->o.intermediary_signature;

	if (answer->signature_code != NULL)
		return err_reason(e, ERR_TRUST, RSN_OSCI_UNSIGNED_ANSWER, "the answer's signature is wrong (%s)",
				  answer->signature_code);
	if (want == NULL)
		return 0;
	if (!answer->is_signed)
		return err_reason(e, ERR_TRUST, RSN_OSCI_UNSIGNED_ANSWER, "the answer is not signed");
	if (!pki_cert_same(answer->signer, want))
		return err_reason(e, ERR_TRUST, RSN_OSCI_UNSIGNED_ANSWER, "the answer is signed by %s, not by %s",
				  answer->signer->subject, want->subject);
	return 0;
}

static int check_control(const struct osci_client *c, const struct osci_message *request,
			 const struct osci_message *answer, struct err *e)
{
	const struct osci_control *asked = &request->control, *got = &answer->control;

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

/* The entry of that code in the first language we wanted, else the first of that code. */
static const char *text_of(const struct osci_client *c, const struct osci_message *answer, const char *code)
{
	const char *first = NULL;

	for (size_t i = 0; i < answer->feedback_count; i++) {
		const struct osci_entry *f = &answer->feedback[i];

		if (f->code == NULL || strcmp(f->code, code) != 0)
			continue;
		if (f->lang != NULL && strncmp(f->lang, c->languages, 2) == 0)
			return f->text;
		if (first == NULL)
			first = f->text;
	}
	return first;
}

bool osci_client_warned(const struct osci_client *c, const char *code)
{
	return strstr(c->warnings, code) != NULL;
}

static void keep_warning(struct osci_client *c, const char *code)
{
	size_t n = strlen(c->warnings);

	if (code[0] != '3' || strlen(code) != 4 || osci_client_warned(c, code) || n + 6 > sizeof(c->warnings))
		return;
	snprintf(c->warnings + n, sizeof(c->warnings) - n, "%s%s", n > 0 ? " " : "", code);
}

/* Keeps the warnings; *done: some code says outright that the order was carried out. The code of the last entry, or
 * NULL if there is no feedback that deserves the name. */
static const char *read_feedback(struct osci_client *c, const struct osci_message *answer, bool *done)
{
	const char *last = NULL;

	*done = answer->card_count > 0;
	for (size_t i = 0; i < answer->feedback_count; i++) {
		last = answer->feedback[i].code;
		if (last == NULL)
			return NULL;
		keep_warning(c, last);
		*done = *done || last[0] == '0';
	}
	return last;
}

/* The last entry decides. Codes we do not know are judged by their first digit. */
static int judge(struct osci_client *c, const struct osci_message *answer, struct err *e)
{
	bool done;
	const char *last = read_feedback(c, answer, &done);
	const struct osci_code *line = osci_code(last);

	if (last == NULL)
		return bad(e, "OSCI 1.2 5", "no feedback, or feedback without a code");
	osci_client_set_text(c, last, text_of(c, answer, last));
	if (strcmp(last, "9803") == 0 || strcmp(last, "9804") == 0)
		return err_set(e, ERR_MISSING, "%s: %s", last, line->en);
	if (last[0] == '0' || (last[0] == '3' && (done || answer->type != OSCI_RESPONSE_TO_STORE_DELIVERY)))
		return 0;
	return err_reason(e, ERR_REFUSED, line->reason != RSN_NONE ? line->reason : RSN_OSCI_REFUSED, "code %s: %s",
			  last, line->en);
}

int osci_client_check(struct osci_client *c, const struct osci_order *order, const struct osci_message *answer,
		      struct err *e)
{
	const struct osci_message *request = order->request;

	if (answer->type == OSCI_FAULT)
		return take_fault(c, answer, e);
	if (answer->type != order->answer_type)
		return bad(e, "OSCI 1.2 4", osci_type_schema(answer->type));
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
