/* SPDX-License-Identifier: EUPL-1.2 */
/* The distribution points of certificates. */
#include "pki/crl_points.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/mem.h"
#include "base/uri.h"

static void add(struct pki_crl_points *p, struct span url)
{
	struct err ignored = ERR_INIT;
	struct uri u;

	if (p->n >= PKI_CRL_POINTS_MAX || uri_parse(url, &u, &ignored) != 0 || u.tls)
		return;
	for (size_t i = 0; i < p->n; i++)
		if (span_is(url, p->urls[i]))
			return;
	p->urls[p->n++] = mem_dup_n(url.p, url.n);
}

static unsigned add_names(struct pki_crl_points *p, const GENERAL_NAMES *names, unsigned left)
{
	for (int i = 0; i < sk_GENERAL_NAME_num(names) && left > 0; i++) {
		const GENERAL_NAME *g = sk_GENERAL_NAME_value(names, i);

		if (g->type != GEN_URI)
			continue;
		add(p, (struct span){ (const char *)ASN1_STRING_get0_data(g->d.uniformResourceIdentifier),
				      (size_t)ASN1_STRING_length(g->d.uniformResourceIdentifier) });
		left--;
	}
	return left;
}

void pki_crl_points_add(struct pki_crl_points *p, X509 *x)
{
	CRL_DIST_POINTS *points = X509_get_ext_d2i(x, NID_crl_distribution_points, NULL, NULL);
	unsigned left = PKI_CRL_POINTS_EACH;

	for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
		const DIST_POINT *d = sk_DIST_POINT_value(points, i);

		if (d->CRLissuer == NULL && d->reasons == NULL && d->distpoint != NULL && d->distpoint->type == 0)
			left = add_names(p, d->distpoint->name.fullname, left);
	}
	CRL_DIST_POINTS_free(points);
	ERR_clear_error();
}

void pki_crl_points_fini(struct pki_crl_points *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->urls[i]);
	p->n = 0;
}
