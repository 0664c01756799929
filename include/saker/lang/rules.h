/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rules.h - what rule files define, with append and override carried out. */
#ifndef SAKER_LANG_RULES_H
#define SAKER_LANG_RULES_H

#include "saker/base/file_set.h"
#include "saker/base/map.h"
#include "saker/lang/ast.h"
#include "saker/lang/yaml.h"

/* The version of Falco's engine whose language this is. */
#define ENGINE_VERSION_MAJOR 0u
#define ENGINE_VERSION_MINOR 63u

enum definition_kind {
	DEFINES_LIST,
	DEFINES_MACRO,
	DEFINES_RULE,
	DEFINES__MAX
};

enum key {
#define KEY(id, name, items, append, replace, value) KEY_##id,
#include "saker/lang/keys.def"
#undef KEY
	KEY__MAX
};

/* Tuples of values for which a rule is not to fire. */
struct exception {
	struct exception *next;
	struct str name;
	struct position at;
	const struct yaml *fields;
	const struct yaml *comps;  /* NULL = the default */
	const struct yaml *values; /* a sequence; NULL = none */
};

struct definition;

/* Lists and macros that a definition names. */
struct use {
	struct use *next;
	const struct definition *what;
};

struct definition {
	enum definition_kind kind;
	struct str name;
	struct position begin;               /* of the item */
	struct position at;                  /* of the name */
	const struct yaml *values[KEY__MAX]; /* NULL = not given */
	struct exception *exceptions;
	/* Of a macro: it is seen by those that change after its first
	 * definition, and sees those first defined before its last change. */
	size_t index; /* of the first definition */
	size_t order; /* of the last change; SIZE_MAX = it has errors, told */
	struct definition *waiting; /* for it to be compiled */
	struct definition *next;    /* in such a list */
	bool used;
	struct use *uses;        /* found by compiling it */
	const struct expr *expr; /* of a macro, once compiled */
};

struct definitions {
	struct buf items; /* struct definition *, by first definition */
	struct map names;
};

struct rules {
	struct arena *arena;     /* borrowed */
	struct diag_list *diags; /* borrowed */
	struct definitions of[DEFINES__MAX];
	struct buf odd_lists; /* struct definition *: names of several words */
	size_t next_order;
	/* What is being read or compiled, for the diagnostics. */
	const char *item_type;
	struct str item_name;
	struct position item_begin;
	const char *part; /* of it; NULL = not told */
	struct str part_name;
	uint64_t hash;   /* of the names and texts read so far */
	bool lint;       /* notes are wanted */
	bool incomplete; /* a file could not be read: what it defines is not
	                  * unknown */
	struct definition *compiled; /* the one that is; may be NULL */
};

struct name_use {
	struct str name;
	struct position at;
	size_t length;
};

void rules_init(struct rules *r, struct arena *arena, struct diag_list *diags);
void rules_done(struct rules *r);

/* A file, or a directory's *.yaml and *.yml in name order. What is wrong goes
 * to diags and the rest is read on; the result is 0 or E_NOMEM. */
int rules_read_path(struct rules *r, const char *path) must_check;
/* The same for files that rule_files_gather() has read. */
int rules_read_set(struct rules *r, const struct file_set *set) must_check;
int rules_read_text(struct rules *r, const char *name,
                    struct str text) must_check;
/* After the last file: expands and parses the macros. 0 or E_NOMEM. */
int rules_compile_macros(struct rules *r) must_check;

size_t rules_count(const struct rules *r, enum definition_kind kind);
struct definition *rules_get(const struct rules *r, enum definition_kind kind,
                             size_t i);
struct definition *rules_find(const struct rules *r, enum definition_kind kind,
                              struct str name);

/* The rule's condition with exceptions, lists and macros. 0; E_INVALID with
 * errors in diags; E_NOMEM. With unknown macros there still is a tree, so that
 * the errors beside them can be found. */
int rules_condition(struct rules *r, struct definition *rule,
                    const struct expr **ret) must_check;
/* The same for a condition that stands in no file; name stands for one. */
int rules_compile_text(struct rules *r, const char *name, struct str text,
                       const struct expr **ret) must_check;
/* Names of the lists, or macros, that it uses, directly or through others;
 * sorted, in the arena. 0 or E_NOMEM. */
int definition_uses(const struct definition *d, enum definition_kind kind,
                    struct arena *arena, const struct str **ret,
                    size_t *ret_count) must_check;
/* Warns of lists and macros that nothing uses. */
void rules_warn_unused(struct rules *r);

/* Records an error (returns E_INVALID) or a warning. */
int rules_error(struct rules *r, const char *code, struct position at,
                size_t length, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
struct diag *rules_warn(struct rules *r, const char *code, struct position at,
                        size_t length, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* For what is valid and still doubtful; dropped unless notes are wanted. */
void rules_note(struct rules *r, const char *code, struct position at,
                size_t length, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* What the next diagnostics are about; NULL = nothing. */
void rules_set_item(struct rules *r, const struct definition *d);
/* A field or event type that does not exist: an error and E_INVALID; with skip,
 * the rule's skip-if-unknown-filter, a warning and E_NOT_FOUND. */
int rules_unknown(struct rules *r, const char *code, bool skip,
                  const struct name_use *name, const char *text);
/* What of it: static text and a name; NULL = not told. */
void rules_set_part(struct rules *r, const char *part, struct str name);
/* Falco's words for a code; NULL for another. Static. */
const char *rules_code_text(const char *code);
/* Adds to the last diagnostic. */
void rules_hint(struct rules *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Values of keys, for what reads rules. False: not given, or no such value. */
bool yaml_to_bool(const struct yaml *y, bool *ret);

#endif
