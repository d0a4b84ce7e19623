/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "osci/read_state.h"

#define ENTRIES_MAX 64
#define CARDS_MAX 10000
#define INSPECTIONS_MAX 512

static size_t count(const struct xml_node *first, const char *local)
{
	size_t n = 0;

	for (; first != NULL; first = xml_next(first, NS_OSCI, local))
		n++;
	return n;
}

static int read_entry(struct entity *en, const struct xml_node *n, struct osci_entry *out, struct err *e)
{
	const struct xml_node *code, *text;
	struct span lang;
	const struct xml_attr_rule attrs[] = { { XML_NS_XML, "lang", false, &lang } };
	const struct xml_child_rule children[] = { { NS_OSCI, "Code", 1, 1, &code }, { NS_OSCI, "Text", 1, 1, &text } };

	if (xml_expect_attrs(n, attrs, 1, e) != 0 || xml_expect_children(n, children, 2, true, e) != 0 ||
	    osci_node_text(en, code, &out->code, e) != 0 || osci_node_text(en, text, &out->text, e) != 0)
		return (int)e->code;
	out->lang = arena_dup_n(en->arena, lang.p, lang.n);
	return 0;
}

static int read_feedback(struct entity *en, const struct xml_node *n, struct err *e)
{
	struct osci_message *m = en->m;
	const struct xml_node *entry;
	const struct xml_child_rule children[] = { { NS_OSCI, "Entry", 1, ENTRIES_MAX, &entry } };

	if (xml_expect_attrs(n, NULL, 0, e) != 0 || xml_expect_children(n, children, 1, true, e) != 0)
		return (int)e->code;
	m->feedback = arena_alloc(en->arena, count(entry, "Entry") * sizeof(*m->feedback));
	for (; entry != NULL; entry = xml_next(entry, NS_OSCI, "Entry"))
		if (read_entry(en, entry, &m->feedback[m->feedback_count++], e) != 0)
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
	return plain != NULL ? osci_node_time(plain, ms, e) : 0;
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
		return crl != NULL ? osci_node_time(crl, &v->crl_this_update, e) : 0;
	}
	return 0;
}

static int read_inspection(struct entity *en, const struct xml_node *n, struct osci_inspection *out, struct err *e)
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
	    (subject != NULL && osci_node_text(en, subject, &out->subject, e) != 0) ||
	    osci_node_text(en, issuer, &out->issuer, e) != 0 || osci_node_text(en, serial, &out->serial, e) != 0)
		return (int)e->code;
	return read_results(math, offline, online, &out->verdict, e);
}

static int read_report(struct entity *en, const struct xml_node *n, struct osci_card *out, struct err *e)
{
	const struct xml_node *i;
	const struct xml_child_rule children[] = { { NS_OSCI, "Inspection", 0, INSPECTIONS_MAX, &i } };

	if (n == NULL)
		return 0;
	if (xml_expect_children(n, children, 1, true, e) != 0)
		return (int)e->code;
	out->inspections = arena_alloc(en->arena, count(i, "Inspection") * sizeof(*out->inspections));
	for (; i != NULL; i = xml_next(i, NS_OSCI, "Inspection"))
		if (read_inspection(en, i, &out->inspections[out->inspection_count++], e) != 0)
			return (int)e->code;
	return 0;
}

static int read_process_card(struct entity *en, const struct xml_node *n, struct osci_card *out, struct err *e)
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
	return subject != NULL ? osci_node_text(en, subject, &out->subject, e) : 0;
}

static int read_bundle(struct entity *en, const struct xml_node *n, struct osci_card *out, struct err *e)
{
	const struct xml_node *id, *card, *report;
	const struct xml_child_rule children[] = {
		{ NS_OSCI, "MessageId", 1, 1, &id },
		{ NS_OSCI, "ProcessCard", 1, 1, &card },
		{ NS_OSCI, "InspectionReport", 0, 1, &report },
	};

	if (xml_expect_attrs(n, NULL, 0, e) != 0 || xml_expect_children(n, children, 3, true, e) != 0 ||
	    osci_node_message_id(en, id, &out->message_id, e) != 0 || read_process_card(en, card, out, e) != 0)
		return (int)e->code;
	return read_report(en, report, out, e);
}

static int read_bundles(struct entity *en, const struct xml_node *first, struct err *e)
{
	struct osci_message *m = en->m;

	m->cards = arena_alloc(en->arena, count(first, "ProcessCardBundle") * sizeof(*m->cards));
	for (; first != NULL; first = xml_next(first, NS_OSCI, "ProcessCardBundle"))
		if (read_bundle(en, first, &m->cards[m->card_count++], e) != 0)
			return (int)e->code;
	return 0;
}

/* The echo of a fetch order may be missing or empty; it is of no use to us and must not make an answer unreadable. */
static void read_echo(struct entity *en, const struct xml_node *n)
{
	struct err ignored = ERR_INIT;

	if (n != NULL && osci_node_selection(en, n, en->m->type == OSCI_RESPONSE_TO_FETCH_PROCESS_CARD, &ignored) != 0)
		memset(&en->m->selection, 0, sizeof(en->m->selection));
}

int osci_answer_read(struct entity *en, const struct xml_node *n, struct err *e)
{
	enum osci_type t = en->m->type;
	bool in_header = osci_frame_element_in_header(t), many = t == OSCI_RESPONSE_TO_FETCH_PROCESS_CARD;
	bool fetch = t == OSCI_RESPONSE_TO_FETCH_DELIVERY || many;
	const struct xml_node *feedback, *id = NULL, *echo = NULL, *card = NULL;
	const struct xml_attr_rule attrs[] = {
		{ NULL, "Id", false, NULL },
		{ NS_SOAP, "actor", false, NULL },
		{ NS_SOAP, "mustUnderstand", false, NULL },
	};
	const struct xml_child_rule message_id[] = {
		{ NS_OSCI, "Feedback", 1, 1, &feedback },
		{ NS_OSCI, "MessageId", 0, 1, &id },
	};
	const struct xml_child_rule delivery[] = {
		{ NS_OSCI, "Feedback", 1, 1, &feedback },
		{ NS_OSCI, "ProcessCardBundle", 0, 1, &card },
	};
	const struct xml_child_rule fetched[] = {
		{ NS_OSCI, "Feedback", 1, 1, &feedback },
		{ NS_OSCI, many ? "fetchProcessCard" : "fetchDelivery", 0, 1, &echo },
		{ NS_OSCI, "ProcessCardBundle", 0, many ? CARDS_MAX : 1, &card },
	};
	int rc;

	if (xml_expect_attrs(n, attrs, in_header ? 3 : 1, e) != 0)
		return (int)e->code;
	if (t == OSCI_RESPONSE_TO_GET_MESSAGE_ID)
		rc = xml_expect_children(n, message_id, 2, true, e);
	else if (fetch)
		rc = xml_expect_children(n, fetched, 3, true, e);
	else
		rc = xml_expect_children(n, delivery, t == OSCI_RESPONSE_TO_STORE_DELIVERY ? 2 : 1, true, e);
	if (rc == 0)
		rc = read_feedback(en, feedback, e);
	if (rc == 0 && id != NULL)
		rc = osci_node_message_id(en, id, &en->m->message_id, e);
	if (rc == 0)
		read_echo(en, echo);
	return rc == 0 && card != NULL ? read_bundles(en, card, e) : rc;
}

/* Children of a SOAP 1.1 fault are in no namespace. */
int osci_fault_read(struct entity *en, const struct xml_node *n, struct err *e)
{
	struct osci_message *m = en->m;
	const struct xml_node *code = xml_child(n, NULL, "faultcode"), *text = xml_child(n, NULL, "faultstring");
	const struct xml_node *detail = xml_child(n, NULL, "detail");
	const struct xml_node *number = detail != NULL ? xml_child(detail, NS_OSCI, "Code") : NULL;
	struct span name, prefix, local;

	if (code == NULL || number == NULL)
		return xml_refuse(n, e, "a fault without faultcode or osci:Code");
	if (xml_expect_text(code, &name, e) != 0 || osci_node_text(en, number, &m->fault_code, e) != 0)
		return (int)e->code;
	name = span_trim(name);
	if (!span_split(name, ':', &prefix, &local))
		local = name;
	m->fault_is_server = span_is(local, "Server");
	m->fault_text = "";
	return text != NULL ? osci_node_text(en, text, &m->fault_text, e) : 0;
}
