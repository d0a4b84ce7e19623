/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * limits - what a record takes, checked before anything is written: ERR_LIMIT for what no record takes. The calls of store.h
 * check what they are given before they ask the engine; an engine checks what collects in an edit. Any thread.
 */
#ifndef SPOOL_LIMITS_H
#define SPOOL_LIMITS_H

#include "spool/store.h"

#define SPOOL_RECORD_MAX (8U << 20)	/* cap of an encoding buffer; everything that goes in is checked before */
#define SPOOL_TEXT_MAX 4096		/* of a string in a record */
#define SPOOL_NAME_MAX 255		/* of a part's name and type */
#define SPOOL_CACHE_MAX 65536		/* of a value in the cache */

int spool_text_check(const char *what, const char *text, size_t max, struct err *e);
int spool_event_check(const struct spool_event *ev, struct err *e);
int spool_message_check(const struct spool_message *m, struct err *e);
int spool_delivery_check(const struct spool_delivery *d, struct err *e);
int spool_rest_check(const char *recipient, const struct spool_rest *r, struct err *e);
int spool_suspension_check(const struct spool_suspension *s, struct err *e);
int spool_audit_check(const struct spool_audit *a, struct err *e);
int spool_follow_check(const struct spool_follow_step *steps, size_t n, struct err *e);
int spool_cache_check(const struct spool_cache_entry *entry, struct err *e);
/* A change of a delivery with what stands beside it; ev and audit may be NULL. */
int spool_change_check(const struct spool_delivery *d, const struct spool_event *ev, const struct spool_audit *audit,
		       struct err *e);

#endif
