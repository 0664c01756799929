/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config_show.c - saker config: what is in force, and who said so. */
#include <stdio.h>

#include "cli.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"

static void add_origin(const struct config_origin *o, struct buf *out)
{
	switch (o->from) {
	case CONFIG_FROM_DEFAULT:
		buf_add_str(out, STR("default"));
		break;
	case CONFIG_FROM_FILE:
		escape_text(out, str_from(o->file));
		buf_printf(out, ":%u", o->line);
		break;
	case CONFIG_FROM_OPTION:
		buf_add_str(out, STR("command line"));
		break;
	}
}

/* A file that says the same, with comments that say where it is from. */
static void add_text(const struct config *c, const struct config_key *key,
                     size_t i, struct buf *out)
{
	size_t start = out->len, width;

	buf_printf(out, "%s: ", key->key);
	config_print(c, i, out);
	width = out->len - start;
	buf_printf(out, "%*s # ", width < 48 ? 48 - (int)width : 0, "");
	add_origin(&c->origins[i], out);
	buf_add_byte(out, '\n');
}

static void add_doc(const struct config_key *key, struct buf *out)
{
	buf_printf(out, "# %s\n# takes %s; %s\n", key->doc, key->range,
	           key->when == CONFIG_RELOAD ? "saker reload is enough"
	                                      : "a change takes a restart");
}

static void add_json(const struct config *c, const struct config_key *key,
                     size_t i, struct buf *out)
{
	auto_buf struct buf origin = BUF_INIT;

	add_origin(&c->origins[i], &origin);
	buf_add_str(out, STR("{\"doc\":"));
	escape_json(out, str_from(key->doc));
	buf_add_str(out, STR(",\"from\":"));
	escape_json(out, buf_str(&origin));
	buf_printf(out, ",\"key\":\"%s\",\"reload\":%s,\"takes\":", key->key,
	           key->when == CONFIG_RELOAD ? "true" : "false");
	escape_json(out, str_from(key->range));
	buf_add_str(out, STR(",\"value\":"));
	config_print(c, i, out);
	buf_add_str(out, STR("}\n"));
	out->failed |= origin.failed;
}

/* "response." stands for all keys that begin so. */
static bool is_named(const char *operand, const char *key)
{
	size_t len = strlen(operand);

	return strcmp(operand, key) == 0 ||
	       (len > 0 && operand[len - 1] == '.' &&
	        strncmp(operand, key, len) == 0);
}

static bool is_asked(const struct cli *cli, const char *key)
{
	for (size_t i = 0; i < cli->noperands; i++)
		if (is_named(cli->operands[i], key))
			return true;
	return cli->noperands == 0;
}

static const char *key_name(const void *keys, size_t i)
{
	const struct config_key *all;

	return i < config_keys(&all) ? ((const struct config_key *)keys)[i].key
	                             : NULL;
}

static int check_operands(const struct cli *cli)
{
	const struct config_key *keys;
	size_t n = config_keys(&keys);

	for (size_t i = 0; i < cli->noperands; i++) {
		const char *given = cli->operands[i], *near;
		size_t k = 0;

		while (k < n && !is_named(given, keys[k].key))
			k++;
		if (k < n)
			continue;
		fprintf(stderr, "saker config: there is no key '%s'\n", given);
		near = cli_near(str_from(given), key_name, keys);
		if (near != NULL)
			fprintf(stderr, "  hint: did you mean '%s'?\n", near);
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

static int show(const struct cli *cli)
{
	auto_buf struct buf out = BUF_INIT;
	const struct config_key *keys;
	size_t n = config_keys(&keys);
	/* what --json sets of other verbs is not set here */
	struct cli plain = *cli;
	struct config config;
	int code = check_operands(cli);

	plain.options[OPTION_JSON].count = 0;
	if (code == EXIT_DONE)
		code = cli_config(&plain, &config);
	if (code != EXIT_DONE)
		return code;
	for (size_t i = 0; i < n; i++) {
		if (!is_asked(cli, keys[i].key))
			continue;
		if (cli->noperands > 0 && !cli_has(cli, OPTION_JSON))
			add_doc(&keys[i], &out);
		(cli_has(cli, OPTION_JSON) ? add_json : add_text)(
			&config, &keys[i], i, &out);
	}
	config_done(&config);
	cli_print(&out);
	return cli_exit_code(out.failed ? E_NOMEM : 0);
}

const struct verb verb_config = {
	.name = "config",
	.operands = "[KEY...]",
	.summary = "Shows the configuration in force, and where it comes from",
	.help = "All keys, or those that are named, then with what they take: "
		"what the files and options make of them, as a file that says "
		"the same, with who gave each value behind it. Secrets are "
		"shown as <redacted>. saker.yaml(5) tells more.\n\n"
		"  saker config\n"
		"  saker config response. output\n"
		"  saker config -c new.yaml -o priority=error priority\n"
		"  saker check -c new.yaml\n",
	.options = OPTIONS_CONFIG | OPTION_BIT(SOURCE) | OPTION_BIT(OUTPUT) |
	           OPTION_BIT(JSON),
	.main = show,
};
