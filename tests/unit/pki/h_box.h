/* SPDX-License-Identifier: EUPL-1.2 */
/* h_box - what a reader gets delivered, and a session key's streams run over memory. */
#ifndef TESTS_H_BOX_H
#define TESTS_H_BOX_H

#include "base/buf.h"
#include "base/stream.h"
#include "pki/cert.h"
#include "pki/enc.h"

struct blob {
	char id[40], cid[40];
	struct buf data;
};

struct box {
	struct blob blobs[16];
	size_t n;
	const struct pki_cert *certs[4];	/* found by their uris */
	const char *uris[4];
	struct blob parts[4];			/* MIME parts */
	size_t nparts;
};

void h_box_fini(struct box *b);
/* The content callback of osci_container_in; ctx is the box. */
int h_box_take(void *ctx, const char *id, const char *cid, struct sink **to, struct err *e);
const char *h_box_found(const struct box *b, const char *id);	/* NULL if nothing came under this id */

void h_encrypt(struct pki_session *s, const void *data, size_t n, struct buf *out);
/* step: octets by write; 0: all at once. */
int h_decrypt(struct pki_session *s, struct span ct, size_t step, struct buf *out, struct err *e);

#endif
