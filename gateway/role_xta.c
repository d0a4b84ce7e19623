/* SPDX-License-Identifier: EUPL-1.2 */
/* The role xta: message boxes of specialist procedures that speak XTA 2. */
#include "role.h"

#include "base/mem.h"

#define LIST_MAX 100	/* entries of one status list, whatever is asked for */

static bool wanted(const struct conf *c)
{
	return c->xta != NULL;
}

/* The directory is asked as the delivery will be: what it finds now, the delivery finds in the cache. */
static int find_way(void *ctx, const char *reader, const char *service, enum xta_code *code, struct err *e)
{
	struct gw_app *app = ctx;
	struct arena *a = arena_new();
	struct dir_route route = {.recipient = NULL};

	*code = XTA_9031; /* also while its role is left out */
	if (app->dir != NULL && dir_resolve(app->dir, reader, service[0] == '\0' ? NULL : service, a, &route, e) == 0) {
		dir_route_fini(&route);
		*code = XTA_OK;
	} else if (e->reason == RSN_DIR_NO_ENTRY) {
		*code = XTA_9022;
	}
	arena_free(a);
	*e = (struct err)ERR_INIT;
	return 0;
}

static int start(struct gw_app *app, struct err *e)
{
	const struct conf_xta *c = app->conf->xta;
	const struct xta_policy p = {
		.is_strict = !c->lenient,
		.content_max = c->max_message_size,
		.parts_max = MAILBOX_XTA_PARTS_MAX,
		.list_max = LIST_MAX,
		.identity = c->public_url != NULL ? c->public_url : "depesche",
	};
	const struct mailbox_xta_options o = {
		.spool = app->spool,
		.accounts = app->accounts,
		.prefix = c->message_id_prefix,
		.certs = app->certs,
		.policy = &app->policy,
		.scratch_dir = app->conf->data_dir,
		.scanner = app->clamd != NULL ? &app->scanner : NULL,
		.outward = app->conf->delivery != NULL ? &app->outward : NULL,
	};
	int rc;

	app->outward = (struct mailbox_outward){find_way, app};
	rc = mailbox_xta_init(&app->xta_box, &o, e);

	if (rc != 0)
		return rc;
	app->xta = (struct mailbox_xta_ingress){
		.box = &app->xta_box,
		.server = xta_server_new(&p, &app->xta_box.env),
		.paths = { [XTA_MANAGEMENT] = c->management_path, [XTA_SEND] = c->send_path, [XTA_BOX] = c->message_box_path },
		.public_url = c->public_url,
	};
	mailbox_xta_routes(&app->xta);
	app->env.bridge = &app->xta_box.bridge;
	return 0;
}

static void stop(struct gw_app *app)
{
	xta_server_free(app->xta.server);
	app->xta.server = NULL;
}

static void tell_account(struct gw_app *app, const struct mailbox_xta_account *a, json_t *rows)
{
	const struct spool_box_range q = {.boxes = a->boxes, .box_count = a->box_count};
	struct err ignored = ERR_INIT;
	uint64_t waiting = 0;
	char name[100];

	(void)spool_box_count(app->spool, &q, &waiting, &ignored);
	(void)snprintf(name, sizeof(name), "xta_waiting_%.80s", a->name);
	gw_role_tell(rows, name, json_integer((json_int_t)waiting));
	if (!a->is_locked)
		return;
	(void)snprintf(name, sizeof(name), "xta_locked_%.80s", a->name);
	gw_role_tell(rows, name, json_true());
}

static void status(struct gw_app *app, json_t *rows)
{
	size_t n = mailbox_xta_accounts_count(app->accounts);
	unsigned running = 0;

	for (size_t i = 0; i < n; i++)
		running += mailbox_xta_running(app->accounts, mailbox_xta_account_at(app->accounts, i));
	gw_role_tell(rows, "xta_requests_running", json_integer((json_int_t)running));
	gw_role_tell(rows, "xta_accounts", json_integer((json_int_t)n));
	for (size_t i = 0; i < n; i++)
		tell_account(app, mailbox_xta_account_at(app->accounts, i), rows);
}

const struct gw_role gw_role_xta = { .name = "xta", .wanted = wanted, .start = start, .stop = stop, .status = status };
