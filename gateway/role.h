/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * role - what the daemon does, a row each: how it starts, ends, and what it tells of itself.
 *
 * Roles start in the order of the table and stop in reverse. One that the configuration does not name is passed over. One
 * that cannot start because of something that time or a file mends (a key that has expired) is left out and says so in
 * log and status; the others run. Any other failure ends the start. One thread.
 */
#ifndef GW_ROLE_H
#define GW_ROLE_H

#include "app.h"
#include "base/json.h"
#include "control/metrics.h"

struct gw_role {
	const char *name;
	bool (*wanted)(const struct conf *c);		/* NULL: always */
	int (*start)(struct gw_app *app, struct err *e);
	void (*quiet)(struct gw_app *app);		/* begins to end and returns at once; NULL: nothing to hurry */
	void (*stop)(struct gw_app *app);		/* after quiet; also after a start that failed half-way */
	/* Appends one row per thing to know: {"name": "...", "value": ...}; NULL: nothing to tell. Any thread. */
	void (*status)(struct gw_app *app, json_t *rows);
	void (*metrics)(struct gw_app *app, struct control_metrics *m);	/* the same as figures; NULL: none. Any thread. */
};

extern const struct gw_role gw_role_spool, gw_role_intermediary, gw_role_xta, gw_role_directory, gw_role_form, gw_role_delivery,
	gw_role_listeners, gw_role_control, gw_role_jobs, gw_role_crls;

/* The table; GW_ROLES in app.h is its length. */
extern const struct gw_role *const gw_roles[GW_ROLES];

/* One row of a role's status. value is taken over. */
void gw_role_tell(json_t *rows, const char *name, json_t *value);

#endif
