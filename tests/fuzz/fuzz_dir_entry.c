/* SPDX-License-Identifier: EUPL-1.2 */
/* LINK: gateway/dir */
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/mem.h"
#include "dir/entry.h"
#include "dir/warning.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An entry of the directory, and the same bytes as a warning. What is accepted is complete. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { (const char *)data, size };
	const struct dir_question asked = {
		.key = "ags:05315000", .service = "urn:a", .need_signature = size % 2 == 1, .allow_local = size % 3 == 0,
	};
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct dir_entry r;
	struct buf words;

	if (dir_entry_read(text, &asked, a, &r, &e) == 0)
		must(r.addressee_cipher.n > 0 && r.intermediary_cipher.n > 0 && r.intermediary_uri[0] != '\0' &&
		     r.service != NULL);
	else
		must(e.reason != RSN_NONE && e.text[0] != '\0');
	buf_init(&words, 1024);
	dir_warning_decode(text, &words);
	must(words.n <= 1024);
	buf_fini(&words);
	arena_free(a);
	return 0;
}
