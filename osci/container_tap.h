/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * container_tap - the digests of one part for all author signatures that name it, computed while its octets pass.
 * Private to osci.
 */
#ifndef OSCI_CONTAINER_TAP_H
#define OSCI_CONTAINER_TAP_H

#include "base/stream.h"
#include "osci/container.h"
#include "pki/dsig.h"

struct author {			/* one author signature of one container */
	struct pki_dsig dsig;
	const struct pki_cert *cert;
	bool all;		/* nothing of the container was found unsigned so far */
};

struct authors {
	struct author list[OSCI_CONTAINER_SIGNATURES_MAX];
	size_t n;
	struct authors *outer;	/* those of the container around this one; NULL for the outermost */
};

#define TAP_MAX 64	/* signatures of all containers around a part */

struct tap {
	struct span uri;
	enum pki_scheme transform;
	struct {
		struct author *author;
		bool own;		/* of the innermost container */
		struct digest *digest;	/* NULL: does not name the part */
		struct sink *filter;
	} list[TAP_MAX];
	size_t n;
	struct sink *top;	/* write here */
};

/* Who loses .all when not naming the part: the innermost container's authors, those of all containers, or nobody.
 * The element of a nested content is signed from outside as a whole; the octets of a part in it are not. */
enum tap_need { TAP_NOBODY, TAP_OWN, TAP_EVERYBODY };

/* below is borrowed. uri must live until osci_tap_close. */
void osci_tap_open(struct tap *t, struct authors *authors, struct span uri, enum pki_scheme transform,
		   struct sink *below);
/* Compares: ERR_CRYPTO when a signature names the part with another digest or transform. A signature that does not name
 * it loses .all as need says. ok false: only releases. */
int osci_tap_close(struct tap *t, bool ok, enum tap_need need, struct err *e);

#endif
