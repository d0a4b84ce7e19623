/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of gateway/base/file. */
#include "base/file.h"

#include <sys/stat.h>

#include "base/mem.h"
#include "cm.h"

static char dir[64];

static int make_dir(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/depesche-file-XXXXXX");
	return mkdtemp(dir) == NULL ? -1 : 0;
}

static int remove_dir(void **state)
{
	char *cmd = mem_printf("rm -rf '%s'", dir);
	int rc = system(cmd);

	(void)state;
	free(cmd);
	return rc;
}

static char path[256];

static const char *in_dir(const char *name)
{
	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void a_replaced_file_has_the_new_content_and_mode_and_leaves_nothing_behind(void **state)
{
	struct err e = ERR_INIT;
	struct buf b;
	struct stat st;
	mode_t old = umask(077);

	(void)state;
	buf_init(&b, 100);
	assert_ok(file_replace(dir, "key", "one", 3, 0644, &e), e);
	assert_ok(file_replace(dir, "key", "two!", 4, 0640, &e), e);
	umask(old);
	assert_ok(file_read(in_dir("key"), &b, &e), e);
	assert_string_equal(buf_str(&b), "two!");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(file_replace(dir, "a/b", "x", 1, 0600, &e), ERR_LIMIT);
	assert_int_equal(file_replace("/nonexistent", "x", "x", 1, 0600, &e), ERR_MISSING);
	assert_string_equal(e.text, "replace /nonexistent/x: open: No such file or directory");
	assert_int_equal(rmdir(dir), 0);	/* empty: no temporary file is left */
	assert_int_equal(mkdir(dir, 0700), 0);
	buf_fini(&b);
}

static void reading_stops_at_the_cap(void **state)
{
	struct err e = ERR_INIT;
	struct buf b;
	char data[9000];

	(void)state;
	memset(data, 'x', sizeof(data));
	assert_ok(file_write(in_dir("big"), data, sizeof(data), 0600, &e), e);
	buf_init(&b, sizeof(data));
	assert_ok(file_read(path, &b, &e), e);
	assert_int_equal(b.n, sizeof(data));
	buf_fini(&b);
	buf_init(&b, sizeof(data) - 1);
	assert_int_equal(file_read(path, &b, &e), ERR_LIMIT);
	buf_fini(&b);
	assert_int_equal(file_read(in_dir("none"), &b, &e), ERR_MISSING);
	assert_int_equal(file_read(dir, &b, &e), ERR_IO);
}

static void directories_are_made_with_their_parents(void **state)
{
	struct err e = ERR_INIT;
	struct stat st;

	(void)state;
	assert_ok(dir_make(in_dir("a/b//c"), 0750, &e), e);
	assert_ok(dir_make(path, 0750, &e), e);
	assert_ok(dir_make(in_dir("a/b/d/"), 0750, &e), e);
	assert_ok(dir_sync(path, &e), e);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_ok(file_write(in_dir("a/file"), "", 0, 0600, &e), e);
	assert_int_not_equal(dir_make(in_dir("a/file/x"), 0750, &e), 0);
	assert_int_equal(dir_make(in_dir("a/file"), 0750, &e), ERR_EXISTS);
	assert_int_equal(dir_sync(in_dir("nowhere"), &e), ERR_MISSING);
}

static void a_temporary_file_has_no_name(void **state)
{
	struct err e = ERR_INIT;
	struct stat st;
	int fd = -1;

	(void)state;
	assert_ok(file_temp(dir, &fd, &e), e);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_nlink, 0);
	assert_int_equal(write_all(fd, "abc", 3), 0);
	close(fd);
	assert_int_not_equal(file_temp("/nonexistent", &fd, &e), 0);
}

static void a_secret_is_read_only_from_a_private_file(void **state)
{
	static const struct {
		mode_t mode;
		int want;
	} table[] = {
		{ 0600, 0 },	      { 0400, 0 },	    { 0700, 0 },	  { 0640, ERR_DENIED },
		{ 0620, ERR_DENIED }, { 0604, ERR_DENIED }, { 0601, ERR_DENIED },
	};
	struct err e = ERR_INIT;
	struct buf b;

	(void)state;
	assert_ok(file_write(in_dir("secret"), "pass\n\n", 6, 0600, &e), e);
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		assert_int_equal(chmod(path, table[i].mode), 0);
		assert_int_equal(file_check_private(path, &e), table[i].want);
		buf_init(&b, 100);
		assert_int_equal(file_read_secret(path, &b, &e), table[i].want);
		assert_string_equal(buf_str(&b), table[i].want == 0 ? "pass\n" : "");
		buf_wipe(&b);
	}
	assert_int_equal(file_check_private(dir, &e), ERR_DENIED);
	assert_int_equal(file_check_private("/dev/null", &e), ERR_DENIED);
	assert_int_equal(chmod(path, 0600), 0);
	buf_init(&b, 5);
	assert_int_equal(file_read_secret(path, &b, &e), ERR_LIMIT);
	buf_wipe(&b);
	assert_int_equal(chmod(path, 0640), 0);
	setenv("CREDENTIALS_DIRECTORY", dir, 1);	/* systemd's directory: the ACL mask shows as group bits */
	assert_ok(file_check_private(path, &e), e);
	assert_int_equal(file_check_private(in_dir("a/../secret"), &e), ERR_DENIED);
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_int_equal(file_check_private(in_dir("secret"), &e), ERR_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_replaced_file_has_the_new_content_and_mode_and_leaves_nothing_behind),
		cmocka_unit_test(reading_stops_at_the_cap),
		cmocka_unit_test(directories_are_made_with_their_parents),
		cmocka_unit_test(a_temporary_file_has_no_name),
		cmocka_unit_test(a_secret_is_read_only_from_a_private_file),
	};
	return cmocka_run_group_tests_name("base/file", tests, make_dir, remove_dir);
}
