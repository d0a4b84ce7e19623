/* SPDX-License-Identifier: EUPL-1.2 */
/* Content packages that the OSCI library made are opened. */
#include "cm.h"

#include "base/file.h"
#include "base/mem.h"
#include "pki/h_box.h"
#include "pki/h_osci.h"
#include "pki/h_pki.h"
#include "osci/container.h"
#include "pki/xml_make.h"

#define VECTORS "../shared/vectors/osci"

static const struct xml_node *header_block(const struct xml_node *root, const char *name)
{
	const struct xml_node *header = xml_child(root, H_NS_SOAP, "Header");

	return header != NULL ? xml_child(header, H_NS_OSCI, name) : NULL;
}

struct wire {
	struct arena *a;
	struct h_mime mime;
	const struct xml_node *nic;
	struct pki_cert *certs[16];
	struct span ids[16];
	size_t n;
	struct box box;
};

static const struct pki_cert *wire_cert(void *ctx, struct span uri)
{
	struct wire *v = ctx;

	for (size_t i = 0; i < v->n; i++)
		if (v->ids[i].n + 1 == uri.n && memcmp(v->ids[i].p, uri.p + 1, v->ids[i].n) == 0)
			return v->certs[i];
	return NULL;
}

static int wire_content(void *ctx, const char *id, const char *cid, struct sink **to, struct err *e)
{
	return h_box_take(&((struct wire *)ctx)->box, id, cid, to, e);
}

static int wire_part(void *ctx, const char *cid, struct src **out, struct err *e)
{
	struct wire *v = ctx;
	const struct h_part *p = h_mime_part(&v->mime, span_of(cid));

	if (p == NULL)
		return err_set(e, ERR_MISSING, "no part %s", cid);
	*out = src_of_mem(p->body.p, p->body.n);
	return 0;
}

static int open_vector(const char *file, const char *reader, struct wire *v, struct osci_container_result *r, struct err *e)
{
	struct pki_keyring *kr = pki_keyring_new();
	struct osci_container_in in = { .ctx = v, .cert = wire_cert, .content = wire_content, .part = wire_part };
	struct xml_limits limits = XML_LIMITS_DEFAULT;
	const struct xml_node *root;
	struct buf entity;
	char path[300];

	if (reader != NULL)
		pki_keyring_add(kr, h_vector_key(PKI_USE_CIPHER, reader));
	*v = (struct wire){ .a = arena_new() };
	snprintf(path, sizeof(path), VECTORS "/%s", file);
	buf_init(&entity, 1u << 24);
	assert_ok(file_read(path, &entity, e), *e);
	struct span kept = arena_span(v->a, buf_view(&entity));
	buf_fini(&entity);
	assert_int_equal(h_mime_read(kept, v->a, &v->mime), 0);
	struct span xml = v->mime.parts[0].body;
	assert_ok(xml_tree_parse(xml, &limits, v->a, &root, e), *e);
	const struct xml_node *nic = header_block(root, "NonIntermediaryCertificates");
	for (const struct xml_node *c = xml_child(nic, H_NS_OSCI, NULL); c != NULL; c = xml_next(c, H_NS_OSCI, NULL)) {
		const struct xml_node *x = xml_descend(c, H_NS_DS, "X509Data/X509Certificate");
		xml_attr_get(c, NULL, "Id", &v->ids[v->n]);
		assert_ok(pki_cert_from_base64(x->first->text, &v->certs[v->n++], e), *e);
	}
	const char *from = memmem(xml.p, xml.n, "<osci:ContentPackage>", 21);
	from += 21;
	const char *to = memmem(from, xml.n - (size_t)(from - xml.p), "</osci:ContentPackage>", 22);
	int rc = osci_container_open((struct span){ from, (size_t)(to - from) }, kr, &PKI_POLICY_DEFAULT, &in, r, e);
	pki_keyring_free(kr);
	return rc;
}

static void wire_fini(struct wire *v)
{
	for (size_t i = 0; i < v->n; i++)
		pki_cert_free(v->certs[i]);
	h_box_fini(&v->box);
	arena_free(v->a);
}

static void check_digest(const struct box *b, const char *id, const char *hex)
{
	uint8_t digest[SHA256_LEN];
	char text[2 * SHA256_LEN + 1];

	for (size_t i = 0; i < b->n; i++) {
		const struct blob *blob = &b->blobs[i];
		if (strcmp(blob->id, id) != 0 && strcmp(blob->cid, id) != 0)
			continue;
		sha256(blob->data.p, blob->data.n, digest);
		hex_encode(digest, SHA256_LEN, text);
		assert_string_equal(text, hex);
		return;
	}
	fail_msg("no content %s", id);
}

static void content_of_the_library_is_opened(void **state)
{
	static const struct {
		const char *file, *reader;
		size_t authors, contents;
		struct {
			const char *id, *sha256;
		} expect[3];
	} rows[] = {
		{ "good/storeDelivery-plain.bin", NULL, 0, 1,
		  { { "c1", "adfdc73bed21a6db43e4d84d6f7ef1e8f9421e3c9c6b277469988f17940fcc7c" } } },
		{ "good/storeDelivery-two-content-signatures.bin", NULL, 2, 1,
		  { { "c1", "adfdc73bed21a6db43e4d84d6f7ef1e8f9421e3c9c6b277469988f17940fcc7c" } } },
		{ "good/storeDelivery-attachment.bin", NULL, 0, 2,
		  { { "c1", "e647d44b91c32b55142dfe20a31bb45161530d361f717fefc8bf2b89fe27e24f" },
		    { "anlage.bin", "93bb41a686fe4c1943185231a3b162720863f243211fcdbf94ae021dc3245d08" } } },
		{ "good/storeDelivery-nested.bin", NULL, 0, 3,
		  { { "c1", "0173e5a87cc0eae9e97145003fba03214553cacd84f008af306d3ef2fdac15ce" },
		    { "i1", "add77b80e6e7f0be851f1956baae9cb36b7b90f2c8b12730b09924aa7baec82e" },
		    { "c2", "2df7366925ec4b6d1cc8b71bde71ed440cfd9899e87ffe3e0497df46e9b2bf93" } } },
		{ "good/storeDelivery-author-signed-reader-encrypted.bin", "reader1-cipher", 1, 2,
		  { { "ec1", "fd7bd1385849c9d097408482fb09b606268fc1c8e884ac014c01d1c4629ffeb9" },
		    { "geheim.bin", "93bb41a686fe4c1943185231a3b162720863f243211fcdbf94ae021dc3245d08" } } },
		{ "good/storeDelivery-author-signed-reader-encrypted-gcm.inner.bin", "reader2-cipher", 1, 2,
		  { { "ec1", "fd7bd1385849c9d097408482fb09b606268fc1c8e884ac014c01d1c4629ffeb9" },
		    { "geheim.bin", "93bb41a686fe4c1943185231a3b162720863f243211fcdbf94ae021dc3245d08" } } },
	};

	(void)state;
	need_shared("vectors/osci/good");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct osci_container_result r;
		struct err e = ERR_INIT;
		struct wire v;
		if (open_vector(rows[i].file, rows[i].reader, &v, &r, &e) != 0)
			fail_msg("%s: %s", rows[i].file, e.text);
		assert_int_equal(r.nauthors, rows[i].authors);
		assert_int_equal(r.ncontents, rows[i].contents);
		assert_int_equal(r.encrypted, rows[i].reader != NULL);
		for (size_t k = 0; k < r.nauthors; k++)
			assert_true(r.authors[k].covers_all);
		for (size_t k = 0; k < 3 && rows[i].expect[k].id != NULL; k++)
			check_digest(&v.box, rows[i].expect[k].id, rows[i].expect[k].sha256);
		wire_fini(&v);
	}
	struct osci_container_result r;
	struct err e = ERR_INIT;
	struct wire v;
	assert_int_equal(open_vector(rows[4].file, "addr1-cipher", &v, &r, &e), ERR_MISSING);
	wire_fini(&v);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(content_of_the_library_is_opened) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
