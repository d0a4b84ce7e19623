/* SPDX-License-Identifier: EUPL-1.2 */
/* The parts of an application as an OSCI content package. */
#include "delivery/parcel.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "osci/content.h"

/* What a specialist procedure reads travels in the container: of a form, and of a procedure's message if it is small.
 */
#define INSIDE "application.xml"
#define FIRST "content-0"
#define FIRST_MAX (4ULL << 20)
#define HEADER_MAX ((size_t)256 << 10)

struct part_source {
	struct spool *spool;
	struct id message;
	const char *name;
};

struct delivery_parcel {
	struct osci_package *package;
	struct osci_outgoing outgoing;
	struct span custom[1];
};

static int open_part(void *ctx, struct src **out, struct err *e)
{
	const struct part_source *p = ctx;

	return spool_part_open(p->spool, &p->message, p->name, out, e);
}

static bool is_inside(const struct spool_part *p)
{
	return strcmp(p->name, INSIDE) == 0 || (strcmp(p->name, FIRST) == 0 && p->size <= FIRST_MAX);
}

/* Senders may write anything there; it is to stand in a header. */
static const char *media_type(const char *text)
{
	size_t n = text == NULL ? 0 : strlen(text), slashes = 0;

	for (size_t i = 0; i < n; i++) {
		slashes += text[i] == '/';
		if (!isalnum((unsigned char)text[i]) && strchr("/.+-_", text[i]) == NULL)
			return NULL;
	}
	return slashes == 1 && n < 100 && text[0] != '/' && text[n - 1] != '/' ? text : NULL;
}

static void fill_part(const struct delivery_errand *x, size_t i, struct osci_part *out)
{
	const struct spool_part *p = &x->m->parts[i];
	struct part_source *source = arena_alloc(x->a, sizeof(*source));

	*source = (struct part_source){ x->s->spool, x->m->id, p->name };
	*out = (struct osci_part){
		.id = arena_printf(x->a, "part-%zu", i + 1),
		.cid = is_inside(p) ? NULL : p->name,
		.type = media_type(p->type),
		.size = p->size,
		.open = open_part,
		.ctx = source,
	};
}

/* Nobody would believe the signature, and the recipient could only throw the application away. */
static int check_author(const struct pki_cert *c, struct err *e)
{
	int64_t now = clock_now();
	char when[CLOCK_TEXT_LEN];

	if (now < c->not_before)
		return err_reason(e, ERR_CONFIG, RSN_LOC_KEY_MISSING, "the certificate of delivery.author_key is valid from %s only",
				  clock_utc(c->not_before, when));
	if (now >= c->not_after)
		return err_reason(e, ERR_CONFIG, RSN_LOC_KEY_MISSING, "the certificate of delivery.author_key has expired at %s",
				  clock_utc(c->not_after, when));
	return 0;
}

/* The header entry that the message brings with it; *out is empty if there is none. */
static int read_header(const struct delivery_errand *x, struct span *out, struct err *e)
{
	struct src *src = NULL;
	struct buf text;
	int rc = spool_part_open(x->s->spool, &x->m->id, SPOOL_PART_METADATA, &src, e);

	*out = SPAN_EMPTY;
	if (rc == ERR_MISSING) {
		*e = (struct err)ERR_INIT;
		return 0;
	}
	buf_init(&text, HEADER_MAX);
	if (rc == 0)
		rc = stream_to_buf(src, &text, SPOOL_PART_METADATA, e);
	if (rc == 0)
		*out = arena_span(x->a, buf_view(&text));
	src_close(src);
	buf_wipe(&text);
	return rc;
}

/* What has metadata of its own says there what it is about. */
static void fill_order(struct delivery_parcel *p, const struct delivery_errand *x)
{
	bool has_header = p->custom[0].n > 0;

	p->outgoing = (struct osci_outgoing){.message_id = x->d->peer_id, .subject = has_header ? NULL : x->m->service};
	p->outgoing.receiver = x->address;
	p->outgoing.custom = p->custom;
	p->outgoing.custom_count = has_header;
	osci_package_fill(p->package, &p->outgoing);
}

int delivery_parcel_new(struct delivery_errand *x, struct delivery_parcel **out, struct err *e)
{
	struct osci_part *parts = arena_alloc(x->a, (x->m->part_count + 1) * sizeof(*parts));
	struct pki_cert *reader = x->route->addressee_cipher;
	struct osci_package_job job = {
		.parts = parts,
		.author = x->s->author,
		.pss = x->s->conf->author_signature != NULL && strcmp(x->s->conf->author_signature, "pss-sha256") == 0,
		.originator = pki_keyring_current(x->s->keys, PKI_USE_SIGNATURE, clock_now()),
		.addressee = reader,
		.readers = &reader,
		.reader_count = 1,
	};
	struct delivery_parcel *p = mem_new(sizeof(*p));
	int rc = check_author(x->s->author->cert, e);

	for (size_t i = 0; rc == 0 && i < x->m->part_count; i++)
		if (strcmp(x->m->parts[i].name, SPOOL_PART_METADATA) != 0)
			fill_part(x, i, &parts[job.part_count++]);
	if (rc == 0)
		rc = read_header(x, &p->custom[0], e);
	if (rc == 0)
		rc = osci_package_make(&job, &p->package, e);
	if (rc != 0) {
		free(p);
		return err_wrap(e, "content");
	}
	fill_order(p, x);
	*out = p;
	return 0;
}

const struct osci_outgoing *delivery_parcel_outgoing(const struct delivery_parcel *p)
{
	return &p->outgoing;
}

void delivery_parcel_free(struct delivery_parcel *p)
{
	if (p == NULL)
		return;
	osci_package_free(p->package);
	free(p);
}
