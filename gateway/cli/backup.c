/* SPDX-License-Identifier: EUPL-1.2 */
/* The verbs that work on folders: backup verify, backup restore. */
#include "cli.h"

#include "spool/lmdb/lmdb.h"
#include "spool/store.h"

static int need_key(const struct cli *c, struct err *e)
{
	return c->master_key != NULL ? 0 : err_set(e, ERR_SYNTAX, "give the master key file with --master-key");
}

static void print_problem(void *ctx, const char *text)
{
	(void)ctx;
	(void)fprintf(stderr, "%s\n", text);
}

static void progress(void *ctx, uint64_t done, uint64_t total)
{
	(void)ctx;
	cli_progress("restore", done, total);
}

static void print_row(const struct cli *c, json_t *row)
{
	if (c->json)
		cli_json_print(row, stdout);
	else
		cli_sheet_print(row, c->german, stdout);
	json_decref(row);
}

static void print_result(const struct cli *c, const struct spool_check_result *r)
{
	json_t *row = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "messages", (json_int_t)r->messages, "deliveries",
				(json_int_t)r->deliveries, "payloads", (json_int_t)r->payloads, "bytes",
				(json_int_t)r->bytes, "orphans", (json_int_t)r->orphans, "problems",
				(json_int_t)r->problems);

	print_row(c, row);
}

int cli_backup_verify(struct cli *c, struct err *e)
{
	struct spool_options o = { .engine = &spool_lmdb, .dir = c->args[0], .master_key_file = c->master_key };
	struct spool_check_result r;
	int rc = need_key(c, e);

	if (rc == 0)
		rc = spool_check(&o, &r, print_problem, NULL, e);
	if (rc == 0)
		print_result(c, &r);
	if (rc == 0 && r.problems > 0)
		rc = err_set(e, ERR_CRYPTO, "%llu problems", (unsigned long long)r.problems);
	return rc;
}

int cli_backup_restore(struct cli *c, struct err *e)
{
	struct spool_options o = { .engine = &spool_lmdb, .dir = c->args[1], .master_key_file = c->master_key };
	int rc = need_key(c, e);

	if (rc == 0)
		rc = spool_restore(c->args[0], &o, progress, NULL, e);
	if (rc == 0)
		print_row(c, json_pack("{s:s, s:s}", "backup", c->args[0], "restored", c->args[1]));
	return rc;
}
