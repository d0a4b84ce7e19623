/* SPDX-License-Identifier: EUPL-1.2 */
/* Names, types and patterns of files that a person adds. */
#include "cm.h"

#include "base/mem.h"
#include "form/application/upload.h"

static void file_names_become_safe(void **state)
{
	(void)state;
	static const struct {
		const char *raw, *type, *safe;
	} cases[] = {
		{ "brief.pdf", "application/pdf", "brief.pdf" },
		{ "Bescheid März (2).PDF", "application/pdf", "Bescheid März (2).PDF" },
		{ "foto.jpeg", "image/jpeg", "foto.jpeg" },
		{ "foto.exe", "image/jpeg", "foto.exe.jpg" },
		{ "bild.pdf", "image/png", "bild.pdf.png" },
		{ "../../etc/passwd", "text/plain", "passwd.txt" },
		{ "C:\\Users\\ich\\scan.tif", "image/tiff", "scan.tif" },
		{ "...", "application/pdf", "Anlage.pdf" },
		{ "", "application/pdf", "Anlage.pdf" },
		{ ".htaccess", "text/plain", "htaccess.txt" },
		{ "a\r\nX: y.pdf", "application/pdf", "a_X_ y.pdf" },
		{ "a\"b;c<d>.pdf", "application/pdf", "a_b_c_d_.pdf" },
		{ "\xFF\xFE.pdf", "application/pdf", "Anlage.pdf" },
		{ "emoji \xF0\x9F\x98\x80.pdf", "application/pdf", "emoji _.pdf" },
		{ "Mu\xCC\x88ll.pdf", "application/pdf", "Müll.pdf" },
		{ "ende. .pdf", "application/pdf", "ende.pdf" },
		/* devices of Windows, where the office's folder may be, whatever stands behind the first dot */
		{ "con.pdf", "application/pdf", "_con.pdf" },
		{ "Aux.2026.txt", "text/plain", "_Aux.2026.txt" },
		{ "LPT1", "application/pdf", "_LPT1.pdf" },
		{ "COM0 .pdf", "application/pdf", "COM0.pdf" },
		{ "Konto.pdf", "application/pdf", "Konto.pdf" },
		{ "\xE2\x80\xAE" "fdp.txt", "text/plain", "_fdp.txt" },	/* turns the direction of writing */
	};
	struct arena *a = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(form_upload_name(a, span_of(cases[i].raw), cases[i].type), cases[i].safe);
	char longname[600];
	memset(longname, 'x', sizeof(longname));
	const char *cut = form_upload_name(a, (struct span){ longname, sizeof(longname) }, "application/pdf");
	assert_int_equal(strlen(cut), 124);
	arena_free(a);
}

static void the_type_is_judged_by_content(void **state)
{
	(void)state;
	static const struct {
		struct span data;
		const char *type;
	} cases[] = {
		{ SPAN_LIT("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj\n"), "application/pdf" },
		{ SPAN_LIT("\xFF\xD8\xFF\xE0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"), "image/jpeg" },
		{ SPAN_LIT("II*\0\x08\0\0\0\0\0"), "image/tiff" },
		{ SPAN_LIT("Sehr geehrte Damen und Herren,\nanbei der Vertrag.\n"), "text/plain" },
		{ SPAN_LIT("Grüße aus Köln\n"), "text/plain" },
		{ SPAN_LIT("<html><body>x</body></html>"), NULL },
		{ SPAN_LIT("<?xml version=\"1.0\"?><svg/>"), NULL },
		{ SPAN_LIT("#!/bin/sh\nrm -rf /\n"), NULL },
		{ SPAN_LIT("\x7F"
			   "ELF\2\1\1\0"),
		  NULL },
		{ SPAN_LIT("PK\3\4\x14\0\6\0"), NULL },
		{ SPAN_LIT("\0\0\0\0"), NULL },
		{ SPAN_LIT("GIF89a\1\0\1\0"), NULL },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct err e = ERR_INIT;
		const char *type;

		assert_ok(form_upload_sniff(cases[i].data.p, cases[i].data.n, &type, &e), e);
		if ((type == NULL) != (cases[i].type == NULL) || (type != NULL && strcmp(type, cases[i].type) != 0))
			fail_msg("case %zu: %s", i, type);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(file_names_become_safe),
		cmocka_unit_test(the_type_is_judged_by_content),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
