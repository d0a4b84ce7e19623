/* SPDX-License-Identifier: EUPL-1.2 */
/* ECMA-262, "Regular Expression Patterns" with its annex B (no flags), written anew for PCRE2. */
#include "form/model/regex.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define BLANKS "\\x{9}-\\x{d}\\x{20}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}"
#define NO_BLANKS                                                                                                      \
	"\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}"             \
	"\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}"
#define WORD "0-9A-Z_a-z"

/* As what stands between the brackets of a class. */
static const struct {
	char letter;
	const char *set;
} sets[] = {
	{ 'd', "0-9" },
	{ 'D', "\\x{0}-\\x{2f}\\x{3a}-\\x{10ffff}" },
	{ 'w', WORD },
	{ 'W', "\\x{0}-\\x{2f}\\x{3a}-\\x{40}\\x{5b}-\\x{5e}\\x{60}\\x{7b}-\\x{10ffff}" },
	{ 's', BLANKS },
	{ 'S', NO_BLANKS },
};

struct translation {
	const char *s;
	struct buf *out;
	const char *why;
	int depth;
	bool atom;	/* something stands before that a quantifier can repeat */
};

static void put_char(struct translation *t, uint32_t c)
{
	buf_printf(t->out, "\\x{%x}", c);
}

static bool refuse(struct translation *t, const char *why)
{
	t->why = why;
	return false;
}

static const char *set_of(char letter)
{
	for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
		if (sets[i].letter == letter)
			return sets[i].set;
	}
	return NULL;
}

static bool read_hex(const char *s, int digits, uint32_t *c)
{
	*c = 0;
	for (int i = 0; i < digits; i++) {
		int v = g_ascii_xdigit_value(s[i]);

		if (v < 0)
			return false;
		*c = *c * 16 + (uint32_t)v;
	}
	return true;
}

/* \xHH and \uHHHH; t->s is at the letter. */
static bool read_code(struct translation *t, uint32_t *c)
{
	int digits = *t->s == 'x' ? 2 : 4;

	if (!read_hex(t->s + 1, digits, c))
		return refuse(t, "\\x needs two hexadecimal digits, \\u four");
	if (*c >= 0xD800 && *c < 0xE000)
		return refuse(t, "half of a surrogate pair (\\uD800 to \\uDFFF)");
	t->s += 1 + digits;
	return true;
}

/* An escape that stands for one character; t->s is behind the backslash. */
static bool read_escape(struct translation *t, uint32_t *c)
{
	static const char from[] = "tnvfr", to[] = "\t\n\v\f\r";
	const char *at = *t->s == '\0' ? NULL : strchr(from, *t->s);

	if (*t->s == '\0')
		return refuse(t, "a backslash at the end");
	if (at != NULL) {
		*c = (uint32_t)to[at - from];
		t->s++;
		return true;
	}
	if (*t->s == 'x' || *t->s == 'u')
		return read_code(t, c);
	if (*t->s == 'c')
		return refuse(t, "\\c (a control character)");
	if (*t->s == 'p' || *t->s == 'P')
		return refuse(t, "\\p (needs the flag u, which Form.io does not set)");
	if (g_ascii_isdigit(*t->s))
		return refuse(t, "a back reference or an octal number (\\1)");
	/* Any other letter would stand for itself, and its author meant something else. */
	if (g_ascii_isalpha(*t->s))
		return refuse(t, "a backslash before a letter that has no meaning in JavaScript (\\A, \\z, \\Q, \\h, \\k ...)");
	*c = g_utf8_get_char(t->s);
	t->s = g_utf8_next_char(t->s);
	return true;
}

/* One member of a class: a set (*set) or a character (*c). */
static bool read_member(struct translation *t, const char **set, uint32_t *c)
{
	*set = NULL;
	if (*t->s != '\\') {
		*c = g_utf8_get_char(t->s);
		t->s = g_utf8_next_char(t->s);
		return true;
	}
	t->s++;
	*set = set_of(*t->s);
	if (*set != NULL) {
		t->s++;
		return true;
	}
	if (*t->s == 'b') {
		t->s++;
		*c = 8;
		return true;
	}
	return read_escape(t, c);
}

static void put_member(struct translation *t, const char *set, uint32_t c)
{
	if (set != NULL)
		buf_puts(t->out, set);
	else
		put_char(t, c);
}

/* A member, or a range of two. */
static bool read_range(struct translation *t)
{
	const char *set, *to_set;
	uint32_t c = 0, to = 0;

	if (!read_member(t, &set, &c))
		return false;
	put_member(t, set, c);
	if (t->s[0] != '-' || t->s[1] == ']' || t->s[1] == '\0')
		return true;
	t->s++;
	if (!read_member(t, &to_set, &to))
		return false;
	if (set == NULL && to_set == NULL && to < c)
		return refuse(t, "a range whose end is before its begin ([z-a])");
	/* With a set at either side the hyphen is a character. */
	buf_puts(t->out, set == NULL && to_set == NULL ? "-" : "\\x{2d}");
	put_member(t, to_set, to);
	return true;
}

static bool read_class(struct translation *t)
{
	bool negated = t->s[1] == '^';

	t->s += negated ? 2 : 1;
	if (*t->s == ']') {	/* nothing at all, or anything */
		buf_puts(t->out, negated ? "[\\x{0}-\\x{10ffff}]" : "(?!)");
		t->s++;
		return true;
	}
	buf_puts(t->out, negated ? "[^" : "[");
	while (*t->s != ']' && *t->s != '\0') {
		if (!read_range(t))
			return false;
	}
	if (*t->s == '\0')
		return refuse(t, "a class without its end (])");
	t->s++;
	buf_puts(t->out, "]");
	return true;
}

/* Bytes of "{n}", "{n,}" or "{n,m}" at s; 0: the brace is a character. */
static size_t braces(const char *s)
{
	static const char digits[] = "0123456789";
	size_t n = strspn(s + 1, digits), i = 1 + n;

	if (n == 0)
		return 0;
	if (s[i] == ',')
		i += 1 + strspn(s + i + 1, digits);
	return s[i] == '}' ? i + 1 : 0;
}

static bool read_quantifier(struct translation *t)
{
	size_t n = *t->s == '{' ? braces(t->s) : 1;

	if (n == 0) {
		put_char(t, '{');
		t->s++;
		t->atom = true;
		return true;
	}
	if (!t->atom)
		return refuse(t, "a quantifier with nothing to repeat (*, +, ?, {n})");
	buf_put(t->out, t->s, n);
	t->s += n;
	if (*t->s == '?') {
		buf_putc(t->out, '?');
		t->s++;
	}
	t->atom = false;
	return true;
}

static bool read_group(struct translation *t)
{
	static const char *const same[] = { "(?:", "(?=", "(?!", "(?<=", "(?<!" };
	size_t n = 1;

	t->depth++;
	t->atom = false;
	if (t->s[1] != '?') {
		buf_puts(t->out, "(?:");
		t->s++;
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(same); i++) {
		n = strlen(same[i]);
		if (strncmp(t->s, same[i], n) == 0) {
			buf_puts(t->out, same[i]);
			t->s += n;
			return true;
		}
	}
	if (t->s[2] != '<')
		return refuse(t, "a group of a kind that JavaScript does not have ((?i), (?>...), (?#...) ...)");
	n = strspn(t->s + 3, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$");
	if (n == 0 || t->s[3 + n] != '>')
		return refuse(t, "a group whose name is not of letters, digits and _");
	buf_puts(t->out, "(?:");
	t->s += 4 + n;
	return true;
}

static bool read_outer_escape(struct translation *t)
{
	const char *set;
	uint32_t c;

	t->s++;
	set = set_of(*t->s);
	if (set != NULL) {
		buf_printf(t->out, "[%s]", set);
		t->s++;
		return true;
	}
	if (*t->s == 'b' || *t->s == 'B') {
		/* PCRE2 would take the letters of Unicode for words. */
		buf_puts(t->out, *t->s == 'b' ? "(?:(?<=[" WORD "])(?![" WORD "])|(?<![" WORD "])(?=[" WORD "]))"
					      : "(?:(?<=[" WORD "])(?=[" WORD "])|(?<![" WORD "])(?![" WORD "]))");
		t->s++;
		t->atom = false;
		return true;
	}
	if (!read_escape(t, &c))
		return false;
	put_char(t, c);
	return true;
}

static bool read_other(struct translation *t)
{
	char c = *t->s;

	if (c == ')') {
		if (t->depth-- == 0)
			return refuse(t, "a closing bracket without its begin");
	}
	t->atom = c != '|' && c != '^' && c != '$';
	if (c == '.')
		buf_puts(t->out, "[^\\x{a}\\x{d}\\x{2028}\\x{2029}]");
	else if (strchr(")|^$", c) != NULL)
		buf_putc(t->out, c);
	else
		put_char(t, g_utf8_get_char(t->s));
	t->s = g_utf8_next_char(t->s);
	return true;
}

static bool read_term(struct translation *t)
{
	switch (*t->s) {
	case '\\':
		t->atom = true;
		return read_outer_escape(t);
	case '[':
		t->atom = true;
		return read_class(t);
	case '(':
		return read_group(t);
	case '*':
	case '+':
	case '?':
	case '{':
		return read_quantifier(t);
	default:
		return read_other(t);
	}
}

bool form_regex_translate(const char *pattern, struct buf *out, const char **why)
{
	struct translation t = { .s = pattern, .out = out };
	bool good = true;

	buf_puts(out, "^");
	while (good && *t.s != '\0')
		good = read_term(&t);
	if (good && t.depth > 0)
		good = refuse(&t, "a group without its end");
	buf_puts(out, "$");
	*why = t.why;
	return good;
}

void *form_regex_new(const char *pattern, char *why, size_t size)
{
	const char *bad = NULL;
	GRegex *regex = NULL;
	GError *error = NULL;
	struct buf b;

	/* The longest that one byte becomes is the set behind "\S". */
	buf_init(&b, strlen(pattern) * 256 + 16);
	if (!form_regex_translate(pattern, &b, &bad)) {
		(void)snprintf(why, size, "%s", bad);
	} else {
		regex = g_regex_new(buf_str(&b), G_REGEX_DOLLAR_ENDONLY | G_REGEX_OPTIMIZE, 0, &error);
		if (regex == NULL) {
			(void)snprintf(why, size, "%s", error->message);
			g_error_free(error);
		}
	}
	buf_fini(&b);
	return regex;
}

bool form_regex_matches(const void *regex, const char *text)
{
	return g_regex_match(regex, text, 0, NULL);
}
