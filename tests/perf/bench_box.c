/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bench_box - what getStatusList of 50 costs the XTA server, from a short message box and from a long one: all of the server but
 * HTTP, on a spool of its own. Both boxes in turn, so that what slows one down slows the other.
 *
 *   bench_box FOLDER SHORT LONG
 *
 * Prints lines "figure: value unit".
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "bench.h"
#include "mailbox/xta_store.h"
#include "primitives.h"
#include "spool/lmdb/lmdb.h"
#include "wire.h"
#include "xta/server.h"

enum { SENDERS = 32, ROUNDS = 200, ENTRIES = 50, CALL_MAX = 1 << 20 };

static const struct mailbox_xta_party senders[] = { { .value = "portal:1", .type = "xoev" } };
static const struct mailbox_xta_party shorts[] = { { .value = "short", .type = "xoev" } };
static const struct mailbox_xta_party longs[] = { { .value = "long", .type = "xoev" } };

static struct {
	struct spool *spool;
	struct mailbox_xta_accounts *accounts;
	struct mailbox_xta box;
	struct xta_server *server;
} w;

static void open_all(const char *folder)
{
	const struct mailbox_xta_account list[] = {
		{ .name = "portal", .parties = senders, .party_count = 1, .may_send = true },
		{ .name = "short", .parties = shorts, .party_count = 1, .may_receive = true },
		{ .name = "long", .parties = longs, .party_count = 1, .may_receive = true },
	};
	const struct xta_policy policy = XTA_POLICY_DEFAULT;
	struct mailbox_xta_options o = { .prefix = "bench" };
	struct spool_options so = { .engine = &spool_lmdb, .retention = { .fetched = 1000 } };
	char *dir = mem_printf("%s/box", folder), *key = mem_printf("%s/box.key", folder);
	struct err e = ERR_INIT;

	so.dir = dir;
	so.master_key_file = key;
	BENCH_CHECK(spool_key_make(key, &e));
	BENCH_CHECK(spool_open(&so, &w.spool, &e));
	BENCH_CHECK(mailbox_xta_accounts_new(list, ARRAY_LEN(list), 1000, &w.accounts, &e));
	o.spool = w.spool;
	o.accounts = w.accounts;
	BENCH_CHECK(mailbox_xta_init(&w.box, &o, &e));
	w.server = xta_server_new(&policy, &w.box.env);
	free(dir);
	free(key);
}

struct reply {
	struct buf *to;
	struct sink *sink;
};

static int begin(void *ctx, unsigned status, const char *content_type, struct sink **out, struct err *e)
{
	struct reply *r = ctx;

	(void)content_type;
	if (status != 200)
		return err_set(e, ERR_REFUSED, "refused");
	*out = r->sink = sink_to_buf(r->to);
	return 0;
}

/* One call of an account; the answer replaces what is in out. */
static void call(size_t account, const char *media, struct span body, struct buf *out)
{
	const struct mailbox_xta_caller caller = { MAILBOX_XTA_ENTERED, mailbox_xta_account_at(w.accounts, account) };
	struct src *src = src_of_mem(body.p, body.n);
	const struct xta_post post = { .peer = &caller, .content_type = span_of(media), .body = src };
	struct reply reply = { .to = out };
	struct xta_done done;
	struct err e = ERR_INIT;

	buf_reset(out);
	BENCH_CHECK(xta_server_serve(w.server, &post, begin, &reply, &done, &e));
	src_close(src);
	sink_close(reply.sink);
}

struct filler {
	pthread_t thread;
	const char *to;
	unsigned from, until;
};

static void *fill_some(void *arg)
{
	const struct filler *f = arg;
	struct buf body, out;
	char id[80];

	buf_init(&body, CALL_MAX);
	buf_init(&out, CALL_MAX);
	for (unsigned i = f->from; i < f->until; i++) {
		(void)snprintf(id, sizeof(id), "urn:bench:%s-%u", f->to, i);
		buf_reset(&body);
		wire_send_head(&body, id, "portal:1", f->to);
		buf_puts(&body, "content");
		wire_send_tail(&body);
		call(0, WIRE_MTOM, buf_view(&body), &out);
	}
	buf_fini(&body);
	buf_fini(&out);
	return NULL;
}

static void fill(const char *to, unsigned n)
{
	struct filler f[SENDERS];

	for (unsigned i = 0; i < SENDERS; i++) {
		f[i] = (struct filler){ .to = to, .from = (unsigned)((uint64_t)n * i / SENDERS),
					.until = (unsigned)((uint64_t)n * (i + 1) / SENDERS) };
		must(pthread_create(&f[i].thread, NULL, fill_some, &f[i]) == 0);
	}
	for (unsigned i = 0; i < SENDERS; i++)
		(void)pthread_join(f[i].thread, NULL);
}

static double list(size_t account, struct buf *body, struct buf *out)
{
	double start = primitives_cpu();
	size_t n = 0;

	call(account, WIRE_PLAIN, buf_view(body), out);
	start = primitives_cpu() - start;
	for (const char *p = buf_str(out); (p = strstr(p, "<m:MessageMetaData")) != NULL; p++)
		n++;
	must(n == ENTRIES);
	return start;
}

int main(int argc, char **argv)
{
	unsigned n[2] = { 0, 0 };
	double cpu[2] = { 0, 0 };
	struct buf body, out;
	int64_t start;

	if (argc == 4) {
		n[0] = (unsigned)strtoul(argv[2], NULL, 10);
		n[1] = (unsigned)strtoul(argv[3], NULL, 10);
	}
	if (n[0] < ENTRIES || n[1] < ENTRIES) {
		(void)fprintf(stderr, "usage: bench_box FOLDER SHORT LONG, at least %d each\n", ENTRIES);
		return 2;
	}
	open_all(argv[1]);
	fill("short", n[0]);
	start = clock_mono();
	fill("long", n[1]);
	(void)printf("sendMessage without HTTP, 32 senders: %.0f /s\n", n[1] * 1000.0 / (double)(clock_mono() - start + 1));
	buf_init(&body, CALL_MAX);
	buf_init(&out, CALL_MAX);
	wire_list(&body, ENTRIES);
	for (unsigned i = 0; i < 2 * ROUNDS; i++)
		cpu[i % 2] += list(1 + i % 2, &body, &out) / ROUNDS;
	(void)printf("CPU of getStatusList of 50, %u in the box: %.2f ms\nCPU of getStatusList of 50, %u in the box: %.2f ms\n"
		     "its ratio, %u to %u: %.2f x\n", n[0], cpu[0] * 1e3, n[1], cpu[1] * 1e3, n[1], n[0], cpu[1] / cpu[0]);
	buf_fini(&body);
	buf_fini(&out);
	xta_server_free(w.server);
	mailbox_xta_accounts_free(w.accounts);
	spool_close(w.spool);
	return 0;
}
