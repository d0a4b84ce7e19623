/* SPDX-License-Identifier: EUPL-1.2 */
/* Rows for people: tables and sheets. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define COLUMNS_MAX 16
#define LABEL_WIDTH 18

struct cli_table {
	const struct cli_column *columns;
	unsigned n;
	bool german;
	char **cells;	/* row after row */
	size_t rows;
	size_t width[COLUMNS_MAX];
};

/* Characters, not bytes: headings have umlauts. */
static size_t length(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* Nothing from a row may steer the terminal: neither C0 nor, in UTF-8, C1 (U+0080 to U+009F). */
static void tame(char *s)
{
	for (unsigned char *p = (unsigned char *)s; *p != '\0'; p++) {
		if (*p < 0x20 || *p == 0x7f)
			*p = ' ';
		else if (*p == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f)
			p[0] = p[1] = ' ';
	}
}

static char *cell_text(const json_t *v)
{
	char *s;

	if (json_is_integer(v))
		return mem_printf("%" JSON_INTEGER_FORMAT, json_integer_value(v));
	if (json_is_boolean(v))
		return mem_dup(json_is_true(v) ? "yes" : "no");
	s = mem_dup(json_is_string(v) ? json_string_value(v) : "-");
	tame(s);
	return s;
}

/* The German sibling of a value, where there is one. */
static const json_t *value_of(const json_t *row, const char *key, bool german)
{
	char name[64];
	const json_t *v;

	(void)snprintf(name, sizeof(name), "%s_de", key);
	v = german ? json_object_get(row, name) : NULL;
	return v != NULL && !json_is_null(v) ? v : json_object_get(row, key);
}

struct cli_table *cli_table_new(const struct cli_column *columns, bool german)
{
	struct cli_table *t = mem_new(sizeof(*t));

	t->columns = columns;
	t->german = german;
	for (; columns[t->n].key != NULL; t->n++)
		t->width[t->n] = length(german ? columns[t->n].de : columns[t->n].en);
	must(t->n <= COLUMNS_MAX);
	return t;
}

void cli_table_add(struct cli_table *t, const json_t *row)
{
	t->cells = mem_grow(t->cells, (t->rows + 1) * t->n, sizeof(*t->cells));
	for (unsigned i = 0; i < t->n; i++) {
		char *s = cell_text(value_of(row, t->columns[i].key, t->german));

		if (length(s) > t->width[i])
			t->width[i] = length(s);
		t->cells[t->rows * t->n + i] = s;
	}
	t->rows++;
}

static void print_cell(const struct cli_table *t, unsigned i, const char *s, FILE *out)
{
	(void)fputs(s, out);
	if (i + 1 == t->n) {
		(void)fputc('\n', out);
		return;
	}
	for (size_t k = length(s); k < t->width[i] + 2; k++)
		(void)fputc(' ', out);
}

void cli_table_print(struct cli_table *t, FILE *out)
{
	for (unsigned i = 0; i < t->n; i++)
		print_cell(t, i, t->german ? t->columns[i].de : t->columns[i].en, out);
	for (size_t r = 0; r < t->rows; r++)
		for (unsigned i = 0; i < t->n; i++)
			print_cell(t, i, t->cells[r * t->n + i], out);
	if (t->rows == 0)
		(void)fputs(t->german ? "(keine)\n" : "(none)\n", out);
}

void cli_table_free(struct cli_table *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->rows * t->n; i++)
		free(t->cells[i]);
	free(t->cells);
	free(t);
}

void cli_json_print(const json_t *row, FILE *out)
{
	struct buf b;

	buf_init(&b, (size_t)4 * 1024 * 1024);
	json_write(&b, row);
	(void)fprintf(out, "%s\n", buf_str(&b));
	buf_fini(&b);
}

static void print_labelled(const char *label, char *s, FILE *out)
{
	(void)fputs(label, out);
	for (size_t n = length(label); n < LABEL_WIDTH; n++)
		(void)fputc(' ', out);
	(void)fprintf(out, "%s\n", s);
	free(s);
}

struct line {
	const char *en, *de, *key;	/* labels; key of the row */
};

static const struct line why_lines[] = {
	{ "message", "Nachricht", "message" },	{ "recipient", "Empfänger", "recipient" },
	{ "state", "Zustand", "state" },		{ "reason", "Grund", "reason" },
	{ "what", "Was ist los", "text" },	{ "owner", "Zuständig", "owner" },
	{ "next step", "Nächster Schritt", "next" },
	{ "since", "Seit", "since" },		{ "next attempt", "Nächster Versuch", "due" },
	{ "attempts", "Versuche", "attempts" },	{ "accepted", "Angenommen", "accepted" },
	{ "stored", "Abgelegt", "stored" },	{ "fetched", "Abgeholt", "fetched" },
	{ "asked again", "Nächste Nachfrage", "ask_again" },
	{ "OSCI", "OSCI", "code" },		{ "peer", "Gegenstelle", "peer" },
	{ "other peer", "Andere Gegenstelle", "former_peer" },
	{ "detail", "Meldung", "detail" },	{ NULL, NULL, NULL },
};
static const struct line sheet_lines[] = {
	{ "count", "Anzahl", "count" },
	{ "backup", "Sicherung", "backup" },	{ "restored to", "Hergestellt in", "restored" },
	{ "problem", "Befund", "problem" },	{ "cards", "Laufzettel", "cards" },
	{ "links", "Kettenglieder", "links" },	{ "chain ends with", "Ende der Kette", "head" },
	{ "messages", "Nachrichten", "messages" }, { "deliveries", "Zustellungen", "deliveries" },
	{ "payloads", "Inhalte", "payloads" },	{ "bytes", "Bytes", "bytes" },
	{ "files of nobody", "Herrenlose", "orphans" }, { "problems", "Fehler", "problems" },
	{ "message", "Nachricht", "message" },
	{ "kind", "Art", "kind" },		{ "service", "Leistung", "service" },
	{ "OSCI message id", "OSCI-Nachricht", "osci_id" },
	{ "submitted", "Abgesendet", "submitted" }, { "accepted", "Angenommen", "accepted" },
	{ "stored", "Abgelegt", "stored" },	{ "fetched", "Abgeholt", "fetched" },
	{ "content kept till", "Inhalt bis", "expires" }, { "content erased", "Inhalt gelöscht", "erased" },
	{ "part", "Teil", "parts" },		{ "delivery", "Zustellung", "delivery" },
	{ "recipient", "Empfänger", "recipient" }, { "created", "Angelegt", "created" },
	{ "state", "Zustand", "state" },		{ "reason", "Grund", "reason" },
	{ "owner", "Zuständig", "owner" },	{ "next attempt", "Nächster Versuch", "due" },
	{ "attempts", "Versuche", "attempts" },	{ "answer was lost", "Antwort verloren", "unsure" },
	{ "OSCI", "OSCI", "code" },		{ "peer", "Gegenstelle", "peer" },
	{ "other peer", "Andere Gegenstelle", "former_peer" },
	{ "its id there", "Kennung dort", "former_id" },	{ "sent again after", "Erneut nach", "follows" },
	{ "detail", "Meldung", "detail" },	{ NULL, NULL, NULL },
};

static void print_part(const char *label, const json_t *part, FILE *out)
{
	char *name = cell_text(json_object_get(part, "name")), *type = cell_text(json_object_get(part, "type"));

	print_labelled(label, mem_printf("%s  %s  %lld bytes", name, type, json_opt_int(part, "size", 0)), out);
	free(name);
	free(type);
}

static void print_lines(const struct line *lines, const json_t *row, bool german, FILE *out)
{
	for (; lines->key != NULL; lines++) {
		const char *label = german ? lines->de : lines->en;
		const json_t *v = value_of(row, lines->key, german);

		if (json_is_array(v))
			for (size_t i = 0; i < json_array_size(v); i++)
				print_part(label, json_array_get(v, i), out);
		else if (v != NULL && !json_is_null(v))
			print_labelled(label, cell_text(v), out);
	}
}

void cli_why_print(const json_t *row, bool german, FILE *out)
{
	print_lines(why_lines, row, german, out);
}

void cli_sheet_print(const json_t *row, bool german, FILE *out)
{
	print_lines(sheet_lines, row, german, out);
}

void cli_progress(const char *what, uint64_t done, uint64_t total)
{
	if (!isatty(STDERR_FILENO))
		return;
	(void)fprintf(stderr, "\r%s: %llu of %llu MiB (%u %%)%s", what, (unsigned long long)(done >> 20),
		      (unsigned long long)(total >> 20), total == 0 ? 100 : (unsigned)(done * 100 / total),
		      done >= total ? "\n" : "");
}

void cli_count_progress(const char *what, size_t done, size_t total)
{
	if (isatty(STDERR_FILENO))
		(void)fprintf(stderr, "\r%s: %zu of %zu%s", what, done, total, done >= total ? "\n" : "");
}
