/* SPDX-License-Identifier: EUPL-1.2 */
#include "osci/control.h"

#include "base/mem.h"

enum need { FREE, REQ, NOT };

struct rule {
	enum osci_type type;
	enum need response, challenge, conversation, sequence;
	bool explicit_only;
};

/* The answers to implicit orders carry a ConversationId, too: the reference library insists. */
static const struct rule rules[] = {
	{ OSCI_GET_MESSAGE_ID, FREE, REQ, FREE, REQ, false },
	{ OSCI_INIT_DIALOG, NOT, REQ, NOT, NOT, false },
	{ OSCI_EXIT_DIALOG, REQ, REQ, REQ, REQ, true },
	{ OSCI_STORE_DELIVERY, FREE, REQ, FREE, REQ, false },
	{ OSCI_FETCH_DELIVERY, REQ, REQ, REQ, REQ, true },
	{ OSCI_FETCH_PROCESS_CARD, REQ, REQ, REQ, REQ, true },
	{ OSCI_RESPONSE_TO_GET_MESSAGE_ID, REQ, FREE, REQ, REQ, false },
	{ OSCI_RESPONSE_TO_INIT_DIALOG, REQ, REQ, REQ, NOT, false },
	{ OSCI_RESPONSE_TO_EXIT_DIALOG, REQ, NOT, REQ, REQ, false },
	{ OSCI_RESPONSE_TO_STORE_DELIVERY, REQ, FREE, REQ, REQ, false },
	{ OSCI_RESPONSE_TO_FETCH_DELIVERY, REQ, REQ, REQ, REQ, false },
	{ OSCI_RESPONSE_TO_FETCH_PROCESS_CARD, REQ, REQ, REQ, REQ, false },
};

static const struct rule *rule_of(enum osci_type t)
{
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		if (rules[i].type == t)
			return &rules[i];
	return NULL;
}

static bool fits(enum need need, bool present)
{
	return need == FREE || (need == REQ) == present;
}

const char *osci_control_check(enum osci_type t, const struct osci_control *c)
{
	const struct rule *r = rule_of(t);

	if (r == NULL)
		return NULL; /* a fault has no ControlBlock */
	if (r->explicit_only && c->conversation == NULL)
		return "9802";
	if (!fits(r->response, c->response != NULL) || !fits(r->challenge, c->challenge != NULL) ||
	    !fits(r->conversation, c->conversation != NULL) || !fits(r->sequence, c->sequence >= 0))
		return "9400";
	return NULL;
}

bool osci_control_needs_dialog(enum osci_type t)
{
	const struct rule *r = rule_of(t);

	return r != NULL && r->explicit_only;
}
