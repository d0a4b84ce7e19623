/* SPDX-License-Identifier: EUPL-1.2 */
/* h_town - a recipient that waits behind a real port for what the intermediary of h_mail passes on; it misbehaves as told. */
#ifndef TESTS_H_TOWN_H
#define TESTS_H_TOWN_H

#include "h_mail.h"
#include "osci/recipient.h"

enum h_town_mood {
	H_TOWN_GOOD,
	H_TOWN_REFUSES,		/* 9805 */
	H_TOWN_FAILS,		/* a fault: 9808 */
	H_TOWN_LOSES_ANSWER,	/* takes it and cuts the connection: 9810 */
	H_TOWN_SILENT,		/* takes it, and answers after the intermediary has lost its patience: 9810 */
};

struct h_town {
	struct http_server *server;
	struct http_route route;
	char address[40], uri[64];
	struct mailbox_ways *ways;
	atomic_int mood;
	atomic_uint orders, taken;	/* that came, and those that were kept */
	const char *reply;		/* content of an answer to processDelivery; NULL: none */
	char ids[8][80];		/* of what was kept, the first eight */
};

#define H_TOWN_PATIENCE_MS 700		/* of the intermediary */

/* After h_mail_fresh: it listens, and the intermediary calls it. ags:1 waits there by its directory entry. */
void h_town_open(struct h_town *t);
void h_town_close(struct h_town *t);	/* before h_mail_stale */
void h_town_deaf(struct h_town *t);	/* nobody listens any more */
void h_town_listen(struct h_town *t);	/* again, on the same port */

#endif
