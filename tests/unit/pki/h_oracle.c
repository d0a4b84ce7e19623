/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_oracle.h says what they do. */
#include "h_oracle.h"

#include <string.h>

#include <libxml/parser.h>
#include <xmlsec/crypto.h>
#include <xmlsec/keysmngr.h>
#include <xmlsec/openssl/evp.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlenc.h>
#include <xmlsec/xmltree.h>

#include "base/mem.h"

static xmlSecKeyPtr key_of(EVP_PKEY *key)
{
	xmlSecKeyPtr k = xmlSecKeyCreate();

	EVP_PKEY_up_ref(key);
	must(k != NULL && xmlSecKeySetValue(k, xmlSecOpenSSLEvpKeyAdopt(key)) == 0);
	return k;
}

static xmlDocPtr parse(struct span doc)
{
	static const xmlChar *ids[] = { BAD_CAST "Id", BAD_CAST "ID", NULL };
	xmlDocPtr d = xmlReadMemory(doc.p, (int)doc.n, NULL, NULL, XML_PARSE_NONET);

	must(d != NULL);
	xmlSecAddIDs(d, xmlDocGetRootElement(d), ids);
	return d;
}

int h_oracle_verify(struct span doc, EVP_PKEY *key)
{
	xmlDocPtr d = parse(doc);
	xmlNodePtr sig = xmlSecFindNode(xmlDocGetRootElement(d), BAD_CAST "Signature", xmlSecDSigNs);
	xmlSecDSigCtxPtr ctx = xmlSecDSigCtxCreate(NULL);
	int rc = -1;

	must(sig != NULL && ctx != NULL);
	ctx->signKey = key_of(key);
	if (xmlSecDSigCtxVerify(ctx, sig) == 0)
		rc = ctx->status == xmlSecDSigStatusSucceeded;
	xmlSecDSigCtxDestroy(ctx);
	xmlFreeDoc(d);
	return rc;
}

static void dump(xmlDocPtr d, struct buf *out)
{
	xmlChar *text = NULL;
	int n = 0;

	xmlDocDumpMemory(d, &text, &n);
	buf_put(out, text, (size_t)n);
	xmlFree(text);
}

bool h_oracle_sign(struct span doc, EVP_PKEY *key, struct buf *out)
{
	xmlDocPtr d = parse(doc);
	xmlNodePtr sig = xmlSecFindNode(xmlDocGetRootElement(d), BAD_CAST "Signature", xmlSecDSigNs);
	xmlSecDSigCtxPtr ctx = xmlSecDSigCtxCreate(NULL);
	bool ok;

	must(sig != NULL && ctx != NULL);
	ctx->signKey = key_of(key);
	/* The RetrievalMethod is not for xmlsec to look at: put back after signing. */
	xmlNodePtr info = xmlSecFindChild(sig, BAD_CAST "KeyInfo", xmlSecDSigNs);
	if (info != NULL)
		xmlUnlinkNode(info);
	ok = xmlSecDSigCtxSign(ctx, sig) == 0 && ctx->status == xmlSecDSigStatusSucceeded;
	if (info != NULL)
		xmlAddChild(sig, info);
	if (ok)
		dump(d, out);
	xmlSecDSigCtxDestroy(ctx);
	xmlFreeDoc(d);
	return ok;
}

bool h_oracle_decrypt(struct span doc, EVP_PKEY *key, struct buf *out)
{
	xmlDocPtr d = parse(doc);
	xmlSecKeysMngrPtr mngr = xmlSecKeysMngrCreate();
	xmlSecEncCtxPtr ctx;
	xmlSecBufferPtr plain;
	xmlSecKeyPtr k = key_of(key);

	must(mngr != NULL && xmlSecCryptoAppDefaultKeysMngrInit(mngr) == 0 &&
	     xmlSecCryptoAppDefaultKeysMngrAdoptKey(mngr, k) == 0);
	ctx = xmlSecEncCtxCreate(mngr);
	plain = xmlSecEncCtxDecryptToBuffer(ctx, xmlDocGetRootElement(d));
	if (plain != NULL)
		buf_put(out, xmlSecBufferGetData(plain), xmlSecBufferGetSize(plain));
	bool ok = plain != NULL;
	xmlSecEncCtxDestroy(ctx);
	xmlSecKeysMngrDestroy(mngr);
	xmlFreeDoc(d);
	return ok;
}
