/* SPDX-License-Identifier: EUPL-1.2 */
/* The parts of a MIME entity. */
#include "osci/read_entity.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define READ_EPILOGUE 4096u
#define READ_ENVELOPE_ROOM 1048576u /* of an encrypted message: its MIME and XML around the cipher text */

static int on_entity(void *ctx, const struct mime_part *p, struct err *e)
{
	(void)ctx;
	if (!mime_type_is(p, "multipart/related"))
		return err_set(e, ERR_SYNTAX, "Content-Type is not Multipart/Related");
	return 0;
}

static int root_begin(const struct mime_part *p, struct err *e)
{
	if (!mime_type_is(p, "text/xml") && !mime_type_is(p, "application/xml"))
		return err_set(e, ERR_SYNTAX, "the first part is not text/xml");
	if (p->encoding == MIME_BASE64)
		return err_set(e, ERR_UNSUPPORTED, "the first part is encoded");
	return 0;
}

/* decoder -> counting -> [hashing] -> target */
static int attachment_chain(struct osci_entity *en, const struct mime_part *p, struct osci_attachment *at, struct err *e)
{
	struct sink *top;
	int rc = en->intake->part(en->intake->ctx, "attachment", at->type, at->cid, &en->target, e);

	if (rc != 0) {
		en->target = NULL;
		return rc;
	}
	top = en->target;
	en->ref = osci_sign_ref_of_attachment(&en->sign, span_of(at->cid));
	if (en->ref != NULL) {
		en->digest = digest_new(en->ref->digest->digest);
		en->hashing = top = sink_digest(en->digest, top);
	}
	en->counting = sink_count(top, &at->size);
	en->decoder = mime_decoder(p->encoding, en->counting);
	return 0;
}

static int attachment_begin(struct osci_entity *en, const struct mime_part *p, struct err *e)
{
	struct osci_attachment *at;
	struct span type;

	if (en->attachment_count >= READ_ATTACHMENTS_MAX)
		return err_set(e, ERR_LIMIT, "more than %u attachments", READ_ATTACHMENTS_MAX);
	if (en->r->row->content == OSCI_NEVER || en->intake == NULL || en->intake->part == NULL)
		return err_set(e, ERR_SYNTAX, "this message has no attachments");
	if (p->id.n == 0)
		return err_set(e, ERR_SYNTAX, "attachment without Content-ID");
	/* the reference library decodes what is so called, whatever its transfer encoding */
	if (osci_order_is_clients(en->r->row) && mime_type_is(p, "text/base64"))
		return err_set(e, ERR_SYNTAX, "an attachment of type text/base64 means two things");
	at = &en->attachments[en->attachment_count];
	at->cid = arena_dup_n(en->r->arena, p->id.p, p->id.n);
	at->type = mime_head_get(&p->head, "Content-Type", &type) ? arena_dup_n(en->r->arena, type.p, type.n)
								  : "application/octet-stream";
	return attachment_chain(en, p, at, e);
}

static void release_part(struct osci_entity *en)
{
	sink_close(en->decoder);
	sink_close(en->counting);
	sink_close(en->hashing);
	digest_free(en->digest);
	sink_close(en->target);
	en->decoder = en->counting = en->hashing = en->target = NULL;
	en->digest = NULL;
}

static int attachment_end(struct osci_entity *en, struct err *e)
{
	uint8_t value[DIGEST_MAX];
	int rc = sink_finish(en->decoder, e);

	if (rc == 0)
		rc = sink_finish(en->target, e);
	if (rc != 0)
		return err_wrap(e, "attachment \"%s\"", en->attachments[en->attachment_count].cid);
	if (en->digest != NULL)
		digest_end(en->digest, value);
	osci_sign_part(&en->sign, en->ref, PKI_SCHEME_NONE, value);
	release_part(en);
	en->attachment_count++;
	return 0;
}

static int on_part_begin(void *ctx, const struct mime_part *p, struct err *e)
{
	struct osci_entity *en = ctx;

	en->part = p->number;
	if (p->number == 0)
		return root_begin(p, e);
	if (en->frame.is_cipher)
		return osci_envelope_part_begin(&en->envelope, en->r, en->scratch, p, e);
	return attachment_begin(en, p, e);
}

static int on_part_data(void *ctx, struct span data, struct err *e)
{
	struct osci_entity *en = ctx;

	if (en->part == 0)
		return osci_frame_feed(&en->frame, data, e);
	if (en->frame.is_cipher)
		return osci_envelope_part_data(&en->envelope, en->r, data, e);
	return sink_write(en->decoder, data.p, data.n, e);
}

static int root_end(struct osci_entity *en, struct err *e)
{
	int rc = osci_frame_end(&en->frame, e);

	if (rc == 0 && en->frame.is_cipher)
		rc = osci_envelope_open(&en->envelope, en->r, osci_frame_cipher(&en->frame), e);
	return rc;
}

static int on_part_end(void *ctx, struct err *e)
{
	struct osci_entity *en = ctx;

	if (en->part == 0)
		return root_end(en, e);
	return en->frame.is_cipher ? osci_envelope_part_end(&en->envelope, en->r, e) : attachment_end(en, e);
}

void osci_entity_begin(struct osci_entity *en, bool is_inner)
{
	static const struct mime_events events = { on_entity, on_part_begin, on_part_data, on_part_end };
	uint64_t max = en->r->o->max_size;
	struct mime_limits limits = MIME_LIMITS_DEFAULT;

	/* outside it may be base64, and attachments may be so once more */
	if (max > UINT64_MAX / 4)
		max = UINT64_MAX / 4;
	limits.bytes = limits.part = (is_inner ? max : max + max / 2) + READ_ENVELOPE_ROOM;
	limits.parts = READ_ATTACHMENTS_MAX + 1;
	limits.epilogue = READ_EPILOGUE;
	en->frame.r = en->r;
	en->frame.sign = &en->sign;
	en->frame.intake = en->intake;
	en->frame.is_inner = is_inner;
	osci_frame_begin(&en->frame);
	en->split = mime_split_new(&limits, &events, en);
}

int osci_entity_feed(struct osci_entity *en, const void *data, size_t n, struct err *e)
{
	return mime_split_feed(en->split, data, n, e);
}

int osci_entity_end(struct osci_entity *en, struct err *e)
{
	int rc = mime_split_end(en->split, e);

	if (rc != 0)
		return rc;
	if (en->frame.is_cipher)
		return en->envelope.done ? 0 : err_set(e, ERR_SYNTAX, "the part with the cipher text is missing");
	if (en->attachment_count > 0) {
		en->r->m->attachments = arena_alloc(en->r->arena, en->attachment_count * sizeof(*en->attachments));
		memcpy(en->r->m->attachments, en->attachments, en->attachment_count * sizeof(*en->attachments));
		en->r->m->attachment_count = en->attachment_count;
	}
	if (osci_body_refs(en->frame.body, e) != 0)
		return (int)e->code;
	return en->r->m->type == OSCI_FAULT ? 0 : osci_sign_check(&en->sign, en->r, e);
}

void osci_entity_fini(struct osci_entity *en)
{
	mime_split_free(en->split);
	release_part(en);
	osci_envelope_fini(&en->envelope);
	osci_frame_fini(&en->frame);
}
