/* SPDX-License-Identifier: EUPL-1.2 */
/* What the intermediary says of certificates in an order: expired, revoked, of unknown issuers. */
#include "cm.h"

#include "base/mem.h"
#include "h_sample.h"
#include "h_world.h"

static struct h_world w;

static int set_up(void **state)
{
	(void)state;
	h_world_init(&w);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	h_world_fini(&w);
	return 0;
}

struct check {
	enum osci_role role;
	bool is_cipher;
	const char *expired, *revoked, *unknown;
	bool is_fault;
};

static const struct check checks[] = {
	{ OSCI_ORIGINATOR, true, "3500", "9502", "9501", true },
	{ OSCI_ORIGINATOR, false, "3700", "9701", "9700", false },
	{ OSCI_OTHER_AUTHOR, true, "3704", "9705", "9704", false },
	{ OSCI_OTHER_AUTHOR, false, "3701", "3703", "3707", false },
	{ OSCI_ADDRESSEE, true, "3705", "9707", "9706", false },
	{ OSCI_OTHER_READER, true, "3706", "9709", "9708", false },
};

/* A store in which one role has that certificate. The key is the sender's, so that he can sign with it. */
static void store_with(const struct check *c, X509 *x, struct h_answer *out)
{
	enum pki_use use = c->is_cipher ? PKI_USE_CIPHER : PKI_USE_SIGNATURE;
	struct pki_key *key = h_key(use, x, h_rsa(2048));
	struct pki_keyring *ring = pki_keyring_new();
	struct h_send s = h_signed(&w, H_SENDER, NULL);
	struct osci_message m;

	pki_keyring_add(ring, key);
	h_order(&w, H_SENDER, OSCI_STORE_DELIVERY, &m);
	h_delivery(&w, w.peer[H_RECIPIENT].cipher->cert, h_message_id(&w, H_SENDER), &m);
	if (c->role == OSCI_ORIGINATOR && !c->is_cipher) {
		s.sign = key;
	} else if (c->role == OSCI_ORIGINATOR || c->role == OSCI_ADDRESSEE) {
		for (size_t i = 0; i < m.cert_count; i++)
			if (m.certs[i].role == c->role && m.certs[i].is_cipher)
				m.certs[i].cert = key->cert;
		if (c->role == OSCI_ORIGINATOR)
			s.ring = ring;
	} else {
		h_add_cert(w.a, &m, c->role, c->is_cipher, key->cert);
	}
	h_exchange(&w, &s, &m, out);
	pki_keyring_free(ring);
}

static void one(const struct check *c, X509 *x, const char *code)
{
	bool ok = code[0] == '3', is_fault = !ok && c->is_fault;
	struct h_answer got;

	store_with(c, x, &got);
	if (ok ? !h_has_code(&got, code) || strcmp(got.code, "0800") != 0 : strcmp(got.code, code) != 0)
		fail_msg("role %d, cipher %d: %s instead of %s", (int)c->role, c->is_cipher, got.code, code);
	assert_int_equal(got.is_fault, is_fault);
	h_answer_fini(&got);
}

static X509 *cert_of(const struct check *c, bool ours, long to)
{
	const char *ku = c->is_cipher ? H_KU_CIPHER : H_KU_SIGN;
	struct h_spec s = { .cn = "nobody's", .key = h_rsa(2048), .from = -H_LONG, .to = to, .ku = ku };

	return ours ? h_world_cert(&w, "checked", h_rsa(2048), ku, -H_LONG, to) : h_cert(&s);
}

static void expired_certificates_are_a_warning(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		X509 *x = cert_of(&checks[i], true, -H_LONG + 5 * H_DAY);

		one(&checks[i], x, checks[i].expired);
		X509_free(x);
	}
}

static void revoked_certificates_are_an_error_but_for_authors_signatures(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		X509 *x = cert_of(&checks[i], true, H_LONG);

		h_world_restart(&w, x);
		one(&checks[i], x, checks[i].revoked);
		X509_free(x);
	}
}

static void unknown_issuers_are_what_the_policy_makes_of_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		X509 *x = cert_of(&checks[i], false, H_LONG);

		w.policy.accept_incomplete = true;
		h_world_restart(&w, NULL);
		one(&checks[i], x, i == 0 ? "3501" : "3707");
		w.policy.accept_incomplete = false;
		h_world_restart(&w, NULL);
		one(&checks[i], x, checks[i].unknown);
		X509_free(x);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(expired_certificates_are_a_warning),
		TEST(revoked_certificates_are_an_error_but_for_authors_signatures),
		TEST(unknown_issuers_are_what_the_policy_makes_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
