/* SPDX-License-Identifier: EUPL-1.2 */
/* Findings weighed by the policy: accepted, and if not, for which reason. */
#include "pki/verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void pki_verdict_say(struct pki_verdict *v, const char *fmt, ...)
{
	va_list ap;

	if (v->text[0] != '\0')
		return;
	va_start(ap, fmt);
	vsnprintf(v->text, sizeof(v->text), fmt, ap);
	va_end(ap);
}

struct rule {
	bool found;
	enum reason reason;
	const char *text;
};
#define RULES 8

/* The weightiest finding first. */
static void weigh(const struct pki_policy *policy, const struct pki_verdict *v, struct rule rules[RULES])
{
	const struct rule all[RULES] = {
		{ v->malformed, RSN_CERT_FORM, "a certificate breaks RFC 5280" },
		{ !v->trusted, RSN_CERT_UNTRUSTED, "no path to an anchor" },
		{ v->online == PKI_ONLINE_REVOKED, RSN_CERT_REVOKED, "revoked" },
		{ v->not_yet, RSN_CERT_NOT_YET, "not yet valid" },
		{ v->expired || v->chain_expired, RSN_CERT_EXPIRED, "outside its validity" },
		{ v->weak, RSN_CERT_WEAK, "key or signature algorithm too weak" },
		{ v->wrong_use, RSN_CERT_WEAK, "key usage does not allow this" },
		{ policy->crl_required && v->online == PKI_ONLINE_UNKNOWN, RSN_CERT_NO_STATUS,
		  "no fresh revocation list at hand" },
	};

	memcpy(rules, all, sizeof(all));
}

unsigned pki_verdict_rank(const struct pki_policy *policy, const struct pki_verdict *v)
{
	struct rule rules[RULES];
	unsigned i = 0;

	weigh(policy, v, rules);
	/* No path at all is less than one with a certificate that breaks the rules. */
	if (!v->trusted && !v->malformed)
		return v->math == PKI_MATH_CORRUPTED ? 0 : 1;
	while (i < RULES && !rules[i].found)
		i++;
	return 2 + i;
}

void pki_verdict_judge(const struct pki_policy *policy, struct pki_verdict *v)
{
	struct rule rules[RULES];

	weigh(policy, v, rules);
	v->accepted = true;
	v->reason = RSN_NONE;
	for (size_t i = 0; i < RULES && v->accepted; i++) {
		if (!rules[i].found)
			continue;
		v->accepted = false;
		v->reason = rules[i].reason;
		pki_verdict_say(v, "%s", rules[i].text);
	}
}

int pki_verdict_err(const struct pki_verdict *v, const char *what, struct err *e)
{
	return v->accepted ? 0 : err_reason(e, ERR_TRUST, v->reason, "%s: %s", what, v->text);
}
