/* SPDX-License-Identifier: EUPL-1.2 */
/* Content from the author through writer and reader to the reader's sinks. */
#include "osci/content.h"
#include "pki/xml_make.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cm.h"
#include "h_env.h"
#include "h_sample.h"
#include "osci/read.h"
#include "osci/write.h"
#include "pki/h_pki.h"

struct world {
	struct pki_key *author, *cipher[2];
	struct pki_keyring *rings[2];	/* reader 0 and reader 1 */
	struct pki_certs *certs;
	struct pki_policy policy;
	struct h_intake *in;
	struct arena *a;
	struct osci_message got;
	struct buf contents[3];
	size_t content_count;
	char *ids[3];
};

static struct span form = SPAN_LIT("<antrag>\xc3\xa4</antrag>");
static struct span note = SPAN_LIT("kurz");
static struct h_noise scan = { 150001, 99 };

static const struct osci_part parts[] = {
	{ .id = "formular", .open = h_open_span, .ctx = &form },
	{ .id = "anlage", .cid = "scan-1.pdf", .type = "application/pdf", .size = 150001, .open = h_open_noise,
	  .ctx = &scan },
	{ .id = "notiz", .open = h_open_span, .ctx = &note },
};

static int group_setup(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	return pki_xml_init(&e);
}

static int group_teardown(void **state)
{
	(void)state;
	pki_xml_fini();
	return 0;
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	w->author = h_long_key(PKI_USE_SIGNATURE, 0);
	w->certs = pki_certs_new(PKI_CERTS_BYTES);
	w->policy = PKI_POLICY_DEFAULT;
	w->a = arena_new();
	w->in = h_intake_new(true);
	for (unsigned i = 0; i < 2; i++) {
		w->cipher[i] = h_long_key(PKI_USE_CIPHER, i);
		w->rings[i] = pki_keyring_new();
		pki_keyring_add(w->rings[i], w->cipher[i]);
	}
	*state = w;
	return 0;
}

static void drop_contents(struct world *w)
{
	for (size_t i = 0; i < w->content_count; i++) {
		buf_fini(&w->contents[i]);
		free(w->ids[i]);
	}
	w->content_count = 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	drop_contents(w);
	osci_message_fini(&w->got);
	h_intake_free(w->in);
	arena_free(w->a);
	pki_certs_free(w->certs);
	pki_keyring_free(w->rings[0]);
	pki_keyring_free(w->rings[1]);
	pki_key_free(w->author);
	free(w);
	return 0;
}

/* Makes a package, sends it in a storeDelivery signed by sender and reads that again. */
static void travel(struct world *w, const struct osci_package_job *job, const struct pki_key *sender)
{
	struct osci_write_options wo = { .sign = sender };
	struct osci_read_options ro = { .certs = w->certs, .max_size = 8u << 20 };
	struct osci_package *p = NULL;
	struct osci_outgoing d = { .message_id = "x" };
	enum osci_code code;
	struct osci_message m;
	struct err e = ERR_INIT;
	struct sink *to;
	struct src *from;
	struct buf wire;

	assert_ok(osci_package_make(job, &p, &e), e);
	osci_package_fill(p, &d);
	m = (struct osci_message){
		.type = OSCI_STORE_DELIVERY, .control = { .challenge = "eA==" }, .languages = "de", .message_id = "x",
		.quality_creation = true, .quality_reception = true, .certs = d.certs, .cert_count = d.cert_count,
		.has_content = true, .open_content = d.open_content, .content_ctx = d.content_ctx,
		.attachments = d.attachments, .attachment_count = d.attachment_count,
	};
	assert_ok(d.open_content(d.content_ctx, &from, &e), e);
	to = sink_to_null();
	assert_ok(stream_copy(from, to, 8u << 20, &m.content_size, &e), e);
	sink_close(to);
	src_close(from);
	buf_init(&wire, 8u << 20);
	to = sink_to_buf(&wire);
	assert_ok(osci_write(&wo, &m, to, &e), e);
	sink_close(to);
	osci_package_free(p);
	from = src_of_mem(wire.p, wire.n);
	assert_ok(osci_read(&ro, from, &w->in->intake, &w->in->room, w->a, &w->got, &code, &e), e);
	assert_int_equal(w->got.signature_code, OSCI_NO_CODE);
	src_close(from);
	buf_fini(&wire);
}

static int take_content(void *ctx, const char *id, const char *cid, struct sink **to, struct err *e)
{
	struct world *w = ctx;

	(void)cid;
	(void)e;
	assert_true(w->content_count < 3);
	buf_init(&w->contents[w->content_count], 1u << 20);
	w->ids[w->content_count] = strdup(id);
	*to = sink_to_buf(&w->contents[w->content_count++]);
	return 0;
}

static int give_part(void *ctx, const char *cid, struct src **out, struct err *e)
{
	struct world *w = ctx;

	for (size_t i = 0; i < w->in->part_count; i++) {
		struct h_part *p = &w->in->parts[i];

		if (p->cid == NULL || strcmp(p->cid, cid) != 0)
			continue;
		*out = src_of_mem(p->data.p, p->data.n);
		return 0;
	}
	return err_set(e, ERR_MISSING, "no part %s", cid);
}

static int open_package(struct world *w, const struct pki_keyring *keys, struct osci_package_result *r, struct err *e)
{
	struct osci_package_in in = { .keys = keys, .policy = &w->policy, .at = clock_now(), .content = take_content,
				      .part = give_part, .ctx = w };
	struct h_part *body = h_intake_part(w->in, "body", 0);
	struct src *from;
	int rc;

	assert_non_null(body);
	from = src_of_mem(body->data.p, body->data.n);
	drop_contents(w);
	rc = osci_package_open(&in, from, &w->got, r, e);
	src_close(from);
	return rc;
}

static void assert_contents(struct world *w)
{
	struct err e = ERR_INIT;
	struct src *from;
	struct buf b;

	assert_int_equal(w->content_count, 3);
	for (size_t i = 0; i < 3; i++) {
		size_t k = 0;

		while (k < 3 && strcmp(w->ids[k], parts[i].id) != 0)
			k++;
		assert_true(k < 3);
		buf_init(&b, 1u << 20);
		assert_ok(parts[i].open(parts[i].ctx, &from, &e), e);
		assert_ok(stream_to_buf(from, &b, "part", &e), e);
		src_close(from);
		assert_true(span_eq(buf_view(&b), buf_view(&w->contents[k])));
		buf_fini(&b);
	}
}

static void every_reader_gets_the_contents_and_the_authors_certificate(void **state)
{
	struct world *w = *state;
	struct pki_cert *readers[] = { w->cipher[0]->cert, w->cipher[1]->cert };
	struct osci_package_job job = { .parts = parts, .part_count = 3, .author = w->author,
					.addressee = w->cipher[0]->cert, .readers = readers, .reader_count = 2 };
	struct osci_package_result r;
	struct err e = ERR_INIT;

	travel(w, &job, NULL);
	assert_int_equal(w->got.attachment_count, 1);
	assert_int_equal(w->got.attachments[0].size, 150001 + 28);
	for (unsigned i = 0; i < 2; i++) {
		assert_ok(open_package(w, w->rings[i], &r, &e), e);
		assert_contents(w);
		assert_true(r.was_encrypted);
		assert_int_equal(r.content_count, 3);
		assert_int_equal(r.author_count, 1);
		assert_true(r.authors[0].covers_all);
		assert_true(pki_cert_same(r.authors[0].cert, w->author->cert));
	}
}

static void content_without_readers_is_in_the_clear_and_still_signed(void **state)
{
	struct world *w = *state;
	struct osci_package_job job = { .parts = parts, .part_count = 3, .author = w->author,
					.addressee = w->cipher[0]->cert };
	struct osci_package_result r;
	struct err e = ERR_INIT;

	travel(w, &job, NULL);
	assert_ok(open_package(w, w->rings[0], &r, &e), e);
	assert_contents(w);
	assert_false(r.was_encrypted);
	assert_int_equal(r.author_count, 1);
}

static void an_author_who_is_the_originator_has_one_certificate_in_the_message(void **state)
{
	struct world *w = *state;
	struct pki_cert *readers[] = { w->cipher[0]->cert };
	struct osci_package_job job = { .parts = parts, .part_count = 3, .author = w->author, .originator = w->author,
					.addressee = w->cipher[0]->cert, .readers = readers, .reader_count = 1 };
	struct osci_package_result r;
	struct err e = ERR_INIT;

	travel(w, &job, w->author);
	assert_int_equal(w->got.cert_count, 2);
	assert_true(pki_cert_same(osci_message_cert(&w->got, OSCI_ORIGINATOR, false), w->author->cert));
	assert_ok(open_package(w, w->rings[0], &r, &e), e);
	assert_int_equal(r.author_count, 1);
}

static void who_is_no_reader_is_told_so_and_gets_nothing(void **state)
{
	struct world *w = *state;
	struct pki_cert *readers[] = { w->cipher[0]->cert };
	struct osci_package_job job = { .parts = parts, .part_count = 3, .author = w->author,
					.addressee = w->cipher[1]->cert, .readers = readers, .reader_count = 1 };
	struct osci_package_result r;
	struct err e = ERR_INIT;

	travel(w, &job, NULL);
	assert_int_equal(open_package(w, w->rings[1], &r, &e), ERR_MISSING);
	assert_int_equal(w->content_count, 0);
}

static void a_changed_attachment_or_a_package_with_other_prefixes_is_not_opened(void **state)
{
	struct world *w = *state;
	struct pki_cert *readers[] = { w->cipher[0]->cert };
	struct osci_package_job job = { .parts = parts, .part_count = 3, .author = w->author,
					.addressee = w->cipher[0]->cert, .readers = readers, .reader_count = 1 };
	struct osci_package_result r;
	struct err e = ERR_INIT;
	struct h_part *att, *body;

	travel(w, &job, NULL);
	att = h_intake_part(w->in, "attachment", 0);
	att->data.p[1000] = (char)(att->data.p[1000] ^ 1);
	assert_int_equal(open_package(w, w->rings[0], &r, &e), ERR_CRYPTO);
	att->data.p[1000] = (char)(att->data.p[1000] ^ 1);
	assert_ok(open_package(w, w->rings[0], &r, &e), e);
	body = h_intake_part(w->in, "body", 0);
	body->data.p[1] = 'x';
	assert_int_equal(open_package(w, w->rings[0], &r, &e), ERR_UNSUPPORTED);
}

/* Some intermediaries declare osci2017 and the like on their Envelope: what is encrypted is a document of its own, and as
 * signed as before. */
static void namespaces_around_the_package_do_no_harm(void **state)
{
	static const char *const tags[] = {
		"<osci:ContentPackage xmlns:osci2017=\"http://xoev.de/transport/osci12/7\" xmlns:x=\"urn:x\">",
		"<osci:ContentPackage xmlns:osci=\"urn:x\">", "<osci:ContentPackages>", "<osci:ContentPackage a=\"",
	};
	static const enum err_code codes[] = { ERR_OK, ERR_SYNTAX, ERR_UNSUPPORTED, ERR_UNSUPPORTED };
	struct world *w = *state;
	struct pki_cert *readers[] = { w->cipher[0]->cert };
	struct osci_package_job job = { .parts = parts, .part_count = 3, .author = w->author,
					.addressee = w->cipher[0]->cert, .readers = readers, .reader_count = 1 };
	size_t head = strlen("<osci:ContentPackage>");
	struct h_part *body;
	struct buf whole, other;

	travel(w, &job, NULL);
	body = h_intake_part(w->in, "body", 0);
	whole = body->data;
	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		struct osci_package_result r;
		struct err e = ERR_INIT;

		buf_init(&other, 8u << 20);
		buf_puts(&other, tags[i]);
		buf_put(&other, whole.p + head, whole.n - head);
		body->data = other;
		if (open_package(w, w->rings[0], &r, &e) != (int)codes[i])
			fail_msg("%s: %s", tags[i], e.text);
		if (codes[i] == ERR_OK) {
			assert_contents(w);
			assert_true(r.author_count == 1 && r.authors[0].covers_all && r.was_encrypted);
		}
		buf_fini(&other);
	}
	body->data = whole;
}

#define with_world(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static void an_author_whose_certificate_is_not_valid_now_signs_nothing(void **state)
{
	static const struct {
		long from, to;	/* days from the time of the test certificates, which is in the past or near */
		const char *text;
	} rows[] = { { -900, -600, "has expired" }, { 36000, 36500, "is not valid yet" } };
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		X509 *x = h_cert(&(struct h_spec){ .cn = "Autor", .key = h_rsa(2048), .ku = "digitalSignature",
						   .from = rows[i].from * H_DAY, .to = rows[i].to * H_DAY });
		struct pki_key *author = h_key(PKI_USE_SIGNATURE, x, h_rsa(2048));
		struct osci_package_job job = { .author = author, .addressee = w->cipher[0]->cert };
		struct osci_package *p = NULL;
		struct err e = ERR_INIT;

		assert_int_equal(osci_package_make(&job, &p, &e), ERR_CONFIG);
		assert_int_equal(e.reason, RSN_LOC_KEY_MISSING);
		assert_non_null(strstr(e.text, rows[i].text));
		pki_key_free(author);
		X509_free(x);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_world(every_reader_gets_the_contents_and_the_authors_certificate),
		with_world(content_without_readers_is_in_the_clear_and_still_signed),
		with_world(an_author_who_is_the_originator_has_one_certificate_in_the_message),
		with_world(who_is_no_reader_is_told_so_and_gets_nothing),
		with_world(a_changed_attachment_or_a_package_with_other_prefixes_is_not_opened),
		with_world(namespaces_around_the_package_do_no_harm),
		with_world(an_author_whose_certificate_is_not_valid_now_signs_nothing),
	};
	return cmocka_run_group_tests_name("osci/content", tests, group_setup, group_teardown);
}
