/* SPDX-License-Identifier: EUPL-1.2 */
/* The reader against what an attacker makes of messages: their structure, their signed parts, their MIME parts. */
#include "cm.h"
#include "osci/order.h"

#include "h_reading.h"

/* from .. the end of upto (NULL: of from) becomes to. */
struct change {
	const char *name;
	enum osci_type type;
	const char *from, *upto, *to, *code;
};

static void change(const struct buf *b, const struct change *c, struct buf *out)
{
	const char *from = memmem(b->p, b->n, c->from, strlen(c->from)), *end;

	if (from == NULL)
		fail_msg("%s: %s is not in the message", c->name, c->from);
	end = from + strlen(c->from);
	if (c->upto != NULL) {
		end = memmem(from, b->n - (size_t)(from - b->p), c->upto, strlen(c->upto));
		assert_non_null(end);
		end += strlen(c->upto);
	}
	buf_init(out, H_READ_MAX);
	buf_put(out, b->p, (size_t)(from - b->p));
	buf_puts(out, c->to);
	buf_put(out, end, (size_t)(b->p + b->n - end));
}

#define ID OSCI_GET_MESSAGE_ID
#define ST OSCI_STORE_DELIVERY
#define CB "<osci:ControlBlock", "</osci:ControlBlock>"
#define NO_SCHEMA "http://schemas.xmlsoap.org/soap/envelope/ soap"

#define KEY_FOR                                                                                                        \
	"<xenc:EncryptedData><xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#aes256-gcm\"/><ds:KeyInfo>"  \
	"<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm=\"u:u\"/><ds:KeyInfo><ds:RetrievalMethod URI=\"#"
#define KEY_DATA "<xenc:CipherData><xenc:CipherValue>SGFs</xenc:CipherValue></xenc:CipherData>"
#define KEY_END                                                                                                        \
	"\"/></ds:KeyInfo>" KEY_DATA "</xenc:EncryptedKey></ds:KeyInfo>" KEY_DATA "</xenc:EncryptedData><osci:Content>"

/* Applied to an unsigned message, so that nothing but the structure can refuse it. code "": accepted. */
static const struct change changes[] = {
	{ "nothing", ID, "<soap:Header>", NULL, "<soap:Header>", "" },
	{ "comment in the header", ID, "<soap:Header>", NULL, "<soap:Header><!-- x -->", "" },
	{ "white space between header entries", ID, "<soap:Header>", NULL, "<soap:Header>\r\n  ", "" },
	{ "document type", ID, "<soap:Envelope", NULL, "<!DOCTYPE a><soap:Envelope", "9100" },
	{ "xml:lang on the Envelope", ID, "<soap:Envelope", NULL, "<soap:Envelope xml:lang=\"de\"", "9100" },
	{ "Id on the Envelope", ID, "<soap:Envelope", NULL, "<soap:Envelope Id=\"e\"", "9100" },
	{ "other root", ID, "<soap:Envelope", NULL, "<soap:Envelop", "9100" },
	{ "attribute on the Header", ID, "<soap:Header>", NULL, "<soap:Header Id=\"h\">", "9100" },
	{ "attribute on the Body", ID, "<soap:Body", NULL, "<soap:Body x=\"1\"", "9100" },
	{ "another order in schemaLocation", ID, "soapGetMessageId", NULL, "soapStoreDelivery", "9100" },
	{ "an answer in schemaLocation", ID, "soapGetMessageId", NULL, "soapResponseToGetMessageId", "9100" },
	{ "an unknown order", ID, "soapGetMessageId", NULL, "soapForwardDelivery", "9100" },
	{ "an empty type", ID, "soapGetMessageId", NULL, "soap", "9100" },
	{ "schemaLocation without SOAP", ID, NO_SCHEMA, NULL, "urn:x soap", "9100" },
	{ "schemaLocation with two blanks", ID, NO_SCHEMA, NULL, "http://schemas.xmlsoap.org/soap/envelope/  soap",
	  "" },
	{ "no schemaLocation", ID, "xsi:schemaLocation=\"", "\"", "", "9100" },
	{ "schemaLocation without namespace", ID, "xsi:schemaLocation", NULL, "schemaLocation", "9100" },
	{ "text in the Envelope", ID, "<soap:Header>", NULL, "x<soap:Header>", "9100" },
	{ "text in the Header", ID, "<soap:Header>", NULL, "<soap:Header>x", "9100" },
	{ "text in the Body", ID, "</soap:Body>", NULL, "x</soap:Body>", "9100" },
	{ "element before the Header", ID, "<soap:Header>", NULL, "<a/><soap:Header>", "9100" },
	{ "second Header", ID, "</soap:Header>", NULL, "</soap:Header><soap:Header></soap:Header>", "9100" },
	{ "second Body", ID, "</soap:Envelope>", NULL, "<soap:Body Id=\"b2\"></soap:Body></soap:Envelope>", "9100" },
	{ "element behind the Body", ID, "</soap:Body>", NULL, "</soap:Body><a/>", "9100" },
	{ "no Header", ID, "<soap:Header>", "</soap:Header>", "", "9100" },
	{ "no Body", ID, "<soap:Body", "</soap:Body>", "", "9100" },
	{ "Body without Id", ID, "Id=\"body\"", NULL, "", "9100" },
	{ "Body inside the Header", ID, "</soap:Header>", NULL,
	  "<x:w xmlns:x=\"u:u\" Id=\"w\"><soap:Body Id=\"b\"/></x:w></soap:Header>", "9100" },
	{ "no ControlBlock", ID, CB, "", "9100" },
	{ "ControlBlock without Id", ID, "<osci:ControlBlock", NULL, "<osci:ControlBlock x:y=\"\" xmlns:x=\"u:u\"",
	  "9100" },
	{ "ControlBlock with a child too many", ID, "</osci:ControlBlock>", NULL,
	  "<osci:Response>x</osci:Response></osci:ControlBlock>", "9100" },
	{ "empty Challenge", ID, "<osci:Challenge>", "</osci:Challenge>", "<osci:Challenge/>", "9100" },
	{ "no SequenceNumber", ID, "SequenceNumber=\"3\"", NULL, "", "" },
	{ "no DesiredLanguages", ID, "<osci:DesiredLanguages", "</osci:DesiredLanguages>", "", "9100" },
	{ "empty LanguagesList", ID, "LanguagesList=\"de en\"", NULL, "LanguagesList=\"\"", "9100" },
	{ "header entry before ControlBlock", ID, "<soap:Header>", NULL, "<soap:Header><x:w xmlns:x=\"u:u\" Id=\"w\"/>",
	  "9100" },
	{ "header entry in the wrong place", ID, "</osci:ControlBlock>", NULL,
	  "</osci:ControlBlock><x:w xmlns:x=\"u:u\" Id=\"w\"/>", "9100" },
	{ "custom header entry", ID, "</soap:Header>", NULL, "<x:w xmlns:x=\"u:u\" Id=\"w\"/></soap:Header>", "" },
	{ "custom header entry without Id", ID, "</soap:Header>", NULL, "<x:w xmlns:x=\"u:u\"/></soap:Header>",
	  "9100" },
	{ "two foreign header entries of one name", ID, "</soap:Header>", NULL,
	  "<x:w xmlns:x=\"u:u\" Id=\"w1\"/><x:w xmlns:x=\"u:u\" Id=\"w2\"/></soap:Header>", "9100" },
	{ "OSCI within a foreign header entry", ID, "</soap:Header>", NULL,
	  "<x:w xmlns:x=\"u:u\" Id=\"w1\"><osci:ControlBlock/></x:w></soap:Header>", "9100" },
	{ "a foreign header entry called ControlBlock", ID, "</soap:Header>", NULL,
	  "<x:ControlBlock xmlns:x=\"u:u\" Id=\"w1\"/></soap:Header>", "9100" },
	{ "SignedInfo within a foreign header entry", ID, "</soap:Header>", NULL,
	  "<x:w xmlns:x=\"u:u\" Id=\"w1\"><ds:SignedInfo/></x:w></soap:Header>", "9100" },
	{ "a foreign SignedProperties within a foreign header entry", ID, "</soap:Header>", NULL,
	  "<x:w xmlns:x=\"u:u\" Id=\"w1\"><x:SignedProperties/></x:w></soap:Header>", "9100" },
	{ "another soap:Header within a foreign header entry", ID, "</soap:Header>", NULL,
	  "<x:w xmlns:x=\"u:u\" Id=\"w1\"><soap:Header xmlns:soap=\"u:u\"/></x:w></soap:Header>", "9100" },
	{ "a \">\" in an attribute of a foreign header entry", ID, "</soap:Header>", NULL,
	  "<x:w xmlns:x=\"u:u\" Id=\"w1\" a=\"&gt;\"/></soap:Header>", "9100" },
	{ "an attachment of type text/base64", ST, "Content-Type: application/octet-stream", NULL, "Content-Type: text/base64",
	  "9100" },
	{ "header entry without namespace", ID, "</soap:Header>", NULL, "<w Id=\"w\"/></soap:Header>", "9100" },
	{ "unknown OSCI header entry", ID, "</soap:Header>", NULL, "<osci:Foo Id=\"w\"/></soap:Header>", "9100" },
	{ "header entry of an answer", ID, "</soap:Header>", NULL,
	  "<osci:IntermediaryCertificates Id=\"w\"/></soap:Header>", "9100" },
	{ "DesiredLanguages twice", ID, "<osci:DesiredLanguages", NULL,
	  "<osci:DesiredLanguages Id=\"l\" LanguagesList=\"de\"/><osci:DesiredLanguages", "9100" },
	{ "Id twice", ID, "<osci:Challenge>", NULL, "<osci:Challenge Id=\"body\">", "9100" },
	{ "xml:id repeats an Id", ID, "<osci:getMessageId>", NULL, "<osci:getMessageId xml:id=\"body\">", "9100" },
	{ "attribute in the order", ID, "<osci:getMessageId", NULL, "<osci:getMessageId a=\"b\"", "9100" },
	{ "something in the order", ID, "</osci:getMessageId>", NULL, "<a/></osci:getMessageId>", "9100" },
	{ "second order", ID, "</osci:getMessageId>", NULL, "</osci:getMessageId><osci:getMessageId/>", "9100" },
	{ "content in an order without", ID, "<osci:getMessageId>", "</osci:getMessageId>", "<osci:ContentPackage/>",
	  "9100" },
	{ "addressee in an order without delivery", ID, "CipherCertificateOriginator", NULL,
	  "CipherCertificateAddressee", "9100" },
	{ "certificate that is none", ID, "<ds:X509Certificate>", NULL, "<ds:X509Certificate>AAAA", "9100" },
	{ "two certificates in one", ID, "</ds:X509Data>", NULL,
	  "<ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data>", "9100" },
	{ "wrong part type", ID, "Content-Type: text/xml", NULL, "Content-Type: text/html", "9100" },
	{ "no multipart", ID, "Multipart/Related", NULL, "Multipart/Mixed", "9100" },
	{ "nothing in a store", ST, "<soap:Header>", NULL, "<soap:Header>", "" },
	{ "no MessageId", ST, "<osci:MessageId>", "</osci:MessageId>", "", "" },
	{ "MessageId that is no base64", ST, "<osci:MessageId>", NULL, "<osci:MessageId>*", "9100" },
	{ "MessageId twice", ST, "<osci:MessageId>", NULL, "<osci:MessageId>QQ==</osci:MessageId><osci:MessageId>",
	  "9100" },
	{ "no Subject", ST, "<osci:Subject>", "</osci:Subject>", "", "" },
	{ "element in the Subject", ST, "<osci:Subject>", NULL, "<osci:Subject><a/>", "9100" },
	{ "no order element", ST, "<osci:storeDelivery", "</osci:storeDelivery>", "", "9100" },
	{ "no addressee", ST, "<osci:CipherCertificateAddressee", "</osci:CipherCertificateAddressee>", "", "9100" },
	{ "originator twice", ST, "<osci:CipherCertificateOriginator", NULL,
	  "<osci:CipherCertificateOriginator "
	  "Id=\"o2\"><ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data></"
	  "osci:CipherCertificateOriginator><osci:CipherCertificateOriginator",
	  "9100" },
	{ "signature certificate of the addressee", ST, "</osci:NonIntermediaryCertificates>", NULL,
	  "<osci:SignatureCertificateAddressee Id=\"sa\"/></osci:NonIntermediaryCertificates>", "9100" },
	{ "unknown Quality", ST, "Quality=\"plain\"", NULL, "Quality=\"best\"", "9100" },
	{ "the same Service twice", ST, "Service=\"reception\"", NULL, "Service=\"creation\"", "9100" },
	{ "no content", ST, "<osci:ContentPackage>", "</osci:ContentPackage>", "", "9100" },
	{ "attribute on the content", ST, "<osci:ContentPackage>", NULL, "<osci:ContentPackage Id=\"p\">", "9100" },
	{ "text in the content", ST, "<osci:ContentPackage>", NULL, "<osci:ContentPackage>x", "9100" },
	{ "something else in the content", ST, "<osci:ContentPackage>", NULL,
	  "<osci:ContentPackage><osci:Content Id=\"q\"/>", "9100" },
	{ "content in the content", ST, "<osci:Content>", NULL, "<osci:Content><osci:ContentPackage/>", "9100" },
	{ "a Body in the content", ST, "<osci:Content>", NULL, "<osci:Content><soap:Body/>", "9100" },
	{ "something else in a container", ST, "<osci:Content>", NULL, "<a/><osci:Content>", "9100" },
	{ "a container in a container", ST, "<osci:Content>", NULL, "<osci:ContentContainer/><osci:Content>", "9100" },
	{ "a container in a content", ST, "<osci:Content>", NULL,
	  "<osci:Content Id=\"c9\"><osci:ContentContainer Id=\"c10\"/></osci:Content><osci:Content>", "" },
	{ "text in a container", ST, "<osci:Content>", NULL, "x<osci:Content>", "9100" },
	{ "white space in a container", ST, "<osci:Content>", NULL, "\n<osci:Content>", "" },
	{ "anything in a content", ST, "<osci:Content>", NULL,
	  "<osci:Content Id=\"c9\"><x:a xmlns:x=\"urn:x\">x<ds:RetrievalMethod URI=\"#x\"/></x:a></osci:Content><osci:Content>",
	  "9100" },
	{ "a key for a certificate that is not there", ST, "<osci:Content>", NULL, KEY_FOR "x" KEY_END, "9100" },
	{ "a key for a certificate that is there", ST, "<osci:Content>", NULL, NULL, "" },
	{ "an author whose certificate is not there", ST, "<osci:Content>", NULL,
	  "<ds:Signature><ds:KeyInfo><ds:RetrievalMethod URI=\"#x\"/></ds:KeyInfo></ds:Signature><osci:Content>", "9100" },
	{ "a reference within the objects of a signature", ST, "<osci:Content>", NULL,
	  "<ds:Signature><ds:Object><ds:RetrievalMethod URI=\"#x\"/></ds:Object></ds:Signature><osci:Content>", "9100" },
	{ "an Id of the header in the content", ST, "Id=\"cc1\"", NULL, "Id=\"body\"", "9100" },
	{ "second content", ST, "</osci:ContentPackage>", NULL, "</osci:ContentPackage><osci:ContentPackage/>",
	  "9100" },
	{ "an echo nobody understands", OSCI_RESPONSE_TO_FETCH_DELIVERY, "<osci:fetchDelivery>", "</osci:fetchDelivery>",
	  "<osci:fetchDelivery><osci:SelectionRule><x:y xmlns:x=\"urn:x\"/></osci:SelectionRule></osci:fetchDelivery>", "" },
	{ "attachment without Content-ID", ST, "Content-ID: <klein.txt>\r\n", NULL, "", "9100" },
	{ "attachment in an unknown encoding", ST, "Content-Transfer-Encoding: binary", NULL,
	  "Content-Transfer-Encoding: gzip", "9100" },
};

static void the_structure_is_checked_without_any_signature(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct arena *a = arena_new();
		struct osci_message m;
		struct change c = changes[i];
		struct h_result r;
		struct buf b, x;

		h_write_message(a, c.type, H_PLAIN, &m, &b);
		if (c.to == NULL)
			c.to = arena_printf(a, KEY_FOR "%s" KEY_END, m.certs[0].id);
		change(&b, &c, &x);
		h_read_bytes(buf_view(&x), SIZE_MAX, osci_order_of(c.type)->is_answer, &r);
		if (strcmp(r.code, changes[i].code) != 0)
			fail_msg("%s: \"%s\" (%s)", changes[i].name, r.code, r.e.text);
		if (r.rc != 0)
			assert_null(r.m.certs);
		h_result_fini(&r);
		buf_fini(&b);
		buf_fini(&x);
		arena_free(a);
	}
}

/* Applied to a signed message. */
static const struct change forgeries[] = {
	{ "nothing", ST, "<soap:Header>", NULL, "<soap:Header>", "" },
	{ "a comment", ST, "<osci:Challenge>", NULL, "<osci:Challenge><!-- -->", "" },
	{ "CDATA for text", ST, "<osci:Challenge>Y2hhbGxlbmdl", NULL, "<osci:Challenge><![CDATA[Y2hhbGxlbmdl]]>", "" },
	{ "another subject", ST, "<osci:Subject>", NULL, "<osci:Subject>x", "9601" },
	{ "another challenge", ST, "<osci:Challenge>", NULL, "<osci:Challenge>x", "9601" },
	{ "another sequence", ST, "SequenceNumber=\"3\"", NULL, "SequenceNumber=\"4\"", "9601" },
	{ "another content", ST, "SGFsbG8=", NULL, "SGFsbG9P", "9601" },
	{ "blank in the content", ST, "SGFsbG8=", NULL, "SGFsbG8= ", "9601" },
	{ "another attachment", ST, "\r\n--MIME_boundary\r\n", NULL, "\r\n--MIME_Boundary\r\n", "9601" },
	{ "an entry more", ST, "</soap:Header>", NULL, "<x:w xmlns:x=\"u:u\" Id=\"w\"/></soap:Header>", "9602" },
	{ "an entry less", ST, "<Anderes", "</Anderes>", "", "9602" },
	{ "another Body Id", ST, "Id=\"body\"", NULL, "Id=\"b2\"", "9602" },
	{ "another Id of an entry", ST, "Id=\"zweites\"", NULL, "Id=\"drittes\"", "9602" },
	{ "another Content-ID", ST, "Content-ID: <klein.txt>", NULL, "Content-ID: <gross.txt>", "9602" },
	{ "another name for the digest", ST, "xmlenc#sha256\"", NULL, "xmlenc#sha512\"", "9601" },
	{ "digest that does not exist", ST, "xmlenc#sha256\"", NULL, "xmlenc#md5\"", "9601" },
	{ "XPath instead of C14N", ST, "<ds:Transform Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"",
	  NULL, "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"", "9601" },
	{ "no transform", ST, "<ds:Transforms>", "</ds:Transforms>", "", "9601" },
	{ "reference to a file", ST, "<ds:Reference URI=\"#body\"", NULL, "<ds:Reference URI=\"file:///etc/passwd\"",
	  "9601" },
	{ "reference twice", ST, "<ds:Reference URI=\"#zweites\"", NULL, "<ds:Reference URI=\"#body\"", "9601" },
	{ "another signature value", ST, "<ds:SignatureValue>", NULL, "<ds:SignatureValue>AAAA", "9601" },
	{ "key of another certificate", ST, "RetrievalMethod URI=\"#originator_signature", NULL,
	  "RetrievalMethod URI=\"#author1_signature", "9601" },
	{ "key value instead of the certificate", ST, "<ds:KeyInfo>", "</ds:KeyInfo>",
	  "<ds:KeyInfo><ds:KeyValue/></ds:KeyInfo>", "9601" },
	{ "no certificate to it", ST, "<osci:SignatureCertificateOriginator", "</osci:SignatureCertificateOriginator>",
	  "", "9601" },
	{ "two signatures", ST, "</ds:Signature>", NULL, "</ds:Signature><ds:Signature/>", "9100" },
	{ "signature of an answer", ST, "ClientSignature", NULL, "SupplierSignature", "9100" },
	{ "Body wrapped in an entry", ST, "<soap:Body", NULL,
	  "<soap:Body Id=\"b2\"></soap:Body><x:w xmlns:x=\"u:u\" Id=\"w\"><soap:Body", "9100" },
	{ "content in ds:Object", ST, "</ds:KeyInfo>", NULL,
	  "</ds:KeyInfo><ds:Object><osci:ContentPackage/></ds:Object>", "9601" },
};

static void every_forgery_is_noticed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(forgeries) / sizeof(forgeries[0]); i++) {
		struct arena *a = arena_new();
		struct osci_message m;
		struct h_result r;
		struct buf b, x;

		h_write_message(a, forgeries[i].type, H_SIGNED, &m, &b);
		change(&b, &forgeries[i], &x);
		h_read_bytes(buf_view(&x), SIZE_MAX, false, &r);
		if (strcmp(r.code, forgeries[i].code) != 0)
			fail_msg("%s: \"%s\" (%s)", forgeries[i].name, r.code, r.e.text);
		h_result_fini(&r);
		buf_fini(&b);
		buf_fini(&x);
		arena_free(a);
	}
}

/* Puts one more part in front of the closing boundary. */
static void add_part(const struct buf *b, const char *head, struct buf *out)
{
	const char *boundary = strstr(b->p, "MIME_boundary_");
	size_t n = strcspn(boundary, ";\r"), body = b->n - n - 6; /* "--" boundary "--" CRLF */

	buf_init(out, H_READ_MAX);
	buf_put(out, b->p, body + n + 2);
	buf_puts(out, "\r\n");
	buf_puts(out, head);
	buf_puts(out, "\r\n\r\nx\r\n");
	buf_put(out, b->p + body, b->n - body);
}

#define PART "Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n"

static void parts_nobody_asked_for_are_noticed(void **state)
{
	static const struct {
		enum osci_type type;
		enum h_how how;
		const char *head, *code;
	} parts[] = {
		{ ST, H_PLAIN, PART "Content-ID: <mehr>", "" },
		{ ST, H_SIGNED, PART "Content-ID: <mehr>", "9602" },
		{ ST, H_PLAIN, PART "Content-ID: <klein.txt>", "9100" },
		{ ST, H_PLAIN, "Content-Type: text/plain\r\nContent-ID: <mehr>", "" },
		{ ST, H_PLAIN, "Content-Type: text/plain", "9100" },
		{ ID, H_PLAIN, PART "Content-ID: <mehr>", "9100" },
		{ ID, H_ENCRYPTED, PART "Content-ID: <mehr>", "9100" },
		{ OSCI_RESPONSE_TO_STORE_DELIVERY, H_PLAIN, PART "Content-ID: <mehr>", "9100" },
		{ OSCI_RESPONSE_TO_FETCH_DELIVERY, H_SIGNED, PART "Content-ID: <mehr>", "9602" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct arena *a = arena_new();
		struct osci_message m;
		struct h_result r;
		struct buf b, x;

		h_write_message(a, parts[i].type, parts[i].how, &m, &b);
		add_part(&b, parts[i].head, &x);
		h_read_bytes(buf_view(&x), SIZE_MAX, osci_order_of(parts[i].type)->is_answer, &r);
		if (strcmp(r.code, parts[i].code) != 0)
			fail_msg("case %zu: \"%s\" (%s)", i, r.code, r.e.text);
		h_result_fini(&r);
		buf_fini(&b);
		buf_fini(&x);
		arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_structure_is_checked_without_any_signature),
		cmocka_unit_test(every_forgery_is_noticed),
		cmocka_unit_test(parts_nobody_asked_for_are_noticed),
	};

	return cmocka_run_group_tests(tests, h_keys_begin, h_keys_end);
}
