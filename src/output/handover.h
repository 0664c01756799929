/* SPDX-License-Identifier: GPL-2.0-or-later */
/* handover.h - from the outbox into the outputs; private to src/output. */
#ifndef SAKER_OUTPUT_HANDOVER_H
#define SAKER_OUTPUT_HANDOVER_H

#include "saker/output/outbox.h"

struct ticket;

/* One message of an entry, for the output of that number: t, of which the
 * caller has counted one reference for it, is done when the message is in a
 * safe place. outputs_wake() follows, behind the entry's last one. */
void outputs_hand(struct outputs *o, size_t output, enum priority priority,
                  struct str message, struct ticket *t);
void outputs_wake(struct outputs *o);
/* Where an output accounts for what it does, in the outbox: with what was
 * settled before, and without what was in the memory of a deliverer that died.
 * waiting: what is in its spool. */
struct outputs_stats *outbox_account(struct outbox *o, size_t output,
                                     uint64_t waiting);
/* Of who puts. Whether all that was put for the output is delivered, and who
 * delivers rests: what is written past it comes in order. */
bool outbox_is_even(const struct outbox *o, size_t output);
/* How often the output was opened, by who delivers. */
uint32_t outbox_opened(const struct outbox *o, size_t output);
/* One was written past it. */
void outbox_count_direct(struct outbox *o, size_t output);

#endif
