/* SPDX-License-Identifier: EUPL-1.2 */
/* What erasing promises, looked for on the disk: no canary anywhere, and the key that could bring it back is gone. */
#include "spool/h_spool.h"

#include <ftw.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "spool/engine.h"

#define CANARY "CANARY-7f3c-Antrag-auf-Hilfe"

static int submit_canary(struct id *id, size_t filler, struct err *e)
{
	char *pad = h_bytes(filler, 5);
	struct spool_message *m;
	struct spool_edit *ed;
	struct sink *sink;
	int rc;

	assert_ok(spool_edit_begin(h.s, NULL, &ed, &m, e), *e);
	*id = m->id;
	m->kind = SPOOL_APPLICATION;
	m->meta = SPAN_LIT("name=" CANARY);
	assert_ok(spool_edit_part(ed, "body", "text/plain", CANARY ".pdf", &sink, e), *e);
	assert_ok(sink_puts(sink, CANARY, e), *e);
	assert_ok(sink_write(sink, pad, filler, e), *e);
	assert_ok(sink_puts(sink, CANARY, e), *e);
	rc = sink_finish(sink, e);
	sink_close(sink);
	assert_int_equal(rc, 0);
	free(pad);
	return spool_edit_commit(ed, NULL, e);
}

static unsigned hits, files_seen;

static int look(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	struct err e = ERR_INIT;
	struct buf b;

	(void)st, (void)ftw;
	if (type != FTW_F)
		return 0;
	buf_init(&b, 256 << 20);
	files_seen++;
	if (file_read(path, &b, &e) != 0)
		fail_msg("%s", e.text);
	if (b.n > 0 && memmem(b.p, b.n, CANARY, strlen(CANARY)) != NULL)
		hits++;
	buf_fini(&b);
	return 0;
}

static unsigned search(const char *dir)
{
	hits = files_seen = 0;
	nftw(dir, look, 16, FTW_PHYS);
	assert_true(files_seen >= 2);
	return hits;
}

static void copy_file(const char *from_dir, const char *to_dir, const char *name)
{
	char from[300], to[300];
	struct err e = ERR_INIT;
	struct buf b;

	snprintf(from, sizeof(from), "%s/%s", from_dir, name);
	snprintf(to, sizeof(to), "%s/%s", to_dir, name);
	buf_init(&b, 256 << 20);
	assert_ok(file_read(from, &b, &e), e);
	assert_ok(file_write(to, b.p, b.n, 0600, &e), e);
	buf_fini(&b);
}

static int copy_payload(void *ctx, const struct id *id, const char *path)
{
	const char *to = ctx;
	char dir[300];
	struct err e = ERR_INIT;

	(void)id;
	snprintf(dir, sizeof(dir), "%s/%.10s", to, path + strlen(h.dir) + 1);	/* payload/xx */
	assert_ok(dir_make(dir, 0700, &e), e);
	copy_file(h.dir, to, path + strlen(h.dir) + 1);
	return 0;
}

static void no_canary_is_on_the_disk_before_or_after(void **state)
{
	static const size_t sizes[] = { 0, 5000, 200000 };
	struct err e = ERR_INIT;
	struct id ids[ARRAY_LEN(sizes)];
	struct spool_message m;
	char path[300];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
		assert_ok(submit_canary(&ids[i], sizes[i], &e), e);
	assert_int_equal(search(h.dir), 0);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
		assert_ok(spool_erase(h.s, &ids[i], 5, &e), e);
	assert_int_equal(search(h.dir), 0);
	h_spool_reopen(&h);
	assert_int_equal(search(h.dir), 0);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		assert_ok(spool_message_get(h.s, h.a, &ids[i], &m, &e), e);
		assert_int_equal(m.meta.n, 0);
		for (size_t b = 0; b < SHA256_LEN; b++)	/* a digest would confirm a guess */
			assert_int_equal(m.parts[0].sha256[b], 0);
	}
	snprintf(path, sizeof(path), "%s/plain", h.dir);	/* the search does find what is there */
	assert_ok(file_write(path, "xx" CANARY, strlen(CANARY) + 2, 0600, &e), e);
	assert_int_equal(search(h.dir), 1);
}

/* Somebody kept the database and the payload files from before, and has the master key: only the key file of after. */
static void an_older_database_cannot_bring_an_erased_message_back(void **state)
{
	static const size_t sizes[] = { 100, 200000 };
	char old[200];
	struct spool_options o = h.o;
	struct err e = ERR_INIT;
	struct spool_message m;
	struct spool *s;
	struct id ids[2];
	struct src *src;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		assert_ok(submit_canary(&ids[i], sizes[i], &e), e);
	spool_close(h.s);
	snprintf(old, sizeof(old), "%s/old", h.root);
	assert_ok(dir_make(old, 0700, &e), e);
	copy_file(h.dir, old, "data.mdb");
	copy_file(h.dir, old, "keys");
	spool_payload_walk(h.dir, copy_payload, old);
	o.dir = old;
	assert_ok(spool_attach(&o, true, &s, &e), e);	/* with the keys of then, all is there */
	for (size_t i = 0; i < 2; i++) {
		assert_ok(spool_message_get(s, h.a, &ids[i], &m, &e), e);
		assert_true(span_is(m.meta, "name=" CANARY));
		assert_ok(spool_part_open(s, &ids[i], "body", &src, &e), e);
		src_close(src);
	}
	spool_close(s);
	assert_ok(spool_open(&h.o, &h.s, &e), e);
	for (size_t i = 0; i < 2; i++)
		assert_ok(spool_erase(h.s, &ids[i], 5, &e), e);
	copy_file(h.dir, old, "keys");			/* at once, the spool still runs */
	assert_ok(spool_attach(&o, true, &s, &e), e);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(spool_message_get(s, h.a, &ids[i], &m, &e), ERR_MISSING);
		assert_non_null(strstr(e.text, "slot"));
		assert_int_equal(spool_part_open(s, &ids[i], "body", &src, &e), ERR_MISSING);
	}
	spool_close(s);
}

static void an_emptied_slot_serves_a_new_message_with_a_new_key(void **state)
{
	struct err e = ERR_INIT;
	uint64_t size;
	struct id id;

	(void)state;
	for (int i = 0; i < 300; i++) {	/* more than one batch of keys */
		assert_ok(h_mail(h.s, NULL, 1, 2, 5, &id, &e), e);
		assert_ok(spool_erase(h.s, &id, 6, &e), e);
	}
	size = spool_keys_file_size(h.s->keys);
	for (int i = 0; i < 600; i++) {
		assert_ok(h_mail(h.s, NULL, 1, 2, 5, &id, &e), e);
		assert_true(h_part_is(h.s, &id, "content", 100, 1, &e));
		assert_ok(spool_erase(h.s, &id, 6, &e), e);
	}
	assert_true(spool_keys_file_size(h.s->keys) <= size + 256 * SPOOL_SLOT_LEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_canary_is_on_the_disk_before_or_after, h_setup, h_teardown),
		cmocka_unit_test_setup_teardown(an_older_database_cannot_bring_an_erased_message_back, h_setup, h_teardown),
		cmocka_unit_test_setup_teardown(an_emptied_slot_serves_a_new_message_with_a_new_key, h_setup, h_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
