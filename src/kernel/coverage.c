/* SPDX-License-Identifier: GPL-2.0-or-later */
/* coverage.c - is what a rule asks for asked for by others? By one, or by
 * several that share its system calls; and none before them says "never". */
#include <string.h>

#include "rule.h"
#include "saker/audit/names.h"
#include "saker/kernel/target.h"

#ifndef AUDIT_EXE
#define AUDIT_EXE 112
#endif

/* Their values are lengths, of texts in the buffer (audit_data_to_entry() in
 * kernel/auditfilter.c). */
static bool is_text(unsigned field)
{
	return (field >= AUDIT_SUBJ_USER && field <= AUDIT_SUBJ_CLR) ||
	       (field >= AUDIT_OBJ_USER && field <= AUDIT_OBJ_LEV_HIGH) ||
	       field == AUDIT_WATCH || field == AUDIT_DIR ||
	       field == AUDIT_FILTERKEY || field == AUDIT_EXE;
}

static struct str text_of(const struct audit_rule_data *rule, unsigned number)
{
	size_t at = 0;

	for (unsigned i = 0; i < number; i++)
		if (is_text(rule->fields[i]))
			at += rule->values[i];
	if (at > rule->buflen || rule->values[number] > rule->buflen - at)
		return STR_NONE;
	return (struct str){ rule->buf + at, rule->values[number] };
}

static bool is_below(struct str path, struct str directory)
{
	return str_has_prefix(path, directory) &&
	       (path.len == directory.len || directory.len == 1 ||
	        path.s[directory.len] == '/');
}

/* By path: the file itself, or the directory that it is in. */
static bool same_text(const struct audit_rule_data *wanted, unsigned w,
                      const struct audit_rule_data *loaded, unsigned l)
{
	struct str mine = text_of(wanted, w), its = text_of(loaded, l);

	if (loaded->fields[l] == AUDIT_DIR &&
	    (wanted->fields[w] == AUDIT_WATCH ||
	     wanted->fields[w] == AUDIT_DIR))
		return is_below(mine, its);
	return wanted->fields[w] == loaded->fields[l] && str_eq(mine, its);
}

static bool same_value(const struct audit_rule_data *wanted, unsigned w,
                       const struct audit_rule_data *loaded, unsigned l)
{
	unsigned mine = wanted->values[w], its = loaded->values[l];

	if (wanted->fields[w] == AUDIT_EXIT &&
	    loaded->fields[l] == AUDIT_SUCCESS &&
	    wanted->fieldflags[w] == AUDIT_EQUAL)
		return loaded->fieldflags[l] == AUDIT_EQUAL &&
		       ((int)mine >= 0) == (its != 0);
	if (wanted->fields[w] != loaded->fields[l])
		return false;
	if (wanted->fieldflags[w] == AUDIT_EQUAL &&
	    loaded->fieldflags[l] == AUDIT_NOT_EQUAL)
		return mine != its;
	if (wanted->fieldflags[w] == AUDIT_EQUAL &&
	    loaded->fieldflags[l] == AUDIT_LESS_THAN)
		return mine < its;
	if (wanted->fieldflags[w] != loaded->fieldflags[l])
		return false;
	if (wanted->fields[w] == AUDIT_PERM)
		return (mine & ~its) == 0;
	return mine == its ||
	       (wanted->fieldflags[w] == AUDIT_BIT_MASK && (mine & ~its) == 0);
}

static bool allows(const struct audit_rule_data *wanted,
                   const struct audit_rule_data *loaded, unsigned l)
{
	for (unsigned w = 0; w < wanted->field_count; w++)
		if (is_text(loaded->fields[l])
		            ? is_text(wanted->fields[w]) &&
		                      same_text(wanted, w, loaded, l)
		            : same_value(wanted, w, loaded, l))
			return true;
	return false;
}

static unsigned find_field(const struct audit_rule_data *rule, unsigned field)
{
	unsigned i = 0;

	while (i < rule->field_count && rule->fields[i] != field)
		i++;
	return i;
}

/* permissions: they are looked at by call, elsewhere. */
static bool allows_all(const struct audit_rule_data *wanted,
                       const struct audit_rule_data *loaded, bool permissions)
{
	for (unsigned i = 0; i < loaded->field_count; i++)
		if (loaded->fields[i] != AUDIT_FILTERKEY &&
		    (permissions || loaded->fields[i] != AUDIT_PERM) &&
		    !allows(wanted, loaded, i))
			return false;
	return true;
}

static bool allows_arch(const struct audit_rule_data *wanted,
                        const struct audit_rule_data *loaded)
{
	unsigned i = find_field(loaded, AUDIT_ARCH);

	return i == loaded->field_count || allows(wanted, loaded, i);
}

/* Opens for writing, and nothing but their flags is asked for. */
static bool is_open_write(const struct audit_rule_data *wanted)
{
	for (unsigned i = 0; i < wanted->field_count; i++)
		if (wanted->fields[i] >= AUDIT_ARG0 &&
		    wanted->fields[i] <= AUDIT_ARG3 &&
		    wanted->fieldflags[i] == AUDIT_BIT_MASK &&
		    (wanted->values[i] & ~3u) == 0)
			return true;
	return false;
}

#define NEW_IN_CLASS 0x100u

#define R    AUDIT_PERM_READ
#define W    AUDIT_PERM_WRITE
#define X    AUDIT_PERM_EXEC
#define A    AUDIT_PERM_ATTR
#define OPEN (AUDIT_PERM_READ | AUDIT_PERM_WRITE)
/* The class got it later than the kernel did; stable kernels, too. 6.18.44 has
 * it there, tried out. */
#define A_OF_LATE (AUDIT_PERM_ATTR | NEW_IN_CLASS)

static const struct {
	const char *call;
	unsigned permissions;
} perm_calls[] = {
#define PERM_CALL(call, permissions) { call, permissions },
#include "perm_calls.def"
#undef PERM_CALL
};

static bool has_new_classes(void)
{
	struct kernel_target t;

	return kernel_target_here(&t) == 0 &&
	       t.kernel >= KERNEL_VERSION_OF(6, 18, 44);
}

/* What is left of a loaded rule's calls by its permissions. */
static void keep_permitted(const struct audit_rule_data *wanted,
                           unsigned permissions, uint32_t *mask)
{
	uint32_t kept[AUDIT_BITMASK_SIZE] = { 0 };
	unsigned arch = find_field(wanted, AUDIT_ARCH);

	permissions |= has_new_classes() ? NEW_IN_CLASS : 0;
	for (size_t i = 0; arch < wanted->field_count &&
	                   i < sizeof(perm_calls) / sizeof(perm_calls[0]);
	     i++) {
		unsigned asked = perm_calls[i].permissions;
		int nr = syscall_number(wanted->values[arch],
		                        perm_calls[i].call);

		if (asked == OPEN && is_open_write(wanted))
			asked = W;
		if (nr >= 0 && nr < AUDIT_BITMASK_SIZE * 32 &&
		    (permissions & asked) == asked)
			kept[AUDIT_WORD(nr)] |= 1u << (nr % 32);
	}
	for (size_t i = 0; i < AUDIT_BITMASK_SIZE; i++)
		mask[i] &= kept[i];
}

struct rule_coverage rule_coverage_begin(struct audit_rule_data *wanted)
{
	struct rule_coverage c = { .wanted = wanted };

	if (wanted != NULL)
		memcpy(c.left, wanted->mask, sizeof(c.left));
	return c;
}

static bool is_same_list(const struct audit_rule_data *a,
                         const struct audit_rule_data *b)
{
	const unsigned ignored = AUDIT_FILTER_PREPEND;

	return ((a->flags ^ b->flags) & ~ignored) == 0;
}

/* The first rule of a list that matches decides. */
static void deny(struct rule_coverage *c, const struct audit_rule_data *loaded)
{
	if (allows_all(c->wanted, loaded, true))
		for (size_t i = 0; i < AUDIT_BITMASK_SIZE; i++)
			c->denied[i] |= loaded->mask[i];
}

/* Rules with a path are found by inode, whatever stands in the list. */
static bool is_by_inode(const struct audit_rule_data *rule)
{
	return find_field(rule, AUDIT_WATCH) < rule->field_count;
}

static void add(struct rule_coverage *c, const struct audit_rule_data *loaded)
{
	const struct audit_rule_data *wanted = c->wanted;
	unsigned perm = find_field(loaded, AUDIT_PERM);
	uint32_t mask[AUDIT_BITMASK_SIZE];
	bool by_call = perm < loaded->field_count &&
	               find_field(wanted, AUDIT_PERM) == wanted->field_count;
	bool whole = allows_all(wanted, loaded, !by_call);

	memcpy(mask, loaded->mask, sizeof(mask));
	if (by_call)
		keep_permitted(wanted, loaded->values[perm], mask);
	for (size_t i = 0; i < AUDIT_BITMASK_SIZE; i++) {
		if (!is_by_inode(loaded))
			mask[i] &= ~c->denied[i];
		c->touched |= (wanted->mask[i] & mask[i]) != 0;
		if (whole)
			c->left[i] &= ~mask[i];
	}
}

void rule_coverage_add(struct rule_coverage *c,
                       const struct audit_rule_data *loaded)
{
	if (c->wanted == NULL || !is_same_list(loaded, c->wanted) ||
	    !allows_arch(c->wanted, loaded))
		return;
	if (loaded->action == AUDIT_NEVER)
		deny(c, loaded);
	else if (loaded->action == AUDIT_ALWAYS)
		add(c, loaded);
}

bool rule_coverage_is_whole(const struct rule_coverage *c)
{
	for (size_t i = 0; i < AUDIT_BITMASK_SIZE; i++)
		if (c->left[i] != 0)
			return false;
	return c->wanted != NULL;
}
