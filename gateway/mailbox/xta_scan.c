/* SPDX-License-Identifier: EUPL-1.2 */
/* Content in front of a virus scanner. */
#include "mailbox/xta_scan.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "mailbox/xta_store.h"
#include "xta/warning.h"

#define MEMORY ((size_t)64 * 1024)	/* of one part; the rest waits in a file */

struct copy {
	struct sink base;
	struct sink *to;
	struct spool_scratch *scratch;
};

struct mailbox_xta_scan {
	const struct mailbox_scanner *scanner;
	const char *scratch_dir;
	struct spool_scratch *parts[MAILBOX_XTA_PARTS_MAX];
	size_t n;
};

struct mailbox_xta_scan *mailbox_xta_scan_new(const struct mailbox_scanner *s, const char *scratch_dir)
{
	struct mailbox_xta_scan *x = mem_new(sizeof(*x));

	x->scanner = s;
	x->scratch_dir = scratch_dir;
	return x;
}

void mailbox_xta_scan_free(struct mailbox_xta_scan *x)
{
	if (x == NULL)
		return;
	for (size_t i = 0; i < x->n; i++)
		spool_scratch_free(x->parts[i]);
	free(x);
}

static int copy_write(struct sink *s, const void *data, size_t n, struct err *e)
{
	struct copy *c = (struct copy *)s;
	int rc = sink_write(c->to, data, n, e);

	return rc == 0 ? sink_write(spool_scratch_sink(c->scratch), data, n, e) : rc;
}

static int copy_finish(struct sink *s, struct err *e)
{
	struct copy *c = (struct copy *)s;
	int rc = sink_finish(c->to, e);

	return rc == 0 ? sink_finish(spool_scratch_sink(c->scratch), e) : rc;
}

static void copy_close(struct sink *s)
{
	sink_close(((struct copy *)s)->to);
	free(s);
}

struct sink *mailbox_xta_scan_part(struct mailbox_xta_scan *x, struct sink *to)
{
	struct copy *c = mem_new(sizeof(*c));

	must(x->n < MAILBOX_XTA_PARTS_MAX);	/* xta_policy.parts_max */
	c->scratch = x->parts[x->n++] = spool_scratch_new(x->scratch_dir, MEMORY);
	c->to = to;
	c->base = (struct sink){ copy_write, copy_finish, copy_close };
	return &c->base;
}

static int scan_one(struct mailbox_xta_scan *x, size_t i, enum peer_verdict *v, char signature[PEER_SIGNATURE_MAX],
		    struct err *e)
{
	struct src *src = NULL;
	int rc = spool_scratch_open(x->parts[i], 0, &src, e);

	if (rc == 0)
		rc = peer_clamd_scan(x->scanner->clamd, src, v, signature, e);
	src_close(src);
	return rc;
}

int mailbox_xta_scan_run(struct mailbox_xta_scan *x, const char *message_id, enum xta_code *code, unsigned *warnings,
			 struct err *e)
{
	for (size_t i = 0; i < x->n; i++) {
		char signature[PEER_SIGNATURE_MAX];
		enum peer_verdict v;
		int rc = scan_one(x, i, &v, signature, e);

		if (rc != 0 && err_class(e->code) != ERR_TEMPORARY)
			return rc;
		if (rc != 0) {
			bool is_taken = x->scanner->accept_unscanned;

			log_event(LOG_WARN, "scanner.no-verdict", LOG_STR("xta_id", message_id),
				  LOG_STR("then", is_taken ? "accepted" : "refused"), LOG_ERR(e));
			*e = (struct err)ERR_INIT;
			if (!is_taken)
				*code = XTA_9030;
			*warnings |= XTA_WARN_UNSCANNED;
			return 0;
		}
		if (v == PEER_INFECTED) {
			log_event(LOG_WARN, "scanner.found", LOG_STR("xta_id", message_id), LOG_STR("signature", signature));
			*code = XTA_9060;
			return 0;
		}
	}
	return 0;
}
