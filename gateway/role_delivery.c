/* SPDX-License-Identifier: EUPL-1.2 */
/* The role delivery: brings applications to their recipients' intermediaries, and asks what became of them. */
#include "role.h"

#include <pthread.h>

#include "delivery/deliver.h"
#include "delivery/followup.h"
#include "pki/xml_make.h"
#include "pki/tls.h"

static pthread_mutex_t deliver_lock = PTHREAD_MUTEX_INITIALIZER;	/* of app->deliver: the status is asked for on other threads */

static void publish(struct gw_app *app, struct delivery_workers *workers)
{
	(void)pthread_mutex_lock(&deliver_lock);
	app->deliver = workers;
	(void)pthread_mutex_unlock(&deliver_lock);
}

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
	struct delivery_workers *workers;
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
	if (rc == 0)
		rc = mailbox_osci_init(&app->replies, app->spool, app->conf->data_dir, NULL, e);
	if (rc != 0)
		return rc;
	app->replies.bridge = app->env.bridge;
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
		.mailboxes = &app->replies.env,
	};
	rc = delivery_start(&sender, &workers, e);
	if (rc == 0)
		publish(app, workers);
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
	struct delivery_workers *workers = app->deliver;

	publish(app, NULL);
	delivery_stop(workers);
	gw_periodic_stop(app->followup_clock);
	delivery_followup_free(app->followup);
	http_client_free(app->osci_http);
	pki_tls_free(app->osci_tls);
}

/* False: the role has ended meanwhile. */
static bool count_peers(struct gw_app *app, struct peer_counts *c)
{
	bool runs;

	(void)pthread_mutex_lock(&deliver_lock);
	runs = app->deliver != NULL;
	if (runs)
		delivery_peers(app->deliver, c);
	(void)pthread_mutex_unlock(&deliver_lock);
	return runs;
}

static void status(struct gw_app *app, json_t *rows)
{
	struct peer_counts c;
	bool runs = count_peers(app, &c);
	char name[32];

	for (int s = 0; runs && s < PEER_STATES; s++) {
		(void)snprintf(name, sizeof(name), "peers_%s", peer_state_name((enum peer_state)s));
		gw_role_tell(rows, name, json_integer((json_int_t)c.in[s]));
	}
}

static void metrics(struct gw_app *app, struct control_metrics *m)
{
	struct peer_counts c;

	if (!count_peers(app, &c))
		return;
	control_metrics_family(m, "peers", CONTROL_GAUGE, NULL, "Intermediaries that are delivered to, by state.");
	for (int s = 0; s < PEER_STATES; s++)
		control_metrics_sample(m, "state", peer_state_name((enum peer_state)s), (int64_t)c.in[s]);
}

const struct gw_role gw_role_delivery = {
	.name = "delivery", .wanted = wanted, .start = start, .quiet = quiet, .stop = stop, .status = status,
	.metrics = metrics,
};
