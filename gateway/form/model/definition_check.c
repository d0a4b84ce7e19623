/* SPDX-License-Identifier: EUPL-1.2 */
/* What a component must not have. */
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

/* What a component must not have, with anything but an empty value. */
static const struct {
	const char *property, *why;
} forbidden[] = {
	{ "customConditional", "JavaScript" },
	{ "calculateValue", "JavaScript or JsonLogic" },
	{ "customDefaultValue", "JavaScript or JsonLogic" },
	{ "validate.custom", "JavaScript" },
	{ "validate.json", "JsonLogic" },
	{ "conditional.json", "JsonLogic" },
	{ "logic", "actions and JavaScript" },
	{ "custom", "JavaScript" },
	{ "showValidations", "validation by button" },
	{ "data.custom", "JavaScript" },
	{ "data.url", "values from elsewhere" },
	{ "data.resource", "values from elsewhere" },
	{ "data.json", "JSON values; use data.values" },
	{ "datePicker.disableFunction", "JavaScript" },
	{ "datePicker.disable", "JavaScript dates" },
	{ "inputMasks", "several masks" },
	{ "allowMultipleMasks", "several masks" },
	{ "validate.unique", "needs Form.io's database" },
	{ "unique", "needs Form.io's database" },
	{ "validate.validateWhenHidden", "hidden fields are not checked" },
	{ "wysiwyg", "rich text" },
	{ "editor", "rich text" },
	{ "overlay", "free positioning" },
};

static bool is_blank(const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_STRING:
		return strspn(json_string_value(v), " \t\r\n") == json_string_length(v);
	case JSON_ARRAY:
		return json_array_size(v) == 0;
	case JSON_OBJECT: {
		const char *key;
		json_t *inner;
		json_object_foreach((json_t *)(uintptr_t)v, key, inner) {
			if (!is_blank(inner))
				return false;
		}
		return true;
	}
	case JSON_TRUE:
	case JSON_INTEGER:
	case JSON_REAL:
		return false;
	default:
		return true;
	}
}

static bool has_template(const char *s)
{
	return s != NULL && strstr(s, "{{") != NULL;
}

static void check_templates(struct form_reader *r, const char *path, const json_t *comp)
{
	static const char *const texts[] = { "label", "title", "legend", "description", "tooltip", "html", "content",
					     "placeholder" };
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (has_template(json_string_value(json_object_get(comp, texts[i]))))
			form_reader_find(r, path, texts[i], "template expression {{ }}");
	}
}

static void check_values(struct form_reader *r, const char *path, const json_t *comp, enum form_type type)
{
	const char *src = json_opt_string(comp, "dataSrc", "values");
	enum form_holds holds = form_type_holds(type);
	if ((holds == FORM_HOLDS_CHOICE || holds == FORM_HOLDS_SET) && *src != '\0' && strcmp(src, "values") != 0)
		form_reader_find(r, path, "dataSrc", "\"%s\": only static values", src);
	if (json_opt_bool(comp, "multiple", 0) && type != FORM_SELECT && type != FORM_FILE)
		form_reader_find(r, path, "multiple", "only for select and file");
}

static void check_variants(struct form_reader *r, const char *path, const json_t *comp, enum form_type type)
{
	if (type == FORM_BUTTON && strcmp(json_opt_string(comp, "action", "submit"), "submit") != 0)
		form_reader_find(r, path, "action", "only submit buttons (this service has its own)");
	if (type == FORM_DATETIME && json_opt_bool(comp, "enableTime", 1))
		form_reader_find(r, path, "enableTime", "only dates: set it to false");
	if (type == FORM_TEXTAREA && strcmp(json_opt_string(comp, "as", "string"), "json") == 0)
		form_reader_find(r, path, "as", "JSON in a text area");
	if (type == FORM_TEXTFIELD &&
	    strcmp(json_opt_string(form_json_at(comp, "widget"), "type", "input"), "input") != 0)
		form_reader_find(r, path, "widget.type", "only \"input\"; use datetime for a date");
}

void form_check_component(struct form_reader *r, const char *path, const json_t *comp, enum form_type type)
{
	for (size_t i = 0; i < ARRAY_LEN(forbidden); i++) {
		const json_t *v = form_json_at(comp, forbidden[i].property);
		if (v != NULL && !is_blank(v))
			form_reader_find(r, path, forbidden[i].property, "%s", forbidden[i].why);
	}
	check_templates(r, path, comp);
	check_values(r, path, comp, type);
	check_variants(r, path, comp, type);
}
