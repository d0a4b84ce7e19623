/* SPDX-License-Identifier: EUPL-1.2 */
/* Names and numbers of what is to be made. */
#include "osci/container_job.h"

#include <stdio.h>
#include <string.h>

#include "pki/dsig.h"

#define PARTS_MAX 500	/* two references each */

/* Our own names, so that nothing needs escaping in URIs, header fields or file systems. */
static bool is_plain_cid(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@+-");

	return n > 0 && n <= 200 && s[n] == '\0';
}

static bool is_id(const char *s)
{
	char uri[300];

	return s != NULL && snprintf(uri, sizeof(uri), "#%s", s) < (int)sizeof(uri) && pki_is_id_uri(span_of(uri));
}

static bool is_uri(const char *s)
{
	return s != NULL && pki_is_id_uri(span_of(s));
}

static int check_names(const struct osci_container_job *job, struct err *e)
{
	if (!is_id(job->id) || (job->author != NULL && !is_uri(job->author_uri)))
		return err_set(e, ERR_INTERNAL, "content: Id of the container or of the author's certificate");
	for (size_t i = 0; i < job->nreaders; i++)
		if (!is_uri(job->readers[i].uri))
			return err_set(e, ERR_INTERNAL, "content: Id of a reader's certificate");
	return 0;
}

static bool collide(const struct osci_container_part *a, const struct osci_container_part *b)
{
	return strcmp(a->id, b->id) == 0 || (a->cid != NULL && b->cid != NULL && strcmp(a->cid, b->cid) == 0);
}

static int check_part(const struct osci_container_job *job, size_t i, struct err *e)
{
	const struct osci_container_part *p = &job->parts[i];

	if (!is_id(p->id) || strcmp(p->id, job->id) == 0 || (p->cid != NULL && !is_plain_cid(p->cid)))
		return err_set(e, ERR_SYNTAX, "content: \"%.100s\" and \"%.100s\" cannot be its Id and name", p->id,
			       p->cid != NULL ? p->cid : "");
	for (size_t k = 0; k < i; k++)
		if (collide(p, &job->parts[k]))
			return err_set(e, ERR_SYNTAX, "content: two parts are called %.100s", p->id);
	return 0;
}

int osci_container_check(const struct osci_container_job *job, struct err *e)
{
	int rc;

	if (job->nparts == 0 || job->nparts > PARTS_MAX)
		return err_set(e, ERR_LIMIT, "content: %zu parts, 1 to %d are possible", job->nparts, PARTS_MAX);
	if (job->nreaders > PKI_ENC_KEYS_MAX)
		return err_set(e, ERR_LIMIT, "content: more than %d readers", PKI_ENC_KEYS_MAX);
	if (job->author != NULL && job->author->cert->kind == PKI_RSA_PSS)
		return err_set(e, ERR_CONFIG, "content: xmlsec cannot sign with a key that is for RSASSA-PSS only");
	rc = check_names(job, e);
	for (size_t i = 0; rc == 0 && i < job->nparts; i++)
		rc = check_part(job, i, e);
	return rc;
}
