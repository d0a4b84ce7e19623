/* SPDX-License-Identifier: EUPL-1.2 */
/* Patterns mean what they mean in JavaScript: the expectations were made by new RegExp("^" + pattern + "$") itself. */
#include "cm.h"

#include <glib.h>

#include "base/mem.h"
#include "form/model/regex.h"

static const struct {
	const char *pattern, *text;
	bool matches;
} cases[] = {
	{ "\\d+", "42", true },
	{ "\\d+", "\331\244\331\242", false },
	{ "\\D", "\331\244", true },
	{ "[\\d]", "\331\244", false },
	{ "[^\\d]", "\331\244", true },
	{ "\\w+", "abc_9", true },
	{ "\\w+", "stra\303\237e", false },
	{ "[\\w-]+", "a-b", true },
	{ "\\W", "\303\237", true },
	{ "a", "a\012", false },
	{ "a$", "a\012", false },
	{ "a.b", "a\012b", false },
	{ "a.b", "a\342\200\250b", false },
	{ "a.b", "a\303\244b", true },
	{ "\\s", "\302\240", true },
	{ "\\s", "\357\273\277", true },
	{ "\\s", "\341\240\216", false },
	{ "\\S", "\357\273\277", false },
	{ "[\\s]", "\343\200\200", true },
	{ "[\\S]", "\343\200\200", false },
	{ "a|b", "ax", true },
	{ "a|b", "xb", true },
	{ "a|b", "xax", false },
	{ "(a|b)", "ax", false },
	{ "(?:a|b)", "b", true },
	{ "(?<jahr>\\d{4})", "2026", true },
	{ "a{2}", "aa", true },
	{ "a{,2}", "a{,2}", true },
	{ "a{,2}", "aa", false },
	{ "a{2,}", "aaa", true },
	{ "a{2", "a{2", true },
	{ "x{a}", "x{a}", true },
	{ "[]", "a", false },
	{ "[^]", "\012", true },
	{ "[^]", "\303\244", true },
	{ "[[:alpha:]]", "a]", true },
	{ "[[:alpha:]]", "a", false },
	{ "[a-]", "-", true },
	{ "[\\w-z]", "-", true },
	{ "[\\w-z]", "z", true },
	{ "[]a]", "a]", false },
	{ "[^a]", "\012", true },
	{ "[\\b]", "\010", true },
	{ "[.]", "x", false },
	{ "[(]", "(", true },
	{ "[a\\]b]", "]", true },
	{ "[\\-x]", "-", true },
	{ "\\bx\\b", "x", true },
	{ "x\\by", "xy", false },
	{ "x\\B", "x", false },
	{ "\303\244\\bx", "\303\244x", true },
	{ "x\\B\303\244", "x\303\244", false },
	{ "a(?=b)b", "ab", true },
	{ "a(?!b).", "ab", false },
	{ "(?<=a)b", "b", false },
	{ "a(?<!b)c", "ac", true },
	{ "\\u00e4", "\303\244", true },
	{ "\\xE4", "\303\244", true },
	{ "[\\u0041-\\u0043]", "B", true },
	{ "\\/", "/", true },
	{ "\\.", "x", false },
	{ "\\-", "-", true },
	{ "]", "]", true },
	{ "}", "}", true },
	{ "a??b", "b", true },
	{ "a*?", "aaa", true },
	{ "(ab){2}", "abab", true },
	{ "\\t", "\011", true },
	{ "[\\t]", "\011", true },
	{ "a+b*c?", "aab", true },
	{ "[A-Za-z\303\204\303\226\303\234\303\244\303\266\303\274\303\237 .-]+", "K\303\266ln-S\303\274d", true },
	{ "[0-9+()/ -]{5,30}", "+49 221/12", true },
	{ "", "x", false },
	{ "", "", true },
	{ "\303\244{2}", "\303\244\303\244", true },
	{ "(a)(b)?", "a", true },
	{ "[^\\W\\d]", "a", true },
	{ "[\\W\\d]", "5", true },
	{ "[\\D\\d]", "\012", true },
};

static void a_pattern_matches_what_it_matches_in_javascript(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char why[200] = "";
		GRegex *regex = form_regex_new(cases[i].pattern, why, sizeof(why));

		if (regex == NULL)
			fail_msg("%s: %s", cases[i].pattern, why);
		if (form_regex_matches(regex, cases[i].text) != cases[i].matches)
			fail_msg("case %zu: %s on \"%s\": %d", i, cases[i].pattern, cases[i].text, !cases[i].matches);
		g_regex_unref(regex);
	}
}

static void what_cannot_be_said_exactly_is_refused_by_name(void **state)
{
	(void)state;
	static const struct {
		const char *pattern, *why;
	} refused[] = {
		{ "*a", "nothing to repeat" },	{ "^*", "nothing to repeat" },	  { "a++", "nothing to repeat" },
		{ "a**", "nothing to repeat" }, { "a{2}{3}", "nothing to repeat" }, { "(", "without its end" },
		{ "a)", "without its begin" },	{ "[a", "without its end" },	  { "[z-a]", "range" },
		{ "(?i)a", "group of a kind" }, { "(?>a)", "group of a kind" },	  { "(?#x)", "group of a kind" },
		{ "(?<1-2>a)", "group whose name" }, { "\\", "backslash at the end" }, { "(a)\\1", "back reference" },
		{ "\\p{L}", "flag u" },	{ "\\A", "no meaning in JavaScript" }, { "\\k<a>", "no meaning in JavaScript" },
		{ "\\cA", "control character" }, { "\\u{e4}", "four" },	  { "\\uD83D", "surrogate" },
		{ "\\x4", "two hexadecimal" },	{ "\\012", "octal" },
	};

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		char why[200] = "";

		if (form_regex_new(refused[i].pattern, why, sizeof(why)) != NULL || strstr(why, refused[i].why) == NULL)
			fail_msg("%s: \"%s\"", refused[i].pattern, why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pattern_matches_what_it_matches_in_javascript),
		cmocka_unit_test(what_cannot_be_said_exactly_is_refused_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
