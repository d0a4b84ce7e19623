/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_town.h says what they do. */
#include "h_town.h"

#include "base/mem.h"
#include "peer/scratch.h"

#define W (&h_mail_world)

static int swallow(void *ctx, const char *name, const char *type, const char *cid, struct sink **out, struct err *e)
{
	(void)ctx, (void)name, (void)type, (void)cid, (void)e;
	*out = sink_to_null();
	return 0;
}

static int begin(void *ctx, struct osci_intake *intake, void **making, struct err *e)
{
	(void)e;
	*intake = (struct osci_intake){ .part = swallow };
	*making = ctx;
	return 0;
}

static void drop(void *ctx, void *making)
{
	(void)ctx, (void)making;
}

static int open_reply(void *ctx, struct src **out, struct err *e)
{
	const struct h_town *t = ctx;

	(void)e;
	*out = src_of_mem(t->reply, strlen(t->reply));
	return 0;
}

static int take(void *ctx, void *making, const struct osci_message *m, struct arena *a, struct osci_reply_content *reply,
		enum osci_code *code, struct err *e)
{
	struct h_town *t = ctx;
	const char *id = m->card_count > 0 ? m->cards[0].message_id : "";
	unsigned n;

	(void)making, (void)a;
	if (atomic_load(&t->mood) == H_TOWN_FAILS)
		return err_set(e, ERR_IO, "nothing can be written");
	if (atomic_load(&t->mood) == H_TOWN_REFUSES) {
		*code = OSCI_9805;
		return 0;
	}
	n = atomic_fetch_add(&t->taken, 1);
	if (n < ARRAY_LEN(t->ids))
		snprintf(t->ids[n], sizeof(t->ids[n]), "%s", id);
	if (reply != NULL && t->reply != NULL)
		*reply = (struct osci_reply_content){ .subject = "Antwort", .has_content = true, .content_size = strlen(t->reply),
						      .open_content = open_reply, .content_ctx = t };
	return 0;
}

struct answer {
	struct http_request *rq;
	struct sink *to;
};

static int begin_answer(void *ctx, struct sink **out, struct err *e)
{
	struct answer *a = ctx;
	int rc = http_reply_begin(a->rq, 200, "text/xml", -1, &a->to, e);

	*out = a->to;
	return rc;
}

static int begin_what_never_ends(void *ctx, struct sink **out, struct err *e)
{
	return http_reply_begin(ctx, 200, "text/xml", 1 << 24, out, e);
}

static int serve(struct http_request *rq, void *ctx, struct err *e)
{
	struct h_town *t = ctx;
	const struct osci_taker taker = { .begin = begin, .take = take, .abort = drop,
					  .scratches = peer_scratches(W->spool.dir), .ctx = t };
	const struct osci_recipient_options o = { .keys = W->recipient_keys, .certs = W->certs, .trust = W->trust,
						  .taker = &taker, .max_size = 1 << 24 };
	enum h_town_mood mood = (enum h_town_mood)atomic_load(&t->mood);
	struct answer answer = { .rq = rq };
	struct osci_done done;
	int rc;

	atomic_fetch_add(&t->orders, 1);
	if (mood == H_TOWN_LOSES_ANSWER) {
		(void)osci_recipient_serve(&o, http_body(rq), begin_what_never_ends, rq, &done, e);
		return err_set(e, ERR_IO, "cut");
	}
	rc = osci_recipient_serve(&o, http_body(rq), begin_answer, &answer, &done, e);
	if (mood == H_TOWN_SILENT)
		usleep((H_TOWN_PATIENCE_MS + 300) * 1000);
	return rc == 0 ? sink_finish(answer.to, e) : rc;
}

void h_town_listen(struct h_town *t)
{
	struct err e = ERR_INIT;
	unsigned index = 0;

	t->route = (struct http_route){ "POST", "/town", serve, t, 1 << 24 };
	assert_ok(http_server_new(&(struct http_limits){ .workers = 2 }, &t->server, &e), e);
	assert_ok(http_server_listen(t->server,
				     &(struct http_listener){ .name = "town", .address = t->address, .routes = &t->route,
							      .route_count = 1 },
				     &index, &e),
		  e);
	snprintf(t->address, sizeof(t->address), "127.0.0.1:%u", http_server_port(t->server, index));
	snprintf(t->uri, sizeof(t->uri), "http://%s/town", t->address);
	assert_ok(http_server_start(t->server, &e), e);
}

void h_town_open(struct h_town *t)
{
	char *allowed[1];
	struct mailbox_ways_rules rules = { .allowed = allowed, .allowed_count = 1, .http = W->http,
					    .scratch_dir = W->spool.dir, .timeout_ms = H_TOWN_PATIENCE_MS, .patience_ms = 1000,
					    .max_answer = 1 << 20, .each = 2, .sender = 4, .most = 4 };
	struct err e = ERR_INIT;

	*t = (struct h_town){ .address = "127.0.0.1:0" };
	h_town_listen(t);
	allowed[0] = t->uri;
	assert_ok(mailbox_ways_new(&rules, &t->ways, &e), e);
	h_mail_pass_on(t->ways);
	h_mail_entry_waits("ags:1", W->uri, t->uri);
}

void h_town_deaf(struct h_town *t)
{
	http_server_free(t->server);
	t->server = NULL;
}

void h_town_close(struct h_town *t)
{
	h_mail_pass_on(NULL);
	http_server_free(t->server);
	mailbox_ways_free(t->ways);
}
