/* SPDX-License-Identifier: EUPL-1.2 */
/* What our own writer writes comes back from the reader as it was. */
#include "cm.h"

#include "h_reading.h"
#include "h_sample.h"
#include "osci/write.h"

static void same(const char *got, const char *want)
{
	if (want == NULL)
		assert_null(got);
	else
		assert_string_equal(got, want);
}

static void compare_selection(const struct osci_selection *got, const struct osci_selection *want)
{
	assert_int_equal(got->by, want->by);
	assert_int_equal(got->id_count, want->id_count);
	for (size_t i = 0; i < want->id_count; i++)
		same(got->ids[i], want->ids[i]);
	assert_int_equal(got->since, want->since);
	assert_int_equal(got->no_reception, want->no_reception);
	assert_int_equal(got->role, want->role);
	assert_int_equal(got->limit, want->limit);
}

static void compare_cards(const struct osci_message *got, const struct osci_message *want)
{
	enum osci_times times = osci_order_of(want->type)->times;

	assert_int_equal(got->card_count, want->card_count);
	for (size_t i = 0; i < want->card_count; i++) {
		const struct osci_card *g = &got->cards[i], *w = &want->cards[i];

		same(g->message_id, w->message_id);
		same(g->subject, w->subject);
		assert_int_equal(g->created, w->created);
		/* an answer shows only the times its schema has a place for */
		assert_int_equal(g->forwarded, times == OSCI_TIMES_CREATION ? 0 : w->forwarded);
		assert_int_equal(g->received, times == OSCI_TIMES_ALL ? w->received : 0);
		assert_int_equal(g->inspection_count, w->inspection_count);
		for (size_t k = 0; k < w->inspection_count; k++) {
			same(g->inspections[k].subject, w->inspections[k].subject);
			same(g->inspections[k].serial, w->inspections[k].serial);
			assert_int_equal(g->inspections[k].at, w->inspections[k].at);
			assert_int_equal(g->inspections[k].verdict.math, w->inspections[k].verdict.math);
			assert_int_equal(g->inspections[k].verdict.offline, w->inspections[k].verdict.offline);
			assert_int_equal(g->inspections[k].verdict.online, w->inspections[k].verdict.online);
		}
	}
}

static void digest_of(int (*open)(void *, struct src **, struct err *), void *ctx, uint8_t out[SHA256_LEN])
{
	struct err e = ERR_INIT;
	struct digest *d = digest_new(DIGEST_SHA256);
	struct sink *to = sink_digest(d, NULL);
	struct src *in = NULL;

	assert_ok(open(ctx, &in, &e), e);
	assert_ok(stream_copy(in, to, UINT64_MAX, NULL, &e), e);
	digest_end(d, out);
	src_close(in);
	sink_close(to);
	digest_free(d);
}

static void compare_content(struct h_intake *in, const struct osci_message *got, const struct osci_message *want)
{
	uint8_t sha[SHA256_LEN];

	assert_int_equal(got->has_content, want->has_content);
	assert_int_equal(got->attachment_count, want->attachment_count);
	assert_int_equal(got->content_size, want->content_size);
	if (want->has_content) {
		digest_of(want->open_content, want->content_ctx, sha);
		assert_memory_equal(h_intake_part(in, "body", 0)->sha256, sha, SHA256_LEN);
		assert_true(h_intake_part(in, "body", 0)->finished);
	}
	for (size_t i = 0; i < want->attachment_count; i++) {
		struct h_part *p = h_intake_part(in, "attachment", i);

		digest_of(want->attachments[i].open, want->attachments[i].ctx, sha);
		assert_memory_equal(p->sha256, sha, SHA256_LEN);
		same(p->cid, want->attachments[i].cid);
		same(got->attachments[i].cid, want->attachments[i].cid);
		assert_int_equal(got->attachments[i].size, p->size);
	}
}

static void compare(const struct h_result *r, const struct osci_message *want, enum h_how how)
{
	const struct osci_message *got = &r->m;
	bool is_signed = how == H_SIGNED || how == H_BOTH;

	assert_int_equal(got->type, want->type);
	same(got->control.response, want->control.response);
	same(got->control.challenge, want->control.challenge);
	same(got->control.conversation, want->control.conversation);
	assert_int_equal(got->control.sequence, want->control.sequence);
	same(got->languages, want->languages);
	assert_int_equal(got->quality_creation, want->quality_creation);
	assert_int_equal(got->cryptographic_reception, want->cryptographic_reception);
	same(got->message_id, want->message_id);
	same(got->subject, h_is_named(want->type) ? want->subject : NULL);
	same(got->receiver, want->receiver);
	same(got->reply_id, want->reply_id);
	compare_selection(&got->selection, &want->selection);
	assert_int_equal(got->feedback_count, want->feedback_count);
	for (size_t i = 0; i < want->feedback_count; i++)
		same(got->feedback[i].code, want->feedback[i].code);
	compare_cards(got, want);
	compare_content(r->in, got, want);
	assert_int_equal(got->cert_count, want->cert_count + (is_signed ? 1 : 0));
	assert_int_equal(got->custom_count, want->custom_count);
	assert_int_equal(got->was_encrypted, how >= H_ENCRYPTED);
	assert_int_equal(got->is_signed, is_signed);
	assert_int_equal(got->signature_code, OSCI_NO_CODE);
	assert_true(!is_signed || pki_cert_same(got->signer, h_keys.sign->cert));
	assert_true(got->gcm_iv12);
}

static void check_round_trip(enum osci_type t, enum h_how how, size_t step)
{
	struct arena *a = arena_new();
	struct osci_message m;
	struct h_result r;
	struct buf b;

	h_write_message(a, t, how, &m, &b);
	h_read_bytes(buf_view(&b), step, osci_order_of(t)->is_answer, &r);
	if (r.rc != 0)
		fail_msg("%s, way %d: %s", osci_order_of(t)->element, (int)how, r.e.text);
	compare(&r, &m, how);
	h_result_fini(&r);
	buf_fini(&b);
	arena_free(a);
}

static void every_message_comes_back_as_it_was_written(void **state)
{
	(void)state;
	for (int t = 0; t < OSCI_FAULT; t++)
		for (int how = 0; osci_order_of((enum osci_type)t)->read != NULL && how < H_HOWS; how++)
			check_round_trip((enum osci_type)t, (enum h_how)how, SIZE_MAX);
}

static void it_does_not_matter_how_the_bytes_arrive(void **state)
{
	static const size_t steps[] = { 1, 5, 333 };

	(void)state;
	for (int t = 0; t < OSCI_FAULT; t++)
		for (size_t i = 0; osci_order_of((enum osci_type)t)->read != NULL && i < 3; i++)
			check_round_trip((enum osci_type)t, H_BOTH, steps[i]);
}

struct halves {
	struct src base;
	struct span parts[2];
	int i;
};

static int halves_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	struct halves *h = (struct halves *)s;

	(void)e;
	while (h->i < 2 && h->parts[h->i].n == 0)
		h->i++;
	if (h->i == 2) {
		*got = 0;
		return 0;
	}
	*got = cap < h->parts[h->i].n ? cap : h->parts[h->i].n;
	memcpy(data, h->parts[h->i].p, *got);
	h->parts[h->i].p += *got;
	h->parts[h->i].n -= *got;
	return 0;
}

static void every_cut_in_two_gives_the_same_message(void **state)
{
	struct arena *a = arena_new();
	struct osci_message m;
	struct h_result r;
	struct buf b;

	(void)state;
	h_write_message(a, OSCI_EXIT_DIALOG, H_SIGNED, &m, &b);
	for (size_t cut = 0; cut <= b.n; cut += 3) {
		struct halves h = { { halves_read, NULL }, { { b.p, cut }, { b.p + cut, b.n - cut } }, 0 };

		h_read_src(&h.base, false, true, &r);
		if (r.rc != 0)
			fail_msg("cut at %zu: %s", cut, r.e.text);
		compare(&r, &m, H_SIGNED);
		h_result_fini(&r);
	}
	buf_fini(&b);
	arena_free(a);
}

static void without_an_intake_content_is_refused(void **state)
{
	struct osci_read_options o = { .certs = h_keys.certs, .max_size = H_READ_MAX };
	struct arena *a = arena_new();
	struct osci_message m, got;
	enum osci_code code;
	struct err e = ERR_INIT;
	struct src *in;
	struct buf b;

	(void)state;
	h_write_message(a, OSCI_STORE_DELIVERY, H_PLAIN, &m, &b);
	in = src_of_mem(b.p, b.n);
	assert_int_not_equal(osci_read(&o, in, NULL, NULL, a, &got, &code, &e), 0);
	assert_int_equal(code, OSCI_9100);
	src_close(in);
	buf_fini(&b);
	arena_free(a);
}

static void errors_of_our_own_are_not_blamed_on_the_sender(void **state)
{
	struct osci_read_options o = { .keys = h_keys.ring, .certs = h_keys.certs, .max_size = H_READ_MAX };
	struct arena *a = arena_new();
	struct osci_message m, got;
	enum osci_code code;
	struct src *in;
	struct buf b;

	(void)state;
	for (int how = H_PLAIN; how <= H_ENCRYPTED; how += H_ENCRYPTED) {
		struct h_intake *h = h_intake_new(true);
		struct err e = ERR_INIT;

		err_set(&h->fail, ERR_FULL, "disk full");
		h_write_message(a, OSCI_STORE_DELIVERY, (enum h_how)how, &m, &b);
		in = src_of_mem(b.p, b.n);
		assert_int_equal(osci_read(&o, in, &h->intake, &h->room, a, &got, &code, &e), ERR_FULL);
		assert_int_equal(code, OSCI_9000);
		src_close(in);
		buf_fini(&b);
		h_intake_free(h);
	}
	arena_free(a);
}

static void messages_above_the_limit_are_refused(void **state)
{
	struct arena *a = arena_new();
	struct osci_message m, got;
	enum osci_code code;
	struct src *in;
	struct buf b;

	(void)state;
	for (int how = H_PLAIN; how <= H_ENCRYPTED; how += H_ENCRYPTED) {
		struct osci_read_options o = { .keys = h_keys.ring, .certs = h_keys.certs, .max_size = 20000 };
		struct h_intake *h = h_intake_new(true);
		struct err e = ERR_INIT;

		h_write_message(a, OSCI_RESPONSE_TO_FETCH_PROCESS_CARD, (enum h_how)how, &m, &b);
		o.answers = true;
		o.max_size = 3000;
		in = src_of_mem(b.p, b.n);
		assert_int_equal(osci_read(&o, in, &h->intake, &h->room, a, &got, &code, &e), ERR_LIMIT);
		assert_int_equal(code, OSCI_9100);
		src_close(in);
		buf_fini(&b);
		h_intake_free(h);
	}
	arena_free(a);
}

/* The least budget of an arena with which the message is read. */
static size_t least_budget(struct span bytes)
{
	struct osci_read_options o = { .keys = h_keys.ring, .certs = h_keys.certs, .max_size = H_READ_MAX };
	size_t budget = 1 << 20;

	for (;;) {
		struct arena *a = arena_new_capped(budget);
		struct h_intake *h = h_intake_new(true);
		struct src *in = src_of_mem(bytes.p, bytes.n);
		struct osci_message got;
		enum osci_code code;
		struct err e = ERR_INIT;
		int rc = osci_read(&o, in, &h->intake, &h->room, a, &got, &code, &e);

		if (rc == 0)
			osci_message_fini(&got);
		src_close(in);
		h_intake_free(h);
		arena_free(a);
		if (rc != 0) {
			assert_int_equal(rc, ERR_LIMIT);
			assert_true(code == OSCI_9100 || code == OSCI_9300);
			return budget;
		}
		budget -= budget / 8;
		assert_true(budget > 100);
	}
}

static void a_message_that_needs_more_memory_than_there_is_is_refused(void **state)
{
	struct arena *a = arena_new();
	struct osci_message m;
	struct buf b;

	(void)state;
	for (int how = H_PLAIN; how < H_HOWS; how++) {
		h_write_message(a, OSCI_STORE_DELIVERY, (enum h_how)how, &m, &b);
		assert_true(least_budget(buf_view(&b)) < OSCI_REQUEST_MEMORY / 64); /* an honest one is far from it */
		buf_fini(&b);
	}
	arena_free(a);
}

static void a_fault_comes_back_as_it_was_written(void **state)
{
	static const struct {
		enum osci_code code;
		bool is_server;
	} faults[] = { { OSCI_9000, true }, { OSCI_9100, false }, { OSCI_9400, false }, { OSCI_9503, true } };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct err e = ERR_INIT;
		struct h_result r;
		struct sink *s;
		struct buf b;

		buf_init(&b, H_READ_MAX);
		s = sink_to_buf(&b);
		assert_ok(osci_write_fault(faults[i].code, s, &e), e);
		h_read_bytes(buf_view(&b), SIZE_MAX, true, &r);
		assert_ok(r.rc, r.e);
		assert_int_equal(r.m.type, OSCI_FAULT);
		assert_string_equal(r.m.fault_code, osci_feedback(faults[i].code)->digits);
		assert_int_equal(r.m.fault_is_server, faults[i].is_server);
		assert_true(strlen(r.m.fault_text) > 5);
		h_result_fini(&r);
		sink_close(s);
		buf_fini(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_message_comes_back_as_it_was_written),
		cmocka_unit_test(it_does_not_matter_how_the_bytes_arrive),
		cmocka_unit_test(every_cut_in_two_gives_the_same_message),
		cmocka_unit_test(without_an_intake_content_is_refused),
		cmocka_unit_test(errors_of_our_own_are_not_blamed_on_the_sender),
		cmocka_unit_test(messages_above_the_limit_are_refused),
		cmocka_unit_test(a_message_that_needs_more_memory_than_there_is_is_refused),
		cmocka_unit_test(a_fault_comes_back_as_it_was_written),
	};

	return cmocka_run_group_tests(tests, h_keys_begin, h_keys_end);
}
