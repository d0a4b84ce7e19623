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

/* Who looks at each request of a line; of zeros: nobody. */
struct peer_watch {
	int (*before)(void *ctx, struct err *e);	/* not 0: nothing is sent */
	void (*after)(void *ctx);
	void *ctx;
	/* ms for the first answer, when nothing good is known of the peer, plus the time that the request itself takes over a
	 * poor line; 0: as for any other */
	int64_t contact_ms;
};

struct peer_post {
	struct osci_transport transport;	/* hand this to osci_client_new */
	struct http_client *http;
	const char *url, *scratch_dir;
	unsigned timeout_ms;
	uint64_t max_answer;
	struct peer_watch watch;
	struct spool_scratch *answer;	/* of the last POST */
	int64_t took;			/* ms, the last POST */
	int64_t not_before;		/* clock_now: the peer asked to be left alone until then (Retry-After); 0: it did not */
	int64_t clock_apart;		/* ms: how far the clock of who gave the last answer is ahead of ours; 0: not worth a word */
	bool has_answered;		/* with an HTTP answer of status 200 */
};

/* Strings and the client are borrowed; set watch afterwards. */
void peer_post_init(struct peer_post *p, struct http_client *http, const char *url, const char *scratch_dir,
		  unsigned timeout_ms, uint64_t max_answer);
void peer_post_fini(struct peer_post *p);
/* err_wrap, with a word about the clocks if they differ. */
int peer_post_wrap(const struct peer_post *p, const char *what, struct err *e);

#endif
