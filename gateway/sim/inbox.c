/* SPDX-License-Identifier: EUPL-1.2 */
/* A delivery on its way into a municipality's folder. */
#include "inbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/id.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/parts.h"
#include "case.h"
#include "osci/content.h"
#include "sim.h"

#define RAW "raw-"	/* octets as they came; removed once the content is out */
#define RAW_MAX 256
#define RECEIPT "quittung.json"

struct inbox {
	char folder[300], tmp[400];
	unsigned raw_count;
	struct {
		char cid[200], type[100];
	} raw[RAW_MAX];
	const struct osci_message *m;
};

static int create(const char *path, struct sink **out, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		return err_set(e, err_from_errno(errno), "create %s: %s", path, strerror(errno));
	*out = sink_to_fd(fd);
	return 0;
}

int inbox_begin(const char *folder, struct inbox **out, struct err *e)
{
	struct inbox *in = mem_new(sizeof(*in));
	char id[ID_TEXT_LEN];
	struct id unique = id_new();
	int rc;

	(void)snprintf(in->folder, sizeof(in->folder), "%s", folder);
	(void)snprintf(in->tmp, sizeof(in->tmp), "%s/.neu-%s", folder, id_text(&unique, id));
	rc = dir_make(in->tmp, 0755, e);
	if (rc != 0) {
		free(in);
		return rc;
	}
	*out = in;
	return 0;
}

/* name "body" has no cid; attachments are found again by theirs. */
static int take_part(void *ctx, const char *name, const char *type, const char *cid, struct sink **out, struct err *e)
{
	struct inbox *in = ctx;

	(void)name;
	if (in->raw_count == RAW_MAX)
		return err_set(e, ERR_LIMIT, "more than %d parts", RAW_MAX);
	(void)snprintf(in->raw[in->raw_count].cid, sizeof(in->raw[0].cid), "%s", cid == NULL ? "" : cid);
	(void)snprintf(in->raw[in->raw_count].type, sizeof(in->raw[0].type), "%s", type == NULL ? "" : type);
	return create(sim_path(in->tmp, RAW "%u", in->raw_count++), out, e);
}

struct osci_intake inbox_intake(struct inbox *in)
{
	return (struct osci_intake){ .part = take_part, .ctx = in };
}

static int open_raw(const struct inbox *in, const char *cid, struct src **out, struct err *e)
{
	for (unsigned i = 0; i < in->raw_count; i++) {
		int fd;

		if (strcmp(in->raw[i].cid, cid) != 0)
			continue;
		fd = open(sim_path(in->tmp, RAW "%u", i), O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return err_set(e, err_from_errno(errno), "part %s: %s", cid, strerror(errno));
		*out = src_of_fd(fd);
		return 0;
	}
	return err_set(e, ERR_MISSING, "no part %s in the delivery", cid);
}

static int part(void *ctx, const char *cid, struct src **out, struct err *e)
{
	return open_raw(ctx, cid, out, e);
}

static const char *extension(const struct inbox *in, const char *cid)
{
	static const char *const types[][2] = { { "application/pdf", ".pdf" }, { "image/png", ".png" },
						{ "image/jpeg", ".jpg" }, { "text/plain", ".txt" } };

	if (strchr(cid, '.') != NULL)
		return "";
	for (unsigned i = 0; i < in->raw_count; i++)
		for (size_t k = 0; strcmp(in->raw[i].cid, cid) == 0 && k < ARRAY_LEN(types); k++)
			if (strncmp(in->raw[i].type, types[k][0], strlen(types[k][0])) == 0)
				return types[k][1];
	return "";
}

/* Content-IDs and message ids come from outside: only harmless characters become part of a file name. */
static void safe_name(const char *text, char *out, size_t cap)
{
	static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	size_t n = 0;

	for (; *text != '\0' && n + 1 < cap; text++)
		out[n++] = strchr(harmless, *text) != NULL ? *text : '_';
	out[n] = '\0';
	if (out[0] == '.')
		out[0] = '_';
}

static int content(void *ctx, const char *id, const char *cid, struct sink **to, struct err *e)
{
	struct inbox *in = ctx;
	char name[200];

	(void)id;
	if (cid == NULL)
		return create(sim_path(in->tmp, PART_XML), to, e);
	safe_name(cid, name, sizeof(name));
	return create(sim_path(in->tmp, "%s%s", name, extension(in, cid)), to, e);
}

static void remove_raw(const struct inbox *in)
{
	for (unsigned i = 0; i < in->raw_count; i++)
		(void)unlink(sim_path(in->tmp, RAW "%u", i));
}

static json_t *json_ms(int64_t ms)
{
	char text[CLOCK_TEXT_LEN];

	return ms == 0 ? json_null() : json_string(clock_local(ms, text));
}

/* Files get the names that the citizen gave them, where these are free; else the part's name stands before. */
static void name_files(const struct inbox *in, const struct case_head *head)
{
	for (size_t i = 0; i < head->file_count; i++) {
		const struct case_file *f = &head->files[i];
		char part[200], from[800], to[800];
		bool taken;

		safe_name(f->part, part, sizeof(part));
		(void)snprintf(from, sizeof(from), "%s/%s%s", in->tmp, part, extension(in, f->part));
		if (!case_name_is_good(f->name) || strncmp(part, PART_UPLOAD, strlen(PART_UPLOAD)) != 0)
			continue;
		(void)snprintf(to, sizeof(to), "%s/%s", in->tmp, f->name);
		taken = access(to, F_OK) == 0 || strcmp(f->name, RECEIPT) == 0;
		if (taken)
			(void)snprintf(to, sizeof(to), "%s/%s %s", in->tmp, part, f->name);
		(void)rename(from, to);	/* else it keeps the name of the part */
	}
}

static void put_text(json_t *out, const char *key, const char *text)
{
	(void)json_object_set_new(out, key, text == NULL ? json_null() : json_string(text));
}

/* What happened when, who signed it, and what went wrong if something did. */
static int write_receipt(const struct inbox *in, const struct osci_package_result *r, const struct case_head *head,
			 const struct err *bad, struct err *e)
{
	const struct osci_card *card = in->m->card_count > 0 ? &in->m->cards[0] : NULL;
	json_t *authors = json_array(), *out;
	struct buf b;
	int rc;

	for (size_t i = 0; bad == NULL && i < r->author_count; i++)
		(void)json_array_append_new(authors, json_pack("{s:s, s:s, s:b, s:b}", "subject", r->authors[i].cert->subject,
							       "serial", r->authors[i].cert->serial, "trusted",
							       r->authors[i].verdict.accepted, "covers_all",
							       r->authors[i].covers_all));
	out = json_pack("{s:s, s:s, s:o, s:o, s:o, s:b, s:o, s:s}", "message_id",
			card != NULL && card->message_id != NULL ? card->message_id : "", "subject",
			card != NULL && card->subject != NULL ? card->subject : "", "created",
			json_ms(card == NULL ? 0 : card->created), "forwarded", json_ms(card == NULL ? 0 : card->forwarded),
			"written", json_ms(clock_now()), "encrypted", bad == NULL && r->was_encrypted, "authors", authors,
			"problem", bad == NULL ? "" : bad->text);
	put_text(out, "case", head->number);
	put_text(out, "form", head->form);
	put_text(out, "form_version", head->version);
	buf_init(&b, (size_t)256 * 1024);
	json_write(&b, out);
	buf_putc(&b, '\n');
	rc = file_replace(in->tmp, RECEIPT, b.p, b.n, 0644, e);
	buf_fini(&b);
	json_decref(out);
	return rc;
}

static int open_package(struct inbox *in, const struct pki_keyring *keys, struct pki_trust *trust,
			struct osci_package_result *r, struct err *e)
{
	const struct osci_package_in how = { .keys = keys, .policy = pki_trust_policy(trust), .trust = trust,
					     .at = clock_now(), .content = content, .part = part, .ctx = in };
	struct src *body = NULL;
	int rc = open_raw(in, "", &body, e);

	if (rc == 0)
		rc = osci_package_open(&how, body, in->m, r, e);
	src_close(body);
	return rc;
}

static int put_in_place(struct inbox *in, const char *name, bool *duplicate, struct err *e)
{
	char final[600];
	int rc;

	(void)snprintf(final, sizeof(final), "%s/%s", in->folder, name);
	rc = dir_sync(in->tmp, e);
	if (rc != 0)
		return rc;
	if (rename(in->tmp, final) == 0)
		in->tmp[0] = '\0';
	else if (errno == EEXIST || errno == ENOTEMPTY)
		*duplicate = true;
	else
		return err_set(e, err_from_errno(errno), "rename to %s: %s", final, strerror(errno));
	/* A duplicate too: whoever put it there may have been killed before this. */
	return dir_sync(in->folder, e);
}

int inbox_end(struct inbox *in, const struct osci_message *m, const struct pki_keyring *keys, struct pki_trust *trust,
	      bool *duplicate, struct err *e)
{
	const char *mid = m->card_count > 0 && m->cards[0].message_id != NULL ? m->cards[0].message_id : "ohne-id";
	struct osci_package_result r = { .author_count = 0 };
	struct case_head head = { .file_count = 0 };
	struct err bad = ERR_INIT, no_case = ERR_INIT;
	struct arena *a = arena_new();
	char name[256], id[200];
	int rc;

	in->m = m;
	*duplicate = false;
	safe_name(mid, id, sizeof(id));
	rc = open_package(in, keys, trust, &r, &bad);
	(void)snprintf(name, sizeof(name), "%s%s", rc == 0 ? "" : "unlesbar-", id);
	if (rc == 0) {
		remove_raw(in);
		/* Other content than a form's application is as welcome, and says nothing. */
		if (case_read(sim_path(in->tmp, PART_XML), a, &head, &no_case) == 0)
			name_files(in, &head);
	}
	rc = write_receipt(in, &r, &head, rc == 0 ? NULL : &bad, e);
	if (rc == 0)
		rc = put_in_place(in, name, duplicate, e);
	inbox_abort(in);
	arena_free(a);
	return rc;
}

void inbox_abort(struct inbox *in)
{
	DIR *d;

	if (in == NULL)
		return;
	d = in->tmp[0] == '\0' ? NULL : opendir(in->tmp);
	for (const struct dirent *f; d != NULL && (f = readdir(d)) != NULL;)
		(void)unlinkat(dirfd(d), f->d_name, 0);
	if (d != NULL)
		(void)closedir(d);
	if (in->tmp[0] != '\0')
		(void)rmdir(in->tmp);
	free(in);
}
