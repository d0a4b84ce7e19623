/* SPDX-License-Identifier: EUPL-1.2 */
/* Walks the DER of a certificate and counts; looks at no value. */
#include "pki/cert_limits.h"

#include <stdbool.h>

#include <openssl/asn1.h>
#include <openssl/err.h>

#include "pki/cert.h"

#define DEPTH_MAX 16

struct element {
	int tag, class;
	bool constructed;
	struct span content;
};

/* Takes one element off the front of s; false if there is none that is DER. */
static bool take(struct span *s, struct element *el)
{
	const unsigned char *start = (const unsigned char *)s->p, *p = start;
	long n = 0;
	int form;

	if (s->n == 0)
		return false;
	form = ASN1_get_object(&p, &n, &el->tag, &el->class, (long)s->n);
	if ((form & 0x81) != 0)	/* broken, or of indefinite length */
		return false;
	el->constructed = (form & V_ASN1_CONSTRUCTED) != 0;
	el->content = (struct span){ (const char *)p, (size_t)n };
	s->n -= (size_t)(p - start) + (size_t)n;
	s->p = (const char *)p + n;
	return true;
}

static bool is(const struct element *el, int class, int tag)
{
	return el->class == class && el->tag == tag;
}

/* Adds the elements of s and all below to *n; what stands in an OCTET STRING counts if it is DER (extensions). */
static void count(struct span s, unsigned depth, size_t *n)
{
	struct element el;

	while (depth < DEPTH_MAX && *n <= PKI_CERT_ELEMENTS_MAX && take(&s, &el)) {
		++*n;
		if (el.constructed || is(&el, V_ASN1_UNIVERSAL, V_ASN1_OCTET_STRING))
			count(el.content, depth + 1, n);
	}
}

static size_t children(struct span s)
{
	struct element el;
	size_t n = 0;

	while (take(&s, &el))
		n++;
	return n;
}

static int check_name(struct span name, struct err *e)
{
	struct element rdn;
	size_t n = 0;

	while (take(&name, &rdn)) {
		if (++n > PKI_CERT_RDNS_MAX)
			return err_set(e, ERR_LIMIT, "certificate: a name of more than %d parts", PKI_CERT_RDNS_MAX);
		if (children(rdn.content) > PKI_CERT_ATTRIBUTES_MAX)
			return err_set(e, ERR_LIMIT, "certificate: more than %d attributes in one part of a name",
				       PKI_CERT_ATTRIBUTES_MAX);
	}
	return 0;
}

/* serial, algorithm, issuer, validity, subject, key, and extensions as [3] at the end (RFC 5280 4.1) */
static int check_body(struct span s, struct err *e)
{
	enum { ISSUER = 2, SUBJECT = 4 };
	struct element el, list;
	int rc = 0;

	for (int i = 0; rc == 0 && take(&s, &el);) {
		if (is(&el, V_ASN1_CONTEXT_SPECIFIC, 0))
			continue;	/* version */
		if (i == ISSUER || i == SUBJECT)
			rc = check_name(el.content, e);
		if (is(&el, V_ASN1_CONTEXT_SPECIFIC, 3) && take(&el.content, &list) &&
		    children(list.content) > PKI_CERT_EXTENSIONS_MAX)
			rc = err_set(e, ERR_LIMIT, "certificate: more than %d extensions", PKI_CERT_EXTENSIONS_MAX);
		i++;
	}
	return rc;
}

int pki_cert_limits(struct span der, size_t *elements, struct err *e)
{
	struct element certificate, body;
	struct span rest = der, inside;
	int rc;

	if (der.n == 0)
		return err_set(e, ERR_SYNTAX, "certificate: empty");
	if (der.n > PKI_CERT_DER_MAX)
		return err_set(e, ERR_LIMIT, "certificate: more than %d octets", PKI_CERT_DER_MAX);
	if (!take(&rest, &certificate) || (inside = certificate.content, !take(&inside, &body))) {
		ERR_clear_error();
		return err_set(e, ERR_SYNTAX, "certificate: not DER of X.509");
	}
	rc = check_body(body.content, e);
	*elements = 0;
	if (rc == 0)
		count(der, 0, elements);
	if (rc == 0 && *elements > PKI_CERT_ELEMENTS_MAX)
		rc = err_set(e, ERR_LIMIT, "certificate: more than %d elements", PKI_CERT_ELEMENTS_MAX);
	ERR_clear_error();
	return rc;
}
