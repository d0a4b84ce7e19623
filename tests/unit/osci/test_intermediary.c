/* SPDX-License-Identifier: EUPL-1.2 */
/* The conversations of senders and recipients, and what they leave in the store. */
#include "cm.h"

#include "base/clock.h"
#include "h_sample.h"
#include "h_world.h"

static struct h_world w;

static int set_up(void **state)
{
	(void)state;
	h_world_init(&w);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	h_world_fini(&w);
	return 0;
}

static void fetch(struct h_dialog *d, const char *id, struct h_answer *x)
{
	struct h_send s = h_signed(&w, H_RECIPIENT, d);
	struct osci_message m;

	h_order(&w, H_RECIPIENT, OSCI_FETCH_DELIVERY, &m);
	if (id != NULL)
		m.selection = (struct osci_selection){ .by = OSCI_SELECT_IDS, .ids = &id, .id_count = 1 };
	h_exchange(&w, &s, &m, x);
	assert_int_equal(x->rc, 0);
}

static void expect(enum h_who who, struct h_dialog *d, enum osci_type t, const char *code, bool is_fault)
{
	struct h_send s = h_signed(&w, who, d);
	struct osci_message m;

	h_order(&w, who, t, &m);
	h_expect(&w, &s, &m, code, is_fault);
}

static void check_stored_answer(const struct h_answer *x, const char *id)
{
	assert_int_equal(x->m.card_count, 1);
	assert_string_equal(x->m.cards[0].message_id, id);
	assert_string_equal(x->m.cards[0].subject, "Antrag & <mehr>");
	assert_true(x->m.cards[0].created > 0);
	assert_int_equal(x->m.cards[0].forwarded, 0);
	/* sender's cipher and signature, addressee's cipher */
	assert_int_equal(x->m.cards[0].inspection_count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(x->m.cards[0].inspections[i].verdict.math, PKI_MATH_OK);
		assert_int_equal(x->m.cards[0].inspections[i].verdict.offline, PKI_OFFLINE_VALID);
		assert_int_equal(x->m.cards[0].inspections[i].verdict.online, PKI_ONLINE_OK);
	}
	assert_string_equal(x->done.message_id, id);
	assert_string_equal(x->done.client, w.peer[H_SENDER].cipher->cert->hex);
}

static void check_fetched(struct h_answer *x, const char *id)
{
	struct h_part *body = h_intake_part(x->in, "body", 0);
	struct h_delivery *d = &w.env.list[0];

	assert_string_equal(x->code, "0801");
	assert_memory_equal(body->sha256, h_intake_part(d->intake, "body", 0)->sha256, SHA256_LEN);
	assert_int_equal(x->m.attachment_count, 2);
	for (size_t i = 0; i < 2; i++) {
		struct h_part *got = h_intake_part(x->in, "attachment", i),
			      *want = h_intake_part(d->intake, "attachment", i);

		assert_memory_equal(got->sha256, want->sha256, SHA256_LEN);
		assert_string_equal(got->cid, want->cid);
		assert_string_equal(got->type, want->type);
	}
	assert_int_equal(x->m.custom_count, 2);
	assert_int_equal(x->m.cert_count, 4); /* three of the store and the intermediary's */
	assert_true(pki_cert_same(osci_message_cert(&x->m, OSCI_ADDRESSEE, true), w.peer[H_RECIPIENT].cipher->cert));
	assert_true(pki_cert_same(osci_message_cert(&x->m, OSCI_ORIGINATOR, false), w.peer[H_SENDER].sign->cert));
	assert_int_equal(x->m.card_count, 1);
	assert_string_equal(x->m.cards[0].message_id, id);
	assert_string_equal(x->m.cards[0].subject, "Antrag & <mehr>");
	assert_true(x->m.cards[0].forwarded >= x->m.cards[0].created);
	assert_int_equal(x->m.cards[0].received, 0);
	assert_int_equal(x->m.cards[0].inspection_count, 3);
	assert_int_equal(id_cmp(&x->done.fetched, &d->id), 0);
	assert_true(id_is_zero(&x->done.stored));
}

static void a_delivery_goes_from_sender_to_recipient(void **state)
{
	const char *id = h_message_id(&w, H_SENDER);
	struct h_send s = h_signed(&w, H_SENDER, NULL);
	struct h_dialog d;
	struct osci_message m;
	struct h_answer x;
	struct id stored;

	(void)state;
	h_order(&w, H_SENDER, OSCI_STORE_DELIVERY, &m);
	h_delivery(&w, w.peer[H_RECIPIENT].cipher->cert, id, &m);
	h_exchange(&w, &s, &m, &x);
	assert_string_equal(x.code, "0800");
	assert_true(x.m.was_encrypted);
	check_stored_answer(&x, id);
	stored = x.done.stored;
	assert_true(id_is_zero(&x.done.fetched));
	h_answer_fini(&x);
	assert_int_equal(w.env.count, 1);
	assert_int_equal(id_cmp(&stored, &w.env.list[0].id), 0); /* what the log names */
	assert_memory_equal(w.env.list[0].from, w.peer[H_SENDER].cipher->cert->sha256, SHA256_LEN);
	assert_memory_equal(w.env.list[0].to, w.peer[H_RECIPIENT].cipher->cert->sha256, SHA256_LEN);

	h_init(&w, H_RECIPIENT, &d);
	fetch(&d, NULL, &x);
	check_fetched(&x, id);
	h_answer_fini(&x);
	assert_int_not_equal(w.env.list[0].forwarded, 0);
	assert_int_equal(w.env.list[0].received, 0);
	expect(H_RECIPIENT, &d, OSCI_EXIT_DIALOG, "0800", false);
	assert_int_not_equal(w.env.list[0].received, 0);
	expect(H_RECIPIENT, &d, OSCI_EXIT_DIALOG, "9400", true);
}

static void a_message_id_is_good_for_one_delivery(void **state)
{
	const char *id = h_store(&w, H_SENDER, H_RECIPIENT);
	struct h_send s = h_signed(&w, H_SENDER, NULL);
	struct osci_message m;

	(void)state;
	h_order(&w, H_SENDER, OSCI_STORE_DELIVERY, &m);
	h_delivery(&w, w.peer[H_STRANGER].cipher->cert, id, &m);
	h_expect(&w, &s, &m, "9801", false);
	assert_int_equal(w.env.count, 1);
}

static void only_the_holder_of_the_cipher_key_gets_the_delivery(void **state)
{
	const char *id = h_store(&w, H_SENDER, H_RECIPIENT);
	struct h_dialog d;
	struct h_send s = h_signed(&w, H_STRANGER, &d);
	struct osci_message m;

	(void)state;
	h_init(&w, H_STRANGER, &d);
	expect(H_STRANGER, &d, OSCI_FETCH_DELIVERY, "9803", false);
	h_order(&w, H_STRANGER, OSCI_FETCH_DELIVERY, &m);
	m.selection = (struct osci_selection){ .by = OSCI_SELECT_IDS, .ids = &id, .id_count = 1 };
	h_expect(&w, &s, &m, "9803", false);
}

static void the_challenge_of_a_dialog_is_only_for_the_certificate(void **state)
{
	struct h_send s = { .ring = w.peer[H_RECIPIENT].ring };
	struct osci_message m;
	struct h_answer x;

	(void)state;
	h_order(&w, H_RECIPIENT, OSCI_INIT_DIALOG, &m);
	h_exchange(&w, &s, &m, &x);
	assert_string_equal(x.code, "0801");
	assert_true(x.m.was_encrypted);
	assert_true(pki_cert_same(x.m.encrypted_for, w.peer[H_RECIPIENT].cipher->cert));
	h_answer_fini(&x);
}

static void answers_are_plain_where_the_orders_are(void **state)
{
	struct h_send s = { .sign = w.peer[H_SENDER].sign };
	struct osci_message m;
	struct h_answer x;

	(void)state;
	h_order(&w, H_SENDER, OSCI_GET_MESSAGE_ID, &m);
	h_exchange(&w, &s, &m, &x);
	assert_string_equal(x.code, "0800");
	assert_false(x.m.was_encrypted);
	h_answer_fini(&x);
}

static void a_dialog_opened_in_secret_stays_secret(void **state)
{
	struct h_dialog d;
	struct h_send s = { .sign = w.peer[H_RECIPIENT].sign, .ring = w.peer[H_RECIPIENT].ring, .dialog = &d };
	struct osci_message m;
	struct h_answer x;

	(void)state;
	h_init(&w, H_RECIPIENT, &d);
	h_order(&w, H_RECIPIENT, OSCI_FETCH_PROCESS_CARD, &m);
	h_exchange(&w, &s, &m, &x);
	assert_string_equal(x.code, "9804");
	assert_true(x.m.was_encrypted);
	h_answer_fini(&x);
}

static void an_abandoned_dialog_loses_nothing(void **state)
{
	struct h_dialog first, second;
	struct h_answer x;

	(void)state;
	h_store(&w, H_SENDER, H_RECIPIENT);
	h_init(&w, H_RECIPIENT, &first);
	fetch(&first, NULL, &x);
	assert_string_equal(x.code, "0801");
	h_answer_fini(&x);
	h_init(&w, H_RECIPIENT, &second);
	fetch(&second, NULL, &x);
	assert_string_equal(x.code, "0801");
	h_answer_fini(&x);
	assert_int_equal(w.env.list[0].received, 0);
	clock_shift(70000);
	expect(H_RECIPIENT, &first, OSCI_EXIT_DIALOG, "9400", true);
	assert_int_equal(w.env.list[0].received, 0);
}

static void the_next_order_confirms_and_the_next_delivery_follows(void **state)
{
	struct h_dialog d;
	struct h_answer x;
	const char *one, *two;

	(void)state;
	one = h_store(&w, H_SENDER, H_RECIPIENT);
	two = h_store(&w, H_SENDER, H_RECIPIENT);
	h_init(&w, H_RECIPIENT, &d);
	fetch(&d, NULL, &x);
	assert_true(h_has_code(&x, "3800"));
	assert_string_equal(x.m.feedback[0].code, "3800");
	assert_string_equal(x.m.cards[0].message_id, one);
	h_answer_fini(&x);
	fetch(&d, NULL, &x);
	assert_int_not_equal(w.env.list[0].received, 0);
	assert_false(h_has_code(&x, "3800"));
	assert_string_equal(x.m.cards[0].message_id, two);
	h_answer_fini(&x);
	expect(H_RECIPIENT, &d, OSCI_FETCH_DELIVERY, "9803", false);
	assert_int_not_equal(w.env.list[1].received, 0);
	fetch(&d, one, &x); /* by its id it can be had again */
	assert_string_equal(x.code, "0801");
	h_answer_fini(&x);
	expect(H_RECIPIENT, &d, OSCI_EXIT_DIALOG, "0800", false);
}

static void cards(enum h_who who, struct h_dialog *d, const struct osci_selection *sel, struct h_answer *x)
{
	struct h_send s = h_signed(&w, who, d);
	struct osci_message m;

	h_order(&w, who, OSCI_FETCH_PROCESS_CARD, &m);
	m.selection = *sel;
	h_exchange(&w, &s, &m, x);
	assert_int_equal(x->rc, 0);
}

static void process_cards_tell_both_sides(void **state)
{
	const char *one = h_store(&w, H_SENDER, H_RECIPIENT), *ids[] = { one, "unbekannt" };
	struct h_dialog r, d;
	struct h_answer x;

	(void)state;
	h_store(&w, H_SENDER, H_RECIPIENT);
	h_init(&w, H_RECIPIENT, &r);
	fetch(&r, one, &x);
	h_answer_fini(&x);
	expect(H_RECIPIENT, &r, OSCI_EXIT_DIALOG, "0800", false);
	h_init(&w, H_SENDER, &d);
	cards(H_SENDER, &d, &(struct osci_selection){ .by = OSCI_SELECT_IDS, .ids = ids, .id_count = 2 }, &x);
	assert_int_equal(x.m.card_count, 1);
	assert_string_equal(x.m.cards[0].message_id, one);
	assert_string_equal(x.m.cards[0].subject, "Antrag & <mehr>");
	assert_true(x.m.cards[0].created > 0 && x.m.cards[0].forwarded >= x.m.cards[0].created);
	assert_true(x.m.cards[0].received >= x.m.cards[0].forwarded);
	assert_int_equal(x.m.cards[0].inspection_count, 3);
	h_answer_fini(&x);
	cards(H_SENDER, &d, &(struct osci_selection){ .by = OSCI_SELECT_MODIFIED, .since = 1, .no_reception = true },
	      &x);
	assert_int_equal(x.m.card_count, 1);
	assert_int_equal(x.m.cards[0].received, 0);
	h_answer_fini(&x);
	cards(H_SENDER, &d, &(struct osci_selection){ .by = OSCI_SELECT_MODIFIED, .since = 1, .limit = 1 }, &x);
	assert_int_equal(x.m.card_count, 1);
	assert_true(h_has_code(&x, "3801"));
	assert_int_equal(x.m.selection.limit, 1);
	h_answer_fini(&x);
	cards(H_SENDER, &d,
	      &(struct osci_selection){ .by = OSCI_SELECT_MODIFIED, .since = 1, .role = OSCI_CARD_ADDRESSEE }, &x);
	assert_string_equal(x.code, "9804");
	h_answer_fini(&x);
}

static void after_erasure_the_card_still_tells_the_times(void **state)
{
	struct h_dialog d;
	struct h_answer x;

	(void)state;
	h_store(&w, H_SENDER, H_RECIPIENT);
	buf_reset(&w.env.list[0].header);
	h_init(&w, H_SENDER, &d);
	cards(H_SENDER, &d, &(struct osci_selection){ .limit = 10 }, &x);
	assert_string_equal(x.code, "0801");
	assert_int_equal(x.m.card_count, 1);
	assert_true(x.m.cards[0].created > 0);
	assert_null(x.m.cards[0].subject);
	assert_int_equal(x.m.cards[0].inspection_count, 0);
	h_answer_fini(&x);
}

static void orders_of_a_sender_work_inside_a_dialog_too(void **state)
{
	struct h_dialog d;
	struct h_send s = h_signed(&w, H_SENDER, &d);
	struct osci_message m;
	struct h_answer x;
	const char *id;

	(void)state;
	h_init(&w, H_SENDER, &d);
	h_order(&w, H_SENDER, OSCI_GET_MESSAGE_ID, &m);
	h_exchange(&w, &s, &m, &x);
	assert_string_equal(x.code, "0801");
	id = arena_dup(w.a, x.m.message_id);
	h_answer_fini(&x);
	h_order(&w, H_SENDER, OSCI_STORE_DELIVERY, &m);
	h_delivery(&w, w.peer[H_RECIPIENT].cipher->cert, id, &m);
	h_expect(&w, &s, &m, "0801", false);
	expect(H_SENDER, &d, OSCI_EXIT_DIALOG, "0800", false);
	assert_int_equal(w.env.count, 1);
}

static void feedback_speaks_the_wanted_languages(void **state)
{
	static const struct {
		const char *wanted, *first, *second;
	} cases[] = { { "de", "de", NULL },          { "en", "en", NULL }, { "en de", "en", "de" },
		      { "de-DE en-US", "de", "en" }, { "fr", "de", NULL }, { "de de", "de", NULL } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct h_send s = { .sign = NULL };
		struct osci_message m;
		struct h_answer x;

		h_order(&w, H_SENDER, OSCI_GET_MESSAGE_ID, &m);
		m.languages = cases[i].wanted;
		h_exchange(&w, &s, &m, &x);
		assert_int_equal(x.m.feedback_count, cases[i].second != NULL ? 2 : 1);
		assert_string_equal(x.m.feedback[0].lang, cases[i].first);
		if (cases[i].second != NULL)
			assert_string_equal(x.m.feedback[1].lang, cases[i].second);
		h_answer_fini(&x);
	}
}

static void a_peer_without_short_vectors_gets_long_ones(void **state)
{
	struct h_send s = h_signed(&w, H_SENDER, NULL);
	struct osci_message m;
	struct h_answer x;

	(void)state;
	h_order(&w, H_SENDER, OSCI_GET_MESSAGE_ID, &m);
	h_exchange(&w, &s, &m, &x);
	assert_non_null(memmem(x.bytes.p, x.bytes.n, "IvLength", 8));
	h_answer_fini(&x);
	h_order(&w, H_SENDER, OSCI_GET_MESSAGE_ID, &m);
	m.features = SPAN_LIT("<f:FeatureDescription xmlns:f=\"http://xoev.de/transport/osci12/7\" Id=\"f\">"
			      "<f:SupportedFeatures></f:SupportedFeatures></f:FeatureDescription>");
	h_exchange(&w, &s, &m, &x);
	assert_string_equal(x.code, "0800");
	assert_null(memmem(x.bytes.p, x.bytes.n, "IvLength", 8));
	h_answer_fini(&x);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_delivery_goes_from_sender_to_recipient),
		TEST(a_message_id_is_good_for_one_delivery),
		TEST(only_the_holder_of_the_cipher_key_gets_the_delivery),
		TEST(the_challenge_of_a_dialog_is_only_for_the_certificate),
		TEST(answers_are_plain_where_the_orders_are),
		TEST(a_dialog_opened_in_secret_stays_secret),
		TEST(an_abandoned_dialog_loses_nothing),
		TEST(the_next_order_confirms_and_the_next_delivery_follows),
		TEST(process_cards_tell_both_sides),
		TEST(after_erasure_the_card_still_tells_the_times),
		TEST(orders_of_a_sender_work_inside_a_dialog_too),
		TEST(feedback_speaks_the_wanted_languages),
		TEST(a_peer_without_short_vectors_gets_long_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
