/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config_rules.h - rules chosen as Falco's configuration does it. */
#ifndef SAKER_SRC_DAEMON_CONFIG_RULES_H
#define SAKER_SRC_DAEMON_CONFIG_RULES_H

#include "saker/daemon/config.h"

/* What -o keys of that kind begin with: "rules[].enable.rule". */
#define CONFIG_CHOICE_PREFIX STR("rules[].")

/* Adds a choice: verb enable or disable, what rule or tag. 0, E_NOMEM, or
 * E_INVALID with the reason in diags. */
int config_choose(struct config *c, struct str verb, struct str what,
                  struct str pattern, const struct diag_place *place,
                  struct diag_list *diags) must_check;
/* The same of a key that begins with the prefix. */
int config_choose_key(struct config *c, struct str key, struct str pattern,
                      const struct diag_place *place,
                      struct diag_list *diags) must_check;

#endif
