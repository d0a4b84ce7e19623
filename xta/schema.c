/* SPDX-License-Identifier: EUPL-1.2 */
/* The schemas, as they stand in xta/schema. */
#include "xta/schema.h"

#include "base/mem.h"

/* The assembler takes the bytes from the file: the schemas stay readable, and no tool makes C of them. */
#define FILE_HERE(symbol, name)                                                                                        \
	__asm__(".pushsection .rodata\n" #symbol ":\n.incbin \"xta/schema/" name "\"\n" #symbol "_end:\n.popsection\n")

#define HIDDEN __attribute__((visibility("hidden")))

FILE_HERE(xta_xsd_service, "service.xsd");
FILE_HERE(xta_xsd_msgbox, "msgbox.xsd");
FILE_HERE(xta_xsd_metadata, "metadata.xsd");
FILE_HERE(xta_xsd_addressing, "addressing.xsd");
FILE_HERE(xta_xsd_code, "code.xsd");
FILE_HERE(xta_xsd_security, "security.xsd");
FILE_HERE(xta_xsd_signature, "signature.xsd");
FILE_HERE(xta_xsd_encryption, "encryption.xsd");

extern const char xta_xsd_service[] HIDDEN, xta_xsd_service_end[] HIDDEN;
extern const char xta_xsd_msgbox[] HIDDEN, xta_xsd_msgbox_end[] HIDDEN;
extern const char xta_xsd_metadata[] HIDDEN, xta_xsd_metadata_end[] HIDDEN;
extern const char xta_xsd_addressing[] HIDDEN, xta_xsd_addressing_end[] HIDDEN;
extern const char xta_xsd_code[] HIDDEN, xta_xsd_code_end[] HIDDEN;
extern const char xta_xsd_security[] HIDDEN, xta_xsd_security_end[] HIDDEN;
extern const char xta_xsd_signature[] HIDDEN, xta_xsd_signature_end[] HIDDEN;
extern const char xta_xsd_encryption[] HIDDEN, xta_xsd_encryption_end[] HIDDEN;

#define ROW(symbol, name) { name, symbol, symbol##_end }

static const struct {
	const char *name, *from, *end;
} files[] = {
	ROW(xta_xsd_service, "service.xsd"),
	ROW(xta_xsd_msgbox, "msgbox.xsd"),
	ROW(xta_xsd_metadata, "metadata.xsd"),
	ROW(xta_xsd_addressing, "addressing.xsd"),
	ROW(xta_xsd_code, "code.xsd"),
	ROW(xta_xsd_security, "security.xsd"),
	ROW(xta_xsd_signature, "signature.xsd"),
	ROW(xta_xsd_encryption, "encryption.xsd"),
};

bool xta_schema_get(struct span name, struct span *text)
{
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		if (!span_is(name, files[i].name))
			continue;
		*text = (struct span){ files[i].from, (size_t)(files[i].end - files[i].from) };
		return true;
	}
	return false;
}
