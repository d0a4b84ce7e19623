/* SPDX-License-Identifier: EUPL-1.2 */
/* The role listeners: one HTTP server, a listener for each role that has a face. */
#include "role.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "mailbox/osci_ingress.h"
#include "monitor.h"
#include "pki/tls.h"

static pthread_mutex_t reload_lock = PTHREAD_MUTEX_INITIALIZER;	/* a signal and the clockwork may both ask for it */

#define STOP_LEAST_MS 2000	/* for requests under way, however long the deliveries took to stop */

/* TLS for one listener, with what *p says of its clients; *ctx stays NULL for a plain one. */
static int tls_of(const struct conf_tls *t, struct pki_tls *p, SSL_CTX **ctx, struct err *e)
{
	struct pki_key *key = NULL;
	int rc;

	*ctx = NULL;
	if (t == NULL)
		return 0;
	rc = pki_key_from_pem(PKI_USE_TLS, t->key, t->certificate, NULL, &key, e);
	p->key = key;
	p->chain_file = t->certificate;
	if (rc == 0)
		rc = pki_tls_server(p, ctx, e);
	pki_key_free(key);
	return rc;
}

/* Whose client_header is believed. *ranges is for free(). */
static size_t proxies_of(const struct conf_list *list, struct addr_range **ranges)
{
	*ranges = mem_new_array(list->n, sizeof(**ranges));
	for (size_t i = 0; i < list->n; i++)
		must(addr_range_parse(span_of(list->item[i]), &(*ranges)[i]));	/* conf_load has seen it */
	return list->n;
}

/* from holds the routes, the error page and TLS; the address comes from the configuration. Gives back its reference. */
static int listen_on(struct gw_app *app, const struct http_listener *from, const struct conf_listen *at, unsigned *index,
		     struct err *e)
{
	struct http_listener l = *from;
	char address[128], port[160];
	int rc;

	l.proxies = app->proxies;
	l.proxy_count = app->proxy_count;
	(void)snprintf(address, sizeof(address), "%s:%u", at->address, at->port);
	l.address = address;
	rc = http_server_listen(app->server, &l, index, e);
	pki_tls_free(from->tls);	/* the server has its own */
	if (rc != 0)
		return err_wrap(e, "%s.listen", l.name);
	(void)snprintf(port, sizeof(port), "%s:%u", at->address, http_server_port(app->server, *index));
	log_event(LOG_INFO, "http.listening", LOG_STR("listener", l.name), LOG_STR("address", port));
	return 0;
}

static int listen_osci(struct gw_app *app, struct err *e)
{
	const struct conf_intermediary *c = app->conf->intermediary;
	struct http_listener l = { .name = "intermediary", .routes = app->osci_routes, .route_count = 2,
				   .client_header = c->client_header };
	int rc = tls_of(c->tls, &(struct pki_tls){ .min_rsa_bits = 2048 }, &l.tls, e);

	app->osci_routes[0] = (struct http_route){ "POST", c->path, mailbox_ingress_post, app->intermediary,
						   c->max_message_size };
	app->osci_routes[1] = (struct http_route){ "GET", c->path, mailbox_ingress_get, NULL, 0 };
	return rc == 0 ? listen_on(app, &l, &c->listen, &app->osci_listener, e) : err_wrap(e, "intermediary.tls");
}

/* A list with a NULL behind it, as pki wants it; only the array is the caller's. */
static const char **terminated(const struct conf_list *l)
{
	const char **out = mem_new_array(l->n + 1, sizeof(*out));

	for (size_t i = 0; i < l->n; i++)
		out[i] = l->item[i];
	return out;
}

/* Who has no certificate of these authorities does not get through the handshake. */
static int tls_of_xta(const struct gw_app *app, SSL_CTX **out, struct err *e)
{
	const struct conf_xta *c = app->conf->xta;
	const char **anchors = terminated(&c->client_ca), **crls = terminated(&c->client_crls);
	struct pki_tls p = { .anchors = anchors, .crls = crls, .client = PKI_TLS_CLIENT_CERT_REQUIRED,
			     .min_rsa_bits = app->conf->policy.minimum_rsa_bits };
	int rc = tls_of(&c->tls, &p, out, e);

	free(anchors);
	free(crls);
	return rc == 0 ? 0 : err_wrap(e, "xta.tls");
}

/* What the lists look like from outside: another list is another sum. One that is not there counts, too. */
static uint64_t crls_seen(const struct conf_list *files)
{
	uint64_t sum = 1;

	for (size_t i = 0; i < files->n; i++) {
		struct stat st = { .st_size = -1 };

		(void)stat(files->item[i], &st);
		sum = sum * 1000003 + (uint64_t)st.st_size;
		sum = sum * 1000003 + (uint64_t)st.st_mtim.tv_sec * 1000000000 + (uint64_t)st.st_mtim.tv_nsec;
		sum = sum * 1000003 + (uint64_t)st.st_ino;
	}
	return sum;
}

void gw_listeners_reload(struct gw_app *app)
{
	struct err e = ERR_INIT;
	SSL_CTX *tls = NULL;
	uint64_t seen;

	if (app->server == NULL || app->xta.server == NULL || app->conf->xta->client_crls.n == 0)
		return;
	(void)pthread_mutex_lock(&reload_lock);
	seen = crls_seen(&app->conf->xta->client_crls);
	if (seen != app->xta_crls && tls_of_xta(app, &tls, &e) == 0) {
		http_server_set_tls(app->server, app->xta_listener, tls);
		log_event(LOG_INFO, "xta.crls-reloaded", LOG_INT("files", (long long)app->conf->xta->client_crls.n));
	} else if (seen != app->xta_crls) {
		log_event(LOG_WARN, "xta.crls-kept", LOG_ERR(&e));
	}
	app->xta_crls = seen;
	(void)pthread_mutex_unlock(&reload_lock);
	pki_tls_free(tls);
}

static int listen_xta(struct gw_app *app, struct err *e)
{
	const struct conf_xta *c = app->conf->xta;
	struct http_listener l = { .name = "xta", .routes = app->xta.routes, .route_count = ARRAY_LEN(app->xta.routes),
				   .client_header = c->client_header };
	int rc;

	app->xta_crls = crls_seen(&c->client_crls);
	rc = tls_of_xta(app, &l.tls, e);
	return rc == 0 ? listen_on(app, &l, &c->listen, &app->xta_listener, e) : rc;
}

static int listen_form(struct gw_app *app, struct err *e)
{
	const struct conf_form *c = app->conf->form;
	struct http_listener l = { .name = "form", .error_page = form_error_page, .error_ctx = app->form,
				   .client_header = c->client_header };
	int rc = tls_of(c->tls, &(struct pki_tls){ .min_rsa_bits = 2048 }, &l.tls, e);

	l.routes = form_routes(app->form, &l.route_count);
	return rc == 0 ? listen_on(app, &l, &c->listen, &app->form_listener, e) : err_wrap(e, "form.tls");
}

static int listen_monitor(struct gw_app *app, struct err *e)
{
	const struct conf_monitor *c = app->conf->monitor;
	struct http_listener l = { .name = "monitor" };
	int rc = tls_of(c->tls, &(struct pki_tls){ .min_rsa_bits = 2048 }, &l.tls, e);

	l.routes = gw_monitor_routes(app, &l.route_count);
	return rc == 0 ? listen_on(app, &l, &c->listen, &app->monitor_listener, e) : err_wrap(e, "monitor.tls");
}

/* Without them the server has to close connections that the limits allow. */
static void allow_descriptors(unsigned need)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) != 0)
		return;
	if (l.rlim_cur < need && l.rlim_cur < l.rlim_max) {
		l.rlim_cur = need < l.rlim_max ? need : l.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &l);
	}
	if (l.rlim_cur < need)
		log_event(LOG_WARN, "http.few-descriptors", LOG_INT("allowed", (long long)l.rlim_cur),
			  LOG_INT("needed", (long long)need));
}

static int start(struct gw_app *app, struct err *e)
{
	const struct conf *c = app->conf;
	struct http_limits limits = { .workers = c->http_workers, .connections = c->http_connections,
				      .client_requests = c->http_client_requests,
				      .client_connections = c->http_client_connections };
	int rc = http_server_new(&limits, &app->server, e);

	app->proxy_count = proxies_of(&c->http_trusted_proxies, &app->proxies);
	if (rc == 0)
		allow_descriptors(http_server_descriptors(app->server));
	if (rc == 0 && app->intermediary != NULL)
		rc = listen_osci(app, e);
	if (rc == 0 && app->xta.server != NULL)
		rc = listen_xta(app, e);
	if (rc == 0 && app->form != NULL)
		rc = listen_form(app, e);
	if (rc == 0 && c->monitor != NULL)
		rc = listen_monitor(app, e);
	if (rc == 0)
		rc = http_server_start(app->server, e);
	return rc;
}

static void stop(struct gw_app *app)
{
	int64_t left = app->stop_at - clock_mono();

	if (app->server != NULL) {
		http_server_stop(app->server, left > STOP_LEAST_MS ? (unsigned)left : STOP_LEAST_MS);
		http_server_free(app->server);
	}
	app->server = NULL;
	free(app->proxies);	/* the server's listeners borrow them */
	app->proxies = NULL;
}

static void status(struct gw_app *app, json_t *rows)
{
	struct http_stats s;

	http_server_stats(app->server, &s);
	gw_role_tell(rows, "http_connections", json_integer((json_int_t)s.open));
	gw_role_tell(rows, "http_requests", json_integer((json_int_t)s.requests));
	gw_role_tell(rows, "http_malformed", json_integer((json_int_t)s.malformed));
	gw_role_tell(rows, "http_refused", json_integer((json_int_t)s.refused));
	gw_role_tell(rows, "http_shed", json_integer((json_int_t)s.shed));
}

static void metrics(struct gw_app *app, struct control_metrics *m)
{
	struct http_stats s;

	http_server_stats(app->server, &s);
	control_metrics_one(m, "http_connections", CONTROL_GAUGE, NULL, "Connections open now.", s.open);
	control_metrics_one(m, "http_active_requests", CONTROL_GAUGE, NULL, "Requests being served now.", s.active);
	control_metrics_family(m, "http_answers", CONTROL_COUNTER, NULL, "Answers since the start, by class of the status.");
	for (unsigned i = 1; i < ARRAY_LEN(s.by_class); i++)
		control_metrics_sample(m, "class", (const char[][4]){ "", "1xx", "2xx", "3xx", "4xx", "5xx" }[i],
			       (int64_t)s.by_class[i]);
	control_metrics_one(m, "http_malformed", CONTROL_COUNTER, NULL, "Requests whose head was refused.", (int64_t)s.malformed);
	control_metrics_one(m, "http_refused", CONTROL_COUNTER, NULL, "Requests refused because there were too many.",
			    (int64_t)s.refused);
	control_metrics_one(m, "http_shed", CONTROL_COUNTER, NULL, "Connections given up because there were too many.",
			    (int64_t)s.shed);
	control_metrics_one(m, "http_timeouts", CONTROL_COUNTER, NULL, "Connections ended by a deadline.", (int64_t)s.timeouts);
	control_metrics_one(m, "tls_failures", CONTROL_COUNTER, NULL, "TLS handshakes that failed.", (int64_t)s.handshake_failures);
}

const struct gw_role gw_role_listeners = {
	.name = "listeners", .start = start, .stop = stop, .status = status, .metrics = metrics,
};
