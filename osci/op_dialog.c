/* SPDX-License-Identifier: EUPL-1.2 */
/* initDialog and exitDialog, as the intermediary obeys it. */
#include "osci/call.h"

/* Who may read the challenge of the answer (it is always encrypted) and returns it has shown to hold the cipher key. */
int osci_op_init_dialog(struct osci_call *c, struct err *e)
{
	int rc = osci_dialog_open(c->dialogs, c->client, c->m->signer, &c->dialog, e);

	if (rc != 0) {
		c->dialog = NULL;
		return rc;
	}
	c->dialog->encrypted = c->m->was_encrypted;
	c->dialog->iv12 = c->m->gcm_iv12;
	return 0;
}

int osci_op_exit_dialog(struct osci_call *c, struct err *e)
{
	(void)e;
	c->exits = true;
	return 0;
}
