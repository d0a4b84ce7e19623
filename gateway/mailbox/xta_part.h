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
	unsigned asked;		/* readers elsewhere, of one lookupService */
};

/* xta_send.c, xta_box.c, xta_report.c: set their members of the env. */
void mailbox_xta_send_set(struct xta_env *env);
void mailbox_xta_box_set(struct xta_env *env);
void mailbox_xta_report_set(struct xta_env *env);

/* Records of a transport report that are not warnings of the wire (xta/warning.h), of the same list. */
#define MAILBOX_XTA_CALLED_BACK "E01"
#define MAILBOX_XTA_NOT_FETCHED "E02"
#define MAILBOX_XTA_NOT_DELIVERED "E03"
#define MAILBOX_XTA_UNDER_WAY "I01"
struct xta_record mailbox_xta_record(const char *code, const char *reason, int64_t at);

/* xta_leave.c: messages for readers who have no box here. May it leave, and is there a way? 9022, 9031. */
int mailbox_xta_leave_check(struct mailbox_xta *g, const struct mailbox_xta_account *sender, const struct xta_meta *m,
			    enum xta_code *code, struct err *e);
/* What it is in the store, beside what every message has; before the commit. */
int mailbox_xta_leave_fill(struct spool_edit *edit, struct spool_message *to, const struct xta_meta *m, struct err *e);
/* One that this account has sent, by its id; ERR_MISSING. */
int mailbox_xta_leave_find(struct mailbox_xta *g, const struct mailbox_xta_account *who, const char *id, struct arena *a,
			   struct spool_message *m, struct err *e);
/* Status and records of its report, which has the warnings of the wire already; *d: the delivery that counts. */
int mailbox_xta_leave_judge(struct mailbox_xta *g, const struct spool_message *m, int64_t now, struct arena *a,
			    struct xta_report *out, struct spool_delivery *d, struct err *e);

bool mailbox_xta_has_box(const struct mailbox_xta_account *a, const struct spool_box *box);
/* Offered to its reader: delivered, neither closed nor over. */
bool mailbox_xta_is_offered(const struct spool_message *m, int64_t now);
/* By its message id, however it is spelled, and by whichever protocol it came; ERR_MISSING. Not looked at: whose it is. */
int mailbox_xta_find(struct mailbox_xta *g, const char *id, struct arena *a, struct spool_message *m, struct err *e);
/* Its memo, or what is left of it, with the instants of the store. */
int mailbox_xta_memo_of(struct mailbox_xta *g, const struct spool_message *m, int64_t now, struct arena *a,
			struct mailbox_xta_memo *out, struct err *e);

#endif
