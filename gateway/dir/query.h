/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * query - calls of the directory servers: token, failover, meaning of the answers.
 *
 * Technical faults lead to the next server; the one that answered stays preferred for a while, then the first is tried
 * again. A clear "no" is an answer and is not asked elsewhere: all servers hold the same data. A server that does not
 * answer at all is left alone for a few seconds, so that a directory that is down costs one time-out and not one per
 * recipient. Any thread.
 */
#ifndef DIR_QUERY_H
#define DIR_QUERY_H

#include "dir/resolve.h"

#define DIR_ANSWER_MAX ((size_t)2 * 1024 * 1024)

struct dir_query;

int dir_query_new(const struct dir_options *o, struct dir_query **out, struct err *e);	/* o is borrowed */
void dir_query_free(struct dir_query *q);

/* 0: b has the JSON of the Service. ERR_MISSING RSN_DIR_NO_ENTRY: this key has no such service;
 * ERR_TRUST RSN_DIR_EXPIRED: there is one, but not valid now. Otherwise the technical fault of the last server asked, of
 * its side (RSN_DIR_UNREACHABLE, RSN_DIR_BAD_ANSWER, RSN_DIR_TLS) or of ours (RSN_DIR_DENIED, RSN_LOC_CLOCK,
 * RSN_LOC_DIRECTORY, RSN_LOC_KEY_MISSING, RSN_INTERNAL). */
int dir_query_find(struct dir_query *q, const char *key, const char *service, struct buf *b, struct err *e);
/* The same for the OrganizationDescriptions of a key. */
int dir_query_organisations(struct dir_query *q, const char *key, struct buf *b, struct err *e);
/* Says nothing about the entry: the directory cannot be asked just now. Then a stale entry is good enough. */
bool dir_is_technical(const struct err *e);

#endif
