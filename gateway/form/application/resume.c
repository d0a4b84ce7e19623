/* SPDX-License-Identifier: EUPL-1.2 */
/* Codes by which a person finds a draft again. */
#include "form/application/resume.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "form/application/access.h"

#define CODE_DIGITS 20
#define OPEN_META_MAX 8192
#define ALIAS_LEN (2UL * SHA256_LEN + 6)	/* "code:", digest, NUL */

/* Without I, L, O and U: they are mistaken for others, or make words. */
static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

bool form_resume_is_kept(const struct form_draft *d)
{
	return d->message.alias != NULL;
}

static void make_digits(const struct form_draft *d, char out[CODE_DIGITS + 1])
{
	uint8_t mac[SHA256_LEN];

	hmac_sha256(d->office->resume_key, d->message.id.b, ID_LEN, mac);
	for (size_t i = 0; i < CODE_DIGITS; i++) {
		size_t bit = 5 * i;
		unsigned two = (unsigned)mac[bit / 8] << 8 | mac[bit / 8 + 1];

		out[i] = digits[two >> (11 - bit % 8) & 31];
	}
	out[CODE_DIGITS] = '\0';
}

void form_resume_code(const struct form_draft *d, char code[FORM_CODE_LEN])
{
	char plain[CODE_DIGITS + 1];

	make_digits(d, plain);
	for (size_t i = 0; i < CODE_DIGITS; i++) {
		if (i > 0 && i % 4 == 0)
			*code++ = '-';
		*code++ = plain[i];
	}
	*code = '\0';
}

static void alias_of(const char plain[CODE_DIGITS + 1], char alias[ALIAS_LEN])
{
	uint8_t sum[SHA256_LEN];

	sha256(plain, CODE_DIGITS, sum);
	(void)snprintf(alias, ALIAS_LEN, "code:");
	hex_encode(sum, sizeof(sum), alias + strlen(alias));
}

/* ERR_SYNTAX: not the number of digits, or something else between them. */
static int read_typed(const char *typed, char plain[CODE_DIGITS + 1], struct err *e)
{
	size_t n = 0;

	for (; typed != NULL && *typed != '\0'; typed++) {
		char c = *typed >= 'a' && *typed <= 'z' ? (char)(*typed - 'a' + 'A') : *typed;

		if (c == ' ' || c == '-' || c == '\t')
			continue;
		c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
		if (n == CODE_DIGITS || strchr(digits, c) == NULL)
			return err_set(e, ERR_SYNTAX, "not a code");
		plain[n++] = c;
	}
	plain[n] = '\0';
	return n == CODE_DIGITS ? 0 : err_set(e, ERR_SYNTAX, "not a code");
}

int form_resume_keep(struct form_draft *d, struct err *e)
{
	char plain[CODE_DIGITS + 1], alias[ALIAS_LEN];
	struct spool_edit *ed;
	struct spool_message *m;
	int rc = form_resume_is_kept(d) ? 0 : spool_edit_begin(d->office->spool, &d->message.id, &ed, &m, e);

	if (rc != 0 || form_resume_is_kept(d))
		return rc;
	make_digits(d, plain);
	alias_of(plain, alias);
	m->alias = alias;
	rc = spool_edit_commit(ed, NULL, e);
	if (rc == 0)
		d->message.alias = arena_dup(d->arena, alias);
	return rc;
}

/* Changes who has access, in one commit. token: taken away; NULL: a new one goes to `added`. */
static int change_access(struct form_office *o, const struct id *id, const char *token, char *added, struct err *e)
{
	struct spool_edit *ed;
	struct spool_message *m;
	json_t *open = NULL;
	struct buf text;
	int rc = spool_edit_begin(o->spool, id, &ed, &m, e);

	buf_init(&text, OPEN_META_MAX);
	if (rc != 0)
		goto out;
	rc = json_read(m->open_meta, "draft", &open, e);
	if (rc == 0 && token != NULL)
		(void)form_access_remove(open, token);
	else if (rc == 0)
		form_access_add(open, added);
	if (rc == 0) {
		json_write(&text, open);
		rc = buf_check(&text, "devices", e);
	}
	m->open_meta = buf_view(&text);
	if (rc == 0)
		rc = spool_edit_commit(ed, NULL, e);
	else
		spool_edit_abort(ed);
out:
	json_decref(open);
	buf_fini(&text);
	return rc;
}

static int find(struct form_office *o, struct arena *a, const char *typed, struct spool_message *m, struct err *e)
{
	static const enum spool_kind kinds[] = { SPOOL_DRAFT, SPOOL_APPLICATION };
	char plain[CODE_DIGITS + 1], alias[ALIAS_LEN];
	int rc = read_typed(typed, plain, e);

	if (rc != 0)
		return rc;
	alias_of(plain, alias);
	rc = ERR_MISSING;
	for (size_t i = 0; rc == ERR_MISSING && i < ARRAY_LEN(kinds); i++)
		rc = spool_message_find(o->spool, a, kinds[i], span_of(alias), m, e);
	return rc;
}

int form_resume_open(struct form_office *o, struct arena *a, const char *typed, int wait_ms, char token[FORM_TOKEN_LEN],
		     struct id *id, struct err *e)
{
	struct spool_message m;
	int rc = find(o, a, typed, &m, e);

	if (rc == 0)
		rc = form_lock_take(o->locks, &m.id, wait_ms, e);
	if (rc != 0)
		return rc;
	rc = change_access(o, &m.id, NULL, token, e);
	form_lock_release(o->locks, &m.id);
	*id = m.id;
	return rc;
}

int form_resume_leave(struct form_draft *d, const char *token, struct err *e)
{
	return change_access(d->office, &d->message.id, token, NULL, e);
}
