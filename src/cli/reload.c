/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reload.c - saker reload. */
#include <stdio.h>

#include "ask.h"

/* Ten thousand rules load in seconds. */
#define TIMEOUT_MS 120000u

static int print(const json_t *answer)
{
	const char *error = json_string_value(json_object_get(answer, "error"));
	const char *messages =
		json_string_value(json_object_get(answer, "messages"));
	const json_t *keys = json_object_get(answer, "restart_needed_for");

	if (messages != NULL && *messages != '\0')
		fprintf(stderr, "%s\n", messages);
	for (size_t i = 0; i < json_array_size(keys); i++)
		fprintf(stderr, "saker: %s has changed: that takes a restart\n",
		        json_string_value(json_array_get(keys, i)));
	if (error != NULL) {
		fprintf(stderr,
		        "saker: reload failed: %s; configuration and rules "
		        "stay as they were\n",
		        error);
		return EXIT_WRONG;
	}
	printf("%lld rules loaded\n",
	       (long long)json_integer_value(json_object_get(answer, "rules")));
	return EXIT_DONE;
}

static int reload(const struct cli *cli)
{
	auto_buf struct buf text = BUF_INIT;
	json_t *answer = NULL;
	int code = cli_ask(cli, CONTROL_RELOAD, TIMEOUT_MS, &text, &answer);

	if (code == EXIT_DONE && cli_has(cli, OPTION_JSON)) {
		cli_print(&text);
		code = json_object_get(answer, "error") != NULL ? EXIT_WRONG
		                                                : EXIT_DONE;
	} else if (code == EXIT_DONE) {
		code = print(answer);
	}
	json_decref(answer);
	return code;
}

const struct verb verb_reload = {
	.name = "reload",
	.operands = "",
	.summary = "Has the running saker load configuration and rules anew",
	.help = "No event is missed meanwhile. On any error the former ones "
		"stay in use, and it ends with 1. Of changed keys that take a "
		"restart it tells.\n",
	.options = OPTION_BIT(CONFIG) | OPTION_BIT(SET) | OPTION_BIT(JSON),
	.main = reload,
};
