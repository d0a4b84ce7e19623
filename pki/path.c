/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * OpenSSL follows one issuer for each certificate and does not come back: a cross certificate of the same name that
 * leads nowhere hides the issuer behind it. So what it does not accept at once is tried again, path by path.
 */
#include "pki/path.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/mem.h"

struct search {
	const struct pki_stock *stock;
	const struct pki_cert *c;
	const struct pki_policy *policy;
	enum pki_purpose purpose;
	int64_t at_ms;
	X509 *path[PKI_CHAIN_DEPTH + 1];	/* from the certificate upwards, without the anchor */
	int n;
	unsigned tried;
	bool certain;
	bool revoked;	/* itself, by its issuer: another path to the same key changes nothing */
	struct pki_verdict *best;
};

static void try_path(struct search *s, X509 *anchor)
{
	STACK_OF(X509) *above = sk_X509_new_null(), *anchors = sk_X509_new_null();
	struct pki_verdict v;

	must(above != NULL && anchors != NULL && sk_X509_push(anchors, anchor) > 0);
	for (int i = 1; i < s->n; i++)
		must(sk_X509_push(above, s->path[i]) > 0);
	s->tried++;
	s->certain &= pki_chain_check(s->stock->store, anchors, above, s->c, s->policy, s->purpose, s->at_ms, &v);
	s->revoked |= v.online == PKI_ONLINE_REVOKED && !v.issuer_revoked;
	if (s->revoked || pki_verdict_rank(s->policy, &v) > pki_verdict_rank(s->policy, s->best))
		*s->best = v;
	sk_X509_free(above);
	sk_X509_free(anchors);
}

static bool is_over(const struct search *s)
{
	return s->revoked || s->best->accepted || s->tried >= PKI_PATHS_MAX;
}

static bool is_in_path(const struct search *s, const X509 *x)
{
	for (int i = 0; i < s->n; i++)
		if (X509_cmp(s->path[i], x) == 0)
			return true;
	return false;
}

static void climb(struct search *s)
{
	X509 *top = s->path[s->n - 1];

	for (int i = 0; i < sk_X509_num(s->stock->anchors) && !is_over(s); i++) {
		X509 *x = sk_X509_value(s->stock->anchors, i);
		if (X509_check_issued(x, top) == X509_V_OK)
			try_path(s, x);
	}
	for (int i = 0; i < sk_X509_num(s->stock->intermediates) && s->n <= PKI_CHAIN_DEPTH && !is_over(s); i++) {
		X509 *x = sk_X509_value(s->stock->intermediates, i);
		if (X509_check_issued(x, top) != X509_V_OK || is_in_path(s, x))
			continue;
		s->path[s->n++] = x;
		climb(s);
		s->n--;
	}
}

bool pki_path_check(const struct pki_stock *stock, const struct pki_cert *c, const struct pki_policy *policy,
		    enum pki_purpose purpose, int64_t at_ms, struct pki_verdict *v)
{
	struct search s = { .stock = stock, .c = c, .policy = policy, .purpose = purpose, .at_ms = at_ms,
			    .path = { c->x509 }, .n = 1, .best = v };

	s.certain = pki_chain_check(stock->store, NULL, stock->intermediates, c, policy, purpose, at_ms, v);
	s.revoked = v->online == PKI_ONLINE_REVOKED && !v->issuer_revoked;
	if (!v->accepted)
		climb(&s);
	ERR_clear_error();
	return s.certain || v->accepted;
}
