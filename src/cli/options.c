/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options.c - the table of options: parsing and help. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"

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

int cli_parse(const struct verb *verb, int argc, char **argv, struct cli *cli,
              bool *ret_help)
{
	struct option longs[OPTION__MAX + 1];
	char shorts[2 * OPTION__MAX + 1];
	int found;

	if (!values_init(cli, most_options(argc, argv)))
		return EXIT_CANNOT;
	describe(verb, longs, shorts);
	while ((found = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		struct option_values *values;

		if (found == '?') {
			fprintf(stderr, "saker %s --help lists the options\n",
			        verb->name);
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

static void print_option(unsigned id)
{
	char text[64];

	if (options[id].letter != 0)
		snprintf(text, sizeof(text), "-%c, --%s %s", options[id].letter,
		         options[id].name,
		         options[id].argument != NULL ? options[id].argument
		                                      : "");
	else
		snprintf(text, sizeof(text), "    --%s %s", options[id].name,
		         options[id].argument != NULL ? options[id].argument
		                                      : "");
	printf("  %-24s %s\n", text, options[id].doc);
}

static void print_config_keys(void)
{
	const struct config_key *keys;
	size_t n = config_keys(&keys);

	puts("\nConfiguration keys (for -o and the configuration file; those "
	     "with * change at a\nreload, the others take a restart):");
	for (size_t i = 0; i < n; i++)
		printf("%c %-24s %s [%s]\n",
		       keys[i].when == CONFIG_RELOAD ? '*' : ' ', keys[i].key,
		       keys[i].doc, keys[i].value);
}

void cli_print_help(const struct verb *verb)
{
	printf("usage: saker %s [OPTION...]%s%s\n\n%s.\n", verb->name,
	       *verb->operands != '\0' ? " " : "", verb->operands,
	       verb->summary);
	if (verb->help != NULL)
		printf("\n%s", verb->help);
	puts("\nOptions:");
	for (unsigned id = 0; id < OPTION__MAX; id++)
		if (cli_takes(verb, id))
			print_option(id);
	if (verb == &verb_config)
		print_config_keys();
	else if (verb->options & OPTION_BIT(SET))
		puts("\nsaker config --help lists the configuration keys.");
}
