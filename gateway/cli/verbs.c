/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli.h"

#include <string.h>

static const struct cli_column list_columns[] = {
	{ "message", "MESSAGE", "NACHRICHT" }, { "state", "STATE", "ZUSTAND" },
	{ "recipient", "RECIPIENT", "EMPFÄNGER" }, { "created", "CREATED", "ANGELEGT" },
	{ "due", "DUE", "FÄLLIG" }, { "attempts", "TRIES", "VERSUCHE" },
	{ "reason", "REASON", "GRUND" }, { "owner", "OWNER", "ZUSTÄNDIG" },
	{ "code", "OSCI", "OSCI" }, { NULL, NULL, NULL },
};
static const struct cli_column shape_columns[] = {
	{ "recipient", "RECIPIENT", "EMPFÄNGER" }, { "1min", "<1min", "<1min" }, { "10min", "<10min", "<10min" },
	{ "1h", "<1h", "<1h" }, { "6h", "<6h", "<6h" }, { "1d", "<1d", "<1T" }, { "older", "OLDER", "ÄLTER" },
	{ "oldest", "OLDEST", "ÄLTESTE" }, { "reason", "REASON", "GRUND" }, { NULL, NULL, NULL },
};
static const struct cli_column trace_columns[] = {
	{ "at", "AT", "WANN" }, { "event", "EVENT", "EREIGNIS" }, { "reason", "REASON", "GRUND" },
	{ "code", "OSCI", "OSCI" }, { "detail", "DETAIL", "EINZELHEITEN" }, { NULL, NULL, NULL },
};
static const struct cli_column status_columns[] = {
	{ "name", "NAME", "NAME" }, { "value", "VALUE", "WERT" }, { NULL, NULL, NULL },
};
static const struct cli_column audit_columns[] = {
	{ "line", "LINE", "ZEILE" }, { "at", "AT", "WANN" }, { "actor", "WHO", "WER" }, { "action", "ACTION", "WAS" },
	{ "object", "OBJECT", "WORAN" }, { "reason", "REASON", "GRUND" }, { NULL, NULL, NULL },
};

const struct cli_verb cli_verbs[] = {
	{ "queue", "list", "", "deliveries not finished, or not collected in time (--state, --recipient, --limit)", "queue.list", NULL,
	  list_columns, false },
	{ "queue", "show", "ID", "everything about one message and its delivery", "queue.show", NULL, NULL, false },
	{ "queue", "shape", "", "waiting and uncollected deliveries by recipient and age", "queue.shape", NULL, shape_columns, false },
	{ "queue", "retry", "ID", "try a waiting or failed delivery now", "queue.retry", NULL, list_columns, true },
	{ "queue", "hold", "ID", "keep a delivery until it is released", "queue.hold", NULL, list_columns, true },
	{ "queue", "release", "ID", "let a held delivery go on", "queue.release", NULL, list_columns, true },
	{ "queue", "cancel", "ID", "give a delivery up for good", "queue.cancel", NULL, list_columns, true },
	{ "trace", NULL, "ID", "what happened to a message, in order", "trace", NULL, trace_columns, false },
	{ "why", NULL, "ID", "why a message is where it is, and who has to do what", "why", NULL, NULL, false },
	{ "status", NULL, "", "figures of the daemon and its spool", "status", NULL, status_columns, false },
	{ "audit", NULL, "", "changes made by people, the newest at the end (--limit, --from)", "audit", NULL, audit_columns, false },
	{ "backup", "run", "FOLDER", "copy the spool, consistent, while the daemon runs", "backup", NULL, NULL, true },
	{ "backup", "verify", "FOLDER", "read everything in a backup (--master-key)", NULL, cli_backup_verify, NULL, false },
	{ "backup", "restore", "FOLDER TARGET", "make a spool of a backup (--master-key)", NULL, cli_backup_restore, NULL,
	  false },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NULL, false },
};

const struct cli_verb *cli_find(char **words, int n, int *used)
{
	for (const struct cli_verb *v = cli_verbs; v->noun != NULL; v++) {
		if (n < 1 || strcmp(words[0], v->noun) != 0)
			continue;
		if (v->verb == NULL) {
			*used = 1;
			return v;
		}
		if (n > 1 && strcmp(words[1], v->verb) == 0) {
			*used = 2;
			return v;
		}
	}
	return NULL;
}

void cli_usage(FILE *out)
{
	(void)fputs("usage: depesche [options] COMMAND [arguments]\n\ncommands:\n", out);
	for (const struct cli_verb *v = cli_verbs; v->noun != NULL; v++) {
		char words[64];

		(void)snprintf(words, sizeof(words), "%s%s%s%s%s", v->noun, v->verb == NULL ? "" : " ",
			       v->verb == NULL ? "" : v->verb, v->args[0] == '\0' ? "" : " ", v->args);
		(void)fprintf(out, "  %-32s %s%s\n", words, v->help, v->is_change ? "; needs --reason" : "");
	}
	(void)fputs("\noptions:\n"
		    "  -c, --config FILE      configuration of the daemon [/etc/depesche/depesche.yaml]\n"
		    "  -s, --socket FILE      control socket, instead of the one in the configuration\n"
		    "  -r, --reason TEXT      why something is changed; goes into the audit trail\n"
		    "      --state STATE      queued, active, waiting, held, done, failed, cancelled, uncollected or all\n"
		    "      --recipient KEY    only deliveries to this recipient, e.g. ags:05315000\n"
		    "      --limit N          at most so many rows; of the audit trail the newest [1000]\n"
		    "      --from N           the audit trail from line N on, instead of its end\n"
		    "      --master-key FILE  for backup verify and restore\n"
		    "  -j, --json             JSON Lines for programs\n"
		    "  -l, --lang de|en       language of headings and sentences [from LC_ALL, LANG]\n"
		    "  -V, --version          print the version\n"
		    "  -h, --help             this text\n"
		    "\nexit status: 0 done, 1 failed, 2 wrong use, 3 not found, 4 not possible in this state,\n"
		    "             5 no daemon answers, 6 not permitted, 7 the backup has problems\n",
		    out);
}

int cli_exit_of(enum err_code code)
{
	switch (code) {
	case ERR_OK:
		return CLI_OK;
	case ERR_SYNTAX:
		return CLI_USAGE;
	case ERR_MISSING:
		return CLI_NOT_FOUND;
	case ERR_WRONG_STATE:
	case ERR_EXISTS:
		return CLI_NOT_POSSIBLE;
	case ERR_UNREACHABLE:
		return CLI_NO_DAEMON;
	case ERR_DENIED:
		return CLI_DENIED;
	default:
		return CLI_FAILED;
	}
}
