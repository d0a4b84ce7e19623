/* SPDX-License-Identifier: EUPL-1.2 */
/* The Bodies of answers, from values to XML. */
#include <stdlib.h>

#include "base/b64.h"
#include "base/mem.h"
#include "xta/meta.h"
#include "xta/names.h"
#include "xta/put.h"
#include "xta/reply.h"

/* MsgSize of MsgAttributes is an xs:int. */
#define SIZE_MAX_INT INT32_MAX

static const char *const reasons[] = {
	[XTA_NO_MATCH] = XTA_REASON "NoMatch",
	[XTA_BAD_SELECTION] = XTA_REASON "SearchArgsInvalid",
	[XTA_BAD_REQUEST_ID] = XTA_REASON "RequestIdInvalid",
};

void xta_state_write(struct xml_write *w, const struct xta_box_state *s)
{
	xml_write_open(w, "osci:MsgBoxResponse");
	xml_write_ns(w, "osci", XTA_NS_BOX);
	xml_write_attr(w, "MsgBoxRequestID", s->request_id);
	if (s->availability == XTA_AVAILABLE) {
		xta_put_number(w, "osci:ItemsPending", s->pending);
	} else {
		xml_write_open(w, "osci:NoMessageAvailable");
		xml_write_attr(w, "reason", reasons[s->availability]);
		xml_write_close(w);
	}
	xml_write_close(w);
}

void xta_reply_write_id(struct xml_write *w, const struct xta_reply *reply)
{
	xml_write_open(w, "wsa:MessageID");
	xml_write_ns(w, "wsa", XTA_NS_WSA);
	xml_write_str(w, reply->message_id);
	xml_write_close(w);
}

static void put_bytes(struct xml_write *w, struct span bytes)
{
	struct buf text;

	buf_init(&text, B64_LEN(bytes.n) + 1);
	b64_encode(&text, bytes.p, bytes.n);
	xml_write_text(w, buf_view(&text));
	buf_fini(&text);
}

static void put_availability(struct xml_write *w, enum xta_service_state state)
{
	xml_write_open(w, "xta:IsServiceAvailableValue");
	if (state == XTA_SERVICE_UNKNOWN)
		xml_write_element(w, "xta:ServiceIsAvailableUnknown", "true");
	else
		xml_write_element(w, "xta:ServiceIsAvailable", state == XTA_SERVICE_YES ? "true" : "false");
	xml_write_close(w);
}

static void put_service(struct xml_write *w, const struct xta_service *s)
{
	xml_write_open(w, "xta:LookupServiceResult");
	xta_party_write(w, "m:Reader", &s->reader);
	xml_write_element(w, "xta:ServiceType", s->service);
	put_availability(w, s->state);
	for (size_t i = 0; i < s->parameter_count; i++) {
		xml_write_open(w, "xta:ServiceParameter");
		xta_put_key(w, "xta:ParameterType", &s->parameters[i].key);
		xml_write_open(w, "xta:Resource");
		put_bytes(w, s->parameters[i].resource);
		xml_write_close(w);
		xml_write_close(w);
	}
	xml_write_close(w);
}

void xta_reply_write_lookup(struct xml_write *w, const struct xta_reply *reply)
{
	xml_write_open(w, "xta:LookupServiceResponse");
	xml_write_ns(w, "xta", XTA_NS);
	xml_write_open(w, "xta:LookupServiceResultList");
	for (size_t i = 0; i < reply->service_count; i++)
		put_service(w, &reply->services[i]);
	xml_write_close(w);
	xml_write_close(w);
}

static void put_records(struct xml_write *w, const char *list, const char *entry, const struct xta_record *r, size_t n)
{
	if (n == 0)
		return;
	xml_write_open(w, list);
	for (size_t i = 0; i < n; i++) {
		xml_write_open(w, entry);
		xta_put_instant(w, "xta:Timestamp", r[i].at);
		xta_put_key(w, "xta:Code", &r[i].key);
		xml_write_element(w, "xta:Reason", r[i].reason);
		xml_write_close(w);
	}
	xml_write_close(w);
}

static void put_status(struct xml_write *w, const struct xta_report *r)
{
	xml_write_open(w, "xta:MessageStatus");
	xta_put_number(w, "xta:Status", (uint64_t)r->status);
	put_records(w, "xta:ErrorList", "xta:Error", r->errors, r->error_count);
	put_records(w, "xta:WarnList", "xta:Warning", r->warnings, r->warning_count);
	put_records(w, "xta:InfoList", "xta:Info", r->infos, r->info_count);
	xml_write_close(w);
}

void xta_reply_write_report(struct xml_write *w, const struct xta_reply *reply)
{
	const struct xta_report *r = &reply->report;

	xml_write_open(w, "xta:TransportReport");
	xml_write_ns(w, "xta", XTA_NS);
	xta_meta_write(w, &r->meta);
	xta_put_instant(w, "xta:ReportTime", r->at);
	xml_write_element(w, "xta:XTAServerIdentity", r->server);
	put_status(w, r);
	if (r->extra_count > 0)
		xml_write_open(w, "xta:AdditionalReports");
	for (size_t i = 0; i < r->extra_count; i++) {
		xml_write_open(w, "xta:Report");
		xta_put_key(w, "xta:Key", &r->extras[i].key);
		xml_write_open(w, "xta:Data");
		put_bytes(w, r->extras[i].data);
		xml_write_close(w);
		xml_write_close(w);
	}
	if (r->extra_count > 0)
		xml_write_close(w);
	xml_write_close(w);
}

static void put_attributes(struct xml_write *w, const struct xta_meta *m)
{
	xml_write_open(w, "osci:MsgAttributes");
	xml_write_element(w, "wsa:MessageID", m->message_id);
	for (size_t i = 0; i < m->in_reply_to_count; i++)
		xml_write_element(w, "wsa:RelatesTo", m->in_reply_to[i]);
	xml_write_element(w, "osci:TypeOfBusinessScenario", m->service != NULL ? m->service : "");
	xta_put_number(w, "osci:MsgSize", m->size < SIZE_MAX_INT ? m->size : SIZE_MAX_INT);
	xta_put_text(w, "osci:ObsoleteAfterDate", m->obsolete_after);
	xta_put_instant(w, "osci:DeliveryTime", m->delivery);
	xta_put_instant(w, "osci:InitialFetchedTime", m->initial_fetch);
	xml_write_close(w);
}

void xta_reply_write_list(struct xml_write *w, const struct xta_reply *reply)
{
	const struct xta_list *l = &reply->list;

	xml_write_open(w, "osci:MsgStatusList");
	xml_write_ns(w, "osci", XTA_NS_BOX);
	xml_write_ns(w, "wsa", XTA_NS_WSA);
	for (size_t i = 0; i < l->count; i++)
		(l->form == XTA_LIST_META ? xta_meta_write : put_attributes)(w, &l->entries[i]);
	xml_write_close(w);
}
