/* SPDX-License-Identifier: EUPL-1.2 */
/* What people type, brought to one shape: numbers with units and signs of money, text without blanks around it. */
#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "form/model/chars.h"
#include "form/model/value.h"

/* Dots group thousands when a comma follows or when groups of three digits say so; else a dot is the decimal sign. */
static bool dots_group(const char *s, const char *comma)
{
	const char *dot = strchr(s, '.');

	if (dot == NULL)
		return false;
	if (comma != NULL)
		return true;
	if (dot == s || dot - s > 3 || *s == '0')
		return false;
	for (; *dot == '.'; dot += 4) {
		if (strspn(dot + 1, "0123456789") < 3 || (dot[4] != '.' && dot[4] != '\0'))
			return false;
	}
	return true;
}

/* Digits with at most one decimal point, not at either end. */
static bool is_plain_number(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && s[0] != '.' && s[n - 1] != '.' && strchr(s, '.') == strrchr(s, '.');
}

bool form_number_parse(const char *text, double *out)
{
	char plain[64];
	size_t n = 0;
	const char *s = text + strspn(text, " \t\n"), *comma;
	bool minus = *s == '-';

	s += minus;
	comma = strchr(s, ',');
	bool group = dots_group(s, comma);
	for (; strchr("0123456789.,", *s) != NULL && *s != '\0'; s++) {
		if (*s == '.' && group && (comma == NULL || s < comma))
			continue;
		if (n + 2 > sizeof(plain))
			return false;
		plain[n++] = *s == ',' ? '.' : *s;
	}
	plain[n] = '\0';
	s += strspn(s, " \t\n");
	if (*s != '\0' || !is_plain_number(plain))
		return false;
	*out = g_ascii_strtod(plain, NULL) * (minus ? -1 : 1);
	return isfinite(*out) && fabs(*out) < 1e15;
}

/* Blanks of Unicode too: a copied text often has a no-break space at its end. */
static char *trim(char *text)
{
	char *end = text + strlen(text), *s = text;

	while (g_unichar_isspace(g_utf8_get_char(s)))
		s = g_utf8_next_char(s);
	while (end > s) {
		char *last = g_utf8_prev_char(end);

		if (!g_unichar_isspace(g_utf8_get_char(last)))
			break;
		end = last;
	}
	*end = '\0';
	return s;
}

/* Takes word off the begin or the end of s, and blanks beside it. */
static char *without(char *s, const char *word)
{
	size_t n = strlen(s), m = word == NULL ? 0 : strlen(word);

	if (m > 0 && n >= m && g_ascii_strncasecmp(s, word, m) == 0)
		return trim(s + m);
	if (m > 0 && n >= m && g_ascii_strcasecmp(s + n - m, word) == 0)
		s[n - m] = '\0';
	return trim(s);
}

/* "450,-" and "450,--": no cents. */
static void drop_dashes(char *s)
{
	size_t n = strlen(s), m = n;

	while (m > 0 && s[m - 1] == '-')
		m--;
	if (m < n && n - m <= 2 && m > 1 && (s[m - 1] == ',' || s[m - 1] == '.'))
		s[m - 1] = '\0';
}

/* "1 234 567": blanks that part groups of three digits go; any other one stays, and the number is none. */
static void join_groups(char *s)
{
	char *to = s;

	for (const char *from = s; *from != '\0';) {
		gunichar c = g_utf8_get_char(from);
		const char *next = g_utf8_next_char(from);

		if (to > s && g_ascii_isdigit(to[-1]) && g_unichar_isspace(c) && strspn(next, "0123456789") == 3) {
			from = next;
			continue;
		}
		while (from < next)
			*to++ = *from++;
	}
	*to = '\0';
}

bool form_number_from(const struct form_field *f, const char *text, double *out)
{
	char *clean = form_chars_clean(text, NULL), *s = trim(clean);
	bool good;

	s = without(without(s, f->suffix), f->prefix);
	if (f->currency != NULL) {
		s = without(without(s, f->currency), "€");
		s = without(s, strcmp(f->currency, "EUR") == 0 ? "Euro" : NULL);
		drop_dashes(s);
	}
	join_groups(s);
	good = form_number_parse(s, out);
	free(clean);
	return good;
}

/* Of runs of blanks one is left. */
static void squeeze(char *s)
{
	bool blank = false;
	char *to = s;

	for (; *s != '\0'; s++) {
		if (*s == ' ' && blank)
			continue;
		blank = *s == ' ';
		*to++ = *s;
	}
	*to = '\0';
}

static void drop_blanks(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++) {
		if (*s != ' ' && *s != '-')
			*to++ = *s;
	}
	*to = '\0';
}

json_t *form_text_from(const struct form_field *f, const char *text, bool *replaced)
{
	char *clean = form_chars_clean(text, replaced), *s = trim(clean), *cased = NULL;
	json_t *v;

	if (f->squeeze)
		squeeze(s);
	if (f->rules.iban)
		drop_blanks(s);
	if (f->rules.iban || f->letter_case == 'U')
		cased = g_utf8_strup(s, -1);
	else if (f->letter_case == 'L')
		cased = g_utf8_strdown(s, -1);
	v = *s == '\0' ? NULL : json_string(cased != NULL ? cased : s);
	g_free(cased);
	free(clean);
	return v;
}
