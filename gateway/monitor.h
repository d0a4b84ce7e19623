/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * monitor - what a monitoring system asks the daemon over HTTP: figures, and whether it lives and can take work.
 *
 *   GET /metrics   OpenMetrics text: the spool, and what every role tells of itself (role.h)
 *   GET /health    200 while the daemon does its work, 503 while its spool has failed
 *   GET /ready     200 while new messages are accepted, 503 with the reason otherwise. A dead peer is not our illness.
 *
 * Nothing in the answers comes from a message or names a person. Any thread.
 */
#ifndef GW_MONITOR_H
#define GW_MONITOR_H

#include "app.h"

/* The routes; *n: how many. app is borrowed and outlives the server. */
const struct http_route *gw_monitor_routes(struct gw_app *app, size_t *n);

#endif
