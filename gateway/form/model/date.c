/* SPDX-License-Identifier: EUPL-1.2 */
/* Calendar days. */
#include "form/model/date.h"

#include <stdio.h>
#include <string.h>

static int days_in(int month, int year)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
	return month == 2 && leap ? 29 : days[month - 1];
}

static bool digits(const char **s, int least, int most, int *out)
{
	int n = 0;
	*out = 0;
	while (n < most && **s >= '0' && **s <= '9') {
		*out = *out * 10 + (*(*s)++ - '0');
		n++;
	}
	return n >= least;
}

/* Three numbers parted by sep; the widths are those of the first and the last. */
static bool three(const char **s, char sep, const int least[3], const int most[3], int out[3])
{
	for (int i = 0; i < 3; i++) {
		if (i > 0 && *(*s)++ != sep)
			return false;
		if (!digits(s, least[i], most[i], &out[i]))
			return false;
	}
	return true;
}

/* Where year, month and day stand in each spelling. */
static const struct spelling {
	unsigned bit;
	char sep;
	int least[3], most[3];
	int year, month, day;
} spellings_known[] = {
	{ FORM_DATE_ISO, '-', { 4, 2, 2 }, { 4, 2, 2 }, 0, 1, 2 },
	{ FORM_DATE_GERMAN, '.', { 1, 1, 4 }, { 2, 2, 4 }, 2, 1, 0 },
	{ FORM_DATE_DAY_FIRST, '/', { 1, 1, 4 }, { 2, 2, 4 }, 2, 1, 0 },
	{ FORM_DATE_MONTH_FIRST, '/', { 1, 1, 4 }, { 2, 2, 4 }, 2, 0, 1 },
};

static bool spelled(const char *text, const struct spelling *k, struct form_date *out)
{
	int v[3];
	if (!three(&text, k->sep, k->least, k->most, v) ||
	    (*text != '\0' && !(k->bit == FORM_DATE_ISO && *text == 'T')))
		return false;
	*out = (struct form_date){ v[k->year], v[k->month], v[k->day] };
	return true;
}

bool form_date_parse(const char *text, unsigned spellings, struct form_date *out)
{
	size_t i = 0, n = sizeof(spellings_known) / sizeof(spellings_known[0]);
	while (i < n && !((spellings & spellings_known[i].bit) && spelled(text, &spellings_known[i], out)))
		i++;
	return i < n && out->year >= 1000 && out->month >= 1 && out->month <= 12 && out->day >= 1 &&
	       out->day <= days_in(out->month, out->year);
}

char *form_date_iso(const struct form_date *d, char out[FORM_DATE_LEN])
{
	snprintf(out, FORM_DATE_LEN, "%04u-%02u-%02u", (unsigned)d->year % 10000u, (unsigned)d->month % 100u,
		 (unsigned)d->day % 100u);
	return out;
}

char *form_date_german(const struct form_date *d, char out[FORM_DATE_LEN])
{
	snprintf(out, FORM_DATE_LEN, "%02u.%02u.%04u", (unsigned)d->day % 100u, (unsigned)d->month % 100u,
		 (unsigned)d->year % 10000u);
	return out;
}
