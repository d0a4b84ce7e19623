/* SPDX-License-Identifier: EUPL-1.2 */
#include "form/model/chars.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* DIN 91379, data type C: the single characters. */
static const struct {
	uint32_t first, last;
} singles[] = {
	{ 0x0009, 0x000A }, { 0x000D, 0x000D }, { 0x0020, 0x007E }, { 0x00A0, 0x00AC }, { 0x00AE, 0x017E },
	{ 0x0187, 0x0188 }, { 0x018F, 0x018F }, { 0x0197, 0x0197 }, { 0x01A0, 0x01A1 }, { 0x01AF, 0x01B0 },
	{ 0x01B7, 0x01B7 }, { 0x01CD, 0x01DC }, { 0x01DE, 0x01DF }, { 0x01E2, 0x01F0 }, { 0x01F4, 0x01F5 },
	{ 0x01F8, 0x01FF }, { 0x0212, 0x0213 }, { 0x0218, 0x021B }, { 0x021E, 0x021F }, { 0x0227, 0x0233 },
	{ 0x0259, 0x0259 }, { 0x0268, 0x0268 }, { 0x0292, 0x0292 }, { 0x02B9, 0x02BA }, { 0x02BE, 0x02BF },
	{ 0x02C8, 0x02C8 }, { 0x02CC, 0x02CC }, { 0x1E02, 0x1E03 }, { 0x1E06, 0x1E07 }, { 0x1E0A, 0x1E11 },
	{ 0x1E17, 0x1E17 }, { 0x1E1C, 0x1E2B }, { 0x1E2F, 0x1E37 }, { 0x1E3A, 0x1E3B }, { 0x1E40, 0x1E49 },
	{ 0x1E52, 0x1E5B }, { 0x1E5E, 0x1E63 }, { 0x1E6A, 0x1E6F }, { 0x1E80, 0x1E87 }, { 0x1E8C, 0x1E97 },
	{ 0x1E9E, 0x1E9E }, { 0x1EA0, 0x1EF9 }, { 0x2019, 0x2019 }, { 0x2021, 0x2021 }, { 0x20AC, 0x20AC },
};

/* Marks that data type C has behind some letters. Which letters is not checked: what has a single character is
 * composed before (NFC), and of the rest more is harmless. */
static const uint32_t marks[] = { 0x0300, 0x0301, 0x0302, 0x0304, 0x0306, 0x0307, 0x0308, 0x030B, 0x030C, 0x030D,
				  0x0310, 0x0315, 0x031B, 0x0323, 0x0325, 0x0326, 0x0327, 0x0328, 0x0331, 0x035F };

/* What keyboards of phones and word processors put in place of the characters that a person meant. */
static const struct {
	uint32_t c;
	const char *text;
} replacements[] = {
	{ 0x2018, "'" }, { 0x201A, "'" }, { 0x201B, "'" }, { 0x2032, "'" }, { 0x201C, "\"" }, { 0x201D, "\"" },
	{ 0x201E, "\"" }, { 0x201F, "\"" }, { 0x2033, "\"" }, { 0x2010, "-" }, { 0x2011, "-" }, { 0x2012, "-" },
	{ 0x2013, "-" }, { 0x2014, "-" }, { 0x2212, "-" }, { 0x2026, "..." }, { 0x2022, "-" }, { 0x2002, " " },
	{ 0x2003, " " }, { 0x2009, " " }, { 0x202F, " " }, { 0x00AD, "" }, { 0x200B, "" }, { 0x200C, "" },
	{ 0x200D, "" }, { 0x200E, "" }, { 0x200F, "" }, { 0x2060, "" }, { 0xFEFF, "" }, { 0xFB01, "fi" },
	{ 0xFB02, "fl" },
};

static bool is_single(uint32_t c)
{
	size_t low = 0, high = ARRAY_LEN(singles);
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (c > singles[mid].last)
			low = mid + 1;
		else
			high = mid;
	}
	return low < ARRAY_LEN(singles) && c >= singles[low].first;
}

static bool is_mark(uint32_t c)
{
	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		if (marks[i] == c)
			return true;
	}
	return false;
}

const char *form_chars_check(const char *text, bool lines)
{
	bool letter = false;
	for (const char *s = text; *s != '\0'; s = g_utf8_next_char(s)) {
		uint32_t c = g_utf8_get_char(s);
		if (is_mark(c) && letter)
			continue;
		if (!is_single(c) || (!lines && (c == '\n' || c == '\r')))
			return s;
		letter = g_unichar_isalpha(c) != 0;
	}
	return NULL;
}

static const char *replacement(uint32_t c)
{
	for (size_t i = 0; i < ARRAY_LEN(replacements); i++) {
		if (replacements[i].c == c)
			return replacements[i].text;
	}
	return NULL;
}

char *form_chars_clean(const char *text, bool *replaced)
{
	GString *out = g_string_sized_new(strlen(text));
	for (const char *s = text; *s != '\0'; s = g_utf8_next_char(s)) {
		const char *other = replacement(g_utf8_get_char(s));
		if (*s == '\r') {
			g_string_append_c(out, '\n');
			if (s[1] == '\n')
				s++;
		} else if (other != NULL) {
			g_string_append(out, other);
			if (replaced != NULL)
				*replaced = true;
		} else {
			g_string_append_len(out, s, g_utf8_next_char(s) - s);
		}
	}
	char *norm = g_utf8_normalize(out->str, -1, G_NORMALIZE_NFC);
	g_string_free(out, TRUE);
	char *copy = mem_dup(norm == NULL ? "" : norm);
	g_free(norm);
	return copy;
}
