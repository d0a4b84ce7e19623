/* SPDX-License-Identifier: EUPL-1.2 */
/* What a value has to look like, with the schema as the judge. */
#include "cm.h"

#include "base/clock.h"
#include "base/mem.h"
#include "xml/schema.h"
#include "xta/value.h"

static const struct {
	const char *text;
	bool is_uri;
} uris[] = {
	{ "urn:de:xta:messageid:a:1", true },
	{ "http://www.osci.de/xmeld181/xmeld181Rueckmeldung.wsdl", true },
	{ "urn:xoev-de:xdomea:schema:2.4.0/xdomea240Antrag.wsdl", true },
	{ "uuid:1", true },
	{ "1", true },
	{ "a/b:c", true },
	{ "https://h.example:8443/p?q=1#f", true },
	{ "urn:%41", true },
	{ "", false },
	{ "a b", false },
	{ "1:a", false },
	{ ":a", false },
	{ "urn:%4", false },
	{ "urn:%zz", false },
	{ "http://h:port/", false },
	{ "http://", false },
	{ "urn:a<b", false },
	{ "urn:a#b#c", false },
	{ "urn:[a]", false },
	{ "urn:\xff", false },
	{ "a\\b", false },
};

/* What passes here passes the schema: nothing that was taken in makes an answer invalid. */
static void test_what_passes_as_a_uri_passes_the_schema(void **state)
{
	const struct xml_limits limits = XML_LIMITS_DEFAULT;
	struct xml_schema *schema = NULL;
	struct err e = ERR_INIT;
	char doc[300];

	(void)state;
	assert_ok(xml_schema_load("xta/schema/addressing.xsd", &schema, &e), e);
	for (size_t i = 0; i < ARRAY_LEN(uris); i++) {
		if (xta_is_uri(span_of(uris[i].text)) != uris[i].is_uri)
			fail_msg("%s", uris[i].text);
		snprintf(doc, sizeof(doc), "<To xmlns='http://www.w3.org/2005/08/addressing'>%s</To>", uris[i].text);
		if (uris[i].is_uri)
			assert_ok(xml_schema_check(schema, span_of(doc), &limits, NULL, &e), e);
	}
	xml_schema_free(schema);
}

static void test_languages_are_those_of_the_schema(void **state)
{
	static const char *const good[] = { "de", "de-DE", "x-klingon", "sr-Latn-RS" };
	static const char *const bad[] = { "", "-", "de-", "-de", "de_DE", "1a", "abcdefghi", "de--DE", "d\xc3\xa4" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(xta_is_language(span_of(good[i])));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(xta_is_language(span_of(bad[i])));
}

static void test_a_day_ends_in_the_zone_it_names(void **state)
{
	static const struct {
		const char *date, *end;
	} good[] = {
		{ "2026-12-31Z", "2027-01-01T00:00:00.000Z" },
		{ "2026-12-31+01:00", "2026-12-31T23:00:00.000Z" },
		{ "2026-12-31", "2026-12-31T23:00:00.000Z" },
		{ "2026-06-30", "2026-06-30T22:00:00.000Z" },
		{ "2024-02-29-05:00", "2024-03-01T05:00:00.000Z" },
	};
	static const char *const bad[] = { "", "2026", "2026-13-01", "2026-02-30", "31.12.2026", "2026-12-31T00:00:00Z", "2026-12-31+1" };
	struct err e = ERR_INIT;
	char text[CLOCK_TEXT_LEN];
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_ok(xta_date_end(good[i].date, &ms, &e), e);
		assert_string_equal(clock_utc(ms, text), good[i].end);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(xta_date_end(bad[i], &ms, &e), ERR_SYNTAX);
}

static void test_ids_are_compared_without_case(void **state)
{
	(void)state;
	assert_true(xta_id_is("urn:de:xta:messageid:A:1", "URN:de:xta:messageid:a:1"));
	assert_false(xta_id_is("urn:a:1", "urn:a:2"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_passes_as_a_uri_passes_the_schema),
		cmocka_unit_test(test_languages_are_those_of_the_schema),
		cmocka_unit_test(test_a_day_ends_in_the_zone_it_names),
		cmocka_unit_test(test_ids_are_compared_without_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
