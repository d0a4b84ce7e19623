/* SPDX-License-Identifier: EUPL-1.2 */
/* What the clerk's folder learns from an application. */
#include "cm.h"

#include "base/file.h"
#include "base/mem.h"
#include "sim/case.h"
#include "xml/init.h"

static int read_text(const char *text, struct arena *a, struct case_head *out)
{
	char dir[] = "/tmp/depesche-case-XXXXXX";
	struct err e = ERR_INIT;
	char *path;
	int rc;

	assert_non_null(mkdtemp(dir));
	path = mem_printf("%s/application.xml", dir);
	assert_ok(file_write(path, text, strlen(text), 0600, &e), e);
	rc = case_read(path, a, out, &e);
	unlink(path);
	rmdir(dir);
	free(path);
	return rc;
}

static void an_application_says_its_number_its_version_and_its_files(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct case_head h;

	assert_int_equal(read_text("<an:antrag xmlns:an=\"urn:depesche:antrag:1\"><x/><an:inhalt><an:formular id=\"f\" "
				   "titel=\"T\" fassung=\"2026-03\"/><an:vorgang>0192</an:vorgang><an:anlagen>"
				   "<an:anlage id=\"upload-1\" dateiname=\"März &amp; mehr.pdf\"/><an:anlage id=\"upload-2\"/>"
				   "</an:anlagen></an:inhalt></an:antrag>", a, &h), 0);
	assert_string_equal(h.number, "0192");
	assert_string_equal(h.form, "f");
	assert_string_equal(h.version, "2026-03");
	assert_int_equal(h.file_count, 1);
	assert_string_equal(h.files[0].part, "upload-1");
	assert_string_equal(h.files[0].name, "März & mehr.pdf");
	arena_free(a);
}

static void other_content_says_nothing_and_is_no_error(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct case_head h;

	assert_int_equal(read_text("<antrag xmlns=\"urn:andere\"><inhalt/></antrag>", a, &h), 0);
	assert_null(h.number);
	assert_int_equal(h.file_count, 0);
	assert_int_equal(read_text("<an:antrag xmlns:an=\"urn:depesche:antrag:1\"/>", a, &h), 0);
	assert_null(h.version);
	assert_int_not_equal(read_text("kein XML", a, &h), 0);
	arena_free(a);
}

static void a_name_from_outside_stays_in_its_folder(void **state)
{
	(void)state;
	char longname[300];

	memset(longname, 'x', sizeof(longname));
	longname[201] = '\0';
	assert_true(case_name_is_good("Bescheid März (2).pdf"));
	assert_false(case_name_is_good("../x"));
	assert_false(case_name_is_good("a/b"));
	assert_false(case_name_is_good("a\\b"));
	assert_false(case_name_is_good(".htaccess"));
	assert_false(case_name_is_good("a\nb"));
	assert_false(case_name_is_good(""));
	assert_false(case_name_is_good(longname));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_application_says_its_number_its_version_and_its_files),
		cmocka_unit_test(other_content_says_nothing_and_is_no_error),
		cmocka_unit_test(a_name_from_outside_stays_in_its_folder),
	};

	xml_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
