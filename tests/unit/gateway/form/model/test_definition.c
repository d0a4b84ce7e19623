/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/form/model/definition. */
#include "cm.h"

#include "base/mem.h"
#include "h_form.h"

#define TEXT(more) "{'type':'textfield','key':'a','label':'A'" more "}"

static const struct {
	const char *components;
	const char *finding;	/* begin of the only line */
} refused[] = {
	{ TEXT(",'customConditional':'show = data.x'"), "a: customConditional: JavaScript" },
	{ TEXT(",'calculateValue':'value = 1'"), "a: calculateValue: JavaScript" },
	{ TEXT(",'calculateValue':{'+':[1,2]}"), "a: calculateValue:" },
	{ TEXT(",'customDefaultValue':'value=1'"), "a: customDefaultValue:" },
	{ TEXT(",'validate':{'custom':'valid = true'}"), "a: validate.custom: JavaScript" },
	{ TEXT(",'validate':{'json':{'if':[1]}}"), "a: validate.json: JsonLogic" },
	{ TEXT(",'conditional':{'json':{'==':[1,1]}}"), "a: conditional.json: JsonLogic" },
	{ TEXT(",'logic':[{'name':'x'}]"), "a: logic:" },
	{ TEXT(",'unique':true"), "a: unique:" },
	{ TEXT(",'multiple':true"), "a: multiple:" },
	{ TEXT(",'widget':{'type':'calendar'}"), "a: widget.type:" },
	{ TEXT(",'validate':{'pattern':'[a-'}"), "a: validate.pattern:" },
	{ TEXT(",'conditional':{'show':true,'when':'nowhere','eq':'1'}"), "a: conditional.when: \"nowhere\"" },
	{ TEXT(",'conditional':{'show':true,'conjunction':'all','conditions':[{'component':'a','operator':'magic',"
	       "'value':1}]}"), "a: conditional.conditions: operator \"magic\"" },
	{ TEXT(",'description':'Hallo {{ data.name }}'"), "a: description: template" },
	{ TEXT(",'defaultValue':{'x':1}"), "a: defaultValue:" },
	{ "{'type':'datagrid','key':'g','components':[]}", "g: type: \"datagrid\" is not supported" },
	{ "{'type':'textfield','key':'1a','label':'A'}", "1a: key:" },
	{ "{'type':'textfield','key':'_csrf','label':'A'}", "_csrf: key:" },
	{ "{'type':'textfield','label':'A'}", "[0]: key: missing" },
	{ "{'type':'textfield','key':'a'}", "a: label: missing" },
	{ TEXT("") "," TEXT(""), "a: key: \"a\" is used twice" },
	{ "{'type':'select','key':'s','label':'S','dataSrc':'url','data':{'values':[{'label':'x','value':'x'}]}}",
	  "s: dataSrc: \"url\"" },
	{ "{'type':'radio','key':'r','label':'R','values':[]}", "r: values: no values" },
	{ "{'type':'datetime','key':'d','label':'D'}", "d: enableTime:" },
	{ "{'type':'datetime','key':'d','label':'D','enableTime':false,'datePicker':{'minDate':'moment()'}}",
	  "d: datePicker.minDate: only a date" },
	{ "{'type':'button','key':'b','label':'B','action':'custom','custom':'alert(1)'}", "b: custom: JavaScript" },
	{ "{'type':'panel','key':'p','title':'P','components':[" TEXT(",'logic':[1]") "]}", "p.a: logic:" },
	{ "{'type':'columns','key':'c','columns':[{'components':[" TEXT(",'logic':[1]") "]}]}", "c.a: logic:" },
};

static void what_cannot_be_done_is_refused_with_place_and_property(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		char *found = h_form_findings(refused[i].components);
		if (strncmp(found, refused[i].finding, strlen(refused[i].finding)) != 0)
			fail_msg("%s\n  wanted: %s\n  found:  %s", refused[i].components, refused[i].finding, found);
		free(found);
	}
}

static void every_offending_component_is_listed(void **state)
{
	(void)state;
	char *found = h_form_findings("{'type':'map','key':'m'},{'type':'textfield','key':'x','label':'X',"
				      "'calculateValue':'1','validate':{'custom':'1'}}");
	int lines = 0;
	for (char *p = found; (p = strchr(p, '\n')) != NULL; p++)
		lines++;
	assert_int_equal(lines, 3);
	free(found);
}

static void empty_settings_of_the_builder_are_no_reason_to_refuse(void **state)
{
	(void)state;
	char *found = h_form_findings(
		TEXT(",'customConditional':'','calculateValue':'','logic':[],'validate':{'custom':'','json':'',"
		     "'required':false,'pattern':'','minLength':'','maxLength':null},'conditional':{'show':null,"
		     "'when':null,'eq':'','json':''},'data':{'custom':'','url':''},'customDefaultValue':' '") ","
		"{'type':'button','key':'submit','label':'Absenden','action':'submit'}");
	assert_string_equal(found, "");
	free(found);
}

static void what_is_not_a_form_is_an_error_with_its_place(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "{", "[]", "{\"title\":\"x\"}", "{\"path\":\"x\"}",
		"{\"path\":\"Mit Leerzeichen\",\"title\":\"x\",\"components\":[]}",
		"{\"path\":\"x\",\"title\":\"x\"}", "{\"path\":\"x\",\"title\":\"x\",\"components\":[]}",
		"{\"path\":\"x\",\"title\":\"x\",\"components\":[1]}",
		"{\"path\":\"x\",\"title\":\"x\",\"display\":\"wizard\",\"components\":[{\"type\":\"textfield\","
		"\"key\":\"a\",\"label\":\"A\"}]}" };
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct form_definition *d = NULL;
		struct err e = ERR_INIT;
		assert_int_not_equal(form_definition_read(span_of(bad[i]), "x.json", NULL, NULL, &d, &e), 0);
		assert_non_null(strstr(e.text, "x.json"));
	}
}

static void a_wizard_has_a_page_for_each_panel(void **state)
{
	(void)state;
	struct form_definition *d = h_wizard(
		"{'type':'panel','key':'p1','title':'Eins','components':[" TEXT("") "]},"
		"{'type':'panel','key':'p2','title':'Zwei','components':[{'type':'fieldset','key':'f','legend':'G',"
		"'components':[{'type':'file','key':'b','label':'B'}]}]}");
	assert_int_equal(d->page_count, 2);
	assert_string_equal(d->pages[1].title, "Zwei");
	const struct form_field *b = form_field_find(d, "b");
	assert_int_equal(b->page, 1);
	assert_string_equal(b->parent->label, "G");
	assert_true(d->has_files);
	assert_int_equal(d->pages[0].end, d->pages[1].first - 1);
	form_definition_free(d);
}

static void settings_may_be_strings(void **state)
{
	(void)state;
	struct form_definition *d = h_form("{'type':'number','key':'n','label':'N','validate':{'min':'5','max':'7.5'}},"
					   "{'type':'file','key':'f','label':'F','fileMaxSize':'2MB'}");
	assert_true(d->fields[0].rules.has_min && d->fields[0].rules.has_max);
	assert_true(d->fields[0].rules.min == 5 && d->fields[0].rules.max == 7.5);
	assert_int_equal(d->fields[1].rules.file_max, 2 * 1024 * 1024);
	form_definition_free(d);
}

static void html_of_content_becomes_text(void **state)
{
	(void)state;
	struct form_definition *d =
		h_form("{'type':'content','key':'c','html':'<p>Erster  Absatz &amp; mehr</p>\\n"
		       "<p onclick=evil()>Zweiter<br>Zeile &uuml; &unbekannt;</p><script>x</script>'}," TEXT(""));
	assert_string_equal(d->fields[0].text, "Erster Absatz & mehr\nZweiter\nZeile ü &unbekannt;\nx");
	form_definition_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cannot_be_done_is_refused_with_place_and_property),
		cmocka_unit_test(every_offending_component_is_listed),
		cmocka_unit_test(empty_settings_of_the_builder_are_no_reason_to_refuse),
		cmocka_unit_test(what_is_not_a_form_is_an_error_with_its_place),
		cmocka_unit_test(a_wizard_has_a_page_for_each_panel),
		cmocka_unit_test(settings_may_be_strings),
		cmocka_unit_test(html_of_content_becomes_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
