/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_json.c - diagnostics in the shape of Falco's -V with json_output:
 * falco_load_results, one element a file, and notes beside. */
#include "check_json.h"

#include "saker/base/escape.h"
#include "saker/base/io.h"
#include "saker/lang/rules.h"

static void add_text(struct buf *out, const char *before, const char *text)
{
	buf_printf(out, "%s", before);
	escape_json(out, str_from(text != NULL ? text : ""));
}

/* Lines and columns count from 1 here, from 0 in Falco's JSON. */
struct place {
	unsigned line;
	unsigned column;
	size_t offset;
};

static void add_location(const struct diag *d, const char *type,
                         const char *name, struct place at, struct buf *out)
{
	add_text(out, "{\"item_name\":", name);
	add_text(out, ",\"item_type\":", type);
	buf_printf(out, ",\"position\":{\"column\":%u,\"line\":%u",
	           at.column > 0 ? at.column - 1 : 0,
	           at.line > 0 ? at.line - 1 : 0);
	add_text(out, ",\"name\":", d->file);
	buf_printf(out, ",\"offset\":%zu}}", at.offset);
}

/* What of the item stands where the diagnostic is: the words of Falco's
 * rule_loader.cpp. */
static const char *part_of(const struct diag *d)
{
	static const char *const parts[][2] = {
		{ "LOAD_ERR_COMPILE_CONDITION", "condition expression" },
		{ "LOAD_COMPILE_CONDITION", "condition expression" },
		{ "LOAD_UNSAFE_NA_CHECK", "condition expression" },
		{ "LOAD_ERR_COMPILE_OUTPUT", "rule output expression" },
	};

	if (d->part != NULL)
		return d->part;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (d->code != NULL && strcmp(d->code, parts[i][0]) == 0)
			return parts[i][1];
	return "value for";
}

/* From the outside to the inside: the file, the item, the place itself. */
static void add_locations(const struct diag *d, struct buf *out)
{
	struct place at = { d->line, d->column, d->offset };
	struct place item = { d->item_line, d->item_column, d->item_offset };

	add_location(d, "rules content", "", (struct place){ 0 }, out);
	if (d->item_type != NULL) {
		buf_add_byte(out, ',');
		add_location(d, d->item_type, d->item_name, item, out);
	}
	if (d->line != 0 &&
	    (d->item_type == NULL || at.offset != item.offset)) {
		buf_add_byte(out, ',');
		add_location(d, part_of(d),
		             d->part_name != NULL ? d->part_name : "", at, out);
	}
}

/* The source line, and a caret under its column. */
static void add_snippet(const struct diag *d, struct buf *out)
{
	auto_buf struct buf text = BUF_INIT;

	if (d->source != NULL) {
		buf_printf(&text, "%s\n", d->source);
		for (unsigned i = 1; i < d->column; i++)
			buf_add_byte(&text, ' ');
		buf_add_str(&text, STR("^\n"));
	}
	buf_add_str(out, STR(",\"snippet\":"));
	escape_json(out, buf_str(&text));
}

static void add_diag(const struct diag *d, struct buf *out)
{
	const char *description = rules_code_text(d->code);

	add_text(out, "{\"code\":", d->code);
	add_text(out, ",\"codedesc\":", description);
	buf_add_str(out, STR(",\"context\":{\"locations\":["));
	add_locations(d, out);
	buf_add_byte(out, ']');
	add_snippet(d, out);
	add_text(out, "},\"message\":", d->text);
	if (d->hint != NULL)
		add_text(out, ",\"hint\":", d->hint);
	buf_add_byte(out, '}');
}

static bool is_of(const struct diag *d, const char *file)
{
	return strcmp(d->file != NULL ? d->file : "", file) == 0;
}

static size_t add_list(const struct diag_list *diags, const char *file,
                       enum diag_severity severity, struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < diags->count; i++) {
		const struct diag *d = &diags->items[i];

		if (d->severity != severity || !is_of(d, file))
			continue;
		if (n++ > 0)
			buf_add_byte(out, ',');
		add_diag(d, out);
	}
	return n;
}

static void add_file(const struct diag_list *diags, const char *file,
                     struct buf *out)
{
	size_t errors;

	if (out->data[out->len - 1] != '[')
		buf_add_byte(out, ',');
	buf_add_str(out, STR("{\"errors\":["));
	errors = add_list(diags, file, DIAG_ERROR, out);
	add_text(out, "],\"name\":", file);
	buf_add_str(out, STR(",\"notes\":["));
	add_list(diags, file, DIAG_NOTE, out);
	buf_printf(out, "],\"successful\":%s,\"warnings\":[",
	           errors == 0 ? "true" : "false");
	add_list(diags, file, DIAG_WARNING, out);
	buf_add_str(out, STR("]}"));
}

/* True when an earlier diagnostic is of the same file. */
static bool is_done(const struct diag_list *diags, size_t i)
{
	const char *file = diags->items[i].file;

	for (size_t j = 0; j < i; j++)
		if (is_of(&diags->items[j], file != NULL ? file : ""))
			return true;
	return false;
}

void check_json(const struct diag_list *diags, const char *const *paths,
                size_t npaths, struct buf *out)
{
	buf_add_str(out, STR("{\"falco_load_results\":["));
	if (out->failed)
		return;
	for (size_t p = 0; p < npaths; p++) {
		bool told = false;

		for (size_t i = 0; i < diags->count; i++)
			told |= is_of(&diags->items[i], paths[p]);
		if (!told)
			add_file(diags, paths[p], out);
	}
	for (size_t i = 0; i < diags->count; i++)
		if (!is_done(diags, i))
			add_file(diags,
			         diags->items[i].file != NULL
			                 ? diags->items[i].file
			                 : "",
			         out);
	buf_add_str(out, STR("]"));
}
