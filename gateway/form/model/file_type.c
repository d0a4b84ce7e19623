/* SPDX-License-Identifier: EUPL-1.2 */
/* The list of file types, and the patterns of Form.io against it. */
#include "form/model/file_type.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

const struct form_file_type form_file_types[] = {
	{ "application/pdf", ".pdf", ".pdf" },	  { "image/png", ".png", ".png" },
	{ "image/jpeg", ".jpg.jpeg.jpe", ".jpg" }, { "image/tiff", ".tif.tiff", ".tif" },
	{ "text/plain", ".txt.text", ".txt" },
};

const size_t form_file_type_count = ARRAY_LEN(form_file_types);

const struct form_file_type *form_file_type_find(const char *type)
{
	for (size_t i = 0; i < ARRAY_LEN(form_file_types); i++) {
		if (strcmp(form_file_types[i].type, type) == 0)
			return &form_file_types[i];
	}
	return NULL;
}

bool form_file_type_has(const struct form_file_type *t, const char *ext)
{
	size_t n = strlen(ext);

	for (const char *e = t->extensions; *e != '\0'; e += 1 + strcspn(e + 1, ".")) {
		if (1 + strcspn(e + 1, ".") == n && strncasecmp(e, ext, n) == 0)
			return true;
	}
	return false;
}

/* One entry, without blanks around it and without "!". */
static bool entry_matches(const char *entry, const struct form_file_type *t)
{
	size_t n = strlen(entry);

	if (strcmp(entry, "*") == 0 || strcmp(entry, "*/*") == 0 || strcmp(entry, "*.*") == 0)
		return true;
	if (strchr(entry, '/') != NULL)
		return n > 2 && strcmp(entry + n - 2, "/*") == 0 ? strncasecmp(entry, t->type, n - 1) == 0
								 : strcasecmp(entry, t->type) == 0;
	return form_file_type_has(t, *entry == '*' ? entry + 1 : entry);
}

/* The next entry into one[]; false at the end. An entry that is too long becomes one that matches nothing. */
static bool next_entry(const char **pattern, bool *not, char one[80])
{
	const char *s = *pattern;
	size_t n;

	s += strspn(s, " \t,");
	if (*s == '\0')
		return false;
	*not = *s == '!';
	s += *not;
	s += strspn(s, " \t");
	n = strcspn(s, ",");
	*pattern = s + n;
	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	(void)snprintf(one, 80, "%.*s", n < 80 ? (int)n : 1, s);
	return true;
}

bool form_file_pattern_allows(const char *pattern, const char *type)
{
	const struct form_file_type *t = form_file_type_find(type);
	bool listed = false, any = false, not;
	char one[80];

	while (t != NULL && pattern != NULL && next_entry(&pattern, &not, one)) {
		if (not && entry_matches(one, t))
			return false;
		any = any || !not;
		listed = listed || (!not && entry_matches(one, t));
	}
	return t != NULL && (listed || !any);
}

static bool entry_is_known(const char *entry)
{
	for (size_t i = 0; i < ARRAY_LEN(form_file_types); i++) {
		if (entry_matches(entry, &form_file_types[i]))
			return true;
	}
	return false;
}

static bool is_entry(const char *entry)
{
	const char *s = *entry == '*' ? entry + 1 : entry;

	if (*s == '\0' || strchr(entry, '/') != NULL)
		return *entry != '\0' && strpbrk(entry, " \\^$()[]{}|?+") == NULL && entry[0] != '/';
	return *s == '.' && s[1] != '\0' && strpbrk(s, " \\^$()[]{}|?+") == NULL && (strchr(s, '*') == NULL || s[1] == '*');
}

bool form_file_pattern_is_bad(const char *pattern, char *why, size_t size)
{
	const char *s = pattern;
	char one[80];
	bool not;

	while (next_entry(&s, &not, one)) {
		if (!is_entry(one))
			(void)snprintf(why, size, "\"%s\": only extensions (.pdf), media types (image/png, image/*) and *",
				       one);
		else if (!not && !entry_is_known(one))
			(void)snprintf(why, size, "\"%s\" cannot be attached here (PDF, PNG, JPEG, TIFF, text)", one);
		else
			continue;
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(form_file_types); i++) {
		if (form_file_pattern_allows(pattern, form_file_types[i].type))
			return false;
	}
	(void)snprintf(why, size, "allows no file at all");
	return true;
}
