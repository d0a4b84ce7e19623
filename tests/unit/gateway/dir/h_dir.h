/* SPDX-License-Identifier: EUPL-1.2 */
/* h_dir - a small world around the directory client: a PKI, two directory servers over HTTPS, a spool. */
#ifndef TESTS_H_DIR_H
#define TESTS_H_DIR_H

#include "cm.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/json.h"
#include "dir/resolve.h"
#include "sim/mkcert.h"
#include "http/client.h"
#include "http/server.h"
#include "spool/suite/h_spool.h"

#define H_SERVICE "urn:antrag:2"
#define H_OLD_SERVICE "urn:antrag:1"
#define H_OTHER_SERVICE "urn:wohngeld"
#define H_TOWN "Stadt A"
#define H_FRESH_MS 10000
#define H_USABLE_MS 60000
#define H_NEGATIVE_MS 5000
#define H_PATIENT_MS 20000	/* time-out of tests in which servers answer, be the machine as slow as it is */
#define H_TIMEOUT_MS 1500	/* of those in which they do not */

enum h_mode { H_OK, H_500, H_503, H_429, H_400, H_401, H_404, H_404_PAGE, H_404_OTHER, H_204, H_INVALID, H_GARBAGE,
	      H_NO_ORGANISATIONS, H_EMPTY, H_SLOW, H_TOKEN_401, H_TOKEN_404, H_TOKEN_500, H_TOKEN_GARBAGE, H_TOKEN_EMPTY, H_TOKEN_SLOW };

struct h_server {
	struct h_world *w;
	struct http_server *server;
	struct http_route routes[3];
	char address[32], base[64];
	atomic_int mode;
	atomic_uint tokens, finds, asks;	/* requests that came; asks: who has a key */
	atomic_uint generation;		/* of the only valid token */
	atomic_int expires_in;		/* told with a token */
	atomic_llong behind_ms;		/* how far its clock is behind ours */
};

struct h_world {
	struct mk_cert root, foreign, tls, client, ec;
	struct mk_cert im, im_sign, to, to_new, to_expired, to_early, to_revoked, to_foreign, to_weak, to_wrong_use;
	struct h_spool spool;
	struct pki_key *client_key, *ec_key;
	_Atomic(const struct pki_cert *) registered;	/* the client the servers know */
	struct pki_certs *certs;
	struct pki_trust *trust;
	struct http_client *http;
	struct h_server server[2];
	pthread_mutex_t lock;
	char *entry;			/* answered for every key and the service in it; under lock */
	char *organisation;		/* answered for every key; NULL: the one of the entry, with the key; under lock */
	struct dir_options o;
	struct dir *dir;		/* new for each test */
};

extern struct h_world h_world;

int h_world_up(void **state);		/* group: PKI, spool, servers */
int h_world_down(void **state);
int h_fresh(void **state);		/* each test: both servers well, counters 0, nobody knows a token, a new, patient dir */
int h_stale(void **state);
void h_impatient(void);		/* from here on in a test: a new dir whose time-out slow servers exceed */

void h_server_up(struct h_server *s);	/* on the address it had before, if any */
void h_server_down(struct h_server *s);

/* The entry with these two certificates; valid for ever. The second form: with this validity (NULL: open). */
void h_entry(const struct mk_cert *to, const struct mk_cert *im);
void h_entry_valid(const char *from, const char *until);
void h_entry_text(const char *text);
void h_organisation_text(const char *text);	/* from here on in a test */
const char *h_key(void);		/* a key nobody asked for yet; static */
bool h_is_cert(const struct pki_cert *c, const struct mk_cert *of);

#endif
