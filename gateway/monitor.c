/* SPDX-License-Identifier: EUPL-1.2 */
/* monitor - figures and health over HTTP. */
#include "monitor.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/version.h"
#include "control/metrics.h"
#include "role.h"

#define OPENMETRICS "application/openmetrics-text; version=1.0.0; charset=utf-8"

static void of_daemon(struct gw_app *app, struct control_metrics *m)
{
	control_metrics_family(m, "build", CONTROL_GAUGE, NULL, "1; the label is the version.");
	control_metrics_sample(m, "version", DEPESCHE_VERSION, 1);
	control_metrics_family(m, "start_time_seconds", CONTROL_GAUGE, "seconds",
			       "When the daemon was started (Unix time).");
	control_metrics_seconds(m, NULL, NULL, app->started);
	control_metrics_family(m, "role_left_out", CONTROL_GAUGE, NULL,
			       "1: the role is configured and could not start.");
	for (unsigned i = 0; i < GW_ROLES; i++)
		if (gw_roles[i]->wanted != NULL)
			control_metrics_sample(m, "role", gw_roles[i]->name, app->roles[i].trouble != NULL);
	control_metrics_family(m, "own_certificate_end_seconds", CONTROL_GAUGE, "seconds",
			       "When a certificate of ours ends (Unix time), by configuration key.");
	for (unsigned i = 0; i < app->own_key_count; i++)
		control_metrics_seconds(m, "key", app->own_keys[i].name, app->own_keys[i].until);
	control_metrics_one(m, "unreadable_revocation_lists", CONTROL_GAUGE, NULL,
			    "Revocation lists that cannot be read.", (int64_t)pki_trust_crls_bad(app->trust));
	control_metrics_one(m, "private_key_operations", CONTROL_COUNTER, NULL,
			    "Private key operations since the start.", (int64_t)pki_private_operations());
}

static int get_metrics(struct http_request *rq, void *ctx, struct err *e)
{
	struct gw_app *app = ctx;
	struct spool_stats stats;
	struct control_metrics m;
	int rc;

	control_metrics_begin(&m);
	rc = spool_stats_get(app->spool, &stats, e);
	if (rc == 0) {
		of_daemon(app, &m);
		control_metrics_of_spool(&m, app->spool, &stats, clock_now());
		for (unsigned i = 0; i < GW_ROLES; i++)
			if (app->roles[i].runs && gw_roles[i]->metrics != NULL)
				gw_roles[i]->metrics(app, &m);
		rc = control_metrics_end(&m, e);
	}
	if (rc == 0)
		rc = http_reply(rq, 200, OPENMETRICS, m.text.p, m.text.n, e);
	control_metrics_fini(&m);
	return rc;
}

static int get_health(struct http_request *rq, void *ctx, struct err *e)
{
	struct gw_app *app = ctx;

	http_header_add(rq, "Cache-Control", "no-store");
	return spool_is_dead(app->spool) ? http_reply_text(rq, 503, "spool failed\n", e)
					 : http_reply_text(rq, 200, "ok\n", e);
}

static int get_ready(struct http_request *rq, void *ctx, struct err *e)
{
	struct gw_app *app = ctx;
	enum reason why = RSN_NONE;
	char text[64];

	if (spool_is_dead(app->spool))
		return get_health(rq, ctx, e);
	http_header_add(rq, "Cache-Control", "no-store");
	if (atomic_load(&app->is_stopping))
		return http_reply_text(rq, 503, "stopping\n", e);
	if (spool_accepting(app->spool, &why))
		return http_reply_text(rq, 200, "ok\n", e);
	(void)snprintf(text, sizeof(text), "%s\n", reason_info(why)->key);
	return http_reply_text(rq, 503, text, e);
}

const struct http_route *gw_monitor_routes(struct gw_app *app, size_t *n)
{
	const struct http_route routes[ARRAY_LEN(app->monitor_routes)] = {
		{"GET", "/metrics", get_metrics, app, 0},
		{"GET", "/health", get_health, app, 0},
		{"GET", "/ready", get_ready, app, 0},
	};

	*n = ARRAY_LEN(routes);
	memcpy(app->monitor_routes, routes, sizeof(routes));
	return app->monitor_routes;
}
