/* SPDX-License-Identifier: EUPL-1.2 */
/* What the HTTP header says of a SOAP message. */
#include "xta/media.h"

#include "base/mem.h"

static void add_action(struct xta_media *m, struct span action)
{
	if (action.n > 0 && m->action_count < XTA_ACTIONS_MAX)
		m->actions[m->action_count++] = action;
}

/* Java puts the media type of the envelope with its action, quoted, into a parameter. */
static int read_quoted(const struct mime_value *v, const char *name, struct arena *a, struct xta_media *m,
		       struct err *e)
{
	struct mime_value inner;
	struct span text, action;

	if (!mime_param_get(v, name, &text) || text.n == 0)
		return 0;
	if (mime_value_parse(text, a, &inner, e) != 0)
		return err_wrap(e, "parameter %s", name);
	if (mime_param_get(&inner, "action", &action))
		add_action(m, action);
	return 0;
}

static bool is_soap(struct span type)
{
	return span_is_nocase(type, "application/soap+xml") || span_is_nocase(type, "text/xml");
}

static int read_actions(const struct mime_value *v, struct arena *a, struct xta_media *m, struct err *e)
{
	struct span action;

	if (mime_param_get(v, "action", &action))
		add_action(m, action);
	return read_quoted(v, "start-info", a, m, e);
}

static void read_soap_action(struct span s, struct xta_media *m)
{
	s = span_trim(s);
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		s = (struct span){ s.p + 1, s.n - 2 };
	add_action(m, s);
}

static int read_multipart(const struct mime_value *v, struct arena *a, struct xta_media *m, struct err *e)
{
	struct span boundary, start;

	m->is_multipart = true;
	if (mime_boundary(v, &boundary, e) != 0)
		return (int)e->code;
	m->boundary = arena_span(a, boundary);
	if (!mime_param_get(v, "start", &start))
		return 0;
	if (start.n >= 2 && start.p[0] == '<' && start.p[start.n - 1] == '>')
		start = (struct span){ start.p + 1, start.n - 2 };
	m->start = arena_span(a, start);
	return 0;
}

int xta_media_read(struct span content_type, struct span soap_action, struct arena *a, struct xta_media *out,
		   struct err *e)
{
	struct mime_value v;

	*out = (struct xta_media){ .action_count = 0 };
	if (mime_value_parse(content_type, a, &v, e) != 0)
		return (int)e->code;
	if (span_is_nocase(v.main, "multipart/related")) {
		if (read_multipart(&v, a, out, e) != 0)
			return (int)e->code;
	} else if (!is_soap(v.main)) {
		return err_set(e, ERR_UNSUPPORTED, "media type is not SOAP");
	}
	if (read_actions(&v, a, out, e) != 0)
		return (int)e->code;
	read_soap_action(soap_action, out);
	return 0;
}

int xta_media_read_root(const struct mime_part *root, struct arena *a, struct xta_media *m, struct err *e)
{
	struct span head = SPAN_EMPTY;
	struct mime_value v;

	if (m->start.n > 0 && root->id.n > 0 && !mime_cid_is(m->start, root->id))
		return err_set(e, ERR_UNSUPPORTED, "the root is not the first part");
	if (!mime_head_get(&root->head, "Content-Type", &head))
		return 0;
	/* what the part's header points to does not outlive the part */
	if (mime_value_parse(arena_span(a, head), a, &v, e) != 0)
		return (int)e->code;
	if (!span_is_nocase(v.main, "application/xop+xml") && !is_soap(v.main))
		return err_set(e, ERR_UNSUPPORTED, "root part: media type is not SOAP");
	if (read_actions(&v, a, m, e) != 0)
		return (int)e->code;
	return read_quoted(&v, "type", a, m, e);
}
