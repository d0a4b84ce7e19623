/* SPDX-License-Identifier: EUPL-1.2 */
/* Reads a ds:Signature by position. */
#include "base/b64.h"
#include "base/mem.h"
#include "pki/dsig.h"
#include "pki/names.h"
#include "pki/read.h"

/* The Algorithm of a C14N element (method or transform), with the PrefixList of exclusive C14N. */
static int read_c14n(const struct xml_node *n, enum pki_alg_kind kind, const struct pki_alg **alg, struct span *prefixes,
		     struct err *e)
{
	const struct xml_node *inclusive = NULL;
	const struct xml_child_rule rules[] = { { NS_EXC, "InclusiveNamespaces", 0, 1, &inclusive } };
	const struct xml_attr_rule attrs[] = { { NULL, "PrefixList", true, prefixes } };
	unsigned blanks = 0;
	int rc = pki_read_alg(n, kind, alg, e);

	*prefixes = SPAN_EMPTY;
	if (rc != 0 || (*alg)->scheme != PKI_EXC_C14N)
		return rc != 0 ? rc : xml_expect_empty(n, e);
	rc = xml_expect_children(n, rules, ARRAY_LEN(rules), true, e);
	if (rc != 0 || inclusive == NULL)
		return rc;
	rc = xml_expect_attrs(inclusive, attrs, ARRAY_LEN(attrs), e);
	for (size_t i = 0; rc == 0 && i < prefixes->n; i++)
		blanks += prefixes->p[i] == ' ';
	if (rc == 0 && blanks >= PKI_DSIG_PREFIXES_MAX)
		rc = err_set(e, ERR_LIMIT, "line %u: more than %d prefixes", n->line, PKI_DSIG_PREFIXES_MAX);
	return rc != 0 ? rc : xml_expect_empty(inclusive, e);
}

/* One transform at most: a chain has no use here and was a way to burn time. */
static int read_transforms(const struct xml_node *n, struct pki_ref *r, struct err *e)
{
	const struct xml_node *transform = NULL;
	const struct xml_child_rule rules[] = { { NS_DS, "Transform", 1, 1, &transform } };
	int rc = xml_expect_attrs(n, NULL, 0, e);

	if (rc == 0)
		rc = xml_expect_children(n, rules, ARRAY_LEN(rules), true, e);
	return rc != 0 ? rc : read_c14n(transform, PKI_ALG_TRANSFORM, &r->transform, &r->prefixes, e);
}

static int read_reference(const struct xml_node *n, struct arena *a, struct pki_ref *r, struct err *e)
{
	const struct xml_node *transforms = NULL, *method = NULL, *value = NULL;
	const struct xml_child_rule rules[] = { { NS_DS, "Transforms", 0, 1, &transforms },
						{ NS_DS, "DigestMethod", 1, 1, &method },
						{ NS_DS, "DigestValue", 1, 1, &value } };
	struct span ignored, octets = SPAN_EMPTY;
	const struct xml_attr_rule attrs[] = { { NULL, "URI", true, &r->uri }, { NULL, "Id", false, &ignored },
					       { NULL, "Type", false, &ignored } };
	int rc = xml_expect_attrs(n, attrs, ARRAY_LEN(attrs), e);

	if (rc == 0)
		rc = xml_expect_children(n, rules, ARRAY_LEN(rules), true, e);
	if (rc == 0 && transforms != NULL)
		rc = read_transforms(transforms, r, e);
	if (rc == 0)
		rc = pki_read_alg(method, PKI_ALG_DIGEST, &r->digest, e);
	if (rc == 0)
		rc = xml_expect_empty(method, e);
	if (rc == 0)
		rc = xml_expect_attrs(value, NULL, 0, e);
	if (rc == 0)
		rc = pki_read_octets(value, DIGEST_MAX, a, &octets, e);
	if (rc != 0)
		return rc;
	if (octets.n != digest_len(r->digest->digest))
		return xml_refuse(value, e, "digest of %zu octets does not fit its algorithm", octets.n);
	for (size_t i = 0; i < octets.n; i++)
		r->value[i] = (uint8_t)octets.p[i];
	r->value_len = octets.n;
	if (pki_is_id_uri(r->uri) ? r->transform == NULL : !pki_is_cid_uri(r->uri) || r->transform != NULL)
		return xml_refuse(n, e, "URI and transform: \"#id\" with one transform or \"cid:part\" without are allowed");
	return 0;
}

static int check_unique(const struct pki_dsig *d, const struct xml_node *n, struct err *e)
{
	for (size_t i = 0; i < d->nrefs; i++)
		for (size_t k = i + 1; k < d->nrefs; k++)
			if (span_eq(d->refs[i].uri, d->refs[k].uri))
				return xml_refuse(n, e, "two references to %.*s",
						  (int)(d->refs[i].uri.n > 100 ? 100 : d->refs[i].uri.n),
						  d->refs[i].uri.p);
	return 0;
}

static int read_signed_info(const struct xml_node *n, struct arena *a, struct pki_dsig *d, struct err *e)
{
	const struct xml_node *c14n = NULL, *method = NULL, *ref = NULL;
	const struct xml_child_rule rules[] = { { NS_DS, "CanonicalizationMethod", 1, 1, &c14n },
						{ NS_DS, "SignatureMethod", 1, 1, &method },
						{ NS_DS, "Reference", 1, 0, &ref } };
	struct span ignored;
	const struct xml_attr_rule attrs[] = { { NULL, "Id", false, &ignored } };
	int rc = xml_expect_attrs(n, attrs, ARRAY_LEN(attrs), e);

	if (rc == 0)
		rc = xml_expect_children(n, rules, ARRAY_LEN(rules), true, e);
	if (rc == 0)
		rc = read_c14n(c14n, PKI_ALG_C14N, &d->c14n, &d->prefixes, e);
	if (rc == 0)
		rc = pki_read_alg(method, PKI_ALG_SIGNATURE, &d->sign, e);
	if (rc == 0)
		rc = xml_expect_empty(method, e);
	if (rc != 0)
		return rc;
	for (const struct xml_node *r = ref; r != NULL; r = xml_next(r, NS_DS, "Reference"))
		d->nrefs++;
	if (d->nrefs > PKI_DSIG_REFS_MAX)
		return err_set(e, ERR_LIMIT, "line %u: more than %d references in one signature", n->line,
			       PKI_DSIG_REFS_MAX);
	d->refs = arena_alloc(a, d->nrefs * sizeof(*d->refs));
	for (size_t i = 0; rc == 0 && i < d->nrefs; i++, ref = xml_next(ref, NS_DS, "Reference"))
		rc = read_reference(ref, a, &d->refs[i], e);
	return rc != 0 ? rc : check_unique(d, n, e);
}

int pki_dsig_parse(const struct xml_node *signature, unsigned flags, struct arena *a, struct pki_dsig *d, struct err *e)
{
	const struct xml_node *info = NULL, *value = NULL, *key = NULL, *object = NULL;
	const struct xml_child_rule rules[] = { { NS_DS, "SignedInfo", 1, 1, &info },
						{ NS_DS, "SignatureValue", 1, 1, &value },
						{ NS_DS, "KeyInfo", 1, 1, &key },
						{ NS_DS, "Object", 0, 1, &object } };
	size_t nrules = ARRAY_LEN(rules) - ((flags & PKI_DSIG_OBJECT) != 0 ? 0 : 1);
	struct span ignored;
	const struct xml_attr_rule id[] = { { NULL, "Id", false, &ignored } };
	int rc;

	*d = (struct pki_dsig){ 0 };
	rc = xml_expect_name(signature, NS_DS, "Signature", e);
	if (rc == 0)
		rc = xml_expect_attrs(signature, id, ARRAY_LEN(id), e);
	if (rc == 0)
		rc = xml_expect_children(signature, rules, nrules, true, e);
	if (rc == 0)
		rc = xml_expect_attrs(value, id, ARRAY_LEN(id), e);
	if (rc == 0)
		rc = pki_read_octets(value, PKI_SIG_MAX, a, &d->value, e);
	if (rc == 0)
		rc = xml_expect_attrs(key, id, ARRAY_LEN(id), e);
	if (rc == 0)
		rc = pki_read_key_info(key, &d->key_uri, &d->key_cert, e);
	if (rc == 0)
		rc = read_signed_info(info, a, d, e);
	d->signed_info = info;
	d->object = object;
	return rc;
}
