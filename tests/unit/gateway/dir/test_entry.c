/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/dir/entry. */
#include "cm.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "dir/entry.h"

/* In these texts ' stands for the quotation mark. */
#define TO "{'serviceElementType':'OSCI_ADDRESSEE','serviceElementDescriptionName':'Amt','serviceElementUri':'osci:amt'," \
	   "'cipherCertificate':{'content':'dG8='},'signatureCertificate':{'content':'dG9z','revocationDate':null}}"
#define TO_BARE "{'serviceElementType':'OSCI_ADDRESSEE','serviceElementDescriptionName':'Amt','cipherCertificate':null}"
#define TO_NAMELESS "{'serviceElementType':'OSCI_ADDRESSEE'}"
#define IM "{'serviceElementType':'OSCI_INTERMEDIARY','serviceElementDescriptionName':'Vermittler'," \
	   "'serviceElementUri':'https://im.example/osci','cipherCertificate':{'content':'aW0='}}"
#define IM_AT(uri) "{'serviceElementType':'OSCI_INTERMEDIARY','serviceElementUri':" uri \
		   ",'cipherCertificate':{'content':'aW0='}}"
#define CERT(name, content) "{'serviceElementType':'CIPHER_CERTIFICATE','serviceElementDescriptionName':" name \
			    ",'cipherCertificate':{'content':'" content "'}}"
#define SIGNATURE(name, content) "{'serviceElementType':'SIGNATURE_CERTIFICATE','serviceElementDescriptionName':" name \
				 ",'signatureCertificate':{'content':'" content "'}}"
#define ENTRY(elements) "{'serviceSpecificationUri':'urn:x','serviceElements':[" elements "]}"
#define ENTRY_OF(more) "{" more "'serviceSpecificationUri':'urn:x','serviceElements':[" TO "," IM "]}"
#define REVOKED(what) "{'serviceElementType':'OSCI_ADDRESSEE','cipherCertificate':{'content':'dG8='," what "}}"

static char *unquote(const char *text)
{
	static char out[8192];

	snprintf(out, sizeof(out), "%s", text);
	for (char *p = out; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	return out;
}

static const struct dir_question question = { .key = "ags:1", .service = "urn:x" };

static int parse(const char *text, struct arena *a, struct dir_entry *r, struct err *e)
{
	return dir_entry_read(span_of(unquote(text)), &question, a, r, e);
}

static const struct good {
	const char *name, *text, *to, *im, *to_sig, *im_sig;
} good[] = {
	{ "certificates inline", ENTRY(TO "," IM), "dG8=", "aW0=", "dG9z", "" },
	{ "a list with one service", "[" ENTRY(TO "," IM) "]", "dG8=", "aW0=", "dG9z", "" },
	{ "a certificate element of the same name", ENTRY(CERT("'Falsch'", "eA==") "," TO_BARE "," CERT("'Amt'", "cw==") "," IM),
	  "cw==", "aW0=", "", "" },
	{ "an inline certificate wins", ENTRY(CERT("'Amt'", "cw==") "," TO "," IM), "dG8=", "aW0=", "dG9z", "" },
	{ "the same certificate element twice", ENTRY(TO_BARE "," CERT("'Amt'", "cw==") "," CERT("'Amt'", "cw==") "," IM),
	  "cw==", "aW0=", "", "" },
	{ "a signature certificate element", ENTRY(TO "," IM "," SIGNATURE("'Vermittler'", "aXM=")), "dG8=", "aW0=", "dG9z",
	  "aXM=" },
	{ "the same element twice", ENTRY(TO "," IM "," TO), "dG8=", "aW0=", "dG9z", "" },
	{ "unknown elements and types are passed over",
	  ENTRY("{'serviceElementType':'TEXT','serviceElementText':'x'},7,null,[]," TO "," IM
		",{'serviceElementType':'WEBSERVER','customServiceElementType':'z','serviceElementUri':'urn:y'}"),
	  "dG8=", "aW0=", "dG9z", "" },
};

static void a_usable_entry_is_reduced_to_what_a_delivery_needs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct arena *a = arena_new();
		struct dir_entry r;
		struct err e = ERR_INIT;

		if (parse(good[i].text, a, &r, &e) != 0)
			fail_msg("%s: %s", good[i].name, e.text);
		assert_true(span_is(r.addressee_cipher, good[i].to));
		assert_true(span_is(r.intermediary_cipher, good[i].im));
		assert_true(span_is(r.addressee_signature, good[i].to_sig));
		assert_true(span_is(r.intermediary_signature, good[i].im_sig));
		assert_string_equal(r.intermediary_uri, "https://im.example/osci");
		assert_string_equal(r.service, "urn:x");
		assert_int_equal(r.valid_from, 0);
		assert_int_equal(r.valid_to, 0);
		arena_free(a);
	}
}

static const struct bad {
	const char *name, *text;
	enum err_code code;
	enum reason reason;
	const char *says;
} bad[] = {
	{ "not JSON", "<html>", ERR_SYNTAX, RSN_DIR_BAD_ANSWER, "directory entry" },
	{ "nothing", "", ERR_SYNTAX, RSN_DIR_BAD_ANSWER, "directory entry" },
	{ "cut off", "{'serviceElements':[", ERR_SYNTAX, RSN_DIR_BAD_ANSWER, "directory entry" },
	{ "no elements", "{'id':1}", ERR_SYNTAX, RSN_DIR_BAD_ANSWER, "serviceElements" },
	{ "elements are no list", "{'serviceElements':{}}", ERR_SYNTAX, RSN_DIR_BAD_ANSWER, "serviceElements" },
	{ "an empty list", "[]", ERR_MISSING, RSN_DIR_NO_ENTRY, "no valid entry" },
	{ "two services", "[" ENTRY(TO "," IM) "," ENTRY(TO "," IM) "]", ERR_MISSING, RSN_DIR_AMBIGUOUS, "2 services" },
	{ "a list of numbers", "[1]", ERR_SYNTAX, RSN_DIR_BAD_ANSWER, "serviceElements" },
	{ "validFrom is no time", "{'serviceSpecificationUri':'urn:x','validFrom':'gestern','serviceElements':[]}", ERR_SYNTAX, RSN_DIR_BAD_ANSWER,
	  "validFrom" },
	{ "validTo is no time", "{'serviceSpecificationUri':'urn:x','validTo':'2026-13-01T00:00:00Z','serviceElements':[]}", ERR_SYNTAX, RSN_DIR_BAD_ANSWER,
	  "validTo" },
	{ "validTo is a number", "{'serviceSpecificationUri':'urn:x','validTo':1,'serviceElements':[]}", ERR_SYNTAX,
	  RSN_DIR_BAD_ANSWER, "validTo: not a text" },
	{ "validTo is false", "{'serviceSpecificationUri':'urn:x','validTo':false,'serviceElements':[]}", ERR_SYNTAX,
	  RSN_DIR_BAD_ANSWER, "validTo: not a text" },
	{ "validTo is empty", "{'serviceSpecificationUri':'urn:x','validTo':'','serviceElements':[]}", ERR_SYNTAX,
	  RSN_DIR_BAD_ANSWER, "validTo" },
	{ "another service", "{'serviceSpecificationUri':'urn:y','serviceElements':[" TO "," IM "]}", ERR_TRUST,
	  RSN_DIR_OTHER_ENTRY, "asked for the service urn:x, the answer is of urn:y" },
	{ "no service", "{'serviceElements':[" TO "," IM "]}", ERR_TRUST, RSN_DIR_OTHER_ENTRY, "the answer is of none" },
	{ "a service that is no text", "{'serviceSpecificationUri':7,'serviceElements':[" TO "," IM "]}", ERR_TRUST,
	  RSN_DIR_OTHER_ENTRY, "the answer is of none" },
	{ "another organisation", ENTRY_OF("'organizationKey':'ags:2',"), ERR_TRUST, RSN_DIR_OTHER_ENTRY,
	  "asked for ags:1, the answer is of ags:2" },
	{ "other organisations", ENTRY_OF("'organizationKeys':['ags:2','ags:11'],"), ERR_TRUST, RSN_DIR_OTHER_ENTRY,
	  "asked for ags:1, the answer is of ags:11" },
	{ "a web page", " <!DOCTYPE html><p>Wartung", ERR_SYNTAX, RSN_DIR_BAD_ANSWER, "a web page, expected JSON" },
	{ "UTF-16", "\xff\xfe{", ERR_SYNTAX, RSN_DIR_BAD_ANSWER, "UTF-16" },
	{ "no addressee", ENTRY(IM), ERR_MISSING, RSN_DIR_INCOMPLETE, "OSCI_ADDRESSEE" },
	{ "no intermediary", ENTRY(TO), ERR_MISSING, RSN_DIR_INCOMPLETE, "OSCI_INTERMEDIARY" },
	{ "two addressees", ENTRY(TO "," TO_BARE "," IM), ERR_MISSING, RSN_DIR_AMBIGUOUS, "OSCI_ADDRESSEE" },
	{ "two intermediaries", ENTRY(TO "," IM "," IM_AT("'https://b.example/'")), ERR_MISSING, RSN_DIR_AMBIGUOUS,
	  "OSCI_INTERMEDIARY" },
	{ "no address", ENTRY(TO "," IM_AT("null")), ERR_MISSING, RSN_DIR_INCOMPLETE, "address is missing" },
	{ "empty address", ENTRY(TO "," IM_AT("''")), ERR_MISSING, RSN_DIR_INCOMPLETE, "address is missing" },
	{ "no certificate", ENTRY(TO_BARE "," IM), ERR_MISSING, RSN_DIR_INCOMPLETE, "addressee's cipher certificate" },
	{ "certificate element of another name only", ENTRY(TO_BARE "," CERT("'Anderes'", "cw==") "," IM), ERR_MISSING,
	  RSN_DIR_INCOMPLETE, "addressee's cipher certificate" },
	{ "names that are missing are not the same", ENTRY(TO_NAMELESS "," CERT("null", "cw==") "," IM), ERR_MISSING,
	  RSN_DIR_INCOMPLETE, "addressee's cipher certificate" },
	{ "two different certificate elements", ENTRY(TO_BARE "," CERT("'Amt'", "cw==") "," CERT("'Amt'", "eA==") "," IM),
	  ERR_MISSING, RSN_DIR_AMBIGUOUS, "two different certificates" },
	{ "certificate without content", ENTRY("{'serviceElementType':'OSCI_ADDRESSEE','cipherCertificate':{}}," IM),
	  ERR_MISSING, RSN_DIR_INCOMPLETE, "without content" },
	{ "certificate with empty content",
	  ENTRY("{'serviceElementType':'OSCI_ADDRESSEE','cipherCertificate':{'content':''}}," IM), ERR_MISSING,
	  RSN_DIR_INCOMPLETE, "without content" },
	{ "revoked by date", ENTRY(REVOKED("'revocationDate':'2026-01-01T00:00:00.000Z'") "," IM), ERR_TRUST,
	  RSN_CERT_REVOKED, "revoked" },
	{ "revoked by reason", ENTRY(REVOKED("'revocationReason':'keyCompromise'") "," IM), ERR_TRUST, RSN_CERT_REVOKED,
	  "revoked" },
	{ "revoked by a reason of another type", ENTRY(REVOKED("'revocationReason':0") "," IM), ERR_TRUST, RSN_CERT_REVOKED,
	  "revoked" },
};

static void an_unusable_entry_is_refused_with_the_name_of_what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct arena *a = arena_new();
		struct dir_entry r;
		struct err e = ERR_INIT;
		int rc = parse(bad[i].text, a, &r, &e);

		if (rc != (int)bad[i].code || e.reason != bad[i].reason || strstr(e.text, bad[i].says) == NULL)
			fail_msg("%s: %d %s %s", bad[i].name, rc, reason_info(e.reason)->key, e.text);
		arena_free(a);
	}
}

static void an_address_that_cannot_be_used_is_named(void **state)
{
	static const char *const bad_uris[] = {
		"ldap://im.example/", "file:///etc/passwd", "gopher://im.example/", "javascript:alert(1)", "//im.example/",
		"http://u:p@im.example/", "http://im.example@b.example/", "http://im.example:0/", "http://im.example:99999/",
		"http://im.example:80:80/", "http://im.example/#x", "http://im.example/\\u000d\\u000aHost: b", "http://[::1", "http://[fe80::1%25eth0]/",
		"http://m\xc3\xbcnchen.example/", "http://im.example/ ", "http://2130706433/", "http://0177.0.0.1/", "http://127.1/",
		/* this machine and its network segment */
		"http://127.0.0.1/", "https://127.9.9.9:8443/osci", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://localhost/",
		"http://x.localhost/", "http://0.0.0.0/", "http://[::]/", "http://169.254.169.254/latest/meta-data", "http://[fe80::1]/",
		"http://224.0.0.1/",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad_uris) / sizeof(bad_uris[0]); i++) {
		struct arena *a = arena_new();
		struct dir_entry r;
		struct err e = ERR_INIT;
		char text[2048];
		int rc;

		snprintf(text, sizeof(text), ENTRY(TO "," IM_AT("'%s'")), bad_uris[i]);
		rc = parse(text, a, &r, &e);
		if (rc != ERR_MISSING || e.reason != RSN_DIR_BAD_ADDRESS || strstr(e.text, "address") == NULL)
			fail_msg("%s: %d %s %s", bad_uris[i], rc, reason_info(e.reason)->key, e.text);
		arena_free(a);
	}
}

static void other_addresses_are_used_and_by_a_switch_those_of_this_machine(void **state)
{
	static const struct {
		const char *uri;
		bool local;
	} cases[] = {
		{ "https://im.example/osci", false },	  { "http://10.1.2.3:8080/osci", false }, { "http://[2001:db8::1]/", false },
		{ "http://xn--mnchen-3ya.example/", false }, { "http://im/", false },		  { "http://127.0.0.1/", true },
		{ "http://[::1]:9/", true },		  { "http://localhost/", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct dir_question q = { .key = "ags:1", .service = "urn:x", .allow_local = cases[i].local };
		struct arena *a = arena_new();
		struct dir_entry r;
		struct err e = ERR_INIT;
		char text[2048];

		snprintf(text, sizeof(text), ENTRY(TO "," IM_AT("'%s'")), cases[i].uri);
		assert_ok(dir_entry_read(span_of(unquote(text)), &q, a, &r, &e), e);
		assert_string_equal(r.intermediary_uri, cases[i].uri);
		arena_free(a);
	}
}

static void where_a_recipient_waits_is_told_if_it_is_an_address(void **state)
{
	static const struct {
		const char *element, *uri;
		bool local;
	} cases[] = {
		{ "'serviceElementUri':'https://town.example/osci',", "https://town.example/osci", false },
		{ "'serviceElementUri':'http://10.1.2.3:8080/x',", "http://10.1.2.3:8080/x", false },
		{ "'serviceElementUri':'http://127.0.0.1:8080/x',", "", false },
		{ "'serviceElementUri':'http://127.0.0.1:8080/x',", "http://127.0.0.1:8080/x", true },
		{ "'serviceElementUri':'osci:empfaenger',", "", false },
		{ "'serviceElementUri':'ftp://town.example/',", "", false },
		{ "'serviceElementUri':'https://',", "", false },
		{ "'serviceElementUri':'',", "", false },
		{ "'serviceElementUri':null,", "", false },
		{ "'serviceElementUri':7,", "", false },
		{ "", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct dir_question q = { .key = "ags:1", .service = "urn:x", .allow_local = cases[i].local };
		struct arena *a = arena_new();
		struct dir_entry r;
		struct err e = ERR_INIT;
		char text[2048];

		snprintf(text, sizeof(text),
			 ENTRY("{'serviceElementType':'OSCI_ADDRESSEE',%s'cipherCertificate':{'content':'dG8='}}," IM),
			 cases[i].element);
		assert_ok(dir_entry_read(span_of(unquote(text)), &q, a, &r, &e), e);
		assert_string_equal(r.addressee_uri, cases[i].uri);
		arena_free(a);
	}
}

static void an_entry_says_whose_it_is_or_has_to_be_asked_about(void **state)
{
	static const struct {
		const char *more, *organisation;
		bool bound;
	} cases[] = {
		{ "", "", false },
		{ "'organizationNameDe':'Stadt','id':7,", "Stadt", false },
		{ "'organizationKey':'ags:1',", "", true },
		{ "'organizationKeys':['ags:9','ags:1'],", "", true },
		{ "'organizationKeys':[],", "", false },
		{ "'organizationKey':null,'organizationKeys':[7],", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *a = arena_new();
		struct dir_entry r;
		struct err e = ERR_INIT;
		char text[2048];

		snprintf(text, sizeof(text), "{%s%s", cases[i].more, ENTRY(TO "," IM) + 1);
		assert_ok(parse(text, a, &r, &e), e);
		assert_string_equal(r.organisation, cases[i].organisation);
		assert_int_equal(r.is_bound, cases[i].bound);
		arena_free(a);
	}
}

static void answers_that_must_be_signed_need_a_certificate_of_the_intermediary(void **state)
{
	const struct dir_question q = { .key = "ags:1", .service = "urn:x", .need_signature = true };
	struct arena *a = arena_new();
	struct dir_entry r;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(dir_entry_read(span_of(unquote(ENTRY(TO "," IM))), &q, a, &r, &e), ERR_MISSING);
	assert_int_equal(e.reason, RSN_DIR_INCOMPLETE);
	assert_non_null(strstr(e.text, "intermediary's signature certificate is missing"));
	e = (struct err)ERR_INIT;
	assert_ok(dir_entry_read(span_of(unquote(ENTRY(TO "," IM "," SIGNATURE("'Vermittler'", "aXM=")))), &q, a, &r, &e), e);
	assert_true(span_is(r.intermediary_signature, "aXM="));
	arena_free(a);
}

static void an_entry_is_valid_from_and_to_its_instants(void **state)
{
	static const struct {
		const char *from, *to, *now;
		bool valid;
	} cases[] = {
		{ "null", "null", "2026-11-24T00:00:00Z", true },
		{ "'2026-11-24T00:00:00.000Z'", "null", "2026-11-24T00:00:00Z", true },
		{ "'2026-11-24T00:00:00.001Z'", "null", "2026-11-24T00:00:00Z", false },
		{ "null", "'2026-11-24T00:00:00.000Z'", "2026-11-24T00:00:00Z", false },
		{ "null", "'2026-11-24T00:00:00.001Z'", "2026-11-24T00:00:00Z", true },
		{ "'2026-01-01T00:00:00.000Z'", "'2026-12-31T00:00:00.000Z'", "2026-06-01T00:00:00Z", true },
		{ "'2026-01-01T00:00:00.000Z'", "'2026-12-31T00:00:00.000Z'", "2025-06-01T00:00:00Z", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *a = arena_new();
		struct dir_entry r;
		struct err e = ERR_INIT;
		char text[2048];
		int64_t now;

		snprintf(text, sizeof(text), "{'serviceSpecificationUri':'urn:x','validFrom':%s,'validTo':%s,'serviceElements':[" TO "," IM "]}", cases[i].from,
			 cases[i].to);
		assert_ok(parse(text, a, &r, &e), e);
		assert_ok(clock_parse(span_of(cases[i].now), &now, &e), e);
		assert_int_equal(dir_entry_check(&r, now, &e), cases[i].valid ? 0 : ERR_TRUST);
		if (!cases[i].valid)
			assert_int_equal(e.reason, RSN_DIR_EXPIRED);
		arena_free(a);
	}
}

/* The published examples have no OSCI elements: they are read to the point where that shows. */
static void the_published_examples_are_understood(void **state)
{
	static const struct {
		const char *path, *says;
		enum err_code code;
	} files[] = {
		{ "../shared/dvdv/examples/ServiceDescription.json", "the answer is of none", ERR_TRUST },
		{ "../shared/dvdv/examples/ServiceDescription-mit-Custom.json", "OSCI_ADDRESSEE", ERR_MISSING },
	};
	const struct dir_question q = { .key = "ags:1", .service = "urn:dummy:1" };

	(void)state;
	need_shared("dvdv/examples/ServiceDescription.json");
	for (size_t i = 0; i < 2; i++) {
		struct arena *a = arena_new();
		struct dir_entry r;
		struct err e = ERR_INIT;
		struct buf b;

		buf_init(&b, 1 << 20);
		assert_ok(file_read(files[i].path, &b, &e), e);
		assert_int_equal(dir_entry_read(buf_view(&b), &q, a, &r, &e), files[i].code);
		assert_non_null(strstr(e.text, files[i].says));
		buf_fini(&b);
		arena_free(a);
	}
}

static void any_cut_of_an_entry_is_refused(void **state)
{
	const char *text = unquote(ENTRY(TO "," IM));
	size_t n = strlen(text);

	(void)state;
	for (size_t cut = 0; cut < n; cut++) {
		struct arena *a = arena_new();
		struct dir_entry r;
		struct err e = ERR_INIT;

		assert_int_equal(dir_entry_read((struct span){ text, cut }, &question, a, &r, &e), ERR_SYNTAX);
		assert_int_equal(e.reason, RSN_DIR_BAD_ANSWER);
		arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_usable_entry_is_reduced_to_what_a_delivery_needs),
		cmocka_unit_test(an_unusable_entry_is_refused_with_the_name_of_what_is_wrong),
		cmocka_unit_test(an_address_that_cannot_be_used_is_named),
		cmocka_unit_test(other_addresses_are_used_and_by_a_switch_those_of_this_machine),
		cmocka_unit_test(where_a_recipient_waits_is_told_if_it_is_an_address),
		cmocka_unit_test(an_entry_says_whose_it_is_or_has_to_be_asked_about),
		cmocka_unit_test(answers_that_must_be_signed_need_a_certificate_of_the_intermediary),
		cmocka_unit_test(an_entry_is_valid_from_and_to_its_instants),
		cmocka_unit_test(the_published_examples_are_understood),
		cmocka_unit_test(any_cut_of_an_entry_is_refused),
	};
	return cmocka_run_group_tests_name("gateway/dir/entry", tests, NULL, NULL);
}
