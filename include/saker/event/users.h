/* SPDX-License-Identifier: GPL-2.0-or-later */
/* users.h - names of the host's users and groups. */
#ifndef SAKER_EVENT_USERS_H
#define SAKER_EVENT_USERS_H

#include "saker/base/err.h"
#include "saker/base/str.h"

/* Read once from passwd(5) and group(5) files, not through NSS, whose
 * look-ups may take a network round trip. */
struct user_names;

/* 0 or E_NOMEM; a file that cannot be read gives no names. */
int user_names_load(const char *passwd, const char *group,
                    struct user_names **ret) must_check;
void user_names_free(struct user_names *u);
/* STR_NONE when there is no such user, or u is NULL. Borrowed from u. */
struct str user_names_user(const struct user_names *u, uint32_t uid);
struct str user_names_group(const struct user_names *u, uint32_t gid);
struct str user_names_home(const struct user_names *u, uint32_t uid);
struct str user_names_shell(const struct user_names *u, uint32_t uid);

#endif
