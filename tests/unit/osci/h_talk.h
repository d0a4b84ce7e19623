/* SPDX-License-Identifier: EUPL-1.2 */
/* h_talk - clients and our own intermediary in one process; the transport is a function call that can go wrong. */
#ifndef TESTS_H_TALK_H
#define TESTS_H_TALK_H

#include "h_env.h"
#include "osci/client.h"
#include "osci/intermediary.h"

enum mishap {
	NOTHING,
	UNREACHABLE,
	LOST,		/* the intermediary obeyed, its answer did not arrive */
	GARBAGE,
	EMPTY,
	REPLAY,		/* the last good answer once more */
	FAULT_9000,
	FAULT_9400,
	FAULT_ANY,	/* the code in h_talk.fault */
	OTHER_SIGNER,
	BIT,		/* one bit of the answer is wrong */
	CUT,
	CRAFTED,	/* made by hand, see enum tweak */
};

/* What a crafted answer to getMessageId differs in from a good one. */
enum tweak {
	GOOD, UNSIGNED, PLAIN, RESPONSE, SEQUENCE, TYPE, NO_FEEDBACK, NO_ID, REFUSED, WARNED, UNKNOWN_9, UNKNOWN_3,
	FOREIGN,	/* encrypted for somebody else */
};

struct h_talk {
	struct h_env env;
	struct osci_intermediary *im, *impostor;
	struct pki_keyring *im_keys, *impostor_keys, *sender_keys, *recipient_keys;
	struct pki_key *sign, *impostor_sign, *im_cipher;
	struct pki_certs *certs;
	struct pki_trust *trust;
	struct osci_policy policy;
	struct buf answer, last;
	struct osci_transport transport;
	enum mishap mishap;
	enum tweak tweak;
	const char *fault;
	unsigned posts;
};

/* For cmocka_unit_test_setup_teardown: *state is a struct h_talk. */
int h_talk_setup(void **state);
int h_talk_teardown(void **state);

struct pki_keyring *h_talk_keyring(struct pki_key *a, struct pki_key *b);	/* takes both; b may be NULL */
const struct pki_key *h_talk_key(const struct pki_keyring *kr, enum pki_use use);
/* A client with these keys that signs, encrypts and wants the intermediary's signature. */
struct osci_client *h_talk_client(struct h_talk *w, const struct pki_keyring *keys);
/* A delivery with the sample's content and attachments for the recipient. */
void h_talk_outgoing(struct h_talk *w, struct arena *a, const char *message_id, struct osci_outgoing *d);
/* Gets a message id and stores the sample under it; returns the id. */
const char *h_talk_store(struct h_talk *w, struct osci_client *c, struct arena *a);

#endif
