/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/http/chunked. */
#include "http/chunked.h"

#include "base/mem.h"
#include "cm.h"

#define BYTES(text) "" text, sizeof(text) - 1

static const struct {
	const char *text;
	size_t n;
	const char *data;
} valid[] = {
	{ BYTES("0\r\n\r\n"), "" },
	{ BYTES("3\r\nabc\r\n0\r\n\r\n"), "abc" },
	{ BYTES("003\r\nabc\r\n000\r\n\r\n"), "abc" },
	{ BYTES("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"), "01234567890123456789" },
	{ BYTES("1\r\n\r\r\n2\r\n\n0\r\n0\r\n\r\n"), "\r\n0" },
	{ BYTES("1;x=y;z=\"q\"\r\na\r\n0;last\r\n\r\n"), "a" },
	{ BYTES("1\r\na\r\n0\r\nX-Sum: 1\r\nY:\r\n\r\n"), "a" },
};

static const struct {
	const char *text;
	size_t n;
} invalid[] = {
	{ BYTES("\r\n") },
	{ BYTES("g\r\n") },
	{ BYTES(" 1\r\na") },
	{ BYTES("1 \r\na") },
	{ BYTES("+1\r\na") },
	{ BYTES("-1\r\na") },
	{ BYTES("0x1\r\na") },
	{ BYTES(";x\r\n") },
	{ BYTES("1\na") },
	{ BYTES("1\r\r") },
	{ BYTES("1\r\nab") },
	{ BYTES("1\r\na\n0") },
	{ BYTES("1\r\na\rx") },
	{ BYTES("1000000000000000\r\n") },
	{ BYTES("0000000000000001\r\n") },
	{ BYTES("FFFFFFFFFFFFFFFFF\r\n") },
	{ BYTES("1;a\nb\r\n") },
	{ BYTES("1;\0\r\n") },
	{ BYTES("0\r\nX\r\n") },
	{ BYTES("0\r\n X: y\r\n") },
	{ BYTES("0\r\nX : y\r\n") },
	{ BYTES("0\r\nX: \n\r\n") },
	{ BYTES("0\r\nContent-Length: 5\r\n") },
	{ BYTES("0\r\ntransfer-encoding: chunked\r\n") },
	{ BYTES("0\r\nHOST: b\r\n") },
};

/* Decodes in pieces of `step` bytes into room of `room` bytes; *out ends with a NUL. */
static int decode(const char *text, size_t n, size_t step, size_t room, char *out, size_t *consumed, struct err *e)
{
	struct chunked c;
	size_t at = 0, have = 0, o = 0;
	int rc = 0;

	http_chunked_init(&c);
	while (rc == 0 && c.state != CHUNK_END && at < n) {
		size_t used, got;

		have = have + step < n ? have + step : n;
		rc = http_chunked_decode(&c, text + at, have - at, &used, out + o, room, &got, e);
		at += used;
		o += got;
	}
	out[o] = '\0';
	*consumed = at;
	return rc != 0 ? rc : c.state == CHUNK_END ? 0 : ERR_PEER;
}

static void decodes_at_every_split_point_and_into_any_room(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(valid); i++) {
		for (size_t step = 1; step <= valid[i].n; step++) {
			for (size_t room = 1; room <= 4; room++) {
				struct err e = ERR_INIT;
				char out[200];
				size_t used;

				assert_ok(decode(valid[i].text, valid[i].n, step, room, out, &used, &e), e);
				assert_string_equal(out, valid[i].data);
				assert_int_equal(used, valid[i].n);
			}
		}
	}
}

static void refuses_at_every_split_point(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(invalid); i++) {
		for (size_t step = 1; step <= invalid[i].n; step++) {
			struct err e = ERR_INIT;
			char out[200];
			size_t used;

			if (decode(invalid[i].text, invalid[i].n, step, 100, out, &used, &e) != ERR_SYNTAX)
				fail_msg("line %zu, step %zu: not refused", i, step);
			assert_string_not_equal(e.spec, "");
		}
	}
}

static void a_shortened_body_never_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(valid); i++) {
		for (size_t cut = 0; cut < valid[i].n; cut++) {
			struct err e = ERR_INIT;
			char out[200];
			size_t used;

			assert_int_equal(decode(valid[i].text, cut, 7, 100, out, &used, &e), ERR_PEER);
		}
	}
}

static void leaves_what_stands_behind_the_end(void **state)
{
	struct err e = ERR_INIT;
	char out[200];
	size_t used;

	(void)state;
	assert_ok(decode("1\r\na\r\n0\r\n\r\nGET /", 16, 16, 100, out, &used, &e), e);
	assert_int_equal(used, 11);
}

static void extensions_and_trailers_are_bounded(void **state)
{
	static char text[20000], out[20000];
	struct err e = ERR_INIT;
	size_t used;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "1;", 2);
	assert_int_equal(decode(text, sizeof(text), 100, 100, out, &used, &e), ERR_LIMIT);
	assert_true(used < 300);
	memcpy(text, "0\r\nA:", 5);
	assert_int_equal(decode(text, sizeof(text), 100, 100, out, &used, &e), ERR_LIMIT);
	for (size_t i = 0; i < sizeof(text) / 10; i++)
		memcpy(text + 3 + i * 8, "A: bcd\r\n", 8);
	assert_int_equal(decode(text, sizeof(text), 100, 100, out, &used, &e), ERR_LIMIT);
	assert_true(used < 6000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_at_every_split_point_and_into_any_room),
		cmocka_unit_test(refuses_at_every_split_point),
		cmocka_unit_test(a_shortened_body_never_ends),
		cmocka_unit_test(leaves_what_stands_behind_the_end),
		cmocka_unit_test(extensions_and_trailers_are_bounded),
	};
	return cmocka_run_group_tests_name("gateway/http/chunked", tests, NULL, NULL);
}
