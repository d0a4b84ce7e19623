/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * container_cover - which contents of a package each author has signed, over all containers. Private to osci.
 */
#ifndef OSCI_CONTAINER_COVER_H
#define OSCI_CONTAINER_COVER_H

#include "osci/container_tap.h"

#define OSCI_CONTENTS_MAX 1000

struct cover {			/* one set of contents by author of the result, in the order they were delivered */
	uint8_t contents[OSCI_AUTHORS_MAX][OSCI_CONTENTS_MAX / 8 + 1];
};

/* A signature was right: its author is in r->authors, and if nothing was found unsigned, he covers contents first to
 * end - 1. ERR_LIMIT: more than OSCI_AUTHORS_MAX authors. */
int osci_cover_add(struct cover *c, const struct author *a, size_t first, size_t end, struct osci_container_result *r,
		  struct err *e);
/* Everything is delivered: sets covers_all of each author. */
void osci_cover_end(const struct cover *c, struct osci_container_result *r);

#endif
