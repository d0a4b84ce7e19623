/* SPDX-License-Identifier: EUPL-1.2 */
#include "pki/keyring.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct pki_keyring {
	const struct pki_key **keys;
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
		pki_key_free((struct pki_key *)(uintptr_t)kr->keys[i]);
	free(kr->keys);
	free(kr);
}

void pki_keyring_add(struct pki_keyring *kr, struct pki_key *k)
{
	kr->keys = mem_grow(kr->keys, kr->n + 1, sizeof(*kr->keys));
	kr->keys[kr->n++] = k;
}

const struct pki_key *pki_keyring_find(const struct pki_keyring *kr, enum pki_use use, const uint8_t sha256[SHA256_LEN])
{
	for (size_t i = 0; i < kr->n; i++)
		if (kr->keys[i]->use == use && memcmp(kr->keys[i]->cert->sha256, sha256, SHA256_LEN) == 0)
			return kr->keys[i];
	return NULL;
}

const struct pki_key *pki_keyring_current(const struct pki_keyring *kr, enum pki_use use, int64_t at_ms)
{
	const struct pki_key *best = NULL;

	for (size_t i = 0; i < kr->n; i++) {
		const struct pki_key *k = kr->keys[i];
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
	return i < kr->n ? kr->keys[i] : NULL;
}
