/* SPDX-License-Identifier: EUPL-1.2 */
/* MessageMetaData from values to XML. */
#include "xta/meta.h"
#include "xta/names.h"
#include "xta/put.h"

/* What a party without a type is given: the one that nearly everybody uses. */
#define ANY_TYPE "xoev"
/* Mandatory things that a lenient reader let through without. */
#define NO_SERVICE ""

static void put_identifier(struct xml_write *w, const char *qname, const struct xta_party *p)
{
	xml_write_open(w, qname);
	xml_write_attr(w, "type", p->type != NULL ? p->type : ANY_TYPE);
	xta_put_attr(w, "name", p->name);
	xta_put_attr(w, "category", p->category);
	xml_write_str(w, p->value);
	xml_write_close(w);
}

void xta_party_write(struct xml_write *w, const char *qname, const struct xta_party *p)
{
	xml_write_open(w, qname);
	xml_write_ns(w, "m", XTA_NS_META);
	put_identifier(w, "m:Identifier", p);
	xml_write_close(w);
}

static void put_mark(struct xml_write *w, const char *qname, bool is_set)
{
	if (is_set)
		xml_write_element(w, qname, "");
}

static void put_receipts(struct xml_write *w, const struct xta_receipts *r)
{
	xml_write_open(w, "m:ReceiptRequests");
	put_mark(w, "m:Submission", r->submission);
	put_mark(w, "m:Relay", r->relay);
	put_mark(w, "m:Delivery", r->delivery);
	put_mark(w, "m:Fetch", r->fetch);
	put_mark(w, "m:Reception", r->reception);
	if (r->to != NULL) {
		xml_write_open(w, "m:ReceiptTo");
		xml_write_element(w, "wsa:Address", r->to);
		xml_write_close(w);
	}
	xml_write_close(w);
}

static void put_delivery(struct xml_write *w, const struct xta_meta *m)
{
	xml_write_open(w, "m:DeliveryAttributes");
	xta_put_instant(w, "m:Origin", m->origin);
	xta_put_instant(w, "m:InitialSend", m->initial_send);
	xta_put_instant(w, "m:NotBefore", m->not_before);
	xta_put_text(w, "m:ObsoleteAfter", m->obsolete_after);
	xta_put_instant(w, "m:Delivery", m->delivery);
	xta_put_instant(w, "m:InitialFetch", m->initial_fetch);
	xta_put_instant(w, "m:Reception", m->reception);
	xta_put_text(w, "m:ServiceQuality", m->service_quality);
	if (m->has_receipts)
		put_receipts(w, &m->receipts);
	xml_write_close(w);
}

static void put_originators(struct xml_write *w, const struct xta_meta *m)
{
	xml_write_open(w, "m:Originators");
	xta_party_write(w, "m:Author", &m->author);
	if (m->sender.value != NULL)
		xta_party_write(w, "m:Sender", &m->sender);
	if (m->reply_to.value != NULL)
		xta_party_write(w, "m:ReplyTo", &m->reply_to);
	xml_write_close(w);
}

static void put_destinations(struct xml_write *w, const struct xta_meta *m)
{
	xml_write_open(w, "m:Destinations");
	xta_party_write(w, "m:Reader", &m->reader);
	if (m->other_reader_count > 0) {
		xml_write_open(w, "m:OtherDestinations");
		for (size_t i = 0; i < m->other_reader_count; i++)
			put_identifier(w, "m:OtherReaders", &m->other_readers[i]);
		for (size_t i = 0; i < m->cc_reader_count; i++)
			put_identifier(w, "m:CcReaders", &m->cc_readers[i]);
		xml_write_close(w);
	}
	xml_write_close(w);
}

static void put_process(struct xml_write *w, const char *qname, const struct xta_process *p)
{
	if (p->value == NULL)
		return;
	xml_write_open(w, qname);
	xta_put_attr(w, "ProccesName", p->name);
	xml_write_str(w, p->value);
	xml_write_close(w);
}

static void put_identification(struct xml_write *w, const struct xta_meta *m)
{
	xml_write_open(w, "m:MsgIdentification");
	xml_write_element(w, "wsa:MessageID", m->message_id);
	for (size_t i = 0; i < m->in_reply_to_count; i++)
		xml_write_element(w, "m:In-Reply-To", m->in_reply_to[i]);
	if (m->requester.value != NULL || m->responder.value != NULL) {
		xml_write_open(w, "m:ProcessRef");
		put_process(w, "m:Requester", &m->requester);
		put_process(w, "m:Responder", &m->responder);
		xml_write_close(w);
	}
	xml_write_close(w);
}

static void put_qualifier(struct xml_write *w, const struct xta_meta *m)
{
	xml_write_open(w, "m:Qualifier");
	xta_put_text(w, "m:Subject", m->subject);
	xml_write_element(w, "m:Service", m->service != NULL ? m->service : NO_SERVICE);
	xml_write_open(w, "m:BusinessScenario");
	if (m->scenario.code != NULL)
		xta_put_key(w, "m:Defined", &m->scenario);
	else
		xml_write_element(w, "m:Undefined", m->undefined_scenario != NULL ? m->undefined_scenario : "");
	xml_write_close(w);
	xml_write_open(w, "m:MessageType");
	xml_write_attr(w, "payloadSchema", m->payload_schema);
	xta_put_key_inside(w, &m->type);
	xml_write_close(w);
	xml_write_close(w);
}

static void put_properties(struct xml_write *w, const struct xta_meta *m)
{
	if (m->property_count == 0)
		return;
	xml_write_open(w, "m:MessageProperties");
	for (size_t i = 0; i < m->property_count; i++) {
		xml_write_open(w, "m:Property");
		xta_put_key(w, "m:Key", &m->properties[i].key);
		xml_write_element(w, "m:Value", m->properties[i].value);
		xml_write_close(w);
	}
	xml_write_close(w);
}

void xta_meta_write(struct xml_write *w, const struct xta_meta *m)
{
	xml_write_open(w, "m:MessageMetaData");
	xml_write_ns(w, "m", XTA_NS_META);
	xml_write_ns(w, "wsa", XTA_NS_WSA);
	if (m->is_test)
		xml_write_attr(w, "TestMsg", "true");
	put_delivery(w, m);
	put_originators(w, m);
	put_destinations(w, m);
	put_identification(w, m);
	put_qualifier(w, m);
	put_properties(w, m);
	if (m->size > 0)
		xta_put_number(w, "m:MsgSize", m->size);
	xml_write_close(w);
}

int xta_meta_text(const struct xta_meta *m, struct buf *out, struct err *e)
{
	struct sink *to = sink_to_buf(out);
	struct xml_write *w = xml_write_new(to);
	int rc;

	xta_meta_write(w, m);
	rc = xml_write_end(w, e);
	xml_write_free(w);
	sink_close(to);
	return rc != 0 ? rc : buf_check(out, "MessageMetaData", e);
}
