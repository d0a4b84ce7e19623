/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/mime/write. */
#include "base/b64.h"
#include "cm.h"
#include "h_mime.h"
#include "mime/write.h"

static void writes_exactly_the_form_osci_libraries_read(void **state)
{
	struct err e = ERR_INIT;
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 16);
	struct sink *sink = sink_to_buf(&out);
	struct mime_write *w = mime_write_new(sink, "MIME_boundary_1");

	assert_ok(mime_write_entity(w, "text/xml", &e), e);
	assert_ok(
		mime_write_part(w, "text/xml; charset=UTF-8", MIME_8BIT, SPAN_LIT("osci@message"), MIME_NO_LENGTH, &e),
		e);
	assert_ok(sink_puts(mime_write_body(w), "<x/>", &e), e);
	assert_ok(mime_write_part(w, "application/octet-stream", MIME_BINARY, SPAN_LIT("osci_enc"), 3, &e), e);
	assert_ok(sink_write(mime_write_body(w), "\0\r\n", 3, &e), e);
	assert_ok(mime_write_end(w, &e), e);
	static const char want[] =
		"MIME-Version: 1.0\r\n"
		"Content-Type: Multipart/Related; boundary=MIME_boundary_1; type=text/xml\r\n\r\n"
		"--MIME_boundary_1\r\nContent-Type: text/xml; charset=UTF-8\r\n"
		"Content-Transfer-Encoding: 8bit\r\nContent-ID: <osci@message>\r\n\r\n<x/>\r\n"
		"--MIME_boundary_1\r\nContent-Type: application/octet-stream\r\n"
		"Content-Transfer-Encoding: binary\r\nContent-ID: <osci_enc>\r\nContent-Length: 3\r\n\r\n"
		"\0\r\n\r\n--MIME_boundary_1--\r\n";

	assert_true(span_eq(buf_view(&out), (struct span){ want, sizeof(want) - 1 }));
	mime_write_free(w);
	sink_close(sink);
	buf_fini(&out);
}

static void what_is_written_is_read_back(void **state)
{
	struct mime_limits limits = MIME_LIMITS_DEFAULT;
	struct err e = ERR_INIT;
	struct buf out, read;

	(void)state;
	buf_init(&out, 1 << 16);
	buf_init(&read, 1 << 16);
	struct sink *sink = sink_to_buf(&out);
	struct mime_write *w = mime_write_new(sink, NULL);

	assert_ok(mime_write_entity(w, "text/xml", &e), e);
	assert_ok(mime_write_part(w, "a/b", MIME_BASE64, SPAN_LIT("\xC3\xA4 & b%20.pdf"), MIME_NO_LENGTH, &e), e);
	struct sink *b64 = sink_b64_encode(mime_write_body(w), 76);

	assert_ok(sink_puts(b64, "ABC", &e), e);
	assert_ok(sink_finish(b64, &e), e);
	sink_close(b64);
	assert_ok(mime_write_part(w, "a/b", MIME_7BIT, SPAN_EMPTY, MIME_NO_LENGTH, &e), e);
	assert_ok(mime_write_end(w, &e), e);
	assert_ok(h_parts(buf_view(&out), NULL, &limits, 0, &read, &e), e);
	assert_true(span_starts(buf_view(&read), "[Multipart/Related]{\xC3\xA4 & b%20.pdf|a/b|base64}QUJD"));
	assert_non_null(strstr(buf_str(&read), ".{|a/b|7bit}."));
	mime_write_free(w);
	sink_close(sink);
	buf_fini(&out);
	buf_fini(&read);
}

static void boundaries_are_fresh_and_allowed(void **state)
{
	char boundary[2][100];
	struct arena *arena = arena_new();
	struct err e = ERR_INIT;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct mime_write *w;
		struct mime_value v;
		struct sink *out;
		struct span s;
		struct buf b;
		char *line;

		buf_init(&b, 1000);
		out = sink_to_buf(&b);
		w = mime_write_new(out, NULL);
		assert_ok(mime_write_entity(w, "text/xml", &e), e);
		line = strstr(buf_str(&b), "Multipart/Related");
		assert_non_null(line);
		assert_ok(mime_value_parse((struct span){ line, strcspn(line, "\r") }, arena, &v, &e), e);
		assert_ok(mime_boundary(&v, &s, &e), e);
		assert_int_equal(s.n, 46);
		(void)snprintf(boundary[i], sizeof(boundary[i]), "%.*s", (int)s.n, s.p);
		mime_write_free(w);
		sink_close(out);
		buf_fini(&b);
	}
	assert_string_not_equal(boundary[0], boundary[1]);
	arena_free(arena);
}

static void an_id_cannot_smuggle_a_header(void **state)
{
	static const char *const bad[] = { "a\r\nX: y", "a>b", "<a", "a\x7F", "a\n" };
	struct err e = ERR_INIT;
	struct sink *null = sink_to_null();
	struct mime_write *w = mime_write_new(null, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(mime_write_part(w, "a/b", MIME_8BIT, span_of(bad[i]), MIME_NO_LENGTH, &e), ERR_SYNTAX);
	mime_write_free(w);
	sink_close(null);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_exactly_the_form_osci_libraries_read),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(boundaries_are_fresh_and_allowed),
		cmocka_unit_test(an_id_cannot_smuggle_a_header),
	};
	return cmocka_run_group_tests_name("mime/write", tests, NULL, NULL);
}
