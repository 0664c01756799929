/* SPDX-License-Identifier: GPL-2.0-or-later */
/* status.c - saker status. */
#include <stdio.h>

#include "ask.h"
#include "saker/base/escape.h"

#define TIMEOUT_MS 5000u

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

static long long number_of(const json_t *object, const char *name)
{
	return (long long)json_integer_value(json_object_get(object, name));
}

static void add_escaped(struct buf *out, const char *text)
{
	escape_text(out, str_from(text));
}

static void add_reload(const json_t *reload, struct buf *out)
{
	const json_t *keys = json_object_get(reload, "restart_needed_for");
	struct str messages = str_from(text_of(reload, "messages")), line;

	buf_printf(out, "reload      %s %s %s\n", text_of(reload, "result"),
	           text_of(reload, "time"), text_of(reload, "error"));
	while (messages.len != 0 && str_split(&messages, '\n', &line)) {
		buf_add_str(out, STR("            "));
		escape_text(out, line);
		buf_add_byte(out, '\n');
	}
	for (size_t i = 0; i < json_array_size(keys); i++)
		buf_printf(out, "            %s: its change takes a restart\n",
		           json_string_value(json_array_get(keys, i)));
}

static void add_sources(const json_t *sources, struct buf *out)
{
	for (size_t i = 0; i < json_array_size(sources); i++) {
		const json_t *s = json_array_get(sources, i);

		buf_add_str(out, STR("source      "));
		add_escaped(out, text_of(s, "source"));
		buf_printf(out, ", %s, ring %lld of %lld bytes\n",
		           text_of(s, "state"), number_of(s, "ring_used"),
		           number_of(s, "ring_bytes"));
	}
}

/* In force, or why not. */
static void add_landlock(const json_t *p, struct buf *out)
{
	const json_t *landlock = json_object_get(p, "landlock");

	if (number_of(landlock, "abi") > 0)
		buf_printf(out, "landlock %lld", number_of(landlock, "abi"));
	else
		buf_printf(out, "landlock off (%s)",
		           text_of(landlock, "reason"));
}

static void add_separation(const json_t *separation, struct buf *out)
{
	if (json_is_true(json_object_get(separation, "active")))
		buf_add_str(out, STR("processes   separated: what parses and "
		                     "what delivers has no privileges\n"));
	else
		buf_printf(out, "processes   single-process mode: %s\n",
		           text_of(separation, "reason"));
}

static void add_processes(const json_t *processes, struct buf *out)
{
	for (size_t i = 0; i < json_array_size(processes); i++) {
		const json_t *p = json_array_get(processes, i);

		buf_printf(out, "process     %s, pid %lld", text_of(p, "role"),
		           number_of(p, "pid"));
		if (json_object_get(p, "gone") != NULL)
			buf_add_str(out, STR(", gone\n"));
		else {
			buf_printf(
				out,
				", uid %lld, capabilities %s, "
				"no_new_privs %s, seccomp %s, ",
				number_of(p, "uid"),
				text_of(p, "cap_effective"),
				json_is_true(json_object_get(p, "no_new_privs"))
					? "yes"
					: "no",
				text_of(p, "seccomp"));
			add_landlock(p, out);
			buf_printf(out, ", %lld KiB\n",
			           number_of(p, "memory_kib"));
		}
	}
}

static void add_shares(const json_t *shares, struct buf *out)
{
	const json_t *shed = json_object_get(shares, "shed");

	if (json_is_true(json_object_get(shares, "pressed")))
		buf_add_str(out, STR("shares      more comes than can be "
		                     "judged: who does most is judged in "
		                     "part only\n"));
	for (size_t i = 0; i < json_array_size(shed); i++) {
		const json_t *s = json_array_get(shed, i);

		buf_printf(out, "shed        %lld events of %s ",
		           number_of(s, "events"), text_of(s, "kind"));
		add_escaped(out, text_of(s, "id"));
		buf_add_byte(out, ' ');
		add_escaped(out, text_of(s, "name"));
		buf_add_byte(out, '\n');
	}
}

/* Those that count something; the names are ours. */
static void add_counters(json_t *counters, struct buf *out)
{
	const char *name;
	json_t *value;

	json_object_foreach(counters, name,
	                    value) if (json_integer_value(value) != 0)
		buf_printf(out, "  %-28s %lld\n", name,
	                   (long long)json_integer_value(value));
}

static void print(const json_t *s)
{
	const json_t *rules = json_object_get(s, "rules");
	const json_t *outputs = json_object_get(s, "outputs");
	const json_t *tables = json_object_get(s, "tables");
	auto_buf struct buf out = BUF_INIT;

	buf_printf(&out, "saker %s on ", text_of(s, "version"));
	add_escaped(&out, text_of(s, "hostname"));
	buf_printf(&out,
	           ", since %s\nrules       %lld of %lld in use, hash %s, "
	           "loaded %s\nresponses   %s\n",
	           text_of(s, "started"), number_of(rules, "enabled"),
	           number_of(rules, "loaded"), text_of(rules, "hash"),
	           text_of(rules, "time"), text_of(s, "response_mode"));
	add_reload(json_object_get(s, "reload"), &out);
	add_sources(json_object_get(s, "sources"), &out);
	buf_printf(&out,
	           "outputs     %lld: %lld alerts written, %lld waiting, %lld "
	           "dropped\ntables      %lld processes, %lld containers\n",
	           number_of(outputs, "count"), number_of(outputs, "written"),
	           number_of(outputs, "pending"), number_of(outputs, "dropped"),
	           number_of(tables, "processes"),
	           number_of(tables, "containers"));
	add_shares(json_object_get(s, "shares"), &out);
	add_separation(json_object_get(s, "separation"), &out);
	add_processes(json_object_get(s, "processes"), &out);
	buf_add_str(&out, STR("counters\n"));
	add_counters(json_object_get(s, "counters"), &out);
	cli_print(&out);
}

static int status(const struct cli *cli)
{
	auto_buf struct buf text = BUF_INIT;
	json_t *answer = NULL;
	int code = cli_ask(cli, CONTROL_STATUS, TIMEOUT_MS, &text, &answer);

	if (code == EXIT_DONE && cli_has(cli, OPTION_JSON))
		cli_print(&text);
	else if (code == EXIT_DONE)
		print(answer);
	json_decref(answer);
	return code;
}

const struct verb verb_status = {
	.name = "status",
	.operands = "",
	.summary = "Tells what the running saker is doing",
	.help = "Sources and what waits in them, rules and their hash, what "
		"became of the last reload, outputs, tables, what protects "
		"each process, and the counters. Asks the saker that serves "
		"control.socket.\n",
	.options = OPTION_BIT(CONFIG) | OPTION_BIT(SET) | OPTION_BIT(JSON),
	.main = status,
};
