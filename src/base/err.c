/* SPDX-License-Identifier: GPL-2.0-or-later */
/* err.c - texts of the error values and names of the counters. */
#include "saker/base/err.h"

#include <stddef.h>

#include "saker/base/counters.h"

static const struct {
	int value;
	const char *text;
} errors[] = {
#define ERROR(name, text) { name, text },
#include "saker/base/errors.def"
#undef ERROR
};

const char *err_text(int error)
{
	if (error == E_OK)
		return "success";
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].value == error)
			return errors[i].text;
	return "unknown error";
}

static const struct {
	const char *name;
	const char *help;
} counters[COUNTER__MAX] = {
#define COUNTER(id, name, help) [COUNTER_##id] = { name, help },
#include "saker/base/counters.def"
#undef COUNTER
};

int64_t counters_unaccounted(const struct counters *c, uint64_t pending)
{
	static const enum counter ends[] = {
		COUNTER_RECORDS_PARSED,  COUNTER_RECORDS_MALFORMED,
		COUNTER_RECORDS_DROPPED, COUNTER_RECORDS_LATE,
		COUNTER_RECORDS_NOMEM,   COUNTER_RECORDS_EXCESS,
		COUNTER_RECORDS_SKIPPED, COUNTER_RECORDS_SHED,
	};
	uint64_t in = counter_get(c, COUNTER_RECORDS_IN);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		in -= counter_get(c, ends[i]);
	return (int64_t)(in - pending);
}

const char *counter_name(enum counter id)
{
	return counters[id].name;
}

const char *counter_help(enum counter id)
{
	return counters[id].help;
}
