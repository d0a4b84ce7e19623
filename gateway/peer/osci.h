/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * osci - our side of a conversation with one intermediary: an OSCI client with our keys, over HTTP. One thread per line.
 */
#ifndef PEER_OSCI_H
#define PEER_OSCI_H

#include "peer/post.h"
#include "pki/keyring.h"

/* Whom to talk to, and as whom. Everything is borrowed and outlives the line. */
struct peer_osci_way {
	const char *uri;
	struct pki_cert *cipher;		/* the intermediary's; NULL: orders go out unencrypted */
	struct pki_cert *signature;		/* the intermediary's; NULL: its answers need not be signed */
	const struct pki_keyring *keys;		/* ours: cipher keys, and the signature key if sign is set */
	const struct pki_key *cipher_key;	/* of those, the one to appear with; NULL: the current one */
	bool sign;
	const struct pki_alg *style;		/* how, as in osci/write.h; NULL: the usual */
	struct pki_certs *certs;
	struct http_client *http;
	const char *scratch_dir;
	int64_t timeout_ms;			/* of one order */
	struct peer_watch watch;
	uint64_t max_answer;			/* bytes; PEER_OSCI_SHORT where no content is expected */
};
#define PEER_OSCI_SHORT (UINT64_C(4) << 20)	/* answers to orders without content are a few KiB */

struct peer_osci {
	struct peer_post post;
	struct osci_scratches scratches;
	struct osci_client *client;
};

/* Nothing is sent yet. ERR_CONFIG (LOC-KEY-MISSING) without a valid signature key. End with peer_osci_close in every case. */
int peer_osci_open(const struct peer_osci_way *w, struct peer_osci *l, struct err *e);
void peer_osci_close(struct peer_osci *l);		/* a line of zeros is allowed */

/* Asks, in a dialog of its own, for the process cards of n deliveries that we sent. cards (n of them) gets the answers in
 * the order of the ids, in the arena; message_id is NULL where the intermediary has none, or leaves it out today. */
int peer_osci_cards(struct peer_osci *l, const char **ids, size_t n, struct arena *a, struct osci_card *cards,
		    struct err *e);

#endif
