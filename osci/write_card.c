/* SPDX-License-Identifier: EUPL-1.2 */
/* write_card - process cards (Laufzettel) and the inspections of certificates in them. */
#include <string.h>

#include "base/clock.h"
#include "osci/writing.h"
#include "xml/chars.h"

static void put_time(struct xml_write *w, const char *qname, int64_t at)
{
	char text[CLOCK_TEXT_LEN];

	if (at == 0)
		return;
	xml_write_open(w, qname);
	xml_write_element(w, "osci:Plain", clock_utc(at, text));
	xml_write_close(w);
}

static void put_result(struct xml_write *w, const char *qname, const char *attr, const char *value)
{
	xml_write_open(w, qname);
	xml_write_attr(w, attr, value);
	xml_write_close(w);
}

/* Without a revocation list at hand nothing is said about revocation: the element is left out. */
static void put_online(struct xml_write *w, const struct pki_verdict *v)
{
	char text[CLOCK_TEXT_LEN];

	if (v->online == PKI_ONLINE_UNKNOWN)
		return;
	xml_write_open(w, "osci:OnlineResult");
	xml_write_attr(w, "Result", v->online == PKI_ONLINE_REVOKED ? "revoked" : "ok");
	if (v->crl_this_update != 0)
		xml_write_element(w, "osci:CRL", clock_utc(v->crl_this_update, text));
	xml_write_close(w);
}

/* A certificate may name its holder in characters that XML does not have. */
static void put_name(struct xml_write *w, const char *qname, const char *text)
{
	struct xml_chars chars = { 0 };
	struct buf name;
	size_t n;

	buf_init(&name, strlen(text) + 1);
	for (; *text != '\0'; text += n) {
		for (n = 1; ((unsigned char)text[n] & 0xC0) == 0x80; n++)
			;
		chars = (struct xml_chars){ 0 };
		if (xml_chars_check(&chars, (struct span){ text, n }) == n && xml_chars_whole(&chars))
			buf_put(&name, text, n);
		else
			buf_putc(&name, '?');
	}
	xml_write_element(w, qname, buf_str(&name));
	buf_fini(&name);
}

static void put_inspection(struct xml_write *w, const struct osci_inspection *i)
{
	static const char *const maths[] = { "indeterminate", "ok", "corrupted" };
	static const char *const offlines[] = { "indeterminate", "valid", "invalid" };

	xml_write_open(w, "osci:Inspection");
	put_time(w, "osci:Timestamp", i->at);
	put_name(w, "osci:X509SubjectName", i->subject);
	put_name(w, "osci:X509IssuerName", i->issuer);
	xml_write_element(w, "osci:X509SerialNumber", i->serial);
	/* Which law a certificate satisfies is not told by what we check. */
	put_result(w, "osci:CertType", "Type", "unknown");
	put_result(w, "osci:MathResult", "Result", maths[i->verdict.math]);
	put_result(w, "osci:OfflineResult", "Result", offlines[i->verdict.offline]);
	put_online(w, &i->verdict);
	xml_write_close(w);
}

/* Which times a card may show depends on the answer that carries it: the schema knows no Reception in a delivery. */
static void put_card(struct xml_write *w, const struct osci_card *c, enum osci_times times)
{
	char text[CLOCK_TEXT_LEN];

	osci_put_base64(w, "osci:MessageId", c->message_id);
	xml_write_open(w, "osci:ProcessCard");
	xml_write_attr(w, "RecentModification", clock_utc(c->modified != 0 ? c->modified : c->created, text));
	put_time(w, "osci:Creation", c->created);
	if (times != OSCI_TIMES_CREATION)
		put_time(w, "osci:Forwarding", c->forwarded);
	if (times == OSCI_TIMES_ALL)
		put_time(w, "osci:Reception", c->received);
	if (c->subject != NULL)
		xml_write_element(w, "osci:Subject", c->subject);
	xml_write_close(w);
	xml_write_open(w, "osci:InspectionReport");
	for (size_t i = 0; i < c->inspection_count; i++)
		put_inspection(w, &c->inspections[i]);
	xml_write_close(w);
}

void osci_put_card(struct xml_write *w, const char *qname, const struct osci_card *c, enum osci_times times)
{
	xml_write_open(w, qname);
	put_card(w, c, times);
	xml_write_close(w);
}

int osci_write_card(const struct osci_card *card, struct buf *out, struct err *e)
{
	struct sink *to = sink_to_buf(out);
	struct xml_write *w = xml_write_new(to);
	int rc;

	xml_write_open(w, "osci:ProcessCardBundle");
	xml_write_ns(w, "osci", OSCI_URI);
	put_card(w, card, OSCI_TIMES_ALL);
	xml_write_close(w);
	rc = xml_write_end(w, e);
	xml_write_free(w);
	sink_close(to);
	return rc == 0 ? 0 : err_wrap(e, "process card");
}
