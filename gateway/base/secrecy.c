/* SPDX-License-Identifier: EUPL-1.2 */
/* No core dump, no debugger. */
#include "base/secrecy.h"

#include <sys/prctl.h>
#include <sys/resource.h>

void secrecy_begin(void)
{
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__)
	(void)prctl(PR_SET_DUMPABLE, 0);
#endif
}
