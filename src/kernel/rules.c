/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rules.c - kernel rules read from files. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "rule.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"
#include "saker/kernel/audit.h"

static int add_rule(struct kernel_rules *rules, struct kernel_rule rule)
{
	if (rules->count == rules->cap) {
		size_t cap = rules->cap != 0 ? rules->cap * 2 : 32;
		struct kernel_rule *items =
			reallocarray(rules->items, cap, sizeof(*items));

		if (items == NULL)
			return E_NOMEM;
		rules->items = items;
		rules->cap = cap;
	}
	if (rule.file == NULL || rule.text == NULL)
		return E_NOMEM;
	rules->items[rules->count++] = rule;
	return 0;
}

static void free_rule(struct kernel_rule *rule)
{
	free(rule->data);
	free(rule->file);
	free(rule->text);
}

static int read_line(struct kernel_rules *rules, const char *file,
                     unsigned line, struct str text, struct diag_list *diags)
{
	struct kernel_rule rule = { .line = line };
	int error = rule_line_parse(file, line, text, diags, &rule.data);

	if (error != 0 || rule.data == NULL)
		return error;
	rule.file = str_dup(str_from(file));
	rule.text = str_dup(str_trim(text));
	error = add_rule(rules, rule);
	if (error != 0)
		free_rule(&rule);
	return error;
}

static int read_text(struct kernel_rules *rules, const char *file,
                     struct str rest, struct diag_list *diags)
{
	struct str text;
	int error = 0;

	for (unsigned line = 1; error == 0 && str_split(&rest, '\n', &text);
	     line++)
		error = read_line(rules, file, line, text, diags);
	return error;
}

static int read_file(struct kernel_rules *rules, const char *path,
                     struct diag_list *diags)
{
	struct diag_place place = { .file = path };
	auto_buf struct buf content = BUF_INIT;
	int error = io_read_at(AT_FDCWD, path, LIMIT_RULE_FILE_BYTES, &content);

	if (error != 0) {
		diag_add(diags, DIAG_ERROR, NULL, &place, "cannot read: %s",
		         error == E_IO ? strerror(errno) : err_text(error));
		return error;
	}
	return read_text(rules, path, buf_str(&content), diags);
}

static int is_rule_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.' &&
	       str_has_suffix(str_from(entry->d_name), STR(".rules"));
}

/* In name order, as augenrules joins them. E_INVALID when it is no directory.
 */
static int read_directory(struct kernel_rules *rules, const char *path,
                          struct diag_list *diags)
{
	struct dirent **entries;
	int count = scandir(path, &entries, is_rule_file, alphasort);
	int error = 0;

	if (count < 0)
		return errno == ENOTDIR ? E_INVALID : io_error();
	for (int i = 0; i < count; i++) {
		auto_buf struct buf name = BUF_INIT;

		buf_printf(&name, "%s/%s", path, entries[i]->d_name);
		free(entries[i]);
		if (error == 0)
			error = name.failed ? E_NOMEM
			                    : read_file(rules, buf_cstr(&name),
			                                diags);
	}
	free(entries);
	return error;
}

/* Frees the rules on an error. */
static int finish(struct kernel_rules *rules, int error, bool has_errors,
                  struct kernel_rules **ret)
{
	if (error == 0 && has_errors)
		error = E_INVALID;
	if (error != 0)
		kernel_rules_free(rules);
	else
		*ret = rules;
	return error;
}

int kernel_rules_read(const char *const *paths, size_t npaths,
                      struct diag_list *diags, struct kernel_rules **ret)
{
	struct kernel_rules *rules = calloc(1, sizeof(*rules));
	size_t errors = diags->errors;
	int error = rules != NULL ? 0 : E_NOMEM;

	set_aumessage_mode(MSG_QUIET, DBG_NO);
	for (size_t i = 0; error == 0 && i < npaths; i++) {
		error = read_directory(rules, paths[i], diags);
		if (error == E_INVALID || error == E_NOT_FOUND)
			error = read_file(rules, paths[i], diags);
	}
	return finish(rules, error, diags->errors != errors, ret);
}

int kernel_rules_parse(const char *name, struct str text,
                       struct diag_list *diags, struct kernel_rules **ret)
{
	struct kernel_rules *rules = calloc(1, sizeof(*rules));
	size_t errors = diags->errors;
	int error = rules != NULL ? 0 : E_NOMEM;

	set_aumessage_mode(MSG_QUIET, DBG_NO);
	if (error == 0)
		error = read_text(rules, name, text, diags);
	return finish(rules, error, diags->errors != errors, ret);
}

void kernel_rules_free(struct kernel_rules *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->count; i++)
		free_rule(&r->items[i]);
	free(r->items);
	free(r);
}

struct kernel_rules *rules_copy(const struct kernel_rules *rules)
{
	struct kernel_rules *copy = calloc(1, sizeof(*copy));

	if (copy == NULL)
		return NULL;
	copy->items = calloc(rules->count + 1, sizeof(*copy->items));
	for (size_t i = 0; copy->items != NULL && i < rules->count; i++) {
		const struct audit_rule_data *from = rules->items[i].data;
		size_t size = sizeof(*from) + from->buflen;
		struct audit_rule_data *data = malloc(size);

		if (data == NULL)
			break;
		copy->items[copy->count++].data = memcpy(data, from, size);
	}
	if (copy->count == rules->count && copy->items != NULL)
		return copy;
	kernel_rules_free(copy);
	return NULL;
}

size_t kernel_rules_count(const struct kernel_rules *r)
{
	return r->count;
}
