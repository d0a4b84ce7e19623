/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of spool/payload. */
#include "spool/suite/h_spool.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "spool/lmdb/engine.h"

struct found {
	char path[2][256];
	size_t n;
};

static int remember(void *ctx, const struct id *id, const char *path)
{
	struct found *f = ctx;

	(void)id;
	if (f->n < 2)
		snprintf(f->path[f->n], sizeof(f->path[0]), "%s", path);
	f->n++;
	return 0;
}

static struct found files(void)
{
	struct found f = { .n = 0 };

	spool_payload_walk(h.dir, remember, &f);
	return f;
}

/* Reads the whole part; ERR_CRYPTO must come before any byte that is not right. */
static int read_all(const struct id *id, size_t n, unsigned seed, struct err *e)
{
	char *want = h_bytes(n, seed), buf[4096];
	struct src *src = NULL;
	size_t at = 0, got = 1;
	int rc = spool_part_open(h.s, id, "body", &src, e);

	while (rc == 0 && got > 0 && (rc = src_read(src, buf, sizeof(buf), &got, e)) == 0) {
		assert_true(at + got <= n);
		assert_memory_equal(buf, want + at, got);
		at += got;
	}
	if (rc == 0)
		assert_int_equal(at, n);
	src_close(src);
	free(want);
	return rc;
}

static void flip(const char *path, off_t at)
{
	int fd = open(path, O_RDWR);
	char c;

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &c, 1, at), 1);
	c = (char)(c ^ 1);
	assert_int_equal(pwrite(fd, &c, 1, at), 1);
	close(fd);
}

enum { SIZE = 3 * SPOOL_BLOCK };	/* the last block is full: cutting it off leaves whole blocks */

static void a_changed_byte_is_found_in_any_block(void **state)
{
	static const off_t places[] = { 0, 1000, SPOOL_BLOCK, SPOOL_STORED_BLOCK - 1, SPOOL_STORED_BLOCK,
					3 * SPOOL_STORED_BLOCK - 1 };
	struct err e = ERR_INIT;
	struct found f;
	struct id id;

	(void)state;
	assert_ok(h_submit(h.s, NULL, "r", SIZE, 1, &id, NULL, &e), e);
	f = files();
	assert_int_equal(f.n, 1);
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		flip(f.path[0], places[i]);
		assert_int_equal(read_all(&id, SIZE, 1, &e), ERR_CRYPTO);
		assert_int_equal(e.reason, RSN_LOC_DATA_BAD);
		flip(f.path[0], places[i]);
	}
	assert_ok(read_all(&id, SIZE, 1, &e), e);
}

static void a_file_cut_at_any_place_is_found(void **state)
{
	static const off_t sizes[] = { 3 * SPOOL_STORED_BLOCK - 1, 2 * SPOOL_STORED_BLOCK, SPOOL_STORED_BLOCK, 1, 0 };
	struct err e = ERR_INIT;
	struct found f;
	struct id id;

	(void)state;
	assert_ok(h_submit(h.s, NULL, "r", SIZE, 1, &id, NULL, &e), e);
	f = files();
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		assert_int_equal(truncate(f.path[0], sizes[i]), 0);
		assert_int_equal(read_all(&id, SIZE, 1, &e), ERR_CRYPTO);
		assert_int_equal(e.reason, RSN_LOC_DATA_BAD);
	}
	assert_int_equal(unlink(f.path[0]), 0);
	assert_int_equal(read_all(&id, SIZE, 1, &e), ERR_MISSING);
}

static off_t block_at(off_t no)
{
	return no * (off_t)SPOOL_STORED_BLOCK;
}

static void swap_blocks(const char *a, off_t at, const char *b, off_t bt)
{
	static char x[SPOOL_STORED_BLOCK], y[SPOOL_STORED_BLOCK];
	int fa = open(a, O_RDWR), fb = open(b, O_RDWR);

	assert_true(fa >= 0 && fb >= 0);
	assert_int_equal(pread(fa, x, sizeof(x), block_at(at)), sizeof(x));
	assert_int_equal(pread(fb, y, sizeof(y), block_at(bt)), sizeof(y));
	assert_int_equal(pwrite(fa, y, sizeof(y), block_at(at)), sizeof(y));
	assert_int_equal(pwrite(fb, x, sizeof(x), block_at(bt)), sizeof(x));
	close(fa);
	close(fb);
}

static void blocks_cannot_be_swapped_within_or_between_parts(void **state)
{
	struct err e = ERR_INIT;
	struct spool_message *w;
	struct spool_edit *ed;
	struct found f;
	struct id id;

	(void)state;
	assert_ok(spool_edit_begin(h.s, NULL, &ed, &w, &e), e);	/* two parts of one message: the same message key */
	id = w->id;
	assert_ok(h_part(ed, "body", SIZE, 1, &e), e);
	assert_ok(h_part(ed, "other", SIZE, 1, &e), e);
	assert_ok(spool_edit_commit(ed, NULL, &e), e);
	f = files();
	assert_int_equal(f.n, 2);
	swap_blocks(f.path[0], 0, f.path[0], 1);
	swap_blocks(f.path[1], 0, f.path[1], 1);
	assert_int_equal(read_all(&id, SIZE, 1, &e), ERR_CRYPTO);
	swap_blocks(f.path[0], 0, f.path[0], 1);
	swap_blocks(f.path[1], 0, f.path[1], 1);
	assert_ok(read_all(&id, SIZE, 1, &e), e);
	swap_blocks(f.path[0], 1, f.path[1], 1);
	assert_int_equal(read_all(&id, SIZE, 1, &e), ERR_CRYPTO);
}

static void an_abort_and_a_drop_leave_no_file(void **state)
{
	struct err e = ERR_INIT;
	struct spool_message *w;
	struct spool_edit *ed;
	struct id id;

	(void)state;
	assert_ok(spool_edit_begin(h.s, NULL, &ed, &w, &e), e);
	assert_ok(h_part(ed, "big", SIZE, 1, &e), e);
	assert_int_equal(files().n, 1);
	spool_edit_abort(ed);
	assert_int_equal(files().n, 0);
	assert_ok(h_submit(h.s, NULL, "r", SIZE, 1, &id, NULL, &e), e);
	assert_ok(spool_edit_begin(h.s, &id, &ed, &w, &e), e);
	assert_ok(spool_edit_drop(ed, "body", &e), e);
	assert_int_equal(files().n, 1);	/* only with the commit */
	assert_ok(spool_edit_commit(ed, NULL, &e), e);
	assert_int_equal(files().n, 0);
	assert_int_equal(spool_writer_counters(spool_lmdb_of(h.s)->writer).file_bytes, 0);
}

static void files_without_a_record_are_swept_after_open(void **state)
{
	struct err e = ERR_INIT;
	char path[300], name[ID_TEXT_LEN];
	struct id known, orphan = id_new();

	(void)state;
	assert_ok(h_submit(h.s, NULL, "r", SIZE, 1, &known, NULL, &e), e);
	spool_payload_path(h.dir, &orphan, path, sizeof(path));
	*strrchr(path, '/') = '\0';
	mkdir(path, 0700);
	snprintf(path + strlen(path), sizeof(path) - strlen(path), "/%s", id_text(&orphan, name));
	close(open(path, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(files().n, 2);
	h_spool_reopen(&h);
	spool_sweep_wait(spool_lmdb_of(h.s));
	assert_int_equal(files().n, 1);
	assert_ok(read_all(&known, SIZE, 1, &e), e);
}

/* --- scratch ------------------------------------------------------------------------------------------------------ */

static void check_scratch(size_t n, size_t mem_max, size_t piece)
{
	static const size_t offsets[] = { 0, 1, 65535, 65536, 65537, 200000 };
	struct spool_scratch *x = spool_scratch_new(h.dir, mem_max);
	char *want = h_bytes(n, 3), *got = mem_new(n + 1);
	struct err e = ERR_INIT;
	struct src *src;
	size_t len;

	for (size_t at = 0; at < n; at += piece)
		assert_ok(sink_write(spool_scratch_sink(x), want + at, n - at < piece ? n - at : piece, &e), e);
	assert_int_equal(spool_scratch_open(x, 0, &src, &e), ERR_WRONG_STATE);
	assert_ok(sink_finish(spool_scratch_sink(x), &e), e);
	assert_int_equal(spool_scratch_size(x), n);
	assert_int_equal(sink_write(spool_scratch_sink(x), "x", 1, &e), ERR_WRONG_STATE);
	for (size_t i = 0; i < ARRAY_LEN(offsets); i++) {
		if (offsets[i] > n) {
			assert_int_equal(spool_scratch_open(x, offsets[i], &src, &e), ERR_LIMIT);
			continue;
		}
		assert_ok(spool_scratch_open(x, offsets[i], &src, &e), e);
		assert_ok(src_read_full(src, got, n + 1, &len, &e), e);
		assert_int_equal(len, n - offsets[i]);
		assert_memory_equal(got, want + offsets[i], len);
		src_close(src);
	}
	sink_close(spool_scratch_sink(x));
	spool_scratch_free(x);
	free(want);
	free(got);
}

static void scratch_gives_back_what_it_got_from_any_offset(void **state)
{
	static const size_t sizes[] = { 0, 1, 65536, 65537, 131072, 300000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		check_scratch(sizes[i], 0, 1000);
		check_scratch(sizes[i], 1000, 70000);
		check_scratch(sizes[i], 100000, 65536);
		check_scratch(sizes[i], 1 << 20, 5000);
	}
	spool_scratch_free(NULL);
}

static void scratch_says_what_is_wrong_with_its_folder(void **state)
{
	struct spool_scratch *x = spool_scratch_new("/nonexistent/folder", 10);
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(sink_write(spool_scratch_sink(x), "0123456789", 10, &e), e);
	assert_int_not_equal(sink_write(spool_scratch_sink(x), "x", 1, &e), 0);
	assert_non_null(strstr(e.text, "scratch"));
	assert_int_equal(sink_finish(spool_scratch_sink(x), &e), ERR_WRONG_STATE);
	spool_scratch_free(x);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, h_setup, h_teardown)
	const struct CMUnitTest tests[] = {
		T(a_changed_byte_is_found_in_any_block),
		T(a_file_cut_at_any_place_is_found),
		T(blocks_cannot_be_swapped_within_or_between_parts),
		T(an_abort_and_a_drop_leave_no_file),
		T(files_without_a_record_are_swept_after_open),
		T(scratch_gives_back_what_it_got_from_any_offset),
		T(scratch_says_what_is_wrong_with_its_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
