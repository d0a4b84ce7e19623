/* SPDX-License-Identifier: EUPL-1.2 */
/* What was accepted can be fetched, in a form that the reference library reads: a delivery that cannot go out again would
 * stand in front of all others of its mailbox for ever. */
#include "cm.h"

#include <openssl/x509.h>

#include "base/mem.h"
#include "h_sample.h"
#include "h_world.h"
#include "mime/header.h"

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

static const char *from, *to;	/* what becomes what on the way */

static void replace(struct buf *b)
{
	const char *at = memmem(b->p, b->n, from, strlen(from));
	struct buf out;

	assert_non_null(at);
	buf_init(&out, 1u << 24);
	buf_put(&out, b->p, (size_t)(at - b->p));
	buf_puts(&out, to);
	buf_put(&out, at + strlen(from), b->n - (size_t)(at - b->p) - strlen(from));
	buf_reset(b);
	buf_span(b, buf_view(&out));
	buf_fini(&out);
}

static void store_changed(const char *what, const char *with, struct h_answer *x)
{
	const char *id = h_message_id(&w, H_SENDER);
	struct h_send s = { .spoil = replace };
	struct osci_message m;

	from = what;
	to = with;
	h_order(&w, H_SENDER, OSCI_STORE_DELIVERY, &m);
	h_delivery(&w, w.peer[H_RECIPIENT].cipher->cert, id, &m);
	h_exchange(&w, &s, &m, x);
	assert_int_equal(x->rc, 0);
}

/* Fetches the oldest delivery, goes on (which confirms it), and leaves the answer. */
static void fetch(struct h_answer *x)
{
	struct h_dialog d = { .next = 0 };
	struct h_send s = h_signed(&w, H_RECIPIENT, &d);
	struct osci_message m;

	h_init(&w, H_RECIPIENT, &d);
	h_order(&w, H_RECIPIENT, OSCI_FETCH_DELIVERY, &m);
	h_exchange(&w, &s, &m, x);
	assert_int_equal(x->rc, 0);
	assert_string_equal(x->code, "0801");
	h_order(&w, H_RECIPIENT, OSCI_EXIT_DIALOG, &m);
	h_expect(&w, &s, &m, "0800", false);
}

/* The library throws away a message with a part without a type or with one in another charset; it looks for parameters
 * within quotes, too. */
static void assert_library_reads(const char *type)
{
	const char *at = strstr(type, "charset=");

	assert_true(strspn(type, "; ") < strlen(type));
	for (; at != NULL; at = strstr(at + 8, "charset="))
		assert_true(strncasecmp(at + 8, "UTF-8", 5) == 0 || strncasecmp(at + 8, "\"UTF-8\"", 7) == 0);
}

static void attachments_of_any_type_come_out_readable(void **state)
{
	static const struct {
		const char *type, *out;
	} cases[] = {
		{ "application/pdf", "application/pdf" },
		{ "application/pdf; name=\"Antrag \xc3\xa4.pdf\"", "application/pdf; name=\"Antrag \xc3\xa4.pdf\"" },
		{ "text/plain; charset=\"utf-8\"", "text/plain; charset=\"utf-8\"" },
		{ "application/pdf; name=Antrag 1.pdf", "application/pdf" },
		{ "text/plain; charset=ISO-8859-1", "text/plain" },
		{ "text/plain; charset=", "text/plain" },
		{ "text/plain; charset=UTF-8; x=\"; charset=latin1\"", "text/plain" },
		{ "text/plain; x=\"; charset=latin1\"", "text/plain" },
		{ "unsinn", "unsinn" },
		{ "a b/c; charset=latin1", "application/octet-stream" },
		{ "; charset=latin1", "application/octet-stream" },
		{ "", "application/octet-stream" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena *a = arena_new();
		struct h_answer x;
		const char *got;

		store_changed("Content-Type: application/octet-stream\r\n", arena_printf(a, "Content-Type: %s\r\n", cases[i].type), &x);
		if (strcmp(x.code, "0800") != 0)
			fail_msg("%s: %s (%s)", cases[i].type, x.code, x.done.cause.text);
		h_answer_fini(&x);
		fetch(&x);
		assert_int_equal(x.m.attachment_count, 2);
		got = x.m.attachments[1].type;
		assert_library_reads(got);
		assert_string_equal(got, cases[i].out);
		h_answer_fini(&x);
		arena_free(a);
	}
}

static void a_content_id_that_cannot_be_written_again_is_refused(void **state)
{
	static const char *const ids[] = { "klein<.txt", "klein>.txt", "klein\t.txt", "klein\x7f.txt", "" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		struct arena *a = arena_new();
		struct h_answer x;

		store_changed("Content-ID: <klein.txt>", arena_printf(a, "Content-ID: <%s>", ids[i]), &x);
		assert_string_equal(x.code, "9100");
		assert_true(x.is_fault);
		assert_int_equal(w.env.count, 0);
		h_answer_fini(&x);
		arena_free(a);
	}
}

/* The canonical form of a start tag is longer than what was written. */
static void header_blocks_that_grow_by_canonicalisation_are_handed_on(void **state)
{
	struct arena *a = arena_new();
	struct buf block, decls;
	struct h_answer x;

	(void)state;
	buf_init(&block, 1u << 20);
	buf_puts(&block, "<k:a xmlns:k=\"urn:k\" Id=\"wachsend\" b='");
	for (int i = 0; i < 60000; i++)
		buf_putc(&block, '"');
	buf_puts(&block, "'></k:a></soap:Header>");
	store_changed("</soap:Header>", buf_str(&block), &x);
	assert_string_equal(x.code, "0800");
	h_answer_fini(&x);
	fetch(&x);
	assert_int_equal(x.m.custom_count, 3);
	assert_true(x.m.custom[2].n > 360000);
	h_answer_fini(&x);
	/* and what is in force around it becomes its own */
	buf_init(&decls, 1u << 20);
	buf_puts(&decls, "<soap:Envelope");
	for (int i = 0; i < 57; i++)
		buf_printf(&decls, " xmlns:aussen%d=\"urn:aussen:%d\"", i, i);
	store_changed("<soap:Envelope", buf_str(&decls), &x);
	assert_string_equal(x.code, "0800");
	h_answer_fini(&x);
	fetch(&x);
	assert_int_equal(x.m.custom_count, 2);
	assert_non_null(memmem(x.m.custom[0].p, x.m.custom[0].n, "xmlns:aussen56", 14));
	h_answer_fini(&x);
	buf_puts(&decls, " xmlns:eins=\"urn:1\" xmlns:zuviel=\"urn:2\"");
	store_changed("<soap:Envelope", buf_str(&decls), &x);
	assert_string_equal(x.code, "9100");
	h_answer_fini(&x);
	buf_fini(&block);
	buf_fini(&decls);
	arena_free(a);
}

/* BMPString can hold what XML cannot. */
static struct pki_cert *strange_author(void)
{
	static const unsigned char name[] = { 0, 'A', 0xFF, 0xFE, 0, 'B', 0, 1, 0xFF, 0xFF };
	EVP_PKEY *key = h_rsa(2048);
	X509 *x = h_world_cert(&w, "x", key, H_KU_SIGN, -H_LONG, H_LONG);
	X509_NAME *n = X509_NAME_new();
	struct pki_cert *c = NULL;
	struct err e = ERR_INIT;
	unsigned char *der = NULL;
	int len;

	assert_int_equal(X509_NAME_add_entry_by_NID(n, NID_commonName, V_ASN1_BMPSTRING, name, sizeof(name), -1, 0), 1);
	assert_int_equal(X509_set_subject_name(x, n), 1);
	assert_true(X509_sign(x, w.ca_key, EVP_sha256()) > 0);
	len = i2d_X509(x, &der);
	assert_true(len > 0);
	assert_ok(pki_cert_from_der((struct span){ (const char *)der, (size_t)len }, &c, &e), e);
	OPENSSL_free(der);
	X509_NAME_free(n);
	X509_free(x);
	return c;
}

static void names_that_are_no_xml_do_not_stop_the_process_card(void **state)
{
	const char *id = h_message_id(&w, H_SENDER);
	struct h_send s = h_signed(&w, H_SENDER, NULL);
	struct pki_cert *author = strange_author();
	struct osci_message m;
	struct h_answer x;

	(void)state;
	h_order(&w, H_SENDER, OSCI_STORE_DELIVERY, &m);
	h_delivery(&w, w.peer[H_RECIPIENT].cipher->cert, id, &m);
	h_add_cert(w.a, &m, OSCI_OTHER_AUTHOR, false, author);
	h_exchange(&w, &s, &m, &x);
	if (strcmp(x.code, "0800") != 0)
		fail_msg("%s: %s", x.code, x.done.cause.text);
	assert_int_equal(x.m.cards[0].inspection_count, 4);
	h_answer_fini(&x);
	fetch(&x);
	assert_int_equal(x.m.cards[0].inspection_count, 4);
	assert_string_equal(x.m.cards[0].inspections[3].subject, "CN=A?B\\01?");
	h_answer_fini(&x);
	pki_cert_free(author);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(attachments_of_any_type_come_out_readable),
		T(a_content_id_that_cannot_be_written_again_is_refused),
		T(header_blocks_that_grow_by_canonicalisation_are_handed_on),
		T(names_that_are_no_xml_do_not_stop_the_process_card),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
