/* SPDX-License-Identifier: EUPL-1.2 */
/* The references of the signatures in a package, and the contents they leave out. */
#include "osci/shape_cover.h"

#include <string.h>

#include "base/mem.h"

static int keep(struct osci_cover *c, struct arena *a, struct span s, const char **out, struct err *e)
{
	c->bytes += s.n;
	if (c->bytes > COVER_BYTES_MAX)
		return err_set(e, ERR_LIMIT, "the names of what is signed take more than %u bytes", COVER_BYTES_MAX);
	*out = arena_dup_n(a, s.p, s.n);
	return 0;
}

static bool has_uri(const struct osci_cover *c, size_t from, size_t to, struct span id)
{
	for (size_t i = from; i < to; i++)
		if (c->uris[i][0] == '#' && span_is(id, c->uris[i] + 1))
			return true;
	return false;
}

static int check(const struct osci_cover *c, struct span id, const struct xml_push *p, struct err *e)
{
	const struct osci_cover_container *k = &c->containers[c->depth];

	if (!k->is_signed || (id.n > 0 && has_uri(c, k->from, k->to, id)))
		return 0;
	return osci_refuse_at(p, e, "the first signature of the container leaves it out");
}

int osci_cover_container(struct osci_cover *c, bool inner, const struct xml_push *p, struct err *e)
{
	const char *id = c->containers[c->depth].content;

	if (inner && check(c, id != NULL ? span_of(id) : SPAN_EMPTY, p, e) != 0)
		return (int)e->code;
	must(c->depth < COVER_DEPTH_MAX);
	c->containers[++c->depth] = (struct osci_cover_container){ .content = NULL };
	return 0;
}

void osci_cover_container_end(struct osci_cover *c)
{
	c->depth--;
}

int osci_cover_signature(struct osci_cover *c, const struct xml_push *p, struct err *e)
{
	c->from = c->count;
	return c->containers[c->depth].has_content ? osci_refuse_at(p, e, "a signature behind what it signs") : 0;
}

void osci_cover_signature_end(struct osci_cover *c)
{
	struct osci_cover_container *k = &c->containers[c->depth];

	if (!k->is_signed) {
		k->is_signed = true;
		k->from = c->from;
		k->to = c->count;
	}
}

int osci_cover_reference(struct osci_cover *c, struct arena *a, struct span uri, const struct xml_push *p, struct err *e)
{
	for (size_t i = c->from; i < c->count; i++)
		if (span_is(uri, c->uris[i]))
			return osci_refuse_at(p, e, "two references of one signature to the same part");
	if (c->count >= COVER_REFS_MAX)
		return err_set(e, ERR_LIMIT, "more than %u references of signatures", COVER_REFS_MAX);
	if (c->uris == NULL)
		c->uris = arena_alloc(a, COVER_REFS_MAX * sizeof(*c->uris));
	return keep(c, a, uri, &c->uris[c->count++], e);
}

int osci_cover_content(struct osci_cover *c, struct arena *a, const struct xml_attr *id, bool whole,
		       const struct xml_push *p, struct err *e)
{
	struct osci_cover_container *k = &c->containers[c->depth];

	k->has_content = true;
	k->content = NULL;
	if (whole)
		return check(c, id != NULL ? id->value : SPAN_EMPTY, p, e);
	return k->is_signed && id != NULL ? keep(c, a, id->value, &k->content, e) : 0;
}

int osci_cover_base64(struct osci_cover *c, const struct xml_attr *id, const struct xml_push *p, struct err *e)
{
	return check(c, id != NULL ? id->value : SPAN_EMPTY, p, e);
}
