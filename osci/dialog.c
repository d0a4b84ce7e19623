/* SPDX-License-Identifier: EUPL-1.2 */
/* The open dialogs of the intermediary. */
#include "osci/dialog.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/map.h"
#include "base/mem.h"

struct osci_dialogs {
	pthread_mutex_t lock;
	struct map *by_conversation;
	struct osci_dialog **list; /* by last use, oldest first; room for max */
	unsigned count, max;
	int64_t idle_ms;
};

struct osci_dialogs *osci_dialogs_new(int64_t idle_ms, unsigned max)
{
	struct osci_dialogs *ds = mem_new(sizeof(*ds));

	must(pthread_mutex_init(&ds->lock, NULL) == 0);
	ds->by_conversation = map_new(NULL);
	ds->idle_ms = idle_ms;
	ds->max = max == 0 ? 1 : max;
	ds->list = mem_new_array(ds->max, sizeof(struct osci_dialog *));
	return ds;
}

static void put_last(struct osci_dialogs *ds, struct osci_dialog *d)
{
	must(ds->count < ds->max);
	ds->list[ds->count++] = d;
	d->used = clock_mono();
}

static struct osci_dialog *take_out(struct osci_dialogs *ds, unsigned i)
{
	struct osci_dialog *d = ds->list[i];

	ds->count--;
	memmove(&ds->list[i], &ds->list[i + 1], (ds->count - i) * sizeof(struct osci_dialog *));
	return d;
}

static unsigned index_of(const struct osci_dialogs *ds, const struct osci_dialog *d)
{
	unsigned i = 0;

	while (i < ds->count && ds->list[i] != d)
		i++;
	must(i < ds->count);
	return i;
}

static void forget(struct osci_dialogs *ds, unsigned i)
{
	struct osci_dialog *d = take_out(ds, i);

	map_del(ds->by_conversation, span_of(d->conversation));
	pki_cert_free(d->cipher);
	pki_cert_free(d->signer);
	free(d);
}

void osci_dialogs_free(struct osci_dialogs *ds)
{
	if (ds == NULL)
		return;
	while (ds->count > 0)
		forget(ds, ds->count - 1);
	map_free(ds->by_conversation);
	free(ds->list);
	(void)pthread_mutex_destroy(&ds->lock);
	free(ds);
}

unsigned osci_dialogs_count(struct osci_dialogs *ds)
{
	unsigned n;

	pthread_mutex_lock(&ds->lock);
	n = ds->count;
	pthread_mutex_unlock(&ds->lock);
	return n;
}

static bool step(struct osci_dialog *d, enum osci_dialog_event ev)
{
	int next = osci_dialog_next(d->state, ev);

	if (next < 0)
		return false;
	d->state = (enum osci_dialog_state)next;
	return true;
}

static bool is_idle(const struct osci_dialogs *ds, const struct osci_dialog *d)
{
	return clock_mono() - d->used > ds->idle_ms;
}

/* In the order of last use: the first that is not idle ends the search. */
static void forget_idle(struct osci_dialogs *ds)
{
	unsigned i = 0;

	while (i < ds->count && is_idle(ds, ds->list[i])) {
		if (step(ds->list[i], OSCI_DLG_EV_IDLE))
			forget(ds, i);
		else
			i++;
	}
}

/* Makes room by dropping the oldest unproven dialog, of this certificate or (cipher NULL) of anybody. */
static bool make_room(struct osci_dialogs *ds, const struct pki_cert *cipher)
{
	for (unsigned i = 0; i < ds->count; i++) {
		if ((cipher == NULL || pki_cert_same(ds->list[i]->cipher, cipher)) &&
		    step(ds->list[i], OSCI_DLG_EV_CROWDED)) {
			forget(ds, i);
			return true;
		}
	}
	return false;
}

static unsigned count_of(const struct osci_dialogs *ds, const struct pki_cert *cipher)
{
	unsigned n = 0;

	for (unsigned i = 0; i < ds->count; i++)
		n += pki_cert_same(ds->list[i]->cipher, cipher) ? 1 : 0;
	return n;
}

static int check_room(struct osci_dialogs *ds, const struct pki_cert *cipher, struct err *e)
{
	unsigned each = ds->max / 10 > 0 ? ds->max / 10 : 1;

	forget_idle(ds);
	if (count_of(ds, cipher) >= each && !make_room(ds, cipher))
		return err_set(e, ERR_BUSY, "%u open dialogs for one certificate", each);
	if (ds->count >= ds->max && !make_room(ds, NULL))
		return err_set(e, ERR_BUSY, "%u open dialogs", ds->max);
	return 0;
}

char *osci_conversation_new(char out[OSCI_CONVERSATION_LEN])
{
	uint64_t n;

	do {
		random_bytes(&n, sizeof(n));
		n &= INT64_MAX;
	} while (n == 0);
	(void)snprintf(out, OSCI_CONVERSATION_LEN, "%" PRIu64, n);
	return out;
}

char *osci_challenge_new(char out[OSCI_CHALLENGE_LEN])
{
	uint8_t raw[(OSCI_CHALLENGE_LEN - 1) / 2];

	random_bytes(raw, sizeof(raw));
	hex_encode(raw, sizeof(raw), out);
	return out;
}

int osci_dialog_open(struct osci_dialogs *ds, struct pki_cert *cipher, struct pki_cert *signer,
		     struct osci_dialog **out, struct err *e)
{
	struct osci_dialog *d;
	int rc;

	pthread_mutex_lock(&ds->lock);
	rc = check_room(ds, cipher, e);
	if (rc != 0)
		goto out;
	d = mem_new(sizeof(*d));
	do {
		osci_conversation_new(d->conversation);
	} while (map_get(ds->by_conversation, span_of(d->conversation)) != NULL);
	osci_challenge_new(d->next_challenge);
	d->sequence = -1; /* the answer to initDialog counts as step -1, so the first order is number 0 */
	d->cipher = pki_cert_ref(cipher);
	d->signer = pki_cert_ref(signer);
	d->state = OSCI_DLG_OPENING;
	map_put(ds->by_conversation, span_of(d->conversation), d);
	put_last(ds, d);
	*out = d;
out:
	pthread_mutex_unlock(&ds->lock);
	return rc;
}

/* The time taken must not tell how much of a guess was right. */
static bool is_response(const struct osci_dialog *d, const char *response)
{
	return response != NULL && strlen(response) == OSCI_CHALLENGE_LEN - 1 &&
	       bytes_equal(response, d->challenge, OSCI_CHALLENGE_LEN - 1);
}

int osci_dialog_enter(struct osci_dialogs *ds, const struct osci_control_block *c, struct osci_dialog **out, struct err *e)
{
	struct osci_dialog *d;
	int rc = 0;

	pthread_mutex_lock(&ds->lock);
	forget_idle(ds);
	d = c->conversation != NULL ? map_get(ds->by_conversation, span_of(c->conversation)) : NULL;
	if (d == NULL || d->sequence != c->sequence || !is_response(d, c->response) || !step(d, OSCI_DLG_EV_ORDER)) {
		rc = err_spec(e, ERR_WRONG_STATE, "OSCI 1.2 9400",
			      "ConversationId, SequenceNumber or Response wrong, or dialog no longer open");
		goto out;
	}
	osci_challenge_new(d->next_challenge);
	put_last(ds, take_out(ds, index_of(ds, d)));
	*out = d;
out:
	pthread_mutex_unlock(&ds->lock);
	return rc;
}

void osci_dialog_leave(struct osci_dialogs *ds, struct osci_dialog *d, enum osci_dialog_event how)
{
	pthread_mutex_lock(&ds->lock);
	must(step(d, how));
	if (how == OSCI_DLG_EV_ANSWERED) {
		memcpy(d->challenge, d->next_challenge, sizeof(d->challenge));
		d->sequence++;
	}
	if (d->state == OSCI_DLG_CLOSED)
		forget(ds, index_of(ds, d));
	pthread_mutex_unlock(&ds->lock);
}
