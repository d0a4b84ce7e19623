/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of pki/dsig. */
#include "cm.h"

#include "base/b64.h"
#include "base/clock.h"
#include "base/mem.h"
#include "h_oracle.h"
#include "h_pki.h"
#include "pki/xml_make.h"
#include "pki/dsig.h"
#include "xml/tree.h"

#define NS_DS "http://www.w3.org/2000/09/xmldsig#"
#define NS_OSCI "http://www.osci.de/2002/04/osci"
#define BLOCK "<osci:Block" PKI_OSCI_NS " Id=\"block\">Größe &lt; 1</osci:Block>"	/* canonical, as an apex */
#define BLOCK_IN_DOC "<osci:Block  Id='block' >Gr\xc3\xb6\xc3\x9f" "e &lt; 1</osci:Block>"

static struct {
	struct pki_key *rsa, *rsa_other, *ec256, *ec384, *ec521;
	struct arena *a;
} w;

static int set_up(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(pki_xml_init(&e), e);
	w.rsa = h_own_key(PKI_USE_SIGNATURE, h_rsa(2048));
	w.rsa_other = h_own_key(PKI_USE_SIGNATURE, h_rsa_other());
	w.ec256 = h_own_key(PKI_USE_SIGNATURE, h_ec("P-256"));
	w.ec384 = h_own_key(PKI_USE_SIGNATURE, h_ec("P-384"));
	w.ec521 = h_own_key(PKI_USE_SIGNATURE, h_ec("P-521"));
	w.a = arena_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	pki_key_free(w.rsa);
	pki_key_free(w.rsa_other);
	pki_key_free(w.ec256);
	pki_key_free(w.ec384);
	pki_key_free(w.ec521);
	arena_free(w.a);
	pki_xml_fini();
	return 0;
}

static void block_digest(enum digest_alg alg, uint8_t *out)
{
	struct digest *d = digest_new(alg);

	digest_add(d, BLOCK, strlen(BLOCK));
	digest_end(d, out);
	digest_free(d);
}

/* A document with one block and our signature over it. */
static void signed_doc(struct buf *doc, const struct pki_key *key, const char *uri, enum digest_alg digest)
{
	struct pki_sign_ref ref = { "#block", PKI_C14N, digest, { 0 } };
	struct err e = ERR_INIT;
	const struct pki_alg *alg = uri != NULL ? pki_alg_find(PKI_ALG_SIGNATURE, span_of(uri)) : NULL;

	block_digest(digest, ref.digest);
	buf_init(doc, 1u << 20);
	buf_puts(doc, "<soap:Envelope" PKI_OSCI_NS ">" BLOCK_IN_DOC "<osci:ClientSignature Id=\"s\">");
	assert_ok(pki_dsig_write(doc, &ref, 1, key, alg, "#cert_1", PKI_OSCI_NS, &e), e);
	buf_puts(doc, "</osci:ClientSignature></soap:Envelope>");
}

static const struct xml_node *signature_of(struct span doc, struct arena *a)
{
	struct xml_limits limits = XML_LIMITS_DEFAULT;
	const struct xml_node *root, *block;
	struct err e = ERR_INIT;

	limits.bytes = 1u << 24;
	if (xml_tree_parse(doc, &limits, a, &root, &e) != 0)
		fail_msg("%s", e.text);
	block = xml_child(root, NS_OSCI, "ClientSignature");
	return xml_child(block, NS_DS, "Signature");
}

static int parse(struct span doc, struct pki_dsig *d, struct err *e)
{
	return pki_dsig_parse(signature_of(doc, w.a), 0, w.a, d, e);
}

static void what_we_sign_verifies_here_and_with_xmlsec(void **state)
{
	const struct {
		const struct pki_key *key;
		const char *uri;
		enum digest_alg digest;
		int oracle;	/* what xmlsec can say: 1, or -1 it does not know the algorithm */
	} rows[] = {
		{ w.rsa, NULL, DIGEST_SHA256, 1 },
		{ w.rsa, PKI_URI_RSA_SHA256, DIGEST_SHA512, 1 },
		{ w.rsa, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", DIGEST_SHA384, 1 },
		{ w.rsa, PKI_URI_RSA_SHA512, DIGEST_SHA256, 1 },
		{ w.rsa, PKI_URI_PSS_SHA256, DIGEST_SHA256, 1 },
		{ w.rsa, "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1", DIGEST_SHA256, -1 },
		{ w.rsa, PKI_URI_PSS_SHA512, DIGEST_SHA256, -1 },
		{ w.rsa, "http://www.w3.org/2007/05/xmldsig-more#sha3-256-rsa-MGF1", DIGEST_SHA3_256, -1 },
		{ w.rsa, "http://www.w3.org/2007/05/xmldsig-more#sha3-512-rsa-MGF1", DIGEST_SHA3_512, -1 },
		{ w.ec256, NULL, DIGEST_SHA256, 1 },
		{ w.ec384, NULL, DIGEST_SHA256, 1 },
		{ w.ec521, NULL, DIGEST_SHA256, 1 },
		{ w.ec256, PKI_URI_ECDSA_SHA512, DIGEST_SHA256, 1 },
	};
	struct pki_policy policy = PKI_POLICY_DEFAULT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err e = ERR_INIT;
		struct pki_dsig d;
		uint8_t digest[DIGEST_MAX];
		struct buf doc;
		signed_doc(&doc, rows[i].key, rows[i].uri, rows[i].digest);
		assert_ok(parse(buf_view(&doc), &d, &e), e);
		assert_true(span_is(d.key_uri, "#cert_1"));
		if (pki_dsig_verify(&d, rows[i].key->cert, &policy, &e) != 0)
			fail_msg("row %zu: %s", i, e.text);
		block_digest(rows[i].digest, digest);
		assert_ok(pki_dsig_match(&d, SPAN_LIT("#block"), PKI_C14N, rows[i].digest, digest, &e), e);
		assert_ok(pki_dsig_covered(&d, &e), e);
		if (h_oracle_verify(buf_view(&doc), rows[i].key->key) != rows[i].oracle)
			fail_msg("row %zu: xmlsec differs", i);
		buf_fini(&doc);
	}
}

static void keys_beyond_256_bit_sign_with_sha_512_which_everybody_knows(void **state)
{
	(void)state;
	assert_string_equal(pki_sign_alg(w.ec256, false)->uri, PKI_URI_ECDSA_SHA256);
	assert_string_equal(pki_sign_alg(w.ec384, false)->uri, PKI_URI_ECDSA_SHA512);
	assert_string_equal(pki_sign_alg(w.ec521, false)->uri, PKI_URI_ECDSA_SHA512);
}

static void what_xmlsec_signs_verifies_here(void **state)
{
	static const char *const c14ns[] = { PKI_URI_C14N, PKI_URI_EXC_C14N };
	const struct {
		const struct pki_key *key;
		const char *uri;
	} rows[] = { { w.rsa, PKI_URI_RSA_SHA256 }, { w.rsa, PKI_URI_PSS_SHA256 }, { w.ec256, PKI_URI_ECDSA_SHA256 },
		     { w.ec384, PKI_URI_ECDSA_SHA384 } };
	struct pki_policy policy = PKI_POLICY_DEFAULT;

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_LEN(rows); i++) {
		const struct pki_key *key = rows[i / 2].key;
		struct buf doc, out;
		struct err e = ERR_INIT;
		struct pki_dsig d;
		buf_init(&doc, 1u << 16);
		buf_init(&out, 1u << 16);
		buf_printf(&doc,
			   "<soap:Envelope" PKI_OSCI_NS ">" BLOCK_IN_DOC "<osci:ClientSignature>\n<ds:Signature>"
			   "<ds:SignedInfo><ds:CanonicalizationMethod Algorithm=\"%s\"/>"
			   "<ds:SignatureMethod Algorithm=\"%s\"/><ds:Reference URI=\"#block\"><ds:Transforms>"
			   "<ds:Transform Algorithm=\"" PKI_URI_C14N "\"/></ds:Transforms>"
			   "<ds:DigestMethod Algorithm=\"" PKI_URI_SHA256 "\"/><ds:DigestValue/></ds:Reference>"
			   "</ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:RetrievalMethod URI=\"#c\"/></ds:KeyInfo>"
			   "</ds:Signature></osci:ClientSignature></soap:Envelope>",
			   c14ns[i % 2], rows[i / 2].uri);
		assert_true(h_oracle_sign(buf_view(&doc), key->key, &out));
		assert_ok(parse(buf_view(&out), &d, &e), e);
		assert_ok(pki_dsig_verify(&d, key->cert, &policy, &e), e);
		uint8_t digest[DIGEST_MAX];
		block_digest(DIGEST_SHA256, digest);
		assert_ok(pki_dsig_match(&d, SPAN_LIT("#block"), PKI_C14N, DIGEST_SHA256, digest, &e), e);
		buf_fini(&doc);
		buf_fini(&out);
	}
}

/* Replaces the first occurrence; the result is in the arena. */
static struct span replaced(struct span in, const char *from, const char *to)
{
	const char *at = memmem(in.p, in.n, from, strlen(from));
	size_t before, after;

	if (at == NULL)
		fail_msg("no %s", from);
	before = (size_t)(at - in.p);
	after = in.n - before - strlen(from);
	return span_of(arena_printf(w.a, "%.*s%s%.*s", (int)before, in.p, to, (int)after, at + strlen(from)));
}

static void structures_outside_the_profile_are_refused(void **state)
{
#define DIGEST_LINE "<ds:DigestMethod Algorithm=\"" PKI_URI_SHA256 "\">"
#define TRANSFORM "<ds:Transform Algorithm=\"" PKI_URI_C14N "\"></ds:Transform>"
#define REF2 "<ds:Reference URI=\"#x\"><ds:Transforms>" TRANSFORM "</ds:Transforms>" DIGEST_LINE                        \
	     "</ds:DigestMethod><ds:DigestValue>AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=</ds:DigestValue></ds:Reference>"
	static const struct {
		const char *from, *to;
		enum err_code code;
	} rows[] = {
		{ "<ds:Signature>", "<ds:Signature Id=\"ok\">", ERR_OK },
		{ "<ds:Reference ", REF2 "<ds:Reference ", ERR_OK },
		{ "</ds:SignedInfo><ds:Sig", "</ds:SignedInfo> <ds:Sig", ERR_OK },
		/* references */
		{ "<ds:Reference ", REF2 REF2 "<ds:Reference ", ERR_SYNTAX },
		{ "\"#block\"", "\"\"", ERR_SYNTAX },
		{ "\"#block\"", "\"#\"", ERR_SYNTAX },
		{ "\"#block\"", "\"#1block\"", ERR_SYNTAX },
		{ "\"#block\"", "\"#xpointer(/)\"", ERR_SYNTAX },
		{ "\"#block\"", "\"#xpointer(id('block'))\"", ERR_SYNTAX },
		{ "\"#block\"", "\"#a')|//*[local-name()='x'] | id('b\"", ERR_SYNTAX },
		{ "\"#block\"", "\"#bl%6fck\"", ERR_SYNTAX },
		{ "\"#block\"", "\"http://127.0.0.1/x\"", ERR_SYNTAX },
		{ "\"#block\"", "\"file:///etc/passwd\"", ERR_SYNTAX },
		{ "\"#block\"", "\"../x\"", ERR_SYNTAX },
		{ "\"#block\"", "\"cid:x\"", ERR_SYNTAX },
		{ " URI=\"#block\"", "", ERR_SYNTAX },
		{ " URI=\"#block\"", " URI=\"#block\" Foo=\"1\"", ERR_SYNTAX },
		/* transforms */
		{ TRANSFORM, "", ERR_SYNTAX },
		{ TRANSFORM, TRANSFORM TRANSFORM, ERR_SYNTAX },
		{ "<ds:Transforms>" TRANSFORM "</ds:Transforms>", "", ERR_SYNTAX },
		{ TRANSFORM, "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"></ds:Transform>",
		  ERR_UNSUPPORTED },
		{ TRANSFORM, "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"/>",
		  ERR_UNSUPPORTED },
		{ TRANSFORM, "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>",
		  ERR_UNSUPPORTED },
		{ TRANSFORM, "<ds:Transform Algorithm=\"" PKI_URI_C14N "#WithComments\"/>", ERR_UNSUPPORTED },
		{ TRANSFORM, "<ds:Transform Algorithm=\"" PKI_URI_C14N "\"><x xmlns=\"\"/></ds:Transform>", ERR_SYNTAX },
		/* algorithms */
		{ "CanonicalizationMethod Algorithm=\"" PKI_URI_C14N,
		  "CanonicalizationMethod Algorithm=\"" PKI_URI_C14N "#WithComments", ERR_UNSUPPORTED },
		{ PKI_URI_RSA_SHA256, "http://www.w3.org/2000/09/xmldsig#hmac-sha1", ERR_UNSUPPORTED },
		{ PKI_URI_RSA_SHA256, "http://www.w3.org/2001/04/xmldsig-more#rsa-md5", ERR_UNSUPPORTED },
		{ DIGEST_LINE, "<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#md5\">",
		  ERR_UNSUPPORTED },
		{ DIGEST_LINE, "<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha512\">", ERR_SYNTAX },
		{ DIGEST_LINE, DIGEST_LINE "<x/>", ERR_SYNTAX },
		{ "<ds:DigestValue>", "<ds:DigestValue>*", ERR_SYNTAX },
		{ "<ds:DigestValue>", "<ds:DigestValue>AAAA", ERR_SYNTAX },
		{ "<ds:SignatureValue>", "<ds:SignatureValue>*", ERR_SYNTAX },
		/* keys the signature brings along */
		{ "<ds:RetrievalMethod", "<ds:KeyName>x</ds:KeyName><ds:RetrievalMethod", ERR_SYNTAX },
		{ "<ds:RetrievalMethod URI=\"#cert_1\"></ds:RetrievalMethod>", "", ERR_SYNTAX },
		{ "<ds:RetrievalMethod URI=\"#cert_1\"></ds:RetrievalMethod>",
		  "<ds:KeyValue><ds:RSAKeyValue/></ds:KeyValue>", ERR_SYNTAX },
		{ "<ds:RetrievalMethod URI=\"#cert_1\"></ds:RetrievalMethod>",
		  "<ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate><ds:X509Certificate>AAAA</ds:X509Certificate>"
		  "</ds:X509Data>", ERR_SYNTAX },
		{ "<ds:RetrievalMethod URI=\"#cert_1\"></ds:RetrievalMethod>",
		  "<ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data>", ERR_OK },
		{ "\"#cert_1\"", "\"http://127.0.0.1/cert\"", ERR_SYNTAX },
		{ "\"#cert_1\"", "\"cid:cert\"", ERR_SYNTAX },
		{ "\"#cert_1\"></ds:R", "\"#cert_1\"><ds:Transforms/></ds:R", ERR_SYNTAX },
		/* shape */
		{ "</ds:Signature>", "<ds:Object/></ds:Signature>", ERR_SYNTAX },
		{ "<ds:Signature>", "<ds:Signature>text", ERR_SYNTAX },
		{ "<ds:Signature>", "<ds:Signature x=\"1\">", ERR_SYNTAX },
		{ "<ds:SignedInfo>", "<ds:SignedInfo><ds:Manifest/>", ERR_SYNTAX },
		{ "<ds:SignedInfo>", "<ds:SignedInfo xmlns:ds=\"urn:other\">", ERR_SYNTAX },
		{ "<ds:KeyInfo>", "<ds:KeyInfo/><ds:KeyInfo>", ERR_SYNTAX },
	};
	struct buf doc;

	(void)state;
	signed_doc(&doc, w.rsa, NULL, DIGEST_SHA256);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct span text = replaced(buf_view(&doc), rows[i].from, rows[i].to);
		struct err e = ERR_INIT;
		struct pki_dsig d;
		int rc = parse(text, &d, &e);
		if (rc != (int)rows[i].code)
			fail_msg("row %zu (%s): %d %s", i, rows[i].to, rc, e.text);
	}
	buf_fini(&doc);
}

static void a_signature_with_too_many_references_is_refused(void **state)
{
	struct span text, one = SPAN_LIT("<ds:Reference URI=\"#x\"><ds:Transforms><ds:Transform Algorithm=\"" PKI_URI_C14N
					 "\"/></ds:Transforms><ds:DigestMethod Algorithm=\"" PKI_URI_SHA256
					 "\"/><ds:DigestValue>AA==</ds:DigestValue></ds:Reference>");
	struct buf doc, many;
	struct err e = ERR_INIT;
	struct pki_dsig d;

	(void)state;
	buf_init(&many, 1u << 22);
	for (size_t i = 0; i < PKI_DSIG_REFS_MAX; i++)
		buf_span(&many, one);
	buf_puts(&many, "<ds:Reference ");
	signed_doc(&doc, w.rsa, NULL, DIGEST_SHA256);
	text = replaced(buf_view(&doc), "<ds:Reference ", buf_str(&many));
	assert_int_equal(parse(text, &d, &e), ERR_LIMIT);
	buf_fini(&doc);
	buf_fini(&many);
}

static void a_wrong_signature_is_told_from_a_forbidden_one(void **state)
{
	struct buf doc;
	struct err e = ERR_INIT;
	struct pki_policy policy = PKI_POLICY_DEFAULT;
	struct pki_dsig d;

	(void)state;
	signed_doc(&doc, w.rsa, NULL, DIGEST_SHA256);
	assert_ok(parse(buf_view(&doc), &d, &e), e);
	assert_int_equal(pki_dsig_verify(&d, w.rsa_other->cert, &policy, &e), ERR_CRYPTO);
	assert_int_equal(pki_dsig_verify(&d, w.ec256->cert, &policy, &e), ERR_CRYPTO);
	/* every octet of the value */
	for (size_t i = 0; i < d.value.n; i += 16) {
		struct pki_dsig bad = d;
		char *value = arena_dup_n(w.a, d.value.p, d.value.n);
		value[i] ^= 0x40;
		bad.value.p = value;
		assert_int_equal(pki_dsig_verify(&bad, w.rsa->cert, &policy, &e), ERR_CRYPTO);
	}
	struct pki_dsig bad = d;
	bad.value.n--;
	assert_int_equal(pki_dsig_verify(&bad, w.rsa->cert, &policy, &e), ERR_CRYPTO);
	/* one algorithm for another */
	bad = d;
	bad.sign = pki_alg_find(PKI_ALG_SIGNATURE, SPAN_LIT(PKI_URI_PSS_SHA256));
	assert_int_equal(pki_dsig_verify(&bad, w.rsa->cert, &policy, &e), ERR_CRYPTO);
	bad.sign = pki_alg_find(PKI_ALG_SIGNATURE, SPAN_LIT(PKI_URI_ECDSA_SHA256));
	assert_int_equal(pki_dsig_verify(&bad, w.rsa->cert, &policy, &e), ERR_CRYPTO);
	/* SignedInfo changed */
	struct span text = replaced(buf_view(&doc), "\"#block\"", "\"#blocc\"");
	assert_ok(parse(text, &d, &e), e);
	assert_int_equal(pki_dsig_verify(&d, w.rsa->cert, &policy, &e), ERR_CRYPTO);
	/* SHA-1 only with its switch, as signature and as digest */
	text = replaced(buf_view(&doc), PKI_URI_RSA_SHA256, "http://www.w3.org/2000/09/xmldsig#rsa-sha1");
	assert_ok(parse(text, &d, &e), e);
	assert_int_equal(pki_dsig_verify(&d, w.rsa->cert, &policy, &e), ERR_DENIED);
	policy.legacy_sha1 = clock_now() - 1;	/* over */
	assert_int_equal(pki_dsig_verify(&d, w.rsa->cert, &policy, &e), ERR_DENIED);
	policy.legacy_sha1 = clock_now() + 3600000;
	assert_int_equal(pki_dsig_verify(&d, w.rsa->cert, &policy, &e), ERR_CRYPTO);
	buf_fini(&doc);
}

static void an_ecdsa_value_must_be_two_halves(void **state)
{
	struct buf doc;
	struct err e = ERR_INIT;
	struct pki_policy policy = PKI_POLICY_DEFAULT;
	struct pki_dsig d;
	char *zero;

	(void)state;
	signed_doc(&doc, w.ec256, NULL, DIGEST_SHA256);
	assert_ok(parse(buf_view(&doc), &d, &e), e);
	assert_int_equal(d.value.n, 64);
	assert_int_equal(pki_dsig_verify(&d, w.rsa->cert, &policy, &e), ERR_CRYPTO);
	assert_int_equal(pki_dsig_verify(&d, w.ec384->cert, &policy, &e), ERR_CRYPTO);
	for (size_t n = 0; n < 64; n += 9) {
		struct pki_dsig bad = d;
		bad.value.n = n;
		assert_int_equal(pki_dsig_verify(&bad, w.ec256->cert, &policy, &e), ERR_CRYPTO);
	}
	zero = arena_alloc(w.a, 64);
	for (int what = 0; what < 4; what++) {
		memset(zero, what == 3 ? 0xff : 0, 64);
		if (what == 1)
			memcpy(zero, d.value.p, 32);
		if (what == 2)
			memcpy(zero + 32, d.value.p + 32, 32);
		struct pki_dsig bad = d;
		bad.value.p = zero;
		assert_int_equal(pki_dsig_verify(&bad, w.ec256->cert, &policy, &e), ERR_CRYPTO);
	}
	buf_fini(&doc);
}

static void digests_are_matched_once_each_and_all(void **state)
{
	struct pki_sign_ref refs[] = { { "#block", PKI_C14N, DIGEST_SHA256, { 1 } },
				       { "#text", PKI_BASE64, DIGEST_SHA512, { 2 } },
				       { "cid:a & b.bin", PKI_SCHEME_NONE, DIGEST_SHA256, { 3 } } };
	struct err e = ERR_INIT;
	struct pki_dsig d;
	struct buf doc;

	(void)state;
	buf_init(&doc, 1u << 16);
	buf_puts(&doc, "<soap:Envelope" PKI_OSCI_NS "><osci:ClientSignature>");
	assert_ok(pki_dsig_write(&doc, refs, 3, w.ec256, NULL, "#c", PKI_OSCI_NS, &e), e);
	buf_puts(&doc, "</osci:ClientSignature></soap:Envelope>");
	assert_ok(parse(buf_view(&doc), &d, &e), e);
	assert_int_equal(d.nrefs, 3);
	uint8_t wrong[DIGEST_MAX] = { 9 };
	struct span block = SPAN_LIT("#block"), text = SPAN_LIT("#text"), cid = SPAN_LIT("cid:a & b.bin");
	assert_int_equal(pki_dsig_match(&d, SPAN_LIT("#other"), PKI_C14N, DIGEST_SHA256, wrong, &e), ERR_MISSING);
	assert_int_equal(pki_dsig_match(&d, block, PKI_C14N, DIGEST_SHA256, wrong, &e), ERR_CRYPTO);
	assert_int_equal(pki_dsig_match(&d, block, PKI_EXC_C14N, DIGEST_SHA256, refs[0].digest, &e), ERR_CRYPTO);
	assert_int_equal(pki_dsig_match(&d, block, PKI_C14N, DIGEST_SHA512, refs[0].digest, &e), ERR_CRYPTO);
	assert_int_equal(pki_dsig_match(&d, cid, PKI_C14N, DIGEST_SHA256, refs[2].digest, &e), ERR_CRYPTO);
	assert_ok(pki_dsig_match(&d, block, PKI_C14N, DIGEST_SHA256, refs[0].digest, &e), e);
	assert_int_equal(pki_dsig_match(&d, block, PKI_C14N, DIGEST_SHA256, refs[0].digest, &e), ERR_CRYPTO);
	assert_ok(pki_dsig_match(&d, cid, PKI_SCHEME_NONE, DIGEST_SHA256, refs[2].digest, &e), e);
	assert_int_equal(pki_dsig_covered(&d, &e), ERR_MISSING);
	assert_non_null(strstr(e.text, "#text"));
	assert_ok(pki_dsig_match(&d, text, PKI_BASE64, DIGEST_SHA512, refs[1].digest, &e), e);
	assert_ok(pki_dsig_covered(&d, &e), e);
	buf_fini(&doc);
}

static void what_is_past_its_date_is_not_signed_any_more(void **state)
{
	struct pki_sign_ref ref = { "#block", PKI_C14N, DIGEST_SHA256, { 1 } };
	struct err e = ERR_INIT;
	struct buf out;

	(void)state;
	buf_init(&out, 1u << 16);
	const struct pki_alg *sha1 = pki_alg_find(PKI_ALG_SIGNATURE, SPAN_LIT("http://www.w3.org/2000/09/xmldsig#rsa-sha1"));
	assert_int_equal(pki_dsig_write(&out, &ref, 1, w.rsa, sha1, "#c", PKI_OSCI_NS, &e), ERR_CONFIG);
	const struct pki_alg *ecdsa = pki_alg_find(PKI_ALG_SIGNATURE, SPAN_LIT(PKI_URI_ECDSA_SHA256));
	assert_int_equal(pki_dsig_write(&out, &ref, 1, w.rsa, ecdsa, "#c", PKI_OSCI_NS, &e), ERR_CONFIG);
	assert_int_equal(pki_dsig_write(&out, &ref, 0, w.rsa, NULL, "#c", PKI_OSCI_NS, &e), ERR_LIMIT);
	assert_int_equal(out.n, 0);
	buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_we_sign_verifies_here_and_with_xmlsec),
		cmocka_unit_test(keys_beyond_256_bit_sign_with_sha_512_which_everybody_knows),
		cmocka_unit_test(what_xmlsec_signs_verifies_here),
		cmocka_unit_test(structures_outside_the_profile_are_refused),
		cmocka_unit_test(a_signature_with_too_many_references_is_refused),
		cmocka_unit_test(a_wrong_signature_is_told_from_a_forbidden_one),
		cmocka_unit_test(an_ecdsa_value_must_be_two_halves),
		cmocka_unit_test(digests_are_matched_once_each_and_all),
		cmocka_unit_test(what_is_past_its_date_is_not_signed_any_more),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
