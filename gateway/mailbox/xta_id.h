/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * xta_id - XTA message ids, "urn:de:xta:messageid:<prefix>:<uuid>" (facts: not in the schema, but what all partners send).
 *
 * Those that we issue prove by themselves for which account that was: the last 48 bits of the UUID are a keyed digest of the
 * rest and the account. So nothing is stored for an id that is never used, however many are asked for, and none is forgotten
 * by a restart. Ids compare without regard to case. Any thread.
 */
#ifndef MAILBOX_XTA_ID_H
#define MAILBOX_XTA_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/id.h"

#define MAILBOX_XTA_ID_MAX 256		/* octets of an id that is accepted; partners agree on 100 */
#define MAILBOX_XTA_PREFIX_MAX 41

struct mailbox_xta_ids {
	uint8_t key[SHA256_LEN];
	const char *prefix;
};

/* Unique among all that this function ever returned, whatever the account. */
const char *mailbox_xta_id_new(const struct mailbox_xta_ids *ids, const char *account, struct arena *a);

enum mailbox_xta_origin {
	MAILBOX_XTA_ID_BAD,	/* not a message id */
	MAILBOX_XTA_ID_OWN,	/* issued here for this account */
	MAILBOX_XTA_ID_OTHERS,	/* it has our prefix, but was not issued for this account */
	MAILBOX_XTA_ID_FOREIGN,	/* made by somebody else: in order, too */
};
enum mailbox_xta_origin mailbox_xta_id_judge(const struct mailbox_xta_ids *ids, const char *account, const char *text);
/* What a message is called that came without an id of XTA: made of the store's own id, and back. False: not such an id. */
const char *mailbox_xta_id_of(const struct mailbox_xta_ids *ids, const struct id *id, struct arena *a);
bool mailbox_xta_id_parse(const struct mailbox_xta_ids *ids, const char *text, struct id *id);
/* How it is stored and looked up: in lower case. */
const char *mailbox_xta_id_key(const char *text, struct arena *a);

#endif
