/* SPDX-License-Identifier: EUPL-1.2 */
/* The rules of one component: limits, dates, sizes, patterns. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "form/model/date.h"
#include "form/model/definition_read.h"
#include "form/model/file_type.h"
#include "form/model/regex.h"

bool form_json_number(const json_t *obj, const char *dotted, double *out)
{
	const json_t *v = form_json_at(obj, dotted);
	const char *s = json_string_value(v);
	char *end;

	if (json_is_number(v)) {
		*out = json_number_value(v);
		return true;
	}
	if (s == NULL || *s == '\0')
		return false;
	*out = strtod(s, &end);
	return end != s && end[strspn(end, " \t")] == '\0' && isfinite(*out);
}

/* False without a finding if the setting is absent or empty. */
static bool number_setting(struct form_reader *r, const char *path, const json_t *comp, const char *dotted, double *out)
{
	const json_t *v = form_json_at(comp, dotted);
	const char *s = json_string_value(v);

	if (form_json_number(comp, dotted, out))
		return true;
	if (v != NULL && !json_is_null(v) && !json_is_false(v) && (s == NULL || *s != '\0'))
		form_reader_find(r, path, dotted, "not a number");
	return false;
}

static long whole_setting(struct form_reader *r, const char *path, const json_t *comp, const char *dotted)
{
	double v;

	if (!number_setting(r, path, comp, dotted, &v))
		return 0;
	if (v < 0 || v > 1e9 || v != floor(v)) {
		form_reader_find(r, path, dotted, "not a whole number from 0 to 1000000000");
		return 0;
	}
	return (long)v;
}

/* "2026-11-24", or "moment()" for the day on which it is checked. */
static const char *date_setting(struct form_reader *r, const char *path, const json_t *comp, const char *dotted,
				bool *today)
{
	const char *s = form_json_text(comp, dotted);
	struct form_date day;
	char *iso;

	if (s == NULL)
		return NULL;
	if (strcmp(s, "moment()") == 0) {
		*today = true;
		return NULL;
	}
	if (!form_date_parse(s, FORM_DATE_ISO, &day)) {
		form_reader_find(r, path, dotted, "only a date like 2026-11-24, or moment() for today; no other expression");
		return NULL;
	}
	iso = arena_alloc(r->d->arena, FORM_DATE_LEN);
	return form_date_iso(&day, iso);
}

static void year_setting(struct form_reader *r, const char *path, const json_t *comp, const char *dotted, bool is_min,
			 const char **limit)
{
	long year = whole_setting(r, path, comp, dotted);
	const char *date;

	if (year == 0)
		return;
	if (year < 1000 || year > 9999) {
		form_reader_find(r, path, dotted, "not a year from 1000 to 9999");
		return;
	}
	date = arena_printf(r->d->arena, "%ld-%s", year, is_min ? "01-01" : "12-31");
	if (*limit == NULL || (strcmp(date, *limit) > 0) == is_min)
		*limit = date;
}

static void read_day_limits(struct form_reader *r, const char *path, const json_t *comp, struct form_rules *u)
{
	u->min_date = date_setting(r, path, comp, "minDate", &u->min_today);
	u->max_date = date_setting(r, path, comp, "maxDate", &u->max_today);
	year_setting(r, path, comp, "minYear", true, &u->min_date);
	year_setting(r, path, comp, "fields.year.minYear", true, &u->min_date);
	year_setting(r, path, comp, "maxYear", false, &u->max_date);
	year_setting(r, path, comp, "fields.year.maxYear", false, &u->max_date);
}

/* The builder writes the same limits into datePicker and widget. */
static const char *picker_date(struct form_reader *r, const char *path, const json_t *comp, const char *picker,
			       const char *widget, bool *today)
{
	const char *a = form_json_text(comp, picker), *b = form_json_text(comp, widget);

	if (a != NULL && b != NULL && strcmp(a, b) != 0)
		form_reader_find(r, path, widget, "not the same as %s", picker);
	return date_setting(r, path, comp, a != NULL ? picker : widget, today);
}

static void read_picker_limits(struct form_reader *r, const char *path, const json_t *comp, struct form_rules *u)
{
	u->min_date = picker_date(r, path, comp, "datePicker.minDate", "widget.minDate", &u->min_today);
	u->max_date = picker_date(r, path, comp, "datePicker.maxDate", "widget.maxDate", &u->max_today);
	u->no_weekends = form_json_true(comp, "datePicker.disableWeekends") ||
			 form_json_true(comp, "widget.disableWeekends");
	u->no_weekdays = form_json_true(comp, "datePicker.disableWeekdays") ||
			 form_json_true(comp, "widget.disableWeekdays");
	if (u->no_weekends && u->no_weekdays)
		form_reader_find(r, path, "datePicker.disableWeekdays", "with disableWeekends no day is left");
}

/* 20MB, 512KB, 1GB or plain bytes; Form.io would read "1,5MB" as 1 MB. */
static bool parse_size(const char *s, uint64_t *out)
{
	static const struct {
		const char *name;

		double bytes;
	} units[] = { { "", 1 }, { "B", 1 }, { "KB", 1024 }, { "MB", 1048576 }, { "GB", 1073741824 } };
	char *end;
	double v;

	if (!isdigit((unsigned char)*s))
		return false;
	v = strtod(s, &end);
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (strcasecmp(end + strspn(end, " "), units[i].name) != 0 || v * units[i].bytes > 1e15)
			continue;
		*out = (uint64_t)(v * units[i].bytes);
		return true;
	}
	return false;
}

static uint64_t size_setting(struct form_reader *r, const char *path, const json_t *comp, const char *key)
{
	const json_t *j = json_object_get(comp, key);
	const char *s = json_string_value(j);
	uint64_t size = 0;

	if (json_is_integer(j) && json_integer_value(j) >= 0)
		return (uint64_t)json_integer_value(j);
	if (j == NULL || json_is_null(j) || (s != NULL && *s == '\0'))
		return 0;
	if (s == NULL || !parse_size(s, &size))
		form_reader_find(r, path, key, "\"%s\" is not a size like 500KB, 1.5MB or 1GB", s != NULL ? s : "?");
	return size;
}

static void read_pattern(struct form_reader *r, const char *path, struct form_rules *u)
{
	char why[200];

	u->regex = form_regex_new(u->pattern, why, sizeof(why));
	if (u->regex == NULL)
		form_reader_find(r, path, "validate.pattern", "%s", why);
}

static void read_file_rules(struct form_reader *r, const char *path, const json_t *comp, struct form_rules *u)
{
	char why[200];

	u->file_min = size_setting(r, path, comp, "fileMinSize");
	u->file_max = size_setting(r, path, comp, "fileMaxSize");
	u->file_pattern = form_json_text(comp, "filePattern");
	if (u->file_pattern != NULL && form_file_pattern_is_bad(u->file_pattern, why, sizeof(why)))
		form_reader_find(r, path, "filePattern", "%s", why);
	if (u->file_max > 0 && u->file_min > u->file_max)
		form_reader_find(r, path, "fileMinSize", "above fileMaxSize");
}

static void read_format(struct form_reader *r, const char *path, const json_t *comp, struct form_rules *u)
{
	const char *format = form_json_text(comp, "properties.format");

	u->iban = format != NULL && strcmp(format, "iban") == 0;
	if (format != NULL && !u->iban)
		form_reader_find(r, path, "properties.format", "only \"iban\"");
}

void form_read_rules(struct form_reader *r, const char *path, const json_t *comp, struct form_field *f)
{
	struct form_rules *u = &f->rules;

	u->required = form_json_true(comp, "validate.required") ||
		      (f->type == FORM_DAY && form_json_true(comp, "fields.year.required"));
	u->has_min = number_setting(r, path, comp, "validate.min", &u->min);
	u->has_max = number_setting(r, path, comp, "validate.max", &u->max);
	u->min_length = whole_setting(r, path, comp, "validate.minLength");
	u->max_length = whole_setting(r, path, comp, "validate.maxLength");
	u->min_words = whole_setting(r, path, comp, "validate.minWords");
	u->max_words = whole_setting(r, path, comp, "validate.maxWords");
	u->min_selected = whole_setting(r, path, comp, "validate.minSelectedCount");
	u->max_selected = whole_setting(r, path, comp, "validate.maxSelectedCount");
	if (f->type == FORM_DAY)
		read_day_limits(r, path, comp, u);
	if (f->type == FORM_DATETIME)
		read_picker_limits(r, path, comp, u);
	u->mask = form_json_true(comp, "validate.skipMaskValidation") ? NULL : form_json_text(comp, "inputMask");
	u->pattern = form_json_text(comp, "validate.pattern");
	if (u->pattern != NULL && f->holds == FORM_HOLDS_TEXT)
		read_pattern(r, path, u);
	if (f->type == FORM_FILE)
		read_file_rules(r, path, comp, u);
	read_format(r, path, comp, u);
}
