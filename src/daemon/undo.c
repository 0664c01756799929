/* SPDX-License-Identifier: GPL-2.0-or-later */
/* undo.c - the journal carried out by the guard process. */
#include "undo.h"

#include <unistd.h>

#include "saker/base/clock.h"
#include "saker/daemon/log.h"
#include "saker/response/journal.h"

/* Children of who was killed may hold the journal for a moment; another saker
 * that has it undoes what is to be undone itself. */
#define TRIES  100
#define NAP_US 10000

static void undo(void *arg)
{
	const struct config *config = arg;
	const struct control_options every = { 0 };
	const struct journal_recovery how = { .keep = config->keep_frozen };
	struct control *control = control_new(&every);
	struct journal *journal = NULL;
	int error = access(config->response_journal, F_OK) == 0 ? E_FULL : 0;

	for (int i = 0; control != NULL && error == E_FULL && i < TRIES; i++) {
		error = journal_open(config->response_journal, control, &how,
		                     &journal);
		if (error == E_FULL)
			usleep(NAP_US);
	}
	journal_free(journal);
	control_free(control);
}

void undo_begin(const struct config *config, struct guard **guard)
{
	if (*guard != NULL || config->response_mode != RESPONSE_ENFORCE ||
	    *config->response_journal == '\0')
		return;
	if (guard_start("saker-undo", undo, (void *)(uintptr_t)config, guard) <
	    0)
		log_line(
			"no process watches over what responses freeze: "
			"should saker be killed, it stays so until the next "
			"start");
}
