/* SPDX-License-Identifier: EUPL-1.2 */
/* The sandbox's folder, and which towns are in it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "sim.h"
#include "spool/store.h"

#define TOWNS_MAX 64

static bool is_wanted(const char *ags_list, const char *ags)
{
	struct span list = span_of(ags_list == NULL ? ags : ags_list), one;

	while (list.n > 0) {
		(void)span_split(list, ',', &one, &list);
		if (span_is(one, ags))
			return true;
	}
	return false;
}

int sim_towns(const struct sim_options *o, struct sim_town *out, int max, struct err *e)
{
	json_t *list = NULL, *item;
	size_t i;
	int n = 0, rc = json_read_file(sim_path(o->forms, "gemeinden.json"), (size_t)1024 * 1024, &list, e);

	if (rc != 0)
		return -1;
	json_array_foreach(list, i, item) {
		const char *name, *ags;

		if (n == max || json_need_string(item, "name", &name, e) != 0 || json_need_string(item, "ags", &ags, e) != 0)
			break;
		if (!is_wanted(o->ags, ags))
			continue;
		(void)snprintf(out[n].name, sizeof(out[n].name), "%s", name);
		(void)snprintf(out[n].ags, sizeof(out[n].ags), "%s", ags);
		n++;
	}
	json_decref(list);
	if (n > 0)
		return n;
	(void)err_set(e, ERR_MISSING, "no municipality %s in %s/gemeinden.json", o->ags == NULL ? "" : o->ags, o->forms);
	return -1;
}

int sim_entry(const struct sim_options *o, struct err *e)
{
	struct sim_town towns[TOWNS_MAX];
	char uri[300];
	int rc = 0, n = sim_towns(o, towns, TOWNS_MAX, e);

	if (n < 0)
		return (int)e->code;
	if (o->to != NULL && strncmp(o->to, "http://", 7) != 0 && strncmp(o->to, "https://", 8) != 0)
		return err_set(e, ERR_SYNTAX, "--to %s: expected an address such as http://127.0.0.1:%u/osci", o->to,
			       o->osci_port);
	(void)snprintf(uri, sizeof(uri), "http://127.0.0.1:%u/osci", o->osci_port);
	for (int i = 0; rc == 0 && i < n; i++)
		rc = sandbox_write_entry(o, &towns[i],
					 o->cert != NULL ? o->cert : sim_path("keys", "%s-cipher.cert.pem", towns[i].ags),
					 o->to != NULL ? o->to : uri, e);
	return rc;
}

int sim_sandbox(const struct sim_options *o, struct err *e)
{
	struct sim_town towns[TOWNS_MAX];
	struct sim_town_list list = { towns, 0 };
	int rc;

	list.n = sim_towns(o, towns, TOWNS_MAX, e);
	if (list.n < 0)
		return (int)e->code;
	if (access(sim_path(o->dir, "depesche.yaml"), F_OK) == 0)
		return sandbox_adapt(o, &list, e);
	rc = dir_make(o->dir, 0755, e);
	if (rc == 0)
		rc = sandbox_make_pki(o, &list, e);
	if (rc == 0)
		rc = sandbox_write_directory(o, &list, e);
	if (rc == 0 && access(sim_path(o->dir, "master.key"), F_OK) != 0)
		rc = spool_key_make(sim_path(o->dir, "master.key"), e);
	if (rc == 0)	/* last: a sandbox with a configuration is complete */
		rc = sandbox_write_config(o, e);
	if (rc == 0)
		(void)printf("sandbox made in %s: %d municipalities, configuration %s/depesche.yaml\n", o->dir, list.n,
			     o->dir);
	return rc;
}
