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
#include "spool/suite/h_spool.h"

struct h_mail {
	struct mk_cert root, sign, cipher, to_cipher;	/* sign and cipher: sender and intermediary alike, of one key each */
	struct mk_cert im_sign, im_cipher;
	struct h_spool spool;
	struct pki_certs *certs;
	struct pki_trust *trust;
	struct pki_trust *listless;	/* the same without a revocation list */
	struct pki_keyring *im_keys, *sender_keys, *recipient_keys;
	struct mailbox_osci env;
	struct osci_intermediary *im;
	struct http_server *server;
	struct http_route route;
	char address[40], uri[64];
	atomic_uint orders;		/* that came to the intermediary */
	atomic_int spoil;		/* enum h_mail_spoil */
	atomic_bool answer_lost;	/* H_MAIL_LOSE_ANSWER has happened */
	struct http_client *http;
	struct dir *dir;
	struct conf_delivery conf;
	struct delivery_sender sender;
};

extern struct h_mail h_mail_world;

/* What goes wrong at the intermediary; orders that are large are those that store. */
enum h_mail_spoil {
	H_MAIL_GOOD,
	H_MAIL_REFUSE_STORE,	/* 503 to each order that stores */
	H_MAIL_CUT_STORE,	/* takes an order that stores, does nothing and cuts the connection */
	H_MAIL_LOSE_ANSWER,	/* obeys the order that stores and cuts the connection, and each order after it */
	H_MAIL_FORGE,		/* obeys the order that stores; somebody on the way answers with an unsigned fault instead */
	H_MAIL_FORGE_ALONE,	/* the same, and the order does not arrive */
};

/* Another intermediary with the same keys behind a port of its own; it stores into the same spool. */
struct h_mail_other {
	struct http_server *server;
	struct http_route route;
	char uri[64];
	atomic_uint orders;
};
void h_mail_open_other(struct h_mail_other *o);
void h_mail_close_other(struct h_mail_other *o);

int h_mail_up(void **state);		/* group: keys and certificates */
int h_mail_down(void **state);
int h_mail_fresh(void **state);		/* each test: an empty spool, the intermediary listens, directory entries for ags:1, ags:2 */
int h_mail_stale(void **state);

/* The sender's keys after a change of its cipher key, with or without the one before; the caller frees. */
struct pki_keyring *h_mail_rotated(bool keeps_old);
/* One signature key whose certificate ended yesterday; the caller frees. */
struct pki_keyring *h_mail_expired(void);
void h_mail_listen(void);		/* again, on the same port */
void h_mail_unsure(void);		/* the intermediary has no revocation list, and accepts nevertheless */
void h_mail_pass_on(struct mailbox_ways *ways);	/* the intermediary calls recipients by these, borrowed */
void h_mail_deaf(void);			/* nobody listens any more */
/* What the directory says from now on about a recipient. */
void h_mail_entry(const char *recipient, const char *uri);
/* The same, and that the recipient waits at an address. */
void h_mail_entry_waits(const char *recipient, const char *uri, const char *address);
/* An application that is stored at the intermediary; by one attempt, or by the delivery workers (they need a second to
 * stop). */
struct spool_delivery h_mail_deliver(const char *recipient);
struct spool_delivery h_mail_by_workers(const char *recipient);
/* The recipient fetches the oldest delivery and acknowledges it. */
void h_mail_fetch(void);

#endif
