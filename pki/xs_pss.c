/* SPDX-License-Identifier: EUPL-1.2 */
/* RSASSA-PSS with SHA-256 and a salt of 32 octets for xmlsec (RFC 6931 2.3.10). */
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <xmlsec/keys.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/openssl/evp.h>

#include "pki/ossl.h"
#include "pki/xs.h"

struct pss {
	xmlSecTransform base;
	EVP_MD_CTX *ctx;
	bool has_key;
};

static struct pss *pss_of(xmlSecTransformPtr t)
{
	return (struct pss *)(void *)t;
}

static int pss_init(xmlSecTransformPtr t)
{
	pss_of(t)->ctx = EVP_MD_CTX_new();
	pss_of(t)->has_key = false;
	return pss_of(t)->ctx != NULL ? 0 : -1;
}

static void pss_fini(xmlSecTransformPtr t)
{
	EVP_MD_CTX_free(pss_of(t)->ctx);
}

static int pss_key_req(xmlSecTransformPtr t, xmlSecKeyReqPtr req)
{
	bool signs = t->operation == xmlSecTransformOperationSign;

	req->keyId = xmlSecOpenSSLKeyDataRsaId;
	req->keyType = signs ? xmlSecKeyDataTypePrivate : xmlSecKeyDataTypePublic;
	req->keyUsage = signs ? xmlSecKeyUsageSign : xmlSecKeyUsageVerify;
	return 0;
}

static int pss_set_key(xmlSecTransformPtr t, xmlSecKeyPtr key)
{
	struct pss *p = pss_of(t);
	EVP_PKEY *pkey = xmlSecOpenSSLEvpKeyDataGetEvp(xmlSecKeyGetValue(key));
	EVP_PKEY_CTX *pctx = NULL;
	int ok = pkey != NULL;

	if (ok && t->operation == xmlSecTransformOperationSign)
		ok = EVP_DigestSignInit(p->ctx, &pctx, pki_md(DIGEST_SHA256), NULL, pkey) == 1;
	else if (ok)
		ok = EVP_DigestVerifyInit(p->ctx, &pctx, pki_md(DIGEST_SHA256), NULL, pkey) == 1;
	p->has_key = ok && EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) == 1 &&
		     EVP_PKEY_CTX_set_rsa_mgf1_md(pctx, pki_md(DIGEST_SHA256)) == 1 &&
		     EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, RSA_PSS_SALTLEN_DIGEST) == 1;
	return p->has_key ? 0 : -1;
}

static int pss_verify(xmlSecTransformPtr t, const xmlSecByte *data, xmlSecSize n, xmlSecTransformCtxPtr ctx)
{
	(void)ctx;
	t->status = EVP_DigestVerifyFinal(pss_of(t)->ctx, data, n) == 1 ? xmlSecTransformStatusOk
								      : xmlSecTransformStatusFail;
	return 0;
}

static int pss_execute(xmlSecTransformPtr t, int last, xmlSecTransformCtxPtr ctx)
{
	struct pss *p = pss_of(t);
	bool signs = t->operation == xmlSecTransformOperationSign;
	xmlSecSize n = xmlSecBufferGetSize(&t->inBuf);
	uint8_t sig[1024];
	size_t sig_len = sizeof(sig);

	(void)ctx;
	if (t->status == xmlSecTransformStatusFinished)
		return 0;
	t->status = xmlSecTransformStatusWorking;
	if (!p->has_key)
		return -1;
	if (n > 0) {
		const xmlSecByte *data = xmlSecBufferGetData(&t->inBuf);
		int ok = signs ? EVP_DigestSignUpdate(p->ctx, data, n) : EVP_DigestVerifyUpdate(p->ctx, data, n);
		if (ok != 1 || xmlSecBufferRemoveHead(&t->inBuf, n) < 0)
			return -1;
	}
	if (!last)
		return 0;
	t->status = xmlSecTransformStatusFinished;
	if (!signs)
		return 0;
	return EVP_DigestSignFinal(p->ctx, sig, &sig_len) == 1
		       ? xmlSecBufferAppend(&t->outBuf, sig, (xmlSecSize)sig_len) : -1;
}

const xmlSecTransformKlass pki_xs_pss_klass = {
	.klassSize = sizeof(xmlSecTransformKlass),
	.objSize = sizeof(struct pss),
	.name = BAD_CAST "rsa-pss-sha256",
	.href = BAD_CAST PKI_URI_PSS_SHA256,
	.usage = xmlSecTransformUsageSignatureMethod,
	.initialize = pss_init,
	.finalize = pss_fini,
	.setKeyReq = pss_key_req,
	.setKey = pss_set_key,
	.verify = pss_verify,
	.getDataType = xmlSecTransformDefaultGetDataType,
	.pushBin = xmlSecTransformDefaultPushBin,
	.popBin = xmlSecTransformDefaultPopBin,
	.execute = pss_execute,
};
