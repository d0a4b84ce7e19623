/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/b64.h"
#include "osci/read_state.h"

#define MESSAGE_ID_MAX 1024
#define SELECT_IDS_MAX 1000

int osci_node_message_id(struct entity *en, const struct xml_node *n, const char **out, struct err *e)
{
	struct span text;
	struct buf raw;
	int rc = xml_expect_text(n, &text, e);

	if (rc != 0)
		return rc;
	buf_init(&raw, MESSAGE_ID_MAX);
	rc = b64_decode(&raw, text, true, e);
	if (rc == 0)
		rc = buf_check(&raw, "MessageId", e);
	/* the octets are text for every implementation that is known */
	if (rc == 0 && !span_is_utf8(buf_view(&raw)))
		rc = err_set(e, ERR_SYNTAX, "not UTF-8");
	if (rc == 0)
		*out = raw.n > 0 ? arena_dup_n(en->arena, raw.p, raw.n) : NULL;
	else
		err_wrap(e, "MessageId");
	buf_fini(&raw);
	return rc;
}

int osci_node_time(const struct xml_node *n, int64_t *ms, struct err *e)
{
	struct span text;
	int rc = xml_expect_text(n, &text, e);

	if (rc == 0)
		rc = clock_parse(span_trim(text), ms, e);
	return rc == 0 ? 0 : err_wrap(e, "%.*s", (int)n->name.local.n, n->name.local.p);
}

static int read_ids(struct entity *en, const struct xml_node *first, struct err *e)
{
	struct osci_selection *sel = &en->m->selection;
	size_t n = 0;

	for (const struct xml_node *i = first; i != NULL; i = xml_next(i, NS_OSCI, "MessageId"))
		n++;
	if (n > SELECT_IDS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d MessageIds", SELECT_IDS_MAX);
	sel->by = OSCI_SELECT_IDS;
	sel->ids = arena_alloc(en->arena, n * sizeof(*sel->ids));
	for (const struct xml_node *i = first; i != NULL; i = xml_next(i, NS_OSCI, "MessageId")) {
		if (osci_node_message_id(en, i, &sel->ids[sel->id_count], e) != 0)
			return (int)e->code;
		if (sel->ids[sel->id_count++] == NULL)
			return xml_refuse(i, e, "empty");
	}
	return 0;
}

static int read_since(struct entity *en, const struct xml_node *n, enum osci_select by, struct err *e)
{
	struct osci_selection *sel = &en->m->selection;
	struct span role, unread;
	const struct xml_attr_rule attrs[] = { { NULL, "Role", false, &role },
					       { NULL, "NoReception", false, &unread } };

	if (xml_expect_attrs(n, attrs, ARRAY_LEN(attrs), e) != 0 || osci_node_time(n, &sel->since, e) != 0)
		return (int)e->code;
	sel->by = by;
	sel->no_reception = span_is(unread, "true") || span_is(unread, "1");
	if (span_is(role, "Originator"))
		sel->role = OSCI_CARD_ORIGINATOR;
	else if (span_is(role, "Addressee"))
		sel->role = OSCI_CARD_ADDRESSEE;
	else if (role.n > 0)
		return xml_refuse(n, e, "unknown Role");
	return 0;
}

static int read_rule(struct entity *en, const struct xml_node *rule, bool many, struct err *e)
{
	const struct xml_node *ids, *reception, *modification;
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "MessageId", 0, many ? 0 : 1, &ids },
		{ NS_OSCI, "ReceptionOfDelivery", 0, 1, &reception },
		{ NS_OSCI, "RecentModification", 0, 1, &modification },
	};

	if (xml_expect_attrs(rule, NULL, 0, e) != 0 ||
	    xml_expect_children(rule, children, ARRAY_LEN(children), false, e) != 0)
		return (int)e->code;
	if ((ids != NULL) + (reception != NULL) + (modification != NULL) != 1)
		return xml_refuse(rule, e, "one criterion, not several");
	if (ids != NULL)
		return read_ids(en, ids, e);
	return reception != NULL ? read_since(en, reception, OSCI_SELECT_RECEPTION, e)
				 : read_since(en, modification, OSCI_SELECT_MODIFIED, e);
}

int osci_node_selection(struct entity *en, const struct xml_node *holder, bool cards, struct err *e)
{
	const struct xml_node *rule, *quantity;
	struct span limit;
	uint64_t number;
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "SelectionRule", 0, 1, &rule },
		{ NS_OSCI, "Quantity", 0, 1, &quantity },
	};
	const struct xml_attr_rule attrs[] = { { NULL, "Limit", true, &limit } };

	if (xml_expect_children(holder, children, cards ? 2 : 1, true, e) != 0)
		return (int)e->code;
	if (rule != NULL && read_rule(en, rule, cards, e) != 0)
		return (int)e->code;
	if (!cards || quantity == NULL)
		return 0;
	if (xml_expect_attrs(quantity, attrs, 1, e) != 0 || xml_expect_empty(quantity, e) != 0)
		return (int)e->code;
	if (!span_u64(limit, UINT32_MAX, &number) || number == 0)
		return xml_refuse(quantity, e, "Limit is no positive number");
	en->m->selection.limit = (uint32_t)number;
	return 0;
}

static const struct xml_attr_rule block_attrs[] = {
	{ NULL, "Id", true, NULL },
	{ NS_SOAP, "actor", false, NULL },
	{ NS_SOAP, "mustUnderstand", false, NULL },
};

static int read_store(struct entity *en, const struct xml_node *n, struct err *e)
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
	if (id != NULL && osci_node_message_id(en, id, &en->m->message_id, e) != 0)
		return (int)e->code;
	return subject != NULL ? osci_node_text(en, subject, &en->m->subject, e) : 0;
}

int osci_order_read(struct entity *en, const struct xml_node *n, struct err *e)
{
	switch (en->m->type) {
	case OSCI_GET_MESSAGE_ID:
	case OSCI_INIT_DIALOG:
	case OSCI_EXIT_DIALOG:
		return xml_expect_attrs(n, NULL, 0, e) != 0 ? (int)e->code : xml_expect_empty(n, e);
	case OSCI_STORE_DELIVERY:
		return read_store(en, n, e);
	case OSCI_FETCH_DELIVERY:
		if (xml_expect_attrs(n, block_attrs, ARRAY_LEN(block_attrs), e) != 0)
			return (int)e->code;
		return osci_node_selection(en, n, false, e);
	case OSCI_FETCH_PROCESS_CARD:
		return xml_expect_attrs(n, NULL, 0, e) != 0 ? (int)e->code : osci_node_selection(en, n, true, e);
	default:
		return err_set(e, ERR_INTERNAL, "no order");
	}
}
