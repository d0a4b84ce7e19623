/* SPDX-License-Identifier: EUPL-1.2 */
/* The blobs that are kept of a delivery. */
#include "osci/memo.h"

#include <string.h>

#include "base/codec.h"
#include "base/mem.h"

#define VERSION 1
#define CERTS_MAX 256
#define CUSTOM_MAX 64
#define ENTRIES_MAX 512

int osci_memo_header(const struct osci_message *m, struct buf *out, struct err *e)
{
	codec_u8(out, VERSION);
	codec_u32(out, (uint32_t)m->cert_count);
	for (size_t i = 0; i < m->cert_count; i++) {
		codec_u8(out, (uint8_t)m->certs[i].role);
		codec_u8(out, m->certs[i].is_cipher ? 1 : 0);
		codec_bytes(out, span_of(m->certs[i].id));
		codec_bytes(out, m->certs[i].cert->der);
	}
	codec_u32(out, (uint32_t)m->custom_count);
	for (size_t i = 0; i < m->custom_count; i++)
		codec_bytes(out, m->custom[i]);
	codec_u8(out, m->subject != NULL ? 1 : 0);
	codec_bytes(out, span_of(m->subject));
	return buf_check(out, "header of a delivery", e);
}

int osci_memo_card(const struct osci_inspected *list, size_t n, struct buf *out, struct err *e)
{
	codec_u8(out, VERSION);
	codec_u32(out, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		codec_u32(out, list[i].index);
		codec_ms(out, list[i].at);
		codec_u8(out, (uint8_t)list[i].verdict.math);
		codec_u8(out, (uint8_t)list[i].verdict.offline);
		codec_u8(out, (uint8_t)list[i].verdict.online);
		codec_ms(out, list[i].verdict.crl_this_update);
	}
	return buf_check(out, "card of a delivery", e);
}

static struct codec_reader open_memo(struct span s)
{
	struct codec_reader r = codec_plain(s);

	r.bad = codec_read_u8(&r) != VERSION;
	return r;
}

static int damaged(struct err *e)
{
	return err_reason(e, ERR_IO, RSN_LOC_DATA_BAD, "the record of a delivery is damaged");
}

static int take_cert(struct codec_reader *r, struct pki_certs *certs, struct arena *a, struct osci_cert *c, struct err *e)
{
	uint8_t role = codec_read_u8(r), is_cipher = codec_read_u8(r);
	struct span id = codec_read_view(r), der = codec_read_view(r);

	if (r->bad || role > OSCI_INTERMEDIARY || pki_certs_from_der(certs, der, &c->cert, e) != 0) {
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
	struct codec_reader r;
	struct span subject;
	uint32_t n;
	bool has_subject;

	if (header.n == 0)
		return 0;
	r = open_memo(header);
	n = codec_read_below(&r, CERTS_MAX + 1);
	m->certs = arena_alloc(a, (n + 1) * sizeof(*m->certs));
	for (; m->cert_count < n; m->cert_count++) {
		if (take_cert(&r, certs, a, &m->certs[m->cert_count], e) != 0)
			goto bad;
	}
	n = codec_read_below(&r, CUSTOM_MAX + 1);
	m->custom = arena_alloc(a, (n + 1) * sizeof(*m->custom));
	while (m->custom_count < n)
		m->custom[m->custom_count++] = codec_read_bytes(&r, a);
	has_subject = codec_read_u8(&r) != 0;
	subject = codec_read_view(&r);
	if (has_subject)
		m->subject = arena_dup_n(a, subject.p, subject.n);
	if (!r.bad && r.n == 0)
		return 0;
bad:
	osci_message_fini(m);
	return damaged(e);
}

int osci_memo_read_card(struct span card, const struct osci_message *m, struct arena *a, struct osci_inspection **out,
			  size_t *n, struct err *e)
{
	struct codec_reader r = open_memo(card);
	uint32_t count = card.n > 0 ? codec_read_below(&r, ENTRIES_MAX + 1) : 0;
	size_t made = 0;

	*out = arena_alloc(a, (count + 1) * sizeof(**out));
	*n = 0;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t index = codec_read_u32(&r);
		struct osci_inspection *in = &(*out)[made];

		in->at = codec_read_ms(&r);
		in->verdict.math = (enum pki_math)codec_read_u8(&r);
		in->verdict.offline = (enum pki_offline)codec_read_u8(&r);
		in->verdict.online = (enum pki_online)codec_read_u8(&r);
		in->verdict.crl_this_update = codec_read_ms(&r);
		if (index >= m->cert_count)
			continue; /* the header is erased */
		in->subject = arena_dup(a, m->certs[index].cert->subject);
		in->issuer = arena_dup(a, m->certs[index].cert->issuer);
		in->serial = arena_dup(a, m->certs[index].cert->serial);
		made++;
	}
	if (card.n > 0 && (r.bad || r.n > 0))
		return damaged(e);
	*n = made;
	return 0;
}
