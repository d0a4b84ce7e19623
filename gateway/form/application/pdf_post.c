/* SPDX-License-Identifier: EUPL-1.2 */
/* What cairo 1.16 leaves out and a screen reader needs: language, title in the window, tag marks, XMP, artifacts. */
#include <qpdf/qpdf-c.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "form/model/html.h"
#include "form/application/pdf.h"

static void put_xmp(struct buf *b, const char *title, const char *author, int64_t created)
{
	char at[CLOCK_TEXT_LEN];

	clock_utc(created, at);
	buf_puts(b, "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
		    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
		    "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" "
		    "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" "
		    "xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\"><dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">");
	form_html_escape(b, title);
	buf_puts(b, "</rdf:li></rdf:Alt></dc:title><dc:creator><rdf:Seq><rdf:li>");
	form_html_escape(b, author);
	buf_printf(b, "</rdf:li></rdf:Seq></dc:creator><dc:language><rdf:Bag><rdf:li>de-DE</rdf:li></rdf:Bag>"
		      "</dc:language><dc:format>application/pdf</dc:format><xmp:CreateDate>%s</xmp:CreateDate>"
		      "<pdf:Producer>Depesche</pdf:Producer></rdf:Description></rdf:RDF></x:xmpmeta>\n"
		      "<?xpacket end=\"r\"?>", at);
}

static bool line_is(const char *s, size_t n, const char *tail)
{
	size_t m = strlen(tail);

	return n >= m && memcmp(s + n - m, tail, m) == 0;
}

/* cairo writes tags as whole lines "/P << /MCID 0 >> BDC" and "EMC", outside of text objects; inside a tag there may be
 * spans with ActualText. What stands between tags belongs to none (the page number): it becomes an artifact, so that a
 * screen reader passes over it. */
static void mark_artifacts(struct buf *out, const char *s, size_t n)
{
	const char *end = s + n;
	int depth = 0, tag = -1;

	buf_puts(out, "/Artifact BMC\n");
	while (s < end) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		size_t len = nl == NULL ? (size_t)(end - s) : (size_t)(nl - s);
		bool opens = line_is(s, len, " BDC"), closes = len == 3 && line_is(s, len, "EMC");
		if (opens && tag < 0 && memmem(s, len, "/MCID", 5) != NULL) {
			tag = depth;
			buf_puts(out, "EMC\n");
		}
		depth += opens - closes;
		buf_put(out, s, len);
		buf_putc(out, '\n');
		if (closes && depth == tag) {
			tag = -1;
			buf_puts(out, "/Artifact BMC\n");
		}
		s += len + (nl != NULL);
	}
	buf_puts(out, "EMC\n");
}

static void fix_page(qpdf_data q, qpdf_oh page)
{
	qpdf_oh contents = qpdf_oh_get_key(q, page, "/Contents");
	unsigned char *data = NULL;
	size_t n = 0;
	QPDF_BOOL filtered = QPDF_FALSE;
	struct buf out;

	/* Tab order of the structure, for what a reader walks through. */
	qpdf_oh_replace_key(q, page, "/Tabs", qpdf_oh_new_name(q, "/S"));
	if (qpdf_oh_get_stream_data(q, contents, qpdf_dl_all, &filtered, &data, &n) != 0 || !filtered)
		return;
	buf_init(&out, 4 * n + 1024);
	mark_artifacts(&out, (const char *)data, n);
	qpdf_oh_replace_stream_data(q, contents, (const unsigned char *)out.p, out.n, qpdf_oh_new_null(q),
				    qpdf_oh_new_null(q));
	free(data);
	buf_fini(&out);
}

static void fix_root(qpdf_data q, const char *title, const char *author, int64_t created)
{
	qpdf_oh root = qpdf_get_root(q), mark = qpdf_oh_new_dictionary(q), view = qpdf_oh_new_dictionary(q);
	struct buf xmp;

	qpdf_oh_replace_key(q, mark, "/Marked", qpdf_oh_new_bool(q, QPDF_TRUE));
	qpdf_oh_replace_key(q, view, "/DisplayDocTitle", qpdf_oh_new_bool(q, QPDF_TRUE));
	qpdf_oh_replace_key(q, root, "/MarkInfo", mark);
	qpdf_oh_replace_key(q, root, "/ViewerPreferences", view);
	qpdf_oh_replace_key(q, root, "/Lang", qpdf_oh_new_string(q, "de-DE"));
	buf_init(&xmp, 16384);
	put_xmp(&xmp, title, author, created);
	qpdf_oh stream = qpdf_oh_new_stream(q), dict = qpdf_oh_get_dict(q, stream);
	qpdf_oh_replace_key(q, dict, "/Type", qpdf_oh_new_name(q, "/Metadata"));
	qpdf_oh_replace_key(q, dict, "/Subtype", qpdf_oh_new_name(q, "/XML"));
	qpdf_oh_replace_stream_data(q, stream, (const unsigned char *)xmp.p, xmp.n, qpdf_oh_new_null(q),
				    qpdf_oh_new_null(q));
	qpdf_oh_replace_key(q, root, "/Metadata", stream);
	buf_fini(&xmp);
}

static int check(qpdf_data q, const char *what, struct err *e)
{
	qpdf_error bad = qpdf_get_error(q);

	return bad == NULL ? 0 : err_set(e, ERR_INTERNAL, "%s: %s", what, qpdf_get_error_full_text(q, bad));
}

int form_pdf_post(struct span raw, const char *title, const char *author, int64_t created, struct sink *to,
		  struct err *e)
{
	qpdf_data q = qpdf_init();
	int rc;

	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	qpdf_read_memory(q, "document", raw.p, raw.n, NULL);
	rc = check(q, "read the PDF", e);
	if (rc != 0)
		goto out;
	fix_root(q, title, author, created);
	for (int i = 0, n = qpdf_get_num_pages(q); i < n; i++)
		fix_page(q, qpdf_get_page_n(q, (size_t)i));
	rc = check(q, "complete the PDF", e);
	if (rc != 0)
		goto out;
	qpdf_init_write_memory(q);
	qpdf_set_deterministic_ID(q, QPDF_TRUE);
	qpdf_write(q);
	rc = check(q, "write the PDF", e);
	if (rc == 0)
		rc = sink_write(to, qpdf_get_buffer(q), qpdf_get_buffer_length(q), e);
out:
	qpdf_cleanup(&q);
	return rc;
}
