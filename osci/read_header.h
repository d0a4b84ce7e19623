/* SPDX-License-Identifier: EUPL-1.2 */
/* read_header - what the header entries of a message say, once all of them are there. */
#ifndef OSCI_READ_HEADER_H
#define OSCI_READ_HEADER_H

#include "osci/sign_check.h"

#define READ_BLOCKS_MAX 64

enum osci_block_kind { BLOCK_CONTROL, BLOCK_SIGNATURE, BLOCK_LANGUAGES, BLOCK_QUALITY, BLOCK_ORDER, BLOCK_IC, BLOCK_NIC,
		       BLOCK_FEATURES, BLOCK_CUSTOM };

struct osci_block_in {		/* one child of soap:Header */
	enum osci_block_kind kind;
	struct xml_name name;		/* as long as the parser lives */
	struct span id;			/* in the arena */
	const struct xml_node *tree;	/* NULL for custom blocks */
	struct span canonical;		/* in the arena; empty for the signature */
};

/* Fills r->m from the entries, hands their digests to s, and sees that nothing is missing. */
int osci_header_read(struct osci_reading *r, struct osci_sign *s, const struct osci_block_in *blocks, size_t n,
		     struct err *e);

#endif
