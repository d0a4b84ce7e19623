/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * shape_cover - what the authors' signatures of a container cover, as far as the reference library looks while it reads.
 *
 * It refuses the whole delivery when one signature names a part twice, and when the first signature of a container leaves
 * out one of its contents: that of an attachment or of an inner container is named by its Content, all others by their
 * Base64Content. Whether a signature is right is for the reader of the content.
 */
#ifndef OSCI_SHAPE_COVER_H
#define OSCI_SHAPE_COVER_H

#include "base/arena.h"
#include "osci/reading.h"

#define COVER_REFS_MAX 4096u		/* references of all signatures in one package */
#define COVER_BYTES_MAX 1048576u	/* what they and the Ids of contents take */
#define COVER_DEPTH_MAX 64		/* containers within each other; of XML_LIMITS_DEFAULT */

struct osci_cover {			/* zeroed by the caller */
	const char **uris;		/* in the arena */
	size_t count, bytes;
	size_t from;			/* the first reference of the signature at hand */
	unsigned depth;
	struct osci_cover_container {
		size_t from, to;	/* the references of its first signature */
		const char *content;	/* the Id of the Content at hand, or NULL */
		bool is_signed, has_content;
	} containers[COVER_DEPTH_MAX + 1];
};

/* The container begins and ends. inner: it stands in a Content of another one, which is covered by that Content's Id. */
int osci_cover_container(struct osci_cover *c, bool inner, const struct xml_push *p, struct err *e);
void osci_cover_container_end(struct osci_cover *c);
/* A signature of the container begins and ends; its references in between. Signatures stand before the contents. */
int osci_cover_signature(struct osci_cover *c, const struct xml_push *p, struct err *e);
void osci_cover_signature_end(struct osci_cover *c);
int osci_cover_reference(struct osci_cover *c, struct arena *a, struct span uri, const struct xml_push *p, struct err *e);
/* A Content begins; id: NULL without one. whole: it is an attachment's, there is nothing in it that could be named. */
int osci_cover_content(struct osci_cover *c, struct arena *a, const struct xml_attr *id, bool whole,
		       const struct xml_push *p, struct err *e);
/* The Base64Content of the Content at hand. */
int osci_cover_base64(struct osci_cover *c, const struct xml_attr *id, const struct xml_push *p, struct err *e);

#endif
