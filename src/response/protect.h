/* SPDX-License-Identifier: GPL-2.0-or-later */
/* protect.h - the never-kill list. */
#ifndef SAKER_SRC_RESPONSE_PROTECT_H
#define SAKER_SRC_RESPONSE_PROTECT_H

#include "saker/base/arena.h"
#include "saker/host/host.h"
#include "saker/response/guards.h"

/* docker's, containerd's, podman's and CRI-O's, and what of it is shown. */
#define CONTAINER_ID_LENGTH    64
#define CONTAINER_SHORT_LENGTH 12

/* Pure. */
bool protected_is(const struct protected *p, const struct response_facts *f,
                  const struct response_member *m);

/* The built-in entries and the configured ones, which were checked. The texts
 * are borrowed. 0 or E_NOMEM. */
int protected_list(const struct str *configured, size_t count,
                   struct arena *arena, struct protected **ret,
                   size_t *ret_count) must_check;
/* Looks the files' identities up anew: an upgrade replaces them. */
void protected_refresh(struct protected *list, size_t count, struct host *h);

#endif
