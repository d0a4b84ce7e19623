/* SPDX-License-Identifier: EUPL-1.2 */
/* The parts of an application as an OSCI content package. */
#include "delivery/parcel.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "osci/content.h"

#define INSIDE "application.xml"	/* travels in the container: what a specialist procedure reads */

struct part_source {
	struct spool *spool;
	struct id message;
	const char *name;
};

struct delivery_parcel {
	struct osci_package *package;
	struct osci_outgoing outgoing;
};

static int open_part(void *ctx, struct src **out, struct err *e)
{
	const struct part_source *p = ctx;

	return spool_part_open(p->spool, &p->message, p->name, out, e);
}

static void fill_part(const struct delivery_errand *x, size_t i, struct osci_part *out)
{
	const struct spool_part *p = &x->m->parts[i];
	struct part_source *source = arena_alloc(x->a, sizeof(*source));

	*source = (struct part_source){ x->s->spool, x->m->id, p->name };
	*out = (struct osci_part){
		.id = arena_printf(x->a, "part-%zu", i + 1),
		.cid = strcmp(p->name, INSIDE) == 0 ? NULL : p->name,
		.type = p->type,
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

int delivery_parcel_new(struct delivery_errand *x, struct delivery_parcel **out, struct err *e)
{
	struct osci_part *parts = arena_alloc(x->a, (x->m->part_count + 1) * sizeof(*parts));
	struct pki_cert *reader = x->route->addressee_cipher;
	struct osci_package_job job = {
		.parts = parts,
		.part_count = x->m->part_count,
		.author = x->s->author,
		.originator = pki_keyring_current(x->s->keys, PKI_USE_SIGNATURE, clock_now()),
		.addressee = reader,
		.readers = &reader,
		.reader_count = 1,
	};
	struct delivery_parcel *p = mem_new(sizeof(*p));
	int rc = check_author(x->s->author->cert, e);

	for (size_t i = 0; rc == 0 && i < x->m->part_count; i++)
		fill_part(x, i, &parts[i]);
	if (rc == 0)
		rc = osci_package_make(&job, &p->package, e);
	if (rc != 0) {
		free(p);
		return err_wrap(e, "content");
	}
	p->outgoing = (struct osci_outgoing){ .message_id = x->d->peer_id, .subject = x->m->service };
	osci_package_fill(p->package, &p->outgoing);
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
