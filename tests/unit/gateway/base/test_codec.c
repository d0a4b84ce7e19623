/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of base/codec. */
#include "cm.h"

#include "base/codec.h"
#include "base/digest.h"

static const struct id some_id = { { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 } };

static void write_fields(struct buf *b)
{
	codec_u8(b, 0xfe);
	codec_u32(b, 0x01020304);
	codec_u64(b, 0x0102030405060708);
	codec_ms(b, -2);
	codec_id(b, &some_id);
	codec_str(b, "ab");
	codec_str(b, "");
	codec_str(b, NULL);
	codec_bytes(b, SPAN_LIT("x\0y"));
	codec_bytes(b, SPAN_EMPTY);
	codec_u32(b, 6);
}

static const char fields_hex[] = "fe"
				 "01020304"
				 "0102030405060708"
				 "fffffffffffffffe"
				 "0102030405060708090a0b0c0d0e0f10"
				 "000000026162"
				 "00000000"
				 "ffffffff"
				 "00000003780079"
				 "00000000"
				 "00000006";

struct fields {
	uint8_t u8;
	uint32_t u32;
	uint64_t u64;
	int64_t ms;
	struct id id;
	const char *ab, *empty, *none;
	struct span bytes, no_bytes;
	unsigned below;
};

static struct fields read_fields(struct codec_reader *r, struct arena *a)
{
	struct fields f;

	f.u8 = codec_read_u8(r);
	f.u32 = codec_read_u32(r);
	f.u64 = codec_read_u64(r);
	f.ms = codec_read_ms(r);
	codec_read_raw(r, f.id.b, ID_LEN);
	f.ab = codec_read_str(r, a);
	f.empty = codec_read_str(r, a);
	f.none = codec_read_str(r, a);
	f.bytes = codec_read_bytes(r, a);
	f.no_bytes = codec_read_view(r);
	f.below = codec_read_below(r, 7);
	return f;
}

static void the_bytes_of_each_field_are_those_of_the_format(void **state)
{
	char hex[2 * 200 + 1];
	struct buf b;

	(void)state;
	buf_init(&b, 200);
	write_fields(&b);
	hex_encode((const uint8_t *)b.p, b.n, hex);
	assert_string_equal(hex, fields_hex);
	buf_reset(&b);
	codec_begin(&b, 'Q', 3);
	codec_u8(&b, 7);
	codec_end(&b);
	hex_encode((const uint8_t *)b.p, b.n, hex);
	assert_string_equal(hex, "51030727765bf5");
	assert_int_equal(codec_crc32("123456789", 9), 0xcbf43926);	/* the check value of CRC-32/ISO-HDLC */
	buf_fini(&b);
}

static void what_was_written_is_read(void **state)
{
	struct arena *a = arena_new();
	struct codec_reader r;
	struct err e = ERR_INIT;
	struct fields f;
	struct buf b;

	(void)state;
	buf_init(&b, 200);
	write_fields(&b);
	r = codec_plain(buf_view(&b));
	f = read_fields(&r, a);
	assert_ok(codec_close(&r, &e), e);
	assert_int_equal(f.u8, 0xfe);
	assert_int_equal(f.u32, 0x01020304);
	assert_int_equal(f.u64, 0x0102030405060708);
	assert_int_equal(f.ms, -2);
	assert_memory_equal(f.id.b, some_id.b, ID_LEN);
	assert_string_equal(f.ab, "ab");
	assert_string_equal(f.empty, "");
	assert_null(f.none);
	assert_true(span_eq(f.bytes, SPAN_LIT("x\0y")));
	assert_int_equal(f.no_bytes.n, 0);
	assert_int_equal(f.below, 6);
	buf_fini(&b);
	arena_free(a);
}

static void fields_that_are_cut_anywhere_are_bad_and_read_as_nothing(void **state)
{
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct buf b;

	(void)state;
	buf_init(&b, 200);
	write_fields(&b);
	for (size_t n = 0; n < b.n; n++) {
		struct codec_reader r = codec_plain((struct span){ b.p, n });
		struct fields f = read_fields(&r, a);

		assert_true(r.bad);
		assert_int_equal(f.below, 0);
		assert_int_equal(codec_close(&r, &e), ERR_IO);
		assert_int_equal(e.reason, RSN_LOC_DATA_BAD);
	}
	buf_putc(&b, 'x');
	struct codec_reader r = codec_plain(buf_view(&b));
	(void)read_fields(&r, a);
	assert_false(r.bad);
	assert_int_equal(codec_close(&r, &e), ERR_IO);	/* a byte is left over */
	buf_fini(&b);
	arena_free(a);
}

static void a_value_out_of_its_range_is_bad(void **state)
{
	static const char nul_inside[] = { 0, 0, 0, 2, 'a', 0 }, too_long[] = { 0, 0, 0, 3, 'a', 'b' };
	static const char seven[] = { 0, 0, 0, 7 }, huge[] = { '\xff', '\xff', '\xff', '\xff', 'a' };
	struct arena *a = arena_new();
	struct codec_reader r;

	(void)state;
	r = codec_plain((struct span){ nul_inside, sizeof(nul_inside) });
	assert_null(codec_read_str(&r, a));
	assert_true(r.bad);
	r = codec_plain((struct span){ too_long, sizeof(too_long) });
	assert_int_equal(codec_read_bytes(&r, a).n, 0);
	assert_true(r.bad);
	r = codec_plain((struct span){ huge, sizeof(huge) });
	assert_int_equal(codec_read_view(&r).n, 0);
	assert_true(r.bad);
	r = codec_plain((struct span){ seven, sizeof(seven) });
	assert_int_equal(codec_read_below(&r, 7), 0);
	assert_true(r.bad);
	arena_free(a);
}

static void a_record_is_opened_by_kind_version_and_checksum(void **state)
{
	static const struct {
		const char *what;
		size_t at;
		char xor;
		char kind;
		uint8_t newest;
		enum err_code code;
	} rows[] = {
		{ "as written", 0, 0, 'Q', 2, ERR_OK },		  { "a newer reader", 0, 0, 'Q', 3, ERR_OK },
		{ "another kind", 0, 0, 'R', 2, ERR_IO },	  { "an older reader", 0, 0, 'Q', 1, ERR_UNSUPPORTED },
		{ "a bit of a field", 2, 1, 'Q', 2, ERR_IO },	  { "a bit of the version", 1, 1, 'Q', 9, ERR_IO },
		{ "a bit of the checksum", 6, 64, 'Q', 2, ERR_IO },
	};
	struct buf b;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err e = ERR_INIT;
		struct codec_reader r;

		buf_init(&b, 100);
		codec_begin(&b, 'Q', 2);
		codec_u8(&b, 7);
		codec_end(&b);
		b.p[rows[i].at] = (char)(b.p[rows[i].at] ^ rows[i].xor);
		if (codec_open(buf_view(&b), rows[i].kind, rows[i].newest, &r, &e) != (int)rows[i].code)
			fail_msg("%s: %s", rows[i].what, e.text);
		if (rows[i].code == ERR_OK) {
			assert_int_equal(r.version, 2);
			assert_int_equal(codec_read_u8(&r), 7);
			assert_ok(codec_close(&r, &e), e);
		}
		buf_fini(&b);
	}
	for (size_t n = 0; n < 6; n++) {
		struct err e = ERR_INIT;
		struct codec_reader r;

		assert_int_equal(codec_open((struct span){ "Q\1\0\0\0\0", n }, 'Q', 1, &r, &e), ERR_IO);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_bytes_of_each_field_are_those_of_the_format),
		cmocka_unit_test(what_was_written_is_read),
		cmocka_unit_test(fields_that_are_cut_anywhere_are_bad_and_read_as_nothing),
		cmocka_unit_test(a_value_out_of_its_range_is_bad),
		cmocka_unit_test(a_record_is_opened_by_kind_version_and_checksum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
