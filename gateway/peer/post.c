/* SPDX-License-Identifier: EUPL-1.2 */
#include "peer/post.h"

#include "peer/scratch.h"

/* Status codes that say the request did not reach an OSCI application, so that it certainly had no effect. */
static bool is_untouched(unsigned status)
{
	return status == 404 || status == 413 || status == 503;
}

static int post(void *ctx, struct src *request, uint64_t size, struct src **answer, bool *sent, struct err *e)
{
	/* what the OSCI reference library sends; the MIME header is part of the body */
	static const struct http_pair headers[] = { { "Content-Type", "text/xml; charset=utf-8" }, { NULL, NULL } };
	struct peer_post *p = ctx;
	struct http_call call = {
		.method = "POST", .url = p->url, .headers = headers, .body = request, .body_length = (int64_t)size,
		.total_ms = p->timeout_ms, .max_answer = p->max_answer,
	};
	struct http_answer got;
	struct sink *to;
	int rc;

	spool_scratch_free(p->answer);
	p->answer = spool_scratch_new(p->scratch_dir, PEER_SCRATCH_MEMORY);
	to = spool_scratch_sink(p->answer);
	call.to = to;
	rc = http_client_do(p->http, &call, &got, e);
	*sent = got.sent;
	if (rc == 0 && got.status != 200) {
		*sent = !is_untouched(got.status);
		rc = err_reason(e, ERR_PEER, got.status >= 500 ? RSN_NET_UNREACHABLE : RSN_NET_BAD_ANSWER,
				"HTTP status %u", got.status);
	}
	http_answer_fini(&got);
	if (rc == 0)
		rc = sink_finish(to, e);
	if (rc == 0)
		rc = spool_scratch_open(p->answer, 0, answer, e);
	return rc == 0 ? 0 : err_wrap(e, "post to %s", p->url);
}

void peer_post_init(struct peer_post *p, struct http_client *http, const char *url, const char *scratch_dir,
		  unsigned timeout_ms, uint64_t max_answer)
{
	*p = (struct peer_post){
		.transport = { .post = post, .ctx = p }, .http = http, .url = url, .scratch_dir = scratch_dir,
		.timeout_ms = timeout_ms, .max_answer = max_answer,
	};
}

void peer_post_fini(struct peer_post *p)
{
	spool_scratch_free(p->answer);
	p->answer = NULL;
}
