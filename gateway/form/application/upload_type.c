/* SPDX-License-Identifier: EUPL-1.2 */
/* What a file is, by its content, and what it may be called. */
#include <glib.h>
#include <magic.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "form/model/chars.h"
#include "form/model/file_type.h"
#include "form/application/upload.h"

#define NAME_MAX_BYTES 120

/* Opened once: the patterns that libmagic compiles cost more than looking at a file (text: 10 ms then, 4 ms now). One
 * look at a time, since a cookie is for one thread, and each would hold 1.5 MB of patterns. */
static struct {
	pthread_mutex_t lock;
	magic_t cookie;
} magic = { .lock = PTHREAD_MUTEX_INITIALIZER };

static magic_t open_magic(void)
{
	magic_t m = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR | MAGIC_NO_CHECK_ELF |
			       MAGIC_NO_CHECK_CDF | MAGIC_NO_CHECK_TOKENS | MAGIC_NO_CHECK_APPTYPE |
			       MAGIC_NO_CHECK_CSV | MAGIC_NO_CHECK_JSON);

	if (m == NULL || magic_load(m, NULL) == 0)
		return m;
	magic_close(m);
	return NULL;
}

int form_upload_sniff(const void *data, size_t n, const char **type, struct err *e)
{
	const struct form_file_type *known;
	const char *found;
	int rc = 0;

	*type = NULL;
	must(pthread_mutex_lock(&magic.lock) == 0);
	if (magic.cookie == NULL)
		magic.cookie = open_magic();
	if (magic.cookie == NULL) {
		rc = err_set(e, ERR_INTERNAL, "libmagic: no database of file types");
	} else {
		found = magic_buffer(magic.cookie, data, n);
		known = found == NULL ? NULL : form_file_type_find(found);
		*type = known == NULL ? NULL : known->type;
	}
	must(pthread_mutex_unlock(&magic.lock) == 0);
	return rc;
}

/* The part behind the last slash of either kind, without leading dots, control and special characters. */
static const char *base_name(struct span raw)
{
	const char *s = raw.p, *end = raw.p + raw.n;

	for (const char *p = s; p < end; p++) {
		if (*p == '/' || *p == '\\')
			s = p + 1;
	}
	while (s < end && (*s == '.' || *s == ' '))
		s++;
	return s;
}

static bool is_awkward(const char *p, const char *one)
{
	return (unsigned char)*p < 0x20 || *p == 0x7F || strchr("<>:\"|?*%&;$`'{}", *p) != NULL ||
	       form_chars_check(one, false) != NULL;
}

static void put_base_name(struct buf *out, struct span raw)
{
	const char *s = base_name(raw);
	char *copy = mem_dup_n(s, (size_t)(raw.p + raw.n - s));
	char *clean = g_utf8_validate(copy, -1, NULL) ? form_chars_clean(copy, NULL) : mem_dup("");

	for (const char *p = clean; *p != '\0'; p = g_utf8_next_char(p)) {
		char one[8] = "";
		memcpy(one, p, (size_t)(g_utf8_next_char(p) - p));
		buf_puts(out, is_awkward(p, one) ? "_" : one);
	}
	free(copy);
	free(clean);
}

/* Is the name up to its first dot that of a device (Microsoft, "Naming Files, Paths, and Namespaces")? */
static bool is_device(const char *name, size_t n)
{
	static const char *const devices[] = { "CON", "PRN", "AUX", "NUL", "COM", "LPT" };
	size_t base = strcspn(name, ".");

	base = base < n ? base : n;
	for (size_t i = 0; i < ARRAY_LEN(devices); i++) {
		bool numbered = i >= 4;
		if (base == (numbered ? 4u : 3u) && strncasecmp(name, devices[i], 3) == 0 &&
		    (!numbered || (name[3] >= '1' && name[3] <= '9')))
			return true;
	}
	return false;
}

/* The length of the name without what must not be its end: half a character, dots and blanks. */
static size_t stem_length(const char *name, size_t n)
{
	while (n > NAME_MAX_BYTES || (n > 0 && ((unsigned char)name[n] & 0xC0) == 0x80))
		n--;
	while (n > 0 && (name[n - 1] == '.' || name[n - 1] == ' '))
		n--;
	return n;
}

char *form_upload_name(struct arena *a, struct span raw, const char *type)
{
	struct buf b;

	buf_init(&b, 4096);
	put_base_name(&b, raw);
	const char *name = buf_str(&b), *dot = strrchr(name, '.');
	const struct form_file_type *t = form_file_type_find(type);
	bool fits = dot != NULL && t != NULL && form_file_type_has(t, dot);
	const char *ext = fits ? arena_dup(a, dot) : t != NULL ? t->extension : "";
	size_t stem = b.over ? 0 : stem_length(name, fits ? (size_t)(dot - name) : strlen(name));
	char *safe = stem == 0 ? arena_printf(a, "Anlage%s", ext)
			       : arena_printf(a, "%s%.*s%s", is_device(name, stem) ? "_" : "", (int)stem, name, ext);
	buf_fini(&b);
	return safe;
}
