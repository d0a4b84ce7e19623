/* SPDX-License-Identifier: EUPL-1.2 */
/* An order on its way out, and its answer on its way in. */
#include "osci/ask.h"

int osci_ask_write(struct osci_ask *q, const struct osci_write_options *o, const struct osci_message *m, struct err *e)
{
	struct sink *to = NULL, *count = NULL;
	int rc = q->scratches->begin(q->scratches->ctx, &q->scratch, &q->handle, e);

	if (rc != 0) {
		q->handle = NULL;
		return rc;
	}
	rc = q->scratch.sink(q->scratch.ctx, &to, e);
	if (rc != 0)
		return rc;
	count = sink_count(to, &q->size);
	rc = osci_write(o, m, count, e);
	if (rc == 0)
		rc = sink_finish(to, e);
	sink_close(count);
	return rc;
}

static void end_scratch(struct osci_ask *q)
{
	if (q->handle != NULL)
		q->scratches->free(q->scratches->ctx, q->handle);
	q->handle = NULL;
}

int osci_ask_send(struct osci_ask *q, const struct osci_transport *t, bool *sent, struct err *e)
{
	struct src *from = NULL;
	int rc = q->scratch.open(q->scratch.ctx, &from, e);

	*sent = false;
	if (rc == 0)
		rc = t->post(t->ctx, from, q->size, &q->answer, sent, e);
	if (rc != 0)
		q->answer = NULL;
	src_close(from);
	end_scratch(q);
	return rc;
}

/* What is no OSCI is the peer's fault and may pass; what failed here stays what it is. */
static int bad_answer(struct err *e)
{
	if (err_class(e->code) == ERR_PERMANENT) {
		e->code = ERR_PEER;
		e->reason = RSN_NET_BAD_ANSWER;
	}
	return err_wrap(e, "answer");
}

int osci_ask_read(struct osci_ask *q, const struct osci_read_options *o, const struct osci_intake *parts, struct arena *a,
		  struct osci_message *answer, struct err *e)
{
	enum osci_code code;
	int rc = q->scratches->begin(q->scratches->ctx, &q->scratch, &q->handle, e);

	if (rc != 0) {
		q->handle = NULL;
		return rc;
	}
	rc = osci_read(o, q->answer, parts, &q->scratch, a, answer, &code, e);
	return rc == 0 ? 0 : bad_answer(e);
}

void osci_ask_fini(struct osci_ask *q)
{
	end_scratch(q);
	src_close(q->answer);
	q->answer = NULL;
}
