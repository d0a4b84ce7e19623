/* SPDX-License-Identifier: EUPL-1.2 */
/* The client against our own server over a box in memory, and against servers that answer badly. */
#include "cm.h"

#include "base/mem.h"
#include "h_message.h"
#include "xta/client.h"
#include "xta/meta.h"

/* A line: the request in memory, served at once, the answer in memory. */
struct line {
	struct xta_transport transport;
	struct h_box *box;
	const char *peer;
	struct buf request, answer;
	struct sink *room;
	struct h_answer got;
	/* instead of the server */
	const char *canned, *canned_media;
	unsigned canned_status;
	size_t cut;			/* bytes of the answer that arrive; 0: all */
	bool is_dead;
	const struct xta_policy *policy;
};

static int room(void *ctx, struct sink **out, struct err *e)
{
	struct line *l = ctx;

	(void)e;
	buf_reset(&l->request);
	sink_close(l->room);
	*out = l->room = sink_to_buf(&l->request);
	return 0;
}

static int post(void *ctx, enum xta_port port, const char *content_type, const char *soap_action,
		struct xta_http_answer *answer, bool *sent, struct err *e)
{
	struct line *l = ctx;
	size_t n;

	(void)port;
	if (l->is_dead)
		return err_set(e, ERR_UNREACHABLE, "no route");
	*sent = true;
	buf_reset(&l->answer);
	if (l->canned != NULL) {
		answer->status = l->canned_status;
		snprintf(answer->content_type, sizeof(answer->content_type), "%s", l->canned_media);
		answer->body = src_of_mem(l->canned, strlen(l->canned));
		return 0;
	}
	h_answer_fini(&l->got);
	h_schema_check_text(content_type, &l->request, "request");
	h_call(l->box, l->policy, l->peer, content_type, soap_action, buf_view(&l->request), 0, &l->got);
	answer->status = l->got.status;
	snprintf(answer->content_type, sizeof(answer->content_type), "%s", l->got.media);
	n = l->cut > 0 && l->cut < l->got.body.n ? l->cut : l->got.body.n;
	answer->body = src_of_mem(l->got.body.p, n);
	return 0;
}

static void line_init(struct line *l, const char *peer)
{
	memset(l, 0, sizeof(*l));
	l->transport = (struct xta_transport){ room, post, l };
	l->box = h_box_new();
	l->peer = peer;
	buf_init(&l->request, 1 << 20);
	buf_init(&l->answer, 1 << 20);
}

static void line_fini(struct line *l)
{
	h_box_free(l->box);
	h_answer_fini(&l->got);
	sink_close(l->room);
	buf_fini(&l->request);
	buf_fini(&l->answer);
}

static struct xta_client *client_of(struct line *l, bool is_multipart, bool is_soap11)
{
	const struct xta_client_options o = {
		.transport = &l->transport,
		.addresses = { "https://h.example/m", "https://h.example/s", "https://h.example/b" },
		.is_multipart = is_multipart,
		.is_soap11 = is_soap11,
		.content_max = 1 << 20,
		.parts_max = 10,
	};

	return xta_client_new(&o);
}

static int open_text(void *ctx, struct src **out, struct err *e)
{
	(void)e;
	*out = src_of_mem(ctx, strlen(ctx));
	return 0;
}

static char message_text[] = "<hallo/>", attachment_text[] = "Anlage \xc3\xa4";
static const struct xta_part parts[] = {
	{ .kind = XTA_MESSAGE, .type = "text/xml", .encoding = "UTF-8", .filename = "m \"<>&.xml", .id = "1", .language = "de",
	  .size = sizeof(message_text) - 1, .open = open_text, .ctx = message_text },
	{ .kind = XTA_ATTACHMENT, .type = "text/plain", .description = "Anlage", .open = open_text, .ctx = attachment_text },
};

static const char *const in_reply_to[] = { "urn:q:1", "urn:q:2" };
static const struct xta_party others[] = { { "a", "t", NULL, NULL }, { "b", "t", "n", "c" } };
static const struct xta_property properties[] = { { { "k", "name", "urn:l", "1" }, "v" } };
static const struct xta_meta full = {
	.is_test = true,
	.origin = 1767265200000,
	.initial_send = 1767265200001,
	.obsolete_after = "2026-12-31+01:00",
	.service_quality = "meldewesen",
	.has_receipts = true,
	.receipts = { .submission = true, .fetch = true, .to = "https://h.example/r" },
	.author = { "ags:01010101", "xoev", "Amt & Co", "Sender" },
	.sender = { "s", "xoev", NULL, NULL },
	.reader = { "ags:02020202", "xoev", NULL, NULL },
	.other_readers = others,
	.other_reader_count = 2,
	.cc_readers = others,
	.cc_reader_count = 1,
	.message_id = "urn:de:xta:messageid:test:full",
	.in_reply_to = in_reply_to,
	.in_reply_to_count = 2,
	.requester = { "AZ 1", "Akte" },
	.subject = "Betreff",
	.service = "urn:s",
	.scenario = { "XMELD_DATA", NULL, "urn:de:xta:codeliste:business.scenario", "1" },
	.type = { "0201", "x", "urn:de:payloadSchema:elementName", "1.0" },
	.payload_schema = "http://www.osci.de/xmeld181",
	.properties = properties,
	.property_count = 1,
	.size = 8,
};

/* Keeps what comes in. */
struct taken {
	struct buf data[2];
	struct sink *sinks[2];
	char types[2][40];
};

static int take(void *ctx, size_t index, const struct xta_part *part, struct sink **out, struct err *e)
{
	struct taken *t = ctx;

	if (index >= 2)
		return err_set(e, ERR_LIMIT, "too many");
	buf_init(&t->data[index], 1000);
	snprintf(t->types[index], sizeof(t->types[index]), "%s", part->type);
	*out = sink_to_buf(&t->data[index]);
	return 0;
}

static void call(struct xta_client *c, enum xta_name op, const struct xta_ask *ask, const struct xta_intake *intake,
		 struct arena *a, struct xta_reply *r)
{
	struct xta_sending s = { &full, parts, 2 };
	struct err e = ERR_INIT;

	assert_ok(xta_client_call(c, op, &s, ask, intake, a, r, &e), e);
	assert_false(xta_client_said(c)->is_fault);
	assert_false(xta_client_is_ambiguous(c));
}

static void check_meta(const struct xta_meta *m)
{
	struct buf a, b;
	struct xta_meta same = *m;
	struct err e = ERR_INIT;

	same.delivery = same.initial_fetch = same.reception = 0;
	buf_init(&a, 1 << 16);
	buf_init(&b, 1 << 16);
	assert_ok(xta_meta_text(&full, &a, &e), e);
	assert_ok(xta_meta_text(&same, &b, &e), e);
	assert_string_equal(buf_str(&a), buf_str(&b));
	buf_fini(&a);
	buf_fini(&b);
}

static void check_fetch(struct xta_client *c, enum xta_name op, const struct xta_ask *ask, struct arena *a)
{
	struct taken t = { .types = { "" } };
	const struct xta_intake intake = { take, &t };
	struct xta_reply r;

	call(c, op, ask, &intake, a, &r);
	check_meta(&r.item.meta);
	assert_true(r.item.meta.initial_fetch != 0);
	assert_int_equal(r.item.part_count, 2);
	assert_string_equal(buf_str(&t.data[0]), message_text);
	assert_string_equal(buf_str(&t.data[1]), attachment_text);
	assert_int_equal(r.item.parts[1].size, strlen(attachment_text));
	buf_fini(&t.data[0]);
	buf_fini(&t.data[1]);
}

static void whole_life(bool is_multipart, bool is_soap11)
{
	struct xta_policy policy = XTA_POLICY_DEFAULT;
	const struct xta_service question = { .reader = { "ags:02020202", "xoev", NULL, NULL }, .service = "urn:s" };
	const char *ids[] = { full.message_id };
	struct xta_ask ask = { .services = &question, .service_count = 1, .message_id = full.message_id, .request_id = "urn:test:list:0",
			       .last = ids, .last_count = 1, .max = 5, .selection = { .ids = ids, .id_count = 1, .entries = XTA_NEW_ENTRIES, .from = 1 } };
	struct arena *a = arena_new();
	struct line l;
	struct xta_client *c;
	struct xta_reply r;

	line_init(&l, "author");
	policy.is_strict = !is_soap11;
	l.policy = &policy;
	c = client_of(&l, is_multipart, is_soap11);
	call(c, XTA_CHECK_ACCOUNT_ACTIVE, NULL, NULL, a, &r);
	call(c, XTA_LOOKUP_SERVICE, &ask, NULL, a, &r);
	assert_int_equal(r.service_count, 1);
	assert_int_equal(r.services[0].state, XTA_SERVICE_YES);
	assert_int_equal(r.services[0].parameters[0].resource.n, 2);
	call(c, XTA_CREATE_MESSAGE_ID, NULL, NULL, a, &r);
	assert_string_equal(r.message_id, "urn:de:xta:messageid:test:1");
	call(c, XTA_SEND_MESSAGE, NULL, NULL, a, &r);
	assert_int_equal(l.box->stored[0]->warnings, is_soap11 ? XTA_WARN_SOAP11 : 0);
	call(c, XTA_GET_TRANSPORT_REPORT, &ask, NULL, a, &r);
	check_meta(&r.report.meta);
	assert_int_equal(r.report.status, XTA_OPEN);
	assert_string_equal(r.report.server, "depesche");
	assert_string_equal(r.report.infos[0].reason, "angenommen");
	assert_memory_equal(r.report.extras[0].data.p, "<card/>", 7);
	l.peer = "reader";
	call(c, XTA_GET_STATUS_LIST, &ask, NULL, a, &r);
	assert_int_equal(r.list.count, 1);
	check_meta(&r.list.entries[0]);
	ask.form = XTA_LIST_ATTRIBUTES;
	call(c, XTA_GET_STATUS_LIST, &ask, NULL, a, &r);
	assert_int_equal(r.list.form, XTA_LIST_ATTRIBUTES);
	assert_string_equal(r.list.entries[0].message_id, full.message_id);
	call(c, XTA_GET_NEXT_STATUS_LIST, &ask, NULL, a, &r);
	assert_int_equal(r.list.state.availability, XTA_AVAILABLE);
	check_fetch(c, XTA_GET_MESSAGE, &ask, a);
	check_fetch(c, XTA_GET_NEXT_MESSAGE, &ask, a);
	call(c, XTA_CLOSE, &ask, NULL, a, &r);
	assert_true(l.box->stored[0]->closed != 0);
	xta_client_free(c);
	line_fini(&l);
	arena_free(a);
}

static void test_client_and_strict_server_understand_each_other_in_every_form(void **state)
{
	(void)state;
	whole_life(false, false);
	whole_life(true, false);
	whole_life(false, true);
	whole_life(true, true);
}

static void test_an_empty_box_is_no_fault(void **state)
{
	struct taken t = { .types = { "" } };
	const struct xta_intake intake = { take, &t };
	const struct xta_ask ask = { .max = 1 };
	struct arena *a = arena_new();
	struct line l;
	struct xta_client *c;
	struct xta_reply r;

	(void)state;
	line_init(&l, "reader");
	c = client_of(&l, false, false);
	call(c, XTA_GET_MESSAGE, &ask, &intake, a, &r);
	assert_int_equal(r.item.state.availability, XTA_NO_MATCH);
	assert_int_equal(r.item.part_count, 0);
	assert_string_equal(t.types[0], "");
	call(c, XTA_GET_STATUS_LIST, &ask, NULL, a, &r);
	assert_int_equal(r.list.state.availability, XTA_NO_MATCH);
	assert_int_equal(r.list.count, 0);
	xta_client_free(c);
	line_fini(&l);
	arena_free(a);
}

/* Every code that sendMessage may raise comes over as it is, in both versions of SOAP. */
static void test_the_code_of_a_fault_comes_over(void **state)
{
	struct xta_sending s = { &full, parts, 2 };
	const struct xta_fault *f;

	(void)state;
	for (unsigned i = 0; (f = xta_fault_at(i)) != NULL; i++) {
		for (int old = 0; old < 2; old++) {
			bool fits = (xta_operation_of(XTA_SEND_MESSAGE)->exceptions & f->exception) != 0;
			struct arena *a = arena_new();
			struct err e = ERR_INIT;
			struct line l;
			struct xta_client *c;
			struct xta_reply r;

			line_init(&l, "author");
			c = client_of(&l, false, old != 0);
			l.box->next = f->code;
			assert_int_equal(xta_client_call(c, XTA_SEND_MESSAGE, &s, NULL, NULL, a, &r, &e), ERR_REFUSED);
			assert_true(xta_client_said(c)->is_fault);
			assert_int_equal(xta_client_said(c)->code,
					 fits ? f->code : f->exception != XTA_NO_EXCEPTION ? XTA_9000 : XTA_MALFORMED);
			assert_false(xta_client_is_ambiguous(c));
			xta_client_free(c);
			line_fini(&l);
			arena_free(a);
		}
	}
}

#define ENVELOPE(header, body)                                                                                         \
	"<e:Envelope xmlns:e='" XTA_NS_SOAP12 "'><e:Header>" header "</e:Header><e:Body>" body "</e:Body></e:Envelope>"

static void test_an_answer_that_cannot_be_used_decides_nothing(void **state)
{
	static const struct {
		unsigned status;
		const char *media, *body;
	} answers[] = {
		{ 502, "text/html", "<html>bad gateway</html>" },
		{ 200, "", "" },
		{ 200, H_SOAP, "" },
		{ 200, H_SOAP, "<x/>" },
		{ 200, H_SOAP, ENVELOPE("", "") },
		{ 200, H_SOAP, ENVELOPE("", "<x/>") },
		{ 200, H_SOAP, ENVELOPE("<w:RelatesTo xmlns:w='" XTA_NS_WSA "'>urn:other</w:RelatesTo>",
					"<w:MessageID xmlns:w='" XTA_NS_WSA "'>urn:a</w:MessageID>") },
		{ 200, H_SOAP, ENVELOPE("<q e:mustUnderstand='1'/>", "<w:MessageID xmlns:w='" XTA_NS_WSA "'>urn:a</w:MessageID>") },
		{ 500, H_SOAP, ENVELOPE("", "<w:MessageID xmlns:w='" XTA_NS_WSA "'>urn:a</w:MessageID>") },
		{ 200, H_SOAP, ENVELOPE("", "<w:MessageID xmlns:w='" XTA_NS_WSA "'>a b</w:MessageID>") },
		{ 200, "multipart/related; boundary=b", "--b\r\n\r\n--b--" },
	};
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct line l;
	struct xta_client *c;
	struct xta_reply r;

	(void)state;
	line_init(&l, "author");
	c = client_of(&l, false, false);
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		l.canned = answers[i].body;
		l.canned_media = answers[i].media;
		l.canned_status = answers[i].status;
		if (xta_client_call(c, XTA_CREATE_MESSAGE_ID, NULL, NULL, NULL, a, &r, &e) != ERR_PEER)
			fail_msg("%zu: %s", i, e.text);
		assert_int_equal(e.reason, RSN_NET_BAD_ANSWER);
		assert_true(xta_client_is_ambiguous(c));
	}
	l.is_dead = true;
	assert_int_equal(xta_client_call(c, XTA_CREATE_MESSAGE_ID, NULL, NULL, NULL, a, &r, &e), ERR_UNREACHABLE);
	assert_false(xta_client_is_ambiguous(c));
	xta_client_free(c);
	line_fini(&l);
	arena_free(a);
}

#define FAULT(level, detail)                                                                                           \
	ENVELOPE("", "<e:Fault><e:Code><e:Value>e:" level "</e:Value></e:Code><e:Reason><e:Text xml:lang='en'>words</e:Text>" \
		     "</e:Reason>" detail "</e:Fault>")
#define DETAIL(x, inner) "<e:Detail><x:" x " xmlns:x='" XTA_NS "'>" inner "</x:" x "></e:Detail>"

static void test_faults_of_others_are_understood_as_far_as_they_go(void **state)
{
	static const struct {
		const char *body;
		enum xta_code code;
		enum xta_exception exception;
		const char *number, *text;
	} faults[] = {
		{ FAULT("Receiver", ""), XTA_9030, XTA_NO_EXCEPTION, "", "words" },
		{ FAULT("Sender", ""), XTA_MALFORMED, XTA_NO_EXCEPTION, "", "words" },
		{ FAULT("Sender", "<e:Detail><q/></e:Detail>"), XTA_MALFORMED, XTA_NO_EXCEPTION, "", "words" },
		{ FAULT("Sender", DETAIL("PermissionDeniedException", "<x:errorCode><code> 9011 </code><name>n</name></x:errorCode>")),
		  XTA_9011, XTA_PERMISSION_DENIED, "9011", "n" },
		{ FAULT("Sender", DETAIL("PermissionDeniedException", "<x:errorCode><code>9999</code></x:errorCode>")), XTA_9000,
		  XTA_PERMISSION_DENIED, "9999", "words" },
		{ FAULT("Receiver", DETAIL("XTAWSTechnicalProblemException", "")), XTA_9030, XTA_TECHNICAL_PROBLEM, "", "words" },
		{ FAULT("Sender", DETAIL("UnknownException", "<x:errorCode><code>9011</code></x:errorCode>")), XTA_MALFORMED,
		  XTA_NO_EXCEPTION, "", "words" },
		{ FAULT("Sender", DETAIL("CancelDeniedException", "<x:errorCode><code>9&#x31;00</code></x:errorCode>")), XTA_9100,
		  XTA_CANCEL_DENIED, "9100", "words" },
		{ FAULT("Sender", DETAIL("CancelDeniedException", "<x:errorCode><code>1</code></x:errorCode>")), XTA_MALFORMED,
		  XTA_CANCEL_DENIED, "1", "words" },
	};
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct line l;
	struct xta_client *c;
	struct xta_reply r;

	(void)state;
	line_init(&l, "author");
	c = client_of(&l, false, false);
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		const struct xta_said *said = xta_client_said(c);

		l.canned = faults[i].body;
		l.canned_media = H_SOAP;
		l.canned_status = 500;
		assert_int_equal(xta_client_call(c, XTA_CREATE_MESSAGE_ID, NULL, NULL, NULL, a, &r, &e), ERR_REFUSED);
		if (said->code != faults[i].code)
			fail_msg("%zu: %d", i, (int)said->code);
		assert_int_equal(said->exception, faults[i].exception);
		assert_string_equal(said->number, faults[i].number);
		assert_string_equal(said->text, faults[i].text);
	}
	xta_client_free(c);
	line_fini(&l);
	arena_free(a);
}

static void test_an_answer_cut_short_anywhere_is_not_taken(void **state)
{
	const struct xta_ask ask = { .max = 1 };
	struct xta_sending s = { &full, parts, 2 };
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct line l;
	struct xta_client *c;
	struct xta_reply r;
	size_t n;

	(void)state;
	line_init(&l, "author");
	for (int mtom = 0; mtom < 2; mtom++) {
		c = client_of(&l, mtom != 0, false);
		l.peer = "author";
		l.cut = 0;
		(void)xta_client_call(c, XTA_SEND_MESSAGE, &s, NULL, NULL, a, &r, &e);
		l.peer = "reader";
		for (n = 1;; n++) {
			struct taken t = { .types = { "" } };
			const struct xta_intake intake = { take, &t };
			int rc;

			l.cut = n;
			rc = xta_client_call(c, XTA_GET_MESSAGE, NULL, &ask, &intake, a, &r, &e);
			buf_fini(&t.data[0]);
			buf_fini(&t.data[1]);
			if (n + 4 >= l.got.body.n)
				break;
			assert_int_equal(rc, ERR_PEER);
			arena_reset(a);
		}
		assert_true(n > 1000);
		xta_client_free(c);
	}
	line_fini(&l);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_sent_is_held_against_the_published_schemas),
		cmocka_unit_test(test_client_and_strict_server_understand_each_other_in_every_form),
		cmocka_unit_test(test_an_empty_box_is_no_fault),
		cmocka_unit_test(test_the_code_of_a_fault_comes_over),
		cmocka_unit_test(test_an_answer_that_cannot_be_used_decides_nothing),
		cmocka_unit_test(test_faults_of_others_are_understood_as_far_as_they_go),
		cmocka_unit_test(test_an_answer_cut_short_anywhere_is_not_taken),
	};

	return cmocka_run_group_tests(tests, h_schema_load, h_schema_free);
}
