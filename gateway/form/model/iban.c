/* SPDX-License-Identifier: EUPL-1.2 */
/* Lengths by country, from the IBAN registry; check digits. */
#include "form/model/iban.h"

#include <glib.h>
#include <string.h>

#include "base/mem.h"

static const struct {
	char country[3];
	unsigned length;
} lengths[] = {
	{ "AD", 24 }, { "AE", 23 }, { "AL", 28 }, { "AT", 20 }, { "AZ", 28 }, { "BA", 20 }, { "BE", 16 }, { "BG", 22 },
	{ "BH", 22 }, { "BI", 27 }, { "BR", 29 }, { "BY", 28 }, { "CH", 21 }, { "CR", 22 }, { "CY", 28 }, { "CZ", 24 },
	{ "DE", 22 }, { "DJ", 27 }, { "DK", 18 }, { "DO", 28 }, { "EE", 20 }, { "EG", 29 }, { "ES", 24 }, { "FI", 18 },
	{ "FK", 18 }, { "FO", 18 }, { "FR", 27 }, { "GB", 22 }, { "GE", 22 }, { "GI", 23 }, { "GL", 18 }, { "GR", 27 },
	{ "GT", 28 }, { "HN", 28 }, { "HR", 21 }, { "HU", 28 }, { "IE", 22 }, { "IL", 23 }, { "IQ", 23 }, { "IS", 26 },
	{ "IT", 27 }, { "JO", 30 }, { "KW", 30 }, { "KZ", 20 }, { "LB", 28 }, { "LC", 32 }, { "LI", 21 }, { "LT", 20 },
	{ "LU", 20 }, { "LV", 21 }, { "LY", 25 }, { "MC", 27 }, { "MD", 24 }, { "ME", 22 }, { "MK", 19 }, { "MN", 20 },
	{ "MR", 27 }, { "MT", 31 }, { "MU", 30 }, { "NI", 28 }, { "NL", 18 }, { "NO", 15 }, { "OM", 23 }, { "PK", 24 },
	{ "PL", 28 }, { "PS", 29 }, { "PT", 25 }, { "QA", 29 }, { "RO", 24 }, { "RS", 22 }, { "RU", 33 }, { "SA", 24 },
	{ "SC", 31 }, { "SD", 18 }, { "SE", 24 }, { "SI", 19 }, { "SK", 24 }, { "SM", 27 }, { "SO", 23 }, { "ST", 25 },
	{ "SV", 28 }, { "TL", 23 }, { "TN", 24 }, { "TR", 26 }, { "UA", 29 }, { "VA", 22 }, { "VG", 24 }, { "XK", 20 },
	{ "YE", 30 },
};

unsigned form_iban_length(const char *text)
{
	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		if (strncmp(lengths[i].country, text, 2) == 0)
			return lengths[i].length;
	}
	return 0;
}

/* The first four characters count last. */
static unsigned remainder97(const char *text, size_t n)
{
	unsigned rest = 0;

	for (size_t i = 0; i < n; i++) {
		char c = text[(i + 4) % n];

		if (g_ascii_isdigit(c))
			rest = (rest * 10 + (unsigned)(c - '0')) % 97;
		else
			rest = (rest * 100 + (unsigned)(c - 'A') + 10) % 97;
	}
	return rest;
}

enum form_iban form_iban_check(const char *text)
{
	size_t n = strlen(text);

	if (n < 5 || !g_ascii_isupper(text[0]) || !g_ascii_isupper(text[1]) || !g_ascii_isdigit(text[2]) ||
	    !g_ascii_isdigit(text[3]) || strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != n)
		return FORM_IBAN_SHAPE;
	if (form_iban_length(text) == 0)
		return FORM_IBAN_COUNTRY;
	if (form_iban_length(text) != n)
		return FORM_IBAN_LENGTH;
	return remainder97(text, n) == 1 ? FORM_IBAN_GOOD : FORM_IBAN_CHECK;
}
