/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * trip - who takes part in one delivery through an intermediary: sender, recipient and author with their keys out of
 * the sandbox, what both know of the intermediary, and the connections to it. osci.c takes the steps. One thread.
 */
#ifndef SIM_TRIP_H
#define SIM_TRIP_H

#include "base/mem.h"
#include "http/client.h"
#include "pki/keyring.h"
#include "pki/trust.h"
#include "peer/osci.h"
#include "sim.h"

struct side { /* one of the two partners */
	struct pki_keyring *keys;
	struct peer_osci line; /* client NULL: no connection */
};

struct trip {
	const struct sim_options *o;
	struct http_client *http;
	struct pki_certs *certs;
	struct pki_trust *trust;
	struct pki_cert *im_cipher, *im_sign, *reader;
	struct pki_key *author;
	struct side sender, recipient;
	struct arena *a;  /* lives as long as the trip */
	char id[200];     /* of the message; "" before it is stored */
	char folder[300]; /* what is sent and what arrives */
	unsigned failed;  /* steps */
};

/* Reads keys, certificates and the id of an earlier "store" from the sandbox. On 0 the caller ends it by trip_close.
 * o is borrowed. ERR_CONFIG: an option is missing; what files and keys report passes through. */
int trip_open(const struct sim_options *o, struct trip **out, struct err *e);
void trip_close(struct trip *t);
/* True if --mode holds the word. */
bool trip_has(const struct trip *t, const char *word);
/* A new connection of one side of t, with an open dialog if dialog; the one before is dropped without a word. */
int trip_dial(struct trip *t, struct side *s, bool dialog, struct err *e);
void trip_hang_up(struct side *s);

#endif
