/* SPDX-License-Identifier: EUPL-1.2 */
/* The header entries of a message: WS-Addressing, and those of XTA. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "xta/names.h"
#include "xta/reading.h"
#include "xta/value.h"

typedef int take_fn(struct xta_reading *r, const struct xml_node *n, struct err *e);

static take_fn take_action, take_id, take_relates, take_reply, take_author, take_meta, take_state, take_tokens;

/* What is understood. Without a function: known, and of no use here. */
static const struct {
	const char *ns, *local;
	take_fn *take;
} entries[] = {
	{ XTA_NS_WSA, "Action", take_action },
	{ XTA_NS_WSA, "MessageID", take_id },
	{ XTA_NS_WSA, "RelatesTo", take_relates },
	{ XTA_NS_WSA, "ReplyTo", take_reply },
	{ XTA_NS_WSA, "FaultTo", take_reply },
	{ XTA_NS_WSA, "To", NULL },
	{ XTA_NS_WSA, "From", NULL },
	{ XTA_NS_META, "Author", take_author },
	{ XTA_NS_META, "MessageMetaData", take_meta },
	{ XTA_NS_BOX, "MsgBoxResponse", take_state },
	{ XTA_NS_BOX, "X509TokenContainer", take_tokens },
};

static int refuse(struct xta_reading *r, enum xta_code code, const struct xml_node *n, struct err *e, const char *what)
{
	err_set(e, ERR_SYNTAX, "%.*s: %s", (int)(n->name.local.n < 60 ? n->name.local.n : 60), n->name.local.p, what);
	return xta_reading_refuse(r, code, e);
}

/* SOAP 1.2 5.2.2: no role, "next" and "ultimateReceiver" are us. SOAP 1.1 4.2.2: no actor and "next". */
static bool is_for_us(const struct xml_start *s, const char *soap)
{
	static const char *const ours[] = { XTA_NS_SOAP12 "/role/next", XTA_NS_SOAP12 "/role/ultimateReceiver",
					    "http://schemas.xmlsoap.org/soap/actor/next" };
	const struct xml_attr *role = xml_start_attr(s, soap, strcmp(soap, XTA_NS_SOAP12) == 0 ? "role" : "actor");

	if (role == NULL || role->value.n == 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		if (span_is(role->value, ours[i]))
			return true;
	return false;
}

static void note_unknown(struct xta_headers *h, const struct xml_start *s)
{
	if (h->has_unknown)
		return;
	h->has_unknown = true;
	snprintf(h->unknown, sizeof(h->unknown), "%.*s", (int)s->name.local.n, s->name.local.p);
	snprintf(h->unknown_ns, sizeof(h->unknown_ns), "%.*s", (int)s->name.ns.n, s->name.ns.p);
}

bool xta_header_begin(struct xta_reading *r, const struct xml_start *s)
{
	const struct xml_attr *must = xml_start_attr(s, r->soap, "mustUnderstand");
	bool has_to;

	if (!is_for_us(s, r->soap))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(entries); i++)
		if (xml_name_is(&s->name, entries[i].ns, entries[i].local))
			return entries[i].take != NULL;
	if (must != NULL && xta_take_bool(must->value, &has_to) && has_to)
		note_unknown(&r->m->headers, s);
	return false;
}

int xta_header_take(struct xta_reading *r, const struct xml_node *n, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(entries); i++)
		if (xml_node_is(n, entries[i].ns, entries[i].local))
			return entries[i].take(r, n, e);
	return 0;
}

static int take_once(struct xta_reading *r, const struct xml_node *n, const char **to, struct err *e)
{
	struct span text = span_trim(xml_text(n, r->a));

	if (*to != NULL)
		return refuse(r, XTA_BAD_ADDRESSING, n, e, "twice");
	if (!xta_is_uri(text))
		return refuse(r, XTA_BAD_ADDRESSING, n, e, "not a URI");
	*to = arena_dup_n(r->a, text.p, text.n);
	return 0;
}

static int take_action(struct xta_reading *r, const struct xml_node *n, struct err *e)
{
	return take_once(r, n, &r->m->headers.action, e);
}

static int take_id(struct xta_reading *r, const struct xml_node *n, struct err *e)
{
	return take_once(r, n, &r->m->headers.id, e);
}

/* May be there several times; for an answer the first one that is a reply counts. */
static int take_relates(struct xta_reading *r, const struct xml_node *n, struct err *e)
{
	struct span type;

	if (r->m->headers.relates_to != NULL ||
	    (xml_attr_get(n, NULL, "RelationshipType", &type) && !span_is(type, XTA_NS_WSA "/reply")))
		return 0;
	return take_once(r, n, &r->m->headers.relates_to, e);
}

static int take_reply(struct xta_reading *r, const struct xml_node *n, struct err *e)
{
	const struct xml_node *address = xml_child(n, XTA_NS_WSA, "Address");

	(void)e;
	if (address != NULL && !span_is(span_trim(xml_text(address, r->a)), XTA_ANONYMOUS))
		r->m->headers.wants_elsewhere = true;
	return 0;
}

static int take_block(struct xta_reading *r, const struct xml_node *n, const struct xml_node **to, struct err *e)
{
	if (*to != NULL)
		return refuse(r, XTA_MALFORMED, n, e, "twice");
	*to = n;
	return 0;
}

/* Java writes an empty one, or a nil one, for "none". */
static int take_author(struct xta_reading *r, const struct xml_node *n, struct err *e)
{
	if (xta_is_nil(n) || xml_child(n, NULL, NULL) == NULL)
		return 0;
	return take_block(r, n, &r->m->headers.author, e);
}

static int take_meta(struct xta_reading *r, const struct xml_node *n, struct err *e)
{
	return take_block(r, n, &r->m->headers.meta, e);
}

static int take_state(struct xta_reading *r, const struct xml_node *n, struct err *e)
{
	return take_block(r, n, &r->m->headers.state, e);
}

static int take_tokens(struct xta_reading *r, const struct xml_node *n, struct err *e)
{
	if (xml_child(n, XTA_NS_BOX, "X509TokenInfo") != NULL)
		return 0;
	if (r->o->is_strict)
		return refuse(r, XTA_9050, n, e, "is empty");
	r->m->warnings |= XTA_WARN_TOKENS;
	return 0;
}
