/* SPDX-License-Identifier: EUPL-1.2 */
/* The role revocation: fetches revocation lists from where they are published. */
#include "role.h"

#include <stdlib.h>

#include "base/mem.h"
#include "peer/crl_fetch.h"

#define LOOK_MS 1000	/* for addresses that are due, or new */

static bool wanted(const struct conf *c)
{
	return gw_fetches_crls(c);
}

/* A clockwork of its own: a server that is slow to answer must not hold up anything else. */
static int start_clock(struct gw_app *app, struct err *e)
{
	const struct gw_job job = { "crl-fetch", LOOK_MS, peer_crl_fetch_run, app->crl_fetch };

	return gw_periodic_start(&job, 1, &app->crl_clock, e);
}

static int start(struct gw_app *app, struct err *e)
{
	const struct conf_trust *c = &app->conf->trust;
	struct peer_crl_rules rules = {
		.trust = app->trust, .urls = (const char *const *)c->crl_urls.item, .url_count = c->crl_urls.n,
		.below = (const char *const *)c->crl_points_below.item, .below_count = c->crl_points_below.n,
		.every_ms = c->crl_refresh,
	};
	int rc = gw_app_client(NULL, c->crl_timeout, false, &app->crl_http, e);

	app->crl_folder = gw_crl_folder(app->conf);
	rules.folder = app->crl_folder;
	rules.http = app->crl_http;
	if (rc == 0)
		rc = peer_crl_fetch_new(&rules, &app->crl_fetch, e);
	return rc == 0 ? start_clock(app, e) : rc;
}

static void quiet(struct gw_app *app)
{
	http_client_stop(app->crl_http, 0);	/* nobody waits for it */
}

static void stop(struct gw_app *app)
{
	gw_periodic_stop(app->crl_clock);
	peer_crl_fetch_free(app->crl_fetch);
	http_client_free(app->crl_http);
	free(app->crl_folder);
	app->crl_clock = NULL;
	app->crl_fetch = NULL;
	app->crl_http = NULL;
	app->crl_folder = NULL;
}

static void status(struct gw_app *app, json_t *rows)
{
	struct peer_crl_stats s;

	peer_crl_fetch_stats(app->crl_fetch, &s);
	gw_role_tell(rows, "crl_addresses", json_integer((json_int_t)s.addresses));
	gw_role_tell(rows, "crl_addresses_failing", json_integer((json_int_t)s.failing));
	if (s.failing > 0)
		gw_role_tell(rows, "crl_trouble", json_string(s.detail));
}

static void metrics(struct gw_app *app, struct control_metrics *m)
{
	struct peer_crl_stats s;

	peer_crl_fetch_stats(app->crl_fetch, &s);
	control_metrics_one(m, "crl_addresses_failing", CONTROL_GAUGE, NULL, "Addresses of revocation lists that gave none the last time.",
			    (int64_t)s.failing);
	control_metrics_one(m, "crl_fetches", CONTROL_COUNTER, NULL, "Revocation lists that were fetched.", (int64_t)s.fetched);
	control_metrics_one(m, "crl_fetch_failures", CONTROL_COUNTER, NULL, "Revocation lists that could not be fetched.",
			    (int64_t)s.failures);
}

const struct gw_role gw_role_crls = { .name = "revocation", .wanted = wanted, .start = start, .quiet = quiet, .stop = stop,
				      .status = status, .metrics = metrics };
