/* SPDX-License-Identifier: EUPL-1.2 */
/* The role intermediary: mailboxes that others store in and fetch from. */
#include "role.h"

#include "mailbox/osci_store.h"

#define MESSAGE_ID_AGE (30LL * 24 * 3600 * 1000)

static bool wanted(const struct conf *c)
{
	return c->intermediary != NULL;
}

static int start(struct gw_app *app, struct err *e)
{
	const struct conf_intermediary *c = app->conf->intermediary;
	const struct osci_policy p = {
		.accept_plain = c->accept_plain_transport,
		.accept_unsigned = c->accept_unsigned_orders,
		.accept_incomplete = c->accept_incomplete_checks,
		.max_size = c->max_message_size,
		.dialog_idle_ms = c->dialog_idle,
		.dialogs_max = c->dialogs_max,
		.message_id_age_ms = MESSAGE_ID_AGE,
	};
	int rc;

	rc = mailbox_osci_init(&app->env, app->spool, app->conf->data_dir, e);
	if (rc == 0)
		rc = osci_intermediary_new(&p, app->intermediary_keys, app->certs, app->trust, &app->env.env,
					   &app->intermediary, e);
	return rc;
}

static void stop(struct gw_app *app)
{
	osci_intermediary_free(app->intermediary);
	app->intermediary = NULL;
}

const struct gw_role gw_role_intermediary = { .name = "intermediary", .wanted = wanted, .start = start, .stop = stop };
