/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * form-server - the form service alone on 127.0.0.1, for the browser test: real server, real spool in the folder given.
 * Prints its address and serves until its input ends. Nobody delivers here, so every application it accepts is marked
 * as stored a second later: the status page and the confirmation have something to say.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "form/web/form.h"
#include "spool/lmdb/lmdb.h"

struct site {
	struct spool *spool;
	struct form_service *form;
	struct http_server *server;
};

static void need(int rc, const struct err *e)
{
	if (rc == 0)
		return;
	fprintf(stderr, "form-server: %s\n", e->text);
	exit(1);
}

static void start_spool(struct site *s, const char *dir)
{
	struct err e = ERR_INIT;
	char *key = mem_printf("%s/key", dir), *folder = mem_printf("%s/spool", dir);
	const struct spool_options o = { .engine = &spool_lmdb, .dir = folder, .master_key_file = key,
					 .size_max = UINT64_C(256) << 20, .retention.draft = 30 * INT64_C(86400000) };
	need(spool_key_make(key, &e), &e);
	need(spool_open(&o, &s->spool, &e), &e);
	free(key);
	free(folder);
}

static void start_server(struct site *s)
{
	static const struct form_source forms[] = { { "docs/forms/hilfe-zum-lebensunterhalt.json", NULL } };
	static const struct form_link links[] = { { "Barrierefreiheit", "https://portal.example/barrierefreiheit" } };
	const struct form_options o = { .forms = forms,
					.form_count = 1,
					.rate_burst = 1000,
					.recipients_file = "docs/forms/gemeinden.json",
					.operator_name = "Sozialportal der Gemeinden",
					.links = links,
					.link_count = 1,
					.imprint_url = "https://portal.example/impressum",
					.privacy_url = "https://portal.example/datenschutz" };
	struct http_listener l = { .name = "form", .address = "127.0.0.1:0", .error_page = form_error_page };
	struct err e = ERR_INIT;
	unsigned index;
	need(form_service_new(&o, s->spool, &s->form, &e), &e);
	l.error_ctx = s->form;
	l.routes = form_routes(s->form, &l.route_count);
	need(http_server_new(NULL, &s->server, &e), &e);
	need(http_server_listen(s->server, &l, &index, &e), &e);
	need(http_server_start(s->server, &e), &e);
	printf("http://127.0.0.1:%u\n", http_server_port(s->server, index));
	fflush(stdout);
}

static void store_old_ones(struct site *s)
{
	struct arena *a = arena_new();
	struct spool_claim old = { .now = clock_now() - 1000, .lease_ms = 60000 };
	struct spool_event ev = { .at = clock_now(), .kind = SPOOL_EV_STORED };
	struct spool_delivery d;
	struct err e = ERR_INIT;
	int64_t next;
	while (spool_delivery_claim(s->spool, a, &old, &d, &next, &e) == 0) {
		char text[ID_TEXT_LEN];
		d.peer_id = id_text(&d.message, text);
		need(spool_delivery_step(s->spool, &d, DLV_EV_ACCEPTED, &ev, NULL, &e), &e);
	}
	arena_free(a);
}

int main(int argc, char **argv)
{
	struct site s = { 0 };
	struct pollfd input = { .fd = 0, .events = POLLIN };
	char byte;
	if (argc != 2) {
		fprintf(stderr, "usage: form-server FOLDER <pipe\n");
		return 2;
	}
	start_spool(&s, argv[1]);
	start_server(&s);
	for (;;) {
		if (poll(&input, 1, 200) > 0 && read(0, &byte, 1) <= 0)
			break;
		store_old_ones(&s);
	}
	http_server_stop(s.server, 1000);
	http_server_free(s.server);
	form_service_free(s.form);
	spool_close(s.spool);
	return 0;
}
