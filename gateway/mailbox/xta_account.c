/* SPDX-License-Identifier: EUPL-1.2 */
/* Accounts, found by certificate and by party. */
#include "mailbox/xta_account.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "pki/cert.h"

#define KEY_MAX 8192	/* of type and value; longer ones are nobody's */

struct seat {
	struct mailbox_xta_account a;
	struct spool_box *boxes;
	size_t *first;
	atomic_uint running;
};

struct cert {
	struct seat *seat;
	atomic_llong not_before, not_after;	/* 0: not looked at yet */
};

struct place {
	struct seat *seat;	/* NULL: more than one party has this value */
	size_t party;
};

struct mailbox_xta_accounts {
	struct seat *seats;
	size_t n;
	unsigned running_max;
	struct map *certs;	/* fingerprint: struct cert */
	struct map *parties;	/* type, NUL, value: struct place */
	struct map *values;	/* value: struct place */
	struct map *osci;       /* mailbox of OSCI: struct place */
};

static struct span party_key(struct buf *b, const char *type, const char *value)
{
	buf_puts(b, type);
	buf_putc(b, '\0');
	buf_puts(b, value);
	return buf_view(b);
}

/* Of a party, whoever it is: SHA-256 over "xta", type and value. */
static struct spool_box box_of(const char *type, const char *value)
{
	struct digest *d = digest_new(DIGEST_SHA256);
	struct spool_box box = { { 0 } };

	digest_add(d, "xta", sizeof("xta"));
	digest_add(d, type, strlen(type) + 1);
	digest_add(d, value, strlen(value));
	digest_end(d, box.b);
	digest_free(d);
	return box;
}

static int add_certs(struct mailbox_xta_accounts *as, struct seat *s, struct err *e)
{
	for (size_t i = 0; i < s->a.fingerprint_count; i++) {
		const struct span key = { (const char *)s->a.fingerprints[i], SHA256_LEN };
		const struct cert *other = map_get(as->certs, key);
		struct cert *c;

		if (other != NULL && other->seat != s)
			return err_set(e, ERR_CONFIG, "accounts \"%s\" and \"%s\" have the same certificate", other->seat->a.name,
				       s->a.name);
		if (other != NULL)
			continue;
		c = mem_new(sizeof(*c));
		c->seat = s;
		map_put(as->certs, key, c);
	}
	return 0;
}

static struct place *place_new(struct seat *s, size_t party)
{
	struct place *p = mem_new(sizeof(*p));

	*p = (struct place){s, party};
	return p;
}

static void add_value(struct mailbox_xta_accounts *as, struct seat *s, size_t party)
{
	const struct span value = span_of(s->a.parties[party].value);
	bool taken = map_get(as->values, value) != NULL;

	map_put(as->values, value, place_new(taken ? NULL : s, party));
}

/* What the party owns, one box behind the other: its own one, then those of OSCI. */
static int add_boxes(struct mailbox_xta_accounts *as, struct seat *s, size_t party, size_t *n, struct err *e)
{
	const struct mailbox_xta_party *p = &s->a.parties[party];

	s->first[party] = *n;
	s->boxes[(*n)++] = box_of(p->type, p->value);
	for (size_t i = 0; i < p->osci_count; i++) {
		const struct span key = {(const char *)p->osci[i].b, SPOOL_BOX_LEN};
		const struct place *other = map_get(as->osci, key);

		if (other != NULL)
			return err_set(e, ERR_CONFIG, "accounts \"%s\" and \"%s\" have the same mailbox of OSCI",
				       other->seat->a.name, s->a.name);
		map_put(as->osci, key, place_new(s, party));
		s->boxes[(*n)++] = p->osci[i];
	}
	s->first[party + 1] = s->a.box_count = *n;
	return 0;
}

static void make_room(struct seat *s)
{
	size_t n = s->a.party_count;

	for (size_t i = 0; i < s->a.party_count; i++)
		n += s->a.parties[i].osci_count;
	s->boxes = mem_new_array(n, sizeof(*s->boxes));
	s->first = mem_new_array(s->a.party_count + 1, sizeof(*s->first));
	s->a.boxes = s->boxes;
	s->a.first = s->first;
}

static int add_parties(struct mailbox_xta_accounts *as, struct seat *s, struct err *e)
{
	size_t boxes = 0;
	int rc = 0;

	make_room(s);
	for (size_t i = 0; rc == 0 && i < s->a.party_count; i++) {
		const struct mailbox_xta_party *p = &s->a.parties[i];
		const struct place *other;
		struct buf b;
		struct span key;

		buf_init(&b, KEY_MAX);
		key = party_key(&b, p->type, p->value);
		other = map_get(as->parties, key);
		rc = buf_check(&b, "identifier", e);
		if (rc == 0 && other != NULL)
			rc = err_set(e, ERR_CONFIG, "accounts \"%s\" and \"%s\" have the same identifier %s", other->seat->a.name,
				     s->a.name, p->value);
		if (rc == 0) {
			map_put(as->parties, key, place_new(s, i));
			add_value(as, s, i);
			rc = add_boxes(as, s, i, &boxes, e);
		}
		buf_fini(&b);
	}
	return rc;
}

int mailbox_xta_accounts_new(const struct mailbox_xta_account *list, size_t n, unsigned running_max,
			     struct mailbox_xta_accounts **out, struct err *e)
{
	struct mailbox_xta_accounts *as = mem_new(sizeof(*as));
	int rc = 0;

	as->seats = mem_new_array(n + 1, sizeof(*as->seats));
	as->n = n;
	as->running_max = running_max;
	as->certs = map_new(free);
	as->parties = map_new(free);
	as->values = map_new(free);
	as->osci = map_new(free);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		as->seats[i].a = list[i];
		rc = add_certs(as, &as->seats[i], e);
		if (rc == 0)
			rc = add_parties(as, &as->seats[i], e);
	}
	if (rc != 0)
		mailbox_xta_accounts_free(as);
	else
		*out = as;
	return rc;
}

void mailbox_xta_accounts_free(struct mailbox_xta_accounts *as)
{
	if (as == NULL)
		return;
	for (size_t i = 0; i < as->n; i++) {
		free(as->seats[i].boxes);
		free(as->seats[i].first);
	}
	map_free(as->osci);
	map_free(as->certs);
	map_free(as->parties);
	map_free(as->values);
	free(as->seats);
	free(as);
}

size_t mailbox_xta_accounts_count(const struct mailbox_xta_accounts *as)
{
	return as->n;
}

const struct mailbox_xta_account *mailbox_xta_account_at(const struct mailbox_xta_accounts *as, size_t i)
{
	return &as->seats[i].a;
}

/* The handshake looked at the dates, but a connection may live on, and one certificate is read once. */
static bool is_valid(struct cert *c, struct span der, int64_t now)
{
	struct pki_cert *parsed = NULL;
	struct err e = ERR_INIT;

	if (atomic_load(&c->not_after) == 0) {
		if (pki_cert_from_der(der, &parsed, &e) != 0)
			return false;
		atomic_store(&c->not_before, parsed->not_before);
		atomic_store(&c->not_after, parsed->not_after);
		pki_cert_free(parsed);
	}
	return now >= atomic_load(&c->not_before) && now < atomic_load(&c->not_after);
}

enum mailbox_xta_entry mailbox_xta_enter(struct mailbox_xta_accounts *as, struct span der, int64_t now,
					 const struct mailbox_xta_account **out)
{
	uint8_t sha[SHA256_LEN];
	struct cert *c;

	*out = NULL;
	if (der.n == 0)
		return MAILBOX_XTA_UNKNOWN;
	sha256(der.p, der.n, sha);
	c = map_get(as->certs, (struct span){ (const char *)sha, sizeof(sha) });
	if (c == NULL)
		return MAILBOX_XTA_UNKNOWN;
	*out = &c->seat->a;
	if (!is_valid(c, der, now))
		return MAILBOX_XTA_EXPIRED;
	if (c->seat->a.is_locked)
		return MAILBOX_XTA_LOCKED;
	if (atomic_fetch_add(&c->seat->running, 1) < as->running_max)
		return MAILBOX_XTA_ENTERED;
	atomic_fetch_sub(&c->seat->running, 1);
	return MAILBOX_XTA_BUSY;
}

static struct seat *seat_of(const struct mailbox_xta_accounts *as, const struct mailbox_xta_account *a)
{
	_Static_assert(offsetof(struct seat, a) == 0, "an account is the beginning of its seat");
	return &as->seats[(const struct seat *)a - as->seats];
}

void mailbox_xta_leave(struct mailbox_xta_accounts *as, const struct mailbox_xta_account *a)
{
	must(atomic_fetch_sub(&seat_of(as, a)->running, 1) > 0);
}

unsigned mailbox_xta_running(const struct mailbox_xta_accounts *as, const struct mailbox_xta_account *a)
{
	return atomic_load(&seat_of(as, a)->running);
}

const struct mailbox_xta_account *mailbox_xta_owner(const struct mailbox_xta_accounts *as, const char *type, const char *value,
						    size_t *party)
{
	const struct place *p = NULL;
	struct buf b;

	if (type == NULL || type[0] == '\0') {
		p = map_get(as->values, span_of(value));
	} else {
		buf_init(&b, KEY_MAX);
		p = map_get(as->parties, party_key(&b, type, value));
		if (b.over)
			p = NULL;
		buf_fini(&b);
	}
	if (p == NULL || p->seat == NULL)
		return NULL;
	*party = p->party;
	return &p->seat->a;
}

const struct spool_box *mailbox_xta_own_box(const struct mailbox_xta_account *a, size_t party)
{
	return &a->boxes[a->first[party]];
}

const struct mailbox_xta_account *mailbox_xta_osci_owner(const struct mailbox_xta_accounts *as,
							 const struct spool_box *box, size_t *party)
{
	const struct place *p = map_get(as->osci, (struct span){(const char *)box->b, SPOOL_BOX_LEN});

	if (p == NULL)
		return NULL;
	*party = p->party;
	return &p->seat->a;
}
