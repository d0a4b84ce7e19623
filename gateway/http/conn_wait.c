/* SPDX-License-Identifier: EUPL-1.2 */
/* conn_wait - a worker's reading and writing: waits for the peer, as long as its patience lasts. */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http/conn.h"
#include "http/limits.h"

#define PATIENCE_STEP_MS 500	/* how late a worker notices that others wait */
#define DOUBLINGS_MAX 10	/* of the rate that is asked for under pressure */
#define REFUSAL_MS 500		/* for an answer that only refuses */

/* What a peer may do while a worker waits for it: less when other requests wait for a worker. */
struct patience {
	int64_t still_ms;
	uint64_t rate;
};

static int64_t pressed_since(const struct conn *c)
{
	int64_t since = 0;

	for (size_t i = 0; i < ARRAY_LEN(c->pressed); i++) {
		int64_t at = c->pressed[i] == NULL ? 0 : atomic_load(c->pressed[i]);

		since = since == 0 || (at != 0 && at < since) ? at : since;
	}
	return since;
}

/* The longer others wait, the more is asked for, so that in the end the slowest make room, whatever they keep up. */
static struct patience patience_of(const struct conn *c)
{
	const struct http_limits *l = c->limits;
	struct patience p = { l->stall_ms, l->min_rate };
	int64_t since = pressed_since(c), waited = since == 0 ? 0 : clock_mono() - since;

	if (c->refusal != 0)
		return (struct patience){ REFUSAL_MS, l->min_rate };
	if (l->pressed_ms < p.still_ms && since != 0)
		p.still_ms = l->pressed_ms;
	if (waited > 0) {
		int64_t n = waited / (l->pressed_ms > 0 ? l->pressed_ms : 1);
		uint64_t rate = (uint64_t)l->pressed_rate << (n < DOUBLINGS_MAX ? n : DOUBLINGS_MAX);

		p.rate = rate > p.rate ? rate : p.rate;
	}
	return p;
}

/* Only the last minute or so counts: a peer that was quick once has no credit for ever. */
static void forget_the_past(struct conn_meter *m, int64_t still_ms)
{
	if (m->waited_ms <= 2 * still_ms)
		return;
	m->waited_ms /= 2;
	m->bytes /= 2;
}

/* Waits until the socket is ready, in short steps, because the patience may change. The meter makes a peer that drips
 * bytes fail as surely as one that stands still. */
static int wait_ready(struct conn *c, enum conn_io want, struct conn_meter *m, struct err *e)
{
	struct pollfd p = { .fd = c->fd, .events = want == IO_WANT_READ ? POLLIN : POLLOUT };
	int64_t begin = clock_mono(), still = 0, late;
	struct patience patience;
	int n;

	do {
		patience = patience_of(c);
		late = patience.still_ms - still;
		n = poll(&p, 1, (int)(late < 0 ? 0 : late < PATIENCE_STEP_MS ? late : PATIENCE_STEP_MS));
		still = clock_mono() - begin;
	} while (n == 0 && still < patience.still_ms);
	m->waited_ms += still;
	if (n < 0 && errno != EINTR)
		return err_set(e, ERR_IO, "poll: %s", strerror(errno));
	if (n == 0)
		return err_set(e, ERR_TIMEOUT, "the client stood still for %lld ms", (long long)still);
	late = m->waited_ms - patience.still_ms;
	if (late > 0 && m->bytes < (uint64_t)late * patience.rate / 1000)
		return err_set(e, ERR_TIMEOUT, "the client is slower than %llu bytes per second",
			       (unsigned long long)patience.rate);
	forget_the_past(m, patience.still_ms);
	return 0;
}

int http_conn_read(struct conn *c, void *data, size_t cap, size_t *got, struct err *e)
{
	enum conn_io io;
	int rc;

	if (c->in_n > 0) {
		*got = cap < c->in_n ? cap : c->in_n;
		memcpy(data, c->in, *got);
		http_conn_consume(c, *got);
		return 0;
	}
	while ((io = http_conn_try_read(c, data, cap, got)) != IO_OK) {
		if (io == IO_END)
			return 0;
		if (io == IO_FAIL)
			return err_set(e, ERR_PEER, "the client's connection broke while it sent");
		rc = wait_ready(c, io, &c->read_meter, e);
		if (rc != 0)
			return rc;
	}
	c->read_meter.bytes += *got;
	return 0;
}

int http_conn_need(struct conn *c, bool *end, struct err *e)
{
	size_t got = 0;
	int rc = 0;

	if (c->in_cap < HTTP_HEAD_MAX) {	/* a body has come: the fewer calls the better */
		c->in_cap = HTTP_HEAD_MAX;
		c->in = mem_grow(c->in, c->in_cap, 1);
	}
	if (c->in_n == 0 && (rc = http_conn_read(c, c->in, c->in_cap, &got, e)) == 0)
		c->in_n = got;
	*end = rc == 0 && c->in_n == 0;
	return rc;
}

int http_conn_write(struct conn *c, const void *data, size_t n, struct err *e)
{
	const char *p = data;
	size_t put;
	int rc;

	while (n > 0) {
		enum conn_io io = http_conn_try_write(c, p, n, &put);

		if (io == IO_OK) {
			p += put;
			n -= put;
			c->write_meter.bytes += put;
			continue;
		}
		if (io == IO_END || io == IO_FAIL)
			return err_set(e, ERR_PEER, "the client's connection broke while it was answered");
		rc = wait_ready(c, io, &c->write_meter, e);
		if (rc != 0)
			return rc;
	}
	return 0;
}
