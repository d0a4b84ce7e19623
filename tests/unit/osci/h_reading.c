/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_reading.h says what they do. */
#include "h_reading.h"

#include "cm.h"
#include "h_sample.h"
#include "osci/write.h"

struct h_keys h_keys;

int h_keys_begin(void **state)
{
	(void)state;
	h_keys = (struct h_keys){
		.sign = h_long_key(PKI_USE_SIGNATURE, 0),
		.other = h_long_key(PKI_USE_SIGNATURE, 1),
		.cipher = h_long_key(PKI_USE_CIPHER, 1),
		.ring = pki_keyring_new(),
		.certs = pki_certs_new(PKI_CERTS_BYTES),
		.policy = { .min_rsa_bits = 2048 },
	};
	pki_keyring_add(h_keys.ring, h_keys.cipher);
	return 0;
}

int h_keys_end(void **state)
{
	(void)state;
	pki_key_free(h_keys.sign);
	pki_key_free(h_keys.other);
	pki_keyring_free(h_keys.ring);
	pki_certs_free(h_keys.certs);
	return 0;
}

void h_read_src(struct src *in, bool answers, bool keep, struct h_result *r)
{
	struct osci_read_options o = { .keys = h_keys.ring, .certs = h_keys.certs, .policy = &h_keys.policy, .answers = answers,
				       .max_size = UINT64_C(1) << 30 };
	enum osci_code code;

	memset(r, 0, sizeof(*r));
	r->a = arena_new();
	r->in = h_intake_new(keep);
	r->rc = osci_read(&o, in, &r->in->intake, &r->in->room, r->a, &r->m, &code, &r->e);
	r->code = osci_feedback(r->rc != 0 ? code : r->m.signature_code)->digits;
}

void h_read_bytes(struct span bytes, size_t step, bool answers, struct h_result *r)
{
	struct src *all = src_of_mem(bytes.p, bytes.n), *in = h_drip(all, step);

	h_read_src(in, answers, true, r);
	src_close(in);
	src_close(all);
}

void h_result_fini(struct h_result *r)
{
	osci_message_fini(&r->m);
	h_intake_free(r->in);
	arena_free(r->a);
}

/* A message of that type with the certificates it needs. */
static void sample(struct arena *a, enum osci_type t, struct osci_message *m)
{
	const struct osci_order *o = osci_order_of(t);

	h_message(a, t, m);
	if (t == OSCI_GET_MESSAGE_ID || t == OSCI_INIT_DIALOG || o->content == OSCI_MUST)
		h_add_cert(a, m, OSCI_ORIGINATOR, true, h_keys.cipher->cert);
	if (o->outward && !o->is_answer)
		h_add_cert(a, m, OSCI_INTERMEDIARY, true, h_keys.cipher->cert);
	if (o->content != OSCI_NEVER) {
		h_add_cert(a, m, OSCI_ADDRESSEE, true, h_keys.cipher->cert);
		h_add_cert(a, m, OSCI_OTHER_AUTHOR, false, h_keys.other->cert);
		h_add_cert(a, m, OSCI_OTHER_READER, true, h_keys.cipher->cert);
	}
}

void h_write_message(struct arena *a, enum osci_type t, enum h_how how, struct osci_message *m, struct buf *out)
{
	struct osci_write_options o = { .sign = how == H_SIGNED || how == H_BOTH ? h_keys.sign : NULL,
					.encrypt_for = how >= H_ENCRYPTED ? h_keys.cipher->cert : NULL };
	struct err e = ERR_INIT;
	struct sink *s;

	sample(a, t, m);
	buf_init(out, H_READ_MAX);
	s = sink_to_buf(out);
	assert_ok(osci_write(&o, m, s, &e), e);
	sink_close(s);
}
