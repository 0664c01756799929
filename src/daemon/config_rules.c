/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config_rules.c - rules chosen as Falco's configuration does it: "rules" holds
 * {enable: {rule: NAME}} and {disable: {tag: TAG}}, beside our paths. */
#include "config_rules.h"

#include "saker/base/io.h"

int config_choose(struct config *c, struct str verb, struct str what,
                  struct str pattern, const struct diag_place *place,
                  struct diag_list *diags)
{
	bool tag = str_eq(what, STR("tag"));
	auto_buf struct buf choice = BUF_INIT;

	if ((!str_eq(verb, STR("enable")) && !str_eq(verb, STR("disable"))) ||
	    (!tag && !str_eq(what, STR("rule"))) ||
	    str_trim(pattern).len == 0) {
		diag_add(diags, DIAG_ERROR, NULL, place,
		         "a choice of rules is 'enable' or 'disable' with "
		         "'rule: NAME' or 'tag: TAG'");
		return E_INVALID;
	}
	buf_printf(&choice, "%.*s %s%.*s", STR_FMT(verb), tag ? "tag:" : "",
	           STR_FMT(pattern));
	if (choice.failed)
		return E_NOMEM;
	return config_append(c, STR("rule_selection"), buf_str(&choice), place,
	                     diags);
}

int config_choose_key(struct config *c, struct str key, struct str pattern,
                      const struct diag_place *place, struct diag_list *diags)
{
	struct str verb = STR_NONE;

	key = str_skip(key, CONFIG_CHOICE_PREFIX.len);
	str_split(&key, '.', &verb);
	return config_choose(c, verb, key, pattern, place, diags);
}
