/* SPDX-License-Identifier: EUPL-1.2 */
/* xmlenc11#rsa-oaep for xmlsec, with SHA-256 and MGF1-SHA-256 and nothing else. */
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <xmlsec/keys.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/openssl/evp.h>
#include <xmlsec/xmltree.h>

#include "pki/names.h"
#include "pki/ossl.h"
#include "pki/xs.h"

struct oaep {
	xmlSecTransform base;
	EVP_PKEY *key;
};

static struct oaep *oaep_of(xmlSecTransformPtr t)
{
	return (struct oaep *)(void *)t;
}

static int oaep_init(xmlSecTransformPtr t)
{
	oaep_of(t)->key = NULL;
	return 0;
}

static void oaep_fini(xmlSecTransformPtr t)
{
	EVP_PKEY_free(oaep_of(t)->key);
}

static int has_alg(xmlNodePtr n, const char *name, const char *ns, const char *uri)
{
	xmlChar *alg = xmlGetNoNsProp(n, BAD_CAST "Algorithm");
	int ok = xmlSecCheckNodeName(n, BAD_CAST name, BAD_CAST ns) && xmlStrEqual(alg, BAD_CAST uri);

	xmlFree(alg);
	return ok;
}

/* Both elements have to be there: without them W3C means SHA-1. */
static int oaep_read_node(xmlSecTransformPtr t, xmlNodePtr node, xmlSecTransformCtxPtr ctx)
{
	int seen = 0;

	(void)t;
	(void)ctx;
	for (xmlNodePtr n = xmlSecGetNextElementNode(node->children); n != NULL; n = xmlSecGetNextElementNode(n->next)) {
		if (has_alg(n, "MGF", NS_XENC11, PKI_URI_MGF1_SHA256))
			seen |= 1;
		else if (has_alg(n, "DigestMethod", NS_DS, PKI_URI_SHA256))
			seen |= 2;
		else
			return -1;
	}
	return seen == 3 ? 0 : -1;
}

static int oaep_key_req(xmlSecTransformPtr t, xmlSecKeyReqPtr req)
{
	bool encrypts = t->operation == xmlSecTransformOperationEncrypt;

	req->keyId = xmlSecOpenSSLKeyDataRsaId;
	req->keyType = encrypts ? xmlSecKeyDataTypePublic : xmlSecKeyDataTypePrivate;
	req->keyUsage = encrypts ? xmlSecKeyUsageEncrypt : xmlSecKeyUsageDecrypt;
	return 0;
}

static int oaep_set_key(xmlSecTransformPtr t, xmlSecKeyPtr key)
{
	EVP_PKEY *pkey = xmlSecOpenSSLEvpKeyDataGetEvp(xmlSecKeyGetValue(key));

	if (pkey == NULL || EVP_PKEY_up_ref(pkey) != 1)
		return -1;
	EVP_PKEY_free(oaep_of(t)->key);
	oaep_of(t)->key = pkey;
	return 0;
}

static int set_padding(EVP_PKEY_CTX *ctx)
{
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_oaep_md(ctx, pki_md(DIGEST_SHA256)) == 1 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, pki_md(DIGEST_SHA256)) == 1;
}

static int run(struct oaep *o, bool encrypts)
{
	xmlSecBufferPtr in = &o->base.inBuf, out = &o->base.outBuf;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(o->key, NULL);
	uint8_t data[1024];
	size_t n = sizeof(data);
	int ok = 0;

	if (ctx != NULL && encrypts)
		ok = EVP_PKEY_encrypt_init(ctx) == 1 && set_padding(ctx) &&
		     EVP_PKEY_encrypt(ctx, data, &n, xmlSecBufferGetData(in), xmlSecBufferGetSize(in)) == 1;
	else if (ctx != NULL)
		ok = EVP_PKEY_decrypt_init(ctx) == 1 && set_padding(ctx) &&
		     EVP_PKEY_decrypt(ctx, data, &n, xmlSecBufferGetData(in), xmlSecBufferGetSize(in)) == 1;
	EVP_PKEY_CTX_free(ctx);
	if (ok && (xmlSecBufferAppend(out, data, (xmlSecSize)n) < 0 ||
		   xmlSecBufferRemoveHead(in, xmlSecBufferGetSize(in)) < 0))
		ok = 0;
	OPENSSL_cleanse(data, sizeof(data));
	return ok ? 0 : -1;
}

static int oaep_execute(xmlSecTransformPtr t, int last, xmlSecTransformCtxPtr ctx)
{
	(void)ctx;
	if (t->status == xmlSecTransformStatusFinished || !last)
		return 0;
	t->status = xmlSecTransformStatusFinished;
	return oaep_of(t)->key != NULL ? run(oaep_of(t), t->operation == xmlSecTransformOperationEncrypt) : -1;
}

const xmlSecTransformKlass pki_xs_oaep_klass = {
	.klassSize = sizeof(xmlSecTransformKlass),
	.objSize = sizeof(struct oaep),
	.name = BAD_CAST "rsa-oaep-sha256",
	.href = BAD_CAST PKI_URI_RSA_OAEP,
	.usage = xmlSecTransformUsageEncryptionMethod,
	.initialize = oaep_init,
	.finalize = oaep_fini,
	.readNode = oaep_read_node,
	.setKeyReq = oaep_key_req,
	.setKey = oaep_set_key,
	.getDataType = xmlSecTransformDefaultGetDataType,
	.pushBin = xmlSecTransformDefaultPushBin,
	.popBin = xmlSecTransformDefaultPopBin,
	.execute = oaep_execute,
};
