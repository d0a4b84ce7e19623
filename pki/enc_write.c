/* SPDX-License-Identifier: EUPL-1.2 */
/* The shape of the OSCI library, element for element: MGF before DigestMethod, IvLength only for 12. */
#include "base/b64.h"
#include "pki/names.h"
#include "pki/session.h"
#include "xml/write.h"

static void write_b64(struct buf *out, struct span octets)
{
	b64_encode(out, octets.p, octets.n);
}

static int write_key(struct buf *out, const struct pki_session *s, const struct pki_reader *r, struct err *e)
{
	uint8_t ct[1024];
	size_t n = 0;
	int rc = pki_enc_wrap(s, r->cert, ct, &n, e);

	if (rc != 0)
		return rc;
	buf_puts(out, "<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm=\"" PKI_URI_RSA_OAEP "\">"
		      "<xenc11:MGF xmlns:xenc11=\"" NS_XENC11 "\" Algorithm=\"" PKI_URI_MGF1_SHA256 "\"></xenc11:MGF>"
		      "<ds:DigestMethod Algorithm=\"" PKI_URI_SHA256 "\"></ds:DigestMethod>"
		      "</xenc:EncryptionMethod><ds:KeyInfo>");
	if (r->uri != NULL) {
		buf_puts(out, "<ds:RetrievalMethod Type=\"" NS_DS "X509Data\" URI=\"");
		xml_escape_attr(out, span_of(r->uri));
		buf_puts(out, "\"></ds:RetrievalMethod>");
	} else {
		buf_puts(out, "<ds:X509Data><ds:X509Certificate>");
		write_b64(out, r->cert->der);
		buf_puts(out, "</ds:X509Certificate></ds:X509Data>");
	}
	buf_puts(out, "</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>");
	b64_encode(out, ct, n);
	buf_puts(out, "</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>");
	return 0;
}

static void write_attr(struct buf *out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	buf_printf(out, " %s=\"", name);
	xml_escape_attr(out, span_of(value));
	buf_putc(out, '"');
}

static void write_start(struct buf *out, const char *id, const char *mime_type, const struct pki_session *s)
{
	buf_puts(out, "<xenc:EncryptedData");
	write_attr(out, "Id", id);
	write_attr(out, "MimeType", mime_type);
	buf_printf(out, "><xenc:EncryptionMethod Algorithm=\"%s\">", s->alg->uri);
	if (s->iv_len == 12)
		buf_puts(out, "<osci128:IvLength xmlns:osci128=\"" NS_OSCI128 "\" Value=\"12\"></osci128:IvLength>");
	buf_puts(out, "</xenc:EncryptionMethod><ds:KeyInfo>");
}

int pki_enc_write_head(struct buf *out, const char *id, const char *mime_type, const struct pki_session *s,
		       const struct pki_reader *readers, size_t n, struct err *e)
{
	int rc = 0;

	write_start(out, id, mime_type, s);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = write_key(out, s, &readers[i], e);
	buf_puts(out, "</ds:KeyInfo>");
	return rc != 0 ? rc : buf_check(out, "EncryptedData", e);
}

void pki_enc_write_mgmt(struct buf *out, const char *id, const struct pki_session *s)
{
	write_start(out, id, "text/xml", s);
	buf_puts(out, "<ds:MgmtData>");
	write_b64(out, pki_session_key(s));
	buf_puts(out, "</ds:MgmtData></ds:KeyInfo>");
}

void pki_enc_write_reference(struct buf *out, const char *uri)
{
	buf_puts(out, "<xenc:CipherData><xenc:CipherReference");
	write_attr(out, "URI", uri);
	buf_puts(out, "><xenc:Transforms><ds:Transform Algorithm=\"" PKI_URI_BASE64 "\"></ds:Transform></xenc:Transforms>"
		      "</xenc:CipherReference></xenc:CipherData></xenc:EncryptedData>");
}
