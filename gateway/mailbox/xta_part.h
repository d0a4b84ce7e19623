/* SPDX-License-Identifier: EUPL-1.2 */
/* xta_part - what the files of xta_store share: the operations of the env by file. Private to this folder. */
#ifndef MAILBOX_XTA_PART_H
#define MAILBOX_XTA_PART_H

#include "mailbox/xta_memo.h"
#include "mailbox/xta_store.h"

/* xta_account.own */
struct mailbox_xta_who {
	const struct mailbox_xta_account *account;
	size_t party;
	bool any_party;		/* the request named none: it is for all of them where it reads */
};

/* xta_send.c, xta_box.c, xta_report.c: set their members of the env. */
void mailbox_xta_send_set(struct xta_env *env);
void mailbox_xta_box_set(struct xta_env *env);
void mailbox_xta_report_set(struct xta_env *env);

bool mailbox_xta_has_box(const struct mailbox_xta_account *a, const struct spool_box *box);
/* Offered to its reader: delivered, neither closed nor over. */
bool mailbox_xta_is_offered(const struct spool_message *m, int64_t now);
/* By its message id, however it is spelled, and by whichever protocol it came; ERR_MISSING. Not looked at: whose it is. */
int mailbox_xta_find(struct mailbox_xta *g, const char *id, struct arena *a, struct spool_message *m, struct err *e);
/* Its memo, or what is left of it, with the instants of the store. */
int mailbox_xta_memo_of(struct mailbox_xta *g, const struct spool_message *m, int64_t now, struct arena *a,
			struct mailbox_xta_memo *out, struct err *e);

#endif
