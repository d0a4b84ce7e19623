/* SPDX-License-Identifier: EUPL-1.2 */
/* What the sanitizers say about libraries that are not built with them.
 * fontconfig keeps its patterns until the process ends; a leak per document would show in test_pdf.c
 * (many_documents_need_no_more_memory_than_one). pango looks for fonts in a thread of its own, and the locks of glib
 * are not seen. */

const char *__lsan_default_suppressions(void);
const char *__tsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}

const char *__tsan_default_suppressions(void)
{
	return "called_from_lib:libfontconfig\ncalled_from_lib:libglib\n"
	       "called_from_lib:libpango-1.0\ncalled_from_lib:libpangoft2\ncalled_from_lib:libpangocairo\nrace:"
	       "libglib\n"
	       "called_from_lib:libcairo.so\nmutex:libcairo\nrace:libcairo\nrace:libfontconfig\nrace:libpango\n";
}
