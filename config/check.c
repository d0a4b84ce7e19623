/* SPDX-License-Identifier: EUPL-1.2 */
/* check - rules across keys: what each value alone cannot show. */
#include <string.h>
#include <strings.h>
#include <sys/un.h>

#include "base/mem.h"
#include "config/loader.h"

/* The node of "form.listen", or NULL; *line is that of the nearest key around it. */
static const struct conf_node *find(const struct conf_loader *l, const char *key, unsigned *line)
{
	const struct conf_node *node = l->root;
	struct span rest = span_of(key), part;

	*line = 1;
	while (rest.n > 0 && node != NULL) {
		(void)span_split(rest, '.', &part, &rest);
		node = conf_tree_get(node, arena_dup_n(l->to->arena, part.p, part.n));
		if (node != NULL)
			*line = node->key_line;
	}
	return node;
}

static unsigned line_near(const struct conf_loader *l, const char *key)
{
	unsigned line;

	(void)find(l, key, &line);
	return line;
}

static void complain(struct conf_loader *l, const char *key, const char *what)
{
	conf_problem(l, line_near(l, key), key, "%s", what);
}

static void check_key(struct conf_loader *l, const char *path, const struct conf_key *k)
{
	int pem = (k->key != NULL) + (k->certificate != NULL);

	if (k->pkcs12 != NULL && pem > 0)
		complain(l, path, "both PKCS#12 and PEM, expected pkcs12 and password_file, or key and certificate");
	else if (k->pkcs12 != NULL ? k->password_file == NULL : pem != 2)
		complain(l, path, "incomplete, expected pkcs12 and password_file, or key and certificate");
}

/* In a group: value of key may not be below least, the value of other. The line is that of the one in the file. */
static void check_order(struct conf_loader *l, const char *group, const char *key, int64_t value, const char *other,
			int64_t least)
{
	const char *path = arena_printf(l->to->arena, "%s.%s", group, key);
	unsigned line;

	if (value >= least)
		return;
	if (find(l, path, &line) == NULL)
		line = line_near(l, arena_printf(l->to->arena, "%s.%s", group, other));
	conf_problem(l, line, path, "too short, expected at least %s", other);
}

static void check_delivery(struct conf_loader *l, const struct conf_delivery *d)
{
	check_key(l, "delivery.author_key", &d->author_key);
	check_key(l, "delivery.signature_key", &d->signature_key);
	check_key(l, "delivery.cipher_key", &d->cipher_key);
	check_order(l, "delivery", "retry_most", d->retry_most, "retry_first", d->retry_first);
	check_order(l, "delivery", "retry_slow_most", d->retry_slow_most, "retry_slow_first", d->retry_slow_first);
	if (d->previous_cipher_key != NULL)
		check_key(l, "delivery.previous_cipher_key", d->previous_cipher_key);
	if (d->follow_for > 0) {
		check_order(l, "delivery", "collect_within", d->collect_within, "follow_after", d->follow_after);
		check_order(l, "delivery", "follow_for", d->follow_for, "collect_within", d->collect_within);
	}
	if (l->to->conf.directory == NULL)
		complain(l, "delivery", "needs a recipient's address, expected a section directory");
}

static void check_intermediary(struct conf_loader *l, const struct conf_intermediary *i)
{
	check_key(l, "intermediary.cipher_key", &i->cipher_key);
	check_key(l, "intermediary.signature_key", &i->signature_key);
	if (i->next_cipher_key != NULL)
		check_key(l, "intermediary.next_cipher_key", i->next_cipher_key);
	for (size_t k = 0; i->recipient_ca_file == NULL && k < i->recipients.n; k++)
		if (strncasecmp(i->recipients.item[k], "https:", 6) == 0)
			complain(l, "intermediary.recipients", "https, expected recipient_ca_file: who may answer there");
}

static void check_directory(struct conf_loader *l, const struct conf_directory *d)
{
	check_key(l, "directory.client_key", &d->client_key);
	check_order(l, "directory", "usable_for", d->usable_for, "fresh_for", d->fresh_for);
	/* Its tokens are bearer tokens, and its answers say for whom we encrypt. */
	for (size_t i = 0; i < d->servers.n; i++)
		if (strncasecmp(d->servers.item[i], "https:", 6) != 0)
			complain(l, "directory.servers", "http, expected https: everybody on the way could answer");
}

/* Browsers would be told neither to keep the cookie to https nor to come back with https only. */
static void check_form(struct conf_loader *l, const struct conf_form *f)
{
	if (f->tls != NULL && f->public_url != NULL && strncasecmp(f->public_url, "https:", 6) != 0)
		complain(l, "form.public_url", "http although form.tls is set, expected https");
	for (size_t i = 0; i < f->links.n; i++)	/* a plain value in the list is taken for the first key */
		if (f->links.item[i].url == NULL)
			complain(l, arena_printf(l->to->arena, "form.links[%zu]", i + 1), "no url, expected title and url");
}

/* Each form needs somebody to send to: recipients and services of its own, or those of all forms. */
static void check_definitions(struct conf_loader *l, const struct conf *c)
{
	const struct conf_definitions *d = &c->form->definitions;
	bool recipients = c->form->recipients != NULL, services = c->directory == NULL || c->directory->services.n > 0;

	for (size_t i = 0; i < d->n; i++) {
		if (!recipients && d->item[i].recipients == NULL)
			return complain(l, "form.recipients",
					"missing, expected a list of municipalities here or in each of form.definitions");
		if (!services && d->item[i].services.n == 0)
			return complain(l, "directory.services",
					"missing, expected services here or in each of form.definitions");
	}
}

/* Two listeners cannot have one address. */
static void check_listeners(struct conf_loader *l, const struct conf *c)
{
	const struct {
		const char *key;
		const struct conf_listen *at;
	} all[] = {
		{ "intermediary.listen", c->intermediary == NULL ? NULL : &c->intermediary->listen },
		{ "xta.listen", c->xta == NULL ? NULL : &c->xta->listen },
		{ "form.listen", c->form == NULL ? NULL : &c->form->listen },
		{ "monitor.listen", c->monitor == NULL ? NULL : &c->monitor->listen },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		for (size_t k = 0; k < i; k++)
			if (all[i].at != NULL && all[k].at != NULL && all[i].at->port != 0 &&
			    all[i].at->port == all[k].at->port && strcmp(all[i].at->address, all[k].at->address) == 0)
				complain(l, all[i].key,
					 arena_printf(l->to->arena, "the address of %s, expected another one", all[k].key));
}

static bool is_prefix(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");

	return text[n] == '\0' && n > 0 && n <= 41;
}

static void complain_account(struct conf_loader *l, size_t i, const char *what)
{
	unsigned line;
	const struct conf_node *entry = find(l, "xta.accounts", &line);

	entry = entry == NULL ? NULL : entry->first;
	for (size_t k = 0; k < i && entry != NULL; k++)
		entry = entry->next;
	conf_problem(l, entry == NULL ? line : entry->line, arena_printf(l->to->arena, "xta.accounts[%zu]", i + 1),
		     "%s", what);
}

static bool is_complete(const struct conf_key *k)
{
	bool p12 =
		k != NULL && k->pkcs12 != NULL && k->password_file != NULL && k->key == NULL && k->certificate == NULL;

	return k == NULL || p12 || (k->pkcs12 == NULL && k->key != NULL && k->certificate != NULL);
}

static void check_account(struct conf_loader *l, const struct conf_account *a, size_t i)
{
	if (a->certificates.n + a->fingerprints.n == 0)
		complain_account(l, i, "nobody can call, expected certificates or fingerprints");
	for (size_t k = 0; k < a->identifiers.n; k++) {
		const struct conf_identifier *id = &a->identifiers.item[k];

		if (!is_complete(id->osci_key) || !is_complete(id->previous_osci_key))
			complain_account(l, i,
					 "a key of OSCI is incomplete, expected pkcs12 and password_file, or key and "
					 "certificate");
		if (id->previous_osci_key != NULL && id->osci_key == NULL)
			complain_account(l, i, "previous_osci_key alone, expected osci_key beside it");
	}
}

static void check_xta(struct conf_loader *l, const struct conf *c)
{
	const struct conf_xta *x = c->xta;
	const char *const paths[] = { x->management_path, x->send_path, x->message_box_path };
	/* Behind both protocols stands one mailbox, with one set of limits. */
	static const char *const limits[] = { "xta.mailbox_size", "xta.sender_size", "xta.mailbox_retention",
					      "xta.unfetched_retention" };
	unsigned line;

	for (size_t i = 0; i < x->accounts.n; i++)
		check_account(l, &x->accounts.item[i], i);
	for (size_t i = 1; i < ARRAY_LEN(paths); i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(paths[i], paths[k]) == 0)
				complain(l, i == 1 ? "xta.send_path" : "xta.message_box_path",
					 "the path of another port, expected one of its own");
	if (!is_prefix(x->message_id_prefix))
		complain(l, "xta.message_id_prefix", "expected at most 41 letters, digits, dots and hyphens");
	for (size_t i = 0; c->intermediary != NULL && i < ARRAY_LEN(limits); i++)
		if (find(l, limits[i], &line) != NULL)
			complain(l, limits[i], "set beside a section intermediary, expected it there: it is one mailbox");
}

static void check_roles(struct conf_loader *l, const struct conf *c)
{
	if (c->intermediary == NULL && c->xta == NULL && c->form == NULL && c->delivery == NULL)
		complain(l, "", "no role, expected a section intermediary, xta, form or delivery");
	if (c->form != NULL && c->delivery == NULL)
		complain(l, "form", "needs somebody to send its applications, expected a section delivery");
	check_listeners(l, c);
}

static void check_trust(struct conf_loader *l, const struct conf_trust *t)
{
	const struct {
		const char *key;
		const struct conf_list *urls;
	} fetched[] = { { "trust.crl_urls", &t->crl_urls }, { "trust.crl_points_below", &t->crl_points_below } };

	if (t->crl_required && t->crls.n == 0 && t->crl_urls.n == 0 && t->crl_points_below.n == 0)
		complain(l, "trust.crls", "missing, expected revocation lists, crl_urls, crl_points_below, or crl_required: false");
	/* Over https, a list would be needed to check who answers. */
	for (size_t k = 0; k < ARRAY_LEN(fetched); k++)
		for (size_t i = 0; i < fetched[k].urls->n; i++)
			if (strncasecmp(fetched[k].urls->item[i], "http:", 5) != 0)
				complain(l, fetched[k].key, "https, expected http: revocation lists are signed");
}

void conf_check(struct conf_loader *l)
{
	const struct conf *c = &l->to->conf;
	struct sockaddr_un un;

	if (strlen(c->control_socket) >= sizeof(un.sun_path))
		conf_problem(l, line_near(l, "control_socket"), "control_socket",
			     "%s is too long, expected at most %zu bytes", c->control_socket, sizeof(un.sun_path) - 1);
	check_trust(l, &c->trust);
	check_roles(l, c);
	if (c->form != NULL) {
		check_form(l, c->form);
		check_definitions(l, c);
	}
	if (c->intermediary != NULL)
		check_intermediary(l, c->intermediary);
	if (c->xta != NULL)
		check_xta(l, c);
	if (c->directory != NULL)
		check_directory(l, c->directory);
	if (c->delivery != NULL)
		check_delivery(l, c->delivery);
}
