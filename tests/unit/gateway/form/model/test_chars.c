/* SPDX-License-Identifier: EUPL-1.2 */
/* DIN 91379, data type C, against the standard's own pattern. */
#include "cm.h"

#include <glib.h>

#include "base/file.h"
#include "base/mem.h"
#include "form/model/chars.h"

static void marks_are_allowed_in_the_sequences_of_the_standard_only(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int bad;	/* where, -1: nowhere */
	} cases[] = {
		{ "A\u030B", -1 },	     { "x A\u030B y", -1 },	{ "K\u035FH", -1 },   { "k\u035Fh", -1 },
		{ "L\u0325\u0304", -1 },     { "L\u0325", -1 },		{ "c\u0328\u0306", -1 },
		{ "\u0113\u030D", -1 },
		{ "x\u0301", 0 },	     { "B\u0308", 0 },		{ "K\u035F", 0 },     { "K\u035Fk", 0 },
		{ "L\u0304", 0 },	     { "c\u0328", 0 },		{ "A\u030B\u030B", 3 }, { "\u0301", 0 },
		{ "1\u0323", 0 },	     { "A\u030B\u0301", 3 },	{ "Ä\u0323", 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *bad = form_chars_check(cases[i].text, false);

		if ((bad == NULL ? -1 : (int)(bad - cases[i].text)) != cases[i].bad)
			fail_msg("case %zu: \"%s\" at %d", i, cases[i].text, bad == NULL ? -1 : (int)(bad - cases[i].text));
	}
}

/* The pattern of the published schema as a regular expression for the whole text. */
static GRegex *standard(void)
{
	struct err e = ERR_INIT;
	struct buf b, out;
	char *text, *value, *end;
	GRegex *regex;

	buf_init(&b, 1 << 20);
	buf_init(&out, 1 << 20);
	assert_ok(file_read("../shared/schemas/xoev/din-norm-91379-datatypes.xsd", &b, &e), e);
	text = buf_take(&b);
	value = strstr(strstr(text, "name=\"datatypeC\""), "pattern value=\"") + strlen("pattern value=\"");
	end = strchr(value, '"');
	buf_puts(&out, "^");
	while (value < end) {
		if (strncmp(value, "&#x", 3) == 0) {
			buf_printf(&out, "\\x{%.*s}", (int)strcspn(value + 3, ";"), value + 3);
			value += 4 + strcspn(value + 3, ";");
		} else if (*value == '\\') {	/* before an entity: that is escaped already */
			value++;
		} else {
			buf_putc(&out, *value++);
		}
	}
	buf_puts(&out, "$");
	regex = g_regex_new(buf_str(&out), G_REGEX_DOLLAR_ENDONLY, 0, NULL);
	assert_non_null(regex);
	buf_fini(&out);
	free(text);
	return regex;
}

static void check_both(const GRegex *regex, const char *text, size_t n)
{
	bool ours = form_chars_check(text, true) == NULL, theirs = g_regex_match(regex, text, 0, NULL);

	if (ours != theirs)
		fail_msg("\"%s\" (%zu): here %d, in the standard %d", text, n, ours, theirs);
}

static void every_character_and_every_pair_with_a_mark_is_judged_as_in_the_standard(void **state)
{
	(void)state;
	need_shared("schemas/xoev/din-norm-91379-datatypes.xsd");
	GRegex *regex = standard();

	for (gunichar c = 1; c < 0x3000; c++) {
		char text[32] = "";
		size_t n = (size_t)g_unichar_to_utf8(c, text);

		check_both(regex, text, n);
		if (c < 0x41 || c > 0x1EFF || !g_unichar_isalpha(c))
			continue;
		for (gunichar mark = 0x0300; mark < 0x0370; mark++) {
			size_t m = n + (size_t)g_unichar_to_utf8(mark, text + n);

			text[m] = '\0';
			check_both(regex, text, m);
			memcpy(text + m, "H", 2);
			check_both(regex, text, m + 1);
			text[m + (size_t)g_unichar_to_utf8(0x0304, text + m)] = '\0';
			check_both(regex, text, m + 2);
		}
	}
	g_regex_unref(regex);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_are_allowed_in_the_sequences_of_the_standard_only),
		cmocka_unit_test(every_character_and_every_pair_with_a_mark_is_judged_as_in_the_standard),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
