/* SPDX-License-Identifier: EUPL-1.2 */
/* The blobs that are kept of a delivery. */
#include "osci/memo.h"

#include <string.h>

#include "base/mem.h"

#define VERSION 1
#define CERTS_MAX 256
#define CUSTOM_MAX 64
#define ENTRIES_MAX 512

static void put_u32(struct buf *out, uint32_t v)
{
	const uint8_t b[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };

	buf_put(out, b, sizeof(b));
}

static void put_i64(struct buf *out, int64_t v)
{
	put_u32(out, (uint32_t)((uint64_t)v >> 32));
	put_u32(out, (uint32_t)(uint64_t)v);
}

static void put_bytes(struct buf *out, struct span s)
{
	put_u32(out, (uint32_t)s.n);
	buf_span(out, s);
}

int osci_memo_header(const struct osci_message *m, struct buf *out, struct err *e)
{
	buf_putc(out, VERSION);
	put_u32(out, (uint32_t)m->cert_count);
	for (size_t i = 0; i < m->cert_count; i++) {
		buf_putc(out, (char)m->certs[i].role);
		buf_putc(out, m->certs[i].is_cipher ? 1 : 0);
		put_bytes(out, span_of(m->certs[i].id));
		put_bytes(out, m->certs[i].cert->der);
	}
	put_u32(out, (uint32_t)m->custom_count);
	for (size_t i = 0; i < m->custom_count; i++)
		put_bytes(out, m->custom[i]);
	buf_putc(out, m->subject != NULL ? 1 : 0);
	put_bytes(out, span_of(m->subject));
	return buf_check(out, "header of a delivery", e);
}

int osci_memo_card(const struct osci_inspected *list, size_t n, struct buf *out, struct err *e)
{
	buf_putc(out, VERSION);
	put_u32(out, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		put_u32(out, list[i].index);
		put_i64(out, list[i].at);
		buf_putc(out, (char)list[i].verdict.math);
		buf_putc(out, (char)list[i].verdict.offline);
		buf_putc(out, (char)list[i].verdict.online);
		put_i64(out, list[i].verdict.crl_this_update);
	}
	return buf_check(out, "card of a delivery", e);
}

/* Reading: the first thing that does not fit makes the reader bad, everything after it reads as zero. */
struct reader {
	struct span left;
	bool is_bad;
};

static struct span take(struct reader *r, size_t n)
{
	struct span s = { r->left.p, n };

	if (r->is_bad || r->left.n < n) {
		r->is_bad = true;
		return SPAN_EMPTY;
	}
	r->left.p += n;
	r->left.n -= n;
	return s;
}

static uint8_t take_u8(struct reader *r)
{
	struct span s = take(r, 1);

	return s.n == 1 ? (uint8_t)s.p[0] : 0;
}

static uint32_t take_u32(struct reader *r)
{
	uint32_t v = 0;

	for (int i = 0; i < 4; i++)
		v = v << 8 | take_u8(r);
	return v;
}

static int64_t take_i64(struct reader *r)
{
	uint64_t high = take_u32(r);

	return (int64_t)(high << 32 | take_u32(r));
}

static struct span take_bytes(struct reader *r)
{
	return take(r, take_u32(r));
}

static uint32_t take_count(struct reader *r, uint32_t max)
{
	uint32_t n = take_u32(r);

	if (n > max)
		r->is_bad = true;
	return r->is_bad ? 0 : n;
}

static struct reader open_record(struct span s)
{
	struct reader r = { s, false };

	if (take_u8(&r) != VERSION)
		r.is_bad = true;
	return r;
}

static int damaged(struct err *e)
{
	return err_reason(e, ERR_IO, RSN_LOC_DATA_BAD, "the record of a delivery is damaged");
}

static int take_cert(struct reader *r, struct pki_certs *certs, struct arena *a, struct osci_cert *c, struct err *e)
{
	uint8_t role = take_u8(r), is_cipher = take_u8(r);
	struct span id = take_bytes(r), der = take_bytes(r);

	if (r->is_bad || role > OSCI_INTERMEDIARY || pki_certs_from_der(certs, der, &c->cert, e) != 0) {
		c->cert = NULL;
		return damaged(e);
	}
	c->role = (enum osci_role)role;
	c->is_cipher = is_cipher != 0;
	c->id = arena_dup_n(a, id.p, id.n);
	return 0;
}

int osci_memo_read_header(struct span header, struct pki_certs *certs, struct arena *a, struct osci_message *m,
			    struct err *e)
{
	struct reader r;
	struct span subject;
	uint32_t n;
	bool has_subject;

	if (header.n == 0)
		return 0;
	r = open_record(header);
	n = take_count(&r, CERTS_MAX);
	m->certs = arena_alloc(a, (n + 1) * sizeof(*m->certs));
	for (; m->cert_count < n; m->cert_count++) {
		if (take_cert(&r, certs, a, &m->certs[m->cert_count], e) != 0)
			goto bad;
	}
	n = take_count(&r, CUSTOM_MAX);
	m->custom = arena_alloc(a, (n + 1) * sizeof(*m->custom));
	while (m->custom_count < n)
		m->custom[m->custom_count++] = arena_span(a, take_bytes(&r));
	has_subject = take_u8(&r) != 0;
	subject = take_bytes(&r);
	if (has_subject)
		m->subject = arena_dup_n(a, subject.p, subject.n);
	if (!r.is_bad && r.left.n == 0)
		return 0;
bad:
	osci_message_fini(m);
	return damaged(e);
}

int osci_memo_read_card(struct span card, const struct osci_message *m, struct arena *a, struct osci_inspection **out,
			  size_t *n, struct err *e)
{
	struct reader r = open_record(card);
	uint32_t count = card.n > 0 ? take_count(&r, ENTRIES_MAX) : 0;
	size_t made = 0;

	*out = arena_alloc(a, (count + 1) * sizeof(**out));
	*n = 0;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t index = take_u32(&r);
		struct osci_inspection *in = &(*out)[made];

		in->at = take_i64(&r);
		in->verdict.math = (enum pki_math)take_u8(&r);
		in->verdict.offline = (enum pki_offline)take_u8(&r);
		in->verdict.online = (enum pki_online)take_u8(&r);
		in->verdict.crl_this_update = take_i64(&r);
		if (index >= m->cert_count)
			continue; /* the header is erased */
		in->subject = arena_dup(a, m->certs[index].cert->subject);
		in->issuer = arena_dup(a, m->certs[index].cert->issuer);
		in->serial = arena_dup(a, m->certs[index].cert->serial);
		made++;
	}
	if (card.n > 0 && (r.is_bad || r.left.n > 0))
		return damaged(e);
	*n = made;
	return 0;
}
