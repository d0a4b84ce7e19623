/* SPDX-License-Identifier: EUPL-1.2 */
/* content_make - the author's side of content.h. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "osci/content.h"

#define IV_SHORT 12u
#define IV_LONG 16u
#define TAG_LEN 16u

struct osci_package {
	struct arena *a;
	struct osci_container *content;
	struct span text;	/* the whole osci:ContentPackage */
	struct osci_cert *certs;	/* one reference each */
	size_t cert_count;
	struct osci_attachment *attachments;
	size_t attachment_count;
};

struct attachment_ref {
	const struct osci_package *p;
	size_t i;
};

static struct osci_cert *add_cert(struct osci_package *p, enum osci_role role, bool is_cipher, unsigned number,
				  struct pki_cert *cert)
{
	struct osci_cert *c = &p->certs[p->cert_count++];

	*c = (struct osci_cert){ .role = role, .is_cipher = is_cipher, .cert = pki_cert_ref(cert),
				 .id = osci_cert_id(p->a, role, is_cipher, number, cert) };
	return c;
}

static const char *uri_of(struct osci_package *p, const struct osci_cert *c)
{
	return arena_printf(p->a, "#%s", c->id);
}

/* An author who is the originator is named by the originator's certificate; the writer then adds no second one. */
static const char *name_author(struct osci_package *p, const struct osci_package_job *job)
{
	bool same;

	if (job->author == NULL)
		return NULL;
	same = job->originator != NULL && pki_cert_same(job->author->cert, job->originator->cert);
	return uri_of(p, add_cert(p, same ? OSCI_ORIGINATOR : OSCI_OTHER_AUTHOR, false, 1, job->author->cert));
}

static struct pki_reader *name_readers(struct osci_package *p, const struct osci_package_job *job)
{
	struct pki_reader *readers = arena_alloc(p->a, (job->reader_count + 1) * sizeof(*readers));
	const struct osci_cert *addressee = add_cert(p, OSCI_ADDRESSEE, true, 0, job->addressee);
	unsigned number = 0;

	for (size_t i = 0; i < job->reader_count; i++) {
		const struct osci_cert *c = addressee;

		if (!pki_cert_same(job->readers[i], job->addressee))
			c = add_cert(p, OSCI_OTHER_READER, true, ++number, job->readers[i]);
		readers[i] = (struct pki_reader){ .cert = c->cert, .uri = uri_of(p, c) };
	}
	return readers;
}

static struct osci_container_part *list_parts(struct osci_package *p, const struct osci_package_job *job)
{
	struct osci_container_part *parts = arena_alloc(p->a, (job->part_count + 1) * sizeof(*parts));

	for (size_t i = 0; i < job->part_count; i++)
		parts[i] = (struct osci_container_part){ .id = job->parts[i].id, .cid = job->parts[i].cid,
					      .open = job->parts[i].open, .ctx = job->parts[i].ctx };
	return parts;
}

static int open_attachment(void *ctx, struct src **out, struct err *e)
{
	const struct attachment_ref *r = ctx;

	return osci_container_attachment(r->p->content, r->i, out, e);
}

static const struct osci_part *part_of(const struct osci_package_job *job, const char *cid)
{
	for (size_t i = 0; i < job->part_count; i++)
		if (job->parts[i].cid != NULL && span_is(span_of(cid), job->parts[i].cid))
			return &job->parts[i];
	return NULL;
}

/* An encrypted attachment is longer by nonce and tag. */
static void list_attachments(struct osci_package *p, const struct osci_package_job *job)
{
	uint64_t more = job->reader_count == 0 ? 0 : (job->iv16 ? IV_LONG : IV_SHORT) + TAG_LEN;

	p->attachment_count = osci_container_attachments(p->content);
	p->attachments = arena_alloc(p->a, (p->attachment_count + 1) * sizeof(*p->attachments));
	for (size_t i = 0; i < p->attachment_count; i++) {
		const char *cid = osci_container_cid(p->content, i);
		const struct osci_part *part = part_of(job, cid);
		struct attachment_ref *ref = arena_alloc(p->a, sizeof(*ref));

		must(part != NULL);
		*ref = (struct attachment_ref){ p, i };
		p->attachments[i] = (struct osci_attachment){
			.cid = arena_dup(p->a, cid),
			.type = arena_dup(p->a, part->type != NULL ? part->type : "application/octet-stream"),
			.size = part->size + more,
			.open = open_attachment,
			.ctx = ref,
		};
	}
}

static void set_text(struct osci_package *p)
{
	struct span inner = osci_container_xml(p->content);
	struct buf b;

	buf_init(&b, (size_t)OSCI_CONTAINER_MAX * 2);
	buf_puts(&b, "<osci:ContentPackage>");
	buf_span(&b, inner);
	buf_puts(&b, "</osci:ContentPackage>");
	p->text = arena_span(p->a, buf_view(&b));
	must(!b.over);
	buf_fini(&b);
}

/* Nobody would believe the signature: better nothing leaves until there is a key. */
static int check_author(const struct pki_key *author, struct err *e)
{
	int64_t now = clock_now();

	if (author == NULL || (author->cert->not_before <= now && now <= author->cert->not_after))
		return 0;
	return err_reason(e, ERR_CONFIG, RSN_LOC_KEY_MISSING, "the author's certificate %.16s %s", author->cert->hex,
			  now > author->cert->not_after ? "has expired" : "is not valid yet");
}

int osci_package_make(const struct osci_package_job *job, struct osci_package **out, struct err *e)
{
	struct osci_package *p = mem_new(sizeof(*p));
	struct osci_container_job inner = { .id = "contentcontainer", .nparts = job->part_count, .author = job->author,
					 .pss = job->pss, .nreaders = job->reader_count,
					 .iv_len = job->iv16 ? IV_LONG : IV_SHORT };
	int rc = check_author(job->author, e);

	p->a = arena_new();
	p->certs = mem_new_array(job->reader_count + 2, sizeof(*p->certs));
	inner.parts = list_parts(p, job);
	inner.author_uri = name_author(p, job);
	inner.readers = name_readers(p, job);
	if (rc == 0)
		rc = osci_container_make(&inner, &p->content, e);
	if (rc != 0) {
		osci_package_free(p);
		return err_wrap(e, "content");
	}
	list_attachments(p, job);
	set_text(p);
	*out = p;
	return 0;
}

void osci_package_free(struct osci_package *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->cert_count; i++)
		pki_cert_free(p->certs[i].cert);
	free(p->certs);
	osci_container_free(p->content);
	arena_free(p->a);
	free(p);
}

static int open_text(void *ctx, struct src **out, struct err *e)
{
	const struct osci_package *p = ctx;

	(void)e;
	*out = src_of_mem(p->text.p, p->text.n);
	return 0;
}

void osci_package_fill(struct osci_package *p, struct osci_outgoing *d)
{
	d->certs = p->certs;
	d->cert_count = p->cert_count;
	d->open_content = open_text;
	d->content_ctx = p;
	d->attachments = p->attachments;
	d->attachment_count = p->attachment_count;
}
