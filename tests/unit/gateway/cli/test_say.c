/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/cli/say. */
#include "cli/cli.h"

#include <stdlib.h>

#include "cm.h"

static char *failed(bool german, enum err_code code)
{
	const struct cli c = { .german = german };
	struct err e = ERR_INIT;
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	(void)err_set(&e, code, "the detail");
	cli_failed(&c, &e, out);
	(void)fclose(out);
	return text;
}

static void every_error_has_a_german_sentence_and_keeps_its_detail(void **state)
{
	(void)state;
	for (int code = ERR_OK + 1; code < ERR_CODE_COUNT; code++) {
		char *de = failed(true, (enum err_code)code), *en = failed(false, (enum err_code)code);

		assert_string_equal(en, "depesche: the detail\n");
		assert_non_null(strstr(de, ": the detail\n"));
		assert_true(strlen(de) > strlen(en) + 5);
		free(de);
		free(en);
	}
}

static void every_sentence_is_there_in_both_languages(void **state)
{
	const struct cli de = { .german = true }, en = { .german = false };

	(void)state;
	for (int s = 0; s < CLI_SENTENCES; s++)
		assert_string_not_equal(cli_sentence(&de, (enum cli_sentence)s), cli_sentence(&en, (enum cli_sentence)s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_error_has_a_german_sentence_and_keeps_its_detail),
		cmocka_unit_test(every_sentence_is_there_in_both_languages),
	};
	return cmocka_run_group_tests_name("gateway/cli/say", tests, NULL, NULL);
}
