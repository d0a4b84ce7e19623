/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * schema - the whole configuration language as tables: section, key, type, range, default, one sentence of help.
 * Private to this folder; static data, any thread.
 */
#ifndef CONFIG_SCHEMA_H
#define CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a value is and which member of the struct it fills. */
enum conf_type {
	CONF_FLAG,	/* bool: true or false */
	CONF_COUNT,	/* uint32_t */
	CONF_SIZE,	/* uint64_t, bytes, with a unit */
	CONF_TIME,	/* int64_t, ms, with a unit */
	CONF_DATE,	/* int64_t, ms: the end of a day in UTC; 0: none */
	CONF_CHOICE,	/* char *: one of choices */
	CONF_TEXT,	/* char *: any text */
	CONF_ROUTE,	/* char *: a path of the HTTP server */
	CONF_URL,	/* char *: absolute http or https address */
	CONF_SITE,	/* char *: an http or https address without a path */
	CONF_HEADER,	/* char *: the name of an HTTP header */
	CONF_OFFICE,	/* char *: key of an authority in the DVDV */
	CONF_PLACE,	/* char *: a file or folder that need not exist */
	CONF_FILE,	/* char *: a readable file */
	CONF_SECRET,	/* char *: a file nobody else may read */
	CONF_LISTEN,	/* struct conf_listen */
	CONF_TEXTS,	/* struct conf_list of any text */
	CONF_URLS,	/* struct conf_list */
	CONF_NETWORKS,	/* struct conf_list of addresses and networks, as addr_range_parse reads them */
	CONF_ORIGINS,	/* struct conf_list of http or https addresses without a path */
	CONF_FILES,	/* struct conf_list of readable files */
	CONF_DIGESTS,	/* struct conf_list of SHA-256 digests: 64 hexadecimal digits, colons between them allowed */
	CONF_PATHS,	/* struct conf_list of readable files and folders */
	CONF_GROUP,	/* a nested struct with fields of its own */
	CONF_GROUPS	/* a pointer to such structs and a size_t: a list; a plain value in it is the first field */
};

struct conf_group;

struct conf_field {
	const char *key;
	enum conf_type type;
	bool required;
	size_t offset;
	const char *fallback;		/* as it would be written in the file; NULL: none */
	uint64_t min, max;		/* of numbers, sizes and times; of the entries of a list */
	const char *choices;		/* "error warn info" */
	const struct conf_group *group;
	const char *help;
};

/* A struct and the fields that fill it. */
struct conf_group {
	const char *name;		/* of the section; "" for the top level */
	const char *expected;		/* what a nested group is, for messages; NULL for sections */
	size_t offset, size;		/* the struct, or the pointer to it, in the one around it */
	bool pointer;			/* absent: the pointer stays NULL */
	const struct conf_field *fields;
	size_t count;
	const char *help;
};

/* The sections in the order of the documentation, the top level first. */
extern const struct conf_group conf_sections[];
extern const size_t conf_section_count;

#endif
