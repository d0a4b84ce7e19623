/* SPDX-License-Identifier: EUPL-1.2 */
/* fontconfig keeps its patterns until the process ends and says goodbye to none; a leak per document would show in
 * test_pdf.c (many_documents_need_no_more_memory_than_one). */

const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}
