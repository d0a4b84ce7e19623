/* SPDX-License-Identifier: EUPL-1.2 */
/* Values of a component that contradict each other or what this service is. */
#include <string.h>

#include "base/mem.h"
#include "form/model/definition_read.h"

const json_t *form_json_at(const json_t *obj, const char *dotted)
{
	const char *dot;

	while ((dot = strchr(dotted, '.')) != NULL) {
		char head[64];
		size_t n = (size_t)(dot - dotted);

		must(n < sizeof(head));
		memcpy(head, dotted, n);
		head[n] = '\0';
		obj = json_object_get(obj, head);
		dotted = dot + 1;
	}
	return json_object_get(obj, dotted);
}

const char *form_json_text(const json_t *obj, const char *dotted)
{
	const char *s = json_string_value(form_json_at(obj, dotted));

	return s == NULL || *s == '\0' ? NULL : s;
}

bool form_json_true(const json_t *obj, const char *dotted)
{
	return json_is_true(form_json_at(obj, dotted));
}

/* A part of a date that is shown without being required would allow dates that are none. */
static void check_day(struct form_reader *r, const char *path, const json_t *comp)
{
	static const char *const parts[][2] = { { "fields.day.hide", "fields.day.required" },
						{ "fields.month.hide", "fields.month.required" },
						{ "fields.year.hide", "fields.year.required" } };
	size_t shown = 0, required = 0;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		bool hide = form_json_true(comp, parts[i][0]);

		shown += !hide;
		required += !hide && form_json_true(comp, parts[i][1]);
	}
	if (form_json_true(comp, "fields.year.hide"))
		form_reader_find(r, path, "fields.year.hide", "a date needs its year");
	if (form_json_true(comp, "fields.month.hide") && !form_json_true(comp, "fields.day.hide"))
		form_reader_find(r, path, "fields.month.hide", "a day needs its month");
	if (required > 0 && required < shown)
		form_reader_find(r, path, "fields", "required for all parts that are shown or for none");
}

void form_check_component(struct form_reader *r, const char *path, const json_t *comp, enum form_type type)
{
	form_check_properties(r, path, comp, type);
	if (type == FORM_BUTTON && strcmp(json_opt_string(comp, "action", "submit"), "submit") != 0)
		form_reader_find(r, path, "action", "only submit buttons (this service has its own)");
	if (type == FORM_DATETIME && json_opt_bool(comp, "enableTime", 1))
		form_reader_find(r, path, "enableTime", "only dates: set it to false");
	if (type == FORM_DAY)
		check_day(r, path, comp);
	if (json_is_true(json_object_get(comp, "hidden")) && form_json_text(comp, "defaultValue") != NULL)
		form_reader_find(r, path, "defaultValue", "of a hidden field, which is never sent");
}
