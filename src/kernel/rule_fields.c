/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule_fields.c - fields, system calls and keys of a kernel rule. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "rule.h"
#include "saker/base/io.h"

/* libaudit returns this when the kernel lacks the field (EAU_FIELDNOSUPPORT).
 */
#define FIELD_NOT_IN_KERNEL (-30)
/* What auditctl puts between keys of one rule (libaudit.h). */
#define KEY_SEPARATOR AUDIT_KEY_SEPARATOR

static void report_field_error(struct rule_parser *p, const struct word *w,
                               int code)
{
	static const struct {
		int code;
		const char *text;
		const char *hint;
	} errors[] = {
#define FIELD_ERROR(code, text, hint) { code, text, hint },
#include "field_errors.def"
#undef FIELD_ERROR
	};
	const char *text = "libaudit refuses this field", *hint = NULL;
	struct diag *d;

	if (code == FIELD_NOT_IN_KERNEL) {
		p->is_left_out = true;
		rule_report(p, DIAG_WARNING, w,
		            "the kernel does not have this field, or does not "
		            "tell; rule left out");
		return;
	}
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].code == code) {
			text = errors[i].text;
			hint = errors[i].hint;
		}
	d = rule_report(p, DIAG_ERROR, w, "%s", text);
	if (hint != NULL)
		diag_set_hint(d, "%s", hint);
}

bool rule_check_path(struct rule_parser *p, const struct word *at,
                     const char *path)
{
	const char *slash = strrchr(path, '/');
	auto_free char *parent = NULL;
	struct stat st;

	if (path[0] != '/' || strlen(path) >= PATH_MAX) {
		rule_report(p, DIAG_ERROR, at,
		            "a path must be absolute and shorter than %d bytes",
		            PATH_MAX);
		return false;
	}
	parent = strndup(path, slash == path ? 1 : (size_t)(slash - path));
	/* The kernel looks the directory up when the rule is loaded
	 * (audit_get_nd() in kernel/audit_watch.c). */
	if (parent != NULL && stat(parent, &st) == 0 && S_ISDIR(st.st_mode))
		return true;
	p->is_left_out = true;
	rule_report(p, DIAG_NOTE, at, "%s does not exist here; rule left out",
	            parent != NULL ? parent : path);
	return false;
}

static bool is_room(struct rule_parser *p, const struct word *at)
{
	if (p->rule->field_count < AUDIT_MAX_FIELDS - 1)
		return true;
	report_field_error(p, at, -28);
	return false;
}

static void append_field(struct audit_rule_data *rule, unsigned field,
                         unsigned op, unsigned value)
{
	rule->fields[rule->field_count] = field;
	rule->fieldflags[rule->field_count] = op;
	rule->values[rule->field_count] = value;
	rule->field_count++;
}

/* Not left to audit_rule_fieldpair_data(), which keeps the architecture in a
 * variable of the library over the end of the rule. */
static void add_arch(struct rule_parser *p, const struct word *w, unsigned op,
                     const char *name)
{
	int machine = audit_determine_machine(name);
	unsigned elf =
		machine >= 0 ? (unsigned)audit_machine_to_elf(machine) : 0;

	if (p->has_syscalls) {
		rule_report(p, DIAG_ERROR, w, "arch must stand before -S");
		return;
	}
	if (elf == 0) {
		report_field_error(p, w, -6);
		return;
	}
	if (!is_room(p, w))
		return;
	append_field(p->rule, AUDIT_ARCH, op, elf);
	p->machine = machine;
}

/* As auditctl -l shows it: libaudit takes names only. */
static void add_file_type(struct rule_parser *p, const struct word *w,
                          const char *text)
{
	uint64_t mode;

	if (!str_to_u64(str_from(text), 10, &mode) ||
	    (mode & ~(uint64_t)S_IFMT) != 0) {
		report_field_error(p, w, -16);
		return;
	}
	if (is_room(p, w))
		append_field(p->rule, AUDIT_FILETYPE, AUDIT_EQUAL,
		             (unsigned)mode);
}

static bool add_special(struct rule_parser *p, const struct word *w)
{
	const char *text = w->text;

	if (strncmp(text, "key=", 4) == 0)
		rule_add_key(p, w, text + 4);
	else if (strncmp(text, "arch=", 5) == 0)
		add_arch(p, w, AUDIT_EQUAL, text + 5);
	else if (strncmp(text, "arch!=", 6) == 0)
		add_arch(p, w, AUDIT_NOT_EQUAL, text + 6);
	else if (strncmp(text, "filetype=", 9) == 0 &&
	         isdigit((unsigned char)text[9]))
		add_file_type(p, w, text + 9);
	else
		return false;
	return true;
}

void rule_add_field(struct rule_parser *p, const struct word *w)
{
	const char *value = strchr(w->text, '=');
	bool is_path = strncmp(w->text, "path=", 5) == 0 ||
	               strncmp(w->text, "dir=", 4) == 0 ||
	               strncmp(w->text, "exe=", 4) == 0;
	int code;

	if (p->list < 0) {
		diag_set_hint(rule_report(p, DIAG_ERROR, w,
		                          "-a must stand before -F"),
		              "-a always,exit -F ...");
		return;
	}
	p->has_fields = true;
	if (add_special(p, w) || (is_path && !rule_check_path(p, w, value + 1)))
		return;
	code = audit_rule_fieldpair_data(&p->rule, w->text, p->list);
	if (code != 0)
		report_field_error(p, w, code);
}

void rule_add_comparison(struct rule_parser *p, const struct word *w)
{
	int code;

	if (p->list < 0) {
		rule_report(p, DIAG_ERROR, w, "-a must stand before -C");
		return;
	}
	p->has_fields = true;
	code = audit_rule_interfield_comp_data(&p->rule, w->text, p->list);
	/* The library says -1 for two fields that do not compare, too. */
	if (code != 0)
		report_field_error(p, w, code);
}

static int syscall_number(const struct rule_parser *p, const char *name)
{
	int machine = p->machine >= 0 ? p->machine : audit_detect_machine();
	int nr = audit_name_to_syscall(name, machine);
	uint64_t number;

	if (nr >= 0)
		return nr;
	return str_to_u64(str_from(name), 10, &number) && number <= INT_MAX
	               ? (int)number
	               : -1;
}

static void add_syscall(struct rule_parser *p, const struct word *w,
                        const char *name)
{
	int nr;

	if (strcmp(name, "all") == 0) {
		memset(p->rule->mask, 0xff, sizeof(p->rule->mask));
		p->has_known_syscall = true;
		return;
	}
	nr = syscall_number(p, name);
	if (nr < 0 || nr >= AUDIT_BITMASK_SIZE * 32) {
		rule_report(p, DIAG_WARNING, w,
		            "system call %s is not known for this "
		            "architecture; left out",
		            name);
		return;
	}
	p->rule->mask[AUDIT_WORD(nr)] |= 1u << (nr % 32);
	p->has_known_syscall = true;
}

void rule_add_syscalls(struct rule_parser *p, const struct word *w)
{
	char *rest = w->text, *name;

	if (p->list != AUDIT_FILTER_EXIT || p->is_watch) {
		diag_set_hint(rule_report(p, DIAG_ERROR, w,
		                          "system calls belong to the exit "
		                          "list, named before them"),
		              "-a always,exit -F arch=b64 -S ...");
		return;
	}
	p->has_syscalls = true;
	while ((name = strsep(&rest, ",")) != NULL)
		if (*name != '\0')
			add_syscall(p, w, name);
}

void rule_add_key(struct rule_parser *p, const struct word *at, const char *key)
{
	size_t len = strlen(key);

	if (len == 0 || p->key.len + len + 1 > AUDIT_MAX_KEY_LEN) {
		rule_report(p, DIAG_ERROR, at,
		            "a rule's keys take 1 to %d bytes",
		            AUDIT_MAX_KEY_LEN);
		return;
	}
	if (p->key.len != 0)
		buf_add_byte(&p->key, KEY_SEPARATOR);
	buf_add(&p->key, key, len);
}

/* Not left to audit_rule_fieldpair_data(), which takes a key only when
 * variables of the library say that auditctl saw a system call or a
 * watch. */
int rule_finish_key(struct rule_parser *p)
{
	struct audit_rule_data *rule;
	size_t len = p->key.len;

	if (p->key.failed)
		return E_NOMEM;
	if (len == 0 || !is_room(p, NULL))
		return 0;
	rule = realloc(p->rule, sizeof(*rule) + p->rule->buflen + len);
	if (rule == NULL)
		return E_NOMEM;
	memcpy(rule->buf + rule->buflen, p->key.data, len);
	rule->buflen += (unsigned)len;
	append_field(rule, AUDIT_FILTERKEY, AUDIT_EQUAL, (unsigned)len);
	p->rule = rule;
	return 0;
}
