/* SPDX-License-Identifier: EUPL-1.2 */
/* chars - the characters that may travel to authorities: DIN 91379, data type C. Any thread; texts are UTF-8. */
#ifndef FORM_CHARS_H
#define FORM_CHARS_H

#include <stdbool.h>
#include <stdint.h>

/* The first character that is not allowed (a letter, if it is its marks), or NULL; a letter with marks is allowed if the standard lists the sequence.
 * lines: line breaks are allowed. */
const char *form_chars_check(const char *text, bool lines);
/* NFC, LF line ends, typographic quotes, dashes and invisible characters replaced by plain ones; *replaced (may be
 * NULL) becomes true if that happened: the person has to be told. Caller frees with free(). */
char *form_chars_clean(const char *text, bool *replaced);

#endif
