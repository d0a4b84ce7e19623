/* SPDX-License-Identifier: EUPL-1.2 */
/* The Bodies of answers, from XML to values. */
#include <string.h>

#include "base/b64.h"
#include "base/mem.h"
#include "xml/expect.h"
#include "xta/meta.h"
#include "xta/names.h"
#include "xta/reply.h"
#include "xta/value.h"

#define LIST_MAX 10000
#define RESOURCE_MAX ((size_t)256 << 10)
#define O XTA_NS_BOX

/* Answers are read for what they say; what else is wrong with them is nobody's business here. */
#define LENIENT(a) { (a), &(unsigned){ 0 } }

int xta_state_read(const struct xml_node *n, struct arena *a, struct xta_box_state *s, struct err *e)
{
	const struct xta_take t = LENIENT(a);
	const struct xml_node *none = xml_child(n, O, "NoMessageAvailable"), *pending = xml_child(n, O, "ItemsPending");
	const char *text;

	*s = (struct xta_box_state){ .availability = none != NULL ? XTA_NO_MATCH : XTA_AVAILABLE };
	if (xta_take_attr(&t, n, "MsgBoxRequestID", false, &s->request_id, e) != 0 ||
	    (none != NULL && xta_take_attr(&t, none, "reason", false, &text, e) != 0))
		return (int)e->code;
	if (none != NULL && text != NULL && strcmp(text, XTA_REASON "SearchArgsInvalid") == 0)
		s->availability = XTA_BAD_SELECTION;
	if (none != NULL && text != NULL && strcmp(text, XTA_REASON "RequestIdInvalid") == 0)
		s->availability = XTA_BAD_REQUEST_ID;
	if (xta_take_text(&t, pending, &text, e) != 0)
		return (int)e->code;
	if (text != NULL && !span_u64(span_of(text), UINT64_MAX, &s->pending))
		return xml_refuse(pending, e, "not a number");
	return 0;
}

int xta_reply_read_id(const struct xml_node *n, struct arena *a, struct xta_reply *reply, struct err *e)
{
	const struct xta_take t = LENIENT(a);

	if (xml_expect_name(n, XTA_NS_WSA, "MessageID", e) != 0)
		return (int)e->code;
	return xta_take_uri(&t, n, &reply->message_id, e);
}

/* Base64 of bounded size. n NULL or empty: no bytes. */
static int take_bytes(const struct xml_node *n, struct arena *a, size_t max, struct span *out, struct err *e)
{
	struct buf raw;
	int rc = 0;

	*out = SPAN_EMPTY;
	buf_init(&raw, max);
	if (n != NULL)
		rc = b64_decode(&raw, span_trim(xml_text(n, a)), true, e);
	if (rc == 0)
		rc = buf_check(&raw, "bytes in base64", e);
	if (rc == 0)
		*out = arena_span(a, buf_view(&raw));
	buf_fini(&raw);
	return rc;
}

static size_t count(const struct xml_node *n, const char *ns, const char *local)
{
	size_t k = 0;

	for (const struct xml_node *c = xml_child(n, ns, local); c != NULL && k < LIST_MAX; c = xml_next(c, ns, local))
		k++;
	return k;
}

static int read_parameter(const struct xml_node *n, struct arena *a, struct xta_service_parameter *p, struct err *e)
{
	const struct xta_take t = LENIENT(a);
	const struct xml_node *type = xml_child(n, XTA_NS, "ParameterType");

	if (type == NULL)
		return xml_refuse(n, e, "ParameterType is missing");
	if (xta_take_key(&t, type, &p->key, e) != 0)
		return (int)e->code;
	return take_bytes(xml_child(n, XTA_NS, "Resource"), a, RESOURCE_MAX, &p->resource, e);
}

static int read_availability(const struct xml_node *n, struct arena *a, enum xta_service_state *state, struct err *e)
{
	const struct xml_node *is = xml_descend(n, XTA_NS, "IsServiceAvailableValue/ServiceIsAvailable");
	bool yes;

	*state = XTA_SERVICE_UNKNOWN;
	if (is == NULL)
		return 0;
	if (!xta_take_bool(xml_text(is, a), &yes))
		return xml_refuse(is, e, "not true or false");
	*state = yes ? XTA_SERVICE_YES : XTA_SERVICE_NO;
	return 0;
}

static int read_result(const struct xml_node *n, struct arena *a, struct xta_service *out, struct err *e)
{
	const struct xta_take t = LENIENT(a);
	const struct xml_node *reader = xml_child(n, XTA_NS_META, "Reader");
	struct xta_service_parameter *list;
	unsigned warnings = 0;

	if (reader == NULL)
		return xml_refuse(n, e, "Reader is missing");
	if (xta_party_read(reader, &warnings, a, &out->reader, e) != 0 ||
	    xta_take_uri(&t, xml_child(n, XTA_NS, "ServiceType"), &out->service, e) != 0 ||
	    read_availability(n, a, &out->state, e) != 0)
		return (int)e->code;
	list = arena_alloc(a, (count(n, XTA_NS, "ServiceParameter") + 1) * sizeof(*list));
	out->parameters = list;
	for (const struct xml_node *c = xml_child(n, XTA_NS, "ServiceParameter");
	     c != NULL && out->parameter_count < LIST_MAX; c = xml_next(c, XTA_NS, "ServiceParameter"))
		if (read_parameter(c, a, &list[out->parameter_count++], e) != 0)
			return (int)e->code;
	return 0;
}

int xta_reply_read_lookup(const struct xml_node *n, struct arena *a, struct xta_reply *reply, struct err *e)
{
	const struct xml_node *l = xml_child(n, XTA_NS, "LookupServiceResultList");
	struct xta_service *list = arena_alloc(a, (count(l, XTA_NS, "LookupServiceResult") + 1) * sizeof(*list));
	size_t k = 0;

	for (const struct xml_node *c = xml_child(l, XTA_NS, "LookupServiceResult"); c != NULL && k < LIST_MAX;
	     c = xml_next(c, XTA_NS, "LookupServiceResult"))
		if (!xta_is_nil(c) && read_result(c, a, &list[k++], e) != 0)
			return (int)e->code;
	reply->services = list;
	reply->service_count = k;
	return 0;
}

static int read_record(const struct xml_node *n, struct arena *a, struct xta_record *r, struct err *e)
{
	const struct xta_take t = LENIENT(a);
	const struct xml_node *code = xml_child(n, XTA_NS, "Code");

	if (xta_take_instant(&t, xml_child(n, XTA_NS, "Timestamp"), &r->at, e) != 0 ||
	    (code != NULL && xta_take_key(&t, code, &r->key, e) != 0))
		return (int)e->code;
	return xta_take_text(&t, xml_child(n, XTA_NS, "Reason"), &r->reason, e);
}

static int read_records(const struct xml_node *status, const char *list_name, const char *name, struct arena *a,
			const struct xta_record **out, size_t *n, struct err *e)
{
	const struct xml_node *l = xml_child(status, XTA_NS, list_name);
	struct xta_record *list = arena_alloc(a, (count(l, XTA_NS, name) + 1) * sizeof(*list));

	*out = list;
	for (const struct xml_node *c = xml_child(l, XTA_NS, name); c != NULL && *n < LIST_MAX;
	     c = xml_next(c, XTA_NS, name))
		if (read_record(c, a, &list[(*n)++], e) != 0)
			return (int)e->code;
	return 0;
}

static int read_status(const struct xml_node *n, struct arena *a, struct xta_report *r, struct err *e)
{
	const struct xml_node *status = xml_child(n, XTA_NS, "Status");
	uint64_t v;

	if (status == NULL || !span_u64(span_trim(xml_text(status, a)), XTA_RED, &v))
		return xml_refuse(n, e, "Status is not 0, 1, 2 or 3");
	r->status = (enum xta_status)v;
	if (read_records(n, "ErrorList", "Error", a, &r->errors, &r->error_count, e) != 0 ||
	    read_records(n, "WarnList", "Warning", a, &r->warnings, &r->warning_count, e) != 0)
		return (int)e->code;
	return read_records(n, "InfoList", "Info", a, &r->infos, &r->info_count, e);
}

static int read_extras(const struct xml_node *n, struct arena *a, struct xta_report *r, struct err *e)
{
	const struct xta_take t = LENIENT(a);
	const struct xml_node *l = xml_child(n, XTA_NS, "AdditionalReports");
	struct xta_extra_report *list = arena_alloc(a, (count(l, XTA_NS, "Report") + 1) * sizeof(*list));

	r->extras = list;
	for (const struct xml_node *c = xml_child(l, XTA_NS, "Report"); c != NULL && r->extra_count < LIST_MAX;
	     c = xml_next(c, XTA_NS, "Report")) {
		const struct xml_node *key = xml_child(c, XTA_NS, "Key");
		struct xta_extra_report *x = &list[r->extra_count++];

		if ((key != NULL && xta_take_key(&t, key, &x->key, e) != 0) ||
		    take_bytes(xml_child(c, XTA_NS, "Data"), a, XTA_EXTRA_MAX, &x->data, e) != 0)
			return (int)e->code;
	}
	return 0;
}

int xta_reply_read_report(const struct xml_node *n, struct arena *a, struct xta_reply *reply, struct err *e)
{
	const struct xta_take t = LENIENT(a);
	struct xta_report *r = &reply->report;
	const struct xml_node *meta = xml_child(n, XTA_NS_META, "MessageMetaData"),
			      *status = xml_child(n, XTA_NS, "MessageStatus");
	unsigned warnings = 0;

	if (meta == NULL || status == NULL)
		return xml_refuse(n, e, "not a TransportReport");
	if (xta_meta_read(meta, &warnings, a, &r->meta, e) != 0 ||
	    xta_take_instant(&t, xml_child(n, XTA_NS, "ReportTime"), &r->at, e) != 0 ||
	    xta_take_text(&t, xml_child(n, XTA_NS, "XTAServerIdentity"), &r->server, e) != 0 ||
	    read_status(status, a, r, e) != 0)
		return (int)e->code;
	return read_extras(n, a, r, e);
}

/* MsgAttributes know less than MessageMetaData. */
static int read_attributes(const struct xml_node *n, struct arena *a, struct xta_meta *m, struct err *e)
{
	const struct xta_take t = LENIENT(a);

	if (xta_take_uri(&t, xml_child(n, XTA_NS_WSA, "MessageID"), &m->message_id, e) != 0 ||
	    xta_take_uris(&t, n, XTA_NS_WSA, "RelatesTo", &m->in_reply_to, &m->in_reply_to_count, e) != 0 ||
	    xta_take_text(&t, xml_child(n, O, "TypeOfBusinessScenario"), &m->service, e) != 0 ||
	    xta_take_size(&t, xml_child(n, O, "MsgSize"), &m->size, e) != 0 ||
	    xta_take_text(&t, xml_child(n, O, "ObsoleteAfterDate"), &m->obsolete_after, e) != 0 ||
	    xta_take_instant(&t, xml_child(n, O, "DeliveryTime"), &m->delivery, e) != 0)
		return (int)e->code;
	return xta_take_instant(&t, xml_child(n, O, "InitialFetchedTime"), &m->initial_fetch, e);
}

int xta_reply_read_list(const struct xml_node *n, struct arena *a, struct xta_reply *reply, struct err *e)
{
	struct xta_list *l = &reply->list;
	struct xta_meta *list = arena_alloc(a, (count(n, NULL, NULL) + 1) * sizeof(*list));
	unsigned warnings = 0;
	int rc = 0;

	l->entries = list;
	for (const struct xml_node *c = xml_child(n, NULL, NULL); rc == 0 && c != NULL && l->count < LIST_MAX;
	     c = xml_next(c, NULL, NULL)) {
		if (xml_node_is(c, XTA_NS_META, "MessageMetaData")) {
			rc = xta_meta_read(c, &warnings, a, &list[l->count++], e);
		} else if (xml_node_is(c, O, "MsgAttributes")) {
			l->form = XTA_LIST_ATTRIBUTES;
			rc = read_attributes(c, a, &list[l->count++], e);
		}
	}
	return rc;
}
