/* SPDX-License-Identifier: EUPL-1.2 */
/* LINK: osci */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "osci/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {			/* what came out of one reading */
	struct osci_message m;
	struct arena *a;
	struct err e;
	enum osci_code code;
	int rc;
	struct digest *d;	/* of all content in order */
	uint8_t content[SHA256_LEN];
	struct sink *part;
	unsigned parts;
};

/* A sink of the reader's own to close, over the digest of all content. */
struct part {
	struct sink base;
	struct sink *below;
};

static int to_digest(struct sink *s, const void *data, size_t n, struct err *e)
{
	return sink_write(((struct part *)s)->below, data, n, e);
}

static void part_close(struct sink *s)
{
	free(s);
}

static int take_part(void *ctx, const char *name, const char *type, const char *cid, struct sink **out, struct err *e)
{
	struct seen *x = ctx;
	struct part *p = mem_new(sizeof(*p));

	(void)e;
	must(strcmp(name, "body") == 0 || (strcmp(name, "attachment") == 0 && cid[0] != '\0'));
	must(type != NULL);
	p->base = (struct sink){ .write = to_digest, .close = part_close };
	p->below = x->part;
	x->parts++;
	*out = &p->base;
	return 0;
}

struct piecewise {
	struct src base;
	const uint8_t *p;
	size_t left, step;
};

static int piece_read(struct src *s, void *data, size_t cap, size_t *got, struct err *e)
{
	struct piecewise *w = (struct piecewise *)s;

	(void)e;
	*got = w->left < w->step ? w->left : w->step;
	if (*got > cap)
		*got = cap;
	if (*got > 0)
		memcpy(data, w->p, *got);
	w->p += *got;
	w->left -= *got;
	return 0;
}

static void read_all(const uint8_t *data, size_t size, size_t step, bool answers, struct seen *x)
{
	struct osci_read_options o = { .answers = answers, .max_size = 1u << 20 };
	struct osci_intake intake = { .part = take_part, .ctx = x };
	struct piecewise in = { { piece_read, NULL }, data, size, step };

	memset(x, 0, sizeof(*x));
	x->a = arena_new();
	x->d = digest_new(DIGEST_SHA256);
	x->part = sink_digest(x->d, NULL);
	x->rc = osci_read(&o, &in.base, &intake, NULL, x->a, &x->m, &x->code, &x->e);
	digest_end(x->d, x->content);
}

static void done(struct seen *x)
{
	osci_message_fini(&x->m);
	sink_close(x->part);
	digest_free(x->d);
	arena_free(x->a);
}

/* However the bytes arrive, the verdict and the content are the same. */
static void compare(const struct seen *a, const struct seen *b)
{
	must(a->rc == b->rc && a->parts == b->parts);
	if (a->rc != 0) {
		must(a->code == b->code);
		must(a->m.cert_count == 0);
		return;
	}
	must(memcmp(a->content, b->content, SHA256_LEN) == 0);
	must(a->m.type == b->m.type && a->m.attachment_count == b->m.attachment_count);
	must(a->m.signature_code == b->m.signature_code && a->m.is_signed == b->m.is_signed);
	/* nothing decrypts without keys, and a signature that counts has a signer */
	must(!a->m.was_encrypted && (!a->m.is_signed || a->m.signature_code != OSCI_NO_CODE || a->m.signer != NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int answers = 0; answers < 2; answers++) {
		struct seen whole, pieces;

		read_all(data, size, SIZE_MAX, answers != 0, &whole);
		read_all(data, size, 13, answers != 0, &pieces);
		compare(&whole, &pieces);
		done(&whole);
		done(&pieces);
	}
	return 0;
}
