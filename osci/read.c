/* SPDX-License-Identifier: EUPL-1.2 */
#include "osci/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "osci/read_state.h"

#define READ_CHUNK 65536

static const char mark[] = "OSCI 1.2 code ";
static const char *const codes[] = { "9000", "9100", "9200", "9202", "9300" };

static const char *noted(const struct err *e)
{
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		if (strncmp(e->spec, mark, sizeof(mark) - 1) == 0 && strcmp(e->spec + sizeof(mark) - 1, codes[i]) == 0)
			return codes[i];
	return NULL;
}

/* The rule that was broken moves into the text: the place of the rule is taken by the code the peer gets. */
int osci_mark_code(struct err *e, const char *code)
{
	if (noted(e) != NULL)
		return (int)e->code;
	if (e->spec[0] != '\0')
		err_wrap(e, "%.40s", e->spec);
	(void)snprintf(e->spec, sizeof(e->spec), "%s%s", mark, code);
	return (int)e->code;
}

const char *osci_read_code(const struct err *e)
{
	const char *code = noted(e);

	return code != NULL ? code : "9000";
}

static bool is_fault_of_sender(const struct err *e)
{
	return err_class(e->code) == ERR_PERMANENT && e->code != ERR_WRONG_STATE && e->code != ERR_EXISTS;
}

static int read_entity(struct entity *en, struct src *in, struct err *e)
{
	char *chunk = mem_new(READ_CHUNK);
	size_t got;
	int rc;

	osci_entity_begin(en);
	do {
		rc = src_read(in, chunk, READ_CHUNK, &got, e);
		if (rc != 0) {
			(void)osci_mark_code(e, "9000"); /* not what was sent, but that it did not arrive */
			break;
		}
		rc = got > 0 ? osci_entity_feed(en, chunk, got, e) : osci_entity_end(en, e);
	} while (rc == 0 && got > 0);
	free(chunk);
	return rc;
}

static struct entity *new_entity(const struct osci_read_options *o, const struct osci_intake *intake, struct arena *a,
				 struct osci_message *m, bool is_inner)
{
	struct entity *en = mem_new(sizeof(*en));

	en->o = o;
	en->intake = intake;
	en->arena = a;
	en->m = m;
	en->is_inner = is_inner;
	return en;
}

static void free_entity(struct entity *en)
{
	osci_entity_fini(en);
	free(en);
}

/* Without an authenticated cipher, an attacker must not learn whether a changed text decrypted to something better or
 * worse: then every error is the one of a bad cipher text. */
static int inner_code(struct err *e, bool is_authenticated)
{
	if (!is_fault_of_sender(e))
		return osci_mark_code(e, "9000");
	if (is_authenticated)
		return osci_mark_code(e, "9300");
	err_spec(e, ERR_CRYPTO, "OSCI 1.2 3", "the transport encryption cannot be undone");
	return osci_mark_code(e, "9202");
}

static int read_inner(const struct entity *outer, struct err *e)
{
	struct entity *en = new_entity(outer->o, outer->intake, outer->arena, outer->m, true);
	struct src *in = NULL;
	int rc = outer->intake->scratch_open(outer->intake->ctx, &in, e);

	if (rc == 0) {
		rc = read_entity(en, in, e);
		if (rc != 0)
			rc = inner_code(e, outer->is_authenticated);
		src_close(in);
	}
	free_entity(en);
	return rc;
}

int osci_read(const struct osci_read_options *o, struct src *in, const struct osci_intake *intake, struct arena *a,
	      struct osci_message *out, struct err *e)
{
	struct entity *en = new_entity(o, intake, a, out, false);
	int rc;

	memset(out, 0, sizeof(*out));
	out->control.sequence = -1;
	rc = read_entity(en, in, e);
	if (rc == 0 && en->frame.is_cipher)
		rc = read_inner(en, e);
	if (rc != 0) {
		(void)osci_mark_code(e, is_fault_of_sender(e) ? "9100" : "9000");
		osci_message_fini(out);
	}
	free_entity(en);
	return rc;
}
