/* SPDX-License-Identifier: EUPL-1.2 */
/* The elements of answers: feedback, process cards; and the SOAP fault. */
#include "osci/read_answer.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "osci/read_value.h"
#include "osci/reading.h"
#include "xml/expect.h"

#define ENTRIES_MAX 64
#define INSPECTIONS_MAX 512

static size_t count(const struct xml_node *first, const char *local)
{
	size_t n = 0;

	for (; first != NULL; first = xml_next(first, NS_OSCI, local))
		n++;
	return n;
}

static int read_entry(struct osci_reading *r, const struct xml_node *n, struct osci_entry *out, struct err *e)
{
	const struct xml_node *code, *text;
	struct span lang;
	const struct xml_attr_rule attrs[] = { { XML_NS_XML, "lang", false, &lang } };
	const struct xml_child_rule children[] = { { NS_OSCI, "Code", 1, 1, &code }, { NS_OSCI, "Text", 1, 1, &text } };

	if (xml_expect_attrs(n, attrs, 1, e) != 0 || xml_expect_children(n, children, 2, true, e) != 0 ||
	    osci_value_text(r->arena, code, &out->code, e) != 0 || osci_value_text(r->arena, text, &out->text, e) != 0)
		return (int)e->code;
	out->lang = arena_dup_n(r->arena, lang.p, lang.n);
	return 0;
}

static int read_feedback(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	struct osci_message *m = r->m;
	const struct xml_node *entry;
	const struct xml_child_rule children[] = { { NS_OSCI, "Entry", 1, ENTRIES_MAX, &entry } };

	if (xml_expect_attrs(n, NULL, 0, e) != 0 || xml_expect_children(n, children, 1, true, e) != 0)
		return (int)e->code;
	m->feedback = arena_alloc(r->arena, count(entry, "Entry") * sizeof(*m->feedback));
	for (; entry != NULL; entry = xml_next(entry, NS_OSCI, "Entry"))
		if (read_entry(r, entry, &m->feedback[m->feedback_count++], e) != 0)
			return (int)e->code;
	return 0;
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
	out->inspections = arena_alloc(r->arena, count(i, "Inspection") * sizeof(*out->inspections));
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

static int read_bundles(struct osci_reading *r, const struct xml_node *first, struct err *e)
{
	struct osci_message *m = r->m;

	m->cards = arena_alloc(r->arena, count(first, "ProcessCardBundle") * sizeof(*m->cards));
	for (; first != NULL; first = xml_next(first, NS_OSCI, "ProcessCardBundle"))
		if (read_bundle(r, first, &m->cards[m->card_count++], e) != 0)
			return (int)e->code;
	return 0;
}

/* Id where the element is a header entry; nobody minds one that is none. */
static int read_attrs(const struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	const struct xml_attr_rule attrs[] = {
		{ NULL, "Id", false, NULL },
		{ NS_SOAP, "actor", false, NULL },
		{ NS_SOAP, "mustUnderstand", false, NULL },
	};

	return xml_expect_attrs(n, attrs, r->row->in_header ? ARRAY_LEN(attrs) : 1, e);
}

int osci_read_plain_answer(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	const struct xml_node *feedback, *card = NULL;
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "Feedback", 1, 1, &feedback },
		{ NS_OSCI, "ProcessCardBundle", 0, 1, &card },
	};

	if (read_attrs(r, n, e) != 0 ||
	    xml_expect_children(n, children, r->row->cards_max > 0 ? ARRAY_LEN(children) : 1, true, e) != 0 ||
	    read_feedback(r, feedback, e) != 0)
		return (int)e->code;
	return card != NULL ? read_bundles(r, card, e) : 0;
}

int osci_read_id_answer(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	const struct xml_node *feedback, *id = NULL;
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "Feedback", 1, 1, &feedback },
		{ NS_OSCI, "MessageId", 0, 1, &id },
	};

	if (read_attrs(r, n, e) != 0 || xml_expect_children(n, children, ARRAY_LEN(children), true, e) != 0 ||
	    read_feedback(r, feedback, e) != 0)
		return (int)e->code;
	return id != NULL ? osci_value_message_id(r->arena, id, &r->m->message_id, e) : 0;
}

/* The echo of a fetch order may be missing or empty; it is of no use to us and must not make an answer unreadable. */
static void read_echo(struct osci_reading *r, const struct xml_node *n)
{
	struct err ignored = ERR_INIT;

	if (n != NULL &&
	    osci_value_selection(r->arena, n, r->row->times == OSCI_TIMES_ALL, &r->m->selection, &ignored) != 0)
		memset(&r->m->selection, 0, sizeof(r->m->selection));
}

int osci_read_fetch_answer(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	const char *order = r->m->type == OSCI_RESPONSE_TO_FETCH_DELIVERY ? "fetchDelivery" : "fetchProcessCard";
	const struct xml_node *feedback, *echo = NULL, *card = NULL;
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "Feedback", 1, 1, &feedback },
		{ NS_OSCI, order, 0, 1, &echo },
		{ NS_OSCI, "ProcessCardBundle", 0, r->row->cards_max, &card },
	};

	if (read_attrs(r, n, e) != 0 || xml_expect_children(n, children, ARRAY_LEN(children), true, e) != 0 ||
	    read_feedback(r, feedback, e) != 0)
		return (int)e->code;
	read_echo(r, echo);
	return card != NULL ? read_bundles(r, card, e) : 0;
}

/* Children of a SOAP 1.1 fault are in no namespace. */
int osci_read_fault(struct osci_reading *r, const struct xml_node *n, struct err *e)
{
	struct osci_message *m = r->m;
	const struct xml_node *code = xml_child(n, NULL, "faultcode"), *text = xml_child(n, NULL, "faultstring");
	const struct xml_node *detail = xml_child(n, NULL, "detail");
	const struct xml_node *number = detail != NULL ? xml_child(detail, NS_OSCI, "Code") : NULL;
	struct span name, prefix, local;

	if (code == NULL || number == NULL)
		return xml_refuse(n, e, "a fault without faultcode or osci:Code");
	if (xml_expect_text(code, &name, e) != 0 || osci_value_text(r->arena, number, &m->fault_code, e) != 0)
		return (int)e->code;
	name = span_trim(name);
	if (!span_split(name, ':', &prefix, &local))
		local = name;
	m->fault_is_server = span_is(local, "Server");
	m->fault_text = "";
	return text != NULL ? osci_value_text(r->arena, text, &m->fault_text, e) : 0;
}
