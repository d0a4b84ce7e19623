/* SPDX-License-Identifier: EUPL-1.2 */
/* Encryption through xmlsec: whose keys it knows, and what it touches. */
#include "cm.h"

#include <sys/inotify.h>

#include "base/mem.h"
#include "h_pki.h"
#include "pki/dsig.h"
#include "pki/xml_make.h"

static int set_up(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(pki_xml_init(&e), e);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	pki_xml_fini();
	return 0;
}

static void encrypt_for(struct pki_cert *cert, struct buf *out)
{
	struct pki_reader reader = { cert, "#reader1" };
	struct err e = ERR_INIT;

	buf_init(out, 1 << 20);
	assert_ok(pki_xml_encrypt(SPAN_LIT("<a></a>"), "encdata_0", 12, &reader, 1, out, &e), e);
}

/* xmlsec's default keys manager parses the whole trust store of the system each time it is made. */
static void the_trust_store_of_the_system_is_never_opened(void **state)
{
	const char *store = h_file("system.pem", "", 0, 0600);
	struct pki_key *key = h_own_key(PKI_USE_CIPHER, h_rsa(2048));
	int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	char seen[4096];
	struct buf out;

	(void)state;
	assert_true(watch >= 0 && inotify_add_watch(watch, store, IN_OPEN) >= 0);
	assert_int_equal(setenv("SSL_CERT_FILE", store, 1), 0);
	encrypt_for(key->cert, &out);
	assert_int_equal(unsetenv("SSL_CERT_FILE"), 0);
	assert_true(out.n > 0);
	assert_int_equal(read(watch, seen, sizeof(seen)), -1);	/* nothing: it would block */
	buf_fini(&out);
	pki_key_free(key);
	close(watch);
}

static void a_reader_without_an_rsa_key_is_refused_with_a_reason(void **state)
{
	struct pki_key *key = h_own_key(PKI_USE_SIGNATURE, h_ec("P-256"));
	struct pki_reader reader = { key->cert, "#reader1" };
	struct err e = ERR_INIT;
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_int_equal(pki_xml_encrypt(SPAN_LIT("<a></a>"), "encdata_0", 12, &reader, 1, &out, &e), ERR_UNSUPPORTED);
	assert_int_equal(e.reason, RSN_CERT_WEAK);
	buf_fini(&out);
	pki_key_free(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_trust_store_of_the_system_is_never_opened),
		cmocka_unit_test(a_reader_without_an_rsa_key_is_refused_with_a_reason),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
