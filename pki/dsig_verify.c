/* SPDX-License-Identifier: EUPL-1.2 */
/* The mathematics of a signature, and the match of its references. */
#include "base/mem.h"
#include "pki/dsig.h"
#include "xml/tree.h"

#define SIGNED_INFO_MAX (4u << 20)	/* canonical form: PKI_DSIG_REFS_MAX references with long URIs */

static int check_allowed(const struct pki_dsig *d, const struct pki_policy *policy, struct err *e)
{
	const struct pki_alg *bad = pki_alg_allowed(d->sign, policy) ? NULL : d->sign;

	for (size_t i = 0; bad == NULL && i < d->nrefs; i++)
		if (!pki_alg_allowed(d->refs[i].digest, policy))
			bad = d->refs[i].digest;
	return bad == NULL ? 0 : err_set(e, ERR_DENIED, "signature: %s is not allowed by the policy", bad->uri);
}

int pki_dsig_verify(const struct pki_dsig *d, const struct pki_cert *cert, const struct pki_policy *policy,
		    struct err *e)
{
	enum xml_c14n_alg alg = d->c14n->scheme == PKI_EXC_C14N ? XML_C14N_EXCLUSIVE : XML_C14N_INCLUSIVE;
	struct sink *to;
	struct buf text;
	int rc = check_allowed(d, policy, e);

	if (rc != 0)
		return rc;
	buf_init(&text, SIGNED_INFO_MAX);
	to = sink_to_buf(&text);
	rc = xml_tree_c14n(d->signed_info, alg, d->prefixes, to, e);
	if (rc == 0)
		rc = pki_verify_bytes(cert->blank, d->sign, buf_view(&text), d->value, e);
	sink_close(to);
	buf_fini(&text);
	return rc;
}

struct pki_ref *pki_dsig_ref(struct pki_dsig *d, struct span uri)
{
	for (size_t i = 0; i < d->nrefs; i++)
		if (span_eq(d->refs[i].uri, uri))
			return &d->refs[i];
	return NULL;
}

int pki_dsig_match(struct pki_dsig *d, struct span uri, enum pki_scheme transform, enum digest_alg alg,
		   const uint8_t *digest, struct err *e)
{
	struct pki_ref *r = pki_dsig_ref(d, uri);
	int shown = (int)(uri.n > 100 ? 100 : uri.n);

	if (r == NULL)
		return err_set(e, ERR_MISSING, "signature: no reference to %.*s", shown, uri.p);
	if (r->matched)
		return err_set(e, ERR_CRYPTO, "signature: %.*s stands for two parts", shown, uri.p);
	if ((r->transform == NULL ? PKI_SCHEME_NONE : r->transform->scheme) != transform || r->digest->digest != alg)
		return err_set(e, ERR_CRYPTO, "signature: reference to %.*s has another transform or digest", shown,
			       uri.p);
	if (!bytes_equal(r->value, digest, r->value_len))
		return err_set(e, ERR_CRYPTO, "signature: digest of %.*s differs", shown, uri.p);
	r->matched = true;
	return 0;
}

int pki_dsig_covered(const struct pki_dsig *d, struct err *e)
{
	for (size_t i = 0; i < d->nrefs; i++)
		if (!d->refs[i].matched)
			return err_set(e, ERR_MISSING, "signature: reference to %.*s has no part in the message",
				       (int)(d->refs[i].uri.n > 100 ? 100 : d->refs[i].uri.n), d->refs[i].uri.p);
	return 0;
}
