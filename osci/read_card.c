/* SPDX-License-Identifier: EUPL-1.2 */
/* Process cards and the inspections in them. */
#include "osci/read_card.h"

#include "base/clock.h"
#include "base/mem.h"
#include "osci/read_value.h"
#include "osci/reading.h"
#include "xml/expect.h"

#define INSPECTIONS_MAX 512

size_t osci_read_count(const struct xml_node *first, const char *local)
{
	size_t n = 0;

	for (; first != NULL; first = xml_next(first, NS_OSCI, local))
		n++;
	return n;
}

/* Plain gives the instant; a cryptographic time stamp is evidence for others and gives none here. */
static int read_stamp(const struct xml_node *n, int64_t *ms, struct err *e)
{
	const struct xml_node *plain, *cryptographic;
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "Plain", 0, 1, &plain },
		{ NS_OSCI, "Cryptographic", 0, 1, &cryptographic },
	};

	if (n == NULL)
		return 0;
	if (xml_expect_children(n, children, 2, false, e) != 0)
		return (int)e->code;
	if ((plain != NULL) == (cryptographic != NULL))
		return xml_refuse(n, e, "one time stamp");
	return plain != NULL ? osci_value_time(plain, ms, e) : 0;
}

static int result_of(const struct xml_node *n, const char *first, const char *second, int *out, struct err *e)
{
	struct span result;
	const struct xml_attr_rule attrs[] = { { NULL, "Result", true, &result } };

	if (xml_expect_attrs(n, attrs, 1, e) != 0)
		return (int)e->code;
	if (span_is(result, first))
		*out = 1;
	else if (span_is(result, second))
		*out = 2;
	else if (span_is(result, "indeterminate"))
		*out = 0;
	else
		return xml_refuse(n, e, "unknown Result");
	return 0;
}

static int read_results(const struct xml_node *math, const struct xml_node *offline, const struct xml_node *online,
			struct pki_verdict *v, struct err *e)
{
	int m = 0, off = 0, on = 0;

	if (result_of(math, "ok", "corrupted", &m, e) != 0 || result_of(offline, "valid", "invalid", &off, e) != 0 ||
	    (online != NULL && result_of(online, "ok", "revoked", &on, e) != 0))
		return (int)e->code;
	v->math = (enum pki_math)m;
	v->offline = (enum pki_offline)off;
	v->online = (enum pki_online)on;
	if (online != NULL) {
		const struct xml_node *crl = xml_child(online, NS_OSCI, "CRL");
		return crl != NULL ? osci_value_time(crl, &v->crl_this_update, e) : 0;
	}
	return 0;
}

static int read_inspection(struct osci_reading *r, const struct xml_node *n, struct osci_inspection *out, struct err *e)
{
	const struct xml_node *stamp, *subject, *issuer, *serial, *math, *offline, *online;
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "Timestamp", 1, 1, &stamp },       { NS_OSCI, "X509SubjectName", 0, 1, &subject },
		{ NS_OSCI, "X509IssuerName", 1, 1, &issuer }, { NS_OSCI, "X509SerialNumber", 1, 1, &serial },
		{ NS_OSCI, "CertType", 0, 1, NULL },          { NS_OSCI, "MathResult", 1, 1, &math },
		{ NS_OSCI, "OfflineResult", 1, 1, &offline }, { NS_OSCI, "OnlineResult", 0, 1, &online },
	};

	if (xml_expect_attrs(n, NULL, 0, e) != 0 ||
	    xml_expect_children(n, children, ARRAY_LEN(children), true, e) != 0 ||
	    read_stamp(stamp, &out->at, e) != 0 ||
	    (subject != NULL && osci_value_text(r->arena, subject, &out->subject, e) != 0) ||
	    osci_value_text(r->arena, issuer, &out->issuer, e) != 0 || osci_value_text(r->arena, serial, &out->serial, e) != 0)
		return (int)e->code;
	return read_results(math, offline, online, &out->verdict, e);
}

static int read_report(struct osci_reading *r, const struct xml_node *n, struct osci_card *out, struct err *e)
{
	const struct xml_node *i;
	const struct xml_child_rule children[] = { { NS_OSCI, "Inspection", 0, INSPECTIONS_MAX, &i } };

	if (n == NULL)
		return 0;
	if (xml_expect_children(n, children, 1, true, e) != 0)
		return (int)e->code;
	out->inspections = arena_alloc(r->arena, osci_read_count(i, "Inspection") * sizeof(*out->inspections));
	for (; i != NULL; i = xml_next(i, NS_OSCI, "Inspection"))
		if (read_inspection(r, i, &out->inspections[out->inspection_count++], e) != 0)
			return (int)e->code;
	return 0;
}

static int read_process_card(struct osci_reading *r, const struct xml_node *n, struct osci_card *out, struct err *e)
{
	const struct xml_node *creation, *forwarding, *reception, *subject;
	struct span modified;
	const struct xml_attr_rule attrs[] = { { NULL, "RecentModification", false, &modified } };
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "Creation", 0, 1, &creation },
		{ NS_OSCI, "Forwarding", 0, 1, &forwarding },
		{ NS_OSCI, "Reception", 0, 1, &reception },
		{ NS_OSCI, "Subject", 0, 1, &subject },
	};

	if (xml_expect_attrs(n, attrs, 1, e) != 0 ||
	    xml_expect_children(n, children, ARRAY_LEN(children), true, e) != 0 ||
	    read_stamp(creation, &out->created, e) != 0 || read_stamp(forwarding, &out->forwarded, e) != 0 ||
	    read_stamp(reception, &out->received, e) != 0)
		return (int)e->code;
	if (modified.n > 0 && clock_parse(span_trim(modified), &out->modified, e) != 0)
		return (int)e->code;
	return subject != NULL ? osci_value_text(r->arena, subject, &out->subject, e) : 0;
}

static int read_bundle(struct osci_reading *r, const struct xml_node *n, struct osci_card *out, struct err *e)
{
	const struct xml_node *id, *card, *report;
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "MessageId", 1, 1, &id },
		{ NS_OSCI, "ProcessCard", 1, 1, &card },
		{ NS_OSCI, "InspectionReport", 0, 1, &report },
	};

	if (xml_expect_attrs(n, NULL, 0, e) != 0 || xml_expect_children(n, children, 3, true, e) != 0 ||
	    osci_value_message_id(r->arena, id, &out->message_id, e) != 0 || read_process_card(r, card, out, e) != 0)
		return (int)e->code;
	return read_report(r, report, out, e);
}

int osci_read_cards(struct osci_reading *r, const struct xml_node *first, struct err *e)
{
	struct osci_message *m = r->m;

	m->cards = arena_alloc(r->arena, osci_read_count(first, "ProcessCardBundle") * sizeof(*m->cards));
	for (; first != NULL; first = xml_next(first, NS_OSCI, "ProcessCardBundle"))
		if (read_bundle(r, first, &m->cards[m->card_count++], e) != 0)
			return (int)e->code;
	return 0;
}

int osci_read_card_pair(struct osci_reading *r, const struct xml_node *request, const struct xml_node *reply,
			struct err *e)
{
	struct osci_message *m = r->m;

	if (request == NULL)
		return reply == NULL ? 0 : xml_refuse(reply, e, "a card of the reply and none of the request");
	m->cards = arena_alloc(r->arena, 2 * sizeof(*m->cards));
	m->card_count = 1;
	if (read_bundle(r, request, &m->cards[0], e) != 0)
		return (int)e->code;
	if (reply == NULL)
		return 0;
	m->card_count = 2;
	return read_bundle(r, reply, &m->cards[1], e);
}
