/* SPDX-License-Identifier: EUPL-1.2 */
/* Unit tests of pki/content. */
#include "cm.h"

#include <pthread.h>

#include "base/mem.h"
#include "pki/h_box.h"
#include "pki/h_pki.h"
#include "osci/container.h"
#include "pki/xml_make.h"

static const struct pki_cert *find_cert(void *ctx, struct span uri)
{
	struct box *b = ctx;

	for (size_t i = 0; i < ARRAY_LEN(b->certs); i++)
		if (b->uris[i] != NULL && span_is(uri, b->uris[i]))
			return b->certs[i];
	return NULL;
}

static int give_part(void *ctx, const char *cid, struct src **out, struct err *e)
{
	struct box *b = ctx;

	for (size_t i = 0; i < b->nparts; i++)
		if (strcmp(b->parts[i].cid, cid) == 0) {
			*out = src_of_mem(b->parts[i].data.p, b->parts[i].data.n);
			return 0;
		}
	return err_set(e, ERR_MISSING, "no part %s", cid);
}

static int open_text(void *ctx, struct src **out, struct err *e)
{
	const char *text = ctx;

	if (strcmp(text, "fails") == 0)
		return err_set(e, ERR_IO, "disk gone");
	*out = src_of_mem(text, strlen(text));
	return 0;
}

static struct osci_container_in callbacks(struct box *b)
{
	return (struct osci_container_in){ .ctx = b, .cert = find_cert, .content = h_box_take, .part = give_part };
}

static char big[300000];

static struct {
	struct pki_key *rsa, *ec, *reader1, *reader2;
	struct pki_keyring *kr1, *kr2;
} w;

static struct pki_reader list[2];

static int set_up(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(pki_xml_init(&e), e);
	w.rsa = h_own_key(PKI_USE_SIGNATURE, h_rsa(2048));
	w.ec = h_own_key(PKI_USE_SIGNATURE, h_ec("P-256"));
	w.reader1 = h_own_key(PKI_USE_CIPHER, h_rsa(2048));
	w.reader2 = h_own_key(PKI_USE_CIPHER, h_rsa_other());
	w.kr1 = pki_keyring_new();
	w.kr2 = pki_keyring_new();
	pki_keyring_add(w.kr1, w.reader1);
	list[0] = (struct pki_reader){ w.reader1->cert, "#reader1_cipher_x" };
	list[1] = (struct pki_reader){ w.reader2->cert, "#reader2_cipher_x" };
	pki_keyring_add(w.kr2, w.reader2);
	for (size_t i = 0; i < sizeof(big) - 1; i++)
		big[i] = (char)('A' + i % 57);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	pki_key_free(w.rsa);
	pki_key_free(w.ec);
	pki_keyring_free(w.kr1);
	pki_keyring_free(w.kr2);
	pki_xml_fini();
	return 0;
}

static void fill_certs(struct box *b, const struct pki_key *author)
{
	b->uris[0] = "#author1_signature_x";
	b->certs[0] = author != NULL ? author->cert : NULL;
	b->uris[1] = "#reader1_cipher_x";
	b->certs[1] = w.reader1->cert;
	b->uris[2] = "#reader2_cipher_x";
	b->certs[2] = w.reader2->cert;
}

static void fill_parts(struct box *b, const struct osci_container *c)
{
	struct err e = ERR_INIT;

	for (size_t i = 0; i < osci_container_attachments(c); i++) {
		struct blob *p = &b->parts[b->nparts++];
		struct src *s = NULL;
		snprintf(p->cid, sizeof(p->cid), "%s", osci_container_cid(c, i));
		buf_init(&p->data, 1u << 24);
		assert_ok(osci_container_attachment(c, i, &s, &e), e);
		assert_ok(stream_to_buf(s, &p->data, "part", &e), e);
		src_close(s);
	}
}

static const struct pki_reader *readers(void)
{
	return list;
}

static struct osci_container_part parts[] = {
	{ .id = "antrag", .open = open_text, .ctx = (void *)(uintptr_t)"<antrag>ä & ö</antrag>" },
	{ .id = "anlage1", .cid = "foto.jpg", .open = open_text, .ctx = big },
	{ .id = "anlage2", .cid = "leer.txt", .open = open_text, .ctx = (void *)(uintptr_t)"" },
	{ .id = "pdf", .open = open_text, .ctx = (void *)(uintptr_t)"%PDF-1.7" },
};

static void what_the_author_sends_the_reader_gets(void **state)
{
	const struct {
		const struct pki_key *author;
		bool pss;
		size_t nreaders;
		unsigned iv_len;
		const char *alg;
	} rows[] = {
		{ NULL, false, 0, 0, NULL },
		{ w.rsa, false, 0, 0, PKI_URI_RSA_SHA256 },
		{ w.rsa, true, 1, 12, PKI_URI_PSS_SHA256 },
		{ w.ec, false, 2, 16, PKI_URI_ECDSA_SHA256 },
		{ NULL, false, 2, 12, NULL },
		{ w.rsa, false, 2, 0, PKI_URI_RSA_SHA256 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct osci_container_job job = { .id = "container", .parts = parts, .nparts = ARRAY_LEN(parts),
					       .author = rows[i].author, .author_uri = "#author1_signature_x",
					       .pss = rows[i].pss, .readers = readers(), .nreaders = rows[i].nreaders,
					       .iv_len = rows[i].iv_len };
		struct osci_container *c = NULL;
		struct osci_container_result r;
		struct err e = ERR_INIT;
		assert_ok(osci_container_make(&job, &c, &e), e);
		for (int who = 0; who < 2; who++) {
			struct box b = { 0 };
			struct osci_container_in in = callbacks(&b);
			fill_certs(&b, rows[i].author);
			fill_parts(&b, c);
			int rc = osci_container_open(osci_container_xml(c), who == 0 ? w.kr1 : w.kr2, &PKI_POLICY_DEFAULT, &in,
						  &r, &e);
			if (rows[i].nreaders == 1 && who == 1) {
				assert_int_equal(rc, ERR_MISSING);
				h_box_fini(&b);
				continue;
			}
			if (rc != 0)
				fail_msg("row %zu: %s", i, e.text);
			assert_int_equal(r.ncontents, 4);
			assert_int_equal(r.encrypted, rows[i].nreaders > 0);
			assert_int_equal(r.nauthors, rows[i].author != NULL);
			if (rows[i].author != NULL) {
				assert_ptr_equal(r.authors[0].cert, rows[i].author->cert);
				assert_true(r.authors[0].covers_all);
				assert_string_equal(r.authors[0].alg->uri, rows[i].alg);
			}
			assert_string_equal(h_box_found(&b, "antrag"), "<antrag>ä & ö</antrag>");
			assert_string_equal(h_box_found(&b, "anlage1"), big);
			assert_string_equal(h_box_found(&b, "anlage2"), "");
			assert_string_equal(h_box_found(&b, "pdf"), "%PDF-1.7");
			h_box_fini(&b);
		}
		osci_container_free(c);
	}
}

static void an_attachment_gives_the_same_octets_each_time(void **state)
{
	struct osci_container_job job = { .id = "container", .parts = parts, .nparts = ARRAY_LEN(parts),
				       .readers = readers(), .nreaders = 1 };
	struct osci_container *c = NULL;
	struct box a = { 0 }, b = { 0 };
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(osci_container_make(&job, &c, &e), e);
	fill_parts(&a, c);
	fill_parts(&b, c);
	assert_int_equal(a.nparts, 2);
	assert_int_equal(a.parts[0].data.n, strlen(big) + 12 + 16);
	for (size_t i = 0; i < a.nparts; i++) {
		assert_int_equal(a.parts[i].data.n, b.parts[i].data.n);
		assert_memory_equal(a.parts[i].data.p, b.parts[i].data.p, a.parts[i].data.n);
	}
	assert_null(memmem(a.parts[0].data.p, a.parts[0].data.n, big, 64));
	h_box_fini(&a);
	h_box_fini(&b);
	osci_container_free(c);
}

static void *make_and_open(void *arg)
{
	struct osci_container_part own[] = { { .id = "x", .cid = "x.bin", .open = open_text, .ctx = arg },
				  { .id = "y", .open = open_text, .ctx = arg } };
	struct osci_container_job job = { .id = "container", .parts = own, .nparts = 2, .author = w.rsa,
				       .author_uri = "#author1_signature_x", .readers = readers(), .nreaders = 1 };
	void *failed = NULL;

	for (int i = 0; i < 8 && failed == NULL; i++) {
		struct osci_container_result r;
		struct osci_container *c = NULL;
		struct box b = { 0 };
		struct osci_container_in in = callbacks(&b);
		struct err e = ERR_INIT;
		fill_certs(&b, w.rsa);
		if (osci_container_make(&job, &c, &e) != 0)
			return arg;
		fill_parts(&b, c);
		if (osci_container_open(osci_container_xml(c), w.kr1, &PKI_POLICY_DEFAULT, &in, &r, &e) != 0 ||
		    strcmp(h_box_found(&b, "x"), arg) != 0 || strcmp(h_box_found(&b, "y"), arg) != 0)
			failed = arg;
		h_box_fini(&b);
		osci_container_free(c);
	}
	return failed;
}

static void threads_do_not_get_in_each_others_way(void **state)
{
	static char texts[3][20] = { "eins", "zwei", "drei" };
	pthread_t threads[3];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		pthread_create(&threads[i], NULL, make_and_open, texts[i]);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		void *failed = NULL;
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
}

static void jobs_that_cannot_be_done_are_refused(void **state)
{
	static const struct osci_container_part broken[] = { { .id = "a", .cid = "x", .open = open_text,
						    .ctx = (void *)(uintptr_t)"fails" } };
	static const struct osci_container_part broken_inner[] = { { .id = "a", .open = open_text,
							  .ctx = (void *)(uintptr_t)"fails" } };
	static const struct osci_container_part bad_cid[] = { { .id = "a", .cid = "x\"#y", .open = open_text, .ctx = big } };
	static const struct osci_container_part bad_id[] = { { .id = "1a", .open = open_text, .ctx = big } };
	static const struct osci_container_part twice[] = { { .id = "a", .open = open_text, .ctx = big },
						 { .id = "a", .open = open_text, .ctx = big } };
	struct pki_key *ec_reader = h_own_key(PKI_USE_CIPHER, h_ec("P-256"));
	struct pki_reader no_rsa = { ec_reader->cert, "#r" };
	const struct {
		struct osci_container_job job;
		enum err_code code;
	} rows[] = {
		{ { .id = "c", .parts = broken, .nparts = 1, .author = w.rsa, .author_uri = "#a1" }, ERR_IO },
		{ { .id = "c", .parts = broken_inner, .nparts = 1 }, ERR_IO },
		{ { .id = "c", .parts = bad_cid, .nparts = 1 }, ERR_SYNTAX },
		{ { .id = "c", .parts = bad_id, .nparts = 1 }, ERR_SYNTAX },
		{ { .id = "c", .parts = twice, .nparts = 2 }, ERR_SYNTAX },
		{ { .id = "c", .parts = parts, .nparts = 0 }, ERR_LIMIT },
		{ { .id = "c", .parts = parts, .nparts = 1, .readers = &no_rsa, .nreaders = 1 }, ERR_UNSUPPORTED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct osci_container *c;
		struct err e = ERR_INIT;
		int rc = osci_container_make(&rows[i].job, &c, &e);
		if (rc != (int)rows[i].code)
			fail_msg("row %zu: %d %s", i, rc, e.text);
	}
	pki_key_free(ec_reader);
}

static void what_was_changed_on_the_way_is_refused(void **state)
{
	/* signed, not encrypted: what to replace by what in the container, or which part to change */
	static const struct {
		const char *from, *to;
		int part;	/* flips an octet in this part */
		enum err_code code;
	} rows[] = {
		{ NULL, NULL, -1, ERR_OK },
		{ "JVBERi0xLjc=", "JVBERi0xLjg=", -1, ERR_CRYPTO },
		{ "href=\"cid:foto.jpg\"", "href=\"cid:leer.txt\"", -1, ERR_CRYPTO },
		{ "Id=\"pdf\"", "Id=\"pdg\"", -1, ERR_CRYPTO },
		{ "URI=\"#pdf\"", "URI=\"#pdg\"", -1, ERR_CRYPTO },
		{ "Id=\"pdf\"", "Id=\"antrag\"", -1, ERR_SYNTAX },
		{ "#author1_signature_x", "#author2_signature_x", -1, ERR_CRYPTO },
		{ "<osci:Content>", "<osci:Content><!-- x -->", -1, ERR_SYNTAX },
		{ "xmldsig#base64", "xmldsig#enveloped-signature", -1, ERR_UNSUPPORTED },
		{ NULL, NULL, 0, ERR_CRYPTO },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct osci_container_job job = { .id = "container", .parts = parts, .nparts = ARRAY_LEN(parts),
					       .author = w.rsa, .author_uri = "#author1_signature_x" };
		struct osci_container *c = NULL;
		struct osci_container_result r;
		struct box b = { 0 };
		struct osci_container_in in = callbacks(&b);
		struct err e = ERR_INIT;
		struct buf text;
		assert_ok(osci_container_make(&job, &c, &e), e);
		fill_certs(&b, w.rsa);
		fill_parts(&b, c);
		struct span xml = osci_container_xml(c);
		buf_init(&text, 1u << 20);
		if (rows[i].from != NULL) {
			const char *at = memmem(xml.p, xml.n, rows[i].from, strlen(rows[i].from));
			assert_non_null(at);
			buf_put(&text, xml.p, (size_t)(at - xml.p));
			buf_puts(&text, rows[i].to);
			at += strlen(rows[i].from);
			buf_put(&text, at, xml.n - (size_t)(at - xml.p));
		} else {
			buf_span(&text, xml);
		}
		if (rows[i].part >= 0)
			b.parts[rows[i].part].data.p[100] ^= 1;
		int rc = osci_container_open(buf_view(&text), NULL, &PKI_POLICY_DEFAULT, &in, &r, &e);
		if (rc != (int)rows[i].code)
			fail_msg("row %zu: %d %s", i, rc, e.text);
		buf_fini(&text);
		h_box_fini(&b);
		osci_container_free(c);
	}
}

/* An unsigned content slipped into a signed container is delivered, but the author does not cover all any more. */
static void an_added_content_is_not_covered(void **state)
{
	struct osci_container_job job = { .id = "container", .parts = parts, .nparts = 1, .author = w.ec,
				       .author_uri = "#author1_signature_x" };
	struct osci_container *c = NULL;
	struct osci_container_result r;
	struct box b = { 0 };
	struct osci_container_in in = callbacks(&b);
	struct err e = ERR_INIT;
	struct buf text;

	(void)state;
	assert_ok(osci_container_make(&job, &c, &e), e);
	fill_certs(&b, w.ec);
	struct span xml = osci_container_xml(c);
	size_t cut = strlen("</osci:ContentContainer>");
	buf_init(&text, 1u << 20);
	buf_put(&text, xml.p, xml.n - cut);
	buf_puts(&text, "<osci:Content><osci:Base64Content Id=\"neu\">QQ==</osci:Base64Content></osci:Content>"
			"</osci:ContentContainer>");
	assert_ok(osci_container_open(buf_view(&text), NULL, &PKI_POLICY_DEFAULT, &in, &r, &e), e);
	assert_int_equal(r.nauthors, 1);
	assert_false(r.authors[0].covers_all);
	buf_fini(&text);
	h_box_fini(&b);
	osci_container_free(c);
}

/* A signed and encrypted container says nothing about another one beside it that anybody may have put there. */
static void a_container_beside_it_is_neither_covered_nor_secret(void **state)
{
	static const char beside[] = "<osci:ContentContainer Id=\"fremd\"><osci:Content><osci:Base64Content Id=\"neu\">QQ=="
				     "</osci:Base64Content></osci:Content></osci:ContentContainer>";
	struct osci_container_job job = { .id = "container", .parts = parts, .nparts = 1, .author = w.ec,
				       .author_uri = "#author1_signature_x", .readers = readers(), .nreaders = 1 };

	(void)state;
	for (int added = 0; added < 2; added++) {
		struct osci_container *c = NULL;
		struct osci_container_result r;
		struct box b = { 0 };
		struct osci_container_in in = callbacks(&b);
		struct err e = ERR_INIT;
		struct buf text;

		assert_ok(osci_container_make(&job, &c, &e), e);
		fill_certs(&b, w.ec);
		buf_init(&text, 1u << 20);
		buf_span(&text, osci_container_xml(c));
		if (added)
			buf_puts(&text, beside);
		assert_ok(osci_container_open(buf_view(&text), w.kr1, &PKI_POLICY_DEFAULT, &in, &r, &e), e);
		assert_int_equal(r.ncontents, 1 + added);
		assert_int_equal(r.nauthors, 1);
		assert_int_equal(r.authors[0].covers_all, !added);
		assert_int_equal(r.encrypted, !added);
		buf_fini(&text);
		h_box_fini(&b);
		osci_container_free(c);
	}
}

static void make_signed(unsigned number, const struct pki_key *author, const char *uri, struct buf *text)
{
	char id[20], part_id[20];
	struct osci_container_part part = { .id = part_id, .open = open_text, .ctx = (void *)(uintptr_t)"x" };
	struct osci_container_job job = { .id = id, .parts = &part, .nparts = 1, .author = author, .author_uri = uri };
	struct osci_container *c = NULL;
	struct err e = ERR_INIT;

	snprintf(id, sizeof(id), "c%u", number);
	snprintf(part_id, sizeof(part_id), "p%u", number);
	assert_ok(osci_container_make(&job, &c, &e), e);
	buf_span(text, osci_container_xml(c));
	osci_container_free(c);
}

/* As many containers as one likes; an author is one author however often he signed. */
static void many_signed_containers_have_their_authors_once(void **state)
{
	(void)state;
	for (int authors = 1; authors <= 2; authors++) {
		struct osci_container_result r;
		struct box b = { 0 };
		struct osci_container_in in = callbacks(&b);
		struct err e = ERR_INIT;
		struct buf text;

		buf_init(&text, 1u << 20);
		for (unsigned i = 0; i < 12; i++)
			make_signed(i, i < 11 || authors == 1 ? w.ec : w.rsa, i < 11 || authors == 1 ? "#a" : "#b", &text);
		b.uris[0] = "#a";
		b.certs[0] = w.ec->cert;
		b.uris[1] = "#b";
		b.certs[1] = w.rsa->cert;
		assert_ok(osci_container_open(buf_view(&text), NULL, &PKI_POLICY_DEFAULT, &in, &r, &e), e);
		assert_int_equal(r.ncontents, 12);
		assert_int_equal(r.nauthors, authors);
		assert_int_equal(r.authors[0].covers_all, authors == 1);
		assert_int_equal(r.authors[authors - 1].covers_all, authors == 1);
		assert_false(r.encrypted);
		buf_fini(&text);
		h_box_fini(&b);
	}
}

static void changed_ciphertext_gives_one_and_the_same_error(void **state)
{
	struct osci_container_job job = { .id = "container", .parts = parts, .nparts = ARRAY_LEN(parts), .author = w.ec,
				       .author_uri = "#author1_signature_x", .readers = readers(), .nreaders = 1 };
	struct osci_container *c = NULL;
	struct err e = ERR_INIT;
	char first[400] = "";

	(void)state;
	assert_ok(osci_container_make(&job, &c, &e), e);
	struct span xml = osci_container_xml(c);
	for (int i = 0; i < 3; i++) {
		struct osci_container_result r;
		struct box b = { 0 };
		struct osci_container_in in = callbacks(&b);
		char *text = mem_dup_n(xml.p, xml.n);
		fill_certs(&b, w.ec);
		fill_parts(&b, c);
		/* the wrapped key, the beginning and the end of the ciphertext */
		char *at = strstr(text, "<xenc:CipherValue>") + 40;
		if (i > 0)
			at = strstr(at, "<xenc:CipherValue>") + 60;
		if (i > 1)
			at = strstr(at, "</xenc:CipherValue>") - 20;
		while (*at == '\n' || *at == '=')
			at--;
		*at = *at == 'A' ? 'B' : 'A';
		assert_int_equal(osci_container_open((struct span){ text, xml.n }, w.kr1, &PKI_POLICY_DEFAULT, &in, &r, &e),
				 ERR_CRYPTO);
		if (first[0] == '\0')
			snprintf(first, sizeof(first), "%s", e.text);
		assert_string_equal(first, e.text);
		assert_int_equal(b.n, 0);
		free(text);
		h_box_fini(&b);
	}
	osci_container_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_author_sends_the_reader_gets),
		cmocka_unit_test(an_attachment_gives_the_same_octets_each_time),
		cmocka_unit_test(threads_do_not_get_in_each_others_way),
		cmocka_unit_test(jobs_that_cannot_be_done_are_refused),
		cmocka_unit_test(what_was_changed_on_the_way_is_refused),
		cmocka_unit_test(an_added_content_is_not_covered),
		cmocka_unit_test(a_container_beside_it_is_neither_covered_nor_secret),
		cmocka_unit_test(many_signed_containers_have_their_authors_once),
		cmocka_unit_test(changed_ciphertext_gives_one_and_the_same_error),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
