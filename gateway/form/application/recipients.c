/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

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
	if (json_need_string(entry, "name", &name, e) != 0 || json_need_string(entry, "ags", &ags, e) != 0)
		return e->code;
	if (!ags_is_good(ags))
		return err_set(e, ERR_CONFIG, "ags \"%s\": 8 or 12 digits are needed", ags);
	if (*name == '\0' || form_chars_check(name, false) != NULL)
		return err_set(e, ERR_CONFIG, "name \"%s\": not a name (DIN 91379)", name);
	out->name = arena_dup(a, name);
	out->ags = arena_dup(a, ags);
	return 0;
}

int form_recipients_load(const char *path, struct arena *a, struct form_recipient **out, size_t *n, struct err *e)
{
	json_t *list = NULL, *entry;
	size_t i;
	if (json_read_file(path, RECIPIENTS_FILE_MAX, &list, e) != 0)
		return e->code;
	e->code = ERR_OK;
	*n = json_array_size(list);
	*out = arena_alloc(a, (*n + 1) * sizeof(**out));
	if (*n == 0)
		err_set(e, ERR_CONFIG, "%s: a list with at least one municipality is needed", path);
	json_array_foreach(list, i, entry) {
		if (e->code == ERR_OK && read_one(entry, a, &(*out)[i], e) != 0)
			err_wrap(e, "%s: entry %zu", path, i + 1);
		for (size_t j = 0; e->code == ERR_OK && j < i; j++) {
			if (strcmp((*out)[j].ags, (*out)[i].ags) == 0)
				err_set(e, ERR_CONFIG, "%s: ags %s is there twice", path, (*out)[i].ags);
		}
	}
	json_decref(list);
	return e->code;
}
