/* SPDX-License-Identifier: EUPL-1.2 */
/* LINK: gateway/base */
#include "base/clock.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[CLOCK_TEXT_LEN];
	struct err e = ERR_INIT;
	int64_t ms, again;

	if (clock_parse((struct span){ (const char *)data, size }, &ms, &e) != 0)
		return 0;
	/* A zone may move the instant just out of the years that have a text. */
	if (ms < INT64_C(-62135596800000) || ms > INT64_C(253402300799999 - 7200000))
		return 0;
	must(clock_parse(span_of(clock_utc(ms, text)), &again, &e) == 0 && again == ms);
	must(clock_parse(span_of(clock_local(ms, text)), &again, &e) == 0 && again == ms);
	must(span_of(clock_http(ms, text)).n == 29);
	must(span_of(clock_german(ms, text)).n == 21);
	return 0;
}
