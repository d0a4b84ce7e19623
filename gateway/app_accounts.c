/* SPDX-License-Identifier: EUPL-1.2 */
/* app_accounts - the XTA accounts, from the configuration and the certificates that it names. */
#include "app.h"

#include "base/arena.h"
#include "base/mem.h"

/* 64 digits, with colons wherever somebody's tool puts them: conf_load has seen to it. */
static void read_fingerprint(const char *text, uint8_t out[SHA256_LEN])
{
	char digits[2 * SHA256_LEN];
	size_t n = 0;

	for (; *text != '\0' && n < sizeof(digits); text++)
		if (*text != ':')
			digits[n++] = *text;
	must(hex_decode((struct span){ digits, n }, out, SHA256_LEN));
}

static int add_certificates(const struct conf_account *c, uint8_t (*out)[SHA256_LEN], struct err *e)
{
	for (size_t i = 0; i < c->certificates.n; i++) {
		struct pki_cert *cert = NULL;
		int rc = pki_cert_from_file(c->certificates.item[i], &cert, e);

		if (rc != 0)
			return rc;
		memcpy(out[i], cert->sha256, SHA256_LEN);
		pki_cert_free(cert);
	}
	for (size_t i = 0; i < c->fingerprints.n; i++)
		read_fingerprint(c->fingerprints.item[i], out[c->certificates.n + i]);
	return 0;
}

static int make_account(struct arena *a, const struct conf_account *c, struct mailbox_xta_account *out, struct err *e)
{
	size_t n = c->certificates.n + c->fingerprints.n;
	uint8_t (*prints)[SHA256_LEN] = arena_alloc(a, n * sizeof(*prints));
	struct mailbox_xta_party *parties = arena_alloc(a, c->identifiers.n * sizeof(*parties));
	int rc = add_certificates(c, prints, e);

	for (size_t i = 0; i < c->identifiers.n; i++) {
		const struct conf_identifier *id = &c->identifiers.item[i];

		parties[i] = (struct mailbox_xta_party){ .value = id->value, .type = id->type, .name = id->name,
							 .category = id->category };
	}
	*out = (struct mailbox_xta_account){
		.name = c->name, .fingerprints = (const uint8_t (*)[SHA256_LEN])prints, .fingerprint_count = n,
		.parties = parties, .party_count = c->identifiers.n, .may_send = c->send, .may_receive = c->receive,
		.takes_tests = c->test, .is_locked = c->locked,
	};
	return rc;
}

int gw_app_load_accounts(struct gw_app *app, struct err *e)
{
	const struct conf_xta *c = app->conf->xta;
	struct mailbox_xta_account *list;
	int rc = 0;

	if (c == NULL)
		return 0;
	app->accounts_arena = arena_new();
	list = arena_alloc(app->accounts_arena, c->accounts.n * sizeof(*list));
	for (size_t i = 0; rc == 0 && i < c->accounts.n; i++) {
		char name[64];

		rc = make_account(app->accounts_arena, &c->accounts.item[i], &list[i], e);
		(void)snprintf(name, sizeof(name), "xta.accounts[%zu]", i + 1);
		if (rc != 0)
			return err_wrap(e, "%s:%u: %s", app->conf->file, conf_line_of(app->conf, name), name);
	}
	rc = mailbox_xta_accounts_new(list, c->accounts.n, c->account_requests, &app->accounts, e);
	return rc == 0 ? 0 : err_wrap(e, "%s:%u: xta.accounts", app->conf->file, conf_line_of(app->conf, "xta.accounts"));
}

void gw_app_accounts_free(struct gw_app *app)
{
	mailbox_xta_accounts_free(app->accounts);
	arena_free(app->accounts_arena);
	app->accounts = NULL;
	app->accounts_arena = NULL;
}
