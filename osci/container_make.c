/* SPDX-License-Identifier: EUPL-1.2 */
/* The author's side of container.h: contents become one signed and encrypted document, attachments streams. */
#include <stdlib.h>
#include <string.h>

#include "base/b64.h"
#include "base/id.h"
#include "base/mem.h"
#include "osci/container.h"
#include "osci/container_job.h"
#include "pki/dsig.h"
#include "pki/xml_make.h"
#include "xml/write.h"

struct attachment {
	char *cid;
	int (*open)(void *ctx, struct src **out, struct err *e);
	void *ctx;
	struct pki_session *session;	/* NULL: not encrypted */
	uint8_t iv[PKI_IV_MAX];		/* one plaintext, one key, one IV: the same octets each time */
};

struct osci_container {
	struct buf xml;
	struct attachment *attachments;
	size_t n;
};

static int write_inner(struct buf *out, const struct osci_container_part *p, struct err *e)
{
	struct src *in = NULL;
	int rc = p->open(p->ctx, &in, e);

	if (rc != 0)
		return rc;
	buf_printf(out, "<osci:Content><osci:Base64Content Id=\"%s\">", p->id);
	struct sink *to = sink_to_buf(out), *b64 = sink_b64_encode(to, 0);
	rc = stream_copy(in, b64, OSCI_CONTAINER_MAX, NULL, e);
	if (rc == 0)
		rc = sink_finish(b64, e);
	sink_close(b64);
	sink_close(to);
	src_close(in);
	buf_puts(out, "</osci:Base64Content></osci:Content>");
	return rc == 0 ? 0 : err_wrap(e, "content %s", p->id);
}

static void add_attachment(struct osci_container *c, const struct osci_container_part *p, unsigned iv_len,
			   bool encrypted)
{
	struct attachment *a = &c->attachments[c->n++];

	a->cid = mem_dup(p->cid);
	a->open = p->open;
	a->ctx = p->ctx;
	if (!encrypted)
		return;
	a->session = pki_session_new(NULL, iv_len);
	random_bytes(a->iv, iv_len);
}

static void write_attachment_key(struct buf *out, const struct attachment *a)
{
	char *id = mem_printf("Attachment%s", a->cid), *uri = mem_printf("cid:%s", a->cid);

	pki_enc_write_mgmt(out, id, a->session);
	pki_enc_write_reference(out, uri);
	free(id);
	free(uri);
}

/* The container without its signature. */
static int write_container(struct osci_container *c, const struct osci_container_job *job, unsigned iv_len,
			   struct buf *out,
			   struct err *e)
{
	int rc = 0;

	c->attachments = mem_new_array(job->nparts, sizeof(*c->attachments));
	buf_printf(out, "<osci:ContentContainer" PKI_OSCI_NS " Id=\"%s\">", job->id);
	for (size_t i = 0; rc == 0 && i < job->nparts; i++) {
		const struct osci_container_part *p = &job->parts[i];
		if (p->cid == NULL) {
			rc = write_inner(out, p, e);
			continue;
		}
		buf_printf(out, "<osci:Content Id=\"%s\" href=\"cid:%s\"></osci:Content>", p->id, p->cid);
		add_attachment(c, p, iv_len, job->nreaders > 0);
	}
	for (size_t i = 0; rc == 0 && i < c->n && job->nreaders > 0; i++)
		write_attachment_key(out, &c->attachments[i]);
	buf_puts(out, "</osci:ContentContainer>");
	return rc != 0 ? rc : buf_check(out, "content container", e);
}

/* For the digests of the author's signature: the plaintext. */
static int open_plain(void *ctx, const char *cid, struct src **out, struct err *e)
{
	const struct osci_container *c = ctx;

	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->attachments[i].cid, cid) == 0)
			return c->attachments[i].open(c->attachments[i].ctx, out, e);
	return err_set(e, ERR_INTERNAL, "no attachment %.100s", cid);
}

/* Every content, and of an attachment its octets, too. */
static size_t list_refs(const struct osci_container_job *job, struct pki_xml_ref *refs, char **uris)
{
	size_t n = 0;

	for (size_t i = 0; i < job->nparts; i++) {
		const struct osci_container_part *p = &job->parts[i];
		uris[n] = mem_printf("#%s", p->id);
		refs[n] = (struct pki_xml_ref){ uris[n], p->cid == NULL ? PKI_BASE64 : PKI_C14N };
		n++;
		if (p->cid == NULL)
			continue;
		uris[n] = mem_printf("cid:%s", p->cid);
		refs[n] = (struct pki_xml_ref){ uris[n], PKI_SCHEME_NONE };
		n++;
	}
	return n;
}

/* Replaces the container in text by the signed one. */
static int sign_container(struct osci_container *c, const struct osci_container_job *job, struct buf *text,
			  struct err *e)
{
	struct pki_xml_ref *refs = mem_new_array(2 * job->nparts, sizeof(*refs));
	char **uris = mem_new_array(2 * job->nparts, sizeof(*uris));
	size_t n = list_refs(job, refs, uris);
	int rc = pki_xml_sign(text, refs, n, job->author, pki_sign_alg(job->author, job->pss), job->author_uri,
			      open_plain,
			      c, e);

	for (size_t i = 0; i < n; i++)
		free(uris[i]);
	free(uris);
	free(refs);
	return rc;
}

int osci_container_make(const struct osci_container_job *job, struct osci_container **out, struct err *e)
{
	unsigned iv_len = job->iv_len == 16 ? 16 : 12;
	struct osci_container *c;
	struct buf text;
	int rc = osci_container_check(job, e);

	if (rc != 0)
		return rc;
	c = mem_new(sizeof(*c));
	buf_init(&c->xml, 2 * (size_t)OSCI_CONTAINER_MAX);
	buf_init(&text, OSCI_CONTAINER_MAX);
	rc = write_container(c, job, iv_len, &text, e);
	if (rc == 0 && job->author != NULL)
		rc = sign_container(c, job, &text, e);
	if (rc == 0 && job->nreaders > 0)
		rc = pki_xml_encrypt(buf_view(&text), "encdata_0", iv_len, job->readers, job->nreaders, &c->xml, e);
	else if (rc == 0)
		rc = pki_xml_strip(buf_view(&text), &c->xml, e);
	buf_wipe(&text);
	if (rc != 0)
		osci_container_free(c);
	else
		*out = c;
	return rc;
}

void osci_container_free(struct osci_container *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->n; i++) {
		free(c->attachments[i].cid);
		pki_session_free(c->attachments[i].session);
	}
	free(c->attachments);
	buf_fini(&c->xml);
	free(c);
}

struct span osci_container_xml(const struct osci_container *c)
{
	return buf_view(&c->xml);
}

size_t osci_container_attachments(const struct osci_container *c)
{
	return c->n;
}

const char *osci_container_cid(const struct osci_container *c, size_t i)
{
	return c->attachments[i].cid;
}

/* An encrypting source that owns the plaintext below it. */
struct owner {
	struct src src;
	struct src *plain, *cipher;
};

static int owner_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	return src_read(((struct owner *)s)->cipher, data, cap, got, e);
}

static void owner_close(struct src *s)
{
	struct owner *o = (struct owner *)s;

	src_close(o->cipher);
	src_close(o->plain);
	free(o);
}

int osci_container_attachment(const struct osci_container *c, size_t i, struct src **out, struct err *e)
{
	const struct attachment *a = &c->attachments[i];
	struct src *plain = NULL;
	int rc = a->open(a->ctx, &plain, e);

	if (rc != 0 || a->session == NULL) {
		*out = plain;
		return rc;
	}
	struct owner *o = mem_new(sizeof(*o));
	o->src = (struct src){ owner_read, owner_close };
	o->plain = plain;
	o->cipher = pki_enc_src(a->session, a->iv, plain);
	*out = &o->src;
	return 0;
}
