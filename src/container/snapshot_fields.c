/* SPDX-License-Identifier: GPL-2.0-or-later */
/* snapshot_fields.c - the rows of a snapshot's objects. */
#include "snapshot_fields.h"

static const struct snapshot_row rows[] = {
#define ROW(object, key, kind, member) \
	{ (key), SNAPSHOT_##kind, offsetof(SNAPSHOT_STRUCT_##object, member) },
#include "snapshot_fields.def"
#undef ROW
};

static const enum snapshot_object objects[] = {
#define ROW(object, key, kind, member) SNAPSHOT_##object,
#include "snapshot_fields.def"
#undef ROW
};

#define NROWS (sizeof(rows) / sizeof(rows[0]))

/* The rows of one object stand together. */
const struct snapshot_row *snapshot_rows(enum snapshot_object object,
                                         size_t *ret_count)
{
	size_t from = 0, until;

	while (from < NROWS && objects[from] != object)
		from++;
	for (until = from; until < NROWS && objects[until] == object;)
		until++;
	*ret_count = until - from;
	return &rows[from];
}
