/* SPDX-License-Identifier: EUPL-1.2 */
/* h_box - accounts and a message box in memory, and one call to a server above it: for xta's tests. */
#ifndef TESTS_XTA_H_BOX_H
#define TESTS_XTA_H_BOX_H

#include "base/digest.h"
#include "xta/server.h"
#include "xta/warning.h"

#define H_BOX_MAX 64
#define H_BOX_PARTS 16

struct h_kept {
	struct buf data;		/* with h_box.keep; otherwise only size and digest count */
	struct xta_part part;
	uint64_t size;
	uint8_t sha256[SHA256_LEN];
	bool finished;
};

struct h_stored {
	struct buf meta;		/* xta_meta_text */
	char *id, *reader;
	int64_t delivered, fetched, closed, cancelled, not_before;
	unsigned warnings;
	struct h_kept parts[H_BOX_PARTS];
	size_t part_count;
};

/* Peers are names: "author" is ags:01010101, "reader" is ags:02020202, "locked" has a locked account, any other none. */
struct h_box {
	struct xta_env env;
	struct h_stored *stored[H_BOX_MAX];
	size_t count;
	struct h_stored *making;
	unsigned issued, begun, aborted, fetched;
	enum xta_code next;		/* if set: what the next call of the env is refused with */
	bool is_broken;			/* the next call of the env fails */
	bool is_sink;			/* parts are counted, not kept */
	bool is_lost;			/* what is stored cannot be opened */
	uint64_t generated;		/* if set: fetch gives one part of that many bytes */
	bool is_sync;			/* sendMessageSync is offered: the answer is the message itself */
	struct xta_part extra[H_BOX_PARTS];
};

struct h_box *h_box_new(void);
void h_box_free(struct h_box *b);
struct h_stored *h_box_find(struct h_box *b, const char *id);

/* What came back. */
struct h_answer {
	unsigned status, begun;
	char media[300];
	struct buf body;		/* its cap: 1 MB, or none kept with sink_only */
	uint64_t size;
	bool sink_only;
	struct xta_done done;
	int rc;
	struct sink sink;
};

/* One call. body_step: bytes given at once; 0: all. a is to be freed with h_answer_fini. */
void h_call(struct h_box *b, const struct xta_policy *p, const char *peer, const char *content_type, const char *action,
	    struct span body, size_t step, struct h_answer *a);
void h_call_src(struct h_box *b, const struct xta_policy *p, const char *peer, const char *content_type,
		const char *action, struct src *body, struct h_answer *a);
void h_answer_fini(struct h_answer *a);

/* Source of n bytes, different ones or all spaces; the caller closes. */
struct src *h_generated(uint64_t n);
struct src *h_spaces(uint64_t n);

#endif
