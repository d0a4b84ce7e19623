/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_talk.h says what they do. */
#include "h_talk.h"

#include "base/clock.h"
#include "cm.h"
#include "h_sample.h"
#include "osci/read.h"
#include "osci/write.h"
#include "pki/h_pki.h"

static int answer_sink(void *ctx, struct sink **out, struct err *e)
{
	(void)e;
	*out = ctx;
	return 0;
}

static void serve(struct h_talk *w, struct osci_intermediary *im, struct src *request)
{
	struct sink *to = sink_to_buf(&w->answer);
	struct osci_done done;
	struct err e = ERR_INIT;

	assert_ok(osci_intermediary_serve(im, request, answer_sink, to, &done, &e), e);
	sink_close(to);
}

static void put_fault(struct h_talk *w, const char *code)
{
	struct sink *to = sink_to_buf(&w->answer);
	struct err e = ERR_INIT;
	char *at;

	assert_ok(osci_write_fault(OSCI_9000, to, &e), e);
	at = memmem(w->answer.p, w->answer.n, ">9000<", 6);
	assert_non_null(at);
	memcpy(at + 1, code, 4); /* also what our writer would not write */
	if (strcmp(code, "9000") != 0)
		memcpy(memmem(w->answer.p, w->answer.n, "Server", 6), "Client", 6);
	sink_close(to);
}

static void spoil(struct h_talk *w)
{
	switch (w->mishap) {
	case GARBAGE:
		buf_reset(&w->answer);
		buf_puts(&w->answer, "<html>Anmeldung</html>");
		break;
	case EMPTY:
		buf_reset(&w->answer);
		break;
	case REPLAY:
		buf_reset(&w->answer);
		buf_span(&w->answer, buf_view(&w->last));
		break;
	case BIT:
		w->answer.p[w->answer.n - 200] = (char)(w->answer.p[w->answer.n - 200] ^ 1);
		break;
	case CUT:
		w->answer.n -= 100;
		break;
	case FAULT_9000:
	case FAULT_9400:
		buf_reset(&w->answer);
		put_fault(w, w->mishap == FAULT_9000 ? "9000" : "9400");
		break;
	case FAULT_ANY:
		buf_reset(&w->answer);
		put_fault(w, w->fault);
		break;
	default:
		break;
	}
}

static void tweak_answer(enum tweak t, struct osci_message *m, struct osci_write_options *o)
{
	static struct osci_entry refused[] = { { "de", "3707", "?" }, { "en", "9811", "no" },
					       { "de", "9811", "nein" } },
				 warned[] = { { "de", "3707", "?" } }, odd[] = { { "de", "9999", "?" } },
				 fine[] = { { "de", "3999", "?" } };
	struct osci_entry *entries[] = { [REFUSED] = refused, [WARNED] = warned, [UNKNOWN_9] = odd,
					 [UNKNOWN_3] = fine };

	if (t == UNSIGNED)
		o->sign = NULL;
	if (t == PLAIN)
		o->encrypt_for = NULL;
	if (t == RESPONSE)
		m->control.response = "YW5kZXJl";
	if (t == SEQUENCE)
		m->control.sequence++;
	if (t == TYPE)
		m->type = OSCI_RESPONSE_TO_STORE_DELIVERY;
	if (t == NO_FEEDBACK)
		m->feedback_count = 0;
	if (t == NO_ID)
		m->message_id = NULL;
	if (t == REFUSED || t == WARNED || t == UNKNOWN_9 || t == UNKNOWN_3) {
		m->feedback = entries[t];
		m->feedback_count = t == REFUSED ? 3 : 1;
	}
}

/* An answer made by hand to the request at hand. */
static void craft(struct h_talk *w, struct src *request)
{
	struct osci_read_options ro = { .keys = w->im_keys, .certs = w->certs, .max_size = 4u << 20 };
	struct osci_entry done = { "de", "0800", "gut" };
	struct h_intake *in = h_intake_new(false);
	struct arena *a = arena_new();
	struct osci_message order, m = { .type = OSCI_RESPONSE_TO_GET_MESSAGE_ID, .feedback = &done,
					 .feedback_count = 1 };
	struct osci_write_options wo = { .sign = w->sign };
	struct sink *to = sink_to_buf(&w->answer);
	enum osci_code code;
	struct err e = ERR_INIT;

	assert_ok(osci_read(&ro, request, &in->intake, &in->room, a, &order, &code, &e), e);
	m.message_id = "handgemacht";
	m.control = (struct osci_control_block){ order.control.challenge, "bmV1", "17", order.control.sequence };
	wo.encrypt_for = osci_message_cert(&order, OSCI_ORIGINATOR, true);
	if (w->tweak == FOREIGN)
		wo.encrypt_for = w->im_cipher->cert;
	tweak_answer(w->tweak, &m, &wo);
	assert_ok(osci_write(&wo, &m, to, &e), e);
	sink_close(to);
	osci_message_fini(&order);
	arena_free(a);
	h_intake_free(in);
}

static int post(void *ctx, struct src *request, uint64_t size, struct src **answer, bool *sent, struct err *e)
{
	struct h_talk *w = ctx;
	struct buf copy;
	struct src *from;

	w->posts++;
	*sent = w->mishap != UNREACHABLE;
	if (!*sent)
		return err_reason(e, ERR_UNREACHABLE, RSN_NET_UNREACHABLE, "connection refused");
	buf_init(&copy, 4u << 20);
	assert_ok(stream_to_buf(request, &copy, "request", e), *e);
	assert_int_equal(copy.n, size);
	from = src_of_mem(copy.p, copy.n);
	buf_reset(&w->answer);
	if (w->mishap == CRAFTED)
		craft(w, from);
	else
		serve(w, w->mishap == OTHER_SIGNER ? w->impostor : w->im, from);
	src_close(from);
	buf_fini(&copy);
	if (w->mishap == LOST)
		return err_reason(e, ERR_PEER, RSN_NET_ANSWER_LOST, "connection reset");
	if (w->mishap == NOTHING) {
		buf_reset(&w->last);
		buf_span(&w->last, buf_view(&w->answer));
	}
	spoil(w);
	*answer = src_of_mem(w->answer.p, w->answer.n);
	return 0;
}

struct pki_keyring *h_talk_keyring(struct pki_key *a, struct pki_key *b)
{
	struct pki_keyring *kr = pki_keyring_new();

	pki_keyring_add(kr, a);
	if (b != NULL)
		pki_keyring_add(kr, b);
	return kr;
}

static struct osci_intermediary *intermediary(struct h_talk *w, const struct pki_keyring *keys)
{
	struct osci_intermediary *im = NULL;
	struct err e = ERR_INIT;

	assert_ok(osci_intermediary_new(&w->policy, keys, w->certs, w->trust, &w->env.env, &im, &e), e);
	return im;
}

/* The senders' certificates are self-signed: the trust store knows one of them, the rest ends with warning 3707. */
static void make_trust(struct h_talk *w)
{
	const char *anchors[] = { NULL, NULL };
	struct pki_trust_files files = { .anchors = anchors };
	struct pki_policy policy = PKI_POLICY_DEFAULT;
	struct err e = ERR_INIT;

	policy.min_rsa_bits = 2048;
	policy.crl_required = false;
	anchors[0] = h_pem_cert("anchor.pem", w->sign->cert->x509);
	assert_ok(pki_trust_new(&files, &policy, &w->trust, &e), e);
}

int h_talk_setup(void **state)
{
	struct h_talk *w = calloc(1, sizeof(*w));

	h_env_init(&w->env);
	buf_init(&w->answer, 4u << 20);
	buf_init(&w->last, 4u << 20);
	w->certs = pki_certs_new(PKI_CERTS_BYTES);
	w->policy = (struct osci_policy){ .accept_plain = true, .accept_unsigned = true, .accept_incomplete = true,
					  .max_size = 4u << 20, .dialog_idle_ms = 60000, .dialogs_max = 100 };
	w->sign = h_long_key(PKI_USE_SIGNATURE, 0);
	w->im_cipher = h_long_key(PKI_USE_CIPHER, 1);
	w->im_keys = h_talk_keyring(w->sign, w->im_cipher);
	w->impostor_sign = h_long_key(PKI_USE_SIGNATURE, 1);
	w->impostor_keys = h_talk_keyring(w->impostor_sign,
					  h_key(PKI_USE_CIPHER, w->im_cipher->cert->x509, w->im_cipher->key));
	w->sender_keys = h_talk_keyring(h_long_key(PKI_USE_CIPHER, 0), h_long_key(PKI_USE_SIGNATURE, 1));
	w->recipient_keys = h_talk_keyring(h_long_key(PKI_USE_CIPHER, 1), h_long_key(PKI_USE_SIGNATURE, 0));
	make_trust(w);
	w->im = intermediary(w, w->im_keys);
	w->impostor = intermediary(w, w->impostor_keys);
	w->transport = (struct osci_transport){ post, w };
	*state = w;
	return 0;
}

int h_talk_teardown(void **state)
{
	struct h_talk *w = *state;

	osci_intermediary_free(w->im);
	osci_intermediary_free(w->impostor);
	pki_trust_free(w->trust);
	pki_keyring_free(w->im_keys);
	pki_keyring_free(w->impostor_keys);
	pki_keyring_free(w->sender_keys);
	pki_keyring_free(w->recipient_keys);
	pki_certs_free(w->certs);
	buf_fini(&w->answer);
	buf_fini(&w->last);
	h_env_fini(&w->env);
	free(w);
	return 0;
}

const struct pki_key *h_talk_key(const struct pki_keyring *kr, enum pki_use use)
{
	return pki_keyring_current(kr, use, clock_now());
}

struct osci_client *h_talk_client(struct h_talk *w, const struct pki_keyring *keys)
{
	struct osci_client_options o = {
		.sign = h_talk_key(keys, PKI_USE_SIGNATURE), .cipher = keys, .intermediary_cipher = w->im_cipher->cert,
		.intermediary_signature = w->sign->cert, .certs = w->certs, .transport = &w->transport,
		.scratches = &h_scratches, .max_answer = 4u << 20,
		.languages = "en de",
	};
	struct osci_client *c = NULL;
	struct err e = ERR_INIT;

	assert_ok(osci_client_new(&o, &c, &e), e);
	return c;
}

void h_talk_outgoing(struct h_talk *w, struct arena *a, const char *message_id, struct osci_outgoing *d)
{
	struct osci_message m;

	h_message(a, OSCI_STORE_DELIVERY, &m);
	h_add_cert(a, &m, OSCI_ADDRESSEE, true, h_talk_key(w->recipient_keys, PKI_USE_CIPHER)->cert);
	*d = (struct osci_outgoing){
		.message_id = message_id, .subject = m.subject, .certs = m.certs, .cert_count = m.cert_count,
		.open_content = m.open_content, .content_ctx = m.content_ctx, .attachments = m.attachments,
		.attachment_count = m.attachment_count, .custom = m.custom, .custom_count = m.custom_count,
	};
}

const char *h_talk_store(struct h_talk *w, struct osci_client *c, struct arena *a)
{
	struct osci_outgoing d;
	struct osci_card card;
	const char *id = NULL;
	struct err e = ERR_INIT;

	assert_ok(osci_client_get_message_id(c, a, &id, &e), e);
	h_talk_outgoing(w, a, id, &d);
	assert_ok(osci_client_store(c, &d, a, &card, &e), e);
	assert_string_equal(card.message_id, id);
	assert_int_not_equal(card.created, 0);
	return id;
}
