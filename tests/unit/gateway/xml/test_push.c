/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/xml/push. */
#include <sys/resource.h>
#include <time.h>

#include "base/mem.h"
#include "cm.h"
#include "h_xml.h"

static const struct {
	const char *doc, *want;
} good[] = {
	{ "<a/>", "<a></a>" },
	{ "<a></a>", "<a></a>" },
	{ "<?xml version=\"1.0\"?><a/>", "<a></a>" },
	{ "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n<a/>\n", "<a></a>" },
	{ "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n\r\n<a/>", "<a></a>" },
	{ "<?xml version=\"1.0\" encoding=\"us-ascii\"?><a>x</a>", "<a>x</a>" },
	{ "\xEF\xBB\xBF<?xml version=\"1.0\"?><a/>", "<a></a>" },
	{ "\xEF\xBB\xBF<a/>", "<a></a>" },
	{ " \n<a/>", "<a></a>" },
	{ "<a b='1' c=\"2\"/>", "<a b=[1] c=[2]></a>" },
	{ "<a b='>' c='/>' d='&gt;='/>", "<a b=[>] c=[/>] d=[>=]></a>" },
	{ "<a b=' x\ty\nz\r\nw&#10;&#9;&#13; '/>", "<a b=[ x y z w\n\t\r ]></a>" },
	{ "<a b='&amp;&lt;&quot;&apos;&#65;&#x41;'/>", "<a b=[&<\"'AA]></a>" },
	{ "<a>&amp;&lt;&gt;&quot;&apos;&#65;&#x20AC;&#x1F600;</a>", "<a>&<>\"'A\xE2\x82\xAC\xF0\x9F\x98\x80</a>" },
	{ "<a>x<![CDATA[<b>&amp;] ]>]]>y</a>", "<a>x<b>&amp;] ]>y</a>" },
	{ "<a><![CDATA[]]><![CDATA[]]]]><![CDATA[>]]><b/><![CDATA[&lt;]>]]]]></a>", "<a>]]><b></b>&lt;]>]]</a>" },
	{ "<a b='/'><![CDATA[ ]]></a>", "<a b=[/]> </a>" },
	{ "<a>1\r\n2\r3\n4\r\r\n5</a>", "<a>1\n2\n3\n4\n\n5</a>" },
	{ "<a><![CDATA[1\r\n2\r3\n4\r\r\n5\r]]></a>", "<a>1\n2\n3\n4\n\n5\n</a>" },
	{ "<a>x<!-- <b> & - > -->y</a><!-- z -->", "<a>xy</a>" },
	{ "<?p?><a>x<?p q ?>y<?r?></a><?s?>", "<a>x<?p|q ?>y<?r|?></a>" },
	{ "<p:a xmlns:p='urn:p' xmlns='urn:d' p:b='' c=''><d/></p:a>",
	  "<p:a{urn:p} #p=urn:p #=urn:d p:b{urn:p}=[] c=[]><d{urn:d}></d{urn:d}></p:a{urn:p}>" },
	{ "<a xmlns='urn:d'><b xmlns=''/></a>", "<a{urn:d} #=urn:d><b #=></b></a{urn:d}>" },
	{ "<a xml:lang='de'/>", "<a xml:lang{http://www.w3.org/XML/1998/namespace}=[de]></a>" },
	{ "<\xC3\xA4 \xC3\xB6='\xC3\xBC'>\xC3\x9F\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBD</\xC3\xA4>",
	  "<\xC3\xA4 \xC3\xB6=[\xC3\xBC]>\xC3\x9F\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBD</\xC3\xA4>" },
	{ "<a xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:schemaLocation='http://192.0.2.1/ "
	  "http://192.0.2.1/x'/>",
	  NULL },
	{ "<?xml-stylesheet href='http://192.0.2.1/x'?><a><xi:include xmlns:xi='http://www.w3.org/2001/XInclude' "
	  "href='file:///etc/passwd'/></a>",
	  NULL },
};

static void gives_the_same_events_however_the_input_is_cut(void **state)
{
	const struct xml_limits limits = XML_LIMITS_DEFAULT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct span doc = span_of(good[i].doc);
		struct buf whole, cut;
		struct err e = ERR_INIT;

		buf_init(&whole, 1 << 16);
		buf_init(&cut, 1 << 16);
		if (h_events(doc, &limits, 0, &whole, &e) != 0)
			fail_msg("%s: %s", doc.p, e.text);
		if (good[i].want != NULL)
			assert_string_equal(buf_str(&whole), good[i].want);
		for (size_t step = 1; step < doc.n; step++) {
			buf_reset(&cut);
			if (h_events(doc, &limits, step, &cut, &e) != 0)
				fail_msg("%s, step %zu: %s", doc.p, step, e.text);
			assert_string_equal(buf_str(&cut), buf_str(&whole));
		}
		for (size_t at = 0; at <= doc.n; at++) {
			buf_reset(&cut);
			assert_ok(h_events_cut(doc, &limits, at, &cut, &e), e);
			assert_string_equal(buf_str(&cut), buf_str(&whole));
		}
		buf_fini(&whole);
		buf_fini(&cut);
	}
}

static const struct {
	const char *doc;
	size_t n; /* 0: strlen */
	const char *text;
} bad[] = {
	{ "", 0, "" },
	{ "x", 0, "" },
	{ "<a>", 0, "" },
	{ "<a>x", 0, "/a: the document ends within this element" },
	{ "<a", 0, "" },
	{ "<a></b>", 0, "/a: " },
	{ "<a/><b/>", 0, "" },
	{ "<a/>x", 0, "" },
	{ "<a b/>", 0, "" },
	{ "<a b=c/>", 0, "" },
	{ "<a b='1' b='2'/>", 0, "redefined" },
	{ "<a xmlns:p='urn:1' xmlns:q='urn:1' p:b='' q:b=''/>", 0, "redefined" },
	{ "<a xmlns:p='urn:1' xmlns:p='urn:2'/>", 0, "redefined" },
	{ "<a b='<'/>", 0, "" },
	{ "<a>]]></a>", 0, "]]>" },
	{ "<p:a/>", 0, "not defined" },
	{ "<a p:b=''/>", 0, "not defined" },
	{ "<a:b:c xmlns:a='urn:a'/>", 0, "" },
	{ "<a xmlns:p=''/>", 0, "" },
	{ "<a xmlns:xml='urn:x'/>", 0, "" },
	{ "<a xmlns:xmlns='urn:x'/>", 0, "" },
	{ "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", 0, "" },
	{ "<1/>", 0, "" },
	{ "< a/>", 0, "" },
	/* document types and entities */
	{ "<!DOCTYPE a><a/>", 0, "DOCTYPE" },
	{ "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", 0, "DOCTYPE" },
	{ "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", 0, "DOCTYPE" },
	{ "<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://192.0.2.1/x'>%x;]><a/>", 0, "DOCTYPE" },
	{ "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]><a>&c;</a>", 0,
	  "DOCTYPE" },
	{ "<!DOCTYPE a [<!ATTLIST a Id ID #IMPLIED x CDATA 'default'>]><a/>", 0, "DOCTYPE" },
	{ "<?xml version='1.0'?>   <!-- x --> <!DOCTYPE a><a/>", 0, "DOCTYPE" },
	{ "<a><!DOCTYPE a></a>", 0, "DOCTYPE" },
	{ "<!doctype a><a/>", 0, "DOCTYPE" },
	{ "<a>&x;</a>", 0, "not defined" },
	{ "<a b='&x;'/>", 0, "not defined" },
	{ "<a>&#0;</a>", 0, "" },
	{ "<a>&#1;</a>", 0, "" },
	{ "<a>&#xD800;</a>", 0, "" },
	{ "<a>&#xFFFE;</a>", 0, "" },
	{ "<a>&#x110000;</a>", 0, "" },
	{ "<a>&#xZ;</a>", 0, "" },
	{ "<a>& b;</a>", 0, "reference" },
	{ "<a>&b c;</a>", 0, "reference" },
	{ "<a>&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0, "reference" },
	{ "<a>&amp</a>", 0, "reference" },
	{ "<a b='&amp'/>", 0, "" },
	/* encodings and versions */
	{ "<?xml version='1.1'?><a/>", 0, "version" },
	{ "<?xml encoding='UTF-8'?><a/>", 0, "version" },
	{ "<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE4</a>", 0, "encoding is not UTF-8 but ISO-8859-1" },
	{ "<?xml version='1.0' encoding='UTF-16'?><a/>", 0, "encoding" },
	{ "<?xml version='1.0' encoding='UTF-7'?><a>+ADw-</a>", 0, "encoding" },
	{ "<?xml version='1.0'\n encoding = \"EBCDIC-CP-US\" ?><a/>", 0, "encoding" },
	{ "\xFF\xFE<\0a\0/\0>\0", 10, "byte 0xFF" },
	{ "\xFE\xFF\0<\0a\0/\0>", 10, "byte 0xFE" },
	{ "<\0a\0/\0>\0", 8, "byte 0x00" },
	{ "\0<\0a\0/\0>", 8, "byte 0x00" },
	{ "\x4C\x6F\xA7\x94\x93", 5, "byte 0xA7" },
	{ "<a>\xE4</a>", 0, "byte 0x3C" },
	{ "<a>\xC0\x80</a>", 0, "byte 0xC0" },
	{ "<a>\xC0\xBC/a>", 0, "byte 0xC0" },
	{ "<a>\xE0\x80\xBC</a>", 0, "byte 0xBC" },
	{ "<a>\xED\xA0\x80</a>", 0, "byte 0x80" },
	{ "<a>\xEF\xBF\xBE</a>", 0, "byte 0xBE" },
	{ "<a>\xEF\xBF\xBF</a>", 0, "byte 0xBF" },
	{ "<a>\xF4\x90\x80\x80</a>", 0, "byte 0x80" },
	{ "<a>\xF5\x80\x80\x80</a>", 0, "byte 0xF5" },
	{ "<a>\x80</a>", 0, "byte 0x80" },
	{ "<a>x\x01</a>", 0, "byte 0x01" },
	{ "<a>x\0y</a>", 10, "byte 0x00" },
	{ "<a b='\x1F'/>", 0, "byte 0x1F" },
	{ "<a>\xC3", 0, "within a character" },
	/* comments and instructions */
	{ "<a><!-- -- --></a>", 0, "" },
	{ "<a><!- x --></a>", 0, "" },
	{ "<a><!-- x</a>", 0, "" },
	{ "<a><?xml version='1.0'?></a>", 0, "" },
	{ " <?xml version='1.0'?><a/>", 0, "" },
	{ "<a><?p</a>", 0, "" },
	{ "<a><![CDATA[x</a>", 0, "" },
	{ "<a><![cdata[x]]></a>", 0, "" },
	{ "<![CDATA[x]]><a/>", 0, "no CDATA of an element" },
	{ "<![CDATA[]]><a/>", 0, "no CDATA of an element" },
	{ "<a/><![CDATA[ ]]>", 0, "no CDATA of an element" },
	{ "<a></a><![CDATA[ ]]>", 0, "no CDATA of an element" },
	{ "<a b='/'/><![CDATA[ ]]>", 0, "no CDATA of an element" },
	{ "<a><![CDATA x]]></a>", 0, "no CDATA of an element" },
	{ "<a><![IGNORE[x]]></a>", 0, "no CDATA of an element" },
	{ "<a><![CDATA[x]] ></a>", 0, "/a: the document ends" },
	{ "<a><![CDATA[&x", 0, "/a: the document ends" },
};

static void refuses_what_is_malformed_or_dangerous_however_it_is_cut(void **state)
{
	const struct xml_limits limits = XML_LIMITS_DEFAULT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct span doc = { bad[i].doc, bad[i].n > 0 ? bad[i].n : strlen(bad[i].doc) };
		struct buf out;

		buf_init(&out, 1 << 16);
		for (size_t step = 0; step <= doc.n; step++) {
			struct err e = ERR_INIT;

			buf_reset(&out);
			if (h_events(doc, &limits, step, &out, &e) != ERR_SYNTAX || strstr(e.text, bad[i].text) == NULL)
				fail_msg("%zu: %s, step %zu: %s", i, doc.p, step, e.text);
		}
		buf_fini(&out);
	}
}

static void every_beginning_of_a_document_is_refused(void **state)
{
	const struct xml_limits limits = XML_LIMITS_DEFAULT;
	struct span doc = SPAN_LIT(
		"<?xml version='1.0'?><p:a xmlns:p='urn:p' b='&amp;\xC3\xA4'>x<![CDATA[y]]>&#65;<!-- c --><d/></p:a>");

	(void)state;
	for (size_t n = 0; n < doc.n; n++) {
		struct err e = ERR_INIT;
		struct buf out;

		buf_init(&out, 1 << 16);
		assert_int_equal(h_events((struct span){ doc.p, n }, &limits, 0, &out, &e), ERR_SYNTAX);
		buf_fini(&out);
	}
}

/* Writes head, then n times item (# in it is the number), then tail. */
static struct span repeat(const char *head, const char *item, unsigned n, const char *tail, struct buf *b)
{
	buf_init(b, (size_t)1 << 28);
	buf_puts(b, head);
	for (unsigned i = 0; i < n; i++)
		for (const char *c = item; *c != '\0'; c++)
			if (*c == '#')
				buf_printf(b, "%u", i);
			else
				buf_putc(b, *c);
	buf_puts(b, tail);
	return buf_view(b);
}

/* Each costs libxml2 alone seconds or gigabytes; here the counters end it at once. */
static void expensive_documents_are_refused_at_once(void **state)
{
	static const struct {
		const char *head, *item;
		unsigned n;
		const char *tail, *text;
	} cases[] = {
		{ "<a", " b#=''", 50000, "/>", "tag with more than 128 attributes" },
		{ "<a", " xmlns:b#='urn:#'", 50000, "/>", "tag with more than 128 attributes" },
		{ "<a", " b#=''", 65, "/>", "more than 64 attributes" },
		{ "<a", " xmlns:b#='urn:#'", 65, "/>", "more than 64 namespace declarations" },
		{ "", "<a>", 65, "", "more than 64 elements within each other" },
		{ "", "<a>", 100000, "", "more than 64 elements within each other" },
		{ "<a b='", "xxxxxxxx", 1500000, "'/>", "tag longer than 65536 bytes" },
		{ "<", "xxxxxxxx", 1500000, "/>", "tag longer than 65536 bytes" },
		{ "<", "xxxxxxxx", 65, "/>", "more than 512 bytes in a name" },
		{ "<a ", "xxxxxxxx", 65, "=''/>", "more than 512 bytes in a name" },
		{ "<a xmlns='urn:", "xxxxxxxx", 65, "'/>", "more than 512 bytes in a name" },
		{ "<a><!--", "xxxxxxxx", 1500000, "--></a>", "more than 65536 bytes of comments" },
		{ "<a>", "<!---->", 50000, "</a>", "more than 65536 bytes of comments" },
		{ "<a><?p ", "xxxxxxxx", 1500000, "?></a>", "more than 65536 bytes of comments" },
		{ "<a>", "<b#/>", 200000, "</a>", "bytes of different names" },
		{ "<a>", "xxxxxxxx", 3000000, "</a>", "document longer than 16777216 bytes" },
		{ "<?xml version='1.0'", "        ", 100, "?><a/>", "XML declaration longer" },
	};
	struct xml_limits limits = XML_LIMITS_DEFAULT;

	(void)state;
	limits.bytes = 1 << 24;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		static const struct xml_events none;
		struct err e = ERR_INIT;
		struct buf b;
		struct span doc = repeat(cases[i].head, cases[i].item, cases[i].n, cases[i].tail, &b);
		struct xml_push *p = xml_push_new(&limits, &none, NULL);
		clock_t from = clock();

		if (xml_push_span(p, doc, &e) != ERR_LIMIT || strstr(e.text, cases[i].text) == NULL)
			fail_msg("%zu: %s", i, e.text);
		/* generous: sanitizers slow this down */
		assert_true(clock() - from < CLOCKS_PER_SEC);
		xml_push_free(p);
		buf_fini(&b);
	}
}

static void without_room_for_comments_they_are_refused(void **state)
{
	static const char *const docs[] = { "<a><!-- x --></a>", "<a><?p?></a>", "<?p?><a/>", "<a/><!---->" };
	struct xml_limits limits = XML_LIMITS_DEFAULT;

	(void)state;
	limits.skipped = 0;
	for (size_t i = 0; i < ARRAY_LEN(docs); i++) {
		struct err e = ERR_INIT;
		struct buf out;

		buf_init(&out, 1000);
		assert_int_equal(h_events(span_of(docs[i]), &limits, 0, &out, &e), ERR_SYNTAX);
		assert_non_null(strstr(e.text, "not allowed"));
		buf_fini(&out);
	}
}

static void instructions_are_refused_by_readers_that_do_not_take_them(void **state)
{
	const struct xml_limits limits = XML_LIMITS_DEFAULT;
	static const struct xml_events none;
	struct xml_push *p = xml_push_new(&limits, &none, NULL);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(xml_push_span(p, SPAN_LIT("<?o?>\n<a><b/>x<?p?></a>"), &e), ERR_SYNTAX);
	assert_non_null(strstr(e.text, "/a: processing instruction"));
	xml_push_free(p);
}

static void errors_name_the_place(void **state)
{
	const struct xml_limits limits = XML_LIMITS_DEFAULT;
	struct err e = ERR_INIT;
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	h_events(SPAN_LIT("<s:a xmlns:s='urn:s'>\n <s:b>\n  <c>&x;</c></s:b></s:a>"), &limits, 0, &out, &e);
	assert_non_null(strstr(e.text, "/s:a/s:b/c: "));
	assert_true(span_starts(span_of(e.text), "3:"));
	buf_fini(&out);
}

struct stop {
	int left;
	struct xml_push *push;
	char path[64];
};

static int count_down(struct stop *s, struct err *e)
{
	snprintf(s->path, sizeof(s->path), "%s", xml_push_path(s->push));
	return --s->left < 0 ? err_set(e, ERR_DENIED, "enough") : 0;
}

static int stop_start(void *ctx, const struct xml_start *s, struct err *e)
{
	(void)s;
	return count_down(ctx, e);
}

static int stop_text(void *ctx, struct span text, struct err *e)
{
	(void)text;
	return count_down(ctx, e);
}

static int stop_end(void *ctx, const struct xml_name *name, struct err *e)
{
	(void)name;
	return count_down(ctx, e);
}

static int stop_pi(void *ctx, struct span target, struct span data, struct err *e)
{
	(void)target;
	(void)data;
	return count_down(ctx, e);
}

static void an_error_of_any_event_ends_the_parsing_for_good(void **state)
{
	static const char doc[] = "<a>x<b c='&amp;'>\xC3\xA4&lt;y</b><?p?><![CDATA[z\r\n]]></a>";
	static const struct xml_events ev = { stop_start, stop_text, stop_end };
	const struct xml_limits limits = XML_LIMITS_DEFAULT;

	(void)state;
	for (int n = 0;; n++) {
		struct stop s = { .left = n };
		struct err e = ERR_INIT;
		struct xml_push *p = xml_push_new(&limits, &ev, &s);

		s.push = p;
		xml_push_take_pi(p, stop_pi);
		int rc = xml_push_span(p, SPAN_LIT("<a>x<b c='&amp;'>\xC3\xA4&lt;y</b><?p?><![CDATA[z\r\n]]></a>"), &e);

		if (rc == 0) {
			assert_true(n > 8);
			xml_push_free(p);
			break;
		}
		assert_int_equal(rc, ERR_DENIED);
		assert_int_equal(s.left, -1);
		assert_non_null(strstr(e.text, ": enough"));
		e = (struct err)ERR_INIT;
		assert_int_equal(xml_push_feed(p, doc, sizeof(doc) - 1, &e), ERR_DENIED);
		assert_int_equal(xml_push_end(p, &e), ERR_DENIED);
		assert_int_equal(s.left, -1);
		xml_push_free(p);
	}
}

static void the_path_is_that_of_the_event(void **state)
{
	static const struct xml_events ev = { stop_start, stop_text, stop_end };
	static const struct {
		int left;
		const char *path;
	} cases[] = { { 0, "/a" }, { 1, "/a/p:b" }, { 2, "/a/p:b" }, { 3, "/a/p:b" }, { 4, "/a/c" }, { 6, "/a" } };
	const struct xml_limits limits = XML_LIMITS_DEFAULT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct stop s = { .left = cases[i].left };
		struct err e = ERR_INIT;
		struct xml_push *p = xml_push_new(&limits, &ev, &s);

		s.push = p;
		assert_int_equal(xml_push_span(p, SPAN_LIT("<a><p:b xmlns:p='urn:p'>x</p:b><c/></a>"), &e), ERR_DENIED);
		assert_string_equal(s.path, cases[i].path);
		xml_push_free(p);
	}
}

struct tally {
	uint64_t text;
	size_t largest;
};

static int tally_text(void *ctx, struct span text, struct err *e)
{
	struct tally *t = ctx;

	(void)e;
	t->text += text.n;
	if (text.n > t->largest)
		t->largest = text.n;
	return 0;
}

/* 50 MB of base64 in one text node: as one line, in lines of 76, and as CDATA. */
static void memory_does_not_grow_with_a_text(void **state)
{
	static const struct xml_events ev = { NULL, tally_text, NULL };
	static char chunk[77 * 1024];
	static const struct {
		const char *head, *tail;
		unsigned width;
	} cases[] = { { "<a>", "</a>", 0 }, { "<a>", "</a>", 76 }, { "<a><![CDATA[", "]]></a>", 76 } };
	struct xml_limits limits = XML_LIMITS_DEFAULT;

	(void)state;
	limits.bytes = 1 << 28;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct tally t = { 0, 0 };
		struct xml_push *p = xml_push_new(&limits, &ev, &t);
		struct rusage before, after;
		struct err e = ERR_INIT;
		int rounds = 650;

		for (size_t k = 0; k < sizeof(chunk); k++)
			chunk[k] = cases[i].width > 0 && k % 77 == 76 ? '\n' : 'A';
		assert_ok(xml_push_feed(p, cases[i].head, strlen(cases[i].head), &e), e);
		getrusage(RUSAGE_SELF, &before);
		for (int k = 0; k < rounds; k++)
			assert_ok(xml_push_feed(p, chunk, sizeof(chunk), &e), e);
		getrusage(RUSAGE_SELF, &after);
		assert_ok(xml_push_feed(p, cases[i].tail, strlen(cases[i].tail), &e), e);
		assert_ok(xml_push_end(p, &e), e);
		assert_int_equal(t.text, (uint64_t)rounds * sizeof(chunk));
		assert_true(t.largest < 256 * 1024);
		if (after.ru_maxrss - before.ru_maxrss >= 8192)
			fail_msg("case %zu: memory grew by %ld KiB", i, after.ru_maxrss - before.ru_maxrss);
		xml_push_free(p);
	}
}

static void the_scope_is_what_is_in_force(void **state)
{
	struct xml_scope *s = xml_scope_new();
	struct xml_decl outer[] = { { SPAN_LIT("p"), SPAN_LIT("urn:1") }, { SPAN_EMPTY, SPAN_LIT("urn:d") } };
	struct xml_decl inner[] = { { SPAN_LIT("p"), SPAN_LIT("urn:2") }, { SPAN_EMPTY, SPAN_EMPTY } };
	struct xml_attr lang = { { SPAN_LIT("xml"), SPAN_LIT("lang"), SPAN_LIT(XML_NS_XML) }, SPAN_LIT("de") };
	struct xml_attr other = { { SPAN_EMPTY, SPAN_LIT("lang"), SPAN_EMPTY }, SPAN_LIT("no") };
	struct xml_decl d;
	struct xml_attr a;
	struct span uri;
	size_t i = 0;

	(void)state;
	assert_false(xml_scope_uri(s, SPAN_LIT("p"), &uri));
	assert_true(xml_scope_uri(s, SPAN_LIT("xml"), &uri));
	xml_scope_enter_parts(s, outer, 2, &lang, 1);
	xml_scope_enter_parts(s, inner, 2, &other, 1);
	assert_true(xml_scope_uri(s, SPAN_LIT("p"), &uri));
	assert_true(span_is(uri, "urn:2"));
	assert_false(xml_scope_uri(s, SPAN_EMPTY, &uri));
	assert_true(xml_scope_next(s, &i, &d));
	assert_true(span_is(d.prefix, "p") && span_is(d.uri, "urn:2"));
	assert_false(xml_scope_next(s, &i, &d));
	i = 0;
	assert_true(xml_scope_next_attr(s, &i, &a));
	assert_true(span_is(a.value, "de"));
	assert_false(xml_scope_next_attr(s, &i, &a));
	xml_scope_leave(s);
	struct xml_scope *copy = xml_scope_dup(s);

	xml_scope_leave(s);
	assert_false(xml_scope_uri(s, SPAN_LIT("p"), &uri));
	assert_true(xml_scope_uri(copy, SPAN_EMPTY, &uri));
	assert_true(span_is(uri, "urn:d"));
	xml_scope_free(s);
	xml_scope_free(copy);
}

static void refuses_the_document_type_from_the_wire(void **state)
{
	const struct xml_limits limits = XML_LIMITS_DEFAULT;
	struct err e = ERR_INIT;
	struct buf out;

	(void)state;
	need_shared("vectors/osci/index.json");
	struct span file = h_file("../shared/vectors/osci/broken/doctype.bin");
	const char *from = memmem(file.p, file.n, "<?xml", 5);

	buf_init(&out, 1 << 20);
	assert_non_null(from);
	assert_int_equal(h_events((struct span){ from, file.n - (size_t)(from - file.p) }, &limits, 0, &out, &e),
			 ERR_SYNTAX);
	assert_non_null(strstr(e.text, "DOCTYPE"));
	assert_int_equal(out.n, 0);
	buf_fini(&out);
	free((void *)(uintptr_t)file.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_same_events_however_the_input_is_cut),
		cmocka_unit_test(refuses_what_is_malformed_or_dangerous_however_it_is_cut),
		cmocka_unit_test(every_beginning_of_a_document_is_refused),
		cmocka_unit_test(expensive_documents_are_refused_at_once),
		cmocka_unit_test(without_room_for_comments_they_are_refused),
		cmocka_unit_test(instructions_are_refused_by_readers_that_do_not_take_them),
		cmocka_unit_test(errors_name_the_place),
		cmocka_unit_test(an_error_of_any_event_ends_the_parsing_for_good),
		cmocka_unit_test(the_path_is_that_of_the_event),
		cmocka_unit_test(memory_does_not_grow_with_a_text),
		cmocka_unit_test(the_scope_is_what_is_in_force),
		cmocka_unit_test(refuses_the_document_type_from_the_wire),
	};
	return cmocka_run_group_tests_name("xml/push", tests, NULL, NULL);
}
