/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config.c - configuration file and options to one configuration. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "cli.h"
#include "saker/base/io.h"
#include "saker/daemon/log.h"
#include "saker/source/source.h"

#define DEFAULT_FILE SYSCONFDIR "/saker/saker.yaml"

int cli_exit_code(int error)
{
	if (error == 0)
		return EXIT_DONE;
	if (error == E_NOMEM)
		log_line("%s", err_text(error));
	return error == E_INVALID ? EXIT_WRONG : EXIT_CANNOT;
}

static int each_file(const struct cli *cli,
                     int (*fn)(void *arg, const char *path), void *arg)
{
	const struct option_values *files = &cli->options[OPTION_CONFIG];
	int error = 0;

	if (files->count == 0)
		return access(DEFAULT_FILE, F_OK) == 0 ? fn(arg, DEFAULT_FILE)
		                                       : 0;
	for (size_t i = 0; error == 0 && i < files->count; i++)
		error = fn(arg, files->items[i]);
	return error;
}

struct loading {
	struct config *config;
	struct diag_list *diags;
};

static int load_file(void *arg, const char *path)
{
	const struct loading *l = arg;

	return config_load(l->config, path, l->diags);
}

static int gather_file(void *set, const char *path)
{
	auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	return file_set_add_open(set, FILE_CONFIG, path, fd, CONFIG_FILE_BYTES);
}

int cli_config_gather(const struct cli *cli, struct file_set *set)
{
	return each_file(cli, gather_file, set);
}

static int load_texts(const struct file_set *files, const struct loading *l)
{
	int error = 0;

	for (const struct file_text *f = files->first; f != NULL && error == 0;
	     f = f->next)
		if (f->use == FILE_CONFIG && f->problem != NULL)
			error = config_unreadable(f->name, f->problem,
			                          l->diags);
		else if (f->use == FILE_CONFIG)
			error = config_load_text(l->config, f->name, f->text,
			                         l->diags);
	return error;
}

/* Options that stand for a list key replace what the file says. */
static const struct {
	enum option_id option;
	const char *key;
} lists[] = {
	{ OPTION_SOURCE, "source" },
	{ OPTION_RULES, "rules" },
	{ OPTION_OUTPUT, "output" },
};

static int apply_lists(const struct cli *cli, struct config *config,
                       struct diag_list *diags)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		const struct option_values *v = &cli->options[lists[i].option];
		struct str key = str_from(lists[i].key);

		if (v->count == 0)
			continue;
		if (config_set(config, key, STR(""), NULL, diags) < 0)
			return E_NOMEM;
		for (size_t n = 0; n < v->count; n++) {
			int error = config_append(config, key,
			                          str_from(v->items[n]), NULL,
			                          diags);

			if (error < 0)
				return error;
		}
	}
	return 0;
}

static int apply_jobs(const struct cli *cli, struct config *config,
                      struct diag_list *diags)
{
	const struct option_values *v = &cli->options[OPTION_JOBS];

	return v->count == 0 ? 0
	                     : config_set(config, STR("replay.jobs"),
	                                  str_from(v->items[v->count - 1]),
	                                  NULL, diags);
}

/* --enable and --disable behind what the file says, in the order given. */
static int apply_choices(const struct cli *cli, struct config *config,
                         struct diag_list *diags)
{
	size_t next[OPTION__MAX] = { 0 };

	for (size_t i = 0; i < cli->nsequence; i++) {
		enum option_id id = cli->sequence[i];
		const char *what = cli->options[id].items[next[id]++];
		auto_buf struct buf choice = BUF_INIT;

		if (id != OPTION_ENABLE && id != OPTION_DISABLE)
			continue;
		buf_printf(&choice, "%s %s",
		           id == OPTION_ENABLE ? "enable" : "disable", what);
		if (choice.failed ||
		    config_append(config, STR("rule_selection"),
		                  buf_str(&choice), NULL, diags) < 0)
			return E_NOMEM;
	}
	return 0;
}

static int apply_overrides(const struct cli *cli, struct config *config,
                           struct diag_list *diags)
{
	const struct option_values *v = &cli->options[OPTION_SET];
	int worst = 0;

	for (size_t i = 0; i < v->count; i++) {
		struct str value = str_from(v->items[i]), key;
		int error;

		if (str_find_byte(value, '=') < 0) {
			diag_add(diags, DIAG_ERROR, NULL, NULL,
			         "-o takes KEY=VALUE, not '%s'", v->items[i]);
			worst = E_INVALID;
			continue;
		}
		str_split(&value, '=', &key);
		error = config_set(config, key, value, NULL, diags);
		if (error < 0)
			worst = error;
	}
	if (cli_has(cli, OPTION_JSON) &&
	    config_set(config, STR("output.format"), STR("json"), NULL, diags) <
	            0)
		return E_NOMEM;
	return worst;
}

static const char *source_name(size_t i)
{
	const struct source_kind *kind = source_kind_at(i);

	return kind != NULL ? kind->name : NULL;
}

/* "NAME" or "NAME:ARGUMENT", of a table's names. */
static int check_kinds(const struct config_list *list, const char *what,
                       const char *(*name)(size_t), struct diag_list *diags)
{
	int worst = 0;

	for (size_t i = 0; i < list->count; i++) {
		size_t len = strcspn(list->items[i], ":,"), kind = 0;

		while (name(kind) != NULL &&
		       !str_eq(str_from(name(kind)),
		               (struct str){ list->items[i], len }))
			kind++;
		if (name(kind) != NULL)
			continue;
		diag_add(diags, DIAG_ERROR, NULL, NULL,
		         "there is no %s '%s'; see --help", what,
		         list->items[i]);
		worst = E_INVALID;
	}
	return worst;
}

/* Whatever the command line gives is the user's wrong usage. */
static int apply_options(const struct cli *cli, struct config *config,
                         struct diag_list *diags)
{
	int error;

	if ((error = apply_lists(cli, config, diags)) < 0 ||
	    (error = apply_jobs(cli, config, diags)) < 0 ||
	    (error = apply_overrides(cli, config, diags)) < 0 ||
	    (error = apply_choices(cli, config, diags)) < 0)
		return error;
	return check_kinds(&config->source, "source", source_name, diags);
}

int cli_config_read_from(const struct cli *cli, const struct file_set *files,
                         struct config *config, struct diag_list *diags,
                         int *ret_code)
{
	struct loading l = { config, diags };
	int error = config_init(config);

	if (error == 0)
		error = files != NULL ? load_texts(files, &l)
		                      : each_file(cli, load_file, &l);
	*ret_code = cli_exit_code(error);
	if (error == 0) {
		error = apply_options(cli, config, diags);
		*ret_code =
			error == E_INVALID ? EXIT_USAGE : cli_exit_code(error);
	}
	if (error < 0)
		config_done(config);
	return error;
}

int cli_config_read(const struct cli *cli, struct config *config,
                    struct diag_list *diags, int *ret_code)
{
	return cli_config_read_from(cli, NULL, config, diags, ret_code);
}

int cli_config(const struct cli *cli, struct config *config)
{
	struct diag_list diags = DIAG_LIST_INIT;
	int code;

	(void)!cli_config_read(cli, config, &diags, &code);
	log_diags(&diags);
	diag_done(&diags);
	return code;
}
