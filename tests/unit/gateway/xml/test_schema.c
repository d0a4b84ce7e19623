/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/xml/schema. */
#include <ftw.h>
#include <pthread.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "base/mem.h"
#include "cm.h"
#include "xml/schema.h"

#define XS                                                                                                             \
	"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:a' xmlns='urn:a' "                \
	"xmlns:b='urn:b' elementFormDefault='qualified'>"

static const char main_xsd[] =
	XS "<xs:import namespace='urn:b' schemaLocation='sub/b.xsd'/><xs:include schemaLocation='more.xsd'/>"
	   "<xs:element name='a'><xs:complexType><xs:sequence>"
	   "<xs:element name='when' type='xs:date'/><xs:element ref='b:code'/><xs:element name='n' type='small' "
	   "maxOccurs='3'/><xs:element name='free' type='xs:string' minOccurs='0'/></xs:sequence>"
	   "<xs:attribute name='id' type='xs:ID' use='required'/></xs:complexType></xs:element></xs:schema>";
static const char more_xsd[] =
	XS "<xs:simpleType name='small'><xs:restriction base='xs:int'><xs:maxInclusive value='9'/>"
	   "</xs:restriction></xs:simpleType></xs:schema>";
static const char b_xsd[] =
	"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:b'><xs:element name='code'>"
	"<xs:simpleType><xs:restriction base='xs:string'><xs:pattern "
	"value='[A-Z]{2}'/></xs:restriction></xs:simpleType>"
	"</xs:element></xs:schema>";

static char folder[] = "/tmp/depesche-schema-XXXXXX";
static struct xml_schema *schema;
static const struct xml_limits limits = XML_LIMITS_DEFAULT;

static const char *path_of(const char *name)
{
	static char path[300];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void put(const char *name, const char *text)
{
	struct err e = ERR_INIT;

	assert_ok(file_write(path_of(name), text, strlen(text), 0600, &e), e);
}

static int setup(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(mkdir(path_of("set"), 0700), 0);
	assert_int_equal(mkdir(path_of("set/sub"), 0700), 0);
	assert_int_equal(mkdir(path_of("settle"), 0700), 0);
	put("set/main.xsd", main_xsd);
	put("set/more.xsd", more_xsd);
	put("set/sub/b.xsd", b_xsd);
	put("settle/b.xsd", b_xsd);
	put("b.xsd", b_xsd);
	assert_ok(xml_schema_load(path_of("set/main.xsd"), &schema, &e), e);
	return 0;
}

static int drop(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	(void)state;
	xml_schema_free(schema);
	return nftw(folder, drop, 8, FTW_DEPTH | FTW_PHYS);
}

#define DOC(inside) "<a xmlns='urn:a' xmlns:b='urn:b' id='x'>\n" inside "</a>"
#define GOOD "<when>2026-11-24</when><b:code>AB</b:code><n>1</n>"

static const char *const valid[] = {
	DOC(GOOD),
	DOC(GOOD "<n>2</n><n>9</n><free>t&amp;<![CDATA[<x>]]></free>"),
	"<?xml version='1.0' encoding='UTF-8'?><?style x?><!-- c -->" DOC("<!-- c --><?p i?>" GOOD),
	"<p:a xmlns:p='urn:a' xmlns:b='urn:b' id='x' xmlns:x='http://www.w3.org/2001/XMLSchema-instance' "
	"x:schemaLocation='urn:b "
	"http://192.0.2.1/b.xsd'>\n<p:when>2026-11-24</p:when><b:code>AB</b:code><p:n>1</p:n></p:a>",
};

static void takes_what_is_valid(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(valid); i++) {
		struct err e = ERR_INIT;
		struct src *src = src_of_mem(valid[i], strlen(valid[i]));

		assert_ok(xml_schema_check(schema, span_of(valid[i]), &limits, NULL, &e), e);
		assert_ok(xml_schema_check_src(schema, src, &limits, NULL, &e), e);
		src_close(src);
	}
}

static const struct {
	const char *doc, *text;
} invalid[] = {
	{ DOC("<when>tomorrow</when><b:code>AB</b:code><n>1</n>"), "line 2: /a/when: " },
	{ DOC("<when>2026-11-24</when><b:code>abc</b:code><n>1</n>"), "line 2: /a/b:code: " },
	{ DOC("<when>2026-11-24</when><b:code>AB</b:code><n>10</n>"), "line 2: /a/n: " },
	{ DOC(GOOD "<n>1</n><n>1</n><n>1</n>"), "line 2: /a/n: " },
	{ DOC(GOOD "<other/>"), "line 2: /a/other: " },
	{ DOC("<when>2026-11-24</when>"), "line 2: /a: " },
	{ DOC(GOOD "text"), "line 2: /a: " },
	{ "<a xmlns='urn:a'/>", "line 1: /a: " },
	{ "<a/>", "line 1: /a: " },
	{ "<other xmlns='urn:a'/>", "line 1: /other: " },
	/* not well-formed, or refused by the parser */
	{ "<!DOCTYPE a><a/>", "DOCTYPE" },
	{ DOC(GOOD "&x;"), "not defined" },
	{ DOC(GOOD) "x", "" },
	{ "<a xmlns='urn:a' id='x'>" GOOD, "prefix b" },
	{ "<a xmlns='urn:a' xmlns:b='urn:b' id='x'>" GOOD, "ends within" },
	{ "", "" },
};

static void refuses_what_is_not_and_says_where(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(invalid); i++) {
		struct err e = ERR_INIT;
		struct src *src = src_of_mem(invalid[i].doc, strlen(invalid[i].doc));

		if (xml_schema_check(schema, span_of(invalid[i].doc), &limits, NULL, &e) != ERR_SYNTAX ||
		    strstr(e.text, invalid[i].text) == NULL)
			fail_msg("%s: %s", invalid[i].doc, e.text);
		e = (struct err)ERR_INIT;
		assert_int_equal(xml_schema_check_src(schema, src, &limits, NULL, &e), ERR_SYNTAX);
		src_close(src);
	}
}

static void the_report_lists_everything_found(void **state)
{
	struct err e = ERR_INIT;
	struct buf report;
	const char *second;

	(void)state;
	buf_init(&report, 4096);
	assert_int_equal(
		xml_schema_check(
			schema,
			SPAN_LIT("<a xmlns='urn:a' xmlns:b='urn:b'>\n<when>x</when><b:code>1</b:code>\n<n>10</n></a>"),
			&limits, &report, &e),
		ERR_SYNTAX);
	assert_non_null(strstr(buf_str(&report), "line 1: /a: "));
	assert_non_null(second = strstr(buf_str(&report), "line 2: /a/when: "));
	assert_non_null(strstr(second, "line 2: /a/b:code: "));
	assert_non_null(strstr(second, "line 3: /a/n: "));
	assert_true(span_starts(buf_view(&report), e.text));
	buf_fini(&report);
}

static void limits_hold_under_validation(void **state)
{
	struct xml_limits small = limits;
	struct err e = ERR_INIT;

	(void)state;
	small.bytes = 20;
	assert_int_equal(xml_schema_check(schema, span_of(valid[0]), &small, NULL, &e), ERR_LIMIT);
}

static void long_text_is_checked_in_time_and_a_failing_source_is_no_verdict(void **state)
{
	struct xml_limits large = limits;
	struct err e = ERR_INIT;
	struct buf doc;
	clock_t from = clock();

	(void)state;
	large.bytes = 1 << 23;
	buf_init(&doc, 1 << 23);
	buf_puts(&doc, "<a xmlns='urn:a' xmlns:b='urn:b' id='x'>" GOOD "<free>");
	for (int i = 0; i < 60000; i++)
		buf_puts(&doc, "line of a text that is long, with an umlaut \xC3\xA4 &amp;\n");
	buf_puts(&doc, "</free></a>");
	assert_ok(xml_schema_check(schema, buf_view(&doc), &large, NULL, &e), e);
	assert_true(clock() - from < 2 * CLOCKS_PER_SEC);
	struct src *below = src_of_mem(doc.p, doc.n), *src = src_limit(below, 1000, "document");

	assert_int_equal(xml_schema_check_src(schema, src, &large, NULL, &e), ERR_LIMIT);
	src_close(src);
	src_close(below);
	buf_fini(&doc);
}

static void only_files_of_the_folder_are_read(void **state)
{
	static const struct {
		const char *location;
	} bad[] = {
		{ "../b.xsd" },
		{ "../settle/b.xsd" },
		{ "sub/../../b.xsd" },
		{ "missing.xsd" },
		{ "http://127.0.0.1:9/b.xsd" },
		{ "file:///etc/passwd" },
		{ "/etc/passwd" },
		{ "link.xsd" },
	};

	(void)state;
	assert_int_equal(symlink("../b.xsd", path_of("set/link.xsd")), 0);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct xml_schema *s = NULL;
		struct err e = ERR_INIT;
		char text[600];

		snprintf(text, sizeof(text),
			 XS "<xs:import namespace='urn:b' schemaLocation='%s'/><xs:element name='a'/></xs:schema>",
			 bad[i].location);
		put("set/bad.xsd", text);
		if (xml_schema_load(path_of("set/bad.xsd"), &s, &e) != ERR_CONFIG)
			fail_msg("%s: loaded", bad[i].location);
		assert_null(s);
		assert_true(e.text[0] != '\0');
	}
}

static void schema_files_that_are_none_are_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"x",
		"<a/>",
		XS "<xs:element name='a' type='nowhere'/></xs:schema>",
	};
	struct xml_schema *s = NULL;
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		e = (struct err)ERR_INIT;
		put("set/bad.xsd", bad[i]);
		if (xml_schema_load(path_of("set/bad.xsd"), &s, &e) != ERR_CONFIG)
			fail_msg("%s: loaded", bad[i]);
		assert_null(s);
	}
	assert_int_equal(xml_schema_load(path_of("set/none.xsd"), &s, &e), ERR_CONFIG);
	assert_non_null(strstr(e.text, "none.xsd"));
}

static void *check_often(void *arg)
{
	bool *good = arg;

	for (int i = 0; i < 50 && *good; i++)
		for (size_t k = 0; k < ARRAY_LEN(valid); k++) {
			struct err e = ERR_INIT;

			*good = *good && xml_schema_check(schema, span_of(valid[k]), &limits, NULL, &e) == 0 &&
				xml_schema_check(schema, span_of(invalid[k].doc), &limits, NULL, &e) == ERR_SYNTAX;
		}
	return NULL;
}

static void threads_may_share_a_schema(void **state)
{
	pthread_t t[4];
	bool good[4] = { true, true, true, true };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, check_often, &good[i]), 0);
	for (size_t i = 0; i < 4; i++) {
		pthread_join(t[i], NULL);
		assert_true(good[i]);
	}
}

static void loads_the_published_message_head(void **state)
{
	struct xml_schema *s = NULL;
	struct err e = ERR_INIT;

	(void)state;
	need_shared("schemas/xoev/xoev-basisnachricht-g2g_1.1.xsd");
	assert_ok(xml_schema_load("../shared/schemas/xoev/xoev-basisnachricht-g2g_1.1.xsd", &s, &e), e);
	assert_int_equal(xml_schema_check(s, SPAN_LIT("<a/>"), &limits, NULL, &e), ERR_SYNTAX);
	xml_schema_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_is_valid),
		cmocka_unit_test(refuses_what_is_not_and_says_where),
		cmocka_unit_test(the_report_lists_everything_found),
		cmocka_unit_test(limits_hold_under_validation),
		cmocka_unit_test(long_text_is_checked_in_time_and_a_failing_source_is_no_verdict),
		cmocka_unit_test(only_files_of_the_folder_are_read),
		cmocka_unit_test(schema_files_that_are_none_are_refused),
		cmocka_unit_test(threads_may_share_a_schema),
		cmocka_unit_test(loads_the_published_message_head),
	};
	return cmocka_run_group_tests_name("xml/schema", tests, setup, teardown);
}
