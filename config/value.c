/* SPDX-License-Identifier: EUPL-1.2 */
/* Durations, sizes, numbers and addresses: text to value and back. */
#include "config/value.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

struct unit {
	const char *name;
	uint64_t factor;
};

/* The first name of a factor is the one printed. */
static const struct unit times[] = {
	{ "ms", 1 },	     { "s", 1000 },	  { "min", 60000 },   { "h", 3600000 },	   { "d", 86400000 },
	{ "second", 1000 },  { "seconds", 1000 }, { "minute", 60000 }, { "minutes", 60000 }, { "hour", 3600000 },
	{ "hours", 3600000 }, { "day", 86400000 }, { "days", 86400000 },
};

static const struct unit sizes[] = {
	{ "B", 1 }, { "KiB", 1u << 10 }, { "MiB", 1u << 20 }, { "GiB", 1u << 30 }, { "TiB", 1ull << 40 },
};

static bool parse_units(struct span text, const struct unit *units, size_t n, uint64_t *out)
{
	struct span number = text, unit;
	uint64_t value;

	for (number.n = 0; number.n < text.n && text.p[number.n] >= '0' && text.p[number.n] <= '9';)
		number.n++;
	unit = (struct span){ text.p + number.n, text.n - number.n };
	if (!span_u64(number, UINT64_MAX, &value))
		return false;
	*out = value;
	if (unit.n == 0)
		return value == 0;
	while (unit.n > 0 && unit.p[0] == ' ')
		unit = (struct span){ unit.p + 1, unit.n - 1 };
	for (size_t i = 0; i < n; i++)
		if (span_is(unit, units[i].name))
			return !__builtin_mul_overflow(value, units[i].factor, out);
	return false;
}

bool conf_time_parse(struct span text, int64_t *ms)
{
	uint64_t value;

	if (!parse_units(text, times, ARRAY_LEN(times), &value) || value > INT64_MAX)
		return false;
	*ms = (int64_t)value;
	return true;
}

bool conf_size_parse(struct span text, uint64_t *bytes)
{
	return parse_units(text, sizes, ARRAY_LEN(sizes), bytes);
}

static void print_units(struct buf *out, uint64_t value, const struct unit *units, size_t n, const char *zero)
{
	size_t best = 0;

	for (size_t i = 0; i < n; i++)
		if (value % units[i].factor == 0 && units[i].factor > units[best].factor)
			best = i;
	if (value == 0)
		buf_puts(out, zero);
	else
		buf_printf(out, "%llu %s", (unsigned long long)(value / units[best].factor), units[best].name);
}

void conf_time_print(struct buf *out, uint64_t ms)
{
	print_units(out, ms, times, ARRAY_LEN(times), "0 s");
}

void conf_size_print(struct buf *out, uint64_t bytes)
{
	print_units(out, bytes, sizes, ARRAY_LEN(sizes), "0 B");
}

/* inet_pton and not getaddrinfo, which reads 127.0.0.010 as 127.0.0.8. */
static bool is_numeric(const char *address)
{
	struct in6_addr a;
	char v6[INET6_ADDRSTRLEN];
	size_t n = strlen(address);

	if (address[0] != '[')
		return strcmp(address, "*") == 0 || inet_pton(AF_INET, address, &a) == 1;
	if (address[n - 1] != ']' || n - 2 >= sizeof(v6))
		return false;
	memcpy(v6, address + 1, n - 2);
	v6[n - 2] = '\0';
	return inet_pton(AF_INET6, v6, &a) == 1;
}

bool conf_listen_parse(struct span text, struct arena *a, struct conf_listen *out)
{
	size_t colon = text.n;
	uint64_t port;

	while (colon > 0 && text.p[colon - 1] != ':')
		colon--;
	if (colon < 2 || !span_u64((struct span){ text.p + colon, text.n - colon }, 65535, &port))
		return false;
	out->address = arena_dup_n(a, text.p, colon - 1);
	out->port = (uint16_t)port;
	return is_numeric(out->address);
}

static void print_range(struct buf *out, const struct conf_field *f, void (*print)(struct buf *, uint64_t))
{
	buf_puts(out, " from ");
	print(out, f->min);
	buf_puts(out, " to ");
	print(out, f->max);
}

static void print_number(struct buf *out, uint64_t n)
{
	buf_printf(out, "%llu", (unsigned long long)n);
}

bool conf_date_parse(struct span text, int64_t *ms)
{
	struct err ignored = ERR_INIT;
	char whole[CLOCK_TEXT_LEN];

	if (text.n != 10)
		return false;
	(void)snprintf(whole, sizeof(whole), "%.10sT23:59:59.999Z", text.p);
	return clock_parse(span_of(whole), ms, &ignored) == 0 && *ms > 0;
}

void conf_date_print(struct buf *out, int64_t ms)
{
	char text[CLOCK_TEXT_LEN];

	buf_printf(out, "%.10s", ms > 0 ? clock_utc(ms, text) : "");
}

static const char *const described[] = {
	[CONF_FLAG] = "true or false",
	[CONF_COUNT] = "a number",
	[CONF_SIZE] = "a size",
	[CONF_TIME] = "a duration",
	[CONF_DATE] = "a day such as 2027-06-30",
	[CONF_CHOICE] = "one of ",
	[CONF_TEXT] = "text",
	[CONF_ROUTE] = "a path that begins with /",
	[CONF_URL] = "an address such as https://host.example/",
	[CONF_SITE] = "an address without a path such as https://host.example: the pages begin at / of a host of their own",
	[CONF_HEADER] = "the name of an HTTP header such as X-Real-IP",
	[CONF_OFFICE] = "letters, a colon and digits such as psw:01003110",
	[CONF_PLACE] = "a path",
	[CONF_FILE] = "a file",
	[CONF_SECRET] = "a file that only its owner can read",
	[CONF_LISTEN] = "numeric address and port such as 127.0.0.1:8080",
	[CONF_TEXTS] = "a list such as [one, two]",
	[CONF_URLS] = "a list of addresses such as [https://host.example/]",
	[CONF_NETWORKS] = "a list of addresses and networks such as [127.0.0.1, 10.0.0.0/8]",
	[CONF_ORIGINS] = "a list of addresses without a path such as [https://host.example]",
	[CONF_DIGESTS] = "a list of SHA-256 digests, of 64 hexadecimal digits each",
	[CONF_FILES] = "a list of files such as [one.pem, two.pem]",
	[CONF_PATHS] = "a list of files or folders such as [crl, other.crl]",
	[CONF_GROUP] = "",
	[CONF_GROUPS] = "a list of ",
};

void conf_expected(struct buf *out, const struct conf_field *f)
{
	buf_puts(out, described[f->type]);
	if (f->type == CONF_GROUP || f->type == CONF_GROUPS) {
		buf_puts(out, f->group->expected);
	} else if (f->type == CONF_COUNT) {
		print_range(out, f, print_number);
	} else if (f->type == CONF_SIZE) {
		print_range(out, f, conf_size_print);
	} else if (f->type == CONF_TIME) {
		print_range(out, f, conf_time_print);
	} else if (f->type == CONF_CHOICE) {
		for (const char *c = f->choices; *c != '\0'; c++)
			buf_puts(out, *c == ' ' ? ", " : (char[2]){ *c, '\0' });
	}
}
