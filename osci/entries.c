/* SPDX-License-Identifier: EUPL-1.2 */
/* Codes in German and English. */
#include "osci/entries.h"

#include <string.h>

#define LANGUAGES 2

/* German and English in the order of the wish; German where neither is wanted. */
static size_t choose_languages(const char *wanted, const char *out[LANGUAGES])
{
	struct span one, rest = span_of(wanted);
	size_t n = 0;

	while (rest.n > 0) {
		const char *lang;

		(void)span_split(rest, ' ', &one, &rest);
		lang = span_starts(one, "de") ? "de" : span_starts(one, "en") ? "en" : NULL;
		if (lang != NULL && n < LANGUAGES && (n == 0 || strcmp(out[0], lang) != 0))
			out[n++] = lang;
	}
	if (n == 0)
		out[n++] = "de";
	return n;
}

size_t osci_entries(const enum osci_code *codes, size_t n, const char *wanted, struct arena *a, struct osci_entry **out)
{
	const char *langs[LANGUAGES];
	size_t count = choose_languages(wanted, langs), made = 0;

	*out = arena_alloc(a, (n * count + 1) * sizeof(**out));
	for (size_t i = 0; i < n; i++) {
		const struct osci_feedback *code = osci_feedback(codes[i]);

		for (size_t k = 0; k < count; k++)
			(*out)[made++] = (struct osci_entry){ langs[k], code->digits,
							      strcmp(langs[k], "en") == 0 ? code->en : code->de };
	}
	return made;
}
