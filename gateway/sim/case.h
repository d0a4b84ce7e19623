/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * case - what an application.xml of a form says about itself: number of the case, form, version, names of the files.
 * One thread at a time.
 */
#ifndef SIM_CASE_H
#define SIM_CASE_H

#include "base/arena.h"
#include "base/err.h"

struct case_file {
	const char *part, *name;	/* "upload-1", "Bescheid.pdf" */
};

/* NULL: it does not say. */
struct case_head {
	const char *number, *form, *version;
	struct case_file *files;
	size_t file_count;
};

/* Reads the document (at most 16 MB). 0 with everything NULL for one that is no application of a form; ERR_SYNTAX for
 * what is no XML. All in the arena. */
int case_read(const char *path, struct arena *a, struct case_head *out, struct err *e);
/* Whether a name from outside may become a file in a folder: no path, no control characters, not hidden, at most 200
 * bytes. */
bool case_name_is_good(const char *name);

#endif
