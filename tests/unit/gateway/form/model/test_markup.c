/* SPDX-License-Identifier: EUPL-1.2 */
/* HTML of authors: what stays, and that nothing of an attack does. */
#include "cm.h"

#include "base/buf.h"
#include "base/mem.h"
#include "form/model/markup.h"

static void collect(void *ctx, const char *why)
{
	buf_printf(ctx, "%s\n", why);
}

static const struct {
	const char *source, *html, *text;
} kept[] = {
	{ "nur Text", "<p>nur Text</p>", "nur Text" },
	{ "<p>a</p><p>b</p>", "<p>a</p>\n<p>b</p>", "a\nb" },
	{ "<h1>A</h1><h3>B</h3><h6>C</h6>", "<h2>A</h2>\n<h3>B</h3>\n<h4>C</h4>", "A\nB\nC" },
	{ "<ul><li>a<li><b>b</b></ul>c", "<ul>\n<li>a</li>\n<li><strong>b</strong></li>\n</ul>\n<p>c</p>", "- a\n- b\nc" },
	{ "<ol><li>a</li><li><p>b</p></li></ol>", "<ol>\n<li>a</li>\n<li><p>b</p>\n</li>\n</ol>", "1. a\n2. b" },
	{ "<ul><li>a<ul><li>b</li></ul></li></ul>", "<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>", "- a\n- b" },
	{ "<p>a <em>b <strong>c</strong></em> d</p>", "<p>a <em>b <strong>c</strong></em> d</p>", "a b c d" },
	{ "<i>x<p>y</p></i>", "<p><em>x</em></p>\n<p>y</p>", "x\ny" },
	{ "a<br>b", "<p>a<br>b</p>", "a\nb" },
	{ "<a href=\"mailto:a@b.de\">a@b.de</a>", "<p><a href=\"mailto:a@b.de\" rel=\"noopener noreferrer\">a@b.de</a></p>",
	  "a@b.de" },
	{ "<a href='HTTPS://a.example/?a=1&amp;b=\"'>x</a>", NULL, NULL },
	{ "<a href=http://a.example>x</a>",
	  "<p><a href=\"http://a.example\" rel=\"noopener noreferrer\" target=\"_blank\">x<span class=\"vh\"> (neues "
	  "Fenster)</span></a></p>",
	  "x (http://a.example)" },
	{ "1 < 2 &amp; 3 &gt; 2 &#228;&#xE4; &quot;x&quot;", "<p>1 &lt; 2 &amp; 3 &gt; 2 ää &quot;x&quot;</p>",
	  "1 < 2 & 3 > 2 ää \"x\"" },
	{ "<!-- <script>x</script> -->a", "<p>a</p>", "a" },
	{ "<p></p><p> </p>a", "<p>a</p>", "a" },
	{ "<blockquote>a</blockquote>", "<blockquote><p>a</p>\n</blockquote>", "a" },
	{ "<li>a", "<ul>\n<li>a</li>\n</ul>", "- a" },
	{ "a</p></ul></b>b", "<p>a</p>\n<p>b</p>", "a\nb" },
	{ "H<sub>2</sub>O, m<sup>2</sup>", "<p>H<sub>2</sub>O, m<sup>2</sup></p>", "H2O, m2" },
	{ "", "", "" },
};

static void what_is_allowed_comes_out_anew_and_nested_rightly(void **state)
{
	(void)state;
	struct arena *a = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
		struct form_markup m;

		form_markup_read(a, kept[i].source, FORM_MARKUP_BLOCK, NULL, NULL, &m);
		if (kept[i].html != NULL && strcmp(m.html, kept[i].html) != 0)
			fail_msg("%s\n  wanted %s\n  found  %s", kept[i].source, kept[i].html, m.html);
		if (kept[i].text != NULL && strcmp(m.text, kept[i].text) != 0)
			fail_msg("%s\n  wanted %s\n  found  %s", kept[i].source, kept[i].text, m.text);
	}
	arena_free(a);
}

/* What each must not leave behind; all must be reported. */
static const struct {
	const char *source, *never;
} attacks[] = {
	{ "<script>alert(1)</script>", "alert" },
	{ "<SCRIPT SRC=//evil.example/x.js></SCRIPT>", "evil" },
	{ "<script>x</script", "script" },
	{ "<scr<script>ipt>alert(1)</script>", "<scr" },
	{ "<img src=x onerror=alert(1)>", "onerror" },
	{ "<p onclick=\"alert(1)\">x</p>", "alert" },
	{ "<p/onclick=alert(1)>x</p>", "alert" },
	{ "<b onmouseover\n=\nalert(1)>x</b>", "alert" },
	{ "<svg/onload=alert(1)>", "alert" },
	{ "<svg><a href=https://x>y</a></svg>", "href" },
	{ "<math><mi xlink:href=\"data:x,y\">z</mi></math>", "data" },
	{ "<a href=\"javascript:alert(1)\">x</a>", "alert" },
	{ "<a href=\"JaVaScRiPt:alert(1)\">x</a>", "alert" },
	{ "<a href=\"java\tscript:alert(1)\">x</a>", "alert" },
	{ "<a href=\"java\nscript:alert(1)\">x</a>", "alert" },
	{ "<a href=\"&#106;avascript:alert(1)\">x</a>", "alert" },
	{ "<a href=\"&#x6A;avascript&colon;alert(1)\">x</a>", "alert" },
	{ "<a href=\"java&Tab;script:alert(1)\">x</a>", "alert" },
	{ "<a href=\" \x01javascript:alert(1)\">x</a>", "alert" },
	{ "<a href=\"data:text/html,x\">x</a>", "data:" },
	{ "<a href=\"vbscript:x\">x</a>", "vbscript" },
	{ "<a href=\"//evil.example\">x</a>", "evil" },
	{ "<a href=\"/admin\">x</a>", "admin" },
	{ "<a href=\"https:evil.example\">x</a>", "evil" },
	{ "<a href=\"https://\">x</a>", "href" },
	{ "<a href=\"https:/\\evil.example\">x</a>", "evil" },
	{ "<a href='https://a.example/\" onclick=\"alert(1)'>x</a>", "alert" },
	{ "<a href=mailto:>x</a>", "href" },
	{ "<iframe src=https://evil.example></iframe>", "evil" },
	{ "<style>body{background:url(//evil.example)}</style>", "evil" },
	{ "<link rel=stylesheet href=//evil.example>", "evil" },
	{ "<meta http-equiv=refresh content=0;url=//evil.example>", "evil" },
	{ "<base href=//evil.example>", "evil" },
	{ "<form action=//evil.example><input name=x></form>", "evil" },
	{ "<object data=//evil.example></object>", "evil" },
	{ "<embed src=//evil.example>", "evil" },
	{ "<template><script>x</script></template>", "script" },
	{ "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>", "<img" },
	{ "<textarea><script>x</script></textarea>", "script" },
	{ "<title></title><script>x</script>", "script" },
	{ "<table background=//evil.example><tr><td>x</table>", "evil" },
	{ "<x:script xmlns:x=\"http://www.w3.org/1999/xhtml\">alert</x:script>", "<x" },
};

/* Every "<" belongs to a tag that this service writes; every quote to one of its attributes. */
static void check_safe(const char *source, const char *html)
{
	static const char *const tags[] = { "<p>", "</p>", "<h2>", "</h2>", "<h3>", "</h3>", "<h4>", "</h4>", "<ul>", "</ul>",
					    "<ol>", "</ol>", "<li>", "</li>", "<blockquote>", "</blockquote>", "<strong>",
					    "</strong>", "<em>", "</em>", "<sub>", "</sub>", "<sup>", "</sup>", "<br>",
					    "<a href=\"https://", "<a href=\"http://", "<a href=\"mailto:", "</a>",
					    "<span class=\"vh\">", "</span>" };

	for (const char *s = html; (s = strchr(s, '<')) != NULL; s++) {
		size_t i = 0;

		while (i < ARRAY_LEN(tags) && strncasecmp(s, tags[i], strlen(tags[i])) != 0)
			i++;
		if (i == ARRAY_LEN(tags))
			fail_msg("%s became %s", source, html);
	}
}

static void an_attack_leaves_nothing_and_is_reported(void **state)
{
	(void)state;
	struct arena *a = arena_new();

	for (size_t i = 0; i < 2 * ARRAY_LEN(attacks); i++) {
		const char *source = attacks[i / 2].source;
		struct form_markup m;
		struct buf lost;

		buf_init(&lost, 4096);
		form_markup_read(a, source, i % 2 == 0 ? FORM_MARKUP_BLOCK : FORM_MARKUP_INLINE, collect, &lost, &m);
		check_safe(source, m.html);
		if (strstr(m.html, attacks[i / 2].never) != NULL && strstr(m.html, "&lt;") == NULL)
			fail_msg("%s became %s", source, m.html);
		if (lost.n == 0 && strstr(m.html, "&lt;") == NULL)
			fail_msg("%s was not reported", source);
		buf_fini(&lost);
	}
	arena_free(a);
}

static void a_tag_that_does_not_end_is_text(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct form_markup m;

	form_markup_read(a, "a <b>b</b> <a href=\"https://x.example", FORM_MARKUP_INLINE, NULL, NULL, &m);
	assert_string_equal(m.html, "a <strong>b</strong> &lt;a href=&quot;https://x.example");
	form_markup_read(a, "<!-- x", FORM_MARKUP_INLINE, NULL, NULL, &m);
	assert_string_equal(m.html, "");
	arena_free(a);
}

static void a_label_has_no_blocks(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct form_markup m;
	struct buf lost;

	buf_init(&lost, 4096);
	form_markup_read(a, "<p>Ihr <b>Name</b></p><p>hier</p>", FORM_MARKUP_INLINE, collect, &lost, &m);
	assert_string_equal(m.html, "Ihr <strong>Name</strong> hier");
	assert_string_equal(m.text, "Ihr Name hier");
	assert_int_equal(lost.n, 0);
	form_markup_read(a, "<h2>x</h2>", FORM_MARKUP_INLINE, collect, &lost, &m);
	assert_non_null(strstr(buf_str(&lost), "<h2>: not within a line"));
	buf_fini(&lost);
	arena_free(a);
}

/* n times piece. */
static char *times(const char *piece, size_t n)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	while (n-- > 0)
		buf_puts(&b, piece);
	return buf_take(&b);
}

static void deep_nesting_and_long_input_end_well(void **state)
{
	(void)state;
	static const char *const pieces[] = { "<b>", "<ul><li>", "<blockquote>", "</p>", "<a href=\"", "<", "<!--", "<!", "&",
					      "<script>", "<a href=https://x>", "<br>", "\"", "</script", "<b onx='" };
	struct arena *a = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		/* 10,000 of them; the long ones within the limit of bytes */
		size_t n = FORM_MARKUP_MAX / strlen(pieces[i]) < 10000 ? FORM_MARKUP_MAX / strlen(pieces[i]) : 10000;
		char *source = times(pieces[i], n);
		struct form_markup m;

		form_markup_read(a, source, FORM_MARKUP_BLOCK, NULL, NULL, &m);
		check_safe(pieces[i], m.html);
		assert_true(strlen(m.html) < 32 * strlen(source));
		free(source);
	}
	arena_free(a);
}

static void a_text_of_more_than_64_kb_is_refused(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	char *source = times("x", FORM_MARKUP_MAX + 1);
	struct form_markup m;
	struct buf lost;

	buf_init(&lost, 4096);
	form_markup_read(a, source, FORM_MARKUP_BLOCK, collect, &lost, &m);
	assert_non_null(strstr(buf_str(&lost), "64 KB"));
	assert_string_equal(m.html, "");
	buf_fini(&lost);
	free(source);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_allowed_comes_out_anew_and_nested_rightly),
		cmocka_unit_test(an_attack_leaves_nothing_and_is_reported),
		cmocka_unit_test(a_tag_that_does_not_end_is_text),
		cmocka_unit_test(a_label_has_no_blocks),
		cmocka_unit_test(deep_nesting_and_long_input_end_well),
		cmocka_unit_test(a_text_of_more_than_64_kb_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
