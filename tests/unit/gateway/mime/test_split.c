/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/mime/split. */
#include <dirent.h>
#include <sys/resource.h>

#include "base/file.h"
#include "cm.h"
#include "h_mime.h"

#define HEAD "MIME-Version: 1.0\r\nContent-Type: Multipart/Related; boundary=b/1; type=text/xml\r\n\r\n"
#define PART1                                                                                                          \
	"--b/1\r\nContent-Type: text/xml; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\nContent-ID: <m>\r\n\r\n"

static const struct {
	const char *content, *boundary, *want;
} good[] = {
	{ HEAD PART1 "<x/>\r\n--b/1--\r\n", NULL, "[Multipart/Related]{m|text/xml|8bit}<x/>." },
	{ "\r\n" HEAD PART1 "<x/>\r\n--b/1--\r\n", NULL, "[Multipart/Related]{m|text/xml|8bit}<x/>." },
	{ HEAD PART1
	  "<x/>\r\n--b/1\r\nContent-ID: <a b>\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n--b/1--\r\n",
	  NULL, "[Multipart/Related]{m|text/xml|8bit}<x/>.{a b||base64}QUJD." },
	{ HEAD PART1 "\r\n--b/1--\r\n", NULL, "[Multipart/Related]{m|text/xml|8bit}." },
	{ HEAD PART1 "--b/1--\r\n", NULL, "[Multipart/Related]{m|text/xml|8bit}." },
	{ HEAD PART1 "\r\n\r\n--b/1--\r\n", NULL, "[Multipart/Related]{m|text/xml|8bit}\r\n." },
	{ HEAD PART1 "a\n--b/1--\nb\r\r\n--b/\r\n--b/2\r\n-\r\n--b/1--", NULL,
	  "[Multipart/Related]{m|text/xml|8bit}a\n--b/1--\nb\r\r\n--b/\r\n--b/2\r\n-." },
	{ HEAD PART1 "x\r\r\n--b/1--", NULL, "[Multipart/Related]{m|text/xml|8bit}x\r." },
	{ HEAD PART1 "x\r\n\r\n--b/1 \t\r\n\r\ny\r\n--b/1--\r\nepilogue\n--b/1\r\n", NULL,
	  "[Multipart/Related]{m|text/xml|8bit}x\r\n.{||7bit}y." },
	{ HEAD "\r\n\r\n" PART1 "x\r\n--b/1--\r\n", NULL, "[Multipart/Related]{m|text/xml|8bit}x." },
	{ "content-type: multipart/related;\r\n boundary=\"b\"\r\n\r\n--b\r\n\r\nx\r\n--b--", NULL,
	  "[multipart/related]{||7bit}x." },
	{ "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b\r\n\r\n2\r\n--b--\r\n", "b",
	  "{||7bit}1.{||7bit}2." },
	{ "\r\n--b\r\n\r\n1\r\n--b--", "b", "{||7bit}1." },
	{ "--b\r\n\r\n\r\n--b\r\n\r\n\r\n--b--\r\n", "b", "{||7bit}.{||7bit}." },
	{ "--a b\r\n\r\n1\r\n--a b--\r\n", "a b", "{||7bit}1." },
	{ "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\n1\r\n--c--\r\n\r\n--b--", "b",
	  "{|multipart/mixed|7bit}--c\r\n\r\n1\r\n--c--\r\n." },
};

static void splits_the_same_however_the_input_is_cut(void **state)
{
	struct mime_limits limits = MIME_LIMITS_DEFAULT;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct span c = span_of(good[i].content);
		struct err e = ERR_INIT;
		struct buf out;

		buf_init(&out, 1 << 16);
		for (size_t step = 0; step <= c.n; step++) {
			buf_reset(&out);
			if (h_parts(c, good[i].boundary, &limits, step, &out, &e) != 0)
				fail_msg("%s, step %zu: %s", c.p, step, e.text);
			assert_string_equal(buf_str(&out), good[i].want);
		}
		for (size_t cut = 0; cut <= c.n; cut++) {
			buf_reset(&out);
			assert_ok(h_parts_cut(c, good[i].boundary, &limits, cut, &out, &e), e);
			assert_string_equal(buf_str(&out), good[i].want);
		}
		buf_fini(&out);
	}
}

static const struct {
	const char *content, *boundary;
	enum err_code code;
	const char *text;
} bad[] = {
	{ "", NULL, ERR_SYNTAX, "header of the message is incomplete" },
	{ "\r\n", NULL, ERR_SYNTAX, "header of the message is incomplete" },
	{ "\r\n\r\n\r\n" HEAD PART1 "x\r\n--b/1--\r\n", NULL, ERR_SYNTAX, "not multipart" },
	{ "<?xml version=\"1.0\"?><x/>", NULL, ERR_SYNTAX, "incomplete" },
	{ "<?xml version=\"1.0\"?>\r\n\r\n<x/>", NULL, ERR_SYNTAX, "name: value" },
	{ "--b\r\n\r\n1\r\n--b--\r\n", NULL, ERR_SYNTAX, "name: value" },
	{ "MIME-Version: 1.0\r\n\r\n--b--\r\n", NULL, ERR_SYNTAX, "not multipart" },
	{ "Content-Type: text/xml\r\n\r\n", NULL, ERR_SYNTAX, "not multipart" },
	{ "Content-Type: multipart/related\r\n\r\n", NULL, ERR_SYNTAX, "without boundary" },
	{ "Content-Type: multipart/related; boundary=\"\"\r\n\r\n", NULL, ERR_SYNTAX, "boundary is empty" },
	{ "Content-Type: multipart/related; boundary=b\r\nContent-Transfer-Encoding: base64\r\n\r\n", NULL, ERR_SYNTAX,
	  "base64" },
	{ "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n\n1\n--b--\n", NULL, ERR_SYNTAX,
	  "bare LF" },
	{ HEAD, NULL, ERR_SYNTAX, "boundary does not occur" },
	{ HEAD "text\r\n" PART1 "x\r\n--b/1--\r\n", NULL, ERR_SYNTAX, "text before the first" },
	{ HEAD "--b/2\r\n\r\nx\r\n--b/2--\r\n", NULL, ERR_SYNTAX, "text before the first" },
	{ HEAD "--b/1--\r\n", NULL, ERR_SYNTAX, "without any part" },
	{ HEAD PART1 "x", NULL, ERR_SYNTAX, "cut off" },
	{ HEAD PART1 "x\r\n--b/1", NULL, ERR_SYNTAX, "cut off" },
	{ HEAD PART1 "x\r\n--b/1-", NULL, ERR_SYNTAX, "cut off" },
	{ HEAD PART1 "x\r\n--b/1\r\n", NULL, ERR_SYNTAX, "cut off" },
	{ HEAD PART1 "x\r\n--b/1\r\nContent-ID: <y>\r\n", NULL, ERR_SYNTAX, "cut off" },
	{ HEAD PART1 "x\n--b/1--\n", NULL, ERR_SYNTAX, "cut off" },
	{ HEAD PART1 "x\r\n--b/11\r\n", NULL, ERR_SYNTAX, "goes on" },
	{ HEAD PART1 "x\r\n--b/1\n", NULL, ERR_SYNTAX, "goes on" },
	{ HEAD PART1 "x\r\n--b/1-\r\n", NULL, ERR_SYNTAX, "goes on" },
	{ HEAD PART1 "x\r\n--b/1 x\r\n", NULL, ERR_SYNTAX, "goes on" },
	{ HEAD PART1 "x\r\n--b/1\r\r\n", NULL, ERR_SYNTAX, "goes on" },
	{ HEAD PART1 "x\r\n--b/1\r\nContent-ID: <m>\r\n\r\ny\r\n--b/1--\r\n", NULL, ERR_SYNTAX, "Content-ID m twice" },
	{ HEAD PART1 "x\r\n--b/1\r\nContent-ID: <%6D>\r\n\r\ny\r\n--b/1--\r\n", NULL, ERR_SYNTAX,
	  "Content-ID %6D twice" },
	{ HEAD PART1 "x\r\n--b/1\r\nContent-ID: m\r\n\r\ny\r\n--b/1--\r\n", NULL, ERR_SYNTAX, "twice" },
	{ HEAD PART1 "x\r\n--b/1\r\nno colon\r\n\r\ny\r\n--b/1--\r\n", NULL, ERR_SYNTAX, "MIME part 2: MIME header" },
	{ HEAD PART1 "x\r\n--b/1\r\nA: b\n\r\ny\r\n--b/1--\r\n", NULL, ERR_SYNTAX, "bare LF" },
	{ HEAD PART1 "x\r\n--b/1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ny\r\n--b/1--\r\n", NULL,
	  ERR_UNSUPPORTED, "quoted-printable" },
	{ HEAD "--b/1\r\n--b/1--\r\n", NULL, ERR_SYNTAX, "cut off" },
};

static void refuses_the_same_however_the_input_is_cut(void **state)
{
	struct mime_limits limits = MIME_LIMITS_DEFAULT;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct span c = span_of(bad[i].content);
		struct buf out;

		buf_init(&out, 1 << 16);
		for (size_t step = 0; step <= c.n; step++) {
			struct err e = ERR_INIT;

			buf_reset(&out);
			if (h_parts(c, bad[i].boundary, &limits, step, &out, &e) != (int)bad[i].code ||
			    strstr(e.text, bad[i].text) == NULL)
				fail_msg("%s, step %zu: %s", c.p, step, e.text);
		}
		buf_fini(&out);
	}
}

static void every_beginning_of_a_message_is_refused(void **state)
{
	struct span whole = span_of(HEAD PART1 "<x/>\r\n--b/1\r\nContent-ID: <a>\r\n\r\ny\r\n--b/1--");
	struct mime_limits limits = MIME_LIMITS_DEFAULT;

	(void)state;
	for (size_t n = 0; n < whole.n; n++) {
		struct err e = ERR_INIT;
		struct buf out;

		buf_init(&out, 1 << 16);
		assert_int_equal(h_parts((struct span){ whole.p, n }, NULL, &limits, 0, &out, &e), ERR_SYNTAX);
		buf_fini(&out);
	}
}

static void limits_hold(void **state)
{
	static const struct {
		struct mime_limits limits;
		const char *content, *text;
	} cases[] = {
		{ { 20, 100, 10, 100, 0, 0 }, "--b\r\n\r\n12345\r\n--b--\r\n", "longer than 20 bytes" },
		{ { 100, 4, 10, 100, 0, 0 }, "--b\r\n\r\n12345\r\n--b--\r\n", "MIME part 1 is longer than 4 bytes" },
		{ { 100, 10, 1, 100, 0, 0 }, "--b\r\n\r\n1\r\n--b\r\n\r\n2\r\n--b--\r\n", "more than 1 MIME parts" },
		{ { 100, 10, 10, 12, 0, 0 }, "--b\r\nContent-ID: <a>\r\n\r\n1\r\n--b--\r\n", "MIME header" },
		{ { 100, 10, 10, 12, 0, 1 }, "--b\r\n\r\n1\r\n--b--\r\nxy", "behind the closing" },
		{ { 100, 10, 10, 12, 4, 9 },
		  "a preamble of more than twenty bytes\r\n--b\r\n\r\n1\r\n--b--\r\n",
		  "before the first" },
		{ { 200, 10, 10, 12, 0, 9 }, "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\nx\r\n--b", "before the first" },
		{ { 200, 10, 10, 12, 0, 9 },
		  "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n--b\r\n\r\n1\r\n--b--",
		  "before the first" },
		{ { 200, 10, 10, 12, 0, 9 },
		  "--b\r\n\r\n1\r\n--b                                                                      \r\n",
		  "64 blanks" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t step = 0; step < 30; step++) {
			struct err e = ERR_INIT;
			struct buf out;

			buf_init(&out, 1 << 16);
			if (h_parts(span_of(cases[i].content), "b", &cases[i].limits, step, &out, &e) != ERR_LIMIT ||
			    strstr(e.text, cases[i].text) == NULL)
				fail_msg("%zu, step %zu: %s", i, step, e.text);
			buf_fini(&out);
		}
}

static void a_preamble_is_skipped_where_it_is_allowed(void **state)
{
	struct mime_limits limits = MIME_LIMITS_DEFAULT;
	struct err e = ERR_INIT;
	struct buf out;

	(void)state;
	limits.preamble = 100;
	buf_init(&out, 1 << 16);
	assert_ok(h_parts(SPAN_LIT("This is MIME.\r\n--b\r\n\r\n1\r\n--b--\r\n"), "b", &limits, 0, &out, &e), e);
	assert_string_equal(buf_str(&out), "{||7bit}1.");
	buf_fini(&out);
}

static int refuse_data(void *ctx, struct span data, struct err *e)
{
	(void)ctx;
	(void)data;
	return err_set(e, ERR_FULL, "no room");
}

static void an_error_of_an_event_ends_the_reading_for_good(void **state)
{
	const struct mime_events ev = { NULL, NULL, refuse_data, NULL };
	struct mime_limits limits = MIME_LIMITS_DEFAULT;
	struct mime_split *s = mime_split_new_boundary(&limits, SPAN_LIT("b"), &ev, NULL);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(mime_split_feed(s, "--b\r\n\r\n1\r\n--b--", 15, &e), ERR_FULL);
	e = (struct err)ERR_INIT;
	assert_int_equal(mime_split_feed(s, "x", 1, &e), ERR_FULL);
	assert_int_equal(mime_split_end(s, &e), ERR_FULL);
	assert_string_equal(e.text, "no room");
	mime_split_free(s);
}

static void transfer_encodings_are_undone(void **state)
{
	static const struct {
		enum mime_encoding enc;
		const char *in, *want;
	} cases[] = {
		{ MIME_BASE64, "QUJD\r\nREVG\r\n", "ABCDEF" },
		{ MIME_8BIT, "QUJD\r\n", "QUJD\r\n" },
		{ MIME_BINARY, "x", "x" },
		{ MIME_7BIT, "x", "x" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err e = ERR_INIT;
		struct buf out;

		buf_init(&out, 100);
		struct sink *below = sink_to_buf(&out), *s = mime_decoder(cases[i].enc, below);

		assert_ok(sink_puts(s, cases[i].in, &e), e);
		assert_ok(sink_finish(s, &e), e);
		assert_string_equal(buf_str(&out), cases[i].want);
		sink_close(s);
		sink_close(below);
		buf_fini(&out);
	}
}

static struct span file_of(const char *folder, const char *name)
{
	char path[600];
	struct err e = ERR_INIT;
	struct buf b;

	snprintf(path, sizeof(path), "../shared/vectors/osci/%s/%s", folder, name);
	buf_init(&b, 1 << 26);
	if (file_read(path, &b, &e) != 0)
		fail_msg("%s", e.text);
	size_t n = b.n;

	return (struct span){ buf_take(&b), n };
}

static void reads_every_message_from_the_wire(void **state)
{
	static const char *const folders[] = { "good", "passive" };
	struct mime_limits limits = MIME_LIMITS_DEFAULT;
	size_t seen = 0;

	(void)state;
	need_shared("vectors/osci/index.json");
	for (size_t f = 0; f < 2; f++) {
		char path[100];

		snprintf(path, sizeof(path), "../shared/vectors/osci/%s", folders[f]);
		DIR *dir = opendir(path);

		assert_non_null(dir);
		for (struct dirent *d = readdir(dir); d != NULL; d = readdir(dir)) {
			if (strstr(d->d_name, ".bin") == NULL)
				continue;
			struct span file = file_of(folders[f], d->d_name);
			struct buf whole, cut;
			struct err e = ERR_INIT;

			buf_init(&whole, file.n + 1000);
			buf_init(&cut, file.n + 1000);
			if (h_parts(file, NULL, &limits, 0, &whole, &e) != 0)
				fail_msg("%s: %s", d->d_name, e.text);
			assert_ok(h_parts(file, NULL, &limits, 1, &cut, &e), e);
			assert_true(span_eq(buf_view(&whole), buf_view(&cut)));
			/* The root part is the SOAP envelope, in front of everything. */
			assert_true(
				span_starts(buf_view(&whole), "[Multipart/Related]{osci@message|text/xml|8bit}<?xml "));
			buf_fini(&whole);
			buf_fini(&cut);
			free((void *)(uintptr_t)file.p);
			seen++;
		}
		closedir(dir);
	}
	assert_true(seen > 80);
}

static void refuses_the_broken_frames_from_the_wire(void **state)
{
	static const struct {
		const char *name, *text;
	} broken[] = {
		{ "truncated-in-xml.bin", "cut off" },
		{ "truncated-final-boundary.bin", "cut off" },
		{ "wrong-boundary.bin", "before the first MIME boundary" },
		{ "attachment-duplicate-cid.bin", "twice" },
		{ "outer-truncated.bin", "cut off" },
	};
	struct mime_limits limits = MIME_LIMITS_DEFAULT;

	(void)state;
	need_shared("vectors/osci/index.json");
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct span file = file_of("broken", broken[i].name);
		struct err e = ERR_INIT;
		struct buf out;

		buf_init(&out, file.n + 1000);
		if (h_parts(file, NULL, &limits, 0, &out, &e) != ERR_SYNTAX || strstr(e.text, broken[i].text) == NULL)
			fail_msg("%s: %s", broken[i].name, e.text);
		buf_fini(&out);
		free((void *)(uintptr_t)file.p);
	}
}

static int count_data(void *ctx, struct span data, struct err *e)
{
	(void)e;
	*(uint64_t *)ctx += data.n;
	return 0;
}

static void memory_does_not_grow_with_a_part(void **state)
{
	const struct mime_events ev = { NULL, NULL, count_data, NULL };
	struct mime_limits limits = MIME_LIMITS_DEFAULT;
	uint64_t seen = 0;
	struct mime_split *s = mime_split_new_boundary(&limits, SPAN_LIT("b"), &ev, &seen);
	struct err e = ERR_INIT;
	struct rusage before, after;
	static char chunk[65536];

	(void)state;
	for (size_t i = 0; i < sizeof(chunk); i++)
		chunk[i] = (char)(i * 2654435761u >> 13);
	assert_ok(mime_split_feed(s, "--b\r\n\r\n", 7, &e), e);
	getrusage(RUSAGE_SELF, &before);
	for (int i = 0; i < 1600; i++)
		assert_ok(mime_split_feed(s, chunk, sizeof(chunk), &e), e);
	getrusage(RUSAGE_SELF, &after);
	assert_ok(mime_split_feed(s, "\r\n--b--\r\n", 9, &e), e);
	assert_ok(mime_split_end(s, &e), e);
	assert_int_equal(seen, 1600 * sizeof(chunk));
	assert_true(after.ru_maxrss - before.ru_maxrss < 4096);
	mime_split_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_the_same_however_the_input_is_cut),
		cmocka_unit_test(refuses_the_same_however_the_input_is_cut),
		cmocka_unit_test(every_beginning_of_a_message_is_refused),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(a_preamble_is_skipped_where_it_is_allowed),
		cmocka_unit_test(an_error_of_an_event_ends_the_reading_for_good),
		cmocka_unit_test(transfer_encodings_are_undone),
		cmocka_unit_test(reads_every_message_from_the_wire),
		cmocka_unit_test(refuses_the_broken_frames_from_the_wire),
		cmocka_unit_test(memory_does_not_grow_with_a_part),
	};
	return cmocka_run_group_tests_name("mime/split", tests, NULL, NULL);
}
