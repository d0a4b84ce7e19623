/* SPDX-License-Identifier: EUPL-1.2 */
/* What SOAP stacks put on the wire, as recorded, against a server over a box in memory. */
#include "cm.h"

#include "base/file.h"
#include "base/mem.h"
#include "h_message.h"

#define VECTORS "../shared/vectors/xta/"
#define FILE_MAX (1u << 20)

static const struct {
	const char *file, *peer;
	enum xta_code code;
	const char *operation;
	unsigned warnings;
} calls[] = {
	{ "zeep-plain/01_CheckAccountActive", "author", XTA_OK, "checkAccountActive", 0 },
	{ "zeep-plain/02_IsServiceAvailable", "author", XTA_OK, "lookupService", 0 },
	{ "zeep-plain/03_CreateMessageID", "author", XTA_OK, "createMessageId", 0 },
	{ "zeep-plain/04_SendMessage", "author", XTA_OK, "sendMessage", 0 },
	{ "zeep-plain/05_MsgBoxStatusListRequest", "reader", XTA_OK, "getStatusList", 0 },
	{ "zeep-plain/06_MsgBoxFetchRequest", "reader", XTA_OK, "getMessage", 0 },
	{ "zeep-plain/07_GetTransportReport", "author", XTA_OK, "getTransportReport", 0 },
	{ "zeep-plain/08_MsgBoxCloseRequest", "reader", XTA_OK, "close", 0 },
	{ "zeep-plain/09_MsgBoxFetchRequest", "reader", XTA_9070, "getMessage", 0 },
	{ "zeep-mtom/04_SendMessage", "author", XTA_OK, "sendMessage", 0 },
	{ "zeep-mtom/06_MsgBoxFetchRequest", "reader", XTA_OK, "getMessage", 0 },
	{ "zeep-mtom/08_MsgBoxCloseRequest", "reader", XTA_OK, "close", 0 },
	{ "zeep-mtom/09_MsgBoxFetchRequest", "reader", XTA_9070, "getMessage", 0 },
	{ "gsoap-plain/01_CreateMessageID", "author", XTA_OK, "createMessageId", 0 },
	{ "gsoap-plain/02_SendMessage", "author", XTA_OK, "sendMessage", 0 },
	{ "node-soap/01_CreateMessageID", "author", XTA_OK, "createMessageId", XTA_WARN_BODY },
	{ "node-soap/02_SendMessage", "author", XTA_9050, "sendMessage", 0 },
	{ "php-soap/01_CreateMessageID", "php", XTA_OK, "createMessageId", 0 },
};

static void load(const char *file, const char *end, struct buf *b)
{
	struct err e = ERR_INIT;
	char path[300];

	snprintf(path, sizeof(path), VECTORS "%s%s", file, end);
	buf_init(b, FILE_MAX);
	assert_ok(file_read(path, b, &e), e);
}

/* The value of a field of a recorded head, or "". */
static void field(const struct buf *head, const char *name, char out[500])
{
	struct span line, rest = buf_view(head), key, value;

	out[0] = '\0';
	while (rest.n > 0) {
		span_split(rest, '\n', &line, &rest);
		if (span_split(line, ':', &key, &value) && span_is_nocase(key, name))
			snprintf(out, 500, "%.*s", (int)span_trim(value).n, span_trim(value).p);
	}
}

static void run(struct h_box *b, size_t i, const struct xta_policy *p, size_t step, struct h_answer *a)
{
	char media[500], action[500];
	struct buf head, body;

	load(calls[i].file, ".http", &head);
	load(calls[i].file, ".req", &body);
	field(&head, "Content-Type", media);
	field(&head, "SOAPAction", action);
	h_call(b, p, calls[i].peer, media, action, buf_view(&body), step, a);
	buf_fini(&head);
	buf_fini(&body);
}

static void test_recorded_calls_are_served_and_every_answer_conforms_to_the_schema(void **state)
{
	struct h_box *b = h_box_new();

	(void)state;
	need_shared("vectors/xta");
	need_shared("schemas/xta");
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		struct h_answer a;

		run(b, i, NULL, 0, &a);
		if (a.done.code != calls[i].code)
			fail_msg("%s: %d, %s", calls[i].file, (int)a.done.code, a.done.cause.text);
		assert_int_equal(a.rc, 0);
		assert_int_equal(a.begun, 1);
		assert_int_equal(a.status, a.done.code == XTA_OK ? 200 : 500);
		assert_string_equal(a.done.operation->name, calls[i].operation);
		assert_int_equal(a.done.warnings, calls[i].warnings);
		h_schema_check(&a, calls[i].file);
		h_answer_fini(&a);
	}
	h_box_free(b);
}

static void test_wherever_the_bytes_are_cut_the_result_is_the_same(void **state)
{
	static const size_t which[] = { 3, 9 };

	(void)state;
	need_shared("vectors/xta");
	for (size_t k = 0; k < ARRAY_LEN(which); k++) {
		uint8_t whole[2][SHA256_LEN];

		for (size_t step = 0; step < 200; step++) {
			struct h_box *b = h_box_new();
			struct h_answer a;

			run(b, which[k], NULL, step, &a);
			assert_int_equal(a.done.code, XTA_OK);
			assert_int_equal(b->count, 1);
			for (size_t i = 0; i < 2; i++) {
				if (step == 0)
					memcpy(whole[i], b->stored[0]->parts[i].sha256, SHA256_LEN);
				assert_memory_equal(whole[i], b->stored[0]->parts[i].sha256, SHA256_LEN);
			}
			h_answer_fini(&a);
			h_box_free(b);
		}
	}
}

static void test_a_message_cut_short_anywhere_is_refused_and_leaves_nothing(void **state)
{
	static const size_t which[] = { 3, 9 };
	struct h_box *b = h_box_new();

	(void)state;
	need_shared("vectors/xta");
	for (size_t k = 0; k < ARRAY_LEN(which); k++) {
		struct buf head, body;
		char media[500];

		load(calls[which[k]].file, ".http", &head);
		load(calls[which[k]].file, ".req", &body);
		field(&head, "Content-Type", media);
		/* behind the closing tag or boundary only line ends are missing */
		for (size_t n = 0; n + 4 < body.n; n++) {
			struct h_answer a;

			h_call(b, NULL, "author", media, "", (struct span){ body.p, n }, 0, &a);
			if (a.done.code == XTA_OK)
				fail_msg("%s: %zu of %zu bytes were taken", calls[which[k]].file, n, body.n);
			assert_int_equal(a.status, 500);
			assert_int_equal(b->count, 0);
			assert_int_equal(b->aborted, b->begun);
			h_answer_fini(&a);
		}
		buf_fini(&head);
		buf_fini(&body);
	}
	h_box_free(b);
}

static void test_what_munich_sends_is_taken_with_warnings_and_refused_strictly(void **state)
{
	struct xta_policy strict = XTA_POLICY_DEFAULT;
	struct h_box *b = h_box_new();
	struct h_answer a;
	struct buf body, changed;
	const char *at;

	(void)state;
	need_shared("vectors/xta");
	load("munich-style/sendMessage.reconstructed", ".xml", &body);
	/* their party is none of ours */
	buf_init(&changed, FILE_MAX);
	at = strstr(buf_str(&body), "<m:Identifier type=\"XTA_ID\"");
	buf_put(&changed, body.p, (size_t)(at - body.p));
	buf_puts(&changed, "<m:Identifier type=\"xoev\">ags:01010101</m:Identifier>");
	buf_puts(&changed, strstr(at, "</m:Author>"));
	h_call(b, NULL, "author", "application/soap+xml; charset=UTF-8", "", buf_view(&changed), 0, &a);
	assert_int_equal(a.done.code, XTA_OK);
	assert_int_equal(a.done.warnings, XTA_WARN_TOKENS | XTA_WARN_SCENARIO | XTA_WARN_PARTY_TYPE | XTA_WARN_SERVICE);
	assert_int_equal(b->stored[0]->warnings, a.done.warnings);
	h_answer_fini(&a);
	strict.is_strict = true;
	h_call(b, &strict, "author", "application/soap+xml; charset=UTF-8", "", buf_view(&changed), 0, &a);
	assert_int_equal(a.done.code, XTA_9050);
	h_answer_fini(&a);
	buf_fini(&body);
	buf_fini(&changed);
	h_box_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_sent_is_held_against_the_published_schemas),
		cmocka_unit_test(test_recorded_calls_are_served_and_every_answer_conforms_to_the_schema),
		cmocka_unit_test(test_wherever_the_bytes_are_cut_the_result_is_the_same),
		cmocka_unit_test(test_a_message_cut_short_anywhere_is_refused_and_leaves_nothing),
		cmocka_unit_test(test_what_munich_sends_is_taken_with_warnings_and_refused_strictly),
	};

	return cmocka_run_group_tests(tests, h_schema_load, h_schema_free);
}
