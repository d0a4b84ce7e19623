/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A DVDV server as far as a client that resolves needs it: token by client assertion, findservicedescription,
 * findauthoritydescriptions.
 *
 * Entries are the files dvdv/<key with '_' for ':'>.json of the sandbox, read for each request, so a test changes the
 * directory by replacing a file. The file dvdv/fault, if there, names what goes wrong: "500", "401", "invalid" (204 with
 * warning), "garbage", "slow".
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/server.h"
#include "pki/tls.h"
#include "sim/dvdv_wire.h"
#include "sim.h"

#define BASE "/dvdv2-backend/extern/standaloneauth/"
#define TOKEN_SECONDS 3600
#define BODY_MAX ((size_t)64 * 1024)

struct dvdv {
	const struct sim_options *o;
	struct pki_cert *client;	/* the one client that is registered */
	char token[2 * 16 + 1];		/* one token per life of the server */
};

static int serve_token(struct http_request *rq, void *ctx, struct err *e)
{
	struct dvdv *d = ctx;
	struct buf body, assertion;
	int rc;

	buf_init(&body, BODY_MAX);
	buf_init(&assertion, BODY_MAX);
	rc = stream_to_buf(http_body(rq), &body, "token request", e);
	if (rc != 0)
		rc = dvdv_reply_problem(rq, 400, "problems/type/INPUT_VALIDATION", "7006 body", e);
	else if (!dvdv_form_field(buf_view(&body), "client_assertion", &assertion) ||
		 !dvdv_assertion_check(buf_view(&assertion), d->client, NULL, clock_now()))
		rc = dvdv_reply_problem(rq, 401, "problems/type/AUTHENTICATION", "no matching client certificate", e);
	else
		rc = dvdv_reply_json(rq, 200,
				json_pack("{s:s, s:i, s:s, s:i}", "access_token", d->token, "expires_in", TOKEN_SECONDS,
					  "token_type", "Bearer", "not-before-policy", 0),
				e);
	buf_fini(&assertion);
	buf_fini(&body);
	return rc;
}

static bool has_token(const struct dvdv *d, const struct http_request *rq)
{
	const char *auth = http_header(rq, "Authorization");

	return auth != NULL && strncmp(auth, "EmbeddedBearer ", 15) == 0 && strcmp(auth + 15, d->token) == 0;
}

/* Does what dvdv/fault says. Returns true if the request has been dealt with. */
static bool do_fault(const struct dvdv *d, struct http_request *rq, int *rc, struct err *e)
{
	struct err none = ERR_INIT;
	struct span mode;
	struct buf b;
	bool done = true;

	buf_init(&b, 64);
	if (file_read(sim_path(d->o->dir, "dvdv/fault"), &b, &none) != 0) {
		buf_fini(&b);
		return false;
	}
	mode = span_trim(buf_view(&b));
	if (span_is(mode, "500")) {
		*rc = dvdv_reply_problem(rq, 500, "problems/type/TECHNICAL", "out of order", e);
	} else if (span_is(mode, "401")) {
		*rc = dvdv_reply_problem(rq, 401, "problems/type/AUTHENTICATION", "no matching client certificate", e);
	} else if (span_is(mode, "garbage")) {
		*rc = http_reply(rq, 200, "application/json", "<html>maintenance", 17, e);
	} else if (span_is(mode, "invalid")) {
		http_header_add(rq, "dvdv-warning-msg", "=?UTF-8?Q?Dienst_nicht_mehr_g=C3=BCltig?=");
		*rc = http_reply(rq, 204, NULL, NULL, 0, e);
	} else {
		if (span_is(mode, "slow"))
			(void)nanosleep(&(struct timespec){ .tv_sec = 30 }, NULL);
		done = false;
	}
	buf_fini(&b);
	return done;
}

/* "ags:05315000" -> "ags_05315000"; anything that could leave the folder is refused. */
static bool entry_name(const char *key, char *out, size_t cap)
{
	size_t n = strlen(key);

	if (n == 0 || n >= cap)
		return false;
	for (size_t i = 0; i <= n; i++) {
		bool ok = (key[i] >= 'a' && key[i] <= 'z') || (key[i] >= '0' && key[i] <= '9') || key[i] == '\0';

		if (!ok && key[i] != ':')
			return false;
		out[i] = key[i] == ':' ? '_' : key[i];
	}
	return true;
}

/* What is entered for a key. Replies itself, and leaves *entry NULL, if there is nothing. */
static int find_entry(struct dvdv *d, struct http_request *rq, const char *key, json_t **entry, struct err *e)
{
	struct err none = ERR_INIT;
	char name[128];

	*entry = NULL;
	if (!entry_name(key, name, sizeof(name)))
		return dvdv_reply_problem(rq, 400, "problems/type/INPUT_VALIDATION", "7006 organizationKey", e);
	if (json_read_file(sim_path(d->o->dir, "dvdv/%s.json", name), (size_t)1024 * 1024, entry, &none) != 0)
		return dvdv_reply_problem(rq, 404, "problems/type/ENTITY_NOT_FOUND", "5009 no such organisation", e);
	return 0;
}

/* The organisation is made from its only entry. */
static int answer_organisation(struct dvdv *d, struct http_request *rq, const json_t *query, struct err *e)
{
	const char *key = json_opt_string(query, "organizationKey", "");
	json_t *entry, *answer;
	int rc = find_entry(d, rq, key, &entry, e);

	if (entry == NULL)
		return rc;
	answer = json_pack("[{s:{s:s, s:[s], s:[{s:I}]}, s:[]}]", "organization", "nameDe",
			   json_opt_string(entry, "organizationNameDe", ""), "organizationKeys", key, "services", "id",
			   (json_int_t)json_opt_int(entry, "id", 0), "representatives");
	json_decref(entry);
	return dvdv_reply_json(rq, 200, answer, e);
}

static int answer_entry(struct dvdv *d, struct http_request *rq, const json_t *query, struct err *e)
{
	const char *uri = json_opt_string(query, "serviceSpecificationUri", "");
	json_t *entry;
	int rc = find_entry(d, rq, json_opt_string(query, "organizationKey", ""), &entry, e);

	if (entry == NULL)
		return rc;
	if (strcmp(json_opt_string(entry, "serviceSpecificationUri", ""), uri) != 0) {
		json_decref(entry);
		return dvdv_reply_problem(rq, 404, "problems/type/ENTITY_NOT_FOUND", "5005 no such service", e);
	}
	return dvdv_reply_json(rq, 200, entry, e);
}

typedef int answer_fn(struct dvdv *d, struct http_request *rq, const json_t *query, struct err *e);

static int serve_query(struct dvdv *d, struct http_request *rq, answer_fn *answer, struct err *e)
{
	const char *request = http_query(rq, "request_json");
	struct err bad = ERR_INIT;
	json_t *query = NULL;
	int rc = 0;

	if (do_fault(d, rq, &rc, e))
		return rc;
	if (!has_token(d, rq))
		return dvdv_reply_problem(rq, 401, "problems/type/AUTHENTICATION", "token missing or stale", e);
	if (request == NULL || json_read(span_of(request), "request_json", &query, &bad) != 0)
		return dvdv_reply_problem(rq, 400, "problems/type/INPUT_VALIDATION", "7006 request_json", e);
	rc = answer(d, rq, query, e);
	json_decref(query);
	return rc;
}

static int serve_find(struct http_request *rq, void *ctx, struct err *e)
{
	return serve_query(ctx, rq, answer_entry, e);
}

static int serve_organisations(struct http_request *rq, void *ctx, struct err *e)
{
	return serve_query(ctx, rq, answer_organisation, e);
}

static int make_tls(const struct sim_options *o, SSL_CTX **ctx, struct err *e)
{
	struct pki_key *key = NULL;
	const char *cert = sim_path(o->dir, "keys/dvdv-tls.cert.pem");
	int rc = pki_key_from_pem(PKI_USE_TLS, sim_path(o->dir, "keys/dvdv-tls.key.pem"), cert, NULL, &key, e);

	if (rc == 0)
		rc = pki_tls_server(&(struct pki_tls){ .key = key, .chain_file = cert, .min_rsa_bits = 2048 }, ctx, e);
	pki_key_free(key);
	return rc;
}

int sim_dvdv(const struct sim_options *o, struct err *e)
{
	struct dvdv d = { .o = o };
	const struct http_route routes[] = {
		{ "POST", BASE "token", serve_token, &d, BODY_MAX },
		{ "GET", BASE "directory/v2/findservicedescription", serve_find, &d, 0 },
		{ "GET", BASE "directory/v2/findauthoritydescriptions", serve_organisations, &d, 0 },
	};
	struct http_server *server = NULL;
	SSL_CTX *tls = NULL;
	uint8_t token[16];
	unsigned index = 0;
	int rc = pki_cert_from_file(sim_path(o->dir, "keys/dvdv-client.cert.pem"), &d.client, e);

	random_bytes(token, sizeof(token));
	hex_encode(token, sizeof(token), d.token);
	if (rc == 0)
		rc = make_tls(o, &tls, e);
	if (rc == 0)
		rc = http_server_new(&(struct http_limits){ .workers = 8 }, &server, e);
	if (rc == 0)
		rc = http_server_listen(server,
					&(struct http_listener){ .name = "dvdv", .address = o->listen, .tls = tls,
								 .routes = routes, .route_count = ARRAY_LEN(routes) },
					&index, e);
	if (rc == 0)
		rc = http_server_start(server, e);
	if (rc == 0) {
		log_event(LOG_INFO, "http.listening", LOG_STR("listener", "dvdv"),
			  LOG_INT("port", http_server_port(server, index)));
		while (!sim_stop_wait(1000))
			;
		http_server_stop(server, 1000);
	}
	http_server_free(server);
	SSL_CTX_free(tls);
	pki_cert_free(d.client);
	return rc;
}
