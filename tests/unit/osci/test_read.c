/* SPDX-License-Identifier: EUPL-1.2 */
/* The reader against our own writer, and against what an attacker makes of its output. */
#include "cm.h"

#include "h_env.h"
#include "h_sample.h"
#include "osci/read.h"
#include "osci/write.h"
#include "pki/h_pki.h"

#define MAX (16u << 20)

static struct pki_key *sign_key, *other_key, *cipher_key;
static struct pki_keyring *ring;
static struct pki_certs *certs;
static const struct pki_policy policy = { .min_rsa_bits = 2048 };

static int set_up(void **state)
{
	(void)state;
	sign_key = h_long_key(PKI_USE_SIGNATURE, 0);
	other_key = h_long_key(PKI_USE_SIGNATURE, 1);
	cipher_key = h_long_key(PKI_USE_CIPHER, 1);
	ring = pki_keyring_new();
	pki_keyring_add(ring, cipher_key);
	certs = pki_certs_new(100);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	pki_key_free(sign_key);
	pki_key_free(other_key);
	pki_keyring_free(ring);
	pki_certs_free(certs);
	return 0;
}

struct result {
	struct arena *a;
	struct h_intake *in;
	struct osci_message m;
	struct err e;
	int rc;
	const char *code;
};

static void read_src(struct src *in, bool answers, bool keep, struct result *r)
{
	struct osci_read_options o = { .keys = ring, .certs = certs, .policy = &policy, .answers = answers,
				       .max_size = UINT64_C(1) << 30 };

	memset(r, 0, sizeof(*r));
	r->a = arena_new();
	r->in = h_intake_new(keep);
	r->rc = osci_read(&o, in, &r->in->intake, r->a, &r->m, &r->e);
	r->code = r->rc != 0 ? osci_read_code(&r->e) : r->m.signature_code != NULL ? r->m.signature_code : "";
}

static void read_bytes(struct span bytes, size_t step, bool answers, struct result *r)
{
	struct src *all = src_of_mem(bytes.p, bytes.n), *in = h_drip(all, step);

	read_src(in, answers, true, r);
	src_close(in);
	src_close(all);
}

static void done(struct result *r)
{
	osci_message_fini(&r->m);
	h_intake_free(r->in);
	arena_free(r->a);
}

/* A message of that type with the certificates it needs. */
static void sample(struct arena *a, enum osci_type t, struct osci_message *m)
{
	h_message(a, t, m);
	if (t == OSCI_GET_MESSAGE_ID || t == OSCI_INIT_DIALOG || t == OSCI_STORE_DELIVERY)
		h_add_cert(a, m, OSCI_ORIGINATOR, true, cipher_key->cert);
	if (t == OSCI_STORE_DELIVERY || t == OSCI_RESPONSE_TO_FETCH_DELIVERY) {
		h_add_cert(a, m, OSCI_ADDRESSEE, true, cipher_key->cert);
		h_add_cert(a, m, OSCI_OTHER_AUTHOR, false, other_key->cert);
		h_add_cert(a, m, OSCI_OTHER_READER, true, cipher_key->cert);
	}
}

enum how { PLAIN, SIGNED, ENCRYPTED, BOTH, HOWS };

static void write_message(struct arena *a, enum osci_type t, enum how how, struct osci_message *m, struct buf *out)
{
	struct osci_write_options o = { .sign = how == SIGNED || how == BOTH ? sign_key : NULL,
					.encrypt_for = how >= ENCRYPTED ? cipher_key->cert : NULL };
	struct err e = ERR_INIT;
	struct sink *s;

	sample(a, t, m);
	buf_init(out, MAX);
	s = sink_to_buf(out);
	assert_ok(osci_write(&o, m, s, &e), e);
	sink_close(s);
}

static void same(const char *got, const char *want)
{
	if (want == NULL)
		assert_null(got);
	else
		assert_string_equal(got, want);
}

static void compare_selection(const struct osci_selection *got, const struct osci_selection *want)
{
	assert_int_equal(got->by, want->by);
	assert_int_equal(got->id_count, want->id_count);
	for (size_t i = 0; i < want->id_count; i++)
		same(got->ids[i], want->ids[i]);
	assert_int_equal(got->since, want->since);
	assert_int_equal(got->no_reception, want->no_reception);
	assert_int_equal(got->role, want->role);
	assert_int_equal(got->limit, want->limit);
}

static void compare_cards(const struct osci_message *got, const struct osci_message *want)
{
	assert_int_equal(got->card_count, want->card_count);
	for (size_t i = 0; i < want->card_count; i++) {
		const struct osci_card *g = &got->cards[i], *w = &want->cards[i];

		same(g->message_id, w->message_id);
		same(g->subject, w->subject);
		assert_int_equal(g->created, w->created);
		/* an answer shows only the times its schema has a place for */
		assert_int_equal(g->forwarded, want->type == OSCI_RESPONSE_TO_STORE_DELIVERY ? 0 : w->forwarded);
		assert_int_equal(g->received, want->type == OSCI_RESPONSE_TO_FETCH_PROCESS_CARD ? w->received : 0);
		assert_int_equal(g->inspection_count, w->inspection_count);
		for (size_t k = 0; k < w->inspection_count; k++) {
			same(g->inspections[k].subject, w->inspections[k].subject);
			same(g->inspections[k].serial, w->inspections[k].serial);
			assert_int_equal(g->inspections[k].at, w->inspections[k].at);
			assert_int_equal(g->inspections[k].verdict.math, w->inspections[k].verdict.math);
			assert_int_equal(g->inspections[k].verdict.offline, w->inspections[k].verdict.offline);
			assert_int_equal(g->inspections[k].verdict.online, w->inspections[k].verdict.online);
		}
	}
}

static void digest_of(int (*open)(void *, struct src **, struct err *), void *ctx, uint8_t out[SHA256_LEN])
{
	struct err e = ERR_INIT;
	struct digest *d = digest_new(DIGEST_SHA256);
	struct sink *to = sink_digest(d, NULL);
	struct src *in = NULL;

	assert_ok(open(ctx, &in, &e), e);
	assert_ok(stream_copy(in, to, UINT64_MAX, NULL, &e), e);
	digest_end(d, out);
	src_close(in);
	sink_close(to);
	digest_free(d);
}

static void compare_content(struct h_intake *in, const struct osci_message *got, const struct osci_message *want)
{
	uint8_t sha[SHA256_LEN];

	assert_int_equal(got->has_content, want->has_content);
	assert_int_equal(got->attachment_count, want->attachment_count);
	assert_int_equal(got->content_size, want->content_size);
	if (want->has_content) {
		digest_of(want->open_content, want->content_ctx, sha);
		assert_memory_equal(h_intake_part(in, "body", 0)->sha256, sha, SHA256_LEN);
		assert_true(h_intake_part(in, "body", 0)->finished);
	}
	for (size_t i = 0; i < want->attachment_count; i++) {
		struct h_part *p = h_intake_part(in, "attachment", i);

		digest_of(want->attachments[i].open, want->attachments[i].ctx, sha);
		assert_memory_equal(p->sha256, sha, SHA256_LEN);
		same(p->cid, want->attachments[i].cid);
		same(got->attachments[i].cid, want->attachments[i].cid);
		assert_int_equal(got->attachments[i].size, p->size);
	}
}

static void compare(const struct result *r, const struct osci_message *want, enum how how)
{
	const struct osci_message *got = &r->m;
	bool is_signed = how == SIGNED || how == BOTH;

	assert_int_equal(got->type, want->type);
	same(got->control.response, want->control.response);
	same(got->control.challenge, want->control.challenge);
	same(got->control.conversation, want->control.conversation);
	assert_int_equal(got->control.sequence, want->control.sequence);
	same(got->languages, want->languages);
	assert_int_equal(got->quality_creation, want->quality_creation);
	assert_int_equal(got->cryptographic_reception, want->cryptographic_reception);
	same(got->message_id, want->message_id);
	same(got->subject, want->type == OSCI_STORE_DELIVERY ? want->subject : NULL);
	compare_selection(&got->selection, &want->selection);
	assert_int_equal(got->feedback_count, want->feedback_count);
	for (size_t i = 0; i < want->feedback_count; i++)
		same(got->feedback[i].code, want->feedback[i].code);
	compare_cards(got, want);
	compare_content(r->in, got, want);
	assert_int_equal(got->cert_count, want->cert_count + (is_signed ? 1 : 0));
	assert_int_equal(got->custom_count, want->custom_count);
	assert_int_equal(got->was_encrypted, how >= ENCRYPTED);
	assert_int_equal(got->is_signed, is_signed);
	assert_null(got->signature_code);
	assert_true(!is_signed || pki_cert_same(got->signer, sign_key->cert));
	assert_true(got->gcm_iv12);
}

static void check_round_trip(enum osci_type t, enum how how, size_t step)
{
	struct arena *a = arena_new();
	struct osci_message m;
	struct result r;
	struct buf b;

	write_message(a, t, how, &m, &b);
	read_bytes(buf_view(&b), step, osci_type_is_answer(t), &r);
	if (r.rc != 0)
		fail_msg("%s, way %d: %s", osci_type_element(t), (int)how, r.e.text);
	compare(&r, &m, how);
	done(&r);
	buf_fini(&b);
	arena_free(a);
}

static void every_message_comes_back_as_it_was_written(void **state)
{
	(void)state;
	for (int t = 0; t < OSCI_FAULT; t++)
		for (int how = 0; how < HOWS; how++)
			check_round_trip((enum osci_type)t, (enum how)how, SIZE_MAX);
}

static void it_does_not_matter_how_the_bytes_arrive(void **state)
{
	static const size_t steps[] = { 1, 5, 333 };

	(void)state;
	for (int t = 0; t < OSCI_FAULT; t++)
		for (size_t i = 0; i < 3; i++)
			check_round_trip((enum osci_type)t, BOTH, steps[i]);
}

struct halves {
	struct src base;
	struct span parts[2];
	int i;
};

static int halves_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	struct halves *h = (struct halves *)s;

	(void)e;
	while (h->i < 2 && h->parts[h->i].n == 0)
		h->i++;
	if (h->i == 2) {
		*got = 0;
		return 0;
	}
	*got = cap < h->parts[h->i].n ? cap : h->parts[h->i].n;
	memcpy(data, h->parts[h->i].p, *got);
	h->parts[h->i].p += *got;
	h->parts[h->i].n -= *got;
	return 0;
}

static void every_cut_in_two_gives_the_same_message(void **state)
{
	struct arena *a = arena_new();
	struct osci_message m;
	struct result r;
	struct buf b;

	(void)state;
	write_message(a, OSCI_EXIT_DIALOG, SIGNED, &m, &b);
	for (size_t cut = 0; cut <= b.n; cut += 3) {
		struct halves h = { { halves_read, NULL }, { { b.p, cut }, { b.p + cut, b.n - cut } }, 0 };

		read_src(&h.base, false, true, &r);
		if (r.rc != 0)
			fail_msg("cut at %zu: %s", cut, r.e.text);
		compare(&r, &m, SIGNED);
		done(&r);
	}
	buf_fini(&b);
	arena_free(a);
}

/* from .. the end of upto (NULL: of from) becomes to. */
struct change {
	const char *name;
	enum osci_type type;
	const char *from, *upto, *to, *code;
};

static void change(const struct buf *b, const struct change *c, struct buf *out)
{
	const char *from = memmem(b->p, b->n, c->from, strlen(c->from)), *end;

	if (from == NULL)
		fail_msg("%s: %s is not in the message", c->name, c->from);
	end = from + strlen(c->from);
	if (c->upto != NULL) {
		end = memmem(from, b->n - (size_t)(from - b->p), c->upto, strlen(c->upto));
		assert_non_null(end);
		end += strlen(c->upto);
	}
	buf_init(out, MAX);
	buf_put(out, b->p, (size_t)(from - b->p));
	buf_puts(out, c->to);
	buf_put(out, end, (size_t)(b->p + b->n - end));
}

#define ID OSCI_GET_MESSAGE_ID
#define ST OSCI_STORE_DELIVERY
#define CB "<osci:ControlBlock", "</osci:ControlBlock>"
#define NO_SCHEMA "http://schemas.xmlsoap.org/soap/envelope/ soap"

/* Applied to an unsigned message, so that nothing but the structure can refuse it. code "": accepted. */
static const struct change changes[] = {
	{ "nothing", ID, "<soap:Header>", NULL, "<soap:Header>", "" },
	{ "comment in the header", ID, "<soap:Header>", NULL, "<soap:Header><!-- x -->", "" },
	{ "white space between header entries", ID, "<soap:Header>", NULL, "<soap:Header>\r\n  ", "" },
	{ "document type", ID, "<soap:Envelope", NULL, "<!DOCTYPE a><soap:Envelope", "9100" },
	{ "xml:lang on the Envelope", ID, "<soap:Envelope", NULL, "<soap:Envelope xml:lang=\"de\"", "9100" },
	{ "Id on the Envelope", ID, "<soap:Envelope", NULL, "<soap:Envelope Id=\"e\"", "9100" },
	{ "other root", ID, "<soap:Envelope", NULL, "<soap:Envelop", "9100" },
	{ "attribute on the Header", ID, "<soap:Header>", NULL, "<soap:Header Id=\"h\">", "9100" },
	{ "attribute on the Body", ID, "<soap:Body", NULL, "<soap:Body x=\"1\"", "9100" },
	{ "another order in schemaLocation", ID, "soapGetMessageId", NULL, "soapStoreDelivery", "9100" },
	{ "an answer in schemaLocation", ID, "soapGetMessageId", NULL, "soapResponseToGetMessageId", "9100" },
	{ "an unknown order", ID, "soapGetMessageId", NULL, "soapForwardDelivery", "9100" },
	{ "an empty type", ID, "soapGetMessageId", NULL, "soap", "9100" },
	{ "schemaLocation without SOAP", ID, NO_SCHEMA, NULL, "urn:x soap", "9100" },
	{ "schemaLocation with two blanks", ID, NO_SCHEMA, NULL, "http://schemas.xmlsoap.org/soap/envelope/  soap", "" },
	{ "no schemaLocation", ID, "xsi:schemaLocation=\"", "\"", "", "9100" },
	{ "schemaLocation without namespace", ID, "xsi:schemaLocation", NULL, "schemaLocation", "9100" },
	{ "text in the Envelope", ID, "<soap:Header>", NULL, "x<soap:Header>", "9100" },
	{ "text in the Header", ID, "<soap:Header>", NULL, "<soap:Header>x", "9100" },
	{ "text in the Body", ID, "</soap:Body>", NULL, "x</soap:Body>", "9100" },
	{ "element before the Header", ID, "<soap:Header>", NULL, "<a/><soap:Header>", "9100" },
	{ "second Header", ID, "</soap:Header>", NULL, "</soap:Header><soap:Header></soap:Header>", "9100" },
	{ "second Body", ID, "</soap:Envelope>", NULL, "<soap:Body Id=\"b2\"></soap:Body></soap:Envelope>", "9100" },
	{ "element behind the Body", ID, "</soap:Body>", NULL, "</soap:Body><a/>", "9100" },
	{ "no Header", ID, "<soap:Header>", "</soap:Header>", "", "9100" },
	{ "no Body", ID, "<soap:Body", "</soap:Body>", "", "9100" },
	{ "Body without Id", ID, "Id=\"body\"", NULL, "", "9100" },
	{ "Body inside the Header", ID, "</soap:Header>", NULL, "<x:w xmlns:x=\"u:u\" Id=\"w\"><soap:Body Id=\"b\"/></x:w></soap:Header>", "9100" },
	{ "no ControlBlock", ID, CB, "", "9100" },
	{ "ControlBlock without Id", ID, "<osci:ControlBlock", NULL, "<osci:ControlBlock x:y=\"\" xmlns:x=\"u:u\"", "9100" },
	{ "ControlBlock with a child too many", ID, "</osci:ControlBlock>", NULL, "<osci:Response>x</osci:Response></osci:ControlBlock>", "9100" },
	{ "empty Challenge", ID, "<osci:Challenge>", "</osci:Challenge>", "<osci:Challenge/>", "9100" },
	{ "SequenceNumber -1", ID, "SequenceNumber=\"3\"", NULL, "SequenceNumber=\"-1\"", "9100" },
	{ "SequenceNumber too large", ID, "SequenceNumber=\"3\"", NULL, "SequenceNumber=\"99999999999999999999\"", "9100" },
	{ "no SequenceNumber", ID, "SequenceNumber=\"3\"", NULL, "", "" },
	{ "no DesiredLanguages", ID, "<osci:DesiredLanguages", "</osci:DesiredLanguages>", "", "9100" },
	{ "empty LanguagesList", ID, "LanguagesList=\"de en\"", NULL, "LanguagesList=\"\"", "9100" },
	{ "header entry before ControlBlock", ID, "<soap:Header>", NULL, "<soap:Header><x:w xmlns:x=\"u:u\" Id=\"w\"/>", "9100" },
	{ "header entry in the wrong place", ID, "</osci:ControlBlock>", NULL, "</osci:ControlBlock><x:w xmlns:x=\"u:u\" Id=\"w\"/>", "9100" },
	{ "custom header entry", ID, "</soap:Header>", NULL, "<x:w xmlns:x=\"u:u\" Id=\"w\"/></soap:Header>", "" },
	{ "custom header entry without Id", ID, "</soap:Header>", NULL, "<x:w xmlns:x=\"u:u\"/></soap:Header>", "9100" },
	{ "header entry without namespace", ID, "</soap:Header>", NULL, "<w Id=\"w\"/></soap:Header>", "9100" },
	{ "unknown OSCI header entry", ID, "</soap:Header>", NULL, "<osci:Foo Id=\"w\"/></soap:Header>", "9100" },
	{ "header entry of an answer", ID, "</soap:Header>", NULL, "<osci:IntermediaryCertificates Id=\"w\"/></soap:Header>", "9100" },
	{ "DesiredLanguages twice", ID, "<osci:DesiredLanguages", NULL, "<osci:DesiredLanguages Id=\"l\" LanguagesList=\"de\"/><osci:DesiredLanguages", "9100" },
	{ "Id twice", ID, "<osci:Challenge>", NULL, "<osci:Challenge Id=\"body\">", "9100" },
	{ "xml:id repeats an Id", ID, "<osci:getMessageId>", NULL, "<osci:getMessageId xml:id=\"body\">", "9100" },
	{ "attribute in the order", ID, "<osci:getMessageId", NULL, "<osci:getMessageId a=\"b\"", "9100" },
	{ "something in the order", ID, "</osci:getMessageId>", NULL, "<a/></osci:getMessageId>", "9100" },
	{ "second order", ID, "</osci:getMessageId>", NULL, "</osci:getMessageId><osci:getMessageId/>", "9100" },
	{ "content in an order without", ID, "<osci:getMessageId>", "</osci:getMessageId>", "<osci:ContentPackage/>", "9100" },
	{ "addressee in an order without delivery", ID, "CipherCertificateOriginator", NULL, "CipherCertificateAddressee", "9100" },
	{ "certificate that is none", ID, "<ds:X509Certificate>", NULL, "<ds:X509Certificate>AAAA", "9100" },
	{ "two certificates in one", ID, "</ds:X509Data>", NULL, "<ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data>", "9100" },
	{ "wrong part type", ID, "Content-Type: text/xml", NULL, "Content-Type: text/html", "9100" },
	{ "no multipart", ID, "Multipart/Related", NULL, "Multipart/Mixed", "9100" },
	{ "nothing in a store", ST, "<soap:Header>", NULL, "<soap:Header>", "" },
	{ "no MessageId", ST, "<osci:MessageId>", "</osci:MessageId>", "", "" },
	{ "MessageId that is no base64", ST, "<osci:MessageId>", NULL, "<osci:MessageId>*", "9100" },
	{ "MessageId twice", ST, "<osci:MessageId>", NULL, "<osci:MessageId>QQ==</osci:MessageId><osci:MessageId>", "9100" },
	{ "no Subject", ST, "<osci:Subject>", "</osci:Subject>", "", "" },
	{ "element in the Subject", ST, "<osci:Subject>", NULL, "<osci:Subject><a/>", "9100" },
	{ "no order element", ST, "<osci:storeDelivery", "</osci:storeDelivery>", "", "9100" },
	{ "no addressee", ST, "<osci:CipherCertificateAddressee", "</osci:CipherCertificateAddressee>", "", "9100" },
	{ "originator twice", ST, "<osci:CipherCertificateOriginator", NULL, "<osci:CipherCertificateOriginator Id=\"o2\"><ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data></osci:CipherCertificateOriginator><osci:CipherCertificateOriginator", "9100" },
	{ "signature certificate of the addressee", ST, "</osci:NonIntermediaryCertificates>", NULL, "<osci:SignatureCertificateAddressee Id=\"sa\"/></osci:NonIntermediaryCertificates>", "9100" },
	{ "unknown Quality", ST, "Quality=\"plain\"", NULL, "Quality=\"best\"", "9100" },
	{ "the same Service twice", ST, "Service=\"reception\"", NULL, "Service=\"creation\"", "9100" },
	{ "no content", ST, "<osci:ContentPackage>", "</osci:ContentPackage>", "", "9100" },
	{ "attribute on the content", ST, "<osci:ContentPackage>", NULL, "<osci:ContentPackage Id=\"p\">", "9100" },
	{ "text in the content", ST, "<osci:ContentPackage>", NULL, "<osci:ContentPackage>x", "9100" },
	{ "something else in the content", ST, "<osci:ContentPackage>", NULL, "<osci:ContentPackage><osci:Content Id=\"q\"/>", "9100" },
	{ "content in the content", ST, "<osci:Content>", NULL, "<osci:Content><osci:ContentPackage/>", "9100" },
	{ "a Body in the content", ST, "<osci:Content>", NULL, "<osci:Content><soap:Body/>", "9100" },
	{ "an Id of the header in the content", ST, "Id=\"cc1\"", NULL, "Id=\"body\"", "9100" },
	{ "second content", ST, "</osci:ContentPackage>", NULL, "</osci:ContentPackage><osci:ContentPackage/>", "9100" },
	{ "attachment without Content-ID", ST, "Content-ID: <klein.txt>\r\n", NULL, "", "9100" },
	{ "attachment in an unknown encoding", ST, "Content-Transfer-Encoding: binary", NULL, "Content-Transfer-Encoding: gzip", "9100" },
};

static void the_structure_is_checked_without_any_signature(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct arena *a = arena_new();
		struct osci_message m;
		struct result r;
		struct buf b, x;

		write_message(a, changes[i].type, PLAIN, &m, &b);
		change(&b, &changes[i], &x);
		read_bytes(buf_view(&x), SIZE_MAX, false, &r);
		if (strcmp(r.code, changes[i].code) != 0)
			fail_msg("%s: \"%s\" (%s)", changes[i].name, r.code, r.e.text);
		if (r.rc != 0)
			assert_null(r.m.certs);
		done(&r);
		buf_fini(&b);
		buf_fini(&x);
		arena_free(a);
	}
}

/* Applied to a signed message. */
static const struct change forgeries[] = {
	{ "nothing", ST, "<soap:Header>", NULL, "<soap:Header>", "" },
	{ "a comment", ST, "<osci:Challenge>", NULL, "<osci:Challenge><!-- -->", "" },
	{ "CDATA for text", ST, "<osci:Challenge>Y2hhbGxlbmdl", NULL, "<osci:Challenge><![CDATA[Y2hhbGxlbmdl]]>", "" },
	{ "another subject", ST, "<osci:Subject>", NULL, "<osci:Subject>x", "9601" },
	{ "another challenge", ST, "<osci:Challenge>", NULL, "<osci:Challenge>x", "9601" },
	{ "another sequence", ST, "SequenceNumber=\"3\"", NULL, "SequenceNumber=\"4\"", "9601" },
	{ "another content", ST, "SGFsbG8=", NULL, "SGFsbG9P", "9601" },
	{ "blank in the content", ST, "SGFsbG8=", NULL, "SGFsbG8= ", "9601" },
	{ "another attachment", ST, "\r\n--MIME_boundary\r\n", NULL, "\r\n--MIME_Boundary\r\n", "9601" },
	{ "an entry more", ST, "</soap:Header>", NULL, "<x:w xmlns:x=\"u:u\" Id=\"w\"/></soap:Header>", "9602" },
	{ "an entry less", ST, "<Anderes", "</Anderes>", "", "9602" },
	{ "another Body Id", ST, "Id=\"body\"", NULL, "Id=\"b2\"", "9602" },
	{ "another Id of an entry", ST, "Id=\"zweites\"", NULL, "Id=\"drittes\"", "9602" },
	{ "another Content-ID", ST, "Content-ID: <klein.txt>", NULL, "Content-ID: <gross.txt>", "9602" },
	{ "another name for the digest", ST, "xmlenc#sha256\"", NULL, "xmlenc#sha512\"", "9601" },
	{ "digest that does not exist", ST, "xmlenc#sha256\"", NULL, "xmlenc#md5\"", "9601" },
	{ "XPath instead of C14N", ST, "<ds:Transform Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"", NULL, "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"", "9601" },
	{ "no transform", ST, "<ds:Transforms>", "</ds:Transforms>", "", "9601" },
	{ "reference to a file", ST, "<ds:Reference URI=\"#body\"", NULL, "<ds:Reference URI=\"file:///etc/passwd\"", "9601" },
	{ "reference twice", ST, "<ds:Reference URI=\"#zweites\"", NULL, "<ds:Reference URI=\"#body\"", "9601" },
	{ "another signature value", ST, "<ds:SignatureValue>", NULL, "<ds:SignatureValue>AAAA", "9601" },
	{ "key of another certificate", ST, "RetrievalMethod URI=\"#originator_signature", NULL, "RetrievalMethod URI=\"#author1_signature", "9601" },
	{ "key value instead of the certificate", ST, "<ds:KeyInfo>", "</ds:KeyInfo>", "<ds:KeyInfo><ds:KeyValue/></ds:KeyInfo>", "9601" },
	{ "no certificate to it", ST, "<osci:SignatureCertificateOriginator", "</osci:SignatureCertificateOriginator>", "", "9601" },
	{ "two signatures", ST, "</ds:Signature>", NULL, "</ds:Signature><ds:Signature/>", "9100" },
	{ "signature of an answer", ST, "ClientSignature", NULL, "SupplierSignature", "9100" },
	{ "Body wrapped in an entry", ST, "<soap:Body", NULL, "<soap:Body Id=\"b2\"></soap:Body><x:w xmlns:x=\"u:u\" Id=\"w\"><soap:Body", "9100" },
	{ "content in ds:Object", ST, "</ds:KeyInfo>", NULL, "</ds:KeyInfo><ds:Object><osci:ContentPackage/></ds:Object>", "9601" },
};

static void every_forgery_is_noticed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(forgeries) / sizeof(forgeries[0]); i++) {
		struct arena *a = arena_new();
		struct osci_message m;
		struct result r;
		struct buf b, x;

		write_message(a, forgeries[i].type, SIGNED, &m, &b);
		change(&b, &forgeries[i], &x);
		read_bytes(buf_view(&x), SIZE_MAX, false, &r);
		if (strcmp(r.code, forgeries[i].code) != 0)
			fail_msg("%s: \"%s\" (%s)", forgeries[i].name, r.code, r.e.text);
		done(&r);
		buf_fini(&b);
		buf_fini(&x);
		arena_free(a);
	}
}

/* Puts one more part in front of the closing boundary. */
static void add_part(const struct buf *b, const char *head, struct buf *out)
{
	const char *boundary = strstr(b->p, "MIME_boundary_");
	size_t n = strcspn(boundary, ";\r"), body = b->n - n - 6;	/* "--" boundary "--" CRLF */

	buf_init(out, MAX);
	buf_put(out, b->p, body + n + 2);
	buf_puts(out, "\r\n");
	buf_puts(out, head);
	buf_puts(out, "\r\n\r\nx\r\n");
	buf_put(out, b->p + body, b->n - body);
}

#define PART "Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n"

static void parts_nobody_asked_for_are_noticed(void **state)
{
	static const struct {
		enum osci_type type;
		enum how how;
		const char *head, *code;
	} parts[] = {
		{ ST, PLAIN, PART "Content-ID: <mehr>", "" },
		{ ST, SIGNED, PART "Content-ID: <mehr>", "9602" },
		{ ST, PLAIN, PART "Content-ID: <klein.txt>", "9100" },
		{ ST, PLAIN, "Content-Type: text/plain\r\nContent-ID: <mehr>", "" },
		{ ST, PLAIN, "Content-Type: text/plain", "9100" },
		{ ID, PLAIN, PART "Content-ID: <mehr>", "9100" },
		{ ID, ENCRYPTED, PART "Content-ID: <mehr>", "9100" },
		{ OSCI_RESPONSE_TO_STORE_DELIVERY, PLAIN, PART "Content-ID: <mehr>", "9100" },
		{ OSCI_RESPONSE_TO_FETCH_DELIVERY, SIGNED, PART "Content-ID: <mehr>", "9602" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct arena *a = arena_new();
		struct osci_message m;
		struct result r;
		struct buf b, x;

		write_message(a, parts[i].type, parts[i].how, &m, &b);
		add_part(&b, parts[i].head, &x);
		read_bytes(buf_view(&x), SIZE_MAX, osci_type_is_answer(parts[i].type), &r);
		if (strcmp(r.code, parts[i].code) != 0)
			fail_msg("case %zu: \"%s\" (%s)", i, r.code, r.e.text);
		done(&r);
		buf_fini(&b);
		buf_fini(&x);
		arena_free(a);
	}
}

static void without_an_intake_content_is_refused(void **state)
{
	struct osci_read_options o = { .certs = certs, .max_size = MAX };
	struct arena *a = arena_new();
	struct osci_message m, got;
	struct err e = ERR_INIT;
	struct src *in;
	struct buf b;

	(void)state;
	write_message(a, ST, PLAIN, &m, &b);
	in = src_of_mem(b.p, b.n);
	assert_int_not_equal(osci_read(&o, in, NULL, a, &got, &e), 0);
	assert_string_equal(osci_read_code(&e), "9100");
	src_close(in);
	buf_fini(&b);
	arena_free(a);
}

static void errors_of_our_own_are_not_blamed_on_the_sender(void **state)
{
	struct osci_read_options o = { .keys = ring, .certs = certs, .max_size = MAX };
	struct arena *a = arena_new();
	struct osci_message m, got;
	struct src *in;
	struct buf b;

	(void)state;
	for (int how = PLAIN; how <= ENCRYPTED; how += ENCRYPTED) {
		struct h_intake *h = h_intake_new(true);
		struct err e = ERR_INIT;

		err_set(&h->fail, ERR_FULL, "disk full");
		write_message(a, ST, (enum how)how, &m, &b);
		in = src_of_mem(b.p, b.n);
		assert_int_equal(osci_read(&o, in, &h->intake, a, &got, &e), ERR_FULL);
		assert_string_equal(osci_read_code(&e), "9000");
		src_close(in);
		buf_fini(&b);
		h_intake_free(h);
	}
	arena_free(a);
}

static void messages_above_the_limit_are_refused(void **state)
{
	struct arena *a = arena_new();
	struct osci_message m, got;
	struct src *in;
	struct buf b;

	(void)state;
	for (int how = PLAIN; how <= ENCRYPTED; how += ENCRYPTED) {
		struct osci_read_options o = { .keys = ring, .certs = certs, .max_size = 20000 };
		struct h_intake *h = h_intake_new(true);
		struct err e = ERR_INIT;

		write_message(a, OSCI_RESPONSE_TO_FETCH_PROCESS_CARD, (enum how)how, &m, &b);
		o.answers = true;
		o.max_size = 3000;
		in = src_of_mem(b.p, b.n);
		assert_int_equal(osci_read(&o, in, &h->intake, a, &got, &e), ERR_LIMIT);
		assert_string_equal(osci_read_code(&e), "9100");
		src_close(in);
		buf_fini(&b);
		h_intake_free(h);
	}
	arena_free(a);
}

static void a_fault_comes_back_as_it_was_written(void **state)
{
	static const struct {
		const char *code;
		bool is_server;
	} faults[] = { { "9000", true }, { "9100", false }, { "9400", false }, { "9503", true } };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct err e = ERR_INIT;
		struct result r;
		struct sink *s;
		struct buf b;

		buf_init(&b, MAX);
		s = sink_to_buf(&b);
		assert_ok(osci_write_fault(faults[i].code, s, &e), e);
		read_bytes(buf_view(&b), SIZE_MAX, true, &r);
		assert_ok(r.rc, r.e);
		assert_int_equal(r.m.type, OSCI_FAULT);
		assert_string_equal(r.m.fault_code, faults[i].code);
		assert_int_equal(r.m.fault_is_server, faults[i].is_server);
		assert_true(strlen(r.m.fault_text) > 5);
		done(&r);
		sink_close(s);
		buf_fini(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_message_comes_back_as_it_was_written),
		cmocka_unit_test(it_does_not_matter_how_the_bytes_arrive),
		cmocka_unit_test(every_cut_in_two_gives_the_same_message),
		cmocka_unit_test(the_structure_is_checked_without_any_signature),
		cmocka_unit_test(every_forgery_is_noticed),
		cmocka_unit_test(parts_nobody_asked_for_are_noticed),
		cmocka_unit_test(without_an_intake_content_is_refused),
		cmocka_unit_test(errors_of_our_own_are_not_blamed_on_the_sender),
		cmocka_unit_test(messages_above_the_limit_are_refused),
		cmocka_unit_test(a_fault_comes_back_as_it_was_written),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
