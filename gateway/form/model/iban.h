/* SPDX-License-Identifier: EUPL-1.2 */
/* iban - international bank account numbers (ISO 13616). Any thread. */
#ifndef FORM_IBAN_H
#define FORM_IBAN_H

#include <stdbool.h>

enum form_iban { FORM_IBAN_GOOD, FORM_IBAN_SHAPE, FORM_IBAN_COUNTRY, FORM_IBAN_LENGTH, FORM_IBAN_CHECK };

/* text: without blanks, upper case. What is wrong first: not two letters and two digits and then letters and digits, a
 * country without IBAN, not as long as that country's, check digits (ISO 7064, MOD 97-10). */
enum form_iban form_iban_check(const char *text);
/* The length in the country of the text's first two letters, 0: no such country. */
unsigned form_iban_length(const char *text);

#endif
