/* SPDX-License-Identifier: EUPL-1.2 */
/* bridge - what a delivery of OSCI is called and says of itself; bridge_content.c has its content. */
#include "mailbox/bridge.h"

#include <string.h>

#include "base/mem.h"
#include "osci/memo.h"
#include "osci/write.h"
#include "xta/meta.h"

#define CERT_TYPE "urn:depesche:osci:certificate" /* of a party that is known by its cipher certificate alone */
#define ID_LIST "urn:depesche:osci"
#define META_NAME "MessageMetaData"

bool mailbox_bridge_is(const struct spool_message *m)
{
	return m->kind == SPOOL_MAIL && !mailbox_xta_memo_is(m->open_meta);
}

/* The first custom header that is MessageMetaData; false: there is none that can be read. */
static bool read_custom(const struct osci_message *om, struct arena *a, struct xta_meta *out)
{
	for (size_t i = 0; i < om->custom_count; i++) {
		struct err e = ERR_INIT;

		if (memmem(om->custom[i].p, om->custom[i].n, META_NAME, strlen(META_NAME)) != NULL &&
		    xta_meta_parse(om->custom[i], a, out, &e) == 0 && out->message_id != NULL)
			return true;
	}
	return false;
}

static struct xta_party party_of(const struct mailbox_xta_account *account, size_t index)
{
	const struct mailbox_xta_party *p = &account->parties[index];

	return (struct xta_party){.value = p->value, .type = p->type, .name = p->name, .category = p->category};
}

/* Somebody with a mailbox: who has one behind a box of XTA is called as there, others by their certificate. */
static struct xta_party somebody(const struct mailbox_bridge *b, const struct spool_box *box,
				 const struct osci_message *om, enum osci_role role, struct arena *a)
{
	const struct pki_cert *c = osci_message_cert(om, role, true);
	char hex[2 * SPOOL_BOX_LEN + 1];
	size_t index;
	const struct mailbox_xta_account *account = mailbox_xta_osci_owner(b->accounts, box, &index);

	if (account != NULL)
		return party_of(account, index);
	hex_encode(box->b, SPOOL_BOX_LEN, hex);
	return (struct xta_party){.value = arena_dup(a, hex),
				  .type = CERT_TYPE,
				  .name = c == NULL || c->subject[0] == '\0' ? NULL : arena_dup(a, c->subject)};
}

/* What has no MessageMetaData of its own gets what OSCI knows. */
static void make_meta(const struct mailbox_bridge *b, const struct spool_message *m, const struct osci_message *om,
		      struct arena *a, struct xta_meta *out)
{
	struct xta_property *osci_id = arena_alloc(a, sizeof(*osci_id));

	*osci_id = (struct xta_property){{.code = "OSCI-MessageId", .list = ID_LIST, .version = "1.2"}, m->foreign_id};
	*out = (struct xta_meta){
		.author = somebody(b, &m->from, om, OSCI_ORIGINATOR, a),
		.reader = somebody(b, &m->to, om, OSCI_ADDRESSEE, a),
		.subject = om->subject,
		.service = "",
		.undefined_scenario = "OSCI",
		.type = {.code = "ContentPackage", .list = "urn:de:payloadSchema:elementName", .version = "1.0"},
		.payload_schema = "http://www.osci.de/2002/04/osci",
		.properties = osci_id,
		.property_count = m->foreign_id == NULL || m->foreign_id[0] == '\0' ? 0 : 1,
	};
}

static uint64_t size_of(const struct spool_message *m)
{
	uint64_t n = 0;

	for (size_t i = 0; i < m->part_count; i++)
		n += m->parts[i].size;
	return n;
}

int mailbox_bridge_memo(const struct mailbox_bridge *b, const struct spool_message *m, struct arena *a,
			struct mailbox_xta_memo *out, struct err *e)
{
	struct osci_message om = {.type = OSCI_STORE_DELIVERY};
	int rc = osci_memo_read_header(m->meta, b->certs, a, &om, e);

	if (rc != 0)
		return rc;
	*out = (struct mailbox_xta_memo){.warnings = 0};
	if (!read_custom(&om, a, &out->meta))
		make_meta(b, m, &om, a, &out->meta);
	/* Found by its own id only where nobody else had it. */
	if (m->alias == NULL || out->meta.message_id == NULL || !xta_id_is(out->meta.message_id, m->alias))
		out->meta.message_id = m->alias != NULL ? m->alias : mailbox_xta_id_of(b->ids, &m->id, a);
	if (out->meta.size == 0)
		out->meta.size = size_of(m);
	osci_message_fini(&om);
	return 0;
}

static bool is_taken(const struct mailbox_bridge *b, enum spool_kind kind, const char *key, struct arena *a)
{
	struct err e = ERR_INIT;
	struct spool_message m;

	return spool_message_find(b->spool, a, kind, span_of(key), &m, &e) != ERR_MISSING;
}

/* What somebody writes into a header of OSCI is not under our control: an id that we have issued is one only if it left
 * from here. */
static bool is_usable(const struct mailbox_bridge *b, const char *id, const char *key, struct arena *a)
{
	switch (mailbox_xta_id_judge(b->ids, "", id)) {
	case MAILBOX_XTA_ID_BAD:
		return false;
	case MAILBOX_XTA_ID_OWN:
	case MAILBOX_XTA_ID_OTHERS:
		if (!is_taken(b, SPOOL_APPLICATION, key, a))
			return false;
		break;
	case MAILBOX_XTA_ID_FOREIGN:
		break;
	}
	return !is_taken(b, SPOOL_MAIL, key, a);
}

const char *mailbox_bridge_alias(const struct mailbox_bridge *b, const struct spool_box *to, struct span header,
				 struct arena *a)
{
	struct osci_message om = {.type = OSCI_STORE_DELIVERY};
	const char *key = NULL;
	struct xta_meta meta;
	struct err e = ERR_INIT;
	size_t party;

	if (mailbox_xta_osci_owner(b->accounts, to, &party) == NULL ||
	    osci_memo_read_header(header, b->certs, a, &om, &e) != 0)
		return NULL;
	if (read_custom(&om, a, &meta)) {
		key = mailbox_xta_id_key(meta.message_id, a);
		if (!is_usable(b, meta.message_id, key, a))
			key = NULL;
	}
	osci_message_fini(&om);
	return key;
}

int mailbox_bridge_find(const struct mailbox_bridge *b, const char *id, struct arena *a, struct spool_message *m,
			struct err *e)
{
	struct id own;
	int rc;

	if (!mailbox_xta_id_parse(b->ids, id, &own))
		return err_set(e, ERR_MISSING, "no message has such an id");
	rc = spool_message_get(b->spool, a, &own, m, e);
	if (rc == 0 && (!mailbox_bridge_is(m) || m->alias != NULL))
		rc = err_set(e, ERR_MISSING, "this message has another id");
	return rc;
}

/* What OSCI knows beside the instants. */
static int add_inspections(const struct mailbox_bridge *b, const struct spool_message *m, struct arena *a,
			   struct osci_card *card, struct err *e)
{
	struct osci_message om = {.type = OSCI_STORE_DELIVERY};
	int rc = osci_memo_read_header(m->meta, b->certs, a, &om, e);

	if (rc != 0)
		return rc;
	card->message_id = m->foreign_id;
	card->subject = om.subject;
	rc = osci_memo_read_card(m->open_meta, &om, a, &card->inspections, &card->inspection_count, e);
	osci_message_fini(&om);
	return rc;
}

int mailbox_bridge_card(const struct mailbox_bridge *b, const struct spool_message *m, const char *xta_id,
			struct arena *a, struct span *out, struct err *e)
{
	struct osci_card card = {.message_id = xta_id,
				 .created = m->accepted,
				 .forwarded = m->forwarded,
				 .received = m->fetched,
				 .modified = m->modified};
	struct buf text;
	int rc = mailbox_bridge_is(m) ? add_inspections(b, m, a, &card, e) : 0;

	buf_init(&text, XTA_EXTRA_MAX);
	if (rc == 0)
		rc = osci_write_card(&card, &text, e);
	if (rc == 0)
		*out = arena_span(a, buf_view(&text));
	buf_fini(&text);
	return rc;
}
