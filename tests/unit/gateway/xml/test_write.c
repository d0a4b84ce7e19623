/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/xml/write. */
#include "base/b64.h"
#include "base/mem.h"
#include "cm.h"
#include "h_xml.h"
#include "xml/escape.h"
#include "xml/write.h"

/* A writer into a buffer. */
struct page {
	struct buf out;
	struct sink *sink;
	struct xml_write *w;
};

static void page_open(struct page *p, size_t max)
{
	buf_init(&p->out, max);
	p->sink = sink_to_buf(&p->out);
	p->w = xml_write_new(p->sink);
}

static void page_free(struct page *p)
{
	xml_write_free(p->w);
	sink_close(p->sink);
	buf_fini(&p->out);
}

static void header(struct xml_write *w)
{
	xml_write_open(w, "soap:Header");
	xml_write_attr(w, "xsi:b", "2");
	xml_write_attr(w, "z", "<&>\"'\t\n\r");
	xml_write_ns(w, "xsi", "urn:a");
	xml_write_ns(w, "osci", "urn:z");
	xml_write_attr(w, "osci:a", "1");
	xml_write_attr(w, "a", "\xC3\xA4");
	xml_write_ns(w, "soap", "urn:soap"); /* in force already: left out */
	xml_write_str(w, "<&>\"'\t\n\r");
	xml_write_close(w);
}

static void writes_canonical_form(void **state)
{
	struct page p;
	struct err e = ERR_INIT;
	struct buf again;

	(void)state;
	page_open(&p, 1 << 16);
	xml_write_open(p.w, "soap:Envelope");
	xml_write_ns(p.w, "soap", "urn:soap");
	header(p.w);
	xml_write_open(p.w, "body");
	xml_write_ns(p.w, "", "urn:d");
	xml_write_open(p.w, "none");
	xml_write_ns(p.w, "", "");
	xml_write_open(p.w, "still");
	xml_write_ns(p.w, "", "");
	xml_write_close(p.w);
	xml_write_close(p.w);
	xml_write_element(p.w, "e", "");
	xml_write_close(p.w);
	xml_write_close(p.w);
	assert_ok(xml_write_end(p.w, &e), e);
	assert_string_equal(
		buf_str(&p.out),
		"<soap:Envelope xmlns:soap=\"urn:soap\"><soap:Header xmlns:osci=\"urn:z\" xmlns:xsi=\"urn:a\" "
		"a=\"\xC3\xA4\" "
		"z=\"&lt;&amp;>&quot;'&#x9;&#xA;&#xD;\" xsi:b=\"2\" "
		"osci:a=\"1\">&lt;&amp;&gt;\"'\t\n&#xD;</soap:Header>"
		"<body xmlns=\"urn:d\"><none xmlns=\"\"><still></still></none><e></e></body></soap:Envelope>");
	buf_init(&again, 1 << 16);
	assert_ok(h_c14n(buf_view(&p.out), XML_C14N_INCLUSIVE, "", 0, 0, &again, &e), e);
	assert_string_equal(buf_str(&again), buf_str(&p.out));
	buf_fini(&again);
	page_free(&p);
}

static void the_declaration_comes_first(void **state)
{
	struct page p;
	struct err e = ERR_INIT;

	(void)state;
	page_open(&p, 1 << 16);
	xml_write_declaration(p.w);
	xml_write_element(p.w, "a", "x");
	assert_ok(xml_write_end(p.w, &e), e);
	assert_string_equal(buf_str(&p.out), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>x</a>");
	page_free(&p);
}

static void streams_become_text_or_stay_as_they_are(void **state)
{
	struct page p;
	struct err e = ERR_INIT;

	(void)state;
	page_open(&p, 1 << 20);
	xml_write_open(p.w, "a");
	struct sink *b64 = sink_b64_encode(xml_write_text_sink(p.w), 0);

	assert_ok(sink_puts(b64, "ABC", &e), e);
	assert_ok(sink_finish(b64, &e), e);
	sink_close(b64);
	assert_ok(sink_puts(xml_write_text_sink(p.w), "<\xC3", &e), e);
	assert_ok(sink_puts(xml_write_text_sink(p.w), "\xA4>", &e), e);
	xml_write_raw(p.w, SPAN_LIT("<b></b>"));
	assert_ok(sink_puts(xml_write_raw_sink(p.w), "<c></c>", &e), e);
	sink_close(xml_write_text_sink(p.w));
	sink_close(xml_write_raw_sink(p.w));
	xml_write_close(p.w);
	assert_ok(xml_write_end(p.w, &e), e);
	assert_string_equal(buf_str(&p.out), "<a>QUJD&lt;\xC3\xA4&gt;<b></b><c></c></a>");
	page_free(&p);
}

static void long_text_goes_through_unchanged(void **state)
{
	struct page p;
	struct err e = ERR_INIT;
	static char text[100000];

	(void)state;
	memset(text, 'x', sizeof(text));
	page_open(&p, 1 << 20);
	xml_write_open(p.w, "a");
	xml_write_text(p.w, (struct span){ text, sizeof(text) });
	xml_write_close(p.w);
	assert_ok(xml_write_end(p.w, &e), e);
	assert_int_equal(p.out.n, sizeof(text) + 7);
	page_free(&p);
}

static void bad_prefix(struct xml_write *w)
{
	xml_write_element(w, "p:b", "");
}

static void bad_attr_prefix(struct xml_write *w)
{
	xml_write_attr(w, "p:b", "");
}

static void attr_twice(struct xml_write *w)
{
	xml_write_attr(w, "b", "1");
	xml_write_attr(w, "b", "2");
}

static void attr_twice_by_namespace(struct xml_write *w)
{
	xml_write_ns(w, "p", "urn:1");
	xml_write_ns(w, "q", "urn:1");
	xml_write_attr(w, "p:b", "1");
	xml_write_attr(w, "q:b", "2");
}

static void control_in_text(struct xml_write *w)
{
	xml_write_str(w, "x\x01y");
}

static void nul_in_text(struct xml_write *w)
{
	xml_write_text(w, (struct span){ "x\0y", 3 });
}

static void latin1_in_attr(struct xml_write *w)
{
	xml_write_attr(w, "b", "\xE4");
}

static void half_a_character_in_attr(struct xml_write *w)
{
	xml_write_attr(w, "b", "\xC3");
}

static void half_a_character_in_text(struct xml_write *w)
{
	xml_write_str(w, "\xC3");
}

static void surrogate_in_text(struct xml_write *w)
{
	xml_write_str(w, "\xED\xA0\x80");
}

static void what_could_not_be_read_back_is_refused(void **state)
{
	static void (*const bad[])(struct xml_write *) = {
		bad_prefix,
		bad_attr_prefix,
		attr_twice,
		attr_twice_by_namespace,
		control_in_text,
		nul_in_text,
		latin1_in_attr,
		half_a_character_in_attr,
		half_a_character_in_text,
		surrogate_in_text,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct page p;
		struct err e = ERR_INIT;

		page_open(&p, 1 << 16);
		xml_write_open(p.w, "a");
		bad[i](p.w);
		xml_write_close(p.w);
		xml_write_element(p.w, "never", "reached");
		if (xml_write_end(p.w, &e) != ERR_SYNTAX)
			fail_msg("case %zu is accepted: %s", i, buf_str(&p.out));
		assert_null(strstr(buf_str(&p.out), "never"));
		page_free(&p);
	}
}

static void an_open_element_is_an_error(void **state)
{
	struct page p;
	struct err e = ERR_INIT;

	(void)state;
	page_open(&p, 1 << 16);
	xml_write_open(p.w, "a");
	assert_int_equal(xml_write_end(p.w, &e), ERR_INTERNAL);
	page_free(&p);
}

static void the_first_error_of_the_sink_is_kept(void **state)
{
	struct page p;
	struct err e = ERR_INIT;
	static char text[20000];

	(void)state;
	memset(text, 'x', sizeof(text));
	page_open(&p, 10);
	xml_write_open(p.w, "a");
	assert_int_equal(sink_write(xml_write_text_sink(p.w), text, sizeof(text), &e), ERR_LIMIT);
	assert_int_equal(sink_write(xml_write_raw_sink(p.w), text, 1, &e), ERR_LIMIT);
	xml_write_close(p.w);
	assert_int_equal(xml_write_end(p.w, &e), ERR_LIMIT);
	page_free(&p);
}

static void each_special_byte_is_found_at_each_place(void **state)
{
	static const struct { enum xml_escape where; const char *special; } t[] = {
		{ XML_IN_TEXT, "&<>\r" }, { XML_IN_ATTR, "&<\"\t\n\r" }, { XML_IN_PI, "\r" }, { XML_IN_CDATA, "&<>\r" },
	};
	char text[25];

	(void)state;
	for (size_t k = 0; k < sizeof(t) / sizeof(t[0]); k++)
		for (unsigned c = 1; c < 256; c++)
			for (size_t at = 0; at < sizeof(text); at++) {
				memset(text, c % 2 == 0 ? 'a' : '=', sizeof(text));
				text[at] = (char)c;
				assert_int_equal(xml_escape_run((struct span){ text, sizeof(text) }, t[k].where),
						 strchr(t[k].special, (int)c) != NULL ? at : sizeof(text));
			}
}

static void escapes_into_a_buffer(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	xml_escape_attr(&b, SPAN_LIT("a<b>&\"\r\n\t"));
	assert_string_equal(buf_str(&b), "a&lt;b>&amp;&quot;&#xD;&#xA;&#x9;");
	buf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_canonical_form),
		cmocka_unit_test(the_declaration_comes_first),
		cmocka_unit_test(streams_become_text_or_stay_as_they_are),
		cmocka_unit_test(long_text_goes_through_unchanged),
		cmocka_unit_test(what_could_not_be_read_back_is_refused),
		cmocka_unit_test(an_open_element_is_an_error),
		cmocka_unit_test(the_first_error_of_the_sink_is_kept),
		cmocka_unit_test(each_special_byte_is_found_at_each_place),
		cmocka_unit_test(escapes_into_a_buffer),
	};
	return cmocka_run_group_tests_name("xml/write", tests, NULL, NULL);
}
