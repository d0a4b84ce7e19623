/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * cli - the operators' command: options, one table of verbs, two ways to print. depesche(1) describes it.
 *
 * A verb either asks the daemon (control socket, JSON Lines) or works on files of its own (backup verify, restore).
 * One thread.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "base/json.h"

enum cli_exit {
	CLI_OK = 0,
	CLI_FAILED = 1,
	CLI_USAGE = 2,
	CLI_NOT_FOUND = 3,
	CLI_NOT_POSSIBLE = 4,	/* not in this state */
	CLI_NO_DAEMON = 5,	/* the socket does not answer */
	CLI_DENIED = 6,
	CLI_PROBLEMS = 7,	/* a verb named verify found something */
};

struct cli {
	const char *socket;	/* --socket, or from --config */
	const char *config;
	const char *master_key;	/* --master-key: for backup verify and restore */
	const char *reason;	/* --reason */
	const char *state, *recipient, *why, *limit, *from, *timeout;
	const char *peer, *channel, *form, *case_text, *older, *after;
	const char *rate;	/* --rate: changes a second */
	const char *how_long;	/* --for */
	const char *head;	/* --head: of the chain of cards, seen before */
	bool all, count, dry_run;
	char given[32];		/* letters of the options that were given, each once */
	bool more;		/* set by cli_ask: a limit cut rows off */
	bool json, german;
	char **args;		/* behind the verb */
	int arg_count;
};

struct cli_column {
	const char *key;	/* of the row */
	const char *en, *de;	/* heading */
};

struct cli_verb {
	const char *noun, *verb;	/* verb NULL: the noun alone is the command */
	const char *args;		/* "ID", "" ... for the usage text; one word per required argument, one in brackets is left
					 * out where options choose */
	const char *help;
	const char *command;		/* of the control socket; NULL: local */
	int (*local)(struct cli *c, struct err *e);
	const struct cli_column *columns;	/* for the table; NULL: one row is printed as a sheet */
	bool is_change;
	const char *options;		/* letters of those it uses beside those of all verbs; NULL: none */
};

extern const struct cli_verb cli_verbs[];	/* ends with noun NULL */

/* The verb the words name, and how many words it took; NULL if there is none. */
const struct cli_verb *cli_find(char **words, int n, int *used);
/* Says what is wrong with words that name no verb: what was expected, or all of the usage text when there are none. */
void cli_unknown(char **words, int n, FILE *out);
void cli_usage(FILE *out);
/* An option that was given and that v does not use; 0: there is none. It would be ignored, and what it was meant to
 * restrict would be done to everything. */
int cli_surplus(const struct cli *c, const struct cli_verb *v);
int cli_exit_of(enum err_code code);

/* Sends the verb's command and calls row for every answer line but the last. A daemon that says nothing for --timeout
 * seconds is given up (ERR_TIMEOUT). Other errors: ERR_UNREACHABLE (no daemon), or what the daemon answered. */
typedef void cli_row_fn(void *ctx, const json_t *row);
int cli_ask(struct cli *c, const struct cli_verb *v, cli_row_fn *row, void *ctx, struct err *e);

/* A change of all deliveries that the options choose (verbs with "[ID]" and no ID): asks for them, prints what it does, or with
 * --dry-run would do, row by row, and changes one after the other, at most --rate a second. Each is looked at once more when its
 * turn comes; what does not fit any more is passed over and counted. A line on standard error sums up. */
#define CLI_CHOOSING "SRWPCfNoa"	/* letters of the options that choose */
int cli_bulk(struct cli *c, const struct cli_verb *v, cli_row_fn *row, void *ctx, struct err *e);
bool cli_is_bulk(const struct cli *c, const struct cli_verb *v);	/* such a verb, and no ID */
/* Whether one of those options was given. */
bool cli_chooses(const struct cli *c);

/* What is expected of who calls it, in their language. */
enum cli_sentence {
	CLI_SAY_WHY, CLI_SAY_NO_ARGUMENTS, CLI_SAY_TAKES, CLI_SAY_CHOOSE, CLI_SAY_UNUSED, CLI_SAY_REASON_IS_NO_FILTER,
	CLI_SENTENCES
};
const char *cli_sentence(const struct cli *c, enum cli_sentence s);
/* A line about an error: German says what its code means, and gives the detail as it is. */
void cli_failed(const struct cli *c, const struct err *e, FILE *out);

/* --- printing --------------------------------------------------------------------------------------------------- */

/* Rows are collected, because columns are as wide as their content. columns is borrowed, rows are copied. */
struct cli_table;
struct cli_table *cli_table_new(const struct cli_column *columns, bool german);
void cli_table_add(struct cli_table *t, const json_t *row);
void cli_table_print(struct cli_table *t, FILE *out);
void cli_table_free(struct cli_table *t);
/* One row, a line per known key in the order of the table; null values are left out. german: a value whose key has a
 * sibling with _de behind it is taken from there, here and in tables. */
void cli_sheet_print(const json_t *row, bool german, FILE *out);
void cli_json_print(const json_t *row, FILE *out);
/* `why`: sentences for a person. */
void cli_why_print(const json_t *row, bool german, FILE *out);
/* One line that is overwritten, on a terminal only. */
void cli_progress(const char *what, uint64_t done, uint64_t total);	/* bytes */
void cli_count_progress(const char *what, size_t done, size_t total);

/* Local verbs: work on the folders in c->args, without a daemon. ERR_CRYPTO: verify found problems (printed). */
int cli_backup_verify(struct cli *c, struct err *e);
int cli_backup_restore(struct cli *c, struct err *e);

#endif
