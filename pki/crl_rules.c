/* SPDX-License-Identifier: EUPL-1.2 */
/* The rules of RFC 5280 5 for one revocation list: which extensions we follow, and which make it unusable. */
#include "pki/crl_rules.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/mem.h"
#include "pki/ossl.h"

static const char *name_of(const X509_EXTENSION *x, char *to, size_t cap)
{
	OBJ_obj2txt(to, (int)cap, X509_EXTENSION_get_object((X509_EXTENSION *)(uintptr_t)x), 0);
	return to;
}

/* What a complete list may say as critical: everything else that is critical we do not understand. */
static int check_critical(const X509_CRL *crl, struct err *e)
{
	char name[80];

	for (int i = 0; i < X509_CRL_get_ext_count(crl); i++) {
		const X509_EXTENSION *x = X509_CRL_get_ext(crl, i);
		int nid = OBJ_obj2nid(X509_EXTENSION_get_object((X509_EXTENSION *)(uintptr_t)x));
		if (X509_EXTENSION_get_critical(x) && nid != NID_issuing_distribution_point &&
		    nid != NID_authority_key_identifier)
			return err_spec(e, ERR_UNSUPPORTED, "RFC 5280 5.2", "the list has a critical extension that we do "
					"not know: %s", name_of(x, name, sizeof(name)));
	}
	return 0;
}

static int check_entries(X509_CRL *crl, struct err *e)
{
	STACK_OF(X509_REVOKED) *entries = X509_CRL_get_REVOKED(crl);
	char name[80];

	for (int i = 0; i < sk_X509_REVOKED_num(entries); i++) {
		const X509_REVOKED *entry = sk_X509_REVOKED_value(entries, i);
		for (int k = 0; k < X509_REVOKED_get_ext_count(entry); k++) {
			const X509_EXTENSION *x = X509_REVOKED_get_ext(entry, k);
			if (X509_EXTENSION_get_critical(x))
				return err_spec(e, ERR_UNSUPPORTED, "RFC 5280 5.3", "an entry has a critical extension "
						"that we do not know: %s", name_of(x, name, sizeof(name)));
		}
	}
	return 0;
}

/* *out: the extension, or NULL if it is absent; caller frees. ERR_SYNTAX: there twice, or unreadable. */
static int take(const X509_CRL *crl, int nid, void **out, struct err *e)
{
	int critical = 0;

	*out = X509_CRL_get_ext_d2i(crl, nid, &critical, NULL);
	if (*out == NULL && critical != -1)
		return err_spec(e, ERR_SYNTAX, "RFC 5280 5.2", "the extension %s cannot be read or stands there twice",
				OBJ_nid2sn(nid));
	return 0;
}

static int check_scope(const X509_CRL *crl, struct err *e)
{
	ISSUING_DIST_POINT *p = NULL;
	int rc = take(crl, NID_issuing_distribution_point, (void **)&p, e);

	if (p == NULL)
		return rc;
	if (p->indirectCRL > 0)
		rc = err_spec(e, ERR_UNSUPPORTED, "RFC 5280 5.2.5", "an indirect list (of several issuers)");
	else if (p->onlysomereasons != NULL)
		rc = err_spec(e, ERR_UNSUPPORTED, "RFC 5280 5.2.5", "a list for some reasons of revocation only");
	else if ((p->onlyuser > 0) + (p->onlyCA > 0) + (p->onlyattr > 0) > 1)
		rc = err_spec(e, ERR_SYNTAX, "RFC 5280 5.2.5", "a list for several kinds of certificates only");
	ISSUING_DIST_POINT_free(p);
	return rc;
}

static int check_numbers(const X509_CRL *crl, struct err *e)
{
	ASN1_INTEGER *number = NULL, *base = NULL;
	AUTHORITY_KEYID *issuer = NULL;
	int rc = take(crl, NID_delta_crl, (void **)&base, e);

	if (rc == 0 && base != NULL)
		rc = err_spec(e, ERR_UNSUPPORTED, "RFC 5280 5.2.4", "a delta list: it names changes only; the complete list "
			      "is needed");
	if (rc == 0)
		rc = take(crl, NID_crl_number, (void **)&number, e);
	if (rc == 0)
		rc = take(crl, NID_authority_key_identifier, (void **)&issuer, e);
	ASN1_INTEGER_free(base);
	ASN1_INTEGER_free(number);
	AUTHORITY_KEYID_free(issuer);
	return rc;
}

int pki_crl_check(X509_CRL *crl, struct err *e)
{
	int rc = check_numbers(crl, e);

	if (rc == 0)
		rc = check_scope(crl, e);
	if (rc == 0)
		rc = check_critical(crl, e);
	if (rc == 0)
		rc = check_entries(crl, e);
	/* It would count for ever. */
	if (rc == 0 && pki_ms_of(X509_CRL_get0_nextUpdate(crl)) == 0)
		rc = err_spec(e, ERR_SYNTAX, "RFC 5280 5.1.2.5", "a list without nextUpdate");
	ERR_clear_error();
	return rc;
}

static void digest_scope(const X509_CRL *crl, X509 *issuer, uint8_t scope[SHA256_LEN])
{
	struct digest *d = digest_new(DIGEST_SHA256);
	uint8_t key[EVP_MAX_MD_SIZE], name[EVP_MAX_MD_SIZE];
	unsigned n = 0, name_n = 0;
	int at = X509_CRL_get_ext_by_NID(crl, NID_issuing_distribution_point, -1);

	/* The same key may serve issuers of several names. */
	must(X509_pubkey_digest(issuer, pki_md(DIGEST_SHA256), key, &n) == 1 &&
	     X509_NAME_digest(X509_CRL_get_issuer(crl), pki_md(DIGEST_SHA256), name, &name_n) == 1);
	digest_add(d, key, n);
	digest_add(d, name, name_n);
	if (at >= 0) {
		const ASN1_OCTET_STRING *idp = X509_EXTENSION_get_data(X509_CRL_get_ext(crl, at));
		digest_add(d, ASN1_STRING_get0_data(idp), (size_t)ASN1_STRING_length(idp));
	}
	digest_end(d, scope);
	digest_free(d);
}

/* Does the AKI name exactly this certificate's key? */
static bool names_key_of(const AUTHORITY_KEYID *akid, X509 *issuer)
{
	const ASN1_OCTET_STRING *skid = X509_get0_subject_key_id(issuer);

	return akid != NULL && akid->keyid != NULL && skid != NULL && ASN1_OCTET_STRING_cmp(akid->keyid, skid) == 0;
}

enum pki_crl_signer pki_crl_signed_by(X509_CRL *crl, STACK_OF(X509) *const *known, size_t n, uint8_t scope[SHA256_LEN])
{
	AUTHORITY_KEYID *akid = X509_CRL_get_ext_d2i(crl, NID_authority_key_identifier, NULL, NULL);
	enum pki_crl_signer found = PKI_CRL_UNKNOWN;

	for (size_t k = 0; k < n && found != PKI_CRL_VERIFIED; k++)
		for (int i = 0; i < sk_X509_num(known[k]) && found != PKI_CRL_VERIFIED; i++) {
			X509 *issuer = sk_X509_value(known[k], i);
			if (X509_NAME_cmp(X509_get_subject_name(issuer), X509_CRL_get_issuer(crl)) != 0)
				continue;
			if (X509_CRL_verify(crl, X509_get0_pubkey(issuer)) == 1) {
				found = PKI_CRL_VERIFIED;
				digest_scope(crl, issuer, scope);
			} else if (names_key_of(akid, issuer)) {
				found = PKI_CRL_FORGED;
			}
		}
	AUTHORITY_KEYID_free(akid);
	ERR_clear_error();
	return found;
}

bool pki_crl_is_newer(X509_CRL *a, X509_CRL *b)
{
	int64_t at = pki_ms_of(X509_CRL_get0_lastUpdate(a)), bt = pki_ms_of(X509_CRL_get0_lastUpdate(b));
	ASN1_INTEGER *an, *bn;
	bool newer;

	if (at != bt)
		return at > bt;
	an = X509_CRL_get_ext_d2i(a, NID_crl_number, NULL, NULL);
	bn = X509_CRL_get_ext_d2i(b, NID_crl_number, NULL, NULL);
	newer = an != NULL && (bn == NULL || ASN1_INTEGER_cmp(an, bn) > 0);
	ASN1_INTEGER_free(an);
	ASN1_INTEGER_free(bn);
	return newer;
}
