/* SPDX-License-Identifier: GPL-2.0-or-later */
/* value.h - what a field yields. */
#ifndef SAKER_EVENT_VALUE_H
#define SAKER_EVENT_VALUE_H

#include "saker/base/arena.h"
#include "saker/base/str.h"

enum value_type {
	VALUE_STRING,
	VALUE_INT,  /* signed 64 bits */
	VALUE_UINT, /* unsigned 64 bits */
	VALUE_BOOL,
	VALUE_TIME,     /* nanoseconds since the epoch, unsigned */
	VALUE_IPADDR,   /* 16 bytes; IPv4 as its own length */
	VALUE_LIST,     /* of strings */
	VALUE_BYTES,    /* any bytes, as str */
	VALUE_PORT,     /* unsigned; rules may name the service */
	VALUE_DURATION, /* nanoseconds, unsigned */
	VALUE_DOUBLE,   /* of fields only: their values are VALUE_INT */
	VALUE_INT16,    /* the same */
	VALUE_INT32,    /* the same */
	VALUE_UINT32,   /* of fields only: their values are VALUE_UINT */
	VALUE_DYNAMIC,  /* of fields whose argument decides: field_type() */
	VALUE_IPNET, /* of fields, whose values are VALUE_IPADDR, and of right
	              * sides: net */
	VALUE_MANY,  /* several of the field's type: an operator needs one */
};

struct ip_address {
	unsigned char bytes[16];
	unsigned char len; /* 4 or 16 */
};

/* Texts and lists borrow from the event and die with it. */
struct value {
	enum value_type type;
	union {
		struct str str;
		int64_t i;
		uint64_t u;
		bool b;
		struct ip_address ip;
		struct {
			struct ip_address ip;
			unsigned char bits;
		} net;
		struct {
			const struct str *items;
			size_t count;
		} list;
		struct {
			const struct value *items;
			size_t count;
		} many;
	};
};

/* Several values that are none: as good as no value. */
static inline bool value_is_empty_list(const struct value *v)
{
	return (v->type == VALUE_LIST && v->list.count == 0) ||
	       (v->type == VALUE_MANY && v->many.count == 0);
}

/* The value as outputs show it; a text is borrowed, the rest made in the arena.
 * False when out of memory, and for several values. */
bool value_text(const struct value *v, struct arena *arena, struct str *ret);

/* Seeded; equal values have equal hashes. */
uint64_t value_hash(const struct value *v, uint64_t seed);

/* What values of a field of that type are: VALUE_INT of VALUE_INT32 ... */
enum value_type value_type_of_values(enum value_type t);

/* Falco's names of the types, for messages and listings. */
const char *value_type_name(enum value_type t);

#endif
