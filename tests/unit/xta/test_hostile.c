/* SPDX-License-Identifier: EUPL-1.2 */
/* What attackers and broken clients send: each gets the right fault, nothing is kept, and the next good call is served. */
#include "cm.h"

#include "base/mem.h"
#include "h_message.h"

#define NONE XTA_NAME_COUNT
#define SEND XTA_SEND_MESSAGE
#define META H_META("urn:a:1", "")
#define MESSAGE(text) "<x:Message contentType='a/b'>" text "</x:Message>"
#define WSA(local, text) "<wsa:" local " xmlns:wsa='" XTA_NS_WSA "'>" text "</wsa:" local ">"
#define ENCRYPTED(text)                                                                                                \
	"<e:EncryptedData xmlns:e='" XTA_NS_XENC "'><e:CipherData><e:CipherValue>" text                               \
	"</e:CipherValue></e:CipherData></e:EncryptedData>"

/* Canonical, and with the byte of its part ("a") in base64. */
#define ENCRYPTED_AS_KEPT                                                                                              \
	"<e:EncryptedData xmlns:e=\"" XTA_NS_XENC "\"><e:CipherData><e:CipherValue>YQ==</e:CipherValue></e:CipherData></e:EncryptedData>"

static const struct h_row rows[] = {
	{ "no action", "author", NULL, NULL, NONE, NULL, NULL, XTA_ACTION_MISSING },
	{ "empty SOAPAction", "author", NULL, "\"\"", NONE, NULL, NULL, XTA_ACTION_MISSING },
	{ "unknown action", "author", NULL, "urn:x", NONE, NULL, NULL, XTA_ACTION_UNKNOWN },
	{ "name instead of action", "author", NULL, NULL, NONE, WSA("Action", "http://www.xta.de/XTA/lookupService"), NULL,
	  XTA_ACTION_UNKNOWN },
	{ "SOAPAction says otherwise", "author", NULL, "http://www.xta.de/XTA/CancelMessage", XTA_CHECK_ACCOUNT_ACTIVE, NULL,
	  NULL, XTA_ACTION_MISMATCH },
	{ "media type says otherwise", "author", "application/soap+xml; action=\"http://www.xta.de/XTA/CancelMessage\"", NULL,
	  XTA_CHECK_ACCOUNT_ACTIVE, NULL, NULL, XTA_ACTION_MISMATCH },
	{ "they differ among each other", "author", "application/soap+xml; action=\"http://www.xta.de/XTA/CancelMessage\"",
	  "http://www.xta.de/XTA/SendMessage", NONE, NULL, NULL, XTA_ACTION_MISMATCH },
	{ "action twice", "author", NULL, NULL, XTA_CHECK_ACCOUNT_ACTIVE, WSA("Action", "urn:y"), NULL, XTA_BAD_ADDRESSING },
	{ "message id is no URI", "author", NULL, "http://www.xta.de/XTA/CheckAccountActive", NONE, WSA("MessageID", "a b"), NULL,
	  XTA_BAD_ADDRESSING },
	{ "has to be understood", "author", NULL, NULL, XTA_CHECK_ACCOUNT_ACTIVE, "<q xmlns='urn:q' env:mustUnderstand='1'/>",
	  NULL, XTA_NOT_UNDERSTOOD },
	{ "has to be understood, no namespace", "author", NULL, NULL, XTA_CHECK_ACCOUNT_ACTIVE, "<q env:mustUnderstand='true'/>",
	  NULL, XTA_NOT_UNDERSTOOD },
	{ "for somebody else", "author", NULL, NULL, XTA_CHECK_ACCOUNT_ACTIVE,
	  "<q xmlns='urn:q' env:mustUnderstand='1' env:role='urn:other'/>", NULL, XTA_OK },
	{ "no SOAP", "author", "application/json", NULL, XTA_CHECK_ACCOUNT_ACTIVE, NULL, NULL, XTA_BAD_MEDIA },
	{ "no media type", "author", "", NULL, XTA_CHECK_ACCOUNT_ACTIVE, NULL, NULL, XTA_BAD_MEDIA },
	{ "multipart without boundary", "author", "multipart/related", NULL, XTA_CHECK_ACCOUNT_ACTIVE, NULL, NULL, XTA_BAD_MEDIA },
	{ "multipart that is none", "author", H_MULTIPART, NULL, XTA_CHECK_ACCOUNT_ACTIVE, NULL, NULL, XTA_MALFORMED },
	{ "two elements in the Body", "author", NULL, NULL, XTA_CANCEL_MESSAGE, NULL,
	  WSA("MessageID", "urn:a") WSA("MessageID", "urn:b"), XTA_MALFORMED },
	{ "a Body of another operation", "author", NULL, NULL, XTA_CANCEL_MESSAGE, NULL, H_CONTENT(H_MESSAGE), XTA_MALFORMED },
	{ "two authors", "author", NULL, NULL, XTA_CHECK_ACCOUNT_ACTIVE, H_AUTHOR("ags:01010101") H_AUTHOR("ags:01010101"), NULL,
	  XTA_MALFORMED },
	{ "no metadata", "author", NULL, NULL, SEND, NULL, H_CONTENT(H_MESSAGE), XTA_9050 },
	{ "metadata twice", "author", NULL, NULL, SEND, META META, H_CONTENT(H_MESSAGE), XTA_MALFORMED },
	{ "metadata behind the Body", "author", NULL, NULL, SEND, NULL,
	  H_CONTENT(H_MESSAGE) "</env:Body><env:Header>" META "</env:Header><env:Body>", XTA_9050 },
	{ "no id", "author", NULL, NULL, SEND, H_META("", ""), H_CONTENT(H_MESSAGE), XTA_9050 },
	{ "no date", "author", NULL, NULL, SEND, H_META("urn:a", "<m:Origin>yesterday</m:Origin>"), H_CONTENT(H_MESSAGE), XTA_9050 },
	{ "unknown element", "author", NULL, NULL, SEND, H_META("urn:a", "<m:Secret/>"), H_CONTENT(H_MESSAGE), XTA_9050 },
	{ "no content", "author", NULL, NULL, SEND, META, NULL, XTA_9050 },
	{ "other content", "author", NULL, NULL, SEND, META, "<x xmlns='urn:x'/>", XTA_9050 },
	{ "empty container", "author", NULL, NULL, SEND, META, H_CONTAINER(""), XTA_9050 },
	{ "container without Message", "author", NULL, NULL, SEND, META, H_CONTENT(""), XTA_9050 },
	{ "two containers", "author", NULL, NULL, SEND, META,
	  H_CONTAINER("<x:ContentContainer>" H_MESSAGE "</x:ContentContainer><x:ContentContainer/>"), XTA_9050 },
	{ "both containers", "author", NULL, NULL, SEND, META,
	  H_CONTAINER(ENCRYPTED("AAAA") "<x:ContentContainer>" H_MESSAGE "</x:ContentContainer>"), XTA_9050 },
	{ "two Messages", "author", NULL, NULL, SEND, META, H_CONTENT(H_MESSAGE H_MESSAGE), XTA_9050 },
	{ "Attachment first", "author", NULL, NULL, SEND, META, H_CONTENT("<x:Attachment contentType='a/b'/>" H_MESSAGE), XTA_9050 },
	{ "no contentType", "author", NULL, NULL, SEND, META, H_CONTENT("<x:Message>AAAA</x:Message>"), XTA_9050 },
	{ "no base64", "author", NULL, NULL, SEND, META, H_CONTENT(MESSAGE("A*AA")), XTA_9050 },
	{ "half a group", "author", NULL, NULL, SEND, META, H_CONTENT(MESSAGE("AAA")), XTA_9050 },
	{ "element in base64", "author", NULL, NULL, SEND, META, H_CONTENT(MESSAGE("AAAA<y/>")), XTA_9050 },
	{ "text between", "author", NULL, NULL, SEND, META, H_CONTENT("AAAA" H_MESSAGE), XTA_9050 },
	{ "Include without multipart", "author", NULL, NULL, SEND, META, H_CONTENT(MESSAGE("<xop:Include href='cid:p0'/>")),
	  XTA_MALFORMED },
	{ "Include of a file", "author", NULL, NULL, SEND, META, H_CONTENT(MESSAGE("<xop:Include href='file:///etc/passwd'/>")),
	  XTA_MALFORMED },
	{ "lookup of 1001", "author", NULL, NULL, XTA_LOOKUP_SERVICE, NULL, "<x:LookupServiceRequest xmlns:x='" XTA_NS "'><q/></x:LookupServiceRequest>",
	  XTA_9021 },
	{ "list of no number", "reader", NULL, NULL, XTA_GET_STATUS_LIST, NULL,
	  "<o:MsgBoxStatusListRequest xmlns:o='" XTA_NS_BOX "' maxListItems='0'/>", XTA_MALFORMED },
	{ "close without request id", "reader", NULL, NULL, XTA_CLOSE, NULL, "<o:MsgBoxCloseRequest xmlns:o='" XTA_NS_BOX "'/>",
	  XTA_MALFORMED },
	{ "good", "author", NULL, NULL, SEND, META, H_CONTENT(H_MESSAGE), XTA_OK },
};

static void check(struct h_box *b, const struct h_row *r, const struct h_answer *a)
{
	if (a->done.code != r->code)
		fail_msg("%s: %d, %s", r->what, (int)a->done.code, a->done.cause.text);
	assert_int_equal(a->rc, 0);
	assert_int_equal(a->begun, 1);
	h_schema_check(a, r->what);
	assert_int_equal(b->count + b->aborted, b->begun);
}

static void test_each_hostile_request_gets_its_fault_and_leaves_nothing(void **state)
{
	struct h_box *b = h_box_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct h_answer a;

		h_row_call(b, NULL, &rows[i], &a);
		check(b, &rows[i], &a);
		h_answer_fini(&a);
	}
	assert_int_equal(b->count, 1);
	h_box_free(b);
}

/* Raw bytes in place of an envelope. */
static const struct {
	const char *text;
	enum xta_code code;
} raws[] = {
	{ "", XTA_MALFORMED },
	{ "hello", XTA_MALFORMED },
	{ "<x/>", XTA_MALFORMED },
	{ "<Envelope xmlns='urn:soap'/>", XTA_VERSION_MISMATCH },
	{ "<e:Envelope xmlns:e='" XTA_NS_SOAP12 "'/>", XTA_MALFORMED },
	{ "<e:Envelope xmlns:e='" XTA_NS_SOAP12 "'><e:Header/></e:Envelope>", XTA_MALFORMED },
	{ "<e:Envelope xmlns:e='" XTA_NS_SOAP12 "'><e:Header/><e:Header/><e:Body/></e:Envelope>", XTA_MALFORMED },
	{ "<e:Envelope xmlns:e='" XTA_NS_SOAP12 "'>text<e:Body/></e:Envelope>", XTA_MALFORMED },
	{ "<!DOCTYPE x><e:Envelope xmlns:e='" XTA_NS_SOAP12 "'><e:Body/></e:Envelope>", XTA_MALFORMED },
	{ "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><e:Envelope xmlns:e='" XTA_NS_SOAP12 "'><e:Body>&a;</e:Body></e:Envelope>",
	  XTA_MALFORMED },
	{ "<e:Envelope xmlns:e='" XTA_NS_SOAP12 "'><e:Header><q>&lol;</q></e:Header><e:Body/></e:Envelope>", XTA_MALFORMED },
	{ "<e:Envelope xmlns:e='" XTA_NS_SOAP12 "'><?php x?><e:Body/></e:Envelope>", XTA_MALFORMED },
	{ "<?xml version='1.0' encoding='UTF-16'?><e:Envelope xmlns:e='" XTA_NS_SOAP12 "'><e:Body/></e:Envelope>", XTA_MALFORMED },
};

static void test_what_is_no_envelope_is_refused_without_a_detail(void **state)
{
	struct h_box *b = h_box_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(raws); i++) {
		struct h_answer a;

		h_call(b, NULL, "author", H_SOAP "; action=\"http://www.xta.de/XTA/CheckAccountActive\"", "", span_of(raws[i].text), 0, &a);
		if (a.done.code != raws[i].code)
			fail_msg("%s: %d, %s", raws[i].text, (int)a.done.code, a.done.cause.text);
		assert_null(strstr(buf_str(&a.body), "Detail"));
		assert_null(strstr(buf_str(&a.body), "passwd"));
		h_schema_check(&a, raws[i].text);
		h_answer_fini(&a);
	}
	h_box_free(b);
}

#define INCLUDE(cid) "<x:Attachment contentType='a/b'><xop:Include href='cid:" cid "'/></x:Attachment>"
#define FIRST(cid) "<x:Message contentType='a/b'><xop:Include href='cid:" cid "'/></x:Message>"

/* Multipart: what the root holds, and how many parts p0, p1 and so on follow. */
static const struct {
	struct h_row row;
	unsigned parts;
	const char *extra;
} multiparts[] = {
	{ { "good", "author", NULL, NULL, SEND, H_META("urn:m:1", ""), H_CONTENT(FIRST("p0") INCLUDE("p1")), XTA_OK }, 2, NULL },
	{ { "inline and part", "author", NULL, NULL, SEND, H_META("urn:m:2", ""), H_CONTENT(MESSAGE("AAAA") INCLUDE("p0")), XTA_OK }, 1,
	  NULL },
	{ { "other order", "author", NULL, NULL, SEND, H_META("urn:m:3", ""), H_CONTENT(FIRST("p1") INCLUDE("p0")), XTA_OK }, 2, NULL },
	{ { "encoded reference", "author", NULL, NULL, SEND, H_META("urn:m:4", ""), H_CONTENT(FIRST("%70%30")), XTA_OK }, 1, NULL },
	{ { "encrypted", "author", NULL, NULL, SEND, H_META("urn:m:5", ""),
	    H_CONTAINER(ENCRYPTED("<xop:Include href='cid:p0'/>")), XTA_OK }, 1, NULL },
	{ { "to nowhere", "author", NULL, NULL, SEND, META, H_CONTENT(FIRST("p0") INCLUDE("p9")), XTA_MALFORMED }, 1, NULL },
	{ { "not named", "author", NULL, NULL, SEND, META, H_CONTENT(FIRST("p0")), XTA_MALFORMED }, 2, NULL },
	{ { "twice", "author", NULL, NULL, SEND, META, H_CONTENT(FIRST("p0") INCLUDE("p0")), XTA_MALFORMED }, 1, NULL },
	{ { "twice, spelled differently", "author", NULL, NULL, SEND, META, H_CONTENT(FIRST("p0") INCLUDE("%700")), XTA_MALFORMED }, 1,
	  NULL },
	{ { "the root", "author", NULL, NULL, SEND, META, H_CONTENT(FIRST("root")), XTA_MALFORMED }, 0, NULL },
	{ { "text and Include", "author", NULL, NULL, SEND, META, H_CONTENT(MESSAGE("AAAA<xop:Include href='cid:p0'/>")), XTA_MALFORMED },
	  1, NULL },
	{ { "Include and text", "author", NULL, NULL, SEND, META, H_CONTENT(MESSAGE("<xop:Include href='cid:p0'/>AAAA")), XTA_9050 }, 1,
	  NULL },
	{ { "two Includes", "author", NULL, NULL, SEND, META,
	    H_CONTENT(MESSAGE("<xop:Include href='cid:p0'/><xop:Include href='cid:p1'/>")), XTA_MALFORMED }, 2, NULL },
	{ { "two in EncryptedData", "author", NULL, NULL, SEND, META,
	    H_CONTAINER(ENCRYPTED("<xop:Include href='cid:p0'/><xop:Include href='cid:p1'/>")), XTA_MALFORMED }, 2, NULL },
	{ { "a part of the same id", "author", NULL, NULL, SEND, META, H_CONTENT(FIRST("p0")), XTA_MALFORMED }, 1,
	  "\r\n--b\r\nContent-ID: <p0>\r\n\r\nxx" },
	{ { "a part without id", "author", NULL, NULL, SEND, META, H_CONTENT(FIRST("p0")), XTA_MALFORMED }, 1, "\r\n--b\r\n\r\nxx" },
	{ { "base64 part", "author", NULL, NULL, SEND, H_META("urn:m:6", ""), H_CONTENT(FIRST("q")), XTA_OK }, 0,
	  "\r\n--b\r\nContent-ID: <q>\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA" },
	{ { "bad base64 part", "author", NULL, NULL, SEND, META, H_CONTENT(FIRST("q")), XTA_MALFORMED }, 0,
	  "\r\n--b\r\nContent-ID: <q>\r\nContent-Transfer-Encoding: base64\r\n\r\nA*AA" },
	{ { "a part where none belongs", "author", NULL, NULL, XTA_CHECK_ACCOUNT_ACTIVE, NULL, NULL, XTA_MALFORMED }, 1, NULL },
};

static void test_includes_and_parts_have_to_fit_each_other(void **state)
{
	struct h_box *b = h_box_new();
	unsigned good = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(multiparts); i++) {
		struct buf envelope, text;
		struct h_answer a;

		buf_init(&envelope, 1 << 20);
		buf_init(&text, 1 << 20);
		h_envelope(&envelope, &multiparts[i].row);
		h_multipart(&text, &envelope, multiparts[i].parts, multiparts[i].extra);
		h_call(b, NULL, "author", H_MULTIPART, "", buf_view(&text), 0, &a);
		check(b, &multiparts[i].row, &a);
		good += multiparts[i].row.code == XTA_OK;
		h_answer_fini(&a);
		buf_fini(&envelope);
		buf_fini(&text);
	}
	assert_int_equal(b->count, good);
	/* the order of the parts is not the order of the document */
	assert_string_equal(buf_str(&h_box_find(b, "urn:m:3")->parts[0].data), "b");
	assert_string_equal(buf_str(&h_box_find(b, "urn:m:3")->parts[1].data), "a");
	/* the part of an encrypted message stands where its Include stood */
	assert_string_equal(buf_str(&h_box_find(b, "urn:m:5")->parts[0].data), ENCRYPTED_AS_KEPT);
	h_box_free(b);
}

static void many(struct buf *text, unsigned n)
{
	struct h_row r = { "many", "author", NULL, NULL, SEND, META, NULL, XTA_9023 };
	struct buf body, envelope;

	buf_init(&body, 1 << 24);
	buf_init(&envelope, 1 << 24);
	buf_puts(&body, "<x:GenericContentContainer xmlns:x='" XTA_NS "' xmlns:xop='" XTA_NS_XOP "'><x:ContentContainer>");
	for (unsigned i = 0; i < n; i++)
		buf_printf(&body, "<x:%s contentType='a/b'><xop:Include href='cid:p%u'/></x:%s>", i == 0 ? "Message" : "Attachment", i,
			   i == 0 ? "Message" : "Attachment");
	buf_puts(&body, "</x:ContentContainer></x:GenericContentContainer>");
	r.body = buf_str(&body);
	h_envelope(&envelope, &r);
	h_multipart(text, &envelope, n, NULL);
	buf_fini(&body);
	buf_fini(&envelope);
}

static void test_ten_thousand_parts_are_too_many(void **state)
{
	struct h_box *b = h_box_new();
	struct buf text;
	struct h_answer a;

	(void)state;
	buf_init(&text, 1 << 25);
	many(&text, 10000);
	h_call(b, NULL, "author", H_MULTIPART, "", buf_view(&text), 0, &a);
	assert_int_equal(a.done.code, XTA_9023);
	h_schema_check(&a, "many");
	h_answer_fini(&a);
	assert_int_equal(b->aborted, 1);
	buf_fini(&text);
	h_box_free(b);
}

static void test_content_above_the_limit_is_9023_wherever_it_stands(void **state)
{
	struct xta_policy p = XTA_POLICY_DEFAULT;
	struct h_row exact = { "x", "author", NULL, NULL, SEND, META, H_CONTENT(MESSAGE("AAAA") "<x:Attachment contentType='a/b'>AAAA</x:Attachment>"), XTA_OK };
	struct h_row over = { "x", "author", NULL, NULL, SEND, H_META("urn:a:2", ""),
			      H_CONTENT(MESSAGE("AAAA") "<x:Attachment contentType='a/b'>AAAAAA==</x:Attachment>"), XTA_OK };
	struct h_box *b = h_box_new();
	struct h_answer a;

	(void)state;
	p.content_max = 6;
	h_row_call(b, &p, &exact, &a);
	assert_int_equal(a.done.code, XTA_OK);
	h_answer_fini(&a);
	h_row_call(b, &p, &over, &a);
	assert_int_equal(a.done.code, XTA_9023);
	h_schema_check(&a, "over");
	h_answer_fini(&a);
	h_box_free(b);
}

/* A header, an attribute, a Body without end: what is kept of it is bounded. */
static void test_an_envelope_without_end_is_cut_off(void **state)
{
	static const char *const begins[] = {
		"<e:Envelope xmlns:e='" XTA_NS_SOAP12 "'><e:Header><q>",
		"<e:Envelope xmlns:e='" XTA_NS_SOAP12 "'><e:Header><m:Author xmlns:m='" XTA_NS_META "'>",
		"<e:Envelope xmlns:e='" XTA_NS_SOAP12 "'><e:Body><q>",
		"<e:Envelope xmlns:e='" XTA_NS_SOAP12 "'><e:Header>",
	};
	struct h_box *b = h_box_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(begins); i++) {
		struct src *list[2] = { src_of_mem(begins[i], strlen(begins[i])), h_spaces(UINT64_C(1) << 40) };
		struct src *body = src_concat(list, 2);
		struct h_answer a = { .status = 0 };

		h_call_src(b, NULL, "author", H_SOAP "; action=\"http://www.xta.de/XTA/CheckAccountActive\"", "", body, &a);
		assert_int_equal(a.done.code, XTA_TOO_LARGE);
		assert_int_equal(a.status, 500);
		h_answer_fini(&a);
		src_close(body);
		src_close(list[0]);
		src_close(list[1]);
	}
	h_box_free(b);
}

/* Attributes that are all there is of the content. */
static void test_attributes_of_content_do_not_fill_the_memory(void **state)
{
	struct h_row r = { "x", "author", NULL, NULL, SEND, META, NULL, XTA_9023 };
	struct h_box *b = h_box_new();
	struct h_answer a;
	struct buf body;

	(void)state;
	buf_init(&body, 1 << 24);
	buf_puts(&body, "<x:GenericContentContainer xmlns:x='" XTA_NS "'><x:ContentContainer><x:Message contentType='a/b'/>");
	for (int i = 0; i < 14; i++)
		buf_printf(&body, "<x:Attachment contentType='%050000d'/>", i);
	buf_puts(&body, "</x:ContentContainer></x:GenericContentContainer>");
	r.body = buf_str(&body);
	r.code = XTA_OK;
	h_row_call(b, NULL, &r, &a);
	check(b, &r, &a);
	h_answer_fini(&a);
	buf_reset(&body);
	buf_puts(&body, "<x:GenericContentContainer xmlns:x='" XTA_NS "'><x:ContentContainer><x:Message contentType='a/b'/>");
	for (int i = 0; i < 300; i++)
		buf_printf(&body, "<x:Attachment contentType='%050000d'/>", i);
	buf_puts(&body, "</x:ContentContainer></x:GenericContentContainer>");
	r.header = H_META("urn:a:2", "");
	r.body = buf_str(&body);
	r.code = XTA_9023;
	b->is_sink = true;
	h_row_call(b, NULL, &r, &a);
	check(b, &r, &a);
	h_answer_fini(&a);
	buf_fini(&body);
	h_box_free(b);
}

/* Much memory for few bytes: small elements, again and again, in entries that may be there more than once. */
static void test_entries_that_are_cheap_to_send_do_not_fill_the_memory(void **state)
{
	struct h_row r = { "x", "author", NULL, NULL, XTA_CHECK_ACCOUNT_ACTIVE, NULL, NULL, XTA_TOO_LARGE };
	struct h_box *b = h_box_new();
	struct h_answer a;
	struct buf header;

	(void)state;
	buf_init(&header, 1 << 21);
	while (header.n < 1900000) {
		buf_puts(&header, "<w:RelatesTo xmlns:w='" XTA_NS_WSA "' RelationshipType='x'>");
		for (int i = 0; i < 1000; i++)
			buf_puts(&header, "<a/>");
		buf_puts(&header, "</w:RelatesTo>");
	}
	r.header = buf_str(&header);
	h_row_call(b, NULL, &r, &a);
	check(b, &r, &a);
	h_answer_fini(&a);
	buf_fini(&header);
	h_box_free(b);
}

static void test_metadata_that_would_fill_the_lists_of_others_is_9023(void **state)
{
	struct h_box *b = h_box_new();
	struct h_answer a;
	struct buf header;
	struct h_row r = { "x", "author", NULL, NULL, SEND, NULL, H_CONTENT(H_MESSAGE), XTA_9023 };
	char *quality = mem_printf("<m:ServiceQuality>%032768d</m:ServiceQuality>", 1);

	(void)state;
	buf_init(&header, 1 << 20);
	buf_puts(&header, META);
	r.header = mem_printf("%.*s%s%s", (int)(strstr(header.p, "</m:DeliveryAttributes>") - header.p), header.p, quality,
			      strstr(header.p, "</m:DeliveryAttributes>"));
	h_row_call(b, NULL, &r, &a);
	check(b, &r, &a);
	h_answer_fini(&a);
	free((char *)(uintptr_t)r.header);
	free(quality);
	buf_fini(&header);
	h_box_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_sent_is_held_against_the_published_schemas),
		cmocka_unit_test(test_each_hostile_request_gets_its_fault_and_leaves_nothing),
		cmocka_unit_test(test_what_is_no_envelope_is_refused_without_a_detail),
		cmocka_unit_test(test_includes_and_parts_have_to_fit_each_other),
		cmocka_unit_test(test_ten_thousand_parts_are_too_many),
		cmocka_unit_test(test_content_above_the_limit_is_9023_wherever_it_stands),
		cmocka_unit_test(test_an_envelope_without_end_is_cut_off),
		cmocka_unit_test(test_attributes_of_content_do_not_fill_the_memory),
		cmocka_unit_test(test_entries_that_are_cheap_to_send_do_not_fill_the_memory),
		cmocka_unit_test(test_metadata_that_would_fill_the_lists_of_others_is_9023),
	};

	return cmocka_run_group_tests(tests, h_schema_load, h_schema_free);
}
