/* SPDX-License-Identifier: EUPL-1.2 */
/* forwardDelivery and mediateDelivery: what the recipient gets, what the sender is told, and what the store keeps. */
#include "cm.h"

#include "base/mem.h"
#include "h_sample.h"
#include "h_waiting.h"

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

/* Sends one such order, in a dialog if there is one. */
static void order(enum osci_type t, struct h_dialog *d, const char *id, struct h_answer *x)
{
	struct h_send s = h_signed(&w, H_SENDER, d);
	struct osci_message m;

	h_order(&w, H_SENDER, t, &m);
	h_delivery(&w, w.peer[H_RECIPIENT].cipher->cert, id, &m);
	m.receiver = "http://empfang.example/osci";
	h_exchange(&w, &s, &m, x);
	assert_int_equal(x->rc, 0);
	assert_int_equal(r.open_ways, 0);
}

static void expect(enum osci_type t, struct h_dialog *d, const char *id, const char *code)
{
	struct h_answer x;

	order(t, d, id, &x);
	if (strcmp(x.code, code) != 0)
		fail_msg("mishap %d: %s instead of %s (%s)", (int)r.mishap, x.code, code, x.done.cause.text);
	assert_false(x.is_fault);
	h_answer_fini(&x);
}

static void cards(const struct osci_selection *sel, struct h_answer *x)
{
	struct h_dialog d;
	struct h_send s = h_signed(&w, H_SENDER, &d);
	struct osci_message m;

	h_init(&w, H_SENDER, &d);
	h_order(&w, H_SENDER, OSCI_FETCH_PROCESS_CARD, &m);
	m.selection = *sel;
	h_exchange(&w, &s, &m, x);
}

static void check_taken(const char *id)
{
	struct osci_message sample;

	h_message(w.a, OSCI_STORE_DELIVERY, &sample);
	assert_int_equal(r.taken, 1);
	assert_string_equal(r.message_id, id);
	assert_string_equal(r.subject, "Antrag & <mehr>");
	assert_string_equal(r.uri, "http://empfang.example/osci");
	assert_true(r.created > 0 && r.forwarded >= r.created);
	assert_int_equal(h_intake_part(r.intake, "body", 0)->size, sample.content_size);
	for (size_t i = 0; i < sample.attachment_count; i++)
		assert_string_equal(h_intake_part(r.intake, "attachment", i)->cid, sample.attachments[i].cid);
	assert_int_equal(r.custom_count, 2);
	assert_int_equal(r.cert_count, 5); /* three of the sender's and both of the intermediary */
}

static void a_forwarded_delivery_is_with_its_recipient_before_the_sender_is_answered(void **state)
{
	const char *id = h_message_id(&w, H_SENDER);
	struct h_answer x;

	(void)state;
	order(OSCI_FORWARD_DELIVERY, NULL, id, &x);
	assert_string_equal(x.code, "0800");
	assert_int_equal(x.m.feedback_count, 1);
	check_taken(id);
	assert_int_equal(x.m.card_count, 1);
	assert_string_equal(x.m.cards[0].message_id, id);
	assert_true(x.m.cards[0].created > 0);
	assert_int_equal(x.m.cards[0].forwarded, r.forwarded);
	assert_true(x.m.cards[0].received >= x.m.cards[0].forwarded);
	assert_int_equal(x.m.cards[0].inspection_count, 3);
	assert_int_equal(w.env.list[0].received, x.m.cards[0].received);
	assert_false(w.env.list[0].given_up);
	assert_false(id_is_zero(&x.done.stored));
	h_answer_fini(&x);
	expect(OSCI_FORWARD_DELIVERY, NULL, id, "9801");
	assert_int_equal(r.taken, 1);
}

static void what_is_forwarded_is_encrypted_for_the_addressee_and_signed(void **state)
{
	struct h_answer x;

	(void)state;
	order(OSCI_FORWARD_DELIVERY, NULL, h_message_id(&w, H_SENDER), &x);
	h_answer_fini(&x);
	assert_null(memmem(r.order.p, r.order.n, "Antrag", 6));
	assert_null(memmem(r.order.p, r.order.n, "IvLength", 8)); /* a recipient of any age has to understand it */
	assert_false(r.done.was_fault);
	assert_int_equal(r.done.type, OSCI_ACCEPT_DELIVERY);
}

static void what_was_passed_on_is_in_no_mailbox_and_its_card_is_the_senders(void **state)
{
	const char *id = h_message_id(&w, H_SENDER);
	struct h_dialog d;
	struct h_send s = h_signed(&w, H_RECIPIENT, &d);
	struct osci_message m;
	struct h_answer x;

	(void)state;
	expect(OSCI_FORWARD_DELIVERY, NULL, id, "0800");
	h_init(&w, H_RECIPIENT, &d);
	h_order(&w, H_RECIPIENT, OSCI_FETCH_DELIVERY, &m);
	h_expect(&w, &s, &m, "9803", false);
	cards(&(struct osci_selection){ .by = OSCI_SELECT_IDS, .ids = &id, .id_count = 1 }, &x);
	assert_int_equal(x.m.card_count, 1);
	assert_true(x.m.cards[0].received > 0);
	h_answer_fini(&x);
}

static const struct {
	enum h_mishap mishap;
	const char *forward, *mediate;
	bool is_kept;		/* the message id is used, and there is a card */
} mishaps[] = {
	{ H_REFUSES, "9805", "9805", true },
	{ H_TAKER_FAILS, "9808", "9808", true },
	{ H_NO_REPLY, "0800", "9806", true },
	{ H_GARBAGE, "9808", "9808", true },
	{ H_SILENT, "9808", "9808", true },
	{ H_FAULT_ONLY, "9808", "9808", true },
	{ H_NO_WAY, "9809", "9809", false },
	{ H_UNREACHABLE, "9809", "9809", true },
	{ H_TIMES_OUT, "9810", "9810", true },
	{ H_LOSES_ANSWER, "9810", "9810", true },
	{ H_HTTP_500, "9808", "9808", true },
	{ H_UNSIGNED, "0800", "9806", true },
	{ H_UNENCRYPTED, "0800", "9806", true },
	{ H_FORGED, "9807", "9807", true },
	{ H_OTHER_CHALLENGE, "9808", "9808", true },
	{ H_OTHER_TYPE, "9808", "9808", true },
	{ H_NO_FEEDBACK, "9808", "9808", true },
	{ H_FOREIGN_SIGNER, "0800", "9806", true },
};

static void each_way_a_recipient_can_fail_has_its_code_and_the_next_order_works(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(mishaps); i++) {
		const char *id = h_message_id(&w, H_SENDER), *other = h_message_id(&w, H_SENDER);
		struct h_dialog d;

		h_init(&w, H_SENDER, &d);
		r.mishap = mishaps[i].mishap;
		expect(OSCI_FORWARD_DELIVERY, NULL, id, mishaps[i].forward);
		assert_int_equal(w.env.count, mishaps[i].is_kept ? 1 : 0);
		expect(OSCI_MEDIATE_DELIVERY, &d, other, mishaps[i].mediate);
		assert_int_equal(w.env.count, mishaps[i].is_kept ? 2 : 0);
		for (size_t k = 0; k < w.env.count; k++)
			assert_int_equal(w.env.list[k].given_up, w.env.list[k].received == 0);
		r.mishap = H_FINE;
		expect(OSCI_FORWARD_DELIVERY, NULL, mishaps[i].is_kept ? h_message_id(&w, H_SENDER) : id, "0800");
		tear_down(state);
		set_up(state);
	}
}

/* 9811 would say nothing about the recipient: an error of ours says on which side of it it happened. */
static void an_error_of_the_store_says_whether_the_recipient_had_it(void **state)
{
	static const enum osci_type orders[] = { OSCI_FORWARD_DELIVERY, OSCI_MEDIATE_DELIVERY };

	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		struct h_dialog d;

		h_init(&w, H_SENDER, &d);
		r.mishap = H_STORE_BREAKS;
		expect(orders[i], i == 0 ? NULL : &d, h_message_id(&w, H_SENDER), "9810");
		assert_int_equal(r.taken, 1);
		w.env.fail_mark = ERR_OK;
		r.mishap = H_FINE;
		w.env.fail_get = ERR_IO;
		expect(orders[i], i == 0 ? NULL : &d, h_message_id(&w, H_SENDER), "9809");
		assert_int_equal(r.taken, 1);
		w.env.fail_get = ERR_OK;
		w.env.fail_mark = ERR_IO;	/* Forwarding: before anything is sent */
		expect(orders[i], i == 0 ? NULL : &d, h_message_id(&w, H_SENDER), "9809");
		assert_int_equal(r.taken, 1);
		w.env.fail_mark = ERR_OK;
		expect(OSCI_FORWARD_DELIVERY, NULL, h_message_id(&w, H_SENDER), "0800");
		assert_true(r.has_sender);
		assert_memory_equal(r.sender, w.peer[H_SENDER].sign->cert->sha256, SHA256_LEN);
		tear_down(state);
		set_up(state);
	}
}

static void an_answer_without_signature_or_encryption_is_a_warning(void **state)
{
	static const struct {
		enum h_mishap mishap;
		const char *code;
	} cases[] = { { H_UNSIGNED, "3802" }, { H_UNENCRYPTED, "3803" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct h_answer x;

		r.mishap = cases[i].mishap;
		order(OSCI_FORWARD_DELIVERY, NULL, h_message_id(&w, H_SENDER), &x);
		assert_string_equal(x.m.feedback[0].code, cases[i].code);
		assert_string_equal(x.code, "0800");
		h_answer_fini(&x);
	}
	w.policy.refuse_unsigned_recipients = true;
	h_world_restart(&w, NULL);
	r.mishap = H_UNSIGNED;
	expect(OSCI_FORWARD_DELIVERY, NULL, h_message_id(&w, H_SENDER), "9807");
}

static void a_recipient_whose_certificate_is_revoked_is_9712(void **state)
{
	(void)state;
	h_world_restart(&w, w.peer[H_STRANGER].sign_x);
	r.mishap = H_FOREIGN_SIGNER;
	expect(OSCI_FORWARD_DELIVERY, NULL, h_message_id(&w, H_SENDER), "9712");
	assert_int_equal(w.env.list[0].received, 0);
}

static void without_a_list_of_recipients_nobody_is_called(void **state)
{
	(void)state;
	w.env.env.way_begin = NULL;
	expect(OSCI_FORWARD_DELIVERY, NULL, h_message_id(&w, H_SENDER), "9809");
	assert_int_equal(w.env.count, 0);
	assert_int_equal(r.ways, 0);
}

static void a_message_id_is_looked_at_before_anybody_is_called(void **state)
{
	struct h_dialog d;

	(void)state;
	expect(OSCI_FORWARD_DELIVERY, NULL, NULL, "9800");
	expect(OSCI_FORWARD_DELIVERY, NULL, "fremd", "9801");
	h_init(&w, H_SENDER, &d);
	expect(OSCI_MEDIATE_DELIVERY, &d, "fremd", "9801");
	assert_int_equal(r.ways, 0);
	assert_int_equal(w.env.count, 0);
}

static void without_conversation(struct buf *b)
{
	char *at = memmem(b->p, b->n, " ConversationId=\"1\"", 19);

	assert_non_null(at);
	memset(at, ' ', 19);
}

static void mediation_needs_an_explicit_dialog(void **state)
{
	struct h_dialog d = { "1", "x", 0 };
	struct h_send s = { .dialog = &d, .spoil = without_conversation };
	struct osci_message m;

	(void)state;
	h_order(&w, H_SENDER, OSCI_MEDIATE_DELIVERY, &m);
	h_delivery(&w, w.peer[H_RECIPIENT].cipher->cert, NULL, &m);
	m.receiver = "http://empfang.example/osci";
	h_expect(&w, &s, &m, "9802", false);
	assert_int_equal(r.ways, 0);
}

/* What the recipient takes is for it alone: an intermediary is no recipient, and a recipient no intermediary. */
static void an_intermediary_takes_no_orders_of_intermediaries(void **state)
{
	struct h_send s = h_signed(&w, H_SENDER, NULL);
	struct h_answer x;

	(void)state;
	order(OSCI_FORWARD_DELIVERY, NULL, h_message_id(&w, H_SENDER), &x);
	h_answer_fini(&x);
	s.ring = w.peer[H_INTERMED].ring;
	h_exchange_bytes(&w, &s, buf_view(&r.order), &x);
	assert_string_equal(x.code, "9200"); /* it is encrypted for the recipient */
	h_answer_fini(&x);
}

static void check_reply(const struct h_answer *x)
{
	struct osci_message sample;

	h_message(w.a, OSCI_RESPONSE_TO_PROCESS_DELIVERY, &sample);
	assert_true(x->m.has_content);
	assert_int_equal(x->m.content_size, sample.content_size);
	assert_int_equal(x->m.attachment_count, sample.attachment_count);
	assert_true(pki_cert_same(osci_message_cert(&x->m, OSCI_ORIGINATOR, true), w.peer[H_RECIPIENT].cipher->cert));
	assert_true(pki_cert_same(osci_message_cert(&x->m, OSCI_ORIGINATOR, false), w.peer[H_RECIPIENT].sign->cert));
	assert_true(pki_cert_same(osci_message_cert(&x->m, OSCI_ADDRESSEE, true), w.peer[H_SENDER].cipher->cert));
}

static void a_mediated_delivery_brings_the_reply_and_both_cards(void **state)
{
	const char *id = h_message_id(&w, H_SENDER);
	struct h_dialog d;
	struct h_send s = h_signed(&w, H_SENDER, &d);
	struct osci_message m;
	struct h_answer x;

	(void)state;
	h_init(&w, H_SENDER, &d);
	order(OSCI_MEDIATE_DELIVERY, &d, id, &x);
	assert_string_equal(x.code, "0801");
	check_taken(id);
	check_reply(&x);
	assert_int_equal(x.m.card_count, 2);
	assert_string_equal(x.m.cards[0].message_id, id);
	assert_true(x.m.cards[0].received >= x.m.cards[0].forwarded && x.m.cards[0].forwarded > 0);
	assert_string_equal(x.m.cards[1].message_id, r.reply_id);
	assert_string_equal(x.m.cards[1].subject, "Antwort");
	assert_true(x.m.cards[1].forwarded >= x.m.cards[1].created && x.m.cards[1].created > 0);
	assert_int_equal(x.m.cards[1].received, 0);
	assert_int_equal(x.m.cards[1].inspection_count, 3);
	h_answer_fini(&x);
	assert_int_equal(w.env.list[1].received, 0);
	h_order(&w, H_SENDER, OSCI_EXIT_DIALOG, &m);
	h_expect(&w, &s, &m, "0800", false);
	assert_int_not_equal(w.env.list[1].received, 0); /* the next order says that the reply arrived */
}

static void without_a_message_id_a_mediation_leaves_no_card(void **state)
{
	struct h_dialog d;
	struct h_answer x;

	(void)state;
	h_init(&w, H_SENDER, &d);
	order(OSCI_MEDIATE_DELIVERY, &d, NULL, &x);
	assert_string_equal(x.code, "0801");
	check_reply(&x);
	assert_int_equal(x.m.card_count, 0);
	assert_string_equal(r.message_id, "");
	assert_string_equal(r.reply_id, "");
	h_answer_fini(&x);
	cards(&(struct osci_selection){ .by = OSCI_SELECT_MODIFIED, .since = 1 }, &x);
	assert_string_equal(x.code, "9804");
	h_answer_fini(&x);
}

static void what_cannot_be_kept_is_9811_and_nobody_is_called(void **state)
{
	(void)state;
	w.env.fail_commit = ERR_FULL;
	expect(OSCI_FORWARD_DELIVERY, NULL, h_message_id(&w, H_SENDER), "9811");
	w.env.fail_commit = ERR_OK;
	w.env.fail_mark = ERR_IO; /* Forwarding has to be durable before anything is sent */
	expect(OSCI_FORWARD_DELIVERY, NULL, h_message_id(&w, H_SENDER), "9809");
	assert_int_equal(r.posts, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_forwarded_delivery_is_with_its_recipient_before_the_sender_is_answered),
		TEST(what_is_forwarded_is_encrypted_for_the_addressee_and_signed),
		TEST(what_was_passed_on_is_in_no_mailbox_and_its_card_is_the_senders),
		TEST(each_way_a_recipient_can_fail_has_its_code_and_the_next_order_works),
		TEST(an_error_of_the_store_says_whether_the_recipient_had_it),
		TEST(an_answer_without_signature_or_encryption_is_a_warning),
		TEST(a_recipient_whose_certificate_is_revoked_is_9712),
		TEST(without_a_list_of_recipients_nobody_is_called),
		TEST(a_message_id_is_looked_at_before_anybody_is_called),
		TEST(mediation_needs_an_explicit_dialog),
		TEST(an_intermediary_takes_no_orders_of_intermediaries),
		TEST(a_mediated_delivery_brings_the_reply_and_both_cards),
		TEST(without_a_message_id_a_mediation_leaves_no_card),
		TEST(what_cannot_be_kept_is_9811_and_nobody_is_called),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
