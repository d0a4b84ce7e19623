/* SPDX-License-Identifier: EUPL-1.2 */
/* verdict - findings about a certificate weighed by the policy. Private to pki. Any thread. */
#ifndef PKI_VERDICT_H
#define PKI_VERDICT_H

#include "pki/trust.h"

/* The text, unless there is one already: the first finding is the one that is told. */
void pki_verdict_say(struct pki_verdict *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Sets accepted, reason and, if still empty, text. */
void pki_verdict_judge(const struct pki_policy *policy, struct pki_verdict *v);
/* How far the verdict is from the worst: more for a less weighty finding, most if accepted. */
unsigned pki_verdict_rank(const struct pki_policy *policy, const struct pki_verdict *v);

#endif
