/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * draft - a draft or an application as the service sees it: read from the spool for one request, changed, written back.
 *
 * Changes happen under form_lock_take() on the draft's id. Everything in struct form_draft lives in the arena of the
 * request, but for the values: form_draft_fini() releases them. One thread per draft.
 */
#ifndef FORM_DRAFT_H
#define FORM_DRAFT_H

#include "form/application/office.h"

#define FORM_TOKEN_BYTES 20
#define FORM_TOKEN_LEN (2 * FORM_TOKEN_BYTES + 1)
#define FORM_VALUES_MAX 262144	/* bytes of the values as JSON */

struct form_draft {
	struct form_office *office;
	struct arena *arena;
	struct spool_message message;		/* as read */
	const struct form_definition *definition;	/* NULL: an application whose form is no longer served */
	const struct form_recipient *recipient;
	json_t *values;
	bool *shown;
	struct form_upload *uploads;		/* with room for as many as the office allows */
	size_t upload_count;
	unsigned next_upload;			/* number of the next part */
	bool replaced;				/* characters were replaced: the person is told */
	const char *client;			/* network that a new draft or file counts for; NULL: not known */
	const char *title, *recipient_name;	/* from open_meta: there even after erasure */
};

/* Writes a new draft that counts for this client (NULL: nobody); token receives the hex of 20 random bytes, known to nobody
 * else. Until something is entered it expires after a day. ERR_FULL when drafts have what they may have of the disk;
 * ERR_BUSY when this client has. */
int form_draft_create(struct form_office *o, struct arena *a, const struct form_offer *f, const struct form_recipient *to,
		      const char *client, char token[FORM_TOKEN_LEN], struct id *id, struct err *e);
/* The same two errors for a draft that shall grow: is there room on the disk for what is not yet sent? */
int form_draft_room(const struct form_office *o, enum form_budget_answer answer, struct err *e);
/* ERR_MISSING alike for: no such message, mail of the intermediary, wrong token. */
int form_draft_load(struct form_office *o, struct arena *a, const struct id *id, const char *token,
		    struct form_draft *out, struct err *e);
void form_draft_fini(struct form_draft *d);
bool form_draft_is_open(const struct form_draft *d);	/* not yet sent */

/* Computes what is shown and removes values of hidden fields; call after each change of the values. Uploads of hidden
 * fields are removed by form_draft_save and form_draft_submit. */
void form_draft_settle(struct form_draft *d);
int form_draft_save(struct form_draft *d, struct err *e);
/* version.c: names what the fields of [first, end) show and hold, and with uploads also the files; two pages that show the
 * same have the same. */
#define FORM_VERSION_LEN 17
void form_draft_version(const struct form_draft *d, size_t first, size_t end, bool uploads, char out[FORM_VERSION_LEN]);
int form_draft_drop_upload(struct form_draft *d, const char *part, struct err *e);	/* also saves the values */
int form_draft_delete(struct form_draft *d, struct err *e);
/* Begins an edit with the draft's state written into it (upload.c and submit.c go on from there). json receives what
 * has to live until the commit; free it afterwards. */
int form_draft_edit(struct form_draft *d, struct spool_edit **ed, struct spool_message **m, struct buf *json,
		    struct err *e);

/* submit.c: checks everything; with problems nothing happens and 0 is returned. Otherwise the application is durable
 * and its first delivery queued when this returns 0. On a message that was sent before: 0 and nothing changes. */
int form_draft_submit(struct form_draft *d, struct form_problems *problems, struct err *e);
void form_draft_application(const struct form_draft *d, struct form_application *app);

#endif
