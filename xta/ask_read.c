/* SPDX-License-Identifier: EUPL-1.2 */
/* The Bodies of requests, from XML to values. */
#include "base/clock.h"
#include "base/mem.h"
#include "xml/expect.h"
#include "xta/ask.h"
#include "xta/meta.h"
#include "xta/names.h"
#include "xta/value.h"

#define SERVICES_MAX 1000
#define O XTA_NS_BOX


int xta_ask_read_id(const struct xml_node *n, struct arena *a, struct xta_ask *ask, struct err *e)
{
	const struct xta_take t = { a, NULL };

	return xta_take_uri(&t, n, &ask->message_id, e);
}

static int read_service(const struct xml_node *n, struct arena *a, struct xta_service *out, struct err *e)
{
	const struct xta_take t = { a, NULL };
	const struct xml_node *reader, *service;
	const struct xml_child_rule rules[] = { { XTA_NS_META, "Reader", 1, 1, &reader },
						{ XTA_NS, "ServiceType", 1, 1, &service } };
	unsigned warnings = 0;

	if (xml_expect_children(n, rules, 2, true, e) != 0 ||
	    xta_party_read(reader, &warnings, a, &out->reader, e) != 0)
		return (int)e->code;
	return xta_take_uri(&t, service, &out->service, e);
}

/* The list repeats, and each holds one question. */
int xta_ask_read_lookup(const struct xml_node *n, struct arena *a, struct xta_ask *ask, struct err *e)
{
	const struct xml_child_rule lists[] = { { XTA_NS, "LookupServiceRequestList", 1, SERVICES_MAX, NULL } };
	const struct xml_node *question;
	const struct xml_child_rule one[] = { { XTA_NS, "LookupService", 1, 1, &question } };
	struct xta_service *list;
	size_t k = 0;

	if (xml_expect_children(n, lists, 1, true, e) != 0)
		return (int)e->code;
	for (const struct xml_node *c = xml_child(n, XTA_NS, NULL); c != NULL; c = xml_next(c, XTA_NS, NULL))
		k++;
	list = arena_alloc(a, k * sizeof(*list));
	k = 0;
	for (const struct xml_node *c = xml_child(n, XTA_NS, NULL); c != NULL; c = xml_next(c, XTA_NS, NULL))
		if (xml_expect_children(c, one, 1, true, e) != 0 || read_service(question, a, &list[k++], e) != 0)
			return (int)e->code;
	ask->services = list;
	ask->service_count = k;
	return 0;
}

static int read_entries(const struct xml_node *n, struct xta_selection *s, struct err *e)
{
	struct span v;
	bool is_new;

	if (!xml_attr_get(n, NULL, "newEntry", &v))
		return 0;
	if (!xta_take_bool(v, &is_new))
		return xml_refuse(n, e, "newEntry is not true or false");
	s->entries = is_new ? XTA_NEW_ENTRIES : XTA_SEEN_ENTRIES;
	return 0;
}

static int read_selector(const struct xml_node *n, struct arena *a, struct xta_selection *s, struct err *e)
{
	/* an empty criterion says nothing, and there is no report that could say so */
	const struct xta_take t = { a, &(unsigned){ 0 } };
	const struct xml_node *from, *to;
	const struct xml_child_rule rules[] = {
		{ XTA_NS_WSA, "MessageID", 0, 0, NULL },     { XTA_NS_WSA, "RelatesTo", 0, 0, NULL },
		{ O, "MsgBoxEntryTimeFrom", 0, 1, &from },   { O, "MsgBoxEntryTimeTo", 0, 1, &to },
		{ O, "Extension", 0, 1, NULL },
	};

	if (n == NULL)
		return 0;
	if (xml_expect_children(n, rules, ARRAY_LEN(rules), true, e) != 0 ||
	    xta_take_uris(&t, n, XTA_NS_WSA, "MessageID", &s->ids, &s->id_count, e) != 0 ||
	    xta_take_uris(&t, n, XTA_NS_WSA, "RelatesTo", &s->relates_to, &s->relates_to_count, e) != 0 ||
	    xta_take_instant(&t, from, &s->from, e) != 0 || xta_take_instant(&t, to, &s->to, e) != 0)
		return (int)e->code;
	return read_entries(n, s, e);
}

static int read_selection(const struct xml_node *n, struct arena *a, struct xta_ask *ask, struct err *e)
{
	const struct xml_node *selector;
	const struct xml_child_rule rules[] = { { O, "MsgSelector", 0, 1, &selector } };

	if (xml_expect_children(n, rules, 1, true, e) != 0)
		return (int)e->code;
	return read_selector(selector, a, &ask->selection, e);
}

/* The schema spells the one form wrong; who spells it right is understood, too. */
static int read_form(const struct xml_node *n, struct xta_ask *ask, struct err *e)
{
	struct span v;

	if (!xml_attr_get(n, NULL, "ListForm", &v))
		return 0;
	v = span_trim(v);
	if (span_is(v, "MsgAtrributes") || span_is(v, "MsgAttributes"))
		ask->form = XTA_LIST_ATTRIBUTES;
	else if (!span_is(v, "MessageMetaData"))
		return xml_refuse(n, e, "unknown ListForm");
	return 0;
}

int xta_ask_read_list(const struct xml_node *n, struct arena *a, struct xta_ask *ask, struct err *e)
{
	struct span v;

	if (xml_attr_get(n, NULL, "maxListItems", &v) &&
	    (!span_u64(span_trim(v), UINT64_MAX, &ask->max) || ask->max == 0))
		return xml_refuse(n, e, "maxListItems is not a positive number");
	if (read_form(n, ask, e) != 0)
		return (int)e->code;
	return read_selection(n, a, ask, e);
}

int xta_ask_read_fetch(const struct xml_node *n, struct arena *a, struct xta_ask *ask, struct err *e)
{
	struct span v;

	if (xml_attr_get(n, NULL, "MsgPart", &v) && !span_is(span_trim(v), "Envelope") &&
	    !span_is(span_trim(v), "Header") && !span_is(span_trim(v), "Body"))
		return xml_refuse(n, e, "unknown MsgPart");
	return read_selection(n, a, ask, e);
}

int xta_ask_read_next(const struct xml_node *n, struct arena *a, struct xta_ask *ask, struct err *e)
{
	const struct xta_take t = { a, NULL };
	const struct xml_child_rule rules[] = { { O, "LastMsgReceived", 0, 0, NULL } };

	if (xml_expect_children(n, rules, 1, true, e) != 0 ||
	    xta_take_attr(&t, n, "MsgBoxRequestID", true, &ask->request_id, e) != 0)
		return (int)e->code;
	return xta_take_uris(&t, n, O, "LastMsgReceived", &ask->last, &ask->last_count, e);
}
