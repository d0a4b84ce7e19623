/* SPDX-License-Identifier: EUPL-1.2 */
/* app_own_keys - how long our own certificates last, before their end is somebody's surprise. */
#include "app.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "role.h"

#define DAY_MS (24LL * 3600 * 1000)
#define SOON_MS (30 * DAY_MS)	/* a new certificate of the administration's PKI takes weeks */

void gw_own_keys_add(struct gw_app *app, const char *name, const char *file, const struct pki_cert *c)
{
	struct gw_own_key *k;

	app->own_keys = mem_grow(app->own_keys, app->own_key_count + 1, sizeof(*app->own_keys));
	k = &app->own_keys[app->own_key_count++];
	*k = (struct gw_own_key){ .name = name, .file = file, .from = c->not_before, .until = c->not_after };
}

static int add_tls(struct gw_app *app, const char *name, const struct conf_tls *t, struct err *e)
{
	struct pki_cert *c = NULL;
	int rc = t == NULL ? 0 : pki_cert_from_file(t->certificate, &c, e);

	if (rc != 0)
		return err_wrap(e, "%s:%u: %s", app->conf->file, conf_line_of(app->conf, name), name);
	if (c != NULL)
		gw_own_keys_add(app, name, t->certificate, c);
	pki_cert_free(c);
	return 0;
}

int gw_own_keys_add_tls(struct gw_app *app, struct err *e)
{
	const struct conf *c = app->conf;
	int rc = c->intermediary == NULL ? 0 : add_tls(app, "intermediary.tls", c->intermediary->tls, e);

	if (rc == 0 && c->xta != NULL)
		rc = add_tls(app, "xta.tls", &c->xta->tls, e);
	if (rc == 0 && c->form != NULL)
		rc = add_tls(app, "form.tls", c->form->tls, e);
	if (rc == 0 && c->monitor != NULL)
		rc = add_tls(app, "monitor.tls", c->monitor->tls, e);
	return rc;
}

enum gw_validity gw_own_key_judge(const struct gw_own_key *k, int64_t now)
{
	if (now < k->from)
		return GW_KEY_EARLY;
	if (now >= k->until)
		return GW_KEY_EXPIRED;
	return k->until - now < SOON_MS ? GW_KEY_ENDS_SOON : GW_KEY_GOOD;
}

void gw_own_key_text(const struct gw_own_key *k, int64_t now, char *out, size_t cap)
{
	char when[CLOCK_TEXT_LEN];

	switch (gw_own_key_judge(k, now)) {
	case GW_KEY_EARLY:
		(void)snprintf(out, cap, "the certificate in %s is valid from %s only", k->file, clock_utc(k->from, when));
		break;
	case GW_KEY_EXPIRED:
		(void)snprintf(out, cap, "the certificate in %s has expired at %s", k->file, clock_utc(k->until, when));
		break;
	default:
		(void)snprintf(out, cap, "the certificate in %s ends at %s, in %lld days", k->file, clock_utc(k->until, when),
			       (long long)((k->until - now) / DAY_MS));
	}
}

void gw_own_keys_log(const struct gw_app *app, int64_t now)
{
	for (unsigned i = 0; i < app->own_key_count; i++) {
		const struct gw_own_key *k = &app->own_keys[i];
		enum gw_validity v = gw_own_key_judge(k, now);
		char until[CLOCK_TEXT_LEN], from[CLOCK_TEXT_LEN];

		if (v == GW_KEY_ENDS_SOON)
			log_event(LOG_WARN, "key.ends-soon", LOG_STR("key", k->name), LOG_STR("file", k->file),
				  LOG_STR("until", clock_utc(k->until, until)), LOG_INT("days", (k->until - now) / DAY_MS));
		else if (v != GW_KEY_GOOD)
			log_event(LOG_ERROR, v == GW_KEY_EARLY ? "key.not-valid-yet" : "key.expired", LOG_STR("key", k->name),
				  LOG_STR("file", k->file), LOG_STR("from", clock_utc(k->from, from)),
				  LOG_STR("until", clock_utc(k->until, until)));
	}
}

/* Whole days until the first of them ends, negative behind it: a figure to watch. And what is wrong with which. */
void gw_own_keys_status(const struct gw_app *app, json_t *rows)
{
	int64_t now = clock_now(), first = INT64_MAX;

	for (unsigned i = 0; i < app->own_key_count; i++) {
		const struct gw_own_key *k = &app->own_keys[i];
		char name[80], text[400];

		if (k->until < first)
			first = k->until;
		if (gw_own_key_judge(k, now) == GW_KEY_GOOD)
			continue;
		(void)snprintf(name, sizeof(name), "own_key_%s", k->name);
		gw_own_key_text(k, now, text, sizeof(text));
		gw_role_tell(rows, name, json_string(text));
	}
	if (first == INT64_MAX)
		return;
	first -= now;	/* rounded down, so that the last day is 0 and the first one behind the end -1 */
	gw_role_tell(rows, "own_keys_days_left", json_integer((json_int_t)(first / DAY_MS - (first % DAY_MS < 0))));
}
