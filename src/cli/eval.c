/* SPDX-License-Identifier: GPL-2.0-or-later */
/* eval.c - saker eval. */
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/daemon/engine.h"
#include "saker/engine/condition.h"
#include "saker/engine/event_table.h"

struct evaluation {
	const struct cli *cli;
	struct event_table fields;
	struct diag_list diags;
	const char *why; /* of a wrong field, or of the input */
	struct str where;
	bool result;
};

/* Never exit code 0 for a wrong condition: 1 by E_INVALID. */
static int evaluate(struct evaluation *e, struct str text)
{
	const struct option_values *rules = &e->cli->options[OPTION_RULES];
	struct field_source source = event_table_source(&e->fields);
	struct condition *c = NULL;
	int r = condition_load(rules->items, rules->count, text, &e->diags, &c);

	if (r < 0)
		return r;
	e->result = condition_evaluate(c, &source);
	condition_free(c);
	return 0;
}

static const struct diag *first_error(const struct evaluation *e)
{
	for (size_t i = 0; i < e->diags.count; i++)
		if (e->diags.items[i].severity == DIAG_ERROR)
			return &e->diags.items[i];
	return NULL;
}

static void add_error(const struct evaluation *e, int r, struct buf *out)
{
	const struct diag *d = first_error(e);

	if (e->why != NULL)
		buf_printf(out, "%.*s: %s", STR_FMT(e->where), e->why);
	else if (d != NULL)
		buf_printf(out, "column %u: %s", d->column, d->text);
	else
		buf_printf(out, "%s", err_text(r));
}

/* One line, whatever is in the condition. */
static void print_answer(const struct evaluation *e, int r)
{
	auto_buf struct buf out = BUF_INIT, text = BUF_INIT;
	bool json = cli_has(e->cli, OPTION_JSON);

	if (r < 0)
		add_error(e, r, &text);
	else
		buf_printf(&text, "%s", e->result ? "true" : "false");
	if (!json) {
		buf_add_str(&out, r < 0 ? STR("error: ") : STR(""));
		escape_text(&out, buf_str(&text));
	} else if (r < 0) {
		buf_add_str(&out, STR("{\"error\":"));
		escape_json(&out, buf_str(&text));
		buf_add_byte(&out, '}');
	} else {
		buf_printf(&out, "{\"result\":%s}", buf_cstr(&text));
	}
	buf_add_byte(&out, '\n');
	cli_print(&out);
}

static int add_operands(struct evaluation *e)
{
	for (size_t i = 1; i < e->cli->noperands; i++) {
		struct str value = str_from(e->cli->operands[i]), name;
		int r;

		e->where = value;
		if (str_find_byte(value, '=') < 0) {
			e->why = "FIELD=VALUE is wanted";
			return E_INVALID;
		}
		str_split(&value, '=', &name);
		e->where = name;
		r = event_table_add_text(&e->fields, name, value, &e->why);
		if (r < 0)
			return r;
	}
	return 0;
}

static void done(struct evaluation *e)
{
	event_table_done(&e->fields);
	diag_done(&e->diags);
}

static int evaluate_operands(const struct cli *cli)
{
	struct evaluation e = { .cli = cli };
	auto_buf struct buf shown = BUF_INIT;
	int r = add_operands(&e);

	if (r == 0)
		r = evaluate(&e, str_from(cli->operands[0]));
	if (r < 0 && e.why == NULL && !cli_has(cli, OPTION_JSON)) {
		for (size_t i = 0; i < e.diags.count; i++)
			diag_render(&e.diags.items[i], false, &shown);
		if (shown.len != 0)
			fwrite(shown.data, 1, shown.len, stderr);
	} else {
		print_answer(&e, r);
	}
	r = engine_load_error(r, &e.diags);
	done(&e);
	return cli_exit_code(r);
}

static int add_fields(struct evaluation *e, const json_t *fields)
{
	const char *name;
	json_t *value;

	if (fields != NULL && !json_is_object(fields)) {
		e->where = STR("fields");
		e->why = "an object is wanted";
		return E_INVALID;
	}
	json_object_foreach((json_t *)(uintptr_t)fields, name, value)
	{
		int r;

		e->where = str_from(name);
		r = event_table_add_json(&e->fields, str_from(name), value,
		                         &e->why);
		if (r < 0)
			return r;
	}
	return 0;
}

static int evaluate_object(struct evaluation *e, const json_t *object)
{
	const json_t *text = json_object_get(object, "condition");
	int r;

	if (!json_is_string(text)) {
		e->where = STR("condition");
		e->why = "a string is wanted";
		return E_INVALID;
	}
	r = add_fields(e, json_object_get(object, "fields"));
	return r < 0 ? r
	             : evaluate(e, (struct str){ json_string_value(text),
	                                         json_string_length(text) });
}

static int evaluate_line(const struct cli *cli, const char *line, size_t size)
{
	struct evaluation e = { .cli = cli };
	json_error_t error;
	json_t *object = json_loadb(line, size, JSON_ALLOW_NUL, &error);
	int r = E_INVALID;

	if (object != NULL) {
		r = evaluate_object(&e, object);
	} else {
		e.where = STR("not JSON");
		e.why = error.text;
	}
	print_answer(&e, r);
	json_decref(object);
	done(&e);
	return r;
}

static bool is_blank(const char *line, size_t size)
{
	return str_trim((struct str){ line, size }).len == 0;
}

static int evaluate_stdin(const struct cli *cli)
{
	auto_free char *line = NULL;
	size_t size = 0;
	ssize_t n;
	int worst = 0;

	while ((n = getline(&line, &size, stdin)) > 0) {
		int r;

		if (is_blank(line, (size_t)n))
			continue;
		r = evaluate_line(cli, line, (size_t)n);
		worst = r < 0 ? r : worst;
		fflush(stdout);
	}
	return ferror(stdin) ? EXIT_CANNOT : cli_exit_code(worst);
}

static int eval(const struct cli *cli)
{
	return cli->noperands == 0 ? evaluate_stdin(cli)
	                           : evaluate_operands(cli);
}

const struct verb verb_eval = {
	.name = "eval",
	.operands = "[CONDITION [FIELD=VALUE...]]",
	.summary = "Tries a condition on given field values",
	.help = "Prints true or false; fields that are not given have no "
		"value. -r gives the condition the lists and macros of rule "
		"files. Without a condition, each line of standard input is an "
		"object {\"condition\": ..., \"fields\": {NAME: value, list of "
		"values or null}} and is answered by a line: true, false or "
		"the error.\n"
		"\n"
		"  saker eval 'proc.name in (sh, bash) and user.uid > 0' "
		"proc.name=sh user.uid=7\n"
		"  saker eval 'proc.aname = sshd' proc.aname=bash,sshd\n",
	.options = OPTION_BIT(RULES) | OPTION_BIT(JSON),
	.main = eval,
};
