/* SPDX-License-Identifier: EUPL-1.2 */
/* reply - from the answer to a mediateDelivery to a message in our own mailbox. */
#include "delivery/reply.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "osci/memo.h"

int delivery_reply_begin(const struct delivery_errand *x, struct delivery_reply *r, struct err *e)
{
	const struct osci_env *to = x->s->mailboxes;
	enum reason why;
	int rc;

	*r = (struct delivery_reply){ .making = NULL };
	if (to == NULL)
		return err_set(e, ERR_UNSUPPORTED, "there is no mailbox for a reply");
	if (!spool_accepting(x->s->spool, &why))
		return err_reason(e, ERR_FULL, why, "there is no room for a reply");
	rc = to->store_begin(to->ctx, &r->intake, &r->making, e);
	if (rc != 0)
		r->making = NULL;
	return rc;
}

void delivery_reply_drop(const struct delivery_errand *x, struct delivery_reply *r)
{
	if (r->making != NULL)
		x->s->mailboxes->store_abort(x->s->mailboxes->ctx, r->making);
	r->making = NULL;
}

/* If the intermediary is our own, it has the reply under its name already, in no mailbox. */
static bool is_taken(const struct delivery_errand *x, const char *id)
{
	struct err ignored = ERR_INIT;
	struct spool_message m;

	return spool_message_find(x->s->spool, x->a, SPOOL_MAIL, span_of(id), &m, &ignored) != ERR_MISSING;
}

/* The process card of the reply names it; without one its name is made of the order's. */
static const char *name_of(const struct delivery_errand *x, const struct osci_message *answer)
{
	for (size_t i = 0; i < answer->card_count; i++) {
		const char *id = answer->cards[i].message_id;

		if (id != NULL && *id != '\0' && strcmp(id, x->d->peer_id) != 0)
			return is_taken(x, id) ? arena_printf(x->a, "%s-here", id) : id;
	}
	return arena_printf(x->a, "%s-reply", x->d->peer_id);
}

static int fill(const struct delivery_errand *x, const struct osci_message *answer, struct osci_stored *d, struct err *e)
{
	const struct pki_key *ours = pki_keyring_current(x->s->keys, PKI_USE_CIPHER, clock_now());
	const struct pki_cert *from = osci_message_cert(answer, OSCI_ORIGINATOR, true);
	struct buf header, card;
	int rc;

	if (ours == NULL)
		return err_reason(e, ERR_CONFIG, RSN_LOC_KEY_MISSING, "no cipher key of ours is valid now");
	*d = (struct osci_stored){
		.message_id = name_of(x, answer),
		.subject = answer->subject,
		.created = clock_now(),
		.kept = OSCI_IN_MAILBOX,
		.has_content = true,
	};
	memcpy(d->to, ours->cert->sha256, sizeof(d->to));
	if (from != NULL)
		memcpy(d->from, from->sha256, sizeof(d->from));
	buf_init(&header, OSCI_MEMO_MAX);
	buf_init(&card, OSCI_MEMO_MAX);
	rc = osci_memo_header(answer, &header, e);
	if (rc == 0)
		rc = osci_memo_card(NULL, 0, &card, e);
	d->header = arena_span(x->a, buf_view(&header));
	d->card = arena_span(x->a, buf_view(&card));
	buf_fini(&header);
	buf_fini(&card);
	return rc;
}

int delivery_reply_keep(const struct delivery_errand *x, struct delivery_reply *r, const struct osci_message *answer, struct err *e)
{
	const struct osci_env *to = x->s->mailboxes;
	struct spool_event ev = { .at = clock_now(), .kind = SPOOL_EV_REPLIED };
	struct osci_stored d;
	struct id id;
	int rc = fill(x, answer, &d, e);

	if (rc == 0) {
		rc = to->store_commit(to->ctx, r->making, &d, &id, e);
		r->making = NULL;
	}
	if (rc != 0)
		return err_wrap(e, "reply");
	ev.detail = arena_printf(x->a, "message id %s", d.message_id);
	log_event(LOG_INFO, "delivery.replied", LOG_ID("message", &x->d->message), LOG_ID("reply", &id));
	rc = spool_event_add(x->s->spool, &x->d->message, &ev, e);
	return rc == 0 ? 0 : err_wrap(e, "reply");
}
