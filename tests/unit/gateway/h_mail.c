/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_mail.h says what they do. */
#include "h_mail.h"

#include <openssl/x509.h>

#include "base/b64.h"
#include "base/clock.h"
#include "base/mem.h"
#include "delivery/deliver.h"
#include "delivery/move.h"
#include "dir/cache.h"
#include "mailbox/osci_ingress.h"
#include "osci/write.h"
#include "pki/xml_make.h"

#define H_MAIL_SERVICE "hzl"	/* of h_submit */
#define STORE_BYTES 15000	/* orders of this length and more carry an application */
#define NEVER_MS (3600 * 1000LL)

struct h_mail h_mail_world;

#define W (&h_mail_world)

static char *path(const char *name)
{
	static char text[4][160];
	static unsigned i;
	char *p = text[i++ % 4];

	snprintf(p, sizeof(text[0]), "%s/%s", W->spool.root, name);
	return p;
}

static void add_key(struct pki_keyring *kr, enum pki_use use, const struct mk_cert *c)
{
	const char *key_path = path("key.pem"), *cert_path = path("cert.pem");
	struct pki_key *key = NULL;
	struct err e = ERR_INIT;

	assert_ok(mk_write_key(key_path, c, &e), e);
	assert_ok(mk_write_certs(cert_path, &c->x, 1, &e), e);
	assert_ok(pki_key_from_pem(use, key_path, cert_path, NULL, &key, &e), e);
	pki_keyring_add(kr, key);
}

struct pki_keyring *h_mail_rotated(bool keeps_old)
{
	const struct mk_spec s = { .cn = "Absender", .org = "Test", .use = MK_CIPHER, .rsa_bits = 3072, .from_days = 0,
				   .to_days = 300, .issuer = &W->root, .same_key = &W->sign };
	struct pki_keyring *kr = pki_keyring_new();
	struct mk_cert next = mk_make(&s);

	add_key(kr, PKI_USE_SIGNATURE, &W->sign);
	add_key(kr, PKI_USE_CIPHER, &next);
	if (keeps_old)
		add_key(kr, PKI_USE_CIPHER, &W->cipher);
	mk_free(&next);
	return kr;
}

struct pki_keyring *h_mail_expired(void)
{
	const struct mk_spec s = { .cn = "Absender", .org = "Test", .use = MK_SIGN, .rsa_bits = 3072, .from_days = -10,
				   .to_days = -1, .issuer = &W->root, .same_key = &W->sign };
	struct pki_keyring *kr = pki_keyring_new();
	struct mk_cert c = mk_make(&s);

	add_key(kr, PKI_USE_SIGNATURE, &c);
	mk_free(&c);
	return kr;
}

int h_mail_up(void **state)
{
	struct mk_spec s = { .cn = "Wurzel", .org = "Test", .use = MK_CA, .from_days = -2, .to_days = 800 };
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(http_client_check(&e), e);
	assert_ok(pki_xml_init(&e), e);
	W->root = mk_make(&s);
	s = (struct mk_spec){ .cn = "Absender", .org = "Test", .use = MK_SIGN, .rsa_bits = 3072, .from_days = -1,
			      .to_days = 300, .issuer = &W->root };
	W->sign = mk_make(&s);
	s.same_key = &W->sign;
	s.cn = "Intermediär";
	W->im_sign = mk_make(&s);
	s.use = MK_CIPHER;
	W->im_cipher = mk_make(&s);
	s.cn = "Absender";
	W->cipher = mk_make(&s);
	s.cn = "Amt";
	W->to_cipher = mk_make(&s);
	return 0;
}

int h_mail_down(void **state)
{
	(void)state;
	mk_free(&W->root);
	mk_free(&W->sign);
	mk_free(&W->im_sign);
	mk_free(&W->im_cipher);
	mk_free(&W->cipher);
	mk_free(&W->to_cipher);
	return 0;
}

static bool stores(struct http_request *rq)
{
	const char *length = http_header(rq, "Content-Length");

	return length != NULL && atol(length) > STORE_BYTES;
}

static int take_all(struct http_request *rq, struct err *e)
{
	struct buf b;
	int rc;

	buf_init(&b, 1 << 24);
	rc = stream_to_buf(http_body(rq), &b, "order", e);
	buf_fini(&b);
	return rc;
}

/* An error of the handler after a begun answer cuts the connection. */
static int cut(struct http_request *rq, struct err *e)
{
	struct sink *out;

	(void)http_reply_begin(rq, 200, "text/xml", 100, &out, e);
	return err_set(e, ERR_IO, "cut");
}

static int begin_what_never_ends(void *ctx, struct sink **out, struct err *e)
{
	return http_reply_begin(ctx, 200, "text/xml", 1 << 24, out, e);
}

static int obey_and_cut(struct http_request *rq, struct err *e)
{
	struct osci_done done;

	(void)osci_intermediary_serve(W->im, http_body(rq), begin_what_never_ends, rq, &done, e);
	return err_set(e, ERR_IO, "cut");
}

static int begin_for_nobody(void *nobody, struct sink **out, struct err *e)
{
	(void)e;
	*out = *(struct sink **)nobody;
	return 0;
}

static int forge(struct http_request *rq, bool obeyed, struct err *e)
{
	struct sink *nobody = sink_to_null(), *to;
	struct osci_done done;
	struct buf b;
	int rc;

	if (obeyed)
		(void)osci_intermediary_serve(W->im, http_body(rq), begin_for_nobody, &nobody, &done, e);
	else
		(void)take_all(rq, e);
	buf_init(&b, 1 << 16);
	to = sink_to_buf(&b);
	rc = osci_write_fault(OSCI_9801, to, e);
	sink_close(to);
	sink_close(nobody);
	if (rc == 0)
		rc = http_reply(rq, 200, "text/xml", b.p, b.n, e);
	buf_fini(&b);
	return rc;
}

static int serve(struct http_request *rq, void *ctx, struct err *e)
{
	enum h_mail_spoil spoil = atomic_load(&W->spoil);

	atomic_fetch_add(&W->orders, 1);
	if (spoil == H_MAIL_LOSE_ANSWER && atomic_load(&W->answer_lost))
		return cut(rq, e);
	if (spoil == H_MAIL_GOOD || !stores(rq))
		return mailbox_ingress_post(rq, ctx, e);
	if (spoil == H_MAIL_LOSE_ANSWER) {
		atomic_store(&W->answer_lost, true);
		return obey_and_cut(rq, e);
	}
	if (spoil == H_MAIL_FORGE || spoil == H_MAIL_FORGE_ALONE)
		return forge(rq, spoil == H_MAIL_FORGE, e);
	(void)take_all(rq, e);
	return spoil == H_MAIL_REFUSE_STORE ? http_reply_text(rq, 503, "not today", e) : cut(rq, e);
}

static int serve_other(struct http_request *rq, void *ctx, struct err *e)
{
	struct h_mail_other *o = ctx;

	atomic_fetch_add(&o->orders, 1);
	return mailbox_ingress_post(rq, W->im, e);
}

void h_mail_listen(void)
{
	struct err e = ERR_INIT;
	unsigned index = 0;

	W->route = (struct http_route){ "POST", "/osci", serve, W->im, 1 << 24 };
	assert_ok(http_server_new(&(struct http_limits){ .workers = 2 }, &W->server, &e), e);
	assert_ok(http_server_listen(W->server,
				     &(struct http_listener){ .name = "osci", .address = W->address, .routes = &W->route,
							      .route_count = 1 },
				     &index, &e),
		  e);
	snprintf(W->address, sizeof(W->address), "127.0.0.1:%u", http_server_port(W->server, index));
	snprintf(W->uri, sizeof(W->uri), "http://%s/osci", W->address);
	assert_ok(http_server_start(W->server, &e), e);
}

void h_mail_open_other(struct h_mail_other *o)
{
	struct err e = ERR_INIT;
	unsigned index = 0;

	*o = (struct h_mail_other){ .route = { "POST", "/osci", serve_other, o, 1 << 24 } };
	assert_ok(http_server_new(&(struct http_limits){ .workers = 2 }, &o->server, &e), e);
	assert_ok(http_server_listen(o->server,
				     &(struct http_listener){ .name = "other", .address = "127.0.0.1:0", .routes = &o->route,
							      .route_count = 1 },
				     &index, &e),
		  e);
	snprintf(o->uri, sizeof(o->uri), "http://127.0.0.1:%u/osci", http_server_port(o->server, index));
	assert_ok(http_server_start(o->server, &e), e);
}

void h_mail_close_other(struct h_mail_other *o)
{
	http_server_free(o->server);
}

void h_mail_deaf(void)
{
	http_server_free(W->server);
	W->server = NULL;
}

static void make_intermediary(struct mailbox_ways *ways)
{
	const struct osci_policy policy = { .max_size = 1 << 24, .dialog_idle_ms = 60000, .dialogs_max = 100 };
	struct err e = ERR_INIT;

	assert_ok(mailbox_osci_init(&W->env, W->spool.s, W->spool.dir, ways, &e), e);
	assert_ok(osci_intermediary_new(&policy, W->im_keys, W->certs, W->trust, &W->env.env, &W->im, &e), e);
}

void h_mail_pass_on(struct mailbox_ways *ways)
{
	h_mail_deaf();
	osci_intermediary_free(W->im);
	make_intermediary(ways);
	h_mail_listen();
}

static void start_intermediary(void)
{
	make_intermediary(NULL);
	snprintf(W->address, sizeof(W->address), "127.0.0.1:0");
	h_mail_listen();
}

void h_mail_unsure(void)
{
	const struct osci_policy policy = { .max_size = 1 << 24, .dialog_idle_ms = 60000, .dialogs_max = 100,
					    .accept_incomplete = true };
	const char *anchors[] = { path("root.pem"), NULL };
	struct pki_policy need = PKI_POLICY_DEFAULT;
	struct err e = ERR_INIT;

	h_mail_deaf();
	osci_intermediary_free(W->im);
	assert_ok(pki_trust_new(&(struct pki_trust_files){ .anchors = anchors }, &need, &W->listless, &e), e);
	assert_ok(osci_intermediary_new(&policy, W->im_keys, W->certs, W->listless, &W->env.env, &W->im, &e), e);
	h_mail_listen();
}

static void start_directory(void)
{
	static const char *const servers[] = { "https://127.0.0.1:9/" }, *const uris[] = { "urn:antrag" };
	static const struct dir_service services[] = { { NULL, uris, 1 } };
	struct err e = ERR_INIT;
	struct dir_options o = {
		.servers = servers, .server_count = 1, .entry_path = "e", .token_path = "t", .services = services,
		.service_count = 1, .fresh_for = NEVER_MS, .usable_for = NEVER_MS, .negative_for = 1000, .timeout = 500,
		.client_key = pki_keyring_current(W->sender_keys, PKI_USE_SIGNATURE, clock_now()), .http = W->http,
		.spool = W->spool.s, .certs = W->certs, .trust = W->trust,
	};

	assert_ok(dir_new(&o, &W->dir, &e), e);
	h_mail_entry("ags:1", W->uri);
	h_mail_entry("ags:2", W->uri);
}

static void make_trust(void)
{
	const char *anchors[] = { path("root.pem"), NULL }, *crls[] = { path("root.crl"), NULL };
	struct pki_policy policy = PKI_POLICY_DEFAULT;
	X509_CRL *crl = mk_crl(&W->root, NULL, 0, 30);
	struct err e = ERR_INIT;

	assert_ok(mk_write_certs(anchors[0], &W->root.x, 1, &e), e);
	assert_ok(mk_write_crl(crls[0], crl, &e), e);
	assert_ok(pki_trust_new(&(struct pki_trust_files){ .anchors = anchors, .crls = crls }, &policy, &W->trust, &e), e);
	X509_CRL_free(crl);
}

int h_mail_fresh(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	h_spool_init(&W->spool);
	W->certs = pki_certs_new(PKI_CERTS_BYTES);
	make_trust();
	W->im_keys = pki_keyring_new();
	W->sender_keys = pki_keyring_new();
	W->recipient_keys = pki_keyring_new();
	add_key(W->im_keys, PKI_USE_SIGNATURE, &W->im_sign);
	add_key(W->im_keys, PKI_USE_CIPHER, &W->im_cipher);
	add_key(W->sender_keys, PKI_USE_SIGNATURE, &W->sign);
	add_key(W->sender_keys, PKI_USE_CIPHER, &W->cipher);
	add_key(W->recipient_keys, PKI_USE_SIGNATURE, &W->sign);
	add_key(W->recipient_keys, PKI_USE_CIPHER, &W->to_cipher);
	assert_ok(http_client_new(&(struct http_client_settings){ .total_ms = 5000 }, &W->http, &e), e);
	start_intermediary();
	start_directory();
	W->conf = (struct conf_delivery){ .workers = 1, .window = 1, .patient = 4, .contact_timeout = 5000, .probe_most = 200, .retry_first = 100, .retry_most = 100,
					  .retry_slow_first = 100, .retry_slow_most = 100, .lease = 60000,
					  .attempt_timeout = 5000, .grace = NEVER_MS, .follow_after = 1000,
					  .collect_within = 100000, .follow_for = 400000, .sign_orders = true,
					  .require_signed_answers = true };
	W->sender = (struct delivery_sender){ .conf = &W->conf, .spool = W->spool.s, .dir = W->dir, .http = W->http,
					.certs = W->certs, .trust = W->trust, .keys = W->sender_keys,
					.author = pki_keyring_current(W->sender_keys, PKI_USE_SIGNATURE, clock_now()),
					.scratch_dir = W->spool.dir };
	W->orders = 0;
	W->spoil = H_MAIL_GOOD;
	W->answer_lost = false;
	return 0;
}

int h_mail_stale(void **state)
{
	(void)state;
	h_mail_deaf();
	osci_intermediary_free(W->im);
	dir_free(W->dir);
	http_client_free(W->http);
	pki_keyring_free(W->im_keys);
	pki_keyring_free(W->sender_keys);
	pki_keyring_free(W->recipient_keys);
	pki_trust_free(W->trust);
	pki_trust_free(W->listless);
	W->listless = NULL;
	pki_certs_free(W->certs);
	h_spool_fini(&W->spool);
	return 0;
}

static struct span base64_of(const struct mk_cert *c)
{
	unsigned char *der = NULL;
	int n = i2d_X509(c->x, &der);
	struct buf b;
	struct span out;

	assert_true(n > 0);
	buf_init(&b, 1 << 20);
	b64_encode(&b, der, (size_t)n);
	OPENSSL_free(der);
	out = arena_span(W->spool.a, buf_view(&b));
	buf_fini(&b);
	return out;
}

void h_mail_entry(const char *recipient, const char *uri)
{
	h_mail_entry_waits(recipient, uri, "");
}

void h_mail_entry_waits(const char *recipient, const char *uri, const char *address)
{
	struct dir_entry r = {
		.service = "urn:antrag", .intermediary_uri = uri, .intermediary_cipher = base64_of(&W->im_cipher),
		.intermediary_signature = base64_of(&W->im_sign), .addressee_cipher = base64_of(&W->to_cipher),
		.addressee_uri = address,
	};
	int64_t now = clock_now();
	struct err e = ERR_INIT;

	assert_ok(dir_cache_put(W->spool.s, &(struct dir_name){ recipient, H_MAIL_SERVICE }, &r, now, NEVER_MS, NEVER_MS, now + NEVER_MS, &e), e);
}

struct spool_delivery h_mail_by_workers(const char *recipient)
{
	struct delivery_workers *workers = NULL;
	struct spool_delivery d = { .state = DLV_QUEUED };
	struct err e = ERR_INIT;
	int64_t end = clock_mono() + 10000;
	struct id id;

	assert_ok(h_submit(W->spool.s, NULL, recipient, 1000, 1, NULL, &id, &e), e);
	assert_ok(delivery_start(&W->sender, &workers, &e), e);
	while (d.state != DLV_DONE && clock_mono() < end) {
		usleep(5000);
		assert_ok(spool_delivery_get(W->spool.s, W->spool.a, &id, &d, &e), e);
	}
	delivery_stop(workers);
	if (d.state != DLV_DONE)
		fail_msg("not stored: %s", d.detail);
	return d;
}

struct spool_delivery h_mail_deliver(const char *recipient)
{
	struct delivery_book *book = delivery_book_new(&W->sender);
	struct spool_event ev = { .kind = SPOOL_EV_STORED };
	struct spool_delivery d;
	struct delivery_choice choice;
	struct dir_route route;
	struct err e = ERR_INIT;
	struct delivery_attempt t = { .s = &W->sender, .book = book, .a = W->spool.a, .d = &d, .route = &route, .choice = &choice };
	int64_t next, now;

	assert_ok(h_submit(W->spool.s, NULL, recipient, 1000, 1, NULL, NULL, &e), e);
	now = clock_now() + 1;
	assert_ok(h_claim(W->spool.s, W->spool.a, now, 60000, &d, &next, &e), e);
	assert_ok(dir_resolve(W->dir, recipient, d.service, W->spool.a, &route, &e), e);
	assert_ok(delivery_choose(&W->conf, &d, &route, &choice, &e), e);
	assert_false(delivery_move(&d, choice.peer));
	assert_ok(delivery_attempt(&t, &e), e);
	ev.at = t.r.stored;
	d.due = now + W->conf.follow_after;
	assert_ok(spool_delivery_step(W->spool.s, &d, DLV_EV_ACCEPTED, &ev, NULL, &e), e);
	dir_route_fini(&route);
	delivery_book_free(book);
	return d;
}

static int take(void *ctx, const char *name, const char *type, const char *cid, struct sink **out, struct err *e)
{
	(void)ctx, (void)name, (void)type, (void)cid, (void)e;
	*out = sink_to_null();
	return 0;
}

void h_mail_fetch(void)
{
	struct osci_intake intake = { .part = take };
	struct peer_osci line = { .client = NULL };
	struct osci_message m;
	struct dir_route route;
	struct err e = ERR_INIT;
	bool more;

	assert_ok(dir_resolve(W->dir, "ags:1", H_MAIL_SERVICE, W->spool.a, &route, &e), e);
	assert_ok(peer_osci_open(&(struct peer_osci_way){ .uri = route.intermediary_uri, .cipher = route.intermediary_cipher,
							  .signature = route.intermediary_signature,
							  .keys = W->recipient_keys, .sign = true, .certs = W->certs,
							  .http = W->http, .scratch_dir = W->spool.dir, .timeout_ms = 5000,
							  .max_answer = PEER_OSCI_SHORT },
				 &line, &e),
		  e);
	assert_ok(osci_client_init_dialog(line.client, &e), e);
	assert_ok(osci_client_fetch(line.client, NULL, &intake, W->spool.a, &m, &more, &e), e);
	osci_message_fini(&m);
	assert_ok(osci_client_exit_dialog(line.client, &e), e);
	peer_osci_close(&line);
	dir_route_fini(&route);
}
