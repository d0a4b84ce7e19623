/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/base/json. */
#include "base/json.h"

#include "base/file.h"
#include "base/mem.h"
#include "cm.h"

static void text_becomes_a_tree_and_sorted_compact_text(void **state)
{
	static const struct {
		const char *in, *out;
	} table[] = {
		{ "{}", "{}" },
		{ "\xef\xbb\xbf{}", "{}" },
		{ " [ 1 , 2.5 , \"x\" , null , true ] \n", "[1,2.5,\"x\",null,true]" },
		{ "{\"b\":1,\"a\":{\"d\":[],\"c\":\"ä\\u20ac\"}}", "{\"a\":{\"c\":\"ä€\",\"d\":[]},\"b\":1}" },
		{ "{\"s\":\"\\\"\\\\\\n[[[{{{\"}", "{\"s\":\"\\\"\\\\\\n[[[{{{\"}" },
	};
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		json_t *v = NULL;
		struct buf b;

		buf_init(&b, 1000);
		assert_ok(json_read(span_of(table[i].in), "t", &v, &e), e);
		json_write(&b, v);
		assert_string_equal(buf_str(&b), table[i].out);
		json_decref(v);
		buf_fini(&b);
	}
}

static void malformed_text_is_refused_with_its_place(void **state)
{
	static const char *const bad[] = {
		"", " ", "{", "[", "]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "[1 2]", "{a:1}", "{'a':1}", "1", "\"x\"", "null",
		"[01]", "[+1]", "[.5]", "[1.]", "[NaN]", "[Infinity]", "[1e999]", "[99999999999999999999]", "[\"\t\"]", "[\"\\x41\"]",
		"[\"\\u00\"]", "[\"\\ud800\"]", "[\"\\u0000\"]", "[\"\xff\"]", "[\"\xed\xa0\x80\"]", "{\"a\":1,\"a\":2}", "{}x", "{}{}",
		"[1]//c", "/**/[1]", "\xef\xbb\xbf", "\xef\xbb\xbf\xef\xbb\xbf{}", " \xef\xbb\xbf{}", "[tru]", "[\"abc", "{\"a\\u0000\":1}",
	};
	struct err e = ERR_INIT;
	json_t *v = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (json_read(span_of(bad[i]), "answer", &v, &e) != ERR_SYNTAX)
			fail_msg("accepted: %s", bad[i]);
		assert_true(strncmp(e.text, "answer:", 7) == 0);
	}
	assert_int_equal(json_read((struct span){ "[\"a\0b\"]", 7 }, "answer", &v, &e), ERR_SYNTAX);
	assert_int_equal(json_read(SPAN_EMPTY, "answer", &v, &e), ERR_SYNTAX);
	assert_int_equal(json_read((struct span){ "\xff\xfe{\0}\0", 6 }, "answer", &v, &e), ERR_SYNTAX);
	assert_string_equal(e.text, "answer: UTF-16, expected UTF-8");
	assert_int_equal(json_read(SPAN_LIT("{\n \"a\": x}"), "answer", &v, &e), ERR_SYNTAX);
	assert_string_equal(e.text, "answer:2:7: invalid token");
}

static void errors_do_not_quote_the_input(void **state)
{
	static const char *const bad[] = { "{\"a\":geheim}", "{\"geheim\" 1}", "[\"geheim\" \"geheim\"]", "{\"geheim\":1,\"geheim\":2}",
					   "[geheim", "[\"geheim\\q\"]", "[1] geheim" };
	struct err e = ERR_INIT;
	json_t *v = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_int_equal(json_read(span_of(bad[i]), "x", &v, &e), ERR_SYNTAX);
		if (strstr(e.text, "geheim") != NULL)
			fail_msg("quotes: %s", e.text);
	}
}

static void every_shortened_text_is_refused(void **state)
{
	static const char full[] = "{\"a\":[1,-2.5e3,\"x\\u00e4\\n\"],\"b\":{\"c\":null,\"d\":true}}";
	struct err e = ERR_INIT;
	json_t *v = NULL;

	(void)state;
	for (size_t n = 0; n < sizeof(full) - 1; n++)
		assert_int_equal(json_read((struct span){ full, n }, "x", &v, &e), ERR_SYNTAX);
	assert_ok(json_read((struct span){ full, sizeof(full) - 1 }, "x", &v, &e), e);
	json_decref(v);
}

static void depth_size_and_number_of_values_are_limited(void **state)
{
	struct err e = ERR_INIT;
	char text[200];
	json_t *v = NULL;
	char *big;

	(void)state;
	for (size_t depth = 63; depth <= 66; depth++) {
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		assert_int_equal(json_read((struct span){ text, 2 * depth }, "x", &v, &e), depth <= 64 ? 0 : ERR_LIMIT);
		if (depth <= 64)
			json_decref(v);
	}
	big = mem_new(JSON_TEXT_MAX + 1);
	memset(big, ' ', JSON_TEXT_MAX + 1);
	big[0] = '[';
	big[JSON_TEXT_MAX] = ']';
	assert_int_equal(json_read((struct span){ big, JSON_TEXT_MAX + 1 }, "x", &v, &e), ERR_LIMIT);
	big[JSON_TEXT_MAX - 1] = ']';
	assert_ok(json_read((struct span){ big, JSON_TEXT_MAX }, "x", &v, &e), e);
	json_decref(v);
	for (size_t i = 0; i <= JSON_VALUES_MAX; i++)
		memcpy(big + 1 + 2 * i, "1,", 2);
	assert_int_equal(json_read((struct span){ big, JSON_TEXT_MAX }, "x", &v, &e), ERR_LIMIT);
	free(big);
}

static void members_are_taken_with_their_type(void **state)
{
	struct err e = ERR_INIT;
	json_t *v = NULL;
	const char *s = NULL;

	(void)state;
	assert_ok(json_read(SPAN_LIT("{\"s\":\"text\",\"n\":5,\"b\":true,\"z\":null}"), "x", &v, &e), e);
	assert_ok(json_need_string(v, "s", &s, &e), e);
	assert_string_equal(s, "text");
	assert_int_equal(json_need_string(v, "n", &s, &e), ERR_SYNTAX);
	assert_string_equal(e.text, "n: not a string");
	assert_int_equal(json_need_string(v, "none", &s, &e), ERR_SYNTAX);
	assert_string_equal(e.text, "none: missing");
	assert_string_equal(json_opt_string(v, "s", "f"), "text");
	assert_string_equal(json_opt_string(v, "n", "f"), "f");
	assert_null(json_opt_string(v, "none", NULL));
	assert_int_equal(json_opt_int(v, "n", 9), 5);
	assert_int_equal(json_opt_int(v, "s", 9), 9);
	assert_int_equal(json_opt_bool(v, "b", 0), 1);
	assert_int_equal(json_opt_bool(v, "z", 7), 7);
	assert_int_equal(json_opt_bool(NULL, "z", 7), 7);
	json_decref(v);
}

static void files_are_read_up_to_their_limit(void **state)
{
	char path[] = "/tmp/depesche-json-XXXXXX";
	struct err e = ERR_INIT;
	json_t *v = NULL;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write_all(fd, "{\"a\":1}", 7), 0);
	close(fd);
	assert_ok(json_read_file(path, 7, &v, &e), e);
	json_decref(v);
	assert_int_equal(json_read_file(path, 6, &v, &e), ERR_LIMIT);
	unlink(path);
	assert_int_equal(json_read_file(path, 7, &v, &e), ERR_MISSING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_becomes_a_tree_and_sorted_compact_text),
		cmocka_unit_test(malformed_text_is_refused_with_its_place),
		cmocka_unit_test(errors_do_not_quote_the_input),
		cmocka_unit_test(every_shortened_text_is_refused),
		cmocka_unit_test(depth_size_and_number_of_values_are_limited),
		cmocka_unit_test(members_are_taken_with_their_type),
		cmocka_unit_test(files_are_read_up_to_their_limit),
	};
	return cmocka_run_group_tests_name("base/json", tests, NULL, NULL);
}
