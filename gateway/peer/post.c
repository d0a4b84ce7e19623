/* SPDX-License-Identifier: EUPL-1.2 */
/* post - one POST, and what its status means. */
#include "peer/post.h"

#include <stdlib.h>
#include <strings.h>

#include "base/clock.h"
#include "base/log.h"
#include "peer/scratch.h"

#define POOR_LINE 100		/* bytes per ms that a request is sent with at least, before the first answer */
#define CLOCKS_APART (5LL * 60 * 1000)
#define REST_MOST (6LL * 3600 * 1000)	/* what a peer asks for is obeyed up to here */

/* Status codes that say the request did not reach an OSCI application, so that it certainly had no effect. */
static bool is_untouched(unsigned status)
{
	return status == 404 || status == 413 || status == 429 || status == 503;
}

static unsigned limit_of(const struct peer_post *p, uint64_t size)
{
	uint64_t ms = (uint64_t)p->watch.contact_ms + size / POOR_LINE;

	return p->watch.contact_ms == 0 || p->has_answered || ms > p->timeout_ms ? p->timeout_ms : (unsigned)ms;
}

/* Certificates and dialogs are judged by either clock: whoever looks for a cause has to know that they differ. */
static void compare_clocks(struct peer_post *p, const struct http_answer *got)
{
	char theirs[CLOCK_TEXT_LEN], ours[CLOCK_TEXT_LEN];
	int64_t date, now = clock_now();

	p->clock_apart = 0;
	if (!http_answer_date(got, &date) || llabs(now - date) <= CLOCKS_APART)
		return;
	p->clock_apart = date - now;
	log_event(LOG_WARN, "peer.clock", LOG_STR("peer", p->url), LOG_STR("theirs", clock_utc(date, theirs)),
		  LOG_STR("ours", clock_utc(now, ours)));
}

/* An answer that is none of OSCI's. */
static int judge_status(struct peer_post *p, const struct http_answer *got, struct err *e)
{
	const char *type = http_answer_header(got, "Content-Type");
	int64_t rest = 0;

	compare_clocks(p, got);
	if (got->status == 413)
		return err_reason(e, ERR_REFUSED, RSN_NET_TOO_LARGE, "HTTP status 413: the message is too large");
	if (got->status == 503 || got->status == 429)
		rest = http_answer_retry_after(got, REST_MOST);
	if (rest > 0)
		p->not_before = clock_now() + rest;
	if (got->status != 200)
		return err_reason(e, ERR_PEER, got->status >= 500 || got->status == 429 ? RSN_NET_UNREACHABLE : RSN_NET_BAD_ANSWER,
				  "HTTP status %u", got->status);
	if (type != NULL && strncasecmp(type, "text/html", 9) == 0)
		return err_reason(e, ERR_PEER, RSN_NET_BAD_ANSWER, "a web page (text/html) instead of an OSCI message");
	p->has_answered = true;
	return 0;
}

static int exchange(struct peer_post *p, struct http_call *call, struct http_answer *got, bool *sent, struct err *e)
{
	int64_t start = clock_mono();
	int rc = p->watch.before == NULL ? 0 : p->watch.before(p->watch.ctx, e);

	*got = (struct http_answer){ .status = 0 };
	if (rc != 0)
		return rc;
	rc = http_client_do(p->http, call, got, e);
	if (p->watch.after != NULL)
		p->watch.after(p->watch.ctx);
	p->took = clock_mono() - start;
	*sent = got->sent;
	if (rc == 0) {
		rc = judge_status(p, got, e);
		if (got->status != 200)
			*sent = !is_untouched(got->status);
	}
	return rc;
}

static int post(void *ctx, struct src *request, uint64_t size, struct src **answer, bool *sent, struct err *e)
{
	/* what the OSCI reference library sends; the MIME header is part of the body */
	static const struct http_pair headers[] = { { "Content-Type", "text/xml; charset=utf-8" }, { NULL, NULL } };
	struct peer_post *p = ctx;
	struct http_call call = {
		.method = "POST", .url = p->url, .headers = headers, .body = request, .body_length = (int64_t)size,
		.total_ms = limit_of(p, size), .max_answer = p->max_answer,
	};
	struct http_answer got;
	int rc;

	spool_scratch_free(p->answer);
	p->answer = spool_scratch_new(p->scratch_dir, PEER_SCRATCH_MEMORY);
	call.to = spool_scratch_sink(p->answer);
	*sent = false;
	p->not_before = 0;
	rc = exchange(p, &call, &got, sent, e);
	http_answer_fini(&got);
	if (rc == 0)
		rc = sink_finish(call.to, e);
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

int peer_post_wrap(const struct peer_post *p, const char *what, struct err *e)
{
	char theirs[CLOCK_TEXT_LEN];

	if (p->clock_apart == 0)
		return err_wrap(e, "%s", what);
	return err_wrap(e, "%s (by its clock it is %s: one of the two is wrong)", what,
			clock_utc(clock_now() + p->clock_apart, theirs));
}

void peer_post_fini(struct peer_post *p)
{
	spool_scratch_free(p->answer);
	p->answer = NULL;
}
