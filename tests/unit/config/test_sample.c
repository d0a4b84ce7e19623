/* SPDX-License-Identifier: EUPL-1.2 */
/* The configurations that the documentation shows are accepted as they stand. */
#include "cm.h"
#include "h_conf.h"

#include "base/file.h"
#include "base/mem.h"

#define LINES_MAX 48

static struct buf sample, interop;

static int setup(void **state)
{
	struct err e = ERR_INIT;

	buf_init(&sample, 1 << 16);
	buf_init(&interop, 1 << 20);
	assert_ok(file_read("docs/depesche.yaml", &sample, &e), e);
	assert_ok(file_read("docs/interop.md", &interop, &e), e);
	return h_conf_setup(state);
}

static int teardown(void **state)
{
	buf_fini(&sample);
	buf_fini(&interop);
	return h_conf_teardown(state);
}

/* Makes the files that the problems complain about, until there are none of this kind any more. */
static struct conf *load_with_files(const char *text)
{
	struct conf *c;

	for (int i = 0; i < 50; i++) {
		char cmd[1000], path[300];
		const char *at;

		c = h_load(text);
		if (c != NULL)
			return c;
		at = strstr(buf_str(&h_problems), ": ./");
		if (at == NULL || sscanf(at + 4, "%299[^:]", path) != 1 ||
		    strstr(buf_str(&h_problems), "No such file or directory") == NULL)
			return NULL;
		(void)snprintf(cmd, sizeof(cmd), "mkdir -p \"$(dirname '%s')\" && : >'%s' && chmod 600 '%s'", path, path, path);
		assert_int_equal(system(cmd), 0);
	}
	return NULL;
}

static unsigned lines_of(const char *text)
{
	unsigned n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

static void the_sample_is_accepted_and_short(void **state)
{
	struct conf *c = load_with_files(buf_str(&sample));

	(void)state;
	if (c == NULL)
		fail_msg("%s", buf_str(&h_problems));
	assert_true(lines_of(buf_str(&sample)) <= LINES_MAX);
	assert_true(c->intermediary != NULL && c->xta != NULL && c->form != NULL && c->directory != NULL && c->delivery != NULL);
	conf_free(c);
}

static void the_configuration_of_the_interop_page_is_accepted_and_short(void **state)
{
	char *begin = strstr(interop.p, "```yaml\n"), *end = begin == NULL ? NULL : strstr(begin + 8, "```");
	struct conf *c;

	(void)state;
	assert_non_null(end);
	*end = '\0';
	c = load_with_files(begin + 8);
	if (c == NULL)
		fail_msg("%s", buf_str(&h_problems));
	assert_true(lines_of(begin + 8) <= LINES_MAX);
	assert_true(c->intermediary->accept_unsigned_orders && c->form == NULL && c->delivery == NULL);
	conf_free(c);
}

/* The pages name every key of the table. */
static void the_documentation_names_every_key(void **state)
{
	static const char formats[] = { 'm', 'r' };

	(void)state;
	for (size_t f = 0; f < sizeof(formats); f++) {
		struct buf out;

		buf_init(&out, 1 << 18);
		conf_document(&out, formats[f]);
		assert_false(out.over);
		for (size_t s = 0; s < conf_section_count; s++) {
			for (size_t k = 0; k < conf_sections[s].count; k++) {
				const struct conf_field *field = &conf_sections[s].fields[k];
				char row[100];

				(void)snprintf(row, sizeof(row), formats[f] == 'm' ? "| `%s` | " : ".It Ic %s\n", field->key);
				if (strstr(buf_str(&out), row) == NULL)
					fail_msg("%s", field->key);
				assert_true(field->help != NULL && field->help[strlen(field->help) - 1] == '.');
			}
		}
		buf_fini(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sample_is_accepted_and_short),
		cmocka_unit_test(the_configuration_of_the_interop_page_is_accepted_and_short),
		cmocka_unit_test(the_documentation_names_every_key),
	};
	return cmocka_run_group_tests_name("config/sample", tests, setup, teardown);
}
