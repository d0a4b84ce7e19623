/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/form/model/value. */
#include "cm.h"

#include "base/mem.h"
#include "form/model/chars.h"
#include "form/model/date.h"
#include "form/model/value.h"
#include "h_form.h"

#define F(type, more) "{'type':'" type "','key':'x','label':'Feld'" more "}"
#define AB ",'values':[{'label':'Alpha','value':'a'},{'label':'Beta','value':'b'}]"
#define ABD ",'data':{'values':[{'label':'Alpha','value':'a'},{'label':'Beta','value':'b'}]}"

static const struct {
	const char *field, *typed[3], *json, *shown, *edit;
} typed[] = {
	{ F("textfield", ""), { "Müller" }, "\"Müller\"", "Müller", "Müller" },
	{ F("textfield", ""), { "" }, NULL, "", "" },
	{ F("textfield", ""), { "Mu\xCC\x88ller \xE2\x80\x93 \xE2\x80\x9EHof\xE2\x80\x9C" }, "\"Müller - \\\"Hof\\\"\"",
	  "Müller - \"Hof\"", "Müller - \"Hof\"" },
	{ F("textarea", ""), { "a\r\nb\rc" }, "\"a\\nb\\nc\"", "a\nb\nc", "a\nb\nc" },
	{ F("number", ""), { "12" }, "12", "12", "12" },
	{ F("number", ""), { " 3,5 " }, "3.5", "3,5", "3,5" },
	{ F("number", ""), { "1.234.567" }, "1234567", "1234567", "1234567" },
	{ F("number", ""), { "1.5" }, "1.5", "1,5", "1,5" },
	{ F("number", ",'suffix':'qm'"), { "62,25" }, "62.25", "62,25 qm", "62,25" },
	{ F("currency", ""), { "1.234,5" }, "1234.5", "1.234,50 €", "1234,50" },
	{ F("currency", ""), { "-20" }, "-20", "-20,00 €", "-20,00" },
	{ F("currency", ""), { "1234567" }, "1234567", "1.234.567,00 €", "1234567,00" },
	{ F("number", ""), { "1e5" }, "\"1e5\"", "1e5", "1e5" },
	{ F("number", ""), { "1,2,3" }, "\"1,2,3\"", "1,2,3", "1,2,3" },
	{ F("number", ""), { "inf" }, "\"inf\"", "inf", "inf" },
	/* as people type amounts */
	{ F("currency", ""), { "450 €" }, "450", "450,00 €", "450,00" },
	{ F("currency", ""), { "450,-" }, "450", "450,00 €", "450,00" },
	{ F("currency", ""), { "450,-- EUR" }, "450", "450,00 €", "450,00" },
	{ F("currency", ""), { "450.- Euro" }, "450", "450,00 €", "450,00" },
	{ F("currency", ""), { "€ 1.450,50" }, "1450.5", "1.450,50 €", "1450,50" },
	{ F("currency", ""), { "\u00A01 450,50\u00A0€ " }, "1450.5", "1.450,50 €", "1450,50" },
	{ F("currency", ""), { "450 Dollar" }, "\"450 Dollar\"", "450 Dollar", "450 Dollar" },
	{ F("currency", ",'currency':'USD'"), { "450 USD" }, "450", "450,00 USD", "450,00" },
	{ F("currency", ""), { "1 45" }, "\"1 45\"", "1 45", "1 45" },
	{ F("currency", ""), { "-" }, "\"-\"", "-", "-" },
	{ F("number", ",'suffix':'qm'"), { "62,25 qm" }, "62.25", "62,25 qm", "62,25" },
	{ F("number", ",'prefix':'ca.','suffix':'km'"), { "ca. 7" }, "7", "ca. 7 km", "7" },
	{ F("number", ",'delimiter':true"), { "1234567" }, "1234567", "1.234.567", "1234567" },
	{ F("number", ""), { "450,-" }, "\"450,-\"", "450,-", "450,-" },
	/* what stands around a text is no part of it */
	{ F("textfield", ""), { "  Müller\u00A0 " }, "\"Müller\"", "Müller", "Müller" },
	{ F("textfield", ""), { " \u00A0 " }, NULL, "", "" },
	{ F("email", ""), { " a@b.de\t" }, "\"a@b.de\"", "a@b.de", "a@b.de" },
	{ F("textarea", ""), { "\r\n a\r\n\r\nb \r\n" }, "\"a\\n\\nb\"", "a\n\nb", "a\n\nb" },
	{ F("textfield", ",'truncateMultipleSpaces':true"), { "a   b  c" }, "\"a b c\"", "a b c", "a b c" },
	{ F("textfield", ",'case':'uppercase'"), { "straße ä" }, "\"STRASSE Ä\"", "STRASSE Ä", "STRASSE Ä" },
	{ F("textfield", ",'case':'lowercase'"), { "ÄB" }, "\"äb\"", "äb", "äb" },
	{ F("textfield", ",'prefix':'AZ','suffix':'/26'"), { "12" }, "\"12\"", "AZ 12 /26", "12" },
	{ F("textfield", ",'properties':{'format':'iban'}"), { "de02 1203 0000-0000 2020 51" },
	  "\"DE02120300000000202051\"", "DE02 1203 0000 0000 2020 51", "DE02 1203 0000 0000 2020 51" },
	{ F("radio", ",'values':[{'label':'A','value':'a – b'}]"), { "a – b" }, "\"a – b\"", "A", "a – b" },
	{ F("day", ",'fields':{'day':{'hide':true}}"), { "11.2026" }, "\"2026-11\"", "11.2026", "11.2026" },
	{ F("day", ",'fields':{'day':{'hide':true}}"), { "3/2026" }, "\"2026-03\"", "03.2026", "03.2026" },
	{ F("day", ",'fields':{'day':{'hide':true},'month':{'hide':true}}"), { " 1980 " }, "\"1980\"", "1980", "1980" },
	{ F("day", ",'fields':{'day':{'hide':true},'month':{'hide':true}}"), { "80" }, "\"80\"", "80", "80" },
	{ F("checkbox", ""), { "1" }, "true", "ja", "" },
	{ F("checkbox", ""), { NULL }, "false", "nein", "" },
	{ F("radio", AB), { "b" }, "\"b\"", "Beta", "b" },
	{ F("selectboxes", AB), { "b" }, "{\"a\":false,\"b\":true}", "Beta", "" },
	{ F("selectboxes", AB), { "b", "a" }, "{\"a\":true,\"b\":true}", "Alpha\nBeta", "" },
	{ F("select", ",'multiple':true" ABD), { "a", "b" }, "[\"a\",\"b\"]", "Alpha\nBeta", "" },
	{ F("day", ""), { "24.11.2026" }, "\"2026-11-24\"", "24.11.2026", "24.11.2026" },
	{ F("day", ""), { "1.2.2026" }, "\"2026-02-01\"", "01.02.2026", "01.02.2026" },
	{ F("day", ""), { "2026-02-01" }, "\"2026-02-01\"", "01.02.2026", "01.02.2026" },
	{ F("day", ""), { "02/01/2026" }, "\"2026-02-01\"", "01.02.2026", "01.02.2026" },
	{ F("day", ",'dayFirst':true"), { "02/01/2026" }, "\"2026-01-02\"", "02.01.2026", "02.01.2026" },
	{ F("day", ""), { "31.02.2026" }, "\"31.02.2026\"", "31.02.2026", "31.02.2026" },
};

static void what_is_typed_becomes_a_value_and_is_shown_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
		struct form_definition *d = h_form(typed[i].field);
		size_t n = 0;
		struct buf json, shown, edit;
		while (n < 3 && typed[i].typed[n] != NULL)
			n++;
		json_t *v = form_value_from_text(&d->fields[0], typed[i].typed, n, NULL);
		buf_init(&json, 1000);
		buf_init(&shown, 1000);
		buf_init(&edit, 1000);
		char *dump = v == NULL ? mem_dup("") : json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
		form_value_show(&d->fields[0], v, &shown);
		form_value_edit(&d->fields[0], v, &edit);
		assert_string_equal(dump, typed[i].json == NULL ? "" : typed[i].json);
		assert_string_equal(buf_str(&shown), typed[i].shown);
		assert_string_equal(buf_str(&edit), typed[i].edit);
		free(dump);
		buf_fini(&json);
		buf_fini(&shown);
		buf_fini(&edit);
		json_decref(v);
		form_definition_free(d);
	}
}

static const struct {
	const char *field, *json, *kept;	/* kept NULL: does not fit */
} sent[] = {
	{ F("textfield", ""), "'a'", "\"a\"" },
	{ F("textfield", ""), "1", NULL },
	{ F("textfield", ""), "{'$ne':1}", NULL },
	{ F("number", ""), "1.5", "1.5" },
	{ F("number", ""), "'1.5'", "\"1.5\"" },
	{ F("number", ""), "1e300", NULL },
	{ F("checkbox", ""), "true", "true" },
	{ F("checkbox", ""), "'true'", NULL },
	{ F("selectboxes", AB), "{'a':true,'b':false}", "{\"a\":true,\"b\":false}" },
	{ F("selectboxes", AB), "{'a':1}", NULL },
	{ F("selectboxes", AB), "['a']", NULL },
	{ F("select", ",'multiple':true" ABD), "['a']", "[\"a\"]" },
	{ F("select", ",'multiple':true" ABD), "'a'", NULL },
	{ F("select", ABD), "['a']", NULL },
	{ F("day", ""), "'11/24/2026'", "\"2026-11-24\"" },
	{ F("day", ""), "20261124", NULL },
};

static void json_of_the_wrong_type_does_not_fit(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sent); i++) {
		struct form_definition *d = h_form(sent[i].field);
		char *text = mem_printf("{'x':%s}", sent[i].json);
		json_t *all = h_json(text);
		bool fits;
		json_t *v = form_value_from_json(&d->fields[0], json_object_get(all, "x"), &fits);
		char *dump = v == NULL ? NULL : json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
		if (fits != (sent[i].kept != NULL) || (fits && strcmp(dump, sent[i].kept) != 0))
			fail_msg("%s: fits %d, %s", sent[i].json, fits, dump);
		free(dump);
		json_decref(v);
		json_decref(all);
		free(text);
		form_definition_free(d);
	}
}

static void replaced_characters_are_reported(void **state)
{
	(void)state;
	bool replaced = false;
	char *s = form_chars_clean("plain ’ text", &replaced);
	assert_false(replaced);
	free(s);
	s = form_chars_clean("a\xE2\x80\xA6\xE2\x80\x8B", &replaced);
	assert_true(replaced);
	assert_string_equal(s, "a...");
	free(s);
}

static void length_counts_utf16_units(void **state)
{
	(void)state;
	assert_int_equal(form_text_length("abc"), 3);
	assert_int_equal(form_text_length("äö€"), 3);
	assert_int_equal(form_text_length("\xF0\x9F\x98\x80"), 2);
}

static void dates_are_days_of_the_calendar(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned spellings;
		const char *iso;
	} days[] = {
		{ "2000-02-29", FORM_DATE_ISO, "2000-02-29" },
		{ "1900-02-29", FORM_DATE_ISO, NULL },
		{ "2026-11-24T10:00:00Z", FORM_DATE_ISO, "2026-11-24" },
		{ "2026-1-1", FORM_DATE_ISO, NULL },
		{ "31.4.2026", FORM_DATE_GERMAN, NULL },
		{ "30.4.2026", FORM_DATE_GERMAN, "2026-04-30" },
		{ "30.4.26", FORM_DATE_GERMAN, NULL },
		{ "0.4.2026", FORM_DATE_GERMAN, NULL },
		{ "30.4.2026 ", FORM_DATE_GERMAN, NULL },
		{ "13/01/2026", FORM_DATE_MONTH_FIRST, NULL },
		{ "13/01/2026", FORM_DATE_DAY_FIRST, "2026-01-13" },
		{ "", 15, NULL },
		{ "0999-01-01", FORM_DATE_ISO, NULL },
		{ "-", 15, NULL },
		{ "1", 15, NULL },
		{ "1.", 15, NULL },
		{ "2026-11", FORM_DATE_MONTH, "2026-11" },
		{ "11.2026", FORM_DATE_MONTH, "2026-11" },
		{ "13.2026", FORM_DATE_MONTH, NULL },
		{ "2026-11-01", FORM_DATE_MONTH, NULL },
		{ "2026", FORM_DATE_YEAR, "2026" },
		{ "0999", FORM_DATE_YEAR, NULL },
		{ "2026", FORM_DATE_MONTH | FORM_DATE_ISO, NULL },
	};
	for (size_t i = 0; i < ARRAY_LEN(days); i++) {
		struct form_date d;
		char iso[FORM_DATE_LEN];
		bool good = form_date_parse(days[i].text, days[i].spellings, &d);
		if (good != (days[i].iso != NULL))
			fail_msg("%s", days[i].text);
		if (good)
			assert_string_equal(form_date_iso(&d, iso), days[i].iso);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_typed_becomes_a_value_and_is_shown_again),
		cmocka_unit_test(json_of_the_wrong_type_does_not_fit),
		cmocka_unit_test(replaced_characters_are_reported),
		cmocka_unit_test(length_counts_utf16_units),
		cmocka_unit_test(dates_are_days_of_the_calendar),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
