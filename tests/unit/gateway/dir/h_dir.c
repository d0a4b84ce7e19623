/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_dir.h says what they do. */
#include "h_dir.h"

#include <time.h>

#include <openssl/x509.h>

#include "base/b64.h"
#include "base/clock.h"
#include "base/mem.h"
#include "pki/tls.h"
#include "sim/dvdv_wire.h"

#define TOKEN_PATH "extern/standaloneauth/token"
#define ENTRY_PATH "extern/standaloneauth/directory"
#define BASE "/dvdv2-backend/"

struct h_world h_world;

static int reply_problem(struct http_request *rq, unsigned status, const char *detail, struct err *e)
{
	return dvdv_reply_problem(rq, status, status == 404 ? "problems/type/ENTITY_NOT_FOUND" : "problems/type/X", detail, e);
}

static void wait_ms(long ms)
{
	(void)nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
}

static bool is_assertion_good(struct h_server *s, struct span assertion)
{
	char audience[160];

	snprintf(audience, sizeof(audience), "%s/" TOKEN_PATH, s->base);
	return dvdv_assertion_check(assertion, s->w->registered, audience, clock_now() - s->behind_ms);
}

static void name_token(const struct h_server *s, char out[64])
{
	snprintf(out, 64, "token-%s-%u", s->address, s->generation);
}

static int serve_token(struct http_request *rq, void *ctx, struct err *e)
{
	struct h_server *s = ctx;
	struct buf body, field;
	char token[64];
	bool good;
	int rc;

	s->tokens++;
	if (s->mode == H_TOKEN_401)
		return reply_problem(rq, 401, "no matching client certificate", e);
	if (s->mode == H_TOKEN_404)
		return http_reply_text(rq, 404, "<html>nginx: 404 Not Found", e);
	if (s->mode == H_TOKEN_500)
		return reply_problem(rq, 500, "out of order", e);
	if (s->mode == H_TOKEN_GARBAGE)
		return http_reply_text(rq, 200, "<html>", e);
	if (s->mode == H_TOKEN_EMPTY)
		return http_reply_text(rq, 200, "{\"expires_in\":3600}", e);
	if (s->mode == H_TOKEN_SLOW)
		wait_ms(2L * H_TIMEOUT_MS);
	buf_init(&body, 65536);
	buf_init(&field, 65536);
	rc = stream_to_buf(http_body(rq), &body, "token request", e);
	good = rc == 0 && dvdv_form_field(buf_view(&body), "grant_type", &field) && span_is(buf_view(&field), "client_credentials") &&
	       dvdv_form_field(buf_view(&body), "client_assertion", &field) && is_assertion_good(s, buf_view(&field));
	buf_fini(&body);
	buf_fini(&field);
	if (!good)
		return reply_problem(rq, 401, "bad assertion", e);
	name_token(s, token);
	return dvdv_reply_json(rq, 200, json_pack("{s:s, s:i}", "access_token", token, "expires_in", (int)s->expires_in), e);
}

static bool has_token(const struct h_server *s, const struct http_request *rq)
{
	const char *auth = http_header(rq, "Authorization");
	char want[64];

	name_token(s, want);
	return auth != NULL && strncmp(auth, "EmbeddedBearer ", 15) == 0 && strcmp(auth + 15, want) == 0;
}

static int serve_entry(struct h_server *s, struct http_request *rq, struct err *e)
{
	const char *request = http_query(rq, "request_json");
	json_t *query = NULL, *entry = NULL;
	struct err bad = ERR_INIT;
	char *text;
	int rc;

	if (request == NULL || json_read(span_of(request), "request_json", &query, &bad) != 0)
		return reply_problem(rq, 400, "7006 request_json", e);
	pthread_mutex_lock(&s->w->lock);
	text = mem_dup(s->w->entry);
	pthread_mutex_unlock(&s->w->lock);
	if (json_read(span_of(text), "entry", &entry, &bad) == 0 && json_is_object(entry) &&
	    strcmp(json_opt_string(entry, "serviceSpecificationUri", ""), json_opt_string(query, "serviceSpecificationUri", "")) != 0)
		rc = reply_problem(rq, 404, "5005 no such service", e);
	else
		rc = http_reply(rq, 200, "application/json", text, strlen(text), e);
	json_decref(query);
	json_decref(entry);
	free(text);
	return rc;
}

static int serve_find(struct http_request *rq, void *ctx, struct err *e)
{
	struct h_server *s = ctx;

	s->finds++;
	if (!has_token(s, rq))
		return reply_problem(rq, 401, "token missing or stale", e);
	switch ((int)s->mode) {
	case H_500:
		return reply_problem(rq, 500, "out of order", e);
	case H_503:
		return reply_problem(rq, 503, "maintenance", e);
	case H_429:
		http_header_add(rq, "Retry-After", "30");
		return reply_problem(rq, 429, "too many", e);
	case H_400:
		return reply_problem(rq, 400, "7006 input", e);
	case H_401:
		return reply_problem(rq, 401, "no matching client certificate", e);
	case H_404:
		return reply_problem(rq, 404, "5009 no such organisation", e);
	case H_404_PAGE:
		return http_reply_text(rq, 404, "<html>nginx: 404 Not Found", e);
	case H_404_OTHER:
		return dvdv_reply_json(rq, 404, json_pack("{s:s, s:s}", "type", "about:blank", "detail", "No static resource"), e);
	case H_INVALID:
		http_header_add(rq, "dvdv-warning-msg", "=?UTF-8?Q?Dienst_ung=C3=BCltig?=");
		return http_reply(rq, 204, NULL, NULL, 0, e);
	case H_204:
		return http_reply(rq, 204, NULL, NULL, 0, e);
	case H_GARBAGE:
		return http_reply_text(rq, 200, "<html>maintenance", e);
	case H_EMPTY:
		return http_reply(rq, 200, "application/json", NULL, 0, e);
	case H_SLOW:
		wait_ms(2L * H_TIMEOUT_MS);
		break;
	default:
		break;
	}
	return serve_entry(s, rq, e);
}

static int serve_organisations(struct http_request *rq, void *ctx, struct err *e)
{
	struct h_server *s = ctx;
	const char *request = http_query(rq, "request_json");
	json_t *query = NULL, *answer = NULL;
	struct err bad = ERR_INIT;
	int rc;

	s->asks++;
	if (!has_token(s, rq))
		return reply_problem(rq, 401, "token missing or stale", e);
	if (s->mode == H_NO_ORGANISATIONS)
		return reply_problem(rq, 400, "no such operation", e);
	if (request == NULL || json_read(span_of(request), "request_json", &query, &bad) != 0)
		return reply_problem(rq, 400, "7006 request_json", e);
	pthread_mutex_lock(&s->w->lock);
	if (s->w->organisation != NULL)
		(void)json_read(span_of(s->w->organisation), "organisation", &answer, &bad);
	pthread_mutex_unlock(&s->w->lock);
	if (answer == NULL)
		answer = json_pack("[{s:{s:s, s:[s]}}]", "organization", "nameDe", H_TOWN, "organizationKeys",
				   json_opt_string(query, "organizationKey", ""));
	rc = dvdv_reply_json(rq, 200, answer, e);
	json_decref(query);
	return rc;
}

static SSL_CTX *make_tls(void)
{
	struct err e = ERR_INIT;
	struct pki_key *key = NULL;
	SSL_CTX *ctx = NULL;
	char key_path[128], cert_path[128];

	snprintf(key_path, sizeof(key_path), "%s/tls.key", h_world.spool.root);
	snprintf(cert_path, sizeof(cert_path), "%s/tls.pem", h_world.spool.root);
	assert_ok(mk_write_key(key_path, &h_world.tls, &e), e);
	assert_ok(mk_write_certs(cert_path, &h_world.tls.x, 1, &e), e);
	assert_ok(pki_key_from_pem(PKI_USE_TLS, key_path, cert_path, NULL, &key, &e), e);
	assert_ok(pki_tls_server(&(struct pki_tls){ .key = key, .min_rsa_bits = 2048 }, &ctx, &e), e);
	pki_key_free(key);
	return ctx;
}

void h_server_up(struct h_server *s)
{
	struct err e = ERR_INIT;
	SSL_CTX *tls = make_tls();
	unsigned index = 0;

	s->w = &h_world;
	s->routes[0] = (struct http_route){ "POST", BASE TOKEN_PATH, serve_token, s, 65536 };
	s->routes[1] = (struct http_route){ "GET", BASE ENTRY_PATH "/v2/findservicedescription", serve_find, s, 0 };
	s->routes[2] = (struct http_route){ "GET", BASE ENTRY_PATH "/v2/findauthoritydescriptions", serve_organisations, s, 0 };
	if (s->address[0] == '\0')
		snprintf(s->address, sizeof(s->address), "127.0.0.1:0");
	assert_ok(http_server_new(&(struct http_limits){ .workers = 20 }, &s->server, &e), e);
	assert_ok(http_server_listen(s->server,
				     &(struct http_listener){ .name = "dvdv", .address = s->address, .tls = tls,
							      .routes = s->routes, .route_count = 3 },
				     &index, &e),
		  e);
	snprintf(s->address, sizeof(s->address), "127.0.0.1:%u", http_server_port(s->server, index));
	snprintf(s->base, sizeof(s->base), "https://%s/dvdv2-backend", s->address);
	assert_ok(http_server_start(s->server, &e), e);
	SSL_CTX_free(tls);
}

void h_server_down(struct h_server *s)
{
	http_server_free(s->server);
	s->server = NULL;
}

static void make_pki(struct h_world *w)
{
	struct mk_spec ca = { .cn = "Wurzel", .org = "Test", .use = MK_CA, .from_days = -800, .to_days = 800 };
	struct mk_spec s = { .cn = "Amt", .org = "Test", .use = MK_CIPHER, .rsa_bits = 3072, .from_days = -1, .to_days = 300 };

	w->root = mk_make(&ca);
	ca.cn = "Fremd";
	w->foreign = mk_make(&ca);
	s.issuer = &w->root;
	w->to = mk_make(&s);
	s.same_key = &w->to;
	w->to_new = mk_make(&s);
	w->im = mk_make(&s);
	w->to_revoked = mk_make(&s);
	s.from_days = -400;
	s.to_days = -2;
	w->to_expired = mk_make(&s);
	s.from_days = 2;
	s.to_days = 300;
	w->to_early = mk_make(&s);
	s.from_days = -1;
	s.issuer = &w->foreign;
	w->to_foreign = mk_make(&s);
	s.issuer = &w->root;
	s.use = MK_SIGN;
	w->im_sign = mk_make(&s);
	w->to_wrong_use = mk_make(&s);
	s.same_key = NULL;
	s.rsa_bits = 2048;
	w->client = mk_make(&s);
	s.rsa_bits = 0;
	w->ec = mk_make(&s);
	s.rsa_bits = 2048;
	s.use = MK_CIPHER;
	s.same_key = &w->client;
	w->to_weak = mk_make(&s);
	s.use = MK_TLS_SERVER;
	w->tls = mk_make(&s);
}

/* A key as the configuration names it. */
static struct pki_key *load_key(struct h_world *w, const struct mk_cert *c, const char *name)
{
	char key[128], cert[128];
	struct pki_key *out = NULL;
	struct err e = ERR_INIT;

	snprintf(key, sizeof(key), "%s/%s.key", w->spool.root, name);
	snprintf(cert, sizeof(cert), "%s/%s.pem", w->spool.root, name);
	assert_ok(mk_write_key(key, c, &e), e);
	assert_ok(mk_write_certs(cert, (X509 *const *)&c->x, 1, &e), e);
	assert_ok(pki_key_from_pem(PKI_USE_SIGNATURE, key, cert, NULL, &out, &e), e);
	return out;
}

static void make_trust(struct h_world *w)
{
	struct err e = ERR_INIT;
	X509_CRL *crl = mk_crl(&w->root, &w->to_revoked.x, 1, 30);
	struct pki_policy policy = PKI_POLICY_DEFAULT;
	static char root[128], list[128];
	const char *anchors[] = { root, NULL }, *crls[] = { list, NULL };

	snprintf(root, sizeof(root), "%s/root.pem", w->spool.root);
	snprintf(list, sizeof(list), "%s/root.crl", w->spool.root);
	assert_ok(mk_write_certs(root, &w->root.x, 1, &e), e);
	assert_ok(mk_write_crl(list, crl, &e), e);
	w->client_key = load_key(w, &w->client, "client");
	w->ec_key = load_key(w, &w->ec, "ec");
	w->registered = w->client_key->cert;
	assert_ok(pki_trust_new(&(struct pki_trust_files){ .anchors = anchors, .crls = crls }, &policy, &w->trust, &e), e);
	assert_ok(http_client_new(&(struct http_client_settings){ .ca_file = root }, &w->http, &e), e);
	X509_CRL_free(crl);
}

int h_world_up(void **state)
{
	struct h_world *w = &h_world;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(http_client_check(&e), e);
	pthread_mutex_init(&w->lock, NULL);
	h_spool_init(&w->spool);
	make_pki(w);
	make_trust(w);
	w->certs = pki_certs_new(PKI_CERTS_BYTES);
	h_server_up(&w->server[0]);
	h_server_up(&w->server[1]);
	return 0;
}

int h_world_down(void **state)
{
	struct h_world *w = &h_world;
	struct mk_cert *all[] = { &w->root, &w->foreign, &w->tls, &w->client, &w->ec, &w->im, &w->im_sign, &w->to, &w->to_new,
				  &w->to_expired, &w->to_early, &w->to_revoked, &w->to_foreign, &w->to_weak, &w->to_wrong_use };

	(void)state;
	h_server_down(&w->server[0]);
	h_server_down(&w->server[1]);
	http_client_free(w->http);
	pki_trust_free(w->trust);
	pki_certs_free(w->certs);
	pki_key_free(w->client_key);
	pki_key_free(w->ec_key);
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		mk_free(all[i]);
	free(w->entry);
	free(w->organisation);
	h_spool_fini(&w->spool);
	return 0;
}

int h_fresh(void **state)
{
	static const char *const uris[] = { H_SERVICE, H_OLD_SERVICE }, *const other[] = { H_OTHER_SERVICE };
	static const struct dir_service services[] = { { "other", other, 1 }, { NULL, uris, 2 } };
	static const char *servers[2];
	struct h_world *w = &h_world;
	struct err e = ERR_INIT;

	(void)state;
	for (int i = 0; i < 2; i++) {
		if (w->server[i].server == NULL)
			h_server_up(&w->server[i]);
		w->server[i].mode = H_OK;
		w->server[i].tokens = w->server[i].finds = w->server[i].asks = 0;
		w->server[i].generation++;
		w->server[i].expires_in = 3600;
		w->server[i].behind_ms = 0;
		servers[i] = w->server[i].base;
	}
	h_entry(&w->to, &w->im);
	h_organisation_text(NULL);
	w->o = (struct dir_options){
		.servers = servers, .server_count = 2, .entry_path = ENTRY_PATH, .token_path = TOKEN_PATH,
		.services = services, .service_count = 2, .check_organisation = true, .allow_local = true, .fresh_for = H_FRESH_MS, .usable_for = H_USABLE_MS,
		.negative_for = H_NEGATIVE_MS, .timeout = H_PATIENT_MS, .client_key = w->client_key, .http = w->http,
		.spool = w->spool.s, .certs = w->certs, .trust = w->trust,
	};
	assert_ok(dir_new(&w->o, &w->dir, &e), e);
	return 0;
}

void h_impatient(void)
{
	struct err e = ERR_INIT;

	dir_free(h_world.dir);
	h_world.o.timeout = H_TIMEOUT_MS;
	assert_ok(dir_new(&h_world.o, &h_world.dir, &e), e);
}

int h_stale(void **state)
{
	(void)state;
	dir_free(h_world.dir);
	h_world.dir = NULL;
	return 0;
}

static json_t *json_cert(const struct mk_cert *c)
{
	unsigned char *der = NULL;
	int n = i2d_X509(c->x, &der);
	struct buf b64;
	json_t *o;

	assert_true(n > 0);
	buf_init(&b64, 1 << 20);
	b64_encode(&b64, der, (size_t)n);
	OPENSSL_free(der);
	o = json_pack("{s:s, s:n, s:n}", "content", buf_str(&b64), "revocationDate", "revocationReason");
	buf_fini(&b64);
	return o;
}

void h_entry_text(const char *text)
{
	pthread_mutex_lock(&h_world.lock);
	free(h_world.entry);
	h_world.entry = mem_dup(text);
	pthread_mutex_unlock(&h_world.lock);
}

void h_organisation_text(const char *text)
{
	pthread_mutex_lock(&h_world.lock);
	free(h_world.organisation);
	h_world.organisation = text == NULL ? NULL : mem_dup(text);
	pthread_mutex_unlock(&h_world.lock);
}

static void set_entry(const struct mk_cert *to, const struct mk_cert *im, const char *from, const char *until)
{
	json_t *o = json_pack("{s:i, s:s, s:s, s:s?, s:s?, s:[{s:s, s:s, s:o}, {s:s, s:s, s:s, s:o, s:o}]}", "id", 7,
			      "serviceSpecificationUri", H_SERVICE, "organizationNameDe", H_TOWN, "validFrom", from, "validTo", until, "serviceElements", "serviceElementType",
			      "OSCI_ADDRESSEE", "serviceElementDescriptionName", "Empfänger", "cipherCertificate",
			      json_cert(to), "serviceElementType", "OSCI_INTERMEDIARY", "serviceElementDescriptionName",
			      "Intermediär", "serviceElementUri", "http://127.0.0.1:9/osci", "cipherCertificate",
			      json_cert(im), "signatureCertificate", json_cert(&h_world.im_sign));
	struct buf b;

	assert_non_null(o);
	buf_init(&b, 1 << 20);
	json_write(&b, o);
	h_entry_text(buf_str(&b));
	buf_fini(&b);
	json_decref(o);
}

void h_entry(const struct mk_cert *to, const struct mk_cert *im)
{
	set_entry(to, im, NULL, NULL);
}

void h_entry_valid(const char *from, const char *until)
{
	set_entry(&h_world.to, &h_world.im, from, until);
}

const char *h_key(void)
{
	static unsigned n;
	static char key[32];

	snprintf(key, sizeof(key), "ags:%08u", ++n);
	return key;
}

bool h_is_cert(const struct pki_cert *c, const struct mk_cert *of)
{
	unsigned char *der = NULL;
	int n = i2d_X509(of->x, &der);
	bool same = c != NULL && n > 0 && c->der.n == (size_t)n && memcmp(c->der.p, der, (size_t)n) == 0;

	OPENSSL_free(der);
	return same;
}
