/* SPDX-License-Identifier: EUPL-1.2 */
/* What a person takes along: the parts of the application as they are, and the confirmation. */
#include <string.h>

#include "base/clock.h"
#include "form/application/receipt.h"
#include "form/web/page.h"

static void download_headers(struct form_visit *v, const char *kind, const char *extension)
{
	form_frame_headers(v->rq, v->s);
	http_header_add(v->rq, "Content-Disposition",
			arena_printf(v->a, "attachment; filename=\"%s-%s.%s\"", kind, v->id_text, extension));
}

int form_download_part(struct form_visit *v, const char *part, struct err *e)
{
	const struct spool_message *m = &v->draft.message;
	const struct spool_part *p = NULL;
	struct src *from = NULL;
	struct sink *to;
	int rc;

	for (size_t i = 0; i < m->part_count && m->erased == 0; i++) {
		if (strcmp(m->parts[i].name, part) == 0)
			p = &m->parts[i];
	}
	if (p == NULL)
		return err_set(e, ERR_MISSING, "%s is not there (any more)", part);
	rc = spool_part_open(v->s->office.spool, &v->id, part, &from, e);
	if (rc != 0)
		return rc;
	download_headers(v, "Antrag", strchr(part, '.') + 1);
	rc = http_reply_begin(v->rq, 200, p->type, (int64_t)p->size, &to, e);
	if (rc == 0)
		rc = stream_copy(from, to, p->size, NULL, e);
	if (rc == 0)
		rc = sink_finish(to, e);
	src_close(from);
	return rc;
}

int form_download_receipt(struct form_visit *v, struct err *e)
{
	struct form_progress p;
	struct buf b;
	int rc = form_progress_get(&v->draft, clock_now(), &p, e);

	if (rc != 0)
		return rc;
	buf_init(&b, FORM_PAGE_MAX);
	if (!form_receipt_kept(&v->draft, &p, &b)) {
		if (!form_may_cost(v->s, v->rq, e))
			return 0;
		rc = form_receipt_make(&v->draft, &p, &b, e);
	}
	if (rc == 0) {
		download_headers(v, "Sendebestaetigung", "pdf");
		rc = http_reply(v->rq, 200, "application/pdf", b.p, b.n, e);
	}
	buf_wipe(&b);
	return rc;
}
