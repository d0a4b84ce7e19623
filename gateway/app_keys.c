/* SPDX-License-Identifier: EUPL-1.2 */
/* app_keys - trust and keyrings from the files that the configuration names. */
#include "app.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "dir/token.h"

/* Says where in the configuration, as all that --check-config finds. */
static int wrap_place(const struct gw_app *app, const char *key_name, struct err *e)
{
	return err_wrap(e, "%s:%u", app->conf->file, conf_line_of(app->conf, key_name));
}

int gw_app_add_key(struct gw_app *app, struct pki_keyring *kr, enum pki_use use, const struct conf_key *k,
		   const char *key_name, struct err *e)
{
	struct pki_key *key = NULL;
	int rc = k->pkcs12 != NULL ? pki_key_from_p12(use, k->pkcs12, k->password_file, &key, e) :
				     pki_key_from_pem(use, k->key, k->certificate, k->password_file, &key, e);

	if (rc != 0) {
		(void)err_wrap(e, "%s", key_name);
		return wrap_place(app, key_name, e);
	}
	gw_own_keys_add(app, key_name, k->pkcs12 != NULL ? k->pkcs12 : k->certificate, key->cert);
	pki_keyring_add(kr, key);
	return 0;
}

static int load_intermediary(struct gw_app *app, const struct conf_intermediary *c, struct err *e)
{
	int rc;

	app->intermediary_keys = pki_keyring_new();
	rc = gw_app_add_key(app, app->intermediary_keys, PKI_USE_CIPHER, &c->cipher_key, "intermediary.cipher_key", e);
	if (rc == 0)
		rc = gw_app_add_key(app, app->intermediary_keys, PKI_USE_SIGNATURE, &c->signature_key,
				    "intermediary.signature_key", e);
	if (rc == 0 && c->next_cipher_key != NULL)
		rc = gw_app_add_key(app, app->intermediary_keys, PKI_USE_CIPHER, c->next_cipher_key,
				    "intermediary.next_cipher_key", e);
	return rc;
}

static int load_sender(struct gw_app *app, const struct conf_delivery *c, struct err *e)
{
	int rc;

	app->sender_keys = pki_keyring_new();
	app->author_keys = pki_keyring_new();
	rc = gw_app_add_key(app, app->sender_keys, PKI_USE_SIGNATURE, &c->signature_key, "delivery.signature_key", e);
	if (rc == 0)
		rc = gw_app_add_key(app, app->sender_keys, PKI_USE_CIPHER, &c->cipher_key, "delivery.cipher_key", e);
	if (rc == 0 && c->previous_cipher_key != NULL)
		rc = gw_app_add_key(app, app->sender_keys, PKI_USE_CIPHER, c->previous_cipher_key,
				    "delivery.previous_cipher_key", e);
	if (rc == 0)
		rc = gw_app_add_key(app, app->author_keys, PKI_USE_SIGNATURE, &c->author_key, "delivery.author_key", e);
	return rc;
}

int gw_app_load_keys(struct gw_app *app, struct err *e)
{
	const struct conf *c = app->conf;
	int rc = 0;

	if (c->intermediary != NULL)
		rc = load_intermediary(app, c->intermediary, e);
	if (rc == 0 && c->delivery != NULL)
		rc = load_sender(app, c->delivery, e);
	if (rc == 0 && c->directory != NULL) {
		app->directory_keys = pki_keyring_new();
		rc = gw_app_add_key(app, app->directory_keys, PKI_USE_SIGNATURE, &c->directory->client_key,
				    "directory.client_key", e);
	}
	if (rc == 0 && c->directory != NULL && dir_key_check(pki_keyring_at(app->directory_keys, 0), e) != 0) {
		(void)err_wrap(e, "directory.client_key");
		rc = wrap_place(app, "directory.client_key", e);
	}
	return rc == 0 ? gw_own_keys_add_tls(app, e) : rc;
}

/* The list with a NULL behind it, as pki wants it; only the array is the caller's. */
static const char **terminated(const struct conf_list *l)
{
	const char **out = mem_new_array(l->n + 1, sizeof(*out));

	for (size_t i = 0; i < l->n; i++)
		out[i] = l->item[i];
	return out;
}

void gw_app_tell_legacy(const struct gw_app *app)
{
	const struct pki_policy *p = &app->policy;
	const struct {
		const char *key;
		int64_t until;
	} switches[] = {
		{ "policy.legacy_cbc", p->legacy_cbc }, { "policy.legacy_rsa15", p->legacy_rsa15 },
		{ "policy.legacy_sha1", p->legacy_sha1 }, { "policy.legacy_oaep_sha1", p->legacy_oaep_sha1 },
	};
	char until[CLOCK_TEXT_LEN];

	for (size_t i = 0; i < ARRAY_LEN(switches); i++)
		if (clock_now() < switches[i].until)
			log_event(LOG_WARN, "policy.legacy-open", LOG_STR("key", switches[i].key),
				  LOG_STR("until", clock_utc(switches[i].until, until)));
}

bool gw_fetches_crls(const struct conf *c)
{
	return c->trust.crl_urls.n > 0 || c->trust.crl_points_below.n > 0;
}

char *gw_crl_folder(const struct conf *c)
{
	return mem_printf("%s/crls", c->data_dir);
}

int gw_app_load_trust(struct gw_app *app, struct err *e)
{
	const struct conf *c = app->conf;
	const char **anchors = terminated(&c->trust.anchors), **intermediates = terminated(&c->trust.intermediates);
	const char **crls = terminated(&c->trust.crls);
	char *fetched = gw_fetches_crls(c) ? gw_crl_folder(c) : NULL;
	int rc;

	app->policy = (struct pki_policy){
		.min_rsa_bits = c->policy.minimum_rsa_bits,
		.crl_required = c->trust.crl_required,
		.crl_grace_ms = c->trust.crl_max_age,
		.legacy_cbc = c->policy.legacy_cbc,
		.legacy_rsa15 = c->policy.legacy_rsa15,
		.legacy_sha1 = c->policy.legacy_sha1,
		.legacy_oaep_sha1 = c->policy.legacy_oaep_sha1,
	};
	rc = pki_trust_new(&(struct pki_trust_files){ anchors, intermediates, crls, fetched }, &app->policy, &app->trust, e);
	free(fetched);
	free(anchors);
	free(intermediates);
	free(crls);
	if (rc == 0)
		return 0;
	(void)err_wrap(e, "trust");
	return wrap_place(app, "trust", e);
}
