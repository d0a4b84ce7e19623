/* SPDX-License-Identifier: EUPL-1.2 */
/* sender - what all attempts and questions share. */
#ifndef DELIVERY_SENDER_H
#define DELIVERY_SENDER_H

#include "config/conf.h"
#include "dir/resolve.h"
#include "osci/env.h"
#include "peer/osci.h"
#include "pki/trust.h"
#include "spool/store.h"

struct delivery_sender {		/* borrowed from the app */
	const struct conf_delivery *conf;
	struct spool *spool;
	struct dir *dir;
	struct http_client *http;
	struct pki_certs *certs;
	struct pki_trust *trust;
	const struct pki_keyring *keys;		/* originator: signature and cipher keys */
	const struct pki_key *author;		/* signs the content */
	const char *scratch_dir;
	const struct osci_env *mailboxes;	/* where replies are stored; NULL: nothing is sent that may be replied to */
};

#endif
