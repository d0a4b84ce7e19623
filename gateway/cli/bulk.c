/* SPDX-License-Identifier: EUPL-1.2 */
/* bulk - one decision about many deliveries. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"

#define ALL_ROWS "1000000000"
#define RATE_MOST 1000

struct bulk {
	struct cli *c;
	const struct cli_verb *v;
	cli_row_fn *row;
	void *ctx;
	json_t *ids;		/* of the deliveries that the verb is possible for */
	size_t other;		/* chosen, but not possible in their state */
	size_t done, passed;
};

bool cli_is_bulk(const struct cli *c, const struct cli_verb *v)
{
	return v->args[0] == '[' && c->arg_count == 0;
}

bool cli_chooses(const struct cli *c)
{
	return strpbrk(c->given, CLI_CHOOSING) != NULL;
}

static bool can(const json_t *row, const char *verb)
{
	const json_t *list = json_object_get(row, "can");

	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)), verb) == 0)
			return true;
	return false;
}

static void take(void *ctx, const json_t *row)
{
	struct bulk *b = ctx;

	if (!can(row, b->v->verb)) {
		b->other++;
		return;
	}
	(void)json_array_append(b->ids, json_object_get(row, "delivery"));
	if (b->c->dry_run)
		b->row(b->ctx, row);
}

static int choose(struct bulk *b, struct err *e)
{
	struct cli_verb list = { .noun = "queue", .verb = "list", .args = "", .command = "queue.list" };
	struct cli asking = *b->c;

	asking.reason = NULL;
	if (asking.limit == NULL)
		asking.limit = ALL_ROWS;
	return cli_ask(&asking, &list, take, b, e);
}

static int read_rate(const struct cli *c, int64_t *pause_ns, struct err *e)
{
	uint64_t rate = 0;

	if (c->rate != NULL && (!span_u64(span_of(c->rate), RATE_MOST, &rate) || rate == 0))
		return err_set(e, ERR_SYNTAX, "--rate %s: expected changes a second, from 1 to %d", c->rate, RATE_MOST);
	*pause_ns = rate == 0 ? 0 : 1000000000 / (int64_t)rate;
	return 0;
}

/* One that has gone on since it was chosen is no failure of the others. */
static int change(struct bulk *b, const char *id, struct err *e)
{
	struct cli one = *b->c;
	char *words[] = { mem_dup(id), NULL };
	int rc;

	one.args = words;
	one.arg_count = 1;
	one.limit = NULL;
	rc = cli_ask(&one, b->v, b->row, b->ctx, e);
	free(words[0]);
	if (rc == 0)
		b->done++;
	if (rc != ERR_WRONG_STATE && rc != ERR_MISSING)
		return rc;
	b->passed++;
	*e = (struct err)ERR_INIT;
	return 0;
}

static int change_all(struct bulk *b, int64_t pause_ns, struct err *e)
{
	size_t n = json_array_size(b->ids);
	struct timespec next = clock_after(0);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = change(b, json_string_value(json_array_get(b->ids, i)), e);
		cli_count_progress(b->v->verb, i + 1, n);
		if (pause_ns == 0 || i + 1 == n)
			continue;
		next.tv_nsec += (long)pause_ns;
		next.tv_sec += next.tv_nsec / 1000000000;
		next.tv_nsec %= 1000000000;
		(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	}
	return rc;
}

static void sum_up(const struct bulk *b)
{
	size_t n = json_array_size(b->ids);

	if (b->c->dry_run)
		(void)fprintf(stderr, b->c->german ? "depesche: %s beträfe %zu; %zu weitere lässt ihr Zustand nicht zu\n" :
						     "depesche: %s would change %zu; the state of %zu more does not allow it\n",
			      b->v->verb, n, b->other);
	else
		(void)fprintf(stderr, b->c->german ? "depesche: %s: %zu von %zu geändert, %zu inzwischen anders, %zu nicht möglich\n" :
						     "depesche: %s: %zu of %zu changed, %zu had gone on meanwhile, %zu not possible\n",
			      b->v->verb, b->done, n, b->passed, b->other);
}

int cli_bulk(struct cli *c, const struct cli_verb *v, cli_row_fn *row, void *ctx, struct err *e)
{
	struct bulk b = { .c = c, .v = v, .row = row, .ctx = ctx, .ids = json_array() };
	int64_t pause_ns = 0;
	int rc = read_rate(c, &pause_ns, e);

	if (rc == 0)
		rc = choose(&b, e);
	if (rc == 0 && !c->dry_run)
		rc = change_all(&b, pause_ns, e);
	if (rc == 0 || b.done > 0)
		sum_up(&b);
	json_decref(b.ids);
	return rc;
}
