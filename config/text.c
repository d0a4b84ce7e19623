/* SPDX-License-Identifier: EUPL-1.2 */
/* What a text of the configuration may look like, by its type. */
#include "config/text.h"

#include <string.h>

#include "base/addr.h"
#include "base/span.h"
#include "base/uri.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define HEADER_MAX 64
#define OFFICE_MAX 64

static bool is_choice(const char *choices, const char *text)
{
	struct span rest = span_of(choices), item;

	while (rest.n > 0) {
		(void)span_split(rest, ' ', &item, &rest);
		if (span_is(item, text))
			return true;
	}
	return false;
}

static bool is_url(const char *text)
{
	struct err e = ERR_INIT;
	struct uri uri;

	return uri_parse(span_of(text), &uri, &e) == 0;
}

/* Origins are copied into a response header, where other characters would have a meaning of their own. */
static bool is_origin(const char *text)
{
	struct err e = ERR_INIT;
	struct uri uri;
	const char *path = strstr(text, "://");

	if (uri_parse(span_of(text), &uri, &e) != 0)
		return false;
	path = strpbrk(path + 3, "/?");
	return path == NULL || strcmp(path, "/") == 0;
}

/* What the HTTP server can match: no pattern, no query, nothing that would be sent percent-coded. */
static bool is_route(const char *text)
{
	return text[0] == '/' && strpbrk(text, "*?#% \t\"<>\\^`{|}") == NULL;
}

/* RFC 9110 5.6.2, token. */
static bool is_header(const char *text)
{
	return strspn(text, LETTERS DIGITS "!#$%&'*+-.^_`|~") == strlen(text) && strlen(text) <= HEADER_MAX;
}

static bool is_office(const char *text)
{
	size_t prefix = strspn(text, LETTERS);
	const char *number = text + prefix + 1;

	if (prefix == 0 || text[prefix] != ':' || strlen(text) > OFFICE_MAX)
		return false;
	return number[0] != '\0' && strspn(number, DIGITS) == strlen(number);
}

static bool is_digest(const char *text)
{
	size_t digits = 0;

	for (; *text != '\0'; text++) {
		if (strchr(DIGITS "abcdefABCDEF", *text) != NULL)
			digits++;
		else if (*text != ':')
			return false;
	}
	return digits == 64;
}

bool conf_text_check(const struct conf_field *f, const char *text)
{
	struct addr_range range;

	if (text[0] == '\0')
		return false;
	switch (f->type) {
	case CONF_CHOICE:
		return is_choice(f->choices, text);
	case CONF_URL:
	case CONF_URLS:
		return is_url(text);
	case CONF_SITE:
	case CONF_ORIGINS:
		return is_origin(text);
	case CONF_NETWORKS:
		return addr_range_parse(span_of(text), &range);
	case CONF_ROUTE:
		return is_route(text);
	case CONF_HEADER:
		return is_header(text);
	case CONF_OFFICE:
		return is_office(text);
	case CONF_DIGESTS:
		return is_digest(text);
	default:
		return true;
	}
}
