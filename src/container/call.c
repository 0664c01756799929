/* SPDX-License-Identifier: GPL-2.0-or-later */
/* call.c - a runtime's command line: what it is to do, with which container. */
#include "runtime.h"

enum option_meaning {
	OPTION_NONE, /* takes no value */
	OPTION_VALUE,
	OPTION_ID,
	OPTION_BUNDLE,
	OPTION_ROOT,
	OPTION_DIRECTORY, /* whose last part names the container, for want of
	                   * a name */
};

static const struct option {
	enum runtime_family family;
	struct str name;
	enum option_meaning meaning;
} options[] = {
#define RUNTIME(file, family, verb)
#define RUNTIME_DIR(path)
#define RUNTIME_VERB(word, verb)
#define RUNTIME_OPTION(family, option, meaning) \
	{ FAMILY_##family, STR_INIT(option), OPTION_##meaning },
#include "saker/container/runtimes.def"
#undef RUNTIME_VERB
#undef RUNTIME_OPTION
};

static const struct {
	struct str word;
	enum runtime_verb verb;
} verbs[] = {
#define RUNTIME_VERB(word, verb) { STR_INIT(word), VERB_##verb },
#define RUNTIME_OPTION(family, option, meaning)
#include "saker/container/runtimes.def"
#undef RUNTIME
#undef RUNTIME_DIR
#undef RUNTIME_VERB
#undef RUNTIME_OPTION
};

static enum runtime_verb verb_of(struct str word)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (str_eq(verbs[i].word, word))
			return verbs[i].verb;
	return VERB_NONE;
}

static enum option_meaning meaning_of(enum runtime_family family,
                                      struct str name)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (options[i].family == family &&
		    str_eq(options[i].name, name))
			return options[i].meaning;
	return OPTION_NONE;
}

/* nspawn names the machine after its directory or image. */
static struct str directory_name(struct str path)
{
	while (path.len > 1 && path.s[path.len - 1] == '/')
		path.len--;
	path = str_basename(path);
	return str_has_suffix(path, STR(".raw")) ? str_take(path, path.len - 4)
	                                         : path;
}

static void take_option(struct runtime_call *call, enum option_meaning meaning,
                        struct str value)
{
	if (meaning == OPTION_ID)
		call->id = value;
	else if (meaning == OPTION_BUNDLE)
		call->bundle = value;
	else if (meaning == OPTION_ROOT)
		call->root = value;
	else if (meaning == OPTION_DIRECTORY && call->id.len == 0)
		call->id = directory_name(value);
}

/* Returns how many arguments the option takes, itself included. Go's flag
 * package takes "-bundle" for "--bundle". */
static size_t parse_option(enum runtime_family family, const struct str *argv,
                           size_t left, struct runtime_call *call)
{
	struct str name = argv[0], value = STR_NONE;
	ptrdiff_t equals = str_find_byte(name, '=');
	enum option_meaning meaning;

	if (equals >= 0) {
		value = str_skip(name, (size_t)equals + 1);
		name = str_take(name, (size_t)equals);
	}
	meaning = meaning_of(family, name);
	if (meaning == OPTION_NONE)
		return 1;
	if (equals >= 0 || left < 2) {
		take_option(call, meaning, value);
		return 1;
	}
	take_option(call, meaning, argv[1]);
	return 2;
}

/* True when what follows belongs to the program in the container. */
static bool take_word(const struct runtime_kind *kind, struct str word,
                      bool *verb_known, struct runtime_call *call)
{
	if (kind->family == FAMILY_OCI && !*verb_known) {
		call->verb = verb_of(word);
		*verb_known = true;
		return call->verb == VERB_INIT;
	}
	if (call->id.len == 0)
		call->id = word;
	return true;
}

void runtime_call_parse(const struct runtime_kind *kind, const struct str *argv,
                        size_t argc, struct runtime_call *ret)
{
	struct runtime_call call = { .verb = kind->verb };
	bool verb_known = false;

	for (size_t i = 1; i < argc;) {
		if (str_eq(argv[i], STR("--"))) {
			i++;
			continue;
		}
		if (argv[i].len > 1 && argv[i].s[0] == '-') {
			i += parse_option(kind->family, argv + i, argc - i,
			                  &call);
			continue;
		}
		/* crun takes options behind the id too, runc none. */
		if (take_word(kind, argv[i], &verb_known, &call) &&
		    (call.verb == VERB_EXEC || call.verb == VERB_INIT ||
		     kind->family != FAMILY_OCI))
			break;
		i++;
	}
	*ret = call;
}
