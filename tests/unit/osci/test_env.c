/* SPDX-License-Identifier: EUPL-1.2 */
/* The store in memory that osci's other tests stand on keeps the contract of osci/env.h. */
#include "osci/env_suite.h"

#include "h_env.h"

static struct h_env memory;

static struct osci_env *open_memory(void)
{
	h_env_init(&memory);
	return &memory.env;
}

static void close_memory(void)
{
	h_env_fini(&memory);
}

int main(void)
{
	static const struct env_store store = { "osci/env in memory", open_memory, close_memory };

	return env_suite(&store);
}
