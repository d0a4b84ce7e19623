/* SPDX-License-Identifier: EUPL-1.2 */
/* Starts the roles that the configuration names, and ends them in reverse. */
#include "app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "role.h"

/* What others stand on comes first. */
const struct gw_role *const gw_roles[GW_ROLES] = {
	&gw_role_spool,	    &gw_role_crls,	   &gw_role_intermediary, &gw_role_xta, &gw_role_directory, &gw_role_form,
	&gw_role_listeners, &gw_role_control,	   &gw_role_delivery,  &gw_role_jobs,
};

void gw_role_tell(json_t *rows, const char *name, json_t *value)
{
	(void)json_array_append_new(rows, json_pack("{s:s, s:o}", "name", name, "value", value));
}

/* The keyring and the use behind a name, for keys that stand in for each other; NULL: it stands alone. */
static const struct pki_keyring *ring_of(const struct gw_app *app, const char *name)
{
	if (strcmp(name, "intermediary.cipher_key") == 0 || strcmp(name, "intermediary.next_cipher_key") == 0)
		return app->intermediary_keys;
	return strcmp(name, "delivery.previous_cipher_key") == 0 ? app->sender_keys : NULL;
}

static void check_validity(const struct gw_app *app, gw_say_fn *say, void *ctx)
{
	int64_t now = clock_now();

	for (unsigned i = 0; i < app->own_key_count; i++) {
		const struct gw_own_key *k = &app->own_keys[i];
		const struct pki_keyring *ring = ring_of(app, k->name);
		enum gw_validity v = gw_own_key_judge(k, now);
		char what[500], text[700];

		if (v == GW_KEY_GOOD)
			continue;
		gw_own_key_text(k, now, what, sizeof(what));
		(void)snprintf(text, sizeof(text), "%s:%u: %s: %s", app->conf->file, conf_line_of(app->conf, k->name), k->name,
			       what);
		say(ctx, v == GW_KEY_ENDS_SOON || (ring != NULL && pki_keyring_current(ring, PKI_USE_CIPHER, now) != NULL),
		    text);
	}
}

void gw_app_check(const struct conf *conf, gw_say_fn *say, void *ctx)
{
	struct gw_app *app = mem_new(sizeof(*app));
	struct err e = ERR_INIT;

	app->conf = conf;
	if (gw_app_load_trust(app, &e) != 0)
		say(ctx, false, e.text);
	e = (struct err)ERR_INIT;
	if (gw_app_load_keys(app, &e) != 0)
		say(ctx, false, e.text);
	e = (struct err)ERR_INIT;
	if (gw_app_load_accounts(app, &e) != 0)
		say(ctx, false, e.text);
	e = (struct err)ERR_INIT;
	if (gw_app_load_scanner(app, &e) != 0)
		say(ctx, false, e.text);
	check_validity(app, say, ctx);
	gw_app_stop(app);
}

void gw_app_check_forms(const struct conf *conf, gw_say_fn *say, void *ctx)
{
	struct gw_app *app = mem_new(sizeof(*app));
	struct err e = ERR_INIT;

	app->conf = conf;
	if (gw_app_services(app, &e) != 0)
		say(ctx, false, e.text);
	gw_app_services_free(app);
	gw_app_stop(app);
}

/* Whether the other roles are worth more than a daemon that does not start: a key that ends at night must not take the
 * form down with it. */
static bool is_survivable(const struct gw_role *r, const struct err *e)
{
	return r->wanted != NULL && e->reason == RSN_LOC_KEY_MISSING;
}

static int start_role(struct gw_app *app, unsigned i, struct err *e)
{
	const struct gw_role *r = gw_roles[i];
	int rc;

	if (r->wanted != NULL && !r->wanted(app->conf))
		return 0;
	rc = r->start(app, e);
	if (rc == 0) {
		app->roles[i].runs = true;
		return 0;
	}
	r->stop(app);
	if (!is_survivable(r, e))
		return err_wrap(e, "%s", r->name);
	log_event(LOG_ERROR, "role.left-out", LOG_STR("role", r->name), LOG_ERR(e));
	app->roles[i].trouble = mem_printf("left out: %s: %s", reason_info(e->reason)->key, e->text);
	*e = (struct err)ERR_INIT;
	return 0;
}

int gw_app_start(const struct conf *conf, struct gw_app **out, struct err *e)
{
	struct gw_app *app = mem_new(sizeof(*app));
	int rc = http_client_check(e);

	app->conf = conf;
	app->started = clock_now();
	app->certs = pki_certs_new(PKI_CERTS_BYTES);
	/* What only checks comes before what opens the spool, and that before what listens. */
	if (rc == 0)
		rc = gw_app_load_trust(app, e);
	if (rc == 0)
		gw_app_tell_legacy(app);
	if (rc == 0)
		rc = gw_app_load_keys(app, e);
	if (rc == 0)
		rc = gw_app_load_accounts(app, e);
	if (rc == 0)
		rc = gw_app_load_scanner(app, e);
	if (rc == 0)
		gw_own_keys_log(app, clock_now());
	if (rc == 0)
		pki_trust_remember(app->trust, app->certs);
	for (unsigned i = 0; rc == 0 && i < GW_ROLES; i++)
		rc = start_role(app, i, e);
	if (rc != 0) {
		gw_app_stop(app);
		return rc;
	}
	*out = app;
	return 0;
}

void gw_app_status(struct gw_app *app, json_t *rows)
{
	for (unsigned i = 0; i < GW_ROLES; i++) {
		const struct gw_role *r = gw_roles[i];
		char name[64];

		(void)snprintf(name, sizeof(name), "role_%s", r->name);
		if (app->roles[i].trouble != NULL)
			gw_role_tell(rows, name, json_string(app->roles[i].trouble));
		else if (r->wanted != NULL && r->wanted(app->conf))
			gw_role_tell(rows, name, json_string("runs"));
		if (app->roles[i].runs && r->status != NULL)
			r->status(app, rows);
	}
	gw_own_keys_status(app, rows);
	gw_role_tell(rows, "private_key_operations", json_integer((json_int_t)pki_private_operations()));
}

void gw_app_stop(struct gw_app *app)
{
	if (app == NULL)
		return;
	app->stop_at = clock_mono() + GW_STOP_GRACE_MS;
	atomic_store(&app->is_stopping, true);
	for (unsigned i = GW_ROLES; i-- > 0;)
		if (app->roles[i].runs && gw_roles[i]->quiet != NULL)
			gw_roles[i]->quiet(app);
	for (unsigned i = GW_ROLES; i-- > 0;)
		if (app->roles[i].runs)
			gw_roles[i]->stop(app);
	/* Not before: the control socket tells the status until its own turn has come. */
	for (unsigned i = 0; i < GW_ROLES; i++)
		free(app->roles[i].trouble);
	pki_trust_free(app->trust);
	pki_certs_free(app->certs);
	pki_keyring_free(app->intermediary_keys);
	pki_keyring_free(app->sender_keys);
	pki_keyring_free(app->author_keys);
	pki_keyring_free(app->directory_keys);
	gw_app_accounts_free(app);
	peer_clamd_free(app->clamd);
	free(app->own_keys);
	free(app);
}

bool gw_app_is_alive(struct gw_app *app)
{
	return app->server == NULL || http_server_beats(app->server);
}

void gw_app_reload(struct gw_app *app)
{
	size_t crls = pki_trust_reload_crls(app->trust), bad = pki_trust_crls_bad(app->trust);

	gw_listeners_reload(app);
	log_event(bad > 0 ? LOG_WARN : LOG_INFO, "daemon.reloaded", LOG_INT("crls", (long long)crls),
		  LOG_INT("unreadable", (long long)bad));
}
