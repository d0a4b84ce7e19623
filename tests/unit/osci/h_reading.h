/* SPDX-License-Identifier: EUPL-1.2 */
/* h_reading - keys, a message of every type written by our writer, and one reading of it: for the tests of read*.c. */
#ifndef TESTS_H_READING_H
#define TESTS_H_READING_H

#include "h_env.h"
#include "osci/read.h"
#include "pki/keyring.h"

#define H_READ_MAX (16u << 20)

struct h_keys {
	struct pki_key *sign, *other;	/* the signer's key and somebody else's */
	struct pki_key *cipher;		/* in ring */
	struct pki_keyring *ring;
	struct pki_certs *certs;
	struct pki_policy policy;
};

extern struct h_keys h_keys;
/* For cmocka's group set-up and tear-down. */
int h_keys_begin(void **state);
int h_keys_end(void **state);

struct h_result {
	struct arena *a;
	struct h_intake *in;
	struct osci_message m;
	struct err e;
	int rc;
	const char *code;	/* of a reading error, of a wrong signature, or "" */
};

void h_read_src(struct src *in, bool answers, bool keep, struct h_result *r);
/* At most step bytes at a time. */
void h_read_bytes(struct span bytes, size_t step, bool answers, struct h_result *r);
void h_result_fini(struct h_result *r);

enum h_how { H_PLAIN, H_SIGNED, H_ENCRYPTED, H_BOTH, H_HOWS };
/* A message of that type with all it may have, in *m and as bytes in out (initialised here). */
void h_write_message(struct arena *a, enum osci_type t, enum h_how how, struct osci_message *m, struct buf *out);

#endif
