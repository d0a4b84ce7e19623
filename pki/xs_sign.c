/* SPDX-License-Identifier: EUPL-1.2 */
/* Author signatures by xmlsec1. */
#include "pki/xs.h"

#include <string.h>

#include <xmlsec/keysmngr.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/openssl/evp.h>
#include <xmlsec/templates.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmltree.h>

#include "base/clock.h"
#include "base/mem.h"
#include "pki/dsig.h"
#include "pki/names.h"
#include "pki/ossl.h"

static xmlSecKeyPtr key_of(const struct pki_key *key)
{
	xmlSecKeyDataPtr data;
	xmlSecKeyPtr k;

	EVP_PKEY_up_ref(key->key);
	data = xmlSecOpenSSLEvpKeyAdopt(key->key);
	if (data == NULL) {
		EVP_PKEY_free(key->key);
		return NULL;
	}
	k = xmlSecKeyCreate();
	if (k == NULL || xmlSecKeySetValue(k, data) < 0) {
		xmlSecKeyDataDestroy(data);
		xmlSecKeyDestroy(k);
		return NULL;
	}
	return k;
}

static int add_refs(xmlNodePtr signature, const struct pki_xml_ref *refs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		xmlNodePtr ref = xmlSecTmplSignatureAddReference(signature, xmlSecOpenSSLTransformSha256Id, NULL,
								 BAD_CAST refs[i].uri, NULL);
		if (ref == NULL)
			return -1;
		if (refs[i].transform != PKI_SCHEME_NONE &&
		    xmlSecTmplReferenceAddTransform(ref, refs[i].transform == PKI_BASE64 ? xmlSecTransformBase64Id
											 : xmlSecTransformInclC14NId) ==
			    NULL)
			return -1;
	}
	return 0;
}

/* KeyInfo is not signed: added afterwards, so that xmlsec does not look into it. */
static int add_key_info(xmlNodePtr signature, const char *uri)
{
	xmlNodePtr info = xmlSecAddChild(signature, BAD_CAST "KeyInfo", BAD_CAST NS_DS);
	xmlNodePtr method = info != NULL ? xmlSecAddChild(info, BAD_CAST "RetrievalMethod", BAD_CAST NS_DS) : NULL;

	return method != NULL && xmlNewNsProp(method, NULL, BAD_CAST "URI", BAD_CAST uri) != NULL ? 0 : -1;
}

static int sign_node(xmlNodePtr signature, const struct pki_key *key, struct err *e)
{
	xmlSecDSigCtxPtr ctx = xmlSecDSigCtxCreate(NULL);
	int rc = 0;

	must(ctx != NULL);
	ctx->enabledReferenceUris = xmlSecTransformUriTypeAny;	/* the only callbacks are those for cid: */
	ctx->signKey = key_of(key);
	pki_private_operation();
	if (ctx->signKey == NULL || xmlSecDSigCtxSign(ctx, signature) < 0 ||
	    ctx->status != xmlSecDSigStatusSucceeded)
		rc = pki_xs_err(e, "author signature");
	xmlSecDSigCtxDestroy(ctx);
	return rc;
}

static int sign_doc(xmlDocPtr doc, const struct pki_xml_ref *refs, size_t n, const struct pki_key *key,
		    const struct pki_alg *sign, const char *retrieval_uri, struct err *e)
{
	static const xmlChar *const ids[] = { BAD_CAST "Id", NULL };
	xmlNodePtr root = xmlDocGetRootElement(doc), signature;
	xmlSecTransformId method = pki_xs_transform(sign);

	if (method == NULL || !pki_alg_creates(sign, clock_now()))
		return err_set(e, ERR_CONFIG, "author signature: %s is not used for new signatures", sign->uri);
	signature = xmlSecTmplSignatureCreateNsPref(doc, xmlSecTransformInclC14NId, method, NULL, BAD_CAST "ds");
	if (signature == NULL)
		return pki_xs_err(e, "author signature");
	if (root->children != NULL)
		xmlAddPrevSibling(root->children, signature);
	else
		xmlAddChild(root, signature);
	if (add_refs(signature, refs, n) < 0)
		return pki_xs_err(e, "author signature");
	xmlSecAddIDs(doc, root, (const xmlChar **)(uintptr_t)ids);
	if (sign_node(signature, key, e) != 0)
		return (int)e->code;
	return add_key_info(signature, retrieval_uri) == 0 ? 0 : pki_xs_err(e, "author signature");
}

int pki_xml_sign(struct buf *text, const struct pki_xml_ref *refs, size_t n, const struct pki_key *key,
		 const struct pki_alg *sign, const char *retrieval_uri, pki_xml_open_fn *open, void *ctx, struct err *e)
{
	xmlDocPtr doc = NULL;
	int rc = pki_xs_parse(buf_view(text), &doc, e);

	if (rc == 0) {
		pki_xs_attachments(open, ctx);
		rc = sign_doc(doc, refs, n, key, sign, retrieval_uri, e);
		pki_xs_attachments(NULL, NULL);
	}
	if (rc == 0) {
		buf_reset(text);
		rc = pki_xs_canonical(doc, text, e);
	}
	if (doc != NULL)
		xmlFreeDoc(doc);
	return rc;
}

int pki_xml_strip(struct span canonical, struct buf *out, struct err *e)
{
	const char *at = canonical.n > 0 ? memmem(canonical.p, canonical.n, PKI_OSCI_NS, strlen(PKI_OSCI_NS)) : NULL;
	const char *close = canonical.n > 0 ? memchr(canonical.p, '>', canonical.n) : NULL;

	if (at == NULL || close == NULL || at > close)
		return err_set(e, ERR_INTERNAL, "content: namespaces of the outer element");
	buf_put(out, canonical.p, (size_t)(at - canonical.p));
	at += strlen(PKI_OSCI_NS);
	buf_put(out, at, canonical.n - (size_t)(at - canonical.p));
	return buf_check(out, "content container", e);
}
