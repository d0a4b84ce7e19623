/* SPDX-License-Identifier: EUPL-1.2 */
#include "app.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "jobs.h"
#include "pki/content.h"
#include "pki/tls.h"
#include "base/version.h"

#define CERTS_CACHED 4096	/* parsed certificates: a few KiB each */
#define MESSAGE_ID_AGE (30LL * 24 * 3600 * 1000)
#define ORIGINS_MAX 16384
#define STOP_GRACE_MS 10000	/* requests under way at a stop */

static int start_intermediary(struct gw_app *app, struct err *e)
{
	const struct conf_intermediary *c = app->conf->intermediary;
	struct osci_policy p;
	int rc;

	if (c == NULL)
		return 0;
	p = (struct osci_policy){
		.accept_plain = c->accept_plain_transport,
		.accept_unsigned = c->accept_unsigned_orders,
		.accept_incomplete = c->accept_incomplete_checks,
		.max_size = c->max_message_size,
		.dialog_idle_ms = c->dialog_idle,
		.dialogs_max = c->dialogs_max,
		.message_id_age_ms = MESSAGE_ID_AGE,
	};
	rc = mailbox_osci_init(&app->env, app->spool, app->conf->data_dir, c->mailbox_retention, e);
	if (rc == 0)
		rc = osci_intermediary_new(&p, app->intermediary_keys, app->certs, app->trust, &app->env.env,
					   &app->intermediary, e);
	return rc == 0 ? 0 : err_wrap(e, "intermediary");
}

static int start_directory(struct gw_app *app, struct err *e)
{
	const struct conf_directory *c = app->conf->directory;
	struct dir_options o;
	int rc;

	if (c == NULL)
		return 0;
	rc = gw_app_trust(c->ca_file, &app->dir_tls, e);
	if (rc == 0)
		rc = gw_app_client(app->dir_tls, c->timeout, &app->dir_http, e);
	if (rc != 0)
		return err_wrap(e, "directory");
	o = (struct dir_options){
		.servers = (const char *const *)c->servers.item,
		.server_count = c->servers.n,
		.entry_path = c->entry_path,
		.token_path = c->token_path,
		.services = (const char *const *)c->services.item,
		.service_count = c->services.n,
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
	rc = dir_new(&o, &app->dir, e);
	return rc == 0 ? 0 : err_wrap(e, "directory");
}

/* The origins as the header Content-Security-Policy wants them; NULL if there are none. */
static const char *join_origins(struct buf *out, const struct conf_list *origins)
{
	for (size_t i = 0; i < origins->n; i++)
		buf_printf(out, "%s%s", i == 0 ? "" : " ", origins->item[i]);
	return origins->n == 0 ? NULL : buf_str(out);
}

static int start_form(struct gw_app *app, struct err *e)
{
	const struct conf_form *c = app->conf->form;
	struct form_options o;
	const char **files;
	struct buf origins;
	int rc;

	if (c == NULL)
		return 0;
	files = mem_new_array(c->definitions.n, sizeof(*files));
	for (size_t i = 0; i < c->definitions.n; i++)
		files[i] = c->definitions.item[i].file;
	buf_init(&origins, ORIGINS_MAX);
	o = (struct form_options){
		.definitions = files,
		.definition_count = c->definitions.n,
		.recipients_file = c->recipients,
		.public_url = c->public_url,
		.operator_name = c->sender_name,
		.operator_key = c->sender_key,
		.imprint_url = c->imprint_url,
		.privacy_url = c->privacy_url,
		.frame_ancestors = join_origins(&origins, &c->frame_ancestors),
		.test_messages = c->test_messages,
		.upload_max = c->upload_size,
		.upload_total = c->upload_size * c->upload_count,
		.upload_count = c->upload_count,
		.draft_days = (unsigned)(c->draft_timeout / (24LL * 3600 * 1000)),
		.client_header = c->client_header,
		.rate_per_second = c->requests_per_minute / 60.0,
		.rate_burst = c->requests_per_minute,
	};
	rc = buf_check(&origins, "form.frame_ancestors", e);
	if (rc == 0)
		rc = form_service_new(&o, app->spool, &app->form, e);
	buf_fini(&origins);
	free(files);
	if (rc == 0 && c->test_messages)
		log_event(LOG_WARN, "form.test-messages");
	return rc == 0 ? 0 : err_wrap(e, "form");
}

/* A clockwork of its own: an intermediary that is slow to answer must not hold up retention. */
static int start_followup(struct gw_app *app, const struct delivery_sender *sender, struct err *e)
{
	struct gw_job job = { "followup", delivery_followup_every_ms(sender->conf), delivery_followup_run, NULL };

	app->followup = delivery_followup_new(sender);
	job.ctx = app->followup;
	return gw_periodic_start(&job, 1, &app->followup_clock, e);
}

static int start_delivery(struct gw_app *app, struct err *e)
{
	const struct conf_delivery *c = app->conf->delivery;
	struct delivery_sender sender;
	int rc;

	if (c == NULL)
		return 0;
	rc = pki_content_init(e);
	if (rc == 0 && c->ca_file != NULL)
		rc = gw_app_trust(c->ca_file, &app->osci_tls, e);
	if (rc == 0)
		rc = gw_app_client(c->ca_file != NULL ? app->osci_tls : app->dir_tls, c->attempt_timeout, &app->osci_http, e);
	if (rc != 0)
		return err_wrap(e, "delivery");
	sender = (struct delivery_sender){
		.conf = c,
		.spool = app->spool,
		.dir = app->dir,
		.http = app->osci_http,
		.certs = app->certs,
		.keys = app->sender_keys,
		.author = pki_keyring_at(app->author_keys, 0),
		.scratch_dir = app->conf->data_dir,
	};
	rc = delivery_start(&sender, &app->deliver, e);
	return rc != 0 || c->follow_for == 0 ? rc : start_followup(app, &sender, e);
}

static void add_http_status(void *ctx, json_t *rows)
{
	struct gw_app *app = ctx;
	struct http_stats s;

	http_server_stats(app->server, &s);
	(void)json_array_append_new(rows,
				    json_pack("{s:s, s:I}", "name", "http_connections", "value", (json_int_t)s.open));
	(void)json_array_append_new(rows, json_pack("{s:s, s:I}", "name", "http_requests", "value",
						    (json_int_t)s.requests));
	(void)json_array_append_new(rows, json_pack("{s:s, s:I}", "name", "http_malformed", "value",
						    (json_int_t)s.malformed));
}

static int start_control(struct gw_app *app, struct err *e)
{
	struct control_ctx ctx = {
		.spool = app->spool, .dir = app->dir, .version = DEPESCHE_VERSION, .config_file = app->conf->file,
		.started = app->started, .status = add_http_status, .status_ctx = app,
	};
	const struct gw_job jobs[] = {
		{ "retention", 10 * 1000LL, gw_job_retention, app },
		{ "drafts", 60 * 1000LL, gw_job_drafts, app },
		{ "revocation-lists", 30 * 1000LL, gw_job_crls, app },
		{ "memory", 5 * 1000LL, gw_job_trim, app },
	};
	int rc = control_start(app->conf->control_socket, &ctx, &app->control, e);

	return rc != 0 ? rc : gw_periodic_start(jobs, ARRAY_LEN(jobs), &app->periodic, e);
}

static int open_spool(struct gw_app *app, struct err *e)
{
	const struct conf *c = app->conf;
	struct spool_options o = { .dir = c->data_dir, .master_key_file = c->master_key_file, .reserve = c->disk_reserve };

	return spool_open(&o, &app->spool, e);
}

/* In this order: what only checks comes before what opens the spool, and that before what listens. */
static int (*const steps[])(struct gw_app *app, struct err *e) = {
	gw_app_load_trust, gw_app_load_keys, open_spool,    start_intermediary, start_directory,
	start_form,	   gw_app_listen,    start_control, start_delivery,
};

int gw_app_check(const struct conf *conf, struct err *e)
{
	struct gw_app *app = mem_new(sizeof(*app));
	int rc;

	app->conf = conf;
	rc = gw_app_load_trust(app, e);
	if (rc == 0)
		rc = gw_app_load_keys(app, e);
	gw_app_stop(app);
	return rc;
}

int gw_app_start(const struct conf *conf, struct gw_app **out, struct err *e)
{
	struct gw_app *app = mem_new(sizeof(*app));
	int rc = http_client_check(e);

	app->conf = conf;
	app->started = clock_now();
	app->certs = pki_certs_new(CERTS_CACHED);
	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(steps); i++)
		rc = steps[i](app, e);
	if (rc != 0) {
		gw_app_stop(app);
		return rc;
	}
	*out = app;
	return 0;
}

void gw_app_stop(struct gw_app *app)
{
	if (app == NULL)
		return;
	delivery_followup_stop(app->followup);
	gw_periodic_stop(app->periodic);
	control_stop(app->control);
	if (app->server != NULL)
		http_server_stop(app->server, STOP_GRACE_MS);
	delivery_stop(app->deliver);
	gw_periodic_stop(app->followup_clock);
	delivery_followup_free(app->followup);
	http_server_free(app->server);
	form_service_free(app->form);
	osci_intermediary_free(app->intermediary);
	dir_free(app->dir);
	http_client_free(app->osci_http);
	http_client_free(app->dir_http);
	pki_tls_free(app->osci_tls);
	pki_tls_free(app->dir_tls);
	spool_close(app->spool);
	pki_trust_free(app->trust);
	pki_certs_free(app->certs);
	pki_keyring_free(app->intermediary_keys);
	pki_keyring_free(app->sender_keys);
	pki_keyring_free(app->author_keys);
	pki_keyring_free(app->directory_keys);
	free(app);
}

void gw_app_reload(struct gw_app *app)
{
	log_event(LOG_INFO, "daemon.reloaded", LOG_INT("crls", (long long)pki_trust_reload_crls(app->trust)));
}
