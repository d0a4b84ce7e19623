/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a component may have, as a table: docs/forms.md is the same for authors, and a test compares the two. What stands
 * in no row for a type and is not empty is a finding, so nothing of a definition is dropped without a word.
 */
#include <string.h>

#include "base/mem.h"
#include "form/model/definition_read.h"

#define T(type) (UINT32_C(1) << FORM_##type)
#define WORDS (T(TEXTFIELD) | T(TEXTAREA) | T(EMAIL) | T(PHONE))
#define NUMBERS (T(NUMBER) | T(CURRENCY))
#define BOXES (T(RADIO) | T(SELECTBOXES))
#define PICKS (BOXES | T(SELECT))
#define DATES (T(DATETIME) | T(DAY))
#define INPUTS (WORDS | NUMBERS | T(CHECKBOX) | PICKS | DATES | T(FILE))
#define GROUPS (T(PANEL) | T(FIELDSET) | T(WELL) | T(COLUMNS))
#define TEXTS (T(CONTENT) | T(HTML))
#define ALL (~UINT32_C(0))

/* READS: used by the reader, which judges the value. LOOKS: about Form.io's own pages or builder, without meaning here.
 * ONLY: one of the values in text. NEVER: refused, for the reason in text. */
enum how { READS, LOOKS, ONLY, NEVER };

static const struct row {
	const char *property;	/* dotted; [] behind a list */
	uint32_t types;
	enum how how;
	const char *text;
} rows[] = {
	{ "type", ALL, READS, NULL },
	{ "key", ALL, READS, NULL },
	{ "id", ALL, LOOKS, NULL },
	{ "input", ALL, LOOKS, NULL },
	{ "label", INPUTS | GROUPS, READS, NULL },
	{ "label", TEXTS, LOOKS, NULL },
	{ "title", T(PANEL), READS, NULL },
	{ "legend", T(FIELDSET), READS, NULL },
	{ "components", GROUPS, READS, NULL },
	{ "columns[].components", T(COLUMNS), READS, NULL },
	{ "columns[].width", T(COLUMNS), LOOKS, NULL },
	{ "columns[].offset", T(COLUMNS), LOOKS, NULL },
	{ "columns[].push", T(COLUMNS), LOOKS, NULL },
	{ "columns[].pull", T(COLUMNS), LOOKS, NULL },
	{ "columns[].size", T(COLUMNS), LOOKS, NULL },
	{ "columns[].currentWidth", T(COLUMNS), LOOKS, NULL },
	{ "html", T(CONTENT), READS, NULL },
	{ "tag", T(HTML), READS, NULL },
	{ "content", T(HTML), READS, NULL },
	{ "attrs[].attr", T(HTML), READS, NULL },
	{ "attrs[].value", T(HTML), READS, NULL },
	{ "description", INPUTS, READS, NULL },
	{ "tooltip", INPUTS, READS, NULL },
	{ "errorLabel", INPUTS, READS, NULL },
	{ "errors", INPUTS, READS, NULL },
	{ "placeholder", WORDS | NUMBERS | DATES | T(SELECT), READS, NULL },
	{ "autocomplete", INPUTS, READS, NULL },
	{ "prefix", WORDS | NUMBERS, READS, NULL },
	{ "suffix", WORDS | NUMBERS, READS, NULL },
	{ "defaultValue", INPUTS, READS, NULL },
	{ "multiple", T(SELECT) | T(FILE), READS, NULL },
	{ "hidden", ALL, READS, NULL },
	{ "disabled", INPUTS, READS, NULL },
	{ "persistent", INPUTS, READS, NULL },
	{ "persistent", GROUPS | TEXTS, LOOKS, NULL },
	{ "clearOnHide", INPUTS, READS, NULL },
	{ "clearOnHide", GROUPS | TEXTS, LOOKS, NULL },
	{ "conditional.show", ALL, READS, NULL },
	{ "conditional.when", ALL, READS, NULL },
	{ "conditional.eq", ALL, READS, NULL },
	{ "conditional.conjunction", ALL, READS, NULL },
	{ "conditional.conditions[].component", ALL, READS, NULL },
	{ "conditional.conditions[].operator", ALL, READS, NULL },
	{ "conditional.conditions[].value", ALL, READS, NULL },
	/* rules */
	{ "validate.required", INPUTS, READS, NULL },
	{ "validate.customMessage", INPUTS, READS, NULL },
	{ "validate.pattern", WORDS, READS, NULL },
	{ "validate.patternMessage", WORDS, READS, NULL },
	{ "validate.minLength", WORDS, READS, NULL },
	{ "validate.maxLength", WORDS, READS, NULL },
	{ "validate.minWords", WORDS, READS, NULL },
	{ "validate.maxWords", WORDS, READS, NULL },
	{ "validate.min", NUMBERS, READS, NULL },
	{ "validate.max", NUMBERS, READS, NULL },
	{ "validate.step", NUMBERS, ONLY, "any" },
	{ "validate.minSelectedCount", T(SELECTBOXES), READS, NULL },
	{ "validate.maxSelectedCount", T(SELECTBOXES), READS, NULL },
	{ "validate.onlyAvailableItems", PICKS, LOOKS, NULL },
	{ "validate.skipMaskValidation", WORDS, READS, NULL },
	{ "validate.strictDateValidation", INPUTS, LOOKS, NULL },
	{ "validate.customPrivate", INPUTS, LOOKS, NULL },
	{ "minSelectedCountMessage", T(SELECTBOXES), READS, NULL },
	{ "maxSelectedCountMessage", T(SELECTBOXES), READS, NULL },
	{ "inputMask", WORDS, READS, NULL },
	{ "case", WORDS, READS, NULL },
	{ "truncateMultipleSpaces", WORDS, READS, NULL },
	{ "truncateMultipleSpaces", NUMBERS, LOOKS, NULL },
	{ "properties.format", WORDS, READS, NULL },
	{ "inputType", T(TEXTFIELD) | T(TEXTAREA), ONLY, "text" },
	{ "inputType", T(EMAIL), ONLY, "email|text" },
	{ "inputType", T(PHONE), ONLY, "tel|text" },
	{ "inputType", NUMBERS, ONLY, "text|number" },
	{ "inputType", T(CHECKBOX) | T(SELECTBOXES), ONLY, "checkbox" },
	{ "inputType", T(RADIO), ONLY, "radio" },
	{ "as", T(TEXTAREA), ONLY, "string" },
	{ "widget", T(SELECT), ONLY, "choicesjs|html5" },
	{ "widget.type", INPUTS & ~(T(SELECT) | T(DATETIME)), ONLY, "input" },
	{ "widget.type", T(DATETIME), ONLY, "calendar" },
	/* numbers */
	{ "decimalLimit", NUMBERS, READS, NULL },
	{ "delimiter", NUMBERS, READS, NULL },
	{ "requireDecimal", T(CURRENCY), LOOKS, NULL },
	{ "thousandsSeparator", NUMBERS, LOOKS, NULL },
	{ "decimalSymbol", NUMBERS, LOOKS, NULL },
	{ "currency", T(CURRENCY), READS, NULL },
	/* choices */
	{ "values[].label", BOXES, READS, NULL },
	{ "values[].value", BOXES, READS, NULL },
	{ "values[].shortcut", BOXES, LOOKS, NULL },
	{ "data.values[].label", T(SELECT), READS, NULL },
	{ "data.values[].value", T(SELECT), READS, NULL },
	{ "dataSrc", PICKS, ONLY, "values" },
	{ "dataType", PICKS, LOOKS, NULL },
	{ "valueProperty", PICKS, ONLY, "value" },
	{ "template", T(SELECT), ONLY, "<span>{{ item.label }}</span>" },
	{ "inline", BOXES, LOOKS, NULL },
	{ "optionsLabelPosition", BOXES, LOOKS, NULL },
	{ "fieldSet", BOXES, LOOKS, NULL },
	{ "idPath", T(SELECT), LOOKS, NULL },
	{ "clearOnRefresh", T(SELECT), LOOKS, NULL },
	{ "limit", T(SELECT), LOOKS, NULL },
	{ "lazyLoad", ALL, LOOKS, NULL },
	{ "searchEnabled", T(SELECT), LOOKS, NULL },
	{ "searchDebounce", T(SELECT), LOOKS, NULL },
	{ "searchThreshold", T(SELECT), LOOKS, NULL },
	{ "minSearch", T(SELECT), LOOKS, NULL },
	{ "readOnlyValue", T(SELECT), LOOKS, NULL },
	{ "selectThreshold", T(SELECT), LOOKS, NULL },
	{ "uniqueOptions", T(SELECT), LOOKS, NULL },
	{ "fuseOptions", T(SELECT), LOOKS, NULL },
	{ "indexeddb", T(SELECT), LOOKS, NULL },
	{ "useExactSearch", T(SELECT), LOOKS, NULL },
	{ "disableLimit", T(SELECT), LOOKS, NULL },
	{ "authenticate", PICKS, LOOKS, NULL },
	{ "ignoreCache", PICKS, LOOKS, NULL },
	/* dates */
	{ "enableDate", T(DATETIME), ONLY, "true" },
	{ "enableTime", T(DATETIME), READS, NULL },
	{ "datePicker.minDate", T(DATETIME), READS, NULL },
	{ "datePicker.maxDate", T(DATETIME), READS, NULL },
	{ "datePicker.disableWeekends", T(DATETIME), READS, NULL },
	{ "datePicker.disableWeekdays", T(DATETIME), READS, NULL },
	{ "datePicker.minMode", T(DATETIME), ONLY, "day" },
	{ "datePicker.showWeeks", T(DATETIME), LOOKS, NULL },
	{ "datePicker.startingDay", T(DATETIME), LOOKS, NULL },
	{ "datePicker.initDate", T(DATETIME), LOOKS, NULL },
	{ "datePicker.maxMode", T(DATETIME), LOOKS, NULL },
	{ "datePicker.yearRows", T(DATETIME), LOOKS, NULL },
	{ "datePicker.yearColumns", T(DATETIME), LOOKS, NULL },
	{ "timePicker", T(DATETIME), LOOKS, NULL },
	{ "widget.minDate", T(DATETIME), READS, NULL },
	{ "widget.maxDate", T(DATETIME), READS, NULL },
	{ "widget.disableWeekends", T(DATETIME), READS, NULL },
	{ "widget.disableWeekdays", T(DATETIME), READS, NULL },
	{ "widget.mode", T(DATETIME), ONLY, "single" },
	{ "widget.noCalendar", T(DATETIME), ONLY, "false" },
	{ "widget.enableTime", T(DATETIME), LOOKS, NULL },
	{ "widget.displayInTimezone", T(DATETIME), LOOKS, NULL },
	{ "widget.locale", T(DATETIME), LOOKS, NULL },
	{ "widget.useLocaleSettings", T(DATETIME), LOOKS, NULL },
	{ "widget.allowInput", T(DATETIME), LOOKS, NULL },
	{ "widget.format", T(DATETIME), LOOKS, NULL },
	{ "widget.hourIncrement", T(DATETIME), LOOKS, NULL },
	{ "widget.minuteIncrement", T(DATETIME), LOOKS, NULL },
	{ "widget.time_24hr", T(DATETIME), LOOKS, NULL },
	{ "widget.saveAs", T(DATETIME), LOOKS, NULL },
	{ "widget.timezone", T(DATETIME), LOOKS, NULL },
	{ "widget.submissionTimezone", T(DATETIME), LOOKS, NULL },
	{ "format", T(DATETIME), LOOKS, NULL },
	{ "timezone", T(DATETIME), LOOKS, NULL },
	{ "displayInTimezone", T(DATETIME), LOOKS, NULL },
	{ "datepickerMode", T(DATETIME), LOOKS, NULL },
	{ "allowInput", T(DATETIME), LOOKS, NULL },
	{ "enableMinDateInput", T(DATETIME), LOOKS, NULL },
	{ "enableMaxDateInput", T(DATETIME), LOOKS, NULL },
	{ "useLocaleSettings", T(DATETIME), LOOKS, NULL },
	{ "minDate", T(DAY), READS, NULL },
	{ "maxDate", T(DAY), READS, NULL },
	{ "minYear", T(DAY), READS, NULL },
	{ "maxYear", T(DAY), READS, NULL },
	{ "dayFirst", T(DAY), READS, NULL },
	{ "fields.day.hide", T(DAY), READS, NULL },
	{ "fields.month.hide", T(DAY), READS, NULL },
	{ "fields.year.hide", T(DAY), READS, NULL },
	{ "fields.day.required", T(DAY), READS, NULL },
	{ "fields.month.required", T(DAY), READS, NULL },
	{ "fields.year.required", T(DAY), READS, NULL },
	{ "fields.year.minYear", T(DAY), READS, NULL },
	{ "fields.year.maxYear", T(DAY), READS, NULL },
	{ "fields.day.type", T(DAY), LOOKS, NULL },
	{ "fields.month.type", T(DAY), LOOKS, NULL },
	{ "fields.year.type", T(DAY), LOOKS, NULL },
	{ "fields.day.placeholder", T(DAY), LOOKS, NULL },
	{ "fields.month.placeholder", T(DAY), LOOKS, NULL },
	{ "fields.year.placeholder", T(DAY), LOOKS, NULL },
	{ "hideInputLabels", T(DAY), LOOKS, NULL },
	{ "inputsLabelPosition", T(DAY), LOOKS, NULL },
	/* files */
	{ "filePattern", T(FILE), READS, NULL },
	{ "fileMinSize", T(FILE), READS, NULL },
	{ "fileMaxSize", T(FILE), READS, NULL },
	{ "storage", T(FILE), LOOKS, NULL },
	{ "dir", T(FILE), LOOKS, NULL },
	{ "image", T(FILE), LOOKS, NULL },
	{ "imageSize", T(FILE), LOOKS, NULL },
	{ "privateDownload", T(FILE), LOOKS, NULL },
	{ "uploadOnly", T(FILE), LOOKS, NULL },
	{ "webcam", T(FILE), LOOKS, NULL },
	{ "webcamSize", T(FILE), LOOKS, NULL },
	/* only about how Form.io shows it, or left behind by its builder */
	{ "tableView", ALL, LOOKS, NULL },
	{ "customClass", ALL, LOOKS, NULL },
	{ "className", ALL, LOOKS, NULL },
	{ "tabindex", ALL, LOOKS, NULL },
	{ "autofocus", ALL, LOOKS, NULL },
	{ "tags", ALL, LOOKS, NULL },
	{ "dbIndex", ALL, LOOKS, NULL },
	{ "tree", ALL, LOOKS, NULL },
	{ "hideLabel", ALL, LOOKS, NULL },
	{ "labelPosition", ALL, LOOKS, NULL },
	{ "labelWidth", ALL, LOOKS, NULL },
	{ "labelMargin", ALL, LOOKS, NULL },
	{ "dataGridLabel", ALL, LOOKS, NULL },
	{ "modalEdit", ALL, LOOKS, NULL },
	{ "validateOn", ALL, LOOKS, NULL },
	{ "lockKey", ALL, LOOKS, NULL },
	{ "isNew", ALL, LOOKS, NULL },
	{ "theme", ALL, LOOKS, NULL },
	{ "allowCalculateOverride", ALL, LOOKS, NULL },
	{ "calculateServer", ALL, LOOKS, NULL },
	{ "showCharCount", INPUTS, LOOKS, NULL },
	{ "showWordCount", INPUTS, LOOKS, NULL },
	{ "spellcheck", INPUTS, LOOKS, NULL },
	{ "autocapitalize", INPUTS, LOOKS, NULL },
	{ "autoExpand", INPUTS, LOOKS, NULL },
	{ "shortcut", INPUTS, LOOKS, NULL },
	{ "inputFormat", INPUTS, LOOKS, NULL },
	{ "inputMaskPlaceholderChar", INPUTS, LOOKS, NULL },
	{ "applyMaskOn", INPUTS, LOOKS, NULL },
	{ "rows", T(TEXTAREA), LOOKS, NULL },
	{ "fixedSize", T(TEXTAREA), LOOKS, NULL },
	{ "collapsible", GROUPS, LOOKS, NULL },
	{ "collapsed", GROUPS, LOOKS, NULL },
	{ "autoAdjust", GROUPS, LOOKS, NULL },
	{ "hideOnChildrenHidden", GROUPS, LOOKS, NULL },
	{ "breadcrumb", GROUPS, LOOKS, NULL },
	{ "breadcrumbClickable", GROUPS, LOOKS, NULL },
	{ "buttonSettings", GROUPS, LOOKS, NULL },
	{ "scrollToTop", GROUPS, LOOKS, NULL },
	{ "collapsedIcon", GROUPS, LOOKS, NULL },
	/* with a better reason than that nobody knows it */
	{ "customConditional", ALL, NEVER, "JavaScript" },
	{ "calculateValue", ALL, NEVER, "JavaScript or JsonLogic" },
	{ "customDefaultValue", ALL, NEVER, "JavaScript or JsonLogic" },
	{ "validate.custom", ALL, NEVER, "JavaScript" },
	{ "validate.json", ALL, NEVER, "JsonLogic" },
	{ "validate.unique", ALL, NEVER, "needs Form.io's database" },
	{ "validate.multiple", ALL, NEVER, "only for select and file, with the property multiple" },
	{ "validate.validateWhenHidden", ALL, NEVER, "hidden fields are not checked" },
	{ "validateWhenHidden", ALL, NEVER, "hidden fields are not checked" },
	{ "conditional.json", ALL, NEVER, "JsonLogic" },
	{ "logic", ALL, NEVER, "actions and JavaScript" },
	{ "custom", ALL, NEVER, "JavaScript" },
	{ "nextPage", ALL, NEVER, "pages follow each other; use conditions" },
	{ "data.custom", ALL, NEVER, "JavaScript" },
	{ "data.url", ALL, NEVER, "values from elsewhere" },
	{ "data.resource", ALL, NEVER, "values from elsewhere" },
	{ "data.json", ALL, NEVER, "JSON values; use data.values" },
	{ "datePicker.disableFunction", ALL, NEVER, "JavaScript" },
	{ "datePicker.disable", ALL, NEVER, "single days; use a rule that can be read" },
	{ "widget.disableFunction", ALL, NEVER, "JavaScript" },
	{ "widget.disabledDates", ALL, NEVER, "single days; use a rule that can be read" },
	{ "multiple", ALL, NEVER, "only for select and file" },
	{ "inputMasks", ALL, NEVER, "several masks" },
	{ "allowMultipleMasks", ALL, NEVER, "several masks" },
	{ "unique", ALL, NEVER, "needs Form.io's database" },
	{ "wysiwyg", ALL, NEVER, "rich text" },
	{ "editor", ALL, NEVER, "rich text" },
	{ "overlay", ALL, NEVER, "free positioning" },
	{ "disabled", ALL, NEVER, "only for inputs" },
};

/* Blank as the builder leaves it behind. */
static bool is_blank(const json_t *v)
{
	const char *key;
	json_t *inner;
	size_t i;

	switch (json_typeof(v)) {
	case JSON_STRING:
		return strspn(json_string_value(v), " \t\r\n") == json_string_length(v);
	case JSON_ARRAY:
		json_array_foreach((json_t *)(uintptr_t)v, i, inner) {
			if (!is_blank(inner))
				return false;
		}
		return true;
	case JSON_OBJECT:
		json_object_foreach((json_t *)(uintptr_t)v, key, inner) {
			if (!is_blank(inner))
				return false;
		}
		return true;
	default:
		return json_is_null(v) || json_is_false(v);
	}
}

/* A row of the type, or NULL; *other: there is one for other types. */
static const struct row *row_of(const char *property, enum form_type type, bool *other)
{
	*other = false;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].property, property) != 0)
			continue;
		if (rows[i].types & (UINT32_C(1) << type))
			return &rows[i];
		*other = true;
	}
	return NULL;
}

/* Are there rows for what is inside? */
static bool is_group(const char *property)
{
	size_t n = strlen(property);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (strncmp(rows[i].property, property, n) == 0 && rows[i].property[n] == '.')
			return true;
	}
	return false;
}

/* Is value one of "a|b|c"? Booleans are "true" and "false". */
static bool is_one_of(const json_t *value, const char *list)
{
	const char *text = json_is_boolean(value) ? (json_is_true(value) ? "true" : "false") : json_string_value(value);
	size_t n = text == NULL ? 0 : strlen(text);

	for (const char *s = list; text != NULL; s++) {
		if (strncmp(s, text, n) == 0 && (s[n] == '|' || s[n] == '\0'))
			return true;
		s = strchr(s, '|');
		if (s == NULL)
			break;
	}
	return false;
}

static void judge(struct form_reader *r, const char *path, const char *property, const struct row *row, const json_t *v)
{
	if (row->how == NEVER && !is_blank(v))
		form_reader_find(r, path, property, "%s", row->text);
	/* false is what the builder leaves behind, unless it is the other value of a switch. */
	if (row->how == ONLY && !is_one_of(v, row->text) &&
	    !(is_blank(v) && (!json_is_false(v) || strcmp(row->text, "true") != 0)))
		form_reader_find(r, path, property, "only \"%s\"", row->text);
	if (row->how == READS && json_is_string(v) && strstr(json_string_value(v), "{{") != NULL &&
	    strcmp(property, "validate.pattern") != 0)
		form_reader_find(r, path, property, "template expression {{ }}");
}

static void walk(struct form_reader *r, const char *path, const char *above, const json_t *obj, enum form_type type);

static void walk_list(struct form_reader *r, const char *path, const char *property, const json_t *list,
		      enum form_type type)
{
	const char *inside = arena_printf(r->d->arena, "%s[]", property);
	json_t *one;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, one) {
		if (json_is_object(one) && is_group(inside))
			walk(r, path, inside, one, type);
		else if (!is_blank(one))
			form_reader_find(r, path, property, "entry %zu: not supported", i);
	}
}

static void take(struct form_reader *r, const char *path, const char *property, const json_t *v, enum form_type type)
{
	bool other, list = json_is_array(v);
	const struct row *row = row_of(property, type, &other);

	if (row != NULL)
		judge(r, path, property, row, v);
	else if (json_is_object(v) && is_group(property))
		walk(r, path, property, v, type);
	else if (list && is_group(arena_printf(r->d->arena, "%s[]", property)))
		walk_list(r, path, property, v, type);
	else if (is_blank(v) || type == FORM_BUTTON)	/* pages have buttons of their own */
		return;
	else if (other)
		form_reader_find(r, path, property, "not for %s", form_type_name(type));
	else
		form_reader_find(r, path, property, "not supported (docs/forms.md)");
}

static void walk(struct form_reader *r, const char *path, const char *above, const json_t *obj, enum form_type type)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)obj, key, v) {
		/* What authors note for themselves; one of them has a meaning here. */
		if (strcmp(above, "properties") == 0 && strcmp(key, "format") != 0)
			continue;
		take(r, path, *above == '\0' ? key : arena_printf(r->d->arena, "%s.%s", above, key), v, type);
	}
}

void form_check_properties(struct form_reader *r, const char *path, const json_t *comp, enum form_type type)
{
	walk(r, path, "", comp, type);
}

/* --- the form itself -------------------------------------------------------------------------------------------- */

/* Of the form, not of a component. */
static const struct {
	const char *property;
	enum how how;
	const char *text;
} form_rows[] = {
	{ "title", READS, NULL },
	{ "path", READS, NULL },
	{ "name", READS, NULL },
	{ "components", READS, NULL },
	{ "properties", READS, NULL },
	{ "type", ONLY, "form|resource" },
	{ "display", ONLY, "form|wizard" },
	{ "_id", LOOKS, NULL },
	{ "_vid", LOOKS, NULL },
	{ "machineName", LOOKS, NULL },
	{ "owner", LOOKS, NULL },
	{ "project", LOOKS, NULL },
	{ "created", LOOKS, NULL },
	{ "modified", LOOKS, NULL },
	{ "deleted", LOOKS, NULL },
	{ "tags", LOOKS, NULL },
	{ "access", LOOKS, NULL },
	{ "submissionAccess", LOOKS, NULL },
	{ "fieldMatchAccess", LOOKS, NULL },
	{ "revisions", LOOKS, NULL },
	{ "submissionRevisions", LOOKS, NULL },
	{ "pdfComponents", LOOKS, NULL },
	{ "settings", LOOKS, NULL },
	{ "plan", LOOKS, NULL },
	{ "breadcrumb", LOOKS, NULL },
	{ "controller", NEVER, "JavaScript" },
};

static const char *const form_properties[] = { "leika", "description", "declaration", "version" };

void form_check_form(struct form_reader *r, const json_t *form)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)form, key, v) {
		size_t i = 0;

		while (i < ARRAY_LEN(form_rows) && strcmp(form_rows[i].property, key) != 0)
			i++;
		if (i < ARRAY_LEN(form_rows)) {
			const struct row row = { key, ALL, form_rows[i].how, form_rows[i].text };

			judge(r, "", key, &row, v);
		} else if (!is_blank(v)) {
			form_reader_find(r, "", key, "not supported (docs/forms.md)");
		}
	}
	json_object_foreach(json_object_get(form, "properties"), key, v) {
		size_t i = 0;

		while (i < ARRAY_LEN(form_properties) && strcmp(form_properties[i], key) != 0)
			i++;
		if (i == ARRAY_LEN(form_properties) && !is_blank(v))
			form_reader_find(r, "", arena_printf(r->d->arena, "properties.%s", key),
					 "not known (leika, description, declaration, version)");
		if (json_is_string(v) && strstr(json_string_value(v), "{{") != NULL)
			form_reader_find(r, "", arena_printf(r->d->arena, "properties.%s", key),
					 "template expression {{ }}");
	}
}

size_t form_property_count(void)
{
	return ARRAY_LEN(rows);
}

const char *form_property_name(size_t i)
{
	return rows[i].property;
}
