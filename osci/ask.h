/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ask - one order of ours and the answer to it: the whole of it is written before its first byte is sent, so that what
 * fails until then had no effect and the length is known. What an answer comes to is for the caller. One thread.
 */
#ifndef OSCI_ASK_H
#define OSCI_ASK_H

#include "osci/env.h"
#include "osci/read.h"
#include "osci/write.h"

struct osci_ask {			/* scratches set, the rest zeroed by the caller */
	const struct osci_scratches *scratches;
	struct osci_scratch scratch;
	void *handle;
	uint64_t size;			/* of the order */
	struct src *answer;
};

int osci_ask_write(struct osci_ask *q, const struct osci_write_options *o, const struct osci_message *m, struct err *e);
/* *sent: it may have reached the other side, also after an error. */
int osci_ask_send(struct osci_ask *q, const struct osci_transport *t, bool *sent, struct err *e);
/* The answer, as osci_read does; what is no OSCI message is ERR_PEER (RSN_NET_BAD_ANSWER). */
int osci_ask_read(struct osci_ask *q, const struct osci_read_options *o, const struct osci_intake *parts, struct arena *a,
		  struct osci_message *answer, struct err *e);
void osci_ask_fini(struct osci_ask *q);

#endif
