/* SPDX-License-Identifier: GPL-2.0-or-later */
/* spec.c - an output as the configuration has it: a short text or a mapping. */
#include "spec.h"

#include <inttypes.h>
#include <stdio.h>
#include <yaml.h>

#include "saker/base/io.h"
#include "saker/output/output.h"
#include "sink.h"

#define AUTHPRIV        10u
#define TIMEOUT_MS      10000u
#define URL_MARK        STR("//")
#define KINDS_MAX_TEXTS 256u

struct parse {
	struct output_spec *spec;
	const struct diag_place *place;
	struct diag_list *diags;
	bool has_format;
};

static int wrong(struct parse *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int wrong(struct parse *p, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	diag_vadd(p->diags, DIAG_ERROR, NULL, p->place, format, ap);
	va_end(ap);
	return E_INVALID;
}

bool output_texts_add(struct output_spec *spec, struct output_texts *to,
                      struct str text)
{
	const char **items =
		arena_alloc(&spec->arena, (to->count + 2) * sizeof(*items));
	struct str copy = arena_copy(&spec->arena, text);

	if (items == NULL || copy.s == NULL)
		return false;
	if (to->count != 0)
		memcpy(items, to->items, to->count * sizeof(*items));
	items[to->count++] = copy.s;
	items[to->count] = NULL;
	to->items = items;
	return true;
}

static int set_option(struct parse *p, struct str name,
                      const struct output_texts *values)
{
	const char *wanted = output_option_set(p->spec, name, values);

	if (wanted == NULL) {
		p->has_format |= str_eq(name, STR("format"));
		return 0;
	}
	if (wanted == output_no_memory)
		return E_NOMEM;
	if (wanted == output_unknown)
		return wrong(p, "'%.*s' is no option of outputs",
		             STR_FMT(name));
	return wrong(p, "an output's %.*s takes %s", STR_FMT(name), wanted);
}

static int set_argument(struct parse *p, const struct output_texts *values)
{
	struct output_spec *spec = p->spec;
	struct str text =
		values->count != 0 ? str_from(values->items[0]) : STR("");

	if ((values->count > 1 && spec->kind->ops != &sink_program) ||
	    (text.len == 0) != (spec->kind->argument == ARGUMENT_NONE ||
	                        (spec->kind->argument == ARGUMENT_ALLOWED &&
	                         text.len == 0)))
		return wrong(p, "output %s is written %s", spec->kind->name,
		             spec->kind->doc);
	spec->argument = arena_copy(&spec->arena, text).s;
	spec->argv = *values;
	return spec->argument != NULL ? 0 : E_NOMEM;
}

static int set_kind(struct parse *p, struct str name)
{
	if (p->spec->kind != NULL)
		return wrong(p, "an output is of one kind, not %s and %.*s",
		             p->spec->kind->name, STR_FMT(name));
	p->spec->kind = output_kind_find(name);
	if (p->spec->kind == NULL)
		return wrong(p, "there is no output '%.*s'; see --help",
		             STR_FMT(name));
	p->spec->use_spool = (p->spec->kind->flags & KIND_SPOOLED) != 0;
	return 0;
}

/* Words of a short form's program, or the one argument. */
static int short_argument(struct parse *p, struct str text)
{
	struct output_texts values = { 0 };
	struct str word;

	if (p->spec->kind->ops != &sink_program) {
		if (text.len != 0 && !output_texts_add(p->spec, &values, text))
			return E_NOMEM;
		return set_argument(p, &values);
	}
	while (str_split(&text, ' ', &word))
		if (word.len != 0 && !output_texts_add(p->spec, &values, word))
			return E_NOMEM;
	return set_argument(p, &values);
}

/* Cuts ",format" and ",option=value" off the end; any other comma belongs to
 * the argument. */
static int short_options(struct parse *p, struct str *text)
{
	ptrdiff_t comma;

	while ((comma = str_find_last_byte(*text, ',')) >= 0) {
		struct str value = str_skip(*text, (size_t)comma + 1), name;
		struct output_texts values = { 0 };
		enum alert_format format;

		if (alert_format_parse(value, &format)) {
			name = STR("format");
		} else {
			if (str_find_byte(value, '=') < 0 ||
			    !str_split(&value, '=', &name) ||
			    output_option_set(p->spec, name, &values) ==
			            output_unknown)
				return 0;
		}
		if (!output_texts_add(p->spec, &values, value))
			return E_NOMEM;
		if (!p->has_format || !str_eq(name, STR("format"))) {
			int error = set_option(p, name, &values);

			if (error < 0)
				return error;
		}
		*text = str_take(*text, (size_t)comma);
	}
	return 0;
}

static int parse_short(struct parse *p, struct str text)
{
	struct str rest, name;
	int error = short_options(p, &text);

	if (error < 0)
		return error;
	rest = text;
	if (!str_split(&rest, ':', &name))
		return wrong(p, "an output has no name");
	if ((error = set_kind(p, name)) < 0)
		return error;
	return short_argument(p, str_has_prefix(rest, URL_MARK) ? text : rest);
}

/* The texts of a scalar or of a list of scalars; an empty value is none. */
static int texts_of(struct parse *p, yaml_document_t *document,
                    const yaml_node_t *node, struct output_texts *ret)
{
	struct output_texts texts = { 0 };
	const yaml_node_item_t *item;

	if (node->type == YAML_SCALAR_NODE) {
		struct str text = { (const char *)node->data.scalar.value,
			            node->data.scalar.length };

		if (text.len != 0 && !str_eq(text, STR("~")) &&
		    !output_texts_add(p->spec, &texts, text))
			return E_NOMEM;
		*ret = texts;
		return 0;
	}
	if (node->type != YAML_SEQUENCE_NODE)
		return wrong(p, "an output's option is a text or a list");
	item = node->data.sequence.items.start;
	for (; item < node->data.sequence.items.top; item++) {
		const yaml_node_t *n = yaml_document_get_node(document, *item);

		if (n->type != YAML_SCALAR_NODE ||
		    texts.count == KINDS_MAX_TEXTS)
			return wrong(p, "an output's list holds up to %u texts",
			             KINDS_MAX_TEXTS);
		if (!output_texts_add(
			    p->spec, &texts,
			    (struct str){ (const char *)n->data.scalar.value,
		                          n->data.scalar.length }))
			return E_NOMEM;
	}
	*ret = texts;
	return 0;
}

static int parse_pair(struct parse *p, yaml_document_t *document,
                      const yaml_node_pair_t *pair)
{
	const yaml_node_t *key = yaml_document_get_node(document, pair->key);
	const yaml_node_t *value =
		yaml_document_get_node(document, pair->value);
	struct output_texts texts = { 0 };
	struct str name;
	int error;

	if (key->type != YAML_SCALAR_NODE)
		return wrong(p, "an output's option has a plain name");
	name = (struct str){ (const char *)key->data.scalar.value,
		             key->data.scalar.length };
	error = texts_of(p, document, value, &texts);
	if (error < 0)
		return error;
	if (output_kind_find(name) == NULL)
		return set_option(p, name, &texts);
	error = set_kind(p, name);
	return error < 0 ? error : set_argument(p, &texts);
}

/* Two passes: what the kind says about options comes before them. */
static int parse_document(struct parse *p, yaml_document_t *document)
{
	const yaml_node_t *root = yaml_document_get_root_node(document);

	if (root == NULL || root->type != YAML_MAPPING_NODE)
		return wrong(p, "an output is a text or a mapping");
	for (int pass = 0; pass < 2; pass++) {
		const yaml_node_pair_t *pair = root->data.mapping.pairs.start;

		for (; pair < root->data.mapping.pairs.top; pair++) {
			const yaml_node_t *key =
				yaml_document_get_node(document, pair->key);
			const bool is_kind =
				key->type == YAML_SCALAR_NODE &&
				output_kind_find(
					str_from((const char *)key->data.scalar
			                                 .value)) != NULL;
			int error;

			if (is_kind != (pass == 0))
				continue;
			error = parse_pair(p, document, pair);
			if (error < 0)
				return error;
		}
	}
	return p->spec->kind != NULL
	               ? 0
	               : wrong(p,
	                       "an output's mapping names no kind of "
	                       "output, such as file: PATH");
}

static int parse_mapping(struct parse *p, struct str text)
{
	yaml_parser_t parser;
	yaml_document_t document;
	int error;

	if (!yaml_parser_initialize(&parser))
		return E_NOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.s,
	                             text.len);
	if (yaml_parser_load(&parser, &document)) {
		error = parse_document(p, &document);
		yaml_document_delete(&document);
	} else if (parser.error == YAML_MEMORY_ERROR) {
		error = E_NOMEM;
	} else {
		error = wrong(p, "an output's mapping: %s",
		              parser.problem != NULL ? parser.problem
		                                     : "no valid YAML");
	}
	yaml_parser_delete(&parser);
	return error;
}

/* For a directory: what an output sends to stays with it when outputs are
 * added or reordered. */
static void make_name(struct output_spec *spec)
{
	uint64_t sum = str_hash(str_from(spec->argument), 0);

	for (size_t i = 1; i < spec->argv.count; i++)
		sum = str_hash(str_from(spec->argv.items[i]), sum);
	snprintf(spec->name, sizeof(spec->name), "%s-%016" PRIx64,
	         spec->kind->name, sum);
}

static int finish(struct parse *p, enum alert_format format)
{
	struct output_spec *spec = p->spec;
	const char *problem = NULL;

	spec->has_format =
		p->has_format ||
		str_has_suffix(str_from(spec->argument), STR(".json"));
	if (!p->has_format)
		spec->format =
			str_has_suffix(str_from(spec->argument), STR(".json"))
				? ALERT_JSON
				: format;
	if ((spec->kind->flags & KIND_SPOOLED) == 0)
		spec->use_spool = false;
	make_name(spec);
	if (spec->kind->ops->check != NULL)
		problem = spec->kind->ops->check(spec);
	return problem == NULL
	               ? 0
	               : wrong(p, "output %s: %s", spec->kind->name, problem);
}

int output_spec_parse(struct output_spec *spec, struct str text,
                      enum alert_format format, const struct diag_place *place,
                      struct diag_list *diags)
{
	struct parse p = { spec, place, diags, false };
	int error;

	*spec = (struct output_spec){
		.least = PRIORITY_DEBUG,
		.timeout_ms = TIMEOUT_MS,
		.facility = AUTHPRIV,
	};
	text = str_trim(text);
	error = str_has_prefix(text, STR("{")) ? parse_mapping(&p, text)
	                                       : parse_short(&p, text);
	if (error == 0)
		error = finish(&p, format);
	if (error < 0)
		output_spec_done(spec);
	return error;
}

void output_spec_done(struct output_spec *spec)
{
	arena_done(&spec->arena);
}

char *output_spec_name(const struct output_spec *spec)
{
	auto_buf struct buf name = BUF_INIT;
	struct str argument = str_from(spec->argument);
	ptrdiff_t mark = str_find(argument, STR("://"));

	if (mark < 0) {
		buf_printf(&name, "%s%s%s", spec->kind->name,
		           argument.len != 0 ? ":" : "", spec->argument);
	} else {
		struct str host = str_skip(argument, (size_t)mark + 3), end;
		struct str rest = host;
		ptrdiff_t at, query = str_find_byte(host, '?');

		str_split(&rest, '/', &end);
		at = str_find_last_byte(end, '@');
		if (query > at)
			host = str_take(host, (size_t)query);
		buf_add_str(&name, str_take(argument, (size_t)mark + 3));
		buf_add_str(&name, str_skip(host, (size_t)(at + 1)));
	}
	return name.failed ? NULL : str_dup(buf_str(&name));
}

int output_check(struct str text, const struct diag_place *place,
                 struct diag_list *diags)
{
	struct output_spec spec;
	int error = output_spec_parse(&spec, text, ALERT_TEXT, place, diags);

	if (error == 0)
		output_spec_done(&spec);
	return error;
}
