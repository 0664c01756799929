/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c - finds the verb. */
#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"
#include "saker/daemon/log.h"

const struct verb *verb_at(size_t i)
{
	static const struct verb *const verbs[] = {
#define VERB(name) &verb_##name,
#include "verbs.def"
#undef VERB
	};

	return i < sizeof(verbs) / sizeof(verbs[0]) ? verbs[i] : NULL;
}

void cli_print(const struct buf *text)
{
	if (text->len != 0)
		fwrite(text->data, 1, text->len, stdout);
	if (text->failed)
		log_line("out of memory: the output is not complete");
}

bool cli_color(void)
{
	const char *no_color = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && (no_color == NULL || *no_color == '\0');
}

#ifdef HAVE_LIBCURL
#define WITH_LIBCURL "+"
#else
#define WITH_LIBCURL "-"
#endif
#ifdef HAVE_GCRYPT
#define WITH_GCRYPT "+"
#else
#define WITH_GCRYPT "-"
#endif
#ifdef HAVE_ZSTD
#define WITH_ZSTD "+"
#else
#define WITH_ZSTD "-"
#endif

/* With (+) or without (-) the libraries that configure may leave out. */
static void print_version(void)
{
	puts("saker " PACKAGE_VERSION "\n" WITH_LIBCURL
	     "libcurl (outputs http, https) " WITH_GCRYPT
	     "libgcrypt (sums of evidence) " WITH_ZSTD
	     "libzstd (logs in .zst)");
}

static void print_usage(FILE *to)
{
	fputs("usage: saker VERB [OPTION...] [ARGUMENT...]\n\n"
	      "A Falco-style rule engine over the Linux audit stream.\n\n",
	      to);
	for (size_t i = 0; verb_at(i) != NULL; i++)
		fprintf(to, "  %-11s %s\n", verb_at(i)->name,
		        verb_at(i)->summary);
	fputs("\nsaker VERB --help tells more, man saker all of it; saker "
	      "--version the version.\n"
	      "Exit codes: 0 done, 1 what was asked about is wrong, 2 wrong "
	      "usage, 3 could not run.\n",
	      to);
}

static int run_verb(const struct verb *verb, int argc, char **argv)
{
	struct cli cli;
	bool help = false;
	int code = cli_parse(verb, argc, argv, &cli, &help);

	if (code == EXIT_DONE && help)
		cli_print_help(verb);
	else if (code == EXIT_DONE)
		code = verb->main(&cli);
	cli_done(&cli);
	return code;
}

static const char *verb_name(const void *none, size_t i)
{
	(void)none;
	return verb_at(i) != NULL ? verb_at(i)->name : NULL;
}

static int unknown_verb(const char *given)
{
	const char *near = cli_near(str_from(given), verb_name, NULL);

	fprintf(stderr, "saker: there is no verb '%s'\n", given);
	if (near != NULL)
		fprintf(stderr, "  hint: did you mean '%s'?\n", near);
	else
		fputs("  hint: saker --help lists the verbs\n", stderr);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	struct str name = str_from(argc > 1 ? argv[1] : "");

	/* of the objects that container runtimes' files become; by itself
	 * jansson may be left with the time (hashtable_seed.c) */
	json_object_seed((size_t)str_hash_seed());

	if (str_eq(name, STR("--version")) || str_eq(name, STR("-V"))) {
		print_version();
		return EXIT_DONE;
	}
	if (str_eq(name, STR("--help")) || str_eq(name, STR("-h")) ||
	    str_eq(name, STR("help"))) {
		print_usage(stdout);
		return EXIT_DONE;
	}
	for (size_t i = 0; verb_at(i) != NULL; i++)
		if (str_eq(name, str_from(verb_at(i)->name)))
			return run_verb(verb_at(i), argc - 1, argv + 1);
	if (name.len != 0)
		return unknown_verb(argv[1]);
	print_usage(stderr);
	return EXIT_USAGE;
}
