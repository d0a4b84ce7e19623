/* SPDX-License-Identifier: EUPL-1.2 */
/* What happened when, as a PDF to keep (Versandbestätigung). Which instant proves what is said. */
#include "form/application/receipt.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "form/application/pdf.h"

#define KEPT 128
#define KEPT_BYTES 131072	/* of one; larger ones are made anew */

struct kept {
	uint8_t state[SHA256_LEN];	/* of what stands in it */
	char *data;
	size_t n;
};

struct form_receipts {
	pthread_mutex_t mutex;
	struct kept list[KEPT];		/* a ring */
	size_t next;
};

struct form_receipts *form_receipts_new(void)
{
	struct form_receipts *r = mem_new(sizeof(*r));

	pthread_mutex_init(&r->mutex, NULL);
	return r;
}

void form_receipts_free(struct form_receipts *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < KEPT; i++)
		free(r->list[i].data);
	pthread_mutex_destroy(&r->mutex);
	free(r);
}

static void digest_state(const struct form_draft *d, const struct form_progress *p, uint8_t out[SHA256_LEN])
{
	const char *name = p->message_id == NULL ? "" : p->message_id;	/* as long as a peer likes */
	uint8_t sum[SHA256_LEN];
	struct buf b;

	buf_init(&b, 1024);
	buf_put(&b, d->message.id.b, sizeof(d->message.id.b));
	buf_printf(&b, "%s %lld %lld", p->name, (long long)p->since, (long long)d->message.erased);
	for (size_t i = 0; i < FORM_INSTANTS; i++)
		buf_printf(&b, " %lld", (long long)p->instants[i].at);
	sha256(name, strlen(name), sum);
	buf_put(&b, sum, sizeof(sum));
	must(!b.over);
	sha256(b.p, b.n, out);
	buf_fini(&b);
}

bool form_receipt_kept(const struct form_draft *d, const struct form_progress *p, struct buf *out)
{
	struct form_receipts *r = d->office->receipts;
	uint8_t state[SHA256_LEN];
	bool found = false;

	digest_state(d, p, state);
	pthread_mutex_lock(&r->mutex);
	for (size_t i = 0; i < KEPT && !found; i++) {
		found = r->list[i].n > 0 && memcmp(r->list[i].state, state, SHA256_LEN) == 0;
		if (found)
			buf_put(out, r->list[i].data, r->list[i].n);
	}
	pthread_mutex_unlock(&r->mutex);
	return found;
}

static void keep(const struct form_draft *d, const struct form_progress *p, struct span pdf)
{
	struct form_receipts *r = d->office->receipts;
	struct kept *k;

	if (pdf.n > KEPT_BYTES)
		return;
	pthread_mutex_lock(&r->mutex);
	k = &r->list[r->next++ % KEPT];
	free(k->data);
	digest_state(d, p, k->state);
	k->data = mem_dup_n(pdf.p, pdf.n);
	k->n = pdf.n;
	pthread_mutex_unlock(&r->mutex);
}

static void put_instants(struct form_pdf *pdf, const struct form_progress *p)
{
	char at[CLOCK_TEXT_LEN];

	form_pdf_heading(pdf, 2, "Was wann geschah");
	form_pdf_list(pdf);
	for (size_t i = 0; i < FORM_INSTANTS; i++) {
		const struct form_instant *in = &p->instants[i];
		char *text = mem_printf("%s\n%s", in->at == 0 ? in->open : clock_german(in->at, at), in->meaning);

		form_pdf_pair(pdf, in->name, text);
		free(text);
	}
	form_pdf_list_end(pdf);
}

static void put_parts(struct form_pdf *pdf, const struct form_draft *d, const struct form_progress *p)
{
	form_pdf_heading(pdf, 2, "Was gesendet wurde");
	if (p->kept != NULL) {
		form_pdf_text(pdf, p->kept);
		return;
	}
	form_pdf_list(pdf);
	for (size_t i = 0; i < d->message.part_count; i++) {
		const struct spool_part *part = &d->message.parts[i];
		char hex[2 * SHA256_LEN + 1], *text;

		hex_encode(part->sha256, SHA256_LEN, hex);
		text = mem_printf("%s, %llu Bytes\nSHA-256: %s", part->type, (unsigned long long)part->size, hex);
		form_pdf_pair(pdf, part->label != NULL && *part->label != '\0' ? part->label : part->name, text);
		free(text);
	}
	form_pdf_list_end(pdf);
}

static int write_receipt(const struct form_draft *d, const struct form_progress *p, struct sink *to, struct err *e)
{
	char id[ID_TEXT_LEN], at[CLOCK_TEXT_LEN];
	char *footer = mem_printf("Sendebestätigung · Vorgang %s", id_text(&d->message.id, id));
	struct form_pdf *pdf = form_pdf_new("Sendebestätigung", d->office->operator_name, footer, p->since);
	int rc;

	form_pdf_heading(pdf, 1, "Sendebestätigung");
	form_pdf_list(pdf);
	form_pdf_pair(pdf, "Antrag", d->title);
	form_pdf_pair(pdf, "Empfänger", d->recipient_name);
	form_pdf_pair(pdf, "Vorgangsnummer", id);
	form_pdf_pair(pdf, "OSCI-Nachrichten-ID", p->id_text);
	form_pdf_pair(pdf, "Stand vom", clock_german(p->since, at));
	form_pdf_list_end(pdf);
	form_pdf_heading(pdf, 2, p->title);
	form_pdf_text(pdf, p->text);
	if (p->advice != NULL)
		form_pdf_text(pdf, p->advice);
	put_instants(pdf, p);
	put_parts(pdf, d, p);
	form_pdf_heading(pdf, 2, "Hinweis");
	form_pdf_text(pdf, "Diese Bestätigung gibt den Stand wieder, der oben steht. Bewahren Sie sie zusammen mit dem Antrag auf. "
			   "Nennen Sie bei Rückfragen die Vorgangsnummer.");
	rc = form_pdf_end(pdf, to, e);
	form_pdf_free(pdf);
	free(footer);
	return rc == 0 ? 0 : err_wrap(e, "make the receipt");
}

int form_receipt_make(const struct form_draft *d, const struct form_progress *p, struct buf *out, struct err *e)
{
	struct sink *to = sink_to_buf(out);
	size_t before = out->n;
	int rc = write_receipt(d, p, to, e);

	sink_close(to);
	if (rc == 0)
		rc = buf_check(out, "receipt", e);
	if (rc == 0)
		keep(d, p, (struct span){ out->p + before, out->n - before });
	return rc;
}
