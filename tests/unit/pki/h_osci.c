/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_osci.h says what they do. */
#include "h_osci.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/b64.h"
#include "base/file.h"
#include "base/mem.h"
#include "h_pki.h"

#define VECTORS "../shared/vectors/osci"

/* From what on, letters of any case. */
static struct span find(struct span in, const char *what)
{
	size_t n = strlen(what);

	for (size_t i = 0; i + n <= in.n; i++)
		if ((in.p[i] | 0x20) == (what[0] | 0x20) && strncasecmp(in.p + i, what, n) == 0)
			return (struct span){ in.p + i, in.n - i };
	return SPAN_EMPTY;
}

static struct span skip_to(struct span in, const char *what)
{
	struct span at = find(in, what);
	size_t n = strlen(what);

	return at.n == 0 ? SPAN_EMPTY : (struct span){ at.p + n, at.n - n };
}

static bool has_word(struct span head, const char *word)
{
	return find(head, word).n > 0;
}

static int add_part(struct span part, struct arena *a, struct h_mime *m)
{
	struct span body = find(part, "\r\n\r\n"), id, rest;

	if (body.n < 4 || m->n == ARRAY_LEN(m->parts))
		return -1;
	struct span head = { part.p, part.n - body.n };
	body = (struct span){ body.p + 4, body.n - 4 };
	if (!span_split(skip_to(head, "Content-ID: <"), '>', &id, &rest) || h_mime_part(m, id) != NULL)
		return -1;
	if (has_word(head, "text/base64") || has_word(head, "Encoding: base64")) {
		struct buf raw;
		struct err e = ERR_INIT;
		buf_init(&raw, 1u << 24);
		int rc = b64_decode(&raw, body, true, &e);
		body = arena_span(a, buf_view(&raw));
		buf_fini(&raw);
		if (rc != 0)
			return -1;
	}
	m->parts[m->n++] = (struct h_part){ id, body };
	return 0;
}

int h_mime_read(struct span entity, struct arena *a, struct h_mime *m)
{
	struct span boundary, rest = skip_to(entity, "boundary=");
	char *delimiter;

	m->n = 0;
	boundary = rest;
	for (size_t i = 0; i < rest.n && boundary.n == rest.n; i++)
		if (strchr(";\r\n", rest.p[i]) != NULL)
			boundary.n = i;
	if (boundary.n > 2 && boundary.p[0] == '"')
		boundary = (struct span){ boundary.p + 1, boundary.n - 2 };
	delimiter = arena_printf(a, "\r\n--%.*s", (int)boundary.n, boundary.p);
	rest = skip_to(entity, delimiter);
	while (rest.n > 2 && memcmp(rest.p, "--", 2) != 0) {
		struct span next = find(rest, delimiter);
		if (next.n == 0 || add_part((struct span){ rest.p + 2, rest.n - 2 - next.n }, a, m) != 0)
			return -1;
		rest = skip_to(rest, delimiter);
	}
	return m->n > 0 && rest.n >= 2 ? 0 : -1;
}

const struct h_part *h_mime_part(const struct h_mime *m, struct span cid)
{
	for (size_t i = 0; i < m->n; i++)
		if (span_eq(m->parts[i].cid, cid))
			return &m->parts[i];
	return NULL;
}

static int parse(struct span xml, struct arena *a, const struct xml_node **root, struct err *e)
{
	struct xml_limits limits = XML_LIMITS_DEFAULT;

	limits.bytes = 1u << 24;
	return xml_tree_parse(xml, &limits, a, root, e);
}

static int decrypt(const struct xml_node *data, const struct h_mime *m, const struct pki_keyring *kr,
		   const struct pki_policy *policy, struct arena *a, struct buf *plain, const char **code,
		   struct err *e)
{
	struct pki_encdata d;
	struct pki_session *s = NULL;
	const struct pki_key *key;
	const struct h_part *part;
	size_t which;
	int rc = pki_enc_parse(data, a, &d, e);

	*code = "9100";
	if (rc != 0)
		return rc;
	part = h_mime_part(m, (struct span){ d.cipher_ref.p + 4, d.cipher_ref.n - 4 });
	if (part == NULL)
		return err_set(e, ERR_SYNTAX, "no part");
	*code = "9200";
	rc = pki_enc_find_key(&d, kr, NULL, NULL, &which, &key, e);
	if (rc != 0)
		return rc;
	*code = "9202";
	rc = pki_enc_unwrap(&d, &d.keys[which], key, policy, &s, e);
	if (rc != 0)
		return rc;
	struct sink *to = sink_to_buf(plain), *dec = pki_dec_sink(s, to);
	rc = sink_write(dec, part->body.p, part->body.n, e);
	if (rc == 0)
		rc = sink_finish(dec, e);
	sink_close(dec);
	sink_close(to);
	pki_session_free(s);
	if (rc == 0)
		*code = NULL;
	return rc;
}

int h_osci_open(struct span entity, const struct pki_keyring *kr, const struct pki_policy *policy, struct arena *a,
		struct buf *plain, const char **code, struct err *e)
{
	struct h_mime m;
	const struct xml_node *root, *body, *data;

	*code = "9100";
	if (h_mime_read(entity, a, &m) != 0)
		return err_set(e, ERR_SYNTAX, "MIME");
	if (parse(m.parts[0].body, a, &root, e) != 0)
		return (int)e->code;
	body = xml_child(root, H_NS_SOAP, "Body");
	data = body != NULL ? xml_child(body, H_NS_XENC, "EncryptedData") : NULL;
	if (data != NULL && xml_child(root, H_NS_SOAP, "Header") == NULL)
		return decrypt(data, &m, kr, policy, a, plain, code, e);
	buf_span(plain, entity);
	*code = NULL;
	return 0;
}

static int digest_node(const struct xml_node *n, enum digest_alg alg, uint8_t *out, struct err *e)
{
	struct digest *d = digest_new(alg);
	struct sink *to = sink_digest(d, NULL);
	int rc = xml_tree_c14n(n, XML_C14N_INCLUSIVE, SPAN_EMPTY, to, e);

	digest_end(d, out);
	digest_free(d);
	sink_close(to);
	return rc;
}

static int match_node(struct pki_dsig *d, const struct xml_node *n, struct arena *a, const char **code, struct err *e)
{
	struct span id, uri;
	uint8_t digest[DIGEST_MAX];

	if (!xml_attr_get(n, NULL, "Id", &id)) {
		*code = "9100";
		return err_set(e, ERR_SYNTAX, "no Id");
	}
	uri = span_of(arena_printf(a, "#%.*s", (int)id.n, id.p));
	const struct pki_ref *r = pki_dsig_ref(d, uri);
	enum digest_alg alg = r != NULL ? r->digest->digest : DIGEST_SHA256;
	int rc = digest_node(n, alg, digest, e);
	if (rc == 0)
		rc = pki_dsig_match(d, uri, PKI_C14N, alg, digest, e);
	*code = rc == ERR_MISSING ? "9602" : "9601";
	return rc;
}

static int match_part(struct pki_dsig *d, const struct h_part *p, struct arena *a, const char **code, struct err *e)
{
	struct span uri = span_of(arena_printf(a, "cid:%.*s", (int)p->cid.n, p->cid.p));
	const struct pki_ref *r = pki_dsig_ref(d, uri);
	enum digest_alg alg = r != NULL ? r->digest->digest : DIGEST_SHA256;
	struct digest *md = digest_new(alg);
	uint8_t digest[DIGEST_MAX];

	digest_add(md, p->body.p, p->body.n);
	digest_end(md, digest);
	digest_free(md);
	int rc = pki_dsig_match(d, uri, PKI_SCHEME_NONE, alg, digest, e);
	*code = rc == ERR_MISSING ? "9602" : "9601";
	return rc;
}

/* The certificate the signature refers to: an element of one of the two certificate headers. */
static int find_signer(const struct xml_node *header, struct span uri, struct pki_cert **out, struct err *e)
{
	static const char *const blocks[] = { "NonIntermediaryCertificates", "IntermediaryCertificates" };
	struct span id;

	for (size_t i = 0; i < ARRAY_LEN(blocks); i++) {
		const struct xml_node *block = xml_child(header, H_NS_OSCI, blocks[i]);
		const struct xml_node *c = block != NULL ? xml_child(block, H_NS_OSCI, NULL) : NULL;
		for (; c != NULL; c = xml_next(c, H_NS_OSCI, NULL)) {
			if (!xml_attr_get(c, NULL, "Id", &id) || id.n + 1 != uri.n ||
			    memcmp(id.p, uri.p + 1, id.n) != 0)
				continue;
			const struct xml_node *x = xml_descend(c, H_NS_DS, "X509Data/X509Certificate");
			if (x != NULL)
				return pki_cert_from_base64(x->first != NULL ? x->first->text : SPAN_EMPTY, out, e);
		}
	}
	return err_set(e, ERR_MISSING, "no certificate for the signature");
}

static int verify(const struct xml_node *header, const struct xml_node *body, const struct xml_node *block,
		  const struct h_mime *m, const struct pki_policy *policy, struct arena *a, struct pki_cert **signer,
		  const char **code, struct err *e)
{
	const struct xml_node *signature = xml_child(block, H_NS_DS, "Signature");
	struct pki_dsig d;
	int rc;

	*code = "9601";
	if (signature == NULL)
		return err_set(e, ERR_SYNTAX, "no signature");
	rc = pki_dsig_parse(signature, 0, a, &d, e);
	if (rc == 0)
		rc = find_signer(header, d.key_uri, signer, e);
	if (rc == 0)
		rc = pki_dsig_verify(&d, *signer, policy, e);
	for (const struct xml_node *n = header->first; rc == 0 && n != NULL; n = n->next)
		if (n->name.local.n > 0 && n != block)
			rc = match_node(&d, n, a, code, e);
	if (rc == 0)
		rc = match_node(&d, body, a, code, e);
	for (size_t i = 1; rc == 0 && i < m->n; i++)
		rc = match_part(&d, &m->parts[i], a, code, e);
	if (rc == 0 && (rc = pki_dsig_covered(&d, e)) != 0)
		*code = "9602";
	if (rc == 0)
		*code = NULL;
	return rc;
}

int h_osci_verify(struct span plain, const struct pki_policy *policy, struct arena *a, bool *is_signed,
		  struct pki_cert **signer, const char **code, struct err *e)
{
	struct h_mime m;
	const struct xml_node *root, *header = NULL, *body = NULL, *block;
	const struct xml_child_rule rules[] = { { H_NS_SOAP, "Header", 1, 1, &header },
						{ H_NS_SOAP, "Body", 1, 1, &body } };

	*code = "9100";
	*signer = NULL;
	if (h_mime_read(plain, a, &m) != 0)
		return err_set(e, ERR_SYNTAX, "MIME");
	if (parse(m.parts[0].body, a, &root, e) != 0 || xml_expect_children(root, rules, 2, true, e) != 0)
		return (int)e->code;
	block = xml_child(header, H_NS_OSCI, "ClientSignature");
	if (block == NULL)
		block = xml_child(header, H_NS_OSCI, "SupplierSignature");
	*is_signed = block != NULL;
	if (block == NULL) {
		*code = NULL;
		return 0;
	}
	return verify(header, body, block, &m, policy, a, signer, code, e);
}

struct pki_key *h_vector_key(enum pki_use use, const char *name)
{
	char path[200], copy[100];
	struct buf pem;
	struct pki_key *k = NULL;
	struct err e = ERR_INIT;

	buf_init(&pem, 1u << 16);
	snprintf(path, sizeof(path), VECTORS "/keys/%s.key.pem", name);
	snprintf(copy, sizeof(copy), "%s.key", name);
	must(file_read(path, &pem, &e) == 0);
	const char *key = h_file(copy, pem.p, pem.n, 0600);
	snprintf(path, sizeof(path), VECTORS "/keys/%s.cert.pem", name);
	if (pki_key_from_pem(use, key, path, NULL, &k, &e) != 0)
		fprintf(stderr, "%s\n", e.text);
	buf_wipe(&pem);
	return k;
}
