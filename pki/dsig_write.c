/* SPDX-License-Identifier: EUPL-1.2 */
/* Writes canonical XML by hand: what is signed is the text itself, so nothing can differ between the two. */
#include "base/b64.h"
#include "base/clock.h"
#include "pki/dsig.h"
#include "xml/write.h"

static const char *transform_uri(enum pki_scheme s)
{
	return s == PKI_BASE64 ? PKI_URI_BASE64 : s == PKI_EXC_C14N ? PKI_URI_EXC_C14N : PKI_URI_C14N;
}

static void write_reference(struct buf *out, const struct pki_sign_ref *r)
{
	buf_puts(out, "<ds:Reference URI=\"");
	xml_escape_attr(out, span_of(r->uri));
	buf_puts(out, "\">");
	if (r->transform != PKI_SCHEME_NONE)
		buf_printf(out, "<ds:Transforms><ds:Transform Algorithm=\"%s\"></ds:Transform></ds:Transforms>",
			   transform_uri(r->transform));
	buf_printf(out, "<ds:DigestMethod Algorithm=\"%s\"></ds:DigestMethod><ds:DigestValue>",
		   pki_alg_digest(r->alg)->uri);
	b64_encode(out, r->digest, digest_len(r->alg));
	buf_puts(out, "</ds:DigestValue></ds:Reference>");
}

/* What stands between the tags of SignedInfo. */
static void write_inside(struct buf *out, const struct pki_sign_ref *refs, size_t n, const struct pki_alg *sign)
{
	buf_printf(out,
		   "<ds:CanonicalizationMethod Algorithm=\"" PKI_URI_C14N "\"></ds:CanonicalizationMethod>"
		   "<ds:SignatureMethod Algorithm=\"%s\"></ds:SignatureMethod>",
		   sign->uri);
	for (size_t i = 0; i < n; i++)
		write_reference(out, &refs[i]);
	buf_puts(out, "</ds:SignedInfo>");
}

int pki_dsig_write(struct buf *out, const struct pki_sign_ref *refs, size_t n, const struct pki_key *key,
		   const struct pki_alg *sign, const char *retrieval_uri, const char *ns, struct err *e)
{
	uint8_t value[PKI_SIG_MAX];
	size_t value_len = 0;
	struct buf info;
	int rc;

	if (sign == NULL)
		sign = pki_sign_alg(key, false);
	if (!pki_alg_creates(sign, clock_now()))
		return err_set(e, ERR_CONFIG, "sign: %s is not used any more for new signatures", sign->uri);
	if (n == 0 || n > PKI_DSIG_REFS_MAX)
		return err_set(e, ERR_LIMIT, "sign: %zu references, 1 to %d are possible", n, PKI_DSIG_REFS_MAX);
	buf_init(&info, out->max);
	buf_printf(&info, "<ds:SignedInfo%s>", ns);
	size_t inside = info.n;
	write_inside(&info, refs, n, sign);
	rc = buf_check(&info, "SignedInfo", e);
	if (rc == 0)
		rc = pki_sign_bytes(key, sign, buf_view(&info), value, &value_len, e);
	if (rc == 0) {
		buf_puts(out, "<ds:Signature><ds:SignedInfo>");
		buf_put(out, info.p + inside, info.n - inside);
		buf_puts(out, "<ds:SignatureValue>");
		b64_encode(out, value, value_len);
		buf_puts(out, "</ds:SignatureValue><ds:KeyInfo><ds:RetrievalMethod URI=\"");
		xml_escape_attr(out, span_of(retrieval_uri));
		buf_puts(out, "\"></ds:RetrievalMethod></ds:KeyInfo></ds:Signature>");
		rc = buf_check(out, "signature", e);
	}
	buf_fini(&info);
	return rc;
}
