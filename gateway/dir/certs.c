/* SPDX-License-Identifier: EUPL-1.2 */
/* certs - which certificate of an entry is bad, and whose it is. */
#include "dir/certs.h"

#include "base/clock.h"
#include "base/mem.h"

/* An entry without it leaves *out NULL. */
static int parse(struct pki_certs *certs, struct span text, const char *what, struct pki_cert **out, struct err *e)
{
	struct err bad = ERR_INIT;

	*out = NULL;
	if (text.n == 0 || pki_certs_from_base64(certs, text, out, &bad) == 0)
		return 0;
	return err_reason(e, ERR_SYNTAX, RSN_DIR_BAD_ANSWER, "%s: %s", what, bad.text);
}

int dir_certs_parse(struct pki_certs *certs, const struct dir_entry *r, struct dir_route *out, struct err *e)
{
	int rc = parse(certs, r->addressee_cipher, "addressee's cipher certificate", &out->addressee_cipher, e);

	if (rc == 0)
		rc = parse(certs, r->intermediary_cipher, "intermediary's cipher certificate", &out->intermediary_cipher, e);
	if (rc == 0)
		rc = parse(certs, r->addressee_signature, "addressee's signature certificate", &out->addressee_signature, e);
	if (rc == 0)
		rc = parse(certs, r->intermediary_signature, "intermediary's signature certificate",
			   &out->intermediary_signature, e);
	return rc;
}

static enum reason of_intermediary(enum reason r)
{
	static const struct {
		enum reason recipient, intermediary;
	} same[] = {
		{ RSN_CERT_EXPIRED, RSN_IM_CERT_EXPIRED },     { RSN_CERT_NOT_YET, RSN_IM_CERT_NOT_YET },
		{ RSN_CERT_REVOKED, RSN_IM_CERT_REVOKED },     { RSN_CERT_UNTRUSTED, RSN_IM_CERT_UNTRUSTED },
		{ RSN_CERT_WEAK, RSN_IM_CERT_WEAK },
	};

	for (size_t i = 0; i < ARRAY_LEN(same); i++)
		if (same[i].recipient == r)
			return same[i].intermediary;
	return r;
}

static int check(struct pki_trust *trust, const struct pki_cert *c, enum pki_purpose purpose, const char *what,
		 int64_t now, struct err *e)
{
	struct pki_verdict v;
	char when[CLOCK_TEXT_LEN];
	int rc;

	if (c == NULL)
		return 0;
	pki_check(trust, c, purpose, now, &v);
	if (v.reason == RSN_CERT_EXPIRED && v.expired && now < c->not_before)
		return err_reason(e, ERR_TRUST, RSN_CERT_NOT_YET, "%s: valid from %s", what, clock_utc(c->not_before, when));
	rc = pki_verdict_err(&v, what, e);
	return rc == 0 ? 0 : err_default_reason(e, RSN_CERT_UNTRUSTED);
}

int dir_certs_check(struct pki_trust *trust, const struct dir_route *r, int64_t now, struct err *e)
{
	int rc = check(trust, r->addressee_cipher, PKI_FOR_CIPHER, "addressee's cipher certificate", now, e);

	if (rc != 0)
		return rc;
	rc = check(trust, r->intermediary_cipher, PKI_FOR_CIPHER, "intermediary's cipher certificate", now, e);
	if (rc == 0)
		rc = check(trust, r->intermediary_signature, PKI_FOR_SIGNATURE, "intermediary's signature certificate", now,
			   e);
	if (rc != 0)
		e->reason = of_intermediary(e->reason);
	return rc;
}

int64_t dir_certs_end(const struct dir_route *r)
{
	const struct pki_cert *a = r->addressee_cipher, *b = r->intermediary_cipher;

	must(a != NULL && b != NULL);	/* dir_entry_read() refuses an answer without them */
	return a->not_after < b->not_after ? a->not_after : b->not_after;
}
