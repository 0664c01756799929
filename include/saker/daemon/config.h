/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config.h - settings: one row of config.def each. */
#ifndef SAKER_DAEMON_CONFIG_H
#define SAKER_DAEMON_CONFIG_H

#include "saker/base/arena.h"
#include "saker/base/diag.h"
#include "saker/base/err.h"
#include "saker/engine/rule.h"
#include "saker/output/output.h"

enum kernel_rules_use {
	KERNEL_RULES_KEEP,
	KERNEL_RULES_LOAD
};
enum rule_matching {
	MATCH_FIRST,
	MATCH_ALL
};
enum suppress_mode {
	SUPPRESS_NEVER,
	SUPPRESS_RULES,
	SUPPRESS_ALL
};

struct config_list {
	const char **items;
	size_t count;
};

/* C types of the types in config.def. */
typedef struct config_list config_LIST;
typedef struct config_list config_OUTPUTS; /* texts that output.h knows */
typedef const char *config_STRING;
typedef const char *config_ADDRESS; /* as publisher.h has it, or "" */
typedef bool config_BOOL;
typedef unsigned config_COUNT;
typedef enum alert_format config_FORMAT;
typedef enum priority config_PRIORITY;
typedef enum rule_matching config_MATCHING;
typedef enum response_mode config_MODE;
typedef enum kernel_rules_use config_KERNEL_RULES;
typedef enum suppress_mode config_SUPPRESS;

enum {
#define CONFIG(member, key, type, value, range, when, doc) CONFIG_KEY_##member,
#include "saker/daemon/config.def"
#undef CONFIG
	CONFIG_KEYS
};

/* Who gave a key its value last. */
struct config_origin {
	enum {
		CONFIG_FROM_DEFAULT,
		CONFIG_FROM_FILE,
		CONFIG_FROM_OPTION /* the command line */
	} from;
	const char *file; /* NULL unless it was one */
	unsigned line;
};

struct config {
#define CONFIG(member, key, type, value, range, when, doc) config_##type member;
#include "saker/daemon/config.def"
#undef CONFIG
	struct config_origin origins[CONFIG_KEYS]; /* as in config_keys() */
	struct arena arena;
};

/* Defaults. 0 or E_NOMEM. */
int config_init(struct config *c) must_check;
void config_done(struct config *c);
/* Sets one key from text; a list is replaced. place says where the text
 * stands. 0, E_NOMEM, or E_INVALID with the reason in diags. */
int config_set(struct config *c, struct str key, struct str value,
               const struct diag_place *place,
               struct diag_list *diags) must_check;
/* Appends to a list key. */
int config_append(struct config *c, struct str key, struct str item,
                  const struct diag_place *place,
                  struct diag_list *diags) must_check;
/* A YAML file: nested maps are keys joined by dots. All errors are collected.
 * 0, E_NOT_FOUND, E_DENIED, E_IO, E_INVALID, E_NOMEM. */
int config_load(struct config *c, const char *path,
                struct diag_list *diags) must_check;
#define CONFIG_FILE_BYTES ((size_t)1024 * 1024)
/* Says so. E_IO. */
int config_unreadable(const char *path, const char *problem,
                      struct diag_list *diags);
/* The same from text; name stands for the file. 0, E_INVALID, E_NOMEM. */
int config_load_text(struct config *c, const char *name, struct str text,
                     struct diag_list *diags) must_check;

/* Gives c what the running saker's configuration has where a change takes a
 * restart; such values then borrow from running. Returns how many keys c had
 * otherwise; ret_keys holds them and has room for all keys. */
size_t config_keep(struct config *c, const struct config *running,
                   const char **ret_keys);

/* When a changed value takes effect. */
enum config_when {
	CONFIG_RELOAD,
	CONFIG_RESTART
};

/* The table, for help and man pages. */
struct config_key {
	const char *key;
	const char *type;
	const char *value; /* the default */
	const char *range; /* what it takes */
	enum config_when when;
	const char *doc;
};
size_t config_keys(const struct config_key **ret);
/* Appends the value of the ith key as YAML on one line. */
void config_print(const struct config *c, size_t i, struct buf *out);

#endif
