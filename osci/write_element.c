/* SPDX-License-Identifier: EUPL-1.2 */
/* What stands in the element of an order or answer. The order of the children is the schema's; the reference library
 * insists on parts of it. */
#include "osci/write_element.h"

#include <stdio.h>
#include <string.h>

#include "base/b64.h"
#include "base/clock.h"
#include "base/mem.h"
#include "osci/writing.h"
#include "xml/tree.h"

/* Message ids are octets; XML sees them in base64. */
void osci_put_base64(struct xml_write *w, const char *qname, const char *text)
{
	struct buf b;

	buf_init(&b, OSCI_BLOCK_MAX);
	b64_encode(&b, text, strlen(text));
	xml_write_element(w, qname, buf_str(&b));
	buf_fini(&b);
}

static void put_since(struct xml_write *w, const char *qname, const struct osci_selection *s)
{
	static const char *const roles[] = { NULL, "Originator", "Addressee" };
	char text[CLOCK_TEXT_LEN];

	xml_write_open(w, qname);
	if (s->no_reception)
		xml_write_attr(w, "NoReception", "true");
	if (roles[s->role] != NULL)
		xml_write_attr(w, "Role", roles[s->role]);
	xml_write_str(w, clock_utc(s->since, text));
	xml_write_close(w);
}

static void put_selection(struct xml_write *w, const struct osci_selection *s)
{
	char limit[16];

	if (s->by != OSCI_SELECT_NONE) {
		xml_write_open(w, "osci:SelectionRule");
		if (s->by == OSCI_SELECT_RECEPTION)
			put_since(w, "osci:ReceptionOfDelivery", s);
		else if (s->by == OSCI_SELECT_MODIFIED)
			put_since(w, "osci:RecentModification", s);
		for (size_t i = 0; s->by == OSCI_SELECT_IDS && i < s->id_count; i++)
			osci_put_base64(w, "osci:MessageId", s->ids[i]);
		xml_write_close(w);
	}
	if (s->limit == 0)
		return;
	snprintf(limit, sizeof(limit), "%u", s->limit);
	xml_write_open(w, "osci:Quantity");
	xml_write_attr(w, "Limit", limit);
	xml_write_close(w);
}

void osci_put_store(struct xml_write *w, const struct osci_message *m)
{
	if (m->message_id != NULL)
		osci_put_base64(w, "osci:MessageId", m->message_id);
	if (m->subject != NULL)
		xml_write_element(w, "osci:Subject", m->subject);
}

void osci_put_forward(struct xml_write *w, const struct osci_message *m)
{
	xml_write_open(w, "osci:ContentReceiver");
	xml_write_attr(w, "URI", m->receiver);
	xml_write_close(w);
	osci_put_store(w, m);
}

void osci_put_fetch(struct xml_write *w, const struct osci_message *m)
{
	put_selection(w, &m->selection);
}

/* An entry without a text gets the table's, in German unless its language begins with "en". */
static void put_entry(struct xml_write *w, const struct osci_entry *entry)
{
	const struct osci_feedback *c = osci_feedback(osci_feedback_code(entry->code));
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

/* Elements and attributes of a selection, as the reader lets them through. */
static const char *name_of(struct span local)
{
	static const char *const names[] = { "osci:SelectionRule", "osci:MessageId", "osci:ReceptionOfDelivery",
					     "osci:RecentModification", "osci:Quantity" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (span_is(local, names[i] + 5))
			return names[i];
	return NULL;
}

static void put_as_sent(struct xml_write *w, const struct xml_node *n)
{
	static const char *const attrs[] = { "Role", "NoReception", "Limit" };
	struct span value;

	for (n = n->first; n != NULL; n = n->next) {
		const char *name = name_of(n->name.local);

		if (n->name.local.n == 0)
			xml_write_text(w, n->text);
		if (name == NULL)
			continue;
		xml_write_open(w, name);
		for (size_t i = 0; i < ARRAY_LEN(attrs); i++)
			if (xml_attr_get(n, NULL, attrs[i], &value))
				xml_write_attr_span(w, attrs[i], value);
		put_as_sent(w, n);
		xml_write_close(w);
	}
}

static void put_echo(struct xml_write *w, const char *qname, const struct osci_selection *s)
{
	xml_write_open(w, qname);
	if (s->sent != NULL)
		put_as_sent(w, s->sent);
	else
		put_selection(w, s);
	xml_write_close(w);
}

static void put_cards(struct xml_write *w, const struct osci_message *m)
{
	for (size_t i = 0; i < m->card_count; i++)
		osci_put_card(w, "osci:ProcessCardBundle", &m->cards[i], osci_order_of(m->type)->times);
}

void osci_put_accept(struct xml_write *w, const struct osci_message *m)
{
	put_cards(w, m);
}

void osci_put_process(struct xml_write *w, const struct osci_message *m)
{
	if (m->reply_id != NULL)
		osci_put_base64(w, "osci:MessageIdResponse", m->reply_id);
	put_cards(w, m);
}

void osci_put_process_answer(struct xml_write *w, const struct osci_message *m)
{
	put_feedback(w, m);
	if (m->message_id == NULL)
		return; /* the schema has no subject without it */
	osci_put_store(w, m);
}

/* The reply has been received by nobody yet. */
void osci_put_mediate_answer(struct xml_write *w, const struct osci_message *m)
{
	put_feedback(w, m);
	if (m->card_count > 0)
		osci_put_card(w, "osci:RequestProcessCardBundle", &m->cards[0], OSCI_TIMES_ALL);
	if (m->card_count > 1)
		osci_put_card(w, "osci:ReplyProcessCardBundle", &m->cards[1], OSCI_TIMES_FORWARDING);
}

void osci_put_plain_answer(struct xml_write *w, const struct osci_message *m)
{
	put_feedback(w, m);
	put_cards(w, m);
}

void osci_put_id_answer(struct xml_write *w, const struct osci_message *m)
{
	put_feedback(w, m);
	if (m->message_id != NULL)
		osci_put_base64(w, "osci:MessageId", m->message_id);
}

void osci_put_fetch_answer(struct xml_write *w, const struct osci_message *m)
{
	put_feedback(w, m);
	put_echo(w, m->type == OSCI_RESPONSE_TO_FETCH_DELIVERY ? "osci:fetchDelivery" : "osci:fetchProcessCard",
		 &m->selection);
	put_cards(w, m);
}
