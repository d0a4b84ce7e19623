/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cache - directory answers in the spool: what was found, or that nothing was found, and how old it is.
 *
 * Three ages: fresh (use), stale (use only while no server answers), dead. Neither is ever stretched beyond the entry's
 * own validity or that of its certificates. Any thread.
 */
#ifndef DIR_CACHE_H
#define DIR_CACHE_H

#include "dir/entry.h"
#include "spool/store.h"

enum dir_age { DIR_AGE_NONE, DIR_AGE_FRESH, DIR_AGE_STALE };

/* Whose entry for what: the directory's key of the recipient, and how the house calls the service. */
struct dir_name {
	const char *recipient, *service;
};

struct dir_cached {
	enum dir_age age;
	int64_t fetched;
	enum reason negative;		/* RSN_NONE: record is valid */
	const char *detail;		/* of a negative entry: what was wrong */
	struct dir_entry record;	/* in the arena */
};

/* 0 with DIR_AGE_NONE if nothing usable is there. */
int dir_cache_get(struct spool *s, const struct dir_name *name, int64_t now, struct arena *a, struct dir_cached *out,
		  struct err *e);
/* until: when the first certificate of the record ends. */
int dir_cache_put(struct spool *s, const struct dir_name *name, const struct dir_entry *r, int64_t now, int64_t fresh_for,
		  int64_t usable_for, int64_t until, struct err *e);
/* A clear "no" of the directory, its reason and text, is good for a short while. */
int dir_cache_put_negative(struct spool *s, const struct dir_name *name, const struct err *why, int64_t now,
			   int64_t negative_for, struct err *e);
/* Ends the freshness of what is there: the directory is asked anew, and an entry still serves while no server answers. */
int dir_cache_expire(struct spool *s, const struct dir_name *name, int64_t now, struct err *e);
/* The next get finds nothing. */
int dir_cache_drop(struct spool *s, const struct dir_name *name, int64_t now, struct err *e);

#endif
