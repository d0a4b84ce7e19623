/* SPDX-License-Identifier: EUPL-1.2 */
/* Every code the intermediary answers with, and that a refused order leaves nothing behind. */
#include "cm.h"

#include "base/clock.h"
#include "base/mem.h"
#include "h_sample.h"
#include "h_world.h"
#include "osci/write.h"

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

static void expect(struct h_send s, enum h_who who, enum osci_type t, const char *code, bool is_fault)
{
	struct osci_message m;

	h_order(&w, who, t, &m);
	h_expect(&w, &s, &m, code, is_fault);
}

static void store_expect(const struct h_send *s, const char *id, const char *code, bool is_fault)
{
	struct osci_message m;

	h_order(&w, H_SENDER, OSCI_STORE_DELIVERY, &m);
	h_delivery(&w, w.peer[H_RECIPIENT].cipher->cert, id, &m);
	h_expect(&w, s, &m, code, is_fault);
}

/* Bytes that are no order at all, and what is wrong with the encryption. */

static void what_is_no_message_is_9100(void **state)
{
	static const char *const texts[] = { "", "x", "MIME-Version: 1.0\r\n\r\n", "GET / HTTP/1.1\r\n\r\n" };
	struct h_send s = { .sign = NULL };
	struct h_answer x;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		h_exchange_bytes(&w, &s, span_of(texts[i]), &x);
		assert_string_equal(x.code, "9100");
		assert_true(x.is_fault);
		assert_int_not_equal(x.done.cause.code, ERR_OK);
		h_answer_fini(&x);
	}
}

static void encrypted_for_somebody_else_is_9200(void **state)
{
	struct h_send s = h_signed(&w, H_SENDER, NULL);

	(void)state;
	s.encrypt_for = w.peer[H_STRANGER].cipher->cert;
	expect(s, H_SENDER, OSCI_GET_MESSAGE_ID, "9200", true);
}

static void encrypted_for_our_revoked_certificate_is_9201(void **state)
{
	(void)state;
	h_world_restart(&w, w.peer[H_INTERMED].cipher_x);
	expect(h_signed(&w, H_SENDER, NULL), H_SENDER, OSCI_GET_MESSAGE_ID, "9201", true);
}

static void damage(struct buf *b)
{
	b->p[b->n - 120] ^= 1; /* the last octets before the closing boundary */
}

static void damaged_cipher_text_is_9202(void **state)
{
	struct h_send s = h_signed(&w, H_SENDER, NULL);

	(void)state;
	s.spoil = damage;
	expect(s, H_SENDER, OSCI_GET_MESSAGE_ID, "9202", true);
}

static void plain_orders_are_9202_where_they_are_not_wanted(void **state)
{
	struct h_send s = { .sign = w.peer[H_SENDER].sign };

	(void)state;
	w.policy.accept_plain = false;
	h_world_restart(&w, NULL);
	expect(s, H_SENDER, OSCI_GET_MESSAGE_ID, "9202", true);
	expect(h_signed(&w, H_SENDER, NULL), H_SENDER, OSCI_GET_MESSAGE_ID, "0800", false);
}

static void an_encrypted_answer_is_9300(void **state)
{
	struct h_send s = h_signed(&w, H_SENDER, NULL);
	struct osci_message m;

	(void)state;
	h_message(w.a, OSCI_RESPONSE_TO_GET_MESSAGE_ID, &m);
	h_expect(&w, &s, &m, "9300", true);
}

static void an_encrypted_order_without_cipher_certificate_is_9500(void **state)
{
	struct h_send s = h_signed(&w, H_SENDER, NULL), plain = { .sign = NULL };
	struct osci_message m;

	(void)state;
	h_order(&w, H_SENDER, OSCI_GET_MESSAGE_ID, &m);
	m.cert_count = 0;
	h_expect(&w, &s, &m, "9500", true);
	h_order(&w, H_SENDER, OSCI_GET_MESSAGE_ID, &m);
	m.cert_count = 0;
	h_expect(&w, &plain, &m, "0800", false);
	h_order(&w, H_SENDER, OSCI_INIT_DIALOG, &m);
	m.cert_count = 0;
	h_expect(&w, &plain, &m, "9500", true);
}

/* Dialogs. */

static void whatever_does_not_fit_the_dialog_is_9400(void **state)
{
	struct h_dialog d, bad;
	struct osci_message m;

	(void)state;
	h_init(&w, H_RECIPIENT, &d);
	bad = d;
	bad.next = 1;
	expect(h_signed(&w, H_RECIPIENT, &bad), H_RECIPIENT, OSCI_FETCH_DELIVERY, "9400", true);
	bad = d;
	bad.challenge[0] ^= 1;
	expect(h_signed(&w, H_RECIPIENT, &bad), H_RECIPIENT, OSCI_FETCH_DELIVERY, "9400", true);
	bad = d;
	snprintf(bad.conversation, sizeof(bad.conversation), "4711");
	expect(h_signed(&w, H_RECIPIENT, &bad), H_RECIPIENT, OSCI_FETCH_DELIVERY, "9400", true);
	/* another signer, another cipher certificate */
	expect(h_signed(&w, H_STRANGER, &d), H_STRANGER, OSCI_FETCH_DELIVERY, "9400", true);
	h_order(&w, H_STRANGER, OSCI_GET_MESSAGE_ID, &m);
	struct h_send s = h_signed(&w, H_RECIPIENT, &d);
	h_expect(&w, &s, &m, "9400", true);
	/* and nothing of that has hurt it */
	expect(h_signed(&w, H_RECIPIENT, &d), H_RECIPIENT, OSCI_FETCH_DELIVERY, "9803", false);
}

static void an_order_resent_is_9400(void **state)
{
	struct h_dialog d, before;

	(void)state;
	h_init(&w, H_RECIPIENT, &d);
	before = d;
	expect(h_signed(&w, H_RECIPIENT, &d), H_RECIPIENT, OSCI_FETCH_DELIVERY, "9803", false);
	expect(h_signed(&w, H_RECIPIENT, &before), H_RECIPIENT, OSCI_FETCH_DELIVERY, "9400", true);
}

static void replace(struct buf *b, const char *from, const char *to)
{
	char *at = memmem(b->p, b->n, from, strlen(from));
	struct buf x;

	assert_non_null(at);
	buf_init(&x, b->max);
	buf_put(&x, b->p, (size_t)(at - b->p));
	buf_puts(&x, to);
	buf_put(&x, at + strlen(from), (size_t)(b->p + b->n - at) - strlen(from));
	buf_fini(b);
	*b = x;
}

static void with_conversation(struct buf *b)
{
	replace(b, "<osci:ControlBlock", "<osci:ControlBlock ConversationId=\"1\"");
}

static void without_sequence(struct buf *b)
{
	replace(b, " SequenceNumber=\"0\"", "");
}

static void without_conversation(struct buf *b)
{
	replace(b, " ConversationId=\"1\"", "");
}

static void control_blocks_of_the_wrong_form_are_9400(void **state)
{
	struct h_send s = { .spoil = with_conversation };

	(void)state;
	expect(s, H_SENDER, OSCI_INIT_DIALOG, "9400", true);
	s.spoil = without_sequence;
	expect(s, H_SENDER, OSCI_GET_MESSAGE_ID, "9400", true);
}

static void a_stale_response_outside_a_dialog_is_no_error(void **state)
{
	struct h_send s = h_signed(&w, H_SENDER, NULL);
	struct osci_message m;

	(void)state;
	h_order(&w, H_SENDER, OSCI_GET_MESSAGE_ID, &m);
	m.control.response = "stale";
	h_expect(&w, &s, &m, "0800", false);
}

static void orders_that_need_a_dialog_are_9802_without(void **state)
{
	static const enum osci_type types[] = { OSCI_EXIT_DIALOG, OSCI_FETCH_DELIVERY, OSCI_FETCH_PROCESS_CARD };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		struct h_dialog d = { "1", "x", 0 };
		struct h_send s = { .dialog = &d, .spoil = without_conversation };

		expect(s, H_SENDER, types[i], "9802", false);
	}
}

static void without_response(struct buf *b)
{
	without_conversation(b);
	replace(b, "<osci:Response>x</osci:Response>", "");
}

static void number_below_zero(struct buf *b)
{
	without_response(b);
	replace(b, " SequenceNumber=\"0\"", " SequenceNumber=\"-1\"");
}

/* As clients write them that have never had a dialog. */
static void whatever_else_is_missing_an_order_without_its_dialog_is_9802(void **state)
{
	static const enum osci_type types[] = { OSCI_EXIT_DIALOG, OSCI_FETCH_DELIVERY, OSCI_FETCH_PROCESS_CARD };
	static void (*const spoils[])(struct buf *) = { without_response, number_below_zero };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		for (size_t k = 0; k < ARRAY_LEN(spoils); k++) {
			struct h_dialog d = { "1", "x", 0 };
			struct h_send s = { .dialog = &d, .spoil = spoils[k] };

			expect(s, H_SENDER, types[i], "9802", false);
		}
}

static void minus_one(struct buf *b)
{
	replace(b, " SequenceNumber=\"0\"", " SequenceNumber=\"-1\"");
}

static void huge(struct buf *b)
{
	replace(b, " SequenceNumber=\"0\"", " SequenceNumber=\"99999999999999999999\"");
}

static void words(struct buf *b)
{
	replace(b, " SequenceNumber=\"0\"", " SequenceNumber=\"null\"");
}

static void numbers_that_no_dialog_has_are_9400(void **state)
{
	static void (*const spoils[])(struct buf *) = { minus_one, huge, words };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(spoils); i++) {
		struct h_send s = { .spoil = spoils[i] };

		expect(s, H_SENDER, OSCI_GET_MESSAGE_ID, "9400", true);
	}
}

static void partial(struct buf *b)
{
	replace(b, "soapGetMessageId", "soapPartialStoreDelivery");
}

static void an_order_that_is_known_and_not_offered_is_refused_by_name(void **state)
{
	struct h_send s = { .spoil = partial };
	struct osci_message m;
	struct h_answer x;

	(void)state;
	h_order(&w, H_SENDER, OSCI_GET_MESSAGE_ID, &m);
	h_exchange(&w, &s, &m, &x);
	assert_true(x.is_fault);
	assert_string_equal(x.code, "9100");
	assert_non_null(strstr(x.done.cause.text, "partialStoreDelivery is not offered"));
	h_answer_fini(&x);
}

/* The answer could not be encrypted: then nothing must be done, and the sender is told so. */
static void an_originator_without_an_rsa_key_is_9501_before_anything_is_done(void **state)
{
	X509 *x = h_world_cert(&w, "elliptic", h_ec("P-256"), "keyAgreement,keyEncipherment", -H_LONG, H_LONG);
	struct pki_key *key = h_key(PKI_USE_CIPHER, x, h_ec("P-256"));
	struct h_send s = h_signed(&w, H_SENDER, NULL);
	struct osci_message m;

	(void)state;
	h_order(&w, H_SENDER, OSCI_STORE_DELIVERY, &m);
	h_delivery(&w, w.peer[H_RECIPIENT].cipher->cert, h_message_id(&w, H_SENDER), &m);
	m.certs[0].cert = key->cert;
	h_expect(&w, &s, &m, "9501", true);
	assert_int_equal(w.env.count, 0);
	s.encrypt_for = NULL; /* initDialog is answered encrypted, however it comes */
	h_order(&w, H_SENDER, OSCI_INIT_DIALOG, &m);
	m.certs[0].cert = key->cert;
	h_expect(&w, &s, &m, "9501", true);
	h_order(&w, H_SENDER, OSCI_GET_MESSAGE_ID, &m); /* and this one in the clear */
	m.certs[0].cert = key->cert;
	h_expect(&w, &s, &m, "0800", false);
	pki_key_free(key);
	X509_free(x);
}

static void too_many_dialogs_are_9000(void **state)
{
	struct h_dialog d, e;
	struct h_send s = h_signed(&w, H_SENDER, &e);

	(void)state;
	w.policy.dialogs_max = 1;
	h_world_restart(&w, NULL);
	h_init(&w, H_RECIPIENT, &d);
	expect(h_signed(&w, H_RECIPIENT, &d), H_RECIPIENT, OSCI_FETCH_DELIVERY, "9803", false);
	expect(s, H_SENDER, OSCI_INIT_DIALOG, "9000", true);
	expect(h_signed(&w, H_RECIPIENT, &d), H_RECIPIENT, OSCI_EXIT_DIALOG, "0800", false);
	h_init(&w, H_SENDER, &e);
}

/* Signatures. */

static void unsigned_orders_are_9600_where_a_signature_is_wanted(void **state)
{
	struct h_send s = h_signed(&w, H_SENDER, NULL);

	(void)state;
	s.sign = NULL;
	expect(s, H_SENDER, OSCI_GET_MESSAGE_ID, "0800", false);
	w.policy.accept_unsigned = false;
	h_world_restart(&w, NULL);
	expect(s, H_SENDER, OSCI_GET_MESSAGE_ID, "9600", false);
	expect(s, H_SENDER, OSCI_INIT_DIALOG, "9600", false);
	expect(h_signed(&w, H_SENDER, NULL), H_SENDER, OSCI_GET_MESSAGE_ID, "0800", false);
}

static void unsigned_orders_are_9600_in_a_signed_dialog(void **state)
{
	struct h_dialog d;
	struct h_send s;

	(void)state;
	h_store(&w, H_SENDER, H_RECIPIENT);
	h_init(&w, H_RECIPIENT, &d);
	expect(h_signed(&w, H_RECIPIENT, &d), H_RECIPIENT, OSCI_FETCH_DELIVERY, "0801", false);
	s = h_signed(&w, H_RECIPIENT, &d);
	s.sign = NULL;
	expect(s, H_RECIPIENT, OSCI_FETCH_DELIVERY, "9600", false);
	assert_int_equal(w.env.list[0].received, 0); /* it confirms nothing either */
	expect(h_signed(&w, H_RECIPIENT, &d), H_RECIPIENT, OSCI_EXIT_DIALOG, "0800", false);
	assert_int_not_equal(w.env.list[0].received, 0);
}

static void other_subject(struct buf *b)
{
	replace(b, "<osci:Subject>", "<osci:Subject>x");
}

static void one_more_entry(struct buf *b)
{
	replace(b, "</soap:Header>", "<x:y xmlns:x=\"u:u\" Id=\"mehr\"></x:y></soap:Header>");
}

static void wrong_and_incomplete_signatures_are_9601_and_9602(void **state)
{
	const char *id = h_message_id(&w, H_SENDER);
	struct h_send s = { .sign = w.peer[H_SENDER].sign, .spoil = other_subject };

	(void)state;
	store_expect(&s, id, "9601", false);
	s.spoil = one_more_entry;
	store_expect(&s, id, "9602", false);
	assert_int_equal(w.env.count, 0);
	s.spoil = NULL;
	store_expect(&s, id, "0800", false); /* the id is not used up by what was refused */
}

/* Deliveries. */

static void message_ids_must_be_there_and_ours(void **state)
{
	struct h_send s = h_signed(&w, H_SENDER, NULL);
	char id[100];

	(void)state;
	store_expect(&s, NULL, "9800", false);
	store_expect(&s, "fake-40d10e9a-475b-41f7-949e-d4480a41da18", "9801", false);
	snprintf(id, sizeof(id), "%s", h_message_id(&w, H_SENDER));
	id[10] = id[10] == 'a' ? 'b' : 'a';
	store_expect(&s, id, "9801", false);
	assert_int_equal(w.env.count, 0);
}

static void message_ids_have_an_age(void **state)
{
	struct h_send s = h_signed(&w, H_SENDER, NULL);
	const char *id = h_message_id(&w, H_SENDER);

	(void)state;
	w.policy.message_id_age_ms = 1000;
	h_world_restart(&w, NULL);
	clock_shift(2000);
	store_expect(&s, id, "9801", false);
	clock_shift(-2000);
	store_expect(&s, id, "0800", false);
}

static void errors_of_the_store_are_9811_and_nothing_is_stored(void **state)
{
	struct h_send s = h_signed(&w, H_SENDER, NULL);
	const char *id = h_message_id(&w, H_SENDER);
	struct osci_message m;
	struct h_answer x;
	struct h_dialog d;

	(void)state;
	w.env.fail_commit = ERR_FULL;
	h_order(&w, H_SENDER, OSCI_STORE_DELIVERY, &m);
	h_delivery(&w, w.peer[H_RECIPIENT].cipher->cert, id, &m);
	h_exchange(&w, &s, &m, &x);
	assert_string_equal(x.code, "9811");
	assert_int_equal(x.m.card_count, 0);
	assert_int_equal(x.done.cause.code, ERR_FULL);
	h_answer_fini(&x);
	assert_int_equal(w.env.count, 0);
	w.env.fail_commit = ERR_OK;
	store_expect(&s, id, "0800", false);
	h_init(&w, H_RECIPIENT, &d);
	w.env.fail_fetch = ERR_IO;
	expect(h_signed(&w, H_RECIPIENT, &d), H_RECIPIENT, OSCI_FETCH_DELIVERY, "9811", false);
	w.env.fail_fetch = ERR_OK;
	expect(h_signed(&w, H_RECIPIENT, &d), H_RECIPIENT, OSCI_FETCH_DELIVERY, "0801", false);
}

static bool is_recipient(void *ctx, const uint8_t to[SHA256_LEN])
{
	(void)ctx;
	return memcmp(to, w.peer[H_RECIPIENT].cipher->cert->sha256, SHA256_LEN) == 0;
}

static bool is_nobody(void *ctx, const uint8_t to[SHA256_LEN])
{
	(void)ctx, (void)to;
	return false;
}

static void nothing_is_stored_for_who_has_no_mailbox_and_the_id_stays_good(void **state)
{
	struct h_send s = h_signed(&w, H_SENDER, NULL);
	const char *id = h_message_id(&w, H_SENDER);

	(void)state;
	w.env.env.has_mailbox = is_nobody;
	store_expect(&s, id, "9706", false);
	assert_int_equal(w.env.count, 0);
	assert_int_equal(w.env.making, 0);
	w.env.env.has_mailbox = is_recipient;
	store_expect(&s, id, "0800", false);
	assert_int_equal(w.env.count, 1);
}

static void a_damaged_record_is_9811(void **state)
{
	struct h_dialog d;

	(void)state;
	h_store(&w, H_SENDER, H_RECIPIENT);
	w.env.list[0].header.p[3] ^= 0x40;
	h_init(&w, H_RECIPIENT, &d);
	expect(h_signed(&w, H_RECIPIENT, &d), H_RECIPIENT, OSCI_FETCH_DELIVERY, "9811", false);
	assert_int_equal(w.env.list[0].forwarded, 0);
}

static void a_fetch_that_cannot_be_noted_is_9000_and_may_be_repeated(void **state)
{
	struct h_dialog d;

	(void)state;
	h_store(&w, H_SENDER, H_RECIPIENT);
	h_init(&w, H_RECIPIENT, &d);
	w.env.fail_mark = ERR_IO;
	expect(h_signed(&w, H_RECIPIENT, &d), H_RECIPIENT, OSCI_FETCH_DELIVERY, "9000", true);
	w.env.fail_mark = ERR_OK;
	expect(h_signed(&w, H_RECIPIENT, &d), H_RECIPIENT, OSCI_FETCH_DELIVERY, "0801", false);
	w.env.fail_mark = ERR_IO; /* now the Reception cannot be noted: the dialog cannot go on as if it were */
	expect(h_signed(&w, H_RECIPIENT, &d), H_RECIPIENT, OSCI_FETCH_DELIVERY, "9811", false);
	w.env.fail_mark = ERR_OK;
	expect(h_signed(&w, H_RECIPIENT, &d), H_RECIPIENT, OSCI_EXIT_DIALOG, "0800", false);
	assert_int_not_equal(w.env.list[0].received, 0);
}

static void content_that_cannot_be_read_back_breaks_the_answer_off(void **state)
{
	struct h_dialog d;
	struct h_send s = h_signed(&w, H_RECIPIENT, &d);
	struct osci_message m;
	struct h_answer x;

	(void)state;
	h_store(&w, H_SENDER, H_RECIPIENT);
	h_init(&w, H_RECIPIENT, &d);
	w.env.whole_opens = 4; /* body and two attachments are digested, then sent */
	h_order(&w, H_RECIPIENT, OSCI_FETCH_DELIVERY, &m);
	h_exchange(&w, &s, &m, &x);
	assert_int_not_equal(x.rc, 0);
	h_answer_fini(&x);
	w.env.whole_opens = 0;
	h_init(&w, H_RECIPIENT, &d);
	expect(h_signed(&w, H_RECIPIENT, &d), H_RECIPIENT, OSCI_EXIT_DIALOG, "0800", false);
	assert_int_equal(w.env.list[0].received, 0);
}

static void messages_above_the_limit_are_9100(void **state)
{
	struct h_send s = { .sign = NULL };
	const char *id = h_message_id(&w, H_SENDER);

	(void)state;
	w.policy.max_size = 4000;
	h_world_restart(&w, NULL);
	store_expect(&s, id, "9100", true);
	assert_int_equal(w.env.count, 0);
}

static void an_intermediary_needs_its_keys(void **state)
{
	struct pki_keyring *empty = pki_keyring_new();
	struct osci_intermediary *im;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(osci_intermediary_new(&w.policy, empty, w.certs, w.trust, &w.env.env, &im, &e), ERR_CONFIG);
	assert_int_equal(e.reason, RSN_LOC_KEY_MISSING);
	pki_keyring_free(empty);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_no_message_is_9100),
		TEST(encrypted_for_somebody_else_is_9200),
		TEST(encrypted_for_our_revoked_certificate_is_9201),
		TEST(damaged_cipher_text_is_9202),
		TEST(plain_orders_are_9202_where_they_are_not_wanted),
		TEST(an_encrypted_answer_is_9300),
		TEST(an_encrypted_order_without_cipher_certificate_is_9500),
		TEST(whatever_does_not_fit_the_dialog_is_9400),
		TEST(an_order_resent_is_9400),
		TEST(control_blocks_of_the_wrong_form_are_9400),
		TEST(a_stale_response_outside_a_dialog_is_no_error),
		TEST(orders_that_need_a_dialog_are_9802_without),
		TEST(whatever_else_is_missing_an_order_without_its_dialog_is_9802),
		TEST(numbers_that_no_dialog_has_are_9400),
		TEST(an_order_that_is_known_and_not_offered_is_refused_by_name),
		TEST(an_originator_without_an_rsa_key_is_9501_before_anything_is_done),
		TEST(too_many_dialogs_are_9000),
		TEST(unsigned_orders_are_9600_where_a_signature_is_wanted),
		TEST(unsigned_orders_are_9600_in_a_signed_dialog),
		TEST(wrong_and_incomplete_signatures_are_9601_and_9602),
		TEST(message_ids_must_be_there_and_ours),
		TEST(message_ids_have_an_age),
		TEST(errors_of_the_store_are_9811_and_nothing_is_stored),
		TEST(nothing_is_stored_for_who_has_no_mailbox_and_the_id_stays_good),
		TEST(a_damaged_record_is_9811),
		TEST(a_fetch_that_cannot_be_noted_is_9000_and_may_be_repeated),
		TEST(content_that_cannot_be_read_back_breaks_the_answer_off),
		TEST(messages_above_the_limit_are_9100),
		TEST(an_intermediary_needs_its_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
