/* SPDX-License-Identifier: EUPL-1.2 */
/* depesche - the operators' command. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/secrecy.h"
#include "base/version.h"
#include "cli.h"
#include "config/conf.h"

#define DEFAULT_CONFIG "/etc/depesche/depesche.yaml"

struct output {
	const struct cli *c;
	const struct cli_verb *v;
	struct cli_table *table;
	FILE *lines;	/* for --json */
};

static void take_row(void *ctx, const json_t *row)
{
	struct output *o = ctx;
	const json_t *progress = json_object_get(row, "progress");

	if (progress != NULL && !o->c->json && json_object_get(progress, "of") != NULL)
		cli_count_progress(o->v->noun, (size_t)json_opt_int(progress, "done", 0), (size_t)json_opt_int(progress, "total", 0));
	else if (progress != NULL && !o->c->json)
		cli_progress(o->v->noun, (uint64_t)json_opt_int(progress, "done", 0),
			     (uint64_t)json_opt_int(progress, "total", 0));
	else if (o->c->json)
		cli_json_print(row, o->lines);
	else if (o->table != NULL)
		cli_table_add(o->table, row);
	else if (strcmp(o->v->noun, "why") == 0)
		cli_why_print(row, o->c->german, stdout);
	else
		cli_sheet_print(row, o->c->german, stdout);
}

/* Lines for programs are kept until the daemon has said everything: whoever reads them slowly, a pager say, must not hold
 * up the daemon, which gives up on a slow reader. */
static int copy_out(FILE *from)
{
	char chunk[65536];
	size_t n;

	rewind(from);
	while ((n = fread(chunk, 1, sizeof(chunk), from)) > 0)
		if (fwrite(chunk, 1, n, stdout) != n)
			return -1;
	return 0;
}

static void say_more(const struct cli *c)
{
	if (c->more)
		(void)fprintf(stderr, c->german ? "depesche: es gibt weitere Zeilen, --limit N zeigt mehr\n" :
						  "depesche: there are more rows, --limit N shows more\n");
}

static int run_remote(struct cli *c, const struct cli_verb *v, struct err *e)
{
	struct output o = { .c = c, .v = v, .lines = stdout };
	int rc;

	if (c->json && !v->is_change)
		o.lines = tmpfile();
	else if (!c->json && v->columns != NULL)
		o.table = cli_table_new(v->columns, c->german);
	if (o.lines == NULL)
		return err_set(e, ERR_IO, "temporary file: %s", strerror(errno));
	rc = cli_is_bulk(c, v) ? cli_bulk(c, v, take_row, &o, e) : cli_ask(c, v, take_row, &o, e);
	if (rc == 0 && o.table != NULL)
		cli_table_print(o.table, stdout);
	cli_table_free(o.table);
	if (o.lines != stdout) {
		(void)copy_out(o.lines);	/* what stdout thinks of it, main looks at */
		(void)fclose(o.lines);
	}
	if (rc == 0)
		say_more(c);
	return rc;
}

static bool wants_german(void)
{
	const char *lang = getenv("LC_ALL");

	if (lang == NULL || lang[0] == '\0')
		lang = getenv("LANG");
	return lang != NULL && strncmp(lang, "de", 2) == 0;
}

static int wrong_language(const char *lang)
{
	(void)fprintf(stderr, "depesche: --lang %s: expected de or en\n", lang);
	return CLI_USAGE;
}

static void note_given(struct cli *c, int letter)
{
	size_t n = strlen(c->given);

	if (letter < 128 && strchr(c->given, letter) == NULL && n + 1 < sizeof(c->given))
		c->given[n] = (char)letter;
}

static const struct option longs[] = {
	{ "config", required_argument, NULL, 'c' },	{ "socket", required_argument, NULL, 's' },
	{ "reason", required_argument, NULL, 'r' },	{ "state", required_argument, NULL, 'S' },
	{ "recipient", required_argument, NULL, 'R' },	{ "limit", required_argument, NULL, 'L' },
	{ "why", required_argument, NULL, 'W' },	{ "from", required_argument, NULL, 'F' },
	{ "master-key", required_argument, NULL, 'K' }, { "json", no_argument, NULL, 'j' },
	{ "lang", required_argument, NULL, 'l' },	{ "timeout", required_argument, NULL, 'T' },
	{ "peer", required_argument, NULL, 'P' },	{ "channel", required_argument, NULL, 'C' },
	{ "form", required_argument, NULL, 'f' },	{ "case", required_argument, NULL, 'N' },
	{ "older-than", required_argument, NULL, 'o' }, { "after", required_argument, NULL, 'A' },
	{ "rate", required_argument, NULL, 'X' },	{ "head", required_argument, NULL, 'H' },	{ "for", required_argument, NULL, 'O' },
		{ "all", no_argument, NULL, 'a' },
	{ "count", no_argument, NULL, 'n' },		{ "dry-run", no_argument, NULL, 'D' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },		{ NULL, 0, NULL, 0 },
};

static const char *option_name(int letter)
{
	const struct option *o = longs;

	while (o->name != NULL && o->val != letter)
		o++;
	return o->name;
}

/* Returns the exit status, or -1 to go on. */
static int parse_options(int argc, char **argv, struct cli *c)
{
	const char **const texts[128] = { ['c'] = &c->config,	 ['s'] = &c->socket, ['r'] = &c->reason,
					  ['S'] = &c->state,	 ['R'] = &c->recipient, ['L'] = &c->limit,
					  ['F'] = &c->from,	 ['W'] = &c->why,	['T'] = &c->timeout,
					  ['K'] = &c->master_key, ['P'] = &c->peer,	['C'] = &c->channel,
					  ['f'] = &c->form,	 ['N'] = &c->case_text, ['o'] = &c->older,
					  ['A'] = &c->after,	 ['X'] = &c->rate,
					  ['H'] = &c->head,	 ['O'] = &c->how_long };
	bool *const flags[128] = { ['j'] = &c->json, ['a'] = &c->all, ['n'] = &c->count, ['D'] = &c->dry_run };
	int o;

	while ((o = getopt_long(argc, argv, "c:s:r:jl:Vh", longs, NULL)) != -1) {
		if (o == 'h') {
			cli_usage(stdout);
			return CLI_OK;
		}
		if (o == 'V') {
			(void)puts("depesche " DEPESCHE_VERSION);
			return CLI_OK;
		}
		note_given(c, o);
		if (o > 0 && o < 128 && flags[o] != NULL)
			*flags[o] = true;
		else if (o == 'l' && (strcmp(optarg, "de") == 0 || strcmp(optarg, "en") == 0))
			c->german = optarg[0] == 'd';
		else if (o == 'l')
			return wrong_language(optarg);
		else if (o > 0 && o < 128 && texts[o] != NULL)
			*texts[o] = optarg;
		else
			return CLI_USAGE;
	}
	return -1;
}

static int count_words(const char *s)
{
	int n = 0;

	for (; *s != '\0'; s++)
		n += *s != ' ' && (s[1] == ' ' || s[1] == '\0');
	return n;
}

static int refuse(const struct cli_verb *v, const char *what)
{
	(void)fprintf(stderr, "depesche: %s%s%s %s\n", v->noun, v->verb == NULL ? "" : " ", v->verb == NULL ? "" : v->verb, what);
	return CLI_USAGE;
}

static int check_words(const struct cli *c, const struct cli_verb *v)
{
	char text[96];

	if (cli_is_bulk(c, v))
		return cli_chooses(c) ? -1 : refuse(v, cli_sentence(c, CLI_SAY_CHOOSE));
	if (c->arg_count != count_words(v->args)) {
		if (v->args[0] == '\0')
			return refuse(v, cli_sentence(c, CLI_SAY_NO_ARGUMENTS));
		(void)snprintf(text, sizeof(text), "%s %s", cli_sentence(c, CLI_SAY_TAKES), v->args);
		return refuse(v, text);
	}
	return -1;
}

/* Checks what a verb demands. Returns the exit status, or -1 to go on. */
static int check_use(const struct cli *c, const struct cli_verb *v)
{
	int surplus = cli_surplus(c, v);
	char text[160];

	if (check_words(c, v) >= 0)
		return CLI_USAGE;
	if (surplus != 0) {
		(void)snprintf(text, sizeof(text), "%s%s --%s%s", c->arg_count > 0 && v->args[0] == '[' ? "ID: " : "",
			       cli_sentence(c, CLI_SAY_UNUSED), option_name(surplus),
			       surplus == 'r' ? cli_sentence(c, CLI_SAY_REASON_IS_NO_FILTER) : "");
		return refuse(v, text);
	}
	if (v->is_change && !c->dry_run && (c->reason == NULL || c->reason[strspn(c->reason, " \t\r\n")] == '\0')) {
		(void)fprintf(stderr, "depesche: %s\n", cli_sentence(c, CLI_SAY_WHY));
		return CLI_USAGE;
	}
	return -1;
}

/* The socket's name from the daemon's configuration, unless --socket gave it. */
static int find_socket(struct cli *c, struct conf **conf, struct err *e)
{
	struct buf problems;
	int rc;

	if (c->socket != NULL)
		return 0;
	buf_init(&problems, (size_t)64 * 1024);
	rc = conf_load(c->config, conf, &problems, e);
	if (rc == 0)
		c->socket = (*conf)->control_socket;
	else
		rc = err_set(e, e->code, "%s; --socket names the daemon's socket, --config its configuration", e->text);
	buf_fini(&problems);
	return rc;
}

/* Does what the verb says. Returns the exit status. */
static int run(struct cli *c, const struct cli_verb *v)
{
	struct conf *conf = NULL;
	struct err e = ERR_INIT;
	int rc = v->local != NULL ? v->local(c, &e) : find_socket(c, &conf, &e);

	if (rc == 0 && v->local == NULL)
		rc = run_remote(c, v, &e);
	conf_free(conf);
	if (rc != 0)
		cli_failed(c, &e, stderr);
	if (rc == ERR_CRYPTO && v->verb != NULL && strcmp(v->verb, "verify") == 0)
		return CLI_PROBLEMS;
	return cli_exit_of(rc == 0 ? ERR_OK : e.code);
}

/* What was to be said has to have arrived. */
static int close_output(int status)
{
	if ((fflush(stdout) == 0 && !ferror(stdout)) || status != CLI_OK)
		return status;
	(void)fprintf(stderr, "depesche: standard output: %s\n", strerror(errno));
	return CLI_FAILED;
}

int main(int argc, char **argv)
{
	struct cli c = { .config = DEFAULT_CONFIG, .german = wants_german() };
	const struct cli_verb *v;
	int used = 0, status;

	secrecy_begin();	/* backup and restore hold the master key */
	status = parse_options(argc, argv, &c);
	if (status >= 0)
		return close_output(status);
	v = cli_find(argv + optind, argc - optind, &used);
	if (v == NULL) {
		cli_unknown(argv + optind, argc - optind, stderr);
		return CLI_USAGE;
	}
	c.args = argv + optind + used;
	c.arg_count = argc - optind - used;
	status = check_use(&c, v);
	return status >= 0 ? status : close_output(run(&c, v));
}
