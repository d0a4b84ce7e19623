/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A municipality without a specialist procedure: an active OSCI recipient that polls its mailbox (or with --listen a
 * passive one: waiting.c) and drops what it finds into posteingang/<ags>/. A dialog is kept open between polls; the next order in it acknowledges the last
 * delivery, which is in its folder and synced by then.
 */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/client.h"
#include "inbox.h"
#include "pki/xml_make.h"
#include "peer/osci.h"
#include "sim.h"
#include "waiting.h"

#define TOWNS_MAX 64
#define THREADS 2
#define ANSWER_MAX (1024ull * 1024 * 1024)
#define POST_TIMEOUT_MS 60000

struct town {
	struct sim_town id;
	char folder[300], uri[200];
	struct pki_keyring *keys;
	struct peer_osci line;		/* client NULL: no dialog open */
};

struct office {
	const struct sim_options *o;
	struct town towns[TOWNS_MAX];
	int n;
	struct http_client *http;
	struct pki_certs *certs;
	struct pki_trust *trust;
	struct pki_cert *im_cipher, *im_sign;
	atomic_bool stopping;
	atomic_uint received, duplicates;
};

static int dial(struct office *of, struct town *t, struct err *e)
{
	const struct peer_osci_way way = {
		.uri = t->uri,
		.cipher = of->im_cipher,
		.signature = of->im_sign,
		.keys = t->keys,
		.sign = true,
		.certs = of->certs,
		.http = of->http,
		.scratch_dir = of->o->dir,
		.timeout_ms = POST_TIMEOUT_MS,
		.max_answer = ANSWER_MAX,
	};
	int rc = peer_osci_open(&way, &t->line, e);

	if (rc == 0)
		rc = osci_client_init_dialog(t->line.client, e);
	if (rc != 0)
		peer_osci_close(&t->line);
	return rc;
}

/* One delivery. ERR_MISSING: the mailbox is empty. */
static int fetch_one(struct office *of, struct town *t, struct arena *a, struct err *e)
{
	struct osci_message m;
	struct osci_intake intake;
	struct inbox *in = NULL;
	bool more = false, duplicate = false;
	int rc = inbox_begin(t->folder, &in, e);

	if (rc != 0)
		return rc;
	intake = inbox_intake(in);
	rc = osci_client_fetch(t->line.client, NULL, &intake, a, &m, &more, e);
	if (rc != 0) {
		inbox_abort(in);
		return rc;
	}
	rc = inbox_end(in, &m, t->keys, of->trust, &duplicate, e);
	osci_message_fini(&m);
	if (rc == 0) {
		atomic_fetch_add(duplicate ? &of->duplicates : &of->received, 1);
		log_event(LOG_INFO, duplicate ? "municipality.duplicate" : "municipality.received",
			  LOG_STR("ags", t->id.ags));
	}
	return rc;
}

static void poll_town(struct office *of, struct town *t, struct arena *a)
{
	struct err e = ERR_INIT;
	int rc = t->line.client != NULL ? 0 : dial(of, t, &e);

	while (rc == 0 && !atomic_load(&of->stopping)) {
		arena_reset(a);
		rc = fetch_one(of, t, a, &e);
	}
	if (rc == 0 || rc == ERR_MISSING)
		return;
	log_event(LOG_WARN, "municipality.poll-failed", LOG_STR("ags", t->id.ags), LOG_ERR(&e));
	peer_osci_close(&t->line);	/* unacknowledged: the delivery comes again in the next dialog */
}

struct share {
	struct office *of;
	int first;
};

static void *work(void *arg)
{
	struct share *s = arg;
	struct office *of = s->of;
	struct arena *a = arena_new();

	for (unsigned round = 0; !atomic_load(&of->stopping) && (of->o->count == 0 || round < of->o->count); round++) {
		for (int i = s->first; i < of->n; i += THREADS)
			poll_town(of, &of->towns[i], a);
		for (unsigned waited = 0; waited < of->o->interval_ms && !atomic_load(&of->stopping); waited += 50)
			(void)poll(NULL, 0, 50);
	}
	arena_free(a);
	return NULL;
}

/* Where the town's mailbox is: the address in its own directory entry. */
static int find_mailbox(const struct office *of, struct town *t, struct err *e)
{
	json_t *entry = NULL, *el;
	size_t i;
	int rc = json_read_file(sim_path(of->o->dir, "dvdv/ags_%s.json", t->id.ags), (size_t)1024 * 1024, &entry, e);

	if (rc != 0)
		return rc;
	json_array_foreach(json_object_get(entry, "serviceElements"), i, el)
		if (strcmp(json_opt_string(el, "serviceElementType", ""), "OSCI_INTERMEDIARY") == 0)
			(void)snprintf(t->uri, sizeof(t->uri), "%s", json_opt_string(el, "serviceElementUri", ""));
	json_decref(entry);
	return 0;
}

static int add_key(const struct office *of, struct town *t, enum pki_use use, const char *name, struct err *e)
{
	struct pki_key *key = NULL;
	int rc = pki_key_from_pem(use, sim_path(of->o->dir, "keys/%s.key.pem", name),
				  sim_path(of->o->dir, "keys/%s.cert.pem", name), NULL, &key, e);

	if (rc == 0)
		pki_keyring_add(t->keys, key);
	return rc;
}

static int open_town(struct office *of, struct town *t, struct err *e)
{
	char name[64];
	int rc;

	t->keys = pki_keyring_new();
	(void)snprintf(t->folder, sizeof(t->folder), "%s", sim_path(of->o->dir, "posteingang/%s", t->id.ags));
	(void)snprintf(name, sizeof(name), "%s-cipher", t->id.ags);
	rc = add_key(of, t, PKI_USE_CIPHER, name, e);
	if (rc == 0)	/* the second generation, for the scenario of a changed certificate */
		rc = add_key(of, t, PKI_USE_CIPHER, "changed-cipher", e);
	(void)snprintf(name, sizeof(name), "%s-sign", t->id.ags);
	if (rc == 0)
		rc = add_key(of, t, PKI_USE_SIGNATURE, name, e);
	return rc != 0 ? rc : find_mailbox(of, t, e);
}

static int open_office(struct office *of, struct err *e)
{
	const char *const anchors[] = { sim_path(of->o->dir, "pki/root.pem"), NULL };
	const char *const intermediates[] = { sim_path(of->o->dir, "pki/ca.pem"), NULL };
	const char *const crls[] = { sim_path(of->o->dir, "pki/crl"), NULL };
	struct sim_town towns[TOWNS_MAX];
	int n, rc = pki_xml_init(e);

	of->certs = pki_certs_new(PKI_CERTS_BYTES);
	if (rc == 0)
		rc = pki_trust_new(&(struct pki_trust_files){ anchors, intermediates, crls, NULL }, &PKI_POLICY_DEFAULT, &of->trust,
				   e);
	if (rc == 0)
		rc = pki_cert_from_file(sim_path(of->o->dir, "keys/intermediary-cipher.cert.pem"), &of->im_cipher, e);
	if (rc == 0)
		rc = pki_cert_from_file(sim_path(of->o->dir, "keys/intermediary-sign.cert.pem"), &of->im_sign, e);
	if (rc == 0)
		rc = http_client_new(&(struct http_client_settings){ .total_ms = POST_TIMEOUT_MS, .max_answer = ANSWER_MAX },
				     &of->http, e);
	n = rc != 0 ? 0 : sim_towns(of->o, towns, TOWNS_MAX, e);
	if (n < 0)
		rc = (int)e->code;
	for (int i = 0; rc == 0 && i < n; i++) {
		of->towns[of->n].id = towns[i];
		rc = open_town(of, &of->towns[of->n++], e);
	}
	return rc;
}

static void close_office(struct office *of)
{
	struct err ignored = ERR_INIT;

	for (int i = 0; i < of->n; i++) {
		if (of->towns[i].line.client != NULL)
			(void)osci_client_exit_dialog(of->towns[i].line.client, &ignored);
		peer_osci_close(&of->towns[i].line);
		pki_keyring_free(of->towns[i].keys);
	}
	http_client_free(of->http);
	pki_cert_free(of->im_cipher);
	pki_cert_free(of->im_sign);
	pki_trust_free(of->trust);
	pki_certs_free(of->certs);
	free(of);
}

static void poll_mailboxes(struct office *of)
{
	struct share shares[THREADS];
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++) {
		shares[i] = (struct share){ of, i };
		must(pthread_create(&threads[i], NULL, work, &shares[i]) == 0);
	}
	while (of->o->count == 0 && !sim_stop_wait(1000))
		;
	if (of->o->count == 0)
		atomic_store(&of->stopping, true);
	for (int i = 0; i < THREADS; i++)
		(void)pthread_join(threads[i], NULL);
	(void)printf("received %u, duplicates %u\n", atomic_load(&of->received), atomic_load(&of->duplicates));
}

static int wait_for_deliveries(const struct office *of, struct err *e)
{
	struct waiting_town towns[TOWNS_MAX];
	const struct waiting w = {
		.listen = of->o->listen,
		.scratch_dir = of->o->dir,
		.towns = towns,
		.town_count = (size_t)of->n,
		.certs = of->certs,
		.trust = of->trust,
		.intermediary = of->im_sign,
		.max_size = ANSWER_MAX,
		.refuses = of->o->mode != NULL && strstr(of->o->mode, "refuse") != NULL,
		.mute = of->o->mode != NULL && strstr(of->o->mode, "mute") != NULL,
	};

	for (int i = 0; i < of->n; i++)
		towns[i] = (struct waiting_town){ of->towns[i].id.ags, of->towns[i].folder, of->towns[i].keys };
	return waiting_serve(&w, e);
}

int sim_municipality(const struct sim_options *o, struct err *e)
{
	struct office *of = mem_new(sizeof(*of));
	int rc;

	of->o = o;
	rc = open_office(of, e);
	if (rc == 0 && o->listen_given)
		rc = wait_for_deliveries(of, e);
	else if (rc == 0)
		poll_mailboxes(of);
	close_office(of);
	return rc;
}
