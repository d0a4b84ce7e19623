/* SPDX-License-Identifier: EUPL-1.2 */
/* retention - the ends of messages and deliveries, from records and settings; see retention.h. */
#include "spool/retention.h"

#include "base/mem.h"

static int64_t longer(int64_t a, int64_t b)
{
	return a == 0 || b == 0 ? 0 : a > b ? a : b;	/* 0 is for ever */
}

/* Of two ends, where 0 is none. */
static int64_t earlier(int64_t a, int64_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

static int64_t count_from(int64_t since, int64_t ms, int64_t now)
{
	return ms == 0 ? 0 : (since < now ? since : now) + ms;
}

static int64_t grace_of(const struct spool_retention *s, enum delivery_state state)
{
	return state == DLV_DONE ? s->delivered : state == DLV_CANCELLED ? s->cancelled : s->given_up;
}

/* The longest of the times that apply, counted from the end of the last delivery. */
static bool application_end(const struct spool_retention *s, const struct spool_delivery *list, size_t n, int64_t now,
			    int64_t *end)
{
	int64_t ms = -1, since = 0;

	*end = 0;
	for (size_t i = 0; i < n; i++) {
		if (!delivery_is_final(list[i].state))
			return true;
		ms = ms < 0 ? grace_of(s, list[i].state) : longer(ms, grace_of(s, list[i].state));
		since = list[i].entered > since ? list[i].entered : since;
	}
	if (n > 0)
		*end = count_from(since, ms, now);
	return n == 0 || since != 0;
}

bool spool_retention_message(const struct spool_retention *s, const struct spool_rec_msg *r,
			     const struct spool_delivery *list, size_t n, int64_t now, int64_t *end)
{
	const struct spool_message *m = &r->m;
	bool known = true;

	if (m->kind == SPOOL_MAIL && m->fetched != 0) {	/* whatever end was set for it before */
		*end = count_from(m->fetched, s->fetched, now);
		return true;
	}
	if (m->kind == SPOOL_DRAFT)
		*end = m->modified == 0 ? 0 : count_from(m->modified, s->draft, now);
	else if (m->kind == SPOOL_MAIL)	/* what is offered later counts from then */
		*end = s->unfetched == 0 ? 0 : m->accepted + s->unfetched;
	else
		known = application_end(s, list, n, now, end);
	*end = earlier(r->limit, *end);
	return known;
}

bool spool_retention_delivery(const struct spool_retention *s, const struct spool_delivery *d, int64_t now, int64_t *end)
{
	*end = count_from(d->entered != 0 ? d->entered : now, s->undecided, now);
	return d->entered != 0 || d->due == 0 || s->undecided == 0;
}

int64_t spool_retention_longest(const struct spool_retention *s)
{
	const int64_t all[] = { s->delivered, s->cancelled, s->given_up, s->unfetched, s->fetched, s->draft };
	int64_t ms = 0;

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		ms = all[i] > ms ? all[i] : ms;
	return ms;
}
