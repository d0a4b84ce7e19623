/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bench_application - what an application costs the daemon beside what it cannot do without: the private operations of
 * RSA and the PDF, both measured here, one of each turn about with a rest, while the daemon works.
 *
 *   bench_application DIR DEFINITION   DIR: the sandbox, for a key; DEFINITION: the form. When the daemon is done, standard
 *                                      input says "CPU OPS N": its seconds for N applications, its private operations
 *
 * Prints lines "figure: value unit".
 */
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench.h"
#include "form/application/pdf.h"
#include "form/model/condition.h"
#include "form/model/definition.h"
#include "primitives.h"
#include "sim/apply.h"

enum { REST_MS = 100 };

/* The application of a person as depesche-sim fills it in. */
struct sample {
	struct form_recipient to;
	bool shown[FORM_FIELDS_MAX];
	struct form_application app;
	struct form_definition *definition;
	json_t *values;
};

static void sample_open(struct sample *s, const char *definition)
{
	struct err e = ERR_INIT;

	s->values = apply_sample("Bench");
	BENCH_CHECK(form_definition_load(definition, NULL, NULL, &s->definition, &e));
	form_condition_settle(s->definition, s->values, s->shown);
	s->to = (struct form_recipient){ "Stadt Köln", "05315000" };
	s->app = (struct form_application){ .recipient = &s->to, .shown = s->shown, .definition = s->definition,
					    .operator_name = "Bench", .operator_key = "depesche:form" };
	s->app.values.values = s->values;
}

static double cost_of_pdf(const struct sample *s)
{
	struct sink *null = sink_to_null();
	double start = primitives_cpu();
	struct err e = ERR_INIT;

	BENCH_CHECK(form_pdf_application(&s->app, null, &e));
	sink_close(null);
	return primitives_cpu() - start;
}

int main(int argc, char **argv)
{
	static struct sample s;
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	struct bench b = { .dir = argc == 3 ? argv[1] : "" };
	double cpu, ops, n, rsa = 0, pdf = 0;
	struct pki_key *key;
	unsigned rounds = 0;

	if (argc != 3) {
		(void)fprintf(stderr, "usage: bench_application DIR DEFINITION, and then CPU OPS N\n");
		return 2;
	}
	sample_open(&s, argv[2]);
	(void)cost_of_pdf(&s);	/* the first one finds the fonts */
	key = bench_load_key(&b, PKI_USE_SIGNATURE, "sender-sign");
	do {
		rsa += primitives_private(key->key);
		pdf += cost_of_pdf(&s);
		rounds++;
	} while (poll(&in, 1, REST_MS) == 0);
	must(scanf("%lf %lf %lf", &cpu, &ops, &n) == 3 && n > 0);
	rsa /= rounds;
	pdf /= rounds;
	(void)printf("CPU per application: %.1f ms\nprivate operations per application: %.1f of %.2f ms\n"
		     "PDF of an application: %.2f ms\nratio: %.2f x\n",
		     cpu / n * 1e3, ops / n, rsa * 1e3, pdf * 1e3, cpu / (ops * rsa + n * pdf));
	pki_key_free(key);
	json_decref(s.values);
	form_definition_free(s.definition);
	return 0;
}
