/* SPDX-License-Identifier: EUPL-1.2 */
/* The role directory: our client of the DVDV. */
#include "role.h"

#include "dir/resolve.h"
#include "pki/tls.h"

static bool wanted(const struct conf *c)
{
	return c->directory != NULL;
}

static int start(struct gw_app *app, struct err *e)
{
	const struct conf_directory *c = app->conf->directory;
	struct dir_options o;
	int rc;

	rc = gw_app_trust(c->ca_file, &app->dir_tls, e);
	if (rc == 0)
		rc = gw_app_client(app->dir_tls, c->timeout, &app->dir_http, e);
	if (rc != 0)
		return rc;
	o = (struct dir_options){
		.servers = (const char *const *)c->servers.item,
		.server_count = c->servers.n,
		.entry_path = c->entry_path,
		.token_path = c->token_path,
		.services = (const char *const *)c->services.item,
		.service_count = c->services.n,
		.fresh_for = c->fresh_for,
		.usable_for = c->usable_for,
		.negative_for = c->negative_for,
		.timeout = c->timeout,
		.client_key = pki_keyring_at(app->directory_keys, 0),
		.http = app->dir_http,
		.spool = app->spool,
		.certs = app->certs,
		.trust = app->trust,
	};
	return dir_new(&o, &app->dir, e);
}

static void stop(struct gw_app *app)
{
	dir_free(app->dir);
	app->dir = NULL;
	http_client_free(app->dir_http);
	pki_tls_free(app->dir_tls);
}

const struct gw_role gw_role_directory = { .name = "directory", .wanted = wanted, .start = start, .stop = stop };
