/* SPDX-License-Identifier: EUPL-1.2 */
/* Content as it passes: ContentContainer or EncryptedData, by position. */
#include <stddef.h>

#include "base/mem.h"
#include "xta/content.h"
#include "xta/names.h"
#include "xta/value.h"

static const struct {
	const char *name;
	size_t at;
} attributes[] = {
	{ "contentType", offsetof(struct xta_part, type) },	   { "filename", offsetof(struct xta_part, filename) },
	{ "contentDescription", offsetof(struct xta_part, description) },
	{ "encoding", offsetof(struct xta_part, encoding) },	   { "id", offsetof(struct xta_part, id) },
	{ "lang", offsetof(struct xta_part, language) },
};

/* The attributes of Message or Attachment. */
static int read_attributes(struct xta_content *c, const struct xml_start *s, struct xta_part *p, struct err *e)
{
	const struct xta_take t = { c->r->a, c->r->o->is_strict ? NULL : &c->r->m->warnings };
	const struct xml_attr *size = xml_start_attr(s, NULL, "size");

	for (size_t i = 0; i < ARRAY_LEN(attributes); i++) {
		const struct xml_attr *at = xml_start_attr(s, NULL, attributes[i].name);
		const char **to = (const char **)((char *)p + attributes[i].at);

		if (at != NULL && at->value.n > 0)
			*to = arena_dup_n(c->r->a, at->value.p, at->value.n);
		else if (at != NULL && !xta_take_may(&t, XTA_WARN_EMPTY))
			return xta_content_refuse(c, XTA_9050, e, "an attribute of the content is empty");
	}
	if (p->type == NULL)
		return xta_content_refuse(c, XTA_9050, e, "contentType is missing");
	if (p->language != NULL && !xta_is_language(span_of(p->language))) {
		if (!xta_take_may(&t, XTA_WARN_EMPTY))
			return xta_content_refuse(c, XTA_9050, e, "lang is not a language");
		p->language = NULL;
	}
	if (size != NULL && (!span_u64(span_trim(size->value), UINT64_MAX, &p->size) || p->size == 0)) {
		p->size = 0;
		if (!xta_take_may(&t, XTA_WARN_SIZE))
			return xta_content_refuse(c, XTA_9050, e, "size is not a positive number");
	}
	return 0;
}

static int start_encrypted(struct xta_content *c, const struct xml_start *s, struct err *e)
{
	if (xta_content_add(c, XTA_ENCRYPTED, e) != 0)
		return (int)e->code;
	c->r->m->parts[0].type = "application/xml";
	if (xta_content_open(c, 0, e) != 0)
		return (int)e->code;
	c->c14n = xml_c14n_new(XML_C14N_EXCLUSIVE, xml_push_scope(c->r->push), SPAN_EMPTY, &c->gate);
	return xml_c14n_start(c->c14n, s, e);
}

/* Child of GenericContentContainer: one of two, once. */
static int start_choice(struct xta_content *c, const struct xml_start *s, struct err *e)
{
	if (c->has_choice)
		return xta_content_refuse(c, XTA_9050, e, "more than one container");
	c->has_choice = true;
	if (xml_name_is(&s->name, XTA_NS_XENC, "EncryptedData"))
		return start_encrypted(c, s, e);
	return xml_name_is(&s->name, XTA_NS, "ContentContainer")
		       ? 0
		       : xta_content_refuse(c, XTA_9050, e, "unknown container");
}

static int start_part(struct xta_content *c, const struct xml_start *s, struct err *e)
{
	bool is_first = c->r->m->part_count == 0;

	if (!xml_name_is(&s->name, XTA_NS, is_first ? "Message" : "Attachment"))
		return xta_content_refuse(c, XTA_9050, e, "a container holds one Message, and then Attachments");
	if (xta_content_add(c, is_first ? XTA_MESSAGE : XTA_ATTACHMENT, e) != 0)
		return (int)e->code;
	return read_attributes(c, s, &c->r->m->parts[c->r->m->part_count - 1], e);
}

int xta_content_start(struct xta_content *c, const struct xml_start *s, struct err *e)
{
	bool is_include = xml_name_is(&s->name, XTA_NS_XOP, "Include");

	c->depth++;
	if (c->depth == 1)
		return 0;
	if (c->depth == 2)
		return start_choice(c, s, e);
	if (is_include && c->in_part && c->c14n == NULL)
		return xta_content_include(c, s, e);
	if (is_include && c->c14n != NULL) {
		/* what stands before it goes first */
		if (xml_c14n_flush(c->c14n, e) != 0)
			return (int)e->code;
		return xta_content_include(c, s, e);
	}
	if (c->c14n != NULL)
		return xml_c14n_start(c->c14n, s, e) == 0 ? 0 : xta_reading_refuse(c->r, XTA_9050, e);
	return c->depth == 3 ? start_part(c, s, e) : xta_content_refuse(c, XTA_9050, e, "an element within content");
}

int xta_content_text(struct xta_content *c, struct span text, struct err *e)
{
	if (c->c14n != NULL && c->in_part)
		return xml_c14n_text(c->c14n, text, e) == 0 ? 0 : xta_reading_refuse(c->r, XTA_9050, e);
	if (c->in_part && !c->has_include && (c->has_text || !xml_is_blank(text)))
		return xta_content_base64(c, text, e);
	return xml_is_blank(text) ? 0 : xta_content_refuse(c, XTA_9050, e, "text where none belongs");
}

static int end_inline(struct xta_content *c, struct err *e)
{
	if (!c->has_text)
		return xta_content_open(c, c->r->m->part_count - 1, e) == 0 ? xta_content_close(c, e) : (int)e->code;
	if (sink_finish(c->decoder, e) != 0)
		return xta_reading_refuse(c->r, XTA_9050, e);
	sink_close(c->decoder);
	c->decoder = NULL;
	return xta_content_close(c, e);
}

/* Within EncryptedData; an Include has no end of its own there. */
static int end_encrypted(struct xta_content *c, unsigned depth, const struct xml_name *name, struct err *e)
{
	if (depth > 2 && xml_name_is(name, XTA_NS_XOP, "Include"))
		return 0;
	if (xml_c14n_end(c->c14n, name, e) != 0)
		return xta_reading_refuse(c->r, XTA_9050, e);
	if (depth > 2)
		return 0;
	c->in_part = false;
	return c->has_include ? 0 : xta_content_close(c, e);
}

int xta_content_end(struct xta_content *c, const struct xml_name *name, struct err *e)
{
	unsigned depth = c->depth--;

	if (c->c14n != NULL && c->in_part)
		return end_encrypted(c, depth, name, e);
	if (depth == 3) {
		c->in_part = false;
		return c->has_include ? 0 : end_inline(c, e);
	}
	if (depth <= 2 && c->r->m->part_count == 0)
		return xta_content_refuse(c, XTA_9050, e, "a container without a Message");
	return 0;
}
