/* SPDX-License-Identifier: EUPL-1.2 */
/* What several orders have in common. */
#include "osci/call.h"

#include <string.h>

#include "base/mem.h"
#include "osci/answer.h"
#include "osci/msgid.h"

void osci_call_code(struct osci_call *c, enum osci_code code)
{
	must(c->code_count < CALL_CODES_MAX);
	c->codes[c->code_count++] = code;
}

void osci_call_warn(struct osci_call *c, enum osci_code code)
{
	for (size_t i = 0; i < c->code_count; i++)
		if (c->codes[i] == code)
			return;
	osci_call_code(c, code);
}

bool osci_call_has_id(struct osci_call *c)
{
	if (c->m->message_id == NULL)
		osci_call_code(c, OSCI_9800);
	else if (!osci_msgid_ours(c->env->id_key, c->m->message_id, c->now, c->policy->message_id_age_ms))
		osci_call_code(c, OSCI_9801);
	else
		return true;
	return false;
}

bool osci_call_has_mailbox(struct osci_call *c)
{
	const struct pki_cert *to = osci_message_cert(c->m, OSCI_ADDRESSEE, true);
	struct err e = ERR_INIT;

	if (c->env->has_mailbox == NULL || c->env->has_mailbox(c->env->ctx, to->sha256))
		return true;
	err_set(&e, ERR_DENIED, "no mailbox here for certificate %.16s", to->hex);
	osci_done_error(c->done, &e);
	osci_call_code(c, OSCI_9706);
	return false;
}

/* The blobs are in the arena: the delivery may go out again within this order. */
static int put_memo(struct osci_call *c, const struct osci_message *m, const struct osci_findings *f,
		    struct osci_stored *d, struct err *e)
{
	struct buf header, card;
	int rc;

	buf_init(&header, OSCI_MEMO_MAX);
	buf_init(&card, OSCI_MEMO_MAX);
	rc = osci_memo_header(m, &header, e);
	if (rc == 0)
		rc = osci_memo_card(f->list, f->count, &card, e);
	if (rc == 0) {
		d->header = arena_span(c->arena, buf_view(&header));
		d->card = arena_span(c->arena, buf_view(&card));
	}
	buf_fini(&header);
	buf_fini(&card);
	return rc;
}

int osci_call_commit(struct osci_call *c, void **making, const struct osci_message *m, const struct osci_findings *f,
		     struct osci_stored *d, struct err *e)
{
	int rc;

	d->modified = d->created;
	d->subject = m->subject;
	d->attachments = m->attachments;
	d->attachment_count = m->attachment_count;
	d->has_content = m->has_content;
	d->content_size = m->content_size;
	rc = put_memo(c, m, f, d, e);
	if (rc != 0)
		return rc;
	rc = c->env->store_commit(c->env->ctx, *making, d, &d->id, e);
	*making = NULL; /* gone, whatever happened */
	return rc;
}

int osci_call_keep(struct osci_call *c, const char *message_id, enum osci_kept kept, struct osci_stored *d, struct err *e)
{
	int rc;

	*d = (struct osci_stored){ .message_id = message_id, .created = c->now, .kept = kept };
	if (c->client != NULL)
		memcpy(d->from, c->client->sha256, sizeof(d->from));
	memcpy(d->to, osci_message_cert(c->m, OSCI_ADDRESSEE, true)->sha256, sizeof(d->to));
	rc = osci_call_commit(c, &c->making, c->m, &c->findings, d, e);
	if (rc == 0)
		c->stored = d->id;
	return rc;
}

int osci_call_card(struct osci_call *c, const struct osci_stored *d, const struct osci_message *m, struct osci_card *card,
		   struct err *e)
{
	*card = (struct osci_card){
		.message_id = d->message_id,
		.subject = m->subject,
		.created = d->created,
		.forwarded = d->forwarded,
		.received = d->received,
		.modified = d->modified,
	};
	return osci_memo_read_card(d->card, m, c->arena, &card->inspections, &card->inspection_count, e);
}

void osci_call_content(struct osci_message *m, const struct osci_stored *d)
{
	m->has_content = d->has_content;
	m->content_size = d->content_size;
	m->open_content = d->open_content;
	m->content_ctx = d->content_ctx;
	m->attachments = d->attachments;
	m->attachment_count = d->attachment_count;
}
