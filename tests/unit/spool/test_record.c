/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of spool/record. */
#include "cm.h"

#include "base/codec.h"
#include "base/mem.h"
#include "spool/record.h"

static struct spool_part parts[] = { { .name = "body", .type = "text/xml", .size = 7 },
				     { .name = "a", .type = "", .label = "Müller.pdf", .size = 1ULL << 40 } };
static struct spool_part_ref refs[] = { { .in_file = false, .id = { { 9 } } }, { .in_file = true, .id = { { 8 } } } };

static bool intact;	/* the bytes were not tampered with: the values must be the ones written */

static void make_message(struct buf *b)
{
	struct spool_rec_msg r = { .m = { .id = { { 1, 2 } }, .kind = SPOOL_MAIL, .foreign_id = "f", .alias = "g", .recipient = "",
					  .accepted = 5, .erased = INT64_MAX, .open_meta = SPAN_LIT("open\0meta"),
					  .parts = parts, .part_count = 2 },
				   .rev = 7, .slot = UINT64_MAX, .refs = refs };

	spool_rec_msg_put(b, &r);
}

static int read_message(struct span in, struct arena *a, struct err *e)
{
	struct spool_rec_msg r;
	int rc = spool_rec_msg_get(in, a, &r, e);

	if (rc == 0 && intact) {
		assert_int_equal(r.m.accepted, 5);
		assert_int_equal(r.m.part_count, 2);
		assert_string_equal(r.m.foreign_id, "f");
		assert_string_equal(r.m.alias, "g");
		assert_string_equal(r.m.recipient, "");
		assert_null(r.m.service);
		assert_int_equal(r.m.open_meta.n, 9);
		assert_int_equal(r.m.parts[1].size, 1ULL << 40);
		assert_true(r.refs[1].in_file);
		assert_int_equal(r.slot, UINT64_MAX);
	}
	return rc;
}

static void make_sealed(struct buf *b)
{
	struct spool_message m = { .meta = SPAN_LIT("meta"), .parts = parts, .part_count = 2 };

	spool_rec_sealed_put(b, &m);
}

static int read_sealed(struct span in, struct arena *a, struct err *e)
{
	struct spool_part got[2] = { { .name = "body" }, { .name = "a" } };
	struct spool_message m = { .parts = got, .part_count = 2 };

	return spool_rec_sealed_get(in, a, &m, e);
}

static void make_delivery(struct buf *b)
{
	struct spool_delivery d = { .state = DLV_WAITING, .recipient = "ags:1", .due = 77, .attempts = 3,
				    .reason = RSN_NET_TIMEOUT, .code = "9999", .peer = "http://x/", .ambiguous = true };

	spool_rec_delivery_put(b, &d);
}

static int read_delivery(struct span in, struct arena *a, struct err *e)
{
	struct spool_delivery d;
	int rc = spool_rec_delivery_get(in, a, &d, e);

	if (rc == 0)
		assert_true((unsigned)d.state < DLV_STATES);
	return rc;
}

static void make_event(struct buf *b)
{
	struct spool_event ev = { .at = 1, .kind = SPOOL_EV_FAILED, .reason = RSN_OSCI_REFUSED, .detail = "d" };

	spool_rec_event_put(b, &ev);
}

static int read_event(struct span in, struct arena *a, struct err *e)
{
	struct spool_event ev;
	int rc = spool_rec_event_get(in, a, &ev, e);

	if (rc == 0)
		assert_true((unsigned)ev.kind < SPOOL_EV_KINDS);
	return rc;
}

static void make_audit(struct buf *b)
{
	struct spool_rec_audit r = { .a = { 1, "who", "what", "which", NULL }, .seq = 4 };

	spool_rec_audit_put(b, &r, true);
}

static int read_audit(struct span in, struct arena *a, struct err *e)
{
	struct spool_rec_audit r;

	return spool_rec_audit_get(in, a, &r, e);
}

static void make_cache(struct buf *b)
{
	struct spool_cache_entry c = { 1, 2, 3, true, SPAN_LIT("value") };

	spool_rec_cache_put(b, &c);
}

static int read_cache(struct span in, struct arena *a, struct err *e)
{
	struct spool_cache_entry c;

	return spool_rec_cache_get(in, a, &c, e);
}

static void make_erasing(struct buf *b)
{
	struct id files[2] = { { { 1 } }, { { 2 } } };
	struct spool_rec_erasing r = { .slot = 3, .files = files, .file_count = 2 };

	spool_rec_erasing_put(b, &r);
}

static int read_erasing(struct span in, struct arena *a, struct err *e)
{
	struct spool_rec_erasing r;

	return spool_rec_erasing_get(in, a, &r, e);
}

static void make_counters(struct buf *b)
{
	struct spool_counters c = { .messages = { 1, 2, 3 }, .slots = 5 };

	spool_rec_counters_put(b, &c);
}

static int read_counters(struct span in, struct arena *a, struct err *e)
{
	struct spool_counters c;

	(void)a;
	return spool_rec_counters_get(in, &c, e);
}

static const struct {
	const char *name;
	void (*make)(struct buf *b);
	int (*read)(struct span in, struct arena *a, struct err *e);
} kinds[] = {
	{ "message", make_message, read_message },    { "sealed", make_sealed, read_sealed },
	{ "delivery", make_delivery, read_delivery }, { "event", make_event, read_event },
	{ "audit", make_audit, read_audit },	      { "cache", make_cache, read_cache },
	{ "erasing", make_erasing, read_erasing },    { "counters", make_counters, read_counters },
};

static void each_record_reads_back(void **state)
{
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct buf b;

	(void)state;
	intact = true;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		buf_init(&b, 1 << 20);
		kinds[i].make(&b);
		if (kinds[i].read(buf_view(&b), a, &e) != 0)
			fail_msg("%s: %s", kinds[i].name, e.text);
		buf_fini(&b);
	}
	intact = false;
	arena_free(a);
}

static void a_cut_or_prolonged_record_is_refused(void **state)
{
	struct arena *a = arena_new();
	struct buf b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		buf_init(&b, 1 << 20);
		kinds[i].make(&b);
		for (size_t n = 0; n < b.n; n++) {
			char *cut = mem_dup_n(b.p, n);	/* its own block, so that the sanitizer sees a step too far */
			struct err e = ERR_INIT;

			if (kinds[i].read((struct span){ cut, n }, a, &e) != ERR_IO || e.reason != RSN_LOC_DATA_BAD)
				fail_msg("%s cut to %zu bytes was read", kinds[i].name, n);
			free(cut);
		}
		buf_putc(&b, 0);
		assert_int_equal(kinds[i].read(buf_view(&b), a, &(struct err)ERR_INIT), ERR_IO);
		buf_fini(&b);
	}
	arena_free(a);
}

static void a_flipped_bit_is_noticed(void **state)
{
	struct arena *a = arena_new();
	struct buf b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		buf_init(&b, 1 << 20);
		kinds[i].make(&b);
		for (size_t bit = 0; bit < 8 * b.n; bit++) {
			struct err e = ERR_INIT;

			b.p[bit / 8] = (char)(b.p[bit / 8] ^ 1 << bit % 8);
			if (kinds[i].read(buf_view(&b), a, &e) == 0)
				fail_msg("%s with bit %zu flipped was read", kinds[i].name, bit);
			b.p[bit / 8] = (char)(b.p[bit / 8] ^ 1 << bit % 8);
			arena_reset(a);
		}
		buf_fini(&b);
	}
	arena_free(a);
}

/* The checksum only guards against accidents: with a right one, no content may lead beyond the record. */
static void hostile_fields_with_a_right_checksum_do_no_harm(void **state)
{
	static const uint8_t values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	struct arena *a = arena_new();
	struct buf b, c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		buf_init(&b, 1 << 20);
		kinds[i].make(&b);
		for (size_t at = 2; at < b.n - 4; at++) {
			for (size_t v = 0; v < ARRAY_LEN(values); v++) {
				struct err e = ERR_INIT;

				buf_init(&c, 1 << 20);
				buf_put(&c, b.p, b.n - 4);
				memset(c.p + at, values[v], c.n - at < 4 ? c.n - at : 4);
				codec_end(&c);
				(void)kinds[i].read(buf_view(&c), a, &e);
				buf_fini(&c);
				arena_reset(a);
			}
		}
		buf_fini(&b);
	}
	arena_free(a);
}

static void another_version_is_named(void **state)
{
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct buf b, c;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_init(&c, 1 << 20);
	make_event(&b);
	b.p[1] = 3;
	buf_put(&c, b.p, b.n - 4);
	codec_end(&c);
	assert_int_equal(read_event(buf_view(&c), a, &e), ERR_UNSUPPORTED);
	assert_non_null(strstr(e.text, "version 3"));
	buf_fini(&b);
	buf_fini(&c);
	arena_free(a);
}

static void a_reason_of_a_newer_program_is_an_internal_one(void **state)
{
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct spool_event ev;
	struct buf b;

	(void)state;
	buf_init(&b, 1000);
	codec_begin(&b, 'E', 1);
	codec_ms(&b, 1);
	codec_u32(&b, SPOOL_EV_FAILED);
	codec_str(&b, "XYZ-FROM-THE-FUTURE");
	codec_str(&b, NULL);
	codec_str(&b, NULL);
	codec_end(&b);
	assert_ok(spool_rec_event_get(buf_view(&b), a, &ev, &e), e);
	assert_int_equal(ev.reason, RSN_INTERNAL);
	buf_fini(&b);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_record_reads_back),
		cmocka_unit_test(a_cut_or_prolonged_record_is_refused),
		cmocka_unit_test(a_flipped_bit_is_noticed),
		cmocka_unit_test(hostile_fields_with_a_right_checksum_do_no_harm),
		cmocka_unit_test(another_version_is_named),
		cmocka_unit_test(a_reason_of_a_newer_program_is_an_internal_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
