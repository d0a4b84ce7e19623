/* SPDX-License-Identifier: EUPL-1.2 */
/* depesched - the daemon: options, order of start, signals. depesched(8) describes it. */
#include <errno.h>
#include <getopt.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app.h"
#include "base/log.h"
#include "notify.h"
#include "base/secrecy.h"
#include "base/version.h"

#define DEFAULT_CONFIG "/etc/depesche/depesche.yaml"
#define PROBLEMS_MAX ((size_t)64 * 1024)

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_BAD_CONFIG = 3 };

static const char usage[] =
	"usage: depesched [--config FILE] [--check-config | --print-config]\n"
	"       depesched --make-master-key FILE\n"
	"\n"
	"  -c, --config FILE   configuration [" DEFAULT_CONFIG "]\n"
	"      --check-config  check the configuration and the files it names, then exit\n"
	"      --print-config  print the effective values and where each comes from, then exit\n"
	"      --make-master-key FILE  make the key that wraps all keys of the spool, then exit\n"
	"  -V, --version       print the version\n"
	"  -h, --help          this text\n"
	"\n"
	"Exit status: 0 stopped as asked, 1 failed, 2 wrong options, 3 bad configuration, 75 the spool\n"
	"cannot be trusted until a new start has looked at it.\n"
	"SIGTERM and SIGINT stop the daemon, SIGHUP makes it read the revocation lists again.\n";

struct options {
	const char *config, *make_key;
	bool check, print;
};

/* Returns the exit status, or -1 to go on. */
static int parse_options(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'c' }, { "check-config", no_argument, NULL, 'k' },
		{ "print-config", no_argument, NULL, 'p' },  { "make-master-key", required_argument, NULL, 'm' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },	     { NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "c:Vh", longs, NULL)) != -1) {
		switch (c) {
		case 'c':
			o->config = optarg;
			break;
		case 'k':
			o->check = true;
			break;
		case 'p':
			o->print = true;
			break;
		case 'm':
			o->make_key = optarg;
			break;
		case 'V':
			(void)puts("depesched " DEPESCHE_VERSION);
			return EXIT_OK;
		case 'h':
			(void)fputs(usage, stdout);
			return EXIT_OK;
		default:
			(void)fputs(usage, stderr);
			return EXIT_USAGE;
		}
	}
	if (optind < argc) {
		(void)fprintf(stderr, "depesched: unexpected argument %s\n%s", argv[optind], usage);
		return EXIT_USAGE;
	}
	return -1;
}

/* Few malloc arenas: many threads would otherwise hold many half-empty heaps. And large buffers stay out of them: without
 * a fixed threshold malloc puts ever larger ones there, and what is freed between small ones is not given back. What a
 * request needed stays for the next one: the end of a heap is given back every few seconds, not at each free. */
static void bound_heap(void)
{
	(void)mallopt(M_ARENA_MAX, 2);
	(void)mallopt(M_MMAP_THRESHOLD, 64 * 1024);
	(void)mallopt(M_TRIM_THRESHOLD, 4 * 1024 * 1024);
}

static void harden(void)
{
	secrecy_begin();
	(void)signal(SIGXFSZ, SIG_IGN);	/* a file size limit is a full disk for one call, not the end of the process */
	(void)umask(0077);
}

static int make_master_key(const char *path)
{
	struct err e = ERR_INIT;

	if (spool_key_make(path, &e) == 0)
		return EXIT_OK;
	(void)fprintf(stderr, "depesched: %s\n", e.text);
	return EXIT_FAILED;
}

static int print_config(const struct conf *c)
{
	struct buf out;

	buf_init(&out, (size_t)1024 * 1024);
	conf_print(c, &out);
	(void)fputs(buf_str(&out), stdout);
	buf_fini(&out);
	return EXIT_OK;
}

static void print_problem(void *ctx, const char *text)
{
	*(bool *)ctx = true;
	(void)fprintf(stderr, "%s\n", text);
}

static void print_at(const struct conf *c, const char *key, const struct err *e)
{
	(void)fprintf(stderr, "%s:%u: %s: %s\n", c->file, conf_line_of(c, key), key, e->text);
}

static bool is_definition_good(const struct conf *c, size_t i)
{
	const struct conf_definition *d = &c->form->definitions.item[i];
	bool good = true, told = false;
	struct err bad = ERR_INIT;
	char key[64];

	(void)snprintf(key, sizeof(key), "form.definitions[%zu]", i + 1);
	if (form_check_file(d->file, print_problem, &told, &bad) != 0) {
		if (!told)
			print_at(c, key, &bad);
		good = false;
	}
	if (d->recipients != NULL && form_check_recipients(d->recipients, &bad) != 0) {
		print_at(c, key, &bad);
		good = false;
	}
	return good;
}

static bool is_form_good(const struct conf *c)
{
	bool good = true;
	struct err bad = ERR_INIT;

	if (form_operator_check(c->form->sender_name, &bad) != 0) {
		print_at(c, "form.sender_name", &bad);
		good = false;
	}
	if (c->form->recipients != NULL && form_check_recipients(c->form->recipients, &bad) != 0) {
		print_at(c, "form.recipients", &bad);
		good = false;
	}
	for (size_t i = 0; i < c->form->definitions.n; i++)
		good = is_definition_good(c, i) && good;
	return good;
}

/* What conf_load cannot see: whether the keys open and last, and the forms can be served. */
struct findings {
	unsigned problems, warnings;
};

static void find(void *ctx, bool is_warning, const char *text)
{
	struct findings *f = ctx;

	f->warnings += is_warning;
	f->problems += !is_warning;
	(void)fprintf(stderr, "%s%s\n", is_warning ? "warning: " : "", text);
}

static int check_config(const struct conf *c)
{
	struct findings f = { 0, 0 };

	gw_app_check(c, find, &f);
	if (c->form != NULL && !is_form_good(c))
		f.problems++;
	else if (c->form != NULL)
		gw_app_check_forms(c, find, &f);
	if (f.problems > 0)
		return EXIT_BAD_CONFIG;
	if (f.warnings > 0)
		(void)printf("%s: ok, %u warning%s\n", c->file, f.warnings, f.warnings == 1 ? "" : "s");
	else
		(void)printf("%s: ok\n", c->file);
	return EXIT_OK;
}

static void configure_log(const struct conf *c)
{
	static const struct {
		const char *name;
		enum log_level level;
	} levels[] = { { "error", LOG_ERROR }, { "warn", LOG_WARN }, { "info", LOG_INFO }, { "debug", LOG_DEBUG } };

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcmp(c->log_level, levels[i].name) == 0)
			log_set_level(levels[i].level);
	log_set_priority(log_is_journal(STDERR_FILENO));
	log_set_json(strcmp(c->log_format, "json") == 0);
}

/* Waits for signals; all threads have them blocked. The watchdog hears of the daemon while its loop makes rounds. */
static void serve(struct gw_app *app, const sigset_t *signals)
{
	const unsigned every = gw_notify_every_ms();
	const struct timespec wait = { every / 1000, (long)(every % 1000) * 1000000 };
	int sig = 0;

	gw_notify_ready();
	while (sig != SIGTERM && sig != SIGINT) {
		sig = every > 0 ? sigtimedwait(signals, NULL, &wait) : sigwaitinfo(signals, NULL);
		if (sig == SIGHUP)
			gw_app_reload(app);
		else if (sig < 0 && errno == EAGAIN && gw_app_is_alive(app))
			gw_notify_alive();
	}
	gw_notify_stopping();
	log_event(LOG_INFO, "daemon.stopping", LOG_INT("signal", sig));
}

static int run(const struct conf *c)
{
	struct gw_app *app = NULL;
	struct err e = ERR_INIT;
	sigset_t signals;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGHUP);
	(void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
	configure_log(c);
	if (gw_app_start(c, &app, &e) != 0) {
		log_event(LOG_ERROR, "daemon.start-failed", LOG_ERR(&e));
		(void)fprintf(stderr, "depesched: %s\n", e.text);
		return e.code == ERR_CONFIG ? EXIT_BAD_CONFIG : EXIT_FAILED;
	}
	log_event(LOG_INFO, "daemon.started", LOG_STR("version", DEPESCHE_VERSION), LOG_INT("pid", getpid()));
	serve(app, &signals);
	gw_app_stop(app);
	log_catch_up(1);
	log_event(LOG_INFO, "daemon.stopped");
	return EXIT_OK;
}

int main(int argc, char **argv)
{
	struct options o = { .config = DEFAULT_CONFIG };
	struct conf *c = NULL;
	struct buf problems;
	struct err e = ERR_INIT;
	int status = parse_options(argc, argv, &o);

	if (status >= 0)
		return status;
	harden();
	bound_heap();
	if (o.make_key != NULL)
		return make_master_key(o.make_key);
	buf_init(&problems, PROBLEMS_MAX);
	if (conf_load(o.config, &c, &problems, &e) != 0) {
		(void)fputs(problems.n > 0 ? buf_str(&problems) : e.text, stderr);
		if (problems.n == 0)
			(void)fputc('\n', stderr);
		status = EXIT_BAD_CONFIG;
	} else if (o.print) {
		status = print_config(c);
	} else if (o.check) {
		status = check_config(c);
	} else {
		status = run(c);
	}
	conf_free(c);
	buf_fini(&problems);
	return status;
}
