/* SPDX-License-Identifier: EUPL-1.2 */
/* Every text names the field and says what to do (WCAG 3.3.1, 3.3.3). */
#include <glib.h>
#include <string.h>

#include "form/model/chars.h"
#include "form/model/date.h"
#include "form/model/iban.h"
#include "form/model/rules.h"
#include "form/model/value.h"

const char *form_text_number(struct arena *a, const struct form_field *f, const json_t *v)
{
	(void)v;
	return arena_printf(a, "„%s“: Bitte geben Sie eine Zahl ein, zum Beispiel %s.", f->problem_label,
			    f->currency != NULL ? "450,00" : "3");
}

const char *form_text_decimals(struct arena *a, const struct form_field *f, const json_t *v)
{
	(void)v;
	if (f->decimals > 0)
		return arena_printf(a, "„%s“: Bitte geben Sie höchstens %d Stellen nach dem Komma ein.", f->problem_label, f->decimals);
	return arena_printf(a, "„%s“: Bitte geben Sie eine ganze Zahl ohne Komma ein.", f->problem_label);
}

const char *form_text_email(struct arena *a, const struct form_field *f, const json_t *v)
{
	(void)v;
	return arena_printf(
		a, "„%s“: Bitte geben Sie eine vollständige E-Mail-Adresse ein, zum Beispiel name@beispiel.de.",
		f->problem_label);
}

const char *form_text_date(struct arena *a, const struct form_field *f, const json_t *v)
{
	static const char *const examples[] = { "", "ein Jahr ein, zum Beispiel 1980", "Monat und Jahr ein, zum Beispiel 01.1980",
						"ein Datum ein, das es gibt, zum Beispiel 31.01.1980" };

	(void)v;
	return arena_printf(a, "„%s“: Bitte geben Sie %s.", f->problem_label, examples[f->date_parts]);
}

const char *form_text_chars(struct arena *a, const struct form_field *f, const json_t *v)
{
	const char *bad = form_chars_check(json_string_value(v), f->type == FORM_TEXTAREA);
	gunichar c = g_utf8_get_char(bad);

	if (c < 0x20 || !g_unichar_isprint(c))
		return arena_printf(a,
				    "„%s“: Der Text enthält ein unsichtbares Zeichen (U+%04X), das nicht übermittelt "
				    "werden kann. Bitte geben Sie ihn neu ein.",
				    f->problem_label, c);
	const char *end = g_utf8_next_char(bad);
	while (g_unichar_ismark(g_utf8_get_char(end)))
		end = g_utf8_next_char(end);
	return arena_printf(a, "„%s“: Das Zeichen „%.*s“ kann nicht übermittelt werden. Bitte ersetzen Sie es durch "
			       "lateinische Buchstaben oder einfache Satzzeichen.",
			    f->problem_label, (int)(end - bad), bad);
}

static const char *limit_text(struct arena *a, const struct form_field *f, double limit, const char *word)
{
	struct buf b;

	buf_init(&b, 200);
	json_t *number = json_real(limit);
	form_value_show(f, number, &b);
	json_decref(number);
	const char *text = arena_printf(a, "„%s“: Der Wert darf nicht %s als %s sein.", f->problem_label, word, buf_str(&b));
	buf_fini(&b);
	return text;
}

const char *form_text_min(struct arena *a, const struct form_field *f, const json_t *v)
{
	(void)v;
	return limit_text(a, f, f->rules.min, "kleiner");
}

const char *form_text_max(struct arena *a, const struct form_field *f, const json_t *v)
{
	(void)v;
	return limit_text(a, f, f->rules.max, "größer");
}

static const char *day_text(struct arena *a, const struct form_field *f, const char *iso, const char *word)
{
	struct form_date d;
	char german[FORM_DATE_LEN];
	const char *day = form_date_parse(iso, FORM_DATE_ISO, &d) ? form_date_german(&d, german) : iso;

	return arena_printf(a, "„%s“: Das Datum darf nicht %s dem %s liegen.", f->problem_label, word, day);
}

const char *form_text_min_date(struct arena *a, const struct form_field *f, const json_t *v)
{
	const char *limit = f->rules.min_date;

	if (limit == NULL || strncmp(json_string_value(v), limit, json_string_length(v)) >= 0)
		return arena_printf(a, "„%s“: Das Datum darf nicht in der Vergangenheit liegen.", f->problem_label);
	return day_text(a, f, limit, "vor");
}

const char *form_text_max_date(struct arena *a, const struct form_field *f, const json_t *v)
{
	const char *limit = f->rules.max_date;

	if (limit == NULL || strncmp(json_string_value(v), limit, json_string_length(v)) <= 0)
		return arena_printf(a, "„%s“: Das Datum darf nicht in der Zukunft liegen.", f->problem_label);
	return day_text(a, f, limit, "nach");
}

const char *form_text_weekday(struct arena *a, const struct form_field *f, const json_t *v)
{
	(void)v;
	return arena_printf(a, "„%s“: Bitte wählen Sie einen Tag %s.", f->problem_label,
			    f->rules.no_weekends ? "von Montag bis Freitag" : "am Wochenende");
}

const char *form_text_iban(struct arena *a, const struct form_field *f, const json_t *v)
{
	const char *text = json_string_value(v);

	switch (form_iban_check(text)) {
	case FORM_IBAN_COUNTRY:
		return arena_printf(a, "„%s“: Für „%.2s“ gibt es keine IBAN. Eine deutsche beginnt mit DE.",
				    f->problem_label, text);
	case FORM_IBAN_LENGTH:
		return arena_printf(a, "„%s“: Eine IBAN mit „%.2s“ hat %u Stellen, dies sind %zu. Bitte prüfen Sie sie.",
				    f->problem_label, text, form_iban_length(text), strlen(text));
	case FORM_IBAN_CHECK:
		return arena_printf(a, "„%s“: Die Prüfziffer stimmt nicht. Bitte vergleichen Sie die IBAN Stelle für Stelle.",
				    f->problem_label);
	default:
		return arena_printf(a, "„%s“: Bitte geben Sie eine IBAN ein, zum Beispiel DE02 1203 0000 0000 2020 51.",
				    f->problem_label);
	}
}

const char *form_text_min_length(struct arena *a, const struct form_field *f, const json_t *v)
{
	return arena_printf(a, "„%s“: Bitte geben Sie mindestens %ld Zeichen ein; es sind erst %zu.", f->problem_label,
			    f->rules.min_length, form_text_length(json_string_value(v)));
}

const char *form_text_max_length(struct arena *a, const struct form_field *f, const json_t *v)
{
	return arena_printf(a, "„%s“: Bitte geben Sie höchstens %ld Zeichen ein; es sind %zu.", f->problem_label,
			    f->rules.max_length > 0 ? f->rules.max_length : (long)FORM_TEXT_MAX,
			    form_text_length(json_string_value(v)));
}

const char *form_text_mask(struct arena *a, const struct form_field *f, const json_t *v)
{
	(void)v;
	return arena_printf(a,
			    "„%s“: Bitte verwenden Sie die Form %s (9 steht für eine Ziffer, A für einen Buchstaben).",
			    f->problem_label, f->rules.mask);
}

const char *form_text_pattern(struct arena *a, const struct form_field *f, const json_t *v)
{
	(void)v;
	return arena_printf(a, "„%s“: Die Eingabe hat nicht die verlangte Form.%s%s", f->problem_label,
			    f->hint != NULL ? " Bitte beachten Sie: " : "", f->hint != NULL ? f->hint : "");
}
