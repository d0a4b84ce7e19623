/* SPDX-License-Identifier: EUPL-1.2 */
/* The conformance suite on the LMDB engine. */
#include "spool/suite/store_suite.h"

int main(void)
{
	return store_suite_messages() + store_suite_queue() + store_suite_model() + store_suite_boxes() +
	       store_suite_waiting() + store_suite_retention();
}
