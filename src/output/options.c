/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options.c - the options of one output. */
#include <stddef.h>
#include <syslog.h>

#include "saker/base/array.h"
#include "saker/output/output.h"
#include "spec.h"

const char output_no_memory[] = "less memory in use";
const char output_unknown[] = "no such option";

/* Sets the member at target; false: that is no value. */
typedef bool setter(struct output_spec *spec, void *target, struct str value,
                    const char *range);

static bool set_FORMAT(struct output_spec *spec, void *target, struct str value,
                       const char *range)
{
	(void)spec;
	(void)range;
	return alert_format_parse(value, target);
}

static bool set_PRIORITY(struct output_spec *spec, void *target,
                         struct str value, const char *range)
{
	(void)spec;
	(void)range;
	return priority_parse(value, target);
}

static bool set_TEXT(struct output_spec *spec, void *target, struct str value,
                     const char *range)
{
	(void)range;
	*(const char **)target = arena_copy(&spec->arena, value).s;
	return value.len != 0;
}

static bool set_TEXTS(struct output_spec *spec, void *target, struct str value,
                      const char *range)
{
	(void)range;
	return output_texts_add(spec, target, value);
}

/* The index of value among n words. */
static bool find_word(const char *const *words, size_t n, struct str value,
                      unsigned *ret)
{
	for (unsigned i = 0; i < n; i++)
		if (str_eq(value, str_from(words[i]))) {
			*ret = i;
			return true;
		}
	return false;
}

static bool set_FLAG(struct output_spec *spec, void *target, struct str value,
                     const char *range)
{
	static const char *const words[] = { "false", "true" };
	unsigned i;

	(void)spec;
	(void)range;
	if (!find_word(words, COUNT(words), value, &i))
		return false;
	*(bool *)target = i != 0;
	return true;
}

/* Within "MIN to MAX". */
static bool read_number(struct str value, const char *range, uint64_t *ret)
{
	struct str text = str_from(range);
	ptrdiff_t to = str_find(text, STR(" to "));
	uint64_t min, max;

	return to > 0 && str_to_u64(str_take(text, (size_t)to), 10, &min) &&
	       str_to_u64(str_skip(text, (size_t)to + 4), 10, &max) &&
	       str_to_u64(value, 10, ret) && *ret >= min && *ret <= max;
}

static bool set_BYTES(struct output_spec *spec, void *target, struct str value,
                      const char *range)
{
	(void)spec;
	return read_number(value, range, target);
}

static bool set_NUMBER(struct output_spec *spec, void *target, struct str value,
                       const char *range)
{
	uint64_t n;

	(void)spec;
	if (!read_number(value, range, &n))
		return false;
	*(unsigned *)target = (unsigned)n;
	return true;
}

#define set_MILLISECONDS set_NUMBER

static bool set_PROTOCOL(struct output_spec *spec, void *target,
                         struct str value, const char *range)
{
	static const char *const words[] = {
		[SYSLOG_RFC5424] = "rfc5424", [SYSLOG_RFC3164] = "rfc3164"
	};
	unsigned i;

	(void)spec;
	(void)range;
	if (!find_word(words, COUNT(words), value, &i))
		return false;
	*(enum syslog_protocol *)target = (enum syslog_protocol)i;
	return true;
}

static bool set_FRAMING(struct output_spec *spec, void *target,
                        struct str value, const char *range)
{
	static const char *const words[] = {
		[SYSLOG_OCTETS] = "octets", [SYSLOG_LINES] = "lines"
	};
	unsigned i;

	(void)spec;
	(void)range;
	if (!find_word(words, COUNT(words), value, &i))
		return false;
	*(enum syslog_framing *)target = (enum syslog_framing)i;
	return true;
}

/* RFC 5424, table 1; those whose numbers all systems agree on. */
static bool set_FACILITY(struct output_spec *spec, void *target,
                         struct str value, const char *range)
{
	static const struct {
		const char *name;
		unsigned number;
	} facilities[] = {
		{ "user", 1 },    { "daemon", 3 },  { "auth", 4 },
		{ "syslog", 5 },  { "cron", 9 },    { "authpriv", 10 },
		{ "local0", 16 }, { "local1", 17 }, { "local2", 18 },
		{ "local3", 19 }, { "local4", 20 }, { "local5", 21 },
		{ "local6", 22 }, { "local7", 23 },
	};

	(void)spec;
	(void)range;
	for (size_t i = 0; i < COUNT(facilities); i++)
		if (str_eq(value, str_from(facilities[i].name))) {
			*(unsigned *)target = facilities[i].number;
			return true;
		}
	return false;
}

static const struct {
	const char *name;
	size_t offset;
	setter *set;
	const char *range;
	const char *doc;
} options[] = {
#define OUTPUT_OPTION(name, member, type, range, doc) \
	{ name, offsetof(struct output_spec, member), set_##type, range, doc },
#include "options.def"
#undef OUTPUT_OPTION
};

const char *output_option_name(size_t i)
{
	return i < COUNT(options) ? options[i].name : NULL;
}

const char *output_option_doc(size_t i)
{
	return i < COUNT(options) ? options[i].doc : NULL;
}

const char *output_option_set(struct output_spec *spec, struct str name,
                              const struct output_texts *values)
{
	size_t i = 0;

	while (i < COUNT(options) && !str_eq(name, str_from(options[i].name)))
		i++;
	if (i == COUNT(options))
		return output_unknown;
	if (options[i].set != set_TEXTS && values->count != 1)
		return options[i].range;
	for (size_t n = 0; n < values->count; n++)
		if (!options[i].set(spec, (char *)spec + options[i].offset,
		                    str_from(values->items[n]),
		                    options[i].range))
			return spec->arena.failed ? output_no_memory
			                          : options[i].range;
	return spec->arena.failed ? output_no_memory : NULL;
}
