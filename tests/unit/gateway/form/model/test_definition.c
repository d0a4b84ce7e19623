/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/form/model/definition. */
#include "cm.h"

#include "base/file.h"
#include "base/mem.h"
#include "form/model/definition_read.h"
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
	{ "{'type':'textfield','key':'__proto__','label':'A'}", "__proto__: key: \"__proto__\" is a member" },
	{ "{'type':'textfield','key':'constructor','label':'A'}", "constructor: key:" },
	/* each of these was dropped without a word once */
	{ "{'type':'panel','key':'p','title':'P','nextPage':'page5','components':[" TEXT("") "]}", "p: nextPage:" },
	{ "{'type':'checkbox','key':'c','label':'C','inputType':'radio','name':'g','value':'v'}", "c: inputType: only" },
	{ "{'type':'day','key':'d','label':'D','fields':{'month':{'hide':true}}}", "d: fields.month.hide:" },
	{ "{'type':'day','key':'d','label':'D','fields':{'year':{'hide':true}}}", "d: fields.year.hide:" },
	{ "{'type':'day','key':'d','label':'D','fields':{'year':{'required':true}}}", "d: fields: required for all" },
	{ "{'type':'day','key':'d','label':'D','minYear':'zwei'}", "d: minYear: not a number" },
	{ "{'type':'day','key':'d','label':'D','useLocaleSettings':true}", "d: useLocaleSettings: not for day" },
	{ "{'type':'datetime','key':'d','label':'D','enableTime':false,'enableDate':false}", "d: enableDate: only \"true\"" },
	{ "{'type':'datetime','key':'d','label':'D','enableTime':false,'datePicker':{'minMode':'month'}}",
	  "d: datePicker.minMode:" },
	{ "{'type':'datetime','key':'d','label':'D','enableTime':false,'datePicker':{'minDate':'2020-01-01'},"
	  "'widget':{'minDate':'2020-01-02'}}", "d: widget.minDate: not the same" },
	{ TEXT(",'case':'title'"), "a: case:" },
	{ TEXT(",'prefix':'<i class=fa></i>'"), "a: prefix: nothing to read" },
	{ TEXT(",'errors':{'requird':'x'}"), "a: errors.requird: no rule" },
	{ TEXT(",'errors':{'required':'{{ field }} fehlt'}"), "a: errors.required: only a plain text" },
	{ TEXT(",'validate':{'customMessage':'{{ field }}'}"), "a: validate.customMessage: template" },
	{ TEXT(",'validate':{'minLength':'viel'}"), "a: validate.minLength: not a number" },
	{ TEXT(",'validate':{'minSelectedCount':2}"), "a: validate.minSelectedCount: not for textfield" },
	{ TEXT(",'tooltip':'<img src=x>'"), "a: tooltip: <img>: not possible" },
	{ TEXT(",'hidden':true,'defaultValue':'x'"), "a: defaultValue: of a hidden" },
	{ TEXT(",'defaultValue':'x','validate':{'pattern':'[0-9]'}"), "a: defaultValue: breaks the rule pattern" },
	{ TEXT(",'attributes':{'onfocus':'evil()'}"), "a: attributes: not supported" },
	{ TEXT(",'gibtEsNicht':1"), "a: gibtEsNicht: not supported" },
	{ TEXT(",'validate':{'gibtEsNicht':'x'}"), "a: validate.gibtEsNicht: not supported" },
	{ TEXT(",'properties':{'format':'bic'}"), "a: properties.format: only \"iban\"" },
	{ TEXT(",'refreshOn':'b'"), "a: refreshOn:" },
	{ TEXT(",'encrypted':true"), "a: encrypted:" },
	{ "{'type':'radio','key':'r','label':'R','defaultValue':'c','values':[{'label':'A','value':'a'}]}",
	  "r: defaultValue: breaks the rule onlyAvailableItems" },
	{ "{'type':'radio','key':'r','label':'R','values':[{'label':'{{ a }}','value':'a'}]}", "r: values[].label: template" },
	{ "{'type':'radio','key':'r','label':'R','values':[{'label':'A','value':'a','icon':'x'}]}", "r: values[].icon:" },
	{ "{'type':'selectboxes','key':'s','label':'S','values':[{'label':'A','value':'__proto__'}]}", "s: values: entry 0" },
	{ "{'type':'select','key':'s','label':'S','template':'<b>{{ item.x }}</b>','data':{'values':[{'label':'A',"
	  "'value':'a'}]}}", "s: template: only" },
	{ "{'type':'file','key':'f','label':'F','filePattern':'.docx'}", "f: filePattern: \".docx\" cannot be attached" },
	{ "{'type':'file','key':'f','label':'F','filePattern':'/\\\\.pdf$/'}", "f: filePattern:" },
	{ "{'type':'file','key':'f','label':'F','filePattern':'!*'}", "f: filePattern: allows no file" },
	{ "{'type':'file','key':'f','label':'F','fileMaxSize':'1,5MB'}", "f: fileMaxSize: \"1,5MB\" is not a size" },
	{ "{'type':'file','key':'f','label':'F','fileMaxSize':'5 Bytes'}", "f: fileMaxSize:" },
	{ "{'type':'file','key':'f','label':'F','fileTypes':[{'label':'Ausweis','value':'a'}]}", "f: fileTypes:" },
	{ "{'type':'number','key':'n','label':'N','requireDecimal':true}", "n: requireDecimal: not for number" },
	{ "{'type':'number','key':'n','label':'N','decimalLimit':20}", "n: decimalLimit:" },
	{ "{'type':'number','key':'n','label':'N','validate':{'min':'a'}}", "n: validate.min: not a number" },
	{ "{'type':'currency','key':'n','label':'N','currency':'Euro'}", "n: currency:" },
	{ "{'type':'content','key':'c','html':'<p onclick=evil()>x</p>'}", "c: html: <p>: an attribute with JavaScript" },
	{ "{'type':'content','key':'c','html':'<table><tr><td>x</td></tr></table>'}", "c: html: <table>: not possible" },
	{ "{'type':'content','key':'c','html':'<a href=javascript:x>x</a>'}", "c: html: <a href>: only http" },
	{ "{'type':'fieldset','key':'f','legend':'L','disabled':true,'components':[" TEXT("") "]}", "f: disabled: only for" },
	{ TEXT("") "," TEXT(""), "a: key: \"a\" is used twice" },
	{ "{'type':'select','key':'s','label':'S','dataSrc':'url','data':{'values':[{'label':'x','value':'x'}]}}",
	  "s: dataSrc: only \"values\"" },
	{ "{'type':'radio','key':'r','label':'R','values':[]}", "r: values: no values" },
	{ "{'type':'datetime','key':'d','label':'D'}", "d: enableTime:" },
	{ "{'type':'datetime','key':'d','label':'D','enableTime':false,'datePicker':{'minDate':'moment().add(1)'}}",
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

static void html_of_labels_is_text_on_paper_and_markup_on_pages(void **state)
{
	(void)state;
	struct form_definition *d = h_form(
		"{'type':'checkbox','key':'c','label':'Ich habe die <a href=https://a.example/d>Hinweise</a> <b>gelesen</b>',"
		"'tooltip':'Tipp','description':'Es <em>gilt</em>','errorLabel':'Hinweise'},"
		"{'type':'radio','key':'r','label':'R','values':[{'label':'1 &lt; 2 <i>oder</i>','value':'a'}]}");
	const struct form_field *c = &d->fields[0], *r = &d->fields[1];

	assert_string_equal(c->label, "Ich habe die Hinweise gelesen");
	assert_string_equal(c->label_html, "Ich habe die <a href=\"https://a.example/d\" rel=\"noopener noreferrer\" "
					   "target=\"_blank\">Hinweise<span class=\"vh\"> (neues Fenster)</span></a> "
					   "<strong>gelesen</strong>");
	assert_string_equal(c->problem_label, "Hinweise");
	assert_string_equal(c->hint, "Es gilt Tipp");
	assert_string_equal(c->hint_html, "Es <em>gilt</em><br>Tipp");
	assert_string_equal(r->choices[0].label, "1 < 2 oder");
	assert_string_equal(r->choices[0].label_html, "1 &lt; 2 <em>oder</em>");
	form_definition_free(d);
}

static void the_form_itself_has_a_list_of_properties_too(void **state)
{
	(void)state;
	static const struct {
		const char *more, *finding;
	} cases[] = {
		{ "\"controller\":\"x\"", "form: controller: JavaScript" },
		{ "\"display\":\"pdf\"", "form: display: only" },
		{ "\"seitenzahl\":3", "form: seitenzahl: not supported" },
		{ "\"properties\":{\"decalaration\":\"x\"}", "form: properties.decalaration: not known" },
		{ "\"properties\":{\"declaration\":\"{{ x }}\"}", "form: properties.declaration: template" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *text = mem_printf("{\"title\":\"T\",\"path\":\"t\",%s,\"components\":[{\"type\":\"textfield\",\"key\":"
					"\"a\",\"label\":\"A\"}]}", cases[i].more);
		struct form_definition *d = NULL;
		struct err e = ERR_INIT;

		assert_int_equal(form_definition_read(span_of(text), "t", NULL, NULL, &d, &e), ERR_UNSUPPORTED);
		if (strstr(e.text, cases[i].finding) == NULL)
			fail_msg("%s", e.text);
		free(text);
	}
}

static void the_version_is_the_author_s_or_the_file_s_digest(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"{\"title\":\"T\",\"path\":\"t\",\"properties\":{\"version\":\"2026-03\"},\"components\":[{\"type\":\"textfield\","
		"\"key\":\"a\",\"label\":\"A\"}]}",
		"{\"title\":\"T\",\"path\":\"t\",\"components\":[{\"type\":\"textfield\",\"key\":\"a\",\"label\":\"A\"}]}",
	};
	struct form_definition *d = NULL;
	struct err e = ERR_INIT;

	assert_ok(form_definition_read(span_of(texts[0]), "t", NULL, NULL, &d, &e), e);
	assert_string_equal(d->version, "2026-03");
	form_definition_free(d);
	assert_ok(form_definition_read(span_of(texts[1]), "t", NULL, NULL, &d, &e), e);
	assert_int_equal(strlen(d->version), 16);
	form_definition_free(d);
}

/* A full export of the builder: everything that it leaves behind is known. */
static void the_builder_s_own_settings_are_no_findings(void **state)
{
	(void)state;
	char *found = h_form_findings(
		TEXT(",'placeholder':'','prefix':'','customClass':'','suffix':'','multiple':false,'defaultValue':null,"
		     "'protected':false,'unique':false,'persistent':true,'hidden':false,'clearOnHide':true,'refreshOn':'',"
		     "'redrawOn':'','tableView':true,'modalEdit':false,'dataGridLabel':false,'labelPosition':'top',"
		     "'description':'','errorLabel':'','tooltip':'','hideLabel':false,'tabindex':'','disabled':false,"
		     "'autofocus':false,'dbIndex':false,'customDefaultValue':'','calculateValue':'','calculateServer':false,"
		     "'widget':{'type':'input'},'attributes':{},'validateOn':'change','validate':{'required':true,'custom':'',"
		     "'customPrivate':false,'strictDateValidation':false,'multiple':false,'unique':false,'minLength':'',"
		     "'maxLength':'','pattern':''},'conditional':{'show':null,'when':null,'eq':''},'overlay':{'style':'',"
		     "'left':'','top':'','width':'','height':''},'allowCalculateOverride':false,'encrypted':false,"
		     "'showCharCount':false,'showWordCount':false,'properties':{},'allowMultipleMasks':false,'addons':[],"
		     "'mask':false,'inputType':'text','inputFormat':'plain','inputMask':'','displayMask':'','spellcheck':true,"
		     "'truncateMultipleSpaces':false,'id':'e1','input':true,'case':'','errors':''") ","
		"{'type':'datetime','key':'d','label':'D','enableTime':false,'enableDate':true,'format':'dd.MM.yyyy',"
		"'defaultDate':'','displayInTimezone':'viewer','timezone':'','datepickerMode':'day','datePicker':{"
		"'showWeeks':true,'startingDay':0,'initDate':'','minMode':'day','maxMode':'year','yearRows':4,'yearColumns':5,"
		"'minDate':null,'maxDate':null,'disable':'','disableFunction':'','disableWeekends':false,"
		"'disableWeekdays':false},'timePicker':{'hourStep':1,'showMeridian':true},'customOptions':{},'widget':{"
		"'type':'calendar','mode':'single','noCalendar':false,'enableTime':false,'format':'dd.MM.yyyy',"
		"'hourIncrement':1,'minuteIncrement':1,'time_24hr':false,'minDate':null,'maxDate':null,'disabledDates':''}},"
		"{'type':'day','key':'y','label':'Y','fields':{'day':{'type':'number','placeholder':'','required':false},"
		"'month':{'type':'select','placeholder':'','required':false},'year':{'type':'number','required':false}},"
		"'dayFirst':true,'hideInputLabels':false,'inputsLabelPosition':'top','useLocaleSettings':false,"
		"'defaultValue':'00/00/0000'},{'type':'select','key':'s','label':'S','widget':'choicesjs','dataSrc':'values',"
		"'data':{'values':[{'label':'A','value':'a'}],'json':'','url':'','resource':'','custom':'','headers':[{'key':'',"
		"'value':''}]},'template':'<span>{{ item.label }}</span>','idPath':'id','limit':100,'lazyLoad':true,"
		"'searchEnabled':true,'searchDebounce':0.3,'searchThreshold':0.3,'minSearch':0,'selectThreshold':0.3,"
		"'fuseOptions':{'include':'score','threshold':0.3},'customOptions':{},'valueProperty':'','filter':'','sort':'',"
		"'indexeddb':{'filter':{}},'validate':{'onlyAvailableItems':false}},"
		"{'type':'selectboxes','key':'b','label':'B','values':[{'label':'A','value':'a','shortcut':''}],'inline':false,"
		"'optionsLabelPosition':'right','defaultValue':{'a':false,'':false},'inputType':'checkbox'},"
		"{'type':'file','key':'f','label':'F','storage':'base64','dir':'','fileNameTemplate':'','image':false,"
		"'uploadOnly':false,'webcam':false,'fileTypes':[{'label':'','value':''}],'filePattern':'*','fileMinSize':'0KB',"
		"'fileMaxSize':'1GB','imageSize':'200','privateDownload':false},"
		"{'type':'panel','key':'p','title':'P','theme':'default','breadcrumb':'default','collapsible':false,"
		"'buttonSettings':{'previous':true,'cancel':true,'next':true},'persistent':false,'clearOnHide':false,"
		"'tree':false,'lazyLoad':false,'components':[{'type':'columns','key':'c','columns':[{'components':[],'width':6,"
		"'offset':0,'push':0,'pull':0,'size':'md','currentWidth':6}]}]}");

	assert_string_equal(found, "");
	free(found);
}

static void every_property_of_the_table_is_in_the_documentation(void **state)
{
	(void)state;
	struct err e = ERR_INIT;
	struct buf b;

	buf_init(&b, 1 << 20);
	assert_ok(file_read("docs/forms.md", &b, &e), e);
	for (size_t i = 0; i < form_property_count(); i++) {
		/* Groups are written once with what is in them: `datePicker` (`minDate`, ...). */
		const char *dot = strrchr(form_property_name(i), '.');
		char *name = mem_printf("`%s`", dot != NULL ? dot + 1 : form_property_name(i));

		if (strstr(buf_str(&b), name) == NULL)
			fail_msg("docs/forms.md does not name %s (%s)", name, form_property_name(i));
		free(name);
	}
	buf_fini(&b);
}

static void html_of_content_becomes_text(void **state)
{
	(void)state;
	struct form_definition *d =
		h_form("{'type':'content','key':'c','html':'<p>Erster  Absatz &amp; mehr</p>\\n"
		       "<p class=x>Zweiter<br>Zeile &uuml; &unbekannt;</p>'},{'type':'htmlelement','key':'h','tag':'a',"
		       "'attrs':[{'attr':'href','value':'https://a.example/?x&amp;y'}],'content':'Mehr'}," TEXT(""));

	assert_string_equal(d->fields[0].text, "Erster Absatz & mehr\nZweiter\nZeile ü &unbekannt;");
	assert_string_equal(d->fields[0].text_html, "<p>Erster Absatz &amp; mehr</p>\n<p>Zweiter<br>Zeile ü "
						    "&amp;unbekannt;</p>");
	assert_string_equal(d->fields[1].text, "Mehr (https://a.example/?x&y)");
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
		cmocka_unit_test(html_of_labels_is_text_on_paper_and_markup_on_pages),
		cmocka_unit_test(the_form_itself_has_a_list_of_properties_too),
		cmocka_unit_test(the_version_is_the_author_s_or_the_file_s_digest),
		cmocka_unit_test(the_builder_s_own_settings_are_no_findings),
		cmocka_unit_test(every_property_of_the_table_is_in_the_documentation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
