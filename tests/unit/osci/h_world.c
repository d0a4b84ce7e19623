/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_world.h says what they do. */
#include "h_world.h"

#include "base/mem.h"
#include "cm.h"
#include "h_sample.h"
#include "osci/order.h"
#include "osci/read.h"
#include "osci/write.h"

#define MAX (8u << 20)

static const struct pki_policy algorithms = { .min_rsa_bits = 2048, .legacy_cbc = PKI_LEGACY_ALWAYS };

X509 *h_world_cert(struct h_world *w, const char *cn, EVP_PKEY *key, const char *ku, long from, long to)
{
	struct h_spec s = {
		.cn = cn, .issuer = w->ca, .issuer_key = w->ca_key, .key = key, .from = from, .to = to, .ku = ku
	};

	return h_cert(&s);
}

static void make_peer(struct h_world *w, struct h_peer *p, const char *cn, EVP_PKEY *sign, EVP_PKEY *cipher)
{
	char name[64];

	snprintf(name, sizeof(name), "%s signature", cn);
	p->sign_x = h_world_cert(w, name, sign, H_KU_SIGN, -H_LONG, H_LONG);
	snprintf(name, sizeof(name), "%s cipher", cn);
	p->cipher_x = h_world_cert(w, name, cipher, H_KU_CIPHER, -H_LONG, H_LONG);
	p->sign = h_key(PKI_USE_SIGNATURE, p->sign_x, sign);
	p->cipher = h_key(PKI_USE_CIPHER, p->cipher_x, cipher);
	p->ring = pki_keyring_new();
	pki_keyring_add(p->ring, p->sign);
	pki_keyring_add(p->ring, p->cipher);
}

void h_world_restart(struct h_world *w, X509 *revoked)
{
	struct pki_policy policy = algorithms;
	X509_CRL *crl = h_crl(w->ca, w->ca_key, revoked, -H_LONG + H_DAY, -H_LONG, H_LONG);
	const char *anchors[] = { h_pem_cert("ca.pem", w->ca), NULL };
	const char *crls[] = { h_pem_crl("ca.crl", crl), NULL };
	struct pki_trust_files files = { anchors, NULL, crls, NULL };
	struct err e = ERR_INIT;

	X509_CRL_free(crl);
	osci_intermediary_free(w->im);
	pki_trust_free(w->trust);
	assert_ok(pki_trust_new(&files, &policy, &w->trust, &e), e);
	assert_ok(osci_intermediary_new(&w->policy, w->peer[H_INTERMED].ring, w->certs, w->trust, &w->env.env, &w->im,
					&e),
		  e);
}

void h_world_init(struct h_world *w)
{
	struct h_spec ca = { .cn = "test ca", .from = -H_LONG, .to = H_LONG, .ku = "keyCertSign,cRLSign", .ca = true };

	memset(w, 0, sizeof(*w));
	h_env_init(&w->env);
	w->a = arena_new();
	w->certs = pki_certs_new(PKI_CERTS_BYTES);
	w->ca_key = ca.key = h_ec("P-256");
	w->ca = h_cert(&ca);
	make_peer(w, &w->peer[H_INTERMED], "intermediary", h_rsa(3072), h_rsa(3072));
	make_peer(w, &w->peer[H_SENDER], "sender", h_rsa(2048), h_rsa(2048));
	make_peer(w, &w->peer[H_RECIPIENT], "recipient", h_rsa_other(), h_rsa_other());
	make_peer(w, &w->peer[H_STRANGER], "stranger", h_ec("P-384"), h_rsa(2048));
	w->policy = (struct osci_policy){
		.accept_plain = true,
		.accept_unsigned = true,
		.accept_incomplete = true,
		.max_size = MAX,
		.dialog_idle_ms = 60000,
		.dialogs_max = 100,
	};
	h_world_restart(w, NULL);
}

void h_world_fini(struct h_world *w)
{
	osci_intermediary_free(w->im);
	pki_trust_free(w->trust);
	for (int i = 0; i < H_PEERS; i++) {
		X509_free(w->peer[i].sign_x);
		X509_free(w->peer[i].cipher_x);
		pki_keyring_free(w->peer[i].ring);
	}
	X509_free(w->ca);
	pki_certs_free(w->certs);
	h_env_fini(&w->env);
	arena_free(w->a);
	assert_int_equal(w->env.making, 0);
}

void h_order(struct h_world *w, enum h_who who, enum osci_type t, struct osci_message *m)
{
	memset(m, 0, sizeof(*m));
	m->type = t;
	m->control = (struct osci_control_block){ .challenge = "Y2g=", .sequence = t == OSCI_INIT_DIALOG ? -1 : 0 };
	m->languages = "de";
	if (osci_order_of(t)->content == OSCI_MUST || t == OSCI_GET_MESSAGE_ID || t == OSCI_INIT_DIALOG)
		h_add_cert(w->a, m, OSCI_ORIGINATOR, true, w->peer[who].cipher->cert);
	m->quality_creation = m->quality_reception = osci_order_of(t)->content == OSCI_MUST;
}

void h_delivery(struct h_world *w, struct pki_cert *to, const char *message_id, struct osci_message *m)
{
	struct osci_message sample;

	h_message(w->a, OSCI_STORE_DELIVERY, &sample);
	m->message_id = message_id;
	m->subject = "Antrag & <mehr>";
	m->has_content = true;
	m->content_size = sample.content_size;
	m->open_content = sample.open_content;
	m->content_ctx = sample.content_ctx;
	m->attachments = sample.attachments;
	m->attachment_count = sample.attachment_count;
	m->custom = sample.custom;
	m->custom_count = sample.custom_count;
	h_add_cert(w->a, m, OSCI_ADDRESSEE, true, to);
}

struct h_send h_signed(struct h_world *w, enum h_who who, struct h_dialog *d)
{
	return (struct h_send){ .sign = w->peer[who].sign,
				.encrypt_for = w->peer[H_INTERMED].cipher->cert,
				.ring = w->peer[who].ring,
				.dialog = d };
}

static int begin(void *ctx, struct sink **out, struct err *e)
{
	struct sink **s = ctx;

	(void)e;
	must(*s != NULL);
	*out = *s;
	return 0;
}

static void set_code(struct h_answer *x)
{
	x->is_fault = x->m.type == OSCI_FAULT;
	snprintf(x->code, sizeof(x->code), "%s",
		 x->is_fault               ? x->m.fault_code
		 : x->m.feedback_count > 0 ? x->m.feedback[x->m.feedback_count - 1].code
					   : "");
}

static void read_answer(struct h_world *w, const struct h_send *s, struct h_answer *x)
{
	struct osci_read_options o = {
		.keys = s->ring, .certs = w->certs, .policy = &algorithms, .answers = true, .max_size = MAX
	};
	struct src *in = src_of_mem(x->bytes.p, x->bytes.n);
	enum osci_code code;
	struct err e = ERR_INIT;

	assert_ok(osci_read(&o, in, &x->in->intake, &x->in->room, x->a, &x->m, &code, &e), e);
	src_close(in);
	set_code(x);
	assert_string_equal(x->code, osci_feedback(x->done.code)->digits);
	assert_int_equal(x->is_fault, x->done.was_fault);
	if (x->is_fault)
		return;
	assert_true(x->m.is_signed);
	assert_int_equal(x->m.signature_code, OSCI_NO_CODE);
	assert_true(pki_cert_same(x->m.signer, w->peer[H_INTERMED].sign->cert));
}

void h_exchange_bytes(struct h_world *w, const struct h_send *s, struct span order, struct h_answer *x)
{
	struct err e = ERR_INIT;
	struct src *in = src_of_mem(order.p, order.n);
	struct sink *to;

	memset(x, 0, sizeof(*x));
	x->a = arena_new();
	x->in = h_intake_new(true);
	buf_init(&x->bytes, MAX);
	to = sink_to_buf(&x->bytes);
	x->rc = osci_intermediary_serve(w->im, in, begin, &to, &x->done, &e);
	sink_close(to);
	src_close(in);
	assert_int_equal(w->env.making, 0);
	if (x->rc == 0)
		read_answer(w, s, x);
}

static void learn(struct h_dialog *d, const struct osci_message *m)
{
	if (d == NULL || m->type == OSCI_FAULT)
		return;
	snprintf(d->conversation, sizeof(d->conversation), "%s", m->control.conversation);
	if (m->control.challenge != NULL)
		snprintf(d->challenge, sizeof(d->challenge), "%s", m->control.challenge);
	d->next = m->type == OSCI_RESPONSE_TO_INIT_DIALOG ? 0 : d->next + 1;
}

void h_exchange(struct h_world *w, const struct h_send *s, struct osci_message *m, struct h_answer *x)
{
	struct osci_write_options o = { .sign = s->sign, .encrypt_for = s->encrypt_for };
	struct err e = ERR_INIT;
	struct sink *to;
	struct buf order;

	if (s->dialog != NULL && m->type != OSCI_INIT_DIALOG) {
		m->control.conversation = s->dialog->conversation;
		m->control.response = s->dialog->challenge;
		m->control.sequence = s->dialog->next;
	}
	buf_init(&order, MAX);
	to = sink_to_buf(&order);
	assert_ok(osci_write(&o, m, to, &e), e);
	sink_close(to);
	if (s->spoil != NULL)
		s->spoil(&order);
	h_exchange_bytes(w, s, buf_view(&order), x);
	if (x->rc == 0 && !x->is_fault) {
		assert_string_equal(x->m.control.response, m->control.challenge);
		learn(s->dialog, &x->m);
	}
	buf_fini(&order);
}

void h_answer_fini(struct h_answer *x)
{
	osci_message_fini(&x->m);
	h_intake_free(x->in);
	buf_fini(&x->bytes);
	arena_free(x->a);
}

void h_expect(struct h_world *w, const struct h_send *s, struct osci_message *m, const char *code, bool is_fault)
{
	struct h_answer x;

	h_exchange(w, s, m, &x);
	assert_int_equal(x.rc, 0);
	if (strcmp(x.code, code) != 0)
		fail_msg("%s %s instead of %s (%s)", osci_order_of(m->type)->element, x.code, code, x.done.cause.text);
	assert_int_equal(x.is_fault, is_fault);
	h_answer_fini(&x);
}

bool h_has_code(const struct h_answer *x, const char *code)
{
	for (size_t i = 0; i < x->m.feedback_count; i++)
		if (strcmp(x->m.feedback[i].code, code) == 0)
			return true;
	return false;
}

const char *h_message_id(struct h_world *w, enum h_who who)
{
	struct h_send s = h_signed(w, who, NULL);
	struct osci_message m;
	struct h_answer x;
	const char *id;

	h_order(w, who, OSCI_GET_MESSAGE_ID, &m);
	h_exchange(w, &s, &m, &x);
	assert_string_equal(x.code, "0800");
	assert_non_null(x.m.message_id);
	id = arena_dup(w->a, x.m.message_id);
	h_answer_fini(&x);
	return id;
}

const char *h_store(struct h_world *w, enum h_who from, enum h_who to)
{
	const char *id = h_message_id(w, from);
	struct h_send s = h_signed(w, from, NULL);
	struct osci_message m;

	h_order(w, from, OSCI_STORE_DELIVERY, &m);
	h_delivery(w, w->peer[to].cipher->cert, id, &m);
	h_expect(w, &s, &m, "0800", false);
	return id;
}

void h_init(struct h_world *w, enum h_who who, struct h_dialog *d)
{
	struct h_send s = h_signed(w, who, d);
	struct osci_message m;

	h_order(w, who, OSCI_INIT_DIALOG, &m);
	h_expect(w, &s, &m, "0801", false);
}
