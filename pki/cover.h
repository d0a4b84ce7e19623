/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cover - which contents of a package each author has signed, over all containers. Private to pki.
 */
#ifndef PKI_COVER_H
#define PKI_COVER_H

#include "pki/tap.h"

#define PKI_CONTENTS_MAX 1000

struct cover {			/* one set of contents by author of the result, in the order they were delivered */
	uint8_t contents[PKI_AUTHORS_MAX][PKI_CONTENTS_MAX / 8 + 1];
};

/* A signature was right: its author is in r->authors, and if nothing was found unsigned, he covers contents first to
 * end - 1. ERR_LIMIT: more than PKI_AUTHORS_MAX authors. */
int pki_cover_add(struct cover *c, const struct author *a, size_t first, size_t end, struct pki_content_result *r,
		  struct err *e);
/* Everything is delivered: sets covers_all of each author. */
void pki_cover_end(const struct cover *c, struct pki_content_result *r);

#endif
