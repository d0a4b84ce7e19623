/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * post - the OSCI client's transport over HTTP: one POST, the answer in scratch space until it is read.
 * One thread at a time per struct.
 */
#ifndef PEER_POST_H
#define PEER_POST_H

#include "http/client.h"
#include "osci/client.h"
#include "spool/store.h"

struct peer_post {
	struct osci_transport transport;	/* hand this to osci_client_new */
	struct http_client *http;
	const char *url, *scratch_dir;
	unsigned timeout_ms;
	uint64_t max_answer;
	struct spool_scratch *answer;	/* of the last POST */
};

/* Strings and the client are borrowed. */
void peer_post_init(struct peer_post *p, struct http_client *http, const char *url, const char *scratch_dir,
		  unsigned timeout_ms, uint64_t max_answer);
void peer_post_fini(struct peer_post *p);

#endif
