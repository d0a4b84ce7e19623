/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/xml/c14n. */
#include <dirent.h>

#include "cm.h"
#include "h_xml.h"

/* Canonical XML 1.0 section 3: the examples that need no document type (or are cut so that they need none). */
static const struct {
	const char *name, *in, *want;
} w3c[] = {
	{ "3.1 instructions, comments, outside of the document element",
	  "<?xml version=\"1.0\"?>\n\n<?xml-stylesheet   href=\"doc.xsl\"\n   type=\"text/xsl\"   ?>\n\n"
	  "<doc>Hello, world!<!-- Comment 1 --></doc>\n\n<?pi-without-data     ?>\n\n<!-- Comment 2 -->\n",
	  "<doc>Hello, world!</doc>" },
	{ "3.2 white space in document content",
	  "<doc>\n   <clean>   </clean>\n   <dirty>   A   B   </dirty>\n   <mixed>\n      A\n"
	  "      <clean>   </clean>\n      B\n      <dirty>   A   B   </dirty>\n      C\n   </mixed>\n</doc>",
	  "<doc>\n   <clean>   </clean>\n   <dirty>   A   B   </dirty>\n   <mixed>\n      A\n"
	  "      <clean>   </clean>\n      B\n      <dirty>   A   B   </dirty>\n      C\n   </mixed>\n</doc>" },
	{ "3.3 start and end tags",
	  "<doc>\n   <e1   />\n   <e2   ></e2>\n   <e3   name = \"elem3\"   id=\"elem3\"   />\n"
	  "   <e4   name=\"elem4\"   id=\"elem4\"   ></e4>\n"
	  "   <e5 a:attr=\"out\" b:attr=\"sorted\" attr2=\"all\" attr=\"I'm\"\n"
	  "      xmlns:b=\"http://www.ietf.org\"\n      xmlns:a=\"http://www.w3.org\"\n"
	  "      xmlns=\"http://example.org\"/>\n"
	  "   <e6 xmlns=\"\" xmlns:a=\"http://www.w3.org\">\n      <e7 xmlns=\"http://www.ietf.org\">\n"
	  "         <e8 xmlns=\"\" xmlns:a=\"http://www.w3.org\">\n"
	  "            <e9 xmlns=\"\" xmlns:a=\"http://www.ietf.org\"/>\n         </e8>\n      </e7>\n   </e6>\n</doc>",
	  "<doc>\n   <e1></e1>\n   <e2></e2>\n   <e3 id=\"elem3\" name=\"elem3\"></e3>\n"
	  "   <e4 id=\"elem4\" name=\"elem4\"></e4>\n"
	  "   <e5 xmlns=\"http://example.org\" xmlns:a=\"http://www.w3.org\" xmlns:b=\"http://www.ietf.org\" "
	  "attr=\"I'm\" attr2=\"all\" b:attr=\"sorted\" a:attr=\"out\"></e5>\n"
	  "   <e6 xmlns:a=\"http://www.w3.org\">\n      <e7 xmlns=\"http://www.ietf.org\">\n"
	  "         <e8 xmlns=\"\">\n            <e9 xmlns:a=\"http://www.ietf.org\"></e9>\n         </e8>\n"
	  "      </e7>\n   </e6>\n</doc>" },
	{ "3.4 character modifications and references",
	  "<doc>\n   <text>First line&#x0d;&#10;Second line</text>\n   <value>&#x32;</value>\n"
	  "   <compute><![CDATA[value>\"0\" && value<\"10\" ?\"valid\":\"error\"]]></compute>\n"
	  "   <compute expr='value>\"0\" &amp;&amp; value&lt;\"10\" ?\"valid\":\"error\"'>valid</compute>\n"
	  "   <norm attr=' &apos;   &#x20;&#13;&#xa;&#9;   &apos; '/>\n</doc>",
	  "<doc>\n   <text>First line&#xD;\nSecond line</text>\n   <value>2</value>\n"
	  "   <compute>value&gt;\"0\" &amp;&amp; value&lt;\"10\" ?\"valid\":\"error\"</compute>\n"
	  "   <compute expr=\"value>&quot;0&quot; &amp;&amp; value&lt;&quot;10&quot; "
	  "?&quot;valid&quot;:&quot;error&quot;"
	  "\">valid</compute>\n   <norm attr=\" '    &#xD;&#xA;&#x9;   ' \"></norm>\n</doc>" },
	{ "3.6 UTF-8 encoding", "<doc>&#169;</doc>", "<doc>\xC2\xA9</doc>" },
};

static void equals_the_examples_of_the_recommendation(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(w3c) / sizeof(w3c[0]); i++) {
		struct err e = ERR_INIT;
		struct buf out;

		buf_init(&out, 1 << 16);
		print_message("%s\n", w3c[i].name);
		assert_ok(h_c14n(span_of(w3c[i].in), XML_C14N_INCLUSIVE, "", 0, 0, &out, &e), e);
		assert_string_equal(buf_str(&out), w3c[i].want);
		buf_fini(&out);
	}
}

/* Exc-C14N 1.0 section 2.2 and its list of prefixes. */
static const struct {
	const char *in, *prefixes;
	size_t apex;
	const char *want;
} exclusive[] = {
	{ "<n0:local xmlns:n0=\"foo:bar\" xmlns:n3=\"ftp://example.org\"><n1:elem2 xmlns:n1=\"http://example.net\" "
	  "xml:lang=\"en\"><n3:stuff xmlns:n3=\"ftp://example.org\"/></n1:elem2></n0:local>",
	  "", 1,
	  "<n1:elem2 xmlns:n1=\"http://example.net\" xml:lang=\"en\"><n3:stuff "
	  "xmlns:n3=\"ftp://example.org\"></n3:stuff>"
	  "</n1:elem2>" },
	{ "<a xmlns=\"urn:d\" xmlns:p=\"urn:p\" xmlns:q=\"urn:q\" xml:space=\"preserve\"><b/></a>", "p", 1,
	  "<b xmlns=\"urn:d\" xmlns:p=\"urn:p\"></b>" },
	{ "<a xmlns=\"urn:d\" xmlns:p=\"urn:p\"><p:b><p:c/></p:b></a>", " #default\n", 1,
	  "<p:b xmlns=\"urn:d\" xmlns:p=\"urn:p\"><p:c></p:c></p:b>" },
	{ "<a xmlns:p=\"urn:1\"><p:b xmlns:q=\"urn:q\"><c xmlns:p=\"urn:2\"><p:d/></c><p:e q:x=\"\"/></p:b></a>", "", 0,
	  "<a><p:b xmlns:p=\"urn:1\"><c><p:d xmlns:p=\"urn:2\"></p:d></c><p:e xmlns:q=\"urn:q\" q:x=\"\"></p:e></p:b>"
	  "</a>" },
};

static void exclusive_renders_what_is_used_and_what_is_listed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(exclusive) / sizeof(exclusive[0]); i++) {
		struct err e = ERR_INIT;
		struct buf out;

		buf_init(&out, 1 << 16);
		assert_ok(h_c14n(span_of(exclusive[i].in), XML_C14N_EXCLUSIVE, exclusive[i].prefixes, exclusive[i].apex,
				 0, &out, &e),
			  e);
		assert_string_equal(buf_str(&out), exclusive[i].want);
		buf_fini(&out);
	}
}

static const struct {
	enum xml_c14n_alg alg;
	const char *prefixes;
} ways[] = {
	{ XML_C14N_INCLUSIVE, "" },
	{ XML_C14N_EXCLUSIVE, "" },
	{ XML_C14N_EXCLUSIVE, "p q #default" },
};

/* Every element of the document as apex, three ways to get there, all equal to libxml2. */
static void compare_all(struct span doc, size_t every)
{
	xmlDocPtr oracle = h_oracle_parse(doc);

	assert_non_null(oracle);
	size_t elements = h_oracle_elements(oracle);

	for (size_t k = 0; k < elements; k += every)
		for (size_t w = 0; w < sizeof(ways) / sizeof(ways[0]); w++) {
			struct buf want, got[3];
			struct err e = ERR_INIT;

			buf_init(&want, 1 << 24);
			for (size_t i = 0; i < 3; i++)
				buf_init(&got[i], 1 << 24);
			assert_int_equal(h_oracle_c14n(oracle, ways[w].alg, ways[w].prefixes, k, &want), 0);
			assert_ok(h_c14n(doc, ways[w].alg, ways[w].prefixes, k, 0, &got[0], &e), e);
			assert_ok(h_c14n_tree(doc, ways[w].alg, ways[w].prefixes, k, &got[1], &e), e);
			assert_ok(h_c14n_built(doc, ways[w].alg, ways[w].prefixes, k, &got[2], &e), e);
			for (size_t i = 0; i < 3; i++) {
				if (!span_eq(buf_view(&want), buf_view(&got[i])))
					fail_msg("way %zu.%zu, apex %zu of %.*s:\nwant %s\ngot  %s", w, i, k,
						 (int)doc.n, doc.p, buf_str(&want), buf_str(&got[i]));
				buf_fini(&got[i]);
			}
			buf_fini(&want);
		}
	xmlFreeDoc(oracle);
}

static const char *const tricky[] = {
	"<a/>",
	"<a xmlns='urn:a'><b xmlns=''><c xmlns='urn:a'/></b></a>",
	"<a xmlns=''><b xmlns=''/></a>",
	"<p:a xmlns:p='urn:1'><p:b xmlns:p='urn:2'><p:c xmlns:p='urn:1'/></p:b><p:d/></p:a>",
	"<a xmlns:p='urn:1' xmlns:q='urn:1' q:x='1' p:y='2' x='3'/>",
	"<a xmlns:z='urn:a' xmlns:y='urn:b' y:a='1' z:a='2' a='3' z:b='' y:B='' b=''/>",
	"<a xml:lang='de' xml:space='preserve'><b><c xml:lang='en'/></b></a>",
	"<a xml:base='http://x/' xml:id='i'><b xml:base='y'><c/></b></a>",
	"<a xmlns:xml='http://www.w3.org/XML/1998/namespace'><xml:b/></a>",
	"<a>&amp;&lt;&gt;&quot;&apos;&#13;&#10;&#9;</a>",
	"<a b='&amp;&lt;&gt;&quot;&apos;&#13;&#10;&#9;' c=\"'\" d='\"'/>",
	"<a b='x\ty\nz\r\nw'>x\ty\nz\r\nw\rv</a>",
	"<a><![CDATA[<&>\"']]>x<![CDATA[]]><![CDATA[ ]] ]> ]]></a>",
	"<a><![CDATA[a\r\nb\rc\n\r\n\r\r\nd\r]]>\n</a>",
	"<a>x\r<![CDATA[\ny\r]]>\nz\r\n<![CDATA[\r\n]]>\r<![CDATA[]\n]\r]]]>\n<![CDATA[x\r\n\n\r]]></a>",
	"<a>x<!-- c -->y<!---->w</a>",
	"<a>\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80&#x1F600;</a>",
	"<\xC3\xA4:\xC3\xB6 xmlns:\xC3\xA4='urn:u' \xC3\xA4:\xC3\x9F='\xE2\x82\xAC'/>",
	"\xEF\xBB\xBF<?xml version='1.0' encoding='utf-8' standalone='yes'?><a\n/>",
	"<a xmlns:p='urn:p'><b xmlns:q='urn:q' p:x=''><q:c xmlns:q='urn:q2' xmlns='urn:d'><d q:y=''/></q:c></b></a>",
	"<a xmlns='urn:d' xmlns:p='urn:p' xmlns:q='urn:q'><p:b><c xmlns=''><q:d xmlns='urn:d'/></c></p:b></a>",
	"<p:a xmlns:p='urn:p' xmlns='urn:d'><p:b xmlns=''><p:c xmlns='urn:d'><d/></p:c></p:b></p:a>",
	"<a xmlns:p='urn:p'><b xmlns:p='urn:p' xmlns:q='urn:q'><c xmlns:q='urn:q' xmlns:p='urn:p'/></b></a>",
};

static void agrees_with_libxml2_on_tricky_documents_at_every_apex(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(tricky) / sizeof(tricky[0]); i++)
		compare_all(span_of(tricky[i]), 1);
}

static unsigned rnd(uint32_t *seed, unsigned n)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % n;
}

/* A document at random. in: the prefixes p, q, r and the default that are bound where we are. */
static void random_element(struct buf *b, uint32_t *seed, unsigned in, unsigned depth)
{
	static const char *const prefix[] = { "p", "q", "r" }, *const uri[] = { "urn:1", "urn:2", "urn:3" };
	static const char *const text[] = { "x",        "&amp;", "\r\n",          " \t",
					    "\xC3\xA4", "&#13;", "<![CDATA[<]]>", "<!-- -->" };
	char decls[256] = "";
	size_t n = 0;

	for (unsigned i = 0; i < 3; i++)
		if (rnd(seed, 4) == 0) {
			n += (size_t)snprintf(decls + n, sizeof(decls) - n, " xmlns:%s='%s'", prefix[i],
					      uri[rnd(seed, 3)]);
			in |= 1u << i;
		}
	if (rnd(seed, 4) == 0)
		n += (size_t)snprintf(decls + n, sizeof(decls) - n, " xmlns='%s'",
				      rnd(seed, 3) == 0 ? "" : uri[rnd(seed, 3)]);
	unsigned k = rnd(seed, 4);
	const char *mine = k < 3 && (in & 1u << k) != 0 ? prefix[k] : NULL;

	buf_printf(b, "<%s%se%s", mine == NULL ? "" : mine, mine == NULL ? "" : ":", decls);
	/* different local names: two prefixes may be bound to the same URI */
	for (unsigned i = 0; i < 3; i++)
		if ((in & 1u << i) != 0 && rnd(seed, 3) == 0)
			buf_printf(b, " %s:%c='%u'", prefix[i], 'c' - (char)i, i);
	if (rnd(seed, 4) == 0)
		buf_puts(b, " b='&#10;\n'");
	if (rnd(seed, 6) == 0)
		buf_printf(b, " xml:lang='%s'", rnd(seed, 2) == 0 ? "de" : "en");
	buf_puts(b, ">");
	for (unsigned i = rnd(seed, 4); i > 0; i--) {
		buf_puts(b, text[rnd(seed, 8)]);
		if (depth < 5)
			random_element(b, seed, in, depth + 1);
	}
	buf_printf(b, "</%s%se>", mine == NULL ? "" : mine, mine == NULL ? "" : ":");
}

static void agrees_with_libxml2_on_random_documents(void **state)
{
	(void)state;
	for (uint32_t i = 1; i <= 400; i++) {
		uint32_t seed = i * 7919;
		struct buf doc;

		buf_init(&doc, 1 << 20);
		random_element(&doc, &seed, 0, 0);
		compare_all(buf_view(&doc), doc.n > 2000 ? 13 : 1);
		buf_fini(&doc);
	}
}

static void does_not_depend_on_how_the_input_is_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(tricky) / sizeof(tricky[0]); i++) {
		struct span doc = span_of(tricky[i]);
		struct buf whole, cut;
		struct err e = ERR_INIT;

		buf_init(&whole, 1 << 16);
		buf_init(&cut, 1 << 16);
		assert_ok(h_c14n(doc, XML_C14N_INCLUSIVE, "", 0, 0, &whole, &e), e);
		for (size_t step = 1; step < doc.n; step++) {
			buf_reset(&cut);
			assert_ok(h_c14n(doc, XML_C14N_INCLUSIVE, "", 0, step, &cut, &e), e);
			assert_string_equal(buf_str(&cut), buf_str(&whole));
		}
		buf_fini(&whole);
		buf_fini(&cut);
	}
}

/* C14N 1.0 2.3 escapes namespace nodes as attributes; libxml2 2.9 does not, and writes what is not well-formed. */
static void namespace_names_are_escaped(void **state)
{
	struct err e = ERR_INIT;
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 16);
	assert_ok(h_c14n(SPAN_LIT("<a xmlns:p='http://x/?a=1&amp;b'/>"), XML_C14N_INCLUSIVE, "", 0, 0, &out, &e), e);
	assert_string_equal(buf_str(&out), "<a xmlns:p=\"http://x/?a=1&amp;b\"></a>");
	buf_fini(&out);
}

static void its_own_output_is_canonical(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(tricky) / sizeof(tricky[0]); i++) {
		struct buf once, twice;
		struct err e = ERR_INIT;

		buf_init(&once, 1 << 16);
		buf_init(&twice, 1 << 16);
		assert_ok(h_c14n(span_of(tricky[i]), XML_C14N_INCLUSIVE, "", 0, 0, &once, &e), e);
		assert_ok(h_c14n(buf_view(&once), XML_C14N_INCLUSIVE, "", 0, 0, &twice, &e), e);
		assert_string_equal(buf_str(&twice), buf_str(&once));
		buf_fini(&once);
		buf_fini(&twice);
	}
}

static void relative_namespace_names_are_refused(void **state)
{
	static const char *const bad[] = { "<a xmlns='b'/>", "<a xmlns:p='../x'/>", "<a><b xmlns:p='x/y:z'/></a>",
					   "<a xmlns:p='#x'/>" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		for (int alg = 0; alg < 2; alg++) {
			struct err e = ERR_INIT;
			struct buf out;

			buf_init(&out, 1 << 16);
			assert_int_equal(h_c14n(span_of(bad[i]), (enum xml_c14n_alg)alg, "", 0, 0, &out, &e),
					 ERR_SYNTAX);
			assert_non_null(strstr(e.text, "relative namespace"));
			buf_fini(&out);
		}
}

static void renders_instructions_within_the_apex(void **state)
{
	struct span doc = SPAN_LIT("<?o u?><a><?p?><b><?p  x\r\n?y ? ?></b><!-- c --><?q z?></a><?o u?>");
	xmlDocPtr oracle = h_oracle_parse(doc);

	(void)state;
	for (size_t apex = 0; apex < 2; apex++)
		for (size_t step = 1; step < 9; step++) {
			struct err e = ERR_INIT;
			struct buf want, got;

			buf_init(&want, 1 << 16);
			buf_init(&got, 1 << 16);
			assert_int_equal(h_oracle_c14n(oracle, XML_C14N_INCLUSIVE, "", apex, &want), 0);
			assert_ok(h_c14n(doc, XML_C14N_INCLUSIVE, "", apex, step, &got, &e), e);
			assert_string_equal(buf_str(&got), buf_str(&want));
			buf_fini(&want);
			buf_fini(&got);
		}
	xmlFreeDoc(oracle);
}

static void a_full_sink_ends_the_work(void **state)
{
	struct err e = ERR_INIT;
	struct buf out;

	(void)state;
	buf_init(&out, 10);
	assert_int_equal(h_c14n(span_of("<a>more than ten bytes</a>"), XML_C14N_INCLUSIVE, "", 0, 0, &out, &e),
			 ERR_LIMIT);
	buf_fini(&out);
}

static void knows_its_algorithms_by_uri(void **state)
{
	enum xml_c14n_alg alg;

	(void)state;
	assert_true(xml_c14n_of_uri(span_of(XML_C14N_URI), &alg));
	assert_int_equal(alg, XML_C14N_INCLUSIVE);
	assert_true(xml_c14n_of_uri(span_of(XML_C14N_EXC_URI), &alg));
	assert_int_equal(alg, XML_C14N_EXCLUSIVE);
	assert_false(xml_c14n_of_uri(span_of(XML_C14N_URI "#WithComments"), &alg));
	assert_false(xml_c14n_of_uri(SPAN_EMPTY, &alg));
}

/* The SOAP part of what clients really send. */
static void agrees_with_libxml2_on_messages_from_the_wire(void **state)
{
	DIR *dir;
	struct dirent *d;
	size_t seen = 0;

	(void)state;
	need_shared("vectors/osci/index.json");
	dir = opendir("../shared/vectors/osci/good");
	assert_non_null(dir);
	while ((d = readdir(dir)) != NULL) {
		char path[600];

		if (strstr(d->d_name, ".bin") == NULL)
			continue;
		snprintf(path, sizeof(path), "../shared/vectors/osci/good/%s", d->d_name);
		struct span file = h_file(path);
		const char *from = memmem(file.p, file.n, "<?xml", 5);
		const char *to =
			from == NULL ? NULL : memmem(from, file.n - (size_t)(from - file.p), "</soap:Envelope>", 16);

		assert_non_null(to);
		compare_all((struct span){ from, (size_t)(to + 16 - from) }, 7);
		free((void *)(uintptr_t)file.p);
		seen++;
	}
	closedir(dir);
	assert_true(seen > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_the_examples_of_the_recommendation),
		cmocka_unit_test(exclusive_renders_what_is_used_and_what_is_listed),
		cmocka_unit_test(agrees_with_libxml2_on_tricky_documents_at_every_apex),
		cmocka_unit_test(agrees_with_libxml2_on_random_documents),
		cmocka_unit_test(does_not_depend_on_how_the_input_is_cut),
		cmocka_unit_test(namespace_names_are_escaped),
		cmocka_unit_test(its_own_output_is_canonical),
		cmocka_unit_test(relative_namespace_names_are_refused),
		cmocka_unit_test(renders_instructions_within_the_apex),
		cmocka_unit_test(a_full_sink_ends_the_work),
		cmocka_unit_test(knows_its_algorithms_by_uri),
		cmocka_unit_test(agrees_with_libxml2_on_messages_from_the_wire),
	};
	return cmocka_run_group_tests_name("xml/c14n", tests, NULL, NULL);
}
