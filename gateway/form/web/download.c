/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

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
	for (size_t i = 0; i < m->part_count && m->erased == 0; i++) {
		if (strcmp(m->parts[i].name, part) == 0)
			p = &m->parts[i];
	}
	if (p == NULL || spool_part_open(v->s->office.spool, &v->id, part, &from, e) != 0)
		return p == NULL ? (int)err_set(e, ERR_MISSING, "%s is not there (any more)", part) : (int)e->code;
	download_headers(v, "Antrag", strchr(part, '.') + 1);
	if (http_reply_begin(v->rq, 200, p->type, (int64_t)p->size, &to, e) == 0 &&
	    stream_copy(from, to, p->size, NULL, e) == 0)
		sink_finish(to, e);
	src_close(from);
	return (int)e->code;
}

int form_download_receipt(struct form_visit *v, struct err *e)
{
	struct buf b;
	buf_init(&b, FORM_PAGE_MAX);
	struct sink *to = sink_to_buf(&b);
	e->code = ERR_OK;
	if (form_receipt_write(&v->draft, to, e) == 0) {
		download_headers(v, "Sendebestaetigung", "pdf");
		http_reply(v->rq, 200, "application/pdf", b.p, b.n, e);
	}
	sink_close(to);
	buf_wipe(&b);
	return (int)e->code;
}
