/* SPDX-License-Identifier: EUPL-1.2 */
/* The municipalities that a form is offered for, from a JSON file. */
#include <string.h>

#include "base/map.h"
#include "form/model/chars.h"
#include "form/application/office.h"

#define RECIPIENTS_FILE_MAX 4194304

static bool ags_is_good(const char *ags)
{
	size_t n = strlen(ags);

	return (n == 8 || n == 12) && strspn(ags, "0123456789") == n;
}

static int read_one(const json_t *entry, struct arena *a, struct form_recipient *out, struct err *e)
{
	const char *name, *ags;
	int rc = json_need_string(entry, "name", &name, e);

	if (rc == 0)
		rc = json_need_string(entry, "ags", &ags, e);
	if (rc != 0)
		return rc;
	if (!ags_is_good(ags))
		return err_set(e, ERR_CONFIG, "ags \"%s\": 8 or 12 digits are needed", ags);
	if (*name == '\0' || form_chars_check(name, false) != NULL)
		return err_set(e, ERR_CONFIG, "name \"%s\": not a name (DIN 91379)", name);
	out->name = arena_dup(a, name);
	out->ags = arena_dup(a, ags);
	return 0;
}

int form_recipients_load(const char *path, struct arena *a, struct form_recipients *out, struct err *e)
{
	struct map *seen = map_new(NULL);
	struct form_recipient *list;
	json_t *file = NULL, *entry;
	size_t i, n;
	int rc = json_read_file(path, RECIPIENTS_FILE_MAX, &file, e);

	if (rc != 0)
		goto out;
	n = json_array_size(file);
	list = arena_alloc(a, (n + 1) * sizeof(*list));
	if (n == 0)
		rc = err_set(e, ERR_CONFIG, "%s: a list with at least one municipality is needed", path);
	json_array_foreach(file, i, entry) {
		if (rc == 0 && read_one(entry, a, &list[i], e) != 0)
			rc = err_wrap(e, "%s: entry %zu", path, i + 1);
		if (rc == 0 && map_get(seen, span_of(list[i].ags)) != NULL)
			rc = err_set(e, ERR_CONFIG, "%s: ags %s is there twice", path, list[i].ags);
		if (rc == 0)
			map_put(seen, span_of(list[i].ags), &list[i]);
	}
	*out = (struct form_recipients){ list, n };
out:
	json_decref(file);
	map_free(seen);
	return rc;
}
