/* SPDX-License-Identifier: EUPL-1.2 */
/* What the readers of signatures and of encryption have in common. */
#include "pki/read.h"

#include "base/b64.h"
#include "base/mem.h"
#include "pki/cert.h"
#include "pki/names.h"

int pki_read_alg(const struct xml_node *n, enum pki_alg_kind kind, const struct pki_alg **out, struct err *e)
{
	struct span uri;
	const struct xml_attr_rule rules[] = { { NULL, "Algorithm", true, &uri } };
	int rc = xml_expect_attrs(n, rules, ARRAY_LEN(rules), e);

	if (rc != 0)
		return rc;
	*out = pki_alg_find(kind, uri);
	if (*out == NULL)
		return err_set(e, ERR_UNSUPPORTED, "line %u: algorithm %.*s is not one we accept for %.*s", n->line,
			       (int)(uri.n > 120 ? 120 : uri.n), uri.p, (int)n->name.local.n, n->name.local.p);
	return 0;
}

int pki_read_octets(const struct xml_node *n, size_t max, struct arena *a, struct span *out, struct err *e)
{
	struct span text;
	struct buf octets;
	int rc = xml_expect_text(n, &text, e);

	if (rc != 0)
		return rc;
	buf_init(&octets, max);
	rc = b64_decode(&octets, text, true, e);
	if (rc == 0 && buf_check(&octets, "octets", e) != 0)
		rc = (int)e->code;
	if (rc == 0)
		*out = arena_span(a, buf_view(&octets));
	else
		err_wrap(e, "line %u: %.*s", n->line, (int)n->name.local.n, n->name.local.p);
	buf_wipe(&octets);
	return rc;
}

static bool is_name_octet(unsigned char c, bool first)
{
	if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c >= 0x80)
		return true;
	return !first && ((c >= '0' && c <= '9') || c == '-' || c == '.');
}

bool pki_is_id_uri(struct span uri)
{
	if (uri.n < 2 || uri.n > 257 || uri.p[0] != '#' || !span_is_utf8(uri))
		return false;
	for (size_t i = 1; i < uri.n; i++)
		if (!is_name_octet((unsigned char)uri.p[i], i == 1))
			return false;
	return true;
}

bool pki_is_cid_uri(struct span uri)
{
	if (uri.n < 5 || uri.n > 1004 || !span_starts(uri, "cid:") || !span_is_utf8(uri))
		return false;
	for (size_t i = 0; i < uri.n; i++)
		if ((unsigned char)uri.p[i] < 0x20 || uri.p[i] == 0x7f)
			return false;
	return true;
}

static int read_retrieval(const struct xml_node *n, struct span *uri, struct err *e)
{
	struct span type;
	const struct xml_attr_rule rules[] = { { NULL, "URI", true, uri }, { NULL, "Type", false, &type } };
	int rc = xml_expect_attrs(n, rules, ARRAY_LEN(rules), e);

	if (rc == 0)
		rc = xml_expect_empty(n, e);
	if (rc == 0 && !pki_is_id_uri(*uri))
		rc = xml_refuse(n, e, "URI is not \"#\" with the Id of a certificate");
	return rc;
}

static int read_x509(const struct xml_node *n, struct span *cert, struct err *e)
{
	const struct xml_node *x = NULL;
	const struct xml_child_rule rules[] = { { NS_DS, "X509Certificate", 1, 1, &x } };
	int rc = xml_expect_children(n, rules, ARRAY_LEN(rules), true, e);

	if (rc == 0)
		rc = xml_expect_attrs(n, NULL, 0, e);
	if (rc == 0)
		rc = xml_expect_attrs(x, NULL, 0, e);
	if (rc == 0)
		rc = xml_expect_text(x, cert, e);
	if (rc == 0 && (cert->n == 0 || cert->n > 2 * (size_t)PKI_CERT_DER_MAX))
		rc = xml_refuse(x, e, "certificate empty or too long");
	return rc;
}

int pki_read_key_info(const struct xml_node *n, struct span *uri, struct span *cert, struct err *e)
{
	const struct xml_node *retrieval = NULL, *x509 = NULL;
	const struct xml_child_rule rules[] = { { NS_DS, "RetrievalMethod", 0, 1, &retrieval },
						{ NS_DS, "X509Data", 0, 1, &x509 } };
	int rc = xml_expect_children(n, rules, ARRAY_LEN(rules), false, e);

	*uri = *cert = SPAN_EMPTY;
	if (rc != 0)
		return rc;
	if ((retrieval != NULL) == (x509 != NULL))
		return xml_refuse(n, e, "KeyInfo holds neither one RetrievalMethod nor one X509Data");
	return retrieval != NULL ? read_retrieval(retrieval, uri, e) : read_x509(x509, cert, e);
}
