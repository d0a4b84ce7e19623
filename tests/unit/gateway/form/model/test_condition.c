/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/form/model/condition. */
#include "cm.h"

#include "base/mem.h"
#include "form/model/condition.h"
#include "h_form.h"

/* Fields to look at, and x with the condition of the table. */
#define FIELDS                                                                                                         \
	"{'type':'textfield','key':'t','label':'T'},{'type':'number','key':'n','label':'N'},"                          \
	"{'type':'checkbox','key':'c','label':'C'},{'type':'radio','key':'r','label':'R','values':["                   \
	"{'label':'Ja','value':'ja'},{'label':'Nein','value':'nein'}]},{'type':'selectboxes','key':'s','label':'S',"   \
	"'values':[{'label':'A','value':'a'},{'label':'B','value':'b'}]},{'type':'select','key':'m','label':'M',"      \
	"'multiple':true,'data':{'values':[{'label':'A','value':'a'},{'label':'B','value':'b'}]}},"                    \
	"{'type':'day','key':'d','label':'D'},"
#define WHEN(show, key, eq) "{'show':" show ",'when':'" key "','eq':" eq "}"
#define ONE(op, key, value) "{'show':true,'conjunction':'all','conditions':[{'component':'" key "','operator':'" op \
			    "','value':" value "}]}"

static const struct {
	const char *condition, *values;
	bool shown;
} cases[] = {
	{ WHEN("true", "r", "'ja'"), "{'r':'ja'}", true },
	{ WHEN("true", "r", "'ja'"), "{'r':'nein'}", false },
	{ WHEN("true", "r", "'ja'"), "{}", false },
	{ WHEN("'true'", "r", "'ja'"), "{'r':'ja'}", true },
	{ WHEN("false", "r", "'ja'"), "{'r':'ja'}", false },
	{ WHEN("'false'", "r", "'ja'"), "{'r':'nein'}", true },
	{ WHEN("true", "c", "true"), "{'c':true}", true },
	{ WHEN("true", "c", "'true'"), "{'c':true}", true },
	{ WHEN("true", "c", "'true'"), "{}", false },
	{ WHEN("true", "c", "'false'"), "{}", true },
	{ WHEN("true", "n", "'3'"), "{'n':3}", true },
	{ WHEN("true", "n", "'3.5'"), "{'n':3.5}", true },
	{ WHEN("true", "s", "'a'"), "{'s':{'a':true,'b':false}}", true },
	{ WHEN("true", "s", "'b'"), "{'s':{'a':true,'b':false}}", false },
	{ WHEN("false", "s", "'b'"), "{'s':{'a':true,'b':false}}", true },
	{ WHEN("true", "m", "'b'"), "{'m':['a','b']}", true },
	{ WHEN("false", "m", "'b'"), "{'m':['a','b']}", false },
	{ WHEN("true", "t", "''"), "{}", true },
	{ ONE("isEqual", "r", "'ja'"), "{'r':'ja'}", true },
	{ ONE("isEqual", "c", "'true'"), "{'c':true}", true },
	{ ONE("isEqual", "c", "'false'"), "{'c':false}", true },
	{ ONE("isEqual", "n", "'7'"), "{'n':7}", true },
	{ ONE("isEqual", "n", "7"), "{'n':7.0}", true },
	{ ONE("isEqual", "s", "'a'"), "{'s':{'a':true}}", true },
	{ ONE("isNotEqual", "s", "'a'"), "{'s':{'a':true}}", false },
	{ ONE("isNotEqual", "r", "'ja'"), "{}", true },
	{ ONE("isNotEqual", "m", "'a'"), "{'m':['a','b']}", true },
	{ ONE("isEmpty", "t", "null"), "{'t':'  '}", true },
	{ ONE("isEmpty", "s", "null"), "{'s':{'a':false}}", true },
	{ ONE("isNotEmpty", "n", "null"), "{'n':0}", true },
	{ ONE("isNotEmpty", "t", "null"), "{}", false },
	{ ONE("includes", "t", "'lo W'"), "{'t':'Hallo Welt'}", true },
	{ ONE("notIncludes", "t", "'lo W'"), "{'t':'Hallo Welt'}", false },
	{ ONE("includes", "m", "'b'"), "{'m':['a','b']}", true },
	{ ONE("startsWith", "t", "'Ha'"), "{'t':'Hallo'}", true },
	{ ONE("endsWith", "t", "'lo'"), "{'t':'Hallo'}", true },
	{ ONE("endsWith", "t", "'lo'"), "{'t':'o'}", false },
	{ ONE("lessThan", "n", "'10'"), "{'n':9}", true },
	{ ONE("lessThan", "n", "10"), "{'n':10}", false },
	{ ONE("lessThanOrEqual", "n", "10"), "{'n':10}", true },
	{ ONE("greaterThan", "n", "10"), "{'n':'viel'}", false },
	{ ONE("greaterThan", "n", "10"), "{'n':10.5}", true },
	{ ONE("greaterThanOrEqual", "n", "10"), "{'n':10}", true },
	{ ONE("dateLessThan", "d", "'2010-01-01'"), "{'d':'2009-12-31'}", true },
	{ ONE("dateLessThan", "d", "'01/01/2010'"), "{'d':'2010-01-01'}", false },
	{ ONE("dateLessThanOrEqual", "d", "'01/01/2010'"), "{'d':'2010-01-01'}", true },
	{ ONE("dateGreaterThan", "d", "'2010-01-01'"), "{}", false },
	{ ONE("dateGreaterThanOrEqual", "d", "'2010-01-01'"), "{'d':'2010-01-01'}", true },
	{ ONE("isDateEqual", "d", "'2010-01-01'"), "{'d':'2010-01-01'}", true },
	{ ONE("isNotDateEqual", "d", "'2010-01-01'"), "{'d':'2010-01-01'}", false },
	{ "{'show':true,'conjunction':'any','conditions':[{'component':'r','operator':'isEqual','value':'ja'},"
	  "{'component':'c','operator':'isEqual','value':'true'}]}", "{'c':true}", true },
	{ "{'show':true,'conjunction':'all','conditions':[{'component':'r','operator':'isEqual','value':'ja'},"
	  "{'component':'c','operator':'isEqual','value':'true'}]}", "{'c':true}", false },
	{ "{'show':false,'conjunction':'any','conditions':[{'component':'panel.r','operator':'isEqual','value':'ja'}]}",
	  "{'r':'ja'}", false },
};

static void a_condition_means_what_it_means_in_form_io(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *text = mem_printf(FIELDS "{'type':'textfield','key':'x','label':'X','conditional':%s}",
					cases[i].condition);
		struct form_definition *d = h_form(text);
		json_t *values = h_json(cases[i].values);
		bool shown[16];
		form_condition_show(d, values, shown);
		if (shown[form_field_find(d, "x")->index] != cases[i].shown)
			fail_msg("%s with %s", cases[i].condition, cases[i].values);
		json_decref(values);
		form_definition_free(d);
		free(text);
	}
}

static void hidden_values_are_removed_along_the_chain(void **state)
{
	(void)state;
	struct form_definition *d = h_form(
		"{'type':'textfield','key':'c','label':'C','conditional':" WHEN("true", "b", "'1'") "},"
		"{'type':'textfield','key':'b','label':'B','conditional':" WHEN("true", "a", "'1'") "},"
		"{'type':'textfield','key':'a','label':'A'},"
		"{'type':'textfield','key':'k','label':'K','clearOnHide':false,'hidden':true}");
	json_t *values = h_json("{'a':'0','b':'1','c':'x','k':'kept','unknown':1}");
	bool shown[4];
	form_condition_settle(d, values, shown);
	assert_int_equal(json_object_size(values), 2);
	assert_non_null(json_object_get(values, "a"));
	assert_non_null(json_object_get(values, "k"));
	assert_true(!shown[0] && !shown[1] && shown[2] && !shown[3]);
	json_decref(values);
	form_definition_free(d);
}

static void what_is_inside_hidden_layout_is_hidden(void **state)
{
	(void)state;
	struct form_definition *d = h_form(
		"{'type':'checkbox','key':'c','label':'C'},{'type':'fieldset','key':'f','legend':'F','conditional':"
		WHEN("true", "c", "'true'") ",'components':[{'type':'textfield','key':'x','label':'X'}]}");
	json_t *values = h_json("{'x':'1'}");
	bool shown[3];
	form_condition_settle(d, values, shown);
	assert_int_equal(json_object_size(values), 0);
	assert_false(shown[2]);
	json_decref(values);
	form_definition_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_condition_means_what_it_means_in_form_io),
		cmocka_unit_test(hidden_values_are_removed_along_the_chain),
		cmocka_unit_test(what_is_inside_hidden_layout_is_hidden),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
