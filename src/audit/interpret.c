/* SPDX-License-Identifier: GPL-2.0-or-later */
/* interpret.c - one record through libauparse. */
#include "saker/audit/interpret.h"

#include <auparse.h>

#include "saker/base/io.h"

/* As it would stand in a log: what came with its type in a header lacks it. */
static void add_line(const struct record *r, struct buf *out)
{
	if (str_has_prefix(r->text, STR("audit(")) && r->type_name.len != 0)
		buf_printf(out, "type=%.*s msg=", STR_FMT(r->type_name));
	else if (str_has_prefix(r->text, STR("audit(")))
		buf_printf(out, "type=UNKNOWN[%u] msg=", r->type);
	buf_add_str(out, r->text);
	buf_add_byte(out, '\n');
}

static bool is_head(const char *name)
{
	return strcmp(name, "type") == 0 || strcmp(name, "node") == 0;
}

static void add_fields(auparse_state_t *au, struct buf *out)
{
	if (auparse_first_field(au) != 1)
		return;
	do {
		const char *name = auparse_get_field_name(au);
		const char *value = auparse_interpret_field(au);

		if (name == NULL || value == NULL ||
		    (out->len == 0 && is_head(name)))
			continue;
		buf_printf(out, "%s%s=%s", out->len != 0 ? " " : "", name,
		           value);
	} while (auparse_next_field(au) > 0);
}

static void interpret(const char *line, struct buf *out)
{
	auparse_state_t *au = auparse_init(AUSOURCE_BUFFER, line);

	if (au == NULL)
		return;
	auparse_set_escape_mode(au, AUPARSE_ESC_RAW);
	if (auparse_next_event(au) > 0 && auparse_first_record(au) > 0)
		add_fields(au, out);
	auparse_destroy(au);
}

/* libauparse leaves out what finds no memory, and does not say so: what is not
 * twice the same lacks something. */
void interpret_record(const struct record *r, struct buf *out)
{
	auto_buf struct buf line = BUF_INIT, fields = BUF_INIT,
			    again = BUF_INIT;

	add_line(r, &line);
	if (!line.failed && str_find_byte(buf_str(&line), '\0') < 0) {
		interpret(buf_cstr(&line), &fields);
		interpret(buf_cstr(&line), &again);
	}
	buf_add_str(out, fields.len != 0 ? buf_str(&fields) : r->body);
	out->failed |= line.failed || fields.failed ||
	               !str_eq(buf_str(&fields), buf_str(&again));
}
