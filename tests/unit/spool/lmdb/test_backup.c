/* SPDX-License-Identifier: EUPL-1.2 */
/* Many threads at once, backup among them, restore, and what tampering with backup or audit trail leads to. */
#include "spool/suite/h_spool.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "spool/lmdb/engine.h"

static char target[128], restored[128];

static int setup(void **state)
{
	(void)state;
	h_spool_init(&h);
	snprintf(target, sizeof(target), "%s/backup", h.root);
	snprintf(restored, sizeof(restored), "%s/restored", h.root);
	return 0;
}

static void say(void *ctx, const char *text)
{
	(void)ctx;
	print_error("%s\n", text);
}

static struct spool_check_result check(const char *dir)
{
	struct spool_options o = h.o;
	struct spool_check_result r;
	struct err e = ERR_INIT;

	o.dir = dir;
	assert_ok(spool_check(&o, &r, say, NULL, &e), e);
	return r;
}

/* --- threads ------------------------------------------------------------------------------------------------------ */

enum { SENDERS = 32, EACH = 6 };

static struct id sent[SENDERS * EACH];
static atomic_uint sent_count, done_count, erased_count;
static atomic_bool stop;

static void *sender(void *arg)
{
	unsigned me = *(unsigned *)arg;

	for (unsigned i = 0; i < EACH; i++) {
		unsigned seed = me * EACH + i;
		char recipient[16], foreign[16];
		struct err e = ERR_INIT;
		struct id id;

		snprintf(recipient, sizeof(recipient), "ags:%u", me % 5);
		snprintf(foreign, sizeof(foreign), "f%u", seed);
		must(h_submit(h.s, foreign, recipient, i == 0 ? 70000 : 2000, seed, &id, NULL, &e) == 0);
		sent[seed] = id;
		/* the deliverer erases every other message, perhaps before this look at it */
		must(h_part_is(h.s, &id, "body", i == 0 ? 70000 : 2000, seed, &e) ||
		     (id.b[ID_LEN - 1] % 2 == 0 && e.code == ERR_MISSING));
		atomic_fetch_add(&sent_count, 1);
	}
	return NULL;
}

static void *deliverer(void *arg)
{
	struct arena *a = arena_new();
	struct spool_delivery d;
	uint64_t seen = 0;
	int64_t next;

	(void)arg;
	while (atomic_load(&done_count) < SENDERS * EACH && !atomic_load(&stop)) {
		struct err e = ERR_INIT;

		arena_reset(a);
		if (h_claim(h.s, a, clock_now() + 1, 600000, &d, &next, &e) != 0) {
			seen = spool_queue_wait(h.s, seen, 5);
			continue;
		}
		must(spool_delivery_step(h.s, &d, DLV_EV_ACCEPTED, NULL, NULL, &e) == 0);
		atomic_fetch_add(&done_count, 1);
		if (d.message.b[ID_LEN - 1] % 2 == 0) {
			must(spool_erase(h.s, &d.message, clock_now(), &e) == 0);
			atomic_fetch_add(&erased_count, 1);
		}
	}
	arena_free(a);
	return NULL;
}

static void *onlooker(void *arg)
{
	struct arena *a = arena_new();

	(void)arg;
	while (atomic_load(&done_count) < SENDERS * EACH && !atomic_load(&stop)) {
		struct spool_shape_row *rows;
		struct spool_delivery *list;
		struct spool_message m;
		struct spool_stats st;
		struct err e = ERR_INIT;
		size_t n;

		arena_reset(a);
		must(spool_stats_get(h.s, &st, &e) == 0);
		must(spool_shape(h.s, a, clock_now(), &rows, &n, &e) == 0);
		must(spool_delivery_list(h.s, a, &(struct spool_list){ .states = 0xff, .limit = 50 },
						&list, &n, &e) == 0);
		for (size_t i = 0; i < n; i++)	/* erased or not, in the middle of it or not: never an error */
			must(spool_message_get(h.s, a, &list[i].message, &m, &e) == 0);
	}
	arena_free(a);
	return NULL;
}

static void thirty_two_senders_with_workers_and_onlookers_get_along(void **state)
{
	pthread_t threads[SENDERS], others[4];
	unsigned me[SENDERS];
	struct spool_stats st;
	struct spool_check_result r;
	struct err e = ERR_INIT;

	(void)state;
	for (unsigned i = 0; i < SENDERS; i++) {
		me[i] = i;
		assert_int_equal(pthread_create(&threads[i], NULL, sender, &me[i]), 0);
	}
	assert_int_equal(pthread_create(&others[0], NULL, deliverer, NULL), 0);
	assert_int_equal(pthread_create(&others[1], NULL, deliverer, NULL), 0);
	assert_int_equal(pthread_create(&others[2], NULL, onlooker, NULL), 0);
	/* The backup starts somewhere in the middle. */
	while (atomic_load(&sent_count) < SENDERS * EACH / 4)
		(void)spool_queue_wait(h.s, 0, 1);
	assert_ok(spool_backup(h.s, target, NULL, NULL, &h_missing, &e), e);
	for (unsigned i = 0; i < SENDERS; i++)
		pthread_join(threads[i], NULL);
	for (unsigned i = 0; i < 3; i++)
		pthread_join(others[i], NULL);
	assert_int_equal(atomic_load(&done_count), SENDERS * EACH);	/* each claimed once */
	assert_ok(spool_stats_get(h.s, &st, &e), e);
	assert_int_equal(st.deliveries[DLV_DONE], SENDERS * EACH);
	assert_true(st.commit_calls > st.commits);
	h_spool_reopen(&h);
	spool_sweep_wait(spool_lmdb_of(h.s));
	spool_close(h.s);
	h.s = NULL;
	r = check(h.dir);
	assert_int_equal(r.problems + r.orphans, 0);
	assert_int_equal(r.messages, SENDERS * EACH);
	r = check(target);	/* a copy of the middle is as sound as the end */
	assert_int_equal(r.problems, 0);
	assert_true(r.messages >= SENDERS * EACH / 4);
}

/* --- backup and restore ------------------------------------------------------------------------------------------- */

static uint64_t last_done, last_total;

static void progress(void *ctx, uint64_t done, uint64_t total)
{
	(void)ctx;
	assert_true(done >= last_done && done <= total);
	last_done = done;
	last_total = total;
}

static void a_restored_backup_is_the_spool_of_then(void **state)
{
	struct spool_audit line = { 1, "a", "b", "c", "d" };
	struct spool_options o = h.o;
	struct err e = ERR_INIT;
	struct spool_message m;
	struct id ids[6], later;
	uint64_t lines;
	struct spool *s;

	(void)state;
	for (unsigned i = 0; i < 6; i++)
		assert_ok(h_submit(h.s, NULL, "ags:1", i % 2 ? 200000 : 500, i, &ids[i], NULL, &e), e);
	assert_ok(spool_audit_add(h.s, &line, &e), e);
	last_done = 0;
	assert_ok(spool_backup(h.s, target, progress, NULL, &h_missing, &e), e);
	assert_true(last_done > 600000 && last_done <= last_total);
	assert_int_equal(spool_backup(h.s, target, NULL, NULL, &h_missing, &e), ERR_EXISTS);
	assert_ok(h_submit(h.s, NULL, "ags:1", 10, 9, &later, NULL, &e), e);
	assert_int_equal(check(target).problems, 0);
	o.dir = restored;
	last_done = 0;
	assert_ok(spool_restore(target, &o, progress, NULL, &e), e);
	assert_int_equal(last_done, last_total);
	assert_int_equal(spool_restore(target, &o, NULL, NULL, &e), ERR_EXISTS);
	assert_ok(spool_open(&o, &s, &e), e);
	for (unsigned i = 0; i < 6; i++)
		assert_true(h_part_is(s, &ids[i], "body", i % 2 ? 200000 : 500, i, &e));
	assert_int_equal(spool_message_get(s, h.a, &later, &m, &e), ERR_MISSING);
	assert_ok(spool_audit_verify(s, &lines, &e), e);
	assert_int_equal(lines, 1);
	assert_ok(h_submit(s, NULL, "ags:1", 200000, 11, &later, NULL, &e), e);	/* and it goes on from there */
	assert_true(h_part_is(s, &later, "body", 200000, 11, &e));
	spool_close(s);
	assert_int_equal(check(restored).problems, 0);
}

static struct id victims[3];

/* Erases while the files are copied: the database's copy still has the messages alive. */
static void erase_meanwhile(void *ctx, uint64_t done, uint64_t total)
{
	bool *did = ctx;
	struct spool_delivery d;
	struct err e = ERR_INIT;

	(void)done, (void)total;
	if (*did)
		return;
	*did = true;
	for (unsigned i = 0; i < 3; i++) {
		if (i < 2) {	/* the third is a draft */
			assert_ok(h_delivery_of(h.s, h.a, &victims[i], &d, &e), e);
			assert_ok(spool_delivery_step(h.s, &d, DLV_EV_CANCEL, NULL, NULL, &e), e);
		}
		assert_ok(spool_erase(h.s, &victims[i], 7, &e), e);
	}
}

static void what_is_erased_during_a_backup_is_erased_in_it(void **state)
{
	struct spool_options o = h.o;
	struct spool_message m, *w;
	struct spool_delivery d;
	struct err e = ERR_INIT;
	struct spool_edit *ed;
	bool did = false;
	struct id stays;
	struct spool *s;

	(void)state;
	assert_ok(h_submit(h.s, "one", "ags:1", 100, 1, &victims[0], NULL, &e), e);
	assert_ok(h_submit(h.s, "two", "ags:1", 100000, 1, &victims[1], NULL, &e), e);
	assert_ok(spool_edit_begin(h.s, NULL, &ed, &w, &e), e);
	victims[2] = w->id;
	assert_ok(h_part(ed, "x", 100000, 1, &e), e);
	assert_ok(spool_edit_commit(ed, NULL, &e), e);
	assert_ok(h_submit(h.s, "stays", "ags:1", 100000, 1, &stays, NULL, &e), e);
	assert_ok(spool_backup(h.s, target, erase_meanwhile, &did, &h_missing, &e), e);
	assert_true(did);
	assert_int_equal(check(target).problems, 0);
	o.dir = restored;
	assert_ok(spool_restore(target, &o, NULL, NULL, &e), e);
	assert_ok(spool_open(&o, &s, &e), e);
	for (unsigned i = 0; i < 2; i++) {
		assert_ok(spool_message_get(s, h.a, &victims[i], &m, &e), e);
		assert_int_equal(m.erased, 7);
		assert_ok(h_delivery_of(s, h.a, &victims[i], &d, &e), e);
		assert_int_equal(d.state, DLV_CANCELLED);
	}
	assert_int_equal(spool_message_get(s, h.a, &victims[2], &m, &e), ERR_MISSING);
	assert_true(h_part_is(s, &stays, "body", 100000, 1, &e));
	spool_sweep_wait(spool_lmdb_of(s));
	spool_close(s);
	assert_int_equal(check(restored).orphans, 0);
}

static char a_file[256];

static int remember(void *ctx, const struct id *id, const char *path)
{
	(void)ctx, (void)id;
	snprintf(a_file, sizeof(a_file), "%s", path);
	return 0;
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

static void expect_refusal(enum err_code code)
{
	struct spool_options o = h.o;
	struct err e = ERR_INIT;

	o.dir = restored;
	assert_int_equal(spool_restore(target, &o, NULL, NULL, &e), code);
	assert_int_not_equal(access(restored, F_OK), 0);	/* nothing half restored stays */
}

static void a_backup_that_was_changed_is_refused(void **state)
{
	struct err e = ERR_INIT;
	char path[200];
	struct id id;

	(void)state;
	assert_ok(h_submit(h.s, NULL, "ags:1", 200000, 1, &id, NULL, &e), e);
	assert_ok(spool_backup(h.s, target, NULL, NULL, &h_missing, &e), e);
	spool_payload_walk(target, remember, NULL);
	flip(a_file, 70000);
	expect_refusal(ERR_CRYPTO);
	flip(a_file, 70000);
	snprintf(path, sizeof(path), "%s/keys", target);
	flip(path, 200);
	expect_refusal(ERR_CRYPTO);
	flip(path, 200);
	snprintf(path, sizeof(path), "%s/MANIFEST", target);
	flip(path, 3);
	expect_refusal(ERR_CRYPTO);
	flip(path, 3);
	assert_int_equal(truncate(path, 200), 0);
	expect_refusal(ERR_CRYPTO);
	assert_int_equal(unlink(path), 0);
	expect_refusal(ERR_MISSING);
}

static void a_list_that_names_a_foreign_path_is_refused(void **state)
{
	static const char *const names[] = { "../../etc/passwd", "/etc/passwd", "payload/../../x", "payload/00/../x",
					     "payload/00/01890a5d-ac96-774b-bcce-b302099a8057", "other", "keys/x" };
	char path[200], line[400], hex[65];
	struct err e = ERR_INIT;
	uint8_t sha[SHA256_LEN];

	(void)state;
	assert_ok(dir_make(target, 0700, &e), e);
	snprintf(path, sizeof(path), "%s/MANIFEST", target);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		int n = snprintf(line, sizeof(line), "%064d 0 %s\n", 0, names[i]);

		sha256(line, (size_t)n, sha);
		hex_encode(sha, sizeof(sha), hex);
		snprintf(line + n, sizeof(line) - (size_t)n, "end 1 %s\n", hex);
		assert_ok(file_write(path, line, strlen(line), 0600, &e), e);
		expect_refusal(ERR_SYNTAX);
	}
}

/* --- audit -------------------------------------------------------------------------------------------------------- */

enum tamper { CHANGE, REMOVE, CUT_END, SWAP };

static void tamper(enum tamper how)
{
	struct err e = ERR_INIT;
	uint8_t k[8], k2[8];
	struct spool_rec_audit r;
	struct spool_db db;
	struct spool_txn t;
	struct span val;
	struct buf b;
	char copy[2][400];
	size_t n[2];

	assert_ok(spool_db_open(&db, h.dir, 256 << 20, false, &e), e);
	assert_ok(spool_txn_write(&db, &t, &e), e);
	memset(k, 0, sizeof(k));
	memset(k2, 0, sizeof(k2));
	k[7] = how == CUT_END ? 9 : 4;
	k2[7] = 5;
	assert_true(spool_get(&t, TBL_AUDIT, k, 8, &val));
	n[0] = val.n;
	memcpy(copy[0], val.p, val.n);
	assert_true(spool_get(&t, TBL_AUDIT, k2, 8, &val));
	n[1] = val.n;
	memcpy(copy[1], val.p, val.n);
	if (how == CHANGE) {	/* by somebody who knows the format, but not the key */
		assert_ok(spool_rec_audit_get((struct span){ copy[0], n[0] }, h.a, &r, &e), e);
		r.a.actor = "somebody else";
		buf_init(&b, 4096);
		spool_rec_audit_put(&b, &r, true);
		spool_put(&t, TBL_AUDIT, k, 8, b.p, b.n);
		buf_fini(&b);
	} else if (how == SWAP) {
		spool_put(&t, TBL_AUDIT, k, 8, copy[1], n[1]);
		spool_put(&t, TBL_AUDIT, k2, 8, copy[0], n[0]);
	} else {
		spool_del(&t, TBL_AUDIT, k, 8);
	}
	t.counters = db.counters;
	assert_ok(spool_txn_commit(&t, &e), e);
	spool_db_close(&db);
}

static void an_audit_trail_that_was_touched_does_not_verify(void **state)
{
	struct spool_audit line = { 1, "uid 0 (root)", "queue.cancel", "id", "why" };
	static const enum tamper hows[] = { CHANGE, REMOVE, CUT_END, SWAP };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hows); i++) {
		struct err e = ERR_INIT;
		uint64_t lines;

		spool_close(h.s);
		h_remove(h.dir);
		assert_ok(spool_open(&h.o, &h.s, &e), e);
		for (int n = 0; n < 10; n++)
			assert_ok(spool_audit_add(h.s, &line, &e), e);
		assert_ok(spool_audit_verify(h.s, &lines, &e), e);
		spool_close(h.s);
		h.s = NULL;
		tamper(hows[i]);
		assert_ok(spool_open(&h.o, &h.s, &e), e);
		assert_int_equal(spool_audit_verify(h.s, &lines, &e), ERR_CRYPTO);
		spool_close(h.s);
		h.s = NULL;
		assert_true(check(h.dir).problems > 0);
		assert_ok(spool_open(&h.o, &h.s, &e), e);
	}
}

static void a_check_finds_what_was_damaged_behind_its_back(void **state)
{
	struct spool_options o = h.o;
	struct spool_check_result r;
	struct err e = ERR_INIT;
	struct id id;

	(void)state;
	assert_int_equal(spool_check(&h.o, &r, NULL, NULL, &e), ERR_BUSY);	/* it is in use */
	assert_ok(h_submit(h.s, NULL, "ags:1", 200000, 1, &id, NULL, &e), e);
	spool_close(h.s);
	h.s = NULL;
	r = check(h.dir);
	assert_int_equal(r.problems, 0);
	assert_int_equal(r.messages, 1);
	assert_int_equal(r.deliveries, 1);
	assert_int_equal(r.payloads, 1);
	assert_int_equal(r.bytes, 200000);
	spool_payload_walk(h.dir, remember, NULL);
	flip(a_file, 100000);
	assert_ok(spool_check(&h.o, &r, NULL, NULL, &e), e);
	assert_int_equal(r.problems, 1);
	o.dir = h.root;
	assert_int_not_equal(spool_check(&o, &r, NULL, NULL, &e), 0);
}

static int lose(void *ctx, const struct id *id, const char *path)
{
	(void)ctx, (void)id;
	assert_int_equal(unlink(path), 0);
	return 1;	/* one is enough */
}

static void a_lost_payload_file_does_not_keep_the_rest_from_being_backed_up(void **state)
{
	char to[128], copy[128];
	struct spool_options o = h.o;
	struct err e = ERR_INIT;
	struct id ids[3];
	struct spool *s;
	unsigned good = 0;

	(void)state;
	log_set_fd(-1);
	for (int i = 0; i < 3; i++)
		assert_ok(h_submit(h.s, NULL, "ags:1", 100000, 1, &ids[i], NULL, &e), e);
	spool_payload_walk(h.dir, lose, NULL);
	snprintf(to, sizeof(to), "%s/backup", h.root);
	snprintf(copy, sizeof(copy), "%s/copy", h.root);
	assert_ok(spool_backup(h.s, to, NULL, NULL, &h_missing, &e), e);
	assert_int_equal(h_missing, 1);
	o.dir = copy;
	assert_ok(spool_restore(to, &o, NULL, NULL, &e), e);
	assert_ok(spool_open(&o, &s, &e), e);
	for (int i = 0; i < 3; i++)
		good += h_part_is(s, &ids[i], "body", 100000, 1, &e);
	assert_int_equal(good, 2);
	spool_close(s);
}

/* Takes an entry away from a table, or adds one that does not belong there. */
static void touch(enum spool_table table, const void *key, size_t n, bool add)
{
	struct err e = ERR_INIT;
	struct spool_txn t;
	struct spool_db db;

	assert_ok(spool_db_open(&db, h.dir, 256 << 20, false, &e), e);
	assert_ok(spool_db_load_counters(&db, &e), e);
	assert_ok(spool_txn_write(&db, &t, &e), e);
	if (add)
		spool_put(&t, table, key, n, "0123456789abcdef", SPOOL_LANE_LEN);
	else
		assert_true(spool_del(&t, table, key, n));
	assert_ok(spool_txn_commit(&t, &e), e);
	spool_db_close(&db);
}

static void a_check_finds_a_delivery_that_would_be_forgotten(void **state)
{
	uint8_t follow[8 + ID_LEN] = { [7] = 77 }, late[1 + ID_LEN] = { SPOOL_STATE_LATE };
	struct spool_delivery d;
	struct err e = ERR_INIT;
	int64_t next;

	(void)state;
	assert_ok(h_submit(h.s, NULL, "ags:1", 10, 1, NULL, NULL, &e), e);
	assert_ok(h_claim(h.s, h.a, INT64_MAX / 2, 1000, &d, &next, &e), e);
	d.due = 77;
	assert_ok(spool_delivery_step(h.s, &d, DLV_EV_ACCEPTED, NULL, NULL, &e), e);
	spool_close(h.s);
	h.s = NULL;
	assert_int_equal(check(h.dir).problems, 0);
	memcpy(follow + 8, d.id.b, ID_LEN);
	memcpy(late + 1, d.id.b, ID_LEN);
	touch(TBL_FOLLOW, follow, sizeof(follow), false);
	assert_int_equal(check(h.dir).problems, 1);
	touch(TBL_FOLLOW, follow, sizeof(follow), true);
	assert_int_equal(check(h.dir).problems, 0);
	touch(TBL_STATE, late, sizeof(late), true);	/* it is not late */
	assert_int_equal(check(h.dir).problems, 1);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, h_teardown)
	const struct CMUnitTest tests[] = {
		T(thirty_two_senders_with_workers_and_onlookers_get_along),
		T(a_restored_backup_is_the_spool_of_then),
		T(what_is_erased_during_a_backup_is_erased_in_it),
		T(a_backup_that_was_changed_is_refused),
		T(a_list_that_names_a_foreign_path_is_refused),
		T(a_lost_payload_file_does_not_keep_the_rest_from_being_backed_up),
		T(an_audit_trail_that_was_touched_does_not_verify),
		T(a_check_finds_what_was_damaged_behind_its_back),
		T(a_check_finds_a_delivery_that_would_be_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
