/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * reason - why a delivery was delayed or refused: the one list behind `depesche why`, the texts and docs/reasons.md.
 *
 * A reason answers four questions: what happened, is it over (class), who has to act (owner), what is the next step.
 * The key is an interface: it is stored in the spool, printed by the command line and searched for by operators.
 * Keys are never renamed; new lines go to their group. Any thread; everything here is static.
 */
#ifndef BASE_REASON_H
#define BASE_REASON_H

/* Who has to do something. OWNER_NOBODY: it goes on by itself. */
enum reason_owner { OWNER_NOBODY, OWNER_OPERATOR, OWNER_RECIPIENT, OWNER_DIRECTORY, OWNER_SENDER, OWNER_INTERMEDIARY };

/* How the retry logic treats it: RETRY_SOON and RETRY_SLOW wait and try again, RETRY_NEVER fails the delivery,
 * RETRY_HOLD keeps it until a person decides. */
enum reason_retry { RETRY_NEVER, RETRY_SOON, RETRY_SLOW, RETRY_HOLD };

/* Whose failure it is, and so who else need not be tried for now. */
enum reason_blame {
	BLAME_MESSAGE,		/* this delivery alone, or us */
	BLAME_RECIPIENT,	/* its directory entry, its certificates: nothing reaches it */
	BLAME_DIRECTORY,	/* no server answers */
	BLAME_PEER,		/* the intermediary, whoever the recipient is */
};

#include "base/reason_list.h"

#define X(sym, key, owner, retry, blame, en, de, next_en, next_de) sym,
enum reason { RSN_NONE, REASONS(X) RSN_COUNT };
#undef X

struct reason_info {
	const char *key;		/* "DIR-UNREACHABLE" */
	enum reason_owner owner;
	enum reason_retry retry;
	enum reason_blame blame;
	const char *text_en, *text_de;	/* one sentence: what is the matter */
	const char *next_en, *next_de;	/* one sentence: the next step, and whose it is */
};

/* Never NULL: RSN_NONE and unknown values give the line of RSN_INTERNAL. */
const struct reason_info *reason_info(enum reason reason);

/* RSN_NONE if there is no such key. */
enum reason reason_from_key(const char *key);

/* Words for tables: "recipient" or "Empfänger"; "soon". */
const char *reason_owner_name(enum reason_owner owner, int german);
const char *reason_retry_name(enum reason_retry retry);

#endif
