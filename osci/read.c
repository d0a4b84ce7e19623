/* SPDX-License-Identifier: EUPL-1.2 */
/* The levels of a message: outer entity, decryption, inner entity; and the code that answers an error. */
#include "osci/read.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "osci/read_entity.h"

#define READ_CHUNK 65536

static bool is_fault_of_sender(const struct err *e)
{
	return err_class(e->code) == ERR_PERMANENT && e->code != ERR_WRONG_STATE && e->code != ERR_EXISTS;
}

static int read_entity(struct osci_entity *en, bool is_inner, struct src *in, struct err *e)
{
	char *chunk = mem_grow(NULL, READ_CHUNK, 1);
	size_t got;
	int rc;

	osci_entity_begin(en, is_inner);
	do {
		rc = src_read(in, chunk, READ_CHUNK, &got, e);
		if (rc != 0) {
			(void)osci_note_code(en->r, OSCI_9000, e); /* not what was sent, but that it did not arrive */
			break;
		}
		rc = got > 0 ? osci_entity_feed(en, chunk, got, e) : osci_entity_end(en, e);
		if (rc == 0)
			rc = arena_check(en->r->arena, "message", e);
	} while (rc == 0 && got > 0);
	free(chunk);
	return rc;
}

static struct osci_entity *new_entity(struct osci_reading *r, const struct osci_intake *intake,
				      const struct osci_scratch *scratch)
{
	struct osci_entity *en = mem_new(sizeof(*en));

	en->r = r;
	en->intake = intake;
	en->scratch = scratch;
	return en;
}

static void free_entity(struct osci_entity *en)
{
	osci_entity_fini(en);
	free(en);
}

/* Without an authenticated cipher, an attacker must not learn whether a changed text decrypted to something better or
 * worse: then every error is the one of a bad cipher text. */
static int inner_code(struct osci_reading *r, struct err *e, bool is_authenticated)
{
	if (!is_fault_of_sender(e))
		return osci_note_code(r, OSCI_9000, e);
	if (is_authenticated)
		return osci_note_code(r, OSCI_9300, e);
	r->code = OSCI_9202;
	return err_spec(e, ERR_CRYPTO, "OSCI 1.2 3", "the transport encryption cannot be undone");
}

static int read_inner(const struct osci_entity *outer, struct err *e)
{
	struct osci_entity *en = new_entity(outer->r, outer->intake, outer->scratch);
	struct src *in = NULL;
	int rc = outer->scratch->open(outer->scratch->ctx, &in, e);

	if (rc == 0) {
		rc = read_entity(en, true, in, e);
		if (rc != 0)
			rc = inner_code(en->r, e, outer->envelope.is_authenticated);
		src_close(in);
	}
	free_entity(en);
	return rc;
}

int osci_read(const struct osci_read_options *o, struct src *in, const struct osci_intake *intake,
	      const struct osci_scratch *scratch, struct arena *a, struct osci_message *out, enum osci_code *code,
	      struct err *e)
{
	struct osci_reading r = { .o = o, .arena = a, .m = out, .row = osci_order_of(OSCI_TYPE_COUNT) };
	struct osci_entity *en = new_entity(&r, intake, scratch);
	int rc;

	memset(out, 0, sizeof(*out));
	out->control.sequence = -1;
	rc = read_entity(en, false, in, e);
	if (rc == 0 && en->frame.is_cipher)
		rc = read_inner(en, e);
	if (rc != 0) {
		(void)osci_note_code(&r, is_fault_of_sender(e) ? OSCI_9100 : OSCI_9000, e);
		osci_message_fini(out);
	}
	*code = rc != 0 ? r.code : OSCI_NO_CODE;
	free_entity(en);
	return rc;
}
