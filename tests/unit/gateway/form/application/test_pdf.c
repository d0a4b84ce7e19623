/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/form/application/pdf. */
#include "cm.h"

#include <sys/wait.h>

#include "base/file.h"
#include "base/mem.h"
#include "form/application/pdf.h"
#include "h_app.h"

/* Output of a program on the PDF, or the test is skipped where the program is not installed. */
static char *run(const char *command, const char *behind, struct span pdf)
{
	char dir[] = "/tmp/depesche-pdf-XXXXXX";
	struct err e = ERR_INIT;
	struct buf out;
	if (mkdtemp(dir) == NULL)
		fail();
	char *file = mem_printf("%s/a.pdf", dir),
	     *line = mem_printf("%s %s/a.pdf %s 2>/dev/null", command, dir, behind);
	assert_ok(file_write(file, pdf.p, pdf.n, 0600, &e), e);
	buf_init(&out, 1 << 20);
	FILE *p = popen(line, "r");
	char block[4096];
	size_t n;
	while ((n = fread(block, 1, sizeof(block), p)) > 0)
		buf_put(&out, block, n);
	int status = pclose(p);
	unlink(file);
	rmdir(dir);
	free(file);
	free(line);
	if (WEXITSTATUS(status) == 127) {
		buf_fini(&out);
		skip();
	}
	assert_int_equal(status, 0);
	return buf_take(&out);
}

static void make(struct buf *out)
{
	struct h_app h;
	struct err e = ERR_INIT;
	h_app_init(&h);
	buf_init(out, 4 << 20);
	struct sink *to = sink_to_buf(out);
	assert_ok(form_pdf_application(&h.app, to, &e), e);
	sink_close(to);
	h_app_fini(&h);
}

static void the_pdf_has_every_value_as_text(void **state)
{
	(void)state;
	static const char *const wanted[] = { "Hilfe zum Lebensunterhalt",
					      "Stadt Köln",
					      "Mustermann-Łukasz",
					      "09.03.1957",
					      "Jörg <Vertreter> & Söhne",
					      "412,50 €",
					      "1.023,40 €",
					      "48,25 m²",
					      "Rente oder Pension",
					      "Wohngeld",
					      "Zeile eins",
					      "Zeile zwei",
					      "Bescheid März.pdf",
					      "ausweis.png",
					      "019e2f4a-0000-7000-8000-0000000000ab",
					      "keine Angabe",
					      "Seite 1 von 2",
					      "Seite 2 von 2",
					      "Fassung des Formulars" };
	struct buf pdf;
	make(&pdf);
	char *text = run("pdftotext -layout", "-", buf_view(&pdf));
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		if (strstr(text, wanted[i]) == NULL)
			fail_msg("%s is not in the text:\n%s", wanted[i], text);
	}
	assert_null(strstr(text, "Kontoinhaber"));	/* hidden: no account */
	free(text);
	buf_fini(&pdf);
}

static void the_same_application_gives_the_same_bytes(void **state)
{
	(void)state;
	struct buf a, b;
	make(&a);
	make(&b);
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.p, b.p, a.n);
	buf_fini(&a);
	buf_fini(&b);
}

static void the_pdf_is_tagged_german_and_titled(void **state)
{
	(void)state;
	static const char *const wanted[] = { "/Lang (de-DE)",   "/Marked true", "/DisplayDocTitle true",
					      "/StructTreeRoot", "/S /H1",       "/S /H2",
					      "/S /LI",          "/S /Lbl",      "/S /LBody",
					      "/Artifact BMC",   "<dc:title>",   "/Tabs /S" };
	struct buf pdf;
	make(&pdf);
	char *text = run("qpdf --qdf --object-streams=disable", "-", buf_view(&pdf));
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		if (strstr(text, wanted[i]) == NULL)
			fail_msg("%s is missing", wanted[i]);
	}
	free(text);
	buf_fini(&pdf);
}

static void the_tags_hold_the_text_and_the_page_number_is_none_of_it(void **state)
{
	(void)state;
	struct buf pdf;
	make(&pdf);
	char *text = run("pdfinfo -struct-text", "", buf_view(&pdf));
	assert_non_null(strstr(text, "Für eine andere Person, die ich vertrete"));
	assert_non_null(strstr(text, "Hilfe zum Lebensunterhalt"));
	assert_null(strstr(text, "Seite 1"));
	/* Lines are parted: wrapped ones by their blank, paragraphs by tags of their own. */
	assert_non_null(strstr(text, "Ihr Name (Vorname und Nachname)"));
	assert_null(strstr(text, "Zeile einsZeile zwei"));
	assert_null(strstr(text, "Rente oder PensionWohngeld"));
	assert_non_null(strstr(text, "\"Zeile zwei\""));
	free(text);
	buf_fini(&pdf);
}

static void long_texts_run_over_pages_in_one_piece(void **state)
{
	(void)state;
	struct form_pdf *p = form_pdf_new("Lang", "Test", "Fuß", 1795497701123);
	struct buf pdf, text;
	struct err e = ERR_INIT;
	buf_init(&pdf, 4 << 20);
	buf_init(&text, 1 << 20);
	for (int i = 0; i < 400; i++)
		buf_printf(&text, "Wort%d und noch mehr Text, damit es Zeilen gibt. ", i);
	form_pdf_heading(p, 1, "Lang");
	form_pdf_list(p);
	form_pdf_pair(p, "Kurz", "Wert");
	form_pdf_pair(p, "Text", buf_str(&text));
	form_pdf_list_end(p);
	form_pdf_text(p, buf_str(&text));
	struct sink *to = sink_to_buf(&pdf);
	assert_ok(form_pdf_end(p, to, &e), e);
	sink_close(to);
	form_pdf_free(p);
	char *plain = run("pdftotext", "-", buf_view(&pdf));
	assert_non_null(strstr(plain, "Wort0 "));
	assert_non_null(strstr(plain, "Wort399 "));
	const char *third = strstr(plain, "Seite 3 von ");
	assert_non_null(third);
	char *last = mem_printf("Seite %ld von %ld", atol(third + 12), atol(third + 12));
	assert_non_null(strstr(plain, last));
	free(last);
	assert_non_null(strstr(plain, "Text (Fortsetzung)"));
	free(plain);
	/* For a reader of the tags nothing was interrupted. */
	char *tags = run("pdfinfo -struct-text", "", buf_view(&pdf));
	assert_non_null(strstr(tags, "Wort399 "));
	assert_null(strstr(tags, "Fortsetzung"));
	free(tags);
	char *check = run("qpdf --check", "", buf_view(&pdf));
	free(check);
	buf_fini(&pdf);
	buf_fini(&text);
}

/* Glyphs drawn, not the text behind them: a hyphen made by Pango is no text. */
static size_t drawn(const char *value)
{
	struct form_pdf *p = form_pdf_new("Titel", "Test", "Ende", 1795497701123);
	struct err e = ERR_INIT;
	struct buf pdf;
	size_t n = 0;
	buf_init(&pdf, 4 << 20);
	form_pdf_list(p);
	form_pdf_pair(p, "SHA-256", value);
	form_pdf_list_end(p);
	struct sink *to = sink_to_buf(&pdf);
	assert_ok(form_pdf_end(p, to, &e), e);
	sink_close(to);
	form_pdf_free(p);
	char *svg = run("pdftocairo -svg", "-", buf_view(&pdf));
	for (const char *c = svg; (c = strstr(c, "<use ")) != NULL; c++)
		n++;
	free(svg);
	buf_fini(&pdf);
	return n;
}

static void a_digest_that_is_broken_gains_no_hyphen(void **state)
{
	(void)state;
	/* Pango would put one between two letters, never between digits. */
	size_t digits = drawn("012345678901234567890123456789012345678901234567890123456789012345678901");

	assert_true(digits > 72);
	assert_int_equal(drawn("abcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdef"), digits);
}

static long resident_kb(void)
{
	long pages = 0, skip = 0;
	FILE *f = fopen("/proc/self/statm", "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%ld %ld", &skip, &pages), 2);
	fclose(f);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void many_documents_need_no_more_memory_than_one(void **state)
{
	(void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	skip(); /* the sanitizer keeps what was freed */
#endif
	struct buf pdf;
	for (int i = 0; i < 5; i++) {
		make(&pdf);
		buf_fini(&pdf);
	}
	long before = resident_kb();
	for (int i = 0; i < 60; i++) {
		make(&pdf);
		buf_fini(&pdf);
	}
	assert_in_range(resident_kb(), 0, before + 2048);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pdf_has_every_value_as_text),
		cmocka_unit_test(the_same_application_gives_the_same_bytes),
		cmocka_unit_test(the_pdf_is_tagged_german_and_titled),
		cmocka_unit_test(the_tags_hold_the_text_and_the_page_number_is_none_of_it),
		cmocka_unit_test(many_documents_need_no_more_memory_than_one),
		cmocka_unit_test(long_texts_run_over_pages_in_one_piece),
		cmocka_unit_test(a_digest_that_is_broken_gains_no_hyphen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
