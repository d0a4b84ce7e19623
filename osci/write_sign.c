/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * write_sign - the transport signature: exactly one reference to every header block, the body and every attachment
 * (the reference library counts them), none to anything inside.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "osci/writing.h"
#include "pki/dsig.h"

/* The references of one signature, made with one digest. */
struct refs {
	struct pki_sign_ref *list;
	size_t n;
	enum digest_alg alg;
};

static struct pki_sign_ref *next_ref(struct refs *refs, const char *uri, enum pki_scheme transform)
{
	struct pki_sign_ref *r = &refs->list[refs->n++];

	*r = (struct pki_sign_ref){ .uri = uri, .transform = transform, .alg = refs->alg };
	return r;
}

/* Adds what open() gives to the digest. */
static int add_stream(struct digest *dg, int (*open)(void *ctx, struct src **out, struct err *e), void *ctx,
		      uint64_t size, const char *what, struct err *e)
{
	struct sink *to = NULL;
	struct src *from = NULL;
	uint64_t copied = 0;
	int rc = open(ctx, &from, e);

	if (rc == 0) {
		to = sink_digest(dg, NULL);
		rc = stream_copy(from, to, size, &copied, e);
		if (rc == 0 && copied != size)
			rc = err_set(e, ERR_IO, "%llu bytes instead of %llu", (unsigned long long)copied,
				     (unsigned long long)size);
	}
	sink_close(to);
	src_close(from);
	return rc == 0 ? 0 : err_wrap(e, "%s", what);
}

static int digest_body(struct osci_writing *d, struct pki_sign_ref *r, struct err *e)
{
	const struct osci_message *m = d->m;
	struct digest *dg = digest_new(r->alg);
	int rc = 0;

	digest_add(dg, d->body.p, d->body.n);
	if (m->has_content) {
		rc = add_stream(dg, m->open_content, m->content_ctx, m->content_size, "content", e);
		digest_add(dg, "</soap:Body>", 12);
	}
	digest_end(dg, r->digest);
	digest_free(dg);
	return rc;
}

static int digest_attachment(const struct osci_attachment *att, struct pki_sign_ref *r, struct err *e)
{
	struct digest *dg = digest_new(r->alg);
	int rc = add_stream(dg, att->open, att->ctx, att->size, att->cid, e);

	digest_end(dg, r->digest);
	digest_free(dg);
	return rc;
}

static void digest_block(const struct buf *xml, struct pki_sign_ref *r)
{
	struct digest *dg = digest_new(r->alg);

	digest_add(dg, xml->p, xml->n);
	digest_end(dg, r->digest);
	digest_free(dg);
}

static int fill_refs(struct osci_writing *d, struct refs *refs, struct err *e)
{
	const struct osci_message *m = d->m;
	struct pki_sign_ref *r;

	for (size_t i = 0; i < d->block_count; i++) {
		r = next_ref(refs, arena_printf(d->a, "#%s", d->blocks[i].id), PKI_C14N);
		digest_block(&d->blocks[i].xml, r);
	}
	r = next_ref(refs, arena_printf(d->a, "#%s", d->body_id), PKI_C14N);
	if (digest_body(d, r, e) != 0)
		return e->code;
	for (size_t i = 0; i < m->attachment_count; i++) {
		r = next_ref(refs, arena_printf(d->a, "cid:%s", m->attachments[i].cid), PKI_SCHEME_NONE);
		if (digest_attachment(&m->attachments[i], r, e) != 0)
			return e->code;
	}
	return 0;
}

int osci_writing_sign(struct osci_writing *d, const struct pki_key *key, const struct pki_alg *style, struct err *e)
{
	const char *name = d->row->signature, *id = d->row->is_answer ? "suppliersignature" : "clientsignature";
	const struct pki_alg *alg = pki_sign_alg_as(key, style);
	size_t max = d->block_count + 1 + d->m->attachment_count;
	struct refs refs = { .alg = alg == style ? alg->digest : DIGEST_SHA256 };
	int rc;

	if (max > PKI_DSIG_REFS_MAX)
		return err_set(e, ERR_LIMIT, "%zu parts to sign, more than %d", max, PKI_DSIG_REFS_MAX);
	refs.list = mem_new_array(max, sizeof(*refs.list));
	rc = fill_refs(d, &refs, e);
	buf_printf(&d->signature, "<osci:%s" PKI_OSCI_NS " Id=\"%s%s\"", name, id, d->suffix);
	buf_puts(&d->signature, " soap:actor=\"http://schemas.xmlsoap.org/soap/actor/next\" soap:mustUnderstand=\"1\">");
	if (rc == 0)
		rc = pki_dsig_write(&d->signature, refs.list, refs.n, key, alg, arena_printf(d->a, "#%s", d->signer_id),
				    PKI_OSCI_NS, e);
	buf_printf(&d->signature, "</osci:%s>", name);
	free(refs.list);
	if (rc == 0)
		rc = buf_check(&d->signature, name, e);
	return rc == 0 ? 0 : err_wrap(e, "sign");
}
