/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * upload - one file from a person on its way into the draft: looked at, limited, named, streamed; or refused and gone.
 *
 * Push form, as multipart content is read. Memory is the first 16 KiB of the file. Each file is a commit of its own, so
 * a refused one takes nothing else with it. One thread per receiver, under the draft's lock.
 */
#ifndef FORM_UPLOAD_H
#define FORM_UPLOAD_H

#include "form/application/draft.h"

struct form_receiver;

struct form_receiver *form_upload_begin(struct form_draft *d, const struct form_field *f, const char *filename);
int form_upload_data(struct form_receiver *r, struct span data, struct err *e);
/* The end of the file; frees r in every case. 0 with *part set: it is kept and durable. 0 with *why set: refused, this
 * is the German text for the person, with the name of the file. Both live in the draft's arena. */
int form_upload_end(struct form_receiver *r, const char **part, const char **why, struct err *e);
/* The text when drafts have all of the disk that they may have: not the file's fault. */
extern const char form_upload_no_room[];
/* Which files the field takes, in German, to be shown before anything is chosen; lives in the draft's arena. */
const char *form_upload_limits(const struct form_draft *d, const struct form_field *f);
void form_upload_free(struct form_receiver *r);	/* gives up: nothing is kept; NULL is allowed */

/* upload_type.c: *type becomes one of the allowed media types (static), judged by content, or NULL. Any thread. */
int form_upload_sniff(const void *data, size_t n, const char **type, struct err *e);
/* A file name that no file system and no person stumbles over, with an extension of the type. */
char *form_upload_name(struct arena *a, struct span raw, const char *type);

#endif
