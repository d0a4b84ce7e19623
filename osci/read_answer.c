/* SPDX-License-Identifier: EUPL-1.2 */
/* The elements of answers, and the SOAP fault. */
#include "osci/read_answer.h"

#include <string.h>

#include "base/mem.h"
#include "osci/read_card.h"
#include "osci/read_value.h"
#include "osci/reading.h"
#include "xml/expect.h"

#define ENTRIES_MAX 64

static int read_entry(struct osci_reading *r, const struct xml_node *n, struct osci_entry *out, struct err *e)
{
	const struct xml_node *code, *text;
	struct span lang;
	const struct xml_attr_rule attrs[] = { { XML_NS_XML, "lang", false, &lang } };
	const struct xml_child_rule children[] = { { NS_OSCI, "Code", 1, 1, &code }, { NS_OSCI, "Text", 1, 1, &text } };

	if (xml_expect_attrs(n, attrs, 1, e) != 0 || xml_expect_children(n, children, 2, true, e) != 0 ||
	    osci_value_text(r->arena, code, &out->code, e) != 0 || osci_value_text(r->arena, text, &out->text, e) != 0)
		return (int)e->code;
	out->lang = arena_dup_n(r->arena, lang.p, lang.n);
	return 0;
}

int osci_read_feedback(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	struct osci_message *m = r->m;
	const struct xml_node *entry;
	const struct xml_child_rule children[] = { { NS_OSCI, "Entry", 1, ENTRIES_MAX, &entry } };

	if (xml_expect_attrs(n, NULL, 0, e) != 0 || xml_expect_children(n, children, 1, true, e) != 0)
		return (int)e->code;
	m->feedback = arena_alloc(r->arena, osci_read_count(entry, "Entry") * sizeof(*m->feedback));
	for (; entry != NULL; entry = xml_next(entry, NS_OSCI, "Entry"))
		if (read_entry(r, entry, &m->feedback[m->feedback_count++], e) != 0)
			return (int)e->code;
	return 0;
}

/* Id where the element is a header entry; nobody minds one that is none. */
int osci_read_answer_attrs(const struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	const struct xml_attr_rule attrs[] = {
		{ NULL, "Id", false, NULL },
		{ NS_SOAP, "actor", false, NULL },
		{ NS_SOAP, "mustUnderstand", false, NULL },
	};

	return xml_expect_attrs(n, attrs, r->row->in_header ? ARRAY_LEN(attrs) : 1, e);
}

int osci_read_plain_answer(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	const struct xml_node *feedback, *card = NULL;
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "Feedback", 1, 1, &feedback },
		{ NS_OSCI, "ProcessCardBundle", 0, 1, &card },
	};

	if (osci_read_answer_attrs(r, n, e) != 0 ||
	    xml_expect_children(n, children, r->row->cards_max > 0 ? ARRAY_LEN(children) : 1, true, e) != 0 ||
	    osci_read_feedback(r, feedback, e) != 0)
		return (int)e->code;
	return card != NULL ? osci_read_cards(r, card, e) : 0;
}

int osci_read_id_answer(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	const struct xml_node *feedback, *id = NULL;
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "Feedback", 1, 1, &feedback },
		{ NS_OSCI, "MessageId", 0, 1, &id },
	};

	if (osci_read_answer_attrs(r, n, e) != 0 || xml_expect_children(n, children, ARRAY_LEN(children), true, e) != 0 ||
	    osci_read_feedback(r, feedback, e) != 0)
		return (int)e->code;
	return id != NULL ? osci_value_message_id(r->arena, id, &r->m->message_id, e) : 0;
}

/* The echo of a fetch order may be missing or empty; it is of no use to us and must not make an answer unreadable. */
static void read_echo(struct osci_reading *r, const struct xml_node *n)
{
	struct err ignored = ERR_INIT;

	if (n != NULL &&
	    osci_value_selection(r->arena, n, r->row->times == OSCI_TIMES_ALL, &r->m->selection, &ignored) != 0)
		memset(&r->m->selection, 0, sizeof(r->m->selection));
}

int osci_read_fetch_answer(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	const char *order = r->m->type == OSCI_RESPONSE_TO_FETCH_DELIVERY ? "fetchDelivery" : "fetchProcessCard";
	const struct xml_node *feedback, *echo = NULL, *card = NULL;
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "Feedback", 1, 1, &feedback },
		{ NS_OSCI, order, 0, 1, &echo },
		{ NS_OSCI, "ProcessCardBundle", 0, r->row->cards_max, &card },
	};

	if (osci_read_answer_attrs(r, n, e) != 0 || xml_expect_children(n, children, ARRAY_LEN(children), true, e) != 0 ||
	    osci_read_feedback(r, feedback, e) != 0)
		return (int)e->code;
	read_echo(r, echo);
	return card != NULL ? osci_read_cards(r, card, e) : 0;
}

int osci_read_mediate_answer(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	const struct xml_node *feedback, *request = NULL, *reply = NULL;
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "Feedback", 1, 1, &feedback },
		{ NS_OSCI, "RequestProcessCardBundle", 0, 1, &request },
		{ NS_OSCI, "ReplyProcessCardBundle", 0, 1, &reply },
	};

	if (osci_read_answer_attrs(r, n, e) != 0 ||
	    xml_expect_children(n, children, ARRAY_LEN(children), true, e) != 0 ||
	    osci_read_feedback(r, feedback, e) != 0)
		return (int)e->code;
	return osci_read_card_pair(r, request, reply, e);
}

/* Children of a SOAP 1.1 fault are in no namespace. */
int osci_read_fault(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	struct osci_message *m = r->m;
	const struct xml_node *code = xml_child(n, NULL, "faultcode"), *text = xml_child(n, NULL, "faultstring");
	const struct xml_node *detail = xml_child(n, NULL, "detail");
	const struct xml_node *number = detail != NULL ? xml_child(detail, NS_OSCI, "Code") : NULL;
	struct span name, prefix, local;

	if (code == NULL || number == NULL)
		return xml_refuse(n, e, "a fault without faultcode or osci:Code");
	if (xml_expect_text(code, &name, e) != 0 || osci_value_text(r->arena, number, &m->fault_code, e) != 0)
		return (int)e->code;
	name = span_trim(name);
	if (!span_split(name, ':', &prefix, &local))
		local = name;
	m->fault_is_server = span_is(local, "Server");
	m->fault_text = "";
	return text != NULL ? osci_value_text(r->arena, text, &m->fault_text, e) : 0;
}
