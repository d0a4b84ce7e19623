/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/cli/backup. */
#include "cm.h"

#include <fcntl.h>

#include "base/mem.h"
#include "cli/cli.h"
#include "spool/suite/h_spool.h"

static struct {
	struct h_spool spool;
	char backup[128], target[128], out[128];
	struct id id;
} w;

static void no_progress(void *ctx, uint64_t done, uint64_t total)
{
	(void)ctx;
	assert_true(done <= total);
}

static int set_up(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	h_spool_init(&w.spool);
	snprintf(w.backup, sizeof(w.backup), "%s/backup", w.spool.root);
	snprintf(w.target, sizeof(w.target), "%s/restored", w.spool.root);
	snprintf(w.out, sizeof(w.out), "%s/printed", w.spool.root);
	assert_ok(h_submit(w.spool.s, "osci-1", "ags:05315000", 200 * 1024, 4, &w.id, NULL, &e), e);
	assert_ok(h_submit(w.spool.s, NULL, "ags:05315000", 100, 5, NULL, NULL, &e), e);
	assert_ok(spool_backup(w.spool.s, w.backup, no_progress, NULL, &h_missing, &e), e);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	h_spool_fini(&w.spool);
	return 0;
}

/* Runs a local verb with what it prints in a file, which comes back as text (static). */
static const char *run(int (*verb)(struct cli *, struct err *), struct cli *c, int *rc, struct err *e)
{
	static char text[8192];
	int file = open(w.out, O_CREAT | O_TRUNC | O_RDWR, 0600), one = dup(1), two = dup(2);
	ssize_t n;

	*e = (struct err)ERR_INIT;
	fflush(stdout);
	fflush(stderr);
	dup2(file, 1);
	dup2(file, 2);
	*rc = verb(c, e);
	fflush(stdout);
	fflush(stderr);
	dup2(one, 1);
	dup2(two, 2);
	close(one);
	close(two);
	n = pread(file, text, sizeof(text) - 1, 0);
	text[n < 0 ? 0 : n] = '\0';
	close(file);
	return text;
}

static void a_backup_is_verified_and_counted(void **state)
{
	char *args[] = { w.backup };
	struct cli c = { .master_key = w.spool.key, .args = args, .arg_count = 1 };
	const char *text;
	struct err e;
	int rc;

	(void)state;
	text = run(cli_backup_verify, &c, &rc, &e);
	assert_ok(rc, e);
	assert_non_null(strstr(text, "messages          2\n"));
	assert_non_null(strstr(text, "deliveries        2\n"));
	assert_non_null(strstr(text, "problems          0\n"));
	c.json = true;
	text = run(cli_backup_verify, &c, &rc, &e);
	assert_ok(rc, e);
	assert_int_equal(text[0], '{');
	assert_non_null(strstr(text, "\"messages\":2"));
}

static void a_spoiled_backup_has_problems_with_names(void **state)
{
	char cmd[400], *args[] = { w.backup };
	struct cli c = { .master_key = w.spool.key, .args = args, .arg_count = 1 };
	const char *text;
	struct err e;
	int rc;

	(void)state;
	/* one byte in the middle of the largest payload file */
	snprintf(cmd, sizeof(cmd),
		 "f=$(find %s -type f -size +150k -size -300k | head -1); [ -n \"$f\" ] && "
		 "printf 'X' | dd of=\"$f\" bs=1 seek=100000 conv=notrunc 2>/dev/null",
		 w.backup);
	assert_int_equal(system(cmd), 0);
	text = run(cli_backup_verify, &c, &rc, &e);
	assert_int_equal(rc, ERR_CRYPTO);
	assert_non_null(strstr(e.text, "problems"));
	assert_null(strstr(text, "problems          0\n"));
	c.args = (char *[]){ w.backup, w.target };
	c.arg_count = 2;
	(void)run(cli_backup_restore, &c, &rc, &e);
	assert_int_not_equal(rc, 0);	/* what cannot be verified does not become a spool */
}

static void a_restored_spool_has_everything(void **state)
{
	char *args[] = { w.backup, w.target };
	struct cli c = { .master_key = w.spool.key, .args = args, .arg_count = 2 };
	struct spool_options o = w.spool.o;
	struct spool_message m;
	struct spool *s = NULL;
	struct err e;
	int rc;

	(void)state;
	(void)run(cli_backup_restore, &c, &rc, &e);
	assert_ok(rc, e);
	o.dir = w.target;
	assert_ok(spool_open(&o, &s, &e), e);
	assert_ok(spool_message_find(s, w.spool.a, SPOOL_APPLICATION, SPAN_LIT("osci-1"), &m, &e), e);
	assert_memory_equal(&m.id, &w.id, sizeof(w.id));
	assert_true(h_part_is(s, &w.id, "body", 200 * 1024, 4, &e));
	spool_close(s);
	(void)run(cli_backup_restore, &c, &rc, &e);
	assert_int_not_equal(rc, 0);	/* not over a spool that is there */
}

static void both_need_the_master_key_and_a_folder(void **state)
{
	char nowhere[] = "/nowhere/at/all", *args[] = { w.backup, w.target }, *none[] = { nowhere, w.target };
	struct cli c = { .args = args, .arg_count = 2 };
	struct err e;
	int rc;

	(void)state;
	(void)run(cli_backup_verify, &c, &rc, &e);
	assert_int_equal(rc, ERR_SYNTAX);
	assert_non_null(strstr(e.text, "--master-key"));
	(void)run(cli_backup_restore, &c, &rc, &e);
	assert_int_equal(rc, ERR_SYNTAX);
	c.master_key = w.spool.key;
	c.args = none;
	(void)run(cli_backup_verify, &c, &rc, &e);
	assert_int_not_equal(rc, 0);
	(void)run(cli_backup_restore, &c, &rc, &e);
	assert_int_not_equal(rc, 0);
	assert_int_equal(access(w.target, F_OK), -1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_backup_is_verified_and_counted),
		T(a_spoiled_backup_has_problems_with_names),
		T(a_restored_spool_has_everything),
		T(both_need_the_master_key_and_a_folder),
	};
	return cmocka_run_group_tests_name("gateway/cli/backup", tests, NULL, NULL);
}
