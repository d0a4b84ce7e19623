/* SPDX-License-Identifier: EUPL-1.2 */
/* dvdv_wire - answers and checks of a directory server. */
#include "sim/dvdv_wire.h"

#include <string.h>
#include <strings.h>

#include "base/digest.h"
#include "base/uri.h"
#include "pki/jws.h"

#define ANSWER_MAX ((size_t)1024 * 1024)
#define CLAIMS_MAX ((size_t)64 * 1024)
#define LIFE_MOST_MS 120000

int dvdv_reply_json(struct http_request *rq, unsigned status, json_t *body, struct err *e)
{
	struct buf b;
	int rc;

	buf_init(&b, ANSWER_MAX);
	json_write(&b, body);
	rc = http_reply(rq, status, status >= 400 ? "application/problem+json" : "application/json; charset=utf-8", b.p,
			b.n, e);
	buf_fini(&b);
	json_decref(body);
	return rc;
}

int dvdv_reply_problem(struct http_request *rq, unsigned status, const char *type, const char *detail, struct err *e)
{
	return dvdv_reply_json(rq, status,
			       json_pack("{s:s, s:s, s:i, s:s}", "type", type, "title", http_status_phrase(status), "status",
					 (int)status, "detail", detail),
			       e);
}

bool dvdv_form_field(struct span body, const char *name, struct buf *out)
{
	struct span pair, key, value;
	struct err e = ERR_INIT;

	buf_reset(out);
	while (body.n > 0) {
		(void)span_split(body, '&', &pair, &body);
		(void)span_split(pair, '=', &key, &value);
		if (span_is(key, name))
			return uri_decode(out, value, true, &e) == 0;
	}
	return false;
}

static bool is_named(const json_t *claims, const char *who, const struct pki_cert *registered)
{
	struct digest *d = digest_new(DIGEST_SHA1);
	char want[3 + 40 + 1] = "fp:";
	uint8_t sha1[20];

	digest_add(d, registered->der.p, registered->der.n);
	digest_end(d, sha1);
	digest_free(d);
	hex_encode(sha1, sizeof(sha1), want + 3);
	return strcasecmp(json_opt_string(claims, who, ""), want) == 0;
}

static bool is_of_now(const json_t *claims, int64_t now)
{
	long long end = json_opt_int(claims, "exp", 0) * 1000;

	return end > now && end < now + LIFE_MOST_MS && json_opt_int(claims, "nbf", 0) * 1000 <= now &&
	       json_opt_int(claims, "iat", 0) * 1000 <= now;
}

bool dvdv_assertion_check(struct span assertion, const struct pki_cert *registered, const char *audience, int64_t now)
{
	struct err e = ERR_INIT;
	struct buf text;
	json_t *claims = NULL;
	bool good;

	buf_init(&text, CLAIMS_MAX);
	good = pki_jws_verify(assertion, registered, &text, &e) == 0 &&
	       json_read(buf_view(&text), "claims", &claims, &e) == 0 && is_named(claims, "sub", registered) &&
	       is_named(claims, "iss", registered) && json_opt_string(claims, "jti", "")[0] != '\0' &&
	       (audience == NULL || strcmp(json_opt_string(claims, "aud", ""), audience) == 0) && is_of_now(claims, now);
	json_decref(claims);
	buf_fini(&text);
	return good;
}
