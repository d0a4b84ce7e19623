/* SPDX-License-Identifier: EUPL-1.2 */
/* client_dialog - message ids, and the beginning and end of a dialog. */
#include "osci/client_state.h"

int osci_client_get_message_id(struct osci_client *c, struct arena *a, const char **message_id, struct err *e)
{
	struct osci_cert cipher = osci_client_cipher_cert(c, a);
	struct osci_message request = { .type = OSCI_GET_MESSAGE_ID, .certs = &cipher, .cert_count = 1 };
	struct osci_exchange order = { .request = &request };
	struct osci_message answer;
	int rc = osci_client_do(c, &order, a, &answer, e);

	if (rc != 0)
		return rc;
	*message_id = answer.message_id;
	osci_message_fini(&answer);
	if (*message_id == NULL || **message_id == '\0')
		return err_reason(e, ERR_PEER, RSN_NET_BAD_ANSWER, "getMessageId: answer without a message id");
	return 0;
}

static int do_dialog(struct osci_client *c, struct osci_message *request, struct err *e)
{
	struct osci_exchange order = { .request = request };
	struct arena *a = arena_new();
	struct osci_message answer;
	int rc;

	if (request->type == OSCI_INIT_DIALOG) {
		request->certs = arena_alloc(a, sizeof(*request->certs));
		request->certs[request->cert_count++] = osci_client_cipher_cert(c, a);
	}
	rc = osci_client_do(c, &order, a, &answer, e);
	if (rc == 0)
		osci_message_fini(&answer);
	request->certs = NULL;
	request->cert_count = 0;
	arena_free(a);
	return rc;
}

int osci_client_init_dialog(struct osci_client *c, struct err *e)
{
	struct osci_message request = { .type = OSCI_INIT_DIALOG };

	return do_dialog(c, &request, e);
}

int osci_client_exit_dialog(struct osci_client *c, struct err *e)
{
	struct osci_message request = { .type = OSCI_EXIT_DIALOG };

	return do_dialog(c, &request, e);
}
