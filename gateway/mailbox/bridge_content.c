/* SPDX-License-Identifier: EUPL-1.2 */
/* bridge_content - the content of a delivery of OSCI as parts of XTA: what is inside of its package, or the package
 * itself. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "mailbox/bridge.h"
#include "osci/content.h"
#include "osci/memo.h"

#define BODY "body"                /* as osci_store.c calls it */
#define MEMORY ((size_t)64 * 1024) /* of an opened content; the rest waits in a file */
#define LOOK 256                   /* bytes that tell whether it is XML */
#define LABEL_MAX 200

struct opened {
	struct spool_scratch *scratch;
	const char *id, *cid; /* NULL: there is none that can be shown */
	bool is_inside;       /* of the container */
};

struct mailbox_bridge_content {
	struct spool *spool;
	const char *scratch_dir;
	const struct spool_message *m;
	struct arena *a;
	struct opened list[MAILBOX_BRIDGE_PARTS];
	size_t n;
};

/* A part of the store. */
struct stored {
	struct spool *spool;
	struct id id;
	const char *name;
};

static int open_stored(void *ctx, struct src **out, struct err *e)
{
	const struct stored *s = ctx;

	return spool_part_open(s->spool, &s->id, s->name, out, e);
}

static int open_scratch(void *ctx, struct src **out, struct err *e)
{
	return spool_scratch_open(ctx, 0, out, e);
}

/* What goes into an attribute: others have chosen it. */
static const char *label(const char *text, struct arena *a)
{
	size_t n = text == NULL ? 0 : strlen(text);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] < ' ' || (unsigned char)text[i] >= 0x7f)
			return NULL;
	return n == 0 || n > LABEL_MAX ? NULL : arena_dup(a, text);
}

/* OSCI does not say what a content is. */
static int type_of(struct spool_scratch *x, const char **out, struct err *e)
{
	char head[LOOK] = "";
	size_t n = 0, i = 0;
	struct src *src = NULL;
	int rc = spool_scratch_open(x, 0, &src, e);

	if (rc == 0)
		rc = src_read_full(src, head, sizeof(head), &n, e);
	src_close(src);
	if (n >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0)
		i = 3;
	while (i < n && strchr(" \t\r\n", head[i]) != NULL && head[i] != '\0')
		i++;
	*out = i < n && head[i] == '<' ? "text/xml" : "application/octet-stream";
	return rc;
}

/* The content of a package, in the order it comes in. */
static int take_content(void *ctx, const char *id, const char *cid, struct sink **to, struct err *e)
{
	struct mailbox_bridge_content *c = ctx;
	struct opened *o = &c->list[c->n];

	if (c->n == MAILBOX_BRIDGE_PARTS)
		return err_set(e, ERR_LIMIT, "more than %d contents", MAILBOX_BRIDGE_PARTS);
	c->n++;
	o->scratch = spool_scratch_new(c->scratch_dir, MEMORY);
	o->id = label(id, c->a);
	o->cid = label(cid, c->a);
	o->is_inside = cid == NULL;
	*to = spool_scratch_sink(o->scratch);
	return 0;
}

/* The octets of an attachment as they were stored. */
static int give_part(void *ctx, const char *cid, struct src **out, struct err *e)
{
	const struct mailbox_bridge_content *c = ctx;

	for (size_t i = 0; i < c->m->part_count; i++) {
		const struct spool_part *p = &c->m->parts[i];

		if (p->label != NULL && strcmp(p->label, cid) == 0 && strcmp(p->name, BODY) != 0)
			return spool_part_open(c->spool, &c->m->id, p->name, out, e);
	}
	return err_set(e, ERR_CRYPTO, "attachment %s is not there", cid);
}

static void forget(struct mailbox_bridge_content *c)
{
	for (size_t i = 0; i < c->n; i++)
		spool_scratch_free(c->list[i].scratch);
	c->n = 0;
}

static const struct mailbox_xta_party *reader_of(const struct mailbox_bridge *b, const struct spool_message *m)
{
	size_t party = 0;
	const struct mailbox_xta_account *account = mailbox_xta_osci_owner(b->accounts, &m->to, &party);

	return account == NULL ? NULL : &account->parties[party];
}

/* 0: it is open. Others: it is not, or the store has failed. */
static int open_package(struct mailbox_bridge *b, const struct spool_message *m, struct arena *a,
			struct mailbox_bridge_content *c, struct err *e)
{
	const struct mailbox_xta_party *reader = reader_of(b, m);
	struct pki_keyring *none = pki_keyring_new();
	const struct osci_package_in in = {
		.keys = reader != NULL && reader->keys != NULL ? reader->keys : none,
		.policy = b->policy,
		.content = take_content,
		.part = give_part,
		.ctx = c,
	};
	struct osci_message om = {.type = OSCI_STORE_DELIVERY};
	struct osci_package_result r;
	struct src *body = NULL;
	int rc = osci_memo_read_header(m->meta, b->certs, a, &om, e);

	if (rc == 0)
		rc = spool_part_open(b->spool, &m->id, BODY, &body, e);
	if (rc == 0) {
		(void)pthread_mutex_lock(&b->lock);
		rc = osci_package_open(&in, body, &om, &r, e);
		(void)pthread_mutex_unlock(&b->lock);
	}
	src_close(body);
	osci_message_fini(&om);
	pki_keyring_free(none);
	if (rc == 0 && c->n == 0)
		rc = err_set(e, ERR_UNSUPPORTED, "the package is empty");
	return rc;
}

/* First what stands in the container, as the schema wants one Message and then the attachments. */
static int parts_of_contents(const struct mailbox_bridge_content *c, struct xta_part *parts, struct err *e)
{
	size_t first = 0, at = 1;

	while (first < c->n && !c->list[first].is_inside)
		first++;
	if (first == c->n)
		first = 0;
	for (size_t i = 0; i < c->n; i++) {
		const struct opened *o = &c->list[i];
		struct xta_part *p = i == first ? &parts[0] : &parts[at++];

		*p = (struct xta_part){.kind = i == first ? XTA_MESSAGE : XTA_ATTACHMENT,
				       .id = o->id,
				       .filename = o->cid,
				       .size = spool_scratch_size(o->scratch),
				       .open = open_scratch,
				       .ctx = o->scratch};
		if (type_of(o->scratch, &p->type, e) != 0)
			return (int)e->code;
	}
	return 0;
}

static int open_nothing(void *ctx, struct src **out, struct err *e)
{
	(void)ctx;
	(void)e;
	*out = src_of_mem("", 0);
	return 0;
}

/* The package as its recipient would get it by OSCI: it opens it with the key that only it has. How many parts. */
static size_t parts_of_package(const struct mailbox_bridge *b, const struct spool_message *m, struct arena *a,
			       struct xta_part *parts)
{
	size_t at = 1;

	parts[0] = (struct xta_part){.kind = XTA_MESSAGE, .type = "text/plain", .open = open_nothing};
	for (size_t i = 0; i < m->part_count; i++) {
		const struct spool_part *s = &m->parts[i];
		bool is_body = strcmp(s->name, BODY) == 0;
		struct xta_part *p = is_body ? &parts[0] : &parts[at++];
		struct stored *from = arena_alloc(a, sizeof(*from));

		*from = (struct stored){b->spool, m->id, s->name};
		*p = (struct xta_part){.kind = is_body ? XTA_MESSAGE : XTA_ATTACHMENT,
				       .size = s->size,
				       .open = open_stored,
				       .ctx = from};
		p->type = is_body ? "application/xml" : label(s->type, a);
		p->filename = is_body ? "ContentPackage.xml" : label(s->label, a);
		p->description = is_body ? "OSCI-Transport 1.2 ContentPackage" : NULL;
		if (p->type == NULL)
			p->type = "application/octet-stream";
	}
	return at;
}

/* What says that it cannot be opened here, and not that something has failed. */
static bool is_closed(const struct err *e)
{
	return err_class(e->code) == ERR_PERMANENT && e->reason != RSN_LOC_DATA_BAD;
}

static void tell_closed(const struct spool_message *m, const struct err *e)
{
	log_event(LOG_INFO, "bridge.handed-on", LOG_ID("message", &m->id), LOG_STR("osci_id", m->foreign_id),
		  LOG_ERR(e));
}

int mailbox_bridge_open(struct mailbox_bridge *b, const struct spool_message *m, struct arena *a,
			const struct xta_part **parts, size_t *n, struct mailbox_bridge_content **out, struct err *e)
{
	struct mailbox_bridge_content *c = mem_new(sizeof(*c));
	size_t most = m->part_count > MAILBOX_BRIDGE_PARTS ? m->part_count : MAILBOX_BRIDGE_PARTS;
	struct xta_part *list = arena_alloc(a, (most + 1) * sizeof(*list));
	int rc = 0;

	*c = (struct mailbox_bridge_content){.spool = b->spool, .scratch_dir = b->scratch_dir, .m = m, .a = a};
	if (m->part_count > 0)
		rc = open_package(b, m, a, c, e);
	if (rc != 0 && is_closed(e)) {
		tell_closed(m, e);
		*e = (struct err)ERR_INIT;
		rc = 0;
		forget(c);
	}
	*n = c->n;
	if (rc == 0 && c->n > 0)
		rc = parts_of_contents(c, list, e);
	else if (rc == 0)
		*n = parts_of_package(b, m, a, list);
	if (rc != 0) {
		mailbox_bridge_close(c);
		return rc;
	}
	*parts = list;
	*out = c;
	return 0;
}

void mailbox_bridge_close(struct mailbox_bridge_content *c)
{
	if (c == NULL)
		return;
	forget(c);
	free(c);
}
