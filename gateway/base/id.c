/* SPDX-License-Identifier: EUPL-1.2 */
/* Ids that are ordered by time. */
#include "base/id.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"

#define HIGH_BITS 12	/* random bits in front of the variant, RFC 9562 rand_a */
#define LOW_BITS 62	/* and behind it, rand_b */
#define HIGH_MASK ((UINT64_C(1) << HIGH_BITS) - 1)
#define LOW_MASK ((UINT64_C(1) << LOW_BITS) - 1)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t last_ms;
static uint64_t last_high, last_low;

void random_bytes(void *out, size_t n)
{
	char *p = out;

	while (n > 0) {
		ssize_t got = getrandom(p, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		must(got > 0);
		p += got;
		n -= (size_t)got;
	}
}

/* Within one millisecond, or when the clock went back, the random part grows by a random step instead. */
static void advance(int64_t now, const uint64_t fresh[2])
{
	if (now <= last_ms) {
		last_low += 1 + (fresh[1] & UINT32_MAX);
		if (last_low <= LOW_MASK)
			return;
		last_low &= LOW_MASK;
		if (++last_high <= HIGH_MASK)
			return;
		now = last_ms + 1;
	}
	last_ms = now;
	last_high = fresh[0] & HIGH_MASK;
	last_low = fresh[1] & LOW_MASK;
}

static void put_big_endian(uint8_t *out, uint64_t v, int n)
{
	for (int i = n - 1; i >= 0; i--, v >>= 8)
		out[i] = (uint8_t)v;
}

struct id id_new(void)
{
	uint64_t fresh[2];
	struct id id;

	random_bytes(fresh, sizeof(fresh));
	must(pthread_mutex_lock(&lock) == 0);
	advance(clock_now(), fresh);
	put_big_endian(id.b, (uint64_t)last_ms, 6);
	put_big_endian(id.b + 6, UINT64_C(7) << HIGH_BITS | last_high, 2);
	put_big_endian(id.b + 8, UINT64_C(2) << LOW_BITS | last_low, 8);
	must(pthread_mutex_unlock(&lock) == 0);
	return id;
}

int64_t id_time(const struct id *id)
{
	int64_t ms = 0;

	for (int i = 0; i < 6; i++)
		ms = ms << 8 | id->b[i];
	return ms;
}

bool id_is_zero(const struct id *id)
{
	static const struct id zero;

	return id_cmp(id, &zero) == 0;
}

int id_cmp(const struct id *a, const struct id *b)
{
	return memcmp(a->b, b->b, ID_LEN);
}

char *id_text(const struct id *id, char out[ID_TEXT_LEN])
{
	char hex[2 * ID_LEN + 1], *p = out;

	hex_encode(id->b, ID_LEN, hex);
	for (int i = 0; i < 2 * ID_LEN; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			*p++ = '-';
		*p++ = hex[i];
	}
	*p = '\0';
	return out;
}

bool id_parse(struct span text, struct id *id)
{
	char hex[2 * ID_LEN];
	struct id parsed;
	size_t n = 0;

	if (text.n != ID_TEXT_LEN - 1)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash != (text.p[i] == '-'))
			return false;
		if (!dash)
			hex[n++] = text.p[i];
	}
	if (!hex_decode((struct span){ hex, n }, parsed.b, ID_LEN))
		return false;
	*id = parsed;
	return true;
}
