/* SPDX-License-Identifier: EUPL-1.2 */
/* The role intermediary: mailboxes that others store in and fetch from. */
#include "role.h"

#include <stdlib.h>

#include "base/mem.h"
#include "mailbox/osci_store.h"
#include "pki/dsig.h"
#include "pki/tls.h"

#define MESSAGE_ID_AGE (30LL * 24 * 3600 * 1000)
#define PATIENCE_MS 5000	/* for a place at a recipient that others call, too */

static bool wanted(const struct conf *c)
{
	return c->intermediary != NULL;
}

static unsigned share(unsigned of, unsigned part)
{
	return of > part ? of / part : 1;
}

/* Half of the workers at most wait for recipients: the others serve whoever waits for nobody. */
static int start_ways(struct gw_app *app, const struct conf_intermediary *c, struct err *e)
{
	struct mailbox_ways_rules rules = {
		.allowed = c->recipients.item, .allowed_count = c->recipients.n, .scratch_dir = app->conf->data_dir,
		.timeout_ms = c->recipient_timeout, .patience_ms = PATIENCE_MS, .max_answer = c->max_message_size,
		.each = c->recipient_requests,
		.sender = c->sender_requests, .most = share(app->conf->http_workers, 2),
	};
	int rc = 0;

	if (rules.each == 0)
		rules.each = share(app->conf->http_workers, 8);
	if (rules.sender == 0)
		rules.sender = share(app->conf->http_workers, 8);
	if (c->recipient_ca_file != NULL)
		rc = gw_app_trust(c->recipient_ca_file, &app->recipient_tls, e);
	if (rc == 0)
		rc = gw_app_client(app->recipient_tls, c->recipient_timeout, false, &app->recipient_http, e);
	rules.http = app->recipient_http;
	return rc != 0 ? rc : mailbox_ways_new(&rules, &app->ways, e);
}

/* Nothing is stored for somebody whom nobody here knows. */
static int register_mailboxes(struct gw_app *app, const struct conf_list *files, struct err *e)
{
	app->registered = mem_new_array(files->n, sizeof(*app->registered));
	for (size_t i = 0; i < files->n; i++) {
		struct pki_cert *cert = NULL;
		int rc = pki_cert_from_file(files->item[i], &cert, e);

		if (rc != 0)
			return err_wrap(e, "%s:%u: intermediary.mailboxes", app->conf->file,
					conf_line_of(app->conf, "intermediary.mailboxes"));
		memcpy(app->registered[i].b, cert->sha256, SPOOL_BOX_LEN);
		pki_cert_free(cert);
	}
	mailbox_osci_register(&app->env, app->registered, files->n, app->accounts);
	return 0;
}

static int start(struct gw_app *app, struct err *e)
{
	const struct conf_intermediary *c = app->conf->intermediary;
	const struct osci_policy p = {
		.accept_plain = c->accept_plain_transport,
		.accept_unsigned = c->accept_unsigned_orders,
		.accept_incomplete = c->accept_incomplete_checks,
		.style = pki_sign_named(c->signature),
		.max_size = c->max_message_size,
		.dialog_idle_ms = c->dialog_idle,
		.dialogs_max = c->dialogs_max,
		.message_id_age_ms = MESSAGE_ID_AGE,
		.refuse_unsigned_recipients = c->refuse_unsigned_recipients,
	};
	int rc = c->recipients.n > 0 ? start_ways(app, c, e) : 0;

	if (rc == 0)
		rc = mailbox_osci_init(&app->env, app->spool, app->conf->data_dir, app->ways, e);
	if (rc == 0 && c->mailboxes.n > 0)
		rc = register_mailboxes(app, &c->mailboxes, e);
	if (rc == 0)
		rc = osci_intermediary_new(&p, app->intermediary_keys, app->certs, app->trust, &app->env.env,
					   &app->intermediary, e);
	return rc;
}

static void stop(struct gw_app *app)
{
	osci_intermediary_free(app->intermediary);
	app->intermediary = NULL;
	free(app->registered);
	app->registered = NULL;
	mailbox_ways_free(app->ways);
	app->ways = NULL;
	http_client_free(app->recipient_http);
	pki_tls_free(app->recipient_tls);
}

/* A recipient that hangs holds up the stop no longer than the grace. */
static void quiet(struct gw_app *app)
{
	if (app->recipient_http != NULL)
		http_client_stop(app->recipient_http, app->stop_at);
}

const struct gw_role gw_role_intermediary = {
	.name = "intermediary", .wanted = wanted, .start = start, .quiet = quiet, .stop = stop,
};
