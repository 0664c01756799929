/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ask.h - asking the running saker; private to src/cli. */
#ifndef SAKER_SRC_CLI_ASK_H
#define SAKER_SRC_CLI_ASK_H

#include <jansson.h>

#include "cli.h"
#include "saker/base/io.h"
#include "saker/daemon/control.h"

/* The answer as text and as an object, to be freed by the caller; says itself
 * what went wrong. An exit code. */
int cli_ask(const struct cli *cli, enum control_request request,
            unsigned timeout_ms, struct buf *ret_text, json_t **ret_answer);

#endif
