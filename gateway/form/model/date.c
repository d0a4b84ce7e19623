/* SPDX-License-Identifier: EUPL-1.2 */
/* Spellings of dates as a table, and the calendar behind them. */
#include "form/model/date.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

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

/* n numbers parted by sep; the widths are those of each. */
static bool numbers(const char **s, char sep, int n, const int least[3], const int most[3], int out[3])
{
	for (int i = 0; i < n; i++) {
		if (i > 0 && *(*s)++ != sep)
			return false;
		if (!digits(s, least[i], most[i], &out[i]))
			return false;
	}
	return true;
}

/* Where year, month and day stand in each spelling; -1: it has none. */
static const struct spelling {
	unsigned bit;
	char sep;
	int n, least[3], most[3];
	int year, month, day;
} spellings_known[] = {
	{ FORM_DATE_ISO, '-', 3, { 4, 2, 2 }, { 4, 2, 2 }, 0, 1, 2 },
	{ FORM_DATE_GERMAN, '.', 3, { 1, 1, 4 }, { 2, 2, 4 }, 2, 1, 0 },
	{ FORM_DATE_DAY_FIRST, '/', 3, { 1, 1, 4 }, { 2, 2, 4 }, 2, 1, 0 },
	{ FORM_DATE_MONTH_FIRST, '/', 3, { 1, 1, 4 }, { 2, 2, 4 }, 2, 0, 1 },
	{ FORM_DATE_MONTH, '-', 2, { 4, 2, 0 }, { 4, 2, 0 }, 0, 1, -1 },
	{ FORM_DATE_MONTH, '.', 2, { 1, 4, 0 }, { 2, 4, 0 }, 1, 0, -1 },
	{ FORM_DATE_MONTH, '/', 2, { 1, 4, 0 }, { 2, 4, 0 }, 1, 0, -1 },
	{ FORM_DATE_YEAR, '-', 1, { 4, 0, 0 }, { 4, 0, 0 }, 0, -1, -1 },
};

static bool is_date(const struct form_date *d, const struct spelling *k)
{
	if (d->year < 1000 || (k->month >= 0 && (d->month < 1 || d->month > 12)))
		return false;
	return k->day < 0 || (d->day >= 1 && d->day <= days_in(d->month, d->year));
}

static bool spelled(const char *text, const struct spelling *k, struct form_date *out)
{
	int v[3];

	if (!numbers(&text, k->sep, k->n, k->least, k->most, v) ||
	    (*text != '\0' && !(k->bit == FORM_DATE_ISO && *text == 'T')))
		return false;
	*out = (struct form_date){ v[k->year], k->month < 0 ? 0 : v[k->month], k->day < 0 ? 0 : v[k->day] };
	return is_date(out, k);
}

bool form_date_parse(const char *text, unsigned spellings, struct form_date *out)
{
	size_t i = 0, n = sizeof(spellings_known) / sizeof(spellings_known[0]);

	while (i < n && !((spellings & spellings_known[i].bit) && spelled(text, &spellings_known[i], out)))
		i++;
	return i < n;
}

/* What is known of the date; year_first: from the year to the day, otherwise from the day to the year. */
static char *spell(const struct form_date *d, bool year_first, const char *between, char out[FORM_DATE_LEN])
{
	const unsigned parts[] = { (unsigned)d->year % 10000u, (unsigned)d->month % 100u, (unsigned)d->day % 100u };
	size_t n = d->month == 0 ? 1 : d->day == 0 ? 2 : 3, at = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = year_first ? i : n - 1 - i;

		at += (size_t)snprintf(out + at, FORM_DATE_LEN - at, "%s%0*u", i == 0 ? "" : between, k == 0 ? 4 : 2,
				       parts[k]);
	}
	return out;
}

char *form_date_iso(const struct form_date *d, char out[FORM_DATE_LEN])
{
	return spell(d, true, "-", out);
}

char *form_date_german(const struct form_date *d, char out[FORM_DATE_LEN])
{
	return spell(d, false, ".", out);
}

/* Sakamoto's rule: 0 is Sunday. */
bool form_date_is_weekend(const struct form_date *d)
{
	static const int shift[] = { 0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4 };
	int year = d->month < 3 ? d->year - 1 : d->year;
	int day = (year + year / 4 - year / 100 + year / 400 + shift[d->month - 1] + d->day) % 7;

	return day == 0 || day == 6;
}

char *form_date_today(char out[FORM_DATE_LEN])
{
	char now[CLOCK_TEXT_LEN];

	memcpy(out, clock_local(clock_now(), now), 10);
	out[10] = '\0';
	return out;
}
