/* SPDX-License-Identifier: EUPL-1.2 */
/* LINK: pki */
/* A document whose root is a ds:Signature: whatever the strict reader accepts is inside its own limits. */
#include "base/mem.h"
#include "pki/dsig.h"
#include "xml/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct pki_dsig *d)
{
	struct err e = ERR_INIT;
	uint8_t digest[DIGEST_MAX] = { 0 };

	must(d->nrefs >= 1 && d->nrefs <= PKI_DSIG_REFS_MAX);
	must((d->key_uri.n > 0) != (d->key_cert.n > 0));
	must(d->value.n <= PKI_SIG_MAX && d->signed_info != NULL);
	for (size_t i = 0; i < d->nrefs; i++) {
		const struct pki_ref *r = &d->refs[i];
		must(r->value_len == digest_len(r->digest->digest));
		must(r->uri.p[0] == '#' ? r->transform != NULL : span_starts(r->uri, "cid:") && r->transform == NULL);
		must(pki_dsig_ref(d, r->uri) == r);
		enum pki_scheme s = r->transform != NULL ? r->transform->scheme : PKI_SCHEME_NONE;
		(void)pki_dsig_match(d, r->uri, s, r->digest->digest, digest, &e);
	}
	must(pki_dsig_covered(d, &e) == 0 || e.code == ERR_MISSING);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xml_limits limits = XML_LIMITS_DEFAULT;
	struct arena *a = arena_new();
	const struct xml_node *root;
	struct err e = ERR_INIT;
	struct pki_dsig d;

	if (xml_tree_parse((struct span){ (const char *)data, size }, &limits, a, &root, &e) == 0)
		for (unsigned flags = 0; flags <= PKI_DSIG_OBJECT; flags++)
			if (pki_dsig_parse(root, flags, a, &d, &e) == 0)
				check(&d);
	arena_free(a);
	return 0;
}
