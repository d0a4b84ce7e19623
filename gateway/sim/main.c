/* SPDX-License-Identifier: EUPL-1.2 */
/* depesche-sim: options and commands. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/version.h"
#include "http/client.h"
#include "sim.h"

static const struct verb {
	const char *name;
	int (*run)(const struct sim_options *o, struct err *e);
	const char *help;
} verbs[] = {
	{ "sandbox", sim_sandbox, "make a folder with PKI, configuration, directory data and municipalities" },
	{ "entry", sim_entry, "write directory entries anew, with another certificate or address" },
	{ "dvdv", sim_dvdv, "serve the folder's directory data like a DVDV server (HTTPS, token)" },
	{ "municipality", sim_municipality, "poll mailboxes, or wait, and write what arrives to posteingang/" },
	{ "fault", sim_fault, "TCP proxy that breaks connections as its control file says" },
	{ "load", sim_load, "send applications through the form's JSON API" },
	{ "osci", sim_osci, "take one delivery through an intermediary, order by order" },
};

static void usage(FILE *out)
{
	(void)fputs("usage: depesche-sim COMMAND [options]\n\ncommands:\n", out);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		(void)fprintf(out, "  %-14s %s\n", verbs[i].name, verbs[i].help);
	(void)fputs("\noptions:\n"
		    "  --dir FOLDER        the sandbox [var]\n"
		    "  --forms FOLDER      form definitions and gemeinden.json [docs/forms]\n"
		    "  --listen ADDR:PORT  dvdv, fault: where to listen [127.0.0.1:18443]; municipality:\n"
		    "                      wait there, each at the path /AGS, instead of polling\n"
		    "  --to WHERE          fault: address and port of the real server; load: URL of the\n"
		    "                      form; osci, entry: URL of the intermediary\n"
		    "  --cert FILE         entry: certificate below the folder [the municipality's own]\n"
		    "  --ags LIST          only these municipalities, comma separated [all]\n"
		    "  --control FILE      fault: holds the mode: pass, down, slow, garbage,\n"
		    "                      silent, lose-answer [N], lose-second [N], busy-second [N]\n"
		    "  --mode WORDS        osci: plain, unsigned, open, pss; store, leave, fetch, card: only that part;\n"
		    "                      forward: to a recipient that waits, instead;\n"
		    "                      municipality --listen: refuse, or mute: it replies nothing\n"
		    "  --receiver URL      osci: address of the recipient that waits\n"
		    "  --interval MS       municipality: pause between polls [500]\n"
		    "  --count N           load: applications [10]; municipality: polls [0: for ever]\n"
		    "  --parallel N        load: at once [4]\n"
		    "  --upload-kb N       load: size of an upload [32]\n"
		    "  --osci-port N, --form-port N, --dvdv-port N   sandbox: ports of the configuration\n"
		    "  --version, --help\n"
		    "\nexit status: 0 done, 1 failed, 2 wrong use\n",
		    out);
}

static int parse(int argc, char **argv, struct sim_options *o)
{
	static const struct option longs[] = {
		{ "dir", 1, NULL, 'd' },      { "forms", 1, NULL, 'f' },     { "listen", 1, NULL, 'l' },
		{ "to", 1, NULL, 't' },	      { "ags", 1, NULL, 'a' },	     { "control", 1, NULL, 'c' },
		{ "interval", 1, NULL, 'i' }, { "count", 1, NULL, 'n' },     { "parallel", 1, NULL, 'p' },
		{ "upload-kb", 1, NULL, 'u' }, { "osci-port", 1, NULL, 'O' }, { "form-port", 1, NULL, 'F' },
		{ "dvdv-port", 1, NULL, 'D' }, { "mode", 1, NULL, 'm' },     { "cert", 1, NULL, 'C' },
		{ "receiver", 1, NULL, 'r' },
		{ "help", 0, NULL, 'h' },	{ "version", 0, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	const char **const texts[128] = { ['d'] = &o->dir, ['f'] = &o->forms, ['l'] = &o->listen, ['t'] = &o->to,
					  ['a'] = &o->ags, ['c'] = &o->file, ['m'] = &o->mode, ['C'] = &o->cert,
					  ['r'] = &o->receiver };
	unsigned *const numbers[128] = { ['i'] = &o->interval_ms, ['n'] = &o->count, ['p'] = &o->parallel,
					 ['u'] = &o->upload_kb,	  ['O'] = &o->osci_port, ['F'] = &o->form_port,
					 ['D'] = &o->dvdv_port };
	int c;

	while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
		if (c == 'h' || c == 'V') {
			if (c == 'h')
				usage(stdout);
			else
				(void)puts("depesche-sim " DEPESCHE_VERSION);
			return 0;
		}
		o->forms_given = o->forms_given || c == 'f';
		o->listen_given = o->listen_given || c == 'l';
		if (c > 0 && c < 128 && texts[c] != NULL)
			*texts[c] = optarg;
		else if (c > 0 && c < 128 && numbers[c] != NULL)
			*numbers[c] = (unsigned)strtoul(optarg, NULL, 10);
		else
			return 2;
	}
	return -1;
}

int main(int argc, char **argv)
{
	struct sim_options o = { .dir = "var", .forms = "docs/forms", .listen = "127.0.0.1:18443", .interval_ms = 500,
				 .parallel = 4, .upload_kb = 32, .osci_port = 18080, .form_port = 18081,
				 .dvdv_port = 18443 };
	struct err e = ERR_INIT;
	int status = parse(argc, argv, &o);

	if (status >= 0)
		return status;
	for (size_t i = 0; optind < argc && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, argv[optind]) != 0)
			continue;
		if (verbs[i].run != sim_sandbox && verbs[i].run != sim_entry)
			sim_stop_init();
		if (http_client_check(&e) != 0 || verbs[i].run(&o, &e) != 0) {
			(void)fprintf(stderr, "depesche-sim %s: %s\n", verbs[i].name, e.text);
			return 1;
		}
		return 0;
	}
	usage(stderr);
	return 2;
}
