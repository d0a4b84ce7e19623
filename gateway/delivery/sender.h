/* SPDX-License-Identifier: EUPL-1.2 */
/* sender - what all attempts and questions share, and a line to the intermediary of a route. Any thread. */
#ifndef DELIVERY_SENDER_H
#define DELIVERY_SENDER_H

#include "config/conf.h"
#include "dir/resolve.h"
#include "peer/osci.h"
#include "spool/store.h"

struct delivery_sender {		/* borrowed from the app */
	const struct conf_delivery *conf;
	struct spool *spool;
	struct dir *dir;
	struct http_client *http;
	struct pki_certs *certs;
	const struct pki_keyring *keys;		/* originator: signature and cipher keys */
	const struct pki_key *author;		/* signs the content */
	const char *scratch_dir;
};

/* A line to route's intermediary under our keys and our configuration; nothing is sent yet. timeout_ms is that of one
 * order; the route is borrowed. End with peer_osci_close in every case. */
int delivery_sender_dial(const struct delivery_sender *s, const struct dir_route *route, int64_t timeout_ms,
			 struct peer_osci *l, struct err *e);

#endif
