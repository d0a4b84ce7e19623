/* LINK: gateway/form/model */
/* SPDX-License-Identifier: EUPL-1.2 */
/* HTML of authors: whatever comes in, only our own tags go out, each closed, and reading the result again changes nothing
 * of its text. The same bytes as a pattern are translated or refused. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "form/model/markup.h"
#include "form/model/regex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t count(const char *html, const char *tag)
{
	size_t n = 0;

	for (const char *s = html; (s = strstr(s, tag)) != NULL; s += strlen(tag))
		n++;
	return n;
}

static void check_html(const char *html)
{
	static const char *const pairs[][2] = {
		{ "<p>", "</p>" }, { "<h2>", "</h2>" }, { "<h3>", "</h3>" }, { "<h4>", "</h4>" }, { "<ul>", "</ul>" },
		{ "<ol>", "</ol>" }, { "<li>", "</li>" }, { "<blockquote>", "</blockquote>" }, { "<strong>", "</strong>" },
		{ "<em>", "</em>" }, { "<sub>", "</sub>" }, { "<sup>", "</sup>" }, { "<a href=\"", "</a>" },
		{ "<span class=\"vh\">", "</span>" },
	};
	size_t tags = count(html, "<br>");

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		size_t n = count(html, pairs[i][0]);

		must(count(html, pairs[i][1]) == n);
		tags += 2 * n;
	}
	must(count(html, "<") == tags);
	for (const char *s = html; (s = strstr(s, "<a href=\"")) != NULL; s++)
		must(strncasecmp(s + 9, "https://", 8) == 0 || strncasecmp(s + 9, "http://", 7) == 0 ||
		     strncasecmp(s + 9, "mailto:", 7) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_dup_n((const char *)data, size);
	struct arena *a = arena_new();
	struct form_markup m, again;
	const char *why;
	struct buf b;

	if (span_is_utf8(span_of(text))) {
		for (int kind = FORM_MARKUP_BLOCK; kind <= FORM_MARKUP_INLINE; kind++) {
			form_markup_read(a, text, (enum form_markup_kind)kind, NULL, NULL, &m);
			check_html(m.html);
			must(span_is_utf8(span_of(m.html)) && span_is_utf8(span_of(m.text)));
			must(strlen(m.html) <= 32 * strlen(text));
		}
		form_markup_read(a, m.text, FORM_MARKUP_INLINE, NULL, NULL, &again);
		check_html(again.html);
		buf_init(&b, 256 * size + 16);
		if (form_regex_translate(text, &b, &why))
			must(!b.over && why == NULL);
		else
			must(why != NULL);
		buf_fini(&b);
	}
	arena_free(a);
	free(text);
	return 0;
}
