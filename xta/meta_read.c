/* SPDX-License-Identifier: EUPL-1.2 */
/* MessageMetaData from XML to values. */
#include <string.h>

#include "base/mem.h"
#include "xml/expect.h"
#include "xta/meta.h"
#include "xta/names.h"
#include "xta/value.h"

#define READERS_MAX 1000
#define PROPERTIES_MAX 1000

#define M XTA_NS_META

static int read_identifier(const struct xta_take *t, const struct xml_node *n, struct xta_party *out, struct err *e)
{
	const struct xta_take strict = { t->a, NULL };

	memset(out, 0, sizeof(*out));
	if (xta_take_text(&strict, n, &out->value, e) != 0 ||
	    xta_take_attr(t, n, "type", t->warnings == NULL, &out->type, e) != 0 ||
	    xta_take_attr(t, n, "name", false, &out->name, e) != 0 ||
	    xta_take_attr(t, n, "category", false, &out->category, e) != 0)
		return (int)e->code;
	if (out->type == NULL)
		xta_take_may(t, XTA_WARN_PARTY_TYPE);
	return 0;
}

static int read_party(const struct xta_take *t, const struct xml_node *n, struct xta_party *out, struct err *e)
{
	const struct xml_node *id, *token;
	const struct xml_child_rule rules[] = { { M, "Identifier", 1, 1, &id }, { M, "SecurityToken", 0, 0, &token } };

	memset(out, 0, sizeof(*out));
	if (n == NULL)
		return 0;
	if (xml_expect_children(n, rules, 2, true, e) != 0)
		return (int)e->code;
	if (token != NULL && t->warnings != NULL)
		*t->warnings |= XTA_WARN_SECURITY_TOKEN;
	return read_identifier(t, id, out, e);
}

int xta_party_read(const struct xml_node *n, unsigned *warnings, struct arena *a, struct xta_party *out, struct err *e)
{
	const struct xta_take t = { a, warnings };

	return read_party(&t, n, out, e);
}

static int read_receipts(const struct xta_take *t, const struct xml_node *n, struct xta_meta *m, struct err *e)
{
	const struct xml_node *marks[5], *to;
	const struct xml_child_rule rules[] = {
		{ M, "Submission", 0, 1, &marks[0] }, { M, "Relay", 0, 1, &marks[1] },
		{ M, "Delivery", 0, 1, &marks[2] },   { M, "Fetch", 0, 1, &marks[3] },
		{ M, "Reception", 0, 1, &marks[4] },  { M, "ReceiptTo", 0, 1, &to },
	};

	if (n == NULL)
		return 0;
	if (xml_expect_children(n, rules, ARRAY_LEN(rules), true, e) != 0)
		return (int)e->code;
	m->has_receipts = true;
	m->receipts = (struct xta_receipts){ .submission = marks[0] != NULL,
					     .relay = marks[1] != NULL,
					     .delivery = marks[2] != NULL,
					     .fetch = marks[3] != NULL,
					     .reception = marks[4] != NULL };
	return to == NULL ? 0 : xta_take_uri(t, xml_child(to, XTA_NS_WSA, "Address"), &m->receipts.to, e);
}

static int read_obsolete(const struct xta_take *t, const struct xml_node *n, struct xta_meta *m, struct err *e)
{
	int64_t end;

	if (xta_take_text(t, n, &m->obsolete_after, e) != 0)
		return (int)e->code;
	if (m->obsolete_after == NULL || xta_date_end(m->obsolete_after, &end, e) == 0)
		return 0;
	return xml_refuse(n, e, "not a date");
}

static int read_delivery(const struct xta_take *t, const struct xml_node *n, struct xta_meta *m, struct err *e)
{
	const struct xml_node *at[6], *obsolete, *quality, *receipts;
	const struct xml_child_rule rules[] = {
		{ M, "Origin", 0, 1, &at[0] },       { M, "InitialSend", 0, 1, &at[1] },
		{ M, "NotBefore", 0, 1, &at[2] },    { M, "ObsoleteAfter", 0, 1, &obsolete },
		{ M, "Delivery", 0, 1, &at[3] },     { M, "InitialFetch", 0, 1, &at[4] },
		{ M, "Reception", 0, 1, &at[5] },    { M, "ServiceQuality", 0, 1, &quality },
		{ M, "ReceiptRequests", 0, 1, &receipts },
	};
	int64_t *const to[6] = { &m->origin,   &m->initial_send,  &m->not_before,
				 &m->delivery, &m->initial_fetch, &m->reception };

	if (xml_expect_children(n, rules, ARRAY_LEN(rules), true, e) != 0)
		return (int)e->code;
	for (size_t i = 0; i < ARRAY_LEN(to); i++)
		if (xta_take_instant(t, at[i], to[i], e) != 0)
			return (int)e->code;
	if (read_obsolete(t, obsolete, m, e) != 0 || xta_take_text(t, quality, &m->service_quality, e) != 0)
		return (int)e->code;
	return read_receipts(t, receipts, m, e);
}

static int read_originators(const struct xta_take *t, const struct xml_node *n, struct xta_meta *m, struct err *e)
{
	const struct xml_node *author, *sender, *reply_to;
	const struct xml_child_rule rules[] = {
		{ M, "Author", 1, 1, &author }, { M, "Sender", 0, 1, &sender }, { M, "ReplyTo", 0, 1, &reply_to }
	};

	if (xml_expect_children(n, rules, 3, true, e) != 0 || read_party(t, author, &m->author, e) != 0 ||
	    read_party(t, sender, &m->sender, e) != 0)
		return (int)e->code;
	return read_party(t, reply_to, &m->reply_to, e);
}

static int read_others(const struct xta_take *t, const struct xml_node *n, const char *local,
		       const struct xta_party **out, size_t *count, struct err *e)
{
	struct xta_party *list;
	size_t k = 0;

	for (const struct xml_node *c = xml_child(n, M, local); c != NULL; c = xml_next(c, M, local))
		k++;
	if (k > READERS_MAX)
		return err_set(e, ERR_LIMIT, "more than %d of %s", READERS_MAX, local);
	list = arena_alloc(t->a, (k + 1) * sizeof(*list));
	k = 0;
	for (const struct xml_node *c = xml_child(n, M, local); c != NULL; c = xml_next(c, M, local))
		if (read_identifier(t, c, &list[k++], e) != 0)
			return (int)e->code;
	*out = list;
	*count = k;
	return 0;
}

static int read_destinations(const struct xta_take *t, const struct xml_node *n, struct xta_meta *m, struct err *e)
{
	const struct xml_node *reader, *others;
	const struct xml_child_rule rules[] = { { M, "Reader", 1, 1, &reader },
						{ M, "OtherDestinations", 0, 1, &others } };
	const struct xml_child_rule other_rules[] = { { M, "OtherReaders", 1, 0, NULL },
						      { M, "CcReaders", 0, 0, NULL } };

	if (xml_expect_children(n, rules, 2, true, e) != 0 || read_party(t, reader, &m->reader, e) != 0)
		return (int)e->code;
	if (others == NULL)
		return 0;
	if (xml_expect_children(others, other_rules, 2, true, e) != 0 ||
	    read_others(t, others, "OtherReaders", &m->other_readers, &m->other_reader_count, e) != 0)
		return (int)e->code;
	return read_others(t, others, "CcReaders", &m->cc_readers, &m->cc_reader_count, e);
}

static int read_process(const struct xta_take *t, const struct xml_node *n, struct xta_process *out, struct err *e)
{
	if (xta_take_text(t, n, &out->value, e) != 0)
		return (int)e->code;
	return n == NULL ? 0 : xta_take_attr(t, n, "ProccesName", false, &out->name, e);
}

static int read_identification(const struct xta_take *t, const struct xml_node *n, struct xta_meta *m, struct err *e)
{
	const struct xml_node *id, *ref, *requester, *responder;
	const struct xml_child_rule rules[] = { { XTA_NS_WSA, "MessageID", 1, 1, &id },
						{ M, "In-Reply-To", 0, 0, NULL },
						{ M, "ProcessRef", 0, 1, &ref } };
	const struct xml_child_rule ref_rules[] = { { M, "Requester", 0, 1, &requester },
						    { M, "Responder", 0, 1, &responder } };

	if (xml_expect_children(n, rules, 3, true, e) != 0 || xta_take_uri(t, id, &m->message_id, e) != 0 ||
	    xta_take_uris(t, n, M, "In-Reply-To", &m->in_reply_to, &m->in_reply_to_count, e) != 0)
		return (int)e->code;
	if (ref == NULL)
		return 0;
	if (xml_expect_children(ref, ref_rules, 2, true, e) != 0 || read_process(t, requester, &m->requester, e) != 0)
		return (int)e->code;
	return read_process(t, responder, &m->responder, e);
}

static int read_scenario(const struct xta_take *t, const struct xml_node *n, struct xta_meta *m, struct err *e)
{
	const struct xta_take empty_is_fine = { t->a, &(unsigned){ 0 } };
	const struct xml_node *defined, *undefined;
	const struct xml_child_rule rules[] = { { M, "Defined", 0, 1, &defined },
						{ M, "Undefined", 0, 1, &undefined } };

	m->undefined_scenario = "";
	if (n == NULL)
		return xta_take_may(t, XTA_WARN_SCENARIO) ? 0 : err_set(e, ERR_SYNTAX, "BusinessScenario is missing");
	if (xml_expect_children(n, rules, 2, true, e) != 0)
		return (int)e->code;
	if ((defined == NULL) == (undefined == NULL))
		return xml_refuse(n, e, "has to be either Defined or Undefined");
	if (defined != NULL)
		return xta_take_key(t, defined, &m->scenario, e);
	if (xta_take_text(&empty_is_fine, undefined, &m->undefined_scenario, e) != 0)
		return (int)e->code;
	if (m->undefined_scenario == NULL)
		m->undefined_scenario = "";
	return 0;
}

static int read_service(const struct xta_take *t, const struct xml_node *n, struct xta_meta *m, struct err *e)
{
	const struct xta_take empty_is_fine = { t->a, &(unsigned){ 0 } };

	m->service = "";
	if (n != NULL && xta_take_text(&empty_is_fine, n, &m->service, e) != 0)
		return (int)e->code;
	if (m->service == NULL || m->service[0] == '\0') {
		m->service = "";
		/* an empty one conforms to the schema, but says nothing */
		return xta_take_may(t, XTA_WARN_SERVICE) || n != NULL ? 0
								      : err_set(e, ERR_SYNTAX, "Service is missing");
	}
	return xta_is_uri(span_of(m->service)) ? 0 : xml_refuse(n, e, "not a URI");
}

static int read_type(const struct xta_take *t, const struct xml_node *n, struct xta_meta *m, struct err *e)
{
	if (xta_take_key(t, n, &m->type, e) != 0 ||
	    xta_take_attr(t, n, "payloadSchema", true, &m->payload_schema, e) != 0)
		return (int)e->code;
	return xta_is_uri(span_of(m->payload_schema)) ? 0 : xml_refuse(n, e, "payloadSchema is not a URI");
}

static int read_qualifier(const struct xta_take *t, const struct xml_node *n, struct xta_meta *m, struct err *e)
{
	const struct xml_node *subject, *service, *scenario, *type;
	const struct xml_child_rule rules[] = {
		{ M, "Subject", 0, 1, &subject },
		{ M, "Service", t->warnings == NULL, 1, &service },
		{ M, "BusinessScenario", t->warnings == NULL, 1, &scenario },
		{ M, "MessageType", 1, 1, &type },
	};
	struct span text;

	if (xml_expect_children(n, rules, 4, true, e) != 0)
		return (int)e->code;
	if (subject != NULL) {
		if (xml_expect_text(subject, &text, e) != 0)
			return (int)e->code;
		m->subject = arena_dup_n(t->a, text.p, text.n);
	}
	if (read_service(t, service, m, e) != 0 || read_scenario(t, scenario, m, e) != 0)
		return (int)e->code;
	return read_type(t, type, m, e);
}

static int read_property(const struct xta_take *t, const struct xml_node *n, struct xta_property *out, struct err *e)
{
	const struct xta_take strict = { t->a, NULL };
	const struct xml_node *key, *value;
	const struct xml_child_rule rules[] = { { M, "Key", 1, 1, &key }, { M, "Value", 1, 1, &value } };

	if (xml_expect_children(n, rules, 2, true, e) != 0 || xta_take_key(t, key, &out->key, e) != 0)
		return (int)e->code;
	return xta_take_text(&strict, value, &out->value, e);
}

static int read_properties(const struct xta_take *t, const struct xml_node *n, struct xta_meta *m, struct err *e)
{
	const struct xml_child_rule rules[] = { { M, "Property", 1, PROPERTIES_MAX, NULL } };
	struct xta_property *list;
	size_t k = 0;

	if (n == NULL)
		return 0;
	if (xml_expect_children(n, rules, 1, true, e) != 0)
		return (int)e->code;
	for (const struct xml_node *c = xml_child(n, M, "Property"); c != NULL; c = xml_next(c, M, "Property"))
		k++;
	list = arena_alloc(t->a, k * sizeof(*list));
	for (const struct xml_node *c = xml_child(n, M, "Property"); c != NULL; c = xml_next(c, M, "Property"))
		if (read_property(t, c, &list[m->property_count++], e) != 0)
			return (int)e->code;
	m->properties = list;
	return 0;
}

static int read_test(const struct xml_node *n, struct xta_meta *m, struct err *e)
{
	struct span v;

	if (xml_attr_get(n, NULL, "TestMsg", &v) && !xta_take_bool(v, &m->is_test))
		return xml_refuse(n, e, "TestMsg is not true or false");
	return 0;
}

int xta_meta_read(const struct xml_node *n, unsigned *warnings, struct arena *a, struct xta_meta *m, struct err *e)
{
	const struct xta_take t = { a, warnings };
	const struct xml_node *delivery, *originators, *destinations, *identification, *qualifier, *properties, *size;
	const struct xml_child_rule rules[] = {
		{ M, "DeliveryAttributes", 1, 1, &delivery },
		{ M, "Originators", 1, 1, &originators },
		{ M, "Destinations", 1, 1, &destinations },
		{ M, "MsgIdentification", 1, 1, &identification },
		{ M, "Qualifier", 1, 1, &qualifier },
		{ M, "MessageProperties", 0, 1, &properties },
		{ M, "MsgSize", 0, 1, &size },
	};

	memset(m, 0, sizeof(*m));
	if (xml_expect_name(n, M, "MessageMetaData", e) != 0 ||
	    xml_expect_children(n, rules, ARRAY_LEN(rules), true, e) != 0 || read_test(n, m, e) != 0 ||
	    read_delivery(&t, delivery, m, e) != 0 || read_originators(&t, originators, m, e) != 0 ||
	    read_destinations(&t, destinations, m, e) != 0 || read_identification(&t, identification, m, e) != 0 ||
	    read_qualifier(&t, qualifier, m, e) != 0 || read_properties(&t, properties, m, e) != 0)
		return (int)e->code;
	return xta_take_size(&t, size, &m->size, e);
}

int xta_meta_parse(struct span xml, struct arena *a, struct xta_meta *out, struct err *e)
{
	const struct xml_limits limits = XML_LIMITS_DEFAULT;
	struct arena *tree = arena_new(); /* many times the size of what is kept of it */
	const struct xml_node *root;
	unsigned warnings = 0;
	int rc = xml_tree_parse(xml, &limits, tree, &root, e);

	if (rc == 0)
		rc = xta_meta_read(root, &warnings, a, out, e);
	arena_free(tree);
	return rc;
}
