/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * sim - depesche-sim: the surroundings of a daemon, for trying out, demonstrating and testing. Not for production.
 *
 *   sandbox       makes a folder with PKI, configuration, directory data and 20 municipalities
 *   entry         writes the directory entries of municipalities anew, with another certificate or address
 *   dvdv          a DVDV directory server over HTTPS on the sandbox's data
 *   municipality  polls mailboxes like a municipality, or waits for deliveries, and writes what arrives into folders
 *   fault         a TCP proxy that breaks connections as told
 *   load          sends applications through the form's JSON API
 *   osci          takes one delivery through an intermediary, order by order
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct sim_options {
	const char *dir;	/* the sandbox's folder */
	const char *forms;	/* folder with form definitions and gemeinden.json */
	bool forms_given;	/* on the command line: a sandbox that is there takes them over */
	const char *listen;	/* address:port of a server */
	bool listen_given;	/* on the command line: municipalities wait there instead of polling */
	const char *to;		/* address:port or URL of the other side */
	const char *receiver;	/* osci: URL of the recipient that waits, for the word forward */
	const char *cert;	/* entry: cipher certificate, a file below the sandbox; NULL: the town's own */
	const char *ags;	/* comma separated municipalities; NULL: all */
	const char *mode;	/* osci: words, comma separated; NULL: the round trip, signed and encrypted */
	const char *file;	/* fault: control file */
	unsigned osci_port, form_port, dvdv_port;
	unsigned interval_ms;
	unsigned count;		/* load: applications; municipality: stop after so many polls, 0: never */
	unsigned parallel, upload_kb;
};

/* Each returns 0 or an error code; the servers return when SIGTERM or SIGINT comes. */
int sim_sandbox(const struct sim_options *o, struct err *e);
int sim_entry(const struct sim_options *o, struct err *e);
int sim_dvdv(const struct sim_options *o, struct err *e);
int sim_municipality(const struct sim_options *o, struct err *e);
int sim_fault(const struct sim_options *o, struct err *e);
int sim_load(const struct sim_options *o, struct err *e);
int sim_osci(const struct sim_options *o, struct err *e);

/* --- shared ----------------------------------------------------------------------------------------------------- */

/* Formats a path below the sandbox; static per thread, valid until the fourth next call. */
const char *sim_path(const char *dir, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* True until a signal asks to stop. sim_stop_init blocks the signals first; call it before any thread exists. */
void sim_stop_init(void);
bool sim_stop_wait(int ms);	/* waits; true: stop, from then on and for every thread */

struct sim_town {
	char name[128], ags[16];
};
/* The municipalities of gemeinden.json that o->ags names, at most max. Returns their number, or -1 with *e set: none is
 * an error. */
int sim_towns(const struct sim_options *o, struct sim_town *out, int max, struct err *e);

/* sandbox_pki.c, sandbox_data.c: parts of the sandbox */
struct sim_town_list {
	struct sim_town *town;
	int n;
};
int sandbox_make_pki(const struct sim_options *o, const struct sim_town_list *towns, struct err *e);
int sandbox_write_directory(const struct sim_options *o, const struct sim_town_list *towns, struct err *e);
int sandbox_write_config(const struct sim_options *o, struct err *e);
/* Keys for those towns that have none yet, by the sandbox's own CA. */
int sandbox_add_towns(const struct sim_options *o, const struct sim_town_list *towns, struct err *e);
/* Appends the lines definitions and recipients: every JSON file of the folder of forms is a definition, but for the list of
 * municipalities. */
int sandbox_put_forms(const struct sim_options *o, struct buf *b, struct err *e);
/* The ports and forms of today for a sandbox of another day. */
int sandbox_adapt(const struct sim_options *o, const struct sim_town_list *towns, struct err *e);
/* The directory entry of one town; cipher_cert is a file below the sandbox. */
int sandbox_write_entry(const struct sim_options *o, const struct sim_town *town, const char *cipher_cert,
			const char *intermediary_uri, struct err *e);

#endif
