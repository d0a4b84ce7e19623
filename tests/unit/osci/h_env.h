/* SPDX-License-Identifier: EUPL-1.2 */
/* h_env - an intermediary's store in memory, and an intake that keeps or only digests what it gets: for osci's tests. */
#ifndef TESTS_H_ENV_H
#define TESTS_H_ENV_H

#include "osci/env.h"

#define H_PARTS_MAX 300

struct h_part {
	char *name, *type, *cid;
	struct buf data;		/* only with keep */
	uint64_t size;
	uint8_t sha256[SHA256_LEN];
	bool finished;
};

struct h_intake {
	struct osci_intake intake;	/* hand &h->intake and &h->room to the reader */
	struct osci_scratch room;
	bool keep;
	struct h_part parts[H_PARTS_MAX];
	size_t part_count;
	int scratch;			/* an unnamed file */
	uint64_t scratch_size;
	struct sink *scratch_fd, *scratch_sink;
	struct err fail;		/* if set: what part() and scratch() return */
};

struct h_intake *h_intake_new(bool keep);
void h_intake_free(struct h_intake *h);
/* The n-th part of that name, or NULL. */
struct h_part *h_intake_part(struct h_intake *h, const char *name, size_t n);

#define H_STORED_MAX 32

struct h_delivery {
	struct h_intake *intake;
	struct id id;
	char *message_id;
	int64_t created, forwarded, received, modified;
	uint8_t from[SHA256_LEN], to[SHA256_LEN];
	struct buf header, card;
	enum osci_kept kept;
	bool given_up;
};

struct h_env {
	struct osci_env env;
	struct h_delivery list[H_STORED_MAX];
	size_t count;
	int making;			/* begun and neither committed nor aborted */
	enum err_code fail_commit, fail_fetch, fail_mark;	/* ERR_OK: works */
	enum err_code fail_get;
	unsigned whole_opens;		/* if set: parts opened after so many times end early */
};

void h_env_init(struct h_env *h);
void h_env_fini(struct h_env *h);

/* A source that gives at most n bytes at a time. below is borrowed. */
struct src *h_drip(struct src *below, size_t n);

#endif
