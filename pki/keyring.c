/* SPDX-License-Identifier: EUPL-1.2 */
/* Own keys by use, certificate and age. */
#include "pki/keyring.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct slot {
	struct pki_key *key;
};

struct pki_keyring {
	struct slot *slots;
	size_t n;
};

struct pki_keyring *pki_keyring_new(void)
{
	return mem_new(sizeof(struct pki_keyring));
}

void pki_keyring_free(struct pki_keyring *kr)
{
	if (kr == NULL)
		return;
	for (size_t i = 0; i < kr->n; i++)
		pki_key_free(kr->slots[i].key);
	free(kr->slots);
	free(kr);
}

void pki_keyring_add(struct pki_keyring *kr, struct pki_key *k)
{
	kr->slots = mem_grow(kr->slots, kr->n + 1, sizeof(*kr->slots));
	kr->slots[kr->n++].key = k;
}

const struct pki_key *pki_keyring_find(const struct pki_keyring *kr, enum pki_use use, const uint8_t sha256[SHA256_LEN])
{
	for (size_t i = 0; i < kr->n; i++)
		if (kr->slots[i].key->use == use && memcmp(kr->slots[i].key->cert->sha256, sha256, SHA256_LEN) == 0)
			return kr->slots[i].key;
	return NULL;
}

const struct pki_key *pki_keyring_current(const struct pki_keyring *kr, enum pki_use use, int64_t at_ms)
{
	const struct pki_key *best = NULL;

	for (size_t i = 0; i < kr->n; i++) {
		const struct pki_key *k = kr->slots[i].key;
		if (k->use != use || at_ms < k->cert->not_before || at_ms > k->cert->not_after)
			continue;
		if (best == NULL || k->cert->not_before > best->cert->not_before)
			best = k;
	}
	return best;
}

size_t pki_keyring_count(const struct pki_keyring *kr)
{
	return kr->n;
}

const struct pki_key *pki_keyring_at(const struct pki_keyring *kr, size_t i)
{
	return i < kr->n ? kr->slots[i].key : NULL;
}
