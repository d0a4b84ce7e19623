/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/form/model/html. */
#include "cm.h"

#include "base/mem.h"
#include "form/model/html.h"

static void every_character_that_could_break_out_is_escaped(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "" }, { NULL, "" }, { "plain ä", "plain ä" }, { "<b>", "&lt;b&gt;" },
		{ "\"' onclick=", "&quot;&#39; onclick=" }, { "a&b&amp;", "a&amp;b&amp;amp;" }, { "]]>", "]]&gt;" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf b;
		buf_init(&b, 1000);
		form_html_escape(&b, cases[i].in);
		assert_string_equal(buf_str(&b), cases[i].out);
		buf_fini(&b);
	}
}

static void markup_is_written_with_escaped_arguments(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 1000);
	form_html(&b, "<p class=\"%s\">%s%S %d %u %z 100%%</p>", "a\"b", "<i>", "<br>", -1, 2U, (size_t)3);
	assert_string_equal(buf_str(&b), "<p class=\"a&quot;b\">&lt;i&gt;<br> -1 2 3 100%</p>");
	buf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_character_that_could_break_out_is_escaped),
		cmocka_unit_test(markup_is_written_with_escaped_arguments),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
