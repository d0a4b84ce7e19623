/* SPDX-License-Identifier: EUPL-1.2 */
/* Process cards: whether they are what the chain of their changes says. */
#include "control/control.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PROBLEMS_MOST 1000	/* rows; all are counted */
#define PROGRESS_STEP 8192	/* links between two rows */

struct verifying {
	struct control_call *call;
	uint64_t rows, told;
};

static void problem_row(void *ctx, const char *text)
{
	struct verifying *v = ctx;

	if (v->rows++ < PROBLEMS_MOST)
		control_call_row(v->call, json_pack("{s:s}", "problem", text));
	else
		v->call->more = true;
}

static void progress(void *ctx, uint64_t done, uint64_t total)
{
	struct verifying *v = ctx;

	if (done - v->told < PROGRESS_STEP)
		return;
	v->told = done;
	control_call_row(v->call, json_pack("{s:{s:I, s:I, s:s}}", "progress", "done", (json_int_t)done, "total",
					    (json_int_t)total, "of", "links"));
}

static int read_head(const char *text, struct spool_card_head *out, struct err *e)
{
	char *end;

	out->links = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != ':' || !hex_decode(span_of(end + 1), out->hash, SHA256_LEN))
		return err_set(e, ERR_SYNTAX, "head: expected N:HASH, as card verify prints it");
	return 0;
}

const char *control_card_head(struct arena *a, const struct spool_card_head *head)
{
	char hex[2 * SHA256_LEN + 1];

	hex_encode(head->hash, SHA256_LEN, hex);
	return arena_printf(a, "%" PRIu64 ":%s", head->links, hex);
}

int control_card_verify(struct control_call *c, struct err *e)
{
	const char *text = json_opt_string(c->args, "head", NULL);
	struct verifying v = { .call = c };
	struct spool_card_head known;
	struct spool_card_verdict out;
	int rc = text != NULL ? read_head(text, &known, e) : 0;

	if (rc == 0)
		rc = spool_card_verify(c->ctx->spool, text != NULL ? &known : NULL, problem_row, progress, &v, &out, e);
	if (rc != 0)
		return rc;
	control_call_row(c, json_pack("{s:I, s:I, s:I, s:s}", "cards", (json_int_t)out.cards, "links", (json_int_t)out.head.links,
				      "problems", (json_int_t)out.problems, "head", control_card_head(c->arena, &out.head)));
	return out.problems == 0 ? 0 : err_set(e, ERR_CRYPTO, "%" PRIu64 " problems", out.problems);
}
