/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Order within a container: its author signatures are verified first, then each content is decoded, its digests are
 * taken and it is handed over in the same pass: the octets that were compared are the octets that were delivered.
 */
#include <string.h>

#include "base/arena.h"
#include "base/b64.h"
#include "base/map.h"
#include "base/mem.h"
#include "osci/container.h"
#include "osci/container_cover.h"
#include "osci/container_ids.h"
#include "osci/reading.h"
#include "pki/dsig.h"
#include "xml/expect.h"
#include "xml/tree.h"
#include "osci/container_tap.h"

#define PACKAGE_MAX (2 * (size_t)OSCI_CONTAINER_MAX)
#define NEST_MAX 6

struct opener {
	const struct pki_keyring *kr;
	const struct pki_policy *policy;
	const struct osci_container_in *in;
	struct osci_container_result *r;
	struct arena *a;
	struct map *cids;	/* parts that were delivered */
	struct cover cover;
	unsigned in_cipher;	/* encrypted containers around what is being opened */
	bool is_open;		/* a content came without encryption */
};

/* The keys of the encrypted attachments of one container. */
struct locker {
	struct pki_encdata *data;
	size_t n;
};

static int open_container(struct opener *o, const struct xml_node *n, struct authors *outer, unsigned depth,
			  struct err *e);

static int parse(struct opener *o, struct span text, const struct xml_node **root, struct err *e)
{
	struct xml_limits limits = XML_LIMITS_DEFAULT;
	int rc;

	limits.bytes = PACKAGE_MAX + 4096;
	limits.skipped = 0;
	rc = xml_tree_parse(text, &limits, o->a, root, e);
	return rc != 0 ? rc : osci_ids_check(*root, e);
}

/* ---- author signatures ---- */

static int take_signature(struct opener *o, const struct xml_node *n, struct authors *authors, struct err *e)
{
	struct author *a = &authors->list[authors->n];
	int rc;

	if (authors->n == OSCI_CONTAINER_SIGNATURES_MAX)
		return err_set(e, ERR_LIMIT, "content: more than %d author signatures", OSCI_CONTAINER_SIGNATURES_MAX);
	rc = pki_dsig_parse(n, PKI_DSIG_OBJECT, o->a, &a->dsig, e);
	if (rc != 0)
		return rc;
	a->cert = a->dsig.key_uri.n > 0 ? o->in->cert(o->in->ctx, a->dsig.key_uri) : NULL;
	if (a->cert == NULL)
		return err_set(e, ERR_CRYPTO, "content: the author's certificate is not in the message");
	a->all = true;
	authors->n++;
	return pki_dsig_verify(&a->dsig, a->cert, o->policy, e);
}

/* C14N digest of an element for the signatures that name it. */
static int tap_node(struct authors *authors, const struct xml_node *n, struct span uri, enum tap_need need,
		    struct err *e)
{
	struct sink *null = sink_to_null();
	struct tap t;
	int rc;

	osci_tap_open(&t, authors, uri, PKI_C14N, null);
	rc = xml_tree_c14n(n, XML_C14N_INCLUSIVE, SPAN_EMPTY, t.top, e);
	int matched = osci_tap_close(&t, rc == 0, need, e);
	sink_close(null);
	return rc != 0 ? rc : matched;
}

static struct span uri_of(struct opener *o, struct span id)
{
	return span_of(arena_printf(o->a, "#%.*s", (int)id.n, id.p));
}

/* What is left over may be the signed properties (XAdES) in the signature's own ds:Object, nothing else. */
static int settle(struct opener *o, struct author *a, size_t first, struct err *e)
{
	struct authors one = { .n = 1 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && a->dsig.object != NULL && i < a->dsig.nrefs; i++) {
		struct span uri = a->dsig.refs[i].uri;
		if (a->dsig.refs[i].matched || uri.p[0] != '#')
			continue;
		const struct xml_node *n = osci_ids_find(a->dsig.object, (struct span){ uri.p + 1, uri.n - 1 });
		if (n == NULL)
			continue;
		one.list[0] = *a;
		rc = tap_node(&one, n, uri, TAP_NOBODY, e);
	}
	if (rc == 0)
		rc = pki_dsig_covered(&a->dsig, e) == 0 ? 0 : err_set(e, ERR_CRYPTO,
								       "content: an author signature names what is not there");
	return rc != 0 ? rc : osci_cover_add(&o->cover, a, first, o->r->ncontents, o->r, e);
}

/* ---- delivery ---- */

static int ask_sink(struct opener *o, struct span id, const char *cid, struct sink **to, struct err *e)
{
	int rc;

	if (o->r->ncontents == OSCI_CONTENTS_MAX)
		return err_set(e, ERR_LIMIT, "content: more than %d contents", OSCI_CONTENTS_MAX);
	o->r->ncontents++;
	if (o->in_cipher == 0)
		o->is_open = true;
	*to = NULL;
	rc = o->in->content(o->in->ctx, arena_dup_n(o->a, id.p, id.n), cid, to, e);
	if (rc == 0 && *to == NULL)
		*to = sink_to_null();
	return rc;
}

static int give_inner(struct opener *o, const struct xml_node *n, struct authors *authors, struct err *e)
{
	struct span id, text;
	const struct xml_attr_rule rules[] = { { NULL, "Id", true, &id } };
	struct sink *to = NULL, *b64;
	struct tap t;
	int rc = xml_expect_attrs(n, rules, ARRAY_LEN(rules), e);

	if (rc == 0)
		rc = xml_expect_text(n, &text, e);
	if (rc == 0)
		rc = ask_sink(o, id, NULL, &to, e);
	if (rc != 0)
		return rc;
	osci_tap_open(&t, authors, uri_of(o, id), PKI_BASE64, to);
	b64 = sink_b64_decode(t.top, true);
	rc = sink_write(b64, text.p, text.n, e);
	if (rc == 0)
		rc = sink_finish(b64, e);
	sink_close(b64);
	int matched = osci_tap_close(&t, rc == 0, TAP_OWN, e);
	rc = rc != 0 ? rc : matched;
	if (rc == 0)
		rc = sink_finish(to, e);
	sink_close(to);
	return rc;
}

static struct pki_encdata *key_of(const struct locker *l, struct span cid_uri)
{
	for (size_t i = 0; i < l->n; i++)
		if (span_eq(l->data[i].cipher_ref, cid_uri))
			return &l->data[i];
	return NULL;
}

/* Copies the part, decrypted if it has a key, to top. */
static int copy_part(struct opener *o, const char *cid, const struct pki_encdata *d, struct sink *top, struct err *e)
{
	struct pki_session *s = NULL;
	struct src *in = NULL;
	struct sink *dec = NULL;
	int rc = 0;

	if (d != NULL && !pki_alg_allowed(d->alg, o->policy))
		return err_set(e, ERR_DENIED, "decrypt: %s is not allowed by the policy", d->alg->uri);
	if (d != NULL)
		rc = pki_session_from_key(d->alg, d->iv_len, d->mgmt, &s, e);
	if (rc == 0)
		rc = o->in->part(o->in->ctx, cid, &in, e);
	if (rc == 0 && s != NULL)
		dec = pki_dec_sink(s, top);
	if (rc == 0)
		rc = stream_copy(in, dec != NULL ? dec : top, UINT64_MAX, NULL, e);
	if (rc == 0 && dec != NULL)
		rc = sink_finish(dec, e);
	sink_close(dec);
	src_close(in);
	pki_session_free(s);
	return rc;
}

static int give_attachment(struct opener *o, struct span id, struct span href, const struct locker *l,
			   struct authors *authors, struct err *e)
{
	const char *cid = arena_dup_n(o->a, href.p + 4, href.n - 4);
	struct sink *to = NULL;
	struct tap t;
	int rc;

	if (map_get(o->cids, href) != NULL)
		return err_set(e, ERR_SYNTAX, "content: two contents for the part %.100s", cid);
	map_put(o->cids, href, o->cids);
	rc = ask_sink(o, id, cid, &to, e);
	if (rc != 0)
		return rc;
	osci_tap_open(&t, authors, href, PKI_SCHEME_NONE, to);
	rc = copy_part(o, cid, key_of(l, href), t.top, e);
	int matched = osci_tap_close(&t, rc == 0, TAP_EVERYBODY, e);
	rc = rc != 0 ? rc : matched;
	if (rc == 0)
		rc = sink_finish(to, e);
	sink_close(to);
	return rc == 0 ? 0 : err_wrap(e, "part %.100s", cid);
}

struct ids {
	struct span id, href;
};

/* A content that its element alone does not hold: a part, or another container. */
static int open_outer(struct opener *o, const struct xml_node *n, const struct xml_node *nested, struct ids ids,
		      const struct locker *l, struct authors *authors, unsigned depth, struct err *e)
{
	int rc = 0;

	if (ids.id.n == 0)
		rc = xml_refuse(n, e, "a content without an Id");
	if (rc == 0 && ids.href.n > 0 && !pki_is_cid_uri(ids.href))
		rc = xml_refuse(n, e, "href is not \"cid:\" with a part of this message");
	if (rc == 0)
		rc = tap_node(authors, n, uri_of(o, ids.id), TAP_OWN, e);
	if (rc != 0)
		return rc;
	return nested != NULL ? open_container(o, nested, authors, depth + 1, e)
			      : give_attachment(o, ids.id, ids.href, l, authors, e);
}

/* osci:Content: Base64Content, a reference to a part, or another container. */
static int open_content(struct opener *o, const struct xml_node *n, const struct locker *l, struct authors *authors,
			unsigned depth, struct err *e)
{
	const struct xml_node *inner = NULL, *nested = NULL;
	const struct xml_child_rule rules[] = { { NS_OSCI, "Base64Content", 0, 1, &inner },
						{ NS_OSCI, "ContentContainer", 0, 1, &nested } };
	struct span id, href;
	const struct xml_attr_rule attrs[] = { { NULL, "Id", false, &id }, { NULL, "href", false, &href } };
	int rc = xml_expect_attrs(n, attrs, ARRAY_LEN(attrs), e);

	if (rc == 0)
		rc = xml_expect_children(n, rules, ARRAY_LEN(rules), true, e);
	if (rc == 0 && (inner != NULL) + (nested != NULL) + (href.n > 0) != 1)
		rc = xml_refuse(n, e, "a content is either Base64Content, href or a container");
	if (rc != 0)
		return rc;
	if (inner == NULL)
		return open_outer(o, n, nested, (struct ids){ id, href }, l, authors, depth, e);
	rc = id.n > 0 ? tap_node(authors, n, uri_of(o, id), TAP_NOBODY, e) : 0;
	return rc != 0 ? rc : give_inner(o, inner, authors, e);
}

/* ---- encryption ---- */

static int decrypt(struct opener *o, const struct pki_encdata *d, struct buf *plain, struct err *e)
{
	const struct pki_key *key;
	struct pki_session *s = NULL;
	size_t which;
	int rc = pki_enc_find_key(d, o->kr, o->in->cert, o->in->ctx, &which, &key, e);

	if (rc == 0)
		rc = pki_enc_unwrap(d, &d->keys[which], key, o->policy, &s, e);
	if (rc != 0)
		return rc;
	struct sink *to = sink_to_buf(plain), *dec = pki_dec_sink(s, to), *b64 = sink_b64_decode(dec, true);
	rc = sink_write(b64, d->cipher_value.p, d->cipher_value.n, e);
	if (rc == 0)
		rc = sink_finish(b64, e);
	if (rc == 0)
		rc = sink_finish(dec, e);
	sink_close(b64);
	sink_close(dec);
	sink_close(to);
	pki_session_free(s);
	return rc;
}

static int open_encrypted(struct opener *o, const struct pki_encdata *d, struct authors *outer, unsigned depth,
			  struct err *e)
{
	const struct xml_node *root;
	struct buf plain;
	int rc;

	if (d->cipher_value.n == 0)
		return err_set(e, ERR_SYNTAX, "content: encrypted container without its CipherValue");
	buf_init(&plain, OSCI_CONTAINER_MAX);
	rc = decrypt(o, d, &plain, e);
	if (rc == 0)
		rc = parse(o, buf_view(&plain), &root, e);
	buf_wipe(&plain);
	o->r->encrypted = true;
	o->in_cipher++;
	rc = rc != 0 ? rc : open_container(o, root, outer, depth + 1, e);
	o->in_cipher--;
	return rc;
}

static int read_lockers(struct opener *o, const struct xml_node *first, struct locker *l, struct err *e)
{
	size_t n = 0;
	int rc = 0;

	for (const struct xml_node *x = first; x != NULL; x = xml_next(x, NS_XENC, "EncryptedData"))
		n++;
	l->data = arena_alloc(o->a, (n + 1) * sizeof(*l->data));
	for (const struct xml_node *x = first; rc == 0 && x != NULL; x = xml_next(x, NS_XENC, "EncryptedData")) {
		rc = pki_enc_parse(x, o->a, &l->data[l->n++], e);
		if (rc == 0 && (l->data[l->n - 1].mgmt.n > 0) != (l->data[l->n - 1].cipher_ref.n > 0))
			rc = xml_refuse(x, e, "a key in MgmtData is for a part, an EncryptedKey for a CipherValue");
	}
	return rc;
}

/* ---- containers ---- */

static int open_rest(struct opener *o, const struct xml_node *content, const struct xml_node *encrypted,
		     const struct locker *l, struct authors *authors, unsigned depth, struct err *e)
{
	size_t first = o->r->ncontents;
	int rc = 0;

	for (; rc == 0 && content != NULL; content = xml_next(content, NS_OSCI, "Content"))
		rc = open_content(o, content, l, authors, depth, e);
	for (size_t i = 0; rc == 0 && i < l->n; i++, encrypted = xml_next(encrypted, NS_XENC, "EncryptedData")) {
		const struct pki_encdata *d = &l->data[i];
		/* Signed as an element, in addition to what is inside; an attachment's key needs no signature. */
		if (d->id.n > 0)
			rc = tap_node(authors, encrypted, uri_of(o, d->id), d->nkeys > 0 ? TAP_OWN : TAP_NOBODY, e);
		if (rc == 0 && d->nkeys > 0)
			rc = open_encrypted(o, d, authors, depth, e);
	}
	for (size_t i = 0; rc == 0 && i < authors->n; i++)
		rc = settle(o, &authors->list[i], first, e);
	return rc;
}

static int open_container(struct opener *o, const struct xml_node *n, struct authors *outer, unsigned depth,
			  struct err *e)
{
	const struct xml_node *signature = NULL, *content = NULL, *encrypted = NULL;
	const struct xml_child_rule rules[] = { { NS_DS, "Signature", 0, OSCI_CONTAINER_SIGNATURES_MAX, &signature },
						{ NS_OSCI, "Content", 0, OSCI_CONTENTS_MAX, &content },
						{ NS_XENC, "EncryptedData", 0, OSCI_CONTENTS_MAX, &encrypted } };
	struct span id;
	const struct xml_attr_rule attrs[] = { { NULL, "Id", false, &id } };
	struct authors *authors;
	struct locker l = { 0 };
	int rc = xml_expect_name(n, NS_OSCI, "ContentContainer", e);

	if (rc == 0 && depth > NEST_MAX)
		rc = err_set(e, ERR_LIMIT, "content: containers nested deeper than %d", NEST_MAX);
	if (rc == 0)
		rc = xml_expect_attrs(n, attrs, ARRAY_LEN(attrs), e);
	if (rc == 0)
		rc = xml_expect_children(n, rules, ARRAY_LEN(rules), true, e);
	if (rc == 0)
		rc = read_lockers(o, encrypted, &l, e);
	if (rc != 0)
		return rc;
	authors = arena_alloc(o->a, sizeof(*authors));
	authors->outer = outer;
	for (; rc == 0 && signature != NULL; signature = xml_next(signature, NS_DS, "Signature"))
		rc = take_signature(o, signature, authors, e);
	return rc != 0 ? rc : open_rest(o, content, encrypted, &l, authors, depth, e);
}

static int open_package(struct opener *o, const struct xml_node *root, struct err *e)
{
	const struct xml_node *encrypted = NULL, *container = NULL;
	const struct xml_child_rule rules[] = { { NS_XENC, "EncryptedData", 0, OSCI_CONTENTS_MAX, &encrypted },
						{ NS_OSCI, "ContentContainer", 0, OSCI_CONTENTS_MAX, &container } };
	int rc = xml_expect_children(root, rules, ARRAY_LEN(rules), false, e);

	for (; rc == 0 && encrypted != NULL; encrypted = xml_next(encrypted, NS_XENC, "EncryptedData")) {
		struct pki_encdata d;
		rc = pki_enc_parse(encrypted, o->a, &d, e);
		if (rc == 0 && d.nkeys == 0)
			rc = xml_refuse(encrypted, e, "a key lies open in MgmtData");
		if (rc == 0)
			rc = open_encrypted(o, &d, NULL, 0, e);
	}
	for (; rc == 0 && container != NULL; container = xml_next(container, NS_OSCI, "ContentContainer"))
		rc = open_container(o, container, NULL, 0, e);
	return rc;
}

int osci_container_open(struct span package, const struct pki_keyring *kr, const struct pki_policy *policy,
		     const struct osci_container_in *in, struct osci_container_result *r, struct err *e)
{
	struct opener o = { .kr = kr, .policy = policy, .in = in, .r = r, .a = arena_new(), .cids = map_new(NULL) };
	const struct xml_node *root;
	struct buf text;
	int rc;

	*r = (struct osci_container_result){ 0 };
	buf_init(&text, PACKAGE_MAX + 4096);
	buf_puts(&text, "<osci:ContentPackage" PKI_OSCI_NS);
	buf_span(&text, in->declarations);
	buf_putc(&text, '>');
	buf_span(&text, package);
	buf_puts(&text, "</osci:ContentPackage>");
	rc = buf_check(&text, "content package", e);
	if (rc == 0)
		rc = parse(&o, buf_view(&text), &root, e);
	buf_fini(&text);
	if (rc == 0)
		rc = open_package(&o, root, e);
	osci_cover_end(&o.cover, r);
	r->encrypted = r->encrypted && !o.is_open;
	map_free(o.cids);
	arena_free(o.a);
	return rc;
}
