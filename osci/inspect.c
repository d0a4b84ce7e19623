/* SPDX-License-Identifier: EUPL-1.2 */
/* From the verdict on a certificate to the code for its role. */
#include "osci/inspect.h"

#include <string.h>

#include "base/mem.h"

/* Code by role and finding. refused: incomplete where the policy does not put up with it. */
static const struct line {
	enum osci_role role;
	bool is_cipher, is_fault;
	enum osci_code expired, incomplete, corrupted, revoked, refused;
} lines[] = {
	{ OSCI_ORIGINATOR, true, true, OSCI_3500, OSCI_3501, OSCI_9501, OSCI_9502, OSCI_9501 },
	{ OSCI_ORIGINATOR, false, false, OSCI_3700, OSCI_3707, OSCI_9700, OSCI_9701, OSCI_9700 },
	{ OSCI_OTHER_AUTHOR, false, false, OSCI_3701, OSCI_3707, OSCI_3702, OSCI_3703, OSCI_3707 },
	{ OSCI_OTHER_AUTHOR, true, false, OSCI_3704, OSCI_3707, OSCI_9704, OSCI_9705, OSCI_9704 },
	{ OSCI_ADDRESSEE, true, false, OSCI_3705, OSCI_3707, OSCI_9706, OSCI_9707, OSCI_9706 },
	{ OSCI_ADDRESSEE, false, false, OSCI_3708, OSCI_3707, OSCI_9711, OSCI_9712, OSCI_9711 },
	{ OSCI_OTHER_READER, true, false, OSCI_3706, OSCI_3707, OSCI_9708, OSCI_9709, OSCI_9708 },
};

static void warn(struct osci_findings *f, enum osci_code code)
{
	for (size_t i = 0; i < f->warning_count; i++)
		if (f->warnings[i] == code)
			return;
	must(f->warning_count < OSCI_WARNINGS_MAX);
	f->warnings[f->warning_count++] = code;
}

static void note(struct osci_findings *f, const struct line *l, enum osci_code code)
{
	if (osci_feedback(code)->level == OSCI_WARNING)
		warn(f, code);
	else if (l->is_fault)
		f->fault = f->fault != OSCI_NO_CODE ? f->fault : code;
	else
		f->error = f->error != OSCI_NO_CODE ? f->error : code;
}

static const struct line *line_of(enum osci_role role, bool is_cipher)
{
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		if (lines[i].role == role && lines[i].is_cipher == is_cipher)
			return &lines[i];
	return NULL;
}

/* Not wrong, but not right in every respect either. Weak keys are no such thing: their bound is a policy of its own. */
static bool is_incomplete(const struct pki_verdict *v, bool crl_required)
{
	return !v->trusted || v->chain_expired || v->wrong_use ||
	       (v->online == PKI_ONLINE_UNKNOWN && crl_required);
}

void osci_findings_add(struct osci_findings *f, enum osci_role role, bool is_cipher, const struct pki_verdict *v,
		       bool crl_required, bool accept_incomplete)
{
	const struct line *l = line_of(role, is_cipher);

	if (l == NULL || v->accepted)
		return;
	if (v->online == PKI_ONLINE_REVOKED || v->math == PKI_MATH_CORRUPTED) {
		note(f, l, v->online == PKI_ONLINE_REVOKED ? l->revoked : l->corrupted);
		return;
	}
	if (v->expired)
		note(f, l, l->expired);
	if (v->weak)
		note(f, l, l->refused);
	else if (is_incomplete(v, crl_required))
		note(f, l, accept_incomplete ? l->incomplete : l->refused);
}

static void add_inspected(struct osci_findings *f, const struct osci_message *m, unsigned index, int64_t at_ms,
			  const struct pki_verdict *v)
{
	for (size_t i = 0; i < f->count; i++)
		if (pki_cert_same(m->certs[f->list[i].index].cert, m->certs[index].cert))
			return;
	f->list[f->count++] = (struct osci_inspected){ index, at_ms, *v };
}

void osci_inspect(struct pki_trust *trust, const struct osci_message *m, const struct pki_cert *client,
		  bool accept_incomplete, int64_t at_ms, struct arena *a, struct osci_findings *f)
{
	bool crl_required = pki_trust_policy(trust)->crl_required;
	struct pki_verdict v;

	memset(f, 0, sizeof(*f));
	f->list = arena_alloc(a, (m->cert_count + 1) * sizeof(*f->list));
	for (size_t i = 0; i < m->cert_count; i++) {
		const struct osci_cert *c = &m->certs[i];

		memset(&v, 0, sizeof(v));
		pki_check(trust, c->cert, c->is_cipher ? PKI_FOR_CIPHER : PKI_FOR_SIGNATURE, at_ms, &v);
		osci_findings_add(f, c->role, c->is_cipher, &v, crl_required, accept_incomplete);
		add_inspected(f, m, (unsigned)i, at_ms, &v);
	}
	if (client == NULL || osci_message_cert(m, OSCI_ORIGINATOR, true) != NULL)
		return;
	memset(&v, 0, sizeof(v));
	pki_check(trust, client, PKI_FOR_CIPHER, at_ms, &v);
	osci_findings_add(f, OSCI_ORIGINATOR, true, &v, crl_required, accept_incomplete);
}

void osci_inspect_recipient(struct pki_trust *trust, const struct osci_message *answer, bool accept_incomplete, int64_t at_ms,
			    struct arena *a, struct osci_findings *f)
{
	bool crl_required = pki_trust_policy(trust)->crl_required;
	struct pki_verdict v;

	memset(f, 0, sizeof(*f));
	f->list = arena_alloc(a, (answer->cert_count + 1) * sizeof(*f->list));
	for (size_t i = 0; i < answer->cert_count; i++) {
		const struct osci_cert *c = &answer->certs[i];

		memset(&v, 0, sizeof(v));
		pki_check(trust, c->cert, c->is_cipher ? PKI_FOR_CIPHER : PKI_FOR_SIGNATURE, at_ms, &v);
		if (c->cert == answer->signer)
			osci_findings_add(f, OSCI_ADDRESSEE, false, &v, crl_required, accept_incomplete);
		add_inspected(f, answer, (unsigned)i, at_ms, &v);
	}
}
