/* SPDX-License-Identifier: EUPL-1.2 */
/* The roles that every daemon has: the spool below the others; the control socket and periodic jobs above them. */
#include "role.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/version.h"
#include "control/control.h"
#include "jobs.h"
#include "spool/lmdb/lmdb.h"

#define DAY (24LL * 3600 * 1000)

#define WAIT_MOST DAY	/* an intermediary may ask for it (Retry-After) */
#define FOLLOW_MOST (2 * DAY)

static int64_t at_least(int64_t ms, int64_t least)
{
	return ms > least ? ms : least;
}

/* In the configuration 0 s means at once; for the spool it is never. */
static void set_times(const struct conf *c, struct spool_options *o)
{
	const struct conf_delivery *d = c->delivery;

	if (d != NULL) {
		o->retention.delivered = at_least(d->grace, 1);
		o->retention.cancelled = o->retention.given_up = at_least(d->cancelled_grace, 1);
		o->retention.undecided = d->give_up_after;
		o->clock.wait = at_least(at_least(d->retry_most, d->retry_slow_most), at_least(d->lease, WAIT_MOST)) * 5 / 4;
		o->clock.follow = FOLLOW_MOST;
	}
	if (c->intermediary != NULL) {
		o->budget.mailbox = c->intermediary->mailbox_size;
		o->budget.sender = c->intermediary->sender_size;
		o->retention.fetched = at_least(c->intermediary->mailbox_retention, 1);
		o->retention.unfetched = c->intermediary->unfetched_retention;
	} else if (c->xta != NULL) {
		o->budget.mailbox = c->xta->mailbox_size;
		o->budget.sender = c->xta->sender_size;
		o->retention.fetched = at_least(c->xta->mailbox_retention, 1);
		o->retention.unfetched = c->xta->unfetched_retention;
	}
	if (c->form != NULL) {
		o->retention.draft = c->form->draft_timeout;
		o->budget.drafts = c->form->drafts_size / 8 * 9;	/* the form refuses before, and says so better */
		o->budget.owner = c->form->drafts_size_per_client / 8 * 9;
	}
	o->budget.scratch = c->scratch_size;
}

static int spool_start(struct gw_app *app, struct err *e)
{
	const struct conf *c = app->conf;
	struct spool_options o = { .engine = &spool_lmdb, .dir = c->data_dir, .master_key_file = c->master_key_file,
				   .reserve = c->disk_reserve };

	set_times(c, &o);
	return spool_open(&o, &app->spool, e);
}

static void spool_stop(struct gw_app *app)
{
	struct err e = ERR_INIT;

	if (gw_job_cards(app, 0, &e) != 0)
		log_event(LOG_ERROR, "job.failed", LOG_STR("job", "cards"), LOG_ERR(&e));
	spool_close(app->spool);
	app->spool = NULL;
}

const struct gw_role gw_role_spool = { .name = "spool", .start = spool_start, .stop = spool_stop };

static void add_status(void *ctx, json_t *rows)
{
	gw_app_status(ctx, rows);
}

static int control_role_start(struct gw_app *app, struct err *e)
{
	struct control_ctx ctx = {
		.spool = app->spool, .dir = app->dir, .version = DEPESCHE_VERSION, .config_file = app->conf->file,
		.group = app->conf->control_group, .started = app->started, .status = add_status, .status_ctx = app,
	};

	return control_start(app->conf->control_socket, &ctx, &app->control, e);
}

static void control_role_stop(struct gw_app *app)
{
	control_stop(app->control);
	app->control = NULL;
}

const struct gw_role gw_role_control = { .name = "control", .start = control_role_start, .stop = control_role_stop };

static int jobs_start(struct gw_app *app, struct err *e)
{
	const struct gw_job jobs[] = {
		{ "retention", 10 * 1000LL, gw_job_retention, app },
		{ "undecided", 60000LL, gw_job_undecided, app },
		{ "drafts", 60000LL, gw_job_drafts, app },
		{ "clock", 30000LL, gw_job_clock, app },
		{ "revocation-lists", 30000LL, gw_job_crls, app },
		{ "own-keys", DAY, gw_job_own_keys, app },
		{ "cards", DAY, gw_job_cards, app },
		{ "memory", 5000LL, gw_job_trim, app },
	};

	return gw_periodic_start(jobs, ARRAY_LEN(jobs), &app->periodic, e);
}

static void jobs_stop(struct gw_app *app)
{
	gw_periodic_stop(app->periodic);
	app->periodic = NULL;
}

const struct gw_role gw_role_jobs = { .name = "jobs", .start = jobs_start, .stop = jobs_stop };
