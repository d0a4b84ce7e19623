/* SPDX-License-Identifier: EUPL-1.2 */
/* filePattern of Form.io. */
#include "cm.h"

#include "base/mem.h"
#include "form/model/file_type.h"

static const struct {
	const char *pattern, *type;
	bool allowed;
} cases[] = {
	{ NULL, "image/jpeg", true },
	{ "", "image/jpeg", true },
	{ "*", "image/jpeg", true },
	{ "*", "application/zip", false },
	{ ".pdf,.JPEG", "image/jpeg", true },
	{ ".pdf, .tif", "image/tiff", true },
	{ "*.pdf", "application/pdf", true },
	{ "image/png,application/pdf", "image/png", true },
	{ "image/*", "image/tiff", true },
	{ "image/*", "application/pdf", false },
	{ ".pdf,.jpg", "image/png", false },
	{ ".pdf", "text/plain", false },
	{ ".p", "application/pdf", false },
	/* exclusions were read the other way round once */
	{ "!.txt", "application/pdf", true },
	{ "!.txt", "text/plain", false },
	{ "*,!.txt", "application/pdf", true },
	{ "*,!.txt", "text/plain", false },
	{ ".pdf,image/*,!image/tiff", "image/png", true },
	{ ".pdf,image/*,!image/tiff", "image/tiff", false },
	{ "!.exe", "application/pdf", true },
};

static void a_pattern_allows_what_it_lists_and_not_what_it_excludes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (form_file_pattern_allows(cases[i].pattern, cases[i].type) != cases[i].allowed)
			fail_msg("%s: %s", cases[i].pattern, cases[i].type);
	}
}

static void a_pattern_that_cannot_be_kept_is_bad(void **state)
{
	(void)state;
	static const struct {
		const char *pattern;
		bool bad;
	} patterns[] = {
		{ "*", false },	     { ".pdf", false },	  { ".pdf, .png", false }, { "image/*", false }, { "!.exe", false },
		{ "*.pdf", false },  { ".docx", true },	  { ".pdf,.docx", true },  { "application/msword", true },
		{ "/\\.pdf$/", true }, { "pdf", true },	  { "scan*.pdf", true },   { "!*", true },
		{ ".pdf,!.pdf", true }, { "*.", true }, { "video/*", true },
	};

	for (size_t i = 0; i < ARRAY_LEN(patterns); i++) {
		char why[200] = "";

		if (form_file_pattern_is_bad(patterns[i].pattern, why, sizeof(why)) != patterns[i].bad)
			fail_msg("%s: %s", patterns[i].pattern, why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pattern_allows_what_it_lists_and_not_what_it_excludes),
		cmocka_unit_test(a_pattern_that_cannot_be_kept_is_bad),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
