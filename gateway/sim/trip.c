/* SPDX-License-Identifier: EUPL-1.2 */
/* Keys, trust and lines of the two sides. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "pki/xml_make.h"
#include "trip.h"

#define TIMEOUT_MS 120000
#define ANSWER_MAX (4ull * 1024 * 1024 * 1024)

bool trip_has(const struct trip *t, const char *word)
{
	struct span list = span_of(t->o->mode == NULL ? "" : t->o->mode), one;

	while (list.n > 0) {
		(void)span_split(list, ',', &one, &list);
		if (span_is(one, word))
			return true;
	}
	return false;
}

void trip_hang_up(struct side *s)
{
	if (s->line.client != NULL)
		peer_osci_close(&s->line);
}

int trip_dial(struct trip *t, struct side *s, bool dialog, struct err *e)
{
	const struct peer_osci_way way = {
		.uri = t->o->to,
		.cipher = trip_has(t, "plain") ? NULL : t->im_cipher,
		.signature = t->im_sign,
		.keys = s->keys,
		.sign = !trip_has(t, "unsigned"),
		.certs = t->certs,
		.http = t->http,
		.scratch_dir = t->o->dir,
		.timeout_ms = TIMEOUT_MS,
		.max_answer = ANSWER_MAX,
	};
	int rc;

	trip_hang_up(s);
	rc = peer_osci_open(&way, &s->line, e);
	if (rc == 0 && dialog)
		rc = osci_client_init_dialog(s->line.client, e);
	return rc;
}

static int add_key(const struct trip *t, struct side *s, enum pki_use use, const char *name, struct err *e)
{
	struct pki_key *key = NULL;
	int rc = pki_key_from_pem(use, sim_path(t->o->dir, "keys/%s.key.pem", name),
				  sim_path(t->o->dir, "keys/%s.cert.pem", name), NULL, &key, e);

	if (rc == 0)
		pki_keyring_add(s->keys, key);
	return rc;
}

static int open_keys(struct trip *t, const char *ags, struct err *e)
{
	char cipher[64], sign[64];
	int rc;

	(void)snprintf(cipher, sizeof(cipher), "%s-cipher", ags);
	(void)snprintf(sign, sizeof(sign), "%s-sign", ags);
	t->sender.keys = pki_keyring_new();
	t->recipient.keys = pki_keyring_new();
	rc = add_key(t, &t->sender, PKI_USE_CIPHER, "sender-cipher", e);
	if (rc == 0)
		rc = add_key(t, &t->sender, PKI_USE_SIGNATURE, "sender-sign", e);
	if (rc == 0)
		rc = add_key(t, &t->recipient, PKI_USE_CIPHER, cipher, e);
	if (rc == 0)
		rc = add_key(t, &t->recipient, PKI_USE_SIGNATURE, sign, e);
	if (rc == 0)
		rc = pki_key_from_pem(PKI_USE_SIGNATURE, sim_path(t->o->dir, "keys/author-sign.key.pem"),
				      sim_path(t->o->dir, "keys/author-sign.cert.pem"), NULL, &t->author, e);
	if (rc == 0)
		rc = pki_cert_from_file(sim_path(t->o->dir, "keys/%s.cert.pem", cipher), &t->reader, e);
	if (rc == 0)
		rc = pki_cert_from_file(sim_path(t->o->dir, "keys/intermediary-cipher.cert.pem"), &t->im_cipher, e);
	if (rc == 0)
		rc = pki_cert_from_file(sim_path(t->o->dir, "keys/intermediary-sign.cert.pem"), &t->im_sign, e);
	return rc;
}

/* An earlier "store" left the id of its message. */
static int read_id(struct trip *t, struct err *e)
{
	struct buf id;
	int rc;

	if (access(sim_path(t->folder, "id"), F_OK) != 0)
		return 0;
	buf_init(&id, sizeof(t->id) - 1);
	rc = file_read(sim_path(t->folder, "id"), &id, e);
	if (rc == 0)
		(void)snprintf(t->id, sizeof(t->id), "%s", buf_str(&id));
	buf_fini(&id);
	return rc;
}

static int fill_trip(struct trip *t, struct err *e)
{
	const char *const anchors[] = {sim_path(t->o->dir, "pki/root.pem"), NULL};
	const char *const intermediates[] = {sim_path(t->o->dir, "pki/ca.pem"), NULL};
	const char *const crls[] = {sim_path(t->o->dir, "pki/crl"), NULL};
	int rc = pki_xml_init(e);

	if (rc == 0)
		rc = pki_trust_new(&(struct pki_trust_files){ anchors, intermediates, crls, NULL }, &PKI_POLICY_DEFAULT,
				   &t->trust, e);
	if (rc == 0)
		rc = open_keys(t, t->o->ags, e);
	if (rc == 0)
		rc = http_client_new(&(struct http_client_settings){.total_ms = TIMEOUT_MS, .max_answer = ANSWER_MAX},
				     &t->http, e);
	if (rc == 0)
		rc = dir_make(t->folder, 0755, e);
	if (rc == 0)
		rc = read_id(t, e);
	return rc;
}

int trip_open(const struct sim_options *o, struct trip **out, struct err *e)
{
	struct trip *t;
	int rc;

	if (o->to == NULL || o->ags == NULL)
		return err_set(e, ERR_CONFIG, "--to URL and --ags are needed");
	t = mem_new(sizeof(*t));
	t->o = o;
	t->a = arena_new();
	t->certs = pki_certs_new(PKI_CERTS_BYTES);
	(void)snprintf(t->folder, sizeof(t->folder), "%s", sim_path(o->dir, "osci"));
	rc = fill_trip(t, e);
	if (rc == 0)
		*out = t;
	else
		trip_close(t);
	return rc;
}

void trip_close(struct trip *t)
{
	trip_hang_up(&t->sender);
	trip_hang_up(&t->recipient);
	pki_keyring_free(t->sender.keys);
	pki_keyring_free(t->recipient.keys);
	pki_key_free(t->author);
	pki_cert_free(t->reader);
	pki_cert_free(t->im_cipher);
	pki_cert_free(t->im_sign);
	http_client_free(t->http);
	pki_trust_free(t->trust);
	pki_certs_free(t->certs);
	arena_free(t->a);
	free(t);
}
