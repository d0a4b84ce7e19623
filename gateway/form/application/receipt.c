/* SPDX-License-Identifier: EUPL-1.2 */
/* What happened when: on the page and as a PDF to keep (Versandbestätigung). Which instant proves what is said. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "form/application/draft.h"
#include "form/application/pdf.h"

void form_receipt_instants(const struct form_draft *d, struct form_instant out[FORM_INSTANTS])
{
	const struct spool_message *m = &d->message;
	out[0] = (struct form_instant){ "Abgesendet", "Sie haben auf „Antrag absenden“ gedrückt.", m->submitted };
	out[1] = (struct form_instant){ "Angenommen", "Der Antrag ist bei diesem Dienst sicher gespeichert.",
					m->accepted };
	out[2] = (struct form_instant){ "Eingegangen", "Der Antrag liegt im elektronischen Postfach der Behörde "
			"(OSCI-Intermediär). Dieser Zeitpunkt gilt als Zugang.", m->stored };
	out[3] = (struct form_instant){ "Von der Behörde abgeholt",
					"Die Behörde hat den Antrag aus ihrem elektronischen Postfach abgeholt.",
					m->fetched };
}

static void put_instants(struct form_pdf *p, const struct form_draft *d)
{
	struct form_instant list[FORM_INSTANTS];
	char at[CLOCK_TEXT_LEN];
	form_receipt_instants(d, list);
	form_pdf_heading(p, 2, "Was wann geschah");
	form_pdf_list(p);
	for (size_t i = 0; i < FORM_INSTANTS; i++) {
		char *text = mem_printf("%s\n%s", list[i].at == 0 ? "noch nicht" : clock_german(list[i].at, at),
					list[i].meaning);
		form_pdf_pair(p, list[i].name, text);
		free(text);
	}
	form_pdf_list_end(p);
}

static void put_parts(struct form_pdf *p, const struct form_draft *d)
{
	form_pdf_heading(p, 2, "Was gesendet wurde");
	if (d->message.part_count == 0) {
		form_pdf_text(p, "Der Inhalt ist hier nach der Zustellung gelöscht worden.");
		return;
	}
	form_pdf_list(p);
	for (size_t i = 0; i < d->message.part_count; i++) {
		const struct spool_part *part = &d->message.parts[i];
		char hex[2 * SHA256_LEN + 1];
		hex_encode(part->sha256, SHA256_LEN, hex);
		char *text = mem_printf("%s, %llu Bytes\nSHA-256: %s", part->type, (unsigned long long)part->size, hex);
		form_pdf_pair(p, part->label != NULL && *part->label != '\0' ? part->label : part->name, text);
		free(text);
	}
	form_pdf_list_end(p);
}

int form_receipt_write(const struct form_draft *d, struct sink *to, struct err *e)
{
	const struct spool_message *m = &d->message;
	char id[ID_TEXT_LEN], at[CLOCK_TEXT_LEN];
	int64_t newest = m->fetched > m->stored ? m->fetched : m->stored > m->accepted ? m->stored : m->accepted;
	char *footer = mem_printf("Sendebestätigung · Vorgang %s", id_text(&m->id, id));
	struct form_pdf *p = form_pdf_new("Sendebestätigung", d->office->operator_name, footer, newest);
	form_pdf_heading(p, 1, "Sendebestätigung");
	form_pdf_list(p);
	form_pdf_pair(p, "Antrag", d->title);
	form_pdf_pair(p, "Empfänger", d->recipient_name);
	form_pdf_pair(p, "Vorgangsnummer", id);
	form_pdf_pair(p, "OSCI-Nachrichten-ID", m->foreign_id == NULL ? "noch nicht vergeben" : m->foreign_id);
	form_pdf_pair(p, "Stand vom", clock_german(newest, at));
	form_pdf_list_end(p);
	put_instants(p, d);
	put_parts(p, d);
	form_pdf_heading(p, 2, "Hinweis");
	form_pdf_text(p, "Diese Bestätigung gibt den Stand wieder, der oben steht. Bewahren Sie sie zusammen mit dem "
			 "Antrag auf. "
			 "Nennen Sie bei Rückfragen die Vorgangsnummer.");
	int rc = form_pdf_end(p, to, e);
	form_pdf_free(p);
	free(footer);
	return rc == 0 ? 0 : err_wrap(e, "make the receipt");
}
