/* SPDX-License-Identifier: EUPL-1.2 */
/* How much of a certificate there may be: each limit at it and one above, and what its memory is estimated at. */
#include "cm.h"

#include <malloc.h>

#include <openssl/x509v3.h>

#include "base/buf.h"
#include "base/mem.h"
#include "h_pki.h"
#include "pki/cert.h"
#include "pki/cert_limits.h"

struct shape {
	int rdns, attributes;	/* beside three of h_cert; attributes: of one more RDN */
	int extensions, names;	/* names: of one subjectAltName */
};

static void add_name(X509 *x, const struct shape *s)
{
	X509_NAME *name = X509_get_subject_name(x);

	for (int i = 0; i < s->rdns; i++)
		X509_NAME_add_entry_by_txt(name, "OU", MBSTRING_ASC, (const unsigned char *)"x", -1, -1, 0);
	for (int i = 0; i < s->attributes; i++)
		X509_NAME_add_entry_by_txt(name, "OU", MBSTRING_ASC, (const unsigned char *)"x", -1, -1, i == 0 ? 0 : -1);
}

static void add_extensions(X509 *x, const struct shape *s)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();

	for (int i = 0; i < s->names; i++) {
		GENERAL_NAME *n = GENERAL_NAME_new();
		ASN1_IA5STRING *text = ASN1_IA5STRING_new();
		ASN1_STRING_set(text, "a.b", 3);
		GENERAL_NAME_set0_value(n, GEN_DNS, text);
		sk_GENERAL_NAME_push(names, n);
	}
	if (s->names > 0)
		X509_add1_ext_i2d(x, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT);
	GENERAL_NAMES_free(names);
	for (int i = 0; i < s->extensions; i++) {
		char oid[40];
		snprintf(oid, sizeof(oid), "1.2.3.4.%d", 1000 + i);
		X509_EXTENSION *ext = X509V3_EXT_nconf(NULL, NULL, oid, "DER:0500");
		must(ext != NULL);
		X509_add_ext(x, ext, -1);
		X509_EXTENSION_free(ext);
	}
}

/* DER of a certificate of this shape. */
static struct span make(const struct shape *s)
{
	X509 *x = h_cert(&(struct h_spec){ .cn = "Form", .key = h_ec("P-256"), .ku = "digitalSignature" });
	unsigned char *der = NULL;
	int n;

	add_name(x, s);
	add_extensions(x, s);
	must(X509_sign(x, h_ec("P-256"), EVP_sha256()) > 0);
	n = i2d_X509(x, &der);
	must(n > 0);
	X509_free(x);
	return (struct span){ (const char *)der, (size_t)n };
}

static void drop(struct span der)
{
	OPENSSL_free((void *)(uintptr_t)der.p);
}

static void each_limit_holds(void **state)
{
	static const struct {
		struct shape s;
		const char *text;	/* NULL: within */
	} rows[] = {
		{ { 0 }, NULL },
		{ { .rdns = PKI_CERT_RDNS_MAX - 3 }, NULL },
		{ { .rdns = PKI_CERT_RDNS_MAX - 2 }, "a name of more than 32 parts" },
		{ { .attributes = PKI_CERT_ATTRIBUTES_MAX }, NULL },
		{ { .attributes = PKI_CERT_ATTRIBUTES_MAX + 1 }, "more than 8 attributes" },
		{ { .extensions = PKI_CERT_EXTENSIONS_MAX - 4 }, NULL },
		{ { .extensions = PKI_CERT_EXTENSIONS_MAX - 3 }, "more than 64 extensions" },
		{ { .names = 500 }, NULL },
		{ { .names = 1995 }, "more than 2000 elements" },
		/* the attack: 64 KiB of attributes in one part of the name took 1.27 MB parsed */
		{ { .attributes = 4000 }, "more than" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct span der = make(&rows[i].s);
		struct pki_cert *c = NULL;
		struct err e = ERR_INIT;
		int rc = pki_cert_from_der(der, &c, &e);
		if (rows[i].text == NULL ? rc != 0 : rc != ERR_LIMIT || strstr(e.text, rows[i].text) == NULL)
			fail_msg("row %zu: %d %s", i, rc, e.text);
		pki_cert_free(c);
		drop(der);
	}
}

static void rubbish_is_no_certificate(void **state)
{
	static const struct span rows[] = {
		SPAN_LIT(""), SPAN_LIT("x"), SPAN_LIT("\x30"), SPAN_LIT("\x30\x80\x30\x80"), SPAN_LIT("\x30\x82\xff\xff\x30"),
		SPAN_LIT("\x30\x00"), SPAN_LIT("\x30\x84\x7f\xff\xff\xff"),
	};
	size_t n;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err e = ERR_INIT;
		assert_int_equal(pki_cert_limits(rows[i], &n, &e), ERR_SYNTAX);
	}
}

/* What the cache counts is not less than what the heap gives. */
static void the_estimate_of_the_memory_is_an_upper_bound(void **state)
{
	static const struct shape rows[] = {
		{ 0 }, { .rdns = 29 }, { .attributes = 8 }, { .extensions = 60 }, { .names = 500 }, { .names = 900 },
		{ .rdns = 29, .extensions = 50, .names = 600 },
	};
	enum { COPIES = 20 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct span der = make(&rows[i]);
		struct pki_cert *c[COPIES];
		struct err e = ERR_INIT;
		size_t before, used;
		assert_ok(pki_cert_from_der(der, &c[0], &e), e);	/* what is made once */
		before = mallinfo2().uordblks;
		for (size_t k = 1; k < COPIES; k++)
			assert_ok(pki_cert_from_der(der, &c[k], &e), e);
		used = (mallinfo2().uordblks - before) / (COPIES - 1);
		if (used > c[0]->weight)
			fail_msg("row %zu: %zu octets of DER, %zu of heap, estimated %zu", i, der.n, used, c[0]->weight);
		for (size_t k = 0; k < COPIES; k++)
			pki_cert_free(c[k]);
		drop(der);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_limit_holds),
		cmocka_unit_test(rubbish_is_no_certificate),
		cmocka_unit_test(the_estimate_of_the_memory_is_an_upper_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
