/* SPDX-License-Identifier: EUPL-1.2 */
/* A recipient that waits: what it takes, from whom, and how it answers. */
#include "cm.h"

#include "base/mem.h"
#include "h_sample.h"
#include "h_waiting.h"
#include "osci/read.h"
#include "osci/write.h"

#define MAX (8u << 20)

static struct h_world w;
static struct h_waiting r;

static int set_up(void **state)
{
	(void)state;
	h_world_init(&w);
	h_waiting_init(&r, &w);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	h_waiting_fini(&r);
	h_world_fini(&w);
	return 0;
}

/* An order of the intermediary, as it would send it. */
static void make(enum osci_type t, struct osci_message *m)
{
	h_message(w.a, t, m);
	h_add_cert(w.a, m, OSCI_ORIGINATOR, true, w.peer[H_SENDER].cipher->cert);
	h_add_cert(w.a, m, OSCI_ADDRESSEE, true, w.peer[H_RECIPIENT].cipher->cert);
	h_add_cert(w.a, m, OSCI_INTERMEDIARY, true, w.peer[H_INTERMED].cipher->cert);
}

struct got {
	struct arena *a;
	struct h_intake *in;
	struct osci_message m;
	struct osci_done done;
	struct buf bytes;
	const char *code;
};

static int answer_sink(void *ctx, struct sink **out, struct err *e)
{
	(void)e;
	*out = ctx;
	return 0;
}

static void send_bytes(struct span order, struct got *g)
{
	struct osci_read_options o = { .keys = w.peer[H_INTERMED].ring, .certs = w.certs, .answers = true, .max_size = MAX };
	struct src *in = src_of_mem(order.p, order.n);
	struct err e = ERR_INIT;
	enum osci_code code;
	struct sink *to;

	memset(g, 0, sizeof(*g));
	g->a = arena_new();
	g->in = h_intake_new(true);
	buf_init(&g->bytes, MAX);
	to = sink_to_buf(&g->bytes);
	assert_ok(osci_recipient_serve(&r.options, in, answer_sink, to, &g->done, &e), e);
	sink_close(to);
	src_close(in);
	in = src_of_mem(g->bytes.p, g->bytes.n);
	assert_ok(osci_read(&o, in, &g->in->intake, &g->in->room, g->a, &g->m, &code, &e), e);
	src_close(in);
	g->code = g->m.type == OSCI_FAULT ? g->m.fault_code : g->m.feedback[g->m.feedback_count - 1].code;
	assert_string_equal(g->code, osci_feedback(g->done.code)->digits);
	assert_int_equal(g->m.type == OSCI_FAULT, g->done.was_fault);
}

static void done(struct got *g)
{
	osci_message_fini(&g->m);
	h_intake_free(g->in);
	buf_fini(&g->bytes);
	arena_free(g->a);
}

static void send_to(const struct osci_message *m, const struct pki_key *sign, struct pki_cert *encrypt_for, struct got *g)
{
	struct osci_write_options o = { .sign = sign, .encrypt_for = encrypt_for };
	struct err e = ERR_INIT;
	struct sink *to;
	struct buf b;

	buf_init(&b, MAX);
	to = sink_to_buf(&b);
	assert_ok(osci_write(&o, m, to, &e), e);
	sink_close(to);
	send_bytes(buf_view(&b), g);
	buf_fini(&b);
}

static void expect(const struct osci_message *m, const struct pki_key *sign, const char *code, bool is_fault)
{
	struct got g;

	send_to(m, sign, w.peer[H_RECIPIENT].cipher->cert, &g);
	assert_string_equal(g.code, code);
	assert_int_equal(g.m.type == OSCI_FAULT, is_fault);
	done(&g);
}

static void an_acceptance_is_signed_by_the_addressee_and_encrypted_back(void **state)
{
	struct osci_message m;
	struct got g;

	(void)state;
	make(OSCI_ACCEPT_DELIVERY, &m);
	send_to(&m, w.peer[H_INTERMED].sign, w.peer[H_RECIPIENT].cipher->cert, &g);
	assert_string_equal(g.code, "0800");
	assert_int_equal(g.m.type, OSCI_RESPONSE_TO_ACCEPT_DELIVERY);
	assert_true(g.m.was_encrypted && g.m.is_signed);
	assert_int_equal(g.m.signature_code, OSCI_NO_CODE);
	assert_true(pki_cert_same(g.m.signer, w.peer[H_RECIPIENT].sign->cert));
	assert_true(pki_cert_same(osci_message_cert(&g.m, OSCI_ADDRESSEE, false), w.peer[H_RECIPIENT].sign->cert));
	assert_string_equal(g.m.control.response, m.control.challenge);
	assert_null(g.m.control.challenge);
	assert_null(g.m.control.conversation);
	assert_string_equal(g.done.message_id, "id-0-\xc3\xa4");
	assert_int_equal(r.taken, 1);
	done(&g);
}

static void what_comes_in_the_clear_is_answered_in_the_clear(void **state)
{
	struct osci_message m;
	struct got g;

	(void)state;
	make(OSCI_ACCEPT_DELIVERY, &m);
	send_to(&m, w.peer[H_INTERMED].sign, NULL, &g);
	assert_string_equal(g.code, "0800");
	assert_false(g.m.was_encrypted);
	done(&g);
}

static void a_reply_goes_back_from_the_recipient_as_its_originator(void **state)
{
	struct osci_message m;
	struct got g;

	(void)state;
	make(OSCI_PROCESS_DELIVERY, &m);
	send_to(&m, w.peer[H_INTERMED].sign, w.peer[H_RECIPIENT].cipher->cert, &g);
	assert_string_equal(g.code, "0800");
	assert_int_equal(g.m.type, OSCI_RESPONSE_TO_PROCESS_DELIVERY);
	assert_string_equal(g.m.message_id, "antwort-\xc3\xa4");
	assert_string_equal(g.m.subject, "Antwort");
	assert_int_equal(g.m.content_parts, 1);
	assert_int_equal(g.m.attachment_count, 2);
	assert_true(pki_cert_same(g.m.signer, w.peer[H_RECIPIENT].sign->cert));
	assert_true(pki_cert_same(osci_message_cert(&g.m, OSCI_ORIGINATOR, true), w.peer[H_RECIPIENT].cipher->cert));
	assert_true(pki_cert_same(osci_message_cert(&g.m, OSCI_ADDRESSEE, true), w.peer[H_SENDER].cipher->cert));
	done(&g);
	r.mishap = H_NO_REPLY;
	send_to(&m, w.peer[H_INTERMED].sign, w.peer[H_RECIPIENT].cipher->cert, &g);
	assert_string_equal(g.code, "0800");
	assert_false(g.m.has_content);
	assert_null(g.m.message_id);
	done(&g);
}

static void a_processing_needs_neither_a_card_nor_a_name_for_the_reply(void **state)
{
	struct osci_message m;

	(void)state;
	make(OSCI_PROCESS_DELIVERY, &m);
	m.card_count = 0;
	m.reply_id = NULL;
	expect(&m, w.peer[H_INTERMED].sign, "0800", false);
	assert_int_equal(r.taken, 1);
	assert_string_equal(r.message_id, "");
}

static void only_the_intermediary_delivers(void **state)
{
	struct osci_message m;

	(void)state;
	make(OSCI_ACCEPT_DELIVERY, &m);
	expect(&m, w.peer[H_STRANGER].sign, "9700", false);
	expect(&m, NULL, "9600", false);
	assert_int_equal(r.taken, 0);
	assert_int_equal(r.aborted, 2);
}

static void any_intermediary_delivers_where_none_is_named_but_not_a_revoked_one(void **state)
{
	struct osci_message m;

	(void)state;
	r.options.intermediary = NULL;
	make(OSCI_ACCEPT_DELIVERY, &m);
	expect(&m, w.peer[H_STRANGER].sign, "9700", false); /* and none is trusted either */
	r.options.trust = w.trust;
	expect(&m, w.peer[H_STRANGER].sign, "0800", false);
	h_world_restart(&w, w.peer[H_STRANGER].sign_x);
	r.options.trust = w.trust;
	expect(&m, w.peer[H_STRANGER].sign, "9701", false);
	assert_int_equal(r.taken, 1);
}

static void a_changed_order_is_not_taken(void **state)
{
	struct osci_write_options o = { .sign = w.peer[H_INTERMED].sign };
	struct err e = ERR_INIT;
	struct osci_message m;
	struct sink *to;
	struct got g;
	struct buf b;
	char *at;

	(void)state;
	make(OSCI_ACCEPT_DELIVERY, &m);
	buf_init(&b, MAX);
	to = sink_to_buf(&b);
	assert_ok(osci_write(&o, &m, to, &e), e);
	sink_close(to);
	at = memmem(b.p, b.n, "SGFsbG8=", 8);
	assert_non_null(at);
	at[0] = 'T';
	send_bytes(buf_view(&b), &g);
	assert_string_equal(g.code, "9601");
	assert_int_equal(r.taken, 0);
	done(&g);
	buf_fini(&b);
}

static void what_is_no_order_for_a_recipient_is_a_fault(void **state)
{
	static const char *const texts[] = { "", "x", "MIME-Version: 1.0\r\n\r\n" };
	struct osci_message m;
	struct got g;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		send_bytes(span_of(texts[i]), &g);
		assert_string_equal(g.code, "9100");
		done(&g);
	}
	h_message(w.a, OSCI_STORE_DELIVERY, &m);
	h_add_cert(w.a, &m, OSCI_ADDRESSEE, true, w.peer[H_RECIPIENT].cipher->cert);
	expect(&m, NULL, "9100", true);
	make(OSCI_ACCEPT_DELIVERY, &m);
	m.cert_count--; /* nobody to encrypt the answer for */
	expect(&m, w.peer[H_INTERMED].sign, "9500", true);
	make(OSCI_ACCEPT_DELIVERY, &m);
	send_to(&m, w.peer[H_INTERMED].sign, w.peer[H_STRANGER].cipher->cert, &g);
	assert_string_equal(g.code, "9200");
	done(&g);
	assert_int_equal(r.taken, 0);
}

static void what_cannot_be_kept_is_a_server_fault_and_a_refusal_is_none(void **state)
{
	struct osci_message m;

	(void)state;
	make(OSCI_ACCEPT_DELIVERY, &m);
	r.mishap = H_TAKER_FAILS;
	expect(&m, w.peer[H_INTERMED].sign, "9000", true);
	r.mishap = H_REFUSES;
	expect(&m, w.peer[H_INTERMED].sign, "9805", false);
	r.mishap = H_FINE;
	expect(&m, w.peer[H_INTERMED].sign, "0800", false);
	assert_int_equal(r.taken, 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_acceptance_is_signed_by_the_addressee_and_encrypted_back),
		TEST(what_comes_in_the_clear_is_answered_in_the_clear),
		TEST(a_reply_goes_back_from_the_recipient_as_its_originator),
		TEST(a_processing_needs_neither_a_card_nor_a_name_for_the_reply),
		TEST(only_the_intermediary_delivers),
		TEST(any_intermediary_delivers_where_none_is_named_but_not_a_revoked_one),
		TEST(a_changed_order_is_not_taken),
		TEST(what_is_no_order_for_a_recipient_is_a_fault),
		TEST(what_cannot_be_kept_is_a_server_fault_and_a_refusal_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
