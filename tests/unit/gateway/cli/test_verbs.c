/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/cli/verbs. */
#include "cm.h"

#include "base/mem.h"
#include "cli/cli.h"

static const struct cli_verb *find(const char *words, int *used)
{
	static char text[128];
	char *list[8];
	int n = 0;

	snprintf(text, sizeof(text), "%s", words);
	for (char *w = strtok(text, " "); w != NULL && n < 8; w = strtok(NULL, " "))
		list[n++] = w;
	*used = -1;
	return cli_find(list, n, used);
}

static void every_verb_of_the_table_is_found_by_its_words(void **state)
{
	unsigned n = 0;

	(void)state;
	for (const struct cli_verb *v = cli_verbs; v->noun != NULL; v++, n++) {
		char words[64];
		int used;

		snprintf(words, sizeof(words), "%s %s", v->noun, v->verb == NULL ? "" : v->verb);
		assert_ptr_equal(find(words, &used), v);
		assert_int_equal(used, v->verb == NULL ? 1 : 2);
		snprintf(words, sizeof(words), "%s %s 0189abc", v->noun, v->verb == NULL ? "" : v->verb);
		assert_ptr_equal(find(words, &used), v);
		assert_int_equal(used, v->verb == NULL ? 1 : 2);
	}
	assert_true(n >= 14);
}

static void other_words_are_no_verb(void **state)
{
	static const char *const cases[] = { "", "queue", "queue erase", "list", "list queue", "Queue list", "backup",
					     "queue  listx", "stat" };
	int used;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_null(find(cases[i], &used));
}

static void every_verb_is_complete(void **state)
{
	(void)state;
	for (const struct cli_verb *v = cli_verbs; v->noun != NULL; v++) {
		assert_true(v->help[0] != '\0');
		assert_non_null(v->args);
		assert_true((v->command == NULL) != (v->local == NULL));	/* asks the daemon, or works alone */
		for (const struct cli_verb *o = v + 1; o->noun != NULL; o++)
			if (strcmp(o->noun, v->noun) == 0)
				assert_string_not_equal(o->verb == NULL ? "" : o->verb, v->verb == NULL ? "" : v->verb);
		for (const struct cli_column *c = v->columns; c != NULL && c->key != NULL; c++)
			assert_true(c->en[0] != '\0' && c->de[0] != '\0');
	}
}

static void the_usage_text_names_every_verb_option_and_exit_status(void **state)
{
	static const char *const also[] = { "--config", "--socket", "--reason", "--state", "--recipient", "--limit", "--from",
					    "--peer", "--channel", "--form", "--case", "--older-than", "--all", "--after", "--count",
					    "--dry-run", "--rate", "--head",
					    "--master-key", "--json", "--lang", "--version", "--help", "exit status" };
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	(void)state;
	cli_usage(out);
	fclose(out);
	for (const struct cli_verb *v = cli_verbs; v->noun != NULL; v++) {
		char words[64];

		snprintf(words, sizeof(words), " %s%s%s ", v->noun, v->verb == NULL ? "" : " ", v->verb == NULL ? "" : v->verb);
		assert_non_null(strstr(text, words));
		assert_non_null(strstr(text, v->help));
	}
	for (size_t i = 0; i < ARRAY_LEN(also); i++)
		assert_non_null(strstr(text, also[i]));
	for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
		assert_true(strlen(line) <= 80);
	free(text);
}

static char *told(char **words, int n)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	cli_unknown(words, n, out);
	fclose(out);
	return text;
}

static void an_unknown_command_is_named_with_what_was_expected(void **state)
{
	char *foo[] = { "foo" }, *queue[] = { "queue", "destroy" };
	char *none = told(foo, 0), *unknown = told(foo, 1), *half = told(queue, 2), *noun = told(queue, 1);

	(void)state;
	assert_non_null(strstr(none, "usage: depesche"));
	assert_string_equal(unknown, "depesche: unknown command foo; depesche --help lists them\n");
	assert_string_equal(half, "depesche: queue destroy: expected queue list, queue show, queue shape, queue retry, queue hold, "
				  "queue release, queue cancel, queue damaged, queue resend\n");
	assert_non_null(strstr(noun, "depesche: queue: expected queue list, "));
	free(none);
	free(unknown);
	free(half);
	free(noun);
}

static void an_option_that_a_verb_does_not_use_is_noticed(void **state)
{
	static const struct {
		const char *words, *given;
		int surplus, ids;
	} cases[] = {
		{ "queue list", "csjlTSRWL", 0, 0 }, { "queue list", "r", 'r', 0 },	{ "queue list", "F", 'F', 0 },
		{ "queue list", "PCfNoaAn", 0, 0 },  { "queue list", "X", 'X', 0 },	{ "queue list", "D", 'D', 0 },
		{ "queue cancel", "rjSRWPCfNoaLDX", 0, 0 },			{ "queue cancel", "rA", 'A', 0 },
		{ "queue cancel", "rj", 0, 1 },	  { "queue cancel", "rW", 'W', 1 }, { "queue hold", "R", 'R', 1 },
		{ "queue retry", "rD", 'D', 1 },  { "queue resend", "a", 'a', 0 },
		{ "audit", "LF", 0, 0 },		  { "audit", "S", 'S', 0 },	 { "status", "L", 'L', 0 },
		{ "backup run", "r", 0, 0 },	  { "backup run", "K", 'K', 0 },	 { "backup verify", "K", 0, 0 },
		{ "why", "W", 'W', 0 },
	};
	int used;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct cli c = { .arg_count = cases[i].ids };

		snprintf(c.given, sizeof(c.given), "%s", cases[i].given);
		assert_int_equal(cli_surplus(&c, find(cases[i].words, &used)), cases[i].surplus);
	}
}

static void every_error_has_its_exit_status(void **state)
{
	static const struct {
		enum err_code code;
		int status;
	} cases[] = {
		{ ERR_OK, 0 },	     { ERR_IO, 1 },	     { ERR_INTERNAL, 1 }, { ERR_FULL, 1 },   { ERR_LIMIT, 1 },
		{ ERR_SYNTAX, 2 },   { ERR_MISSING, 3 },     { ERR_WRONG_STATE, 4 }, { ERR_EXISTS, 4 },
		{ ERR_UNREACHABLE, 5 }, { ERR_TIMEOUT, 5 }, { ERR_DENIED, 6 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(cli_exit_of(cases[i].code), cases[i].status);
	for (int c = ERR_OK + 1; c < ERR_CODE_COUNT; c++)
		assert_int_not_equal(cli_exit_of((enum err_code)c), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_verb_of_the_table_is_found_by_its_words),
		cmocka_unit_test(other_words_are_no_verb),
		cmocka_unit_test(every_verb_is_complete),
		cmocka_unit_test(the_usage_text_names_every_verb_option_and_exit_status),
		cmocka_unit_test(an_unknown_command_is_named_with_what_was_expected),
		cmocka_unit_test(an_option_that_a_verb_does_not_use_is_noticed),
		cmocka_unit_test(every_error_has_its_exit_status),
	};
	return cmocka_run_group_tests_name("gateway/cli/verbs", tests, NULL, NULL);
}
