/* SPDX-License-Identifier: EUPL-1.2 */
/* Figures of the daemon, the audit trail, backups. */
#include "control/control.h"

#include <stdio.h>

#include "base/clock.h"

#define AUDIT_DEFAULT 1000
#define AUDIT_MOST 100000
#define AUDIT_PAGE 100
#define DAMAGED_MOST 1000

static void add(json_t *rows, const char *name, json_t *value)
{
	(void)json_array_append_new(rows, json_pack("{s:s, s:o}", "name", name, "value", value));
}

static json_t *count(uint64_t n)
{
	return json_integer((json_int_t)n);
}

/* For each reason the number of deliveries that it holds up: what is wrong, at a glance. */
static void add_reasons(struct control_call *c, json_t *rows, const struct spool_stats *s)
{
	for (int r = RSN_NONE + 1; r < RSN_COUNT; r++)
		if (s->reasons[r] > 0)
			add(rows, arena_printf(c->arena, "reason_%s", reason_info((enum reason)r)->key), count(s->reasons[r]));
}

static void add_cards(struct control_call *c, json_t *rows)
{
	struct spool_card_head head;
	struct err e = ERR_INIT;
	bool known = spool_card_head(c->ctx->spool, &head, &e) == 0;

	add(rows, "cards_head", known ? json_string(control_card_head(c->arena, &head)) : json_string(e.text));
}

/* Recipients whose side does not work: nothing of theirs is tried before the time is over. */
static void add_rests(struct control_call *c, json_t *rows)
{
	struct spool_rest *rests;
	struct err e = ERR_INIT;
	size_t n;

	if (spool_rest_list(c->ctx->spool, c->arena, &rests, &n, &e) != 0)
		add(rows, "resting_recipients", json_string(e.text));
	else
		add(rows, "resting_recipients", count(n));
}

int control_status(struct control_call *c, struct err *e)
{
	struct spool_stats s;
	enum reason why;
	json_t *rows = json_array();
	int rc = spool_stats_get(c->ctx->spool, &s, e);

	if (rc == 0) {
		add(rows, "version", json_string(c->ctx->version));
		add(rows, "configuration", json_string(c->ctx->config_file));
		add(rows, "started", control_json_time(c->ctx->started));
		add(rows, "uptime_s", count((uint64_t)(clock_now() - c->ctx->started) / 1000));
		add(rows, "spool", json_string(spool_is_dead(c->ctx->spool) ? "dead: restart needed" : "ok"));
		add(rows, "accepting", spool_accepting(c->ctx->spool, &why) ? json_string("yes") :
				  json_string(arena_printf(c->arena, "no, %s", reason_info(why)->key)));
		add(rows, "drafts", count(s.messages[SPOOL_DRAFT]));
		add(rows, "applications", count(s.messages[SPOOL_APPLICATION]));
		add(rows, "mail", count(s.messages[SPOOL_MAIL]));
		for (int st = 0; st < DLV_STATES; st++) {
			char name[40];

			(void)snprintf(name, sizeof(name), "deliveries_%s", delivery_state_name((enum delivery_state)st));
			add(rows, name, count(s.deliveries[st]));
		}
		add(rows, "not_fetched_yet", count(s.followed));
		add(rows, "uncollected", count(s.late));
		add(rows, "damaged", count(s.damaged));
		add(rows, "oldest_waiting", control_json_time(s.oldest_waiting));
		add_reasons(c, rows, &s);
		add_rests(c, rows);
		add_cards(c, rows);
		add(rows, "bytes_used", count(s.bytes_used));
		add(rows, "disk_free", count(s.disk_free));
		add(rows, "commits", count(s.commits));
		if (c->ctx->status != NULL)
			c->ctx->status(c->ctx->status_ctx, rows);
	}
	for (size_t i = 0; rc == 0 && i < json_array_size(rows); i++)
		control_call_row(c, json_incref(json_array_get(rows, i)));
	json_decref(rows);
	return rc;
}

int control_queue_damaged(struct control_call *c, struct err *e)
{
	struct spool_damaged *list;
	size_t n = 0;
	int rc = spool_damaged_list(c->ctx->spool, c->arena, DAMAGED_MOST, &list, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++)
		control_call_row(c, json_pack("{s:o, s:o, s:o}", "delivery", control_json_id(&list[i].id), "at",
					      control_json_time(list[i].at), "detail", control_json_text(list[i].text)));
	c->more = rc == 0 && n == DAMAGED_MOST;
	return rc;
}

/* The newest lines, or those from one on. */
static int first_line(struct control_call *c, long long from, long long limit, uint64_t *first, struct err *e)
{
	uint64_t lines = 0;
	int rc = from >= 0 ? 0 : spool_audit_count(c->ctx->spool, &lines, e);

	if (from >= 0)
		*first = (uint64_t)from;
	else
		*first = lines > (uint64_t)limit ? lines - (uint64_t)limit : 0;
	return rc;
}

static void audit_row(struct control_call *c, uint64_t line, const struct spool_audit *a)
{
	control_call_row(c, json_pack("{s:I, s:o, s:o, s:o, s:o, s:o}", "line", (json_int_t)line, "at",
				      control_json_time(a->at), "actor", control_json_text(a->actor), "action",
				      control_json_text(a->action), "object", control_json_text(a->object), "reason",
				      control_json_text(a->why)));
}

static int audit_pages(struct control_call *c, uint64_t next, long long left, struct err *e)
{
	struct arena *page = arena_new();	/* c->arena holds who calls */
	struct spool_audit *lines;
	size_t n = 1;
	int rc = 0;

	for (; rc == 0 && left > 0 && n > 0; left -= (long long)n) {
		arena_reset(page);
		rc = spool_audit_list(c->ctx->spool, page, next, left < AUDIT_PAGE ? (size_t)left : AUDIT_PAGE, &lines, &n,
				      &next, e);
		for (size_t i = 0; rc == 0 && i < n; i++)
			audit_row(c, next - n + i, &lines[i]);
	}
	arena_free(page);
	return rc;
}

int control_audit(struct control_call *c, struct err *e)
{
	bool has_from = json_object_get(c->args, "from") != NULL;
	long long from = json_opt_int(c->args, "from", -1), limit = json_opt_int(c->args, "limit", AUDIT_DEFAULT);
	uint64_t first = 0;
	int rc;

	if (limit < 1 || limit > AUDIT_MOST)
		return err_set(e, ERR_SYNTAX, "limit: expected 1 to %d", AUDIT_MOST);
	if (has_from && from < 0)
		return err_set(e, ERR_SYNTAX, "from: expected the number of a line, from 0");
	rc = first_line(c, from, limit, &first, e);
	return rc == 0 ? audit_pages(c, first, limit, e) : rc;
}

static void progress(void *ctx, uint64_t done, uint64_t total)
{
	control_call_row(ctx,
			 json_pack("{s:{s:I, s:I}}", "progress", "done", (json_int_t)done, "total", (json_int_t)total));
}

int control_backup(struct control_call *c, struct err *e)
{
	const char *target;
	uint64_t missing = 0;
	int rc = json_need_string(c->args, "target", &target, e);

	if (rc == 0)
		rc = spool_audit_add(c->ctx->spool,
				     &(struct spool_audit){ .at = clock_now(), .actor = c->actor, .action = "backup.run",
							    .object = target,
							    .why = json_opt_string(c->args, "reason", "") },
				     e);
	if (rc == 0)
		rc = spool_backup(c->ctx->spool, target, progress, c, &missing, e);
	if (rc == 0 && missing > 0)
		rc = err_reason(e, ERR_IO, RSN_LOC_DATA_BAD,
				"the backup %s is complete but for %llu payload files that the spool has lost; see the log",
				target, (unsigned long long)missing);
	if (rc == 0)
		control_call_row(c, json_pack("{s:s}", "backup", target));
	return rc;
}
