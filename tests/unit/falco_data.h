/* SPDX-License-Identifier: GPL-2.0-or-later */
/* falco_data.h - tables of Falco's own test cases, where they are there. */
#ifndef SAKER_TESTS_FALCO_DATA_H
#define SAKER_TESTS_FALCO_DATA_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FALCO_COLUMNS 32

/* The path of a file of the Falco data; for free(). */
static inline char *falco_path(const char *name)
{
	const char *data = getenv("SAKER_TEST_DATA");
	const char *top = getenv("top_srcdir");
	char *path;

	if (data != NULL) {
		if (asprintf(&path, "%s/falco/%s", data, name) < 0)
			abort();
	} else if (asprintf(&path, "%s/../shared/data/falco/%s",
	                    top != NULL ? top : ".", name) < 0) {
		abort();
	}
	return path;
}

/* NULL where the data is absent: the test is then skipped. */
static inline FILE *falco_open(const char *name)
{
	char *path = falco_path(name);
	FILE *f = fopen(path, "re");

	free(path);
	return f;
}

/* The next row after the header, cut into *line at tabs. */
static inline bool falco_row(FILE *f, char **line, size_t *size,
                             const char *columns[FALCO_COLUMNS])
{
	bool header = ftell(f) == 0;
	char *rest, *column;

	if (header && getline(line, size, f) < 0)
		return false;
	if (getline(line, size, f) < 0)
		return false;
	(*line)[strcspn(*line, "\n")] = '\0';
	rest = *line;
	for (size_t i = 0; i < FALCO_COLUMNS; i++) {
		column = strsep(&rest, "\t");
		columns[i] = column != NULL ? column : "";
	}
	return true;
}

/* A column of JSON; NULL when it is empty. */
static inline json_t *falco_json(const char *column)
{
	return *column != '\0' ? json_loads(column, JSON_DECODE_ANY, NULL)
	                       : NULL;
}

#endif
