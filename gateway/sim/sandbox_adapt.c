/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A sandbox that is there already is kept, but for the ports and the forms that it is asked for now: in its configuration
 * the lines that the sandbox itself has written (and those that it writes since then, where it would not work without), in
 * its directory entries the address of its own intermediary.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "sim.h"

#define TEXT_MAX ((size_t)1024 * 1024)
#define LIST "gemeinden.json"
#define LOCAL "  allow_local_addresses:"

static int is_definition(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 5 && strcmp(d->d_name + n - 5, ".json") == 0 && strcmp(d->d_name, LIST) != 0;
}

int sandbox_put_forms(const struct sim_options *o, struct buf *b, struct err *e)
{
	char *folder = realpath(o->forms, NULL);
	struct dirent **found = NULL;
	int n = folder == NULL ? -1 : scandir(folder, &found, is_definition, alphasort), rc = 0;

	if (n < 0)
		rc = err_set(e, ERR_MISSING, "%s: no such folder", o->forms);
	else if (n == 0)
		rc = err_set(e, ERR_MISSING, "%s: no form definition (*.json beside " LIST ")", o->forms);
	if (rc == 0)
		buf_puts(b, "  definitions: [");
	for (int i = 0; i < n; i++) {
		buf_printf(b, "%s\"%s/%s\"", i == 0 ? "" : ", ", folder, found[i]->d_name);
		free(found[i]);
	}
	if (rc == 0)
		buf_printf(b, "]\n  recipients: \"%s/" LIST "\"\n", folder);
	free(found);
	free(folder);
	return rc;
}

/* What stands in front of a port in a line of ours, in a section of the configuration. */
struct place {
	const char *section, *before;
	unsigned port;
};

/* The line with its port replaced. False: it is not at this place. */
static bool put_port(struct buf *out, struct span line, const char *section, const struct place *p)
{
	size_t n = strlen(p->before), digits = 0;

	if (strcmp(section, p->section) != 0 || !span_starts(line, p->before))
		return false;
	while (n + digits < line.n && line.p[n + digits] >= '0' && line.p[n + digits] <= '9')
		digits++;
	if (digits == 0)
		return false;
	buf_printf(out, "%s%u", p->before, p->port);
	buf_span(out, (struct span){ line.p + n + digits, line.n - n - digits });
	buf_putc(out, '\n');
	return true;
}

static bool is_forms_line(struct span line)
{
	return span_starts(line, "  definitions: [") || span_starts(line, "  recipients: \"");
}

static void put_line(struct buf *out, struct span line, const char *section, const struct place *places, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (put_port(out, line, section, &places[i]))
			return;
	buf_span(out, line);
	buf_putc(out, '\n');
}

/* Older sandboxes have no such line, and all their peers are here. */
static void allow_local(struct buf *out, struct span all, struct span line, const char *section)
{
	if (strcmp(section, "directory") == 0 && span_starts(line, "  servers: [") &&
	    memmem(all.p, all.n, LOCAL, strlen(LOCAL)) == NULL)
		buf_puts(out, LOCAL " true\n");
}

/* forms NULL: they stay. */
static void rewrite(const struct sim_options *o, struct span text, const struct buf *forms, struct buf *out)
{
	const struct place places[] = {
		{ "intermediary", "  listen: 127.0.0.1:", o->osci_port },
		{ "form", "  listen: 127.0.0.1:", o->form_port },
		{ "form", "  public_url: http://127.0.0.1:", o->form_port },
		{ "directory", "  servers: [\"https://127.0.0.1:", o->dvdv_port },
	};
	const struct span all = text;
	char section[40] = "";
	struct span line;

	while (text.n > 0) {
		(void)span_split(text, '\n', &line, &text);
		if (line.n > 1 && line.n < sizeof(section) && line.p[0] >= 'a' && line.p[0] <= 'z' && line.p[line.n - 1] == ':')
			(void)snprintf(section, sizeof(section), "%.*s", (int)(line.n - 1), line.p);
		if (forms == NULL || strcmp(section, "form") != 0 || !is_forms_line(line))
			put_line(out, line, section, places, ARRAY_LEN(places));
		else if (span_starts(line, "  definitions"))
			buf_span(out, buf_view(forms));
		allow_local(out, all, line, section);
	}
}

static int adapt_config(const struct sim_options *o, bool *changed, struct err *e)
{
	struct buf text, forms, out;
	int rc;

	buf_init(&text, TEXT_MAX);
	buf_init(&forms, TEXT_MAX);
	buf_init(&out, 2 * TEXT_MAX);
	rc = file_read(sim_path(o->dir, "depesche.yaml"), &text, e);
	if (rc == 0 && o->forms_given)
		rc = sandbox_put_forms(o, &forms, e);
	if (rc == 0) {
		rewrite(o, buf_view(&text), o->forms_given ? &forms : NULL, &out);
		*changed = !span_eq(buf_view(&text), buf_view(&out));
		rc = buf_check(&out, "configuration", e);
	}
	if (rc == 0 && *changed)
		rc = file_replace(o->dir, "depesche.yaml", out.p, out.n, 0644, e);
	buf_fini(&text);
	buf_fini(&forms);
	buf_fini(&out);
	return rc;
}

/* The address of the sandbox's own intermediary, under another port. */
static int adapt_entry(const struct sim_options *o, const char *name, struct err *e)
{
	static const char before[] = "http://127.0.0.1:", after[] = "/osci\"";
	struct buf text, out;
	char *at, *end;
	int rc;

	buf_init(&text, TEXT_MAX);
	buf_init(&out, TEXT_MAX);
	rc = file_read(sim_path(o->dir, "dvdv/%s", name), &text, e);
	at = rc == 0 ? strstr(buf_str(&text), before) : NULL;
	end = at == NULL ? NULL : at + strlen(before) + strspn(at + strlen(before), "0123456789");
	if (end != NULL && strncmp(end, after, strlen(after)) == 0) {
		buf_span(&out, (struct span){ text.p, (size_t)(at - text.p) });
		buf_printf(&out, "%s%u%s", before, o->osci_port, end);
		rc = file_replace(sim_path(o->dir, "dvdv"), name, out.p, out.n, 0644, e);
	}
	buf_fini(&text);
	buf_fini(&out);
	return rc;
}

static int is_entry(const struct dirent *d)
{
	return strncmp(d->d_name, "ags_", 4) == 0;
}

static int adapt_entries(const struct sim_options *o, struct err *e)
{
	struct dirent **found = NULL;
	int n = scandir(sim_path(o->dir, "dvdv"), &found, is_entry, alphasort), rc = 0;

	for (int i = 0; i < n; i++) {
		if (rc == 0)
			rc = adapt_entry(o, found[i]->d_name, e);
		free(found[i]);
	}
	free(found);
	return rc;
}

/* For each town that has none; the others keep theirs. */
static int add_entries(const struct sim_options *o, const struct sim_town_list *towns, struct err *e)
{
	char uri[64];
	int rc = 0;

	(void)snprintf(uri, sizeof(uri), "http://127.0.0.1:%u/osci", o->osci_port);
	for (int i = 0; rc == 0 && i < towns->n; i++) {
		const struct sim_town *t = &towns->town[i];

		if (access(sim_path(o->dir, "dvdv/ags_%s.json", t->ags), F_OK) != 0)
			rc = sandbox_write_entry(o, t, sim_path("keys", "%s-cipher.cert.pem", t->ags), uri, e);
	}
	return rc;
}

int sandbox_adapt(const struct sim_options *o, const struct sim_town_list *towns, struct err *e)
{
	bool changed = false;
	int rc = sandbox_add_towns(o, towns, e);

	if (rc == 0)
		rc = add_entries(o, towns, e);
	if (rc == 0)
		rc = adapt_entries(o, e);
	if (rc == 0)
		rc = adapt_config(o, &changed, e);
	if (rc == 0)
		(void)printf("sandbox %s exists and is kept%s\n", o->dir, changed ? ", with the ports and forms of today" : "");
	return rc;
}
