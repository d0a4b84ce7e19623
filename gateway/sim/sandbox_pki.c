/* SPDX-License-Identifier: EUPL-1.2 */
/* The sandbox's PKI: a root, an issuing CA, revocation lists, a key pair for every role, and bad ones for tests. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "sim/mkcert.h"
#include "sim.h"

#define RSA_BITS 3072
#define P12_PASSWORD "sandbox" /* the files are for trying out interoperability; the key is in PEM beside them */

struct role {
	const char *name, *cn;
	enum mk_use use;
	unsigned rsa_bits;
	int from_days, to_days;
	bool foreign; /* issued by a CA nobody trusts */
};

static const struct role roles[] = {
	{"intermediary-cipher", "GRP: Sandbox Intermediaer-OSCI Verschluesselung", MK_CIPHER, RSA_BITS, -1, 730, false},
	{"intermediary-sign", "GRP: Sandbox Intermediaer-OSCI Signatur", MK_SIGN, RSA_BITS, -1, 730, false},
	{"sender-cipher", "GRP: Sandbox Sozialplattform-OSCI Verschluesselung", MK_CIPHER, RSA_BITS, -1, 730, false},
	{"sender-sign", "GRP: Sandbox Sozialplattform-OSCI Signatur", MK_SIGN, RSA_BITS, -1, 730, false},
	{"author-sign", "GRP: Sandbox Sozialplattform-Autor", MK_SIGN, RSA_BITS, -1, 730, false},
	{"dvdv-client", "GRP: Sandbox Sozialplattform-DVDV", MK_SIGN, RSA_BITS, -1, 730, false},
	{"dvdv-tls", "127.0.0.1", MK_TLS_SERVER, 0, -1, 730, false},
	/* the XTA server, and procedures that call it: one with two certificates, one whose certificate has expired */
	{"xta-tls", "127.0.0.1", MK_TLS_SERVER, 0, -1, 730, false},
	{"xta-sozialamt", "Fachverfahren Sozialamt", MK_SIGN, 0, -1, 730, false},
	{"xta-sozialamt-neu", "Fachverfahren Sozialamt", MK_SIGN, 0, -1, 730, false},
	{"xta-portal", "Antragsportal", MK_SIGN, 0, -1, 730, false},
	{"xta-fremd", "Fachverfahren eines anderen", MK_SIGN, 0, -1, 730, false},
	{"bad-expired", "GRP: Abgelaufen-OSCI", MK_CIPHER, RSA_BITS, -400, -30, false},
	{"bad-revoked", "GRP: Gesperrt-OSCI", MK_CIPHER, RSA_BITS, -1, 730, false},
	{"bad-weak", "GRP: Schwach-OSCI", MK_CIPHER, 1024, -1, 730, false},
	{"bad-foreign", "GRP: Fremd-OSCI", MK_CIPHER, RSA_BITS, -1, 730, true},
	/* a key on a curve, which costs nothing */
	{"curve-sign", "GRP: Kurve-OSCI", MK_SIGN, 0, -1, 730, false},
	{"ending-sign", "GRP: Bald zu Ende-OSCI", MK_SIGN, 0, -1, 2, false},
	{"expired-sign", "GRP: Abgelaufen-OSCI", MK_SIGN, 0, -400, -30, false},
	{"early-sign", "GRP: Verfrueht-OSCI", MK_SIGN, 0, 5, 730, false},
	{"changed-cipher", "GRP: Wechsel-OSCI", MK_CIPHER, RSA_BITS, -1, 730, false},
};

struct pki {
	struct mk_cert root, ca, foreign;
};

static int write_pair(const char *dir, const char *name, const struct mk_cert *c, const struct mk_cert *issuer,
		      struct err *e)
{
	X509 *chain[] = {c->x, issuer->x};
	int rc = mk_write_key(sim_path(dir, "keys/%s.key.pem", name), c, e);

	if (rc == 0)
		rc = mk_write_certs(sim_path(dir, "keys/%s.cert.pem", name), chain, 2, e);
	if (rc == 0)
		rc = mk_write_p12(sim_path(dir, "keys/%s.p12", name), c, P12_PASSWORD, e);
	return rc;
}

static int make_cas(const char *dir, struct pki *p, struct err *e)
{
	int rc;

	p->root = mk_make(&(struct mk_spec){.cn = "Sandbox PCA-1-Verwaltung",
					    .org = "Depesche Sandbox",
					    .use = MK_CA,
					    .rsa_bits = RSA_BITS,
					    .from_days = -500,
					    .to_days = 3650,
					    .issuer = NULL});
	p->ca = mk_make(&(struct mk_spec){.cn = "Sandbox CA DOI 1",
					  .org = "Depesche Sandbox",
					  .use = MK_CA,
					  .rsa_bits = RSA_BITS,
					  .from_days = -500,
					  .to_days = 3000,
					  .issuer = &p->root});
	p->foreign = mk_make(&(struct mk_spec){.cn = "Fremde CA",
					       .org = "Niemand",
					       .use = MK_CA,
					       .rsa_bits = RSA_BITS,
					       .from_days = -500,
					       .to_days = 3000,
					       .issuer = NULL});
	rc = mk_write_certs(sim_path(dir, "pki/root.pem"), &p->root.x, 1, e);
	if (rc == 0)
		rc = mk_write_certs(sim_path(dir, "pki/ca.pem"), &p->ca.x, 1, e);
	if (rc == 0) /* kept so that tests can issue and revoke more */
		rc = mk_write_key(sim_path(dir, "pki/ca.key.pem"), &p->ca, e);
	return rc;
}

static int write_crls(const char *dir, const struct pki *p, X509 *revoked, struct err *e)
{
	X509_CRL *of_ca = mk_crl(&p->ca, &revoked, revoked != NULL ? 1 : 0, 365);
	X509_CRL *of_root = mk_crl(&p->root, NULL, 0, 365);
	int rc = mk_write_crl(sim_path(dir, "pki/crl/ca.crl"), of_ca, e);

	if (rc == 0)
		rc = mk_write_crl(sim_path(dir, "pki/crl/root.crl"), of_root, e);
	X509_CRL_free(of_ca);
	X509_CRL_free(of_root);
	return rc;
}

static int make_roles(const char *dir, const struct pki *p, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(roles); i++) {
		const struct role *r = &roles[i];
		const struct mk_cert *issuer = r->foreign ? &p->foreign : &p->ca;
		struct mk_cert c = mk_make(&(struct mk_spec){.cn = r->cn,
							     .org = "Depesche Sandbox",
							     .use = r->use,
							     .rsa_bits = r->rsa_bits,
							     .from_days = r->from_days,
							     .to_days = r->to_days,
							     .issuer = issuer});

		rc = write_pair(dir, r->name, &c, issuer, e);
		if (rc == 0 && strcmp(r->name, "bad-revoked") == 0)
			rc = write_crls(dir, p, c.x, e);
		mk_free(&c);
	}
	return rc;
}

static int make_town(const char *dir, const struct mk_cert *ca, const struct sim_town *t, struct err *e)
{
	struct mk_cert cipher, sign;
	char cn[160], name[64];
	int rc;

	(void)snprintf(cn, sizeof(cn), "GRP: %.40s-OSCI", t->name);
	cipher = mk_make(&(struct mk_spec){.cn = cn,
					   .org = t->name,
					   .use = MK_CIPHER,
					   .rsa_bits = RSA_BITS,
					   .from_days = -1,
					   .to_days = 730,
					   .issuer = ca});
	sign = mk_make(&(struct mk_spec){.cn = cn,
					 .org = t->name,
					 .use = MK_SIGN,
					 .rsa_bits = 0,
					 .from_days = -1,
					 .to_days = 730,
					 .issuer = ca});
	(void)snprintf(name, sizeof(name), "%s-cipher", t->ags);
	rc = write_pair(dir, name, &cipher, ca, e);
	(void)snprintf(name, sizeof(name), "%s-sign", t->ags);
	if (rc == 0)
		rc = write_pair(dir, name, &sign, ca, e);
	mk_free(&cipher);
	mk_free(&sign);
	return rc;
}

static int make_towns(const char *dir, const struct pki *p, const struct sim_town_list *towns, struct err *e)
{
	int rc = 0;

	for (int i = 0; rc == 0 && i < towns->n; i++) {
		(void)fprintf(stderr, "\rkeys of municipality %d of %d ", i + 1, towns->n);
		rc = make_town(dir, &p->ca, &towns->town[i], e);
	}
	(void)fprintf(stderr, "\n");
	return rc;
}

int sandbox_add_towns(const struct sim_options *o, const struct sim_town_list *towns, struct err *e)
{
	struct mk_cert ca = {NULL, NULL};
	int rc = 0;

	for (int i = 0; rc == 0 && i < towns->n; i++) {
		if (access(sim_path(o->dir, "keys/%s-sign.cert.pem", towns->town[i].ags), F_OK) == 0)
			continue;
		if (ca.x == NULL)
			rc = mk_read(sim_path(o->dir, "pki/ca.key.pem"), sim_path(o->dir, "pki/ca.pem"), &ca, e);
		if (rc == 0)
			rc = make_town(o->dir, &ca, &towns->town[i], e);
	}
	mk_free(&ca);
	return rc;
}

int sandbox_make_pki(const struct sim_options *o, const struct sim_town_list *towns, struct err *e)
{
	struct pki p = {{NULL, NULL}, {NULL, NULL}, {NULL, NULL}};
	int rc = dir_make(sim_path(o->dir, "pki/crl"), 0755, e);

	if (rc == 0)
		rc = dir_make(sim_path(o->dir, "keys"), 0700, e);
	if (rc == 0)
		rc = make_cas(o->dir, &p, e);
	if (rc == 0)
		rc = make_roles(o->dir, &p, e);
	if (rc == 0)
		rc = make_towns(o->dir, &p, towns, e);
	if (rc == 0)
		rc = file_write(sim_path(o->dir, "keys/p12.password"), P12_PASSWORD "\n", sizeof(P12_PASSWORD), 0600,
				e);
	mk_free(&p.root);
	mk_free(&p.ca);
	mk_free(&p.foreign);
	return rc;
}
