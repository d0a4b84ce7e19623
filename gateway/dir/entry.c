/* SPDX-License-Identifier: EUPL-1.2 */
/* entry - reads an entry by the resolution rule, and only the one that was asked for. */
#include "dir/entry.h"

#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/uri.h"

#define TEXT_OF(obj, key) json_opt_string((obj), (key), NULL)

static bool is_type(const json_t *el, const char *type)
{
	const char *t = TEXT_OF(el, "serviceElementType");

	return t != NULL && strcmp(t, type) == 0;
}

/* The only element of a type. Two that differ cannot be chosen between. */
static int find_element(const json_t *elements, const char *type, const json_t **out, struct err *e)
{
	const json_t *el;
	size_t i;

	*out = NULL;
	json_array_foreach(elements, i, el) {
		if (!is_type(el, type))
			continue;
		if (*out != NULL && !json_equal(*out, el))
			return err_reason(e, ERR_MISSING, RSN_DIR_AMBIGUOUS, "two different elements %s", type);
		*out = el;
	}
	if (*out == NULL)
		return err_reason(e, ERR_MISSING, RSN_DIR_INCOMPLETE, "element %s is missing", type);
	return 0;
}

static bool is_set(const json_t *obj, const char *key)
{
	const json_t *v = json_object_get(obj, key);

	return v != NULL && !json_is_null(v);
}

/* Which certificate of an entry, and how it is called to a person. */
struct wanted {
	const char *inline_key, *separate_type, *what;
	bool required;
	enum reason revoked;
};

static const struct wanted addressee_cipher = { "cipherCertificate", "CIPHER_CERTIFICATE",
						"addressee's cipher certificate", true, RSN_CERT_REVOKED };
static const struct wanted intermediary_cipher = { "cipherCertificate", "CIPHER_CERTIFICATE",
						   "intermediary's cipher certificate", true, RSN_IM_CERT_REVOKED };
static const struct wanted addressee_signature = { "signatureCertificate", "SIGNATURE_CERTIFICATE",
						   "addressee's signature certificate", false, RSN_CERT_REVOKED };
static const struct wanted intermediary_signature = { "signatureCertificate", "SIGNATURE_CERTIFICATE",
						      "intermediary's signature certificate", false, RSN_IM_CERT_REVOKED };

/* A revocation date or a reason, either of them and of whatever type, means revoked. */
static int take_cert(const json_t *cert, const struct wanted *w, struct arena *a, struct span *out, struct err *e)
{
	const char *content = TEXT_OF(cert, "content");

	if (is_set(cert, "revocationDate") || is_set(cert, "revocationReason"))
		return err_reason(e, ERR_TRUST, w->revoked, "%s: the directory says it is revoked", w->what);
	if (content == NULL || content[0] == '\0')
		return err_reason(e, ERR_MISSING, RSN_DIR_INCOMPLETE, "%s: certificate without content", w->what);
	*out = span_of(arena_dup(a, content));
	return 0;
}

static bool has_name(const json_t *el, const char *name)
{
	const char *its = TEXT_OF(el, "serviceElementDescriptionName");

	return name != NULL && its != NULL && strcmp(name, its) == 0;
}

/* The certificate of an element: inline, or from the separate element that carries the same description name. */
static int find_cert(const json_t *elements, const json_t *el, const struct wanted *w, struct arena *a, struct span *out,
		     struct err *e)
{
	const json_t *cert = json_object_get(el, w->inline_key), *other, *its;
	const char *name = TEXT_OF(el, "serviceElementDescriptionName");
	size_t i;

	*out = SPAN_EMPTY;
	if (json_is_object(cert))
		return take_cert(cert, w, a, out, e);
	cert = NULL;
	json_array_foreach(elements, i, other) {
		its = json_object_get(other, w->inline_key);
		if (!is_type(other, w->separate_type) || !has_name(other, name) || !json_is_object(its))
			continue;
		if (cert != NULL && !json_equal(cert, its))
			return err_reason(e, ERR_MISSING, RSN_DIR_AMBIGUOUS, "two different certificates for the %s", w->what);
		cert = its;
	}
	if (cert != NULL)
		return take_cert(cert, w, a, out, e);
	return !w->required ? 0 : err_reason(e, ERR_MISSING, RSN_DIR_INCOMPLETE, "%s is missing", w->what);
}

static int take_uri(const json_t *el, const struct dir_question *q, struct arena *a, const char **out, struct err *e)
{
	const char *text = TEXT_OF(el, "serviceElementUri");
	struct uri parsed;
	struct err bad = ERR_INIT;

	if (text == NULL || text[0] == '\0')
		return err_reason(e, ERR_MISSING, RSN_DIR_INCOMPLETE, "OSCI_INTERMEDIARY: address is missing");
	if (uri_parse(span_of(text), &parsed, &bad) != 0)
		return err_reason(e, ERR_MISSING, RSN_DIR_BAD_ADDRESS, "OSCI_INTERMEDIARY: %s", bad.text);
	if (!q->allow_local && uri_is_local(&parsed))
		return err_reason(e, ERR_MISSING, RSN_DIR_BAD_ADDRESS,
				  "OSCI_INTERMEDIARY: address: %s is this machine; see directory.allow_local_addresses",
				  parsed.host);
	*out = arena_dup(a, text);
	return 0;
}

/* Most recipients do not wait anywhere: what stands there then is no address, and none is missed. */
static const char *take_addressee(const json_t *el, const struct dir_question *q, struct arena *a)
{
	const char *text = TEXT_OF(el, "serviceElementUri");
	struct uri parsed;
	struct err bad = ERR_INIT;

	if (text == NULL || uri_parse(span_of(text), &parsed, &bad) != 0 || (!q->allow_local && uri_is_local(&parsed)))
		return "";
	return arena_dup(a, text);
}

static int take_time(const json_t *obj, const char *key, int64_t *out, struct err *e)
{
	const char *text = TEXT_OF(obj, key);
	struct err bad = ERR_INIT;

	*out = 0;
	if (!is_set(obj, key))
		return 0;
	if (text == NULL)
		return err_reason(e, ERR_SYNTAX, RSN_DIR_BAD_ANSWER, "%s: not a text", key);
	if (clock_parse(span_of(text), out, &bad) != 0)
		return err_reason(e, ERR_SYNTAX, RSN_DIR_BAD_ANSWER, "%s: %s", key, bad.text);
	return 0;
}

static int read_certs(const json_t *elements, const json_t *to, const json_t *im, const struct dir_question *q,
		      struct arena *a, struct dir_entry *r, struct err *e)
{
	int rc = find_cert(elements, to, &addressee_cipher, a, &r->addressee_cipher, e);

	if (rc == 0)
		rc = find_cert(elements, im, &intermediary_cipher, a, &r->intermediary_cipher, e);
	if (rc == 0)
		rc = find_cert(elements, to, &addressee_signature, a, &r->addressee_signature, e);
	if (rc == 0)
		rc = find_cert(elements, im, &intermediary_signature, a, &r->intermediary_signature, e);
	if (rc == 0 && q->need_signature && r->intermediary_signature.n == 0)
		rc = err_reason(e, ERR_MISSING, RSN_DIR_INCOMPLETE,
				"intermediary's signature certificate is missing: its answers could not be checked "
				"(delivery.require_signed_answers)");
	return rc;
}

static int read_service(const json_t *s, const struct dir_question *q, struct arena *a, struct dir_entry *r,
			struct err *e)
{
	const json_t *elements = json_object_get(s, "serviceElements"), *to = NULL, *im = NULL;
	int rc = take_time(s, "validFrom", &r->valid_from, e);

	if (rc == 0)
		rc = take_time(s, "validTo", &r->valid_to, e);
	if (rc == 0)
		rc = find_element(elements, "OSCI_ADDRESSEE", &to, e);
	if (rc == 0)
		rc = find_element(elements, "OSCI_INTERMEDIARY", &im, e);
	if (rc == 0)
		rc = take_uri(im, q, a, &r->intermediary_uri, e);
	r->addressee_uri = to == NULL ? "" : take_addressee(to, q, a);
	return rc != 0 ? rc : read_certs(elements, to, im, q, a, r, e);
}

/* The interface leaves the organisation's key out of a Service; a server that names it says the right one. */
static int check_key(const json_t *service, const struct dir_question *q, bool *bound, struct err *e)
{
	const json_t *keys = json_object_get(service, "organizationKeys"), *one;
	const char *key = TEXT_OF(service, "organizationKey"), *other = NULL;
	size_t i;

	*bound = key != NULL && strcmp(key, q->key) == 0;
	if (key != NULL)
		other = key;
	json_array_foreach(keys, i, one) {
		*bound = *bound || (json_is_string(one) && strcmp(json_string_value(one), q->key) == 0);
		if (json_is_string(one))
			other = json_string_value(one);
	}
	if (other != NULL && !*bound)
		return err_reason(e, ERR_TRUST, RSN_DIR_OTHER_ENTRY, "asked for %.100s, the answer is of %.100s", q->key, other);
	return 0;
}

static int check_question(const json_t *service, const struct dir_question *q, struct dir_entry *r, struct err *e)
{
	const char *uri = TEXT_OF(service, "serviceSpecificationUri");

	if (uri == NULL || strcmp(uri, q->service) != 0)
		return err_reason(e, ERR_TRUST, RSN_DIR_OTHER_ENTRY, "asked for the service %.120s, the answer is of %.120s",
				  q->service, uri == NULL ? "none" : uri);
	return check_key(service, q, &r->is_bound, e);
}

/* Some servers send a list where the interface says one object. */
static int pick_service(const json_t *answer, const json_t **out, struct err *e)
{
	*out = answer;
	if (!json_is_array(answer))
		return 0;
	if (json_array_size(answer) == 0)
		return err_reason(e, ERR_MISSING, RSN_DIR_NO_ENTRY, "no valid entry");
	if (json_array_size(answer) > 1)
		return err_reason(e, ERR_MISSING, RSN_DIR_AMBIGUOUS, "%zu services instead of one",
				  json_array_size(answer));
	*out = json_array_get(answer, 0);
	return 0;
}

int dir_entry_read(struct span text, const struct dir_question *q, struct arena *a, struct dir_entry *out,
		    struct err *e)
{
	json_t *answer = NULL;
	const json_t *service;
	struct err bad = ERR_INIT;
	int rc;

	*out = (struct dir_entry){ .service = NULL };
	if (json_read(text, "directory entry", &answer, &bad) != 0)
		return err_reason(e, ERR_SYNTAX, RSN_DIR_BAD_ANSWER, "%s", bad.text);
	rc = pick_service(answer, &service, e);
	if (rc != 0)
		goto out;
	if (!json_is_object(service) || !json_is_array(json_object_get(service, "serviceElements"))) {
		rc = err_reason(e, ERR_SYNTAX, RSN_DIR_BAD_ANSWER, "directory entry: no serviceElements");
		goto out;
	}
	out->service = arena_dup(a, q->service);
	out->organisation = arena_dup(a, json_opt_string(service, "organizationNameDe", ""));
	out->id = json_opt_int(service, "id", 0);
	rc = check_question(service, q, out, e);
	if (rc == 0)
		rc = read_service(service, q, a, out, e);
out:
	json_decref(answer);
	return rc;
}

int dir_entry_check(const struct dir_entry *r, int64_t now, struct err *e)
{
	char when[CLOCK_TEXT_LEN];

	if (r->valid_from != 0 && now < r->valid_from)
		return err_reason(e, ERR_TRUST, RSN_DIR_EXPIRED, "directory entry is valid from %s",
				  clock_utc(r->valid_from, when));
	if (r->valid_to != 0 && now >= r->valid_to)
		return err_reason(e, ERR_TRUST, RSN_DIR_EXPIRED, "directory entry was valid until %s",
				  clock_utc(r->valid_to, when));
	return 0;
}
