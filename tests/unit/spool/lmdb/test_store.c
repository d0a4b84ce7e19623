/* SPDX-License-Identifier: EUPL-1.2 */
/* The conformance suite on the LMDB engine. */
#include "spool/suite/store_suite.h"

int main(void)
{
	return store_suite();
}
