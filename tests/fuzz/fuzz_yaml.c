/* SPDX-License-Identifier: EUPL-1.2 */
/* LINK: config */
#include "base/mem.h"
#include "config/loader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_list(const struct conf_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		must(l->item[i] != NULL && l->item[i][0] != '\0');
}

/* What was accepted keeps the promises of conf.h. */
static void check_accepted(const struct conf *c)
{
	struct buf out;

	must(c->data_dir != NULL && c->master_key_file != NULL && c->control_socket != NULL && c->trust.anchors.n > 0);
	must(c->intermediary != NULL || c->form != NULL || c->delivery != NULL);
	check_list(&c->trust.anchors);
	check_list(&c->trust.crls);
	if (c->intermediary != NULL)
		must(c->intermediary->listen.address != NULL && c->intermediary->path[0] == '/' &&
		     (c->intermediary->cipher_key.key != NULL || c->intermediary->cipher_key.pkcs12 != NULL));
	if (c->delivery != NULL)
		must(c->directory != NULL && c->delivery->lease > 0);
	buf_init(&out, 1 << 22);
	conf_print(c, &out);
	must(out.n > 0);
	buf_fini(&out);
}

/* Every refusal is a line "x.yaml:line: ..." without control characters. */
static void check_problems(const struct buf *problems, const struct err *e)
{
	struct span rest = buf_view(problems), line, label, number;
	uint64_t n;

	must(e->code == ERR_CONFIG && rest.n > 0 && rest.p[rest.n - 1] == '\n');
	while (rest.n > 0) {
		(void)span_split(rest, '\n', &line, &rest);
		must(span_split(line, ':', &label, &line) && span_is(label, "x.yaml"));
		must(span_split(line, ':', &number, &line) && span_u64(number, CONF_FILE_MAX, &n) && n > 0 && line.n > 1);
		for (size_t i = 0; i < line.n; i++)
			must((unsigned char)line.p[i] >= 0x20 && line.p[i] != 0x7f);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = ERR_INIT;
	struct buf problems;
	struct conf *c = NULL;

	buf_init(&problems, 1 << 20);
	if (conf_load_text((struct span){ (const char *)data, size }, "x.yaml", false, &c, &problems, &e) == 0)
		check_accepted(c);
	else
		check_problems(&problems, &e);
	conf_free(c);
	buf_fini(&problems);
	return 0;
}
