/* SPDX-License-Identifier: EUPL-1.2 */
/* The role delivery: brings applications to their recipients' intermediaries, and asks what became of them. */
#include "role.h"

#include "delivery/deliver.h"
#include "delivery/followup.h"
#include "pki/xml_make.h"
#include "pki/tls.h"

static bool wanted(const struct conf *c)
{
	return c->delivery != NULL;
}

/* A clockwork of its own: an intermediary that is slow to answer must not hold up retention. */
static int start_followup(struct gw_app *app, const struct delivery_sender *sender, struct err *e)
{
	struct gw_job job = { "followup", delivery_followup_every_ms(sender->conf), delivery_followup_run, NULL };

	app->followup = delivery_followup_new(sender);
	job.ctx = app->followup;
	return gw_periodic_start(&job, 1, &app->followup_clock, e);
}

static int start(struct gw_app *app, struct err *e)
{
	const struct conf_delivery *c = app->conf->delivery;
	struct delivery_sender sender;
	int rc;

	if (app->dir == NULL)
		return err_reason(e, ERR_CONFIG, RSN_LOC_KEY_MISSING, "without the role directory nobody can be found");
	rc = pki_xml_init(e);
	if (rc == 0 && c->ca_file != NULL)
		rc = gw_app_trust(c->ca_file, &app->osci_tls, e);
	if (rc == 0)
		rc = gw_app_client(c->ca_file != NULL ? app->osci_tls : app->dir_tls, c->attempt_timeout,
				   !app->conf->directory->allow_local_addresses, &app->osci_http, e);
	if (rc != 0)
		return rc;
	sender = (struct delivery_sender){
		.conf = c,
		.spool = app->spool,
		.dir = app->dir,
		.http = app->osci_http,
		.certs = app->certs,
		.trust = app->trust,
		.keys = app->sender_keys,
		.author = pki_keyring_at(app->author_keys, 0),
		.scratch_dir = app->conf->data_dir,
	};
	rc = delivery_start(&sender, &app->deliver, e);
	return rc != 0 || c->follow_for == 0 ? rc : start_followup(app, &sender, e);
}

/* A peer that hangs holds up the stop no longer than the grace. */
static void quiet(struct gw_app *app)
{
	http_client_stop(app->osci_http, app->stop_at);
	delivery_followup_stop(app->followup);
	delivery_quiet(app->deliver);
}

static void stop(struct gw_app *app)
{
	delivery_stop(app->deliver);
	gw_periodic_stop(app->followup_clock);
	delivery_followup_free(app->followup);
	http_client_free(app->osci_http);
	pki_tls_free(app->osci_tls);
}

const struct gw_role gw_role_delivery = {
	.name = "delivery", .wanted = wanted, .start = start, .quiet = quiet, .stop = stop,
};
