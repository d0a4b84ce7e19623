/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The template has the shape of the OSCI library; xmlsec makes the session key, wraps it for each reader and fills the
 * values. It finds the reader's key by a KeyName, which is replaced by the RetrievalMethod afterwards (KeyInfo is not
 * protected by anything).
 */
#include <xmlsec/keyinfo.h>
#include <xmlsec/keysmngr.h>
#include <xmlsec/crypto.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/openssl/evp.h>
#include <xmlsec/xmlenc.h>
#include <xmlsec/xmltree.h>

#include "base/mem.h"
#include "pki/dsig.h"
#include "pki/names.h"
#include "pki/xs.h"
#include "xml/write.h"

static void write_template(struct buf *t, const char *id, unsigned iv_len, size_t n)
{
	buf_puts(t, "<xenc:EncryptedData" PKI_OSCI_NS " Id=\"");
	xml_escape_attr(t, span_of(id));
	buf_puts(t, "\" MimeType=\"text/xml\"><xenc:EncryptionMethod Algorithm=\"" PKI_URI_AES256_GCM "\">");
	if (iv_len == 12)
		buf_puts(t, "<osci128:IvLength xmlns:osci128=\"" NS_OSCI128 "\" Value=\"12\"></osci128:IvLength>");
	buf_puts(t, "</xenc:EncryptionMethod><ds:KeyInfo>");
	for (size_t i = 0; i < n; i++)
		buf_printf(t,
			   "<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm=\"" PKI_URI_RSA_OAEP "\">"
			   "<xenc11:MGF xmlns:xenc11=\"" NS_XENC11 "\" Algorithm=\"" PKI_URI_MGF1_SHA256 "\"/>"
			   "<ds:DigestMethod Algorithm=\"" PKI_URI_SHA256 "\"/></xenc:EncryptionMethod>"
			   "<ds:KeyInfo><ds:KeyName>reader%zu</ds:KeyName></ds:KeyInfo>"
			   "<xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedKey>", i);
	buf_puts(t, "</ds:KeyInfo><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>");
}

static int adopt_reader(xmlSecKeyStorePtr store, const struct pki_cert *cert, size_t i)
{
	xmlSecKeyPtr k = xmlSecKeyCreate();
	xmlSecKeyDataPtr data;
	char name[32];

	EVP_PKEY_up_ref(cert->key);
	data = xmlSecOpenSSLEvpKeyAdopt(cert->key);
	if (data == NULL)
		EVP_PKEY_free(cert->key);
	snprintf(name, sizeof(name), "reader%zu", i);
	if (k == NULL || data == NULL || xmlSecKeySetValue(k, data) < 0) {
		xmlSecKeyDataDestroy(data);
		xmlSecKeyDestroy(k);
		return -1;
	}
	if (xmlSecKeySetName(k, BAD_CAST name) < 0 || xmlSecSimpleKeysStoreAdoptKey(store, k) < 0) {
		xmlSecKeyDestroy(k);
		return -1;
	}
	return 0;
}

/* A manager that holds the readers' keys and nothing else: xmlsec's default one parses the system's trust store. */
static int adopt_readers(xmlSecKeysMngrPtr mngr, const struct pki_reader *readers, size_t n, struct err *e)
{
	xmlSecKeyStorePtr store = xmlSecKeyStoreCreate(xmlSecSimpleKeysStoreId);

	if (store == NULL || xmlSecKeysMngrAdoptKeysStore(mngr, store) < 0) {
		xmlSecKeyStoreDestroy(store);
		return pki_xs_err(e, "encrypt for the readers");
	}
	mngr->getKey = xmlSecKeysMngrGetKey;
	for (size_t i = 0; i < n; i++) {
		if (readers[i].cert->kind != PKI_RSA)
			return err_reason(e, ERR_UNSUPPORTED, RSN_CERT_WEAK,
					  "encrypt: the certificate %.16s has no RSA key", readers[i].cert->hex);
		if (adopt_reader(store, readers[i].cert, i) < 0)
			return pki_xs_err(e, "encrypt for the readers");
	}
	return 0;
}

static xmlNodePtr find(xmlNodePtr parent, const char *name, const char *ns)
{
	return parent != NULL ? xmlSecFindChild(parent, BAD_CAST name, BAD_CAST ns) : NULL;
}

/* KeyName out, RetrievalMethod in. */
static int name_readers(xmlNodePtr data, const struct pki_reader *readers, size_t n)
{
	xmlNodePtr key = find(find(data, "KeyInfo", NS_DS), "EncryptedKey", NS_XENC);

	for (size_t i = 0; i < n && key != NULL; i++) {
		xmlNodePtr info = find(key, "KeyInfo", NS_DS), name = find(info, "KeyName", NS_DS);
		if (name == NULL)
			return -1;
		xmlNodePtr method = xmlNewDocNode(data->doc, name->ns, BAD_CAST "RetrievalMethod", NULL);
		xmlNewNsProp(method, NULL, BAD_CAST "Type", BAD_CAST NS_DS "X509Data");
		xmlNewNsProp(method, NULL, BAD_CAST "URI", BAD_CAST readers[i].uri);
		xmlReplaceNode(name, method);
		xmlFreeNode(name);
		do
			key = xmlSecGetNextElementNode(key->next);
		while (key != NULL && !xmlSecCheckNodeName(key, BAD_CAST "EncryptedKey", BAD_CAST NS_XENC));
	}
	return 0;
}

static int encrypt(xmlNodePtr data, xmlSecKeysMngrPtr mngr, struct span plain, struct err *e)
{
	xmlSecEncCtxPtr ctx = xmlSecEncCtxCreate(mngr);
	int rc = 0;

	must(ctx != NULL);
	ctx->encKey = xmlSecKeyGenerate(xmlSecOpenSSLKeyDataAesId, 256, xmlSecKeyDataTypeSession);
	if (ctx->encKey == NULL ||
	    xmlSecEncCtxBinaryEncrypt(ctx, data, (const xmlSecByte *)plain.p, (xmlSecSize)plain.n) < 0)
		rc = pki_xs_err(e, "encrypt for the readers");
	xmlSecEncCtxDestroy(ctx);
	return rc;
}

int pki_xml_encrypt(struct span plain, const char *id, unsigned iv_len, const struct pki_reader *readers, size_t n,
	       struct buf *out, struct err *e)
{
	xmlSecKeysMngrPtr mngr = xmlSecKeysMngrCreate();
	struct buf text;
	xmlDocPtr doc = NULL;
	xmlNodePtr data;
	int rc;

	must(mngr != NULL && n <= PKI_ENC_KEYS_MAX);
	pki_xs_attachments(NULL, NULL);
	buf_init(&text, out->max);
	write_template(&text, id, iv_len, n);
	rc = pki_xs_parse(buf_view(&text), &doc, e);
	if (rc == 0)
		rc = adopt_readers(mngr, readers, n, e);
	if (rc != 0)
		goto out;
	data = xmlDocGetRootElement(doc);
	rc = encrypt(data, mngr, plain, e);
	if (rc == 0 && name_readers(data, readers, n) < 0)
		rc = err_set(e, ERR_INTERNAL, "encrypt for the readers: template");
	buf_reset(&text);
	if (rc == 0)
		rc = pki_xs_canonical(doc, &text, e);
	if (rc == 0)
		rc = pki_xml_strip(buf_view(&text), out, e);
out:
	if (doc != NULL)
		xmlFreeDoc(doc);
	xmlSecKeysMngrDestroy(mngr);
	buf_fini(&text);
	return rc;
}
