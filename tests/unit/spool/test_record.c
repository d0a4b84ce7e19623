/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of spool/record. */
#include "cm.h"

#include "base/codec.h"
#include "base/digest.h"
#include "base/mem.h"
#include "spool/card_chain.h"
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

/* A look finds the same; the bytes of a damaged record lead nowhere. */
static int peek_delivery(struct span in, struct arena *a, struct err *e)
{
	struct spool_delivery d = { .attempts = 0 }, peeked = { .attempts = 0 };
	enum delivery_state state;
	struct span reason;
	bool seen = spool_rec_delivery_peek(in, &peeked) && spool_rec_delivery_glance(in, &state, &reason);
	int rc = spool_rec_delivery_get(in, a, &d, e);

	if (seen)
		assert_true((unsigned)peeked.state < DLV_STATES && (unsigned)state < DLV_STATES);
	if (rc == 0 && intact) {
		assert_true(seen);
		assert_int_equal(state, d.state);
		assert_true(span_is(reason, d.reason == RSN_NONE ? "" : reason_info(d.reason)->key));
		assert_int_equal(peeked.state, d.state);
		assert_int_equal(peeked.due, d.due);
		assert_int_equal(peeked.attempts, d.attempts);
		assert_int_equal(peeked.token, d.token);
		assert_int_equal(id_cmp(&peeked.node, &d.node), 0);
		assert_int_equal(peeked.entered, d.entered);
	}
	return rc;
}

static void make_waiting(struct buf *b)
{
	struct spool_delivery d = { .state = DLV_QUEUED, .recipient = "ags:1", .due = 1234567890123, .attempts = 4, .detail = "",
				    .token = 9, .node = { { 5 } }, .hold_reason = "because", .entered = 8, .deadline = 3 };

	spool_rec_delivery_put(b, &d);
}

static void make_lease(struct buf *b)
{
	struct spool_lease l = { .lane = { { 1 } }, .node = { { 2 } }, .until = 3, .token = 4, .attempts = 5, .entered = 6 };

	spool_rec_lease_put(b, &l);
}

static int read_lease(struct span in, struct arena *a, struct err *e)
{
	struct spool_lease l;
	int rc = spool_rec_lease_get(in, &l, e);

	(void)a;
	if (rc == 0 && intact) {
		assert_int_equal(l.lane.b[0], 1);
		assert_int_equal(l.node.b[0], 2);
		assert_int_equal(l.until, 3);
		assert_int_equal(l.token, 4);
		assert_int_equal(l.attempts, 5);
		assert_int_equal(l.entered, 6);
	}
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
	struct spool_counters c = { .messages = { 1, 2, 3 }, .slots = 5, .links = 6, .link_hash = { 7 }, .link_code = { 8 } };

	spool_rec_counters_put(b, &c);
}

static int read_counters(struct span in, struct arena *a, struct err *e)
{
	struct spool_counters c;
	int rc = spool_rec_counters_get(in, &c, e);

	(void)a;
	if (rc == 0 && intact) {
		assert_int_equal(c.slots, 5);
		assert_int_equal(c.links, 6);
		assert_int_equal(c.link_hash[0], 7);
		assert_int_equal(c.link_code[0], 8);
	}
	return rc;
}

static void make_link(struct buf *b)
{
	struct spool_link l = { .at = 2, .card = { { 3 } }, .digest = { 4 }, .hash = { 5 } };

	spool_rec_link_put(b, &l);
}

static int read_link(struct span in, struct arena *a, struct err *e)
{
	struct spool_link l;
	int rc = spool_rec_link_get(in, &l, e);

	(void)a;
	if (rc == 0 && intact) {
		assert_int_equal(l.at, 2);
		assert_int_equal(l.card.b[0], 3);
		assert_int_equal(l.digest[0], 4);
		assert_int_equal(l.hash[0], 5);
	}
	return rc;
}

static void make_rest(struct buf *b)
{
	struct spool_rest r = { 5, RSN_NET_TIMEOUT, "ags:1", "https://a.example", 4, 3, "no answer" };

	spool_rec_rest_put(b, &r);
}

static int read_rest(struct span in, struct arena *a, struct err *e)
{
	struct spool_rest r;
	int rc = spool_rec_rest_get(in, a, &r, e);

	if (rc == 0 && intact) {
		assert_int_equal(r.until, 5);
		assert_int_equal(r.reason, RSN_NET_TIMEOUT);
		assert_string_equal(r.recipient, "ags:1");
		assert_string_equal(r.peer, "https://a.example");
		assert_int_equal(r.since, 4);
		assert_int_equal(r.failures, 3);
		assert_string_equal(r.detail, "no answer");
	}
	return rc;
}

static void make_damage(struct buf *b)
{
	struct spool_damaged d = { .at = 9, .text = "checksum is wrong" };

	spool_rec_damage_put(b, &d);
}

static int read_damage(struct span in, struct arena *a, struct err *e)
{
	struct spool_damaged d = { .at = 0 };
	int rc = spool_rec_damage_get(in, a, &d, e);

	if (rc == 0 && intact) {
		assert_int_equal(d.at, 9);
		assert_string_equal(d.text, "checksum is wrong");
	}
	return rc;
}

static void make_suspension(struct buf *b)
{
	struct spool_suspension s = { .recipient = "ags:1", .since = 4, .until = 5, .actor = "uid 0", .why = "moving house" };

	spool_rec_suspension_put(b, &s);
}

static int read_suspension(struct span in, struct arena *a, struct err *e)
{
	struct spool_suspension s;
	int64_t until = 0;
	int rc = spool_rec_suspension_get(in, a, &s, e);

	if (rc == 0 && intact) {
		assert_int_equal(s.since, 4);
		assert_int_equal(s.until, 5);
		assert_string_equal(s.recipient, "ags:1");
		assert_null(s.peer);
		assert_string_equal(s.actor, "uid 0");
		assert_string_equal(s.why, "moving house");
		assert_int_equal(spool_rec_suspension_until(in, &until, e), 0);
		assert_int_equal(until, 5);
	}
	return rc;
}

static const struct {
	const char *name;
	void (*make)(struct buf *b);
	int (*read)(struct span in, struct arena *a, struct err *e);
	const char *sha;	/* of the bytes, SHA-256: another one needs another version of the kind */
} kinds[] = {
	{ "message", make_message, read_message,
	  "d06f1c23d429d6c89119fd1504492ad66860a34dace875dd1f59b81d6c0537da" },
	{ "sealed", make_sealed, read_sealed,
	  "08479c3e52c544fac725bfbf161b019b000bfb0540e9a729a134ab4e6fc82658" },
	{ "delivery", make_delivery, read_delivery,
	  "c70af7b5793e709f8561fa9d174751ecc6f8925455d3776426714beb2b182e1d" },
	{ "delivery with a reason, looked at", make_delivery, peek_delivery,
	  "c70af7b5793e709f8561fa9d174751ecc6f8925455d3776426714beb2b182e1d" },
	{ "delivery, looked at", make_waiting, peek_delivery,
	  "3711d95a9b1d8a5d0d2fbf8c2661a7155f9f5e07da7176a24a549df499afb637" },
	{ "lease", make_lease, read_lease,
	  "f44cc01a9c8f7f9c5e456e122e41df1cc1d9e7928b8d2ceb79776ffb9fcbc288" },
	{ "event", make_event, read_event,
	  "cf8af890f3ac655f93d93cd48351073e58ed0ed4e3f1c44a8a71d669638512c1" },
	{ "audit", make_audit, read_audit,
	  "1b474f6bea68be0bcd5dc762510f7f4fdfbf1a2f2036e128fe85bd96aac86268" },
	{ "cache", make_cache, read_cache,
	  "2f33e23293cd346c6c24eb95ff3491e928fbd9584f063adb0a3f9c1e2f847adf" },
	{ "erasing", make_erasing, read_erasing,
	  "28e72dc5e17f47007039ad1fbe1bab920aa632c029c71578aa45313c13b18c0f" },
	{ "counters", make_counters, read_counters,
	  "21fd739b520aa5edb5179d5ae20a88bc958a0b250b91db18f4a4b39c6d913d84" },
	{ "link", make_link, read_link,
	  "39e6ba7cfa080bb7584c44023b01829121b8eb6df166586f0ae5465ea8965fca" },
	{ "rest", make_rest, read_rest,
	  "a9f6b5651ead8dea9f0248c6650c05a1d601327624007d754b51e440f4cf35b4" },
	{ "suspension", make_suspension, read_suspension,
	  "24ced0b7b14acce136ec9f7321ab58db62ddbcf21987709b007b92ae6d770213" },
	{ "damage", make_damage, read_damage,
	  "d5177b380e8b76d8b5554f307fa576d4f196a30139537b6161d54b621f2e8e0b" },
};

static void each_record_has_the_bytes_of_its_format_and_reads_back(void **state)
{
	struct arena *a = arena_new();
	char hex[2 * SHA256_LEN + 1];
	struct err e = ERR_INIT;
	uint8_t sha[SHA256_LEN];
	struct buf b;

	(void)state;
	intact = true;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		buf_init(&b, 1 << 20);
		kinds[i].make(&b);
		if (kinds[i].read(buf_view(&b), a, &e) != 0)
			fail_msg("%s: %s", kinds[i].name, e.text);
		sha256(b.p, b.n, sha);
		hex_encode(sha, sizeof(sha), hex);
		if (strcmp(hex, kinds[i].sha) != 0)
			fail_msg("%s: the bytes are not those of before: %s", kinds[i].name, hex);
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

/* As the version before wrote it: without what version 3 has at its end. */
static void to_version_2(struct buf *b, size_t added)
{
	struct buf old;

	buf_init(&old, 1 << 20);
	buf_put(&old, b->p, b->n - 4 - added);
	old.p[1] = 2;
	codec_end(&old);
	buf_fini(b);
	*b = old;
}

static void records_of_version_2_are_read(void **state)
{
	static const enum spool_kind message_kinds[] = { SPOOL_DRAFT, SPOOL_APPLICATION, SPOOL_MAIL };
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct spool_delivery d = { .state = DLV_HELD, .recipient = "ags:1", .hold_reason = "h", .entered = 99 };
	struct spool_counters c = { .slots = 5, .links = 6 };
	struct buf b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(message_kinds); i++) {
		struct spool_rec_msg r = { .m = { .kind = message_kinds[i], .foreign_id = "f", .expires = 7 }, .rev = 3, .limit = 8 };

		buf_init(&b, 1 << 20);
		spool_rec_msg_put(&b, &r);
		to_version_2(&b, 4 + 8);	/* alias, limit */
		assert_ok(spool_rec_msg_get(buf_view(&b), a, &r, &e), e);
		assert_string_equal(r.m.foreign_id, "f");
		assert_int_equal(r.m.expires, 7);
		assert_int_equal(r.limit, message_kinds[i] == SPOOL_DRAFT ? 7 : 0);	/* whoever saved it had said when */
		buf_fini(&b);
	}
	buf_init(&b, 1 << 20);
	spool_rec_delivery_put(&b, &d);
	to_version_2(&b, 8);	/* entered */
	assert_ok(spool_rec_delivery_get(buf_view(&b), a, &d, &e), e);
	assert_string_equal(d.hold_reason, "h");
	assert_int_equal(d.entered, 0);
	buf_fini(&b);
	buf_init(&b, 1 << 20);
	spool_rec_counters_put(&b, &c);
	to_version_2(&b, 8 + 2 * SHA256_LEN);	/* links and the end of their chain */
	assert_ok(spool_rec_counters_get(buf_view(&b), &c, &e), e);
	assert_int_equal(c.slots, 5);
	assert_int_equal(c.links, 0);
	buf_fini(&b);
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
		cmocka_unit_test(each_record_has_the_bytes_of_its_format_and_reads_back),
		cmocka_unit_test(a_cut_or_prolonged_record_is_refused),
		cmocka_unit_test(a_flipped_bit_is_noticed),
		cmocka_unit_test(hostile_fields_with_a_right_checksum_do_no_harm),
		cmocka_unit_test(another_version_is_named),
		cmocka_unit_test(records_of_version_2_are_read),
		cmocka_unit_test(a_reason_of_a_newer_program_is_an_internal_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
