/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of osci/memo. */
#include "cm.h"

#include "base/digest.h"
#include "base/file.h"
#include "h_sample.h"
#include "osci/memo.h"
#include "pki/h_pki.h"

static struct pki_certs *certs;
static struct pki_key *one, *two;

static int set_up(void **state)
{
	(void)state;
	certs = pki_certs_new(PKI_CERTS_BYTES);
	one = h_long_key(PKI_USE_CIPHER, 0);
	two = h_long_key(PKI_USE_SIGNATURE, 1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	pki_certs_free(certs);
	pki_key_free(one);
	pki_key_free(two);
	return 0;
}

static void fill(struct arena *a, struct osci_message *m)
{
	memset(m, 0, sizeof(*m));
	m->subject = "Antrag \xc3\xa4";
	m->custom = arena_alloc(a, 2 * sizeof(*m->custom));
	m->custom[0] = SPAN_LIT("<x:a xmlns:x=\"u:u\" Id=\"a\"></x:a>");
	m->custom[1] = SPAN_LIT("<b Id=\"b\"></b>");
	m->custom_count = 2;
	h_add_cert(a, m, OSCI_ADDRESSEE, true, one->cert);
	h_add_cert(a, m, OSCI_OTHER_AUTHOR, false, two->cert);
}

static void the_header_of_a_delivery_comes_back(void **state)
{
	struct arena *a = arena_new();
	struct osci_message m, got;
	struct err e = ERR_INIT;
	struct buf b;

	(void)state;
	fill(a, &m);
	buf_init(&b, OSCI_MEMO_MAX);
	assert_ok(osci_memo_header(&m, &b, &e), e);
	memset(&got, 0, sizeof(got));
	assert_ok(osci_memo_read_header(buf_view(&b), certs, a, &got, &e), e);
	assert_string_equal(got.subject, m.subject);
	assert_int_equal(got.cert_count, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(got.certs[i].role, m.certs[i].role);
		assert_int_equal(got.certs[i].is_cipher, m.certs[i].is_cipher);
		assert_string_equal(got.certs[i].id, m.certs[i].id);
		assert_true(pki_cert_same(got.certs[i].cert, m.certs[i].cert));
		assert_true(span_eq(got.custom[i], m.custom[i]));
	}
	osci_message_fini(&got);
	buf_fini(&b);
	arena_free(a);
}

static void an_erased_header_gives_nothing(void **state)
{
	struct arena *a = arena_new();
	struct osci_message got;
	struct err e = ERR_INIT;

	(void)state;
	memset(&got, 0, sizeof(got));
	assert_ok(osci_memo_read_header(SPAN_EMPTY, certs, a, &got, &e), e);
	assert_int_equal(got.cert_count, 0);
	assert_null(got.subject);
	arena_free(a);
}

static const struct osci_inspected list[] = {
	{ 0, 1790000000000, { .math = PKI_MATH_OK, .offline = PKI_OFFLINE_VALID, .online = PKI_ONLINE_OK, .crl_this_update = 5 } },
	{ 1, 1790000000001, { .math = PKI_MATH_CORRUPTED, .offline = PKI_OFFLINE_INVALID, .online = PKI_ONLINE_REVOKED } },
};

static void the_card_comes_back_with_the_names_of_the_header(void **state)
{
	struct arena *a = arena_new();
	struct osci_message m, empty;
	struct osci_inspection *in;
	struct err e = ERR_INIT;
	struct buf b;
	size_t n;

	(void)state;
	fill(a, &m);
	memset(&empty, 0, sizeof(empty));
	buf_init(&b, OSCI_MEMO_MAX);
	assert_ok(osci_memo_card(list, 2, &b, &e), e);
	assert_ok(osci_memo_read_card(buf_view(&b), &m, a, &in, &n, &e), e);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(in[i].subject, m.certs[i].cert->subject);
		assert_string_equal(in[i].issuer, m.certs[i].cert->issuer);
		assert_string_equal(in[i].serial, m.certs[i].cert->serial);
		assert_int_equal(in[i].at, list[i].at);
		assert_int_equal(in[i].verdict.math, list[i].verdict.math);
		assert_int_equal(in[i].verdict.offline, list[i].verdict.offline);
		assert_int_equal(in[i].verdict.online, list[i].verdict.online);
		assert_int_equal(in[i].verdict.crl_this_update, list[i].verdict.crl_this_update);
	}
	assert_ok(osci_memo_read_card(buf_view(&b), &empty, a, &in, &n, &e), e);
	assert_int_equal(n, 0);
	assert_ok(osci_memo_read_card(SPAN_EMPTY, &m, a, &in, &n, &e), e);
	assert_int_equal(n, 0);
	buf_fini(&b);
	arena_free(a);
}

/* Cut anywhere, one byte too many, any byte changed: an error or other values, never more than what is there. */
static void a_damaged_record_is_noticed_or_harmless(void **state)
{
	struct arena *a = arena_new();
	struct osci_message m, got;
	struct osci_inspection *in;
	struct buf header, card;
	struct err e = ERR_INIT;
	size_t n;

	(void)state;
	fill(a, &m);
	buf_init(&header, OSCI_MEMO_MAX);
	buf_init(&card, OSCI_MEMO_MAX);
	assert_ok(osci_memo_header(&m, &header, &e), e);
	assert_ok(osci_memo_card(list, 2, &card, &e), e);
	for (size_t i = 1; i < header.n; i++) {
		memset(&got, 0, sizeof(got));
		assert_int_equal(osci_memo_read_header((struct span){ header.p, i }, certs, a, &got, &e), ERR_IO);
		assert_int_equal(e.reason, RSN_LOC_DATA_BAD);
		assert_int_equal(got.cert_count, 0);
	}
	for (size_t i = 1; i < card.n; i++)
		assert_int_equal(osci_memo_read_card((struct span){ card.p, i }, &m, a, &in, &n, &e), ERR_IO);
	for (size_t i = 0; i < header.n; i += i < 40 ? 1 : 37) {
		memset(&got, 0, sizeof(got));
		header.p[i] ^= (char)0xff;
		(void)osci_memo_read_header(buf_view(&header), certs, a, &got, &e);
		osci_message_fini(&got);
		header.p[i] ^= (char)0xff;
	}
	for (size_t i = 0; i < card.n; i++) {
		card.p[i] ^= (char)0xff;
		(void)osci_memo_read_card(buf_view(&card), &m, a, &in, &n, &e);
		card.p[i] ^= (char)0xff;
	}
	buf_putc(&header, 'x');
	memset(&got, 0, sizeof(got));
	assert_int_equal(osci_memo_read_header(buf_view(&header), certs, a, &got, &e), ERR_IO);
	buf_fini(&header);
	buf_fini(&card);
	arena_free(a);
}

/* What lies in spools: written by the version before base/codec. */
static const char old_header[] =
	"010000000000000002000000203c783a6120786d6c6e733a783d22753a75222049643d2261223e3c2f783a613e0000000e3c622049643d2262"
	"223e3c2f623e0100000009416e7472616720c3a4";
static const char old_header_empty[] = "0100000000000000000000000000";
static const char old_card[] =
	"010000000200000000000001a0c4506c00010101000000000000000500000001000001a0c4506c010202020000000000000000";

static void assert_bytes(const struct buf *b, const char *hex)
{
	char got[1024];

	assert_true(2 * b->n < sizeof(got));
	hex_encode((const uint8_t *)b->p, b->n, got);
	assert_string_equal(got, hex);
}

static void the_bytes_are_those_that_lie_in_spools(void **state)
{
	struct arena *a = arena_new();
	struct osci_message m, got;
	struct err e = ERR_INIT;
	struct buf b, again;

	(void)state;
	fill(a, &m);
	m.cert_count = 0;
	buf_init(&b, OSCI_MEMO_MAX);
	buf_init(&again, OSCI_MEMO_MAX);
	assert_ok(osci_memo_header(&m, &b, &e), e);
	assert_bytes(&b, old_header);
	buf_reset(&b);
	memset(&m, 0, sizeof(m));
	assert_ok(osci_memo_header(&m, &b, &e), e);
	assert_bytes(&b, old_header_empty);
	buf_reset(&b);
	assert_ok(osci_memo_card(list, 2, &b, &e), e);
	assert_bytes(&b, old_card);
	/* One with a certificate. */
	buf_reset(&b);
	assert_ok(file_read("tests/fuzz/corpus/osci_memo/header", &b, &e), e);
	memset(&got, 0, sizeof(got));
	assert_ok(osci_memo_read_header(buf_view(&b), certs, a, &got, &e), e);
	assert_int_equal(got.cert_count, 1);
	assert_int_equal(got.certs[0].role, OSCI_ADDRESSEE);
	assert_ok(osci_memo_header(&got, &again, &e), e);
	assert_true(span_eq(buf_view(&again), buf_view(&b)));
	osci_message_fini(&got);
	buf_fini(&again);
	buf_fini(&b);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_header_of_a_delivery_comes_back),
		cmocka_unit_test(an_erased_header_gives_nothing),
		cmocka_unit_test(the_card_comes_back_with_the_names_of_the_header),
		cmocka_unit_test(a_damaged_record_is_noticed_or_harmless),
		cmocka_unit_test(the_bytes_are_those_that_lie_in_spools),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
