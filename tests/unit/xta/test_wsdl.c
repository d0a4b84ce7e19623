/* SPDX-License-Identifier: EUPL-1.2 */
/* The description of the service, against what it describes. */
#include "cm.h"

#include "base/mem.h"
#include "h_message.h"
#include "xml/schema.h"
#include "xml/tree.h"

#define WSDL "http://schemas.xmlsoap.org/wsdl/"
#define SOAP WSDL "soap12/"

static const char *const at[XTA_PORT_COUNT] = { "https://h.example/m", "https://h.example/s?a&b", "https://h.example/b" };

static const struct xml_node *parse(const char *query, struct arena *a)
{
	const struct xml_limits limits = XML_LIMITS_DEFAULT;
	const struct xml_node *root = NULL;
	struct err e = ERR_INIT;
	struct buf out;

	buf_init(&out, 1 << 20);
	assert_true(xta_server_describe(at, span_of(query), &out));
	assert_ok(xml_tree_parse(buf_view(&out), &limits, a, &root, &e), e);
	buf_fini(&out);
	return root;
}

static const struct xml_node *named(const struct xml_node *n, const char *local, const char *name)
{
	struct span v;

	for (const struct xml_node *c = xml_child(n, WSDL, local); c != NULL; c = xml_next(c, WSDL, local))
		if (xml_attr_get(c, NULL, "name", &v) && span_is(v, name))
			return c;
	fail_msg("no %s %s", local, name);
	return NULL;
}

static size_t count(const struct xml_node *n, const char *ns, const char *local)
{
	size_t k = 0;

	for (const struct xml_node *c = xml_child(n, ns, local); c != NULL; c = xml_next(c, ns, local))
		k++;
	return k;
}

static void test_the_wsdl_has_every_operation_with_its_action_and_its_faults(void **state)
{
	static const char *const types[] = { "managementPortType", "sendPortType", "msgBoxPortType" };
	static const char *const bindings[] = { "managementHttpsBinding", "sendXTAHttpsBinding", "msgBoxHttpsBinding" };
	struct arena *a = arena_new();
	const struct xml_node *root = parse("wsdl", a);
	const struct xta_operation *op;
	struct span v;

	(void)state;
	for (unsigned i = 0; (op = xta_operation_at(i)) != NULL; i++) {
		const struct xml_node *o = named(named(root, "portType", types[op->port]), "operation", op->name);
		const struct xml_node *b = named(named(root, "binding", bindings[op->port]), "operation", op->name);

		assert_int_equal(count(o, WSDL, "fault"), __builtin_popcount(op->exceptions));
		assert_int_equal(count(b, WSDL, "fault"), __builtin_popcount(op->exceptions));
		assert_true(xml_attr_get(xml_child(b, SOAP, "operation"), NULL, "soapAction", &v));
		assert_true(span_is(v, op->action));
	}
	arena_free(a);
}

static void test_the_wsdl_says_where_the_ports_are(void **state)
{
	struct arena *a = arena_new();
	const struct xml_node *service = named(parse("WSDL", a), "service", "XTAService");
	struct span v;

	(void)state;
	assert_true(xml_attr_get(xml_child(named(service, "port", "SendXtaPort"), SOAP, "address"), NULL, "location", &v));
	assert_true(span_is(v, at[XTA_SEND]));
	arena_free(a);
}

/* Every schema that is named can be had, and names the others by address. */
static void test_every_schema_that_is_named_is_served(void **state)
{
	static const char *const names[] = { "service.xsd",  "msgbox.xsd",   "metadata.xsd",  "addressing.xsd",
					     "code.xsd",     "security.xsd", "signature.xsd", "encryption.xsd" };
	struct buf out;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct arena *a = arena_new();
		char query[60];

		snprintf(query, sizeof(query), "xsd=%s", names[i]);
		parse(query, a);
		arena_free(a);
	}
	buf_init(&out, 1 << 20);
	assert_true(xta_server_describe(at, SPAN_LIT("xsd=msgbox.xsd"), &out));
	assert_non_null(strstr(buf_str(&out), "schemaLocation=\"https://h.example/m?xsd=metadata.xsd\""));
	/* wsimport binds this one by its name and fails without it */
	buf_reset(&out);
	assert_true(xta_server_describe(at, SPAN_LIT("xsd=addressing.xsd"), &out));
	assert_non_null(strstr(buf_str(&out), "<xs:element name=\"EndpointReference\""));
	assert_false(xta_server_describe(at, SPAN_LIT("xsd=../README.md"), &out));
	assert_false(xta_server_describe(at, SPAN_LIT("xsd"), &out));
	assert_false(xta_server_describe(at, SPAN_EMPTY, &out));
	buf_fini(&out);
}

static void test_our_schemas_compile_and_take_what_the_published_ones_take(void **state)
{
	const struct xml_limits limits = XML_LIMITS_DEFAULT;
	struct xml_schema *ours = NULL, *published = NULL;
	struct err e = ERR_INIT;
	struct buf meta;

	(void)state;
	assert_ok(xml_schema_load("xta/schema/service.xsd", &ours, &e), e);
	buf_init(&meta, 1 << 20);
	buf_puts(&meta, H_META("urn:a:1", "<m:ObsoleteAfter>2026-11-27</m:ObsoleteAfter>"));
	assert_ok(xml_schema_check(ours, buf_view(&meta), &limits, NULL, &e), e);
	if (access("../shared/schemas/xta/xta-all.xsd", R_OK) == 0) {
		assert_ok(xml_schema_load("../shared/schemas/xta/xta-all.xsd", &published, &e), e);
		assert_ok(xml_schema_check(published, buf_view(&meta), &limits, NULL, &e), e);
	}
	buf_reset(&meta);
	buf_puts(&meta, H_META("urn:a:1", "<m:ObsoleteAfter>27.11.2026</m:ObsoleteAfter>"));
	assert_int_not_equal(xml_schema_check(ours, buf_view(&meta), &limits, NULL, &e), 0);
	buf_fini(&meta);
	xml_schema_free(ours);
	xml_schema_free(published);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_wsdl_has_every_operation_with_its_action_and_its_faults),
		cmocka_unit_test(test_the_wsdl_says_where_the_ports_are),
		cmocka_unit_test(test_every_schema_that_is_named_is_served),
		cmocka_unit_test(test_our_schemas_compile_and_take_what_the_published_ones_take),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
