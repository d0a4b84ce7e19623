/* SPDX-License-Identifier: EUPL-1.2 */
/* AES-256-GCM for xmlsec, with the nonce length that OSCI's IvLength names (absent: 16). Buffers as xmlsec gives them:
 * only for documents that are small anyway. */
#include <string.h>

#include <libxml/xmlmemory.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <xmlsec/keys.h>
#include <xmlsec/keysdata.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/xmltree.h>

#include "pki/names.h"
#include "pki/ossl.h"
#include "pki/session.h"
#include "pki/xs.h"

struct gcm {
	xmlSecTransform base;
	EVP_CIPHER_CTX *ctx;
	unsigned iv_len;
	uint8_t key[SESSION_KEY_MAX];
	bool has_key;
};

static struct gcm *gcm_of(xmlSecTransformPtr t)
{
	return (struct gcm *)(void *)t;
}

static int gcm_init(xmlSecTransformPtr t)
{
	struct gcm *g = gcm_of(t);

	g->ctx = EVP_CIPHER_CTX_new();
	g->iv_len = 16;
	g->has_key = false;
	return g->ctx != NULL ? 0 : -1;
}

static void gcm_fini(xmlSecTransformPtr t)
{
	struct gcm *g = gcm_of(t);

	EVP_CIPHER_CTX_free(g->ctx);
	OPENSSL_cleanse(g->key, sizeof(g->key));
}

static int gcm_read_node(xmlSecTransformPtr t, xmlNodePtr node, xmlSecTransformCtxPtr ctx)
{
	struct gcm *g = gcm_of(t);
	int rc = 0;

	(void)ctx;
	for (xmlNodePtr n = xmlSecGetNextElementNode(node->children); n != NULL && rc == 0;
	     n = xmlSecGetNextElementNode(n->next)) {
		xmlChar *value = xmlGetNoNsProp(n, BAD_CAST "Value");
		bool is_12 = xmlStrEqual(value, BAD_CAST "12") != 0, is_16 = xmlStrEqual(value, BAD_CAST "16") != 0;
		if (!xmlSecCheckNodeName(n, BAD_CAST "IvLength", BAD_CAST NS_OSCI128) || (!is_12 && !is_16))
			rc = -1;
		g->iv_len = is_12 ? 12 : 16;
		xmlFree(value);
	}
	return rc;
}

static int gcm_key_req(xmlSecTransformPtr t, xmlSecKeyReqPtr req)
{
	req->keyId = xmlSecOpenSSLKeyDataAesId;
	req->keyType = xmlSecKeyDataTypeSymmetric;
	req->keyUsage = t->operation == xmlSecTransformOperationEncrypt ? xmlSecKeyUsageEncrypt : xmlSecKeyUsageDecrypt;
	req->keyBitsSize = 256;
	return 0;
}

static int gcm_set_key(xmlSecTransformPtr t, xmlSecKeyPtr key)
{
	struct gcm *g = gcm_of(t);
	xmlSecBufferPtr value = xmlSecKeyDataBinaryValueGetBuffer(xmlSecKeyGetValue(key));

	if (value == NULL || xmlSecBufferGetSize(value) != 32)
		return -1;
	memcpy(g->key, xmlSecBufferGetData(value), 32);
	g->has_key = true;
	return 0;
}

static const struct pki_alg *aes(void)
{
	return pki_alg_find(PKI_ALG_CIPHER, SPAN_LIT(PKI_URI_AES256_GCM));
}

static int start(struct gcm *g, int encrypt, const uint8_t *iv)
{
	return g->has_key && EVP_CipherInit_ex2(g->ctx, pki_cipher(aes()), NULL, NULL, encrypt, NULL) == 1 &&
	       EVP_CIPHER_CTX_ctrl(g->ctx, EVP_CTRL_AEAD_SET_IVLEN, (int)g->iv_len, NULL) == 1 &&
	       EVP_CipherInit_ex2(g->ctx, NULL, g->key, iv, encrypt, NULL) == 1;
}

/* Takes n octets of the input through the cipher to the output. */
static int pass(struct gcm *g, xmlSecBufferPtr in, xmlSecBufferPtr out, xmlSecSize n)
{
	uint8_t chunk[4096];

	while (n > 0) {
		xmlSecSize part = n > sizeof(chunk) ? (xmlSecSize)sizeof(chunk) : n;
		int got = 0;
		if (EVP_CipherUpdate(g->ctx, chunk, &got, xmlSecBufferGetData(in), (int)part) != 1 ||
		    xmlSecBufferAppend(out, chunk, (xmlSecSize)got) < 0 || xmlSecBufferRemoveHead(in, part) < 0)
			return -1;
		n -= part;
	}
	return 0;
}

static int encrypt(struct gcm *g, int last)
{
	xmlSecBufferPtr in = &g->base.inBuf, out = &g->base.outBuf;
	uint8_t iv[PKI_IV_MAX], tag[GCM_TAG_LEN];
	int n = 0;

	if (g->base.status == xmlSecTransformStatusNone) {
		if (RAND_bytes(iv, (int)g->iv_len) != 1 || !start(g, 1, iv) ||
		    xmlSecBufferAppend(out, iv, g->iv_len) < 0)
			return -1;
		g->base.status = xmlSecTransformStatusWorking;
	}
	if (pass(g, in, out, xmlSecBufferGetSize(in)) < 0)
		return -1;
	if (!last)
		return 0;
	g->base.status = xmlSecTransformStatusFinished;
	return EVP_CipherFinal_ex(g->ctx, tag, &n) == 1 &&
			       EVP_CIPHER_CTX_ctrl(g->ctx, EVP_CTRL_AEAD_GET_TAG, GCM_TAG_LEN, tag) == 1
		       ? xmlSecBufferAppend(out, tag, GCM_TAG_LEN) : -1;
}

static bool check_tag(struct gcm *g, xmlSecBufferPtr in)
{
	uint8_t rest[GCM_TAG_LEN];
	int n = 0;

	return g->base.status == xmlSecTransformStatusWorking && xmlSecBufferGetSize(in) == GCM_TAG_LEN &&
	       EVP_CIPHER_CTX_ctrl(g->ctx, EVP_CTRL_AEAD_SET_TAG, GCM_TAG_LEN, xmlSecBufferGetData(in)) == 1 &&
	       EVP_CipherFinal_ex(g->ctx, rest, &n) == 1;
}

static int decrypt(struct gcm *g, int last)
{
	xmlSecBufferPtr in = &g->base.inBuf, out = &g->base.outBuf;

	if (g->base.status == xmlSecTransformStatusNone && xmlSecBufferGetSize(in) >= g->iv_len) {
		if (!start(g, 0, xmlSecBufferGetData(in)) || xmlSecBufferRemoveHead(in, g->iv_len) < 0)
			return -1;
		g->base.status = xmlSecTransformStatusWorking;
	}
	if (g->base.status == xmlSecTransformStatusWorking && xmlSecBufferGetSize(in) > GCM_TAG_LEN &&
	    pass(g, in, out, xmlSecBufferGetSize(in) - GCM_TAG_LEN) < 0)
		return -1;
	if (!last)
		return 0;
	if (!check_tag(g, in))
		return -1;
	g->base.status = xmlSecTransformStatusFinished;
	return xmlSecBufferRemoveHead(in, GCM_TAG_LEN);
}

static int gcm_execute(xmlSecTransformPtr t, int last, xmlSecTransformCtxPtr ctx)
{
	(void)ctx;
	if (t->status == xmlSecTransformStatusFinished)
		return 0;
	return t->operation == xmlSecTransformOperationEncrypt ? encrypt(gcm_of(t), last) : decrypt(gcm_of(t), last);
}

const xmlSecTransformKlass pki_xs_gcm_klass = {
	.klassSize = sizeof(xmlSecTransformKlass),
	.objSize = sizeof(struct gcm),
	.name = BAD_CAST "aes256-gcm-osci",
	.href = BAD_CAST PKI_URI_AES256_GCM,
	.usage = xmlSecTransformUsageEncryptionMethod,
	.initialize = gcm_init,
	.finalize = gcm_fini,
	.readNode = gcm_read_node,
	.setKeyReq = gcm_key_req,
	.setKey = gcm_set_key,
	.getDataType = xmlSecTransformDefaultGetDataType,
	.pushBin = xmlSecTransformDefaultPushBin,
	.popBin = xmlSecTransformDefaultPopBin,
	.execute = gcm_execute,
};
