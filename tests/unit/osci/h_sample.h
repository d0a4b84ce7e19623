/* SPDX-License-Identifier: EUPL-1.2 */
/* h_sample - sample messages of every type, streams over memory, keys, scratch space in memory: for the tests of osci. */
#ifndef TESTS_H_SAMPLE_H
#define TESTS_H_SAMPLE_H

#include "osci/client.h"
#include "osci/order.h"

/* Bytes as the opener of a content or attachment: ctx is a struct span. */
int h_open_span(void *ctx, struct src **out, struct err *e);
/* A stream of n pseudo-random bytes, the same each time: ctx is a struct h_noise. */
struct h_noise {
	uint64_t size;
	uint32_t seed;
};
int h_open_noise(void *ctx, struct src **out, struct err *e);

/* Fills *m with a message of that type that uses everything the type may have, but no certificates. */
void h_message(struct arena *a, enum osci_type t, struct osci_message *m);
bool h_is_named(enum osci_type t);	/* has a MessageId and a Subject of its own, or its card's */
bool h_is_stamped(enum osci_type t);	/* has QualityOfTimestamp */
/* Appends one more certificate to m (borrowed), with its usual Id. */
void h_add_cert(struct arena *a, struct osci_message *m, enum osci_role role, bool is_cipher, struct pki_cert *c);

/* The XML document of a plain HTTP body, from <soap:Envelope to its end tag; empty if there is none. */
struct span h_document(struct span body);

/* A self-signed RSA-2048 key for that use, valid for ten years around now; which: 0 or 1, for different keys. */
struct pki_key *h_long_key(enum pki_use use, unsigned which);

/* In memory, no more than 1 MiB each. */
extern const struct osci_scratches h_scratches;

#endif
