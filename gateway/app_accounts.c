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

/* Keys that open what was encrypted for one identifier: never those of another one, or who can store in a box could
 * have opened there what was meant for somebody else. */
static int load_reader_keys(struct gw_app *app, const struct conf_identifier *c, const char *place,
			    struct pki_keyring **out, struct err *e)
{
	struct arena *a = app->accounts_arena;
	struct pki_keyring *kr;
	int rc;

	*out = NULL;
	if (c->osci_key == NULL)
		return 0;
	kr = *out = app->reader_keys[app->reader_key_count++] = pki_keyring_new();
	rc = gw_app_add_key(app, kr, PKI_USE_CIPHER, c->osci_key, arena_printf(a, "%s.osci_key", place), e);
	if (rc == 0 && c->previous_osci_key != NULL)
		rc = gw_app_add_key(app, kr, PKI_USE_CIPHER, c->previous_osci_key,
				    arena_printf(a, "%s.previous_osci_key", place), e);
	return rc;
}

/* Mailboxes of OSCI by their cipher certificates: those named, and those of the keys. */
static int load_mailboxes(struct gw_app *app, const struct conf_identifier *c, const char *place,
			  struct mailbox_xta_party *out, struct err *e)
{
	struct spool_box *boxes = arena_alloc(app->accounts_arena, (c->osci_certificates.n + 2) * sizeof(*boxes));
	struct pki_keyring *keys;
	int rc = load_reader_keys(app, c, place, &keys, e);

	for (size_t i = 0; rc == 0 && keys != NULL && i < pki_keyring_count(keys); i++)
		memcpy(boxes[out->osci_count++].b, pki_keyring_at(keys, i)->cert->sha256, SPOOL_BOX_LEN);
	for (size_t i = 0; rc == 0 && i < c->osci_certificates.n; i++) {
		struct pki_cert *cert = NULL;

		rc = pki_cert_from_file(c->osci_certificates.item[i], &cert, e);
		if (rc == 0)
			memcpy(boxes[out->osci_count++].b, cert->sha256, SPOOL_BOX_LEN);
		pki_cert_free(cert);
	}
	out->osci = boxes;
	out->keys = keys;
	return rc;
}

static int make_account(struct gw_app *app, size_t index, struct mailbox_xta_account *out, struct err *e)
{
	const struct conf_account *c = &app->conf->xta->accounts.item[index];
	struct arena *a = app->accounts_arena;
	size_t n = c->certificates.n + c->fingerprints.n;
	uint8_t (*prints)[SHA256_LEN] = arena_alloc(a, n * sizeof(*prints));
	struct mailbox_xta_party *parties = arena_alloc(a, c->identifiers.n * sizeof(*parties));
	int rc = add_certificates(c, prints, e);

	for (size_t i = 0; rc == 0 && i < c->identifiers.n; i++) {
		const struct conf_identifier *id = &c->identifiers.item[i];

		parties[i] = (struct mailbox_xta_party){ .value = id->value, .type = id->type, .name = id->name,
							 .category = id->category };
		rc = load_mailboxes(app, id, arena_printf(a, "xta.accounts[%zu].identifiers[%zu]", index + 1, i + 1),
				    &parties[i], e);
	}
	*out = (struct mailbox_xta_account){
		.name = c->name,
		.fingerprints = (const uint8_t(*)[SHA256_LEN])prints,
		.fingerprint_count = n,
		.parties = parties,
		.party_count = c->identifiers.n,
		.may_send = c->send,
		.may_send_elsewhere = c->send_elsewhere,
		.may_receive = c->receive,
		.takes_tests = c->test,
		.is_locked = c->locked,
	};
	return rc;
}

int gw_app_load_accounts(struct gw_app *app, struct err *e)
{
	const struct conf_xta *c = app->conf->xta;
	struct mailbox_xta_account *list;
	size_t identifiers = 0;
	int rc = 0;

	if (c == NULL)
		return 0;
	app->accounts_arena = arena_new();
	list = arena_alloc(app->accounts_arena, c->accounts.n * sizeof(*list));
	for (size_t i = 0; i < c->accounts.n; i++)
		identifiers += c->accounts.item[i].identifiers.n;
	app->reader_keys = arena_alloc(app->accounts_arena, (identifiers + 1) * sizeof(struct pki_keyring *));
	for (size_t i = 0; rc == 0 && i < c->accounts.n; i++) {
		char name[64];

		rc = make_account(app, i, &list[i], e);
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
	for (size_t i = 0; i < app->reader_key_count; i++)
		pki_keyring_free(app->reader_keys[i]);
	app->reader_key_count = 0;
	arena_free(app->accounts_arena);
	app->accounts = NULL;
	app->accounts_arena = NULL;
}
