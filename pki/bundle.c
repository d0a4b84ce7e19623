/* SPDX-License-Identifier: EUPL-1.2 */
/* Certificates from files. */
#include "pki/bundle.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/file.h"
#include "pki/ossl.h"

#define BUNDLE_MAX (4u << 20)

static int read_bundle(const char *path, STACK_OF(X509) *into, struct err *e)
{
	struct buf file;
	X509 *x;
	int rc, n = 0;

	buf_init(&file, BUNDLE_MAX);
	rc = file_read(path, &file, e);
	ERR_clear_error();
	if (rc == 0 && file.n > 0 && file.p[0] == 0x30) {
		const unsigned char *p = (const unsigned char *)file.p;
		x = d2i_X509(NULL, &p, (long)file.n);
		n = x != NULL ? sk_X509_push(into, x) : 0;
	} else if (rc == 0) {
		BIO *bio = pki_bio_of(buf_view(&file));
		for (; (x = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL; n++)
			sk_X509_push(into, x);
		/* The end of the file is an error, too: no start line any more. */
		if (n > 0 && ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
			n = 0;
		BIO_free(bio);
	}
	if (rc == 0 && n == 0)
		rc = pki_ossl_err(e, ERR_SYNTAX, "%s: no certificates in PEM or DER", path);
	ERR_clear_error();
	buf_fini(&file);
	return rc;
}

int pki_bundles_read(const char *const *paths, STACK_OF(X509) *into, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && paths != NULL && paths[i] != NULL; i++)
		rc = read_bundle(paths[i], into, e);
	return rc;
}

/* A partner's certificate among the anchors would be trusted whatever its issuer thinks of it; one without an issuer is
 * pinned that way. */
int pki_anchors_check(STACK_OF(X509) *anchors, struct err *e)
{
	char name[200];

	if (sk_X509_num(anchors) == 0)
		return err_set(e, ERR_CONFIG, "trust: no anchor: nothing could ever be trusted");
	for (int i = 0; i < sk_X509_num(anchors); i++) {
		X509 *x = sk_X509_value(anchors, i);
		if (X509_check_ca(x) == 0 && (X509_get_extension_flags(x) & EXFLAG_SS) == 0)
			return err_set(e, ERR_CONFIG, "trust: an anchor is not the certificate of an authority: %s",
				       X509_NAME_oneline(X509_get_subject_name(x), name, sizeof(name)));
	}
	return 0;
}
