/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * h_mail - a sender with its delivery workers, our own intermediary behind a real port, and a recipient with a mailbox
 * there; one spool serves sender and intermediary. The directory is not asked: its answers are put into the cache.
 */
#ifndef TESTS_H_MAIL_H
#define TESTS_H_MAIL_H

#include "cm.h"

#include <stdatomic.h>

#include "delivery/attempt.h"
#include "mailbox/osci_store.h"
#include "sim/mkcert.h"
#include "http/server.h"
#include "peer/osci.h"
#include "osci/intermediary.h"
#include "spool/h_spool.h"

struct h_mail {
	struct mk_cert root, sign, cipher, to_cipher;	/* sign and cipher: sender and intermediary alike, of one key each */
	struct mk_cert im_sign, im_cipher;
	struct h_spool spool;
	struct pki_certs *certs;
	struct pki_trust *trust;
	struct pki_keyring *im_keys, *sender_keys, *recipient_keys;
	struct mailbox_osci env;
	struct osci_intermediary *im;
	struct http_server *server;
	struct http_route route;
	char address[40], uri[64];
	atomic_uint orders;		/* that came to the intermediary */
	struct http_client *http;
	struct dir *dir;
	struct conf_delivery conf;
	struct delivery_sender sender;
};

extern struct h_mail h_mail_world;

int h_mail_up(void **state);		/* group: keys and certificates */
int h_mail_down(void **state);
int h_mail_fresh(void **state);		/* each test: an empty spool, the intermediary listens, directory entries for ags:1, ags:2 */
int h_mail_stale(void **state);

void h_mail_listen(void);		/* again, on the same port */
void h_mail_deaf(void);			/* nobody listens any more */
/* What the directory says from now on about a recipient. */
void h_mail_entry(const char *recipient, const char *uri);
/* An application that is stored at the intermediary; by one attempt, or by the delivery workers (they need a second to
 * stop). */
struct spool_delivery h_mail_deliver(const char *recipient);
struct spool_delivery h_mail_by_workers(const char *recipient);
/* The recipient fetches the oldest delivery and acknowledges it. */
void h_mail_fetch(void);

#endif
