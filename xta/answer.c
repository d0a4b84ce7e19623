/* SPDX-License-Identifier: EUPL-1.2 */
/* The way back of a call. */
#include "xta/answer.h"

#include "base/id.h"
#include "xta/fault_write.h"
#include "xta/names.h"
#include "xta/write.h"

/* What is kept back before an answer begins: as long as nothing is out, it can still become a fault. */
#define HELD_MAX 65536

/* The sink for the body of the HTTP answer: begins it late. */
struct late {
	struct sink base;
	xta_answer_fn *begin;
	void *ctx;
	unsigned status;
	const char *media;
	struct buf held;
	struct sink *to;		/* NULL: not begun */
};

static int late_begin(struct late *l, struct err *e)
{
	if (l->to != NULL)
		return 0;
	if (l->begin(l->ctx, l->status, l->media, &l->to, e) != 0) {
		l->to = NULL;
		return (int)e->code;
	}
	return sink_write(l->to, buf_str(&l->held), l->held.n, e);
}

static int late_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct late *l = (struct late *)s;

	if (l->to == NULL && n <= HELD_MAX - l->held.n) {
		buf_put(&l->held, data, n);
		return 0;
	}
	return late_begin(l, e) == 0 ? sink_write(l->to, data, n, e) : (int)e->code;
}

static void write_body(struct xml_write *w, const void *ctx)
{
	const struct xta_call *c = ctx;

	c->op->write_reply(w, &c->reply);
}

/* The box has nothing to give, and MsgBoxResponse says so; but the WSDL knows no answer without a container, and some stacks
 * fail without one. */
static void write_no_message(struct xml_write *w, const void *ctx)
{
	(void)ctx;
	xml_write_open(w, "xta:GenericContentContainer");
	xml_write_ns(w, "xta", XTA_NS);
	xml_write_open(w, "xta:ContentContainer");
	xml_write_open(w, "xta:Message");
	xml_write_attr(w, "contentType", "application/octet-stream");
	xml_write_close(w);
	xml_write_close(w);
	xml_write_close(w);
}

/* What answers and faults have in common. */
static struct xta_message_out begin_answer(struct xta_call *c)
{
	struct id id = id_new();
	char text[ID_TEXT_LEN];
	struct xta_message_out m = {
		.is_soap11 = c->in.headers.is_soap11,
		.is_multipart = c->in.media.is_multipart,
		.action = c->op != NULL ? c->op->action : XTA_NS_WSA "/soap/fault",
		.id = arena_printf(c->a, "urn:uuid:%s", id_text(&id, text)),
		.relates_to = c->in.headers.id,
	};

	if (m.is_multipart)
		m.boundary = xta_boundary_new(c->a);
	return m;
}

static struct xta_message_out make_result(struct xta_call *c)
{
	struct xta_message_out m = begin_answer(c);
	const struct xta_item *item = &c->reply.item;

	if (c->op->write_reply != NULL) {
		m.write_body = write_body;
		m.ctx = c;
	}
	if (c->op->has_state)
		m.state = c->op->gets_content ? &item->state : &c->reply.list.state;
	if (c->op->gets_content && item->state.availability == XTA_AVAILABLE) {
		m.meta = &item->meta;
		m.parts = item->parts;
		m.part_count = item->part_count;
	} else if (c->op->gets_content) {
		m.write_body = write_no_message;
	}
	return m;
}

static struct xta_message_out make_fault(struct xta_call *c, struct xta_refusal *r)
{
	struct xta_message_out m = begin_answer(c);

	*r = xta_refusal_of(c->op, c->done->code, m.is_soap11);
	if (c->op == NULL && r->fault->subcode[0] != '\0')
		m.action = XTA_NS_WSA "/fault";
	if (r->fault->code == XTA_NOT_UNDERSTOOD) {
		m.unknown = c->in.headers.unknown;
		m.unknown_ns = c->in.headers.unknown_ns;
	}
	m.write_body = xta_fault_write;
	m.ctx = r;
	return m;
}

static int put(struct xta_call *c, struct xta_message_out *m, unsigned status, struct late *l, struct err *e)
{
	l->status = status;
	l->media = xta_write_media(m, c->a);
	buf_reset(&l->held);
	return xta_write(m, &l->base, e);
}

static int put_either(struct xta_call *c, struct late *l, struct err *e)
{
	struct xta_message_out m;
	struct xta_refusal r;

	if (c->done->code == XTA_OK) {
		m = make_result(c);
		if (put(c, &m, 200, l, e) == 0 || l->to != NULL)
			return (int)e->code;
		c->done->code = XTA_9030;
		c->done->cause = *e;
		*e = (struct err)ERR_INIT;
	}
	m = make_fault(c, &r);
	return put(c, &m, r.fault->code == XTA_BAD_MEDIA ? 415 : 500, l, e);
}

int xta_answer(struct xta_call *c, xta_answer_fn *begin, void *ctx, struct err *e)
{
	struct late l = { .base = { .write = late_write }, .begin = begin, .ctx = ctx };
	int rc;

	*e = (struct err)ERR_INIT;
	buf_init(&l.held, HELD_MAX);
	rc = put_either(c, &l, e);
	if (rc == 0)
		rc = late_begin(&l, e);
	buf_fini(&l.held);
	return rc;
}
