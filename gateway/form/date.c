/* SPDX-License-Identifier: EUPL-1.2 */
#include "form/date.h"

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

bool form_date_parse(const char *text, unsigned spellings, struct form_date *out)
{
	static const int iso_w[3] = { 4, 2, 2 }, least[3] = { 1, 1, 4 }, most[3] = { 2, 2, 4 };
	int v[3];
	const char *s = text;
	if ((spellings & FORM_DATE_ISO) && three(&s, '-', iso_w, iso_w, v) && (*s == '\0' || *s == 'T')) {
		*out = (struct form_date){ v[0], v[1], v[2] };
	} else if (s = text, (spellings & FORM_DATE_GERMAN) && three(&s, '.', least, most, v) && *s == '\0') {
		*out = (struct form_date){ v[2], v[1], v[0] };
	} else if (s = text, (spellings & (FORM_DATE_MONTH_FIRST | FORM_DATE_DAY_FIRST)) &&
				     three(&s, '/', least, most, v) && *s == '\0') {
		bool day_first = (spellings & FORM_DATE_DAY_FIRST) != 0;
		*out = (struct form_date){ v[2], v[day_first ? 1 : 0], v[day_first ? 0 : 1] };
	} else {
		return false;
	}
	return out->year >= 1000 && out->month >= 1 && out->month <= 12 && out->day >= 1 &&
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
