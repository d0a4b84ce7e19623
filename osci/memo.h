/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * memo - what the intermediary keeps of a delivery besides its content, as two blobs that the store does not look
 * into.
 *
 * header: certificates with their Ids, custom header entries, Subject: goes out again with every fetch; personal.
 * card: results of the certificate checks, by number of the certificate: says nothing without the header, so it may be
 * kept after the header is erased. A version (1 byte), then fields of base/codec.h. Any thread.
 */
#ifndef OSCI_MEMO_H
#define OSCI_MEMO_H

#include "base/arena.h"
#include "osci/message.h"

#define OSCI_MEMO_MAX (4u << 20)

struct osci_inspected {		/* the check of m->certs[index] */
	unsigned index;
	int64_t at;
	struct pki_verdict verdict;	/* math, offline, online and crl_this_update are kept */
};

/* Append to out; ERR_LIMIT beyond its cap. */
int osci_memo_header(const struct osci_message *m, struct buf *out, struct err *e);
int osci_memo_card(const struct osci_inspected *list, size_t n, struct buf *out, struct err *e);

/* Fills certs (references: osci_message_fini), custom and subject of m; m is zeroed by the caller. ERR_IO for a
 * damaged record. An empty header (erased) gives nothing. */
int osci_memo_read_header(struct span header, struct pki_certs *certs, struct arena *a, struct osci_message *m,
			    struct err *e);
/* Inspections of the certificates of m, ready for a process card; without certificates there are none. */
int osci_memo_read_card(struct span card, const struct osci_message *m, struct arena *a,
			  struct osci_inspection **out, size_t *n, struct err *e);

#endif
