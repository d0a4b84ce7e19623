/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One delivery through an intermediary, order by order, as sender and as recipient of the sandbox. Each step is a line
 * "ok - ..." or "not ok - ...". --mode holds words: plain (transport), unsigned (orders), open (content not encrypted),
 * pss; and store, leave, fetch or card to do only that part (together they are the round trip); forward
 * instead of all: to a recipient that waits. card also prints a line
 * "# certificate SERIAL: ..." for each inspection: what the intermediary found out when it took the delivery.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "inbox.h"
#include "osci/content.h"
#include "sim.h"
#include "trip.h"

#define FORM_TEXT "<antrag>\xc3\xa4\xc3\xb6\xc3\xbc &amp; \xe2\x82\xac</antrag>"
#define SUBJECT "Antrag \xc3\xa4\xc3\xb6\xc3\xbc & <Anlage>"

/* What the intermediary said last. */
static const char *code_of(const struct side *s)
{
	return s->line.client != NULL ? osci_client_code(s->line.client) : "";
}

/* Says how the step went. good: what was to be; code: "" where nobody was asked; e: why not, if there is a reason. */
static bool step(struct trip *t, bool good, const char *code, const struct err *e, const char *what)
{
	(void)printf("%s - %s%s%s%s%s\n", good ? "ok" : "not ok", what, *code != '\0' ? ", code " : "", code,
		     good ? "" : ": ", good ? "" : e->text);
	t->failed += !good;
	return good;
}

static bool leave_politely(struct trip *t, struct side *s)
{
	struct err e = ERR_INIT;
	bool good = osci_client_exit_dialog(s->line.client, &e) == 0;

	if (!good)
		(void)step(t, false, code_of(s), &e, "exitDialog");
	trip_hang_up(s);
	return good;
}

static int open_file(void *path, struct src **out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, ERR_MISSING, "%s cannot be read", (const char *)path);
	*out = src_of_fd(fd);
	return 0;
}

/* The attachment: every octet value, no two blocks alike. */
static int write_attachment(const char *path, unsigned kb, struct err *e)
{
	unsigned char block[1024];
	uint32_t x = 20241;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), rc = 0;

	for (unsigned i = 0; fd >= 0 && rc == 0 && i < kb; i++) {
		for (size_t k = 0; k < sizeof(block); k++) {
			x = x * 1664525u + 1013904223u;
			block[k] = (unsigned char)(x >> 24);
		}
		rc = write_all(fd, block, sizeof(block));
	}
	if (fd < 0 || rc != 0)
		rc = err_set(e, ERR_IO, "%s cannot be written", path);
	if (fd >= 0)
		(void)close(fd);
	return rc;
}

typedef int send_fn(struct osci_client *c, const struct osci_outgoing *d, struct arena *a, struct osci_card *card,
		    struct err *e);

static int send_package(struct trip *t, send_fn *send, struct osci_card *card, struct err *e)
{
	char form[600], scan[600];
	struct osci_part parts[] = {
		{.id = "formular", .open = open_file, .ctx = form},
		{.id = "anlage",
		 .cid = "anlage.bin",
		 .size = t->o->upload_kb * 1024ull,
		 .open = open_file,
		 .ctx = scan},
	};
	struct osci_package_job job = {.parts = parts,
				       .part_count = ARRAY_LEN(parts),
				       .author = t->author,
				       .pss = trip_has(t, "pss"),
				       .addressee = t->reader,
				       .readers = &t->reader,
				       .reader_count = trip_has(t, "open") ? 0 : 1};
	struct osci_outgoing d = {.message_id = t->id, .subject = SUBJECT, .receiver = t->o->receiver};
	struct osci_package *p = NULL;
	int rc;

	(void)snprintf(form, sizeof(form), "%s/application.xml", t->folder);
	(void)snprintf(scan, sizeof(scan), "%s/anlage.bin", t->folder);
	rc = osci_package_make(&job, &p, e);
	if (rc == 0) {
		osci_package_fill(p, &d);
		rc = send(t->sender.line.client, &d, t->a, card, e);
	}
	osci_package_free(p);
	return rc;
}

/* What is to be sent, a line to the intermediary and an id of it. */
static bool prepare(struct trip *t)
{
	struct err e = ERR_INIT;
	const char *id = NULL;
	int rc = file_write(sim_path(t->folder, "application.xml"), FORM_TEXT, sizeof(FORM_TEXT) - 1, 0644, &e);

	if (rc == 0)
		rc = write_attachment(sim_path(t->folder, "anlage.bin"), t->o->upload_kb, &e);
	if (rc == 0)
		rc = trip_dial(t, &t->sender, false, &e);
	if (rc == 0)
		rc = osci_client_get_message_id(t->sender.line.client, t->a, &id, &e);
	if (!step(t, rc == 0, code_of(&t->sender), &e, "getMessageId"))
		return false;
	(void)snprintf(t->id, sizeof(t->id), "%s", id);
	return true;
}

static void store(struct trip *t)
{
	struct err e = ERR_INIT;
	struct osci_card card = {.created = 0};
	int rc;

	if (!prepare(t))
		return;
	rc = send_package(t, osci_client_store, &card, &e);
	if (!step(t, rc == 0 && card.created != 0, code_of(&t->sender), &e, "storeDelivery"))
		return;
	rc = file_replace(t->folder, "id", t->id, strlen(t->id), 0644, &e);
	(void)step(t, rc == 0, "", &e, "id kept");
	(void)send_package(t, osci_client_store, &card, &e);
	(void)step(t, strcmp(osci_client_code(t->sender.line.client), "9801") == 0, code_of(&t->sender), &e,
		   "the same id is not stored twice");
}

/* The process card of the sender, or NULL and *e. The dialog stays open. */
static const struct osci_card *ask_for_card(struct trip *t, struct err *e)
{
	const char *ids[] = {t->id};
	struct osci_selection sel = {.by = OSCI_SELECT_IDS, .ids = ids, .id_count = 1};
	struct osci_card *cards = NULL;
	size_t n = 0;
	bool more;

	if (trip_dial(t, &t->sender, true, e) != 0 ||
	    osci_client_cards(t->sender.line.client, &sel, t->a, &cards, &n, &more, e) != 0)
		return NULL;
	return n == 1 && cards[0].created != 0 && strcmp(cards[0].subject, SUBJECT) == 0 ? &cards[0] : NULL;
}

static void look(struct trip *t, bool received, const char *what)
{
	struct err e = ERR_INIT;
	const struct osci_card *card = ask_for_card(t, &e);

	if (step(t, card != NULL && (card->received != 0) == received, code_of(&t->sender), &e, what))
		(void)leave_politely(t, &t->sender);
}

static void print_inspection(const struct osci_inspection *i)
{
	static const char *const math[] = {[PKI_MATH_INDETERMINATE] = "of nobody known", [PKI_MATH_OK] = "signed right",
					   [PKI_MATH_CORRUPTED] = "signed wrong"};
	static const char *const offline[] = {[PKI_OFFLINE_INDETERMINATE] = "no path", [PKI_OFFLINE_VALID] = "valid",
					      [PKI_OFFLINE_INVALID] = "not valid"};
	static const char *const online[] = {[PKI_ONLINE_UNKNOWN] = "no list", [PKI_ONLINE_OK] = "not revoked",
					     [PKI_ONLINE_REVOKED] = "revoked"};

	(void)printf("# certificate %s: %s, %s, %s\n", i->serial, math[i->verdict.math], offline[i->verdict.offline],
		     online[i->verdict.online]);
}

static void card(struct trip *t)
{
	struct err e = ERR_INIT;
	const struct osci_card *c = ask_for_card(t, &e);

	if (!step(t, c != NULL && c->inspection_count > 0, code_of(&t->sender), &e, "fetchProcessCard: inspections"))
		return;
	for (size_t i = 0; i < c->inspection_count; i++)
		print_inspection(&c->inspections[i]);
	(void)leave_politely(t, &t->sender);
}

static bool is_same_file(const char *a, const char *b)
{
	char x[65536], y[sizeof(x)];
	FILE *f = fopen(a, "re"), *g = fopen(b, "re");
	bool same = f != NULL && g != NULL;
	size_t n = 1, m;

	while (same && n > 0) {
		n = fread(x, 1, sizeof(x), f);
		m = fread(y, 1, sizeof(y), g);
		same = n == m && memcmp(x, y, n) == 0;
	}
	if (f != NULL)
		(void)fclose(f);
	if (g != NULL)
		(void)fclose(g);
	return same;
}

/* What was fetched lies in folder/in/ID: the bytes, and in the receipt an author whose certificate is trusted. */
static bool is_what_was_sent(const struct trip *t, struct err *e)
{
	json_t *receipt = NULL, *author;
	bool good;

	if (json_read_file(sim_path(t->folder, "in/%s/quittung.json", t->id), 65536, &receipt, e) != 0)
		return false;
	author = json_array_get(json_object_get(receipt, "authors"), 0);
	good = json_is_true(json_object_get(author, "trusted")) &&
	       json_is_true(json_object_get(author, "covers_all")) &&
	       json_is_true(json_object_get(receipt, "encrypted")) == !trip_has(t, "open");
	json_decref(receipt);
	if (!good)
		return err_set(e, ERR_TRUST, "the receipt does not name a trusted author"), false;
	good = is_same_file(sim_path(t->folder, "application.xml"),
			    sim_path(t->folder, "in/%s/application.xml", t->id)) &&
	       is_same_file(sim_path(t->folder, "anlage.bin"), sim_path(t->folder, "in/%s/anlage.bin", t->id));
	if (!good)
		(void)err_set(e, ERR_CRYPTO, "what was fetched is not what was sent");
	return good;
}

static int fetch_into_inbox(struct trip *t, struct err *e)
{
	struct osci_message m;
	struct osci_intake intake;
	struct inbox *in = NULL;
	bool more, duplicate;
	int rc = inbox_begin(sim_path(t->folder, "in"), &in, e);

	if (rc != 0)
		return rc;
	intake = inbox_intake(in);
	rc = osci_client_fetch(t->recipient.line.client, t->id, &intake, t->a, &m, &more, e);
	if (rc != 0) {
		inbox_abort(in);
		return rc;
	}
	rc = inbox_end(in, &m, t->recipient.keys, t->trust, &duplicate, e);
	osci_message_fini(&m);
	return rc;
}

static void leave(struct trip *t)
{
	struct err e = ERR_INIT;
	int rc = trip_dial(t, &t->recipient, true, &e);

	if (rc == 0)
		rc = fetch_into_inbox(t, &e);
	(void)step(t, rc == 0, code_of(&t->recipient), &e, "fetchDelivery, then the line goes dead");
	trip_hang_up(&t->recipient);
	look(t, false, "fetchProcessCard: no Reception before the next order");
}

static void refuse_stranger(struct trip *t)
{
	struct err e = ERR_INIT;
	struct osci_intake nothing = {.part = NULL};
	struct osci_message m;
	bool more;
	int rc = trip_dial(t, &t->sender, true, &e);

	if (rc == 0)
		rc = osci_client_fetch(t->sender.line.client, t->id, &nothing, t->a, &m, &more, &e);
	if (step(t, rc == ERR_MISSING, code_of(&t->sender), &e, "somebody else cannot fetch it"))
		(void)leave_politely(t, &t->sender);
}

static void fetch(struct trip *t)
{
	struct err e = ERR_INIT;
	int rc = trip_dial(t, &t->recipient, true, &e);

	if (rc == 0)
		rc = fetch_into_inbox(t, &e);
	if (!step(t, rc == 0, code_of(&t->recipient), &e, "initDialog, fetchDelivery"))
		return;
	(void)step(t, is_what_was_sent(t, &e), "", &e, "byte for byte what was sent, by a trusted author");
	(void)step(t, leave_politely(t, &t->recipient), "", &e, "exitDialog");
	look(t, true, "fetchProcessCard: Reception");
}

static void forward(struct trip *t)
{
	struct err e = ERR_INIT;
	struct osci_card card = {.created = 0};
	int rc;

	if (!prepare(t))
		return;
	rc = send_package(t, osci_client_forward, &card, &e);
	if (!step(t, rc == 0 && card.received != 0, code_of(&t->sender), &e, "forwardDelivery: Reception"))
		return;
	look(t, true, "fetchProcessCard: Reception");
	rc = trip_dial(t, &t->recipient, true, &e);
	if (rc == 0)
		rc = fetch_into_inbox(t, &e);
	if (step(t, rc == ERR_MISSING, code_of(&t->recipient), &e, "it is in no mailbox"))
		(void)leave_politely(t, &t->recipient);
}

/* The round trip in its order. word: of --mode, to do only this part; NULL: in the whole round trip only. */
static const struct part {
	const char *word;
	void (*run)(struct trip *t);
} parts[] = {
	{"store", store},
	{NULL, refuse_stranger},
	{"leave", leave},
	{"fetch", fetch},
	{"card", card},
};

int sim_osci(const struct sim_options *o, struct err *e)
{
	struct trip *t;
	bool whole = true;
	int rc = trip_open(o, &t, e);

	if (rc != 0)
		return rc;
	if (trip_has(t, "forward")) {
		whole = false;
		forward(t);
	}
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		whole = whole && (parts[i].word == NULL || !trip_has(t, parts[i].word));
	for (size_t i = 0; i < ARRAY_LEN(parts) && t->failed == 0; i++)
		if (whole || (parts[i].word != NULL && trip_has(t, parts[i].word)))
			parts[i].run(t);
	if (t->failed > 0)
		rc = err_set(e, ERR_REFUSED, "not everything went well");
	trip_close(t);
	return rc;
}
