/* SPDX-License-Identifier: EUPL-1.2 */
/* cache - answers as entries of the spool, with the instants at which they stop being fresh and usable. */
#include "dir/cache.h"

#include "base/json.h"

#define VALUE_MAX ((size_t)64 * 1024)
#define CLOCK_SLACK_MS 60000

static int64_t min_time(int64_t a, int64_t b)
{
	return b != 0 && b < a ? b : a;
}

/* The whole answer may hold a WSDL of 64 KiB; only what a delivery needs is kept. */
static void encode(const struct dir_entry *r, struct buf *out)
{
	json_t *o = json_pack("{s:s, s:s, s:s, s:s#, s:s#, s:s#, s:s#, s:I, s:I}", "service", r->service, "uri",
			      r->intermediary_uri, "at", r->addressee_uri != NULL ? r->addressee_uri : "", "to", r->addressee_cipher.p, (int)r->addressee_cipher.n, "im",
			      r->intermediary_cipher.p, (int)r->intermediary_cipher.n, "to_sig",
			      r->addressee_signature.n > 0 ? r->addressee_signature.p : "", (int)r->addressee_signature.n,
			      "im_sig", r->intermediary_signature.n > 0 ? r->intermediary_signature.p : "",
			      (int)r->intermediary_signature.n, "from", (json_int_t)r->valid_from, "until",
			      (json_int_t)r->valid_to);

	json_write(out, o);
	json_decref(o);
}

static struct span dup_text(const json_t *o, const char *key, struct arena *a)
{
	return span_of(arena_dup(a, json_opt_string(o, key, "")));
}

static int decode(struct span text, struct arena *a, struct dir_entry *r, struct err *e)
{
	json_t *o = NULL;
	int rc = json_read(text, "cached directory entry", &o, e);

	if (rc != 0)
		return rc;
	*r = (struct dir_entry){
		.service = arena_dup(a, json_opt_string(o, "service", "")),
		.intermediary_uri = arena_dup(a, json_opt_string(o, "uri", "")),
		.addressee_uri = arena_dup(a, json_opt_string(o, "at", "")),
		.addressee_cipher = dup_text(o, "to", a),
		.intermediary_cipher = dup_text(o, "im", a),
		.addressee_signature = dup_text(o, "to_sig", a),
		.intermediary_signature = dup_text(o, "im_sig", a),
		.valid_from = json_opt_int(o, "from", 0),
		.valid_to = json_opt_int(o, "until", 0),
	};
	json_decref(o);
	return 0;
}

/* No key of the directory has a blank. */
static struct span key_of(const struct dir_name *name, struct arena *a)
{
	return span_of(arena_printf(a, "dvdv/%s %s", name->recipient, name->service));
}

/* "KEY text" */
static void read_negative(struct span value, struct arena *a, struct dir_cached *out)
{
	struct span key, text;

	(void)span_split(value, ' ', &key, &text);
	out->negative = reason_from_key(arena_dup_n(a, key.n == 0 ? "" : key.p, key.n));
	out->detail = arena_dup_n(a, text.n == 0 ? "" : text.p, text.n);
}

int dir_cache_get(struct spool *s, const struct dir_name *name, int64_t now, struct arena *a, struct dir_cached *out,
		  struct err *e)
{
	struct spool_cache_entry entry;
	struct dir_cached found = { .age = DIR_AGE_NONE };
	struct err bad = ERR_INIT;
	int rc = spool_cache_get(s, a, key_of(name, a), &entry, e);

	*out = found;
	if (rc != 0 && rc != ERR_MISSING)
		return rc;
	/* fetched in the future: the clock was set back, and the age of the entry cannot be told */
	if (rc == ERR_MISSING || now >= entry.dead_after || entry.fetched > now + CLOCK_SLACK_MS)
		return 0;
	found.age = now < entry.fresh_until ? DIR_AGE_FRESH : DIR_AGE_STALE;
	found.fetched = entry.fetched;
	if (entry.negative)
		read_negative(entry.value, a, &found);
	else if (decode(entry.value, a, &found.record, &bad) != 0)
		return 0;	/* of another version: asked anew */
	*out = found;
	return 0;
}

int dir_cache_put(struct spool *s, const struct dir_name *name, const struct dir_entry *r, int64_t now, int64_t fresh_for,
		  int64_t usable_for, int64_t until, struct err *e)
{
	struct arena *a = arena_new();
	struct spool_cache_entry entry = { .fetched = now };
	struct buf text;
	int rc;

	buf_init(&text, VALUE_MAX);
	encode(r, &text);
	rc = buf_check(&text, "directory entry", e);
	entry.dead_after = min_time(min_time(now + usable_for, r->valid_to), until);
	entry.fresh_until = min_time(now + fresh_for, entry.dead_after);
	entry.value = buf_view(&text);
	if (rc == 0)
		rc = spool_cache_put(s, key_of(name, a), &entry, e);
	buf_fini(&text);
	arena_free(a);
	return rc;
}

int dir_cache_put_negative(struct spool *s, const struct dir_name *name, const struct err *why, int64_t now,
			   int64_t negative_for, struct err *e)
{
	struct arena *a = arena_new();
	struct spool_cache_entry entry = {
		.fetched = now,
		.fresh_until = now + negative_for,
		.dead_after = now + negative_for,
		.negative = true,
		.value = span_of(arena_printf(a, "%s %s", reason_info(why->reason)->key, why->text)),
	};
	int rc = spool_cache_put(s, key_of(name, a), &entry, e);

	arena_free(a);
	return rc;
}

int dir_cache_expire(struct spool *s, const struct dir_name *name, int64_t now, struct err *e)
{
	struct arena *a = arena_new();
	struct spool_cache_entry entry;
	int rc = spool_cache_get(s, a, key_of(name, a), &entry, e);

	if (rc == 0 && entry.fresh_until > now) {
		entry.fresh_until = now;
		rc = spool_cache_put(s, key_of(name, a), &entry, e);
	} else if (rc == ERR_MISSING) {
		*e = (struct err)ERR_INIT;
		rc = 0;
	}
	arena_free(a);
	return rc;
}

int dir_cache_drop(struct spool *s, const struct dir_name *name, int64_t now, struct err *e)
{
	const struct err nothing = ERR_INIT;

	return dir_cache_put_negative(s, name, &nothing, now, 0, e);	/* dead at once */
}
