/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One delivery through an intermediary, order by order, as sender and as recipient of the sandbox. Each step is a line
 * "ok - ..." or "not ok - ...". --mode holds words: plain (transport), unsigned (orders), open (content not encrypted),
 * pss; and store, leave or fetch to do only that part (together they are the round trip).
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "http/client.h"
#include "inbox.h"
#include "osci/client.h"
#include "osci/content.h"
#include "pki/content.h"
#include "post.h"
#include "scratch.h"
#include "sim.h"

#define TIMEOUT_MS 120000
#define ANSWER_MAX (4ull * 1024 * 1024 * 1024)
#define FORM_TEXT "<antrag>\xc3\xa4\xc3\xb6\xc3\xbc &amp; \xe2\x82\xac</antrag>"
#define SUBJECT "Antrag \xc3\xa4\xc3\xb6\xc3\xbc & <Anlage>"

struct side { /* one of the two partners */
	struct pki_keyring *keys;
	struct osci_client *client;
	struct gw_post post;
};

struct trip {
	const struct sim_options *o;
	struct http_client *http;
	struct pki_certs *certs;
	struct pki_trust *trust;
	struct pki_cert *im_cipher, *im_sign, *reader;
	struct pki_key *author;
	struct side sender, recipient;
	struct arena *a;
	char id[200], folder[300];
	unsigned failed;
};

static bool has(const struct trip *t, const char *word)
{
	struct span list = span_of(t->o->mode == NULL ? "" : t->o->mode), one;

	while (list.n > 0) {
		(void)span_split(list, ',', &one, &list);
		if (span_is(one, word))
			return true;
	}
	return false;
}

/* Says how the step went. good: what was to be; e: why not, where there is a reason. */
static bool step(struct trip *t, bool good, const struct side *s, const struct err *e, const char *what)
{
	const char *code = s != NULL && s->client != NULL ? osci_client_code(s->client) : "";

	(void)printf("%s - %s%s%s%s%s\n", good ? "ok" : "not ok", what, *code != '\0' ? ", code " : "", code,
		     good ? "" : ": ", good ? "" : e->text);
	t->failed += !good;
	return good;
}

static void hang_up(struct side *s)
{
	if (s->client == NULL)
		return;
	osci_client_free(s->client);
	s->client = NULL;
	gw_post_fini(&s->post);
}

static int dial(struct trip *t, struct side *s, bool dialog, struct err *e)
{
	struct osci_client_options o = {
		.sign = has(t, "unsigned") ? NULL : pki_keyring_current(s->keys, PKI_USE_SIGNATURE, clock_now()),
		.cipher = s->keys,
		.intermediary_cipher = has(t, "plain") ? NULL : t->im_cipher,
		.intermediary_signature = t->im_sign,
		.certs = t->certs,
		.transport = &s->post.transport,
		.scratch_begin = gw_scratch_begin,
		.scratch_free = gw_scratch_free,
		.scratch_ctx = (void *)(uintptr_t)t->o->dir,
		.max_answer = ANSWER_MAX,
	};
	int rc;

	hang_up(s);
	gw_post_init(&s->post, t->http, t->o->to, t->o->dir, TIMEOUT_MS, ANSWER_MAX);
	rc = osci_client_new(&o, &s->client, e);
	if (rc == 0 && dialog)
		rc = osci_client_init_dialog(s->client, e);
	return rc;
}

static bool leave_politely(struct trip *t, struct side *s)
{
	struct err e = ERR_INIT;
	bool good = osci_client_exit_dialog(s->client, &e) == 0;

	if (!good)
		(void)step(t, false, s, &e, "exitDialog");
	hang_up(s);
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

static int send_package(struct trip *t, const char *id, struct osci_card *card, struct err *e)
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
				       .pss = has(t, "pss"),
				       .addressee = t->reader,
				       .readers = &t->reader,
				       .reader_count = has(t, "open") ? 0 : 1};
	struct osci_outgoing d = {.message_id = id, .subject = SUBJECT};
	struct osci_package *p = NULL;
	int rc;

	(void)snprintf(form, sizeof(form), "%s/application.xml", t->folder);
	(void)snprintf(scan, sizeof(scan), "%s/anlage.bin", t->folder);
	rc = osci_package_make(&job, &p, e);
	if (rc == 0) {
		osci_package_fill(p, &d);
		rc = osci_client_store(t->sender.client, &d, t->a, card, e);
	}
	osci_package_free(p);
	return rc;
}

static void store(struct trip *t)
{
	struct err e = ERR_INIT;
	struct osci_card card = {.created = 0};
	const char *id = NULL;
	int rc = file_write(sim_path(t->folder, "application.xml"), FORM_TEXT, sizeof(FORM_TEXT) - 1, 0644, &e);

	if (rc == 0)
		rc = write_attachment(sim_path(t->folder, "anlage.bin"), t->o->upload_kb, &e);
	if (rc == 0)
		rc = dial(t, &t->sender, false, &e);
	if (rc == 0)
		rc = osci_client_get_message_id(t->sender.client, t->a, &id, &e);
	if (!step(t, rc == 0, &t->sender, &e, "getMessageId"))
		return;
	(void)snprintf(t->id, sizeof(t->id), "%s", id);
	rc = send_package(t, t->id, &card, &e);
	if (!step(t, rc == 0 && card.created != 0, &t->sender, &e, "storeDelivery"))
		return;
	rc = file_replace(t->folder, "id", t->id, strlen(t->id), 0644, &e);
	(void)step(t, rc == 0, NULL, &e, "id kept");
	(void)send_package(t, t->id, &card, &e);
	(void)step(t, strcmp(osci_client_code(t->sender.client), "9801") == 0, &t->sender, &e,
		   "the same id is not stored twice");
}

/* The sender looks at its process card. */
static void look(struct trip *t, bool received, const char *what)
{
	struct err e = ERR_INIT;
	const char *ids[] = {t->id};
	struct osci_selection sel = {.by = OSCI_SELECT_IDS, .ids = ids, .id_count = 1};
	struct osci_card *cards = NULL;
	size_t n = 0;
	bool more, good;
	int rc = dial(t, &t->sender, true, &e);

	if (rc == 0)
		rc = osci_client_cards(t->sender.client, &sel, t->a, &cards, &n, &more, &e);
	good = rc == 0 && n == 1 && cards[0].created != 0 && (cards[0].received != 0) == received &&
	       strcmp(cards[0].subject, SUBJECT) == 0;
	if (step(t, good, &t->sender, &e, what))
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
	       json_is_true(json_object_get(receipt, "encrypted")) == !has(t, "open");
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
	rc = osci_client_fetch(t->recipient.client, t->id, &intake, t->a, &m, &more, e);
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
	int rc = dial(t, &t->recipient, true, &e);

	if (rc == 0)
		rc = fetch_into_inbox(t, &e);
	(void)step(t, rc == 0, &t->recipient, &e, "fetchDelivery, then the line goes dead");
	hang_up(&t->recipient);
	look(t, false, "fetchProcessCard: no Reception before the next order");
}

static void refuse_stranger(struct trip *t)
{
	struct err e = ERR_INIT;
	struct osci_intake nothing = {.part = NULL};
	struct osci_message m;
	bool more;
	int rc = dial(t, &t->sender, true, &e);

	if (rc == 0)
		rc = osci_client_fetch(t->sender.client, t->id, &nothing, t->a, &m, &more, &e);
	if (step(t, rc == ERR_MISSING, &t->sender, &e, "somebody else cannot fetch it"))
		(void)leave_politely(t, &t->sender);
}

static void fetch(struct trip *t)
{
	struct err e = ERR_INIT;
	int rc = dial(t, &t->recipient, true, &e);

	if (rc == 0)
		rc = fetch_into_inbox(t, &e);
	if (!step(t, rc == 0, &t->recipient, &e, "initDialog, fetchDelivery"))
		return;
	(void)step(t, is_what_was_sent(t, &e), NULL, &e, "byte for byte what was sent, by a trusted author");
	(void)step(t, leave_politely(t, &t->recipient), NULL, &e, "exitDialog");
	look(t, true, "fetchProcessCard: Reception");
}

static int add_key(const struct trip *t, struct side *s, enum pki_use use, const char *name, struct err *e)
{
	struct pki_key *key = NULL;
	int rc = pki_key_from_pem(use, sim_path(t->o->dir, "keys/%s.key.pem", name),
				  sim_path(t->o->dir, "keys/%s.cert.pem", name), NULL, &key, e);

	if (rc == 0)
		pki_keyring_add(s->keys, key);
	return rc;
}

static int open_keys(struct trip *t, const char *ags, struct err *e)
{
	char cipher[64], sign[64];
	int rc;

	(void)snprintf(cipher, sizeof(cipher), "%s-cipher", ags);
	(void)snprintf(sign, sizeof(sign), "%s-sign", ags);
	t->sender.keys = pki_keyring_new();
	t->recipient.keys = pki_keyring_new();
	rc = add_key(t, &t->sender, PKI_USE_CIPHER, "sender-cipher", e);
	if (rc == 0)
		rc = add_key(t, &t->sender, PKI_USE_SIGNATURE, "sender-sign", e);
	if (rc == 0)
		rc = add_key(t, &t->recipient, PKI_USE_CIPHER, cipher, e);
	if (rc == 0)
		rc = add_key(t, &t->recipient, PKI_USE_SIGNATURE, sign, e);
	if (rc == 0)
		rc = pki_key_from_pem(PKI_USE_SIGNATURE, sim_path(t->o->dir, "keys/author-sign.key.pem"),
				      sim_path(t->o->dir, "keys/author-sign.cert.pem"), NULL, &t->author, e);
	if (rc == 0)
		rc = pki_cert_from_file(sim_path(t->o->dir, "keys/%s.cert.pem", cipher), &t->reader, e);
	if (rc == 0)
		rc = pki_cert_from_file(sim_path(t->o->dir, "keys/intermediary-cipher.cert.pem"), &t->im_cipher, e);
	if (rc == 0)
		rc = pki_cert_from_file(sim_path(t->o->dir, "keys/intermediary-sign.cert.pem"), &t->im_sign, e);
	return rc;
}

static int open_trip(struct trip *t, struct err *e)
{
	const char *const anchors[] = {sim_path(t->o->dir, "pki/root.pem"), NULL};
	const char *const intermediates[] = {sim_path(t->o->dir, "pki/ca.pem"), NULL};
	const char *const crls[] = {sim_path(t->o->dir, "pki/crl"), NULL};
	struct buf id;
	int rc = t->o->to == NULL || t->o->ags == NULL ? err_set(e, ERR_CONFIG, "--to URL and --ags are needed")
						       : pki_content_init(e);

	if (rc == 0)
		rc = pki_trust_new(&(struct pki_trust_files){anchors, intermediates, crls}, &PKI_POLICY_DEFAULT,
				   &t->trust, e);
	if (rc == 0)
		rc = open_keys(t, t->o->ags, e);
	if (rc == 0)
		rc = http_client_new(&(struct http_client_settings){.total_ms = TIMEOUT_MS, .max_answer = ANSWER_MAX},
				     &t->http, e);
	(void)snprintf(t->folder, sizeof(t->folder), "%s", sim_path(t->o->dir, "osci"));
	if (rc == 0)
		rc = dir_make(t->folder, 0755, e);
	if (rc != 0 || access(sim_path(t->folder, "id"), F_OK) != 0)
		return rc;
	buf_init(&id, sizeof(t->id) - 1); /* of an earlier "store" */
	rc = file_read(sim_path(t->folder, "id"), &id, e);
	if (rc == 0)
		(void)snprintf(t->id, sizeof(t->id), "%s", buf_str(&id));
	buf_fini(&id);
	return rc;
}

static void close_trip(struct trip *t)
{
	hang_up(&t->sender);
	hang_up(&t->recipient);
	pki_keyring_free(t->sender.keys);
	pki_keyring_free(t->recipient.keys);
	pki_key_free(t->author);
	pki_cert_free(t->reader);
	pki_cert_free(t->im_cipher);
	pki_cert_free(t->im_sign);
	http_client_free(t->http);
	pki_trust_free(t->trust);
	pki_certs_free(t->certs);
	arena_free(t->a);
	free(t);
}

int sim_osci(const struct sim_options *o, struct err *e)
{
	struct trip *t = mem_new(sizeof(*t));
	int rc;
	bool all;

	t->o = o;
	t->a = arena_new();
	t->certs = pki_certs_new(64);
	rc = open_trip(t, e);
	all = !has(t, "store") && !has(t, "leave") && !has(t, "fetch");
	if (rc == 0 && (all || has(t, "store")))
		store(t);
	if (rc == 0 && t->failed == 0 && all)
		refuse_stranger(t);
	if (rc == 0 && t->failed == 0 && (all || has(t, "leave")))
		leave(t);
	if (rc == 0 && t->failed == 0 && (all || has(t, "fetch")))
		fetch(t);
	if (rc == 0 && t->failed > 0)
		rc = err_set(e, ERR_REFUSED, "not everything went well");
	close_trip(t);
	return rc;
}
