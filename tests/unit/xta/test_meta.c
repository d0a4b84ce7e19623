/* SPDX-License-Identifier: EUPL-1.2 */
/* MessageMetaData, strict and lenient; what was let through is written as the schema wants it. */
#include "cm.h"

#include "base/mem.h"
#include "h_message.h"
#include "xml/schema.h"
#include "xta/meta.h"

#define DOC(attributes, author, reader, id, qualifier)                                                                 \
	"<m:MessageMetaData xmlns:m='" XTA_NS_META "' xmlns:wsa='" XTA_NS_WSA "'><m:DeliveryAttributes>" attributes      \
	"</m:DeliveryAttributes><m:Originators>" author "</m:Originators><m:Destinations>" reader                     \
	"</m:Destinations><m:MsgIdentification>" id "</m:MsgIdentification>" qualifier "</m:MessageMetaData>"
#define PARTY(role, attributes, value) "<m:" role "><m:Identifier " attributes ">" value "</m:Identifier></m:" role ">"
#define A PARTY("Author", "type='t'", "a")
#define R PARTY("Reader", "type='t'", "r")
#define ID "<wsa:MessageID>urn:a</wsa:MessageID>"
#define TYPE "<m:MessageType listURI='urn:l' listVersionID='1' payloadSchema='urn:p'><code>c</code></m:MessageType>"
#define SCENARIO "<m:BusinessScenario><m:Undefined/></m:BusinessScenario>"
#define Q(inner) "<m:Qualifier>" inner "</m:Qualifier>"
#define GOOD Q("<m:Service>urn:s</m:Service>" SCENARIO TYPE)

enum verdict { NEVER, LENIENT, ALWAYS };

static const struct {
	const char *what, *xml;
	enum verdict verdict;
	unsigned warnings;
} docs[] = {
	{ "plain", DOC("", A, R, ID, GOOD), ALWAYS, 0 },
	{ "value with blanks", DOC("", PARTY("Author", "type='t'", " a \n b "), R, ID, GOOD), ALWAYS, 0 },
	{ "security token", DOC("", "<m:Author><m:Identifier type='t'>a</m:Identifier><m:SecurityToken usage='SIGNATURE'><x/></m:SecurityToken></m:Author>", R, ID, GOOD),
	  ALWAYS, XTA_WARN_SECURITY_TOKEN },
	{ "party without type", DOC("", A, PARTY("Reader", "", "r"), ID, GOOD), LENIENT, XTA_WARN_PARTY_TYPE },
	{ "empty type", DOC("", A, PARTY("Reader", "type=''", "r"), ID, GOOD), LENIENT, XTA_WARN_PARTY_TYPE | XTA_WARN_EMPTY },
	{ "empty name", DOC("", A, PARTY("Reader", "type='t' name=''", "r"), ID, GOOD), LENIENT, XTA_WARN_EMPTY },
	{ "party without value", DOC("", A, PARTY("Reader", "type='t'", " "), ID, GOOD), NEVER, 0 },
	{ "no reader", DOC("", A, "", ID, GOOD), NEVER, 0 },
	{ "empty instant", DOC("<m:Origin/>", A, R, ID, GOOD), LENIENT, XTA_WARN_EMPTY },
	{ "bad instant", DOC("<m:Origin>1</m:Origin>", A, R, ID, GOOD), NEVER, 0 },
	{ "wrong order", DOC("<m:NotBefore>2026-01-01T00:00:00Z</m:NotBefore><m:Origin>2026-01-01T00:00:00Z</m:Origin>", A, R, ID, GOOD), NEVER, 0 },
	{ "obsolete on an instant", DOC("<m:ObsoleteAfter>2026-01-01T00:00:00Z</m:ObsoleteAfter>", A, R, ID, GOOD), NEVER, 0 },
	{ "no id", DOC("", A, R, "", GOOD), NEVER, 0 },
	{ "two ids", DOC("", A, R, ID ID, GOOD), NEVER, 0 },
	{ "no scenario", DOC("", A, R, ID, Q("<m:Service>urn:s</m:Service>" TYPE)), LENIENT, XTA_WARN_SCENARIO },
	{ "empty scenario", DOC("", A, R, ID, Q("<m:Service>urn:s</m:Service><m:BusinessScenario/>" TYPE)), NEVER, 0 },
	{ "empty service", DOC("", A, R, ID, Q("<m:Service/>" SCENARIO TYPE)), ALWAYS, XTA_WARN_SERVICE },
	{ "no service", DOC("", A, R, ID, Q(SCENARIO TYPE)), LENIENT, XTA_WARN_SERVICE },
	{ "service is no URI", DOC("", A, R, ID, Q("<m:Service>a b</m:Service>" SCENARIO TYPE)), NEVER, 0 },
	{ "no type", DOC("", A, R, ID, Q("<m:Service/>" SCENARIO)), NEVER, 0 },
	{ "qualified code", DOC("", A, R, ID, Q("<m:Service/>" SCENARIO "<m:MessageType listURI='urn:l' listVersionID='1' payloadSchema='urn:p'><m:code>c</m:code></m:MessageType>")),
	  NEVER, 0 },
	{ "no payloadSchema", DOC("", A, R, ID, Q("<m:Service/>" SCENARIO "<m:MessageType listURI='urn:l' listVersionID='1'><code>c</code></m:MessageType>")),
	  NEVER, 0 },
	{ "text", DOC("x", A, R, ID, GOOD), NEVER, 0 },
	{ "size 0", DOC("", A, R, ID, GOOD "<m:MsgSize>0</m:MsgSize>"), LENIENT, XTA_WARN_SIZE },
};

static int read_doc(const char *xml, bool is_strict, struct arena *a, struct xta_meta *m, unsigned *warnings, struct err *e)
{
	const struct xml_limits limits = XML_LIMITS_DEFAULT;
	const struct xml_node *root;

	*warnings = 0;
	assert_ok(xml_tree_parse(span_of(xml), &limits, a, &root, e), *e);
	return xta_meta_read(root, is_strict ? NULL : warnings, a, m, e);
}

static void test_strict_takes_what_the_schema_takes_and_lenient_a_little_more(void **state)
{
	const struct xml_limits limits = XML_LIMITS_DEFAULT;
	struct xml_schema *schema = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(xml_schema_load("xta/schema/metadata.xsd", &schema, &e), e);
	for (size_t i = 0; i < ARRAY_LEN(docs); i++) {
		struct arena *a = arena_new();
		unsigned warnings;
		struct xta_meta m;
		struct buf out;

		if ((read_doc(docs[i].xml, true, a, &m, &warnings, &e) == 0) != (docs[i].verdict == ALWAYS))
			fail_msg("%s, strict: %s", docs[i].what, e.text);
		if ((read_doc(docs[i].xml, false, a, &m, &warnings, &e) == 0) != (docs[i].verdict != NEVER))
			fail_msg("%s, lenient: %s", docs[i].what, e.text);
		if (docs[i].verdict != NEVER) {
			if (warnings != docs[i].warnings)
				fail_msg("%s: warnings %u", docs[i].what, warnings);
			buf_init(&out, 1 << 16);
			assert_ok(xta_meta_text(&m, &out, &e), e);
			assert_ok(xml_schema_check(schema, buf_view(&out), &limits, NULL, &e), e);
			buf_fini(&out);
		}
		arena_free(a);
	}
	xml_schema_free(schema);
}

static void test_blanks_around_a_value_do_not_make_another_party(void **state)
{
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	unsigned warnings;
	struct xta_meta m;

	(void)state;
	assert_ok(read_doc(docs[1].xml, true, a, &m, &warnings, &e), e);
	assert_string_equal(m.author.value, "a b");
	arena_free(a);
}

/* As OSCI messages carry it (GOV library). */
static void test_the_id_of_an_osci_header_is_no_obstacle(void **state)
{
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct xta_meta m;
	struct buf xml;

	(void)state;
	buf_init(&xml, 1 << 16);
	buf_puts(&xml, "<m:MessageMetaData Id='MetaData' TestMsg='1'");
	buf_puts(&xml, docs[0].xml + strlen("<m:MessageMetaData"));
	assert_ok(xta_meta_parse(buf_view(&xml), a, &m, &e), e);
	assert_true(m.is_test);
	assert_string_equal(m.message_id, "urn:a");
	buf_fini(&xml);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strict_takes_what_the_schema_takes_and_lenient_a_little_more),
		cmocka_unit_test(test_blanks_around_a_value_do_not_make_another_party),
		cmocka_unit_test(test_the_id_of_an_osci_header_is_no_obstacle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
