/* SPDX-License-Identifier: EUPL-1.2 */
/* What erasing promises, looked for on the disk: no canary anywhere, and the key that could bring it back is gone. */
#include "spool/suite/h_spool.h"

#include <fcntl.h>
#include <ftw.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

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
	char old[200], keys[210];
	uint64_t generation;
	int fd;
	struct spool_options o = h.o;
	struct err e = ERR_INIT;
	struct spool_message m;
	struct spool_lmdb *s;
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
	generation = spool_slot_generation(spool_keys_fd(s->keys));
	for (size_t i = 0; i < 2; i++) {
		assert_ok(spool_message_get(&s->spool, h.a, &ids[i], &m, &e), e);
		assert_true(span_is(m.meta, "name=" CANARY));
		assert_ok(spool_part_open(&s->spool, &ids[i], "body", &src, &e), e);
		src_close(src);
	}
	spool_close(&s->spool);
	assert_ok(spool_open(&h.o, &h.s, &e), e);
	for (size_t i = 0; i < 2; i++)
		assert_ok(spool_erase(h.s, &ids[i], 5, &e), e);
	copy_file(h.dir, old, "keys");			/* at once, the spool still runs */
	assert_int_equal(spool_attach(&o, true, &s, &e), ERR_CONFIG);	/* files of two times; whoever insists: */
	snprintf(keys, sizeof(keys), "%s/keys", old);
	fd = open(keys, O_RDWR | O_CLOEXEC);
	assert_ok(spool_slot_set_generation(fd, generation, &e), e);
	close(fd);
	assert_ok(spool_attach(&o, true, &s, &e), e);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(spool_message_get(&s->spool, h.a, &ids[i], &m, &e), ERR_MISSING);
		assert_non_null(strstr(e.text, "slot"));
		assert_int_equal(spool_part_open(&s->spool, &ids[i], "body", &src, &e), ERR_MISSING);
	}
	spool_close(&s->spool);
}

static int count_file(void *ctx, const struct id *id, const char *path)
{
	(void)id, (void)path;
	++*(unsigned *)ctx;
	return 0;
}

/* Brings an application, a mail or a draft to the end of its kind. */
enum end { END_DONE, END_CANCELLED, END_GIVEN_UP, END_UNFETCHED, END_FETCHED, END_DRAFT, ENDS };

static struct id bring_to(enum end end)
{
	static const enum delivery_event steps[] = { [END_DONE] = DLV_EV_ACCEPTED, [END_CANCELLED] = DLV_EV_REFUSED,
						     [END_GIVEN_UP] = DLV_EV_REFUSED };
	struct spool_delivery wish = { .recipient = "ags:1" }, d;
	struct spool_message *m;
	struct spool_edit *ed;
	struct err e = ERR_INIT;
	int64_t next;
	struct id id;

	assert_ok(spool_edit_begin(h.s, NULL, &ed, &m, &e), e);
	id = m->id;
	m->kind = end <= END_GIVEN_UP ? SPOOL_APPLICATION : end == END_DRAFT ? SPOOL_DRAFT : SPOOL_MAIL;
	m->accepted = end == END_DRAFT ? 0 : 1000;
	m->expires = end == END_DRAFT ? 2000 : 0;
	m->meta = SPAN_LIT("name=" CANARY);
	assert_ok(h_part(ed, "body", 200000, 1, &e), e);
	assert_ok(spool_edit_commit(ed, m->kind == SPOOL_APPLICATION ? &wish : NULL, &e), e);
	if (end == END_FETCHED)
		assert_ok(spool_message_mark(h.s, &id, SPOOL_FETCHED, 1500, &e), e);
	if (end > END_GIVEN_UP)
		return id;
	assert_ok(h_claim(h.s, h.a, clock_now() + 1, 1000, &d, &next, &e), e);
	assert_ok(spool_delivery_step(h.s, &d, steps[end], NULL, NULL, &e), e);
	if (end != END_DONE)
		assert_ok(spool_delivery_step(h.s, &d, end == END_CANCELLED ? DLV_EV_CANCEL : DLV_EV_GIVE_UP, NULL, NULL, &e), e);
	return id;
}

static void of_every_kind_of_message_nothing_is_left_after_its_time(void **state)
{
	int64_t day = 24 * 3600 * 1000LL, later = clock_now() + 2 * day;
	struct id ids[ENDS], *expired;
	struct spool_message m;
	struct err e = ERR_INIT;
	unsigned files = 0;
	struct src *src;
	size_t n;

	(void)state;
	h.o.retention = (struct spool_retention){ day, day, day, day, day, day, day };
	h_spool_reopen(&h);
	for (int i = 0; i < ENDS; i++)
		ids[i] = bring_to((enum end)i);
	spool_payload_walk(h.dir, count_file, &files);
	assert_int_equal(files, ENDS);
	h_spool_reopen(&h);	/* whoever was killed after the step has forgotten nothing */
	assert_ok(spool_expired(h.s, h.a, later, 100, &expired, &n, &e), e);
	assert_int_equal(n, ENDS);
	for (size_t i = 0; i < n; i++)
		assert_ok(spool_erase_expired(h.s, &expired[i], later, &e), e);
	files = 0;
	spool_payload_walk(h.dir, count_file, &files);
	assert_int_equal(files, 0);
	assert_int_equal(search(h.dir), 0);
	for (int i = 0; i < ENDS; i++) {
		int rc = spool_message_get(h.s, h.a, &ids[i], &m, &e);

		assert_true(i == END_DRAFT ? rc == ERR_MISSING : rc == 0 && m.erased != 0 && m.meta.n == 0);
		assert_int_equal(spool_part_open(h.s, &ids[i], "body", &src, &e), ERR_MISSING);
	}
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
	size = spool_keys_file_size(spool_lmdb_of(h.s)->keys);
	for (int i = 0; i < 600; i++) {
		assert_ok(h_mail(h.s, NULL, 1, 2, 5, &id, &e), e);
		assert_true(h_part_is(h.s, &id, "content", 100, 1, &e));
		assert_ok(spool_erase(h.s, &id, 6, &e), e);
	}
	assert_true(spool_keys_file_size(spool_lmdb_of(h.s)->keys) <= size + 256 * SPOOL_SLOT_LEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(of_every_kind_of_message_nothing_is_left_after_its_time, h_setup, h_teardown),
		cmocka_unit_test_setup_teardown(no_canary_is_on_the_disk_before_or_after, h_setup, h_teardown),
		cmocka_unit_test_setup_teardown(an_older_database_cannot_bring_an_erased_message_back, h_setup, h_teardown),
		cmocka_unit_test_setup_teardown(an_emptied_slot_serves_a_new_message_with_a_new_key, h_setup, h_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
