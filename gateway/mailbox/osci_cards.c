/* SPDX-License-Identifier: EUPL-1.2 */
/* Which process cards a selection means. */
#include "mailbox/osci_cards.h"

#include <string.h>

static bool in_mailbox(const struct spool_message *m, const struct spool_card_query *q)
{
	return (q->as_originator && memcmp(m->from.b, q->box.b, SPOOL_BOX_LEN) == 0) ||
	       (q->as_addressee && memcmp(m->to.b, q->box.b, SPOOL_BOX_LEN) == 0);
}

/* What is gone in the meantime keeps its times. */
static int complete(struct mailbox_osci *g, struct arena *a, struct spool_message *m, struct err *e)
{
	struct spool_message whole;
	int rc = spool_message_get(g->spool, a, &m->id, &whole, e);

	if (rc == 0)
		*m = whole;
	return rc == ERR_MISSING ? 0 : rc;
}

static int cards_by_id(struct mailbox_osci *g, const struct spool_card_query *q, const struct osci_selection *sel,
		       struct arena *a, struct spool_message **out, size_t *n, bool *more, struct err *e)
{
	size_t held = 0;

	*out = arena_alloc(a, sel->id_count * sizeof(**out));
	*n = 0;
	for (size_t i = 0; i < sel->id_count; i++) {
		struct spool_message m;
		int rc = spool_message_find(g->spool, a, SPOOL_MAIL, span_of(sel->ids[i]), &m, e);

		if (rc == ERR_MISSING || (rc == 0 && !in_mailbox(&m, q)))
			continue;
		if (rc != 0)
			return rc;
		held += m.meta.n;
		if (*n == q->limit || (*n > 0 && held > MAILBOX_CARDS_BYTES)) {
			*more = true;
			return 0;
		}
		(*out)[(*n)++] = m;
	}
	return 0;
}

int mailbox_cards(void *ctx, const uint8_t box[SHA256_LEN], const struct osci_selection *sel, size_t limit,
		 struct arena *a, struct osci_stored **out, size_t *n, bool *more, struct err *e)
{
	struct mailbox_osci *g = ctx;
	struct spool_card_query q = {
		.as_originator = sel->role != OSCI_CARD_ADDRESSEE,
		.as_addressee = sel->role != OSCI_CARD_ORIGINATOR,
		.accepted_since = sel->by == OSCI_SELECT_RECEPTION ? sel->since : 0,
		.modified_since = sel->by == OSCI_SELECT_MODIFIED ? sel->since : 0,
		.no_reception = sel->no_reception,
		.limit = limit,
	};
	struct spool_message *found = NULL;
	size_t held = 0;
	int rc;

	memcpy(q.box.b, box, SPOOL_BOX_LEN);
	*n = 0;
	*more = false;
	rc = sel->by == OSCI_SELECT_IDS ? cards_by_id(g, &q, sel, a, &found, n, more, e) :
					  spool_card_list(g->spool, a, &q, &found, n, more, e);
	if (rc != 0)
		return rc;
	*out = arena_alloc(a, (*n + 1) * sizeof(**out));
	for (size_t i = 0; i < *n; i++) {
		/* a list is without what lies encrypted: the header with subject and names */
		if (sel->by != OSCI_SELECT_IDS && (rc = complete(g, a, &found[i], e)) != 0)
			return rc;
		held += found[i].meta.n;
		if (i > 0 && held > MAILBOX_CARDS_BYTES) {
			*more = true;
			*n = i;
		} else {
			mailbox_to_stored(g, a, &found[i], &(*out)[i]);
		}
	}
	return 0;
}
