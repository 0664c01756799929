/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settings.h - a responder's settings, on their own memory. */
#ifndef SAKER_SRC_RESPONSE_SETTINGS_H
#define SAKER_SRC_RESPONSE_SETTINGS_H

#include "protect.h"
#include "saker/response/response.h"

struct settings {
	struct arena arena;
	struct response_settings given;
	struct protected *protect;
	size_t nprotect;
	uint64_t refreshed_ns;
	unsigned users; /* under the responder's lock */
};

/* NULL when out of memory. Its one user is the caller, who ends with
 * settings_free(). */
struct settings *settings_copy(const struct response_settings *given);
struct settings *settings_use(struct settings *s);
/* The last user's frees it; NULL is none. */
void settings_free(struct settings *s);

#endif
