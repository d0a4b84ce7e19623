/* SPDX-License-Identifier: EUPL-1.2 */
/* osci_line - a conversation with the recipient's intermediary, as all channels of OSCI have it. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "delivery/osci_line.h"
#include "osci/feedback.h"
#include "peer/registry.h"
#include "pki/dsig.h"

static const struct pki_alg *style_for(const struct conf_delivery *c, const char *uri)
{
	char wanted[PEER_KEY_LEN], key[PEER_KEY_LEN];

	for (size_t i = 0; i < c->peers.n; i++)
		if (peer_key(c->peers.item[i].peer, key) && peer_key(uri, wanted) && strcmp(key, wanted) == 0)
			return pki_sign_named(c->peers.item[i].signature);
	return pki_sign_named(c->signature);
}

/* A line to the route's intermediary under our keys and our configuration; nothing is sent yet. */
static int dial(const struct delivery_sender *s, const struct dir_route *route, const struct peer_watch *watch,
		int64_t timeout_ms, const struct pki_key *cipher_key, uint64_t max_answer, struct peer_osci *l, struct err *e)
{
	const struct peer_osci_way way = {
		.uri = route->intermediary_uri,
		.cipher = route->intermediary_cipher,
		.signature = s->conf->require_signed_answers ? route->intermediary_signature : NULL,
		.keys = s->keys,
		.cipher_key = cipher_key,
		.sign = s->conf->sign_orders,
		.style = style_for(s->conf, route->intermediary_uri),
		.certs = s->certs,
		.http = s->http,
		.scratch_dir = s->scratch_dir,
		.timeout_ms = timeout_ms,
		.watch = *watch,
		.max_answer = max_answer,
	};

	return peer_osci_open(&way, l, e);
}

const char *delivery_osci_peer(const struct dir_route *route)
{
	return route->intermediary_uri;
}

int delivery_osci_open(struct delivery_errand *x, uint64_t max_answer, struct err *e)
{
	struct peer_osci *line = x->line = mem_new(sizeof(*line));
	int rc = dial(x->s, x->route, &x->watch, x->s->conf->attempt_timeout, NULL, max_answer, line, e);

	if (rc != 0 || x->d->peer_id != NULL)
		return rc;
	rc = osci_client_get_message_id(line->client, x->a, &x->d->peer_id, e);
	if (rc == 0)
		return 0;
	x->d->peer_id = NULL;
	if (e->reason == RSN_NET_ANSWER_LOST)	/* nothing of the application was in that request */
		e->reason = RSN_NET_UNREACHABLE;
	return peer_post_wrap(&line->post, "getMessageId", e);
}

int delivery_osci_passed(struct delivery_errand *x, int rc, const char *what, struct err *e)
{
	const struct peer_osci *line = x->line;

	x->r->ambiguous = rc != 0 && (osci_client_is_ambiguous(line->client) || !osci_client_said(line->client)->authenticated);
	if (x->r->ambiguous)
		(void)err_default_reason(e, RSN_NET_ANSWER_LOST);
	return rc == 0 ? 0 : peer_post_wrap(&line->post, what, e);
}

/* Those of which nothing is known yet, under one of our cipher keys. */
static int ask_as(const struct delivery_query *q, const struct pki_key *cipher_key, struct delivery_card *cards, struct err *e)
{
	struct osci_card *got = arena_alloc(q->a, q->n * sizeof(*got));
	const char **ids = arena_alloc(q->a, q->n * sizeof(*ids));
	size_t *at = arena_alloc(q->a, q->n * sizeof(*at)), n = 0;
	struct peer_osci line = { .client = NULL };
	int rc;

	for (size_t i = 0; i < q->n; i++) {
		if (cards[i].is_there)
			continue;
		ids[n] = q->ids[i];
		at[n++] = i;
	}
	if (n == 0)
		return 0;
	rc = dial(q->s, q->route, &q->watch, q->timeout_ms, cipher_key, PEER_OSCI_SHORT, &line, e);
	if (rc == 0)
		rc = peer_osci_cards(&line, ids, n, q->a, got, e);
	for (size_t i = 0; rc == 0 && i < n; i++)
		cards[at[i]] = (struct delivery_card){ got[i].message_id != NULL, got[i].created, got[i].forwarded,
						       got[i].received };
	peer_osci_close(&line);
	return rc;
}

static bool is_valid(const struct pki_key *k)
{
	int64_t now = clock_now();

	return k->use == PKI_USE_CIPHER && k->cert->not_before <= now && now < k->cert->not_after;
}

/* A card is shown to the cipher key that the delivery came under: what the present one does not get, an older one may. */
int delivery_osci_ask(const struct delivery_query *q, struct delivery_card *cards, struct err *e)
{
	const struct pki_key *now = pki_keyring_current(q->s->keys, PKI_USE_CIPHER, clock_now());
	int rc;

	memset(cards, 0, q->n * sizeof(*cards));
	rc = ask_as(q, now, cards, e);
	for (size_t i = 0; rc == 0 && i < pki_keyring_count(q->s->keys); i++) {
		const struct pki_key *k = pki_keyring_at(q->s->keys, i);

		if (k != now && is_valid(k))
			rc = ask_as(q, k, cards, e);
	}
	return rc;
}

/* What the peer said beside, in its own words: each code once, German first. */
static const char *warnings_of(const struct osci_said *said, struct arena *a)
{
	const char *text = NULL;

	for (size_t i = 0; i < said->entry_count; i++) {
		const struct osci_entry *w = &said->entries[i];

		if (w->code == NULL || osci_feedback(osci_feedback_code(w->code))->level != OSCI_WARNING ||
		    (text != NULL && strstr(text, w->code) != NULL))
			continue;
		text = arena_printf(a, "%s%s%s %.150s", text == NULL ? "" : text, text == NULL ? "" : "; ", w->code,
				    w->text == NULL ? "" : w->text);
	}
	return text;
}

void delivery_osci_classify(struct delivery_errand *x, int rc)
{
	const struct peer_osci *line = x->line;
	const struct osci_said *said;

	x->r->took = line->post.took;
	x->r->not_before = line->post.not_before;
	if (line->client == NULL)
		return;
	said = osci_client_said(line->client);
	x->r->code = said->digits[0] == '\0' ? NULL : arena_dup(x->a, said->digits);
	x->r->answered = rc == 0 || said->authenticated;
	x->r->doubts_entry = rc != 0 && osci_feedback_reaction(said->code, said->authenticated).doubts_entry;
	x->r->used_up = rc != 0 && said->authenticated && osci_feedback_reaction(said->code, true).uses_up;
	x->r->warnings = rc == 0 ? warnings_of(said, x->a) : NULL;
}

void delivery_osci_finish(struct delivery_errand *x)
{
	struct peer_osci *line = x->line;

	if (line != NULL)
		peer_osci_close(line);
	free(line);
	x->line = NULL;
}
