/* SPDX-License-Identifier: EUPL-1.2 */
/* From a value to what a person or a program reads. */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "form/model/date.h"
#include "form/model/value.h"

/* Shortest decimal text without exponent; what JavaScript would print for such numbers. */
static char *number_text(double v, char out[48])
{
	for (int digits = 0; digits <= 12; digits++) {
		char format[8];
		g_snprintf(format, sizeof(format), "%%.%df", digits);
		g_ascii_formatd(out, 48, format, v);
		if (g_ascii_strtod(out, NULL) == v)
			break;
	}
	return out;
}

static void put_german(struct buf *out, double v, bool money, bool group)
{
	char text[48];

	if (money)
		g_ascii_formatd(text, sizeof(text), "%.2f", v);
	else
		number_text(v, text);
	const char *dot = strchr(text, '.');
	size_t whole = dot == NULL ? strlen(text) : (size_t)(dot - text);
	for (size_t i = 0; i < whole; i++) {
		buf_putc(out, text[i]);
		if (group && whole - i > 1 && (whole - i - 1) % 3 == 0 && text[i] != '-')
			buf_putc(out, '.');
	}
	if (dot != NULL)
		buf_printf(out, ",%s", dot + 1);
}

static void put_date(struct buf *out, const char *iso)
{
	bool good;
	struct form_date d;
	char text[FORM_DATE_LEN];

	good = form_date_parse(iso, FORM_DATE_ISO | FORM_DATE_MONTH | FORM_DATE_YEAR, &d);
	buf_puts(out, good ? form_date_german(&d, text) : iso);
}

/* In groups of four, as on a bank card. */
static void put_iban(struct buf *out, const char *text)
{
	for (size_t i = 0; text[i] != '\0'; i++) {
		if (i > 0 && i % 4 == 0)
			buf_putc(out, ' ');
		buf_putc(out, text[i]);
	}
}

static void put_number(struct buf *out, const struct form_field *f, double v)
{
	put_german(out, v, f->currency != NULL, f->grouped);
	if (f->currency != NULL)
		buf_printf(out, " %s", strcmp(f->currency, "EUR") == 0 ? "€" : f->currency);
}

static void show_text(const struct form_field *f, const json_t *v, struct buf *out)
{
	if (f->prefix != NULL)
		buf_printf(out, "%s ", f->prefix);
	if (json_is_number(v))
		put_number(out, f, json_number_value(v));
	else if (f->rules.iban)
		put_iban(out, json_string_value(v));
	else
		buf_puts(out, json_string_value(v));
	if (f->suffix != NULL)
		buf_printf(out, " %s", f->suffix);
}

static void show_choices(const struct form_field *f, const json_t *v, struct buf *out)
{
	bool first = true;

	for (size_t i = 0; i < f->choice_count; i++) {
		if (!form_value_has(f, v, f->choices[i].value))
			continue;
		buf_printf(out, "%s%s", first ? "" : "\n", f->choices[i].label);
		first = false;
	}
}

void form_value_show(const struct form_field *f, const json_t *v, struct buf *out)
{
	if (f->holds == FORM_HOLDS_SET || f->holds == FORM_HOLDS_CHOICE) {
		show_choices(f, v, out);
	} else if (f->holds == FORM_HOLDS_BOOL) {
		buf_puts(out, json_is_true(v) ? "ja" : "nein");
	} else if (f->holds == FORM_HOLDS_DATE && json_is_string(v)) {
		put_date(out, json_string_value(v));
	} else if (json_is_number(v) || json_is_string(v)) {
		show_text(f, v, out);
	}
}

void form_value_edit(const struct form_field *f, const json_t *v, struct buf *out)
{
	if (json_is_number(v))
		put_german(out, json_number_value(v), f->currency != NULL, false);
	else if (f->holds == FORM_HOLDS_DATE && json_is_string(v))
		put_date(out, json_string_value(v));
	else if (json_is_string(v) && f->rules.iban)
		put_iban(out, json_string_value(v));
	else if (json_is_string(v))
		buf_puts(out, json_string_value(v));
}

void form_value_plain(const struct form_field *f, const json_t *v, struct buf *out)
{
	char text[48];

	if (json_is_number(v))
		buf_puts(out, number_text(json_number_value(v), text));
	else if (f->holds == FORM_HOLDS_BOOL)
		buf_puts(out, json_is_true(v) ? "true" : "false");
	else if (json_is_string(v))
		buf_puts(out, json_string_value(v));
}
