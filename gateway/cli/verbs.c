/* SPDX-License-Identifier: EUPL-1.2 */
/* The table of verbs, and what is said about it. */
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
	{ "oldest", "OLDEST", "ÄLTESTE" }, { "reason", "REASON", "GRUND" }, { "owner", "OWNER", "ZUSTÄNDIG" }, { NULL, NULL, NULL },
};
static const struct cli_column trace_columns[] = {
	{ "at", "AT", "WANN" }, { "event", "EVENT", "EREIGNIS" }, { "reason", "REASON", "GRUND" },
	{ "code", "OSCI", "OSCI" }, { "count", "TIMES", "MAL" }, { "last", "LAST", "ZULETZT" },
	{ "detail", "DETAIL", "EINZELHEITEN" }, { NULL, NULL, NULL },
};
static const struct cli_column status_columns[] = {
	{ "name", "NAME", "NAME" }, { "value", "VALUE", "WERT" }, { NULL, NULL, NULL },
};
static const struct cli_column audit_columns[] = {
	{ "line", "LINE", "ZEILE" }, { "at", "AT", "WANN" }, { "actor", "WHO", "WER" }, { "action", "ACTION", "WAS" },
	{ "object", "OBJECT", "WORAN" }, { "reason", "REASON", "GRUND" }, { NULL, NULL, NULL },
};

static const struct cli_column damaged_columns[] = {
	{ "delivery", "DELIVERY", "ZUSTELLUNG" }, { "at", "AT", "WANN" }, { "detail", "DETAIL", "EINZELHEITEN" },
	{ NULL, NULL, NULL },
};

static const struct cli_column suspended_columns[] = {
	{ "kind", "KIND", "ART" }, { "name", "NAME", "NAME" }, { "since", "SINCE", "SEIT" }, { "until", "UNTIL", "BIS" },
	{ "actor", "WHO", "WER" }, { "reason", "REASON", "GRUND" }, { NULL, NULL, NULL },
};

const struct cli_verb cli_verbs[] = {
	{ "queue", "list", "", "deliveries not done, or not collected in time", "queue.list", NULL,
	  list_columns, false, CLI_CHOOSING "LAn" },
	{ "queue", "show", "ID", "everything about one message and its delivery", "queue.show", NULL, NULL, false, NULL },
	{ "queue", "shape", "", "waiting and uncollected ones by recipient, age", "queue.shape", NULL, shape_columns, false, NULL },
	{ "queue", "retry", "[ID]", "try waiting or failed deliveries now", "queue.retry", NULL, list_columns, true, CLI_CHOOSING "LDX" },
	{ "queue", "hold", "[ID]", "keep deliveries until they are released", "queue.hold", NULL, list_columns, true, CLI_CHOOSING "LDX" },
	{ "queue", "release", "[ID]", "let held deliveries go on", "queue.release", NULL, list_columns, true, CLI_CHOOSING "LDX" },
	{ "queue", "cancel", "[ID]", "give deliveries up for good", "queue.cancel", NULL, list_columns, true, CLI_CHOOSING "LDX" },
	{ "queue", "damaged", "", "records that cannot be read, set aside", "queue.damaged", NULL,
	  damaged_columns, false, NULL },
	{ "queue", "resend", "ID", "send a stored or cancelled one once more", "queue.resend", NULL, list_columns, true, NULL },
	{ "suspend", "recipient", "KEY", "send nothing to it for a while", "suspend.recipient", NULL, suspended_columns, true, "O" },
	{ "suspend", "peer", "URL", "nor to an intermediary", "suspend.peer", NULL, suspended_columns, true, "O" },
	{ "suspend", "list", "", "what is suspended", "suspend.list", NULL, suspended_columns, false, NULL },
	{ "resume", "recipient", "KEY", "go on before that time", "resume.recipient", NULL, suspended_columns, true, NULL },
	{ "resume", "peer", "URL", "the same", "resume.peer", NULL, suspended_columns, true, NULL },
	{ "trace", NULL, "ID", "what happened to a message, in order", "trace", NULL, trace_columns, false, NULL },
	{ "why", NULL, "ID", "why it is where it is, and who has to do what", "why", NULL, NULL, false, NULL },
	{ "status", NULL, "", "figures of the daemon and its spool", "status", NULL, status_columns, false, NULL },
	{ "card", "verify", "", "whether the process cards are as written", "card.verify", NULL, NULL, false, "H" },
	{ "audit", NULL, "", "changes made by people, the newest at the end", "audit", NULL, audit_columns, false, "LF" },
	{ "backup", "run", "FOLDER", "copy the spool while the daemon runs", "backup", NULL, NULL, true, NULL },
	{ "backup", "verify", "FOLDER", "read everything in a backup", NULL, cli_backup_verify, NULL, false, "K" },
	{ "backup", "restore", "FOLDER TARGET", "make a new spool of a backup", NULL, cli_backup_restore, NULL,
	  false, "K" },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NULL, false, NULL },
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

void cli_unknown(char **words, int n, FILE *out)
{
	const char *between = "expected ";

	if (n < 1) {
		cli_usage(out);
		return;
	}
	for (const struct cli_verb *v = cli_verbs; v->noun != NULL; v++) {
		if (v->verb == NULL || strcmp(v->noun, words[0]) != 0)
			continue;
		if (between[0] == 'e')
			(void)fprintf(out, "depesche: %s%s%s: ", words[0], n > 1 ? " " : "", n > 1 ? words[1] : "");
		(void)fprintf(out, "%s%s %s", between, v->noun, v->verb);
		between = ", ";
	}
	if (between[0] == 'e')
		(void)fprintf(out, "depesche: unknown command %s; depesche --help lists them", words[0]);
	(void)fputc('\n', out);
}

void cli_usage(FILE *out)
{
	(void)fputs("usage: depesche [options] COMMAND [arguments]\n\ncommands; those with * change something and need --reason:\n",
		    out);
	for (const struct cli_verb *v = cli_verbs; v->noun != NULL; v++) {
		char words[64];

		(void)snprintf(words, sizeof(words), "%s%s%s%s%s", v->noun, v->verb == NULL ? "" : " ",
			       v->verb == NULL ? "" : v->verb, v->args[0] == '\0' ? "" : " ", v->args);
		(void)fprintf(out, "%c %-29s %s\n", v->is_change ? '*' : ' ', words, v->help);
	}
	(void)fputs("\noptions:\n"
		    "  -c, --config FILE      configuration of the daemon, which names the socket\n"
		    "                         [/etc/depesche/depesche.yaml]\n"
		    "  -s, --socket FILE      control socket, instead of the one in the configuration\n"
		    "  -r, --reason TEXT      why something is changed; goes into the audit trail\n"
		    "choosing, for queue list, and for retry, hold, release and cancel without ID:\n"
		    "      --state STATE      queued, active, waiting, held, done, failed, cancelled,\n"
		    "                         given-up, uncollected or all [what is not done]\n"
		    "      --recipient KEY    only to this recipient, e.g. ags:05315000\n"
		    "      --peer URL         only to this intermediary, e.g. https://osci.example.de\n"
		    "      --channel NAME     only by this channel, e.g. osci-store\n"
		    "      --why REASON       only those that wait for this reason\n"
		    "      --older-than TIME  only those that are older, e.g. 90min, 2h, 3d\n"
		    "      --form ID          only those of this form\n"
		    "      --case TEXT        only those whose case number contains it\n"
		    "      --all              whichever\n"
		    "      --limit N          at most so many [list: 100; audit: newest 1000]\n"
		    "      --after ID         queue list: behind this delivery (next page)\n"
		    "      --count            queue list: only how many\n"
		    "      --dry-run          say which would be changed, and change none\n"
		    "      --rate N           at most so many changes a second\n"
		    "others:\n"
		    "      --for TIME         suspend: how long, e.g. 6h, 2d\n"
		    "      --head N:HASH      card verify: an end of the chain seen before\n"
		    "      --from N           audit: from line N on, instead of its end\n"
		    "      --master-key FILE  backup verify and restore: key of the backup\n"
		    "      --timeout S        how long the daemon may say nothing [60]\n"
		    "  -j, --json             JSON Lines for programs\n"
		    "  -l, --lang de|en       language of headings and sentences [from LC_ALL, LANG]\n"
		    "  -V, --version          print the version\n"
		    "  -h, --help             this text\n"
		    "\nexit status: 0 done, 1 failed, 2 wrong use, 3 not found, 4 not possible in this\n"
		    "             state, 5 no daemon answers, 6 not permitted, 7 what was verified\n"
		    "             has problems\n",
		    out);
}

int cli_surplus(const struct cli *c, const struct cli_verb *v)
{
	static const char everywhere[] = "csjlT";
	bool has_id = v->args[0] == '[' && c->arg_count > 0;	/* what is named is not chosen */

	for (const char *g = c->given; *g != '\0'; g++) {
		if (strchr(everywhere, *g) != NULL || (*g == 'r' && v->is_change))
			continue;
		if (v->options == NULL || has_id || strchr(v->options, *g) == NULL)
			return *g;
	}
	return 0;
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
	case ERR_TIMEOUT:
		return CLI_NO_DAEMON;
	case ERR_DENIED:
		return CLI_DENIED;
	default:
		return CLI_FAILED;
	}
}
