/* SPDX-License-Identifier: EUPL-1.2 */
/* Revocation lists that change while the daemon runs, with real lists in real files. */
#include "cm.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "sim/mkcert.h"
#include "jobs.h"
#include "pki/trust.h"

#define DAY (24LL * 3600 * 1000)

static struct {
	char dir[64], root_file[96], folder[96], file[128], log[96];
	struct mk_cert root, one;
	struct pki_certs *certs;
	struct pki_cert *cert;
	struct gw_app app;
} w;

static int group_up(void **state)
{
	struct err e = ERR_INIT;
	unsigned char *der = NULL;
	int n;

	(void)state;
	w.root = mk_make(&(struct mk_spec){ .cn = "Root", .org = "Test", .use = MK_CA, .rsa_bits = 3072, .from_days = -1, .to_days = 365 });
	w.one = mk_make(&(struct mk_spec){ .cn = "One", .org = "Test", .use = MK_CIPHER, .rsa_bits = 3072, .from_days = -1, .to_days = 365,
					   .issuer = &w.root });
	w.certs = pki_certs_new(PKI_CERTS_BYTES);
	n = i2d_X509(w.one.x, &der);
	assert_true(n > 0);
	assert_ok(pki_certs_from_der(w.certs, (struct span){ (const char *)der, (size_t)n }, &w.cert, &e), e);
	OPENSSL_free(der);
	return 0;
}

static int group_down(void **state)
{
	(void)state;
	pki_cert_free(w.cert);
	pki_certs_free(w.certs);
	mk_free(&w.one);
	mk_free(&w.root);
	return 0;
}

static void write_list(const char *path, bool revoked)
{
	struct err e = ERR_INIT;
	X509_CRL *crl = mk_crl(&w.root, &w.one.x, revoked ? 1 : 0, 2);

	assert_ok(mk_write_crl(path, crl, &e), e);
	X509_CRL_free(crl);
}

static void write_text(const char *path, const char *text)
{
	struct err e = ERR_INIT;

	assert_ok(file_write(path, text, strlen(text), 0644, &e), e);
}

/* Trust in the root, with the list in the file or in the folder around it. Nobody is revoked yet. */
static void trust(const char *crls)
{
	const char *const anchors[] = { w.root_file, NULL }, *const lists[] = { crls, NULL };
	struct err e = ERR_INIT;

	w.app = (struct gw_app){ .policy = PKI_POLICY_DEFAULT };
	assert_ok(pki_trust_new(&(struct pki_trust_files){ anchors, NULL, lists, NULL }, &w.app.policy, &w.app.trust, &e), e);
}

static int set_up(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	snprintf(w.dir, sizeof(w.dir), "/tmp/depesche-crls-XXXXXX");
	assert_non_null(mkdtemp(w.dir));
	snprintf(w.root_file, sizeof(w.root_file), "%s/root.pem", w.dir);
	snprintf(w.folder, sizeof(w.folder), "%s/crl", w.dir);
	snprintf(w.file, sizeof(w.file), "%s/root.crl", w.folder);
	snprintf(w.log, sizeof(w.log), "%s/log", w.dir);
	assert_ok(dir_make(w.folder, 0755, &e), e);
	assert_ok(mk_write_certs(w.root_file, &w.root.x, 1, &e), e);
	write_list(w.file, false);
	return 0;
}

static int tear_down(void **state)
{
	char cmd[100];

	(void)state;
	pki_trust_free(w.app.trust);
	snprintf(cmd, sizeof(cmd), "rm -rf %s", w.dir);
	return system(cmd);
}

/* Runs the job; how often it has logged that the file cannot be read. */
static unsigned complaints(void)
{
	int fd = open(w.log, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	struct err e = ERR_INIT;
	struct buf text;
	unsigned n = 0;

	assert_true(fd >= 0);
	log_forget();	/* twice within a minute would be kept back by the log, whoever said it */
	log_set_fd(fd);
	assert_ok(gw_job_crls(&w.app, clock_now(), &e), e);
	log_set_fd(2);
	close(fd);
	buf_init(&text, 1 << 16);
	assert_ok(file_read(w.log, &text, &e), e);
	for (const char *p = buf_str(&text); (p = strstr(p, "crl.unreadable")) != NULL; p++) {
		const char *end = strchr(p, '\n');

		assert_non_null(end);
		assert_non_null(memmem(p, (size_t)(end - p), w.folder, strlen(w.folder)));	/* which one it is */
		n++;
	}
	buf_fini(&text);
	return n;
}

static bool is_accepted(void)
{
	struct pki_verdict v;

	pki_check(w.app.trust, w.cert, PKI_FOR_CIPHER, clock_now(), &v);
	assert_true(v.accepted || v.reason == RSN_CERT_REVOKED);	/* never without a list */
	return v.accepted;
}

static const char *place(unsigned i)
{
	return i == 0 ? w.file : w.folder;
}

static void a_changed_list_counts_from_the_next_run_on(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		write_list(w.file, false);
		trust(place(i));
		assert_true(is_accepted());
		write_list(w.file, true);
		assert_true(is_accepted());
		assert_int_equal(complaints(), 0);
		assert_false(is_accepted());
		assert_int_equal(complaints(), 0);
		write_list(w.file, false);
		assert_int_equal(complaints(), 0);
		assert_true(is_accepted());
		pki_trust_free(w.app.trust);
		w.app.trust = NULL;
	}
}

static void a_broken_list_is_reported_once_and_the_old_one_stays_in_force(void **state)
{
	static const char *const broken[] = { "", "nonsense\n", "\x30\x82\x01\x00half", "-----BEGIN X509 CRL-----\nMIIB\n" };

	(void)state;
	for (unsigned i = 0; i < 2; i++)
		for (size_t k = 0; k < ARRAY_LEN(broken); k++) {
			write_list(w.file, true);
			trust(place(i));
			assert_false(is_accepted());
			write_text(w.file, broken[k]);
			assert_int_equal(complaints(), 1);
			assert_false(is_accepted());
			assert_int_equal(complaints(), 0);
			assert_false(is_accepted());
			write_list(w.file, false);	/* mended: the new one counts */
			assert_int_equal(complaints(), 0);
			assert_true(is_accepted());
			pki_trust_free(w.app.trust);
			w.app.trust = NULL;
		}
}

static void a_place_that_disappears_is_reported_and_what_was_read_stays_in_force(void **state)
{
	char away[128];

	(void)state;
	snprintf(away, sizeof(away), "%s.away", w.folder);
	for (unsigned i = 0; i < 2; i++) {
		write_list(w.file, true);
		trust(place(i));
		assert_int_equal(rename(w.folder, away), 0);
		assert_int_equal(complaints(), 1);
		assert_false(is_accepted());
		assert_int_equal(rename(away, w.folder), 0);
		write_list(w.file, false);
		assert_int_equal(complaints(), 0);
		assert_true(is_accepted());
		pki_trust_free(w.app.trust);
		w.app.trust = NULL;
	}
}

static void a_list_past_its_time_is_an_error_for_the_operator(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	trust(w.file);
	assert_ok(gw_job_crls(&w.app, clock_now() + DAY, &e), e);
	assert_int_equal(gw_job_crls(&w.app, clock_now() + 3 * DAY, &e), ERR_TRUST);
	assert_int_equal(e.reason, RSN_CERT_NO_STATUS);
	e = (struct err)ERR_INIT;
	w.app.policy.crl_required = false;
	assert_ok(gw_job_crls(&w.app, clock_now() + 3 * DAY, &e), e);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_changed_list_counts_from_the_next_run_on),
		T(a_broken_list_is_reported_once_and_the_old_one_stays_in_force),
		T(a_place_that_disappears_is_reported_and_what_was_read_stays_in_force),
		T(a_list_past_its_time_is_an_error_for_the_operator),
	};
	return cmocka_run_group_tests_name("gateway/jobs-crls", tests, group_up, group_down);
}
