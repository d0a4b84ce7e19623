/* SPDX-License-Identifier: EUPL-1.2 */
/* The elements of orders. */
#include "osci/read_order.h"

#include "base/mem.h"
#include "osci/read_value.h"
#include "osci/reading.h"
#include "xml/expect.h"

static const struct xml_attr_rule block_attrs[] = { READ_BLOCK_ATTRS };

int osci_read_store(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	const struct xml_node *id, *subject;
	/* without MessageId it is an order still, and one to be refused with 9800 */
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "MessageId", 0, 1, &id },
		{ NS_OSCI, "Subject", 0, 1, &subject },
	};

	if (xml_expect_attrs(n, block_attrs, ARRAY_LEN(block_attrs), e) != 0 ||
	    xml_expect_children(n, children, ARRAY_LEN(children), true, e) != 0)
		return (int)e->code;
	if (id != NULL && osci_value_message_id(r->arena, id, &r->m->message_id, e) != 0)
		return (int)e->code;
	return subject != NULL ? osci_value_text(r->arena, subject, &r->m->subject, e) : 0;
}

int osci_read_empty(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	(void)r;
	return xml_expect_attrs(n, NULL, 0, e) != 0 ? (int)e->code : xml_expect_empty(n, e);
}

int osci_read_fetch(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	if (xml_expect_attrs(n, block_attrs, ARRAY_LEN(block_attrs), e) != 0)
		return (int)e->code;
	return osci_value_selection(r->arena, n, false, &r->m->selection, e);
}

int osci_read_fetch_card(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	if (xml_expect_attrs(n, NULL, 0, e) != 0)
		return (int)e->code;
	return osci_value_selection(r->arena, n, true, &r->m->selection, e);
}
