/* SPDX-License-Identifier: GPL-2.0-or-later */
/* summary.c - alerts counted by rule and container. */
#include "summary.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/base/map.h"

struct row {
	struct str rule;
	struct str container;
	enum priority priority;
	uint64_t count;
};

struct summary {
	struct map rows;
	struct arena arena;
};

struct summary *summary_new(void)
{
	struct summary *s = calloc(1, sizeof(*s));

	if (s != NULL)
		map_init(&s->rows);
	return s;
}

void summary_free(struct summary *s)
{
	if (s == NULL)
		return;
	map_done(&s->rows);
	arena_done(&s->arena);
	free(s);
}

static struct str container_of_alert(const struct alert *alert)
{
	for (size_t i = 0; i < alert->nfields; i++)
		if (str_eq(alert->fields[i].name, STR("container.id")) &&
		    alert->fields[i].has_value)
			return alert->fields[i].value.str;
	return STR("-");
}

static struct row *row_new(struct summary *s, const struct alert *alert,
                           struct str key)
{
	struct row *row = arena_new(&s->arena, struct row);
	struct str copy = arena_copy(&s->arena, key);

	if (row == NULL || copy.s == NULL)
		return NULL;
	row->rule = arena_copy(&s->arena, alert->rule);
	row->container = arena_copy(&s->arena, container_of_alert(alert));
	row->priority = alert->priority;
	return map_put(&s->rows, copy, row) == 0 ? row : NULL;
}

void summary_add(void *summary, const struct alert *alert)
{
	struct summary *s = summary;
	auto_buf struct buf key = BUF_INIT;
	struct row *row;

	buf_add_str(&key, alert->rule);
	buf_add_byte(&key, '\0');
	buf_add_str(&key, container_of_alert(alert));
	row = map_get(&s->rows, buf_str(&key));
	if (row == NULL)
		row = row_new(s, alert, buf_str(&key));
	if (row != NULL)
		row->count++;
}

static int by_count(const void *a, const void *b)
{
	const struct row *x = *(struct row *const *)a;
	const struct row *y = *(struct row *const *)b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return str_cmp(x->rule, y->rule);
}

static void print_text(const struct row *row, struct buf *out)
{
	buf_printf(out, "%8llu  %-13s  ", (unsigned long long)row->count,
	           priority_name(row->priority));
	escape_text(out, row->container);
	buf_printf(out, "%*s  ",
	           row->container.len < 12 ? 12 - (int)row->container.len : 0,
	           "");
	escape_text(out, row->rule);
	buf_add_byte(out, '\n');
}

static void print_json(const struct row *row, struct buf *out)
{
	buf_add_str(out, STR("{\"container.id\":"));
	escape_json(out, row->container);
	buf_printf(out, ",\"count\":%llu,\"priority\":\"%s\",\"rule\":",
	           (unsigned long long)row->count,
	           priority_name(row->priority));
	escape_json(out, row->rule);
	buf_add_str(out, STR("}\n"));
}

void summary_print(struct summary *s, bool json)
{
	auto_buf struct buf out = BUF_INIT;
	auto_free struct row **rows = calloc(s->rows.count + 1, sizeof(*rows));
	size_t cursor = 0, n = 0;
	void *row;

	if (rows == NULL)
		return;
	while (map_next(&s->rows, &cursor, NULL, &row))
		rows[n++] = row;
	qsort(rows, n, sizeof(rows[0]), by_count);
	if (!json)
		buf_add_str(&out, STR("  alerts  priority       container     "
		                      "rule\n"));
	for (size_t i = 0; i < n; i++)
		(json ? print_json : print_text)(rows[i], &out);
	cli_print(&out);
}
