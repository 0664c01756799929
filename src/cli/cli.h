/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cli.h - verbs and their options; private to src/cli. */
#ifndef SAKER_SRC_CLI_CLI_H
#define SAKER_SRC_CLI_CLI_H

#include "saker/base/file_set.h"
#include "saker/daemon/config.h"

/* Exit codes of every verb. */
enum exit_code {
	EXIT_DONE = 0,
	EXIT_WRONG = 1, /* the thing asked about is wrong */
	EXIT_USAGE = 2,
	EXIT_CANNOT = 3, /* file, permission, kernel */
};

enum option_id {
#define OPTION(id, letter, name, argument, doc) OPTION_##id,
#include "options.def"
#undef OPTION
	OPTION__MAX
};

#define OPTION_BIT(id) (1u << OPTION_##id)
/* What every verb that reads the configuration takes. */
#define OPTIONS_CONFIG                                              \
	(OPTION_BIT(CONFIG) | OPTION_BIT(SET) | OPTION_BIT(RULES) | \
	 OPTION_BIT(ENABLE) | OPTION_BIT(DISABLE))

/* Values of an option in the order given; all borrow from argv. */
struct option_values {
	const char **items;
	size_t count;
};

struct cli {
	struct option_values options[OPTION__MAX];
	enum option_id *sequence; /* of all options, as given */
	size_t nsequence;
	const char **operands;
	size_t noperands;
};

static inline bool cli_has(const struct cli *cli, enum option_id id)
{
	return cli->options[id].count != 0;
}

struct verb {
	const char *name;
	const char *operands; /* as in the usage line */
	const char *summary;  /* one line */
	const char *help;     /* what it does, and examples */
	unsigned options;     /* OPTION_BIT()s, beside --help */
	int (*main)(const struct cli *cli);
};

#define VERB(name) extern const struct verb verb_##name;
#include "verbs.def"
#undef VERB

/* NULL past the end. */
const struct verb *verb_at(size_t i);

struct cli_option {
	char letter; /* 0 = none */
	const char *name;
	const char *argument; /* NULL = a flag */
	const char *doc;
};
/* False past the end. */
bool cli_option_at(unsigned id, struct cli_option *ret);
/* --help is every verb's. */
bool cli_takes(const struct verb *verb, unsigned id);

/* Parses what follows the verb. EXIT_DONE, or EXIT_USAGE after saying why.
 * *ret_help is set when --help was asked for. cli_done() frees. */
int cli_parse(const struct verb *verb, int argc, char **argv, struct cli *cli,
              bool *ret_help);
void cli_done(struct cli *cli);
void cli_print_help(const struct verb *verb);
/* The name that is most like the word, NULL when none is; name(of, i) gives all
 * of them, NULL past the last. */
const char *cli_near(struct str word, const char *(*name)(const void *, size_t),
                     const void *of);

/* The configuration file (given, or the default one when it exists), then the
 * options. EXIT_DONE; otherwise the reasons were printed and config needs no
 * config_done(). */
int cli_config(const struct cli *cli, struct config *config);
/* The same without a word: 0 or the error with its reasons in diags. */
int cli_config_read(const struct cli *cli, struct config *config,
                    struct diag_list *diags, int *ret_code) must_check;
/* The same from what cli_config_gather() has read; NULL: from the files. */
int cli_config_read_from(const struct cli *cli, const struct file_set *files,
                         struct config *config, struct diag_list *diags,
                         int *ret_code) must_check;
/* Appends the configuration's files. 0 or E_NOMEM. */
int cli_config_gather(const struct cli *cli, struct file_set *set) must_check;
/* Writes all of it to standard output. */
void cli_print(const struct buf *text);
/* Standard output is a terminal, and NO_COLOR is not set. */
bool cli_color(void);
/* The exit code that an error of the libraries means. */
int cli_exit_code(int error);

#endif
