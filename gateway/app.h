/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * app - the running daemon: what its roles (role.h) share, built from one configuration snapshot.
 *
 * Building checks everything that can be checked (keys, trust, forms) before anything listens. One thread.
 */
#ifndef GW_APP_H
#define GW_APP_H

#include <stdatomic.h>

#include "config/conf.h"
#include "control/control.h"
#include "delivery/deliver.h"
#include "dir/resolve.h"
#include "mailbox/osci_store.h"
#include "mailbox/xta_ingress.h"
#include "delivery/followup.h"
#include "form/web/form.h"
#include "http/server.h"
#include "osci/intermediary.h"
#include "pki/keyring.h"
#include "pki/trust.h"
#include "periodic.h"

#define GW_ROLES 10

#define GW_STOP_GRACE_MS 10000	/* attempts and requests under way at a stop; the unit's TimeoutStopSec is above it */

struct gw_own_key {	/* one of our own certificates, as the configuration names it */
	const char *name, *file;	/* "delivery.author_key" */
	int64_t from, until;
};

struct gw_app {
	const struct conf *conf;
	int64_t started;
	int64_t stop_at;		/* clock_mono: the end of the grace of a stop */
	atomic_bool is_stopping;
	struct {	/* written while roles start and stop; the control socket reads them meanwhile */
		atomic_bool runs;
		char *_Atomic trouble;	/* why it was left out; NULL: it runs, or nobody wants it */
	} roles[GW_ROLES];
	struct pki_policy policy;
	struct pki_trust *trust;
	struct pki_certs *certs;
	struct gw_own_key *own_keys;
	unsigned own_key_count;
	struct spool *spool;
	/* intermediary */
	struct pki_keyring *intermediary_keys;
	struct mailbox_osci env;
	struct mailbox_osci replies;	/* the same mailboxes, for what recipients answer */
	struct spool_box *registered;	/* mailboxes that may be stored in; NULL: all */
	struct http_client *recipient_http;
	struct ssl_ctx_st *recipient_tls;
	struct mailbox_ways *ways;	/* NULL: no recipient is called */
	struct osci_intermediary *intermediary;
	/* revocation */
	struct http_client *crl_http;
	struct peer_crl_fetch *crl_fetch;
	struct gw_periodic *crl_clock;
	char *crl_folder;
	/* xta */
	struct mailbox_xta_accounts *accounts;
	struct arena *accounts_arena;	/* what they point to */
	struct pki_keyring **reader_keys;	/* of their mailboxes of OSCI; reader_key_count of them, in the arena */
	size_t reader_key_count;
	struct mailbox_xta xta_box;
	struct mailbox_outward outward;
	struct peer_clamd *clamd;	/* NULL: nothing is scanned */
	struct mailbox_scanner scanner;
	struct mailbox_xta_ingress xta;
	unsigned xta_listener;
	uint64_t xta_crls;		/* what xta.client_crls looked like when they were read */
	/* delivery */
	struct pki_keyring *sender_keys, *author_keys, *directory_keys;
	struct http_client *osci_http, *dir_http;
	struct ssl_ctx_st *osci_tls, *dir_tls;	/* whom they trust */
	struct dir *dir;
	struct dir_service *services;	/* of the forms, and of any other */
	size_t service_count;
	struct delivery_workers *deliver;
	struct delivery_followup *followup;
	/* faces */
	struct form_service *form;
	struct http_server *server;
	struct addr_range *proxies;	/* http.trusted_proxies */
	size_t proxy_count;
	struct http_route osci_routes[2], monitor_routes[3];
	unsigned osci_listener, form_listener, monitor_listener;
	struct control *control;
	struct gw_periodic *periodic, *followup_clock;
};

/* Called for each thing that is wrong, or soon will be (is_warning), with file, line and key. */
typedef void gw_say_fn(void *ctx, bool is_warning, const char *text);
/* Whether trust and keys can be loaded, and how long the keys last: the part of starting that changes nothing. */
void gw_app_check(const struct conf *conf, gw_say_fn *say, void *ctx);
/* Whether each form has a path of its own. The definitions themselves are good. */
void gw_app_check_forms(const struct conf *conf, gw_say_fn *say, void *ctx);
/* Builds and starts all roles. On failure everything is taken down again. */
int gw_app_start(const struct conf *conf, struct gw_app **out, struct err *e);
/* Lets attempts under way end, for GW_STOP_GRACE_MS at most, while the listeners still answer; then stops accepting, lets
 * requests under way end and closes the spool. NULL is allowed; frees. */
void gw_app_stop(struct gw_app *app);
/* What every role tells of itself, and which ones were left out: rows {"name": "...", "value": ...}. Any thread. */
void gw_app_status(struct gw_app *app, json_t *rows);
/* False: the loop of the HTTP server has not made a round since the last call, which is for one thread, every few seconds. */
bool gw_app_is_alive(struct gw_app *app);
/* SIGHUP: reads the revocation lists again. */
void gw_app_reload(struct gw_app *app);

/* role_listeners.c: reads xta.client_crls again if they have changed. Any thread, while the roles run. */
void gw_listeners_reload(struct gw_app *app);

/* app_keys.c: the keyrings from configured keys. */
int gw_app_load_keys(struct gw_app *app, struct err *e);
/* One more of our own keys; key_name is its place in the configuration and outlives the app. */
int gw_app_add_key(struct gw_app *app, struct pki_keyring *kr, enum pki_use use, const struct conf_key *k,
		   const char *key_name, struct err *e);
int gw_app_load_trust(struct gw_app *app, struct err *e);
/* Whether revocation lists are fetched; and the folder for them, the caller's to free. */
bool gw_fetches_crls(const struct conf *c);
char *gw_crl_folder(const struct conf *c);
/* Logs what policy.legacy_... has open for old partners, and until when: it is to be closed one day. */
void gw_app_tell_legacy(const struct gw_app *app);
/* app_own_keys.c: how long our own certificates last. Names and files are borrowed. */
enum gw_validity { GW_KEY_GOOD, GW_KEY_ENDS_SOON, GW_KEY_EARLY, GW_KEY_EXPIRED };
void gw_own_keys_add(struct gw_app *app, const char *name, const char *file, const struct pki_cert *c);
int gw_own_keys_add_tls(struct gw_app *app, struct err *e);	/* those of the listeners */
enum gw_validity gw_own_key_judge(const struct gw_own_key *k, int64_t now);
void gw_own_key_text(const struct gw_own_key *k, int64_t now, char *out, size_t cap);
void gw_own_keys_log(const struct gw_app *app, int64_t now);	/* those that are not good */
void gw_own_keys_status(const struct gw_app *app, json_t *rows);
/* app_scanner.c: the virus scanner; none without a section scanner. Nothing is connected. */
int gw_app_load_scanner(struct gw_app *app, struct err *e);
/* app_accounts.c: the XTA accounts; none without a section xta. */
int gw_app_load_accounts(struct gw_app *app, struct err *e);
void gw_app_accounts_free(struct gw_app *app);
/* app_services.c: how the directory calls the service of each form. Reads the forms' ids; two with the same one are
 * ERR_CONFIG, with file, line and both files. */
int gw_app_services(struct gw_app *app, struct err *e);
void gw_app_services_free(struct gw_app *app);
/* app_tls.c: whom our clients trust over HTTPS, read from a PEM file once; and a client with our TLS policy. trust
 * stays the caller's and outlives the client; NULL: for plain HTTP. */
int gw_app_trust(const char *ca_file, struct ssl_ctx_st **out, struct err *e);
int gw_app_client(struct ssl_ctx_st *trust, int64_t timeout_ms, bool refuse_local, struct http_client **out,
		  struct err *e);

#endif
