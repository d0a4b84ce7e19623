/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_conf.h says what they do. */
#include "h_conf.h"

#include <ftw.h>

#include "base/file.h"
#include "base/mem.h"
#include "cm.h"

static char dir[] = "/tmp/depesche-conf-XXXXXX";
static char *home;
struct buf h_problems;

int h_conf_setup(void **state)
{
	static const char *const open_files[] = { "root.pem", "cert.pem",   "crl.pem", "form.json",
						  "towns.json", "wide.key", "wide.p12" };
	static const char *const private_files[] = { "master.key", "key.pem", "key.p12", "password" };
	struct err e = ERR_INIT;

	(void)state;
	home = getcwd(NULL, 0);
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	for (size_t i = 0; i < ARRAY_LEN(open_files); i++)
		assert_ok(file_write(open_files[i], "x", 1, 0644, &e), e);
	for (size_t i = 0; i < ARRAY_LEN(private_files); i++)
		assert_ok(file_write(private_files[i], "x", 1, 0600, &e), e);
	assert_ok(dir_make("crl", 0755, &e), e);
	buf_init(&h_problems, 1 << 16);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int h_conf_teardown(void **state)
{
	(void)state;
	buf_fini(&h_problems);
	assert_int_equal(chdir(home), 0);
	free(home);
	return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

struct conf *h_load(const char *text)
{
	struct err e = ERR_INIT;
	struct conf *c = NULL;
	int rc;

	buf_reset(&h_problems);
	assert_ok(file_write("depesche.yaml", text, strlen(text), 0644, &e), e);
	rc = conf_load("depesche.yaml", &c, &h_problems, &e);
	if (rc == 0) {
		assert_int_equal(h_problems.n, 0);
		return c;
	}
	assert_int_equal(rc, ERR_CONFIG);
	/* The error is the first of the problems. */
	assert_true(strncmp(buf_str(&h_problems), e.text, strlen(e.text)) == 0);
	return NULL;
}
