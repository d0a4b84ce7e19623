/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One path validation. OpenSSL stops at the first error unless the callback lets it go on; ours always does and keeps the finding, and the
 * verdict is made of the findings alone. What is not known to be harmless here breaks the path.
 */
#include "pki/chain.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/clock.h"
#include "base/mem.h"
#include "pki/ossl.h"

struct findings {
	struct pki_verdict *v;
	const struct pki_policy *policy;
	int64_t at_ms;
	bool broken;		/* the path is not to be trusted */
	bool unknown_issuer;
	bool misshapen;		/* a certificate of the path breaks a rule of RFC 5280 on its form */
	bool late;		/* expired, and not only not yet valid */
	bool undecided;		/* out of memory and the like */
	bool no_status;		/* for a certificate of the path no usable CRL */
	X509_CRL *crl;		/* in question, at crl_depth */
	int crl_depth;
	const X509_CRL *unproven;	/* not signed by the issuer: what it says is nobody's word */
};

static int index_once = -1;

__attribute__((constructor)) static void make_index(void)
{
	index_once = X509_STORE_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
}

/* Whether the current certificate ends the path: nobody's list is asked about an anchor. */
static bool is_top(X509_STORE_CTX *ctx, int depth)
{
	return depth == sk_X509_num(X509_STORE_CTX_get0_chain(ctx)) - 1;
}

/* The list in question. OpenSSL forgets it once it has complained about its times. */
static X509_CRL *list_of(X509_STORE_CTX *ctx, struct findings *f, int depth)
{
	X509_CRL *crl = X509_STORE_CTX_get0_current_crl(ctx);

	if (crl == NULL && f->crl_depth == depth)
		crl = f->crl;
	f->crl = crl;
	f->crl_depth = depth;
	return crl;
}

static void on_revoked(X509_STORE_CTX *ctx, struct findings *f, int depth)
{
	X509_CRL *crl = list_of(ctx, f, depth);
	X509 *x = X509_STORE_CTX_get_current_cert(ctx);
	X509_REVOKED *entry = NULL;
	char when[CLOCK_TEXT_LEN];
	int64_t at = 0;

	if (crl == NULL || crl == f->unproven)
		return;
	if (x != NULL && X509_CRL_get0_by_cert(crl, &entry, x) > 0)
		at = pki_ms_of(X509_REVOKED_get0_revocationDate(entry));
	if (at > f->at_ms)
		return;	/* revoked only after the time that is asked about */
	f->v->issuer_revoked = f->v->online == PKI_ONLINE_REVOKED ? f->v->issuer_revoked && depth > 0 : depth > 0;
	f->v->online = PKI_ONLINE_REVOKED;
	f->v->revoked_at = at;
	pki_verdict_say(f->v, "%s revoked on %s", depth == 0 ? "certificate" : "an issuing certificate", clock_utc(at, when));
}

static void on_crl_time(X509_STORE_CTX *ctx, struct findings *f, int error, int depth)
{
	X509_CRL *crl = list_of(ctx, f, depth);
	int64_t next = crl != NULL ? pki_ms_of(X509_CRL_get0_nextUpdate(crl)) : 0;
	char when[CLOCK_TEXT_LEN];

	/* A list made after the time in question knows more, not less. */
	if (error == X509_V_ERR_CRL_NOT_YET_VALID)
		return;
	if (is_top(ctx, depth) || (error == X509_V_ERR_CRL_HAS_EXPIRED && f->at_ms <= next + f->policy->crl_grace_ms))
		return;
	f->no_status = true;
	pki_verdict_say(f->v, "revocation list out of date since %s", clock_utc(next, when));
}

static void on_time(struct findings *f, int depth, bool before)
{
	if (depth == 0)
		f->v->expired = true;
	else
		f->v->chain_expired = true;
	f->late |= !before;
	pki_verdict_say(f->v, "%s %s", depth == 0 ? "certificate" : "an issuing certificate", before ? "not yet valid" : "expired");
}

static void on_issuer(X509_STORE_CTX *ctx, struct findings *f)
{
	X509 *x = X509_STORE_CTX_get_current_cert(ctx);
	char name[100] = "";

	f->unknown_issuer = true;
	if (x != NULL)
		X509_NAME_oneline(X509_get_issuer_name(x), name, sizeof(name));
	pki_verdict_say(f->v, "no path to an anchor: issuer %s is not known", name);
}

/* What only X509_V_FLAG_X509_STRICT demands (RFC 5280 4.1, 4.2). */
static bool is_about_form(int error)
{
	switch (error) {
	case X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER:
	case X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER:
	case X509_V_ERR_AUTHORITY_KEY_IDENTIFIER_CRITICAL:
	case X509_V_ERR_SUBJECT_KEY_IDENTIFIER_CRITICAL:
	case X509_V_ERR_CA_BCONS_NOT_CRITICAL:
	case X509_V_ERR_CA_CERT_MISSING_KEY_USAGE:
	case X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA:
	case X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA:
	case X509_V_ERR_PATHLEN_WITHOUT_KU_KEY_CERT_SIGN:
	case X509_V_ERR_EXTENSIONS_REQUIRE_VERSION_3:
	case X509_V_ERR_ISSUER_NAME_EMPTY:
	case X509_V_ERR_SUBJECT_NAME_EMPTY:
	case X509_V_ERR_EMPTY_SUBJECT_ALT_NAME:
	case X509_V_ERR_EMPTY_SUBJECT_SAN_NOT_CRITICAL:
	case X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY:
		return true;
	default:
		return false;
	}
}

static void on_other(X509_STORE_CTX *ctx, struct findings *f, int error, int depth)
{
	if (is_about_form(error)) {
		f->misshapen = true;
		pki_verdict_say(f->v, "%s breaks RFC 5280: %s", depth == 0 ? "certificate" : "an issuing certificate",
		    X509_verify_cert_error_string(error));
		return;
	}
	switch (error) {
	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
	case X509_V_ERR_CA_MD_TOO_WEAK:
		f->v->weak = true;
		pki_verdict_say(f->v, "%s: %s", depth == 0 ? "certificate" : "an issuing certificate",
		    X509_verify_cert_error_string(error));
		break;
	case X509_V_ERR_CERT_SIGNATURE_FAILURE:
	case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
		f->v->math = PKI_MATH_CORRUPTED;
		f->broken = true;
		pki_verdict_say(f->v, "the issuer's signature is wrong");
		break;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		on_issuer(ctx, f);
		break;
	case X509_V_ERR_OUT_OF_MEM:
	case X509_V_ERR_UNSPECIFIED:
		f->undecided = true;
		break;
	default:
		f->broken = true;
		pki_verdict_say(f->v, "%s", X509_verify_cert_error_string(error));
	}
}

static int collect(int ok, X509_STORE_CTX *ctx)
{
	struct findings *f = X509_STORE_CTX_get_ex_data(ctx, index_once);
	int error = X509_STORE_CTX_get_error(ctx), depth = X509_STORE_CTX_get_error_depth(ctx);

	if (ok)
		return 1;
	switch (error) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
	case X509_V_ERR_CERT_NOT_YET_VALID:
		on_time(f, depth, error == X509_V_ERR_CERT_NOT_YET_VALID);
		break;
	case X509_V_ERR_CERT_REVOKED:
		on_revoked(ctx, f, depth);
		break;
	case X509_V_ERR_CRL_HAS_EXPIRED:
	case X509_V_ERR_CRL_NOT_YET_VALID:
		on_crl_time(ctx, f, error, depth);
		break;
	case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
	case X509_V_ERR_CRL_SIGNATURE_FAILURE:
	case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
	case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
	case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
		f->unproven = list_of(ctx, f, depth);
		f->no_status |= !is_top(ctx, depth);
		break;
	case X509_V_ERR_UNABLE_TO_GET_CRL:
	case X509_V_ERR_DIFFERENT_CRL_SCOPE:
	case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
	case X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD:
	case X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD:
		f->no_status |= !is_top(ctx, depth);
		break;
	default:
		on_other(ctx, f, error, depth);
	}
	return 1;
}

/* OpenSSL's levels: 3 asks for 128 bit of security (RSA 3072, told apart at 3000 by our own check), 2 for 112. */
static int auth_level(unsigned min_rsa_bits)
{
	return min_rsa_bits >= 3000 ? 3 : min_rsa_bits >= 2048 ? 2 : min_rsa_bits >= 1024 ? 1 : 0;
}

static bool use_allowed(const struct pki_cert *c, enum pki_purpose purpose)
{
	uint32_t eku = X509_get_extended_key_usage(c->x509);

	switch (purpose) {
	case PKI_FOR_SIGNATURE:
		return (c->usage & (PKI_KU_DIGITAL_SIGNATURE | PKI_KU_NON_REPUDIATION)) != 0;
	case PKI_FOR_CIPHER:
		return (c->usage & (PKI_KU_KEY_ENCIPHERMENT | PKI_KU_DATA_ENCIPHERMENT)) != 0;
	case PKI_FOR_TLS_CLIENT:
		return (c->usage & PKI_KU_DIGITAL_SIGNATURE) != 0 && (eku == UINT32_MAX || (eku & XKU_SSL_CLIENT) != 0);
	case PKI_FOR_TLS_SERVER:
		return (c->usage & (PKI_KU_DIGITAL_SIGNATURE | PKI_KU_KEY_ENCIPHERMENT)) != 0 &&
		       (eku == UINT32_MAX || (eku & XKU_SSL_SERVER) != 0);
	case PKI_PURPOSES:
		break;
	}
	return false;
}

/* The newest list of the issuer: for the report only, its signature was checked by the path validation. */
static void note_crl(X509_STORE *store, const struct pki_cert *c, struct pki_verdict *v)
{
	STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);

	for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
		X509_CRL *crl = X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, i));
		if (crl == NULL || X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_issuer_name(c->x509)) != 0)
			continue;
		int64_t at = pki_ms_of(X509_CRL_get0_lastUpdate(crl));
		if (at > v->crl_this_update) {
			v->crl_this_update = at;
			v->crl_next_update = pki_ms_of(X509_CRL_get0_nextUpdate(crl));
		}
	}
}

static enum pki_offline offline_of(const struct findings *f)
{
	const struct pki_verdict *v = f->v;

	if (f->broken || v->malformed || v->expired || v->chain_expired || v->math == PKI_MATH_CORRUPTED)
		return PKI_OFFLINE_INVALID;
	return v->trusted ? PKI_OFFLINE_VALID : PKI_OFFLINE_INDETERMINATE;
}

static bool is_short(const struct pki_cert *c, const struct pki_policy *policy)
{
	return (c->kind == PKI_RSA || c->kind == PKI_RSA_PSS) && c->bits < policy->min_rsa_bits;
}

/* Whether there is a path, and whether only its form speaks against it. */
static void draw_path(struct findings *f, int verified)
{
	struct pki_verdict *v = f->v;

	if (!verified && !f->broken && !f->unknown_issuer && !f->misshapen)
		f->undecided = true;
	if (f->undecided)
		pki_verdict_say(v, "the check could not be completed");
	v->trusted = !f->broken && !f->unknown_issuer && !f->undecided;
	v->malformed = v->trusted && f->misshapen;
	v->trusted &= !v->malformed;
}

static void draw(struct findings *f, const struct pki_cert *c, int verified)
{
	struct pki_verdict *v = f->v;

	draw_path(f, verified);
	v->not_yet = (v->expired || v->chain_expired) && !f->late;
	if (v->math != PKI_MATH_CORRUPTED && v->trusted)
		v->math = PKI_MATH_OK;
	if (v->online != PKI_ONLINE_REVOKED)
		v->online = v->trusted && !f->no_status ? PKI_ONLINE_OK : PKI_ONLINE_UNKNOWN;
	v->offline = offline_of(f);
	v->weak |= is_short(c, f->policy);
}

bool pki_chain_check(X509_STORE *store, STACK_OF(X509) *anchors, STACK_OF(X509) *untrusted, const struct pki_cert *c,
		     const struct pki_policy *policy, enum pki_purpose purpose, int64_t at_ms, struct pki_verdict *v)
{
	struct findings f = { .v = v, .policy = policy, .at_ms = at_ms };
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	int verified = 0;

	*v = (struct pki_verdict){ 0 };
	if (ctx != NULL && X509_STORE_CTX_init(ctx, store, c->x509, untrusted) == 1 &&
	    X509_STORE_CTX_set_ex_data(ctx, index_once, &f) == 1) {
		X509_VERIFY_PARAM *p = X509_STORE_CTX_get0_param(ctx);
		X509_VERIFY_PARAM_set_time(p, (time_t)(at_ms / 1000));
		X509_VERIFY_PARAM_set_depth(p, PKI_CHAIN_DEPTH);
		X509_VERIFY_PARAM_set_auth_level(p, auth_level(policy->min_rsa_bits));
		/* CRL_CHECK_ALL alone would check nothing at all. */
		X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL |
						       X509_V_FLAG_X509_STRICT | X509_V_FLAG_PARTIAL_CHAIN);
		if (anchors != NULL)
			X509_STORE_CTX_set0_trusted_stack(ctx, anchors);
		X509_STORE_CTX_set_verify_cb(ctx, collect);
		verified = X509_verify_cert(ctx) > 0;
	}
	draw(&f, c, verified);
	v->wrong_use = !use_allowed(c, purpose);
	if (v->online != PKI_ONLINE_UNKNOWN || f.no_status)
		note_crl(store, c, v);
	X509_STORE_CTX_free(ctx);
	ERR_clear_error();
	pki_verdict_judge(policy, v);
	return !f.undecided;
}
