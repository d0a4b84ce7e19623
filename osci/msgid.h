/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * msgid - message ids that prove by themselves that we issued them: a time-ordered random id and a keyed digest of it.
 *
 * Nothing is stored when one is issued; that one is used up is known to whoever stores the delivery. Any thread.
 */
#ifndef OSCI_MSGID_H
#define OSCI_MSGID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/id.h"

#define OSCI_MSGID_KEY_LEN 32
#define OSCI_MSGID_TEXT_LEN (ID_TEXT_LEN + 1 + 32)	/* "<id>_<32 hex digits>" and a NUL */

/* Returns out. */
char *osci_msgid_new(const uint8_t key[OSCI_MSGID_KEY_LEN], char out[OSCI_MSGID_TEXT_LEN]);
/* Issued under this key and not older than age_ms (0: any age)? */
bool osci_msgid_ours(const uint8_t key[OSCI_MSGID_KEY_LEN], const char *text, int64_t now_ms, int64_t age_ms);

#endif
