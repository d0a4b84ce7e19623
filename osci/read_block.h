/* SPDX-License-Identifier: EUPL-1.2 */
/* read_block - the children of soap:Header as they pass by: which ones a message may have, in which order, and their
 * canonical form. */
#ifndef OSCI_READ_BLOCK_H
#define OSCI_READ_BLOCK_H

#include "osci/read_header.h"
#include "xml/c14n.h"

#define READ_HEADER_MAX 1048576u	/* canonical bytes of all header blocks together */

struct osci_header_in {			/* zeroed by the caller */
	struct osci_block_in blocks[READ_BLOCKS_MAX];
	size_t count;
	unsigned rank;			/* of the last one */
	size_t bytes;
	/* the one being read: */
	unsigned depth;			/* open elements, 0: none */
	struct xml_build *build;
	struct xml_c14n *c14n;
	struct buf text;
	struct sink *to;
};

/* The events below soap:Header, in their order. */
int osci_block_start(struct osci_header_in *h, struct osci_reading *r, const struct xml_push *p,
		     const struct xml_start *s, struct err *e);
int osci_block_text(struct osci_header_in *h, const struct xml_push *p, struct span text, struct err *e);
int osci_block_end(struct osci_header_in *h, struct osci_reading *r, const struct xml_name *name, struct err *e);
void osci_block_release(struct osci_header_in *h);	/* what is at hand of the one being read */

#endif
