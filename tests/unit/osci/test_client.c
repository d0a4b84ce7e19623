/* SPDX-License-Identifier: EUPL-1.2 */
/* The client in conversation with our own intermediary. */
#include "osci/client.h"

#include "cm.h"
#include "h_sample.h"
#include "h_talk.h"

static void assert_same_part(struct h_intake *got, const char *name, size_t n,
			     int (*open)(void *, struct src **, struct err *), void *ctx)
{
	struct h_part *p = h_intake_part(got, name, n);
	struct err e = ERR_INIT;
	struct src *from;
	struct buf b;

	assert_non_null(p);
	assert_true(p->finished);
	buf_init(&b, 4u << 20);
	assert_ok(open(ctx, &from, &e), e);
	assert_ok(stream_to_buf(from, &b, name, &e), e);
	src_close(from);
	assert_true(span_eq(buf_view(&b), buf_view(&p->data)));
	buf_fini(&b);
}

static void what_was_stored_is_fetched_byte_for_byte_and_then_received(void **state)
{
	struct h_talk *w = *state;
	struct osci_client *from = h_talk_client(w, w->sender_keys), *to = h_talk_client(w, w->recipient_keys);
	struct arena *a = arena_new();
	struct h_intake *in = h_intake_new(true);
	struct osci_selection sel = { .by = OSCI_SELECT_IDS, .id_count = 1 };
	struct osci_card *cards;
	struct osci_message got, sample;
	struct err e = ERR_INIT;
	const char *id;
	size_t n;
	bool more;

	id = h_talk_store(w, from, a);
	assert_string_equal(osci_client_code(from), "0800");
	assert_ok(osci_client_init_dialog(to, &e), e);
	assert_string_equal(osci_client_code(to), "0801");
	assert_ok(osci_client_fetch(to, NULL, &in->intake, a, &got, &more, &e), e);
	assert_false(more);
	h_message(a, OSCI_STORE_DELIVERY, &sample);
	assert_int_equal(got.card_count, 1);
	assert_string_equal(got.cards[0].message_id, id);
	assert_string_equal(got.cards[0].subject, sample.subject);
	assert_int_equal(got.custom_count, sample.custom_count);
	assert_int_equal(got.attachment_count, sample.attachment_count);
	assert_same_part(in, "body", 0, sample.open_content, sample.content_ctx);
	assert_same_part(in, "attachment", 0, sample.attachments[0].open, sample.attachments[0].ctx);
	assert_same_part(in, "attachment", 1, sample.attachments[1].open, sample.attachments[1].ctx);
	assert_string_equal(got.attachments[0].cid, sample.attachments[0].cid);
	assert_true(pki_cert_same(osci_message_cert(&got, OSCI_ORIGINATOR, true),
				  h_talk_key(w->sender_keys, PKI_USE_CIPHER)->cert));
	osci_message_fini(&got);
	assert_ok(osci_client_init_dialog(from, &e), e);
	sel.ids = &id;
	assert_ok(osci_client_cards(from, &sel, a, &cards, &n, &more, &e), e);
	assert_int_equal(n, 1);
	assert_int_not_equal(cards[0].forwarded, 0);
	assert_int_equal(cards[0].received, 0);
	assert_ok(osci_client_exit_dialog(to, &e), e);
	assert_string_equal(osci_client_code(to), "0800");
	assert_ok(osci_client_cards(from, &sel, a, &cards, &n, &more, &e), e);
	assert_int_not_equal(cards[0].received, 0);
	assert_ok(osci_client_exit_dialog(from, &e), e);
	h_intake_free(in);
	arena_free(a);
	osci_client_free(from);
	osci_client_free(to);
}

static bool has_entry(const struct osci_client *c, const char *code)
{
	const struct osci_said *said = osci_client_said(c);

	for (size_t i = 0; i < said->entry_count; i++)
		if (strcmp(said->entries[i].code, code) == 0)
			return true;
	return false;
}

static void an_empty_box_and_an_unknown_card_are_missing_and_more_is_said(void **state)
{
	struct h_talk *w = *state;
	struct osci_client *from = h_talk_client(w, w->sender_keys), *to = h_talk_client(w, w->recipient_keys);
	struct arena *a = arena_new();
	struct h_intake *in = h_intake_new(false);
	struct osci_selection sel = { .by = OSCI_SELECT_IDS, .id_count = 1 };
	struct osci_message got;
	struct osci_card *cards;
	struct err e = ERR_INIT;
	const char *none = "gibt-es-nicht";
	size_t n;
	bool more;

	assert_ok(osci_client_init_dialog(to, &e), e);
	assert_int_equal(osci_client_fetch(to, NULL, &in->intake, a, &got, &more, &e), ERR_MISSING);
	assert_string_equal(osci_client_code(to), "9803");
	assert_false(osci_client_is_ambiguous(to));
	sel.ids = &none;
	assert_int_equal(osci_client_cards(to, &sel, a, &cards, &n, &more, &e), ERR_MISSING);
	assert_string_equal(osci_client_code(to), "9804");
	h_talk_store(w, from, a);
	h_talk_store(w, from, a);
	assert_ok(osci_client_fetch(to, NULL, &in->intake, a, &got, &more, &e), e);
	assert_true(more);
	assert_true(has_entry(to, "3800"));
	assert_true(has_entry(to, "3707")); /* certificates of nobody known: a warning of an order that was obeyed */
	assert_int_equal(osci_client_said(to)->code, OSCI_0801);
	assert_true(osci_client_said(to)->authenticated);
	osci_message_fini(&got);
	assert_ok(osci_client_fetch(to, NULL, &in->intake, a, &got, &more, &e), e);
	assert_false(more);
	osci_message_fini(&got);
	assert_ok(osci_client_exit_dialog(to, &e), e);
	h_intake_free(in);
	arena_free(a);
	osci_client_free(from);
	osci_client_free(to);
}

/* What may go wrong on the way of one store: what the client says, and whether the delivery may be there. */
static const struct {
	enum mishap mishap;
	enum err_code code;
	enum reason reason;
	bool ambiguous;
	const char *osci_code;
} mishaps[] = {
	{ UNREACHABLE, ERR_UNREACHABLE, RSN_NET_UNREACHABLE, false, "" },
	{ LOST, ERR_PEER, RSN_NET_ANSWER_LOST, true, "" },
	{ GARBAGE, ERR_PEER, RSN_NET_BAD_ANSWER, true, "" },
	{ EMPTY, ERR_PEER, RSN_NET_BAD_ANSWER, true, "" },
	{ REPLAY, ERR_PEER, RSN_NET_BAD_ANSWER, true, "" },	/* the answer to getMessageId: another type */
	{ BIT, ERR_PEER, RSN_NET_BAD_ANSWER, true, "" },
	{ CUT, ERR_PEER, RSN_NET_BAD_ANSWER, true, "" },
	{ FAULT_9000, ERR_PEER, RSN_OSCI_PEER_ERROR, true, "9000" },
	{ FAULT_9400, ERR_PEER, RSN_OSCI_FAULT, false, "9400" },
	{ OTHER_SIGNER, ERR_TRUST, RSN_OSCI_UNSIGNED_ANSWER, true, "" },
};

static void every_mishap_of_a_store_is_told_apart(void **state)
{
	struct h_talk *w = *state;

	for (size_t i = 0; i < sizeof(mishaps) / sizeof(mishaps[0]); i++) {
		struct osci_client *c = h_talk_client(w, w->sender_keys);
		struct arena *a = arena_new();
		struct osci_outgoing d;
		struct osci_card card;
		const char *id = NULL;
		struct err e = ERR_INIT;
		int rc;

		w->mishap = NOTHING;
		assert_ok(osci_client_get_message_id(c, a, &id, &e), e);
		h_talk_outgoing(w, a, id, &d);
		w->mishap = mishaps[i].mishap;
		rc = osci_client_store(c, &d, a, &card, &e);
		if (rc != (int)mishaps[i].code || e.reason != mishaps[i].reason ||
		    osci_client_is_ambiguous(c) != mishaps[i].ambiguous)
			fail_msg("mishap %d: %s, %s, ambiguous %d: %s", mishaps[i].mishap, err_name(e.code),
				 reason_info(e.reason)->key, osci_client_is_ambiguous(c), e.text);
		assert_string_equal(osci_client_code(c), mishaps[i].osci_code);
		w->mishap = NOTHING;
		osci_client_free(c);
		arena_free(a);
	}
}

/* None of it is signed, so anybody on the way can say it: it may cost an attempt and never the delivery. */
static void a_fault_decides_nothing_whatever_its_code(void **state)
{
	static const char *const codes[] = { "9600", "9801", "9904", "0800", "3800", "9100", "9502", "9999" };
	struct h_talk *w = *state;

	w->mishap = FAULT_ANY;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct osci_client *c = h_talk_client(w, w->sender_keys);
		struct arena *a = arena_new();
		const struct osci_said *said = osci_client_said(c);
		const char *id = NULL;
		struct err e = ERR_INIT;
		enum reason_retry retry;

		w->fault = codes[i];
		assert_int_equal(osci_client_get_message_id(c, a, &id, &e), ERR_PEER);
		retry = reason_info(e.reason)->retry;
		if (e.reason == RSN_NONE || (retry != RETRY_SOON && retry != RETRY_SLOW))
			fail_msg("%s: %s", codes[i], reason_info(e.reason)->key);
		assert_true(said->is_fault);
		assert_false(said->authenticated);
		assert_int_equal(said->entry_count, 1);
		assert_string_equal(said->digits, codes[i]);
		assert_int_equal(strstr(e.text, "not a code of OSCI 1.2") != NULL, said->code == OSCI_OTHER_CODE);
		arena_free(a);
		osci_client_free(c);
	}
}

static void a_refusal_that_is_not_signed_by_the_intermediary_is_temporary(void **state)
{
	struct h_talk *w = *state;
	struct osci_client_options o = {
		.cipher = w->sender_keys, .intermediary_cipher = w->im_cipher->cert, .certs = w->certs,
		.transport = &w->transport, .scratches = &h_scratches, .max_answer = 4u << 20,
	};
	static const enum tweak tweaks[] = { REFUSED, UNKNOWN_9 };

	w->mishap = CRAFTED;
	for (size_t i = 0; i < 2; i++) {
		struct arena *a = arena_new();
		struct osci_client *c = NULL;
		struct err e = ERR_INIT;
		const char *id = NULL;

		w->tweak = tweaks[i];
		assert_ok(osci_client_new(&o, &c, &e), e);
		assert_int_equal(osci_client_get_message_id(c, a, &id, &e), ERR_PEER);
		assert_false(osci_client_said(c)->authenticated);
		assert_int_not_equal(reason_info(e.reason)->retry, RETRY_HOLD);
		osci_client_free(c);
		arena_free(a);
	}
}

static void after_a_lost_answer_the_same_id_is_refused_and_the_card_tells_that_it_was_stored(void **state)
{
	struct h_talk *w = *state;
	struct osci_client *c = h_talk_client(w, w->sender_keys);
	struct arena *a = arena_new();
	struct osci_selection sel = { .by = OSCI_SELECT_IDS, .id_count = 1 };
	struct osci_outgoing d;
	struct osci_card card, *cards;
	const char *id = NULL;
	struct err e = ERR_INIT;
	size_t n;
	bool more;

	assert_ok(osci_client_get_message_id(c, a, &id, &e), e);
	h_talk_outgoing(w, a, id, &d);
	w->mishap = LOST;
	assert_int_equal(osci_client_store(c, &d, a, &card, &e), ERR_PEER);
	w->mishap = NOTHING;
	assert_int_equal(osci_client_store(c, &d, a, &card, &e), ERR_REFUSED);
	assert_string_equal(osci_client_code(c), "9801");
	assert_false(osci_client_is_ambiguous(c));
	assert_ok(osci_client_init_dialog(c, &e), e);
	sel.ids = &id;
	assert_ok(osci_client_cards(c, &sel, a, &cards, &n, &more, &e), e);
	assert_int_equal(n, 1);
	assert_int_not_equal(cards[0].created, 0);
	assert_ok(osci_client_exit_dialog(c, &e), e);
	arena_free(a);
	osci_client_free(c);
}

static void a_dialog_whose_answer_was_lost_is_over_and_a_new_one_gets_the_delivery_again(void **state)
{
	static const enum mishap ways[] = { LOST, BIT, OTHER_SIGNER, GARBAGE };
	struct h_talk *w = *state;
	struct osci_client *from = h_talk_client(w, w->sender_keys), *to = h_talk_client(w, w->recipient_keys);
	struct arena *a = arena_new();
	struct osci_message got;
	struct err e = ERR_INIT;
	bool more;

	h_talk_store(w, from, a);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct h_intake *in = h_intake_new(false);
		unsigned posts;

		w->mishap = NOTHING;
		assert_ok(osci_client_init_dialog(to, &e), e);
		w->mishap = ways[i];
		assert_int_not_equal(osci_client_fetch(to, NULL, &in->intake, a, &got, &more, &e), 0);
		w->mishap = NOTHING;
		posts = w->posts;
		assert_int_equal(osci_client_fetch(to, NULL, &in->intake, a, &got, &more, &e), ERR_WRONG_STATE);
		assert_int_equal(osci_client_exit_dialog(to, &e), ERR_WRONG_STATE);
		assert_int_equal(w->posts, posts);
		h_intake_free(in);
	}
	assert_ok(osci_client_init_dialog(to, &e), e);
	{
		struct h_intake *in = h_intake_new(true);

		assert_ok(osci_client_fetch(to, NULL, &in->intake, a, &got, &more, &e), e);
		osci_message_fini(&got);
		h_intake_free(in);
	}
	assert_ok(osci_client_exit_dialog(to, &e), e);
	arena_free(a);
	osci_client_free(from);
	osci_client_free(to);
}

/* The intermediary of these tests calls nobody. */
static void a_forward_needs_an_address_and_a_recipient_there(void **state)
{
	struct h_talk *w = *state;
	struct osci_client *c = h_talk_client(w, w->sender_keys), *to = h_talk_client(w, w->recipient_keys);
	struct h_intake *in = h_intake_new(true);
	struct arena *a = arena_new();
	struct osci_outgoing d;
	struct osci_message got;
	struct osci_card card;
	const char *id = NULL;
	struct err e = ERR_INIT;
	unsigned posts;
	bool more;

	assert_ok(osci_client_get_message_id(c, a, &id, &e), e);
	h_talk_outgoing(w, a, id, &d);
	posts = w->posts;
	assert_int_equal(osci_client_forward(c, &d, a, &card, &e), ERR_CONFIG);
	assert_int_equal(w->posts, posts);
	assert_int_equal(osci_client_mediate(c, &d, &in->intake, a, &got, &e), ERR_CONFIG);
	assert_int_equal(w->posts, posts);
	d.receiver = "http://amt.example/osci";
	assert_int_equal(osci_client_mediate(c, &d, &in->intake, a, &got, &e), ERR_WRONG_STATE);
	assert_int_equal(w->posts, posts);
	assert_int_equal(osci_client_forward(c, &d, a, &card, &e), ERR_REFUSED);
	assert_string_equal(osci_client_code(c), "9809");
	assert_false(osci_client_is_ambiguous(c));
	assert_ok(osci_client_init_dialog(to, &e), e);
	assert_int_equal(osci_client_fetch(to, id, &in->intake, a, &got, &more, &e), ERR_MISSING);
	h_intake_free(in);
	arena_free(a);
	osci_client_free(c);
	osci_client_free(to);
}

static void orders_that_need_a_dialog_are_not_sent_without_one(void **state)
{
	struct h_talk *w = *state;
	struct osci_client *c = h_talk_client(w, w->sender_keys);
	struct arena *a = arena_new();
	struct osci_selection sel = { .by = OSCI_SELECT_NONE };
	struct h_intake *in = h_intake_new(false);
	struct osci_message got;
	struct osci_card *cards;
	struct err e = ERR_INIT;
	size_t n;
	bool more;

	assert_int_equal(osci_client_fetch(c, NULL, &in->intake, a, &got, &more, &e), ERR_WRONG_STATE);
	assert_int_equal(osci_client_cards(c, &sel, a, &cards, &n, &more, &e), ERR_WRONG_STATE);
	assert_int_equal(osci_client_exit_dialog(c, &e), ERR_WRONG_STATE);
	assert_int_equal(w->posts, 0);
	assert_ok(osci_client_init_dialog(c, &e), e);
	assert_int_equal(osci_client_init_dialog(c, &e), ERR_WRONG_STATE);
	assert_int_equal(w->posts, 1);
	assert_ok(osci_client_exit_dialog(c, &e), e);
	h_intake_free(in);
	arena_free(a);
	osci_client_free(c);
}

static const struct {
	enum tweak tweak;
	enum err_code code;
	enum reason reason;
	bool ambiguous;
	const char *osci_code, *text;
} answers[] = {
	{ GOOD, ERR_OK, RSN_NONE, false, "0800", "gut" },
	{ UNSIGNED, ERR_TRUST, RSN_OSCI_UNSIGNED_ANSWER, true, "", "" },
	{ PLAIN, ERR_PEER, RSN_NET_BAD_ANSWER, true, "", "" },
	{ FOREIGN, ERR_PEER, RSN_NET_BAD_ANSWER, true, "", "" },
	{ RESPONSE, ERR_PEER, RSN_NET_BAD_ANSWER, true, "", "" },
	{ SEQUENCE, ERR_PEER, RSN_NET_BAD_ANSWER, true, "", "" },
	{ TYPE, ERR_PEER, RSN_NET_BAD_ANSWER, true, "", "" },
	{ NO_FEEDBACK, ERR_PEER, RSN_NET_BAD_ANSWER, true, "", "" },
	{ NO_ID, ERR_PEER, RSN_NET_BAD_ANSWER, false, "0800", "gut" },
	{ REFUSED, ERR_REFUSED, RSN_OSCI_PEER_ERROR, false, "9811", "no" },
	{ WARNED, ERR_OK, RSN_NONE, false, "3707", "?" },
	{ UNKNOWN_9, ERR_REFUSED, RSN_OSCI_REFUSED, false, "9999", "?" },
	{ UNKNOWN_3, ERR_OK, RSN_NONE, false, "3999", "?" },
};

static void an_answer_counts_only_if_it_is_ours_signed_encrypted_and_complete(void **state)
{
	struct h_talk *w = *state;

	w->mishap = CRAFTED;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct osci_client *c = h_talk_client(w, w->sender_keys);
		struct arena *a = arena_new();
		const char *id = NULL;
		struct err e = ERR_INIT;
		int rc;

		w->tweak = answers[i].tweak;
		rc = osci_client_get_message_id(c, a, &id, &e);
		if (rc != (int)answers[i].code || e.reason != answers[i].reason ||
		    osci_client_is_ambiguous(c) != answers[i].ambiguous)
			fail_msg("tweak %d: %s, %s, ambiguous %d: %s", answers[i].tweak, err_name(e.code),
				 reason_info(e.reason)->key, osci_client_is_ambiguous(c), e.text);
		assert_string_equal(osci_client_code(c), answers[i].osci_code);
		assert_string_equal(osci_client_said(c)->text, answers[i].text);
		if (rc == 0)
			assert_string_equal(id, "handgemacht");
		osci_client_free(c);
		arena_free(a);
	}
}

static void a_client_without_signature_and_encryption_is_served_where_the_policy_allows_it(void **state)
{
	struct h_talk *w = *state;
	struct osci_client_options o = {
		.cipher = w->sender_keys, .certs = w->certs, .transport = &w->transport,
		.scratches = &h_scratches, .max_answer = 4u << 20,
	};
	struct arena *a = arena_new();
	struct osci_client *c = NULL;
	struct err e = ERR_INIT;
	const char *id = NULL;

	assert_ok(osci_client_new(&o, &c, &e), e);
	assert_ok(osci_client_get_message_id(c, a, &id, &e), e);
	assert_ok(osci_client_init_dialog(c, &e), e);
	assert_ok(osci_client_get_message_id(c, a, &id, &e), e);
	assert_string_equal(osci_client_code(c), "0801");
	assert_ok(osci_client_exit_dialog(c, &e), e);
	osci_client_free(c);
	arena_free(a);
}

static void a_client_without_a_cipher_key_valid_now_is_not_made(void **state)
{
	struct h_talk *w = *state;
	struct pki_keyring *none = h_talk_keyring(h_long_key(PKI_USE_SIGNATURE, 0), NULL);
	struct osci_client_options o = { .cipher = none, .transport = &w->transport };
	struct osci_client *c = NULL;
	struct err e = ERR_INIT;

	assert_int_equal(osci_client_new(&o, &c, &e), ERR_CONFIG);
	assert_int_equal(e.reason, RSN_LOC_KEY_MISSING);
	pki_keyring_free(none);
}

#define talk(test) cmocka_unit_test_setup_teardown(test, h_talk_setup, h_talk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		talk(what_was_stored_is_fetched_byte_for_byte_and_then_received),
		talk(an_empty_box_and_an_unknown_card_are_missing_and_more_is_said),
		talk(every_mishap_of_a_store_is_told_apart),
		talk(a_fault_decides_nothing_whatever_its_code),
		talk(a_refusal_that_is_not_signed_by_the_intermediary_is_temporary),
		talk(after_a_lost_answer_the_same_id_is_refused_and_the_card_tells_that_it_was_stored),
		talk(a_dialog_whose_answer_was_lost_is_over_and_a_new_one_gets_the_delivery_again),
		talk(a_forward_needs_an_address_and_a_recipient_there),
		talk(orders_that_need_a_dialog_are_not_sent_without_one),
		talk(an_answer_counts_only_if_it_is_ours_signed_encrypted_and_complete),
		talk(a_client_without_signature_and_encryption_is_served_where_the_policy_allows_it),
		talk(a_client_without_a_cipher_key_valid_now_is_not_made),
	};
	return cmocka_run_group_tests_name("osci/client", tests, NULL, NULL);
}
