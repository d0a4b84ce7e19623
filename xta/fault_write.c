/* SPDX-License-Identifier: EUPL-1.2 */
/* A refusal as a SOAP fault. */
#include "xta/fault_write.h"

#include <stdio.h>

#include "xta/names.h"
#include "xta/put.h"

struct xta_refusal xta_refusal_of(const struct xta_operation *op, enum xta_code code, bool is_soap11)
{
	struct xta_refusal r = { is_soap11, xta_fault_of(code), XTA_NO_EXCEPTION, code };
	unsigned may = op == NULL ? XTA_NO_EXCEPTION : op->exceptions;

	if ((may & r.fault->exception) != 0) {
		r.exception = r.fault->exception;
	} else if (r.fault->exception != XTA_NO_EXCEPTION && !r.fault->is_receiver &&
		   (may & XTA_PARAMETER_INVALID) != 0) {
		/* the number belongs to an exception that this operation does not have; 9000 is for words */
		r.exception = XTA_PARAMETER_INVALID;
		r.code = XTA_9000;
	} else if (r.fault->exception != XTA_NO_EXCEPTION && !r.fault->is_receiver) {
		r.fault = xta_fault_of(code == XTA_9023 ? XTA_TOO_LARGE : XTA_MALFORMED);
	}
	return r;
}

static void put_exception(struct xml_write *w, const struct xta_refusal *r)
{
	char qname[80], number[16];

	snprintf(qname, sizeof(qname), "xta:%s", xta_exception_name(r->exception));
	snprintf(number, sizeof(number), "%d", (int)r->code);
	xml_write_open(w, qname);
	xml_write_ns(w, "xta", XTA_NS);
	xml_write_open(w, "xta:errorCode");
	xml_write_attr(w, "listURI", "urn:de:xta:webservice:codeliste:fehlernummer");
	xml_write_attr(w, "listVersionID", "1.0");
	xml_write_element(w, "code", number);
	xml_write_element(w, "name", r->fault->text_de);
	xml_write_close(w);
	xml_write_close(w);
}

/* The codes that SOAP has its own name for. */
static const char *level(const struct xta_refusal *r)
{
	if (r->fault->code == XTA_VERSION_MISMATCH)
		return "env:VersionMismatch";
	if (r->fault->code == XTA_NOT_UNDERSTOOD)
		return "env:MustUnderstand";
	if (r->is_soap11)
		return r->fault->is_receiver ? "env:Server" : "env:Client";
	return r->fault->is_receiver ? "env:Receiver" : "env:Sender";
}

static void put_reason(struct xml_write *w, const char *language, const char *text)
{
	xml_write_open(w, "env:Text");
	xml_write_attr(w, "xml:lang", language);
	xml_write_str(w, text);
	xml_write_close(w);
}

static void put_subcode(struct xml_write *w, const char *subcode)
{
	char qname[80];

	if (subcode[0] == '\0')
		return;
	snprintf(qname, sizeof(qname), "wsa:%s", subcode);
	xml_write_open(w, "env:Subcode");
	xml_write_element(w, "env:Value", qname);
	xml_write_close(w);
}

static void put_soap12(struct xml_write *w, const struct xta_refusal *r)
{
	xml_write_open(w, "env:Fault");
	xml_write_open(w, "env:Code");
	xml_write_element(w, "env:Value", level(r));
	put_subcode(w, r->fault->subcode);
	xml_write_close(w);
	xml_write_open(w, "env:Reason");
	put_reason(w, "de", r->fault->text_de);
	put_reason(w, "en", r->fault->text_en);
	xml_write_close(w);
	if (r->exception != XTA_NO_EXCEPTION) {
		xml_write_open(w, "env:Detail");
		put_exception(w, r);
		xml_write_close(w);
	}
	xml_write_close(w);
}

static void put_soap11(struct xml_write *w, const struct xta_refusal *r)
{
	char qname[80];

	snprintf(qname, sizeof(qname), "wsa:%s", r->fault->subcode);
	xml_write_open(w, "env:Fault");
	xml_write_element(w, "faultcode", r->fault->subcode[0] != '\0' ? qname : level(r));
	xml_write_element(w, "faultstring", r->fault->text_de);
	if (r->exception != XTA_NO_EXCEPTION) {
		xml_write_open(w, "detail");
		put_exception(w, r);
		xml_write_close(w);
	}
	xml_write_close(w);
}

void xta_fault_write(struct xml_write *w, const void *refusal)
{
	const struct xta_refusal *r = refusal;

	if (r->is_soap11)
		put_soap11(w, r);
	else
		put_soap12(w, r);
}
