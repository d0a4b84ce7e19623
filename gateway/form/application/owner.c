/* SPDX-License-Identifier: EUPL-1.2 */
/* The shares of drafts as the spool counts them. */
#include "form/application/owner.h"

#include <string.h>

#include "base/digest.h"

void form_owner_of(const struct form_office *o, const char *client, struct spool_box *out)
{
	struct digest *d;

	memset(out, 0, sizeof(*out));
	if (client == NULL)
		return;
	d = digest_new(DIGEST_SHA256);
	digest_add(d, o->owner_key, sizeof(o->owner_key));
	digest_add(d, client, strlen(client));
	digest_end(d, out->b);
	digest_free(d);
}

int form_owner_room(const struct form_office *o, const struct spool_box *owner, enum form_budget_answer *out, struct err *e)
{
	const struct form_budget_limits *l = &o->draft_limits;
	struct spool_usage all, mine;
	int rc = spool_usage_get(o->spool, 'D', NULL, &all, e);

	if (rc == 0)
		rc = spool_usage_get(o->spool, 'C', owner, &mine, e);
	if (rc != 0)
		return rc;
	*out = FORM_BUDGET_FITS;
	if (all.messages >= l->drafts || all.bytes >= l->bytes)
		*out = FORM_BUDGET_FULL;
	else if (mine.messages >= l->client_drafts || mine.bytes >= l->client_bytes)
		*out = FORM_BUDGET_CLIENT_FULL;
	return 0;
}
