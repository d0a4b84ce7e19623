/* SPDX-License-Identifier: EUPL-1.2 */
/* The tables of what a ContentPackage may be made of, and the walk along them. */
#include "osci/shape.h"

#include <string.h>

#include "base/b64.h"
#include "base/mem.h"
#include "pki/algo.h"

#define NS_XADES "http://uri.etsi.org/01903/v1.3.2#"

enum element {
	OUTSIDE, PACKAGE, CONTAINER, CONTENT, BASE64,
	SIGNATURE, SIGNED_INFO, C14N_METHOD, SIGN_METHOD, REFERENCE, TRANSFORMS, TRANSFORM, DIGEST_METHOD, DIGEST_VALUE,
	SIGN_VALUE, SIGNER, SIGNER_CERT, OBJECT, XADES, SIGNED_PROPERTIES, SIGNED_SIGNATURE,
	SIGNING_TIME,
	CIPHER, CIPHER_METHOD, IV_LENGTH, KEYS, KEY, KEY_METHOD, MGF, KEY_DIGEST, READER, READER_CERT, MGMT,
	KEY_DATA, CIPHER_DATA, CIPHER_VALUE, CIPHER_REF, CIPHER_TRANSFORMS, CIPHER_TRANSFORM, KEY_NAME, ANYTHING, ELEMENTS
};

enum text { NO_TEXT, ANY_TEXT, BASE64_TEXT, BASE64_VALUE };	/* NO_TEXT: white space only; VALUE: not empty */

/* What each element is like. attrs: those it may have, blank separated; must: the one it needs. min: children. */
static const struct {
	const char *attrs, *must;
	enum text text;
	unsigned min, max;	/* element children; max 0: any number */
} elements[ELEMENTS] = {
	[PACKAGE] = { "", NULL, NO_TEXT, 0, 0 },
	[CONTAINER] = { "Id", NULL, NO_TEXT, 0, 0 },
	[CONTENT] = { "Id href", NULL, NO_TEXT, 0, 1 },
	[BASE64] = { "Id", NULL, BASE64_TEXT, 0, 0 },
	[SIGNATURE] = { "Id", NULL, NO_TEXT, 3, 0 },
	[SIGNED_INFO] = { "Id", NULL, NO_TEXT, 2, 0 },
	[C14N_METHOD] = { "Algorithm", "Algorithm", NO_TEXT, 0, 0 },
	[SIGN_METHOD] = { "Algorithm", "Algorithm", NO_TEXT, 0, 0 },
	[REFERENCE] = { "Id Type URI", "URI", NO_TEXT, 2, 0 },
	[TRANSFORMS] = { "", NULL, NO_TEXT, 1, 0 },
	[TRANSFORM] = { "Algorithm", "Algorithm", NO_TEXT, 0, 0 },
	[DIGEST_METHOD] = { "Algorithm", "Algorithm", NO_TEXT, 0, 0 },
	[DIGEST_VALUE] = { "", NULL, BASE64_VALUE, 0, 0 },
	[SIGN_VALUE] = { "Id", NULL, BASE64_VALUE, 0, 0 },
	[SIGNER] = { "Id", NULL, NO_TEXT, 1, 1 },
	[SIGNER_CERT] = { "Type URI", "URI", NO_TEXT, 0, 0 },
	[OBJECT] = { "Id", NULL, NO_TEXT, 0, 1 },
	[XADES] = { "Id Target", NULL, NO_TEXT, 1, 1 },
	[SIGNED_PROPERTIES] = { "Id", "Id", NO_TEXT, 1, 1 },
	[SIGNED_SIGNATURE] = { "Id", NULL, NO_TEXT, 0, 1 },
	[SIGNING_TIME] = { "", NULL, ANY_TEXT, 0, 0 },
	[CIPHER] = { "Encoding Id MimeType Type", NULL, NO_TEXT, 3, 0 },
	[CIPHER_METHOD] = { "Algorithm", "Algorithm", NO_TEXT, 0, 0 },
	[IV_LENGTH] = { "Value", "Value", NO_TEXT, 0, 0 },
	[KEYS] = { "Id", NULL, NO_TEXT, 1, 0 },
	[KEY] = { "Id Recipient", NULL, NO_TEXT, 3, 0 },
	[KEY_METHOD] = { "Algorithm", "Algorithm", NO_TEXT, 0, 0 },
	[MGF] = { "Algorithm", "Algorithm", NO_TEXT, 0, 0 },
	[KEY_DIGEST] = { "Algorithm", "Algorithm", NO_TEXT, 0, 0 },
	[READER] = { "Id", NULL, NO_TEXT, 1, 1 },
	[READER_CERT] = { "Type URI", "URI", NO_TEXT, 0, 0 },
	[MGMT] = { "", NULL, BASE64_TEXT, 0, 0 },
	[KEY_DATA] = { "", NULL, NO_TEXT, 1, 1 },
	[CIPHER_DATA] = { "", NULL, NO_TEXT, 1, 1 },
	[CIPHER_VALUE] = { "", NULL, BASE64_VALUE, 0, 0 },
	[CIPHER_REF] = { "URI", "URI", NO_TEXT, 0, 1 },
	[CIPHER_TRANSFORMS] = { "", NULL, NO_TEXT, 0, 0 },
	[CIPHER_TRANSFORM] = { "Algorithm", "Algorithm", NO_TEXT, 0, 0 },
	[KEY_NAME] = { "", NULL, ANY_TEXT, 0, 0 },
	[ANYTHING] = { NULL, NULL, ANY_TEXT, 0, 0 },
};

/* Which element holds which. must: it is not complete without; else, with once, it may stand there once. */
static const struct rule {
	enum element in;
	const char *ns, *local;	/* local NULL: any */
	enum element is;
	bool must, once;
} rules[] = {
	{ OUTSIDE, NS_OSCI, "ContentPackage", PACKAGE, false, true },
	{ PACKAGE, NS_XENC, "EncryptedData", CIPHER, false, false },
	{ PACKAGE, NS_OSCI, "ContentContainer", CONTAINER, false, false },
	{ CONTAINER, NS_DS, "Signature", SIGNATURE, false, false },
	{ CONTAINER, NS_OSCI, "Content", CONTENT, false, false },
	{ CONTAINER, NS_XENC, "EncryptedData", CIPHER, false, false },
	{ CONTENT, NS_OSCI, "Base64Content", BASE64, false, true },
	{ CONTENT, NS_OSCI, "ContentContainer", CONTAINER, false, true },
	{ SIGNATURE, NS_DS, "SignedInfo", SIGNED_INFO, true, true },
	{ SIGNATURE, NS_DS, "SignatureValue", SIGN_VALUE, true, true },
	{ SIGNATURE, NS_DS, "KeyInfo", SIGNER, true, true },
	{ SIGNATURE, NS_DS, "Object", OBJECT, false, false },
	{ SIGNED_INFO, NS_DS, "CanonicalizationMethod", C14N_METHOD, true, true },
	{ SIGNED_INFO, NS_DS, "SignatureMethod", SIGN_METHOD, true, true },
	{ SIGNED_INFO, NS_DS, "Reference", REFERENCE, true, false },
	{ REFERENCE, NS_DS, "Transforms", TRANSFORMS, false, true },
	{ REFERENCE, NS_DS, "DigestMethod", DIGEST_METHOD, true, true },
	{ REFERENCE, NS_DS, "DigestValue", DIGEST_VALUE, true, true },
	{ TRANSFORMS, NS_DS, "Transform", TRANSFORM, true, false },
	{ TRANSFORM, NULL, NULL, ANYTHING, false, false },
	{ SIGNER, NS_DS, "RetrievalMethod", SIGNER_CERT, true, true },
	{ OBJECT, NS_XADES, "QualifyingProperties", XADES, false, true },
	{ XADES, NS_XADES, "SignedProperties", SIGNED_PROPERTIES, true, true },
	{ SIGNED_PROPERTIES, NS_XADES, "SignedSignatureProperties", SIGNED_SIGNATURE, true, true },
	{ SIGNED_SIGNATURE, NS_XADES, "SigningTime", SIGNING_TIME, false, true },
	{ CIPHER, NS_XENC, "EncryptionMethod", CIPHER_METHOD, true, true },
	{ CIPHER, NS_DS, "KeyInfo", KEYS, true, true },
	{ CIPHER, NS_XENC, "CipherData", CIPHER_DATA, true, true },
	{ CIPHER_METHOD, NS_OSCI128, "IvLength", IV_LENGTH, false, true },
	{ KEYS, NS_XENC, "EncryptedKey", KEY, false, false },
	{ KEYS, NS_DS, "MgmtData", MGMT, false, true },
	{ KEY, NS_XENC, "EncryptionMethod", KEY_METHOD, true, true },
	{ KEY, NS_DS, "KeyInfo", READER, true, true },
	{ KEY, NS_XENC, "CipherData", KEY_DATA, true, true },
	{ KEY, NS_XENC, "CarriedKeyName", KEY_NAME, false, true },
	{ KEY_METHOD, NS_XENC11, "MGF", MGF, false, true },
	{ KEY_METHOD, NS_DS, "DigestMethod", KEY_DIGEST, false, true },
	{ READER, NS_DS, "RetrievalMethod", READER_CERT, true, true },
	{ KEY_DATA, NS_XENC, "CipherValue", CIPHER_VALUE, true, true },
	{ CIPHER_DATA, NS_XENC, "CipherValue", CIPHER_VALUE, false, true },
	{ CIPHER_DATA, NS_XENC, "CipherReference", CIPHER_REF, false, true },
	{ CIPHER_REF, NS_XENC, "Transforms", CIPHER_TRANSFORMS, false, true },
	{ CIPHER_TRANSFORMS, NS_DS, "Transform", CIPHER_TRANSFORM, false, false },
	{ ANYTHING, NULL, NULL, ANYTHING, false, false },
};

/* The algorithms that the library looks up as it reads, or falls over when it decrypts: they have to be known. */
static const struct {
	enum element at;
	enum pki_alg_kind kind;
} algorithms[] = {
	{ C14N_METHOD, PKI_ALG_C14N },	     { SIGN_METHOD, PKI_ALG_SIGNATURE }, { DIGEST_METHOD, PKI_ALG_DIGEST },
	{ CIPHER_METHOD, PKI_ALG_CIPHER },
};

/* The rules of one element stand together; bit is the place among them. */
static const struct rule *find_rule(enum element in, const struct xml_name *n, unsigned *bit)
{
	unsigned k = 0;

	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		if (rules[i].in != in)
			continue;
		*bit = k++;
		if ((rules[i].ns == NULL || span_is(n->ns, rules[i].ns)) &&
		    (rules[i].local == NULL || span_is(n->local, rules[i].local)))
			return &rules[i];
	}
	return NULL;
}

static bool is_word_of(const char *list, struct span word)
{
	struct span one, rest = span_of(list);

	while (rest.n > 0) {
		(void)span_split(rest, ' ', &one, &rest);
		if (span_eq(one, word))
			return true;
	}
	return false;
}

static int check_attrs(enum element is, const struct xml_push *p, const struct xml_start *s, struct err *e)
{
	const char *must_have = elements[is].must;

	if (elements[is].attrs == NULL)
		return 0;
	for (size_t i = 0; i < s->attrs_n; i++) {
		const struct xml_name *n = &s->attrs[i].name;

		if (n->ns.n > 0 || !is_word_of(elements[is].attrs, n->local))
			return osci_refuse_at(p, e, "attribute %.*s is not allowed here",
					      (int)(n->local.n > 60 ? 60 : n->local.n), n->local.p);
	}
	if (must_have != NULL && xml_start_attr(s, NULL, must_have) == NULL)
		return osci_refuse_at(p, e, "attribute %s is missing", must_have);
	return 0;
}

static int check_algorithm(enum element is, const struct xml_push *p, const struct xml_start *s, struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(algorithms); i++) {
		const struct pki_alg *a;

		if (algorithms[i].at != is)
			continue;
		a = pki_alg_find(algorithms[i].kind, xml_start_attr(s, NULL, "Algorithm")->value);
		if (a == NULL)
			return osci_refuse_at(p, e, "unknown algorithm");
		/* SHA3-384 is there, SHA-384 is not */
		if (a->digest == DIGEST_SHA384)
			return osci_refuse_at(p, e, "SHA-384, which not everybody knows");
	}
	return 0;
}

/* A key or signature for a certificate that the message does not carry makes it unreadable. */
static int check_cert(const struct osci_message *m, const struct xml_push *p, struct span uri, struct err *e)
{
	for (size_t i = 0; uri.n > 1 && uri.p[0] == '#' && i < m->cert_count; i++)
		if (span_is((struct span){ uri.p + 1, uri.n - 1 }, m->certs[i].id))
			return 0;
	return osci_refuse_at(p, e, "the certificate it names is not in the message");
}

static int keep_ref(struct osci_shape *sh, struct osci_reading *r, const struct xml_push *p, struct span uri, struct err *e)
{
	if (uri.n <= 4 || !span_starts(uri, "cid:"))
		return osci_refuse_at(p, e, "a reference to an attachment begins with cid:");
	if (sh->ref_count >= SHAPE_REFS_MAX)
		return err_set(e, ERR_LIMIT, "more than %u references to attachments", SHAPE_REFS_MAX);
	sh->ref_bytes += uri.n;
	if (sh->ref_bytes > SHAPE_REF_BYTES_MAX)
		return err_set(e, ERR_LIMIT, "references to attachments take more than %u bytes", SHAPE_REF_BYTES_MAX);
	if (sh->refs == NULL)
		sh->refs = arena_alloc(r->arena, SHAPE_REFS_MAX * sizeof(*sh->refs));
	sh->refs[sh->ref_count++] = arena_dup_n(r->arena, uri.p + 4, uri.n - 4);
	return 0;
}

static int check_values(struct osci_shape *sh, struct osci_reading *r, enum element is, const struct xml_push *p,
			const struct xml_start *s, struct err *e)
{
	const struct xml_attr *uri = xml_start_attr(s, NULL, is == CONTENT ? "href" : "URI");
	struct span value;

	switch (is) {
	case SIGNER_CERT:
	case READER_CERT:
		return check_cert(r->m, p, uri->value, e);
	case CIPHER_REF:
		return keep_ref(sh, r, p, uri->value, e);
	case REFERENCE:
		return span_starts(uri->value, "cid:") ? keep_ref(sh, r, p, uri->value, e) : 0;
	case CONTENT:
		return uri != NULL ? keep_ref(sh, r, p, uri->value, e) : 0;
	case IV_LENGTH:
		value = xml_start_attr(s, NULL, "Value")->value;
		return span_is(value, "12") || span_is(value, "16") ? 0 : osci_refuse_at(p, e, "neither 12 nor 16");
	default:
		return check_algorithm(is, p, s, e);
	}
}

static int cover_start(struct osci_shape *sh, struct osci_reading *r, enum element in, enum element is,
		       const struct xml_push *p, const struct xml_start *s, struct err *e)
{
	const struct xml_attr *id = xml_start_attr(s, NULL, "Id");

	switch (is) {
	case CONTAINER:
		return osci_cover_container(&sh->cover, in == CONTENT, p, e);
	case SIGNATURE:
		return osci_cover_signature(&sh->cover, p, e);
	case REFERENCE:
		return osci_cover_reference(&sh->cover, r->arena, xml_start_attr(s, NULL, "URI")->value, p, e);
	case CONTENT:
		return osci_cover_content(&sh->cover, r->arena, id, xml_start_attr(s, NULL, "href") != NULL, p, e);
	case BASE64:
		return osci_cover_base64(&sh->cover, id, p, e);
	default:
		return 0;
	}
}

int osci_shape_start(struct osci_shape *sh, struct osci_reading *r, const struct xml_push *p, const struct xml_start *s,
		     struct err *e)
{
	struct osci_shape_level *outer = &sh->levels[sh->depth], *l;
	enum element in = (enum element)outer->is;
	const struct rule *rule;
	unsigned bit = 0;

	must(sh->depth < SHAPE_DEPTH_MAX);
	rule = find_rule(in, &s->name, &bit);
	if (rule == NULL)
		return osci_refuse_at(p, e, "not allowed in a ContentPackage at this place");
	if ((rule->once && (outer->seen >> bit & 1) != 0) ||
	    (elements[in].max > 0 && outer->children >= elements[in].max))
		return osci_refuse_at(p, e, "too many elements of this kind");
	outer->seen |= 1u << bit;
	if (outer->children < UINT8_MAX)
		outer->children++;
	l = &sh->levels[++sh->depth];
	*l = (struct osci_shape_level){ .is = (uint8_t)rule->is };
	if (check_attrs(rule->is, p, s, e) != 0 || check_values(sh, r, rule->is, p, s, e) != 0 ||
	    cover_start(sh, r, in, rule->is, p, s, e) != 0)
		return (int)e->code;
	if (rule->is == CONTENT && xml_start_attr(s, NULL, "href") != NULL)
		l->children = (uint8_t)elements[CONTENT].max; /* the attachment is its only child */
	return 0;
}

static int take_base64(struct osci_shape_level *l, const struct xml_push *p, struct span text, struct err *e)
{
	for (size_t i = 0, run; i < text.n; i += run > 0 ? run : 1) {
		char c = text.p[i];

		run = b64_run((struct span){ text.p + i, text.n - i });
		if (run == 0 && (c == ' ' || c == '\n' || c == '\t' || c == '\r')) {
			/* the library skips the octet behind the first of two "=", whatever it is */
			if (l->padded && l->base64 != 0)
				return osci_refuse_at(p, e, "a blank within the end of base64");
			continue;
		}
		if (run > 0 ? l->padded : c != '=' || l->base64 < 2)
			return osci_refuse_at(p, e, "not base64");
		l->padded = run == 0;
		l->has_text = true;
		l->base64 = (uint8_t)((l->base64 + (run > 0 ? run : 1)) % 4);
	}
	return 0;
}

int osci_shape_text(struct osci_shape *sh, const struct xml_push *p, struct span text, struct err *e)
{
	struct osci_shape_level *l = &sh->levels[sh->depth];

	switch (elements[l->is].text) {
	case ANY_TEXT:
		return 0;
	case BASE64_TEXT:
	case BASE64_VALUE:
		return take_base64(l, p, text, e);
	case NO_TEXT:
		break;
	}
	return xml_is_blank(text) ? 0 : osci_refuse_at(p, e, "text is not allowed here");
}

int osci_shape_end(struct osci_shape *sh, const struct xml_push *p, struct err *e)
{
	const struct osci_shape_level *l = &sh->levels[sh->depth--];
	unsigned bit = 0;

	if (l->base64 != 0)
		return osci_refuse_at(p, e, "base64 that ends in the middle");
	if (elements[l->is].text == BASE64_VALUE && !l->has_text)
		return osci_refuse_at(p, e, "it is empty");
	if (l->children < elements[l->is].min)
		return osci_refuse_at(p, e, "something is missing in it");
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		if (rules[i].in != (enum element)l->is)
			continue;
		if (rules[i].must && (l->seen >> bit & 1) == 0)
			return osci_refuse_at(p, e, "%s is missing", rules[i].local);
		bit++;
	}
	if (l->is == SIGNATURE)
		osci_cover_signature_end(&sh->cover);
	else if (l->is == CONTAINER)
		osci_cover_container_end(&sh->cover);
	return 0;
}

int osci_shape_refs(const struct osci_shape *sh, const struct osci_message *m, struct err *e)
{
	for (size_t i = 0; i < sh->ref_count; i++) {
		size_t k = 0;

		while (k < m->attachment_count && strcmp(m->attachments[k].cid, sh->refs[i]) != 0)
			k++;
		if (k == m->attachment_count)
			return err_set(e, ERR_SYNTAX, "the content refers to cid:%.80s, and there is no such attachment",
				       sh->refs[i]);
	}
	return 0;
}
