/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_sample.h says what they do. */
#include "h_sample.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "pki/h_pki.h"

#define TEN_YEARS (3650 * H_DAY)

int h_open_span(void *ctx, struct src **out, struct err *e)
{
	const struct span *s = ctx;

	(void)e;
	*out = src_of_mem(s->p, s->n);
	return 0;
}

struct noise_src {
	struct src src;
	uint64_t left;
	uint32_t x;
};

static int noise_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	struct noise_src *n = (struct noise_src *)s;
	uint8_t *p = data;

	(void)e;
	*got = cap < n->left ? cap : (size_t)n->left;
	for (size_t i = 0; i < *got; i++) {
		n->x = n->x * 1664525u + 1013904223u;
		p[i] = (uint8_t)(n->x >> 24);
	}
	n->left -= *got;
	return 0;
}

static void noise_close(struct src *s)
{
	free(s);
}

int h_open_noise(void *ctx, struct src **out, struct err *e)
{
	const struct h_noise *h = ctx;
	struct noise_src *n = mem_new(sizeof(*n));

	(void)e;
	*n = (struct noise_src){ .src = { noise_read, noise_close }, .left = h->size, .x = h->seed };
	*out = &n->src;
	return 0;
}

static void fill_control(enum osci_type t, struct osci_control_block *c)
{
	const struct osci_order *o = osci_order_of(t);

	*c = (struct osci_control_block){ .response = "cmVzcG9uc2U=", .challenge = "Y2hhbGxlbmdl", .conversation = "4711",
				    .sequence = 3 };
	if (o->control.response == OSCI_NEVER)
		c->response = NULL;
	if (o->control.challenge == OSCI_NEVER)
		c->challenge = NULL;
	if (o->control.conversation == OSCI_NEVER)
		c->conversation = NULL;
	if (o->control.sequence == OSCI_NEVER)
		c->sequence = -1;
}

static void fill_feedback(struct arena *a, struct osci_message *m)
{
	static const struct osci_entry entries[] = { { "de", "3707", NULL }, { "en", "3707", NULL },
						     { "de", "0801", "Erledigt & <gut>" }, { "en", "0801", NULL } };

	m->feedback = arena_alloc(a, sizeof(entries));
	memcpy(m->feedback, entries, sizeof(entries));
	m->feedback_count = ARRAY_LEN(entries);
}

static void fill_card(struct arena *a, struct osci_card *c, unsigned n)
{
	static const struct osci_inspection checks[] = {
		{ 1789999000000, "CN=a & b,O=<x>", "CN=\"ca\"", "4097",
		  { .math = PKI_MATH_OK, .offline = PKI_OFFLINE_VALID, .online = PKI_ONLINE_OK,
		    .crl_this_update = 1789990000000 } },
		{ 1789999000001, "CN=c", "CN=ca", "12345678901234567890123",
		  { .math = PKI_MATH_CORRUPTED, .offline = PKI_OFFLINE_INVALID, .online = PKI_ONLINE_REVOKED } },
		{ 1789999000002, "CN=d", "CN=ca", "1", { .math = PKI_MATH_INDETERMINATE } },
	};

	*c = (struct osci_card){ .message_id = arena_printf(a, "id-%u-\xc3\xa4", n), .subject = "Betreff & <mehr>",
				 .created = 1789998000000, .modified = 1789998000123 };
	if (n % 2 == 0)
		c->forwarded = 1789998000100;
	if (n % 4 == 0)
		c->received = 1789998000123;
	c->inspections = arena_alloc(a, sizeof(checks));
	memcpy(c->inspections, checks, sizeof(checks));
	c->inspection_count = n == 1 ? 0 : ARRAY_LEN(checks);
}

static void fill_cards(struct arena *a, struct osci_message *m, unsigned n)
{
	m->cards = arena_alloc(a, n * sizeof(*m->cards));
	m->card_count = n;
	for (unsigned i = 0; i < n; i++)
		fill_card(a, &m->cards[i], i);
}

static void fill_content(struct arena *a, struct osci_message *m)
{
	static struct span package = SPAN_LIT("<osci:ContentPackage><osci:ContentContainer Id=\"cc1\"><osci:Content>"
					      "<osci:Base64Content Id=\"c1\">SGFsbG8=</osci:Base64Content></osci:Content>"
					      "<osci:Content Id=\"c2\" href=\"cid:anlage &amp; \xc3\xbc.bin\"></osci:Content>"
					      "</osci:ContentContainer></osci:ContentPackage>");
	static struct h_noise noise = { 70001, 7 };
	static struct span small = SPAN_LIT("\r\n--MIME_boundary\r\n\0binary");
	struct osci_attachment atts[] = {
		{ "anlage & \xc3\xbc.bin", "application/pdf", noise.size, h_open_noise, &noise },
		{ "klein.txt", NULL, small.n, h_open_span, &small },
	};

	m->has_content = true;
	m->content_size = package.n;
	m->open_content = h_open_span;
	m->content_ctx = &package;
	m->attachments = arena_alloc(a, sizeof(atts));
	memcpy(m->attachments, atts, sizeof(atts));
	m->attachment_count = ARRAY_LEN(atts);
}

static void fill_custom(struct arena *a, struct osci_message *m)
{
	static const struct span custom[] = {
		SPAN_LIT("<x:Daten Id='MetaData' b='2' a='1' xmlns:x='urn:beispiel'><x:Wert>1 &lt; 2</x:Wert><x:Leer/></x:Daten>"),
		SPAN_LIT("<Anderes xmlns=\"urn:anderes\" Id=\"zweites\"></Anderes>"),
	};

	m->custom = arena_alloc(a, sizeof(custom));
	memcpy(m->custom, custom, sizeof(custom));
	m->custom_count = ARRAY_LEN(custom);
}

static void fill_selection(struct arena *a, enum osci_type t, struct osci_selection *s)
{
	if (t == OSCI_FETCH_DELIVERY || t == OSCI_RESPONSE_TO_FETCH_DELIVERY) {
		s->by = OSCI_SELECT_IDS;
		s->ids = arena_alloc(a, sizeof(*s->ids));
		s->ids[s->id_count++] = "id-0-\xc3\xa4";
	} else {
		*s = (struct osci_selection){ .by = OSCI_SELECT_MODIFIED, .since = 1789990000000, .no_reception = true,
					      .role = OSCI_CARD_ADDRESSEE, .limit = 7 };
	}
}

static unsigned cards_of(enum osci_type t)
{
	unsigned most = osci_order_of(t)->cards_max;

	return most > 2 ? 5 : most;	/* the first card has all times */
}

void h_message(struct arena *a, enum osci_type t, struct osci_message *m)
{
	const struct osci_order *o = osci_order_of(t);

	*m = (struct osci_message){ .type = t };
	fill_control(t, &m->control);
	if (o->is_answer)
		fill_feedback(a, m);
	else
		m->languages = "de en";
	if (h_is_named(t)) {
		m->message_id = "id-0-\xc3\xa4";
		m->subject = "Betreff & <mehr>";
	}
	if (h_is_stamped(t))
		m->quality_creation = m->quality_reception = m->cryptographic_reception = true;
	if (t == OSCI_FORWARD_DELIVERY || t == OSCI_MEDIATE_DELIVERY)
		m->receiver = "http://empfang.example:8080/osci?a=1&b=2";
	if (t == OSCI_PROCESS_DELIVERY)
		m->reply_id = "antwort-\xc3\xa4";
	if (t == OSCI_RESPONSE_TO_GET_MESSAGE_ID)
		m->message_id = "id-0-\xc3\xa4";
	if (t == OSCI_FETCH_DELIVERY || t == OSCI_FETCH_PROCESS_CARD || t == OSCI_RESPONSE_TO_FETCH_DELIVERY ||
	    t == OSCI_RESPONSE_TO_FETCH_PROCESS_CARD)
		fill_selection(a, t, &m->selection);
	if (o->content != OSCI_NEVER) {
		fill_content(a, m);
		fill_custom(a, m);
	}
	if (o->cards_max > 0)
		fill_cards(a, m, cards_of(t));
}

bool h_is_named(enum osci_type t)
{
	return osci_order_of(t)->content == OSCI_MUST || t == OSCI_RESPONSE_TO_PROCESS_DELIVERY;
}

bool h_is_stamped(enum osci_type t)
{
	return (osci_order_of(t)->content == OSCI_MUST && !osci_order_of(t)->outward) || t == OSCI_RESPONSE_TO_PROCESS_DELIVERY;
}

void h_add_cert(struct arena *a, struct osci_message *m, enum osci_role role, bool is_cipher, struct pki_cert *c)
{
	struct osci_cert *list = arena_alloc(a, (m->cert_count + 1) * sizeof(*list));

	if (m->cert_count != 0)
		memcpy(list, m->certs, m->cert_count * sizeof(*list));
	list[m->cert_count++] = (struct osci_cert){ .role = role, .is_cipher = is_cipher, .cert = c,
						    .id = osci_cert_id(a, role, is_cipher, 1, c) };
	m->certs = list;
}

struct span h_document(struct span body)
{
	static const char open[] = "<soap:Envelope", close[] = "</soap:Envelope>";
	const char *from = memmem(body.p, body.n, open, sizeof(open) - 1), *to;

	if (from == NULL)
		return SPAN_EMPTY;
	to = memmem(from, body.n - (size_t)(from - body.p), close, sizeof(close) - 1);
	return to == NULL ? SPAN_EMPTY : (struct span){ from, (size_t)(to - from) + sizeof(close) - 1 };
}

struct pki_key *h_long_key(enum pki_use use, unsigned which)
{
	struct h_spec spec = {
		.cn = use == PKI_USE_CIPHER ? "cipher" : "signature", .key = which == 0 ? h_rsa(2048) : h_rsa_other(),
		.from = -TEN_YEARS, .to = TEN_YEARS,
		.ku = use == PKI_USE_CIPHER ? "keyEncipherment,dataEncipherment" : "digitalSignature,nonRepudiation",
	};
	X509 *x = h_cert(&spec);
	struct pki_key *k = h_key(use, x, spec.key);

	X509_free(x);
	return k;
}

struct memory_scratch {
	struct buf b;
	struct sink *to;
};

static int scratch_sink(void *ctx, struct sink **out, struct err *e)
{
	struct memory_scratch *m = ctx;

	(void)e;
	*out = m->to;
	return 0;
}

static int scratch_open(void *ctx, struct src **out, struct err *e)
{
	struct memory_scratch *m = ctx;

	(void)e;
	*out = src_of_mem(m->b.p, m->b.n);
	return 0;
}

static int scratch_begin(void *ctx, struct osci_scratch *out, void **handle, struct err *e)
{
	struct memory_scratch *m = mem_new(sizeof(*m));

	(void)ctx;
	(void)e;
	buf_init(&m->b, 1u << 20);
	m->to = sink_to_buf(&m->b);
	*out = (struct osci_scratch){ scratch_sink, scratch_open, m };
	*handle = m;
	return 0;
}

static void scratch_free(void *ctx, void *handle)
{
	struct memory_scratch *m = handle;

	(void)ctx;
	if (m == NULL)
		return;
	sink_close(m->to);
	buf_fini(&m->b);
	free(m);
}

const struct osci_scratches h_scratches = { scratch_begin, scratch_free, NULL };
