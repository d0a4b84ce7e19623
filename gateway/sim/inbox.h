/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * inbox - one delivery on its way into a municipality's folder.
 *
 * Everything is written into a folder of its own beside the final place and renamed when complete and synced, so a
 * clerk or a procedure never sees half a delivery. One thread at a time.
 */
#ifndef SIM_INBOX_H
#define SIM_INBOX_H

#include "osci/message.h"
#include "pki/keyring.h"
#include "pki/trust.h"

struct inbox;

/* folder: the municipality's (made if missing). */
int inbox_begin(const char *folder, struct inbox **out, struct err *e);
/* The intake for osci_client_fetch. */
struct osci_intake inbox_intake(struct inbox *in);
/* Decrypts, verifies and puts in place what was fetched: application.xml, application.pdf, uploads under the
 * names that the citizen gave them, and quittung.json with number of the case, form and its version.
 * *duplicate: the folder of this message id is there already; nothing was changed. What cannot be decrypted or verified
 * is kept as it came in a folder "unlesbar-<message id>", with the reason. Frees in (also on failure). */
int inbox_end(struct inbox *in, const struct osci_message *m, const struct pki_keyring *keys, struct pki_trust *trust,
	      bool *duplicate, struct err *e);
void inbox_abort(struct inbox *in);

#endif
