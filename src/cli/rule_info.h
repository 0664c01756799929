/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule_info.h - what a rule is made of, for those who list and explain rules;
 * private to src/cli. */
#ifndef SAKER_SRC_CLI_RULE_INFO_H
#define SAKER_SRC_CLI_RULE_INFO_H

#include "saker/engine/ruleset.h"

struct names {
	const struct str *items;
	size_t count;
};

struct rule_info {
	const struct rule *rule;
	const struct rule_origin *origin;
	struct names fields; /* of the compiled condition */
	struct names operators;
	struct names types;         /* that can match; of the rule's source */
	bool any_type;              /* that is all, or all but a few, of them */
	struct names macros, lists; /* used, also by others that are */
	struct names output_fields;
	struct names exceptions, exception_fields, exception_operators;
};

/* Of a rule set that keeps its sources; in the arena, or borrowed. 0 or
 * E_NOMEM.
 */
int rule_info_of(const struct ruleset *rules, size_t rule, struct arena *arena,
                 struct rule_info *ret);
/* As members of an object, without its brackets: "info" and "details" as
 * Falco's -L names them, and ours beside. */
void rule_info_json(const struct rule_info *info, struct buf *out);
/* The field of that name, with or without its argument; NULL when there is
 * none. */
const struct field_info *rule_info_field(struct str name);
/* It asks for what is kept from earlier records; or its output does. */
bool rule_info_is_tracked(const struct rule_info *info, bool with_output);
struct kernel_needs;
/* Adds the kernel rules that the rule needs. 0 or E_NOMEM. */
int rule_info_needs(const struct rule_info *info, struct arena *arena,
                    struct kernel_needs *needs) must_check;
/* A member: before is what stands in front of the text, "\"key\":". */
void json_member(const char *before, struct str text, struct buf *out);
/* "\nlabel a b c"; nothing when there are none. */
void names_text(const char *label, const struct names *names, struct buf *out);
/* The event types as people read them: "all but close". */
void rule_info_types(const struct rule_info *info, struct buf *out);

#endif
