/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs.h"

#include "base/log.h"

#define ERASE_AT_ONCE 256	/* one round; what is left comes with the next */

int gw_job_retention(void *ctx, int64_t now, struct err *e)
{
	struct gw_app *app = ctx;
	struct arena *a = arena_new();
	struct id *ids;
	size_t n = 0;
	int rc = spool_expired(app->spool, a, now, ERASE_AT_ONCE, &ids, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = spool_erase(app->spool, &ids[i], now, e);
		if (rc == 0)
			log_event(LOG_INFO, "message.erased", LOG_ID("message", &ids[i]));
	}
	arena_free(a);
	return rc;
}

int gw_job_drafts(void *ctx, int64_t now, struct err *e)
{
	struct gw_app *app = ctx;

	return app->form == NULL ? 0 : form_service_housekeep(app->form, now, NULL, e);
}

int gw_job_crls(void *ctx, int64_t now, struct err *e)
{
	struct gw_app *app = ctx;

	(void)pki_trust_reload_crls(app->trust);
	if (app->policy.crl_required && pki_trust_crl_left(app->trust, now) < 0)
		return err_reason(e, ERR_TRUST, RSN_CERT_NO_STATUS, "a revocation list is past its time");
	return 0;
}
