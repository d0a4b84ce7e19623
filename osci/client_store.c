/* SPDX-License-Identifier: EUPL-1.2 */
/* client_store - puts a delivery into a mailbox, or has it handed on to a recipient that waits, and perhaps replies. */
#include <string.h>

#include "osci/client_state.h"

/* The writer wants the size before the first byte, to notice content that changes between its two passes. */
static int measure(const struct osci_outgoing *d, uint64_t *size, struct err *e)
{
	struct sink *null = NULL;
	struct src *from = NULL;
	int rc = d->open_content(d->content_ctx, &from, e);

	if (rc == 0) {
		null = sink_to_null();
		rc = stream_copy(from, null, UINT64_MAX, size, e);
	}
	sink_close(null);
	src_close(from);
	return rc == 0 ? 0 : err_wrap(e, "content");
}

static int fill_request(struct osci_client *c, enum osci_type type, const struct osci_outgoing *d, struct arena *a,
			struct osci_message *m, struct err *e)
{
	*m = (struct osci_message){
		.type = type,
		.receiver = type != OSCI_STORE_DELIVERY ? d->receiver : NULL,
		.message_id = d->message_id,
		.subject = d->subject,
		.quality_creation = true,
		.quality_reception = true,
		.certs = arena_alloc(a, (d->cert_count + 1) * sizeof(*m->certs)),
		.cert_count = d->cert_count + 1,
		.custom = d->custom,
		.custom_count = d->custom_count,
		.has_content = true,
		.open_content = d->open_content,
		.content_ctx = d->content_ctx,
		.attachments = d->attachments,
		.attachment_count = d->attachment_count,
	};
	m->certs[0] = osci_client_cipher_cert(c, a);
	if (d->cert_count != 0)
		memcpy(m->certs + 1, d->certs, d->cert_count * sizeof(*m->certs));
	if (osci_message_cert(m, OSCI_ADDRESSEE, true) == NULL)
		return err_set(e, ERR_CONFIG, "delivery: no cipher certificate of the addressee");
	return measure(d, &m->content_size, e);
}

static int send(struct osci_client *c, enum osci_type type, const struct osci_outgoing *d, struct arena *a,
		struct osci_card *card, struct err *e)
{
	struct osci_message request, answer;
	struct osci_exchange order = { .request = &request };
	int rc = fill_request(c, type, d, a, &request, e);

	if (rc == 0)
		rc = osci_client_do(c, &order, a, &answer, e);
	if (rc != 0)
		return rc;
	*card = answer.card_count > 0 ? answer.cards[0] : (struct osci_card){ .message_id = d->message_id };
	osci_message_fini(&answer);
	return 0;
}

int osci_client_store(struct osci_client *c, const struct osci_outgoing *d, struct arena *a, struct osci_card *card,
		      struct err *e)
{
	return send(c, OSCI_STORE_DELIVERY, d, a, card, e);
}

int osci_client_forward(struct osci_client *c, const struct osci_outgoing *d, struct arena *a, struct osci_card *card,
			struct err *e)
{
	if (d->receiver == NULL)
		return err_set(e, ERR_CONFIG, "forward: no address of the recipient");
	return send(c, OSCI_FORWARD_DELIVERY, d, a, card, e);
}

int osci_client_mediate(struct osci_client *c, const struct osci_outgoing *d, const struct osci_intake *intake, struct arena *a,
			struct osci_message *out, struct err *e)
{
	struct osci_message request;
	struct osci_exchange order = { .request = &request, .parts = intake };
	int rc;

	if (d->receiver == NULL)
		return err_set(e, ERR_CONFIG, "mediate: no address of the recipient");
	rc = fill_request(c, OSCI_MEDIATE_DELIVERY, d, a, &request, e);
	if (rc == 0)
		rc = osci_client_do(c, &order, a, out, e);
	if (rc != ERR_REFUSED || c->said.code != OSCI_9806)
		return rc;
	*e = (struct err)ERR_INIT;
	*out = (struct osci_message){ .type = OSCI_RESPONSE_TO_MEDIATE_DELIVERY };
	return 0;
}
