/* SPDX-License-Identifier: EUPL-1.2 */
/* app_scanner - the virus scanner that the configuration names. */
#include "app.h"

#include <string.h>

#define SCANS_MOST 4	/* clamd has ten threads by default, and others use it, too */

int gw_app_load_scanner(struct gw_app *app, struct err *e)
{
	const struct conf_scanner *c = app->conf->scanner;
	int rc;

	if (c == NULL)
		return 0;
	rc = peer_clamd_new(&(struct peer_clamd_rules){ .address = c->address, .timeout_ms = c->timeout, .most = SCANS_MOST },
			    &app->clamd, e);
	app->scanner = (struct mailbox_scanner){ app->clamd, strcmp(c->unavailable, "accept") == 0 };
	return rc == 0 ? 0 : err_wrap(e, "%s:%u: scanner.address", app->conf->file, conf_line_of(app->conf, "scanner.address"));
}
