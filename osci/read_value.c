/* SPDX-License-Identifier: EUPL-1.2 */
/* Single values of a message: text, message ids, instants, selection rules. */
#include "osci/read_value.h"

#include "base/b64.h"
#include "base/clock.h"
#include "base/mem.h"
#include "osci/reading.h"
#include "xml/expect.h"

#define MESSAGE_ID_MAX 1024
#define SELECT_IDS_MAX 1000

int osci_value_text(struct arena *a, const struct xml_node *n, const char **out, struct err *e)
{
	struct span text;
	int rc = xml_expect_text(n, &text, e);

	if (rc == 0)
		*out = arena_dup_n(a, text.p, text.n);
	return rc;
}

int osci_value_message_id(struct arena *a, const struct xml_node *n, const char **out, struct err *e)
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
		*out = raw.n > 0 ? arena_dup_n(a, raw.p, raw.n) : NULL;
	else
		err_wrap(e, "MessageId");
	buf_fini(&raw);
	return rc;
}

int osci_value_time(const struct xml_node *n, int64_t *ms, struct err *e)
{
	struct span text;
	int rc = xml_expect_text(n, &text, e);

	if (rc == 0)
		rc = clock_parse(span_trim(text), ms, e);
	return rc == 0 ? 0 : err_wrap(e, "%.*s", (int)n->name.local.n, n->name.local.p);
}

static int read_ids(struct arena *a, const struct xml_node *first, struct osci_selection *sel, struct err *e)
{
	size_t n = 0;

	for (const struct xml_node *i = first; i != NULL; i = xml_next(i, NS_OSCI, "MessageId"))
		n++;
	if (n > SELECT_IDS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d MessageIds", SELECT_IDS_MAX);
	sel->by = OSCI_SELECT_IDS;
	sel->ids = arena_alloc(a, n * sizeof(*sel->ids));
	for (const struct xml_node *i = first; i != NULL; i = xml_next(i, NS_OSCI, "MessageId")) {
		if (osci_value_message_id(a, i, &sel->ids[sel->id_count], e) != 0)
			return (int)e->code;
		if (sel->ids[sel->id_count++] == NULL)
			return xml_refuse(i, e, "empty");
	}
	return 0;
}

static int read_since(const struct xml_node *n, enum osci_select by, struct osci_selection *sel, struct err *e)
{
	struct span role, unread;
	const struct xml_attr_rule attrs[] = { { NULL, "Role", false, &role },
					       { NULL, "NoReception", false, &unread } };

	if (xml_expect_attrs(n, attrs, ARRAY_LEN(attrs), e) != 0 || osci_value_time(n, &sel->since, e) != 0)
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

static int read_rule(struct arena *a, const struct xml_node *rule, bool many, struct osci_selection *sel,
		     struct err *e)
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
		return read_ids(a, ids, sel, e);
	return reception != NULL ? read_since(reception, OSCI_SELECT_RECEPTION, sel, e)
				 : read_since(modification, OSCI_SELECT_MODIFIED, sel, e);
}

int osci_value_selection(struct arena *a, const struct xml_node *holder, bool cards, struct osci_selection *sel,
			 struct err *e)
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
	if (rule != NULL && read_rule(a, rule, cards, sel, e) != 0)
		return (int)e->code;
	sel->sent = holder;
	if (!cards || quantity == NULL)
		return 0;
	if (xml_expect_attrs(quantity, attrs, 1, e) != 0 || xml_expect_empty(quantity, e) != 0)
		return (int)e->code;
	if (!span_u64(limit, UINT32_MAX, &number) || number == 0)
		return xml_refuse(quantity, e, "Limit is no positive number");
	sel->limit = (uint32_t)number;
	return 0;
}
