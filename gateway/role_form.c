/* SPDX-License-Identifier: EUPL-1.2 */
/* The role form: pages and API for citizens. */
#include "role.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"

#define ORIGINS_MAX 16384

static bool wanted(const struct conf *c)
{
	return c->form != NULL;
}

/* The origins as the header Content-Security-Policy wants them; NULL if there are none. */
static const char *join_origins(struct buf *out, const struct conf_list *origins)
{
	for (size_t i = 0; i < origins->n; i++)
		buf_printf(out, "%s%s", i == 0 ? "" : " ", origins->item[i]);
	return origins->n == 0 ? NULL : buf_str(out);
}

static int start(struct gw_app *app, struct err *e)
{
	const struct conf_form *c = app->conf->form;
	struct form_options o;
	struct form_source *forms = mem_new_array(c->definitions.n, sizeof(*forms));
	struct form_link *links = mem_new_array(c->links.n + 1, sizeof(*links));
	struct buf origins;
	int rc;

	for (size_t i = 0; i < c->definitions.n; i++)
		forms[i] = (struct form_source){ c->definitions.item[i].file, c->definitions.item[i].recipients };
	for (size_t i = 0; i < c->links.n; i++)
		links[i] = (struct form_link){ c->links.item[i].title, c->links.item[i].url };
	buf_init(&origins, ORIGINS_MAX);
	o = (struct form_options){
		.forms = forms,
		.form_count = c->definitions.n,
		.recipients_file = c->recipients,
		.public_url = c->public_url,
		.operator_name = c->sender_name,
		.operator_key = c->sender_key,
		.imprint_url = c->imprint_url,
		.privacy_url = c->privacy_url,
		.links = links,
		.link_count = c->links.n,
		.frame_ancestors = join_origins(&origins, &c->frame_ancestors),
		.test_messages = c->test_messages,
		.upload_max = c->upload_size,
		.upload_total = c->upload_size * c->upload_count,
		.upload_count = c->upload_count,
		.draft_days = (unsigned)(c->draft_timeout / (24LL * 3600 * 1000)),
		.budget = { .bytes = c->drafts_size, .client_bytes = c->drafts_size_per_client,
			    .client_drafts = c->drafts_per_client },
		.disk_reserve = app->conf->disk_reserve,
		.late_ms = c->late_after,
		.rate_per_second = c->requests_per_minute / 60.0,
		.rate_burst = c->requests_per_minute,
	};
	rc = buf_check(&origins, "form.frame_ancestors", e);
	if (rc == 0)
		rc = form_service_new(&o, app->spool, &app->form, e);
	buf_fini(&origins);
	free(forms);
	free(links);
	if (rc == 0 && c->test_messages)
		log_event(LOG_WARN, "form.test-messages");
	return rc;
}

static void stop(struct gw_app *app)
{
	form_service_free(app->form);
	app->form = NULL;
}

static void status(struct gw_app *app, json_t *rows)
{
	if (app->form != NULL)
		gw_role_tell(rows, "draft_bytes", json_integer((json_int_t)form_draft_bytes(app->form)));
}

const struct gw_role gw_role_form = { .name = "form", .wanted = wanted, .start = start, .stop = stop, .status = status };
