/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * h_world - an intermediary with its store in memory, a CA, and peers that write orders by hand: for osci's tests.
 * Peers use the writer and the reader, not the client, so that they can send what no client would.
 */
#ifndef TESTS_H_WORLD_H
#define TESTS_H_WORLD_H

#include "h_env.h"
#include "osci/intermediary.h"
#include "pki/h_pki.h"

#define H_LONG (3650 * H_DAY)

enum h_who { H_INTERMED, H_SENDER, H_RECIPIENT, H_STRANGER, H_PEERS };

struct h_peer {
	X509 *sign_x, *cipher_x;
	struct pki_key *sign, *cipher;
	struct pki_keyring *ring;	/* owns both keys */
};

struct h_world {
	struct h_env env;
	X509 *ca;
	EVP_PKEY *ca_key;
	struct h_peer peer[H_PEERS];
	struct pki_certs *certs;
	struct pki_trust *trust;
	struct osci_policy policy;
	struct osci_intermediary *im;
	struct arena *a;		/* of the messages */
};

/* Everything is accepted: plain, unsigned; no CRL is needed. */
void h_world_init(struct h_world *w);
void h_world_fini(struct h_world *w);
/* A new intermediary on the same store after a change of w->policy; revoked: this certificate is on the CA's list. */
void h_world_restart(struct h_world *w, X509 *revoked);
/* A certificate of the CA for a key of its own choice; from, to in seconds from H_NOW. ku as in struct h_spec. */
X509 *h_world_cert(struct h_world *w, const char *cn, EVP_PKEY *key, const char *ku, long from, long to);
#define H_KU_SIGN "digitalSignature,nonRepudiation"
#define H_KU_CIPHER "keyEncipherment,dataEncipherment"

struct h_dialog {			/* what a peer knows of its dialog */
	char conversation[64], challenge[64];
	int64_t next;
};

/* How an order is sent; everything NULL or zero: plain and unsigned. */
struct h_send {
	const struct pki_key *sign;
	struct pki_cert *encrypt_for;
	const struct pki_keyring *ring;	/* reads the answer */
	struct h_dialog *dialog;	/* fills the control block, and learns from the answer */
	void (*spoil)(struct buf *order);	/* changes the bytes on the way */
};

struct h_answer {
	int rc;				/* of osci_intermediary_serve */
	struct osci_done done;
	struct buf bytes;
	struct osci_message m;
	struct h_intake *in;
	struct arena *a;
	char code[8];			/* last feedback code, or of the fault */
	bool is_fault;
};

/* An order of that type, as that peer would send it: control block, languages and (with a cipher certificate) NIC. */
void h_order(struct h_world *w, enum h_who who, enum osci_type t, struct osci_message *m);
/* Adds the addressee, the content and one attachment to a store order. */
void h_delivery(struct h_world *w, struct pki_cert *to, const char *message_id, struct osci_message *m);
struct h_send h_signed(struct h_world *w, enum h_who who, struct h_dialog *d);	/* signed and encrypted */
void h_exchange(struct h_world *w, const struct h_send *s, struct osci_message *m, struct h_answer *out);
/* Raw bytes instead of an order. */
void h_exchange_bytes(struct h_world *w, const struct h_send *s, struct span order, struct h_answer *out);
void h_answer_fini(struct h_answer *x);

/* Whole steps that must succeed. */
const char *h_message_id(struct h_world *w, enum h_who who);
const char *h_store(struct h_world *w, enum h_who from, enum h_who to);
void h_init(struct h_world *w, enum h_who who, struct h_dialog *d);

/* Sends and compares the last code; frees the answer. */
void h_expect(struct h_world *w, const struct h_send *s, struct osci_message *m, const char *code, bool is_fault);
bool h_has_code(const struct h_answer *x, const char *code);

#endif
