/* SPDX-License-Identifier: EUPL-1.2 */
/* Large content passes both ways without being held. XTA_LARGE_MB: how large, instead of 48. */
#include "cm.h"

#include <sys/resource.h>

#include "base/b64.h"
#include "base/mem.h"
#include "h_message.h"

#define GROWTH_MAX (16 * 1024)	/* KB; sanitizers keep much of what was freed */

static uint64_t large(void)
{
	const char *mb = getenv("XTA_LARGE_MB");

	return (mb == NULL ? 48 : strtoull(mb, NULL, 10)) * 1000000;
}

static long resident(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

/* head, content, tail as one request. */
static void send(struct h_box *b, const struct xta_policy *p, const char *media, struct span head, struct src *content,
		 const char *tail, struct h_answer *a)
{
	struct src *list[3] = { src_of_mem(head.p, head.n), content, src_of_mem(tail, strlen(tail)) };
	struct src *body = src_concat(list, 3);

	memset(a, 0, sizeof(*a));
	h_call_src(b, p, "author", media, NULL, body, a);
	src_close(body);
	for (size_t i = 0; i < 3; i++)
		src_close(list[i]);
}

static void digest_of(uint64_t n, uint8_t out[SHA256_LEN])
{
	struct digest *d = digest_new(DIGEST_SHA256);
	struct sink *to = sink_digest(d, NULL);
	struct src *from = h_generated(n);
	struct err e = ERR_INIT;

	assert_ok(stream_copy(from, to, UINT64_MAX, NULL, &e), e);
	digest_end(d, out);
	src_close(from);
	sink_close(to);
	digest_free(d);
}

static void check_stored(struct h_box *b, const char *id, struct h_answer *a)
{
	const struct h_stored *s = h_box_find(b, id);
	uint8_t expected[SHA256_LEN];

	if (a->done.code != XTA_OK)
		fail_msg("%d, %s", (int)a->done.code, a->done.cause.text);
	digest_of(large(), expected);
	assert_int_equal(s->parts[0].size, large());
	assert_memory_equal(s->parts[0].sha256, expected, SHA256_LEN);
	h_answer_fini(a);
}

static void test_content_inline_and_as_a_part_is_sent_without_being_held(void **state)
{
	static const char end[] = "</x:Message></x:ContentContainer></x:GenericContentContainer></env:Body></env:Envelope>";
	struct h_row r = { "x", "author", NULL, NULL, XTA_SEND_MESSAGE, H_META("urn:a:1", ""), H_CONTENT("@"), XTA_OK };
	struct xta_policy p = XTA_POLICY_DEFAULT;
	struct h_box *b = h_box_new();
	struct src *raw = h_generated(large()), *text = src_b64_encode(raw);
	struct buf envelope, head;
	struct h_answer a;
	long before;

	(void)state;
	p.content_max = large();
	buf_init(&envelope, 1 << 20);
	buf_init(&head, 1 << 20);
	h_envelope(&envelope, &r);
	buf_put(&head, envelope.p, (size_t)(strchr(envelope.p, '@') - envelope.p));
	buf_puts(&head, "<x:Message contentType='a/b'>");
	before = resident();
	send(b, &p, H_SOAP, buf_view(&head), text, end, &a);
	src_close(raw);
	check_stored(b, "urn:a:1", &a);
	/* the same as MTOM */
	r.header = H_META("urn:a:2", "");
	r.body = H_CONTENT("<x:Message contentType='a/b'><xop:Include href='cid:q'/></x:Message>");
	buf_reset(&envelope);
	buf_reset(&head);
	h_envelope(&envelope, &r);
	h_multipart(&head, &envelope, 0, "\r\n--b\r\nContent-ID: <q>\r\n\r\n@");
	*strrchr(head.p, '@') = '\0';
	send(b, &p, H_MULTIPART, span_of(head.p), h_generated(large()), "\r\n--b--\r\n", &a);
	check_stored(b, "urn:a:2", &a);
	assert_true(resident() - before < GROWTH_MAX);
	buf_fini(&envelope);
	buf_fini(&head);
	h_box_free(b);
}

static void test_content_is_fetched_inline_and_as_a_part_without_being_held(void **state)
{
	struct h_row put = { "x", "author", NULL, NULL, XTA_SEND_MESSAGE, H_META("urn:a:1", ""), H_CONTENT(H_MESSAGE), XTA_OK };
	struct h_row get = { "x", "reader", NULL, NULL, XTA_GET_MESSAGE, NULL, "<o:MsgBoxFetchRequest xmlns:o='" XTA_NS_BOX "'/>", XTA_OK };
	struct h_box *b = h_box_new();
	struct buf envelope, multi;
	struct h_answer a;
	long before;

	(void)state;
	h_row_call(b, NULL, &put, &a);
	h_answer_fini(&a);
	b->generated = large();
	buf_init(&envelope, 1 << 20);
	buf_init(&multi, 1 << 20);
	h_envelope(&envelope, &get);
	h_multipart(&multi, &envelope, 0, NULL);
	before = resident();
	for (int i = 0; i < 2; i++) {
		struct src *body = src_of_mem(i == 0 ? envelope.p : multi.p, i == 0 ? envelope.n : multi.n);

		memset(&a, 0, sizeof(a));
		a.sink_only = true;
		h_call_src(b, NULL, "reader", i == 0 ? H_SOAP : H_MULTIPART, NULL, body, &a);
		assert_int_equal(a.done.code, XTA_OK);
		assert_true(a.size > (i == 0 ? large() / 3 * 4 : large()));
		assert_true(a.size < (i == 0 ? large() / 3 * 4 : large()) + 10000);
		h_answer_fini(&a);
		src_close(body);
	}
	assert_true(resident() - before < GROWTH_MAX);
	buf_fini(&envelope);
	buf_fini(&multi);
	h_box_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_content_inline_and_as_a_part_is_sent_without_being_held),
		cmocka_unit_test(test_content_is_fetched_inline_and_as_a_part_without_being_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
