/* SPDX-License-Identifier: EUPL-1.2 */
/* What an answer says about time: when to come again, and what the other side's clock shows. */
#include "base/clock.h"
#include "http/client.h"

bool http_answer_date(const struct http_answer *answer, int64_t *ms)
{
	const char *date = http_answer_header(answer, "Date");
	struct err ignored = ERR_INIT;

	return date != NULL && clock_parse_http(span_trim(span_of(date)), ms, &ignored) == 0;
}

int64_t http_answer_retry_after(const struct http_answer *answer, int64_t most_ms)
{
	const char *text = http_answer_header(answer, "Retry-After");
	struct span after = text == NULL ? SPAN_EMPTY : span_trim(span_of(text));
	struct err ignored = ERR_INIT;
	uint64_t seconds;
	int64_t then, now;

	if (after.n == 0)
		return 0;
	if (span_u64(after, UINT64_MAX, &seconds))
		return seconds < (uint64_t)most_ms / 1000 ? (int64_t)seconds * 1000 : most_ms;
	if (clock_parse_http(after, &then, &ignored) != 0)
		return 0;
	/* By the clock that wrote it: ours may be another. */
	if (!http_answer_date(answer, &now))
		now = clock_now();
	return then <= now ? 0 : then - now < most_ms ? then - now : most_ms;
}
