/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history.h - what was done before: rates, circuit breakers, thresholds. */
#ifndef SAKER_SRC_RESPONSE_HISTORY_H
#define SAKER_SRC_RESPONSE_HISTORY_H

#include "saker/base/err.h"
#include "saker/base/map.h"
#include "saker/response/limits.h"

/* Rules, containers and pairs of them that are remembered. */
#define HISTORY_KEYS 4096u

struct history {
	struct map keys; /* text -> struct history_entry */
};

void history_init(struct history *h);
void history_done(struct history *h);
/* Closes all circuit breakers and forgets all counts. */
void history_reset(struct history *h);
/* Closes them only: who asks for that often gets no further than the rates. */
void history_close(struct history *h);

/* kind tells rules, containers and the host apart. now: CLOCK_MONOTONIC. */
bool history_has_token(const struct history *h, char kind, struct str key,
                       struct response_rate rate, uint64_t now);
/* One is used up; without memory to note it in, false: it must not be. */
bool history_take(struct history *h, char kind, struct str key,
                  struct response_rate rate, uint64_t now) must_check;
bool history_is_tripped(const struct history *h, char kind, struct str key);
void history_trip(struct history *h, char kind, struct str key);
/* Notes one more, and returns how many there were within the seconds, at most
 * max; 0 when it could not be noted. */
unsigned history_hit(struct history *h, struct str key, unsigned max,
                     unsigned seconds, uint64_t now);

#endif
