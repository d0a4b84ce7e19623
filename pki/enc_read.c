/* SPDX-License-Identifier: EUPL-1.2 */
/* Reads an xenc:EncryptedData by position. */
#include "base/mem.h"
#include "pki/enc.h"
#include "pki/names.h"
#include "pki/read.h"

#define RSA_CT_MAX 1024
#define MGMT_MAX 64	/* a raw session key */

/* <osci128:IvLength Value="12|16"/>. Libraries write 12 for CBC, too: there it means nothing. */
static int read_iv_length(const struct xml_node *n, struct pki_encdata *d, struct err *e)
{
	struct span value;
	const struct xml_attr_rule attrs[] = { { NULL, "Value", true, &value } };
	int rc = xml_expect_attrs(n, attrs, ARRAY_LEN(attrs), e);

	if (rc == 0)
		rc = xml_expect_empty(n, e);
	if (rc != 0)
		return rc;
	if (!span_is(value, "12") && !span_is(value, "16"))
		return xml_refuse(n, e, "IvLength is neither 12 nor 16");
	if (d->alg->scheme == PKI_GCM)
		d->iv_len = span_is(value, "12") ? 12 : 16;
	return 0;
}

static int read_method(const struct xml_node *n, struct pki_encdata *d, struct err *e)
{
	const struct xml_node *iv = NULL;
	const struct xml_child_rule rules[] = { { NS_OSCI128, "IvLength", 0, 1, &iv } };
	int rc = pki_read_alg(n, PKI_ALG_CIPHER, &d->alg, e);

	if (rc == 0)
		rc = xml_expect_children(n, rules, ARRAY_LEN(rules), true, e);
	if (rc != 0)
		return rc;
	d->iv_len = d->alg->iv_len;	/* GCM without the element: 16 */
	return iv != NULL ? read_iv_length(iv, d, e) : 0;
}

/* xmlenc 5.4.2: MGF1 with SHA-1 always, the digest as named, or SHA-1. */
static int read_mgf1p(const struct xml_node *n, struct pki_enckey *k, struct err *e)
{
	const struct xml_node *digest = NULL;
	const struct xml_child_rule rules[] = { { NS_DS, "DigestMethod", 0, 1, &digest } };
	const struct pki_alg *alg = pki_alg_digest(DIGEST_SHA1);
	int rc = xml_expect_children(n, rules, ARRAY_LEN(rules), true, e);

	if (rc == 0 && digest != NULL)
		rc = pki_read_alg(digest, PKI_ALG_DIGEST, &alg, e);
	if (rc == 0 && digest != NULL)
		rc = xml_expect_empty(digest, e);
	if (rc != 0)
		return rc;
	k->mgf = DIGEST_SHA1;
	k->digest = alg->digest;
	return 0;
}

static int read_transport(const struct xml_node *n, struct pki_enckey *k, struct err *e)
{
	const struct xml_node *mgf = NULL, *digest = NULL;
	const struct xml_child_rule rules[] = { { NS_XENC11, "MGF", 0, 1, &mgf },
						{ NS_DS, "DigestMethod", 0, 1, &digest } };
	const struct pki_alg *mgf_alg = NULL, *digest_alg = NULL;
	int rc = pki_read_alg(n, PKI_ALG_TRANSPORT, &k->alg, e);

	if (rc != 0)
		return rc;
	if (k->alg->scheme == PKI_RSA_15)
		return xml_expect_empty(n, e);
	if (k->alg->legacy == PKI_LEGACY_OAEP_SHA1)
		return read_mgf1p(n, k, e);
	rc = xml_expect_children(n, rules, ARRAY_LEN(rules), false, e);
	/* Without the elements W3C means SHA-1: nobody here writes that. */
	if (rc == 0 && (mgf == NULL || digest == NULL))
		rc = err_set(e, ERR_UNSUPPORTED, "line %u: RSA-OAEP without its MGF and DigestMethod would use SHA-1",
			     n->line);
	if (rc == 0)
		rc = pki_read_alg(mgf, PKI_ALG_MGF, &mgf_alg, e);
	if (rc == 0)
		rc = pki_read_alg(digest, PKI_ALG_DIGEST, &digest_alg, e);
	if (rc == 0)
		rc = xml_expect_empty(mgf, e);
	if (rc == 0)
		rc = xml_expect_empty(digest, e);
	if (rc == 0 && digest_alg->legacy != PKI_LEGACY_NO)
		rc = err_set(e, ERR_UNSUPPORTED, "line %u: RSA-OAEP with SHA-1", n->line);
	if (rc != 0)
		return rc;
	k->mgf = mgf_alg->digest;
	k->digest = digest_alg->digest;
	return 0;
}

static int read_key(const struct xml_node *n, struct arena *a, struct pki_enckey *k, struct err *e)
{
	const struct xml_node *method = NULL, *info = NULL, *data = NULL, *value = NULL;
	const struct xml_child_rule rules[] = { { NS_XENC, "EncryptionMethod", 1, 1, &method },
						{ NS_DS, "KeyInfo", 1, 1, &info },
						{ NS_XENC, "CipherData", 1, 1, &data } };
	const struct xml_child_rule in_data[] = { { NS_XENC, "CipherValue", 1, 1, &value } };
	struct span ignored;
	const struct xml_attr_rule attrs[] = { { NULL, "Id", false, &ignored }, { NULL, "Recipient", false, &ignored } };
	int rc = xml_expect_attrs(n, attrs, ARRAY_LEN(attrs), e);

	if (rc == 0)
		rc = xml_expect_children(n, rules, ARRAY_LEN(rules), true, e);
	if (rc == 0)
		rc = read_transport(method, k, e);
	if (rc == 0)
		rc = xml_expect_attrs(info, NULL, 0, e);
	if (rc == 0)
		rc = pki_read_key_info(info, &k->key_uri, &k->key_cert, e);
	if (rc == 0)
		rc = xml_expect_children(data, in_data, ARRAY_LEN(in_data), true, e);
	if (rc == 0)
		rc = xml_expect_attrs(value, NULL, 0, e);
	return rc != 0 ? rc : pki_read_octets(value, RSA_CT_MAX, a, &k->ct, e);
}

static int read_keys(const struct xml_node *info, struct arena *a, struct pki_encdata *d, struct err *e)
{
	const struct xml_node *key = NULL, *mgmt = NULL;
	const struct xml_child_rule rules[] = { { NS_XENC, "EncryptedKey", 0, PKI_ENC_KEYS_MAX, &key },
						{ NS_DS, "MgmtData", 0, 1, &mgmt } };
	int rc = xml_expect_attrs(info, NULL, 0, e);

	if (rc == 0)
		rc = xml_expect_children(info, rules, ARRAY_LEN(rules), true, e);
	if (rc == 0 && (key != NULL) == (mgmt != NULL))
		rc = xml_refuse(info, e, "KeyInfo holds neither EncryptedKeys nor one MgmtData");
	if (rc != 0)
		return rc;
	if (mgmt != NULL) {
		rc = xml_expect_attrs(mgmt, NULL, 0, e);
		return rc != 0 ? rc : pki_read_octets(mgmt, MGMT_MAX, a, &d->mgmt, e);
	}
	for (const struct xml_node *k = key; k != NULL; k = xml_next(k, NS_XENC, "EncryptedKey"))
		d->nkeys++;
	d->keys = arena_alloc(a, d->nkeys * sizeof(*d->keys));
	for (size_t i = 0; rc == 0 && i < d->nkeys; i++, key = xml_next(key, NS_XENC, "EncryptedKey"))
		rc = read_key(key, a, &d->keys[i], e);
	return rc;
}

static int read_reference(const struct xml_node *n, struct pki_encdata *d, struct err *e)
{
	const struct xml_node *transforms = NULL, *transform = NULL;
	const struct xml_child_rule rules[] = { { NS_XENC, "Transforms", 0, 1, &transforms } };
	const struct xml_child_rule in_transforms[] = { { NS_DS, "Transform", 1, 1, &transform } };
	const struct xml_attr_rule attrs[] = { { NULL, "URI", true, &d->cipher_ref } };
	const struct pki_alg *alg = NULL;
	int rc = xml_expect_attrs(n, attrs, ARRAY_LEN(attrs), e);

	if (rc == 0 && !pki_is_cid_uri(d->cipher_ref))
		rc = xml_refuse(n, e, "URI is not \"cid:\" with a part of this message");
	if (rc == 0)
		rc = xml_expect_children(n, rules, ARRAY_LEN(rules), true, e);
	if (rc != 0 || transforms == NULL)
		return rc;
	rc = xml_expect_children(transforms, in_transforms, ARRAY_LEN(in_transforms), true, e);
	if (rc == 0)
		rc = pki_read_alg(transform, PKI_ALG_TRANSFORM, &alg, e);
	if (rc == 0 && alg->scheme != PKI_BASE64)
		rc = xml_refuse(transform, e, "the only transform allowed here is base64");
	return rc != 0 ? rc : xml_expect_empty(transform, e);
}

static int read_cipher_data(const struct xml_node *n, struct pki_encdata *d, struct err *e)
{
	const struct xml_node *value = NULL, *reference = NULL;
	const struct xml_child_rule rules[] = { { NS_XENC, "CipherValue", 0, 1, &value },
						{ NS_XENC, "CipherReference", 0, 1, &reference } };
	int rc = xml_expect_attrs(n, NULL, 0, e);

	if (rc == 0)
		rc = xml_expect_children(n, rules, ARRAY_LEN(rules), true, e);
	if (rc == 0 && (value != NULL) == (reference != NULL))
		rc = xml_refuse(n, e, "CipherData holds neither one CipherValue nor one CipherReference");
	if (rc != 0)
		return rc;
	if (reference != NULL)
		return read_reference(reference, d, e);
	rc = xml_expect_attrs(value, NULL, 0, e);
	return rc != 0 ? rc : xml_expect_text(value, &d->cipher_value, e);
}

int pki_enc_parse(const struct xml_node *data, struct arena *a, struct pki_encdata *d, struct err *e)
{
	const struct xml_node *method = NULL, *info = NULL, *cipher = NULL;
	const struct xml_child_rule rules[] = { { NS_XENC, "EncryptionMethod", 1, 1, &method },
						{ NS_DS, "KeyInfo", 1, 1, &info },
						{ NS_XENC, "CipherData", 1, 1, &cipher } };
	struct span ignored;
	const struct xml_attr_rule attrs[] = { { NULL, "Id", false, &d->id }, { NULL, "MimeType", false, &d->mime_type },
					       { NULL, "Type", false, &ignored } };
	int rc;

	*d = (struct pki_encdata){ 0 };
	rc = xml_expect_name(data, NS_XENC, "EncryptedData", e);
	if (rc == 0)
		rc = xml_expect_attrs(data, attrs, ARRAY_LEN(attrs), e);
	if (rc == 0)
		rc = xml_expect_children(data, rules, ARRAY_LEN(rules), true, e);
	if (rc == 0)
		rc = read_method(method, d, e);
	if (rc == 0)
		rc = read_keys(info, a, d, e);
	return rc != 0 ? rc : read_cipher_data(cipher, d, e);
}
