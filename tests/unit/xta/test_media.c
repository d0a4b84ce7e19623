/* SPDX-License-Identifier: EUPL-1.2 */
/* What the HTTP header says of a SOAP message. */
#include "cm.h"

#include "base/mem.h"
#include "xta/media.h"

static const struct {
	const char *type, *soap_action;
	bool is_good, is_multipart;
	const char *boundary, *start;
	const char *actions[3];
} heads[] = {
	{ "application/soap+xml; charset=utf-8; action=\"urn:a\"", "", true, false, "", "", { "urn:a" } },
	{ "application/soap+xml", "\"urn:a\"", true, false, "", "", { "urn:a" } },
	{ "application/soap+xml; action=\"urn:a\"", " \"urn:b\" ", true, false, "", "", { "urn:a", "urn:b" } },
	{ "text/xml; charset=utf-8", "urn:a", true, false, "", "", { "urn:a" } },
	{ "TEXT/XML", "\"\"", true, false, "", "", { NULL } },
	/* gSOAP */
	{ "multipart/related; boundary=\"==a+b/c==\"; type=\"application/xop+xml\"; start=\"<SOAP-ENV:Envelope>\"; "
	  "start-info=\"application/soap+xml\"; action=\"urn:a\"", "", true, true, "==a+b/c==", "SOAP-ENV:Envelope", { "urn:a" } },
	/* Java: the only place where the action stands is within another parameter */
	{ "multipart/related;start=\"<rootpart*1@example.jaxws.sun.com>\";type=\"application/xop+xml\";boundary=\"uuid:1\";"
	  "start-info=\"application/soap+xml;action=\\\"urn:a\\\"\"", "", true, true, "uuid:1", "rootpart*1@example.jaxws.sun.com", { "urn:a" } },
	{ "multipart/related; boundary=b; start-info=\"text/xml\"", "", true, true, "b", "", { NULL } },
	/* an action that only looks like one */
	{ "application/soap+xml; x=\"action=urn:b\"", "", true, false, "", "", { NULL } },
	{ "multipart/related; type=\"application/xop+xml\"", "", false, true, "", "", { NULL } },
	{ "multipart/form-data; boundary=b", "", false, false, "", "", { NULL } },
	{ "application/json", "", false, false, "", "", { NULL } },
	{ "application/soap+xml; action=\"urn:a\"; action=\"urn:b\"", "", false, false, "", "", { NULL } },
	{ "multipart/related; boundary=b; start-info=\"a;b\"", "", false, true, "b", "", { NULL } },
	{ "", "", false, false, "", "", { NULL } },
};

static void test_form_and_action_are_found_where_every_stack_puts_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		struct arena *a = arena_new();
		struct err e = ERR_INIT;
		struct xta_media m;
		int rc = xta_media_read(span_of(heads[i].type), span_of(heads[i].soap_action), a, &m, &e);

		if ((rc == 0) != heads[i].is_good)
			fail_msg("%s: %s", heads[i].type, e.text);
		if (rc == 0) {
			size_t n = 0;

			assert_int_equal(m.is_multipart, heads[i].is_multipart);
			assert_true(span_is(m.boundary, heads[i].boundary));
			assert_true(span_is(m.start, heads[i].start));
			for (; n < 3 && heads[i].actions[n] != NULL; n++)
				assert_true(n < m.action_count && span_is(m.actions[n], heads[i].actions[n]));
			assert_int_equal(m.action_count, n);
		}
		arena_free(a);
	}
}

static const struct {
	const char *head;
	bool is_good;
	const char *action;
} roots[] = {
	{ "Content-Type: application/xop+xml; charset=utf-8; type=\"application/soap+xml;action=\\\"urn:a\\\"\"\r\n", true, "urn:a" },
	{ "Content-Type: application/xop+xml; type=\"text/xml\"\r\nContent-ID: <r>\r\n", true, NULL },
	{ "Content-Id: <r>\r\n", true, NULL },
	{ "Content-Type: application/soap+xml; action=urn:a\r\n", true, "urn:a" },
	{ "Content-Type: application/xop+xml\r\nContent-ID: <other>\r\n", false, NULL },
	{ "Content-Type: image/png\r\n", false, NULL },
	{ "Content-Type: application/xop+xml; type\r\n", false, NULL },
};

static void test_the_root_part_is_the_first_and_may_name_the_action(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
		struct arena *a = arena_new();
		struct err e = ERR_INIT;
		struct xta_media m;
		struct mime_part p;
		int rc;

		assert_ok(xta_media_read(SPAN_LIT("multipart/related; boundary=b; start=\"<r>\""), SPAN_EMPTY, a, &m, &e), e);
		assert_ok(mime_part_parse(span_of(roots[i].head), a, &p, &e), e);
		rc = xta_media_read_root(&p, a, &m, &e);
		if ((rc == 0) != roots[i].is_good)
			fail_msg("%s: %s", roots[i].head, e.text);
		if (roots[i].action != NULL)
			assert_true(m.action_count == 1 && span_is(m.actions[0], roots[i].action));
		else
			assert_int_equal(m.action_count, 0);
		arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_form_and_action_are_found_where_every_stack_puts_them),
		cmocka_unit_test(test_the_root_part_is_the_first_and_may_name_the_action),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
