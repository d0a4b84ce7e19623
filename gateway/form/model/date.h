/* SPDX-License-Identifier: EUPL-1.2 */
/* date - calendar days as people and Form.io write them. Any thread. */
#ifndef FORM_DATE_H
#define FORM_DATE_H

#include <stdbool.h>

struct form_date {
	int year, month, day;	/* month, day: 0 if the date has none */
};

#define FORM_DATE_LEN 16

/* Which spellings form_date_parse takes; may be combined. */
enum { FORM_DATE_ISO = 1,	/* 2026-11-24, also with a time behind "T" */
       FORM_DATE_GERMAN = 2,	/* 24.11.2026 or 1.2.2026 */
       FORM_DATE_MONTH_FIRST = 4,	/* 11/24/2026: Form.io's day */
       FORM_DATE_DAY_FIRST = 8,	/* 24/11/2026: Form.io's day with dayFirst */
       FORM_DATE_MONTH = 16,	/* 2026-11, 11.2026, 11/2026: without a day */
       FORM_DATE_YEAR = 32 };	/* 2026 */

/* False unless it is a day (month, year) of the Gregorian calendar from 1 January 1000 to the end of 9999. */
bool form_date_parse(const char *text, unsigned spellings, struct form_date *out);
char *form_date_iso(const struct form_date *d, char out[FORM_DATE_LEN]);	/* returns out */
char *form_date_german(const struct form_date *d, char out[FORM_DATE_LEN]);
bool form_date_is_weekend(const struct form_date *d);	/* of a full date */
char *form_date_today(char out[FORM_DATE_LEN]);	/* "2026-11-24" by local time; returns out */

#endif
