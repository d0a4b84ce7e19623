/* SPDX-License-Identifier: EUPL-1.2 */
/* What a value has to look like: URIs, languages, dates, ids. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "xta/value.h"

/* Which characters of ASCII may stand in a reference outside its authority (RFC 3986 2). */
static bool is_plain(unsigned char c)
{
	return c >= 0x80 || isalnum(c) || (c != '\0' && strchr("-._~!$&'()*+,;=:@/?", c) != NULL);
}

static bool scan_plain(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%') {
			if (i + 2 >= s.n || hex_digit(s.p[i + 1]) < 0 || hex_digit(s.p[i + 2]) < 0)
				return false;
			i += 2;
		} else if (!is_plain((unsigned char)s.p[i])) {
			return false;
		}
	}
	return true;
}

/* "scheme:" in front, or no colon before the first slash. */
static bool scan_scheme(struct span s, size_t *after)
{
	size_t i = 0;

	while (i < s.n && s.p[i] != ':' && s.p[i] != '/' && s.p[i] != '?')
		i++;
	*after = 0;
	if (i == s.n || s.p[i] != ':')
		return true;
	*after = i + 1;
	if (i == 0 || !isalpha((unsigned char)s.p[0]))
		return false;
	for (size_t k = 1; k < i; k++)
		if (!isalnum((unsigned char)s.p[k]) && strchr("+-.", s.p[k]) == NULL)
			return false;
	return true;
}

/* Behind "//": at most one colon outside user info, digits behind it. */
static bool scan_authority(struct span s)
{
	struct span host = s, port;
	size_t end = 0;

	while (end < s.n && s.p[end] != '/' && s.p[end] != '?')
		end++;
	host.n = end;
	if (memchr(host.p, '@', host.n) != NULL)
		return false;
	if (!span_split(host, ':', &host, &port))
		return host.n > 0;
	for (size_t i = 0; i < port.n; i++)
		if (!isdigit((unsigned char)port.p[i]))
			return false;
	return host.n > 0 && port.n > 0 && port.n <= 5;
}

bool xta_is_uri(struct span s)
{
	struct span before, fragment;
	size_t after;

	if (s.n == 0 || !span_is_utf8(s))
		return false;
	span_split(s, '#', &before, &fragment);
	if (!scan_plain(before) || !scan_plain(fragment) || !scan_scheme(before, &after))
		return false;
	if (before.n - after >= 2 && memcmp(before.p + after, "//", 2) == 0)
		return scan_authority((struct span){ before.p + after + 2, before.n - after - 2 });
	return true;
}

bool xta_is_language(struct span s)
{
	unsigned run = 0;
	bool first = true;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '-') {
			if (run == 0)
				return false;
			run = 0;
			first = false;
		} else if (c >= 0x80 || ++run > 8 || !(first ? isalpha(c) : isalnum(c))) {
			return false;
		}
	}
	return run > 0;
}

int xta_date_end(const char *date, int64_t *ms, struct err *e)
{
	struct span s = span_of(date);
	char text[40];

	if (s.n < 10 || s.n > 16)
		return err_spec(e, ERR_SYNTAX, "XML Schema 2 3.2.9", "not a date like 2026-11-24");
	snprintf(text, sizeof(text), "%.10sT24:00:00%s", date, date + 10);
	return clock_parse(span_of(text), ms, e);
}

bool xta_id_is(const char *a, const char *b)
{
	return strcasecmp(a, b) == 0;
}
