/* SPDX-License-Identifier: EUPL-1.2 */
/* Another town's entry is not used, whoever gives it. */
#include "h_route.h"

#include "base/clock.h"
#include "base/mem.h"

#define W (&h_world)

#define KEYS(keys) "\"nameDe\":\"" H_TOWN "\",\"organizationKeys\":[" keys "]"
#define OF(keys) "{\"organization\":{" KEYS(keys) "}}"

/* The entry that is answered is that of H_TOWN, number 7, and does not say for which key. */
static const struct {
	const char *name, *answer;	/* KEY: the key that was asked for */
	enum reason reason;		/* RSN_NONE: the entry is used */
	const char *says;
} owners[] = {
	{ "its organisation", "[" OF("\"KEY\"") "]", RSN_NONE, "" },
	{ "with several keys", "[" OF("\"psw:1\",\"KEY\"") "]", RSN_NONE, "" },
	{ "an object instead of a list", OF("\"KEY\""), RSN_NONE, "" },
	{ "without the object around it", "[{" KEYS("\"KEY\"") "}]", RSN_NONE, "" },
	{ "one of two with the key", "[{\"organization\":{\"nameDe\":\"Amt\",\"organizationKeys\":[\"KEY\"]}}," OF("\"KEY\"") "]",
	  RSN_NONE, "" },
	{ "by the number of the service",
	  "[{\"organization\":{\"nameDe\":\"Kreis\",\"organizationKeys\":[\"KEY\"],\"services\":[{\"id\":6},{\"id\":7}]}}]", RSN_NONE, "" },
	{ "of a representative",
	  "[{\"organization\":{\"nameDe\":\"Kreis\",\"organizationKeys\":[\"KEY\"]},\"representatives\":[{\"nameDe\":\"" H_TOWN "\"}]}]",
	  RSN_NONE, "" },
	{ "another town has the key", "[{\"organization\":{\"nameDe\":\"Stadt B\",\"organizationKeys\":[\"KEY\"]}}]",
	  RSN_DIR_OTHER_ENTRY, "KEY (Stadt B), the answer is of " H_TOWN },
	{ "the town has another key", "[" OF("\"ags:77\"") "]", RSN_DIR_OTHER_ENTRY, "asked who KEY is, the answer is about ags:77" },
	{ "nobody has the key", "[]", RSN_DIR_OTHER_ENTRY, "the answer is about nobody" },
	{ "a name that is no text", "[{\"organization\":{\"nameDe\":7,\"organizationKeys\":[\"KEY\"]}}]", RSN_DIR_OTHER_ENTRY, "KEY" },
	{ "keys that are no list", "[{\"organization\":{\"nameDe\":\"" H_TOWN "\",\"organizationKeys\":\"KEY\"}}]",
	  RSN_DIR_OTHER_ENTRY, "about nobody" },
	{ "numbers", "[1,null,[]]", RSN_DIR_OTHER_ENTRY, "about nobody" },
	{ "another town by number",
	  "[{\"organization\":{\"nameDe\":\"B\",\"organizationKeys\":[\"KEY\"],\"services\":[{\"id\":8},{\"id\":\"7\"},7]}}]",
	  RSN_DIR_OTHER_ENTRY, "KEY (B)" },
};

/* "KEY" replaced; static. */
static const char *with_key(const char *text, const char *key)
{
	static char out[4096];
	size_t n = 0;

	for (; *text != '\0'; text++) {
		if (strncmp(text, "KEY", 3) != 0) {
			out[n++] = *text;
			continue;
		}
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s", key);
		text += 2;
	}
	out[n] = '\0';
	return out;
}

static void an_entry_is_used_only_if_it_is_of_the_organisation_asked_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(owners); i++) {
		const char *key = h_key();
		struct dir_route r;
		struct err e;
		char hex[65];

		h_organisation_text(with_key(owners[i].answer, key));
		(void)h_resolve(key, &r, hex, &e);
		if (e.reason != owners[i].reason || strstr(e.text, with_key(owners[i].says, key)) == NULL)
			fail_msg("%s: %s %s", owners[i].name, reason_info(e.reason)->key, e.text);
	}
}

static void an_entry_that_names_its_key_is_not_asked_about(void **state)
{
	char *text = mem_dup(W->entry), more[1 << 16], key[32];

	(void)state;
	snprintf(key, sizeof(key), "%s", h_key());
	snprintf(more, sizeof(more), "{\"organizationKey\":\"%s\",%s", key, text + 1);
	h_entry_text(more);
	h_works(key, false);
	assert_int_equal(W->server[0].asks, 0);
	/* The same for another key is another town's entry, and what is cached of the right one helps out. */
	h_expect(h_key(), RSN_DIR_OTHER_ENTRY);
	clock_shift(H_FRESH_MS + 1);
	snprintf(more, sizeof(more), "{\"organizationKey\":\"ags:1\",%s", text + 1);
	h_entry_text(more);
	h_works(key, true);
	free(text);
}

static void a_server_without_that_call_needs_the_switch(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	W->server[0].mode = W->server[1].mode = H_NO_ORGANISATIONS;
	h_expect(h_key(), RSN_DIR_BAD_ANSWER);
	dir_free(W->dir);
	W->o.check_organisation = false;
	assert_ok(dir_new(&W->o, &W->dir, &e), e);
	h_works(h_key(), false);
}

#define T(f) cmocka_unit_test_setup_teardown(f, h_fresh, h_stale)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_entry_is_used_only_if_it_is_of_the_organisation_asked_for),
		T(an_entry_that_names_its_key_is_not_asked_about),
		T(a_server_without_that_call_needs_the_switch),
	};
	return cmocka_run_group_tests_name("gateway/dir/organisation", tests, h_world_up, h_world_down);
}
