/* SPDX-License-Identifier: EUPL-1.2 */
/* write_answer - what stands in an answer's element: feedback, echo, message id, process cards. */
#include "osci/feedback.h"
#include "osci/write_draft.h"

/* An entry without a text gets the table's, in German unless its language begins with "en". */
static void put_entry(struct xml_write *w, const struct osci_entry *entry)
{
	const struct osci_code *c = osci_code(entry->code);
	bool english = entry->lang != NULL && span_starts(span_of(entry->lang), "en");
	const char *lang = entry->lang;

	if (lang == NULL)
		lang = "de";
	xml_write_open(w, "osci:Entry");
	xml_write_attr(w, "xml:lang", lang);
	xml_write_element(w, "osci:Code", entry->code);
	xml_write_element(w, "osci:Text", entry->text != NULL ? entry->text : english ? c->en : c->de);
	xml_write_close(w);
}

static void put_feedback(struct xml_write *w, const struct osci_message *m)
{
	xml_write_open(w, "osci:Feedback");
	for (size_t i = 0; i < m->feedback_count; i++)
		put_entry(w, &m->feedback[i]);
	xml_write_close(w);
}

static void put_echo(struct xml_write *w, const char *qname, const struct osci_selection *s)
{
	xml_write_open(w, qname);
	osci_put_selection(w, s);
	xml_write_close(w);
}

/* The order of the children is the schema's; the reference library insists on parts of it. */
void osci_put_answer(struct xml_write *w, const struct osci_message *m)
{
	put_feedback(w, m);
	if (m->type == OSCI_RESPONSE_TO_GET_MESSAGE_ID && m->message_id != NULL)
		osci_put_base64(w, "osci:MessageId", m->message_id);
	if (m->type == OSCI_RESPONSE_TO_FETCH_DELIVERY)
		put_echo(w, "osci:fetchDelivery", &m->selection);
	if (m->type == OSCI_RESPONSE_TO_FETCH_PROCESS_CARD)
		put_echo(w, "osci:fetchProcessCard", &m->selection);
	for (size_t i = 0; i < m->card_count; i++)
		osci_put_card(w, &m->cards[i], m->type);
}
