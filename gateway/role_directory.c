/* SPDX-License-Identifier: EUPL-1.2 */
/* The role directory: our client of the DVDV. */
#include "role.h"

#include "base/clock.h"
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

	rc = gw_app_services(app, e);
	if (rc == 0)
		rc = gw_app_trust(c->ca_file, &app->dir_tls, e);
	if (rc == 0)
		rc = gw_app_client(app->dir_tls, c->timeout, false, &app->dir_http, e);
	if (rc != 0)
		return rc;
	o = (struct dir_options){
		.servers = (const char *const *)c->servers.item,
		.server_count = c->servers.n,
		.entry_path = c->entry_path,
		.token_path = c->token_path,
		.services = app->services,
		.service_count = app->service_count,
		.check_organisation = c->check_organisation,
		.need_signature = app->conf->delivery != NULL && app->conf->delivery->require_signed_answers,
		.allow_local = c->allow_local_addresses,
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

static void quiet(struct gw_app *app)
{
	http_client_stop(app->dir_http, app->stop_at);
}

static void stop(struct gw_app *app)
{
	dir_free(app->dir);
	app->dir = NULL;
	gw_app_services_free(app);
	http_client_free(app->dir_http);
	pki_tls_free(app->dir_tls);
}

/* A directory that fails is not seen in the queue as long as old entries serve: whose fault it is, and since when. */
static void status(struct gw_app *app, json_t *rows)
{
	char since[CLOCK_TEXT_LEN];
	struct dir_stats s;

	dir_stats_get(app->dir, &s);
	if (s.failing_since != 0) {
		gw_role_tell(rows, "directory_trouble", json_string(reason_info(s.reason)->key));
		gw_role_tell(rows, "directory_trouble_since", json_string(clock_utc(s.failing_since, since)));
		gw_role_tell(rows, "directory_trouble_detail", json_string(s.detail));
	}
	gw_role_tell(rows, "directory_failures", json_integer((json_int_t)s.failures));
	gw_role_tell(rows, "directory_old_entries_used", json_integer((json_int_t)s.stale_used));
}

static void metrics(struct gw_app *app, struct control_metrics *m)
{
	struct dir_stats s;

	dir_stats_get(app->dir, &s);
	control_metrics_one(m, "directory_failing", CONTROL_GAUGE, NULL, "1: the last question to the directory was not answered.",
			    s.failing_since != 0);
	control_metrics_one(m, "directory_failures", CONTROL_COUNTER, NULL, "Questions without an answer that means something.",
			    (int64_t)s.failures);
	control_metrics_one(m, "directory_old_entries_used", CONTROL_COUNTER, NULL, "Routes that an old entry gave because of it.",
			    (int64_t)s.stale_used);
}

const struct gw_role gw_role_directory = {
	.name = "directory", .wanted = wanted, .start = start, .quiet = quiet, .stop = stop, .status = status,
	.metrics = metrics,
};
