/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of spool/resident. */
#include "spool/suite/h_spool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "spool/lmdb/engine.h"
#include "spool/lmdb/resident.h"

enum { MESSAGES = 64, SIZE = 50000 };	/* small enough to lie in the database */

static struct id ids[MESSAGES];

static int setup(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	h_spool_init(&h);
	for (unsigned i = 0; i < MESSAGES; i++)
		assert_ok(h_submit(h.s, NULL, "ags:05315000", SIZE, i, &ids[i], NULL, &e), e);
	return 0;
}

/* KiB of the map of data.mdb that are resident in this process; -1: it is not mapped. */
static long resident(void)
{
	char line[4400];
	bool ours = false;
	long kib = -1;
	FILE *f = fopen("/proc/self/smaps", "re");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strstr(line, "/data.mdb\n") != NULL)
			ours = true;
		if (ours && sscanf(line, "Rss: %ld kB", &kib) == 1)
			break;
	}
	assert_int_equal(fclose(f), 0);
	return kib;
}

static void read_all(void)
{
	struct err e = ERR_INIT;

	for (unsigned i = 0; i < MESSAGES; i++)
		must(h_part_is(h.s, &ids[i], "body", SIZE, i, &e));
}

static void the_map_is_found_and_let_go(void **state)
{
	(void)state;
	assert_non_null(spool_lmdb_of(h.s)->db.map);
	read_all();
	assert_true(resident() > MESSAGES * SIZE / 1024 / 2);
	spool_trim(h.s);
	assert_in_range(resident(), 0, 256);	/* another thread of the spool may have looked at a page again */
	read_all();
}

static void who_writes_much_lets_go_of_the_map(void **state)
{
	enum { MOST = 400 };	/* times 50 KB is more than the writer lets be */
	struct spool_db *db = &spool_lmdb_of(h.s)->db;
	size_t before = 0;
	unsigned n = 0;

	(void)state;
	read_all();
	for (; n < MOST && db->unreleased >= before; n++) {
		struct err e = ERR_INIT;

		before = db->unreleased;
		assert_ok(h_submit(h.s, NULL, "ags:05315000", SIZE, n, NULL, NULL, &e), e);
	}
	assert_in_range(n, 2, MOST - 1);
	assert_in_range(resident(), 0, MESSAGES * SIZE / 1024 / 2);
}

static void who_looks_at_much_lets_go_of_the_map(void **state)
{
	struct spool_shape_row *rows;
	struct err e = ERR_INIT;
	size_t n;

	(void)state;
	read_all();
	assert_ok(spool_shape(h.s, h.a, 0, &rows, &n, &e), e);
	assert_int_equal(n, 1);
	assert_in_range(resident(), 0, 256);
}

static void *release_again_and_again(void *stop)
{
	while (!atomic_load((atomic_bool *)stop))
		spool_trim(h.s);
	return NULL;
}

static void readers_and_the_writer_go_on_meanwhile(void **state)
{
	atomic_bool stop = false;
	struct err e = ERR_INIT;
	pthread_t t;

	(void)state;
	assert_int_equal(pthread_create(&t, NULL, release_again_and_again, &stop), 0);
	for (unsigned i = 0; i < 5; i++) {
		struct id id;

		read_all();
		assert_ok(h_submit(h.s, NULL, "ags:05315000", SIZE, i, &id, NULL, &e), e);
		assert_true(h_part_is(h.s, &id, "body", SIZE, i, &e));
	}
	atomic_store(&stop, true);
	assert_int_equal(pthread_join(t, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_map_is_found_and_let_go, setup, h_teardown),
		cmocka_unit_test_setup_teardown(who_writes_much_lets_go_of_the_map, setup, h_teardown),
		cmocka_unit_test_setup_teardown(who_looks_at_much_lets_go_of_the_map, setup, h_teardown),
		cmocka_unit_test_setup_teardown(readers_and_the_writer_go_on_meanwhile, setup, h_teardown),
	};

	return cmocka_run_group_tests_name("resident", tests, NULL, NULL);
}
