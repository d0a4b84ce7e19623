/* SPDX-License-Identifier: EUPL-1.2 */
/* Base64 of spans, in pieces cut anywhere. */
#include "base/b64.h"

#include <string.h>

#include "base/b64_core.h"
#include "base/mem.h"

static const char std_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* clang-format off */
#define LETTERS \
	['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,  ['I'] = 9, \
	['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, \
	['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, \
	['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, \
	['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, \
	['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, \
	['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, \
	['9'] = 62
/* clang-format on */
/* Value plus one, so that 0 means "not in the alphabet". */
static const uint8_t std_values[256] = { LETTERS, ['+'] = 63, ['/'] = 64 };
static const uint8_t url_values[256] = { LETTERS, ['-'] = 63, ['_'] = 64 };

size_t b64_run(struct span text)
{
	const unsigned char *p = (const unsigned char *)text.p;
	size_t i = 0;

	while (text.n - i >= 4 && std_values[p[i]] != 0 && std_values[p[i + 1]] != 0 && std_values[p[i + 2]] != 0 &&
	       std_values[p[i + 3]] != 0)
		i += 4;
	while (i < text.n && std_values[p[i]] != 0)
		i++;
	return i;
}

void b64_enc_init(struct b64_enc *c, bool url)
{
	*c = (struct b64_enc){ .alphabet = url ? url_alphabet : std_alphabet };
}

static void put_group(const char *alphabet, const uint8_t *in, char *out)
{
	out[0] = alphabet[in[0] >> 2];
	out[1] = alphabet[(in[0] & 3) << 4 | in[1] >> 4];
	out[2] = alphabet[(in[1] & 15) << 2 | in[2] >> 6];
	out[3] = alphabet[in[2] & 63];
}

size_t b64_enc_add(struct b64_enc *c, const uint8_t *data, size_t n, char *out)
{
	char *p = out;

	while (n > 0 && c->held > 0) {
		c->hold[c->held++] = *data++;
		n--;
		if (c->held == 3) {
			put_group(c->alphabet, c->hold, p);
			p += 4;
			c->held = 0;
		}
	}
	for (; n >= 3; n -= 3, data += 3, p += 4)
		put_group(c->alphabet, data, p);
	while (n-- > 0)
		c->hold[c->held++] = *data++;
	return (size_t)(p - out);
}

size_t b64_enc_end(struct b64_enc *c, bool pad, char *out)
{
	char group[4];
	unsigned have = c->held + 1;

	if (c->held == 0)
		return 0;
	memset(c->hold + c->held, 0, sizeof(c->hold) - c->held);
	put_group(c->alphabet, c->hold, group);
	memset(group + have, '=', sizeof(group) - have);
	c->held = 0;
	memcpy(out, group, pad ? 4 : have);
	return pad ? 4 : have;
}

void b64_dec_init(struct b64_dec *d, bool url, bool blanks)
{
	*d = (struct b64_dec){ .values = url ? url_values : std_values, .blanks = blanks, .padded = !url };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int refuse(const struct b64_dec *d, const char *what, struct err *e)
{
	return err_spec(e, ERR_SYNTAX, "RFC 4648 4", "base64: %s at offset %llu", what, (unsigned long long)d->off);
}

/* A group that ends before its fourth character: chars 2 gives one byte, 3 gives two, the bits left over are zero. */
static int take_short(struct b64_dec *d, uint8_t *out, size_t *got, struct err *e)
{
	unsigned spare = d->chars == 2 ? 4 : 2;

	if ((d->acc & ((1u << spare) - 1)) != 0)
		return refuse(d, "bits left over", e);
	d->acc >>= spare;
	if (d->chars == 3)
		*out++ = (uint8_t)(d->acc >> 8);
	*out = (uint8_t)d->acc;
	*got = d->chars - 1;
	d->chars = d->pads = 0;
	return 0;
}

/* One character that is not on the fast way. */
static int take_char(struct b64_dec *d, char c, uint8_t *out, size_t *got, struct err *e)
{
	int value = d->values[(unsigned char)c] - 1;

	*got = 0;
	if (d->blanks && is_blank(c))
		return 0;
	if (c == '=' && d->padded && !d->over && d->chars >= 2) {
		if (d->chars + ++d->pads < 4)
			return 0;
		d->over = true;
		return take_short(d, out, got, e);
	}
	if (value < 0)
		return refuse(d, "character not allowed", e);
	if (d->over || d->pads > 0)
		return refuse(d, "character behind the padding", e);
	d->acc = d->acc << 6 | (unsigned)value;
	if (++d->chars < 4)
		return 0;
	out[0] = (uint8_t)(d->acc >> 16);
	out[1] = (uint8_t)(d->acc >> 8);
	out[2] = (uint8_t)d->acc;
	d->acc = 0;
	d->chars = 0;
	*got = 3;
	return 0;
}

/* Whole groups without anything special; returns the characters used. */
static size_t take_groups(struct b64_dec *d, const char *text, size_t n, uint8_t *out)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t i = 0;

	for (; n - i >= 4; i += 4, out += 3) {
		int a = d->values[p[i]], b = d->values[p[i + 1]], c = d->values[p[i + 2]], f = d->values[p[i + 3]];
		uint32_t v;

		if (a == 0 || b == 0 || c == 0 || f == 0)
			break;
		v = (uint32_t)(a - 1) << 18 | (uint32_t)(b - 1) << 12 | (uint32_t)(c - 1) << 6 | (uint32_t)(f - 1);
		out[0] = (uint8_t)(v >> 16);
		out[1] = (uint8_t)(v >> 8);
		out[2] = (uint8_t)v;
	}
	return i;
}

int b64_dec_add(struct b64_dec *d, const char *text, size_t n, uint8_t *out, size_t *got, struct err *e)
{
	size_t sum = 0;

	for (size_t i = 0; i < n;) {
		size_t used, more;
		int rc;

		if (d->chars == 0 && !d->over && (used = take_groups(d, text + i, n - i, out + sum)) > 0) {
			i += used;
			d->off += used;
			sum += used / 4 * 3;
			continue;
		}
		rc = take_char(d, text[i], out + sum, &more, e);
		if (rc != 0)
			return rc;
		sum += more;
		i++;
		d->off++;
	}
	*got = sum;
	return 0;
}

int b64_dec_end(struct b64_dec *d, uint8_t *out, size_t *got, struct err *e)
{
	*got = 0;
	if (d->chars == 0)
		return 0;
	if (d->padded || d->chars == 1)
		return refuse(d, "ends within a group", e);
	return take_short(d, out, got, e);
}

static void encode(struct buf *out, const void *data, size_t n, bool url)
{
	const uint8_t *p = data;
	struct b64_enc c;
	MEM_UNFILLED char text[4096 + 4];

	b64_enc_init(&c, url);
	while (n > 0) {
		size_t part = n < 3072 ? n : 3072;

		buf_put(out, text, b64_enc_add(&c, p, part, text));
		p += part;
		n -= part;
	}
	buf_put(out, text, b64_enc_end(&c, !url, text));
}

static int decode(struct buf *out, struct span text, bool url, bool blanks, struct err *e)
{
	struct b64_dec d;
	MEM_UNFILLED uint8_t bytes[3072 + 3];
	size_t got;
	int rc;

	b64_dec_init(&d, url, blanks);
	while (text.n > 0) {
		size_t part = text.n < 4096 ? text.n : 4096;

		rc = b64_dec_add(&d, text.p, part, bytes, &got, e);
		if (rc != 0)
			return rc;
		buf_put(out, bytes, got);
		text.p += part;
		text.n -= part;
	}
	rc = b64_dec_end(&d, bytes, &got, e);
	if (rc != 0)
		return rc;
	buf_put(out, bytes, got);
	return buf_check(out, "base64", e);
}

void b64_encode(struct buf *out, const void *data, size_t n)
{
	encode(out, data, n, false);
}

void b64url_encode(struct buf *out, const void *data, size_t n)
{
	encode(out, data, n, true);
}

int b64_decode(struct buf *out, struct span text, bool blanks, struct err *e)
{
	return decode(out, text, false, blanks, e);
}

int b64url_decode(struct buf *out, struct span text, struct err *e)
{
	return decode(out, text, true, false, e);
}
