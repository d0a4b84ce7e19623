/* SPDX-License-Identifier: EUPL-1.2 */
/* osci_cards - the process cards of the spool, for osci/env.h; osci_store.c's other half. */
#ifndef MAILBOX_OSCI_CARDS_H
#define MAILBOX_OSCI_CARDS_H

#include "mailbox/osci_store.h"

/* ctx is the struct mailbox_osci; the contract is that of struct osci_env. */
int mailbox_cards(void *ctx, const uint8_t box[SHA256_LEN], const struct osci_selection *sel, size_t limit, struct arena *a,
		  struct osci_stored **out, size_t *n, bool *more, struct err *e);
/* A message of the spool as the intermediary sees it, with openers; everything lives in a. */
void mailbox_to_stored(struct mailbox_osci *g, struct arena *a, const struct spool_message *m, struct osci_stored *out);

#endif
