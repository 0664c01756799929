/* SPDX-License-Identifier: GPL-2.0-or-later */
/* completion.c - saker completion: a shell's completion, from the tables of
 * verbs, options, outputs and configuration keys. */
#include <stdio.h>

#include "cli.h"
#include "saker/base/io.h"

/* What stands behind an option; a file by default. */
enum completed {
	COMPLETED_FILES,
	COMPLETED_KEYS,
	COMPLETED_OUTPUTS,
	COMPLETED_NOTHING
};

static enum completed completed_by(unsigned id)
{
	switch (id) {
	case OPTION_SET:
		return COMPLETED_KEYS;
	case OPTION_OUTPUT:
		return COMPLETED_OUTPUTS;
	case OPTION_CONFIG:
	case OPTION_RULES:
	case OPTION_SNAPSHOT:
	case OPTION_KERNEL_RULES:
	case OPTION_KERNEL_STATUS:
	case OPTION_ROOT:
		return COMPLETED_FILES;
	default:
		return COMPLETED_NOTHING;
	}
}

/* In single quotes of a shell. */
static void add_quoted(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '\'')
			buf_add_str(out, STR("'\\''"));
		else
			buf_add_byte(out, *text);
}

static void add_keys(struct buf *out, const char *behind)
{
	const struct config_key *keys;
	size_t n = config_keys(&keys);

	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%s%s", i == 0 ? "" : " ", keys[i].key,
		           behind);
}

static void add_outputs(struct buf *out)
{
	for (size_t i = 0; output_kind_name(i) != NULL; i++)
		buf_printf(out, "%s%s", i == 0 ? "" : " ", output_kind_name(i));
}

static void add_verbs(struct buf *out)
{
	for (size_t i = 0; verb_at(i) != NULL; i++)
		buf_printf(out, "%s%s", i == 0 ? "" : " ", verb_at(i)->name);
}

static void add_bash_options(const struct verb *verb, struct buf *out)
{
	struct cli_option o;

	for (unsigned id = 0; cli_option_at(id, &o); id++) {
		if (!cli_takes(verb, id))
			continue;
		if (o.letter != 0)
			buf_printf(out, "-%c ", o.letter);
		buf_printf(out, "--%s ", o.name);
	}
}

/* "-c|--config)" of all options that are completed in that way. */
static bool add_bash_case(enum completed how, struct buf *out)
{
	struct cli_option o;
	bool any = false;

	for (unsigned id = 0; cli_option_at(id, &o); id++) {
		if (o.argument == NULL || completed_by(id) != how)
			continue;
		buf_add_str(out, any ? STR("|") : STR("\t"));
		if (o.letter != 0)
			buf_printf(out, "-%c|", o.letter);
		buf_printf(out, "--%s", o.name);
		any = true;
	}
	if (any)
		buf_add_str(out, STR(") "));
	return any;
}

static void bash(struct buf *out)
{
	buf_add_str(out, STR("# bash completion for saker\n"
	                     "_saker()\n{\n"
	                     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} "
	                     "prev=${COMP_WORDS[COMP_CWORD-1]} options=\n"
	                     "\tCOMPREPLY=()\n"
	                     "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
	                     "\t\tCOMPREPLY=($(compgen -W '"));
	add_verbs(out);
	buf_add_str(out, STR(" --help --version' -- \"$cur\"))\n"
	                     "\t\treturn\n\tfi\n\tcase $prev in\n"));
	if (add_bash_case(COMPLETED_KEYS, out)) {
		buf_add_str(out, STR("compopt -o nospace; "
		                     "COMPREPLY=($(compgen -W '"));
		add_keys(out, "=");
		buf_add_str(out, STR("' -- \"$cur\")); return ;;\n"));
	}
	if (add_bash_case(COMPLETED_OUTPUTS, out)) {
		buf_add_str(out, STR("COMPREPLY=($(compgen -W '"));
		add_outputs(out);
		buf_add_str(out, STR("' -- \"$cur\")); return ;;\n"));
	}
	if (add_bash_case(COMPLETED_FILES, out))
		buf_add_str(out, STR("COMPREPLY=($(compgen -f -- \"$cur\")); "
		                     "return ;;\n"));
	if (add_bash_case(COMPLETED_NOTHING, out))
		buf_add_str(out, STR("return ;;\n"));
	buf_add_str(out, STR("\tesac\n\tcase ${COMP_WORDS[1]} in\n"));
	for (size_t i = 0; verb_at(i) != NULL; i++) {
		buf_printf(out, "\t%s) options='", verb_at(i)->name);
		add_bash_options(verb_at(i), out);
		buf_add_str(out, STR("' ;;\n"));
	}
	buf_add_str(out, STR("\tesac\n"
	                     "\tcase $cur in\n"
	                     "\t-*) COMPREPLY=($(compgen -W \"$options\" -- "
	                     "\"$cur\")) ;;\n"
	                     "\t*) COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n"
	                     "\tesac\n}\n"
	                     "complete -o filenames -F _saker saker\n"));
}

/* Brackets and colons part an option's description from the rest. */
static void add_zsh_doc(struct buf *out, const char *doc)
{
	struct buf text = BUF_INIT;

	for (; *doc != '\0'; doc++) {
		if (*doc == '[' || *doc == ']' || *doc == ':')
			buf_add_byte(&text, '\\');
		buf_add_byte(&text, *doc);
	}
	add_quoted(out, buf_cstr(&text));
	buf_done(&text);
}

static void add_zsh_argument(unsigned id, const char *argument, struct buf *out)
{
	if (argument == NULL)
		return;
	buf_printf(out, ":%s:", argument);
	switch (completed_by(id)) {
	case COMPLETED_FILES:
		buf_add_str(out, STR("_files"));
		break;
	case COMPLETED_KEYS:
		buf_add_byte(out, '(');
		add_keys(out, "=");
		buf_add_byte(out, ')');
		break;
	case COMPLETED_OUTPUTS:
		buf_add_byte(out, '(');
		add_outputs(out);
		buf_add_byte(out, ')');
		break;
	case COMPLETED_NOTHING:
		buf_add_byte(out, ' ');
		break;
	}
}

static void add_zsh_options(const struct verb *verb, struct buf *out)
{
	struct cli_option o;

	for (unsigned id = 0; cli_option_at(id, &o); id++) {
		if (!cli_takes(verb, id))
			continue;
		for (unsigned form = o.letter == 0; form < 2; form++) {
			buf_add_str(out, STR(" \\\n\t\t\t'*"));
			if (form == 0)
				buf_printf(out, "-%c", o.letter);
			else
				buf_printf(out, "--%s%s", o.name,
				           o.argument != NULL ? "=" : "");
			buf_add_byte(out, '[');
			add_zsh_doc(out, o.doc);
			buf_add_byte(out, ']');
			add_zsh_argument(id, o.argument, out);
			buf_add_byte(out, '\'');
		}
	}
}

static void zsh(struct buf *out)
{
	buf_add_str(out, STR("#compdef saker\n"
	                     "# zsh completion for saker\n"
	                     "_saker()\n{\n\tlocal -a verbs\n\tverbs=(\n"));
	for (size_t i = 0; verb_at(i) != NULL; i++) {
		buf_printf(out, "\t\t'%s:", verb_at(i)->name);
		add_quoted(out, verb_at(i)->summary);
		buf_add_str(out, STR("'\n"));
	}
	buf_add_str(out, STR("\t)\n"
	                     "\tif ((CURRENT == 2)); then\n"
	                     "\t\t_describe verb verbs\n\t\treturn\n\tfi\n"
	                     "\tlocal verb=$words[2]\n"
	                     "\tshift words\n\t((CURRENT--))\n"
	                     "\tcase $verb in\n"));
	for (size_t i = 0; verb_at(i) != NULL; i++) {
		buf_printf(out, "\t%s)\n\t\t_arguments -s", verb_at(i)->name);
		add_zsh_options(verb_at(i), out);
		buf_add_str(out, STR(" \\\n\t\t\t'*:file:_files' ;;\n"));
	}
	buf_add_str(out, STR("\tesac\n}\n_saker \"$@\"\n"));
}

static int completion(const struct cli *cli)
{
	auto_buf struct buf out = BUF_INIT;

	if (cli->noperands == 1 && strcmp(cli->operands[0], "bash") == 0) {
		bash(&out);
	} else if (cli->noperands == 1 &&
	           strcmp(cli->operands[0], "zsh") == 0) {
		zsh(&out);
	} else {
		fputs("saker completion needs bash or zsh\n", stderr);
		return EXIT_USAGE;
	}
	cli_print(&out);
	return cli_exit_code(out.failed ? E_NOMEM : 0);
}

const struct verb verb_completion = {
	.name = "completion",
	.operands = "bash|zsh",
	.summary = "Prints the completion of a shell",
	.help = "  saker completion bash "
		">/usr/share/bash-completion/completions/saker\n"
		"  saker completion zsh "
		">/usr/share/zsh/site-functions/_saker\n",
	.options = 0,
	.main = completion,
};
