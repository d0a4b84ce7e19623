/* SPDX-License-Identifier: EUPL-1.2 */
/* The sandbox's directory entries and its configuration file. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/b64.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "pki/cert.h"
#include "sim.h"

#define SERVICE_URI "http://www.osci.de/depesche/antrag/1/antrag.wsdl"

/* Certificate as the directory interface shows it: DVDV 2 API, schema Certificate. */
static json_t *json_cert(const char *path, struct err *e)
{
	struct pki_cert *c = NULL;
	char from[CLOCK_TEXT_LEN], to[CLOCK_TEXT_LEN];
	struct buf b64;
	json_t *out;

	if (pki_cert_from_file(path, &c, e) != 0)
		return NULL;
	buf_init(&b64, (size_t)2 * PKI_CERT_DER_MAX);
	b64_encode(&b64, c->der.p, c->der.n);
	out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:n, s:n}", "content", buf_str(&b64), "serial", c->serial,
			"nameIssuer", c->issuer, "nameSubject", c->subject, "validFrom", clock_utc(c->not_before, from),
			"validTo", clock_utc(c->not_after, to), "revocationDate", "revocationReason");
	buf_fini(&b64);
	pki_cert_free(c);
	return out;
}

static json_t *json_element(const char *type, const char *name, const char *uri, json_t *cipher, json_t *signature)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:n, s:o, s:o, s:b}", "serviceElementName", name,
			 "serviceElementDescription", name, "serviceElementDescriptionName", name, "serviceElementType",
			 type, "serviceElementUri", uri, "serviceElementText", "cipherCertificate",
			 cipher != NULL ? cipher : json_null(), "signatureCertificate",
			 signature != NULL ? signature : json_null(), "required", 1);
}

int sandbox_write_entry(const struct sim_options *o, const struct sim_town *t, const char *cipher_cert,
			const char *intermediary_uri, struct err *e)
{
	json_t *to = json_cert(sim_path(o->dir, "%s", cipher_cert), e);
	json_t *to_sign = to == NULL ? NULL : json_cert(sim_path(o->dir, "keys/%s-sign.cert.pem", t->ags), e);
	json_t *im = to_sign == NULL ? NULL : json_cert(sim_path(o->dir, "keys/intermediary-cipher.cert.pem"), e);
	json_t *im_sign = im == NULL ? NULL : json_cert(sim_path(o->dir, "keys/intermediary-sign.cert.pem"), e);
	json_t *entry;
	char name[64];
	struct buf text;
	int rc;

	if (im_sign == NULL) {
		json_decref(to);
		json_decref(to_sign);
		json_decref(im);
		return (int)e->code;
	}
	entry = json_pack("{s:i, s:n, s:n, s:s, s:s, s:s, s:s, s:[o, o]}", "id", atoi(t->ags), "validFrom", "validTo",
			  "serviceDescriptionName", "Antrag Sozialleistungen", "serviceSpecificationType", "WSDL_OSCI",
			  "serviceSpecificationUri", SERVICE_URI, "organizationNameDe", t->name, "serviceElements",
			  json_element("OSCI_ADDRESSEE", "Empfaenger", "osci:empfaenger", to, to_sign),
			  json_element("OSCI_INTERMEDIARY", "Intermediaer", intermediary_uri, im, im_sign));
	buf_init(&text, (size_t)1024 * 1024);
	json_write(&text, entry);
	(void)snprintf(name, sizeof(name), "ags_%s.json", t->ags);
	rc = dir_make(sim_path(o->dir, "dvdv"), 0755, e);
	if (rc == 0)
		rc = file_replace(sim_path(o->dir, "dvdv"), name, text.p, text.n, 0644, e);
	buf_fini(&text);
	json_decref(entry);
	return rc;
}

int sandbox_write_directory(const struct sim_options *o, const struct sim_town_list *towns, struct err *e)
{
	char uri[64];
	int rc = 0;

	(void)snprintf(uri, sizeof(uri), "http://127.0.0.1:%u/osci", o->osci_port);
	for (int i = 0; rc == 0 && i < towns->n; i++)
		rc = sandbox_write_entry(o, &towns->town[i], sim_path("keys", "%s-cipher.cert.pem", towns->town[i].ags),
					 uri, e);
	return rc;
}

/* One role's key as two lines of YAML. */
static void put_key(struct buf *b, const char *key, const char *name)
{
	buf_printf(b, "  %s: { key: keys/%s.key.pem, certificate: keys/%s.cert.pem }\n", key, name, name);
}

int sandbox_write_config(const struct sim_options *o, struct err *e)
{
	struct buf b;
	int rc;

	buf_init(&b, (size_t)64 * 1024);
	buf_printf(&b, "# Sandbox made by depesche-sim: all keys are throwaway keys. Change it as you like.\n"
		       "data_dir: spool\nmaster_key_file: master.key\ncontrol_socket: control.sock\n"
		       "trust:\n  anchors: [pki/root.pem]\n  intermediates: [pki/ca.pem]\n  crls: [pki/crl]\n");
	buf_printf(&b, "intermediary:\n  listen: 127.0.0.1:%u\n  path: /osci\n", o->osci_port);
	put_key(&b, "cipher_key", "intermediary-cipher");
	put_key(&b, "signature_key", "intermediary-sign");
	buf_printf(&b, "form:\n  listen: 127.0.0.1:%u\n  public_url: http://127.0.0.1:%u\n", o->form_port, o->form_port);
	rc = sandbox_put_forms(o, &b, e);
	buf_puts(&b, "  sender_name: Depesche Sandbox\n");
	buf_printf(&b, "directory:\n  servers: [\"https://127.0.0.1:%u/dvdv2-backend/\"]\n", o->dvdv_port);
	put_key(&b, "client_key", "dvdv-client");
	buf_puts(&b, "  ca_file: pki/root.pem\n  services: [\"" SERVICE_URI "\"]\n  fresh_for: 10s\n"
		     "  allow_local_addresses: true\n");
	buf_puts(&b, "delivery:\n");
	put_key(&b, "author_key", "author-sign");
	put_key(&b, "signature_key", "sender-sign");
	put_key(&b, "cipher_key", "sender-cipher");
	buf_puts(&b, "  retry_first: 1s\n  retry_most: 10s\n  retry_slow_first: 5s\n  retry_slow_most: 60s\n"
		     "  follow_after: 1s\n");
	if (rc == 0)
		rc = buf_check(&b, "configuration", e);
	if (rc == 0)
		rc = file_write(sim_path(o->dir, "depesche.yaml"), b.p, b.n, 0644, e);
	buf_fini(&b);
	return rc;
}
