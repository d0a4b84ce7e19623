/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_waiting.h says what they do. */
#include "h_waiting.h"

#include "base/mem.h"
#include "cm.h"
#include "h_sample.h"
#include "osci/order.h"
#include "osci/read.h"
#include "osci/write.h"

#define MAX (8u << 20)

static int begin(void *ctx, struct osci_intake *intake, void **making, struct err *e)
{
	struct h_intake *in = h_intake_new(true);

	(void)ctx;
	(void)e;
	*intake = in->intake;
	*making = in;
	return 0;
}

static void drop(void *ctx, void *making)
{
	((struct h_waiting *)ctx)->aborted++;
	h_intake_free(making);
}

static void copy(char *out, size_t cap, const char *text)
{
	snprintf(out, cap, "%s", text != NULL ? text : "");
}

static void reply_with(struct arena *a, struct osci_reply_content *reply)
{
	struct osci_message sample;

	h_message(a, OSCI_RESPONSE_TO_PROCESS_DELIVERY, &sample);
	*reply = (struct osci_reply_content){
		.subject = "Antwort", .has_content = true, .content_size = sample.content_size,
		.open_content = sample.open_content, .content_ctx = sample.content_ctx,
		.attachments = sample.attachments, .attachment_count = sample.attachment_count,
	};
}

static int take(void *ctx, void *making, const struct osci_message *m, struct arena *a, struct osci_reply_content *reply,
		enum osci_code *code, struct err *e)
{
	struct h_waiting *x = ctx;

	if (x->mishap == H_TAKER_FAILS || x->mishap == H_REFUSES) {
		h_intake_free(making);
		*code = OSCI_9805;
		return x->mishap == H_REFUSES ? 0 : err_set(e, ERR_IO, "nothing can be written");
	}
	if (x->mishap == H_STORE_BREAKS)
		x->w->env.fail_mark = ERR_IO;
	h_intake_free(x->intake);
	x->intake = making;
	x->taken++;
	copy(x->message_id, sizeof(x->message_id), m->message_id);
	copy(x->subject, sizeof(x->subject), m->subject);
	copy(x->reply_id, sizeof(x->reply_id), m->reply_id);
	x->created = m->card_count > 0 ? m->cards[0].created : 0;
	x->forwarded = m->card_count > 0 ? m->cards[0].forwarded : 0;
	x->cert_count = m->cert_count;
	x->custom_count = m->custom_count;
	if (reply != NULL && x->mishap != H_NO_REPLY)
		reply_with(a, reply);
	return 0;
}

static int answer_sink(void *ctx, struct sink **out, struct err *e)
{
	(void)e;
	*out = ctx;
	return 0;
}

static void serve(struct h_waiting *x, struct sink *to)
{
	struct src *in = src_of_mem(x->order.p, x->order.n);
	struct err e = ERR_INIT;

	assert_ok(osci_recipient_serve(&x->options, in, answer_sink, to, &x->done, &e), e);
	src_close(in);
}

static void tweak(struct h_waiting *x, const struct osci_message *order, struct osci_message *m, struct osci_write_options *o)
{
	if (x->mishap == H_UNSIGNED)
		o->sign = NULL;
	if (x->mishap == H_UNENCRYPTED || x->mishap == H_FORGED)
		o->encrypt_for = NULL;
	if (x->mishap == H_OTHER_CHALLENGE)
		m->control.response = "YW5kZXJl";
	if (x->mishap == H_OTHER_TYPE)
		m->type = order->type == OSCI_ACCEPT_DELIVERY ? OSCI_RESPONSE_TO_PROCESS_DELIVERY :
								OSCI_RESPONSE_TO_ACCEPT_DELIVERY;
	if (x->mishap == H_NO_FEEDBACK)
		m->feedback[0].code = "";
	if (x->mishap == H_FOREIGN_SIGNER)
		o->sign = x->w->peer[H_STRANGER].sign;
}

/* What no recipient of ours would answer. */
static void craft(struct h_waiting *x, struct sink *to)
{
	struct osci_read_options ro = { .keys = x->options.keys, .certs = x->w->certs, .max_size = MAX };
	struct src *in = src_of_mem(x->order.p, x->order.n);
	struct h_intake *h = h_intake_new(false);
	struct osci_entry done = { "de", "0800", "gut" };
	struct arena *a = arena_new();
	struct osci_message order, m;
	struct osci_write_options o = { .sign = x->w->peer[H_RECIPIENT].sign };
	enum osci_code code;
	struct err e = ERR_INIT;

	assert_ok(osci_read(&ro, in, &h->intake, &h->room, a, &order, &code, &e), e);
	m = (struct osci_message){ .type = osci_order_of(order.type)->answer, .feedback = &done, .feedback_count = 1,
				   .control = { .response = order.control.challenge, .sequence = -1 } };
	o.encrypt_for = osci_message_cert(&order, OSCI_INTERMEDIARY, true);
	tweak(x, &order, &m, &o);
	assert_ok(osci_write(&o, &m, to, &e), e);
	osci_message_fini(&order);
	h_intake_free(h);
	src_close(in);
	arena_free(a);
}

static int fail_of(struct h_waiting *x, bool *sent, struct err *e)
{
	*sent = x->mishap != H_UNREACHABLE;
	switch (x->mishap) {
	case H_UNREACHABLE:
		return err_reason(e, ERR_UNREACHABLE, RSN_NET_UNREACHABLE, "nobody there");
	case H_TIMES_OUT:
		return err_reason(e, ERR_TIMEOUT, RSN_NET_TIMEOUT, "too slow");
	case H_LOSES_ANSWER:
		return err_reason(e, ERR_PEER, RSN_NET_ANSWER_LOST, "broken off");
	case H_HTTP_500:
		return err_reason(e, ERR_PEER, RSN_NET_UNREACHABLE, "HTTP status 500");
	default:
		return 0;
	}
}

static void fill_answer(struct h_waiting *x)
{
	struct sink *to = sink_to_buf(&x->answer);
	struct err e = ERR_INIT;
	char *at;

	if (x->mishap == H_GARBAGE)
		buf_puts(&x->answer, "<html>Anmeldung</html>");
	else if (x->mishap == H_FAULT_ONLY)
		assert_ok(osci_write_fault(OSCI_9000, to, &e), e);
	else if (x->mishap >= H_UNSIGNED)
		craft(x, to);
	else if (x->mishap != H_SILENT)
		serve(x, to);
	if (x->mishap == H_FORGED) {
		at = memmem(x->answer.p, x->answer.n, ">gut<", 5);
		assert_non_null(at);
		at[1] = 'G';
	}
	sink_close(to);
}

static int post(void *ctx, struct src *request, uint64_t size, struct src **answer, bool *sent, struct err *e)
{
	struct h_waiting *x = ctx;
	int rc = fail_of(x, sent, e);

	x->posts++;
	if (rc != 0)
		return rc;
	buf_reset(&x->order);
	buf_reset(&x->answer);
	assert_ok(stream_to_buf(request, &x->order, "order", e), (*e));
	assert_int_equal(x->order.n, size);
	fill_answer(x);
	*answer = src_of_mem(x->answer.p, x->answer.n);
	return 0;
}

static int way_begin(void *ctx, const struct osci_way_wish *wish, struct osci_transport *out, void **way, struct err *e)
{
	struct h_waiting *x = ctx;

	x->ways++;
	copy(x->uri, sizeof(x->uri), wish->uri);
	x->has_sender = wish->sender != NULL;
	if (x->has_sender)
		memcpy(x->sender, wish->sender, sizeof(x->sender));
	if (x->mishap == H_NO_WAY)
		return err_reason(e, ERR_DENIED, RSN_DIR_BAD_ADDRESS, "not an address that may be called");
	x->open_ways++;
	*out = (struct osci_transport){ post, x };
	*way = x;
	return 0;
}

static void way_end(void *ctx, void *way)
{
	(void)ctx;
	((struct h_waiting *)way)->open_ways--;
}

void h_waiting_init(struct h_waiting *x, struct h_world *w)
{
	memset(x, 0, sizeof(*x));
	x->w = w;
	buf_init(&x->order, MAX);
	buf_init(&x->answer, MAX);
	x->taker = (struct osci_taker){ .begin = begin, .take = take, .abort = drop, .scratches = w->env.env.scratches,
					.ctx = x };
	x->options = (struct osci_recipient_options){
		.keys = w->peer[H_RECIPIENT].ring, .certs = w->certs, .intermediary = w->peer[H_INTERMED].sign->cert,
		.taker = &x->taker, .max_size = MAX,
	};
	w->env.env.ways = x;
	w->env.env.way_begin = way_begin;
	w->env.env.way_end = way_end;
}

void h_waiting_fini(struct h_waiting *x)
{
	assert_int_equal(x->open_ways, 0);
	x->w->env.env.way_begin = NULL;
	h_intake_free(x->intake);
	buf_fini(&x->order);
	buf_fini(&x->answer);
}
