/* SPDX-License-Identifier: EUPL-1.2 */
/* log - makes the line of an event and writes it. */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log_limit.h"
#include "base/mem.h"

#define LINE_MAX_LEN 4000	/* below PIPE_BUF, so that lines of several processes do not mix in a pipe */
#define VALUE_MAX 600		/* bytes of one value before encoding */
#define LOOK_MS 1000
#define TAIL 16			/* kept free for the end of the line */

static atomic_int threshold = LOG_INFO;
static atomic_int as_json, priorities;
static atomic_llong next_look;	/* clock_mono: no need to ask before whether a minute is over */
static atomic_int out_fd = 2;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

struct line {
	char text[LINE_MAX_LEN];
	size_t n;
	bool full, json;
};

static void put_n(struct line *l, const char *s, size_t n)
{
	if (l->full || n > sizeof(l->text) - TAIL - l->n) {
		l->full = true;
		return;
	}
	memcpy(l->text + l->n, s, n);
	l->n += n;
}

static void put(struct line *l, const char *s)
{
	put_n(l, s, strlen(s));
}

static void put_f(struct line *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void put_f(struct line *l, const char *fmt, ...)
{
	char text[64];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	put(l, text);
}

/* The character at s as a code point; a byte that is not UTF-8 counts as U+FFFD. *len: its bytes. */
static uint32_t code_point(const char *s, size_t n, size_t *len)
{
	unsigned char c = (unsigned char)s[0];
	uint32_t v;

	*len = c < 0xc2 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (*len > n || !span_is_utf8((struct span){ s, *len })) {
		*len = 1;
		return 0xfffd;
	}
	v = *len == 2 ? c & 0x1f : *len == 3 ? c & 0x0f : c & 0x07;
	for (size_t i = 1; i < *len; i++)
		v = v << 6 | ((unsigned char)s[i] & 0x3f);
	return v;
}

/* Everything but printable ASCII is escaped: no line end, terminal sequence or text direction gets through. */
static size_t put_escaped(struct line *l, const char *s, size_t n)
{
	unsigned char c = (unsigned char)s[0];
	size_t len = 1;
	uint32_t v = c;

	if (!l->json) {
		put_f(l, "\\x%02x", c);
		return 1;
	}
	if (c >= 0x80)
		v = code_point(s, n, &len);
	if (v < 0x10000)
		put_f(l, "\\u%04x", v);
	else
		put_f(l, "\\u%04x\\u%04x", 0xd800 + ((v - 0x10000) >> 10), 0xdc00 + (v & 0x3ff));
	return len;
}

static void put_value(struct line *l, const char *s)
{
	size_t n = strlen(s);
	bool cut = n > VALUE_MAX;

	if (cut)
		n = VALUE_MAX;
	put(l, "\"");
	for (size_t i = 0; i < n;) {
		unsigned char c = (unsigned char)s[i];

		if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\')
			put_n(l, s + i++, 1);
		else
			i += put_escaped(l, s + i, n - i);
	}
	put(l, cut ? "...\"" : "\"");
}

static void put_key(struct line *l, const char *key)
{
	put_f(l, l->json ? ",\"%s\":" : " %s=", key);
}

static void put_str(struct line *l, const char *key, const char *s)
{
	put_key(l, key);
	put_value(l, s);
}

static void put_err(struct line *l, const struct err *e)
{
	char at[160];

	put_str(l, "code", err_name(e->code));
	if (e->reason != RSN_NONE)
		put_str(l, "reason", reason_info(e->reason)->key);
	if (e->spec[0] != '\0')
		put_str(l, "rule", e->spec);
	put_str(l, "text", e->text);
	(void)snprintf(at, sizeof(at), "%s:%d", e->file == NULL ? "" : e->file, e->line);
	put_str(l, "at", at);
}

static void put_field(struct line *l, const struct log_field *f)
{
	char id[ID_TEXT_LEN];

	if (f->err != NULL)
		put_err(l, f->err);
	else if (f->id != NULL)
		put_str(l, f->key, id_text(f->id, id));
	else if (f->str != NULL)
		put_str(l, f->key, f->str);
	else {
		put_key(l, f->key);
		put_f(l, "%lld", f->num);
	}
}

static void put_head(struct line *l, enum log_level level, const char *event)
{
	static const char *const names[] = { "ERROR", "WARN", "INFO", "DEBUG" };
	static const int journal[] = { 3, 4, 6, 7 };	/* syslog(3) */
	char time[CLOCK_TEXT_LEN];
	const char *name = (unsigned)level < ARRAY_LEN(names) ? names[level] : "ERROR";

	if (atomic_load(&priorities) != 0)
		put_f(l, "<%d>", (unsigned)level < ARRAY_LEN(journal) ? journal[level] : journal[0]);
	put_f(l, l->json ? "{\"time\":\"%s\"," : "%s ", clock_utc(clock_now(), time));
	put_f(l, l->json ? "\"level\":\"%s\",\"event\":" : "%s ", name);
	if (l->json)
		put_value(l, event);
	else
		put(l, event);
}

static void write_event(enum log_level level, const char *event, const struct log_field *fields)
{
	struct line l;

	l.n = 0;
	l.full = false;
	l.json = atomic_load(&as_json) != 0;
	put_head(&l, level, event);
	for (; fields->key != NULL; fields++) {
		size_t before = l.n;

		put_field(&l, fields);
		if (l.full) {	/* half a field would be worse than none */
			l.n = before;
			break;
		}
	}
	/* TAIL has room for this. */
	l.n += (size_t)snprintf(l.text + l.n, sizeof(l.text) - l.n, "%s%s\n", l.full ? l.json ? ",\"cut\":1" : " cut=1" : "",
				l.json ? "}" : "");
	must(pthread_mutex_lock(&lock) == 0);
	(void)write_all(atomic_load(&out_fd), l.text, l.n);	/* nowhere to complain */
	must(pthread_mutex_unlock(&lock) == 0);
}

void log_catch_up(int all)
{
	struct log_held held;

	while (log_limit_next(clock_mono(), all != 0, &held))
		log_event(LOG_WARN, "log.suppressed", LOG_STR("of", held.event), LOG_STR("what", held.what),
			  LOG_INT("count", (long long)held.count));
}

void log_emit(enum log_level level, const char *event, const struct log_field *fields)
{
	int64_t now;

	if ((int)level > atomic_load(&threshold))
		return;
	now = clock_mono();
	if (now >= atomic_load(&next_look)) {
		atomic_store(&next_look, now + LOOK_MS);
		log_catch_up(0);
	}
	if (log_limit_take(level, event, fields, now))
		write_event(level, event, fields);
}

void log_set_priority(int on)
{
	atomic_store(&priorities, on);
}

int log_is_journal(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat st;

	return stream != NULL && sscanf(stream, "%llu:%llu", &dev, &ino) == 2 && fstat(fd, &st) == 0 &&
	       st.st_dev == dev && st.st_ino == ino;
}

void log_set_level(enum log_level most)
{
	atomic_store(&threshold, (int)most);
}

void log_set_json(int on)
{
	atomic_store(&as_json, on);
}

void log_set_fd(int fd)
{
	atomic_store(&out_fd, fd);
}
