/* SPDX-License-Identifier: EUPL-1.2 */
#include "app.h"

#include <stdio.h>

#include <openssl/ssl.h>

#include "base/log.h"
#include "ingress_osci.h"
#include "pki/tls.h"

/* TLS for one listener; *ctx stays NULL for a plain one. */
static int tls_of(const struct conf_tls *t, SSL_CTX **ctx, struct err *e)
{
	struct pki_key *key = NULL;
	int rc;

	*ctx = NULL;
	if (t == NULL)
		return 0;
	rc = pki_key_from_pem(PKI_USE_TLS, t->key, t->certificate, NULL, &key, e);
	if (rc == 0)
		rc = pki_tls_server(&(struct pki_tls){ .key = key, .chain_file = t->certificate, .min_rsa_bits = 2048 },
				    ctx, e);
	pki_key_free(key);
	return rc;
}

static int listen_on(struct gw_app *app, const char *name, const struct conf_listen *at, const struct conf_tls *tls,
		     const struct http_route *routes, size_t n, unsigned *index, struct err *e)
{
	char address[128], port[160];
	SSL_CTX *ctx = NULL;
	int rc = tls_of(tls, &ctx, e);

	(void)snprintf(address, sizeof(address), "%s:%u", at->address, at->port);
	if (rc == 0)
		rc = http_server_listen(app->server,
					&(struct http_listener){ .name = name, .address = address, .tls = ctx,
								 .routes = routes, .route_count = n },
					index, e);
	SSL_CTX_free(ctx);	/* the server has its own reference */
	if (rc != 0)
		return err_wrap(e, "%s.listen", name);
	(void)snprintf(port, sizeof(port), "%s:%u", at->address, http_server_port(app->server, *index));
	log_event(LOG_INFO, "http.listening", LOG_STR("listener", name), LOG_STR("address", port));
	return 0;
}

static int listen_osci(struct gw_app *app, struct err *e)
{
	const struct conf_intermediary *c = app->conf->intermediary;

	app->osci_routes[0] = (struct http_route){ "POST", c->path, gw_ingress_osci_post, app->intermediary,
						   c->max_message_size };
	app->osci_routes[1] = (struct http_route){ "GET", c->path, gw_ingress_osci_get, NULL, 0 };
	return listen_on(app, "intermediary", &c->listen, c->tls, app->osci_routes, 2, &app->osci_listener, e);
}

int gw_app_listen(struct gw_app *app, struct err *e)
{
	const struct conf *c = app->conf;
	struct http_limits limits = { .workers = c->http_workers, .connections = c->http_connections };
	int rc = http_server_new(&limits, &app->server, e);

	if (rc == 0 && app->intermediary != NULL)
		rc = listen_osci(app, e);
	if (rc == 0 && app->form != NULL) {
		size_t n;
		const struct http_route *routes = form_routes(app->form, &n);

		rc = listen_on(app, "form", &c->form->listen, c->form->tls, routes, n, &app->form_listener, e);
	}
	if (rc == 0)
		rc = http_server_start(app->server, e);
	return rc;
}
