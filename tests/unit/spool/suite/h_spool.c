/* SPDX-License-Identifier: EUPL-1.2 */
/* Helpers of tests: h_spool.h says what they do. */
#include "spool/suite/h_spool.h"

#include <ftw.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

struct h_spool h;

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

void h_remove(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void (*h_end_process)(void);

static void live_on(void)
{
}

void h_spool_init(struct h_spool *x)
{
	struct err e = ERR_INIT;
	const char *tmp = getenv("TMPDIR");

	log_set_level(LOG_ERROR);
	if (spool_on_death != live_on)
		h_end_process = spool_on_death;
	spool_on_death = live_on;
	*x = (struct h_spool){ .s = NULL };
	snprintf(x->root, sizeof(x->root), "%.40s/spool-XXXXXX", tmp == NULL ? "/tmp" : tmp);
	assert_non_null(mkdtemp(x->root));
	snprintf(x->dir, sizeof(x->dir), "%s/spool", x->root);
	snprintf(x->key, sizeof(x->key), "%s/master.key", x->root);
	x->o = (struct spool_options){ .engine = h_engine, .dir = x->dir, .master_key_file = x->key, .size_max = 256ULL << 20 };
	x->a = arena_new();
	assert_ok(spool_key_make(x->key, &e), e);
	assert_ok(spool_open(&x->o, &x->s, &e), e);
}

void h_spool_reopen(struct h_spool *x)
{
	struct err e = ERR_INIT;

	spool_close(x->s);
	x->s = NULL;
	assert_ok(spool_open(&x->o, &x->s, &e), e);
	h_engine_settle(x->s);
}

void h_tick(void)
{
	const struct timespec wait = { 0, 200000 };
	int64_t start = clock_now();

	while (clock_now() <= start)
		nanosleep(&wait, NULL);
}

void h_spool_fini(struct h_spool *x)
{
	spool_close(x->s);
	arena_free(x->a);
	h_remove(x->root);
}

int h_setup(void **state)
{
	(void)state;
	h_spool_init(&h);
	return 0;
}

int h_teardown(void **state)
{
	(void)state;
	h_spool_fini(&h);
	return 0;
}

char *h_bytes(size_t n, unsigned seed)
{
	char *p = mem_new(n + 1);
	uint32_t x = seed * 2654435761U + 12345;

	for (size_t i = 0; i < n; i++) {
		x = x * 1664525U + 1013904223U;
		p[i] = (char)(x >> 24);
	}
	return p;
}

int h_part(struct spool_edit *ed, const char *name, size_t n, unsigned seed, struct err *e)
{
	char *p = h_bytes(n, seed);
	struct sink *sink = NULL;
	int rc = spool_edit_part(ed, name, "application/octet-stream", "Antrag Müller.pdf", &sink, e);

	for (size_t at = 0, step; rc == 0 && at < n; at += step) {	/* uneven pieces: block borders fall anywhere */
		step = n - at < 7001 ? n - at : 7001;
		rc = sink_write(sink, p + at, step, e);
	}
	if (rc == 0)
		rc = sink_finish(sink, e);
	free(p);
	sink_close(sink);
	return rc;
}

int h_submit(struct spool *s, const char *foreign_id, const char *recipient, size_t n, unsigned seed, struct id *id,
	     struct id *dlv, struct err *e)
{
	struct spool_delivery d = { .channel = "osci-store", .recipient = recipient };
	struct spool_event ev = { .at = clock_now(), .kind = SPOOL_EV_ACCEPTED };
	struct spool_message *m;
	struct spool_edit *ed;
	int rc = spool_edit_begin(s, NULL, &ed, &m, e);

	if (rc != 0)
		return rc;
	h_tick();
	m->kind = SPOOL_APPLICATION;
	m->foreign_id = foreign_id;
	m->recipient = recipient;
	m->service = "hzl";
	m->submitted = m->accepted = ev.at;
	m->meta = SPAN_LIT("meta of somebody");
	m->open_meta = SPAN_LIT("open");
	spool_edit_event(ed, &ev);
	if ((rc = h_part(ed, "body", n, seed, e)) != 0) {
		spool_edit_abort(ed);
		return rc;
	}
	if (id != NULL)
		*id = m->id;
	rc = spool_edit_commit(ed, &d, e);
	if (rc == 0 && dlv != NULL)
		*dlv = d.id;
	return rc;
}

struct spool_box h_box(uint8_t b)
{
	struct spool_box box = { { b, 1, 2, 3 } };

	return box;
}

int h_mail(struct spool *s, const char *foreign_id, uint8_t from, uint8_t to, int64_t accepted, struct id *id,
	   struct err *e)
{
	struct spool_message *m;
	struct spool_edit *ed;
	int rc = spool_edit_begin(s, NULL, &ed, &m, e);

	if (rc != 0)
		return rc;
	m->kind = SPOOL_MAIL;
	m->foreign_id = foreign_id;
	m->from = h_box(from);
	m->to = h_box(to);
	m->accepted = accepted;
	m->open_meta = SPAN_LIT("card");
	if ((rc = h_part(ed, "content", 100, 1, e)) != 0) {
		spool_edit_abort(ed);
		return rc;
	}
	if (id != NULL)
		*id = m->id;
	return spool_edit_commit(ed, NULL, e);
}

bool h_part_is(struct spool *s, const struct id *id, const char *name, size_t n, unsigned seed, struct err *e)
{
	char *p = h_bytes(n, seed), piece[5000];
	struct src *src = NULL;
	size_t at = 0, got = 1;
	bool same = spool_part_open(s, id, name, &src, e) == 0;

	while (same && got > 0) {
		same = src_read(src, piece, sizeof(piece), &got, e) == 0 && at + got <= n &&
		       memcmp(piece, p + at, got) == 0;
		at += got;
	}
	src_close(src);
	free(p);
	return same && at == n;
}

int h_claim(struct spool *s, struct arena *a, int64_t now, int64_t lease_ms, struct spool_delivery *d, int64_t *next,
	    struct err *e)
{
	return spool_delivery_claim(s, a, &(struct spool_claim){ .now = now, .lease_ms = lease_ms }, d, next, e);
}

int h_delivery_of(struct spool *s, struct arena *a, const struct id *message, struct spool_delivery *d, struct err *e)
{
	struct spool_delivery *list;
	size_t n;
	int rc = spool_delivery_of(s, a, message, &list, &n, e);

	if (rc == 0 && n == 0)
		return err_set(e, ERR_MISSING, "no delivery");
	if (rc == 0) {
		assert_int_equal(n, 1);
		*d = list[0];
	}
	return rc;
}

int h_places;
uint64_t h_missing;

bool h_admit_others(void *ctx, const struct spool_lane *lane)
{
	for (const char *const *name = ctx; *name != NULL; name++) {
		struct spool_lane full = spool_lane_of(*name);

		if (memcmp(&full, lane, sizeof(full)) == 0)
			return false;
	}
	h_places++;
	return true;
}

void h_leave(void *ctx, const struct spool_lane *lane)
{
	(void)ctx, (void)lane;
	h_places--;
}
