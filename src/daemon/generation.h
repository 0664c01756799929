/* SPDX-License-Identifier: GPL-2.0-or-later */
/* generation.h - configuration and rules that an engine begins with; private to
 * src/daemon.
 *
 * The monitor has them loaded, so that the next engine need not read and
 * compile them, and begins with what was good, whatever the files say by then.
 */
#ifndef SAKER_SRC_DAEMON_GENERATION_H
#define SAKER_SRC_DAEMON_GENERATION_H

#include "daemon.h"

/* Of a reload that went well. */
struct generation {
	struct config config;
	struct ruleset *ruleset;
};

/* What the engine was given for the reload under way, or else root's files say
 * now. 0, or as engine_init(). */
int generation_read(const struct daemon *d, const struct files *files,
                    struct diag_list *diags,
                    struct generation **ret) must_check;
void generation_free(struct generation *g);
/* The rules of the configuration that saker was started with; says itself what
 * is wrong with them. As engine_init(). */
int generation_first(const struct daemon *d, struct ruleset **ret) must_check;

#endif
