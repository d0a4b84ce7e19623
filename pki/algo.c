/* SPDX-License-Identifier: EUPL-1.2 */
/* The table of algorithms, and who may still use a line of it. */
#include "pki/algo.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

#define DSIG "http://www.w3.org/2000/09/xmldsig#"
#define MORE01 "http://www.w3.org/2001/04/xmldsig-more#"
#define MORE07 "http://www.w3.org/2007/05/xmldsig-more#"
#define ENC "http://www.w3.org/2001/04/xmlenc#"
#define ENC11 "http://www.w3.org/2009/xmlenc11#"

#define DIGEST(u, alg, name, strength, leg)                                                                            \
	{ .uri = (u), .kind = PKI_ALG_DIGEST, .digest = (alg), .evp = (name), .bits = (strength), .legacy = (leg) }
#define SIGN(u, sch, alg, name, leg, end)                                                                              \
	{ .uri = (u), .kind = PKI_ALG_SIGNATURE, .scheme = (sch), .digest = (alg), .evp = (name), .legacy = (leg),     \
	  .until = (end) }
#define CIPHER(u, sch, name, key, iv, leg)                                                                             \
	{ .uri = (u), .kind = PKI_ALG_CIPHER, .scheme = (sch), .evp = (name), .key_len = (key), .iv_len = (iv),        \
	  .bits = (key) * 8, .legacy = (leg) }
#define MGF(u, alg, name, leg) { .uri = (u), .kind = PKI_ALG_MGF, .digest = (alg), .evp = (name), .legacy = (leg) }
#define PLAIN(u, knd, sch) { .uri = (u), .kind = (knd), .scheme = (sch) }

/* PKCS#1 v1.5 signatures: no longer recommended since BSI TR-02102-1 (2026-01), still the sample default of the
 * OSCI library; so we verify them without a date and stop making them at the end of 2030. */
#define PKCS1_END "2030-12-31"

/* clang-format off */
const struct pki_alg pki_algs[] = {
	DIGEST(DSIG "sha1", DIGEST_SHA1, "SHA1", 80, PKI_LEGACY_SHA1),
	DIGEST(ENC "sha256", DIGEST_SHA256, "SHA256", 128, PKI_LEGACY_NO),
	DIGEST(MORE01 "sha384", DIGEST_SHA384, "SHA384", 192, PKI_LEGACY_NO),
	DIGEST(ENC "sha512", DIGEST_SHA512, "SHA512", 256, PKI_LEGACY_NO),
	DIGEST(MORE07 "sha3-256", DIGEST_SHA3_256, "SHA3-256", 128, PKI_LEGACY_NO),
	DIGEST(MORE07 "sha3-384", DIGEST_SHA3_384, "SHA3-384", 192, PKI_LEGACY_NO),
	DIGEST(MORE07 "sha3-512", DIGEST_SHA3_512, "SHA3-512", 256, PKI_LEGACY_NO),

	SIGN(DSIG "rsa-sha1", PKI_RSA_PKCS1, DIGEST_SHA1, "SHA1", PKI_LEGACY_SHA1, NULL),
	SIGN(MORE01 "rsa-sha256", PKI_RSA_PKCS1, DIGEST_SHA256, "SHA256", PKI_LEGACY_NO, PKCS1_END),
	SIGN(MORE01 "rsa-sha384", PKI_RSA_PKCS1, DIGEST_SHA384, "SHA384", PKI_LEGACY_NO, PKCS1_END),
	SIGN(MORE01 "rsa-sha512", PKI_RSA_PKCS1, DIGEST_SHA512, "SHA512", PKI_LEGACY_NO, PKCS1_END),
	SIGN(MORE07 "sha256-rsa-MGF1", PKI_RSA_PSS_MGF1, DIGEST_SHA256, "SHA256", PKI_LEGACY_NO, NULL),
	SIGN(MORE07 "sha384-rsa-MGF1", PKI_RSA_PSS_MGF1, DIGEST_SHA384, "SHA384", PKI_LEGACY_NO, NULL),
	SIGN(MORE07 "sha512-rsa-MGF1", PKI_RSA_PSS_MGF1, DIGEST_SHA512, "SHA512", PKI_LEGACY_NO, NULL),
	SIGN(MORE07 "sha3-256-rsa-MGF1", PKI_RSA_PSS_MGF1, DIGEST_SHA3_256, "SHA3-256", PKI_LEGACY_NO, NULL),
	SIGN(MORE07 "sha3-384-rsa-MGF1", PKI_RSA_PSS_MGF1, DIGEST_SHA3_384, "SHA3-384", PKI_LEGACY_NO, NULL),
	SIGN(MORE07 "sha3-512-rsa-MGF1", PKI_RSA_PSS_MGF1, DIGEST_SHA3_512, "SHA3-512", PKI_LEGACY_NO, NULL),
	SIGN(MORE01 "ecdsa-sha256", PKI_ECDSA, DIGEST_SHA256, "SHA256", PKI_LEGACY_NO, NULL),
	SIGN(MORE01 "ecdsa-sha384", PKI_ECDSA, DIGEST_SHA384, "SHA384", PKI_LEGACY_NO, NULL),
	SIGN(MORE01 "ecdsa-sha512", PKI_ECDSA, DIGEST_SHA512, "SHA512", PKI_LEGACY_NO, NULL),

	CIPHER(ENC11 "aes128-gcm", PKI_GCM, "AES-128-GCM", 16, 16, PKI_LEGACY_NO),
	CIPHER(ENC11 "aes192-gcm", PKI_GCM, "AES-192-GCM", 24, 16, PKI_LEGACY_NO),
	CIPHER(ENC11 "aes256-gcm", PKI_GCM, "AES-256-GCM", 32, 16, PKI_LEGACY_NO),
	CIPHER(ENC "aes128-cbc", PKI_CBC, "AES-128-CBC", 16, 16, PKI_LEGACY_CBC),
	CIPHER(ENC "aes192-cbc", PKI_CBC, "AES-192-CBC", 24, 16, PKI_LEGACY_CBC),
	CIPHER(ENC "aes256-cbc", PKI_CBC, "AES-256-CBC", 32, 16, PKI_LEGACY_CBC),
	CIPHER(ENC "tripledes-cbc", PKI_CBC, "DES-EDE3-CBC", 24, 8, PKI_LEGACY_CBC),

	{ .uri = ENC11 "rsa-oaep", .kind = PKI_ALG_TRANSPORT, .scheme = PKI_RSA_OAEP, .legacy = PKI_LEGACY_NO },
	{ .uri = ENC "rsa-oaep-mgf1p", .kind = PKI_ALG_TRANSPORT, .scheme = PKI_RSA_OAEP, .digest = DIGEST_SHA1,
	  .legacy = PKI_LEGACY_OAEP_SHA1 },
	{ .uri = ENC "rsa-1_5", .kind = PKI_ALG_TRANSPORT, .scheme = PKI_RSA_15, .legacy = PKI_LEGACY_RSA15 },
	MGF(ENC11 "mgf1sha256", DIGEST_SHA256, "SHA256", PKI_LEGACY_NO),
	MGF(ENC11 "mgf1sha384", DIGEST_SHA384, "SHA384", PKI_LEGACY_NO),
	MGF(ENC11 "mgf1sha512", DIGEST_SHA512, "SHA512", PKI_LEGACY_NO),

	PLAIN(PKI_URI_C14N, PKI_ALG_C14N, PKI_C14N),
	PLAIN(PKI_URI_EXC_C14N, PKI_ALG_C14N, PKI_EXC_C14N),
	PLAIN(PKI_URI_C14N, PKI_ALG_TRANSFORM, PKI_C14N),
	PLAIN(PKI_URI_EXC_C14N, PKI_ALG_TRANSFORM, PKI_EXC_C14N),
	PLAIN(PKI_URI_BASE64, PKI_ALG_TRANSFORM, PKI_BASE64),
};
/* clang-format on */
const size_t pki_algs_n = ARRAY_LEN(pki_algs);

const struct pki_alg *pki_alg_find(enum pki_alg_kind kind, struct span uri)
{
	for (size_t i = 0; i < pki_algs_n; i++)
		if (pki_algs[i].kind == kind && span_is(uri, pki_algs[i].uri))
			return &pki_algs[i];
	return NULL;
}

const struct pki_alg *pki_alg_digest(enum digest_alg alg)
{
	for (size_t i = 0; i < pki_algs_n; i++)
		if (pki_algs[i].kind == PKI_ALG_DIGEST && pki_algs[i].digest == alg)
			return &pki_algs[i];
	must(!"a line for every digest");
	return NULL;
}

bool pki_alg_allowed(const struct pki_alg *a, const struct pki_policy *policy)
{
	const int64_t until[] = {
		[PKI_LEGACY_NO] = INT64_MAX,
		[PKI_LEGACY_CBC] = policy->legacy_cbc,
		[PKI_LEGACY_RSA15] = policy->legacy_rsa15,
		[PKI_LEGACY_SHA1] = policy->legacy_sha1,
		[PKI_LEGACY_OAEP_SHA1] = policy->legacy_oaep_sha1,
	};

	return until[a->legacy] == INT64_MAX || clock_now() < until[a->legacy];
}

bool pki_alg_creates(const struct pki_alg *a, int64_t at_ms)
{
	char today[CLOCK_TEXT_LEN];

	if (a->legacy != PKI_LEGACY_NO)
		return false;
	return a->until == NULL || strncmp(clock_utc(at_ms, today), a->until, 10) <= 0;
}
