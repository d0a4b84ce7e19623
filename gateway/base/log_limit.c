/* SPDX-License-Identifier: EUPL-1.2 */
/* log_limit - counts the lines of each cause. */
#include "base/log_limit.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

#define CAUSES_MAX 128	/* in one minute */
#define WINDOW_MS 60000

struct cause {
	uint64_t hash;
	int64_t until;		/* clock_mono; 0: not in use */
	unsigned lines;
	struct log_held held;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;	/* of the two below */
static struct cause causes[CAUSES_MAX];
static struct cause others;	/* for which there was no room */

static unsigned limit_of(enum log_level level)
{
	return level == LOG_WARN ? 1 : 10;
}

/* No peer can gain much by a collision: one of its own lines would be kept back. */
static uint64_t add(uint64_t hash, const char *text)
{
	return siphash(hash, 1, span_of(text));
}

static uint64_t cause_of(const char *event, const struct log_field *fields)
{
	uint64_t hash = add(0, event);

	for (; fields->key != NULL; fields++) {
		if (fields->err != NULL)
			hash = siphash(hash, (uint64_t)fields->err->code << 32 | (uint64_t)fields->err->reason, SPAN_EMPTY);
		else if (fields->id == NULL && fields->str != NULL)
			hash = add(hash, fields->str);
	}
	return hash;
}

static const char *first_text(const struct log_field *fields)
{
	for (; fields->key != NULL; fields++)
		if (fields->err == NULL && fields->id == NULL && fields->str != NULL)
			return fields->str;
	return "";
}

/* A slot whose lines were all told is free when its minute is over. */
static struct cause *slot_of(uint64_t hash, int64_t now)
{
	struct cause *free_one = NULL;

	for (size_t i = 0; i < ARRAY_LEN(causes); i++) {
		struct cause *c = &causes[i];
		bool in_use = c->until > now || c->held.count > 0;

		if (in_use && c->hash == hash)
			return c;
		if (!in_use && free_one == NULL)
			free_one = c;
	}
	if (free_one != NULL)
		*free_one = (struct cause){ .hash = hash, .until = now + WINDOW_MS };
	return free_one;
}

static bool take(enum log_level level, const char *event, const struct log_field *fields, int64_t now)
{
	struct cause *c = slot_of(cause_of(event, fields), now);

	if (c == NULL) {
		if (others.held.count++ == 0)
			others.until = now + WINDOW_MS;
		return false;
	}
	if (c->lines >= limit_of(level)) {
		c->held.count++;
		return false;
	}
	if (c->lines++ == 0) {
		(void)snprintf(c->held.event, sizeof(c->held.event), "%s", event);
		(void)snprintf(c->held.what, sizeof(c->held.what), "%s", first_text(fields));
	}
	return true;
}

bool log_limit_take(enum log_level level, const char *event, const struct log_field *fields, int64_t now)
{
	bool may;

	if (level > LOG_WARN || strcmp(event, "log.suppressed") == 0)
		return true;
	must(pthread_mutex_lock(&lock) == 0);
	may = take(level, event, fields, now);
	must(pthread_mutex_unlock(&lock) == 0);
	return may;
}

void log_forget(void)
{
	must(pthread_mutex_lock(&lock) == 0);
	memset(causes, 0, sizeof(causes));
	memset(&others, 0, sizeof(others));
	must(pthread_mutex_unlock(&lock) == 0);
}

static bool tell(struct cause *c, int64_t now, bool all, struct log_held *out)
{
	if (c->held.count == 0 || (!all && now < c->until))
		return false;
	*out = c->held;
	*c = (struct cause){ .until = 0 };
	return true;
}

bool log_limit_next(int64_t now, bool all, struct log_held *out)
{
	bool told;

	must(pthread_mutex_lock(&lock) == 0);
	told = tell(&others, now, all, out);
	for (size_t i = 0; i < ARRAY_LEN(causes) && !told; i++)
		told = tell(&causes[i], now, all, out);
	must(pthread_mutex_unlock(&lock) == 0);
	return told;
}
