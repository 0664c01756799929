/* SPDX-License-Identifier: GPL-2.0-or-later */
/* value.c - names of the value types. */
#include "saker/event/value.h"

const char *value_type_name(enum value_type t)
{
	static const char *const names[] = {
		[VALUE_STRING] = "CHARBUF", [VALUE_INT] = "INT64",
		[VALUE_UINT] = "UINT64",    [VALUE_BOOL] = "BOOL",
		[VALUE_TIME] = "ABSTIME",   [VALUE_IPADDR] = "IPADDR",
		[VALUE_LIST] = "LIST",      [VALUE_BYTES] = "BYTEBUF",
		[VALUE_PORT] = "PORT",      [VALUE_DURATION] = "RELTIME",
		[VALUE_DOUBLE] = "DOUBLE",  [VALUE_IPNET] = "IPNET",
		[VALUE_MANY] = "MANY",
	};

	return names[t];
}
