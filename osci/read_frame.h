/* SPDX-License-Identifier: EUPL-1.2 */
/* read_frame - the XML of a root part by position: Envelope, Header, Body. Finds the type of the message. */
#ifndef OSCI_READ_FRAME_H
#define OSCI_READ_FRAME_H

#include "osci/read_block.h"
#include "osci/read_body.h"

struct osci_frame {			/* zeroed by the caller */
	struct osci_reading *r;
	struct osci_sign *sign;
	const struct osci_intake *intake;
	struct xml_push *push;
	unsigned depth;			/* open elements */
	bool is_inner;			/* of what was decrypted: not encrypted once more, and no fault */
	bool has_header, has_body;
	bool in_header, in_body;
	bool done;			/* the Envelope is closed */
	bool is_cipher;			/* soapMessageEncrypted */
	bool typed;			/* schemaLocation was there */
	struct map *ids;
	size_t id_bytes;
	struct osci_header_in header;
	struct osci_body_in *body;
};

/* r, sign, intake and is_inner are set. */
void osci_frame_begin(struct osci_frame *f);
int osci_frame_feed(struct osci_frame *f, struct span bytes, struct err *e);
/* After the last byte: r->m is filled, or (is_cipher) osci_frame_cipher gives the EncryptedData. */
int osci_frame_end(struct osci_frame *f, struct err *e);
const struct xml_node *osci_frame_cipher(const struct osci_frame *f);
void osci_frame_fini(struct osci_frame *f);

#endif
