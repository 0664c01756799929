/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_json.h - what saker check found, as JSON. */
#ifndef SAKER_SRC_CLI_CHECK_JSON_H
#define SAKER_SRC_CLI_CHECK_JSON_H

#include "saker/base/diag.h"

/* Appends an object, but for its closing brace: more members may follow. */
void check_json(const struct diag_list *diags, const char *const *paths,
                size_t npaths, struct buf *out);

#endif
