/* SPDX-License-Identifier: EUPL-1.2 */
/* Instants as text, and back. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define DAY_MS INT64_C(86400000)
#define HOUR_MS INT64_C(3600000)
#define FIRST_MS INT64_C(-62167219200000)	/* year 0 */
#define LAST_MS INT64_C(253402300799999)	/* end of year 9999 */

struct parts {
	int64_t year;
	unsigned month, day, hour, minute, second, milli, weekday;	/* 0 is Sunday */
};

/* Days since 1970-01-01 in the Gregorian calendar; years start in March, so that the leap day comes last. */
static int64_t days_of(int64_t year, unsigned month, unsigned day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + (int64_t)day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* Beyond these years the text forms would not fit; the limits also keep the sums below from overflowing. */
static int64_t clamp(int64_t ms)
{
	return ms < FIRST_MS ? FIRST_MS : ms > LAST_MS ? LAST_MS : ms;
}

static struct parts parts_of(int64_t ms)
{
	struct parts p;
	int64_t days, rest, era, of_era, y, of_year, m;

	ms = clamp(ms);
	days = (ms >= 0 ? ms : ms - DAY_MS + 1) / DAY_MS;
	rest = ms - days * DAY_MS;
	p.hour = (unsigned)(rest / HOUR_MS);
	p.minute = (unsigned)(rest / 60000 % 60);
	p.second = (unsigned)(rest / 1000 % 60);
	p.milli = (unsigned)(rest % 1000);
	p.weekday = (unsigned)(((days + 4) % 7 + 7) % 7);
	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	of_era = days - era * 146097;
	y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	of_year = of_era - (365 * y + y / 4 - y / 100);
	m = (5 * of_year + 2) / 153;
	p.day = (unsigned)(of_year - (153 * m + 2) / 5 + 1);
	p.month = (unsigned)(m < 10 ? m + 3 : m - 9);
	p.year = y + era * 400 + (p.month <= 2);
	return p;
}

/* 01:00 UTC on the last Sunday of a month with 31 days (directive 2000/84/EC). */
static int64_t last_sunday(int64_t year, unsigned month)
{
	int64_t last = days_of(year, month, 31);
	int64_t weekday = ((last + 4) % 7 + 7) % 7;

	return (last - weekday) * DAY_MS + HOUR_MS;
}

/* Offset of German local time from UTC in ms. */
static int64_t german_offset(int64_t ms)
{
	int64_t year = parts_of(ms).year;

	return ms >= last_sunday(year, 3) && ms < last_sunday(year, 10) ? 2 * HOUR_MS : HOUR_MS;
}

char *clock_utc(int64_t ms, char out[CLOCK_TEXT_LEN])
{
	struct parts p = parts_of(ms);

	(void)snprintf(out, CLOCK_TEXT_LEN, "%04d-%02u-%02uT%02u:%02u:%02u.%03uZ", (int)p.year, p.month % 100, p.day % 100,
		       p.hour % 100, p.minute % 100, p.second % 100, p.milli % 1000);
	return out;
}

char *clock_local(int64_t ms, char out[CLOCK_TEXT_LEN])
{
	int64_t offset = german_offset(ms);
	struct parts p = parts_of(clamp(ms) + offset);

	(void)snprintf(out, CLOCK_TEXT_LEN, "%04d-%02u-%02uT%02u:%02u:%02u.%03u+%02u:00", (int)p.year % 10000, p.month % 100,
		       p.day % 100, p.hour % 100, p.minute % 100, p.second % 100, p.milli % 1000,
		       (unsigned)(offset / HOUR_MS) % 100);
	return out;
}

char *clock_german(int64_t ms, char out[CLOCK_TEXT_LEN])
{
	struct parts p = parts_of(clamp(ms) + german_offset(ms));

	(void)snprintf(out, CLOCK_TEXT_LEN, "%02u.%02u.%04d, %02u:%02u Uhr", p.day, p.month, (int)p.year, p.hour, p.minute);
	return out;
}

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

char *clock_http(int64_t ms, char out[CLOCK_TEXT_LEN])
{
	static const char days[] = "SunMonTueWedThuFriSat";
	struct parts p = parts_of(ms);

	(void)snprintf(out, CLOCK_TEXT_LEN, "%.3s, %02u %.3s %04d %02u:%02u:%02u GMT", days + (size_t)3 * p.weekday, p.day,
		       months + (size_t)3 * (p.month - 1), (int)p.year, p.hour, p.minute, p.second);
	return out;
}

/* Takes a number of exactly `digits` digits between low and high, and the character `then` behind it (0: none). */
static bool take(struct span *s, unsigned digits, unsigned low, unsigned high, char then, unsigned *out)
{
	uint64_t v;

	if (s->n < digits || !span_u64((struct span){ s->p, digits }, high, &v) || v < low)
		return false;
	s->p += digits;
	s->n -= digits;
	*out = (unsigned)v;
	if (then == '\0')
		return true;
	if (s->n == 0 || s->p[0] != then)
		return false;
	s->p++;
	s->n--;
	return true;
}

/* A fraction of any length; digits after the third are cut off. */
static bool take_fraction(struct span *s, unsigned *milli)
{
	unsigned digits = 0;

	*milli = 0;
	if (s->n == 0 || s->p[0] != '.')
		return true;
	for (s->p++, s->n--; s->n > 0 && s->p[0] >= '0' && s->p[0] <= '9'; s->p++, s->n--, digits++)
		if (digits < 3)
			*milli = *milli * 10 + (unsigned)(s->p[0] - '0');
	for (unsigned i = digits; i < 3; i++)
		*milli *= 10;
	return digits > 0;
}

/* Turns local ms into UTC: by the zone, or by German local time without one. */
static bool take_zone(struct span s, int64_t *ms)
{
	unsigned h, m;
	char sign;

	if (s.n == 0) {
		/* The hour that exists twice is read as the first one; the one that does not exist as an hour later. */
		int64_t summer = *ms - 2 * HOUR_MS;

		*ms = german_offset(summer) == 2 * HOUR_MS ? summer : *ms - HOUR_MS;
		return true;
	}
	sign = s.p[0];
	s = (struct span){ s.p + 1, s.n - 1 };
	if (sign == 'Z')
		return s.n == 0;
	if ((sign != '+' && sign != '-') || !take(&s, 2, 0, 14, ':', &h) || !take(&s, 2, 0, 59, '\0', &m) || s.n != 0 ||
	    (h == 14 && m > 0))
		return false;
	*ms += (sign == '+' ? -1 : 1) * ((int64_t)h * HOUR_MS + (int64_t)m * 60000);
	return true;
}

static unsigned month_days(unsigned year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		return 29;
	return days[month - 1];
}

int clock_parse(struct span text, int64_t *ms, struct err *e)
{
	unsigned year, month, day, hour, minute, second, milli;
	struct span s = text;
	int64_t local;

	if (!take(&s, 4, 1, 9999, '-', &year) || !take(&s, 2, 1, 12, '-', &month) || !take(&s, 2, 1, 31, 'T', &day) ||
	    !take(&s, 2, 0, 24, ':', &hour) || !take(&s, 2, 0, 59, ':', &minute) || !take(&s, 2, 0, 59, '\0', &second) ||
	    !take_fraction(&s, &milli))
		goto bad;
	/* 24:00:00 is the end of the day (XML Schema 2, 3.2.7.1). */
	if (day > month_days(year, month) || (hour == 24 && (minute > 0 || second > 0 || milli > 0)))
		goto bad;
	local = days_of(year, month, day) * DAY_MS + hour * HOUR_MS + minute * INT64_C(60000) + second * INT64_C(1000) + milli;
	if (!take_zone(s, &local))
		goto bad;
	*ms = local;
	return 0;
bad:
	return err_spec(e, ERR_SYNTAX, "XML Schema 2 3.2.7", "not a date and time like 2026-11-24T05:21:41Z");
}

static bool take_month(struct span *s, unsigned *month)
{
	for (*month = 1; *month <= 12; ++*month)
		if (s->n > 4 && memcmp(s->p, months + (size_t)3 * (*month - 1), 3) == 0 && s->p[3] == ' ') {
			*s = (struct span){ s->p + 4, s->n - 4 };
			return true;
		}
	return false;
}

int clock_parse_http(struct span text, int64_t *ms, struct err *e)
{
	struct span s = text.n < 5 ? SPAN_EMPTY : (struct span){ text.p + 5, text.n - 5 };
	unsigned year, month, day, hour, minute, second;
	char again[CLOCK_TEXT_LEN];
	int64_t found;

	if (take(&s, 2, 1, 31, ' ', &day) && take_month(&s, &month) && take(&s, 4, 1, 9999, ' ', &year) &&
	    take(&s, 2, 0, 23, ':', &hour) && take(&s, 2, 0, 59, ':', &minute) && take(&s, 2, 0, 59, ' ', &second)) {
		found = days_of(year, month, day) * DAY_MS + hour * HOUR_MS + minute * INT64_C(60000) + second * INT64_C(1000);
		if (span_is(text, clock_http(found, again))) {	/* with the right day of the week, and nothing behind */
			*ms = found;
			return 0;
		}
	}
	return err_spec(e, ERR_SYNTAX, "RFC 9110 5.6.7", "not a date like Tue, 24 Nov 2026 05:21:41 GMT");
}
