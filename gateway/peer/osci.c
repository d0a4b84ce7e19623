/* SPDX-License-Identifier: EUPL-1.2 */
/* An OSCI client with our keys for one intermediary, and the question for process cards. */
#include "peer/osci.h"

#include <string.h>

#include "base/clock.h"
#include "peer/scratch.h"

int peer_osci_open(const struct peer_osci_way *w, struct peer_osci *l, struct err *e)
{
	struct osci_client_options o = {
		.cipher = w->keys,
		.cipher_key = w->cipher_key,
		.style = w->style,
		.intermediary_cipher = w->cipher,
		.intermediary_signature = w->signature,
		.certs = w->certs,
		.transport = &l->post.transport,
		.scratches = &l->scratches,
		.max_answer = w->max_answer,
		.languages = "de en",
	};

	l->client = NULL;
	l->scratches = peer_scratches(w->scratch_dir);
	peer_post_init(&l->post, w->http, w->uri, w->scratch_dir, (unsigned)w->timeout_ms, w->max_answer);
	l->post.watch = w->watch;
	if (w->sign) {
		o.sign = pki_keyring_current(w->keys, PKI_USE_SIGNATURE, clock_now());
		if (o.sign == NULL)
			return err_reason(e, ERR_CONFIG, RSN_LOC_KEY_MISSING, "no valid signature key of the originator");
	}
	return osci_client_new(&o, &l->client, e);
}

void peer_osci_close(struct peer_osci *l)
{
	osci_client_free(l->client);
	l->client = NULL;
	peer_post_fini(&l->post);
}

static void sort_in(const struct osci_card *got, const char **ids, size_t n, struct osci_card *cards)
{
	for (size_t i = 0; i < n; i++)
		if (got->message_id != NULL && strcmp(got->message_id, ids[i]) == 0)
			cards[i] = *got;
}

/* "No process card" for several ids is not said to be about all of them: then each half is asked for on its own. */
static int ask(struct peer_osci *l, const char **ids, size_t n, struct arena *a, struct osci_card *cards, struct err *e)
{
	struct osci_selection sel = { .by = OSCI_SELECT_IDS, .ids = ids, .id_count = n, .role = OSCI_CARD_ORIGINATOR };
	struct osci_card *got = NULL;
	size_t count = 0;
	bool more;
	int rc = osci_client_cards(l->client, &sel, a, &got, &count, &more, e);

	if (rc == ERR_MISSING && n > 1) {
		*e = (struct err)ERR_INIT;
		rc = ask(l, ids, n / 2, a, cards, e);
		return rc != 0 ? rc : ask(l, ids + n / 2, n - n / 2, a, cards + n / 2, e);
	}
	if (rc == ERR_MISSING) {
		*e = (struct err)ERR_INIT;
		return 0;
	}
	for (size_t i = 0; rc == 0 && i < count; i++)
		sort_in(&got[i], ids, n, cards);
	return rc;
}

int peer_osci_cards(struct peer_osci *l, const char **ids, size_t n, struct arena *a, struct osci_card *cards, struct err *e)
{
	struct err ignored = ERR_INIT;
	int rc = osci_client_init_dialog(l->client, e);

	memset(cards, 0, n * sizeof(*cards));
	if (rc != 0)
		return err_wrap(e, "initDialog");
	rc = ask(l, ids, n, a, cards, e);
	/* The answer is known; a dialog that does not close politely times out on the other side. */
	(void)osci_client_exit_dialog(l->client, &ignored);
	return rc;
}
