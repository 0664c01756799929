/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule_line.c - a line in auditctl's syntax, option by option. */
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "rule.h"
#include "saker/base/io.h"
#include "saker/base/limits.h"

/* Newer than the oldest headers. */
#define LIST_FILESYSTEM 6

struct option_row {
	const char *name;
	bool has_argument;
	void (*handle)(struct rule_parser *p, const struct word *argument);
};

struct diag *rule_report(struct rule_parser *p, enum diag_severity severity,
                         const struct word *at, const char *format, ...)
{
	struct diag_place place = p->place;
	struct diag *d;
	va_list ap;

	if (at != NULL) {
		place.column = at->column;
		place.length = at->length;
	}
	va_start(ap, format);
	d = diag_vadd(p->diags, severity, NULL, &place, format, ap);
	va_end(ap);
	if (severity == DIAG_ERROR)
		p->is_bad = true;
	return d;
}

static int parse_list(const char *name)
{
	return strcmp(name, "filesystem") == 0 ? LIST_FILESYSTEM
	                                       : audit_name_to_flag(name);
}

static void set_list(struct rule_parser *p, const struct word *w,
                     unsigned extra_flags)
{
	char *comma = strchr(w->text, ',');
	int list = -1, action = -1;

	if (strstr(w->text, "io_uring") != NULL) {
		p->is_ignored = true;
		rule_report(p, DIAG_WARNING, w,
		            "rules for io_uring are left to auditctl; left "
		            "out");
		return;
	}
	if (p->list >= 0) {
		rule_report(p, DIAG_ERROR, w, "a rule has one -a, -A or -w");
		return;
	}
	if (comma != NULL) {
		*comma = '\0';
		list = parse_list(w->text);
		action = audit_name_to_action(list < 0 ? w->text : comma + 1);
		if (list < 0)
			list = parse_list(comma + 1);
	}
	if (list < 0 || action < 0 || action == AUDIT_POSSIBLE ||
	    list == AUDIT_FILTER_ENTRY) {
		diag_set_hint(rule_report(p, DIAG_ERROR, w,
		                          "a list and an action are needed"),
		              "lists: exit, task, user, exclude, filesystem; "
		              "actions: always, never");
		return;
	}
	/* What an exclude rule matches is never logged; auditctl sends it so.
	 */
	if (list == AUDIT_FILTER_EXCLUDE)
		action = AUDIT_NEVER;
	p->list = list;
	p->rule->flags = (unsigned)list | extra_flags;
	p->rule->action = (unsigned)action;
}

static void append_rule(struct rule_parser *p, const struct word *w)
{
	set_list(p, w, 0);
}

static void prepend_rule(struct rule_parser *p, const struct word *w)
{
	set_list(p, w, AUDIT_FILTER_PREPEND);
}

static void add_watch(struct rule_parser *p, const struct word *w)
{
	size_t len = strlen(w->text);
	struct stat st;
	int type;

	if (p->list >= 0) {
		rule_report(p, DIAG_ERROR, w, "a rule has one -a, -A or -w");
		return;
	}
	p->list = AUDIT_FILTER_EXIT;
	p->is_watch = true;
	while (len > 1 && w->text[len - 1] == '/')
		w->text[--len] = '\0';
	if (!rule_check_path(p, w, w->text))
		return;
	type = stat(w->text, &st) == 0 && S_ISDIR(st.st_mode) ? AUDIT_DIR
	                                                      : AUDIT_WATCH;
	if (audit_add_watch_dir(type, &p->rule, w->text) != 0)
		rule_report(p, DIAG_ERROR, w, "libaudit refuses this watch");
}

static void set_permissions(struct rule_parser *p, const struct word *w)
{
	static const char letters[] = "xwra";
	int permissions = 0;

	if (!p->is_watch) {
		diag_set_hint(rule_report(p, DIAG_ERROR, w,
		                          "-p belongs to -w, behind it"),
		              "-F perm= in other rules");
		return;
	}
	/* The letters stand in the order of the bits AUDIT_PERM_*. */
	for (const char *c = w->text; *c != '\0'; c++) {
		const char *at = strchr(letters, *c);

		if (at == NULL) {
			rule_report(p, DIAG_ERROR, w,
			            "a permission is one of r, w, x, a");
			return;
		}
		permissions |= 1 << (at - letters);
	}
	if (p->rule->field_count != 0)
		audit_update_watch_perms(p->rule, permissions);
}

static void add_key(struct rule_parser *p, const struct word *w)
{
	rule_add_key(p, w, w->text);
}

static void ignore_control(struct rule_parser *p, const struct word *w)
{
	p->is_ignored = true;
	rule_report(p, DIAG_NOTE, w,
	            "ignored: this sets audit's state, it is no rule");
}

static void refuse_deletion(struct rule_parser *p, const struct word *w)
{
	p->is_ignored = true;
	rule_report(p, DIAG_WARNING, w, "rules are never deleted; left out");
}

static const struct option_row options[] = {
	{ "-a", true, append_rule },
	{ "-A", true, prepend_rule },
	{ "-w", true, add_watch },
	{ "-p", true, set_permissions },
	{ "-F", true, rule_add_field },
	{ "-C", true, rule_add_comparison },
	{ "-S", true, rule_add_syscalls },
	{ "-k", true, add_key },
	{ "-d", true, refuse_deletion },
	{ "-W", true, refuse_deletion },
	{ "-D", false, ignore_control },
	{ "-b", true, ignore_control },
	{ "-e", true, ignore_control },
	{ "-f", true, ignore_control },
	{ "-r", true, ignore_control },
	{ "-i", false, ignore_control },
	{ "-c", false, ignore_control },
	{ "-s", false, ignore_control },
	{ "-l", false, ignore_control },
	{ "-q", true, ignore_control },
	{ "-t", false, ignore_control },
	{ "--backlog_wait_time", true, ignore_control },
	{ "--loginuid-immutable", false, ignore_control },
	{ "--reset-lost", false, ignore_control },
	{ "--reset_backlog_wait_time_actual", false, ignore_control },
};

/* *ret_attached: the argument within the word ("-kname"), else NULL. */
static const struct option_row *find_option(char *text, char **ret_attached)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		size_t len = strlen(options[i].name);

		if (strncmp(text, options[i].name, len) != 0)
			continue;
		*ret_attached = NULL;
		if (text[len] == '\0')
			return &options[i];
		*ret_attached = text + len + (text[len] == '=' && len > 2);
		if (options[i].has_argument && (len == 2 || text[len] == '='))
			return &options[i];
	}
	return NULL;
}

/* Returns how many words the option took. */
static size_t parse_option(struct rule_parser *p, struct word *words,
                           size_t count)
{
	struct word argument = words[0];
	const struct option_row *option =
		find_option(words[0].text, &argument.text);

	if (option == NULL) {
		diag_set_hint(rule_report(p, DIAG_ERROR, &words[0],
		                          "unknown option %s", words[0].text),
		              "rules are made of -a -A -F -S -C -k -w -p");
		return 1;
	}
	if (!option->has_argument || argument.text != NULL) {
		option->handle(p, &argument);
		return 1;
	}
	if (count < 2) {
		rule_report(p, DIAG_ERROR, &words[0], "%s needs a value",
		            option->name);
		return 1;
	}
	option->handle(p, &words[1]);
	return 2;
}

/* What holds for the rule as a whole. */
static void check_whole(struct rule_parser *p)
{
	if (p->is_bad || p->is_left_out || p->is_ignored)
		return;
	if (p->list < 0) {
		rule_report(p, DIAG_ERROR, NULL, "no -a, -A or -w");
		return;
	}
	if (p->has_syscalls && !p->has_known_syscall) {
		p->is_left_out = true;
		rule_report(p, DIAG_WARNING, NULL,
		            "no known system call; rule left out");
		return;
	}
	if (p->has_syscalls && p->machine < 0)
		diag_set_hint(
			rule_report(p, DIAG_WARNING, NULL,
		                    "without arch the rule matches the "
		                    "same numbers in every architecture"),
			"one rule with -F arch=b64, one with -F arch=b32");
	/* auditctl's default; the task list has no system call to look at. */
	if (!p->has_syscalls && p->list != AUDIT_FILTER_TASK)
		memset(p->rule->mask, 0xff, sizeof(p->rule->mask));
}

/* Cuts the line at blanks; "\ " is a blank and "\\" a backslash in a word.
 * copy, which holds the words, has the line's size, words half of it. */
static size_t split_words(struct str line, char *copy, struct word *words)
{
	size_t count = 0, i = 0;

	for (;;) {
		while (i < line.len && strchr(" \t\r", line.s[i]) != NULL)
			i++;
		if (i >= line.len)
			break;
		words[count].text = copy;
		words[count].column = (unsigned)i + 1;
		while (i < line.len && strchr(" \t\r", line.s[i]) == NULL) {
			if (line.s[i] == '\\' && i + 1 < line.len &&
			    strchr(" \\", line.s[i + 1]) != NULL)
				i++;
			*copy++ = line.s[i++];
		}
		*copy++ = '\0';
		words[count].length = (unsigned)i + 1 - words[count].column;
		count++;
	}
	return count;
}

static int parse_words(struct rule_parser *p, struct word *words, size_t count,
                       struct audit_rule_data **ret)
{
	for (size_t i = 0; i < count && p->rule != NULL && !p->is_ignored;)
		i += parse_option(p, words + i, count - i);
	if (p->rule == NULL)
		return E_NOMEM;
	check_whole(p);
	if (rule_finish_key(p) != 0)
		return E_NOMEM;
	if (p->is_bad || p->is_left_out || p->is_ignored)
		return 0;
	*ret = p->rule;
	p->rule = NULL;
	return 0;
}

static int parse_text(struct rule_parser *p, struct str text,
                      struct audit_rule_data **ret)
{
	auto_free char *copy = malloc(text.len + 1);
	auto_free struct word *words = calloc(text.len / 2 + 1, sizeof(*words));
	int error = E_NOMEM;

	p->rule = calloc(1, sizeof(*p->rule));
	if (copy != NULL && words != NULL && p->rule != NULL)
		error = parse_words(p, words, split_words(text, copy, words),
		                    ret);
	buf_done(&p->key);
	free(p->rule);
	return error;
}

int rule_line_parse(const char *file, unsigned line, struct str text,
                    struct diag_list *diags, struct audit_rule_data **ret)
{
	struct rule_parser p = {
		.diags = diags,
		.place = { .file = file, .line = line, .source = text },
		.list = -1,
		.machine = -1
	};
	struct str trimmed = str_trim(text);

	*ret = NULL;
	if (trimmed.len == 0 || trimmed.s[0] == '#')
		return 0;
	if (str_find_byte(text, '\0') < 0 && text.len <= LIMIT_LINE_BYTES)
		return parse_text(&p, text, ret);
	p.place.source = str_take(text, 80);
	rule_report(&p, DIAG_ERROR, NULL,
	            "a line has no NUL bytes and at most %u others",
	            LIMIT_LINE_BYTES);
	return 0;
}
