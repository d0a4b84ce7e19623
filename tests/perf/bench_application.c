/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * bench_application - what an application costs the daemon beside what it cannot do without: the private operations of
 * RSA and the PDF, both measured here.
 *
 *   bench_application DIR DEFINITION CPU OPS N   CPU: seconds of the daemon for N applications of the form in DEFINITION,
 *                                                OPS: its private operations; DIR: the sandbox, for a key
 *
 * Prints lines "figure: value unit".
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "bench.h"
#include "form/application/pdf.h"
#include "form/model/condition.h"
#include "form/model/definition.h"
#include "primitives.h"
#include "sim/apply.h"

enum { ROUNDS = 50 };

static double cost_of_pdf(const char *definition)
{
	static bool shown[FORM_FIELDS_MAX];
	struct form_recipient to = { "Stadt Köln", "05315000" };
	struct form_application app = { .recipient = &to, .shown = shown, .operator_name = "Bench",
					.operator_key = "depesche:form" };
	json_t *values = apply_sample("Bench");
	struct form_definition *d = NULL;
	struct err e = ERR_INIT;
	double start;

	BENCH_CHECK(form_definition_load(definition, NULL, NULL, &d, &e));
	form_condition_settle(d, values, shown);
	app.definition = d;
	app.values.values = values;
	start = primitives_cpu();
	for (int i = 0; i < ROUNDS; i++) {
		struct sink *null = sink_to_null();

		BENCH_CHECK(form_pdf_application(&app, null, &e));
		sink_close(null);
	}
	start = (primitives_cpu() - start) / ROUNDS;
	json_decref(values);
	form_definition_free(d);
	return start;
}

int main(int argc, char **argv)
{
	struct bench b = { .dir = argc == 6 ? argv[1] : "" };
	double cpu, ops, n, rsa, pdf, floor;
	struct pki_key *key;

	if (argc != 6) {
		(void)fprintf(stderr, "usage: bench_application DIR DEFINITION CPU OPS N\n");
		return 2;
	}
	n = strtod(argv[5], NULL);
	must(n > 0);
	cpu = strtod(argv[3], NULL) / n;
	ops = strtod(argv[4], NULL) / n;
	key = bench_load_key(&b, PKI_USE_SIGNATURE, "sender-sign");
	rsa = primitives_private(key->key);
	pki_key_free(key);
	pdf = cost_of_pdf(argv[2]);
	floor = ops * rsa + pdf;
	(void)printf("CPU per application: %.1f ms\nprivate operations per application: %.1f of %.2f ms\n"
		     "PDF of an application: %.2f ms\nratio: %.2f x\n",
		     cpu * 1e3, ops, rsa * 1e3, pdf * 1e3, cpu / floor);
	return 0;
}
