/* SPDX-License-Identifier: EUPL-1.2 */
/* What is checked before jansson sees a text. */
#include "base/json.h"

#include <string.h>

#include "base/file.h"
#include "base/mem.h"

#define DEPTH_MAX 64

/* The position behind the string whose opening quote is at i. */
static size_t skip_string(struct span text, size_t i)
{
	for (i++; i < text.n && text.p[i] != '"'; i++)
		if (text.p[i] == '\\')
			i++;
	return i + 1;
}

/* Counts before jansson allocates: its own depth limit is 2048, and a tree is many times larger than its text. */
static int check_size(struct span text, const char *what, struct err *e)
{
	unsigned depth = 0, values = 0;

	if (text.n > JSON_TEXT_MAX)
		return err_set(e, ERR_LIMIT, "%s: more than %u bytes of JSON", what, JSON_TEXT_MAX);
	for (size_t i = 0; i < text.n;) {
		char c = text.p[i];

		if (c == '"') {
			i = skip_string(text, i);
			continue;
		}
		values += c == '[' || c == '{' || c == ',';
		depth += c == '[' || c == '{';
		if (depth > DEPTH_MAX)
			return err_set(e, ERR_LIMIT, "%s: JSON nested deeper than %d", what, DEPTH_MAX);
		if ((c == ']' || c == '}') && depth > 0)
			depth--;
		i++;
	}
	if (values > JSON_VALUES_MAX)
		return err_set(e, ERR_LIMIT, "%s: more than %u JSON values", what, JSON_VALUES_MAX);
	return 0;
}

/* RFC 8259 8.1: a byte order mark is not sent, but many editors write one. */
static int skip_mark(struct span *text, const char *what, struct err *e)
{
	if (span_starts(*text, "\xef\xbb\xbf"))
		*text = (struct span){ text->p + 3, text->n - 3 };
	else if (span_starts(*text, "\xff\xfe") || span_starts(*text, "\xfe\xff"))
		return err_spec(e, ERR_SYNTAX, "RFC 8259 8.1", "%s: UTF-16, expected UTF-8", what);
	return 0;
}

/* What a proxy, a login or a maintenance page says in place of the answer. */
static bool is_page(struct span text)
{
	static const char *const starts[] = { "<!doctype html", "<html" };
	struct span s = span_trim(text);

	for (size_t i = 0; i < ARRAY_LEN(starts); i++)
		if (s.n >= strlen(starts[i]) && span_is_nocase((struct span){ s.p, strlen(starts[i]) }, starts[i]))
			return true;
	return false;
}

int json_read(struct span text, const char *what, json_t **out, struct err *e)
{
	json_error_t je;
	json_t *value;
	char *near;
	int rc = skip_mark(&text, what, e);

	if (rc == 0)
		rc = check_size(text, what, e);
	if (rc != 0)
		return rc;
	value = json_loadb(text.p == NULL ? "" : text.p, text.n, JSON_REJECT_DUPLICATES, &je);
	if (value == NULL && is_page(text))
		return err_spec(e, ERR_SYNTAX, "RFC 8259", "%s: a web page, expected JSON", what);
	if (value == NULL) {
		near = strstr(je.text, " near '");	/* jansson quotes the input there, and that may be a secret */
		if (near != NULL)
			*near = '\0';
		return err_spec(e, ERR_SYNTAX, "RFC 8259", "%s:%d:%d: %s", what, je.line, je.column, je.text);
	}
	*out = value;
	return 0;
}

int json_read_file(const char *path, size_t max, json_t **out, struct err *e)
{
	struct buf b;
	int rc;

	buf_init(&b, max);
	rc = file_read(path, &b, e);
	if (rc == 0)
		rc = json_read(buf_view(&b), path, out, e);
	buf_fini(&b);
	return rc;
}

int json_need_string(const json_t *obj, const char *key, const char **out, struct err *e)
{
	const json_t *v = json_object_get(obj, key);

	if (v == NULL)
		return err_set(e, ERR_SYNTAX, "%s: missing", key);
	if (!json_is_string(v))
		return err_set(e, ERR_SYNTAX, "%s: not a string", key);
	*out = json_string_value(v);
	return 0;
}

const char *json_opt_string(const json_t *obj, const char *key, const char *fallback)
{
	const char *s = json_string_value(json_object_get(obj, key));

	return s == NULL ? fallback : s;
}

long long json_opt_int(const json_t *obj, const char *key, long long fallback)
{
	const json_t *v = json_object_get(obj, key);

	return json_is_integer(v) ? json_integer_value(v) : fallback;
}

int json_opt_bool(const json_t *obj, const char *key, int fallback)
{
	const json_t *v = json_object_get(obj, key);

	return json_is_boolean(v) ? json_is_true(v) : fallback;
}

static int append(const char *text, size_t n, void *data)
{
	buf_put(data, text, n);
	return 0;
}

void json_write(struct buf *out, const json_t *value)
{
	must(json_dump_callback(value, append, out, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY) == 0);
}
