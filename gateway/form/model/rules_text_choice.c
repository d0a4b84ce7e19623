/* SPDX-License-Identifier: EUPL-1.2 */
/* Texts for what was left out, chosen wrongly, or is too much or too little. */
#include "form/model/rules.h"

const char *form_text_required(struct arena *a, const struct form_field *f, const json_t *v)
{
	(void)v;
	switch (f->holds) {
	case FORM_HOLDS_BOOL:
		return arena_printf(a, "Bitte kreuzen Sie an: „%s“", f->problem_label);
	case FORM_HOLDS_SET:
	case FORM_HOLDS_CHOICE:
		return arena_printf(a, "Bitte wählen Sie bei „%s“ etwas aus.", f->problem_label);
	case FORM_HOLDS_FILES:
		return arena_printf(a, "Bitte fügen Sie bei „%s“ eine Datei hinzu.", f->problem_label);
	default:
		return arena_printf(a, "Bitte füllen Sie das Feld „%s“ aus.", f->problem_label);
	}
}

const char *form_text_one_file(struct arena *a, const struct form_field *f, const json_t *v)
{
	(void)v;
	return arena_printf(a, "„%s“: Es ist nur eine Datei möglich. Bitte entfernen Sie die übrigen.", f->problem_label);
}

const char *form_text_choice(struct arena *a, const struct form_field *f, const json_t *v)
{
	(void)v;
	return arena_printf(a, "„%s“: Bitte wählen Sie aus den angebotenen Möglichkeiten.", f->problem_label);
}

const char *form_text_min_selected(struct arena *a, const struct form_field *f, const json_t *v)
{
	(void)v;
	return arena_printf(a, "„%s“: Bitte wählen Sie mindestens %ld aus.", f->problem_label, f->rules.min_selected);
}

const char *form_text_max_selected(struct arena *a, const struct form_field *f, const json_t *v)
{
	(void)v;
	return arena_printf(a, "„%s“: Bitte wählen Sie höchstens %ld aus.", f->problem_label, f->rules.max_selected);
}

const char *form_text_min_words(struct arena *a, const struct form_field *f, const json_t *v)
{
	(void)v;
	return arena_printf(a, "„%s“: Bitte schreiben Sie mindestens %ld Wörter.", f->problem_label, f->rules.min_words);
}

const char *form_text_max_words(struct arena *a, const struct form_field *f, const json_t *v)
{
	(void)v;
	return arena_printf(a, "„%s“: Bitte schreiben Sie höchstens %ld Wörter.", f->problem_label, f->rules.max_words);
}
