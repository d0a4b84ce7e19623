/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/base/stream. */
#include "base/stream.h"

#include <errno.h>
#include <fcntl.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/mem.h"
#include "cm.h"

static const char text[] = "Es war einmal ein Antrag, der ging von Amt zu Amt.";
#define TEXT_LEN (sizeof(text) - 1)

/* A source that gives at most `step` bytes at a time and fails after `fail_at` of them. */
struct drip {
	struct src src;
	struct src *below;
	size_t step, fail_at, sum;
};

static int drip_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	struct drip *d = (struct drip *)s;
	int rc;

	if (d->sum >= d->fail_at)
		return err_set(e, ERR_IO, "drip");
	rc = src_read(d->below, data, cap < d->step ? cap : d->step, got, e);
	d->sum += *got;
	return rc;
}

static void copying_moves_all_bytes_in_pieces_of_any_size(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	for (size_t step = 1; step <= TEXT_LEN + 1; step++) {
		struct drip d = { { drip_read, NULL }, src_of_mem(text, TEXT_LEN), step, SIZE_MAX, 0 };
		struct buf b;
		struct sink *k;
		uint64_t n = 0;

		buf_init(&b, TEXT_LEN);
		k = sink_to_buf(&b);
		assert_ok(stream_copy(&d.src, k, TEXT_LEN, &n, &e), e);
		assert_int_equal(n, TEXT_LEN);
		assert_string_equal(buf_str(&b), text);
		assert_ok(sink_finish(k, &e), e);
		sink_close(k);
		src_close(&d.src);
		src_close(d.below);
		buf_fini(&b);
	}
}

static void every_limit_holds_to_the_byte(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	for (size_t max = TEXT_LEN - 1; max <= TEXT_LEN + 1; max++) {
		int want = max < TEXT_LEN ? ERR_LIMIT : 0;
		struct src *s = src_of_mem(text, TEXT_LEN), *l = src_limit(s, max, "letter");
		struct sink *null = sink_to_null(), *kl = sink_limit(null, max, "letter");
		struct buf b;

		assert_int_equal(stream_copy(l, null, UINT64_MAX, NULL, &e), want);
		src_close(l);
		src_close(s);
		s = src_of_mem(text, TEXT_LEN);
		assert_int_equal(stream_copy(s, kl, UINT64_MAX, NULL, &e), want);
		if (want != 0)
			assert_non_null(strstr(e.text, "letter: more than 49 bytes"));
		src_close(s);
		s = src_of_mem(text, TEXT_LEN);
		assert_int_equal(stream_copy(s, null, max, NULL, &e), want);
		src_close(s);
		s = src_of_mem(text, TEXT_LEN);
		buf_init(&b, max);
		assert_int_equal(stream_to_buf(s, &b, "letter", &e), want);
		buf_fini(&b);
		src_close(s);
		sink_close(kl);
		sink_close(null);
	}
}

static void joined_sources_follow_each_other(void **state)
{
	struct err e = ERR_INIT;
	struct src *part[] = { src_of_mem("", 0), src_of_mem("ab", 2), src_of_mem("", 0), src_of_mem("cde", 3) };
	struct src *all = src_concat(part, 4), *none = src_concat(NULL, 0);
	char out[10];
	size_t got;

	(void)state;
	assert_ok(src_read_full(all, out, 4, &got, &e), e);
	assert_int_equal(got, 4);
	assert_memory_equal(out, "abcd", 4);
	assert_ok(src_read_full(all, out, sizeof(out), &got, &e), e);
	assert_int_equal(got, 1);
	assert_ok(src_read(all, out, sizeof(out), &got, &e), e);
	assert_int_equal(got, 0);
	assert_ok(src_read(none, out, sizeof(out), &got, &e), e);
	assert_int_equal(got, 0);
	src_close(all);
	src_close(none);
	for (size_t i = 0; i < 4; i++)
		src_close(part[i]);
}

static void sinks_count_and_digest_what_passes(void **state)
{
	struct err e = ERR_INIT;
	struct buf a;
	struct digest *d = digest_new(DIGEST_SHA256);
	uint64_t n = 0, m = 0;
	uint8_t got[SHA256_LEN], want[SHA256_LEN];
	struct sink *ka, *count, *only, *dig;

	(void)state;
	buf_init(&a, 1000);
	ka = sink_to_buf(&a);
	dig = sink_digest(d, ka);
	count = sink_count(dig, &n);
	only = sink_count(NULL, &m);
	assert_ok(sink_puts(count, text, &e), e);
	assert_ok(sink_printf(count, &e, "%0600d", 7), e);
	assert_ok(sink_printf(only, &e, "%d", 12345), e);
	assert_int_equal(n, TEXT_LEN + 600);
	assert_int_equal(m, 5);
	digest_end(d, got);
	sha256(a.p, a.n, want);
	assert_memory_equal(got, want, SHA256_LEN);
	/* The buffer is full at 1000: the failure comes through and is not counted. */
	assert_int_equal(sink_printf(count, &e, "%0600d", 7), ERR_LIMIT);
	assert_int_equal(n, TEXT_LEN + 600);
	digest_free(d);
	sink_close(only);
	sink_close(count);
	sink_close(dig);
	sink_close(ka);
	buf_fini(&a);
}

static void a_failing_source_fails_the_copy(void **state)
{
	struct err e = ERR_INIT;
	struct drip d = { { drip_read, NULL }, src_of_mem(text, TEXT_LEN), 5, 10, 0 };
	struct sink *null = sink_to_null();
	char out[100];
	size_t got;

	(void)state;
	assert_int_equal(stream_copy(&d.src, null, UINT64_MAX, NULL, &e), ERR_IO);
	assert_string_equal(e.text, "drip");
	assert_int_equal(src_read_full(&d.src, out, sizeof(out), &got, &e), ERR_IO);
	sink_close(null);
	sink_close(NULL);
	src_close(NULL);
	src_close(d.below);
	assert_int_equal(sink_finish(NULL, &e), 0);
}

static void files_are_read_whole_and_in_ranges(void **state)
{
	struct err e = ERR_INIT;
	int fd = -1;
	struct sink *k;
	struct src *s;
	struct buf b;

	(void)state;
	assert_ok(file_temp("/tmp", &fd, &e), e);
	k = sink_to_fd(dup(fd));
	assert_ok(sink_write(k, text, TEXT_LEN, &e), e);
	assert_ok(sink_finish(k, &e), e);
	sink_close(k);
	for (size_t off = 0; off <= TEXT_LEN; off += 7) {
		buf_init(&b, 1000);
		s = src_of_fd_range(fd, off, TEXT_LEN - off);
		assert_ok(stream_to_buf(s, &b, "range", &e), e);
		assert_string_equal(buf_str(&b), text + off);
		src_close(s);
		buf_fini(&b);
	}
	buf_init(&b, 1000);
	s = src_of_fd_range(fd, 10, TEXT_LEN);	/* longer than the file: a lost tail is no end */
	assert_int_equal(stream_to_buf(s, &b, "range", &e), ERR_IO);
	assert_string_equal(e.text, "file ends 10 bytes early");
	src_close(s);
	buf_reset(&b);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	s = src_of_fd(fd);
	assert_ok(stream_to_buf(s, &b, "file", &e), e);
	assert_string_equal(buf_str(&b), text);
	src_close(s);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	buf_fini(&b);
}

static void a_full_disk_and_a_pipe_are_told_apart(void **state)
{
	struct err e = ERR_INIT;
	int p[2], fd = open("/dev/full", O_WRONLY);
	struct sink *k;

	(void)state;
	assert_true(fd >= 0);
	k = sink_to_fd(fd);
	assert_int_equal(sink_puts(k, "x", &e), ERR_FULL);
	sink_close(k);
	assert_int_equal(pipe(p), 0);
	k = sink_to_fd(p[1]);
	assert_ok(sink_puts(k, "x", &e), e);
	assert_ok(sink_finish(k, &e), e);
	sink_close(k);
	close(p[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copying_moves_all_bytes_in_pieces_of_any_size),
		cmocka_unit_test(every_limit_holds_to_the_byte),
		cmocka_unit_test(joined_sources_follow_each_other),
		cmocka_unit_test(sinks_count_and_digest_what_passes),
		cmocka_unit_test(a_failing_source_fails_the_copy),
		cmocka_unit_test(files_are_read_whole_and_in_ranges),
		cmocka_unit_test(a_full_disk_and_a_pipe_are_told_apart),
	};
	return cmocka_run_group_tests_name("base/stream", tests, NULL, NULL);
}
