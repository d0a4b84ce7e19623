/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/cli/print. */
#include "cm.h"

#include "cli/cli.h"

static const struct cli_column columns[] = {
	{ "who", "WHO", "EMPFÄNGER" }, { "n", "N", "ANZAHL" }, { "why", "WHY", "GRUND" }, { NULL, NULL, NULL },
};

static json_t *parse(const char *text)
{
	struct err e = ERR_INIT;
	json_t *o = NULL;

	assert_ok(json_read(span_of(text), "row", &o, &e), e);
	return o;
}

static char *printed;
static size_t printed_n;

static FILE *begin(void)
{
	free(printed);
	printed = NULL;
	return open_memstream(&printed, &printed_n);
}

static void prints(FILE *out, const char *text)
{
	fclose(out);
	assert_string_equal(printed, text);
	free(printed);
	printed = NULL;
}

static void table(const char *const *rows, bool german, const char *text)
{
	struct cli_table *t = cli_table_new(columns, german);
	FILE *out = begin();

	for (; *rows != NULL; rows++) {
		json_t *row = parse(*rows);

		cli_table_add(t, row);
		json_decref(row);
	}
	cli_table_print(t, out);
	cli_table_free(t);
	prints(out, text);
}

static void columns_are_as_wide_as_their_content_in_characters(void **state)
{
	static const char *const none[] = { NULL };
	static const char *const rows[] = { "{\"who\":\"Köln\",\"n\":7,\"why\":\"x\"}",
					    "{\"who\":\"Mülheim an der Ruhr\",\"n\":1234567,\"why\":\"y\"}", NULL };

	(void)state;
	table(none, false, "WHO  N  WHY\n(none)\n");
	table(none, true, "EMPFÄNGER  ANZAHL  GRUND\n(keine)\n");
	table(rows, false,
	      "WHO                  N        WHY\n"
	      "Köln                 7        x\n"
	      "Mülheim an der Ruhr  1234567  y\n");
	table(rows, true,
	      "EMPFÄNGER            ANZAHL   GRUND\n"
	      "Köln                 7        x\n"
	      "Mülheim an der Ruhr  1234567  y\n");
}

static void what_is_missing_is_a_dash_and_truth_is_a_word(void **state)
{
	static const char *const rows[] = { "{\"who\":null,\"n\":true}", "{\"who\":{},\"n\":false,\"why\":[]}", "{\"n\":1.5}",
					    NULL };

	(void)state;
	table(rows, false, "WHO  N    WHY\n-    yes  -\n-    no   -\n-    -    -\n");
}

static void nothing_from_a_row_steers_the_terminal(void **state)
{
	static const char *const rows[] = { "{\"who\":\"a\\u001b[2Jb\",\"n\":\"c\\nd\\te\",\"why\":\"f\\u009b5mg\\u007f\"}", NULL };
	json_t *sheet = parse("{\"detail\":\"1\\u001b]0;t\\u0007\",\"parts\":[{\"name\":\"n\\u001b[m\",\"type\":\"t\\r\\n\",\"size\":3}]}");
	json_t *why = parse("{\"detail\":\"\\u001b[31mrot\\u0085\"}");
	FILE *out;

	(void)state;
	table(rows, false, "WHO     N      WHY\na [2Jb  c d e  f  5mg \n");
	out = begin();
	cli_sheet_print(sheet, false, out);
	cli_why_print(why, false, out);
	fclose(out);
	for (char *p = printed; *p != '\0'; p++)
		assert_false(((unsigned char)*p < 0x20 && *p != '\n') || *p == 0x7f);
	assert_null(strstr(printed, "\xc2\x85"));
	assert_non_null(strstr(printed, " [31mrot"));
	json_decref(sheet);
	json_decref(why);
}

static void a_sheet_leaves_out_what_is_not_there_and_lists_the_parts(void **state)
{
	json_t *row = parse("{\"state\":\"held\",\"due\":null,\"attempts\":3,\"unsure\":true,\"parts\":["
			    "{\"name\":\"application.xml\",\"type\":\"text/xml\",\"size\":1234},{\"name\":\"x\"}]}");
	FILE *out = begin();

	(void)state;
	cli_sheet_print(row, false, out);
	fclose(out);
	assert_non_null(strstr(printed, "state             held\n"));
	assert_non_null(strstr(printed, "attempts          3\n"));
	assert_non_null(strstr(printed, "answer was lost   yes\n"));
	assert_non_null(strstr(printed, "part              application.xml  text/xml  1234 bytes\n"));
	assert_non_null(strstr(printed, "part              x  -  0 bytes\n"));
	assert_null(strstr(printed, "next attempt"));
	json_decref(row);
}

static void why_is_told_in_the_language_asked_for(void **state)
{
	json_t *row = parse("{\"state\":\"waiting\",\"text\":\"It is full.\",\"text_de\":\"Es ist voll.\",\"owner\":\"recipient\","
			    "\"owner_de\":\"Empfänger\",\"next\":\"Wait.\",\"next_de\":\"Warten.\",\"code\":null,\"attempts\":2}");
	FILE *out = begin();

	(void)state;
	cli_why_print(row, false, out);
	prints(out, "state             waiting\n"
		    "what              It is full.\n"
		    "owner             recipient\n"
		    "next step         Wait.\n"
		    "attempts          2\n");
	out = begin();
	cli_why_print(row, true, out);
	prints(out, "Zustand           waiting\n"
		    "Was ist los       Es ist voll.\n"
		    "Zuständig         Empfänger\n"
		    "Nächster Schritt  Warten.\n"
		    "Versuche          2\n");
	json_decref(row);
}

static void json_is_one_line_with_sorted_keys(void **state)
{
	json_t *row = parse("{\"b\":\"Köln\\n\",\"a\":[1,null]}");
	FILE *out = begin();

	(void)state;
	cli_json_print(row, out);
	prints(out, "{\"a\":[1,null],\"b\":\"Köln\\n\"}\n");
	json_decref(row);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_as_wide_as_their_content_in_characters),
		cmocka_unit_test(what_is_missing_is_a_dash_and_truth_is_a_word),
		cmocka_unit_test(nothing_from_a_row_steers_the_terminal),
		cmocka_unit_test(a_sheet_leaves_out_what_is_not_there_and_lists_the_parts),
		cmocka_unit_test(why_is_told_in_the_language_asked_for),
		cmocka_unit_test(json_is_one_line_with_sorted_keys),
	};
	int rc = cmocka_run_group_tests_name("gateway/cli/print", tests, NULL, NULL);

	free(printed);
	return rc;
}
