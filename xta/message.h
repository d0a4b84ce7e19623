/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * message - what the XTA operations carry, as values: parties, MessageMetaData, parts, selections, reports.
 *
 * Server and client use the same types. Strings and lists live in the arena of the call; NULL is "not there". Instants
 * are ms since 1970, 0 for "not there". Content stays a stream. Plain data: any thread that owns it.
 */
#ifndef XTA_MESSAGE_H
#define XTA_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/stream.h"

/* oscimeta:PartyIdentifierType. Who it is say value and type; name is for people, category is a role. */
struct xta_party {
	const char *value;
	const char *type;	/* NULL: the peer left it out (lenient); compare by value alone then */
	const char *name, *category;
};

/* oscimeta:KeyCodeType: an entry of a code list. */
struct xta_key {
	const char *code, *name;	/* name may be NULL */
	const char *list, *version;	/* listURI, listVersionID */
};

struct xta_property {
	struct xta_key key;
	const char *value;
};

/* ReceiptRequests */
struct xta_receipts {
	bool submission, relay, delivery, fetch, reception;
	const char *to;			/* address of ReceiptTo */
};

struct xta_process {			/* Requester or Responder of ProcessRef */
	const char *value, *name;	/* value NULL: not there */
};

/* MessageMetaData. SecurityTokens are not kept: they are not ours to hand on (docs/xta-wire.md). */
struct xta_meta {
	bool is_test;			/* TestMsg */
	int64_t origin, initial_send, not_before;	/* ms */
	const char *obsolete_after;	/* xs:date as written, see xta_date_end() */
	int64_t delivery, initial_fetch, reception;
	const char *service_quality;
	bool has_receipts;
	struct xta_receipts receipts;
	struct xta_party author, sender, reply_to;	/* value NULL: sender or reply_to is not there */
	struct xta_party reader;
	const struct xta_party *other_readers, *cc_readers;
	size_t other_reader_count, cc_reader_count;
	const char *message_id;		/* as the author spells it; compared without case */
	const char *const *in_reply_to;
	size_t in_reply_to_count;
	struct xta_process requester, responder;
	const char *subject, *service;	/* service may be "" */
	struct xta_key scenario;	/* BusinessScenario/Defined; code NULL: undefined_scenario instead */
	const char *undefined_scenario;	/* may be "" */
	struct xta_key type;		/* MessageType */
	const char *payload_schema;
	const struct xta_property *properties;
	size_t property_count;
	uint64_t size;			/* MsgSize; 0: not there */
};

enum xta_part_kind {
	XTA_MESSAGE, /* the first, and exactly one */
	XTA_ATTACHMENT,
	XTA_ENCRYPTED, /* instead of both: the bytes are one xenc:EncryptedData element, canonical XML */
};

/* Message or Attachment of a ContentContainer. */
struct xta_part {
	enum xta_part_kind kind;
	const char *type;		/* contentType; of XTA_ENCRYPTED "application/xml" */
	const char *description, *encoding, *filename, *id, *language;
	uint64_t size; /* bytes of the content; 0: not known (while it is read: what the sender says) */
	/* Its content, decoded: set by whoever has it to give (client that sends, env that hands out). May be called
	 * once for each time the message is written; the caller closes. */
	int (*open)(void *ctx, struct src **out, struct err *e);
	void *ctx;
};

enum xta_entries { XTA_ALL_ENTRIES, XTA_NEW_ENTRIES, XTA_SEEN_ENTRIES };

/* MsgSelector; all criteria together. New: without InitialFetch. */
struct xta_selection {
	const char *const *ids;
	size_t id_count;
	const char *const *relates_to;
	size_t relates_to_count;
	int64_t from, to;		/* Delivery not before / not after; 0: open */
	enum xta_entries entries;
};

enum xta_list_form { XTA_LIST_META, XTA_LIST_ATTRIBUTES };

/* Why a message box has nothing to give (MsgBoxResponse). */
enum xta_availability { XTA_AVAILABLE, XTA_NO_MATCH, XTA_BAD_SELECTION, XTA_BAD_REQUEST_ID };

/* MsgBoxResponse */
struct xta_box_state {
	enum xta_availability availability;
	uint64_t pending;		/* ItemsPending: further ones that match */
	const char *request_id;		/* MsgBoxRequestID; a URI */
};

struct xta_list {
	struct xta_box_state state;
	enum xta_list_form form;
	const struct xta_meta *entries;
	size_t count;
};

struct xta_item {			/* one message of a box with its content */
	struct xta_box_state state;	/* not XTA_AVAILABLE: nothing else is set */
	struct xta_meta meta;
	const struct xta_part *parts;
	size_t part_count;
	void *held;			/* the env's own, for its `handed`; NULL: nothing */
};

/* An entry of ErrorList, WarnList or InfoList. */
struct xta_record {
	int64_t at;
	struct xta_key key;		/* no name: the schema has no room for it */
	const char *reason;
};

#define XTA_EXTRA_MAX ((size_t)256 << 10)
struct xta_extra_report {		/* AdditionalReports/Report */
	struct xta_key key;
	struct span data;		/* bytes, at most XTA_EXTRA_MAX */
};

enum xta_status { XTA_OPEN, XTA_GREEN, XTA_YELLOW, XTA_RED };

/* TransportReport */
struct xta_report {
	struct xta_meta meta;
	int64_t at;			/* ReportTime */
	const char *server;		/* XTAServerIdentity; env may leave NULL: the server's own */
	enum xta_status status;
	const struct xta_record *errors, *warnings, *infos;
	size_t error_count, warning_count, info_count;
	const struct xta_extra_report *extras;
	size_t extra_count;
};

enum xta_service_state { XTA_SERVICE_NO, XTA_SERVICE_YES, XTA_SERVICE_UNKNOWN };

struct xta_service_parameter {
	struct xta_key key;		/* ParameterType; no name */
	struct span resource;		/* bytes */
};

/* One question to lookupService and its answer. */
struct xta_service {
	struct xta_party reader;
	const char *service;		/* ServiceType */
	enum xta_service_state state;
	const struct xta_service_parameter *parameters;
	size_t parameter_count;
};

/* What the request of an operation carries beside content; which members count, says the operation. */
struct xta_ask {
	const char *message_id;
	const struct xta_service *services;	/* reader and service are set */
	size_t service_count;
	struct xta_selection selection;
	enum xta_list_form form;
	uint64_t max;				/* maxListItems; 0: not there */
	const char *request_id;			/* MsgBoxRequestID */
	const char *const *last;		/* LastMsgReceived */
	size_t last_count;
};

/* What an answer carries. */
struct xta_reply {
	const char *message_id;
	const struct xta_service *services;
	size_t service_count;
	struct xta_report report;
	struct xta_list list;
	struct xta_item item;
};

/* End of that day (ms; the first instant that is not of it) in the zone written, German time if none; ERR_SYNTAX if it
 * is not an xs:date. */
int xta_date_end(const char *date, int64_t *ms, struct err *e);
/* Message ids are compared without regard to case (ASCII). */
bool xta_id_is(const char *a, const char *b);

#endif
