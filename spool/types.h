/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * types - the records the spool keeps, as plain structs.
 *
 * A message is what was accepted, once: who, from where, to which mailbox, when, and a list of parts (payload streams).
 * The same record serves an application on its way out and a delivery waiting in a mailbox of our intermediary; `kind`
 * tells which. A delivery brings one message to one recipient by one channel; it has the state machine of
 * delivery_fsm.h. A message has none, one or several: the first one, one sent again, one redirected, a copy.
 * An event is one line of a message's trace.
 *
 * Instants are ms since 1970, 0 = not yet. The four (submitted, accepted, stored, fetched) of a message are never
 * overwritten once set: the first delivery that gets so far sets them.
 * Records that the store hands out live in the arena the caller passed. Strings are UTF-8, NULL means absent.
 */
#ifndef SPOOL_TYPES_H
#define SPOOL_TYPES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/id.h"
#include "base/reason.h"
#include "base/span.h"
#include "spool/delivery_fsm.h"

#define SPOOL_BOX_LEN SHA256_LEN

/* A mailbox is a cipher certificate (OSCI 1.2): the SHA-256 of its DER. All zero: none. */
struct spool_box {
	uint8_t b[SPOOL_BOX_LEN];
};

enum spool_kind {
	SPOOL_DRAFT,		/* a form being filled in; expires */
	SPOOL_APPLICATION,	/* sent by a citizen or a procedure, accepted here, to be delivered */
	SPOOL_MAIL,		/* stored in a mailbox of our intermediary */
};

struct spool_part {
	const char *name;	/* "application.xml", "body", "attachment"; unique within the message */
	const char *type;	/* media type, "" if unknown */
	const char *label;	/* OSCI Content-ID of an attachment, or the citizen's file name: personal, encrypted at rest */
	uint64_t size;		/* of the plain bytes; set by the store */
	uint8_t sha256[SHA256_LEN];	/* of the plain bytes; set by the store */
};

#define SPOOL_PART_METADATA "MessageMetaData"	/* the name of the part that goes out as a header entry, and not as content */

struct spool_message {
	struct id id;			/* ours; time-ordered */
	enum spool_kind kind;
	const char *foreign_id;		/* mail: the OSCI message id that we issued; application: the id of XTA that its
					   sender gave it; indexed, unique within a kind. What a peer calls an application
					   stands in the delivery */
	const char *alias;		/* mail: one more id of the same kind that finds it (XTA's, where foreign_id is OSCI's);
					   NULL: none */
	const char *service;		/* "Hilfe zum Lebensunterhalt" (form id) or NULL: not personal */
	const char *recipient;		/* what the directory is asked for ("ags:05315000"), or NULL */
	struct spool_box from, to;	/* mail: originator's and addressee's mailbox; draft
					   and application: from is whose share it takes, all zero: nobody's */
	int64_t submitted, accepted, stored, fetched;	/* the four instants; mail: Creation = accepted,
							   Forwarding = forwarded, Reception = fetched */
	int64_t forwarded;		/* mail: when the fetch answer was completely built (OSCI Forwarding) */
	int64_t modified;		/* last change of any instant (OSCI RecentModification); draft: last change by its
					   author, set by who saves it */
	int64_t expires;		/* when retention ends, by the store (spool_retention); 0: not yet known, or never. Who
					   stores it may set another value with a commit: an earlier end, which holds for as
					   long as it is a draft or not fetched; 0 again: none but that of spool_retention */
	int64_t erased;			/* key destroyed: parts and meta can never be read again */
	struct span meta;		/* opaque to the store, at most SPOOL_META_MAX bytes, encrypted at rest */
	struct span open_meta;		/* the same, not encrypted (no personal data!), kept after erasure */
	struct spool_part *parts;
	size_t part_count;
};

#define SPOOL_META_MAX (1024UL * 1024)	/* NIC with a few dozen certificates fits four times */
#define SPOOL_PARTS_MAX 256

/* What all deliveries to one recipient share: their order, their window, their rest. */
#define SPOOL_LANE_LEN 16
struct spool_lane {
	uint8_t b[SPOOL_LANE_LEN];	/* the first bytes of SHA-256(recipient) */
};

struct spool_delivery {
	struct id id;			/* same for all attempts; never reused */
	struct id message;
	struct id follows;		/* the delivery of the same message that this one replaces; all zero: none */
	enum delivery_state state;
	const char *channel;		/* key of the gateway's row: "osci-store" */
	const char *recipient;		/* key of the lane and of `queue shape`: "ags:05315000" */
	const char *service;		/* what the directory is asked for with the recipient, or NULL: the message's */
	const char *peer, *peer_id;	/* address it talks to and the id which that peer gave it, or NULL */
	const char *old_peer, *old_peer_id;	/* the pair before, kept until it is known that nothing arrived there */
	int64_t created, due;		/* due: when the next step is taken (WAITING, QUEUED); lease end while ACTIVE; DONE:
					   when to ask next whether it was fetched, 0: not any more; FAILED, HELD: when it
					   is given up, 0: never */
	int64_t first_receipt;		/* when it first arrived at a recipient who was not the right one; 0: never did */
	int64_t deadline;		/* of the sender, 0: none */
	int64_t stored, fetched;	/* of this delivery */
	uint64_t token;			/* grows with each claim: the fence. A step with an older one changes nothing */
	struct id node;			/* who claimed it last */
	uint32_t attempts;		/* claims that were not yielded: those that were cut off count */
	enum reason reason;		/* why it waits, failed, is held or not fetched; RSN_NONE if nothing is wrong */
	int64_t since;			/* since when it has this reason */
	int64_t entered;		/* since when it is in this state; 0: not known, an older version wrote it */
	const char *code;		/* the peer's code of the last answer, or NULL */
	const char *detail;		/* text of the last error, without personal data, or NULL */
	const char *hold_reason;	/* who holds it and why; NULL: no person does. Beside the reason, never over it */
	bool ambiguous;			/* an attempt may have been stored without our knowing: ask before storing again */
};

/* What a person or the daemon sets aside for a recipient whose side does not work. */
struct spool_rest {
	int64_t until;			/* nothing of the lane is due before */
	enum reason reason;
	const char *recipient;
	const char *peer;		/* the address that is to blame, or NULL: rests of one peer are moved together */
	int64_t since;			/* of the first of these failures */
	uint32_t failures;		/* in a row */
	const char *detail;
};

enum spool_event_kind {
	SPOOL_EV_SUBMITTED,
	SPOOL_EV_ACCEPTED,
	SPOOL_EV_RESOLVED,
	SPOOL_EV_ID_OBTAINED,
	SPOOL_EV_ATTEMPT,
	SPOOL_EV_DEFERRED,
	SPOOL_EV_STORED,
	SPOOL_EV_FORWARDED,
	SPOOL_EV_FETCHED,
	SPOOL_EV_FAILED,
	SPOOL_EV_HELD,
	SPOOL_EV_RELEASED,
	SPOOL_EV_RETRY,
	SPOOL_EV_CANCELLED,
	SPOOL_EV_ERASED,
	SPOOL_EV_UNCOLLECTED,	/* stored, and not fetched within the time for it */
	SPOOL_EV_GIVEN_UP,	/* nobody decided about it in time */
	SPOOL_EV_ADDED,		/* one more delivery: sent again, redirected, a copy */
	SPOOL_EV_REPLIED,	/* the recipient has answered; the answer is a message of its own */
	SPOOL_EV_KINDS
};

/* The trace is bounded: what repeats itself (attempts that fail alike) is one event with a count. */
struct spool_event {
	int64_t at;			/* of the first */
	int64_t last;			/* of the last one; set by the store */
	uint32_t count;			/* how many; set by the store */
	enum spool_event_kind kind;
	enum reason reason;
	const char *code;		/* OSCI code or NULL */
	const char *detail;		/* no personal data; NULL if nothing to add */
};

const char *spool_kind_name(enum spool_kind kind);			/* "draft", "application", "mail" */
const char *spool_event_name(enum spool_event_kind kind);		/* "submitted", ... */
/* What counts now: RSN_OP_HELD while a person holds it, otherwise its reason. */
enum reason spool_delivery_reason(const struct spool_delivery *d);
struct spool_lane spool_lane_of(const char *recipient);			/* NULL counts as "" */

#endif
