/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table.c - chained hash table of fixed size. */
#include "table.h"

#include <stdlib.h>

int table_init(struct table *t, size_t max_events)
{
	size_t n = 64;

	while (n < max_events)
		n *= 2;
	/* Stamps and nodes come from outside. */
	*t = (struct table){ .mask = n - 1, .seed = str_hash_seed() };
	t->buckets = calloc(n, sizeof(struct open_event *));
	return t->buckets != NULL ? 0 : E_NOMEM;
}

void table_done(struct table *t)
{
	free(t->buckets);
	t->buckets = NULL;
}
