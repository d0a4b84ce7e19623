/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/base/b64. */
#include "base/b64.h"

#include "base/mem.h"
#include "cm.h"

static const struct {
	const char *plain, *text;
} valid[] = {	/* RFC 4648 section 10 */
	{ "", "" },
	{ "f", "Zg==" },
	{ "fo", "Zm8=" },
	{ "foo", "Zm9v" },
	{ "foob", "Zm9vYg==" },
	{ "fooba", "Zm9vYmE=" },
	{ "foobar", "Zm9vYmFy" },
	{ "\xfb\xff\xbf\x3e", "+/+/Pg==" },
};

static const struct {
	const char *text;
	bool blanks;
	unsigned offset;
} invalid[] = {
	{ "Z", false, 1 },	  { "Zg", false, 2 },	    { "Zg=", false, 3 },      { "Zm8", false, 3 },
	{ "Zg===", false, 4 },	  { "Zg==Zg==", false, 4 }, { "Zh==", false, 3 },     { "Zm9=", false, 3 },
	{ "=", false, 0 },	  { "Z===", false, 1 },	    { "Zg=v", false, 3 },     { "Zm9v Yg==", false, 4 },
	{ "Zm9v\n", false, 4 },	  { "Zm-_", false, 2 },	    { "Zm9v\vYg==", true, 4 }, { "Zm9v\xc2\xa0", true, 4 },
	{ "Zm9vYg== =", true, 9 }, { "\xff", false, 0 },    { "Zm9v*", true, 4 },     { "Zg== Zg==", true, 5 },
};

static void tables_encode_and_decode_both_ways(void **state)
{
	struct err e = ERR_INIT;
	struct buf b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(valid); i++) {
		buf_init(&b, 100);
		b64_encode(&b, valid[i].plain, strlen(valid[i].plain));
		assert_string_equal(buf_str(&b), valid[i].text);
		assert_int_equal(b.n, B64_LEN(strlen(valid[i].plain)));
		buf_reset(&b);
		assert_ok(b64_decode(&b, span_of(valid[i].text), false, &e), e);
		assert_string_equal(buf_str(&b), valid[i].plain);
		buf_fini(&b);
	}
}

static void malformed_text_is_refused_with_the_offset(void **state)
{
	struct err e = ERR_INIT;
	struct buf b;
	char where[40];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(invalid); i++) {
		buf_init(&b, 100);
		if (b64_decode(&b, span_of(invalid[i].text), invalid[i].blanks, &e) != ERR_SYNTAX)
			fail_msg("accepted: %s", invalid[i].text);
		(void)snprintf(where, sizeof(where), " at offset %u", invalid[i].offset);
		if (strstr(e.text, where) == NULL)
			fail_msg("%s: %s, expected%s", invalid[i].text, e.text, where);
		assert_string_equal(e.spec, "RFC 4648 4");
		buf_fini(&b);
	}
}

static void xml_white_space_is_skipped_when_asked_for(void **state)
{
	struct err e = ERR_INIT;
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	assert_ok(b64_decode(&b, SPAN_LIT("\r\n Zm\t9v\n\nYg =\r= \n"), true, &e), e);
	assert_string_equal(buf_str(&b), "foob");
	buf_fini(&b);
}

static void the_url_form_has_other_letters_and_no_padding(void **state)
{
	static const char *const bad[] = { "Zg==", "Z", "Zh", "Zm9", "+/+/", "Zm9v ", "Zg=" };
	struct err e = ERR_INIT;
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	b64url_encode(&b, "\xfb\xff\xbf\x3e", 4);
	assert_string_equal(buf_str(&b), "-_-_Pg");
	buf_reset(&b);
	assert_ok(b64url_decode(&b, SPAN_LIT("-_-_Pg"), &e), e);
	assert_string_equal(buf_str(&b), "\xfb\xff\xbf\x3e");
	buf_reset(&b);
	assert_ok(b64url_decode(&b, SPAN_LIT("Zm8"), &e), e);
	assert_string_equal(buf_str(&b), "fo");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (b64url_decode(&b, span_of(bad[i]), &e) != ERR_SYNTAX)
			fail_msg("accepted: %s", bad[i]);
	buf_fini(&b);
}

static void a_run_ends_at_the_first_byte_that_is_no_letter(void **state)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char text[16];

	(void)state;
	assert_int_equal(b64_run(SPAN_EMPTY), 0);
	for (unsigned c = 0; c < 256; c++)
		for (size_t at = 0; at < sizeof(text); at++) {
			bool is_letter = c != 0 && strchr(letters, (int)c) != NULL;

			memset(text, '/', sizeof(text));
			text[at] = (char)c;
			assert_int_equal(b64_run((struct span){ text, sizeof(text) }), is_letter ? sizeof(text) : at);
		}
}

static void the_cap_of_the_buffer_is_the_limit(void **state)
{
	struct err e = ERR_INIT;
	struct buf b;

	(void)state;
	buf_init(&b, 5);
	assert_int_equal(b64_decode(&b, SPAN_LIT("Zm9vYmFy"), false, &e), ERR_LIMIT);
	buf_fini(&b);
}

static void fill(uint8_t *data, size_t n)
{
	for (size_t i = 0; i < n; i++)
		data[i] = (uint8_t)(i * 167 + (i >> 8) * 29);
}

/* Pushes text through a sink in two pieces, cut at `split`. */
static int push(struct sink *k, const char *data, size_t n, size_t split, struct err *e)
{
	int rc = sink_write(k, data, split, e);

	if (rc == 0)
		rc = sink_write(k, data + split, n - split, e);
	return rc != 0 ? rc : sink_finish(k, e);
}

static void sinks_do_not_care_where_the_pieces_are_cut(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	for (size_t n = 0; n < 40; n++) {
		uint8_t plain[40];
		struct buf want;

		fill(plain, n);
		buf_init(&want, 100);
		b64_encode(&want, plain, n);
		for (size_t split = 0; split <= n; split++) {
			struct buf out;
			struct sink *end, *k;

			buf_init(&out, 100);
			end = sink_to_buf(&out);
			k = sink_b64_encode(end, 0);
			assert_ok(push(k, (const char *)plain, n, split, &e), e);
			assert_string_equal(buf_str(&out), buf_str(&want));
			sink_close(k);
			sink_close(end);
			buf_fini(&out);
		}
		for (size_t split = 0; split <= want.n; split++) {
			struct buf out;
			struct sink *end, *k;

			buf_init(&out, 100);
			end = sink_to_buf(&out);
			k = sink_b64_decode(end, false);
			assert_ok(push(k, buf_str(&want), want.n, split, &e), e);
			assert_int_equal(out.n, n);
			assert_memory_equal(buf_str(&out), plain, n);
			sink_close(k);
			sink_close(end);
			buf_fini(&out);
		}
		buf_fini(&want);
	}
}

static void malformed_text_is_refused_at_every_cut(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(invalid); i++) {
		size_t n = strlen(invalid[i].text);

		for (size_t split = 0; split <= n; split++) {
			struct sink *end = sink_to_null(), *k = sink_b64_decode(end, invalid[i].blanks);

			if (push(k, invalid[i].text, n, split, &e) != ERR_SYNTAX)
				fail_msg("accepted: %s cut at %zu", invalid[i].text, split);
			sink_close(k);
			sink_close(end);
		}
	}
}

static void lines_have_the_width_and_no_end_of_line_at_the_end(void **state)
{
	struct err e = ERR_INIT;
	struct buf out, back;
	struct sink *end, *k;
	uint8_t plain[100];

	(void)state;
	fill(plain, sizeof(plain));
	for (unsigned width = 1; width < 90; width++) {
		buf_init(&out, 1000);
		buf_init(&back, 1000);
		end = sink_to_buf(&out);
		k = sink_b64_encode(end, width);
		assert_ok(push(k, (const char *)plain, sizeof(plain), 50, &e), e);
		assert_int_equal(out.n, 136 + (136 - 1) / width);
		for (size_t i = 0; i < out.n; i++)
			assert_int_equal(out.p[i] == '\n', i % (width + 1) == width);
		assert_ok(b64_decode(&back, buf_view(&out), true, &e), e);
		assert_memory_equal(back.p, plain, sizeof(plain));
		sink_close(k);
		sink_close(end);
		buf_fini(&out);
		buf_fini(&back);
	}
}

struct drip {
	struct src src;
	struct src *below;
	size_t step;
};

static int drip_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	struct drip *d = (struct drip *)s;

	return src_read(d->below, data, cap < d->step ? cap : d->step, got, e);
}

static void sources_give_the_same_bytes_in_pieces_of_any_size(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 100, 6143, 6144, 6145, 20000 };
	struct err e = ERR_INIT;
	uint8_t *plain = mem_new(20000);

	(void)state;
	fill(plain, 20000);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		for (size_t step = 1; step < 40000; step = step * 3 + 1) {
			struct drip d = { { drip_read, NULL }, src_of_mem(plain, sizes[i]), step };
			struct src *enc = src_b64_encode(&d.src);
			struct buf text, out;

			buf_init(&text, 40000);
			buf_init(&out, 20000);
			assert_ok(stream_to_buf(enc, &text, "text", &e), e);
			assert_ok(b64_decode(&out, buf_view(&text), false, &e), e);
			assert_int_equal(out.n, sizes[i]);
			assert_memory_equal(buf_str(&out), plain, sizes[i]);
			buf_fini(&out);
			buf_fini(&text);
			src_close(enc);
			src_close(d.below);
		}
	}
	free(plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_encode_and_decode_both_ways),
		cmocka_unit_test(malformed_text_is_refused_with_the_offset),
		cmocka_unit_test(xml_white_space_is_skipped_when_asked_for),
		cmocka_unit_test(the_url_form_has_other_letters_and_no_padding),
		cmocka_unit_test(a_run_ends_at_the_first_byte_that_is_no_letter),
		cmocka_unit_test(the_cap_of_the_buffer_is_the_limit),
		cmocka_unit_test(sinks_do_not_care_where_the_pieces_are_cut),
		cmocka_unit_test(malformed_text_is_refused_at_every_cut),
		cmocka_unit_test(lines_have_the_width_and_no_end_of_line_at_the_end),
		cmocka_unit_test(sources_give_the_same_bytes_in_pieces_of_any_size),
	};
	return cmocka_run_group_tests_name("base/b64", tests, NULL, NULL);
}
