/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * shape - what a ContentPackage may be made of, as two tables: which element holds which, and what each element is like.
 *
 * Everything that the reference library (2.4.1) cannot read is refused, before it is stored: it throws such a delivery away
 * before it knows the message id, so its recipient could not even ask for the next one. Found by sending each kind to the
 * library; what a Content means, and whether a signature in it is right, is for its reader. Memory is the depth.
 */
#ifndef OSCI_SHAPE_H
#define OSCI_SHAPE_H

#include "osci/shape_cover.h"

#define SHAPE_DEPTH_MAX 64		/* of XML_LIMITS_DEFAULT */
#define SHAPE_REFS_MAX 1024		/* references to attachments in one package */
#define SHAPE_REF_BYTES_MAX 1048576u	/* what they take */

struct osci_shape {			/* zeroed by the caller */
	unsigned depth;			/* open elements; the package itself is the first */
	struct osci_shape_level {
		uint8_t is;		/* which line of the table of elements */
		uint8_t children;	/* element children so far, at most 255 */
		uint32_t seen;		/* which of its rules were used */
		uint8_t base64;		/* of text in base64: characters modulo 4, and whether "=" was there */
		bool padded, has_text;
	} levels[SHAPE_DEPTH_MAX + 1];
	const char **refs;		/* in the arena: what href and CipherReference name, without "cid:" */
	size_t ref_count, ref_bytes;
	struct osci_cover cover;
};

/* The events of the package: the first start is its own. p: for places in errors. */
int osci_shape_start(struct osci_shape *sh, struct osci_reading *r, const struct xml_push *p, const struct xml_start *s,
		     struct err *e);
int osci_shape_text(struct osci_shape *sh, const struct xml_push *p, struct span text, struct err *e);
int osci_shape_end(struct osci_shape *sh, const struct xml_push *p, struct err *e);
/* Once the attachments are there: every reference names one of them, byte by byte (the library decodes nothing). */
int osci_shape_refs(const struct osci_shape *sh, const struct osci_message *m, struct err *e);

#endif
