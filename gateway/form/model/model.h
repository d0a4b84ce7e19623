/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * model - a form definition as the service uses it: a tree of fields, flat in the order of the page.
 *
 * Made by form_definition_read() from Form.io JSON and never changed afterwards: any thread may read it.
 * Strings are borrowed from the definition's JSON and live as long as the definition.
 */
#ifndef FORM_MODEL_H
#define FORM_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/json.h"

/* X(symbol, Form.io type, what it holds) */
#define FORM_TYPES(X)                                                                                                  \
	X(FORM_TEXTFIELD, "textfield", FORM_HOLDS_TEXT)                                                                \
	X(FORM_TEXTAREA, "textarea", FORM_HOLDS_TEXT)                                                                  \
	X(FORM_EMAIL, "email", FORM_HOLDS_TEXT)                                                                        \
	X(FORM_PHONE, "phoneNumber", FORM_HOLDS_TEXT)                                                                  \
	X(FORM_NUMBER, "number", FORM_HOLDS_NUMBER)                                                                    \
	X(FORM_CURRENCY, "currency", FORM_HOLDS_NUMBER)                                                                \
	X(FORM_CHECKBOX, "checkbox", FORM_HOLDS_BOOL)                                                                  \
	X(FORM_SELECTBOXES, "selectboxes", FORM_HOLDS_SET)                                                             \
	X(FORM_RADIO, "radio", FORM_HOLDS_CHOICE)                                                                      \
	X(FORM_SELECT, "select", FORM_HOLDS_CHOICE)                                                                    \
	X(FORM_DATETIME, "datetime", FORM_HOLDS_DATE)                                                                  \
	X(FORM_DAY, "day", FORM_HOLDS_DATE)                                                                            \
	X(FORM_FILE, "file", FORM_HOLDS_FILES)                                                                         \
	X(FORM_CONTENT, "content", FORM_HOLDS_NOTHING)                                                                 \
	X(FORM_HTML, "htmlelement", FORM_HOLDS_NOTHING)                                                                \
	X(FORM_PANEL, "panel", FORM_HOLDS_NOTHING)                                                                     \
	X(FORM_FIELDSET, "fieldset", FORM_HOLDS_NOTHING)                                                               \
	X(FORM_WELL, "well", FORM_HOLDS_NOTHING)                                                                       \
	X(FORM_COLUMNS, "columns", FORM_HOLDS_NOTHING)                                                                 \
	X(FORM_BUTTON, "button", FORM_HOLDS_NOTHING)

#define X(sym, name, holds) sym,
enum form_type { FORM_TYPES(X) FORM_TYPE_COUNT };
#undef X

/* How a value lies in a draft's JSON: TEXT, CHOICE and DATE ("2026-11-24") as string, a multiple CHOICE as array of
 * strings, NUMBER as number, BOOL as boolean, SET as {"value": boolean, ...}. What a person typed and what is not a
 * number or a date stays a string, so that it can be shown again. FILES have no value: the uploads know their field. */
enum form_holds { FORM_HOLDS_NOTHING, FORM_HOLDS_TEXT, FORM_HOLDS_NUMBER, FORM_HOLDS_BOOL, FORM_HOLDS_SET,
		  FORM_HOLDS_CHOICE, FORM_HOLDS_DATE, FORM_HOLDS_FILES };

struct form_choice {
	const char *value, *label;
	const char *label_html;		/* safe markup, for pages */
};

enum form_operator {
	FORM_OP_EQUAL,
	FORM_OP_NOT_EQUAL,
	FORM_OP_EMPTY,
	FORM_OP_NOT_EMPTY,
	FORM_OP_INCLUDES,
	FORM_OP_NOT_INCLUDES,
	FORM_OP_STARTS,
	FORM_OP_ENDS,
	FORM_OP_LESS,
	FORM_OP_LESS_EQ,
	FORM_OP_GREATER,
	FORM_OP_GREATER_EQ,
	FORM_OP_DATE_LESS,
	FORM_OP_DATE_LESS_EQ,
	FORM_OP_DATE_GREATER,
	FORM_OP_DATE_GREATER_EQ,
	FORM_OP_DATE_EQUAL,
	FORM_OP_DATE_NOT_EQUAL,
	FORM_OP_COUNT
};

struct form_field;

struct form_test {
	const struct form_field *field;	/* whose value is looked at */
	enum form_operator op;
	const json_t *value;		/* compared with; NULL for the two that need none */
};

/* When a field is shown. legacy: {show, when, eq} with comparison as text. */
struct form_condition {
	bool is_set, legacy, show, any;
	struct form_test *tests;
	size_t count;
};

struct form_message {
	const char *rule, *text;	/* a name in the table of rules.c */
};

struct form_rules {
	bool required;
	bool has_min, has_max;
	double min, max;
	long min_length, max_length;	/* UTF-16 units as in JavaScript; 0: no rule, as for the four below */
	long min_words, max_words;
	long min_selected, max_selected;
	const char *min_date, *max_date;	/* "2026-11-24" or NULL */
	bool min_today, max_today;	/* moment(): the day on which it is checked */
	bool no_weekends, no_weekdays;
	const char *pattern;		/* as written, without ^ and $ */
	void *regex;			/* form_regex_new() */
	const char *mask;		/* inputMask or NULL */
	bool iban;			/* properties.format */
	const char *message;		/* the form's own text for any broken rule, or NULL */
	struct form_message *messages;	/* its texts for single rules */
	size_t message_count;
	uint64_t file_min, file_max;	/* bytes; 0: no rule of the form */
	const char *file_pattern;	/* file_type.h; ".pdf,.jpg" or NULL */
};

struct form_field {
	enum form_type type;
	enum form_holds holds;
	const char *key;		/* unique within the form */
	/* Texts of the author are HTML: each is there as plain text and, for pages, as safe markup (markup.h). */
	const char *label, *label_html;	/* never NULL */
	const char *problem_label;	/* in messages: errorLabel or the label; never NULL */
	const char *hint_html;		/* description and tooltip, or NULL */
	const char *hint;
	const char *text, *text_html;	/* content and htmlelement; NULL for the others */
	const char *placeholder, *autocomplete;	/* NULL if absent */
	const char *prefix, *suffix;	/* plain text around what is typed, or NULL */
	bool multiple, hidden, disabled, transient;	/* transient: persistent is false; neither checked nor sent */
	bool keep_hidden;		/* clearOnHide is false */
	bool day_first;			/* FORM_DAY: values of the API come as DD/MM/YYYY */
	int date_parts;			/* of a date: 3, 2 (month and year), 1 (the year) */
	char letter_case;		/* 'U' upper, 'L' lower, 0 as typed */
	bool squeeze;			/* truncateMultipleSpaces */
	bool grouped;			/* a number is shown with dots between thousands */
	int decimals;			/* digits behind the comma at most; -1: any */
	const char *currency;		/* "EUR" */
	struct form_choice *choices;
	size_t choice_count;
	struct form_condition condition;
	struct form_rules rules;
	const json_t *default_value;	/* or NULL */
	const struct form_field *parent;	/* layout field around it, or NULL */
	size_t index;			/* in definition->fields */
	size_t end;			/* one behind its last descendant */
	size_t page;
};

struct form_page {
	const char *title;
	size_t first, end;		/* fields */
	const struct form_field *panel;	/* the wizard page, which may have a condition; NULL: the whole form */
};

struct form_definition {
	struct arena *arena;
	json_t *json;
	const char *id;			/* path or name: "hilfe-zum-lebensunterhalt" */
	const char *title;
	const char *leika;		/* properties.leika: key of the service, 14 digits, or NULL */
	const char *version;		/* properties.version, or 16 hex digits of the file's SHA-256 */
	const char *description, *description_html;	/* properties.description, on the start page, or NULL */
	const char *declaration, *declaration_html;	/* properties.declaration, above the send button, or NULL */
	struct form_field *fields;	/* layout, content and inputs in the order of the page */
	size_t count;
	struct form_page *pages;
	size_t page_count;
	bool has_files;
};

#define FORM_FIELDS_MAX 1000
#define FORM_KEY_MAX 64

/* NULL if there is none. */
const struct form_field *form_field_find(const struct form_definition *d, const char *key);
const char *form_type_name(enum form_type type);
bool form_type_parse(const char *name, enum form_type *out);
enum form_holds form_type_holds(enum form_type type);
bool form_choice_has(const struct form_field *f, const char *value);

#endif
