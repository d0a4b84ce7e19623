/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/peer/clamd, against a server with clamd's protocol. */
#include "cm.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "h_clamd.h"
#include "peer/clamd.h"

#define TIMEOUT_MS 300

static struct peer_clamd *clamd_at(const char *address, int64_t timeout_ms)
{
	const struct peer_clamd_rules r = { .address = address, .timeout_ms = timeout_ms, .most = 2 };
	struct peer_clamd *c = NULL;
	struct err e = ERR_INIT;

	assert_ok(peer_clamd_new(&r, &c, &e), e);
	return c;
}

static int scan(struct peer_clamd *c, const char *data, size_t n, enum peer_verdict *v, char name[PEER_SIGNATURE_MAX])
{
	struct src *src = src_of_mem(data, n);
	struct err e = ERR_INIT;
	int rc = peer_clamd_scan(c, src, v, name, &e);

	src_close(src);
	if (rc != 0)
		assert_int_equal(err_class(e.code), ERR_TEMPORARY);
	return rc;
}

static void a_verdict_is_clamds_over_unix_and_tcp_and_across_chunks(void **state)
{
	static const size_t places[] = { 0, 1, 65536 - 40, 65536, 300000 };
	char dir[] = "/tmp/depesche-clamd.XXXXXX", name[PEER_SIGNATURE_MAX], *data = mem_new(400000);
	enum peer_verdict v;

	(void)state;
	assert_non_null(mkdtemp(dir));
	for (int tcp = 0; tcp < 2; tcp++) {
		struct peer_clamd *c = clamd_at(h_clamd_start(tcp ? NULL : dir), 10000);

		for (size_t i = 0; i < ARRAY_LEN(places); i++) {
			memset(data, 'a', 400000);
			assert_int_equal(scan(c, data, 400000, &v, name), 0);
			assert_int_equal(v, PEER_CLEAN);
			assert_string_equal(name, "");
			assert_int_equal(h_clamd_bytes(), 400000);
			memcpy(data + places[i], H_EICAR, strlen(H_EICAR));
			assert_int_equal(scan(c, data, 400000, &v, name), 0);
			assert_int_equal(v, PEER_INFECTED);
			assert_string_equal(name, "Eicar-Test-Signature");
		}
		assert_int_equal(scan(c, data, 0, &v, name), 0);
		assert_int_equal(v, PEER_CLEAN);
		h_clamd_stop();
		assert_int_equal(scan(c, data, 10, &v, name), ERR_UNREACHABLE);
		peer_clamd_free(c);
	}
	free(data);
	(void)rmdir(dir);
}

static void what_is_no_verdict_is_a_failure_and_ends_in_time(void **state)
{
	static const struct {
		enum h_clamd_how how;
		int rc;
	} cases[] = {
		{ H_CLAMD_SILENT, ERR_TIMEOUT }, { H_CLAMD_HANGS_UP, ERR_PEER }, { H_CLAMD_SMALL, ERR_PEER },
		{ H_CLAMD_NONSENSE, ERR_PEER }, { H_CLAMD_ENDLESS, ERR_PEER },
	};
	char name[PEER_SIGNATURE_MAX], *data = mem_new(4000000);
	struct peer_clamd *c = clamd_at(h_clamd_start(NULL), TIMEOUT_MS);
	enum peer_verdict v;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t start = clock_mono();

		h_clamd_be(cases[i].how);
		assert_int_equal(scan(c, data, cases[i].how == H_CLAMD_SILENT ? 10 : 4000000, &v, name), cases[i].rc);
		assert_true(clock_mono() - start < 20 * TIMEOUT_MS);
		h_clamd_be(H_CLAMD_WORKS);
		assert_int_equal(scan(c, data, 10, &v, name), 0);
	}
	h_clamd_stop();
	peer_clamd_free(c);
	free(data);
}

struct seat {
	struct peer_clamd *c;
	int rc;
};

static void *scan_once(void *arg)
{
	struct seat *s = arg;
	char name[PEER_SIGNATURE_MAX];
	enum peer_verdict v;

	s->rc = scan(s->c, "a", 1, &v, name);
	return NULL;
}

static void who_finds_no_place_waits_for_one(void **state)
{
	struct peer_clamd *c = clamd_at(h_clamd_start(NULL), 1500);
	struct seat s[2] = { { .c = c }, { .c = c } };
	char name[PEER_SIGNATURE_MAX];
	enum peer_verdict v;
	pthread_t t[2];
	int64_t start;

	(void)state;
	h_clamd_be(H_CLAMD_SILENT);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&t[i], NULL, scan_once, &s[i]), 0);
	(void)usleep(500000);	/* both have a place, and no verdict */
	h_clamd_be(H_CLAMD_WORKS);
	start = clock_mono();
	assert_int_equal(scan(c, "a", 1, &v, name), 0);
	assert_true(clock_mono() - start > 500);
	for (size_t i = 0; i < 2; i++)
		(void)pthread_join(t[i], NULL);
	assert_int_equal(s[0].rc == ERR_TIMEOUT || s[1].rc == ERR_TIMEOUT, 1);
	h_clamd_stop();
	peer_clamd_free(c);
}

static int broken_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	(void)s;
	(void)data;
	(void)cap;
	(void)got;
	return err_set(e, ERR_IO, "broken");
}

static void content_that_cannot_be_read_is_not_the_scanners_failure(void **state)
{
	struct peer_clamd *c = clamd_at(h_clamd_start(NULL), 10000);
	struct src broken = { broken_read, NULL };
	char name[PEER_SIGNATURE_MAX];
	struct err e = ERR_INIT;
	enum peer_verdict v;

	(void)state;
	assert_int_equal(peer_clamd_scan(c, &broken, &v, name, &e), ERR_IO);
	h_clamd_stop();
	peer_clamd_free(c);
}

static void only_this_machine_is_an_address(void **state)
{
	static const char *const good[] = { "unix:/run/clamav/clamd.ctl", "127.0.0.1:3310", "[::1]:3310" };
	static const char *const bad[] = { "", "unix:", "unix:relative", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:99999",
					   "192.0.2.1:3310", "localhost:3310", "[::2]:3310", "/run/clamd.ctl", "127.0.0.1:33x" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		peer_clamd_free(clamd_at(good[i], 1));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		const struct peer_clamd_rules r = { .address = bad[i], .timeout_ms = 1, .most = 1 };
		struct peer_clamd *c = NULL;
		struct err e = ERR_INIT;

		assert_int_equal(peer_clamd_new(&r, &c, &e), ERR_CONFIG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_verdict_is_clamds_over_unix_and_tcp_and_across_chunks),
		cmocka_unit_test(what_is_no_verdict_is_a_failure_and_ends_in_time),
		cmocka_unit_test(who_finds_no_place_waits_for_one),
		cmocka_unit_test(content_that_cannot_be_read_is_not_the_scanners_failure),
		cmocka_unit_test(only_this_machine_is_an_address),
	};

	return cmocka_run_group_tests_name("peer/clamd", tests, NULL, NULL);
}
