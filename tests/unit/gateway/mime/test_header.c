/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/mime/header. */
#include "cm.h"
#include "mime/header.h"

static int setup(void **state)
{
	*state = arena_new();
	return 0;
}

static int teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static const struct {
	const char *block, *name, *value;
} good_fields[] = {
	{ "MIME-Version: 1.0\r\n\r\n", "mime-version", "1.0" },
	{ "A:b\r\n", "A", "b" },
	{ "A:b", "a", "b" },
	{ "A: \t b \t \r\n\r\n", "A", "b" },
	{ "A:\r\n\r\n", "A", "" },
	{ "A: b\r\n c\r\n\td\r\nE: f\r\n\r\n", "A", "b c d" },
	{ "A: b\r\n c\r\nE: f\r\n\r\n", "E", "f" },
	{ "A:\r\n b\r\n", "A", "b" },
	{ "Content-ID: <anlage \xC3\xA4 & 1.pdf>\r\n", "Content-ID", "<anlage \xC3\xA4 & 1.pdf>" },
	{ "X: 1\r\nX: 2\r\n", "X", "1" },
	{ "a-b.c_d!#$%&'*+^`|~1: v", "A-B.C_D!#$%&'*+^`|~1", "v" },
	{ "\r\n", NULL, NULL },
	{ "", NULL, NULL },
};

static void reads_fields(void **state)
{
	for (size_t i = 0; i < sizeof(good_fields) / sizeof(good_fields[0]); i++) {
		struct err e = ERR_INIT;
		struct mime_head h;
		struct span v;

		assert_ok(mime_head_parse(span_of(good_fields[i].block), *state, &h, &e), e);
		if (good_fields[i].name == NULL) {
			assert_int_equal(h.n, 0);
			assert_false(mime_head_get(&h, "A", &v));
			continue;
		}
		assert_true(mime_head_get(&h, good_fields[i].name, &v));
		if (!span_is(v, good_fields[i].value))
			fail_msg("%s: got \"%.*s\"", good_fields[i].block, (int)v.n, v.p);
	}
}

static const struct {
	const char *block;
	size_t n; /* 0: strlen */
	enum err_code code;
	const char *text;
} bad_fields[] = {
	{ "A: b\nC: d\r\n", 0, ERR_SYNTAX, "bare LF" },
	{ "A: b\rC: d\r\n", 0, ERR_SYNTAX, "bare CR" },
	{ "A: b\r", 0, ERR_SYNTAX, "bare CR" },
	{ "A: b\0c\r\n", 9, ERR_SYNTAX, "NUL" },
	{ "A: b\x01\r\n", 0, ERR_SYNTAX, "control character" },
	{ "A: b\x1B[0m\r\n", 0, ERR_SYNTAX, "control character" },
	{ "A: \xFF\r\n", 0, ERR_SYNTAX, "not UTF-8" },
	{ "A: \xC0\xAF\r\n", 0, ERR_SYNTAX, "not UTF-8" },
	{ "no colon\r\n", 0, ERR_SYNTAX, "name: value" },
	{ "A : b\r\n", 0, ERR_SYNTAX, "name: value" },
	{ ": b\r\n", 0, ERR_SYNTAX, "name: value" },
	{ " A: b\r\n", 0, ERR_SYNTAX, "name: value" },
	{ "--boundary\r\n", 0, ERR_SYNTAX, "name: value" },
	{ "\xC3\xA4: b\r\n", 0, ERR_SYNTAX, "name: value" },
	{ "Content-ID: <a>\r\ncontent-id: <b>\r\n", 0, ERR_SYNTAX, "content-id twice" },
	{ "MIME-Version: 1.0\r\nMIME-Version: 1.0\r\n", 0, ERR_SYNTAX, "twice" },
	{ "A: b\r\n\r\nC: d\r\n", 0, ERR_SYNTAX, "behind the empty line" },
	{ "A:1\r\nA:2\r\nA:3\r\nA:4\r\nA:5\r\nA:6\r\nA:7\r\nA:8\r\nA:9\r\nA:10\r\nA:11\r\nA:12\r\nA:13\r\nA:14\r\nA:"
	  "15\r\n"
	  "A:16\r\nA:17\r\nA:18\r\nA:19\r\nA:20\r\nA:21\r\nA:22\r\nA:23\r\nA:24\r\nA:25\r\nA:26\r\nA:27\r\nA:28\r\nA:"
	  "29\r\n"
	  "A:30\r\nA:31\r\nA:32\r\nA:33\r\n",
	  0, ERR_LIMIT, "more than 32 fields" },
};

static void refuses_malformed_fields(void **state)
{
	for (size_t i = 0; i < sizeof(bad_fields) / sizeof(bad_fields[0]); i++) {
		struct span s = { bad_fields[i].block,
				  bad_fields[i].n > 0 ? bad_fields[i].n : strlen(bad_fields[i].block) };
		struct err e = ERR_INIT;
		struct mime_head h;

		if (mime_head_parse(s, *state, &h, &e) != (int)bad_fields[i].code ||
		    strstr(e.text, bad_fields[i].text) == NULL)
			fail_msg("%zu: %s", i, e.text);
	}
}

static const struct {
	const char *text, *main, *param, *value;
} good_values[] = {
	{ "text/xml", "text/xml", NULL, NULL },
	{ "text/xml;", "text/xml", NULL, NULL },
	{ "text/xml; charset=UTF-8", "text/xml", "CHARSET", "UTF-8" },
	{ "text/xml;charset=\"utf-8\"", "text/xml", "charset", "utf-8" },
	{ "text/xml ; charset = utf-8 ;", "text/xml", "charset", "utf-8" },
	{ "Multipart/Related; boundary=MIME_boundary_w4UWXa1/ylTvVX5GdYaICbrVIKM/8/i7; type=text/xml",
	  "Multipart/Related", "boundary", "MIME_boundary_w4UWXa1/ylTvVX5GdYaICbrVIKM/8/i7" },
	{ "Multipart/Related; boundary=a/b+c==; type=text/xml", "Multipart/Related", "type", "text/xml" },
	{ "multipart/related;boundary=\"a;b=c\";start=\"<osci@message>\"", "multipart/related", "start",
	  "<osci@message>" },
	{ "form-data; name=\"a\"; filename=\"C:\\dir\\x.pdf\"", "form-data", "filename", "C:\\dir\\x.pdf" },
	{ "form-data; name=\"a\"; filename=\"a\\\"b\\\\c\"", "form-data", "filename", "a\"b\\c" },
	{ "form-data; name=\"\"", "form-data", "name", "" },
	{ "form-data; name=\"\xC3\xA4\"", "form-data", "name", "\xC3\xA4" },
	{ "", "", NULL, NULL },
};

static void reads_values_with_parameters(void **state)
{
	for (size_t i = 0; i < sizeof(good_values) / sizeof(good_values[0]); i++) {
		struct err e = ERR_INIT;
		struct mime_value v;
		struct span p;

		assert_ok(mime_value_parse(span_of(good_values[i].text), *state, &v, &e), e);
		assert_true(span_is(v.main, good_values[i].main));
		if (good_values[i].param == NULL) {
			assert_int_equal(v.n, 0);
			continue;
		}
		assert_true(mime_param_get(&v, good_values[i].param, &p));
		if (!span_is(p, good_values[i].value))
			fail_msg("%s: got \"%.*s\"", good_values[i].text, (int)p.n, p.p);
	}
}

static const struct {
	const char *text;
	enum err_code code;
	const char *want;
} bad_values[] = {
	{ "text/xml; charset", ERR_SYNTAX, "name=value" },
	{ "text/xml; charset=", ERR_SYNTAX, "without a value" },
	{ "text/xml; =x", ERR_SYNTAX, "name=value" },
	{ "text/xml; a=\"b", ERR_SYNTAX, "closing quote" },
	{ "text/xml; a=\"b\\\"", ERR_SYNTAX, "closing quote" },
	{ "text/xml; a=\"b\"c", ERR_SYNTAX, "behind its value" },
	{ "text/xml; a=b c", ERR_SYNTAX, "behind its value" },
	{ "text/xml; a=b\"c\"", ERR_SYNTAX, "behind its value" },
	{ "text/xml; a=1; A=2", ERR_SYNTAX, "twice" },
	{ "text/xml; a=\xC3\xA4", ERR_SYNTAX, "without a value" },
	{ "text/xml;;", ERR_SYNTAX, "name=value" },
	{ "text xml", ERR_SYNTAX, "malformed" },
	{ "text/xml, text/html", ERR_SYNTAX, "malformed" },
	{ "a;a=1;b=1;c=1;d=1;e=1;f=1;g=1;h=1;i=1;j=1;k=1;l=1;m=1;n=1;o=1;p=1;q=1", ERR_LIMIT, "more than 16" },
};

static void refuses_malformed_values(void **state)
{
	for (size_t i = 0; i < sizeof(bad_values) / sizeof(bad_values[0]); i++) {
		struct err e = ERR_INIT;
		struct mime_value v;

		if (mime_value_parse(span_of(bad_values[i].text), *state, &v, &e) != (int)bad_values[i].code ||
		    strstr(e.text, bad_values[i].want) == NULL)
			fail_msg("%s: %s", bad_values[i].text, e.text);
	}
}

static void every_beginning_of_a_header_is_read_or_refused(void **state)
{
	static const char block[] =
		"Content-Type: Multipart/Related; boundary=\"a\\\"/b\"; type=text/xml\r\n x\r\n"
		"Content-ID: <\xC3\xA4>\r\nContent-Length: 12\r\nContent-Transfer-Encoding: base64\r\n\r\n";

	for (size_t n = 0; n < sizeof(block); n++) {
		/* memory of exactly that size: reading beyond it is seen by the sanitizer */
		char *copy = malloc(n == 0 ? 1 : n);
		struct err e = ERR_INIT;
		struct mime_part p;

		assert_non_null(copy);
		memcpy(copy, block, n);
		int rc = mime_part_parse((struct span){ copy, n }, *state, &p, &e);

		assert_true(rc == 0 || e.text[0] != '\0');
		free(copy);
	}
}

static void reads_what_a_part_says(void **state)
{
	struct err e = ERR_INIT;
	struct mime_part p;

	assert_ok(mime_part_parse(
			  SPAN_LIT("content-type: TEXT/xml; charset=utf-8\r\ncontent-transfer-encoding: BASE64\r\n"
				   "content-id: <osci@message>\r\ncontent-length: 42\r\n\r\n"),
			  *state, &p, &e),
		  e);
	assert_true(mime_type_is(&p, "text/xml"));
	assert_int_equal(p.encoding, MIME_BASE64);
	assert_true(span_is(p.id, "osci@message"));
	assert_true(p.has_length);
	assert_int_equal(p.length, 42);
	assert_ok(mime_part_parse(SPAN_LIT("Content-ID: no-brackets\r\nContent-Transfer-Encoding: 8-bit\r\n"), *state,
				  &p, &e),
		  e);
	assert_true(span_is(p.id, "no-brackets"));
	assert_int_equal(p.encoding, MIME_8BIT);
	assert_false(p.has_length);
	assert_ok(mime_part_parse(SPAN_EMPTY, *state, &p, &e), e);
	assert_int_equal(p.encoding, MIME_7BIT);
	assert_int_equal(p.id.n, 0);
	assert_false(mime_type_is(&p, "text/xml"));
}

static void refuses_parts_it_could_misread(void **state)
{
	static const struct {
		const char *block;
		enum err_code code;
	} bad[] = {
		{ "Content-Transfer-Encoding: quoted-printable", ERR_UNSUPPORTED },
		{ "Content-Transfer-Encoding: x-uuencode", ERR_UNSUPPORTED },
		{ "Content-Transfer-Encoding: base64, base64", ERR_UNSUPPORTED },
		{ "Content-Transfer-Encoding:", ERR_UNSUPPORTED },
		{ "Content-ID: <a", ERR_SYNTAX },
		{ "Content-ID: a>", ERR_SYNTAX },
		{ "Content-ID: <>", ERR_SYNTAX },
		{ "Content-ID: <", ERR_SYNTAX },
		{ "Content-ID:", ERR_SYNTAX },
		{ "Content-ID: <CID:a>", ERR_SYNTAX },
		{ "MIME-Version: 1.1", ERR_SYNTAX },
		{ "MIME-Version: 1.0 (made by (something) old)", ERR_OK },
		{ "MIME-Version: (a) 1.0", ERR_OK },
		{ "MIME-Version: 1.0 (open", ERR_SYNTAX },
		{ "MIME-Version: 1.0 x", ERR_SYNTAX },
		{ "Content-Length: -1", ERR_SYNTAX },
		{ "Content-Length: 18446744073709551616", ERR_SYNTAX },
		{ "Content-ID: <a<b>", ERR_SYNTAX },
		{ "Content-ID: <a>b>", ERR_SYNTAX },
		{ "Content-ID: <a\tb>", ERR_SYNTAX },
		{ "Content-ID: <a\x7F>", ERR_SYNTAX },
		{ "Content-Disposition: form-data; name=\"a", ERR_SYNTAX },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err e = ERR_INIT;
		struct mime_part p;

		if (mime_part_parse(span_of(bad[i].block), *state, &p, &e) != (int)bad[i].code)
			fail_msg("%s: %s", bad[i].block, e.text);
	}
}

static void a_malformed_type_is_no_type_and_no_error(void **state)
{
	static const char *const bad[] = {
		"Content-Type: a b", "Content-Type: application/pdf; name=Antrag 1.pdf", "Content-Type: text/plain; charset=",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err e = ERR_INIT;
		struct mime_part p;

		assert_ok(mime_part_parse(span_of(bad[i]), *state, &p, &e), e);
		assert_true(p.type_is_bad);
		assert_int_equal(p.type.main.n + p.type.n, 0);
	}
}

static void checks_boundaries(void **state)
{
	static const char seventy[] = "0123456789012345678901234567890123456789012345678901234567890123456789";
	static const struct {
		const char *value;
		bool good;
	} cases[] = {
		{ "a", true },         { "\"a b'()+_,-./:=?\"", true },
		{ "\"\"", false },     { "\"a \"", false },
		{ "\"a\"", true },     { "\"a@b\"", false },
		{ "\"a\tb\"", false }, { seventy, true },
	};
	char text[200];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err e = ERR_INIT;
		struct mime_value v;
		struct span b;

		snprintf(text, sizeof(text), "multipart/mixed; boundary=%s", cases[i].value);
		assert_ok(mime_value_parse(span_of(text), *state, &v, &e), e);
		assert_int_equal(mime_boundary(&v, &b, &e) == 0, cases[i].good);
	}
	struct err e = ERR_INIT;
	struct mime_value v;
	struct span b;

	snprintf(text, sizeof(text), "multipart/mixed; boundary=%s1", seventy);
	assert_ok(mime_value_parse(span_of(text), *state, &v, &e), e);
	assert_int_equal(mime_boundary(&v, &b, &e), ERR_SYNTAX);
	assert_ok(mime_value_parse(SPAN_LIT("multipart/mixed"), *state, &v, &e), e);
	assert_int_equal(mime_boundary(&v, &b, &e), ERR_SYNTAX);
}

static void references_and_ids_meet_after_decoding_once(void **state)
{
	static const struct {
		const char *reference, *id;
		bool same;
	} cases[] = {
		{ "cid:a", "a", true },
		{ "CID:a", "a", true },
		{ "a", "a", true },
		{ "cid:a%20b", "a b", true },
		{ "cid:a b", "a b", true },
		{ "cid:a b", "a%20b", true },
		{ "cid:a%2520b", "a b", false },
		{ "cid:100%", "100%", true },
		{ "cid:%zz", "%zz", true },
		{ "cid:%C3%A4", "\xC3\xA4", true },
		{ "cid:a", "A", false },
		{ "cid:a", "ab", false },
		{ "cid:ab", "a", false },
		{ "cid:", "", true },
		{ "cid:%4", "%4", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf a, b;

		assert_int_equal(mime_cid_is(span_of(cases[i].reference), span_of(cases[i].id)), cases[i].same);
		buf_init(&a, 100);
		buf_init(&b, 100);
		mime_cid_key(&a, span_of(cases[i].reference));
		mime_cid_key(&b, span_of(cases[i].id));
		assert_int_equal(span_eq(buf_view(&a), buf_view(&b)), cases[i].same);
		buf_fini(&a);
		buf_fini(&b);
	}
}

static void reads_form_fields(void **state)
{
	static const struct {
		const char *block, *name, *filename;
	} good[] = {
		{ "Content-Disposition: form-data; name=\"a\"", "a", NULL },
		{ "Content-Disposition: form-data; name=\"a\"; filename=\"\"", "a", "" },
		{ "Content-Disposition: Form-Data; name=a; filename=b.pdf", "a", "b.pdf" },
		{ "Content-Disposition: form-data; name=\"a%22b%0D%0A%41%\"; filename=\"x%22y 100%.pdf\"",
		  "a\"b\r\n%41%", "x\"y 100%.pdf" },
	};
	static const char *const bad[] = { "X: y", "Content-Disposition: attachment; name=a",
					   "Content-Disposition: form-data",
					   "Content-Disposition: form-data; filename=a" };
	struct mime_part p;
	struct mime_form f;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct err e = ERR_INIT;

		assert_ok(mime_part_parse(span_of(good[i].block), *state, &p, &e), e);
		assert_ok(mime_form_parse(&p, *state, &f, &e), e);
		assert_true(span_is(f.name, good[i].name));
		assert_int_equal(f.is_file, good[i].filename != NULL);
		assert_true(span_is(f.filename, good[i].filename == NULL ? "" : good[i].filename));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err e = ERR_INIT;

		assert_ok(mime_part_parse(span_of(bad[i]), *state, &p, &e), e);
		assert_int_equal(mime_form_parse(&p, *state, &f, &e), ERR_SYNTAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_fields),
		cmocka_unit_test(refuses_malformed_fields),
		cmocka_unit_test(reads_values_with_parameters),
		cmocka_unit_test(refuses_malformed_values),
		cmocka_unit_test(every_beginning_of_a_header_is_read_or_refused),
		cmocka_unit_test(reads_what_a_part_says),
		cmocka_unit_test(refuses_parts_it_could_misread),
		cmocka_unit_test(a_malformed_type_is_no_type_and_no_error),
		cmocka_unit_test(checks_boundaries),
		cmocka_unit_test(references_and_ids_meet_after_decoding_once),
		cmocka_unit_test(reads_form_fields),
	};
	return cmocka_run_group_tests_name("mime/header", tests, setup, teardown);
}
