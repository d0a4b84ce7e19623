/* SPDX-License-Identifier: EUPL-1.2 */
/* One call to an XTA server: request, answer, fault. */
#include "xta/client.h"

#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/mem.h"
#include "xta/fault_read.h"
#include "xta/meta.h"
#include "xta/names.h"
#include "xta/read.h"
#include "xta/reply.h"
#include "xta/write.h"

/* Lists of 100 entries, reports with cards. */
#define ANSWER_TREE_MAX ((size_t)8 << 20)

struct xta_client {
	struct xta_client_options o;
	struct xta_said said;
	bool was_sent, was_answered;
};

/* One call of it. */
struct exchange {
	struct xta_client *c;
	const struct xta_operation *op;
	const struct xta_ask *ask;
	const struct xta_intake *intake;
	struct arena *a;
	const char *id;			/* wsa:MessageID of the request */
	const char *boundary;
	struct xta_message_in in;
};

struct xta_client *xta_client_new(const struct xta_client_options *o)
{
	struct xta_client *c = mem_new(sizeof(*c));

	c->o = *o;
	return c;
}

void xta_client_free(struct xta_client *c)
{
	free(c);
}

const struct xta_said *xta_client_said(const struct xta_client *c)
{
	return &c->said;
}

bool xta_client_is_ambiguous(const struct xta_client *c)
{
	return c->was_sent && !c->was_answered;
}

static void write_ask(struct xml_write *w, const void *ctx)
{
	const struct exchange *x = ctx;

	x->op->write_ask(w, x->ask);
}

static struct xta_message_out make_request(struct exchange *x, const struct xta_sending *sending)
{
	const struct xta_client_options *o = &x->c->o;
	struct id id = id_new();
	char text[ID_TEXT_LEN];
	struct xta_message_out m = {
		.is_soap11 = o->is_soap11,
		.is_multipart = o->is_multipart,
		.action = x->op->action,
		.to = o->addresses[x->op->port],
		.is_request = true,
	};

	m.id = x->id = arena_printf(x->a, "urn:uuid:%s", id_text(&id, text));
	if (m.is_multipart)
		m.boundary = xta_boundary_new(x->a);
	if (x->op->sends_content) {
		m.meta = sending->meta;
		m.parts = sending->parts;
		m.part_count = sending->part_count;
		return m;
	}
	if (o->author.value != NULL)
		m.author = &o->author;
	if (x->op->write_ask != NULL) {
		m.write_body = write_ask;
		m.ctx = x;
	}
	return m;
}

static int send(struct exchange *x, const struct xta_sending *sending, struct xta_http_answer *answer, struct err *e)
{
	const struct xta_transport *t = x->c->o.transport;
	struct xta_message_out m = make_request(x, sending);
	const char *quoted = m.is_soap11 ? arena_printf(x->a, "\"%s\"", m.action) : NULL;
	struct sink *room;

	if (t->room(t->ctx, &room, e) != 0 || xta_write(&m, room, e) != 0 || sink_finish(room, e) != 0)
		return (int)e->code;
	return t->post(t->ctx, x->op->port, xta_write_media(&m, x->a), quoted, answer, &x->c->was_sent, e);
}

static int unusable(struct err *e, const char *what)
{
	return err_reason(e, ERR_PEER, RSN_NET_BAD_ANSWER, "the answer cannot be used: %s", what);
}

static int on_headers(void *ctx, struct xta_message_in *m, bool *wants_content, enum xta_code *code, struct err *e)
{
	struct exchange *x = ctx;
	const char *relates_to = m->headers.relates_to;

	/* where there is no message, what stands in the Body is none */
	*wants_content = x->op->gets_content && xml_child(m->headers.state, XTA_NS_BOX, "NoMessageAvailable") == NULL;
	if (!m->headers.has_unknown && (relates_to == NULL || strcmp(relates_to, x->id) == 0))
		return 0;
	*code = XTA_MALFORMED;
	return unusable(e, m->headers.has_unknown ? "a header entry is unknown" : "it belongs to another call");
}

static int on_part(void *ctx, size_t index, const struct xta_part *part, struct sink **out, struct err *e)
{
	struct exchange *x = ctx;

	return x->intake->part(x->intake->ctx, index, part, out, e);
}

static int read_message(struct exchange *x, const struct xta_http_answer *answer, struct err *e)
{
	const struct xta_read_options o = {
		.content_max = x->c->o.content_max,
		.parts_max = x->c->o.parts_max,
		.tree_max = ANSWER_TREE_MAX,
		.headers = on_headers,
		.part = on_part,
		.ctx = x,
	};
	enum xta_code code = XTA_OK;

	if (xta_read(&o, span_of(answer->content_type), SPAN_EMPTY, answer->body, x->a, &x->in, &code, e) == 0)
		return 0;
	/* a failure of our own keeps its code; what the peer has done wrong is the peer's */
	if (code != XTA_9030 && e->code != ERR_PEER)
		return unusable(e, arena_dup(x->a, e->text));
	return (int)e->code;
}

/* What stands in header entries. */
static int read_entries(struct exchange *x, struct xta_reply *reply, struct err *e)
{
	const struct xta_headers *h = &x->in.headers;
	struct xta_box_state *state = x->op->gets_content ? &reply->item.state : &reply->list.state;
	unsigned warnings = 0;

	if (x->op->has_state && h->state == NULL)
		return unusable(e, "MsgBoxResponse is missing");
	if (x->op->has_state && xta_state_read(h->state, x->a, state, e) != 0)
		return unusable(e, arena_dup(x->a, e->text));
	if (!x->op->gets_content || reply->item.state.availability != XTA_AVAILABLE)
		return 0;
	if (h->meta == NULL || !x->in.has_content)
		return unusable(e, "MessageMetaData or content is missing");
	if (xta_meta_read(h->meta, &warnings, x->a, &reply->item.meta, e) != 0)
		return unusable(e, arena_dup(x->a, e->text));
	reply->item.parts = x->in.parts;
	reply->item.part_count = x->in.part_count;
	return 0;
}

static int read_answer(struct exchange *x, const struct xta_http_answer *answer, struct xta_reply *reply, struct err *e)
{
	if (read_message(x, answer, e) != 0)
		return (int)e->code;
	if (xta_fault_read(x->in.body, x->a, &x->c->said)) {
		x->c->was_answered = true;
		return err_set(e, ERR_REFUSED, "XTA %s: %s", x->c->said.number, xta_fault_of(x->c->said.code)->text_en);
	}
	if (answer->status != 200)
		return unusable(e, "neither a result nor a fault");
	if (read_entries(x, reply, e) != 0)
		return (int)e->code;
	if (x->op->read_reply != NULL && x->in.body == NULL)
		return unusable(e, "its Body is empty");
	if (x->op->read_reply != NULL && x->op->read_reply(x->in.body, x->a, reply, e) != 0)
		return unusable(e, arena_dup(x->a, e->text));
	x->c->was_answered = true;
	return 0;
}

int xta_client_call(struct xta_client *c, enum xta_name operation, const struct xta_sending *sending,
		    const struct xta_ask *ask, const struct xta_intake *intake, struct arena *a,
		    struct xta_reply *reply, struct err *e)
{
	struct exchange x = { .c = c, .op = xta_operation_of(operation), .ask = ask, .intake = intake, .a = a };
	struct xta_http_answer answer = { .body = NULL };
	int rc;

	memset(reply, 0, sizeof(*reply));
	memset(&c->said, 0, sizeof(c->said));
	c->was_sent = c->was_answered = false;
	must(!x.op->sends_content || sending != NULL);
	must(x.op->write_ask == NULL || ask != NULL);
	must(!x.op->gets_content || intake != NULL);
	rc = send(&x, sending, &answer, e);
	if (rc == 0)
		rc = read_answer(&x, &answer, reply, e);
	src_close(answer.body);
	return rc == 0 ? 0 : err_wrap(e, "%s", x.op->name);
}
