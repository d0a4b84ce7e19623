/* SPDX-License-Identifier: EUPL-1.2 */
/* The page after sending: how far the application has come, and what a person can take along. */
#include "base/clock.h"
#include "form/application/progress.h"
#include "form/web/page.h"

static void put_instants(struct buf *b, const struct form_progress *p)
{
	char at[CLOCK_TEXT_LEN];

	buf_puts(b, "<h2>Stand</h2>\n<ol class=\"stand\">\n");
	for (size_t i = 0; i < FORM_INSTANTS; i++) {
		const struct form_instant *in = &p->instants[i];

		form_html(b, "<li%S><strong>%s:</strong> <span id=\"stand-%z\">%s</span><br>%s</li>\n",
			  in->at == 0 ? " class=\"offen\"" : "", in->name, i + 1,
			  in->at == 0 ? in->open : clock_german(in->at, at), in->meaning);
	}
	buf_puts(b, "</ol>\n");
}

static void put_head(struct buf *b, const struct form_visit *v, const struct form_progress *p)
{
	form_html(b,
		  "<h1>%s</h1>\n<p id=\"stand\">%s</p>\n", p->title, p->text);
	if (p->advice != NULL)
		form_html(b, "<p class=\"meldung\" id=\"frist\">%s</p>\n", p->advice);
	form_html(b,
		  "<dl>\n<div><dt>Antrag</dt><dd>%s</dd></div>\n<div><dt>Empfänger</dt><dd>%s</dd></div>\n"
		  "<div><dt>Vorgangsnummer</dt><dd id=\"vorgang\">%s</dd></div>\n"
		  "<div><dt>OSCI-Nachrichten-ID</dt><dd id=\"nachricht\">%s</dd></div>\n</dl>\n",
		  v->draft.title, v->draft.recipient_name, v->id_text,
		  p->id_text);
}

static void put_downloads(struct buf *b, const struct form_visit *v, const struct form_progress *p)
{
	form_html(b, "<p><a href=\"/antrag/%s/fertig\">Stand aktualisieren</a></p>\n<h2>Herunterladen</h2>\n", v->id_text);
	form_html(b, "<p>%s</p>\n<ul>\n",
		  p->kept != NULL ? p->kept : "Bewahren Sie beides auf. Auf fremden Geräten schließen Sie danach den Browser; ohne "
					      "ihn kommen Sie nur mit einem Code wieder auf diese Seite.");
	if (p->kept == NULL)
		form_html(b,
			  "<li><a id=\"antrag-pdf\" href=\"/antrag/%s/antrag.pdf\" download>Antrag als PDF</a></li>\n"
			  "<li><a id=\"antrag-xml\" href=\"/antrag/%s/antrag.xml\" download>Antrag als XML</a></li>\n",
			  v->id_text, v->id_text);
	form_html(b,
		  "<li><a id=\"bestaetigung-pdf\" href=\"/antrag/%s/bestaetigung.pdf\" download>Sendebestätigung als "
		  "PDF</a></li>\n</ul>\n",
		  v->id_text);
}

int form_done_show(struct form_visit *v, struct err *e)
{
	struct form_progress p;
	struct buf b;
	int rc = form_progress_get(&v->draft, clock_now(), &p, e);

	if (rc != 0)
		return rc;
	buf_init(&b, FORM_PAGE_MAX);
	form_frame_begin(&b, v->s, p.title, NULL);
	put_head(&b, v, &p);
	put_instants(&b, &p);
	put_downloads(&b, v, &p);
	buf_puts(&b, "<p>");
	form_leave_links(&b, v);
	buf_puts(&b, "</p>\n");
	return form_frame_reply(v->rq, v->s, 200, &b, e);
}
