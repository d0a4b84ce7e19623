/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * env - what osci needs from the rest of the house: room for what passes by (intake, scratch), and for the intermediary
 * a store of deliveries and ways to recipients. osci opens no database and no socket; the gateway implements this on the spool, tests on memory.
 *
 * Calls come from any worker thread. All results live in the arena passed in.
 */
#ifndef OSCI_ENV_H
#define OSCI_ENV_H

#include "base/arena.h"
#include "base/id.h"
#include "osci/message.h"

/* Where the reader puts content as it passes; the caller throws everything away if reading fails or the signature is
 * bad. NULL instead of one: content is refused. */
struct osci_intake {
	/* name: "body" for the ContentPackage, "attachment" for an attachment. The reader writes, finishes and closes. */
	int (*part)(void *ctx, const char *name, const char *type, const char *cid, struct sink **out, struct err *e);
	void *ctx;
};

/* Room for bytes that nobody may look at before their end is known: a decrypted message until its tag is verified, a
 * request until all of it is written. Filled once, then read. */
struct osci_scratch {
	int (*sink)(void *ctx, struct sink **out, struct err *e);	/* borrowed: finished by the user, not closed */
	int (*open)(void *ctx, struct src **out, struct err *e);	/* what was written, from its beginning */
	void *ctx;
};

/* Where scratches come from. Any thread; one scratch belongs to one thread at a time. */
struct osci_scratches {
	int (*begin)(void *ctx, struct osci_scratch *out, void **handle, struct err *e);
	void (*free)(void *ctx, void *handle);
	void *ctx;
};

/* The way to somebody who takes orders. One thread at a time. */
struct osci_transport {
	/* Sends request as one POST to the other side; *answer is the body of a 200 answer (caller closes).
	 * size: exact number of bytes of request, for Content-Length: many OSCI servers refuse chunked requests.
	 * *sent: whether the request may have reached the peer. */
	int (*post)(void *ctx, struct src *request, uint64_t size, struct src **answer, bool *sent, struct err *e);
	void *ctx;
};

/* Whom an order is to be passed on to, and by whom. */
struct osci_way_wish {
	const char *uri;
	const uint8_t *sender;	/* SHA256_LEN bytes: the certificate that signed the order, or its cipher certificate; NULL: neither */
};

/* Where a delivery is found. */
enum osci_kept {
	OSCI_IN_MAILBOX,
	OSCI_PASSED_ON,		/* went to its recipient at once: in no mailbox; its sender finds the process card */
	OSCI_UNLISTED,		/* the same without a process card */
};

/* A delivery, as stored. */
struct osci_stored {
	struct id id;			/* the store's own */
	const char *message_id, *subject;
	int64_t created, forwarded, received, modified;
	uint8_t from[SHA256_LEN], to[SHA256_LEN];	/* digests of the cipher certificates; from may be zero */
	enum osci_kept kept;
	struct span header;		/* opaque to the store: certificates, custom headers (osci/memo.h) */
	struct span card;		/* opaque to the store: inspections, subject; readable for process cards */
	struct osci_attachment *attachments;	/* fetch: with openers */
	size_t attachment_count;
	bool has_content;
	uint64_t content_size;
	int (*open_content)(void *ctx, struct src **out, struct err *e);
	void *content_ctx;
};

struct osci_env {
	/* Key for message ids that need no store: HMAC, constant for the life of the spool. */
	uint8_t id_key[32];
	/* A delivery in the making: intake->part writes its parts; then exactly one of commit and abort.
	 * commit is durable on return and gives the store's own id; ERR_EXISTS if the message id is used already. */
	int (*store_begin)(void *ctx, struct osci_intake *intake, void **making, struct err *e);
	int (*store_commit)(void *ctx, void *making, const struct osci_stored *d, struct id *id, struct err *e);
	void (*store_abort)(void *ctx, void *making);
	/* Is there a mailbox for this cipher certificate, so that deliveries may be stored for it? NULL: for every one. */
	bool (*has_mailbox)(void *ctx, const uint8_t to[SHA256_LEN]);
	/* Oldest delivery of the mailbox. id NULL: any not yet received; since: created at or after. ERR_MISSING. */
	int (*fetch)(void *ctx, const uint8_t to[SHA256_LEN], const char *message_id, int64_t since, struct arena *a,
		     struct osci_stored *out, bool *more, struct err *e);
	/* OSCI 1.2 process card: Forwarding and Reception; idempotent. */
	int (*mark_forwarded)(void *ctx, const struct id *id, int64_t at, struct err *e);
	int (*mark_received)(void *ctx, const struct id *id, int64_t at, struct err *e);
	/* Cards of deliveries from and/or to the mailbox. */
	int (*cards)(void *ctx, const uint8_t box[SHA256_LEN], const struct osci_selection *sel, size_t limit,
		     struct arena *a, struct osci_stored **out, size_t *n, bool *more, struct err *e);
	/* A delivery that was committed, with its openers, whoever it is for. */
	int (*get)(void *ctx, const struct id *id, struct arena *a, struct osci_stored *out, struct err *e);
	/* Nobody will get a delivery that was to be passed on: its content may go. */
	int (*give_up)(void *ctx, const struct id *id, struct err *e);
	/* With ways for ctx. A way to a recipient that waits for orders, at an address that a sender has named; held until way_end. Not 0: the
	 * address is not one that may be called, or nobody is to wait for it now; nothing was sent. NULL: nobody is called. */
	int (*way_begin)(void *ctx, const struct osci_way_wish *wish, struct osci_transport *out, void **way, struct err *e);
	void (*way_end)(void *ctx, void *way);
	void *ways;
	struct osci_scratches scratches;	/* for the requests */
	void *ctx;
};

#endif
