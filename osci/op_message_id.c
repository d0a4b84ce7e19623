/* SPDX-License-Identifier: EUPL-1.2 */
/* getMessageId, as the intermediary obeys it. */
#include "osci/call.h"
#include "osci/msgid.h"

int osci_op_message_id(struct osci_call *c, struct err *e)
{
	char id[OSCI_MSGID_TEXT_LEN];

	(void)e;
	c->answer.message_id = arena_dup(c->arena, osci_msgid_new(c->env->id_key, id));
	return 0;
}
