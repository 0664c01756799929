/* SPDX-License-Identifier: GPL-2.0-or-later */
/* files.c - sorts the items of rule files by kind. */
#include "saker/lang/rule_files.h"
#include "store.h"

/* What is neither list, macro nor rule. */
static int read_other(struct rules *r, const struct yaml *item)
{
	const struct yaml *y;

	if (item->kind != YAML_MAPPING) {
		r->item_type = "rules content item";
		return rules_error(r, CODE_YAML_VALIDATE, item->at, 1,
		                   "Unexpected element type. Each element "
		                   "should be a yaml associative array.");
	}
	y = yaml_get(item, STR("required_engine_version"));
	if (y != NULL) {
		r->item_type = "required_engine_version";
		return engine_version_check(r, y);
	}
	y = yaml_get(item, STR("required_plugin_versions"));
	if (y != NULL) {
		r->item_type = "required plugin versions";
		return plugin_versions_check(r, y);
	}
	r->item_type = "rules content item";
	rules_warn(r, "LOAD_UNKNOWN_ITEM", item->at, 0,
	           "Unknown top level item");
	return 0;
}

static int read_item(struct rules *r, const struct yaml *item)
{
	static const struct str kinds[DEFINES__MAX] = {
		[DEFINES_LIST] = { "list", 4 },
		[DEFINES_MACRO] = { "macro", 5 },
		[DEFINES_RULE] = { "rule", 4 },
	};
	int e;

	if (item->kind == YAML_NULL)
		return 0;
	e = item->kind == YAML_MAPPING ? item_check_kinds(r, item) : 0;
	if (e < 0)
		return e;
	for (enum definition_kind k = 0;
	     k < DEFINES__MAX && item->kind == YAML_MAPPING; k++) {
		const struct yaml *y = yaml_get(item, kinds[k]);

		if (y != NULL)
			return item_read(r, k, item, y);
	}
	r->item_begin = item->at;
	e = read_other(r, item);
	rules_set_item(r, NULL);
	return e;
}

static int read_document(struct rules *r, const struct yaml *document)
{
	if (document->kind == YAML_NULL)
		return 0;
	if (document->kind != YAML_SEQUENCE)
		return rules_error(
			r, CODE_YAML_VALIDATE, document->at, 1,
			document->kind == YAML_MAPPING
				? "Rules content is not yaml array of objects"
				: "Rules content is not yaml");
	for (const struct yaml_item *i = document->first; i != NULL;
	     i = i->next)
		if (read_item(r, i->value) == E_NOMEM)
			return E_NOMEM;
	return 0;
}

int rules_read_text(struct rules *r, const char *name, struct str text)
{
	const struct source_file *file = source_file_new(r->arena, name, text);
	const struct yaml *documents;
	int e;

	if (file == NULL)
		return E_NOMEM;
	r->hash = str_hash(text, str_hash(str_from(name), r->hash));
	e = yaml_parse(r->arena, file, YAML_SEQUENCE, r->diags, &documents);
	if (e == E_INVALID) {
		r->incomplete = true;
		return 0;
	}
	if (e < 0)
		return e;
	for (const struct yaml_item *i = documents->first;
	     i != NULL && e != E_NOMEM; i = i->next)
		e = read_document(r, i->value);
	return e == E_NOMEM ? e : 0;
}

static void file_error(struct rules *r, const char *path, const char *what)
{
	struct diag_place place = { .file = path };

	r->incomplete = true;
	diag_add(r->diags, DIAG_ERROR, "LOAD_ERR_FILE_READ", &place, "%s",
	         what);
}

/* What the set holds of rules, in its order. */
int rules_read_set(struct rules *r, const struct file_set *set)
{
	int e = 0;

	for (const struct file_text *f = set->first; f != NULL && e == 0;
	     f = f->next) {
		if (f->use != FILE_RULES)
			continue;
		if (f->is_note)
			diag_add(r->diags, DIAG_NOTE, NULL,
			         &(struct diag_place){ .file = f->name }, "%s",
			         f->problem);
		else if (f->problem != NULL)
			file_error(r, f->name, f->problem);
		else
			e = rules_read_text(r, f->name, f->text);
	}
	return e;
}

int rules_read_path(struct rules *r, const char *path)
{
	struct file_set set = FILE_SET_INIT;
	int e = rule_files_gather(&set, path);

	if (e == 0)
		e = rules_read_set(r, &set);
	file_set_done(&set);
	return e;
}
