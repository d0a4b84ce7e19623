/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/clock.h"
#include "form/web/page.h"

static void put_instants(struct buf *b, const struct form_draft *d)
{
	struct form_instant list[FORM_INSTANTS];
	char at[CLOCK_TEXT_LEN];
	form_receipt_instants(d, list);
	buf_puts(b, "<ol class=\"stand\">\n");
	for (size_t i = 0; i < FORM_INSTANTS; i++)
		form_html(b, "<li%S><strong>%s:</strong> <span id=\"stand-%z\">%s</span><br>%s</li>\n",
			  list[i].at == 0 ? " class=\"offen\"" : "", list[i].name, i + 1,
			  list[i].at == 0 ? "noch nicht" : clock_german(list[i].at, at), list[i].meaning);
	buf_puts(b, "</ol>\n");
}

static const char *headline(const struct form_draft *d)
{
	if (d->message.fetched > 0)
		return "Die Behörde hat Ihren Antrag abgeholt";
	return d->message.stored > 0 ? "Ihr Antrag ist bei der Behörde eingegangen" : "Ihr Antrag ist angenommen";
}

int form_done_show(struct form_visit *v, struct err *e)
{
	const struct form_draft *d = &v->draft;
	struct buf b;
	buf_init(&b, FORM_PAGE_MAX);
	form_frame_begin(&b, v->s, headline(d), false);
	form_html(&b,
		  "<h1>%s</h1>\n<dl>\n<div><dt>Antrag</dt><dd>%s</dd></div>\n<div><dt>Empfänger</dt><dd>%s</dd></div>\n"
		  "<div><dt>Vorgangsnummer</dt><dd id=\"vorgang\">%s</dd></div>\n"
		  "<div><dt>OSCI-Nachrichten-ID</dt><dd id=\"nachricht\">%s</dd></div>\n</dl>\n",
		  headline(d), d->title, d->recipient_name, v->id_text,
		  d->message.foreign_id == NULL ? "noch nicht vergeben" : d->message.foreign_id);
	buf_puts(&b, "<h2>Stand</h2>\n");
	put_instants(&b, d);
	form_html(&b, "<p><a href=\"/antrag/%s/fertig\">Stand aktualisieren</a></p>\n<h2>Herunterladen</h2>\n",
		  v->id_text);
	buf_puts(&b, d->message.erased > 0
			     ? "<p>Der Antrag ist zugestellt, sein Inhalt wurde hier gelöscht.</p>\n<ul>\n"
			     : "<p>Bewahren Sie beides auf. Auf fremden Geräten schließen Sie danach den "
			       "Browser; ohne ihn ist diese Seite nicht mehr erreichbar.</p>\n<ul>\n");
	if (d->message.erased == 0)
		form_html(&b,
			  "<li><a id=\"antrag-pdf\" href=\"/antrag/%s/antrag.pdf\" download>Antrag als PDF</a></li>\n"
			  "<li><a id=\"antrag-xml\" href=\"/antrag/%s/antrag.xml\" download>Antrag als XML</a></li>\n",
			  v->id_text, v->id_text);
	form_html(&b,
		  "<li><a id=\"bestaetigung-pdf\" href=\"/antrag/%s/bestaetigung.pdf\" download>Sendebestätigung als "
		  "PDF</a></li>\n</ul>\n",
		  v->id_text);
	return form_frame_reply(v->rq, v->s, 200, &b, e);
}
