/* SPDX-License-Identifier: EUPL-1.2 */
/* The server over a box in memory: operations, faults, what is refused. */
#include "cm.h"

#include "base/mem.h"
#include "h_message.h"
#include "xta/fault.h"

#define GET_ID(id) "<wsa:MessageID xmlns:wsa='" XTA_NS_WSA "'>" id "</wsa:MessageID>"
#define LAST(qname, rq, ids) "<o:" qname " xmlns:o='" XTA_NS_BOX "' MsgBoxRequestID='" rq "'>" ids "</o:" qname ">"
#define BOX(qname, attributes, inner) "<o:" qname " xmlns:o='" XTA_NS_BOX "' " attributes ">" inner "</o:" qname ">"
#define SELECT(inner) "<o:MsgSelector xmlns:wsa='" XTA_NS_WSA "'>" inner "</o:MsgSelector>"
#define LOOKUP(reader, service)                                                                                        \
	"<x:LookupServiceRequest xmlns:x='" XTA_NS "' xmlns:m='" XTA_NS_META "'><x:LookupServiceRequestList><x:LookupService>" \
	"<m:Reader><m:Identifier type='xoev'>" reader "</m:Identifier></m:Reader><x:ServiceType>" service            \
	"</x:ServiceType></x:LookupService></x:LookupServiceRequestList></x:LookupServiceRequest>"
#define NOT_BEFORE "<m:NotBefore>2099-01-01T00:00:00Z</m:NotBefore>"

/* One after the other over one box. */
static const struct h_row life[] = {
	{ "account", "author", NULL, NULL, XTA_CHECK_ACCOUNT_ACTIVE, NULL, NULL, XTA_OK },
	{ "account named", "author", NULL, NULL, XTA_CHECK_ACCOUNT_ACTIVE, H_AUTHOR("ags:01010101"), NULL, XTA_OK },
	{ "nil author", "author", NULL, NULL, XTA_CHECK_ACCOUNT_ACTIVE,
	  "<m:Author xmlns:m='" XTA_NS_META "' xmlns:i='" XTA_NS_XSI "' i:nil='true'/>", NULL, XTA_OK },
	{ "account of another", "author", NULL, NULL, XTA_CHECK_ACCOUNT_ACTIVE, H_AUTHOR("ags:02020202"), NULL, XTA_9014 },
	{ "no account", "nobody", NULL, NULL, XTA_CHECK_ACCOUNT_ACTIVE, NULL, NULL, XTA_9012 },
	{ "locked", "locked", NULL, NULL, XTA_CHECK_ACCOUNT_ACTIVE, NULL, NULL, XTA_9011 },
	{ "lookup", "author", NULL, NULL, XTA_LOOKUP_SERVICE, NULL, LOOKUP("ags:02020202", "urn:s"), XTA_OK },
	{ "lookup unknown", "author", NULL, NULL, XTA_LOOKUP_SERVICE, NULL, LOOKUP("ags:9", "urn:s"), XTA_OK },
	{ "lookup nothing", "author", NULL, NULL, XTA_LOOKUP_SERVICE, NULL, NULL, XTA_9020 },
	{ "lookup no URI", "author", NULL, NULL, XTA_LOOKUP_SERVICE, NULL, LOOKUP("ags:9", "a b"), XTA_9021 },
	{ "id", "author", NULL, NULL, XTA_CREATE_MESSAGE_ID, NULL, NULL, XTA_OK },
	{ "empty list", "reader", NULL, NULL, XTA_GET_STATUS_LIST, NULL, BOX("MsgBoxStatusListRequest", "", ""), XTA_OK },
	{ "empty box", "reader", NULL, NULL, XTA_GET_MESSAGE, NULL, BOX("MsgBoxFetchRequest", "", ""), XTA_OK },
	{ "send", "author", NULL, NULL, XTA_SEND_MESSAGE, H_META("urn:a:1", ""), H_CONTENT(H_MESSAGE), XTA_OK },
	{ "again", "author", NULL, NULL, XTA_SEND_MESSAGE, H_META("URN:a:1", ""), H_CONTENT(H_MESSAGE), XTA_9024 },
	{ "send later", "author", NULL, NULL, XTA_SEND_MESSAGE, H_META("urn:a:2", NOT_BEFORE), H_CONTENT(H_MESSAGE), XTA_OK },
	{ "send for another", "reader", NULL, NULL, XTA_SEND_MESSAGE, H_META("urn:a:3", ""), H_CONTENT(H_MESSAGE), XTA_9014 },
	{ "sync", "author", NULL, NULL, XTA_SEND_MESSAGE_SYNC, H_META("urn:a:4", ""), H_CONTENT(H_MESSAGE), XTA_9080 },
	{ "list", "reader", NULL, NULL, XTA_GET_STATUS_LIST, NULL,
	  BOX("MsgBoxStatusListRequest", "maxListItems='1' ListForm='MessageMetaData'", ""), XTA_OK },
	{ "list of attributes", "reader", NULL, NULL, XTA_GET_STATUS_LIST, NULL,
	  BOX("MsgBoxStatusListRequest", "ListForm='MsgAtrributes'", ""), XTA_OK },
	{ "list, spelled right", "reader", NULL, NULL, XTA_GET_STATUS_LIST, NULL,
	  BOX("MsgBoxStatusListRequest", "ListForm='MsgAttributes'", ""), XTA_OK },
	{ "list, new ones", "reader", NULL, NULL, XTA_GET_STATUS_LIST, NULL,
	  BOX("MsgBoxStatusListRequest", "", "<o:MsgSelector newEntry='true'/>"), XTA_OK },
	{ "next list", "reader", NULL, NULL, XTA_GET_NEXT_STATUS_LIST, NULL,
	  LAST("MsgBoxGetNextRequest", "urn:test:list:1", ""), XTA_OK },
	{ "unknown list", "reader", NULL, NULL, XTA_GET_NEXT_STATUS_LIST, NULL,
	  LAST("MsgBoxGetNextRequest", "urn:foreign", "<o:LastMsgReceived>urn:a:1</o:LastMsgReceived>"), XTA_OK },
	{ "get", "reader", NULL, NULL, XTA_GET_MESSAGE, H_AUTHOR("ags:02020202"),
	  BOX("MsgBoxFetchRequest", "", SELECT("<wsa:MessageID>urn:a:1</wsa:MessageID>")), XTA_OK },
	{ "get unknown", "reader", NULL, NULL, XTA_GET_MESSAGE, NULL,
	  BOX("MsgBoxFetchRequest", "", SELECT("<wsa:MessageID>urn:a:9</wsa:MessageID>")), XTA_9070 },
	{ "get next", "reader", NULL, NULL, XTA_GET_NEXT_MESSAGE, NULL,
	  LAST("MsgBoxGetNextRequest", "urn:test:list:0", "<o:LastMsgReceived>urn:a:1</o:LastMsgReceived>"), XTA_OK },
	{ "get of the author", "author", NULL, NULL, XTA_GET_MESSAGE, NULL,
	  BOX("MsgBoxFetchRequest", "", SELECT("<wsa:MessageID>urn:a:1</wsa:MessageID>")), XTA_9070 },
	{ "report", "author", NULL, NULL, XTA_GET_TRANSPORT_REPORT, NULL, GET_ID("urn:a:1"), XTA_OK },
	{ "report unknown", "author", NULL, NULL, XTA_GET_TRANSPORT_REPORT, NULL, GET_ID("urn:a:9"), XTA_9070 },
	{ "report of no URI", "author", NULL, NULL, XTA_GET_TRANSPORT_REPORT, NULL, GET_ID("a b"), XTA_9070 },
	{ "cancel without NotBefore", "author", NULL, NULL, XTA_CANCEL_MESSAGE, NULL, GET_ID("urn:a:1"), XTA_9101 },
	{ "cancel", "author", NULL, NULL, XTA_CANCEL_MESSAGE, NULL, GET_ID("urn:a:2"), XTA_OK },
	{ "cancel unknown", "author", NULL, NULL, XTA_CANCEL_MESSAGE, NULL, GET_ID("urn:a:9"), XTA_9070 },
	{ "close with an unknown one", "reader", NULL, NULL, XTA_CLOSE, NULL,
	  LAST("MsgBoxCloseRequest", "1", "<o:LastMsgReceived>urn:a:1</o:LastMsgReceived><o:LastMsgReceived>urn:a:9</o:LastMsgReceived>"),
	  XTA_9070 },
	{ "close", "reader", NULL, NULL, XTA_CLOSE, NULL,
	  LAST("MsgBoxCloseRequest", "1", "<o:LastMsgReceived>urn:a:1</o:LastMsgReceived>"), XTA_OK },
	{ "close twice", "reader", NULL, NULL, XTA_CLOSE, NULL,
	  LAST("MsgBoxCloseRequest", "1", "<o:LastMsgReceived>urn:a:1</o:LastMsgReceived>"), XTA_OK },
	{ "close of nothing", "reader", NULL, NULL, XTA_CLOSE, NULL, LAST("MsgBoxCloseRequest", "1", ""), XTA_OK },
	{ "get what is closed", "reader", NULL, NULL, XTA_GET_MESSAGE, NULL,
	  BOX("MsgBoxFetchRequest", "", SELECT("<wsa:MessageID>urn:a:1</wsa:MessageID>")), XTA_9070 },
};

static void check_call(struct h_box *b, const struct xta_policy *p, const struct h_row *r)
{
	struct h_answer a;

	h_row_call(b, p, r, &a);
	if (a.done.code != r->code)
		fail_msg("%s: %d, %s", r->what, (int)a.done.code, a.done.cause.text);
	assert_int_equal(a.rc, 0);
	assert_int_equal(a.begun, 1);
	assert_int_equal(a.status, r->code == XTA_OK ? 200 : r->code == XTA_BAD_MEDIA ? 415 : 500);
	h_schema_check(&a, r->what);
	if (r->action != XTA_NAME_COUNT && r->code != XTA_MALFORMED)
		assert_non_null(strstr(buf_str(&a.body), "<wsa:RelatesTo>urn:uuid:1</wsa:RelatesTo>"));
	if (a.done.operation != NULL)
		assert_non_null(strstr(buf_str(&a.body), a.done.operation->action));
	assert_int_equal(b->aborted + b->count, b->begun);
	h_answer_fini(&a);
}

static void test_the_twelve_operations_answer_and_refuse_as_the_schemas_say(void **state)
{
	struct h_box *b = h_box_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(life); i++)
		check_call(b, NULL, &life[i]);
	assert_int_equal(b->fetched, 1);
	h_box_free(b);
}

static void test_every_code_in_every_operation_is_a_fault_that_conforms_to_the_schema(void **state)
{
	struct h_row send = { "x", "author", NULL, NULL, XTA_SEND_MESSAGE, H_META("urn:a:1", ""), H_CONTENT(H_MESSAGE), XTA_OK };
	struct h_row cancel = { "x", "author", NULL, NULL, XTA_CANCEL_MESSAGE, NULL, GET_ID("urn:a:1"), XTA_OK };
	struct h_row list = { "x", "reader", NULL, NULL, XTA_GET_STATUS_LIST, NULL, BOX("MsgBoxStatusListRequest", "", ""), XTA_OK };
	const struct h_row *rows[] = { &send, &cancel, &list };
	const struct xta_fault *f;

	(void)state;
	for (unsigned i = 0; (f = xta_fault_at(i)) != NULL; i++) {
		for (size_t k = 0; k < ARRAY_LEN(rows); k++) {
			struct h_box *b = h_box_new();
			struct h_answer a;
			char expected[80];

			b->next = f->code;
			h_row_call(b, NULL, rows[k], &a);
			assert_int_equal(a.done.code, f->code);
			assert_int_equal(a.status, f->code == XTA_BAD_MEDIA ? 415 : 500);
			h_schema_check(&a, rows[k]->what);
			assert_non_null(strstr(buf_str(&a.body), f->is_receiver ? "env:Receiver" : "env:"));
			snprintf(expected, sizeof(expected), "<xta:%s ", xta_exception_name(f->exception));
			if ((a.done.operation->exceptions & f->exception) != 0) {
				assert_non_null(strstr(buf_str(&a.body), expected));
				snprintf(expected, sizeof(expected), "<code>%d</code>", (int)f->code);
				assert_non_null(strstr(buf_str(&a.body), expected));
			}
			h_answer_fini(&a);
			h_box_free(b);
		}
	}
}

static void test_a_failure_of_our_own_is_9030_without_a_word_from_within(void **state)
{
	struct h_row send = { "x", "author", NULL, NULL, XTA_SEND_MESSAGE, H_META("urn:a:1", ""), H_CONTENT(H_MESSAGE), XTA_OK };
	struct h_box *b = h_box_new();
	struct h_answer a;

	(void)state;
	b->is_broken = true;
	h_row_call(b, NULL, &send, &a);
	assert_int_equal(a.done.code, XTA_9030);
	assert_non_null(strstr(a.done.cause.text, "the disk is gone"));
	assert_null(strstr(buf_str(&a.body), "disk"));
	assert_non_null(strstr(buf_str(&a.body), "env:Receiver"));
	h_answer_fini(&a);
	/* the next good call is served */
	check_call(b, NULL, &send);
	h_box_free(b);
}

static void test_an_answer_whose_content_cannot_be_opened_becomes_a_fault(void **state)
{
	struct h_row send = { "x", "author", NULL, NULL, XTA_SEND_MESSAGE, H_META("urn:a:1", ""), H_CONTENT(H_MESSAGE), XTA_OK };
	struct h_row get = { "x", "reader", NULL, NULL, XTA_GET_MESSAGE, NULL, BOX("MsgBoxFetchRequest", "", ""), XTA_OK };
	struct h_box *b = h_box_new();
	struct h_answer a;

	(void)state;
	check_call(b, NULL, &send);
	b->is_lost = true;
	h_row_call(b, NULL, &get, &a);
	assert_int_equal(a.done.code, XTA_9030);
	assert_int_equal(a.status, 500);
	assert_int_equal(b->fetched, 0);
	assert_non_null(strstr(buf_str(&a.body), "9030"));
	h_answer_fini(&a);
	h_box_free(b);
}

static void test_an_answer_has_the_form_of_its_request(void **state)
{
	struct h_row id = { "x", "author", NULL, NULL, XTA_CREATE_MESSAGE_ID, NULL, NULL, XTA_OK };
	struct h_box *b = h_box_new();
	struct buf envelope, multi, old;
	struct h_answer a;

	(void)state;
	buf_init(&envelope, 1 << 20);
	buf_init(&multi, 1 << 20);
	h_envelope(&envelope, &id);
	h_multipart(&multi, &envelope, 0, NULL);
	h_call(b, NULL, "author", H_MULTIPART, "", buf_view(&multi), 0, &a);
	assert_int_equal(a.done.code, XTA_OK);
	assert_memory_equal(a.media, "multipart/related", 17);
	assert_non_null(strstr(buf_str(&a.body), "application/xop+xml"));
	h_answer_fini(&a);
	/* SOAP 1.1 */
	buf_init(&old, 1 << 20);
	buf_puts(&old, "<e:Envelope xmlns:e='" XTA_NS_SOAP11 "'><e:Body/></e:Envelope>");
	h_call(b, NULL, "author", "text/xml; charset=utf-8", "\"http://www.xta.de/XTA/CreateMessageID\"", buf_view(&old), 0, &a);
	assert_int_equal(a.done.code, XTA_OK);
	assert_int_equal(a.done.warnings, XTA_WARN_SOAP11);
	assert_string_equal(a.media, "text/xml; charset=utf-8");
	assert_non_null(strstr(buf_str(&a.body), XTA_NS_SOAP11));
	h_answer_fini(&a);
	b->next = XTA_9013;
	h_call(b, NULL, "author", "text/xml", "http://www.xta.de/XTA/CreateMessageID", buf_view(&old), 0, &a);
	assert_int_equal(a.done.code, XTA_9013);
	assert_non_null(strstr(buf_str(&a.body), "<faultcode>env:Client</faultcode>"));
	assert_non_null(strstr(buf_str(&a.body), "<detail><xta:PermissionDeniedException"));
	h_answer_fini(&a);
	buf_fini(&envelope);
	buf_fini(&multi);
	buf_fini(&old);
	h_box_free(b);
}

static void test_a_synchronous_answer_carries_metadata_and_content(void **state)
{
	struct h_row sync = { "x", "author", NULL, NULL, XTA_SEND_MESSAGE_SYNC, H_META("urn:a:4", ""), H_CONTENT(H_MESSAGE), XTA_OK };
	struct h_box *b = h_box_new();
	struct h_answer a;

	(void)state;
	b->is_sync = true;
	h_row_call(b, NULL, &sync, &a);
	assert_int_equal(a.done.code, XTA_OK);
	h_schema_check(&a, "sync");
	assert_non_null(strstr(buf_str(&a.body), "PGhhbGxvLz4="));
	assert_non_null(strstr(buf_str(&a.body), "<m:MessageMetaData"));
	assert_null(strstr(buf_str(&a.body), "MsgBoxResponse"));
	h_answer_fini(&a);
	h_box_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_sent_is_held_against_the_published_schemas),
		cmocka_unit_test(test_the_twelve_operations_answer_and_refuse_as_the_schemas_say),
		cmocka_unit_test(test_every_code_in_every_operation_is_a_fault_that_conforms_to_the_schema),
		cmocka_unit_test(test_a_failure_of_our_own_is_9030_without_a_word_from_within),
		cmocka_unit_test(test_an_answer_whose_content_cannot_be_opened_becomes_a_fault),
		cmocka_unit_test(test_an_answer_has_the_form_of_its_request),
		cmocka_unit_test(test_a_synchronous_answer_carries_metadata_and_content),
	};

	return cmocka_run_group_tests(tests, h_schema_load, h_schema_free);
}
