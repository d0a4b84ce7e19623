/* SPDX-License-Identifier: EUPL-1.2 */
/* acceptDelivery, processDelivery, and the answer that carries a reply. */
#include "osci/read_outward.h"

#include "base/mem.h"
#include "osci/read_answer.h"
#include "osci/read_card.h"
#include "osci/read_value.h"
#include "osci/reading.h"
#include "xml/expect.h"

static const struct xml_attr_rule block_attrs[] = { READ_BLOCK_ATTRS };

/* The delivery is called what its card says, and about what the card says. */
static int take_card(struct osci_reading *r, const struct xml_node *card, struct err *e)
{
	if (osci_read_cards(r, card, e) != 0)
		return (int)e->code;
	r->m->message_id = r->m->cards[0].message_id;
	r->m->subject = r->m->cards[0].subject;
	return 0;
}

int osci_read_accept(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	const struct xml_node *card;
	const struct xml_child_rule children[] = { { NS_OSCI, "ProcessCardBundle", 1, 1, &card } };

	if (xml_expect_attrs(n, block_attrs, ARRAY_LEN(block_attrs), e) != 0 ||
	    xml_expect_children(n, children, ARRAY_LEN(children), true, e) != 0)
		return (int)e->code;
	return take_card(r, card, e);
}

int osci_read_process(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	const struct xml_node *reply, *card;
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "MessageIdResponse", 0, 1, &reply },
		{ NS_OSCI, "ProcessCardBundle", 0, 1, &card },
	};

	if (xml_expect_attrs(n, block_attrs, ARRAY_LEN(block_attrs), e) != 0 ||
	    xml_expect_children(n, children, ARRAY_LEN(children), true, e) != 0 ||
	    (reply != NULL && osci_value_message_id(r->arena, reply, &r->m->reply_id, e) != 0))
		return (int)e->code;
	return card != NULL ? take_card(r, card, e) : 0;
}

int osci_read_process_answer(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	const struct xml_node *feedback, *id, *subject;
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "Feedback", 1, 1, &feedback },
		{ NS_OSCI, "MessageId", 0, 1, &id },
		{ NS_OSCI, "Subject", 0, 1, &subject },
	};

	if (osci_read_answer_attrs(r, n, e) != 0 ||
	    xml_expect_children(n, children, ARRAY_LEN(children), true, e) != 0 ||
	    osci_read_feedback(r, feedback, e) != 0 ||
	    (id != NULL && osci_value_message_id(r->arena, id, &r->m->message_id, e) != 0))
		return (int)e->code;
	return subject != NULL ? osci_value_text(r->arena, subject, &r->m->subject, e) : 0;
}
