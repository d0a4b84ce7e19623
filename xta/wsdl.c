/* SPDX-License-Identifier: EUPL-1.2 */
/* The description of the service: the WSDL, made of the table of operations, and the schemas. */
#include <string.h>

#include "base/mem.h"
#include "xml/write.h"
#include "xta/names.h"
#include "xta/schema.h"
#include "xta/server.h"

#define NS_WSDL "http://schemas.xmlsoap.org/wsdl/"

static const struct {
	const char *name, *type, *binding;
} ports[XTA_PORT_COUNT] = {
	[XTA_MANAGEMENT] = { "ManagementPort", "managementPortType", "managementHttpsBinding" },
	[XTA_SEND] = { "SendXtaPort", "sendPortType", "sendXTAHttpsBinding" },
	[XTA_BOX] = { "MsgBoxPort", "msgBoxPortType", "msgBoxHttpsBinding" },
};

/* Messages beside those of the exceptions: name, and part and element of each part. */
static const struct {
	const char *name, *part, *element, *part2, *element2;
} messages[] = {
	{ "EmptyBody", NULL, NULL, NULL, NULL },
	{ "XTAHeader", "AuthorIdentifier", "oscimeta:Author", "MessageMetaData", "oscimeta:MessageMetaData" },
	{ "OptHeaders", "FetchResponseHeader", "osci:MsgBoxResponse", "X509TokenContainer", "osci:X509TokenContainer" },
	{ "LookupServiceRequest", "LookupServiceRequest", "xta:LookupServiceRequest", NULL, NULL },
	{ "LookupServiceResponse", "LookupServiceResponse", "xta:LookupServiceResponse", NULL, NULL },
	{ "GetTransportReportResponse", "GetTransportReportResponse", "xta:TransportReport", NULL, NULL },
	{ "GenericContainerBody", "GenericContainer", "xta:GenericContentContainer", NULL, NULL },
	{ "MessageID", "MessageID", "wsa:MessageID", NULL, NULL },
	{ "FetchMsgRequest", "FetchRequest", "osci:MsgBoxFetchRequest", NULL, NULL },
	{ "GetNextRequest", "FetchRequest", "osci:MsgBoxGetNextRequest", NULL, NULL },
	{ "CloseRequest", "FetchRequest", "osci:MsgBoxCloseRequest", NULL, NULL },
	{ "FetchListRequest", "FetchRequest", "osci:MsgBoxStatusListRequest", NULL, NULL },
	{ "FetchListResponse", "FetchResponse", "osci:MsgStatusList", NULL, NULL },
};

/* What goes in and out of an operation. */
static const struct {
	const char *in, *out;
} bodies[XTA_NAME_COUNT] = {
	[XTA_CHECK_ACCOUNT_ACTIVE] = { "EmptyBody", "EmptyBody" },
	[XTA_LOOKUP_SERVICE] = { "LookupServiceRequest", "LookupServiceResponse" },
	[XTA_CREATE_MESSAGE_ID] = { "EmptyBody", "MessageID" },
	[XTA_GET_TRANSPORT_REPORT] = { "MessageID", "GetTransportReportResponse" },
	[XTA_CANCEL_MESSAGE] = { "MessageID", "EmptyBody" },
	[XTA_SEND_MESSAGE] = { "GenericContainerBody", "EmptyBody" },
	[XTA_SEND_MESSAGE_SYNC] = { "GenericContainerBody", "GenericContainerBody" },
	[XTA_GET_STATUS_LIST] = { "FetchListRequest", "FetchListResponse" },
	[XTA_GET_NEXT_STATUS_LIST] = { "GetNextRequest", "FetchListResponse" },
	[XTA_GET_MESSAGE] = { "FetchMsgRequest", "GenericContainerBody" },
	[XTA_GET_NEXT_MESSAGE] = { "GetNextRequest", "GenericContainerBody" },
	[XTA_CLOSE] = { "CloseRequest", "EmptyBody" },
};

static const char head[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	"<definitions name=\"XTA-Webservice\" targetNamespace=\"" XTA_NS "\" xmlns=\"" NS_WSDL "\" xmlns:xta=\"" XTA_NS
	"\"\n"
	"  xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap12/\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"\n"
	"  xmlns:wsa=\"" XTA_NS_WSA "\" xmlns:osci=\"" XTA_NS_BOX "\" xmlns:oscimeta=\"" XTA_NS_META "\"\n"
	"  xmlns:wsam=\"http://www.w3.org/2007/05/addressing/metadata\" xmlns:wsp=\"http://www.w3.org/ns/ws-policy\"\n"
	"  xmlns:mtom=\"http://schemas.xmlsoap.org/ws/2004/09/policy/optimizedmimeserialization\"\n"
	"  xmlns:sp=\"http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702\"\n"
	"  xmlns:wsu=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd\">\n"
	"<wsp:Policy wsu:Id=\"message\"><wsp:All>\n"
	"  <wsam:Addressing><wsp:Policy><wsam:AnonymousResponses/></wsp:Policy></wsam:Addressing>\n"
	"  <mtom:OptimizedMimeSerialization/>\n"
	"</wsp:All></wsp:Policy>\n"
	"<wsp:Policy wsu:Id=\"transport\"><wsp:ExactlyOne><wsp:All><sp:TransportBinding><wsp:Policy>\n"
	"  <sp:TransportToken><wsp:Policy><sp:HttpsToken "
	"RequireClientCertificate=\"true\"/></wsp:Policy></sp:TransportToken>\n"
	"  <sp:AlgorithmSuite><wsp:Policy><sp:Basic256/></wsp:Policy></sp:AlgorithmSuite>\n"
	"  <sp:Layout><wsp:Policy><sp:Lax/></wsp:Policy></sp:Layout>\n"
	"</wsp:Policy></sp:TransportBinding></wsp:All></wsp:ExactlyOne></wsp:Policy>\n";

static void put_address(struct buf *out, const char *address)
{
	xml_escape_attr(out, span_of(address));
}

/* Absolute: some tools cannot resolve a query against an address. */
static void put_import(struct buf *out, const char *ns, const char *base, const char *name)
{
	buf_printf(out, "  <xsd:import namespace=\"%s\" schemaLocation=\"", ns);
	put_address(out, base);
	buf_printf(out, "?xsd=%s\"/>\n", name);
}

static void put_types(struct buf *out, const char *base)
{
	buf_puts(out, "<types><xsd:schema>\n");
	put_import(out, XTA_NS, base, "service.xsd");
	put_import(out, XTA_NS_BOX, base, "msgbox.xsd");
	put_import(out, XTA_NS_META, base, "metadata.xsd");
	put_import(out, XTA_NS_WSA, base, "addressing.xsd");
	buf_puts(out, "</xsd:schema></types>\n");
}

static void put_part(struct buf *out, const char *name, const char *element)
{
	if (name != NULL)
		buf_printf(out, "<part name=\"%s\" element=\"%s\"/>", name, element);
}

static void put_messages(struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
		buf_printf(out, "<message name=\"%s\">", messages[i].name);
		put_part(out, messages[i].part, messages[i].element);
		put_part(out, messages[i].part2, messages[i].element2);
		buf_puts(out, "</message>\n");
	}
	for (unsigned x = XTA_PERMISSION_DENIED; x <= XTA_CANCEL_DENIED; x *= 2) {
		const char *name = xta_exception_name((enum xta_exception)x);

		buf_printf(out, "<message name=\"%s\"><part name=\"fault\" element=\"xta:%s\"/></message>\n", name,
			   name);
	}
}

/* One of the names of the standard's WSDL is not that of its exception. */
static const char *fault_name(const struct xta_operation *op, unsigned x)
{
	return op->id == XTA_LOOKUP_SERVICE && x == XTA_PARAMETER_INVALID ? "ParameterIsNotValid"
									   : xta_exception_name((enum xta_exception)x);
}

static void put_operation(struct buf *out, const struct xta_operation *op)
{
	buf_printf(out,
		   "  <operation name=\"%s\">\n    <input message=\"xta:%s\" wsam:Action=\"%s\"/>\n"
		   "    <output message=\"xta:%s\" wsam:Action=\"%s\"/>\n",
		   op->name, bodies[op->id].in, op->action, bodies[op->id].out, op->action);
	for (unsigned x = XTA_PERMISSION_DENIED; x <= XTA_CANCEL_DENIED; x *= 2)
		if ((op->exceptions & x) != 0)
			buf_printf(out, "    <fault name=\"%s\" message=\"xta:%s\" wsam:Action=\"%s\"/>\n",
				   fault_name(op, x), xta_exception_name((enum xta_exception)x), op->action);
	buf_puts(out, "  </operation>\n");
}

static void put_header(struct buf *out, const char *message, const char *part)
{
	buf_printf(out, "<soap:header message=\"xta:%s\" part=\"%s\" use=\"literal\"/>", message, part);
}

static void put_content_headers(struct buf *out)
{
	put_header(out, "XTAHeader", "MessageMetaData");
	put_header(out, "OptHeaders", "X509TokenContainer");
}

static void put_bound_input(struct buf *out, const struct xta_operation *op)
{
	buf_puts(out, "    <input><soap:body use=\"literal\"/>");
	if (op->sends_content)
		put_content_headers(out);
	else
		put_header(out, "XTAHeader", "AuthorIdentifier");
	buf_puts(out, "</input>\n");
}

static void put_bound_output(struct buf *out, const struct xta_operation *op)
{
	buf_puts(out, "    <output><soap:body use=\"literal\"/>");
	if (op->sends_content && op->gets_content)
		put_content_headers(out);
	else if (op->gets_content)
		put_header(out, "XTAHeader", "MessageMetaData");
	if (op->has_state)
		put_header(out, "OptHeaders", "FetchResponseHeader");
	buf_puts(out, "</output>\n");
}

static void put_bound(struct buf *out, const struct xta_operation *op)
{
	buf_printf(out,
		   "  <operation name=\"%s\">\n    <soap:operation soapAction=\"%s\" soapActionRequired=\"true\"/>\n",
		   op->name, op->action);
	put_bound_input(out, op);
	put_bound_output(out, op);
	for (unsigned x = XTA_PERMISSION_DENIED; x <= XTA_CANCEL_DENIED; x *= 2)
		if ((op->exceptions & x) != 0)
			buf_printf(out, "    <fault name=\"%s\"><soap:fault name=\"%s\" use=\"literal\"/></fault>\n",
				   fault_name(op, x), fault_name(op, x));
	buf_puts(out, "  </operation>\n");
}

static void put_operations(struct buf *out, enum xta_port port,
			   void (*put)(struct buf *out, const struct xta_operation *op))
{
	const struct xta_operation *op;

	for (unsigned i = 0; (op = xta_operation_at(i)) != NULL; i++)
		if (op->port == port)
			put(out, op);
}

static void put_wsdl(struct buf *out, const char *const addresses[XTA_PORT_COUNT])
{
	buf_puts(out, head);
	put_types(out, addresses[XTA_MANAGEMENT]);
	put_messages(out);
	for (int p = 0; p < XTA_PORT_COUNT; p++) {
		buf_printf(out, "<portType name=\"%s\">\n", ports[p].type);
		put_operations(out, (enum xta_port)p, put_operation);
		buf_puts(out, "</portType>\n");
	}
	for (int p = 0; p < XTA_PORT_COUNT; p++) {
		buf_printf(out,
			   "<binding name=\"%s\" type=\"xta:%s\">\n"
			   "  <soap:binding style=\"document\" transport=\"http://schemas.xmlsoap.org/soap/http\"/>\n"
			   "  <wsp:PolicyReference URI=\"#transport\"/><wsp:PolicyReference URI=\"#message\"/>\n",
			   ports[p].binding, ports[p].type);
		put_operations(out, (enum xta_port)p, put_bound);
		buf_puts(out, "</binding>\n");
	}
	buf_puts(out, "<service name=\"XTAService\">\n");
	for (int p = 0; p < XTA_PORT_COUNT; p++) {
		buf_printf(out, "  <port name=\"%s\" binding=\"xta:%s\"><soap:address location=\"", ports[p].name,
			   ports[p].binding);
		put_address(out, addresses[p]);
		buf_puts(out, "\"/></port>\n");
	}
	buf_puts(out, "</service>\n</definitions>\n");
}

/* The schemas name each other by file: here by address. */
static bool put_schema(struct buf *out, const char *base, struct span name)
{
	static const char mark[] = "schemaLocation=\"";
	const size_t len = sizeof(mark) - 1;
	struct span text;
	const char *at;

	if (!xta_schema_get(name, &text))
		return false;
	while ((at = memmem(text.p, text.n, mark, len)) != NULL) {
		buf_put(out, text.p, (size_t)(at - text.p) + len);
		put_address(out, base);
		buf_puts(out, "?xsd=");
		text = (struct span){ at + len, text.n - (size_t)(at - text.p) - len };
	}
	buf_span(out, text);
	return true;
}

bool xta_server_describe(const char *const addresses[XTA_PORT_COUNT], struct span query, struct buf *out)
{
	struct span name, value;

	if (span_is_nocase(query, "wsdl")) {
		put_wsdl(out, addresses);
		return true;
	}
	return span_split(query, '=', &name, &value) && span_is_nocase(name, "xsd") &&
	       put_schema(out, addresses[XTA_MANAGEMENT], value);
}
