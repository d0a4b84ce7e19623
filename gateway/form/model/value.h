/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * value - one value of a form: from what a person typed or a program sent, to what a person reads.
 *
 * Values are JSON as model.h says. Text is brought to Unicode NFC with LF line ends. One thread per JSON tree.
 */
#ifndef FORM_VALUE_H
#define FORM_VALUE_H

#include "base/buf.h"
#include "form/model/model.h"

#define FORM_TEXT_MAX 10000	/* UTF-16 units of one text, whatever the form says */
#define FORM_SHOWN_MAX 80000	/* bytes of one value as text */

/* The new value for what a browser sent under the field's name (n texts, UTF-8). NULL: nothing, the value is removed.
 * What does not fit the type stays text and is found by the rules. replaced: see form_chars_clean(). */
json_t *form_value_from_text(const struct form_field *f, const char *const *texts, size_t n, bool *replaced);
/* The same for JSON from the API. NULL with *fits false: of a type that can never be right. */
json_t *form_value_from_json(const struct form_field *f, const json_t *v, bool *fits);

/* Empty in the sense of Form.io's "required": no text but blanks, checkbox not ticked, nothing chosen. */
bool form_value_is_empty(const json_t *v);
/* What a person reads: label of a choice, "24.11.2026", "1.234,50 €", "ja". Several choices are parted by LF. */
void form_value_show(const struct form_field *f, const json_t *v, struct buf *out);
/* What stands in the input field again: as typed, "1234,50", "24.11.2026". Not for choices. */
void form_value_edit(const struct form_field *f, const json_t *v, struct buf *out);
/* What a program reads, in XML: "1234.5", "2026-11-24", "true", values of choices. Not for FORM_HOLDS_SET. */
void form_value_plain(const struct form_field *f, const json_t *v, struct buf *out);
/* Whether the value of a choice is picked (radio, select, selectboxes). */
bool form_value_has(const struct form_field *f, const json_t *v, const char *choice);

/* Length in UTF-16 units, as JavaScript counts. */
size_t form_text_length(const char *utf8);
/* "1.234,56" and "1234.56" alike; false if it is no number. */
bool form_number_parse(const char *text, double *out);
/* The same for what is typed into a field: its prefix and suffix may stand there, thousands may be parted by blanks, and an
 * amount of money may be "450 €" or "450,-". */
bool form_number_from(const struct form_field *f, const char *text, double *out);
/* Text as it is kept: cleaned (form_chars_clean), without blanks around it, in the case of the field; an IBAN without
 * blanks. NULL if nothing is left. */
json_t *form_text_from(const struct form_field *f, const char *text, bool *replaced);

#endif
