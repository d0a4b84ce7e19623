/* SPDX-License-Identifier: EUPL-1.2 */
/* The elements of orders. */
#include "osci/read_order.h"

#include "base/mem.h"
#include "osci/read_value.h"
#include "osci/reading.h"
#include "xml/expect.h"

#define RECEIVER_MAX 2048

static const struct xml_attr_rule block_attrs[] = { READ_BLOCK_ATTRS };

/* Without MessageId it is an order still, and one to be refused with 9800 where there has to be one. */
static int take_name(struct osci_reading *r, const struct xml_node *id, const struct xml_node *subject, struct err *e)
{
	if (id != NULL && osci_value_message_id(r->arena, id, &r->m->message_id, e) != 0)
		return (int)e->code;
	return subject != NULL ? osci_value_text(r->arena, subject, &r->m->subject, e) : 0;
}

int osci_read_store(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	const struct xml_node *id, *subject;
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "MessageId", 0, 1, &id },
		{ NS_OSCI, "Subject", 0, 1, &subject },
	};

	if (xml_expect_attrs(n, block_attrs, ARRAY_LEN(block_attrs), e) != 0 ||
	    xml_expect_children(n, children, ARRAY_LEN(children), true, e) != 0)
		return (int)e->code;
	return take_name(r, id, subject, e);
}

int osci_read_forward(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	const struct xml_node *receiver, *id, *subject;
	struct span uri;
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "ContentReceiver", 1, 1, &receiver },
		{ NS_OSCI, "MessageId", 0, 1, &id },
		{ NS_OSCI, "Subject", 0, 1, &subject },
	};
	const struct xml_attr_rule attrs[] = { { NULL, "URI", true, &uri } };

	if (xml_expect_attrs(n, block_attrs, ARRAY_LEN(block_attrs), e) != 0 ||
	    xml_expect_children(n, children, ARRAY_LEN(children), true, e) != 0 ||
	    xml_expect_attrs(receiver, attrs, 1, e) != 0 || xml_expect_empty(receiver, e) != 0)
		return (int)e->code;
	if (uri.n == 0 || uri.n > RECEIVER_MAX)
		return xml_refuse(receiver, e, "no address, or too long a one");
	r->m->receiver = arena_dup_n(r->arena, uri.p, uri.n);
	return take_name(r, id, subject, e);
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
