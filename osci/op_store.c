/* SPDX-License-Identifier: EUPL-1.2 */
/* storeDelivery, as the intermediary obeys it. */
#include <string.h>

#include "osci/call.h"
#include "osci/msgid.h"

static int commit(struct osci_call *c, struct osci_stored *d, struct err *e)
{
	int rc = c->env->store_commit(c->env->ctx, c->making, d, &c->stored, e);

	c->making = NULL; /* gone, whatever happened */
	return rc;
}

/* The card in the answer is the one every later process card begins with. */
static int add_card(struct osci_call *c, const struct osci_stored *d, struct err *e)
{
	struct osci_card *card = c->answer.cards = arena_alloc(c->arena, sizeof(*card));

	*card = (struct osci_card){
		.message_id = d->message_id,
		.subject = d->subject,
		.created = d->created,
		.modified = d->created,
	};
	c->answer.card_count = 1;
	return osci_memo_read_card(d->card, c->m, c->arena, &card->inspections, &card->inspection_count, e);
}

static int store(struct osci_call *c, struct buf *header, struct buf *card, struct err *e)
{
	const struct osci_message *m = c->m;
	struct osci_stored d = {
		.message_id = m->message_id,
		.subject = m->subject,
		.created = c->now,
		.modified = c->now,
		.attachments = m->attachments,
		.attachment_count = m->attachment_count,
		.has_content = m->has_content,
		.content_size = m->content_size,
	};
	int rc = osci_memo_header(m, header, e);

	if (rc == 0)
		rc = osci_memo_card(c->findings.list, c->findings.count, card, e);
	if (rc != 0)
		return rc;
	d.header = buf_view(header);
	d.card = buf_view(card);
	if (c->client != NULL)
		memcpy(d.from, c->client->sha256, sizeof(d.from));
	memcpy(d.to, osci_message_cert(m, OSCI_ADDRESSEE, true)->sha256, sizeof(d.to));
	rc = commit(c, &d, e);
	if (rc == ERR_EXISTS) {
		osci_call_code(c, OSCI_9801);
		return 0;
	}
	return rc != 0 ? rc : add_card(c, &d, e);
}

int osci_op_store(struct osci_call *c, struct err *e)
{
	struct buf header, card;
	int rc;

	if (c->m->message_id == NULL) {
		osci_call_code(c, OSCI_9800);
		return 0;
	}
	if (!osci_msgid_ours(c->env->id_key, c->m->message_id, c->now, c->policy->message_id_age_ms)) {
		osci_call_code(c, OSCI_9801);
		return 0;
	}
	buf_init(&header, OSCI_MEMO_MAX);
	buf_init(&card, OSCI_MEMO_MAX);
	rc = store(c, &header, &card, e);
	buf_fini(&header);
	buf_fini(&card);
	return rc;
}
