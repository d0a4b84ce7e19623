/* SPDX-License-Identifier: EUPL-1.2 */
/* The Bodies of requests, from values to XML. */
#include "xta/ask.h"
#include "xta/meta.h"
#include "xta/names.h"
#include "xta/put.h"

static void open_box(struct xml_write *w, const char *qname)
{
	xml_write_open(w, qname);
	xml_write_ns(w, "osci", XTA_NS_BOX);
}

void xta_ask_write_id(struct xml_write *w, const struct xta_ask *ask)
{
	xml_write_open(w, "wsa:MessageID");
	xml_write_ns(w, "wsa", XTA_NS_WSA);
	xml_write_str(w, ask->message_id);
	xml_write_close(w);
}

void xta_ask_write_lookup(struct xml_write *w, const struct xta_ask *ask)
{
	xml_write_open(w, "xta:LookupServiceRequest");
	xml_write_ns(w, "xta", XTA_NS);
	for (size_t i = 0; i < ask->service_count; i++) {
		xml_write_open(w, "xta:LookupServiceRequestList");
		xml_write_open(w, "xta:LookupService");
		xta_party_write(w, "m:Reader", &ask->services[i].reader);
		xml_write_element(w, "xta:ServiceType", ask->services[i].service);
		xml_write_close(w);
		xml_write_close(w);
	}
	xml_write_close(w);
}

static void put_uris(struct xml_write *w, const char *qname, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		xml_write_open(w, qname);
		xml_write_ns(w, "wsa", XTA_NS_WSA);
		xml_write_str(w, list[i]);
		xml_write_close(w);
	}
}

static void put_selector(struct xml_write *w, const struct xta_selection *s)
{
	if (s->id_count == 0 && s->relates_to_count == 0 && s->from == 0 && s->to == 0 && s->entries == XTA_ALL_ENTRIES)
		return;
	xml_write_open(w, "osci:MsgSelector");
	if (s->entries != XTA_ALL_ENTRIES)
		xml_write_attr(w, "newEntry", s->entries == XTA_NEW_ENTRIES ? "true" : "false");
	put_uris(w, "wsa:MessageID", s->ids, s->id_count);
	put_uris(w, "wsa:RelatesTo", s->relates_to, s->relates_to_count);
	xta_put_instant(w, "osci:MsgBoxEntryTimeFrom", s->from);
	xta_put_instant(w, "osci:MsgBoxEntryTimeTo", s->to);
	xml_write_close(w);
}

void xta_ask_write_list(struct xml_write *w, const struct xta_ask *ask)
{
	open_box(w, "osci:MsgBoxStatusListRequest");
	xml_write_attr(w, "ListForm", ask->form == XTA_LIST_META ? "MessageMetaData" : "MsgAtrributes");
	if (ask->max > 0)
		xta_put_attr_number(w, "maxListItems", ask->max);
	put_selector(w, &ask->selection);
	xml_write_close(w);
}

void xta_ask_write_fetch(struct xml_write *w, const struct xta_ask *ask)
{
	open_box(w, "osci:MsgBoxFetchRequest");
	put_selector(w, &ask->selection);
	xml_write_close(w);
}

static void put_next(struct xml_write *w, const char *qname, const struct xta_ask *ask)
{
	open_box(w, qname);
	xml_write_attr(w, "MsgBoxRequestID", ask->request_id);
	for (size_t i = 0; i < ask->last_count; i++)
		xml_write_element(w, "osci:LastMsgReceived", ask->last[i]);
	xml_write_close(w);
}

void xta_ask_write_next(struct xml_write *w, const struct xta_ask *ask)
{
	put_next(w, "osci:MsgBoxGetNextRequest", ask);
}

void xta_ask_write_close(struct xml_write *w, const struct xta_ask *ask)
{
	put_next(w, "osci:MsgBoxCloseRequest", ask);
}
