/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/xml/tree. */
#include "base/mem.h"
#include "cm.h"
#include "xml/expect.h"

static const struct xml_limits limits = XML_LIMITS_DEFAULT;

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

static const struct xml_node *parse(struct arena *a, const char *doc)
{
	const struct xml_node *root = NULL;
	struct err e = ERR_INIT;

	assert_ok(xml_tree_parse(span_of(doc), &limits, a, &root, &e), e);
	return root;
}

static void holds_what_the_document_says(void **state)
{
	const struct xml_node *r =
		parse(*state, "<a xmlns='urn:d' xmlns:p='urn:p' p:x='1' x='2'>t1<p:b/>t2&amp;<!-- -->t3<c>in</c>"
			      "<p:b n='2'/>\n</a>");
	const struct xml_node *b = xml_child(r, "urn:p", "b"), *c = xml_child(r, "urn:d", "c");
	struct span v;

	assert_true(xml_node_is(r, "urn:d", "a"));
	assert_int_equal(r->decls_n, 2);
	assert_true(xml_attr_get(r, "urn:p", "x", &v) && span_is(v, "1"));
	assert_true(xml_attr_get(r, NULL, "x", &v) && span_is(v, "2"));
	assert_false(xml_attr_get(r, "urn:d", "x", &v));
	assert_int_equal(v.n, 0);
	assert_ptr_equal(b, xml_child(r, NULL, NULL));
	assert_null(xml_child(r, NULL, "b"));
	assert_null(xml_child(r, "urn:p", "c"));
	assert_null(xml_child(NULL, "urn:p", "c"));
	assert_ptr_equal(b->parent, r);
	b = xml_next(b, "urn:p", "b");
	assert_true(xml_attr_get(b, NULL, "n", &v) && span_is(v, "2"));
	assert_null(xml_next(b, NULL, NULL));
	assert_true(span_is(xml_text(c, *state), "in"));
	assert_true(span_is(xml_text(r, *state), "t1t2&t3\n"));
	assert_true(span_is(xml_text(b, *state), ""));
	assert_true(xml_node_uri(c, SPAN_LIT("p"), &v) && span_is(v, "urn:p"));
	assert_true(xml_node_uri(c, SPAN_EMPTY, &v) && span_is(v, "urn:d"));
	assert_true(xml_node_uri(c, SPAN_LIT("xml"), &v));
	assert_false(xml_node_uri(c, SPAN_LIT("q"), &v));
}

static void goes_down_a_way(void **state)
{
	const struct xml_node *r = parse(*state, "<a xmlns='urn:d'><b/><b><c><d>x</d></c></b><c/></a>");

	assert_non_null(xml_descend(r, "urn:d", "b"));
	assert_null(xml_descend(r, "urn:d", "b/c")); /* the first b has none */
	assert_null(xml_descend(r, NULL, "b"));
	assert_true(span_is(
		xml_text(xml_descend(xml_next(xml_child(r, "urn:d", "b"), "urn:d", "b"), "urn:d", "c/d"), *state),
		"x"));
	assert_ptr_equal(xml_descend(r, "urn:d", ""), r);
}

static void the_default_namespace_can_be_undone(void **state)
{
	const struct xml_node *r = parse(*state, "<a xmlns='urn:d'><b xmlns=''><c/></b></a>");
	const struct xml_node *c = xml_child(xml_child(r, NULL, "b"), NULL, "c");
	struct span v;

	assert_non_null(c);
	assert_false(xml_node_uri(c, SPAN_EMPTY, &v));
}

static void a_tree_has_a_limit(void **state)
{
	struct xml_start s = { .name = { SPAN_EMPTY, SPAN_LIT("a"), SPAN_EMPTY }, .depth = 1 };
	struct err e = ERR_INIT;
	static char text[5000];

	memset(text, 'x', sizeof(text));
	for (size_t max = 0; max < 12000; max += 500) {
		struct xml_build *b = xml_build_new(*state, max, NULL);
		int rc = xml_build_start(b, &s, &e);

		for (int i = 0; i < 2 && rc == 0; i++)
			rc = xml_build_text(b, (struct span){ text, sizeof(text) }, &e);
		if (rc == 0)
			rc = xml_build_end(b, &s.name, &e);
		assert_int_equal(rc, max < 10500 ? ERR_LIMIT : 0);
		assert_int_equal(xml_build_root(b) != NULL, rc == 0);
		xml_build_free(b);
	}
}

static void small_documents_never_reach_the_limit_of_parse(void **state)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_puts(&b, "<a>");
	for (int i = 0; i < 20000; i++)
		buf_puts(&b, "<a/>");
	buf_puts(&b, "</a>");
	parse(*state, buf_str(&b));
	buf_fini(&b);
}

static void malformed_documents_give_no_tree(void **state)
{
	static const char *const bad[] = {
		"", "<a>", "<a/><b/>", "<!DOCTYPE a><a/>", "<a>&x;</a>", "<a><?p?></a>", "x"
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		const struct xml_node *root = NULL;
		struct err e = ERR_INIT;

		assert_int_equal(xml_tree_parse(span_of(bad[i]), &limits, *state, &root, &e), ERR_SYNTAX);
		assert_null(root);
	}
}

static void paths_are_cut_on_the_left(void **state)
{
	char path[XML_PATH_LEN];
	const struct xml_node *r = parse(*state, "<p:a xmlns:p='urn:p'><b><p:c/></b></p:a>"), *n;
	struct buf b;

	assert_string_equal(xml_node_path(r->first->first, path), "/p:a/b/p:c");
	assert_string_equal(xml_node_path(r, path), "/p:a");
	buf_init(&b, 1 << 16);
	for (int i = 0; i < 30; i++)
		buf_printf(&b, "<element%d>", i);
	for (int i = 29; i >= 0; i--)
		buf_printf(&b, "</element%d>", i);
	n = parse(*state, buf_str(&b));
	while (n->first != NULL)
		n = n->first;
	xml_node_path(n, path);
	assert_true(strlen(path) < XML_PATH_LEN);
	assert_true(span_starts(span_of(path), ".../element"));
	assert_string_equal(path + strlen(path) - 10, "/element29");
	buf_reset(&b);
	buf_puts(&b, "<");
	for (int i = 0; i < 40; i++)
		buf_puts(&b, "longname");
	buf_puts(&b, "/>");
	assert_string_equal(xml_node_path(parse(*state, buf_str(&b)), path), "...");
	buf_fini(&b);
}

static const struct xml_child_rule rules[] = {
	{ "urn:d", "one", 1, 1, NULL },
	{ "urn:d", "maybe", 0, 1, NULL },
	{ "urn:d", "many", 0, 0, NULL },
	{ "urn:o", NULL, 0, 2, NULL },
};

static void children_are_checked_strictly(void **state)
{
	static const struct {
		const char *content;
		bool ordered;
		const char *text; /* NULL: fits */
	} cases[] = {
		{ "<one/>", true, NULL },
		{ " \n<one/>\t<maybe/> <many/><many/><o:x/> ", true, NULL },
		{ "<many/><one/><o:x/><many/>", false, NULL },
		{ "<many/><one/>", true, "/a/one: element is not allowed at this position" },
		{ "<one/><many/><maybe/>", true, "/a/maybe: element is not allowed at this position" },
		{ "", true, "/a: element one is missing" },
		{ "<maybe/>", false, "element one is missing" },
		{ "<one/><one/>", true, "more than 1 elements one" },
		{ "<one/><o:x/><o:y/><o:z/>", true, "more than 2 elements other" },
		{ "<one/><two/>", true, "/a/two: element is not allowed here" },
		{ "<one xmlns='urn:x'/>", true, "not allowed here" },
		{ "<one xmlns=''/>", true, "not allowed here" },
		{ "x<one/>", true, "/a: text where only elements" },
		{ "<one/>&#160;", true, "text where only elements" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char doc[300];
		struct err e = ERR_INIT;

		snprintf(doc, sizeof(doc), "<a xmlns='urn:d' xmlns:o='urn:o'>%s</a>", cases[i].content);
		const struct xml_node *r = parse(*state, doc);

		if (cases[i].text == NULL)
			assert_ok(xml_expect_children(r, rules, ARRAY_LEN(rules), cases[i].ordered, &e), e);
		else if (xml_expect_children(r, rules, ARRAY_LEN(rules), cases[i].ordered, &e) != ERR_SYNTAX ||
			 strstr(e.text, cases[i].text) == NULL || !span_starts(span_of(e.text), "line 1: "))
			fail_msg("%s: %s", cases[i].content, e.text);
	}
}

static void children_are_handed_out(void **state)
{
	const struct xml_node *r = parse(*state, "<a><b n='1'/><b n='2'/><d xmlns='urn:x'/></a>"), *b = NULL, *c = r,
			      *any;
	struct err e = ERR_INIT;
	const struct xml_child_rule list[] = { { NULL, "b", 0, 0, &b },
					       { "", "c", 0, 1, &c },
					       { "*", NULL, 0, 0, &any } };
	struct span v;

	assert_ok(xml_expect_children(r, list, 3, true, &e), e);
	assert_true(xml_attr_get(b, NULL, "n", &v) && span_is(v, "1"));
	assert_null(c);
	assert_true(xml_node_is(any, "urn:x", "d"));
}

static void attributes_are_checked_strictly(void **state)
{
	struct span id, lang;
	const struct xml_attr_rule list[] = { { NULL, "Id", true, &id }, { XML_NS_XML, "lang", false, &lang } };
	struct err e = ERR_INIT;

	assert_ok(xml_expect_attrs(parse(*state, "<a Id='1'/>"), list, 2, &e), e);
	assert_true(span_is(id, "1"));
	assert_int_equal(lang.n, 0);
	assert_ok(xml_expect_attrs(parse(*state, "<a xml:lang='de' Id=''/>"), list, 2, &e), e);
	assert_true(span_is(lang, "de"));
	assert_int_equal(xml_expect_attrs(parse(*state, "<a/>"), list, 2, &e), ERR_SYNTAX);
	assert_non_null(strstr(e.text, "attribute Id is missing"));
	assert_int_equal(xml_expect_attrs(parse(*state, "<a Id='' id=''/>"), list, 2, &e), ERR_SYNTAX);
	assert_non_null(strstr(e.text, "attribute id is not allowed"));
	assert_int_equal(xml_expect_attrs(parse(*state, "<a Id='' lang=''/>"), list, 2, &e), ERR_SYNTAX);
	assert_int_equal(xml_expect_attrs(parse(*state, "<a xmlns:p='urn:p' p:Id=''/>"), list, 2, &e), ERR_SYNTAX);
}

static void text_and_emptiness_are_checked_strictly(void **state)
{
	struct err e = ERR_INIT;
	struct span v;

	assert_ok(xml_expect_text(parse(*state, "<a> x<!-- --><![CDATA[y]]> </a>"), &v, &e), e);
	assert_true(span_is(v, " xy "));
	assert_ok(xml_expect_text(parse(*state, "<a/>"), &v, &e), e);
	assert_int_equal(v.n, 0);
	assert_int_equal(xml_expect_text(parse(*state, "<a>x<b/></a>"), &v, &e), ERR_SYNTAX);
	assert_ok(xml_expect_empty(parse(*state, "<a> </a>"), &e), e);
	assert_int_equal(xml_expect_empty(parse(*state, "<a>x</a>"), &e), ERR_SYNTAX);
	assert_int_equal(xml_expect_empty(parse(*state, "<a><b/></a>"), &e), ERR_SYNTAX);
	assert_ok(xml_expect_name(parse(*state, "<a xmlns='urn:d'/>"), "urn:d", "a", &e), e);
	assert_int_equal(xml_expect_name(parse(*state, "<a/>"), "urn:d", "a", &e), ERR_SYNTAX);
	assert_int_equal(xml_expect_name(parse(*state, "<b xmlns='urn:d'/>"), "urn:d", "a", &e), ERR_SYNTAX);
}

static void errors_name_the_line(void **state)
{
	struct err e = ERR_INIT;

	assert_int_equal(xml_refuse(xml_child(parse(*state, "<a>\n\n<b/></a>"), NULL, "b"), &e, "%s %d", "no", 7),
			 ERR_SYNTAX);
	assert_string_equal(e.text, "line 3: /a/b: no 7");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_what_the_document_says),
		cmocka_unit_test(goes_down_a_way),
		cmocka_unit_test(the_default_namespace_can_be_undone),
		cmocka_unit_test(a_tree_has_a_limit),
		cmocka_unit_test(small_documents_never_reach_the_limit_of_parse),
		cmocka_unit_test(malformed_documents_give_no_tree),
		cmocka_unit_test(paths_are_cut_on_the_left),
		cmocka_unit_test(children_are_checked_strictly),
		cmocka_unit_test(children_are_handed_out),
		cmocka_unit_test(attributes_are_checked_strictly),
		cmocka_unit_test(text_and_emptiness_are_checked_strictly),
		cmocka_unit_test(errors_name_the_line),
	};
	return cmocka_run_group_tests_name("xml/tree", tests, setup, teardown);
}
