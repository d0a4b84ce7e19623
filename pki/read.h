/* SPDX-License-Identifier: EUPL-1.2 */
/* read - what the readers of signatures and of encryption have in common. Private to pki. Any thread. */
#ifndef PKI_READ_H
#define PKI_READ_H

#include "base/arena.h"
#include "pki/dsig.h"
#include "xml/expect.h"
#include "xml/tree.h"

/* The line of the table for the Algorithm attribute of n, which may have no other attribute. ERR_UNSUPPORTED. */
int pki_read_alg(const struct xml_node *n, enum pki_alg_kind kind, const struct pki_alg **out, struct err *e);
/* Base64 text of n, at most max octets, decoded into the arena. */
int pki_read_octets(const struct xml_node *n, size_t max, struct arena *a, struct span *out, struct err *e);
/* ds:KeyInfo with exactly one ds:RetrievalMethod URI="#id" or one ds:X509Data/ds:X509Certificate. */
int pki_read_key_info(const struct xml_node *n, struct span *uri, struct span *cert, struct err *e);

#endif
