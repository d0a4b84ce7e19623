/* SPDX-License-Identifier: EUPL-1.2 */
/* A file on its way into a draft. */
#include "form/application/upload.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parts.h"
#include "form/model/file_type.h"

#define KINDS "PDF, PNG, JPEG, TIFF oder Text"
#define SNIFF_BYTES 16384

struct form_receiver {
	struct form_draft *draft;
	const struct form_field *field;
	const char *filename;
	char *head;			/* the first bytes, until the type is known */
	size_t head_n;
	bool started;
	uint64_t size, max;
	uint64_t counted;		/* of size, against the budget of drafts */
	enum { FULL_FILE, FULL_TOTAL, FULL_COUNT } full;	/* which limit max comes from */
	const char *why;		/* refused: the text for the person */
	const char *part;
	struct spool_edit *edit;
	struct sink *to;
	struct buf json;
};

static const char *megabytes(struct arena *a, uint64_t bytes)
{
	if (bytes < UINT64_C(1) << 20)
		return arena_printf(a, "%llu KB", (unsigned long long)(bytes / 1024));
	return arena_printf(a, "%llu MB", (unsigned long long)(bytes / 1024 / 1024));
}

/* What one more file may have; 0: none fits any more. */
static uint64_t room(struct form_receiver *r)
{
	const struct form_draft *d = r->draft;
	const struct form_office *o = d->office;
	uint64_t used = 0, max = o->upload_max;

	for (size_t i = 0; i < d->upload_count; i++)
		used += d->uploads[i].size;
	r->full = FULL_FILE;
	if (r->field->rules.file_max > 0 && r->field->rules.file_max < max)
		max = r->field->rules.file_max;
	if (used + max > o->upload_total) {
		r->full = FULL_TOTAL;
		max = used >= o->upload_total ? 0 : o->upload_total - used;
	}
	if (d->upload_count >= o->upload_count) {
		r->full = FULL_COUNT;
		max = 0;
	}
	return max;
}

/* Several files come at once: what is refused has to have a name. */
static const char *shown_name(const struct form_receiver *r)
{
	return form_upload_name(r->draft->arena, span_of(r->filename), "");
}

static const char *full_text(const struct form_receiver *r)
{
	struct arena *a = r->draft->arena;
	const struct form_office *o = r->draft->office;
	const char *name = shown_name(r);

	switch (r->full) {
	case FULL_COUNT:
		return arena_printf(a, "„%s“: Es sind höchstens %u Dateien möglich. Bitte entfernen Sie zuerst eine andere.",
				    name, o->upload_count);
	case FULL_TOTAL:
		return arena_printf(a, "„%s“: Alle Dateien zusammen dürfen höchstens %s haben. Bitte entfernen Sie andere "
				       "Dateien.", name, megabytes(a, o->upload_total));
	default:
		return arena_printf(a, "„%s“: Die Datei ist zu groß. Möglich sind %s je Datei. Bitte verkleinern oder "
				       "teilen Sie die Datei.", name, megabytes(a, r->max));
	}
}

const char *form_upload_limits(const struct form_draft *d, const struct form_field *f)
{
	const struct form_office *o = d->office;
	const char *pattern = f->rules.file_pattern;
	bool listed = pattern != NULL && strpbrk(pattern, "*!/") == NULL;
	uint64_t max = f->rules.file_max > 0 && f->rules.file_max < o->upload_max ? f->rules.file_max : o->upload_max;

	return arena_printf(d->arena, "%s; %s höchstens %s. Im ganzen Antrag höchstens %u Dateien mit zusammen %s.",
			    listed ? pattern : KINDS, f->multiple ? "je Datei" : "eine Datei,", megabytes(d->arena, max),
			    o->upload_count, megabytes(d->arena, o->upload_total));
}

struct form_receiver *form_upload_begin(struct form_draft *d, const struct form_field *f, const char *filename)
{
	struct form_receiver *r = mem_new(sizeof(*r));

	r->draft = d;
	r->field = f;
	r->filename = arena_dup(d->arena, filename);
	r->head = mem_new(SNIFF_BYTES);
	r->max = room(r);
	return r;
}

static void drop_edit(struct form_receiver *r)
{
	form_budget_drop(r->draft->office->budget, &r->draft->message.id, r->counted);
	r->counted = 0;
	sink_close(r->to);
	r->to = NULL;
	if (r->edit == NULL)
		return;
	spool_edit_abort(r->edit);
	r->edit = NULL;
	buf_wipe(&r->json);
	r->draft->upload_count--;
}

static void refuse(struct form_receiver *r, const char *why)
{
	drop_edit(r);
	r->why = why;
}

const char form_upload_no_room[] = "Im Augenblick ist hier kein Platz für weitere Dateien. Ihre Angaben bleiben gespeichert. Bitte "
				   "versuchen Sie es später noch einmal oder wenden Sie sich an die Behörde.";

static int put(struct form_receiver *r, struct span data, struct err *e)
{
	struct form_budget *b = r->draft->office->budget;

	if (form_budget_add(b, &r->draft->message.id, data.n) != FORM_BUDGET_FITS) {
		refuse(r, form_upload_no_room);
		return 0;
	}
	r->counted += data.n;
	return sink_write(r->to, data.p, data.n, e);
}

/* The draft gets the upload in its list before the edit writes the list; drop_edit takes it out again. */
static int open_part(struct form_receiver *r, const char *type, struct err *e)
{
	struct form_draft *d = r->draft;
	const char *name = form_upload_name(d->arena, span_of(r->filename), type);
	struct spool_message *m;
	int rc;

	r->part = arena_printf(d->arena, PART_UPLOAD "%u", d->next_upload++);
	d->uploads[d->upload_count++] =
		(struct form_upload){ .part = r->part, .field = r->field->key, .name = name, .type = type };
	rc = form_draft_edit(d, &r->edit, &m, &r->json, e);
	if (rc != 0) {
		d->upload_count--;
		return rc;
	}
	return spool_edit_part(r->edit, r->part, type, name, &r->to, e);
}

static int start(struct form_receiver *r, struct err *e)
{
	const char *pattern = r->field->rules.file_pattern, *type;
	struct err full = ERR_INIT;
	int rc;

	r->started = true;
	if (r->head_n == 0 || (r->head_n < SNIFF_BYTES && r->head_n < r->field->rules.file_min)) {
		refuse(r, arena_printf(r->draft->arena, "„%s“: Die Datei ist leer oder zu klein.", shown_name(r)));
		return 0;
	}
	if (r->head_n > r->max) {
		refuse(r, full_text(r));
		return 0;
	}
	rc = form_upload_sniff(r->head, r->head_n, &type, e);
	if (rc != 0)
		return rc;
	if (type == NULL || !form_file_pattern_allows(pattern, type)) {
		bool listed = pattern != NULL && strpbrk(pattern, "*!/") == NULL;

		refuse(r, arena_printf(r->draft->arena, "„%s“: Diese Art von Datei ist nicht möglich. Bitte verwenden Sie %s.",
				       shown_name(r), listed ? pattern : KINDS));
		return 0;
	}
	if (form_draft_room(r->draft->office, FORM_BUDGET_FITS, &full) != 0) {
		refuse(r, form_upload_no_room);
		return 0;
	}
	rc = open_part(r, type, e);
	return rc != 0 ? rc : put(r, (struct span){ r->head, r->head_n }, e);
}

int form_upload_data(struct form_receiver *r, struct span data, struct err *e)
{
	int rc;

	r->size += data.n;
	if (!r->started) {
		size_t n = data.n < SNIFF_BYTES - r->head_n ? data.n : SNIFF_BYTES - r->head_n;

		memcpy(r->head + r->head_n, data.p, n);
		r->head_n += n;
		data = (struct span){ data.p + n, data.n - n };
		if (r->head_n < SNIFF_BYTES)
			return 0;
		rc = start(r, e);
		if (rc != 0)
			return rc;
	}
	if (r->to != NULL && r->size > r->max)
		refuse(r, full_text(r));
	if (r->to == NULL || data.n == 0)
		return 0;
	return put(r, data, e);
}

static int commit(struct form_receiver *r, struct err *e)
{
	struct spool_edit *ed = r->edit;
	int rc = sink_finish(r->to, e);

	if (rc != 0)
		return rc;
	sink_close(r->to);
	r->to = NULL;
	r->edit = NULL; /* commit frees it in either case */
	rc = spool_edit_commit(ed, NULL, e);
	if (rc == 0) {
		r->draft->uploads[r->draft->upload_count - 1].size = r->size;
		r->counted = 0;
	} else {
		r->draft->upload_count--;
	}
	buf_wipe(&r->json);
	return rc;
}

int form_upload_end(struct form_receiver *r, const char **part, const char **why, struct err *e)
{
	int rc = 0;

	*part = *why = NULL;
	if (!r->started)
		rc = start(r, e);
	if (rc != 0)
		goto out;
	if (r->to != NULL && r->size < r->field->rules.file_min)
		refuse(r, arena_printf(r->draft->arena, "„%s“: Die Datei ist zu klein.", shown_name(r)));
	*why = r->why;
	if (r->to == NULL)
		goto out;
	rc = commit(r, e);
	if (rc == 0)
		*part = r->part;
out:
	form_upload_free(r);
	return rc;
}

void form_upload_free(struct form_receiver *r)
{
	if (r == NULL)
		return;
	drop_edit(r);
	free(r->head);
	free(r);
}
