/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_json.c - diagnostics in the shape of Falco's -V with json_output:
 * falco_load_results, one element a file. Lines and columns count from 1. */
#include "check_json.h"

#include "saker/base/escape.h"
#include "saker/lang/rules.h"

static void add_text(struct buf *out, const char *before, const char *text)
{
	buf_printf(out, "%s", before);
	escape_json(out, str_from(text != NULL ? text : ""));
}

static void add_location(const struct diag *d, const char *type,
                         const char *name, struct buf *out)
{
	add_text(out, "{\"item_name\":", name);
	add_text(out, ",\"item_type\":", type);
	buf_printf(out, ",\"position\":{\"column\":%u,\"line\":%u", d->column,
	           d->line);
	add_text(out, ",\"name\":", d->file);
	buf_add_str(out, STR(",\"offset\":0}}"));
}

static void add_diag(const struct diag *d, struct buf *out)
{
	const char *description = rules_code_text(d->code);

	add_text(out, "{\"code\":", d->code);
	add_text(out, ",\"codedesc\":", description);
	buf_add_str(out, STR(",\"context\":{\"locations\":["));
	add_location(d, "rules content", "", out);
	if (d->item_type != NULL) {
		buf_add_byte(out, ',');
		add_location(d, d->item_type, d->item_name, out);
	}
	add_text(out, "],\"snippet\":", d->source);
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
