/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options.c - the table of options: parsing. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "saker/base/io.h"

/* getopt_long()'s value of options without a letter: beyond any character. */
#define NO_LETTER 256

static const struct cli_option options[OPTION__MAX] = {
#define OPTION(id, letter, name, argument, doc) \
	[OPTION_##id] = { letter, name, argument, doc },
#include "options.def"
#undef OPTION
};

bool cli_option_at(unsigned id, struct cli_option *ret)
{
	if (id >= OPTION__MAX)
		return false;
	*ret = options[id];
	return true;
}

bool cli_takes(const struct verb *verb, unsigned id)
{
	return id == OPTION_HELP || (verb->options & (1u << id)) != 0;
}

/* getopt's two descriptions of what the verb takes. */
static void describe(const struct verb *verb, struct option *longs,
                     char *shorts)
{
	for (unsigned id = 0; id < OPTION__MAX; id++) {
		bool has_argument = options[id].argument != NULL;

		if (!cli_takes(verb, id))
			continue;
		*longs++ = (struct option){ options[id].name,
			                    has_argument ? required_argument
			                                 : no_argument,
			                    NULL, NO_LETTER + (int)id };
		if (options[id].letter == 0)
			continue;
		*shorts++ = options[id].letter;
		if (has_argument)
			*shorts++ = ':';
	}
	*longs = (struct option){ 0 };
	*shorts = '\0';
}

static unsigned id_of(int found)
{
	unsigned id = 0;

	if (found >= NO_LETTER)
		return (unsigned)found - NO_LETTER;
	while (options[id].letter != (char)found)
		id++;
	return id;
}

/* One argument may hold many options: -jjj. */
static size_t most_options(int argc, char **argv)
{
	size_t n = 1;

	for (int i = 0; i < argc; i++)
		n += strlen(argv[i]);
	return n;
}

static bool values_init(struct cli *cli, size_t most)
{
	*cli = (struct cli){ 0 };
	cli->sequence = calloc(most, sizeof(*cli->sequence));
	if (cli->sequence == NULL)
		return false;
	for (unsigned id = 0; id < OPTION__MAX; id++) {
		cli->options[id].items = calloc(most, sizeof(const char *));
		if (cli->options[id].items == NULL)
			return false;
	}
	return true;
}

/* Of the options that the verb takes; "" for the others. */
static const char *name_of(const void *verb, size_t i)
{
	if (i >= OPTION__MAX)
		return NULL;
	return cli_takes(verb, (unsigned)i) ? options[i].name : "";
}

static void say_near(const struct verb *verb, const char *given)
{
	struct str word = str_from(given);
	const char *near = NULL;

	word = str_take(word, strcspn(given, "="));
	if (str_has_prefix(word, STR("--")))
		near = cli_near(str_skip(word, 2), name_of, verb);
	if (near != NULL && *near != '\0')
		fprintf(stderr, "  hint: did you mean --%s?\n", near);
	else
		fprintf(stderr, "  hint: saker %s --help lists the options\n",
		        verb->name);
}

int cli_parse(const struct verb *verb, int argc, char **argv, struct cli *cli,
              bool *ret_help)
{
	struct option longs[OPTION__MAX + 1];
	char shorts[2 * OPTION__MAX + 1];
	auto_buf struct buf name = BUF_INIT;
	int found;

	/* what getopt(3) begins its messages with */
	buf_printf(&name, "saker %s", verb->name);
	argv[0] = (char *)(uintptr_t)buf_cstr(&name);
	if (name.failed || !values_init(cli, most_options(argc, argv)))
		return cli_exit_code(E_NOMEM);
	describe(verb, longs, shorts);
	while ((found = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		struct option_values *values;

		if (found == '?') {
			say_near(verb, argv[optind - 1]);
			return EXIT_USAGE;
		}
		values = &cli->options[id_of(found)];
		values->items[values->count++] = optarg;
		cli->sequence[cli->nsequence++] = id_of(found);
	}
	*ret_help = cli_has(cli, OPTION_HELP);
	cli->operands = (const char **)(uintptr_t)(argv + optind);
	cli->noperands = (size_t)(argc - optind);
	if (cli->noperands != 0 && *verb->operands == '\0') {
		fprintf(stderr, "saker %s takes no argument '%s'\n", verb->name,
		        cli->operands[0]);
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

void cli_done(struct cli *cli)
{
	for (unsigned id = 0; id < OPTION__MAX; id++)
		free(cli->options[id].items);
	free(cli->sequence);
}
