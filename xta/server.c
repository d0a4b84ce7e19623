/* SPDX-License-Identifier: EUPL-1.2 */
/* One call from its first byte to the last of its answer: the order of the checks. */
#include "xta/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "xml/tree.h"
#include "xta/answer.h"
#include "xta/call.h"
#include "xta/meta.h"
#include "xta/names.h"

/* What the values of one call may take: a list of 100 entries has 2 MB at most in practice. */
#define CALL_MEMORY ((size_t)8 << 20)
#define TREE_MAX ((size_t)1 << 20)
#define META_MAX 32768

struct xta_server {
	struct xta_policy policy;
	const struct xta_env *env;
};

struct xta_server *xta_server_new(const struct xta_policy *p, const struct xta_env *env)
{
	struct xta_server *s = mem_new(sizeof(*s));

	s->policy = *p;
	s->env = env;
	return s;
}

void xta_server_free(struct xta_server *s)
{
	free(s);
}

static int refuse(enum xta_code *code, enum xta_code with, struct err *e, const char *what)
{
	*code = with;
	return err_set(e, ERR_REFUSED, "%s", what);
}

/* Facts first: wsa:Action, else what HTTP says; and all that say something say the same. */
static int choose_operation(struct xta_call *c, enum xta_code *code, struct err *e)
{
	const struct xta_media *m = &c->in.media;
	struct span action = span_of(c->in.headers.action);

	for (size_t i = 0; i < m->action_count; i++) {
		if (action.n == 0)
			action = m->actions[i];
		else if (!span_eq(action, m->actions[i]))
			return refuse(code, XTA_ACTION_MISMATCH, e, "the actions differ");
	}
	if (action.n == 0)
		return refuse(code, XTA_ACTION_MISSING, e, "no action");
	c->op = xta_operation_from(action);
	c->done->operation = c->op;
	return c->op != NULL ? 0 : refuse(code, XTA_ACTION_UNKNOWN, e, "unknown action");
}

/* What the header of any call has to be like. */
static int check_headers(struct xta_call *c, enum xta_code *code, struct err *e)
{
	const struct xta_headers *h = &c->in.headers;

	if (h->is_soap11 && c->policy->is_strict)
		return refuse(code, XTA_VERSION_MISMATCH, e, "SOAP 1.1");
	if (h->has_unknown)
		return refuse(code, XTA_NOT_UNDERSTOOD, e, "an entry has to be understood");
	if (h->wants_elsewhere && c->policy->is_strict)
		return refuse(code, XTA_NOT_ANONYMOUS, e, "the answer is wanted elsewhere");
	if (h->wants_elsewhere)
		c->in.warnings |= XTA_WARN_REPLY_TO;
	return choose_operation(c, code, e);
}

static size_t size_of(const struct xml_node *n)
{
	size_t size = n->text.n;

	for (size_t i = 0; i < n->attrs_n; i++)
		size += n->attrs[i].value.n;
	for (const struct xml_node *c = n->first; c != NULL; c = c->next)
		size += size_of(c);
	return size;
}

/* Everybody who lists the box gets it: one author must not fill the answers of others. */
static int read_meta(struct xta_call *c, unsigned *warnings, enum xta_code *code, struct err *e)
{
	const struct xml_node *n = c->in.headers.meta;

	if (n == NULL)
		return err_set(e, ERR_SYNTAX, "MessageMetaData is missing");
	if (size_of(n) <= META_MAX)
		return xta_meta_read(n, warnings, c->a, &c->meta, e);
	*code = XTA_9023;
	return err_set(e, ERR_LIMIT, "MessageMetaData is larger than %d bytes", META_MAX);
}

static int read_author(struct xta_call *c, struct xta_party *author, bool *is_there, enum xta_code *code, struct err *e)
{
	unsigned *warnings = c->policy->is_strict ? NULL : &c->in.warnings;
	int rc = 0;

	*is_there = true;
	if (c->op->sends_content) {
		rc = read_meta(c, warnings, code, e);
		*author = c->meta.author;
	} else {
		*is_there = c->in.headers.author != NULL;
		if (*is_there)
			rc = xta_party_read(c->in.headers.author, warnings, c->a, author, e);
	}
	if (rc != 0 && *code == XTA_OK)
		*code = XTA_9050;
	return rc;
}

/* Everything that can be said before the Body is read. */
static int on_headers(void *ctx, struct xta_message_in *m, bool *wants_content, enum xta_code *code, struct err *e)
{
	struct xta_call *c = ctx;
	struct xta_party author;
	bool is_there;
	int rc = 0;

	(void)m;
	if (check_headers(c, code, e) != 0 || read_author(c, &author, &is_there, code, e) != 0)
		return (int)e->code;
	rc = c->env->account(c->env->ctx, c->post->peer, is_there ? &author : NULL, c->op->right, c->a, &c->who, code,
			     e);
	if (rc == 0 && *code == XTA_OK) {
		snprintf(c->done->account, sizeof(c->done->account), "%s", c->who.name);
		if (c->op->sends_content)
			rc = c->env->send_begin(c->env->ctx, &c->who, &c->meta, c->op->gets_content, c->a, &c->making,
						code, e);
	}
	*wants_content = c->op->sends_content;
	if (rc != 0)
		*code = XTA_9030;
	else if (*code != XTA_OK)
		rc = err_set(e, ERR_REFUSED, "refused with %d", (int)*code);
	return rc;
}

static int on_part(void *ctx, size_t index, const struct xta_part *part, struct sink **out, struct err *e)
{
	struct xta_call *c = ctx;

	return c->env->send_part(c->env->ctx, c->making, index, part, out, e);
}

/* The Body to values. */
static int take_body(struct xta_call *c, enum xta_code *code, struct err *e)
{
	const struct xml_node *n = c->in.body;

	*code = c->op->bad_ask;
	if (c->op->sends_content)
		return c->in.has_content ? 0 : err_set(e, ERR_SYNTAX, "no GenericContentContainer");
	if (c->op->element == NULL && n != NULL) {
		*code = XTA_MALFORMED;
		if (c->policy->is_strict)
			return err_set(e, ERR_SYNTAX, "the Body has to be empty");
		c->in.warnings |= XTA_WARN_BODY;
	}
	if (c->op->element == NULL)
		return 0;
	if (n == NULL) {
		*code = XTA_9020;
		return err_set(e, ERR_SYNTAX, "the Body is empty");
	}
	if (!xml_node_is(n, c->op->ns, c->op->element)) {
		*code = XTA_MALFORMED;
		return err_set(e, ERR_SYNTAX, "the Body does not fit the action");
	}
	return c->op->read_ask(n, c->a, &c->ask, e);
}

/* The call to its result in c->reply, or to the code it is refused with. */
static enum xta_code obey(struct xta_call *c)
{
	const struct xta_read_options o = {
		.content_max = c->policy->content_max,
		.parts_max = c->policy->parts_max,
		.tree_max = TREE_MAX,
		.is_strict = c->policy->is_strict,
		.headers = on_headers,
		.part = on_part,
		.ctx = c,
	};
	enum xta_code code = XTA_OK;
	struct err *e = &c->done->cause;

	if (xta_read(&o, c->post->content_type, c->post->soap_action, c->post->body, c->a, &c->in, &code, e) != 0)
		return code != XTA_OK ? code : XTA_MALFORMED;
	c->now = clock_now();
	if (take_body(c, &code, e) != 0)
		return code;
	if (arena_check(c->a, "the request", e) != 0)
		return XTA_TOO_LARGE;
	code = XTA_OK;
	if (c->op->run(c, &code, e) != 0 || arena_check(c->a, "the answer", e) != 0)
		return XTA_9030;
	return code;
}

int xta_server_serve(struct xta_server *s, const struct xta_post *post, xta_answer_fn *begin, void *ctx,
		     struct xta_done *done, struct err *e)
{
	struct xta_call c = {
		.policy = &s->policy,
		.env = s->env,
		.post = post,
		.a = arena_new_capped(CALL_MEMORY),
		.done = done,
	};
	int rc;

	memset(done, 0, sizeof(*done));
	done->code = obey(&c);
	if (c.making != NULL)
		s->env->send_abort(s->env->ctx, c.making);
	done->warnings = c.in.warnings;
	rc = xta_answer(&c, begin, ctx, e);
	if (rc == 0 && done->code == XTA_OK && c.is_first_fetch &&
	    s->env->fetched(s->env->ctx, &c.who, c.reply.item.meta.message_id, c.now, &done->cause) != 0)
		err_wrap(&done->cause, "the first fetch was not noted");
	if (c.reply.item.held != NULL)
		s->env->handed(s->env->ctx, &c.reply.item);
	arena_free(c.a);
	return rc;
}
