/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * waiting - municipalities that do not poll: passive OSCI recipients behind one HTTP listener, each at the path of its AGS.
 *
 * An order is answered when the delivery lies in the municipality's folder and is synced. The reply to a processDelivery is an
 * XML file with the message id and the time, signed by the municipality and encrypted for the sender.
 */
#ifndef SIM_WAITING_H
#define SIM_WAITING_H

#include "pki/cert.h"
#include "pki/keyring.h"
#include "pki/trust.h"

struct waiting_town {
	const char *ags, *folder;
	const struct pki_keyring *keys;
};

/* Everything is borrowed. */
struct waiting {
	const char *listen;			/* address:port */
	const char *scratch_dir;
	const struct waiting_town *towns;
	size_t town_count;
	struct pki_certs *certs;
	struct pki_trust *trust;		/* for the authors */
	struct pki_cert *intermediary;		/* whose signature counts */
	uint64_t max_size;			/* bytes of one message */
	bool refuses, mute;			/* 9805 to everything; no reply to a processDelivery */
};

/* Returns 0 when a signal asks to stop, or what http_server_listen says. */
int waiting_serve(const struct waiting *w, struct err *e);

#endif
