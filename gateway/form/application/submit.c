/* SPDX-License-Identifier: EUPL-1.2 */
/* The one commit that makes a draft an application with its first delivery. */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/parts.h"
#include "form/application/draft.h"
#include "form/application/payload.h"
#include "form/application/pdf.h"

void form_draft_application(const struct form_draft *d, struct form_application *app)
{
	*app = (struct form_application){
		.definition = d->definition, .recipient = d->recipient,
		.values = { d->values, d->uploads, d->upload_count }, .shown = d->shown, .id = d->message.id,
		.submitted = d->message.submitted, .operator_name = d->office->operator_name,
		.operator_key = d->office->operator_key, .test_message = d->office->test_messages,
	};
}

typedef int write_fn(const struct form_application *app, struct sink *to, struct err *e);

static int write_part(struct spool_edit *ed, const char *name, const char *type, write_fn *write,
		      const struct form_application *app, struct err *e)
{
	struct sink *to = NULL;
	int rc = spool_edit_part(ed, name, type, "", &to, e);

	if (rc != 0)
		return rc;
	rc = write(app, to, e);
	if (rc == 0)
		rc = sink_finish(to, e);
	sink_close(to);
	return rc;
}

static int write_all_parts(const struct form_draft *d, struct spool_edit *ed, struct err *e)
{
	struct form_application app;
	int rc;

	form_draft_application(d, &app);
	rc = write_part(ed, PART_XML, "application/xml", form_payload_write, &app, e);
	return rc != 0 ? rc : write_part(ed, PART_PDF, "application/pdf", form_pdf_application, &app, e);
}

static int commit(struct form_draft *d, struct spool_edit *ed, struct spool_message *m, struct err *e)
{
	struct spool_delivery first = { .channel = "osci-store", .recipient = m->recipient };

	m->kind = SPOOL_APPLICATION;
	m->submitted = d->message.submitted;
	m->accepted = clock_now();
	memset(&m->from, 0, sizeof(m->from)); /* takes nobody's share any more */
	m->expires = 0; /* until the delivery is done, nothing ends by itself */
	spool_edit_event(ed, &(struct spool_event){ .at = m->submitted, .kind = SPOOL_EV_SUBMITTED });
	spool_edit_event(ed, &(struct spool_event){ .at = m->accepted, .kind = SPOOL_EV_ACCEPTED });
	d->message.accepted = m->accepted;
	return spool_edit_commit(ed, &first, e);
}

static int send_it(struct form_draft *d, struct err *e)
{
	struct spool_edit *ed = NULL;
	struct spool_message *m;
	struct buf json;
	int rc = form_draft_edit(d, &ed, &m, &json, e);

	if (rc != 0)
		return rc;
	rc = write_all_parts(d, ed, e);
	if (rc == 0)
		rc = commit(d, ed, m, e);
	else
		spool_edit_abort(ed);
	buf_wipe(&json);
	return rc;
}

int form_draft_submit(struct form_draft *d, struct form_problems *problems, struct err *e)
{
	const struct form_values all = { d->values, d->uploads, d->upload_count };

	if (!form_draft_is_open(d))
		return 0;
	form_validate(d->definition, 0, d->definition->count, &all, d->shown, problems);
	if (problems->count > 0)
		return 0;
	d->message.submitted = clock_now();
	if (send_it(d, e) != 0) {
		d->message.submitted = d->message.accepted = 0;
		return err_wrap(e, "submit");
	}
	d->message.kind = SPOOL_APPLICATION;
	form_budget_forget(d->office->budget, &d->message.id);
	log_event(LOG_INFO, "form.accepted", LOG_ID("message", &d->message.id), LOG_STR("form", d->definition->id),
		  LOG_STR("recipient", d->message.recipient), LOG_INT("uploads", (long long)d->upload_count));
	return 0;
}
