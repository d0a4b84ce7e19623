/* SPDX-License-Identifier: EUPL-1.2 */
/* The periodic jobs. */
#include "jobs.h"

#include <malloc.h>

#include "base/log.h"

#define ERASE_AT_ONCE 256	/* one round; what is left comes with the next */

int gw_job_retention(void *ctx, int64_t now, struct err *e)
{
	struct gw_app *app = ctx;
	struct arena *a = arena_new();
	struct id *ids;
	size_t n = 0;
	int rc = spool_expired(app->spool, a, now, ERASE_AT_ONCE, &ids, &n, e);

	/* One that cannot be erased must not keep the others from it: the first error is reported at the end. */
	for (size_t i = 0; i < n; i++) {
		struct err bad = ERR_INIT;

		if (spool_erase_expired(app->spool, &ids[i], now, &bad) == 0)
			log_event(LOG_INFO, "message.erased", LOG_ID("message", &ids[i]));
		else if (rc == 0 && bad.code != ERR_WRONG_STATE)	/* saved again meanwhile */
			*e = bad, rc = (int)bad.code;
	}
	arena_free(a);
	return rc;
}

int gw_job_undecided(void *ctx, int64_t now, struct err *e)
{
	struct gw_app *app = ctx;
	struct arena *a = arena_new();
	struct spool_event ev = { .at = now, .kind = SPOOL_EV_GIVEN_UP };
	struct spool_delivery *list;
	size_t n = 0;
	int rc = spool_delivery_ending(app->spool, a, now, ERASE_AT_ONCE, &list, &n, e);

	for (size_t i = 0; i < n && rc == 0; i++) {
		enum reason why = spool_delivery_reason(&list[i]);

		ev.reason = why;
		rc = spool_delivery_step(app->spool, &list[i], DLV_EV_GIVE_UP, &ev, NULL, e);
		if (rc == 0)
			log_event(LOG_ERROR, "delivery.given-up", LOG_ID("message", &list[i].message),
				  LOG_STR("recipient", list[i].recipient), LOG_STR("why", reason_info(why)->key));
		else if (rc == ERR_WRONG_STATE)	/* somebody decided in this moment */
			rc = 0;
	}
	arena_free(a);
	return rc;
}

int gw_job_clock(void *ctx, int64_t now, struct err *e)
{
	struct gw_app *app = ctx;
	uint64_t pulled;

	return spool_clock_check(app->spool, now, &pulled, e);
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
	gw_listeners_reload(app);
	if (app->policy.crl_required && pki_trust_crl_left(app->trust, now) < 0)
		return err_reason(e, ERR_TRUST, RSN_CERT_NO_STATUS, "a revocation list is past its time");
	return 0;
}

/* Outside the spool it shows later that nothing before it was changed. */
int gw_job_cards(void *ctx, int64_t now, struct err *e)
{
	struct gw_app *app = ctx;
	struct spool_card_head head;
	char hex[2 * SHA256_LEN + 1];
	int rc = spool_card_head(app->spool, &head, e);

	(void)now;
	if (rc != 0 || head.links == 0)
		return rc;
	hex_encode(head.hash, SHA256_LEN, hex);
	log_event(LOG_INFO, "cards.head", LOG_INT("links", (int64_t)head.links), LOG_STR("hash", hex));
	return 0;
}

/* A burst of documents or certificates leaves free blocks all over the heaps; nobody gives them back by itself. */
int gw_job_trim(void *ctx, int64_t now, struct err *e)
{
	struct gw_app *app = ctx;

	(void)now;
	(void)e;
	spool_trim(app->spool);
	(void)malloc_trim(0);
	return 0;
}

int gw_job_own_keys(void *app, int64_t now, struct err *e)
{
	(void)e;
	gw_own_keys_log(app, now);
	return 0;
}
