/* SPDX-License-Identifier: EUPL-1.2 */
/* organisation - compares an entry with the organisation that has the key which was asked for. */
#include "dir/organisation.h"

#include <string.h>

#include "base/json.h"

/* What is found out about the organisations of an answer. */
struct match {
	const char *key;
	const struct dir_entry *r;
	const char *name;	/* of an organisation that has the key */
	const char *other;	/* a key that was not asked for */
	bool ours;		/* the entry is one of its */
};

static bool has_key(const json_t *organisation, struct match *m)
{
	const json_t *key;
	size_t i;

	json_array_foreach(json_object_get(organisation, "organizationKeys"), i, key) {
		const char *text = json_is_string(key) ? json_string_value(key) : "";

		if (strcmp(text, m->key) == 0)
			return true;
		m->other = text;
	}
	return false;
}

static bool has_service(const json_t *organisation, long long id)
{
	const json_t *service;
	size_t i;

	json_array_foreach(json_object_get(organisation, "services"), i, service) {
		if (json_opt_int(service, "id", 0) == id)
			return id != 0;
	}
	return false;
}

static bool has_name(const json_t *organisation, const char *name)
{
	struct span its = span_trim(span_of(json_opt_string(organisation, "nameDe", "")));

	return its.n > 0 && span_eq(its, span_trim(span_of(name)));
}

static bool is_of(const json_t *organisation, const struct dir_entry *r)
{
	return has_service(organisation, r->id) || has_name(organisation, r->organisation);
}

/* An OrganizationDescription; a server may leave out the object around the organisation. */
static void look_at(const json_t *description, struct match *m)
{
	const json_t *organisation = json_object_get(description, "organization"), *representative;
	size_t i;

	if (!json_is_object(organisation))
		organisation = description;
	if (!has_key(organisation, m))
		return;
	m->name = json_opt_string(organisation, "nameDe", "");
	m->ours = m->ours || is_of(organisation, m->r);
	json_array_foreach(json_object_get(description, "representatives"), i, representative) {
		m->ours = m->ours || is_of(representative, m->r);
	}
}

static int judge(const struct match *m, struct err *e)
{
	const char *answered = m->r->organisation[0] != '\0' ? m->r->organisation : "one without a name";

	if (m->ours)
		return 0;
	if (m->name == NULL)
		return err_reason(e, ERR_TRUST, RSN_DIR_OTHER_ENTRY, "asked who %.100s is, the answer is about %.100s", m->key,
				  m->other != NULL ? m->other : "nobody");
	return err_reason(e, ERR_TRUST, RSN_DIR_OTHER_ENTRY, "asked for %.100s (%.100s), the answer is of %.100s", m->key,
			  m->name, answered);
}

int dir_organisation_check(struct span text, const char *key, const struct dir_entry *r, struct err *e)
{
	struct match m = { .key = key, .r = r };
	const json_t *description;
	struct err bad = ERR_INIT;
	json_t *answer = NULL;
	size_t i;
	int rc;

	if (json_read(text, "organisation", &answer, &bad) != 0)
		return err_reason(e, ERR_SYNTAX, RSN_DIR_BAD_ANSWER, "%s", bad.text);
	if (json_is_object(answer))
		look_at(answer, &m);
	json_array_foreach(answer, i, description) {
		look_at(description, &m);
	}
	rc = judge(&m, e);
	json_decref(answer);
	return rc;
}
